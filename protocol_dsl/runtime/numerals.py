"""Numbers as records write them (`342`, `"<40"`, `">= 1.5"`), converted exactly and rounded once."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import inf, isfinite, nextafter
from typing import Final, NamedTuple

from protocol_dsl.runtime.records import Range

_NUMERAL: Final = re.compile(
    r"(<=|>=|=<|=>|≤|≥|<|>|=|)\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?)"
)
_RELATIONS: Final = {"": "=", "=<": "<=", "≤": "<=", "=>": ">=", "≥": ">="}
_LONGEST: Final = 400
LARGEST_READING: Final = 1e100
"""No reading of anything is larger. Checkers count on it where they leave out a guard against overflow."""
_WRITE_ONE: Final = "write a number such as `1.5`, or a bound such as `<40`"


class Numeral(NamedTuple):
    """An exact number, or a bound: `relation` is one of `=`, `<`, `<=`, `>`, `>=`."""

    relation: str
    number: Fraction


class NumeralError(ValueError):
    """What is written is no usable number: the `reason`, and the `fix`."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(f"{reason}; {fix}")
        self.reason = reason
        self.fix = fix


def parse_numeral(raw: object) -> Numeral:
    """The number written, by its decimal text (0.1 is one tenth). Raises NumeralError."""
    if isinstance(raw, bool):
        raise NumeralError("a yes or no is not a number", _WRITE_ONE)
    if isinstance(raw, int):
        return Numeral("=", Fraction(raw))
    if isinstance(raw, float):
        if not isfinite(raw):
            raise NumeralError("it is not a finite number", "leave it out when the value is not known")
        return Numeral("=", Fraction(float.__repr__(raw)))
    if isinstance(raw, Decimal):
        raw = str(raw)
    if not isinstance(raw, str):
        raise NumeralError("one number belongs here", _WRITE_ONE)
    return _parse_text(raw.strip())


@lru_cache(maxsize=4096)
def _parse_text(text: str) -> Numeral:
    found = _NUMERAL.fullmatch(text) if len(text) <= _LONGEST else None
    if found is not None:
        return Numeral(_RELATIONS.get(found[1], found[1]), Fraction(found[2]))
    if len(text) <= _LONGEST and re.fullmatch(r"[<>=≤≥]*\s*[+-]?[0-9.]+(?:,[0-9]+)+(?:\.[0-9]+)?", text):
        # Three digits behind the comma may be thousands; any other number of them are decimals.
        fix = f"`{text.replace(',', '')}` or `{text.replace(',', '.')}`, whichever is meant"
        if re.fullmatch(r"[^,.]*,(?!\d{3}$)\d+", text):
            fix = f"`{text.replace(',', '.')}`"
        elif text.count(",") > 1 or "." in text:
            fix = f"`{text.replace(',', '')}`"
        raise NumeralError("a comma may part thousands or decimals", f"write {fix}")
    if found := re.match(
        r"([<>=≤≥]*\s*[+-]?[0-9.]+)\s*([^\W\d_%/°\[{(].{0,30}|[%/°\[{(].{0,30})", text[:_LONGEST]
    ):
        raise NumeralError(
            "a number stands alone",
            f'give the unit apart: {{"value": {found[1]}, "unit": "{found[2].strip()}"}}',
        )
    raise NumeralError("it is not a number", _WRITE_ONE)


def converted(numeral: Numeral, factors: tuple[int, int, int, int]) -> float | Range:
    """The numeral in the fact's unit: exact arithmetic, then the nearest double. A strict bound leaves its
    double out. Raises NumeralError for one past `LARGEST_READING`."""
    scale, offset = Fraction(factors[0], factors[1]), Fraction(factors[2], factors[3])
    try:
        double = float(numeral.number * scale + offset)
    except OverflowError:
        double = inf
    if abs(double) > LARGEST_READING:
        raise NumeralError("the number is too large", "check the value and its unit")
    if numeral.relation == "=":
        return double
    strict = numeral.relation in {"<", ">"}
    if numeral.relation[0] == "<":
        return Range(-inf, nextafter(double, -inf) if strict else double)
    return Range(nextafter(double, inf) if strict else double, inf)
