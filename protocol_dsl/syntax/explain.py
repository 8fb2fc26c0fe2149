"""From the place where the grammar stopped to what the author did wrong there."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import Fix
from protocol_dsl.source import Span
from protocol_dsl.syntax.brackets import OPENING, is_open
from protocol_dsl.syntax.errors import (
    MalformedDate,
    ReservedWord,
    StrayClosing,
    UnexpectedWord,
    UnfinishedStatement,
    UnitWithoutNumber,
)
from protocol_dsl.syntax.expected import NEXT_ITEM, beginning, phrase
from protocol_dsl.syntax.machine import Failure, Machine
from protocol_dsl.syntax.remedies import remedy, remedy_of_unfinished
from protocol_dsl.syntax.stop import Stop
from protocol_dsl.syntax.wording import other_wording

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic

_DATE_LIKE = re.compile(r"\d{1,4}(?P<sign>[-./])\d{1,2}(?P=sign)\d{1,4}", re.ASCII)
_UNIT_LIKE = re.compile(r"(?:%|\[\w+\]|[A-Za-zµμ]+(?:/[A-Za-z0-9.*^µμ]+)+)(?![\w(])")
_OPERATORS = frozenset({"not", "known", "and", "or", "then", "else", "is", "with", "where", "except", "if"})
_LONGEST_STATEMENT = 60


def explain(stop: Stop, machine: Machine) -> Diagnostic:
    """The diagnostic for one stop of the grammar."""
    return (
        _malformed_date(stop)
        or _other_wording(stop, machine)
        or _reserved(stop, machine)
        or _stray_or_unfinished(stop, machine)
        or _unit_without_number(stop, machine)
        or _reserved_name(stop)
        or _unexpected(stop, machine)
    )


def _malformed_date(stop: Stop) -> Diagnostic | None:
    if stop.keyword != "example":
        return None
    for like in _DATE_LIKE.finditer(stop.text, max(stop.start, stop.offset - 10), stop.offset + 10):
        if like.start() <= stop.offset <= like.end():
            span = Span(*like.span())
            dates = _dates(like[0])
            return MalformedDate(span, like[0], dates, fixes=tuple(Fix.put(span, date) for date in dates))
    return None


def _dates(written: str) -> tuple[str, ...]:
    """The days that figures may mean, the day before the month first: `03/04/2025` is two of them."""
    figures = [int(part) for part in re.split(r"[-./]", written)]
    if figures[0] > 31:
        orders = [(figures[0], figures[1], figures[2])]
    else:
        orders = [(figures[2], figures[1], figures[0]), (figures[2], figures[0], figures[1])]
    real = (f"{year:04}-{month:02}-{day:02}" for year, month, day in orders if _is_day(year, month, day))
    return tuple(dict.fromkeys(real))


def _is_day(year: int, month: int, day: int) -> bool:
    return year > 1800 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _other_wording(stop: Stop, machine: Machine) -> Diagnostic | None:
    before = stop.before()
    start = stop.offset if before is None else before.start
    place = Span(start, stop.offset + (1 if stop.found else 0))
    return other_wording(stop.text, stop.item, stop.keyword, place, machine, stop.offset)


def _reserved(stop: Stop, machine: Machine) -> Diagnostic | None:
    """A keyword before the stop that, were it a name, would let the grammar go on."""
    before = stop.before()
    if before is None or before.start == stop.start:
        return None
    word = stop.text[before.start : before.end]
    if word not in machine.words or word in _OPERATORS:
        return None
    named = stop.text[: before.start] + "_" * len(word) + stop.text[before.end :]
    again = machine.read(named, stop.item.start, stop.item.end)
    if isinstance(again, Failure) and again.offset <= stop.offset + len(stop.found):
        return None
    return ReservedWord(before, word)


def _stray_or_unfinished(stop: Stop, machine: Machine) -> Diagnostic | None:
    found, before = stop.found, stop.before()
    span = Span(stop.offset, stop.offset + 1)
    if found in OPENING and not is_open(stop.text, stop.start_of(found), stop.offset, OPENING[found]):
        return StrayClosing(span, found, OPENING[found], fixes=(Fix.put(span, ""),))
    if before is None or not (stop.unfinished or found in ("", *OPENING)):
        return None
    said = " ".join(stop.text[stop.start : before.end].split())
    if len(said) > _LONGEST_STATEMENT:
        said = "… " + said[-_LONGEST_STATEMENT:]
    cure = remedy_of_unfinished(stop)
    expected = phrase(stop.failure.expected, machine.spelling)
    if cure is None:
        return UnfinishedStatement(before, said, expected)
    return UnfinishedStatement(before, said, expected, cure.words, fixes=cure.fixes)


def _unit_without_number(stop: Stop, machine: Machine) -> Diagnostic | None:
    unit = _UNIT_LIKE.match(stop.text, stop.offset, stop.item.end)
    expected = stop.failure.expected
    if unit is None or "NUMBER" not in expected:
        return None
    cure = f"write the number before it, such as `1 {unit[0]}`"
    return UnitWithoutNumber(Span(*unit.span()), unit[0], phrase(expected, machine.spelling), cure)


def _reserved_name(stop: Stop) -> Diagnostic | None:
    """A word that is never a name, where only a name could stand."""
    if stop.failure.expected == {"NAME"} and stop.found[:1].isalpha():
        return ReservedWord(Span(stop.offset, stop.offset + len(stop.found)), stop.found)
    return None


def _unexpected(stop: Stop, machine: Machine) -> Diagnostic:
    place = Span(stop.offset, stop.offset + max(1, len(stop.found)))
    wanted, cure = _wanted(stop, machine), remedy(stop, machine)
    if cure is None:
        return UnexpectedWord(place, stop.found, wanted)
    return UnexpectedWord(place, stop.found, wanted, cure.words, fixes=cure.fixes)


def _wanted(stop: Stop, machine: Machine) -> str:
    expected = stop.failure.expected
    if stop.start != stop.offset:
        return phrase(expected, machine.spelling)
    # The words begin no statement of the language; at the margin of the file they were meant to begin an item.
    return NEXT_ITEM if "$END" in expected else beginning(expected, machine.spelling)
