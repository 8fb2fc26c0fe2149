"""The language server over standard input and output, asked by a client as an editor asks."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from protocol_dsl import pipeline
from protocol_dsl.source import SourceFile

URI = "file:///study/a.trial"
TEXT = """\
# 𝒜 is of the planes beyond the first
protocol SMALL01 "A small protocol" { phase 2 }
fact bilirubin : lab in umol/L plausible 0 to 1500 "Serum total bilirubin" {
  molar_mass 584.66 g/mol  normal up to 17.1 umol/L
}
fact creatinine : lab in umol/L plausible 10 to 3000 "Serum creatinine" { molar_mass 113.12 g/mol }
fact hbsag : finding positive, negative "Hepatitis B surface antigen"
define high = bilirubin >= 10 ULN
inclusion I1 "Jaundice" { source "Jaundice." require bilirubin >= 2 mg/dL and high }
inclusion I2 "HBsAg" { source "𝒜" require hbsag is positive }
exclusion E1 "Kidney" { source "Kidney." reject creatinine > 200 umol/L }
example "fits" on 2026-03-02 { age 40 years  sex male  bilirubin 342 umol/L (ULN 17.1)
  hbsag positive  creatinine 80 umol/L  expect eligible }
"""

Ask = Callable[[LanguageClient], Awaitable[Any]]


def asked(
    ask: Ask, text: str = TEXT, publishing: int = 0
) -> tuple[Any, list[types.PublishDiagnosticsParams]]:
    """What the server answers to `ask` once the text is open, and the diagnostics it published meanwhile.

    The server is not let go before it has published that many times.
    """

    async def talk() -> tuple[Any, list[types.PublishDiagnosticsParams]]:
        client = LanguageClient("test", "1")
        published: list[types.PublishDiagnosticsParams] = []

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            published.append(params)

        client.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: None)
        await client.start_io(sys.executable, "-m", "protocol_dsl.cli.main", "lsp")
        await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
        client.initialized(types.InitializedParams())
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(URI, "trial", 1, text))
        )
        answer = await asyncio.wait_for(ask(client), 60)
        async with asyncio.timeout(60):
            while len(published) < publishing:
                await asyncio.sleep(0.02)
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()
        return answer, published

    return asyncio.run(talk())


def at(words: str, inside: int = 1, text: str = TEXT) -> types.Position:
    """The place of a character of some words, as an editor counts."""
    before = text[: text.index(words) + inside]
    last = before.rpartition("\n")[2]
    return types.Position(before.count("\n"), len(last.encode("utf-16-le")) // 2)


def document() -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(URI)


def test_a_clean_file_has_no_diagnostics_and_answers_hover() -> None:
    hover, published = asked(
        lambda client: client.text_document_hover_async(types.HoverParams(document(), at("bilirubin >= 2")))
    )
    assert [one.diagnostics for one in published] == [()]
    assert "Serum total bilirubin" in hover.contents.value
    assert hover.range.start == at("bilirubin >= 2", 0)


def test_places_count_as_editors_do() -> None:
    hover, _ = asked(
        lambda client: client.text_document_hover_async(types.HoverParams(document(), at("hbsag is")))
    )
    assert "Hepatitis B surface antigen" in hover.contents.value
    assert hover.range.start == at("hbsag is", 0)


def test_hover_on_a_criterion_tells_its_meaning_and_source() -> None:
    hover, _ = asked(
        lambda client: client.text_document_hover_async(types.HoverParams(document(), at("require hbsag")))
    )
    assert "hepatitis B surface antigen is positive" in hover.contents.value
    assert "> 𝒜" in hover.contents.value


def test_faults_come_with_code_place_and_fix() -> None:
    wrong = TEXT.replace("require hbsag", "require hbsagg")

    def act(client: LanguageClient) -> Awaitable[Any]:
        place = at("hbsagg", 2, wrong)
        context = types.CodeActionContext([])
        return client.text_document_code_action_async(
            types.CodeActionParams(document(), types.Range(place, place), context)
        )

    fixes, published = asked(act, wrong)
    (found,) = (one for one in published[0].diagnostics if one.severity == types.DiagnosticSeverity.Error)
    assert (found.code, found.range.start) == ("N001", at("hbsagg", 0, wrong))
    (fix,) = fixes
    assert fix.edit.changes[URI][0].new_text == "hbsag"


def test_a_fix_may_change_several_places() -> None:
    wrong = TEXT.replace('"HBsAg" {', '"HBsAg" :\n').replace("hbsag is positive }", "hbsag is positive")

    def act(client: LanguageClient) -> Awaitable[Any]:
        place = at('"HBsAg" :', 2, wrong)
        params = types.CodeActionParams(document(), types.Range(place, place), types.CodeActionContext([]))
        return client.text_document_code_action_async(params)

    (fix,), _ = asked(act, wrong)
    assert [edit.new_text for edit in fix.edit.changes[URI]] == ['"HBsAg" {', "\n}"]
    assert fix.title == 'Write "HBsAg" { … }'


@pytest.mark.parametrize(
    ("words", "inside", "wanted"),
    [
        ("require bilirubin", len("require "), {"bilirubin", "high", "known", "any of {"}),
        ("hbsag is positive", len("hbsag is "), {"positive", "negative", "not"}),
        ("bilirubin >= 2 mg", len("bilirubin >= 2 "), {"ULN", "umol/L", "mg/dL"}),
        ("phase 2", 0, {"sponsor", "enrollment"}),
    ],
)
def test_completion_knows_the_place(words: str, inside: int, wanted: set[str]) -> None:
    offered, _ = asked(
        lambda client: client.text_document_completion_async(
            types.CompletionParams(document(), at(words, inside))
        )
    )
    assert wanted <= {one.label for one in offered.items}


def test_definition_references_and_rename_agree() -> None:
    async def ask(client: LanguageClient) -> Any:
        place = at("high }")
        defined = await client.text_document_definition_async(types.DefinitionParams(document(), place))
        used = await client.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(include_declaration=True), document(), place)
        )
        renamed = await client.text_document_rename_async(types.RenameParams(document(), place, "jaundiced"))
        return defined, used, renamed

    (defined, used, renamed), _ = asked(ask)
    assert defined.range.start == at("high =", 0)
    assert [one.range.start for one in used] == [at("high =", 0), at("high }", 0)]
    assert [one.range for one in renamed.changes[URI]] == [one.range for one in used]


def test_outline_folds_hints_tokens_lenses_and_layout() -> None:
    async def ask(client: LanguageClient) -> Any:
        whole = types.Range(types.Position(0, 0), types.Position(99, 0))
        return (
            await client.text_document_document_symbol_async(types.DocumentSymbolParams(document())),
            await client.text_document_folding_range_async(types.FoldingRangeParams(document())),
            await client.text_document_inlay_hint_async(types.InlayHintParams(document(), whole)),
            await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document())),
            await client.text_document_code_lens_async(types.CodeLensParams(document())),
            await client.text_document_formatting_async(
                types.DocumentFormattingParams(document(), types.FormattingOptions(2, True))
            ),
        )

    (symbols, folds, hints, tokens, lenses, layout), _ = asked(ask)
    assert [one.name for one in symbols] == [
        *("SMALL01", "bilirubin", "creatinine", "hbsag", "high", "I1", "I2", "E1", "fits")
    ]
    assert len(folds) == 2
    assert [one.label for one in hints] == [" = 34.21 umol/L"]
    assert len(tokens.data) % 5 == 0
    assert [one.command.arguments for one in lenses] == [(URI, "fits")]
    assert "fact hbsag      : finding positive, negative" in layout[0].new_text


def test_an_example_runs_from_its_lens() -> None:
    words, _ = asked(
        lambda client: client.workspace_execute_command_async(
            types.ExecuteCommandParams("trial.runExample", [URI, "fits"])
        )
    )
    assert words == "fits: as expected"


def test_an_edit_is_told_at_once_and_after_quiet_as_check_tells_it() -> None:
    begun = TEXT.replace("require hbsag is positive", "require hbsag is positive\n  require inr <")

    async def typed(client: LanguageClient) -> None:
        await client.text_document_document_symbol_async(types.DocumentSymbolParams(document()))
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version=2, uri=URI),
                [types.TextDocumentContentChangeWholeDocument(begun)],
            )
        )

    _, published = asked(typed, publishing=3)
    told = [[(one.code, one.message) for one in params.diagnostics] for params in published]
    checked = pipeline.check(SourceFile("/study/a.trial", begun)).diagnostics
    assert told[0] == []
    assert [code for code, _ in told[1]] == [one.code for one in checked if one.code[0] == "S"]
    assert told[2] == [(one.code, one.whole_text) for one in checked]
