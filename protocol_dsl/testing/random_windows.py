"""Windows, anchors and filters at random."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Anchor, DateAnchor, Edge, NamedAnchor, OccurrenceAnchor, Window
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Comparison,
    Constant,
    Formula,
    ItemTruth,
    Known,
    Not,
    OneOf,
)
from protocol_dsl.ir.numbers import Arithmetic, Const, Item, Number, Value
from protocol_dsl.vocabulary.calendar import Duration, TimeUnit

COMPARISONS: tuple[Comparison, ...] = ("<", "<=", "=", "!=", ">=", ">")
_COUNTS: dict[TimeUnit, tuple[int, ...]] = {
    "minute": (30, 90),
    "hour": (1, 24, 36, 72),
    "day": (1, 7, 14, 28, 30),
    "week": (1, 2, 4),
    "month": (1, 2, 6, 12),
    "year": (1, 2),
}


class WindowMaker:
    """Draws from `rng`; `numbers` are the ids of numeric features made so far, which filters may look at."""

    def __init__(self, rng: Random, facts: dict[str, Fact]) -> None:
        self.rng = rng
        self.facts = facts
        self.numbers: list[str] = []

    def window(self, *, lasting: bool = False) -> Window:
        """Any window; a `lasting` one starts before its anchor and ends at it."""
        anchor = self.anchor()
        if lasting:
            return Window(anchor, self.edge(before=True), Edge(()))
        before = self.rng.random() < 0.7
        match self.rng.randrange(6):
            case 0:
                return Window(anchor, None, None if self.rng.random() < 0.3 else self.edge(before=before))
            case 1:
                return Window(anchor, self.edge(before=before), None)
            case 2:
                return Window(anchor, self.edge(before=True), self.edge(before=False))
            case _ if before:
                return Window(anchor, self.edge(before=True), Edge((), strict=self.rng.random() < 0.2))
            case _:
                return Window(anchor, Edge((), strict=self.rng.random() < 0.2), self.edge(before=False))

    def edge(self, *, before: bool) -> Edge:
        """An edge on one side of the anchor, now and then the longer or shorter of two."""
        count = 2 if self.rng.random() < 0.15 else 1
        offsets = tuple(self.duration(-1 if before else 1) for _ in range(count))
        return Edge(offsets, strict=self.rng.random() < 0.3, farthest=self.rng.random() < 0.5)

    def duration(self, sign: int = 1) -> Duration:
        """A duration of any unit, days and longer ones more often."""
        units = tuple(_COUNTS)
        unit = self.rng.choices(units, weights=(1, 2, 6, 3, 5, 2))[0]
        return Duration(sign * self.rng.choice(_COUNTS[unit]), unit)

    def anchor(self) -> Anchor:
        """The day of judging more often than any other."""
        match self.rng.randrange(8):
            case 0:
                return NamedAnchor("randomization")
            case 1:
                return NamedAnchor("consent")
            case 2:
                return DateAnchor("diagnosis")
            case 3:
                return self.occurrence_anchor()
            case _:
                return NamedAnchor("screening")

    def occurrence_anchor(self) -> OccurrenceAnchor:
        """The first or last occurrence of an event, with or without a filter."""
        event = self.rng.choice(("surgery", "infection"))
        where = self.filter(event) if self.rng.random() < 0.4 else None
        return OccurrenceAnchor(event, self.rng.choice(("first", "last")), where)

    def maybe_filter(self, fact: str) -> Formula | None:
        """A filter over the records of `fact`, or none."""
        return self.filter(fact) if self.rng.random() < 0.6 else None

    def filter(self, fact: str, depth: int = 1) -> Formula:
        """A condition on one record of `fact`."""
        if depth and self.rng.random() < 0.3:
            operands = tuple(self.filter(fact, depth - 1) for _ in range(2))
            return self.rng.choice(
                (All(operands), Any(operands), Not(operands[0]), Known(operands[0]), AtLeast(1, operands))
            )
        kind = self.facts[fact].kind
        if kind == "finding":
            return OneOf("value", (self.rng.choice(self.facts[fact].choices),), item=True)
        if kind == "event":
            return self._occurrence_condition(fact)
        return self._compared(self._sample_number(), self.threshold(fact))

    def _occurrence_condition(self, event: str) -> Formula:
        if not self.facts[event].attributes:
            return Constant(self.rng.random() < 0.8)
        match self.rng.randrange(3):
            case 0:
                return ItemTruth("planned")
            case 1:
                choices = self.facts[event].attributes[1].choices
                return OneOf("intent", tuple(self.rng.sample(choices, self.rng.randint(1, 2))), item=True)
            case _:
                return self._compared(Item("dose"), Const(Fraction(self.rng.choice((5, 10, 20)))))

    def _sample_number(self) -> Number:
        if self.rng.random() < 0.7:
            return Item("value")
        return Arithmetic("/", Item("value"), Item(self.rng.choice(("upper", "lower"))))

    def _compared(self, left: Number, right: Number) -> Compare:
        if self.numbers and self.rng.random() < 0.1:
            right = Arithmetic("*", Const(Fraction(1)), Value(self.rng.choice(self.numbers)))
        return Compare(self.rng.choice(COMPARISONS), left, right)

    def threshold(self, fact: str) -> Const:
        """A value of `fact` on its recording step, in its lower fifth so that several meet one patient."""
        plausible = self.facts[fact].plausible
        if plausible is None or plausible.step is None:
            return Const(Fraction(self.rng.choice((1, 2, 18, 65))))
        steps = int((plausible.high - plausible.low) / plausible.step)
        return Const(plausible.low + plausible.step * self.rng.randint(0, steps // 5))
