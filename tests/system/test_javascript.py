"""The generated JavaScript, run by Node, says of every patient what the reference and the Python checker say: outcomes,
values of features, and every word of a verdict, on records as people write them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import load
from protocol_dsl.testing import compare_batches, random_protocol
from protocol_dsl.testing.javascript import NodeEngine
from protocol_dsl.vocabulary.calendar import parse_when

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "protocols").glob("*.trial"))
SEEDS = range(24)
DAY = "2026-03-02"
# As they come; the plain ones first.
DATES = ["2026-03-01", "2026-02-20", "2025-09-02", "2026-03", "2024", "2026-03-02T14:30", "2026-02-28T08:00:10Z",
         "0001", "2026-03-09", "1980-02-29", "05/03/2025", "20260301", "2026-3-1", "2026-02-30", "2026-13-01", "",
         2025, True, None]  # fmt: skip
NUMBERS = [0, 1, 1.5, 2, 17.1, 35, 40, 66, 342, "1.5", " 40 ", "<40", ">= 1.5", "≤ 35", "=> 2", ".5", "1e2", "1,000",
           "2 mg", "high", -3, 1e300, 0.1, 171.00000000000003, True, None, [], {}]  # fmt: skip
TRUTHS = [True, False, "yes", "No", "y", " FALSE ", "maybe", 1, None]


def many(seed):
    return random_protocol(seed, features=26, criteria=8)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_protocols(path) -> None:
    protocol = load(path)
    report = compare_batches(protocol, NodeEngine(protocol), count=250, seed=3)
    assert report.agrees, report.text()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_protocols(seed) -> None:
    report = compare_batches(many(seed), NodeEngine(many(seed)), count=200, seed=seed)
    assert report.agrees, report.text()


def test_the_random_protocols_have_every_feature() -> None:
    kinds = {type(feature.node) for seed in SEEDS for feature in many(seed).features}
    assert kinds == set(FeatureNode.__args__)


def written_amount(rng, fact):
    amount = rng.choice(NUMBERS)
    if rng.random() < 0.6:
        return amount
    units = [*fact.units, fact.unit, "furlongs"]
    return {"value": amount, "unit": rng.choice(units)}


def written_date(rng):
    return rng.choice(DATES[:6] if rng.random() < 0.7 else DATES)


def written_choice(rng, choices):
    return rng.choice(
        [*choices, *choices, *(one.upper().replace("_", "-") for one in choices), "other kind", 3]
    )


def written_sample(rng, fact):
    if fact.kind == "finding":
        one = {"value": written_choice(rng, fact.choices)}
    else:
        one = written_amount(rng, fact)
        one = dict(one) if isinstance(one, dict) else {"value": one}
        one |= {limit: rng.choice(NUMBERS[:12]) for limit in ("uln", "lln") if rng.random() < 0.4}
    if rng.random() < 0.85:
        one["on"] = written_date(rng)
    if rng.random() < 0.04:
        one["date"] = "2026-03-01"
    return one if rng.random() < 0.9 else one.get("value")


def written_occurrence(rng, fact):
    spans = [("on",), ("on",), ("from", "to"), ("from", "to"), ("from",), ("to",), ("on", "to"), ()]
    one = {name: written_date(rng) for name in rng.choice(spans)}
    if "on" not in one and rng.random() < 0.5:
        one["ongoing"] = rng.choice(TRUTHS)
    for attribute in fact.attributes:
        if rng.random() < 0.7:
            one[attribute.name] = written_value(rng, attribute)
    return one if rng.random() < 0.9 else written_date(rng)


def written_value(rng, fact):
    match fact.kind:
        case "yes_no":
            return rng.choice(TRUTHS)
        case "number":
            return written_amount(rng, fact)
        case "choice":
            return written_choice(rng, fact.choices)
        case "set":
            return [written_choice(rng, fact.choices) for _ in range(rng.randint(0, 3))]
        case "date":
            return written_date(rng)
        case "event":
            found = [written_occurrence(rng, fact) for _ in range(rng.choice((0, 0, 1, 1, 2)))]
            return found if rng.random() < 0.7 else {"occurrences": found, "complete": rng.choice(TRUTHS)}
        case _:
            found = [written_sample(rng, fact) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
            return found if len(found) > 1 or rng.random() < 0.5 else found[0]


def written(rng, schema):
    """A patient in JSON, as people and programs write them, well and badly."""
    patient = {name: written_value(rng, fact) for name, fact in schema.facts.items() if rng.random() < 0.8}
    patient |= {
        "id": f"P{rng.randint(1, 99)}",
        "anchors": {name: written_date(rng) for name in schema.anchors},
    }
    patient["answers"] = {name: rng.choice(TRUTHS) for name in schema.questions if rng.random() < 0.8}
    return patient


@pytest.mark.parametrize(
    "protocol",
    [*(load(path) for path in FILES[::2]), *map(many, (3, 7, 11))],
    ids=lambda one: one.header.id,
)
def test_every_word_of_a_verdict(protocol) -> None:
    rng, schema, checker = Random(5), schema_of(protocol), Checker(protocol)
    told = [(dict(one.record), one.on) for one in protocol.examples]
    patients = [*told, *((written(rng, schema), DAY) for _ in range(300))]
    stages = [rng.choice(protocol.stages).name for _ in patients]
    asked = [(patient, on, stage) for (patient, on), stage in zip(patients, stages, strict=True)]
    seen = 0
    for (patient, on, stage), actual in zip(asked, NodeEngine(protocol).verdicts(asked), strict=True):
        day = parse_when(on)
        expected = checker.check(checker.patient_from_json(patient, day), day, stage).to_json()
        problems = expected.pop("problems"), actual.pop("problems")
        assert actual == expected, patient
        # What to write instead may be less of a guess.
        assert [one.rpartition("; ")[0] for one in problems[1]] == [
            one.rpartition("; ")[0] for one in problems[0]
        ]
        seen += len(problems[0])
    assert seen > 300, "records that are written well only"
