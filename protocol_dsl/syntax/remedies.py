"""Fixes for a word that cannot stand where it stands: tried on the grammar, or told from the look of the words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import frozen

from protocol_dsl.diagnostics import Fix, suggest
from protocol_dsl.source import Span
from protocol_dsl.syntax.expected import words
from protocol_dsl.syntax.machine import Failure

if TYPE_CHECKING:
    from protocol_dsl.syntax.machine import Machine
    from protocol_dsl.syntax.stop import Stop

_MISSING = (":", ",", "{", "=", "to", ")")
"""What is most often forgotten, in the order it is tried."""
_INSTEAD = {
    "and": (",",),
    "or": (",",),
    "in": ("at", "of"),
    "=": (":", "is"),
    ":": ("=",),
    "-": ("to",),
    "is": (":", "="),
}
"""Words often written for others."""
_DIGITS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_GROUPS = frozenset({"any", "all", "none", "larger", "smaller", "longer", "shorter", "one", "set"})
_COMPARISONS = frozenset({"<", "<=", ">", ">="})
_KINDS = frozenset({"lab", "measure", "number"})
_UNIT = re.compile(r"[^\s,{}\"]+")
_EXPONENT = re.compile(r"(?<![\w.^])\d{1,20}(\.\d{1,20})?[eE][+-]?\d{1,2}\s*$")
_LONG_BLANK = re.compile(r"(?P<first>\d{1,3})(?P<blank>[ \u00a0\u2009\u202f])$")
_FOR_SPAN = re.compile(r"\bfor\s+(?P<span>\d[\d.]*\s+[a-z]+)\s*$")


@frozen
class Remedy:
    """What to do, in words, and the fixes an editor can apply."""

    words: str
    fixes: tuple[Fix, ...] = ()


def remedy(stop: Stop, machine: Machine) -> Remedy | None:
    """How to put right what was found at the stop, if that can be told."""
    return _by_look(stop) or _nearest(stop, machine) or _by_trial(stop, machine) or _by_kind(stop)


def remedy_of_unfinished(stop: Stop) -> Remedy | None:
    """How to finish a statement that breaks off at the stop, if that can be told."""
    held = _FOR_SPAN.search(stop.text[stop.start : stop.offset])
    if held is None:
        return None
    at = stop.start + held.start("span")
    fixes = (Fix.insert(at, "at least "), Fix.insert(at, "more than "))
    return Remedy(f"write `for at least {held['span']}` or `for more than {held['span']}`", fixes)


def _by_look(stop: Stop) -> Remedy | None:
    found, before = stop.found, stop.word_before()
    if found in _DIGITS and "NUMBER" in stop.failure.expected:
        digits = str(_DIGITS[found])
        return Remedy(f"write the number in digits: `{digits}`", (Fix.put(_place(stop), digits),))
    if found == "of" and before in _GROUPS:
        return Remedy(f"write braces round what follows: `{before} of {{ …, … }}`")
    if found in _COMPARISONS and any(piece in _COMPARISONS for piece in stop.pieces()):
        return Remedy("write `x between 1 and 3`, or two comparisons joined by `and`")
    scientific = _EXPONENT.search(stop.text, stop.start, stop.offset)
    if scientific is not None:
        plain = f"{Decimal(scientific[0].strip()):f}"
        span = Span(scientific.start(), scientific.start() + len(scientific[0].rstrip()))
        return Remedy(f"write the number out: `{plain}`", (Fix.put(span, plain),))
    if before.isdigit() and re.fullmatch(r"\d{3}", found):
        gap = _LONG_BLANK.search(stop.text, stop.start, stop.offset)
        fixes = (Fix.put(Span(*gap.span("blank")), ""),) if gap else ()
        return Remedy(f"write `{before}{found}`, without a blank, for one number", fixes)
    return None


def _place(stop: Stop) -> Span:
    return Span(stop.offset, stop.offset + len(stop.found))


def _nearest(stop: Stop, machine: Machine) -> Remedy | None:
    """The words that could stand here and look like what does, unless that is a word of the language itself."""
    if not stop.found[:1].isalpha() or stop.found in machine.words:
        return None
    near = suggest(stop.found, words(stop.failure.expected, machine.spelling))
    fixes = tuple(Fix.put(_place(stop), word) for word in near)
    return Remedy(f"did you mean {' or '.join(f'`{word}`' for word in near)}?", fixes) if near else None


def _by_trial(stop: Stop, machine: Machine) -> Remedy | None:
    """A word put in, or put instead, that lets the grammar go on past what was found."""
    literals = machine.spelled(stop.failure.expected)
    for word in _INSTEAD.get(stop.found, ()):
        if word in literals and _goes_on(stop, machine, word, len(stop.found)):
            return Remedy(f"write `{word}` instead of `{stop.found}`", (Fix.put(_place(stop), word),))
    for word in _MISSING:
        if word in literals and _goes_on(stop, machine, f" {word} ", 0):
            return Remedy(f"write `{word}` before `{stop.found}`", (_inserted(stop, word),))
    unit = _UNIT.match(stop.text, stop.offset, stop.item.end)
    if "in" in literals and unit and stop.word_before() in _KINDS and _goes_on(stop, machine, "in ", 0):
        return Remedy(f"write `in {unit[0]}`", (Fix.insert(stop.offset, "in "),))
    return None


def _inserted(stop: Stop, word: str) -> Fix:
    """The word put where it belongs: a comma or a brace behind the words before, any other before what was found."""
    before = stop.before()
    if before is None or word not in (",", "{", ")"):
        return Fix.insert(stop.offset, f"{word} ")
    return Fix.insert(before.end, f" {word}" if word == "{" else word)


def _goes_on(stop: Stop, machine: Machine, word: str, replaced: int) -> bool:
    offset, item = stop.offset, stop.item
    text = stop.text[:offset] + word + stop.text[offset + replaced : item.end]
    again = machine.read(text, item.start, len(text))
    # What was found must be taken, and something after it.
    taken = offset + len(word) + len(stop.found) - replaced
    return not isinstance(again, Failure) or again.offset > taken


def _by_kind(stop: Stop) -> Remedy | None:
    expected = stop.failure.expected
    if expected == {"STRING"} and stop.found[:1].isalpha():
        return Remedy('write the words in quotes: `"…"`')
    if expected == {"STRING"} and stop.found == "{":
        return Remedy('write a title in quotes before `{`: `"…"`', (Fix.insert(stop.offset, '"…" '),))
    return None
