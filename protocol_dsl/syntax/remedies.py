"""Fixes for a word that cannot stand where it stands: tried on the grammar, or told from the look of the words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import suggest
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
_TIMES_LIMIT = re.compile(
    r"(?P<number>\d{1,20}(?:\.\d{1,20})?)\s*(?:x|X|times)\s+(?:the\s+)?(?P<limit>(?:ULN|LLN)\b)"
)
_OTHER_WORDS = {"include": "inclusion", "exclude": "exclusion"}
"""Words that protocols use for those that begin a criterion here."""
_FOR_SPAN = re.compile(r"\bfor\s+(?P<span>\d[\d.]*\s+[a-z]+)\s*$")


def remedy(stop: Stop, machine: Machine) -> str | None:
    """How to put right what was found at the stop, if that can be told."""
    return _by_look(stop) or _nearest(stop, machine) or _by_trial(stop, machine) or _by_kind(stop)


def remedy_of_unfinished(stop: Stop) -> str | None:
    """How to finish a statement that breaks off at the stop, if that can be told."""
    held = _FOR_SPAN.search(stop.text[stop.start : stop.offset])
    if held is None:
        return None
    return f"write `for at least {held['span']}` or `for more than {held['span']}`"


def _by_look(stop: Stop) -> str | None:
    found, before = stop.found, stop.word_before()
    if found in _DIGITS and "NUMBER" in stop.failure.expected:
        return f"write the number in digits: `{_DIGITS[found]}`"
    if found == "of" and before in _GROUPS:
        return f"write braces round what follows: `{before} of {{ …, … }}`"
    if found in _COMPARISONS and any(piece in _COMPARISONS for piece in stop.pieces()):
        return "write `x between 1 and 3`, or two comparisons joined by `and`"
    if found in _OTHER_WORDS and {"INCLUSION", "EXCLUSION"} <= stop.failure.expected:
        return f"write `{_OTHER_WORDS[found]}` instead of `{found}`"
    multiple = _multiple(stop)
    if multiple is not None:
        return f"write `{multiple}`"
    scientific = _EXPONENT.search(stop.text[stop.start : stop.offset])
    if scientific is not None:
        return f"write the number out: `{Decimal(scientific[0].strip()):f}`"
    if before.isdigit() and re.fullmatch(r"\d{3}", found):
        return f"write `{before}{found}`, without a blank, for one number"
    return None


def _multiple(stop: Stop) -> str | None:
    """`1.5 ULN`, where the stop lies in `1.5 x ULN` or `1.5 times the ULN`."""
    line = stop.text[stop.start : stop.item.end]
    for found in _TIMES_LIMIT.finditer(line):
        if found.start() <= stop.offset - stop.start < found.end():
            return f"{found['number']} {found['limit']}"
    return None


def _nearest(stop: Stop, machine: Machine) -> str | None:
    """The words that could stand here and look like what does, unless that is a word of the language itself."""
    if not stop.found[:1].isalpha() or stop.found in machine.words:
        return None
    near = suggest(stop.found, words(stop.failure.expected, machine.spelling))
    return f"did you mean {' or '.join(f'`{word}`' for word in near)}?" if near else None


def _by_trial(stop: Stop, machine: Machine) -> str | None:
    """A word put in, or put instead, that lets the grammar go on past what was found."""
    literals = machine.spelled(stop.failure.expected)
    for word in _INSTEAD.get(stop.found, ()):
        if word in literals and _goes_on(stop, machine, word, len(stop.found)):
            return f"write `{word}` instead of `{stop.found}`"
    for word in _MISSING:
        if word in literals and _goes_on(stop, machine, f" {word} ", 0):
            return f"write `{word}` before `{stop.found}`"
    unit = _UNIT.match(stop.text, stop.offset, stop.item.end)
    if "in" in literals and unit and stop.word_before() in _KINDS and _goes_on(stop, machine, "in ", 0):
        return f"write `in {unit[0]}`"
    return None


def _goes_on(stop: Stop, machine: Machine, word: str, replaced: int) -> bool:
    offset, item = stop.offset, stop.item
    text = stop.text[:offset] + word + stop.text[offset + replaced : item.end]
    again = machine.read(text, item.start, len(text))
    # What was found must be taken, and something after it.
    taken = offset + len(word) + len(stop.found) - replaced
    return not isinstance(again, Failure) or again.offset > taken


def _by_kind(stop: Stop) -> str | None:
    expected = stop.failure.expected
    if expected == {"STRING"} and stop.found[:1].isalpha():
        return 'write the words in quotes: `"…"`'
    if expected == {"STRING"} and stop.found == "{":
        return 'write a title in quotes before `{`: `"…"`'
    return None
