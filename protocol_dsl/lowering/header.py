"""The registry header: the entries in the author's order for documents, the typed ones for checks."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from protocol_dsl.ir.protocol import Header
from protocol_dsl.syntax.nodes import criteria as syntax
from protocol_dsl.syntax.nodes import facts, words

_YEARS = {"year": Fraction(1), "month": Fraction(1, 12), "week": Fraction(7, 365), "day": Fraction(1, 365)}


def header(node: syntax.ProtocolBlock) -> Header:
    """The header of a protocol block. Ages are in years."""
    entries = tuple(_entry(entry) for entry in node.entries if not isinstance(entry, _UNPRINTED))
    ages = [entry for entry in node.entries if isinstance(entry, syntax.HeaderAge)]
    counts = [entry for entry in node.entries if isinstance(entry, syntax.HeaderEnrollment)]
    sexes = [e for e in node.entries if isinstance(e, syntax.HeaderWord) and e.key.text == "sex"]
    low, high = _ages(ages[0]) if ages else (None, None)
    return Header(
        node.name.text,
        node.title.text,
        entries,
        sexes[0].word.text if sexes else None,
        low,
        high,
        int(counts[0].number.value) if counts else None,
        node.span,
    )


_UNPRINTED = facts.Note | facts.SourceText | facts.SourcePointer


def _ages(node: syntax.HeaderAge) -> tuple[Fraction | None, Fraction | None]:
    high_unit = node.high_unit or node.low_unit or "year"
    low_unit = node.low_unit or high_unit
    low = None if node.low is None else node.low.value * _YEARS.get(low_unit, Fraction(1))
    high = None if node.high is None else node.high.value * _YEARS.get(high_unit, Fraction(1))
    return low, high


def _entry(
    entry: syntax.HeaderText
    | syntax.HeaderWord
    | syntax.HeaderPhase
    | syntax.HeaderEnrollment
    | syntax.HeaderAge
    | syntax.HeaderVolunteers,
) -> tuple[str, str]:
    match entry:
        case syntax.HeaderText():
            return entry.key.text, " ".join(entry.text.text.split())
        case syntax.HeaderWord():
            word = entry.word.text
            return entry.key.text, word.replace("_", " ") if isinstance(entry.word, words.Name) else word
        case syntax.HeaderPhase():
            return "phase", "/".join(entry.phases)
        case syntax.HeaderEnrollment():
            return "enrollment", f"{entry.number.text} {entry.type or ''}".strip()
        case syntax.HeaderAge():
            return "age", _age_words(entry)
        case syntax.HeaderVolunteers():
            return "healthy_volunteers", "yes" if entry.accepted else "no"
        case _:
            assert_never(entry)


def _age_words(node: syntax.HeaderAge) -> str:
    low = (
        "" if node.low is None else f"{node.low.text} {node.low_unit + 's' if node.low_unit else ''}".strip()
    )
    high = "" if node.high is None else f"{node.high.text} {(node.high_unit or 'year') + 's'}"
    if low and high:
        return f"{low} to {high}"
    return f"{low or '0'} and over" if low else f"up to {high}"
