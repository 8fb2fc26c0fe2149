"""Mistakes in a formula, one at a time: those that people make who write a criterion as code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Literal, cast

import attrs
from attrs import evolve, frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Comparison,
    Formula,
    Known,
    NamedTruth,
    Not,
    OneOf,
)
from protocol_dsl.ir.numbers import Arithmetic, Const, Number, Value
from protocol_dsl.ir.walk import ATOMS, FORMULAS, NUMBERS, Node

Kind = Literal[
    "threshold",
    "strictness",
    "and for or",
    "condition left out",
    "negation",
    "wrong unit",
    "unknown as no",
    "unknown as yes",
    "absence decides",
    "window end",
    "window direction",
    "anchor",
    "which record",
    "any for all",
    "moment",
]
_OTHER: Mapping[Comparison, Comparison] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_ROUGH = Fraction(1, 100)
_PLACES = 6


@frozen
class Slip:
    """A mistake: the part as it `was`, and what stands there `now` (None: nothing). `whole` is all of the formula or
    number with it."""

    kind: Kind
    was: Node
    now: Node | None
    whole: Node


@frozen
class Reading:
    """What has to be known to make mistakes: the fact a feature reads the value of (none of ages and counts)."""

    facts: Mapping[str, Fact]

    def slips(self, node: Node) -> Iterator[Slip]:
        """Every mistake in a formula or number, each in all of it."""
        yield from self._here(node)
        for name, place, part in _parts(node):
            for slip in self.slips(part):
                yield evolve(slip, whole=_with(node, name, place, slip.whole))

    def _here(self, node: Node) -> Iterator[Slip]:
        if isinstance(node, (*ATOMS, NamedTruth)):
            yield from self._of_condition(cast(Formula, node))
        match node:
            case Compare():
                yield from self._of_comparison(node)
            case OneOf() if len(node.choices) > 1:
                for choice in node.choices:
                    kept = tuple(one for one in node.choices if one != choice)
                    yield _slip("condition left out", node, evolve(node, choices=kept))
            case All(operands) | Any(operands) if len(operands) > 1:
                yield _slip("and for or", node, Any(operands) if isinstance(node, All) else All(operands))
                for place, left in enumerate(operands):
                    whole = evolve(node, operands=(*operands[:place], *operands[place + 1 :]))
                    yield Slip("condition left out", left, None, whole)
            case AtLeast(count, operands):
                for fewer in (count - 1, count + 1):
                    if 1 <= fewer <= len(operands):
                        yield _slip("threshold", node, AtLeast(fewer, operands))
            case Known(operand):
                yield _slip("absence decides", node, operand)
            case Arithmetic("*" | "/", Value(feature), Const(factor)) if self._converts(feature, factor):
                yield _slip("wrong unit", node, node.left)

    def _of_condition(self, node: Formula) -> Iterator[Slip]:
        yield _slip("negation", node, Not(node))
        yield _slip("unknown as no", node, Known(node))
        yield _slip("unknown as yes", node, Not(Known(Not(node))))

    def _of_comparison(self, node: Compare) -> Iterator[Slip]:
        if node.comparison in _OTHER:
            right = node.right
            if isinstance(right, Const) and right.nudged:
                right = Const(right.exact, 1 if right.nudged < 0 else -1)
            yield _slip("strictness", node, evolve(node, comparison=_OTHER[node.comparison], right=right))
        limit = node.right
        if isinstance(limit, Arithmetic) and limit.operator == "*" and isinstance(limit.left, Const):
            for beside in _beside(limit.left, _last_digit(limit.left.exact)):
                yield _slip("threshold", node, evolve(node, right=evolve(limit, left=beside)))
        elif isinstance(limit, Const):
            for beside in _beside(limit, self._step(node.left, limit.exact)):
                yield _slip("threshold", node, evolve(node, right=beside))
            for factor in self._factors(node.left):
                wrong = Const(limit.exact / factor, limit.nudged)
                yield _slip("wrong unit", node, evolve(node, right=wrong))

    def _step(self, left: Number, exact: Fraction) -> Fraction:
        fact = self.facts.get(left.feature) if isinstance(left, Value) else None
        step = fact.plausible.step if fact and fact.plausible else None
        return step or _last_digit(exact)

    def _factors(self, left: Number) -> Iterator[Fraction]:
        """The factors to the unit that records of the compared fact also come in."""
        fact = self.facts.get(left.feature) if isinstance(left, Value) else None
        if fact is not None:
            yield from (scale for _, scale in other_units(fact))

    def _converts(self, feature: str, factor: Fraction) -> bool:
        fact = self.facts.get(feature)
        return fact is not None and any(factor in (one.scale, 1 / one.scale) for one in fact.units)


def other_units(fact: Fact) -> Iterator[tuple[str, Fraction]]:
    """Units other than its own that a fact's records are expected in: those of its codes, else the first that its molar
    mass makes; each with the factor to the fact's own."""
    scales = {one.text: one.scale for one in fact.units if one.scale != 1 and not one.offset}
    coded = dict.fromkeys(one.unit for one in fact.codes if one.unit in scales)
    if not coded and fact.molar_mass is not None:
        coded = dict.fromkeys(list(scales)[:1])
    yield from ((unit, scales[unit]) for unit in coded if unit is not None)


def _slip(kind: Kind, was: Node, now: Node) -> Slip:
    return Slip(kind, was, now, now)


def _beside(limit: Const, step: Fraction) -> Iterator[Const]:
    yield Const(limit.exact - step, limit.nudged)
    yield Const(limit.exact + step, limit.nudged)


def _last_digit(exact: Fraction) -> Fraction:
    """One in the last digit a number is written with; a hundredth of one that no decimal gives."""
    for places in range(_PLACES):
        if (exact * 10**places).denominator == 1:
            return Fraction(1, 10**places)
    return abs(exact) * _ROUGH


def _parts(node: Node) -> Iterator[tuple[str, int | None, Node]]:
    """The formulas and numbers directly inside, each with its field and its place there."""
    for one in attrs.fields(type(node)):
        if one.name == "unread":  # put there by the compiler
            continue
        value = getattr(node, one.name)
        if isinstance(value, (*FORMULAS, *NUMBERS)):
            yield one.name, None, cast(Node, value)
        elif isinstance(value, tuple):
            for place, part in enumerate(value):
                if isinstance(part, (*FORMULAS, *NUMBERS)):
                    yield one.name, place, cast(Node, part)


def _with(node: Node, name: str, place: int | None, part: Node) -> Node:
    value: object = part
    if place is not None:
        before = getattr(node, name)
        value = (*before[:place], part, *before[place + 1 :])
    changed: Callable[..., Node] = evolve
    return changed(node, **{name: value})
