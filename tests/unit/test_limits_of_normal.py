"""A limit of normal declared in the protocol stands in for one that is absent, never for one that cannot be used; every
engine says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from checker_loading import load as load_checker

from protocol_dsl.backends.python import emit, emit_standalone
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import load
from protocol_dsl.populations.engines import engine_named, numbered
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.vocabulary.calendar import parse_when

ON = parse_when("2026-03-01")
DAY = "2026-03-01"
TEXT = """
protocol X1 "Limits of normal" { }
fact alt : lab in U/L plausible 1 to 20000 "ALT" { normal 10 to 40 U/L }
inclusion I1 "Multiple" { source "x" require alt <= 3 ULN }
inclusion I2 "In multiples" { source "x" require alt in ULN <= 3 }
inclusion I3 "Filter" { source "x" require 1 consecutive alt <= 3 ULN }
inclusion I4 "Lower" { source "x" require alt >= 0.5 LLN }
exclusion E1 "Known" { source "x" reject known alt > 3 ULN }
"""
WITHIN, ABOVE, OPEN = (True,) * 5, (False, False, False, True, False), (None, None, None, True, None)
CASES = {
    "absent": ({"value": 100}, WITHIN),
    "null": ({"value": 100, "uln": None}, WITHIN),
    "own": ({"value": 100, "uln": 20}, ABOVE),
    "illegible": ({"value": 100, "uln": "abc"}, OPEN),
    "not a number": ({"value": 100, "uln": float("nan")}, OPEN),
    "a bound": ({"value": 100, "uln": "<40"}, OPEN),
    "negative": ({"value": 100, "uln": -40}, OPEN),
    "nothing": ({"value": 100, "uln": 0}, OPEN),
    "absurd": ({"value": 100, "uln": 40_000}, OPEN),
    "exchanged": ({"value": 100, "uln": 10, "lln": 40}, (None,) * 5),
    "from nothing": ({"value": 100, "uln": 40, "lln": 0}, WITHIN),
    "negative lower": ({"value": 100, "lln": -1}, (True, True, True, None, True)),
    "one of two": (
        [{"value": 100, "uln": 20, "on": DAY}, {"value": 100, "on": DAY}],
        (None, None, True, True, None),  # results of one moment that differ leave `known` open
    ),
}


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("limits") / "limits.trial"
    path.write_text(TEXT)
    return load(path)


def records_of(protocol, name):
    return read_patient({"id": name, "alt": CASES[name][0]}, schema_of(protocol), ON).records


@pytest.mark.parametrize("name", CASES)
def test_the_reference(protocol, name) -> None:
    assert tuple(evaluate(protocol, records_of(protocol, name), ON).criteria.values()) == CASES[name][1]


@pytest.mark.parametrize(
    "emitted", [lambda one: emit(one)[0], emit_standalone], ids=["checker", "standalone"]
)
def test_checkers(protocol, emitted) -> None:
    checker = load_checker(protocol, emitted(protocol).text)
    for name, (alt, expected) in CASES.items():
        patient = checker.Patient.from_json({"id": name, "alt": alt}, on=DAY)
        assert checker.check(patient, on=DAY).codes == expected, name


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_populations(protocol, engine) -> None:
    judged = engine_named(engine, protocol)(numbered([(records_of(protocol, name), ON) for name in CASES]))
    for (name, (_, expected)), row in zip(CASES.items(), judged, strict=True):
        assert tuple(row[key] for key in ("I1", "I2", "I3", "I4", "E1")) == expected, name


def test_a_verdict_asks_for_a_clear_limit(protocol) -> None:
    checker = load_checker(protocol)
    told = checker.check(checker.Patient.from_json({"alt": CASES["illegible"][0]}, on=DAY), on=DAY)
    assert told.missing[0].words == "a clear upper limit of normal of ALT (what is recorded leaves it open)"
    assert told.problems == (
        "alt.uln: `abc`: it is not a number; write a number such as `1.5`, or a bound such as `<40`",
    )
