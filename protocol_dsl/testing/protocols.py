"""Protocols at random: every kind of feature, formula and number, small enough to read when two disagree."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Feature,
    FeatureNode,
    FeatureType,
    Given,
    Held,
    Moment,
    NamedAnchor,
    Occurs,
    OccursCount,
    Pick,
    Quantifier,
    SampleChange,
    SampleCount,
    SampleMean,
    SamplePart,
    SampleValue,
    Unchanged,
    Unsettled,
)
from protocol_dsl.ir.protocol import Criterion, Definition, Header, Line, Protocol, Stage
from protocol_dsl.testing.palette import ANCHORS, QUESTIONS, random_facts
from protocol_dsl.testing.random_formulas import FormulaMaker
from protocol_dsl.testing.random_windows import WindowMaker

_NUMERIC = ("bilirubin", "inr", "qtcf")
_SERIES = (*_NUMERIC, "hbsag")
_EVENTS = ("surgery", "infection")
_PICKS: tuple[Pick, ...] = ("latest", "first", "latest", "highest", "lowest")
_PARTS: tuple[SamplePart, ...] = ("value", "value", "upper", "lower")
_MOMENTS: tuple[Moment, ...] = ("overlaps", "overlaps", "started", "ended", "ongoing")
_QUANTIFIERS: tuple[Quantifier, ...] = ("some", "some", "every")
Made = tuple[FeatureNode, FeatureType, str]


def random_protocol(seed: int, features: int = 14, criteria: int = 6) -> Protocol:
    """The protocol of `seed`: always the same for the same arguments, and sound by `check_invariants`."""
    rng = Random(seed)
    facts = random_facts(rng)
    maker = FeatureMaker(rng, WindowMaker(rng, {fact.name: fact for fact in facts}))
    made = tuple(maker.feature(position) for position in range(features))
    formulas = FormulaMaker(rng, maker.windows, made)
    definitions = tuple(_definition(rng, formulas, position) for position in range(3))
    stages = _stages(rng, formulas, criteria)
    header = Header(f"RANDOM{seed}", f"Generated protocol {seed}", (("phase", "2"),))
    return Protocol(header, facts, made, definitions, stages, QUESTIONS, ANCHORS)


def _definition(rng: Random, formulas: FormulaMaker, position: int) -> Definition:
    name = f"d{position}"
    if rng.random() < 0.5:
        definition = Definition(name, "truth", "1", formulas.formula(2), f"definition {position}")
        formulas.named_truths.append(name)
    else:
        definition = Definition(name, "number", "1", formulas.plain_number(2), f"definition {position}")
        formulas.named_numbers.append(name)
    return definition


def _stages(rng: Random, formulas: FormulaMaker, criteria: int) -> tuple[Stage, ...]:
    made = tuple(_criterion(rng, formulas, position) for position in range(criteria))
    first = Stage("eligibility", NamedAnchor("screening"), made[: criteria - criteria // 3])
    later = Stage("registration", NamedAnchor("randomization"), made[len(first.criteria) :])
    return (first, later) if later.criteria else (first,)


def _criterion(rng: Random, formulas: FormulaMaker, position: int) -> Criterion:
    kind, verb = rng.choice((("inclusion", "require"), ("exclusion", "reject")))
    name = f"{kind[0].upper()}{position}"
    lines = tuple(Line(verb, formulas.formula(3), f"{verb} …") for _ in range(rng.randint(1, 2)))  # type: ignore[arg-type]
    return Criterion(name, kind, f"Criterion {position}", lines)  # type: ignore[arg-type]


class FeatureMaker:
    """Draws features; the first ones go once through all kinds, so that few protocols cover every node."""

    def __init__(self, rng: Random, windows: WindowMaker) -> None:
        self.rng = rng
        self.windows = windows
        self.kinds: list[Callable[[], Made]] = [
            self._given,
            self._age,
            self._sample_value,
            self._sample_mean,
            self._sample_count,
            self._sample_change,
            self._consecutive,
            self._held,
            self._occurs,
            self._occurs_count,
            self._date_within,
            self._unchanged,
            self._unsettled,
            self._answer,
        ]
        rng.shuffle(self.kinds)

    def feature(self, position: int) -> Feature:
        """The feature at `position`, in the order in which they are to stand."""
        node, kind, unit = self.kinds[position % len(self.kinds)]()
        name = f"f{position}"
        if kind == "number":
            self.windows.numbers.append(name)
        return Feature(name, node, kind, unit, f"feature {position}")

    def _unit(self, fact: str) -> str:
        return self.windows.facts[fact].unit

    def _given(self) -> Made:
        return self.rng.choice(
            (
                (Given("pregnant"), "truth", "1"),
                (Given("smoker"), "truth", "1"),
                (Given("weight"), "number", "kg"),
                (Given("nyha"), "choice", "1"),
                (Given("sex"), "choice", "1"),
                (Given("mutations"), "set", "1"),
            )
        )

    def _unsettled(self) -> Made:
        fact = self.rng.choice(tuple(self.windows.facts))
        if fact in _SERIES and self.rng.random() < 0.8:
            return Unsettled(fact, self.windows.window()), "truth", "1"
        if fact in _EVENTS and self.rng.random() < 0.8:
            moment, where = self.rng.choice(_MOMENTS), self.windows.maybe_filter(fact)
            return Unsettled(fact, self.windows.window(), moment, where), "truth", "1"
        return Unsettled(fact), "truth", "1"

    def _age(self) -> Made:
        anchor = NamedAnchor("screening") if self.rng.random() < 0.6 else self.windows.anchor()
        return Age(self.rng.choice(("year", "year", "month", "week", "day")), anchor), "number", "a"

    def _sample_value(self) -> Made:
        window = self.windows.window()
        if self.rng.random() < 0.2:
            return SampleValue("hbsag", window, self.rng.choice(_PICKS[:2])), "choice", "1"
        fact = self.rng.choice(_NUMERIC)
        pick = self.rng.choice(_PICKS)
        part = self.rng.choice(_PARTS) if pick in {"latest", "first"} else "value"
        return SampleValue(fact, window, pick, part), "number", self._unit(fact)

    def _sample_mean(self) -> Made:
        fact = self.rng.choice(_NUMERIC)
        last = self.rng.choice((None, 1, 2, 3))
        return SampleMean(fact, self.windows.window(), last), "number", self._unit(fact)

    def _sample_count(self) -> Made:
        fact = self.rng.choice(_SERIES)
        return SampleCount(fact, self.windows.window(), self.windows.maybe_filter(fact)), "number", "1"

    def _sample_change(self) -> Made:
        fact, relative = self.rng.choice(_NUMERIC), self.rng.random() < 0.5
        node = SampleChange(fact, self.windows.window(), relative)
        return node, "number", "1" if relative else self._unit(fact)

    def _consecutive(self) -> Made:
        fact = self.rng.choice(_SERIES)
        count = self.rng.choice((1, 2, 2, 3))
        return Consecutive(fact, self.windows.window(), count, self.windows.filter(fact)), "truth", "1"

    def _held(self) -> Made:
        fact = self.rng.choice((*_SERIES, *_EVENTS))
        window = self.windows.window(lasting=True)
        event = fact in _EVENTS
        where = self.windows.maybe_filter(fact) if event else self.windows.filter(fact)
        recent = self.windows.duration() if not event and self.rng.random() < 0.4 else None
        return Held(fact, window, where, recent), "truth", "1"

    def _occurs(self) -> Made:
        event = self.rng.choice(_EVENTS)
        moment = self.rng.choice(_MOMENTS)
        quantifier = self.rng.choice(_QUANTIFIERS)
        where = self.windows.maybe_filter(event)
        return Occurs(event, self.windows.window(), moment, quantifier, where), "truth", "1"

    def _occurs_count(self) -> Made:
        event = self.rng.choice(_EVENTS)
        moment = self.rng.choice(_MOMENTS)
        where = self.windows.maybe_filter(event)
        return OccursCount(event, self.windows.window(), moment, where), "number", "1"

    def _date_within(self) -> Made:
        of = DateAnchor("diagnosis") if self.rng.random() < 0.5 else self.windows.occurrence_anchor()
        return DateWithin(of, self.windows.window()), "truth", "1"

    def _unchanged(self) -> Made:
        fact = self.rng.choice((*_SERIES, *_EVENTS))
        where = self.windows.maybe_filter(fact) if fact in _EVENTS else None
        return Unchanged(fact, self.windows.window(lasting=True), where), "truth", "1"

    def _answer(self) -> Made:
        return Answer(self.rng.choice(QUESTIONS).id), "truth", "1"
