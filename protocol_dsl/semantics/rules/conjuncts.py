"""What a criterion asks of every patient: its lines taken apart into conditions that must each hold."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from attrs import evolve, frozen

from protocol_dsl.ir.formulas import All, Any, AtLeast, Compare, Comparison, Formula, Known, Not, OneOf
from protocol_dsl.ir.numbers import Const, Value
from protocol_dsl.ir.protocol import Criterion, Line
from protocol_dsl.semantics.rules.domains import choices_of, whole_only
from protocol_dsl.semantics.rules.subject import Subject

_OPPOSITE: dict[Comparison, Comparison] = {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">=": "<", ">": "<="}
Key = object


@frozen
class Bound:
    """`feature >= limit` (or `>` when `strict`), with `upper` false; the other way round with `upper` true."""

    feature: str
    upper: bool
    limit: Fraction
    strict: bool

    def implies(self, other: Bound) -> bool:
        """Whether a value within this one is within `other`, a bound of the same side of the same feature."""
        if self.limit == other.limit:
            return self.strict or not other.strict
        return (self.limit < other.limit) == self.upper


@frozen
class Conjunct:
    """One condition that must hold, in its plainest form, and the line it stands in."""

    formula: Formula
    key: Key
    bound: Bound | None
    line: Line


def conjuncts(criterion: Criterion, subject: Subject) -> tuple[Conjunct, ...]:
    """Everything that must hold for the criterion to pass."""
    return tuple(
        Conjunct(part, key_of(part), bound_of(part), line)
        for line in criterion.lines
        for part in _parts(plainest(line.passes, subject))
    )


def _parts(formula: Formula) -> Iterator[Formula]:
    if isinstance(formula, All):
        for operand in formula.operands:
            yield from _parts(operand)
    else:
        yield formula


def plainest(formula: Formula, subject: Subject, *, holds: bool = True) -> Formula:
    """The formula (or, with `holds` false, its negation) with negation driven inwards as far as it goes."""
    match formula:
        case Not(operand):
            return plainest(operand, subject, holds=not holds)
        case All(operands) | Any(operands):
            parts = tuple([plainest(operand, subject, holds=holds) for operand in operands])
            joined = All if isinstance(formula, All) == holds else Any
            return parts[0] if len(parts) == 1 else joined(parts)
        case Compare():
            turned = formula if holds else evolve(formula, comparison=_OPPOSITE[formula.comparison])
            return _whole(turned, subject)
        case OneOf(feature, choices, False) if not holds and choices_of(feature, subject):
            others = tuple(each for each in choices_of(feature, subject) if each not in choices)
            return evolve(formula, choices=others)
        case _:
            return formula if holds else Not(formula)


def _whole(formula: Compare, subject: Subject) -> Compare:
    """Of a count, `> 17` is `>= 18` and `<= 17` is `< 18`."""
    match formula:
        case Compare(">" | "<=" as comparison, Value(feature), Const(limit)) if whole_only(feature, subject):
            other: Comparison = ">=" if comparison == ">" else "<"
            return evolve(formula, comparison=other, right=Const(Fraction(limit.__floor__() + 1)))
        case _:
            return formula


def key_of(formula: Formula) -> Key:
    """Equal for formulas that say the same, whatever the order of their parts."""
    match formula:
        case All(operands):
            return "all", frozenset(map(key_of, operands))
        case Any(operands):
            return "any", frozenset(map(key_of, operands))
        case AtLeast(count, operands):
            return "at least", count, tuple(map(key_of, operands))
        case Not(operand):
            return "not", key_of(operand)
        case Known(operand):
            return "known", key_of(operand)
        case OneOf(feature, choices, item):
            return "one of", feature, frozenset(choices), item
        case _:
            return formula


def bound_of(formula: Formula) -> Bound | None:
    """The bound a plain comparison with a constant sets."""
    match formula:
        case Compare("<" | "<=" | ">" | ">=" as comparison, Value(feature), Const(limit)):
            return Bound(feature, comparison in {"<", "<="}, limit, comparison in {"<", ">"})
        case _:
            return None


def place_of(conjunct: Conjunct) -> Compare | None:
    """The comparison a bound was read from."""
    return cast("Compare", conjunct.formula) if conjunct.bound is not None else None
