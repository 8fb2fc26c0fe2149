"""Second stage, arithmetic: expressions over features that yield a number, or nothing when an input is unknown."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from protocol_dsl.ir.formulas import Formula

ArithmeticOperator = Literal["+", "-", "*", "/", "^"]
FunctionName = Literal["ln", "log10", "exp", "sqrt", "abs", "round", "floor", "ceil", "max", "min", "negate"]


@frozen(cache_hash=True)  # a fraction takes long to hash
class Const:
    """A literal, already in the unit of what it is compared with. `exact` is the rational the author wrote,
    converted exactly; every engine uses `double`, its nearest double.

    Beside a number worked out in doubles a bound is `nudged` by a part in 10^12, down (-1) or up (+1), so that
    rounding never tips a value that stands exactly on it: 3.3 is three times 1.1.
    """

    exact: Fraction
    nudged: Literal[-1, 0, 1] = 0
    double: float = field(init=False, eq=False)

    @double.default
    def _nearest(self) -> float:
        return float(self.exact + self.nudged * abs(self.exact) / 10**12)


@frozen
class Value:
    """The value of a numeric feature, in the feature's unit."""

    feature: str


@frozen
class Named:
    """The value of a numeric definition of the protocol (`Protocol.definitions`)."""

    definition: str


@frozen
class Item:
    """Inside a filter only: a part of the record being looked at.

    `part` is `value`, `upper` or `lower` (limits of normal) for a sample, or the name of an attribute of an
    occurrence.
    """

    part: str


@frozen
class Arithmetic:
    """`left operator right` in doubles. Division by zero, overflow and NaN are unknown."""

    operator: ArithmeticOperator
    left: Number
    right: Number


@frozen
class Call:
    """A function of numbers. `round` goes to the nearest integer, halves away from zero; `max` and `min` take
    one or more arguments and are unknown if any is; a logarithm or root out of its domain is unknown."""

    function: FunctionName
    arguments: tuple[Number, ...]


@frozen
class Choose:
    """`if condition then … else …`; unknown when the condition is."""

    condition: Formula
    then: Number
    otherwise: Number


@frozen
class IfMissing:
    """`value` when it is known, otherwise `fallback` (the limit declared where the record carries none)."""

    value: Number
    fallback: Number


Number = Const | Value | Named | Item | Arithmetic | Call | Choose | IfMissing

NEVER_KNOWN = Arithmetic("/", Const(Fraction(0)), Const(Fraction(0)))
"""No number: where a score was not made for the patient, or no limit is declared. Division by zero is unknown."""
