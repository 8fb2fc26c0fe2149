"""How large a number can get, so that the generated code guards against overflow only where it can happen."""

from __future__ import annotations

import math
from typing import assert_never

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Age, Feature, Given, OccursCount, SampleCount, SampleMean, SampleValue
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.runtime.numerals import LARGEST_READING

Interval = tuple[float, float]

LARGEST = 1.7e308
ANY_READING: Interval = (-LARGEST_READING, LARGEST_READING)
"""What a record without a plausible range may hold: no reading of anything is larger."""


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

    def of(self, number: Number) -> Interval | None:
        """Low and high of `number`, given that its computation raises nothing."""
        match number:
            case Const():
                return (number.double, number.double) if math.isfinite(number.double) else None
            case Value(feature):
                return self._feature(self._features[feature])
            case Item():
                return ANY_READING
            case Named(definition):
                return self._definition(definition)
            case Arithmetic():
                return self._arithmetic(number)
            case Call():
                return self._call(number)
            case Choose(_, one, other) | IfMissing(one, other):
                first, second = self.of(one), self.of(other)
                if first is None or second is None:
                    return None
                return min(first[0], second[0]), max(first[1], second[1])
        assert_never(number)

    def _definition(self, name: str) -> Interval:
        # What a definition holds has been checked when it was computed, so it is finite whatever happened inside.
        if name not in self._named:
            self._named[name] = self.of(self._bodies[name]) or (-LARGEST, LARGEST)
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
                return -800.0, 800.0
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


def _finite(ends: list[float]) -> Interval | None:
    low, high = min(ends), max(ends)
    return (low, high) if -LARGEST <= low <= high <= LARGEST else None
