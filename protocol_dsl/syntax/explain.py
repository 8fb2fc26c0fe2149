"""From the place where the grammar stopped to what the author did wrong there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from protocol_dsl.diagnostics import suggest
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
from protocol_dsl.syntax.expected import phrase, words
from protocol_dsl.syntax.lexical import OPAQUE
from protocol_dsl.syntax.machine import Failure, Machine

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic

_PIECE = re.compile(
    rf"{OPAQUE}|[A-Za-z_][A-Za-z0-9_.]*|\d[\d.]*|<=|>=|!=|[^\s]",
    re.ASCII,
)
_DATE_LIKE = re.compile(r"\d{1,4}(?P<sign>[-./])\d{1,2}(?P=sign)\d{1,4}", re.ASCII)
_UNIT_LIKE = re.compile(r"(?:%|\[\w+\]|[A-Za-zµμ]+(?:/[A-Za-z0-9.*^µμ]+)+)(?![\w(])")
_UNIT_AHEAD = re.compile(r"[A-Za-zµμ%\[/10][^\s,{}\"]*")
_OPERATORS = frozenset({"not", "known", "and", "or", "then", "else", "is", "with", "where", "except", "if"})
_LONGEST_STATEMENT = 60


@frozen
class Stop:
    """Where reading one item of the text stopped, and how."""

    text: str
    item: Span
    keyword: str
    """Of the item."""
    start: int
    """Of the statement in which it stopped, or of the item."""
    failure: Failure
    unfinished: bool
    """Whether what stands at the stop begins something new."""

    @property
    def offset(self) -> int:
        """Of the first word that could not be taken."""
        return self.failure.offset

    @property
    def found(self) -> str:
        """The word, sign or text at the stop; empty at the end."""
        piece = _PIECE.match(self.text, self.offset, self.item.end)
        return piece[0] if piece else ""

    def start_of(self, closing: str) -> int:
        """From where on the partner of a closing sign is looked for: a parenthesis lies within a statement."""
        return self.item.start if closing == "}" else min(self.start, self.offset)

    def before(self) -> Span | None:
        """The last piece before the stop that is no comment."""
        last = None
        for piece in _PIECE.finditer(self.text, self.start, self.offset):
            if not piece[0].startswith("#"):
                last = Span(*piece.span())
        return last


def explain(stop: Stop, machine: Machine) -> Diagnostic:
    """The diagnostic for one stop of the grammar."""
    return (
        _malformed_date(stop)
        or _reserved(stop, machine)
        or _stray_or_unfinished(stop, machine)
        or _unit_without_number(stop, machine)
        or _unexpected(stop, machine)
    )


def _malformed_date(stop: Stop) -> Diagnostic | None:
    if stop.keyword != "example":
        return None
    for like in _DATE_LIKE.finditer(stop.text, max(stop.start, stop.offset - 10), stop.offset + 10):
        if like.start() <= stop.offset <= like.end():
            return MalformedDate(Span(*like.span()), like[0])
    return None


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
        return StrayClosing(span, found, OPENING[found])
    if before is None or not (stop.unfinished or found in ("", *OPENING)):
        return None
    said = " ".join(stop.text[stop.start : before.end].split())
    if len(said) > _LONGEST_STATEMENT:
        said = "… " + said[-_LONGEST_STATEMENT:]
    return UnfinishedStatement(before, said, phrase(stop.failure.expected, machine.spelling))


def _unit_without_number(stop: Stop, machine: Machine) -> Diagnostic | None:
    unit = _UNIT_LIKE.match(stop.text, stop.offset, stop.item.end)
    expected = stop.failure.expected
    if unit is None or "NUMBER" not in expected:
        return None
    cure = f"write the number before it, such as `1 {unit[0]}`"
    return UnitWithoutNumber(Span(*unit.span()), unit[0], phrase(expected, machine.spelling), cure)


def _unexpected(stop: Stop, machine: Machine) -> Diagnostic:
    found, expected = stop.found, stop.failure.expected
    acceptable = words(expected, machine.spelling)
    near = suggest(found, acceptable) if found[:1].isalpha() else ()
    cure = None if near else _cure(stop, acceptable)
    place = Span(stop.offset, stop.offset + max(1, len(found)))
    return UnexpectedWord(place, found, phrase(expected, machine.spelling), near, cure)


def _cure(stop: Stop, acceptable: tuple[str, ...]) -> str | None:
    """A fix told from the look of what was found."""
    expected, before = stop.failure.expected, stop.before()
    kind = "" if before is None else stop.text[before.start : before.end]
    if kind in ("lab", "measure", "number") and "in" in acceptable:
        unit = _UNIT_AHEAD.match(stop.text, stop.offset)
        return None if unit is None else f"write `in {unit[0]}`"
    if "STRING" in expected and "NAME" not in expected and stop.found[:1].isalpha() and not acceptable:
        return 'write the words in quotes: `"…"`'
    return None
