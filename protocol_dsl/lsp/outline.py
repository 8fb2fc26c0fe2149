"""The shape of a file: its items by name, and what can be folded."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from protocol_dsl.lsp.document import Document
from protocol_dsl.lsp.places import range_of
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import Item, criteria, facts, schedule, visits
from protocol_dsl.syntax.nodes.words import Name, Text

_KINDS = {
    criteria.ProtocolBlock: types.SymbolKind.Module,
    facts.Fact: types.SymbolKind.Variable,
    facts.Define: types.SymbolKind.Function,
    facts.ValueSet: types.SymbolKind.Enum,
    facts.Anchor: types.SymbolKind.Event,
    facts.Cohort: types.SymbolKind.Enum,
    criteria.Criterion: types.SymbolKind.Class,
    criteria.Stage: types.SymbolKind.Namespace,
    criteria.Example: types.SymbolKind.Object,
    schedule.Intervention: types.SymbolKind.Constant,
    schedule.Regimen: types.SymbolKind.Struct,
    schedule.Arm: types.SymbolKind.Struct,
    visits.Epoch: types.SymbolKind.Event,
    visits.Visit: types.SymbolKind.Event,
    visits.Visits: types.SymbolKind.Event,
}


def symbols(document: Document) -> list[types.DocumentSymbol]:
    """Items that have a name, in order; the criteria of a stage below it."""
    return [one for item in document.checked.tree.items for one in _symbols(document, item)]


def _symbols(
    document: Document, item: Item | criteria.Criterion | facts.Note
) -> Iterator[types.DocumentSymbol]:
    if isinstance(item, facts.Facts):
        for entry in item.entries:
            yield _symbol(document, entry.name, entry.label, types.SymbolKind.Variable, entry.span)
    kind = _KINDS.get(type(item))
    name = getattr(item, "name", None)
    if kind is None or not isinstance(name, Name | Text):
        return
    title = next((text for text in (getattr(item, one, None) for one in ("title", "label")) if text), None)
    symbol = _symbol(document, name, title, kind, item.span)
    if isinstance(item, criteria.Stage):
        symbol.children = [one for part in item.criteria for one in _symbols(document, part)]
    yield symbol


def _symbol(
    document: Document, name: Name | Text, title: Text | None, kind: types.SymbolKind, span: Span
) -> types.DocumentSymbol:
    source = document.source
    return types.DocumentSymbol(
        name=name.text or "(unnamed)",
        detail=title.text if title else None,
        kind=kind,
        range=range_of(source, span.merge(name.span)),
        selection_range=range_of(source, name.span),
    )


def folds(document: Document) -> list[types.FoldingRange]:
    """Items over several lines, and runs of comment lines."""
    spans = [item.span for item in document.checked.tree.items]
    lines = (
        (document.source.position(one.start).line, document.source.position(one.end).line) for one in spans
    )
    found = [types.FoldingRange(first - 1, last - 1) for first, last in lines if last > first]
    return found + [
        types.FoldingRange(first, last, kind=types.FoldingRangeKind.Comment)
        for first, last in _comments(document)
    ]


def _comments(document: Document) -> Iterator[tuple[int, int]]:
    first = None
    for number, line in enumerate((*document.source.lines, "")):
        is_comment = line.lstrip().startswith("#")
        if is_comment and first is None:
            first = number
        if not is_comment and first is not None:
            if number - 1 > first:
                yield first, number - 1
            first = None
