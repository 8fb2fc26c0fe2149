"""Three-valued logic: True, False, and None for unknown."""

from __future__ import annotations

from collections.abc import Iterable

Truth = bool | None


def both(operands: Iterable[Truth]) -> Truth:
    """Conjunction: false when one is false, else unknown when one is unknown, else (and when empty) true."""
    values = list(operands)
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def either(operands: Iterable[Truth]) -> Truth:
    """Disjunction: true when one is true, else unknown when one is unknown, else (and when empty) false."""
    return negation(both([negation(operand) for operand in operands]))


def negation(operand: Truth) -> Truth:
    """Unknown stays unknown."""
    return None if operand is None else not operand


def at_least(count: int, operands: Iterable[Truth]) -> Truth:
    """True when `count` are true, false when even all that are unknown would not reach `count`."""
    values = list(operands)
    certain = sum(value is True for value in values)
    possible = sum(value is not False for value in values)
    if certain >= count:
        return True
    return None if possible >= count else False


def decided(certainly: bool, certainly_not: bool) -> Truth:
    """The truth of a thing that is certain, certainly not so, or neither."""
    if certainly:
        return True
    return False if certainly_not else None
