"""Patients at random for any protocol, biased to where engines go wrong: thresholds and one recording step
beside them, bounds instead of values, edges of windows, partial dates, ties, nothing recorded, incomplete
histories."""

from __future__ import annotations

import math
from fractions import Fraction
from random import Random

from attrs import frozen

from protocol_dsl.ir.facts import Attribute, Fact
from protocol_dsl.ir.numbers import Const
from protocol_dsl.ir.protocol import Example, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.ir.walk import Node, criteria_formulas, filters_of, preorder
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import ILLEGIBLE, FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.testing.random_times import TimeMaker
from protocol_dsl.vocabulary.calendar import ANY_TIME, FOREVER, When, parse_when


class Patients:
    """Draws patients for one protocol: half of them freely, half one of the protocol's examples with a few facts
    drawn anew, so that criteria also pass."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._literals = literals_of(protocol)
        self._events_first = sorted(protocol.facts, key=lambda fact: fact.kind not in {"event", "date"})
        self._told = [_told(example, schema_of(protocol)) for example in protocol.examples]

    def draw(self, rng: Random) -> tuple[Records, When]:
        """One patient and the day (or second) of judging, as a reader of patients might give them."""
        drawn, on = self._freely(rng)
        if not self._told or rng.random() < 0.5:
            return drawn, on
        told, day = rng.choice(self._told)
        share = rng.choice((0.0, 0.05, 0.2))
        renewed = {name: value for name, value in drawn.facts.items() if rng.random() < share}
        answers = drawn.answers if rng.random() < share else told.answers
        return Records("generated", {**told.facts, **renewed}, told.anchors, answers), day

    def _freely(self, rng: Random) -> tuple[Records, When]:
        protocol = self._protocol
        times = TimeMaker(rng, protocol)
        maker = _RecordMaker(rng, times, self._literals)
        anchors = {anchor.name: times.mark(times.when()) for anchor in protocol.anchors if rng.random() < 0.6}
        values = {fact.name: maker.value(fact) for fact in self._events_first}
        facts = {name: value for name, value in values.items() if value is not None or rng.random() < 0.5}
        answers = {question.id: rng.random() < 0.7 for question in protocol.questions if rng.random() < 0.7}
        return Records("generated", facts, anchors, answers), times.on


def random_records(protocol: Protocol, rng: Random) -> tuple[Records, When]:
    """One patient of `Patients(protocol)`."""
    return Patients(protocol).draw(rng)


def _told(example: Example, schema: Schema) -> tuple[Records, When]:
    on = parse_when(example.on)
    return read_patient(example.record, schema, on).records, on


def literals_of(protocol: Protocol) -> tuple[Fraction, ...]:
    """Every literal of the protocol: the thresholds worth meeting."""
    nodes: list[Node] = [*criteria_formulas(protocol), *(one.body for one in protocol.definitions)]
    nodes += [where for feature in protocol.features for where in filters_of(feature.node)]
    parts = (part for node in nodes for part in preorder(node))
    return tuple(sorted({part.exact for part in parts if isinstance(part, Const)}))


@frozen
class _RecordMaker:
    rng: Random
    times: TimeMaker
    literals: tuple[Fraction, ...]

    def value(self, fact: Fact) -> FactValue:
        """A value for `fact`, None when nothing is known."""
        if self.rng.random() < 0.12:
            return None
        match fact.kind:
            case "yes_no":
                return self.rng.random() < 0.5
            case "number":
                return self._age() if fact.name == "age" else self._number(fact)
            case "choice":
                return self.rng.choice(fact.choices) if fact.choices else None
            case "set":
                return frozenset(one for one in fact.choices if self.rng.random() < 0.4)
            case "date":
                return self.times.birth() if fact.name == "birth_date" else self.times.mark(self.times.when())
            case "lab" | "measure" | "finding":
                return self._series(fact)
            case "event":
                return self._history(fact)

    def _age(self) -> float | Range:
        age = float(self.rng.choice((0, 1, 17, 18, 19, 64, 65, 66)))
        return age if self.rng.random() < 0.8 else Range(age, math.inf)

    def _number(self, fact: Fact) -> float | Range:
        """A plausible number at or one step beside a literal, or a bound there."""
        exact = self._exact(fact)
        kind = self.rng.random()
        number = float(exact)
        if kind < 0.06:
            return Range(-math.inf, math.nextafter(number, -math.inf))
        if kind < 0.09:
            return Range(-math.inf, number)
        if kind < 0.15:
            return Range(math.nextafter(number, math.inf), math.inf)
        return number

    def _exact(self, fact: Fact) -> Fraction:
        low, high, step = Fraction(-10), Fraction(100), Fraction(1)
        if fact.plausible:
            low, high = fact.plausible.low, fact.plausible.high
            step = fact.plausible.step or (high - low) / 100
        near = [literal for literal in self.literals if low <= literal <= high]
        if not near or self.rng.random() < 0.2:
            return low + step * self.rng.randint(0, int((high - low) / step))
        beside = self.rng.choice(near) + step * self.rng.choice((-1, 0, 0, 1))
        return max(low, min(beside, high))

    def _series(self, fact: Fact) -> tuple[Sample, ...]:
        samples: list[Sample] = []
        for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3, 4, 5))):
            tie = samples and self.rng.random() < 0.15
            samples.append(self._sample(fact, samples[-1].when if tie else self.times.when()))
        if samples and self.rng.random() < 0.3:
            one = self.rng.choice(samples)
            samples.append(one._replace(when=self.times.when()))
        if samples and self.rng.random() < 0.1:
            samples.append(self.rng.choice(samples))
        self.rng.shuffle(samples)
        return tuple(samples)

    def _sample(self, fact: Fact, when: When) -> Sample:
        if self.rng.random() < 0.08:
            return Sample(when, None)
        if fact.kind == "finding":
            return Sample(when, self.rng.choice(fact.choices))
        value = self._number(fact)
        if fact.kind == "measure":
            return Sample(when, value)
        return Sample(when, value, self._limit(fact, 0.6), self._limit(fact, 0.4))

    def _limit(self, fact: Fact, share: float) -> float | Range | None:
        drawn = self.rng.random()
        if drawn < share:
            return float(self._exact(fact))
        return ILLEGIBLE if drawn < share + 0.06 else None

    def _history(self, fact: Fact) -> History:
        count = self.rng.choice((0, 0, 1, 1, 2, 3, 4))
        occurrences = [self._occurrence(fact.attributes) for _ in range(count)]
        if occurrences and self.rng.random() < 0.1:
            occurrences.append(self.rng.choice(occurrences))
        return History(tuple(occurrences), complete=self.rng.random() < 0.7)

    def _occurrence(self, attributes: tuple[Attribute, ...]) -> Occurrence:
        start = self.times.mark(self.times.when()) if self.rng.random() < 0.93 else ANY_TIME
        kind = self.rng.random()
        if kind < 0.2:
            end = When(FOREVER, FOREVER)
        elif kind < 0.35:
            end = When(start.first, FOREVER)
        else:
            end = self.times.later(start)
        known = [one for one in attributes if self.rng.random() < 0.8]
        return Occurrence(start, end, {one.name: self._attribute(one) for one in known})

    def _attribute(self, attribute: Attribute) -> float | str | bool | None:
        if self.rng.random() < 0.1:
            return None
        match attribute.kind:
            case "number":
                near = [literal for literal in self.literals if literal >= 0] or [Fraction(10)]
                return float(self.rng.choice(near) + self.rng.choice((0, 0, 1)))
            case "choice":
                return self.rng.choice(attribute.choices)
            case "yes_no":
                return self.rng.random() < 0.5
