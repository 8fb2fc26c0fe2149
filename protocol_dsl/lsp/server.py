"""The server: what editors ask, mapped to the modules that answer. The owner of pygls."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.formatter import ChangedMeaningError, NotFormattedError, formatted
from protocol_dsl.lsp import actions, completion, hints, keystroke, outline, places, reading
from protocol_dsl.lsp.document import Document
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.testing.examples import differences, judge_example

QUIET = 0.15
"""Seconds without a keystroke before a file is checked anew."""

_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_OFFERED = {
    "keyword": types.CompletionItemKind.Keyword,
    "fact": types.CompletionItemKind.Variable,
    "definition": types.CompletionItemKind.Function,
    "library": types.CompletionItemKind.Module,
    "unit": types.CompletionItemKind.Unit,
    "criterion": types.CompletionItemKind.Class,
    "name": types.CompletionItemKind.Reference,
    "choice": types.CompletionItemKind.EnumMember,
}
_TOKENS = ("variable", "function", "class")
_RUN = "trial.runExample"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class TrialServer(LanguageServer):
    """One server, with the files that are open."""

    def __init__(self) -> None:
        super().__init__("trialc", "1", text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self._documents: dict[str, tuple[int | None, Document]] = {}
        self._checks: dict[str, asyncio.Task[None]] = {}
        self._turns = asyncio.Semaphore(1)

    def text(self, uri: str) -> str:
        """The text as it is in the editor now, with line ends as the compiler counts them."""
        held = self.workspace.text_documents.get(uri)
        text: str = held.source if held else ""  # closed while it was asked about
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def edition(self, uri: str) -> int | None:
        """Which text that is; None for a file that is not open."""
        held = self.workspace.text_documents.get(uri)
        return held.version if held else None

    async def current(self, uri: str) -> Document:
        """The document of the text as it is now, as soon as it is checked."""
        while (held := self._documents.get(uri)) is None or held[0] != self.edition(uri):
            check = self._checks.get(uri)
            if check is None or check.done():
                check = self._checks[uri] = asyncio.create_task(self._check(uri))
            await asyncio.shield(check)
        return held[1]

    async def _check(self, uri: str) -> None:
        """Check a text on a thread of its own, so that keystrokes are answered meanwhile; one file after the other."""
        async with self._turns:
            version, text = self.edition(uri), self.text(uri)
            self._documents[uri] = (version, await asyncio.to_thread(Document.of, _path(uri), text))

    async def last(self, uri: str) -> Document:
        """The document as last checked, perhaps some keystrokes old: for what must be quick."""
        held = self._documents.get(uri)
        return held[1] if held else await self.current(uri)

    def forget(self, uri: str) -> None:
        """The editor closed the file."""
        self._documents.pop(uri, None)

    def publish_at_once(self, uri: str) -> None:
        """Tell what can be told of an edit without a whole check."""
        held = self._documents.get(uri)
        if held is not None:
            source = SourceFile(_path(uri), self.text(uri))
            self._publish(uri, source, keystroke.findings(held[1], source))

    async def publish_when_quiet(self, uri: str) -> None:
        """Check and tell, unless another keystroke comes first."""
        version = self.edition(uri)
        await asyncio.sleep(QUIET)
        if version is not None and self.edition(uri) == version:
            await self.publish(uri)

    async def publish(self, uri: str) -> None:
        """Check and tell, unless the file is edited or closed meanwhile: then another check follows."""
        version = self.edition(uri)
        document = await self.current(uri)
        if version is not None and self.edition(uri) == version:
            self._publish(uri, document.source, document.checked.diagnostics)

    def _publish(self, uri: str, source: SourceFile, diagnostics: tuple[Diagnostic, ...]) -> None:
        found = [_diagnostic(source, uri, one) for one in diagnostics]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, self.edition(uri)))


def _path(uri: str) -> str:
    return unquote(urlparse(uri).path) or uri


def _diagnostic(source: SourceFile, uri: str, one: Diagnostic) -> types.Diagnostic:
    related = [
        types.DiagnosticRelatedInformation(types.Location(uri, places.range_of(source, span)), words)
        for span, words in one.related
        if span.known
    ]
    return types.Diagnostic(
        range=places.range_of(source, one.span),
        message=one.whole_text,
        severity=_SEVERITY[one.severity],
        code=one.code,
        source="trialc",
        related_information=related or None,
    )


server = TrialServer()


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
async def _opened(ls: TrialServer, params: types.DidOpenTextDocumentParams) -> None:
    await ls.publish(params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
async def _changed(ls: TrialServer, params: types.DidChangeTextDocumentParams) -> None:
    ls.publish_at_once(params.text_document.uri)
    await ls.publish_when_quiet(params.text_document.uri)


@server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
def _closed(ls: TrialServer, params: types.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    ls.forget(uri)
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


@server.feature(types.TEXT_DOCUMENT_HOVER)
async def _hover(ls: TrialServer, params: types.HoverParams) -> types.Hover | None:
    document = await ls.current(params.text_document.uri)
    found = reading.hover(document, places.offset(document.source, params.position))
    if found is None:
        return None
    text = types.MarkupContent(types.MarkupKind.Markdown, found[0])
    return types.Hover(text, places.range_of(document.source, found[1]))


@server.feature(
    types.TEXT_DOCUMENT_COMPLETION,
    types.CompletionOptions(trigger_characters=[".", " "], resolve_provider=True),
)
async def _completion(ls: TrialServer, params: types.CompletionParams) -> types.CompletionList:
    uri = params.text_document.uri
    source = SourceFile(_path(uri), ls.text(uri))
    offers = completion.offers(await ls.last(uri), source.text, places.offset(source, params.position))
    items = [
        types.CompletionItem(one.text, kind=_OFFERED[one.kind], detail=one.detail or None, data={"uri": uri})
        for one in offers
    ]
    return types.CompletionList(is_incomplete=False, items=items)


@server.feature(types.COMPLETION_ITEM_RESOLVE)
async def _resolved(ls: TrialServer, item: types.CompletionItem) -> types.CompletionItem:
    data = item.data
    text = reading.about(await ls.last(data["uri"]), item.label) if isinstance(data, dict) else None
    item.documentation = types.MarkupContent(types.MarkupKind.Markdown, text) if text else None
    return item


@server.feature(types.TEXT_DOCUMENT_DEFINITION)
async def _definition(ls: TrialServer, params: types.DefinitionParams) -> types.Location | None:
    uri = params.text_document.uri
    document = await ls.current(uri)
    mention = document.at(places.offset(document.source, params.position))
    declared = document.declaration(mention.text) if mention else None
    return types.Location(uri, places.range_of(document.source, declared.span)) if declared else None


@server.feature(types.TEXT_DOCUMENT_REFERENCES)
async def _references(ls: TrialServer, params: types.ReferenceParams) -> list[types.Location]:
    uri = params.text_document.uri
    document = await ls.current(uri)
    mention = document.at(places.offset(document.source, params.position))
    found = document.everywhere(mention.text) if mention else ()
    wanted = (one for one in found if params.context.include_declaration or not one.declares)
    return [types.Location(uri, places.range_of(document.source, one.span)) for one in wanted]


@server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
async def _may_be_renamed(ls: TrialServer, params: types.PrepareRenameParams) -> types.Range | None:
    document = await ls.current(params.text_document.uri)
    mention = document.at(places.offset(document.source, params.position))
    if mention is None or document.declaration(mention.text) is None:
        return None
    return places.range_of(document.source, mention.span)


@server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
async def _renamed(ls: TrialServer, params: types.RenameParams) -> types.WorkspaceEdit | None:
    uri = params.text_document.uri
    document = await ls.current(uri)
    mention = document.at(places.offset(document.source, params.position))
    if mention is None or document.declaration(mention.text) is None or not _NAME.fullmatch(params.new_name):
        return None
    if any(document.everywhere(params.new_name)):
        ls.window_show_message(
            types.ShowMessageParams(types.MessageType.Error, f"`{params.new_name}` is a name already")
        )
        return None
    edits = [
        types.TextEdit(places.range_of(document.source, one.span), params.new_name)
        for one in document.everywhere(mention.text)
    ]
    return types.WorkspaceEdit(changes={uri: edits})


@server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
async def _symbols(ls: TrialServer, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    return outline.symbols(await ls.current(params.text_document.uri))


@server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
async def _folds(ls: TrialServer, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    return outline.folds(await ls.current(params.text_document.uri))


@server.feature(types.TEXT_DOCUMENT_FORMATTING)
def _formatted(ls: TrialServer, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    uri = params.text_document.uri
    source = SourceFile(_path(uri), ls.text(uri))
    try:
        text = formatted(source)
    except (NotFormattedError, ChangedMeaningError):
        return None  # what is wrong is among the diagnostics
    return [] if text == source.text else [types.TextEdit(places.whole(source), text)]


@server.feature(
    types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, types.SemanticTokensLegend(list(_TOKENS), ["declaration"])
)
async def _tokens(ls: TrialServer, params: types.SemanticTokensParams) -> types.SemanticTokens:
    document = await ls.current(params.text_document.uri)
    data: list[int] = []
    line = column = 0
    for one in document.mentions:
        start, end = (places.position(document.source, offset) for offset in (one.span.start, one.span.end))
        data += [start.line - line, start.character - (column if start.line == line else 0)]
        data += [end.character - start.character, _token(document, one.text), int(one.declares)]
        line, column = start.line, start.character
    return types.SemanticTokens(data)


def _token(document: Document, name: str) -> int:
    scope = document.checked.scope
    if name in scope.facts:
        return _TOKENS.index("variable")
    return _TOKENS.index("function" if name in scope.definitions or "." in name else "class")


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION,
    types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
)
async def _actions(ls: TrialServer, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    document = await ls.current(uri)
    start, end = (places.offset(document.source, one) for one in (params.range.start, params.range.end))
    return [
        types.CodeAction(
            title=actions.title(fix),
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[_diagnostic(document.source, uri, one)],
            edit=types.WorkspaceEdit(
                changes={
                    uri: [
                        types.TextEdit(places.range_of(document.source, edit.span), edit.text)
                        for edit in fix.edits
                    ]
                }
            ),
        )
        for one, fix in actions.fixes(document, Span(start, end))
    ]


@server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
async def _hints(ls: TrialServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    document = await ls.current(params.text_document.uri)
    return [
        types.InlayHint(places.position(document.source, offset), text, types.InlayHintKind.Type)
        for offset, text in hints.hints(document)
    ]


@server.feature(types.TEXT_DOCUMENT_CODE_LENS)
async def _lenses(ls: TrialServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    uri = params.text_document.uri
    document = await ls.current(uri)
    protocol = document.checked.protocol
    return [
        types.CodeLens(
            places.range_of(document.source, example.span),
            types.Command("run example", _RUN, arguments=[uri, example.name]),
        )
        for example in (protocol.examples if protocol else ())
        if example.span.known
    ]


@server.command(_RUN)
async def _run(ls: TrialServer, uri: str, name: str) -> str:
    protocol = (await ls.current(uri)).checked.protocol
    example = next((one for one in protocol.examples if one.name == name), None) if protocol else None
    if protocol is None or example is None:
        found: tuple[str, ...] = ("the file has errors",)
    else:
        found = differences(example, judge_example(protocol, example))
    words = f"{name}: " + ("; ".join(found) or "as expected")
    kind = types.MessageType.Warning if found else types.MessageType.Info
    ls.window_show_message(types.ShowMessageParams(kind, words))
    return words
