"""What the UCUM reader would take, but a clinical text cannot have meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from protocol_dsl.vocabulary.quantities.errors import CalendarUnit, UnknownUnit
from protocol_dsl.vocabulary.quantities.ucum import split_symbol

if TYPE_CHECKING:
    from protocol_dsl.vocabulary.quantities.unit import Term

_CALENDAR = "calendar months and years vary in length: they are durations of the calendar, not units"
_NO_UNITS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, reason)
    for pattern, kind, reason in (
        (r"(?:calendar )?(?:months?|mos?|years?|yrs?|y|annum)", CalendarUnit, _CALENDAR),
        (
            r"(?:x ?)?(?:ULN|LLN|(?:upper|lower) limit of normal)",
            UnknownUnit,
            "it is a multiple of the sample's own limit of normal, written `10 ULN` without a unit",
        ),
        (r"\[?pH\]?", UnknownUnit, "pH is a plain number in this language: leave the unit out"),
    )
)
_CALENDAR_ATOMS = frozenset({"a", "a_t", "a_j", "a_g", "mo", "mo_s", "mo_j", "mo_g"})

# Codes that a slip of the shift key leads to: what they stand for, and what was meant.
_LOOKALIKES = {
    "u": ("the atomic mass unit", "U"),
    "C": ("the coulomb", "Cel"),
    "F": ("the farad", "[degF]"),
    "G": ("the gauss", "g"),
    "H": ("the henry", "h"),
    "S": ("the siemens", "s"),
}
_HUGE = frozenset({"hg"}) | {
    prefix + atom for prefix in "MGTPEZY" for atom in ("g", "L", "mol", "m", "s", "eq", "osm")
}

_LOST_POWER = re.compile(r"(?<![0-9A-Za-z_.*^\[{])10([3-9]|1[0-4])(?=/|\.?\{)")
_DECIMAL = re.compile(r"(?<![A-Za-z0-9_\[{])[0-9]+\.[0-9]")
_LOOSE_NUMBER = re.compile(r"/([0-9]+\.[A-Za-z\[%]+)")


def refuse_what_is_no_unit(text: str) -> None:
    """Raises `UnknownUnit` for an empty text, calendar durations, limits of normal and pH."""
    name = " ".join(text.split())
    if not name:
        raise UnknownUnit(text, ("1",), "nothing is written there")
    for pattern, complaint, reason in _NO_UNITS:
        if pattern.fullmatch(name):
            raise complaint(text, (), reason)


def refuse_ambiguous_numbers(code: str) -> None:
    """Raises `UnknownUnit` where UCUM would read another number: `1.5.g`, `g/24.h`, `109/L`."""
    if lost := _LOST_POWER.search(code):
        raised = _LOST_POWER.sub(r"10*\1", code)
        raise UnknownUnit(
            code, (raised,), f"`{lost[0]}` looks like a power of ten whose raised figure was lost"
        )
    if _DECIMAL.search(code):
        raise UnknownUnit(code, (), "a point multiplies units, so a unit holds whole numbers only")
    if loose := _LOOSE_NUMBER.search(code):
        closed = code.replace(loose[1], f"({loose[1]})")
        raise UnknownUnit(
            code, (closed,), f"UCUM divides by the number alone, so `{loose[1]}` needs parentheses"
        )


def refuse_slip(term: Term) -> None:
    """Raises `UnknownUnit` for a calendar unit, a look-alike of a clinical unit, or a megagram."""
    parts = split_symbol(term.symbol)
    if parts is None:
        return
    symbol = term.symbol
    if parts.atom in _CALENDAR_ATOMS:
        raise CalendarUnit(symbol, (), f"`{symbol}` is a month or a year; {_CALENDAR}")
    if parts.atom in _LOOKALIKES and (parts.atom == "u" or not parts.prefix):
        stands_for, atom = _LOOKALIKES[parts.atom]
        meant = parts.prefix + atom
        reason = f"`{symbol}` is {stands_for}, where `{meant}` is usual"
        raise UnknownUnit(symbol, (meant,) if term.exponent == 1 else (), reason)
    if symbol in _HUGE:
        raise UnknownUnit(
            symbol, (), f"no clinical text uses the unit `{symbol}`: small and capital letters differ"
        )
