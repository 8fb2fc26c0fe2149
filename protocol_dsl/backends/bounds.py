"""How large a number can get, so that generated code and queries guard against overflow only where it can happen."""

from __future__ import annotations

import math
from typing import assert_never

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Age, Feature, Given, OccursCount, SampleCount, SampleMean, SampleValue
from protocol_dsl.ir.formulas import Compare, Formula
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.runtime.numerals import LARGEST_READING

Interval = tuple[float, float]

LARGEST = 1.7e308
ANY_READING: Interval = (-LARGEST_READING, LARGEST_READING)
"""What a record without a plausible range may hold: no reading of anything is larger."""
_ROUNDING = 1e-9
"""More than the last place of any logarithm."""


class Bounds:
    """Intervals of the numbers of one protocol; None where a value may overflow to infinity. `facts` tell the
    plausible ranges; without any, a feature may hold whatever a record can."""

    def __init__(
        self, facts: dict[str, Fact], features: dict[str, Feature], bodies: dict[str, Number]
    ) -> None:
        self._facts = facts
        self._features = features
        self._bodies = bodies
        self._named: dict[str, Interval] = {}
        self._narrowed: dict[str, Interval] = {}

    def of(self, number: Number) -> Interval | None:
        """Low and high of `number`, given that its computation raises nothing."""
        match number:
            case Const():
                return (number.double, number.double) if math.isfinite(number.double) else None
            case Value(feature):
                return self._narrowed.get(feature) or self._feature(self._features[feature])
            case Item():
                return ANY_READING
            case Named(definition):
                return self._definition(definition)
            case Arithmetic():
                return self._arithmetic(number)
            case Call():
                return self._call(number)
            case Choose(condition, one, other):
                return _hull(self._where(condition, True, one), self._where(condition, False, other))
            case IfMissing(one, other):
                return _hull(self.of(one), self.of(other))
        assert_never(number)

    def within(self, number: Number, low: float, high: float) -> bool:
        """Whether `number` certainly lies from `low` to `high`."""
        found = self.of(number)
        return found is not None and low <= found[0] and found[1] <= high

    def _where(self, condition: Formula, holds: bool, number: Number) -> Interval | None:
        """The interval of `number` where a condition such as `inr < 1` is known to hold, or not to."""
        outer, self._narrowed = self._narrowed, self._narrowed | self._limits(condition, holds)
        found = self.of(number)
        self._narrowed = outer
        return found

    def _limits(self, condition: Formula, holds: bool) -> dict[str, Interval]:
        match condition:
            case Compare(comparison, Value(feature) as value, Const() as limit):
                low, high = self.of(value) or ANY_READING
                least = (comparison in {">", ">="}) if holds else (comparison in {"<", "<="})
                most = (comparison in {"<", "<="}) if holds else (comparison in {">", ">="})
                low = max(low, limit.double) if least else low
                high = min(high, limit.double) if most else high
                return {feature: (low, high)} if low <= high else {}
        return {}

    def _definition(self, name: str) -> Interval:
        # What a definition holds has been checked when it was computed, so it is finite whatever happened inside.
        if name not in self._named:
            outer, self._narrowed = self._narrowed, {}
            self._named[name] = self.of(self._bodies[name]) or (-LARGEST, LARGEST)
            self._narrowed = outer
        return self._named[name]

    def _feature(self, feature: Feature) -> Interval:
        node = feature.node
        if isinstance(node, Age):
            return 0.0, 4e6
        if isinstance(node, (OccursCount, SampleCount)):
            return 0.0, 1e12
        if isinstance(node, (Given, SampleMean)) or (isinstance(node, SampleValue) and node.part == "value"):
            fact = self._facts.get(node.fact)
            plausible = None if fact is None else fact.plausible
            if plausible is not None:
                return float(plausible.low), float(plausible.high)
        return ANY_READING

    def _arithmetic(self, number: Arithmetic) -> Interval | None:
        left, right = self.of(number.left), self.of(number.right)
        if left is None or right is None:
            return None
        match number.operator:
            case "+":
                return _finite([left[0] + right[0], left[1] + right[1]])
            case "-":
                return _finite([left[0] - right[1], left[1] - right[0]])
            case "*":
                return _finite([a * b for a in left for b in right])
            case "/":
                if right[0] <= 0.0 <= right[1]:
                    return None
                return _finite([a / b for a in left for b in right])
            case "^":
                return -LARGEST, LARGEST  # raises where it would overflow
        assert_never(number.operator)

    def _call(self, number: Call) -> Interval | None:
        parts = [self.of(argument) for argument in number.arguments]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        low, high = min(part[0] for part in known), max(part[1] for part in known)
        match number.function:
            case "ln" | "log10":
                # Of what is above 0, else nothing comes of it; a logarithm of any double is less than 800.
                if low <= 0.0:
                    return -800.0, 800.0
                log = math.log if number.function == "ln" else math.log10
                return log(low) - _ROUNDING, log(high) + _ROUNDING
            case "exp":
                return 0.0, LARGEST
            case "sqrt":
                return 0.0, math.sqrt(max(high, 0.0))
            case "abs" | "negate" | "round" | "floor" | "ceil":
                size = max(abs(low), abs(high)) + 1.0
                return -size, size
            case "max":
                return max(part[0] for part in known), high
            case "min":
                return low, min(part[1] for part in known)
        assert_never(number.function)


def _hull(one: Interval | None, other: Interval | None) -> Interval | None:
    return None if one is None or other is None else (min(one[0], other[0]), max(one[1], other[1]))


def _finite(ends: list[float]) -> Interval | None:
    low, high = min(ends), max(ends)
    return (low, high) if -LARGEST <= low <= high <= LARGEST else None
