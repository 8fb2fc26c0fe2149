"""Sets of numbers made of intervals: what a condition on one number leaves of the values it can have."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve, frozen

from protocol_dsl.ir.formulas import All, Any, Compare, Comparison, Formula, Not
from protocol_dsl.ir.numbers import Const, Value


@frozen
class Interval:
    """From `low` to `high`; None is without end, `open` leaves that end itself out."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False

    @property
    def empty(self) -> bool:
        """Whether it holds no number."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def meet(self, other: Interval) -> Interval:
        """What lies in both."""
        found = self
        if other.low is not None and _above(other.low, other.low_open, self.low, self.low_open):
            found = evolve(found, low=other.low, low_open=other.low_open)
        if other.high is not None and _below(other.high, other.high_open, self.high, self.high_open):
            found = evolve(found, high=other.high, high_open=other.high_open)
        return found


def _above(low: Fraction, is_open: bool, than: Fraction | None, than_open: bool) -> bool:
    return than is None or low > than or (low == than and is_open and not than_open)


def _below(high: Fraction, is_open: bool, than: Fraction | None, than_open: bool) -> bool:
    return than is None or high < than or (high == than and is_open and not than_open)


Numbers = tuple[Interval, ...]
EVERY: Numbers = (Interval(),)


def meet(one: Numbers, other: Numbers) -> Numbers:
    """The numbers in both sets."""
    return tuple(both for a in one for b in other if not (both := a.meet(b)).empty)


def rest(one: Numbers) -> Numbers:
    """The numbers not in the set."""
    left = EVERY
    for each in one:
        below = () if each.low is None else (Interval(high=each.low, high_open=not each.low_open),)
        above = () if each.high is None else (Interval(low=each.high, low_open=not each.high_open),)
        left = meet(left, (*below, *above))
    return left


def compared(comparison: Comparison, limit: Fraction) -> Numbers:
    """The numbers of which `comparison limit` is true."""
    match comparison:
        case "<" | "<=":
            return (Interval(high=limit, high_open=comparison == "<"),)
        case ">" | ">=":
            return (Interval(low=limit, low_open=comparison == ">"),)
        case "=":
            return (Interval(limit, False, limit, False),)
        case "!=":
            return rest((Interval(limit, False, limit, False),))


def allowed(formula: Formula) -> tuple[str, Numbers] | None:
    """The one numeric feature a condition is about and the values of it that make it true; None if there are
    others, or it is more than comparisons with constants."""
    match formula:
        case Compare(comparison, Value(feature), Const(exact)):
            return feature, compared(comparison, exact)
        case Not(operand):
            inner = allowed(operand)
            return None if inner is None else (inner[0], rest(inner[1]))
        case All(operands) | Any(operands) if operands:
            inners = [allowed(operand) for operand in operands]
            known = [inner for inner in inners if inner is not None]
            if len(known) < len(inners) or len({feature for feature, _ in known}) > 1:
                return None
            sets = (numbers for _, numbers in known)
            return known[0][0], every(sets) if isinstance(formula, All) else some(sets)
        case _:
            return None


def every(sets: Iterable[Numbers]) -> Numbers:
    """The numbers in all of the sets."""
    found = EVERY
    for each in sets:
        found = meet(found, each)
    return found


def some(sets: Iterable[Numbers]) -> Numbers:
    """The numbers in at least one of the sets."""
    return rest(every(rest(each) for each in sets))
