"""The differential runner finds wrong engines, and shows the smallest patient it can."""

from __future__ import annotations

from random import Random

from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.features import Feature, Given, NamedAnchor
from protocol_dsl.ir.formulas import Truth
from protocol_dsl.ir.protocol import Criterion, Line, Stage
from protocol_dsl.runtime.records import History, Occurrence, Range, Records, Sample
from protocol_dsl.testing import compare, random_protocol, random_records, run
from protocol_dsl.testing.differential import same
from protocol_dsl.testing.palette import random_facts
from protocol_dsl.testing.shrinking import smaller
from protocol_dsl.testing.spelling import spell_records, spell_when
from protocol_dsl.vocabulary.calendar import ANY_TIME, DAY, FOREVER, When

PROTOCOL = random_protocol(7)
FIRST = PROTOCOL.stages[0].criteria[0].id


def reference_engine(records, on):
    found = evaluate(PROTOCOL, records, on)
    return {**found.criteria, **{f"feature {name}": value for name, value in found.features.items()}}


def test_an_engine_that_is_right() -> None:
    report = compare(PROTOCOL, reference_engine, count=50)
    assert report.agrees
    assert report.patients == 50
    assert all(sum(tally) == 50 for tally in report.outcomes.values())
    assert run(PROTOCOL, reference_engine, count=5) == (True, "5 patients, no disagreement")


def test_the_same_seed_gives_the_same_patients() -> None:
    one, other = (random_records(PROTOCOL, Random(3)) for _ in range(2))
    assert one == other
    assert random_records(PROTOCOL, Random(4)) != one
    assert random_protocol(7) == PROTOCOL


def smoker_protocol():
    feature = Feature("f", Given("smoker"), "truth", "1", "smoker")
    lines = (Line("require", Truth("f", atom="a1"), "require smoker"),)
    stage = Stage("eligibility", NamedAnchor("screening"), (Criterion("I1", "inclusion", "Smoker", lines),))
    return type(PROTOCOL)(PROTOCOL.header, random_facts(Random(0)), (feature,), (), (stage,))


def test_a_wrong_engine_is_shown_on_the_smallest_patient() -> None:
    def closed_world(records, on):
        return {"I1": records.facts.get("smoker") is True}

    report = compare(smoker_protocol(), closed_world, count=500)
    case = report.disagreements[0]
    assert (case.name, case.expected, case.actual) == ("I1", None, False)
    assert case.records.facts == {}
    assert len(report.disagreements) >= 10
    assert report.patients < 500
    assert "I1: expected unknown, got false" in report.text()


def test_what_matters_stays_when_shrinking() -> None:
    def always_passes(records, on):
        return {"I1": True if records.facts.get("smoker") is False else records.facts.get("smoker")}

    report = compare(smoker_protocol(), always_passes, count=500)
    assert report.disagreements[0].records.facts == {"smoker": False}


def test_an_engine_that_raises_or_leaves_out_disagrees() -> None:
    def raises(records, on):
        raise ValueError("no such unit")

    text = compare(PROTOCOL, raises, count=1).text()
    assert "every criterion: expected an outcome, got ValueError: no such unit" in text
    left_out = compare(PROTOCOL, lambda records, on: {}, count=1)
    assert left_out.disagreements[0].actual == "nothing"


def test_a_wrong_feature_is_found() -> None:
    def off_by_one(records, on):
        return reference_engine(records, on) | {"feature f0": "wrong"}

    assert compare(PROTOCOL, off_by_one, count=3).disagreements[0].name == "feature f0"


def test_what_is_the_same() -> None:
    assert same(1.0, 1)
    assert same(Range(1.0, 2.0), Range(1.0, 2.0))
    assert not same(True, 1.0)
    assert not same(None, False)
    assert not same(Range(1.0, 2.0), None)


DAY_ONE = When(730_000 * DAY, 730_000 * DAY + DAY - 1)


def test_smaller_patients_lack_one_thing_each() -> None:
    sample = Sample(DAY_ONE, 1.0, 2.0, None)
    history = History((Occurrence(DAY_ONE, DAY_ONE, {"dose": 1.0}),), complete=False)
    records = Records("P", {"inr": (sample,), "surgery": history}, {"consent": DAY_ONE}, {"Q1": True})
    found = [(one.facts, one.anchors, one.answers) for one in smaller(records)]
    assert ({"surgery": history}, records.anchors, records.answers) in found
    assert (records.facts, {}, records.answers) in found
    assert (records.facts, records.anchors, {}) in found
    facts = [one for one, _, _ in found]
    assert {"inr": (), "surgery": history} in facts
    assert {"inr": (sample._replace(upper=None),), "surgery": history} in facts
    assert {"inr": (sample,), "surgery": History((), False)} in facts
    assert {"inr": (sample,), "surgery": History((Occurrence(DAY_ONE, DAY_ONE, {}),), False)} in facts
    assert len(found) == 8


def test_patients_in_words() -> None:
    ongoing = Occurrence(DAY_ONE, When(FOREVER, FOREVER), {"dose": 1.0})
    facts = {
        "inr": (Sample(DAY_ONE, Range(1.0, 2.0), 3.0),),
        "surgery": History((ongoing,), False),
        "smoker": None,
        "mutations": frozenset({"kras"}),
        "diagnosis": ANY_TIME,
    }
    assert list(spell_records(Records("P", facts, {"consent": DAY_ONE}, {"Q1": True}))) == [
        "  inr: 1.0 to 2.0 on 1999-09-03 upper 3.0",
        "  surgery: from 1999-09-03 ongoing dose 1.0 (and perhaps others)",
        "  smoker: unknown",
        "  mutations: {kras}",
        "  diagnosis: any time",
        "  anchor consent: 1999-09-03",
        "  answer Q1: true",
    ]
    assert spell_when(When(DAY_ONE.first, DAY_ONE.first)) == "1999-09-03 00:00:00"
    assert spell_when(When(FOREVER, FOREVER)) == "never"
