"""Errors of meaning that come of a habit: `3*ULN` reads as a product with an unknown name, and is a multiple."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import Severity
from protocol_dsl.source import Span
from protocol_dsl.syntax.machine import machine
from protocol_dsl.syntax.recovery.items import items
from protocol_dsl.syntax.wording import other_wording

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic
    from protocol_dsl.source import SourceFile


def reworded(source: SourceFile, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings, where an error that only its meaning showed lies in the words of a habit: that is said instead.

    In an example one misread value throws all that follow out of step: what is said of them is left out.
    """
    if not any(_of_meaning(one) for one in found):
        return found
    parts = items(source.text)
    said: dict[tuple[int, int, str], Diagnostic] = {}
    silent: list[Span] = []
    for one in found:
        item = next((part for part in parts if part.span.start <= one.span.start < part.span.end), None)
        if item is None or not _of_meaning(one):
            said[one.span.start, one.span.end, one.message_text] = one
            continue
        if any(span.covers(one.span.start) for span in silent):
            continue
        other = other_wording(source.text, item.span, item.keyword, one.span, machine(), item.span.end)
        kept = other or one
        said.setdefault((kept.span.start, kept.span.end, kept.message_text), kept)
        if item.keyword == "example" and (other is not None or _misspelled(one)):
            silent.append(Span(one.span.start, item.span.end))
        elif other is not None:
            silent.append(other.span)
    return tuple(said.values())


def _misspelled(one: Diagnostic) -> bool:
    """Whether the word that begins a statement of an example is misspelled: all that follows reads as other facts."""
    suggested: tuple[str, ...] = getattr(one, "suggestions", ())
    return bool(suggested) and suggested[0] in {"expect", "unknown", "answer", "note"}


def _of_meaning(one: Diagnostic) -> bool:
    """Whether it is an error about names, types or units, for which no sure fix is known."""
    return one.severity is Severity.ERROR and one.code[0] in "NT" and one.span.known and not one.fixes
