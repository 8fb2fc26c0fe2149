"""What the reference calls decided stays decided when more becomes known of the patient.

Each generated patient is completed at random: partial dates become seconds, bounds become values, unknown things
become known, incomplete histories complete. A truth must not turn, a number must stay in its range.
"""

from __future__ import annotations

import math
from random import Random

import pytest
from attrs import evolve

from protocol_dsl.ir.evaluate import Scalar, evaluate
from protocol_dsl.ir.evaluate.repeats import most
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Age, Feature
from protocol_dsl.ir.formulas import Known
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import filters_of, preorder
from protocol_dsl.runtime.records import ILLEGIBLE, FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.testing import random_protocol, random_records
from protocol_dsl.testing.spelling import spell_records
from protocol_dsl.vocabulary.calendar import BEGINNING, DAY, FOREVER, When


@pytest.mark.parametrize("seed", range(60))
def test_decided_stays_decided(seed: int) -> None:
    rng = Random(seed)
    protocol = without_known(random_protocol(seed, features=26))
    ages = {feature.id for feature in protocol.features if isinstance(feature.node, Age)}
    for _ in range(40):
        records, on = random_records(protocol, rng)
        before = evaluate(protocol, records, on).features
        completed = complete(protocol, records, on, rng)
        after = evaluate(protocol, completed, on).features
        for name, value in before.items():
            if name in ages and (after[name] is None or records.facts.get("birth_date") is None):
                continue  # the anchor turned out to lie before birth; an age stated has wider bounds today
            words = [
                f"{name}: {value} became {after[name]}",
                *spell_records(records),
                *spell_records(completed),
            ]
            assert refines(value, after[name]), "\n".join(words)


def without_known(protocol: Protocol) -> Protocol:
    """`known` asks whether something is recorded, which completing changes on purpose."""

    def asks(feature: Feature) -> bool:
        return any(isinstance(part, Known) for where in filters_of(feature.node) for part in preorder(where))

    kept = [feature for feature in protocol.features if not asks(feature)]
    while lost := [feature for feature in kept if not self_contained(feature, {one.id for one in kept})]:
        kept = [feature for feature in kept if feature not in lost]
    assert len(kept) > 5
    return evolve(protocol, features=tuple(kept), definitions=(), stages=())


def self_contained(feature: Feature, names: set[str]) -> bool:
    used = (getattr(part, "feature", None) for where in filters_of(feature.node) for part in preorder(where))
    return all(name in names for name in used if name)


def refines(before: Scalar, after: Scalar) -> bool:
    if before is None or before == after:
        return True
    if isinstance(before, Range):
        if before == ILLEGIBLE:
            return True  # which limit of normal holds was open: one of those recorded, or none of its own
        low, high = after if isinstance(after, Range) else (after, after)
        return after is not None and before.low <= low and high <= before.high
    # A mean is summed oldest first: with the dates known the same numbers may be added in another order.
    return (
        isinstance(before, float) and isinstance(after, float) and math.isclose(before, after, rel_tol=1e-12)
    )


def complete(protocol: Protocol, records: Records, on: When, rng: Random) -> Records:
    values = {fact.name: completed(fact, records.facts.get(fact.name), rng) for fact in protocol.facts}
    facts = {name: value for name, value in values.items() if name in records.facts or value is not None}
    today = on.first // DAY * DAY
    anchors = {
        one.name: moment(records.anchors.get(one.name, When(today, today + 400 * DAY)), rng)
        for one in protocol.anchors
    }
    answers = {one.id: records.answers.get(one.id, rng.random() < 0.5) for one in protocol.questions}
    return records._replace(facts=facts, anchors=anchors, answers=answers)


def completed(fact: Fact, value: FactValue, rng: Random) -> FactValue:
    match value:
        case When():
            return moment(value, rng)
        case History(occurrences, done):
            closed = done or fact.closed
            more = () if closed or rng.random() < 0.5 else (unrecorded(rng),)
            return History(tuple(occurred(one, rng) for one in (*most(occurrences), *more)), complete=True)
        case Range():
            return within(value, rng)
        case tuple():
            # Two that say the same may meet in one second, where two values would contradict each other.
            values = {one: known(one, rng) for one in value}
            return tuple(
                Sample(moment(one.when, rng), values[one], one.upper, one.lower) for one in most(value)
            )
        case None if fact.kind == "event":
            return History(() if fact.closed or rng.random() < 0.5 else (unrecorded(rng),), complete=True)
        case None if fact.kind == "yes_no" and not fact.closed:
            return rng.random() < 0.5
        case None if fact.kind == "date" and not fact.builtin:
            return moment(When(700_000 * DAY, 750_000 * DAY), rng)
        case _:
            return value


def known(sample: Sample, rng: Random) -> float | str | None:
    value = sample.value
    if isinstance(value, Range):
        return within(value, rng)
    return value if value is not None or rng.random() < 0.5 else rng.choice((1.0, 50.0, 300.0))


def within(value: Range, rng: Random) -> float:
    low, high = max(value.low, -1000.0), min(value.high, 5000.0)
    return rng.choice((low, high, (low + high) / 2))


def moment(when: When, rng: Random) -> When:
    second = rng.choice((when.first, when.last, rng.randint(when.first, when.last)))
    return When(second, second)


def occurred(one: Occurrence, rng: Random) -> Occurrence:
    start = moment(one.start, rng)
    first = min(max(start.first, one.end.first), one.end.last)
    return Occurrence(start, moment(When(first, one.end.last), rng), one.attributes)


def unrecorded(rng: Random) -> Occurrence:
    start = moment(When(730_000 * DAY, 740_500 * DAY), rng)
    end = When(FOREVER, FOREVER) if rng.random() < 0.3 else When(start.first, start.first + 30 * DAY)
    attributes = {"dose": rng.choice((5.0, 10.0, 20.0)), "intent": "curative", "planned": True}
    return Occurrence(max(start, When(BEGINNING, BEGINNING)), end, attributes)
