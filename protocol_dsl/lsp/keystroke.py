"""What can be said of a keystroke at once: the block edited is read and named anew, the rest is as last checked.

A whole check follows when the editor is quiet; it alone knows what an edit means for the other blocks.
"""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Collector, Diagnostic, Severity
from protocol_dsl.lowering.lower import lower
from protocol_dsl.lsp.document import Document
from protocol_dsl.lsp.moving import Change, moved
from protocol_dsl.semantics.collect import collect
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.nodes import Item, Tree, criteria
from protocol_dsl.syntax.parser import parse
from protocol_dsl.syntax.rewording import reworded


@frozen
class Region:
    """The blocks an edit touches, with the one on either side: `old` in the text last checked, `new` in this one."""

    old: Span
    new: Span
    change: Change


def findings(document: Document, source: SourceFile) -> tuple[Diagnostic, ...]:
    """Findings of a text newer than the document: in the region edited its own errors, elsewhere the last ones."""
    region = _region(document, source.text)
    if region is None:
        return document.checked.diagnostics
    kept = [one for one in document.checked.diagnostics if not _inside(one.span, region.old)]
    elsewhere = moved(tuple(kept), region.change.by, region.change.old)
    return Collector([*elsewhere, *_found(document, source, region)]).sorted()


def known_start(document: Document, text: str, offset: int) -> int:
    """Where a block begins, before `offset` and before all that differs from the text last checked."""
    region = _region(document, text)
    edited = len(text) if region is None else region.change.start
    starts = (item.span.start for item in document.checked.tree.items)
    return max((start for start in starts if start < min(edited, offset)), default=0)


def _region(document: Document, text: str) -> Region | None:
    """None when the texts are the same."""
    before = document.source.text
    if before == text:
        return None
    change = Change.between(before, text)
    starts = [item.span.start for item in document.checked.tree.items]
    above = [start for start in starts if start < change.start]
    below = [start for start in starts if start > change.old]
    start = above[-2] if len(above) > 1 else 0
    end = below[1] if len(below) > 1 else len(before)
    return Region(Span(start, end), Span(start, end + change.by), change)


def _inside(span: Span, region: Span) -> bool:
    return span.known and region.start <= span.start < max(region.end, region.start + 1)


def _found(document: Document, source: SourceFile, region: Region) -> list[Diagnostic]:
    """Errors of syntax, of names and of types in the region, beside the declarations of the last check."""
    part = SourceFile(
        source.path, source.slice(region.new)
    )  # read by itself: no time is spent on what stands before
    start, parsed = region.new.start, parse(part)
    found = Collector(moved(parsed.diagnostics, start, 0))
    around = moved(
        tuple(item for item in document.checked.tree.items if _declares(item, region)),
        region.change.by,
        region.change.old,
    )
    items = sorted((*around, *moved(parsed.tree.items, start, 0)), key=lambda item: item.span.start)
    damaged = parsed.damaged_names | document.checked.scope.damaged
    tree = Tree(tuple(items), Span(0, len(source.text)))
    lower(tree, collect(tree, source, damaged, found), source, found)
    inside = tuple(one for one in found.sorted() if _inside(one.span, region.new))
    said = moved(reworded(part, moved(inside, -start, start)), start, 0)
    return [one for one in said if one.severity is Severity.ERROR]


def _declares(item: Item, region: Region) -> bool:
    """Whether a block outside the region gives what stands in it its meaning."""
    judged = isinstance(item, criteria.Criterion | criteria.Stage | criteria.OutOfScope | criteria.Example)
    return not judged and not _inside(item.span, region.old)
