"""Engines of populations agree with the reference on generated patients: the flagship's, and those of random protocols
over every node of the ir."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from protocol_dsl.backends.columns import check_frame
from protocol_dsl.backends.judging import needed
from protocol_dsl.backends.sql import DIALECTS, dialect_named, feature_query, verdict_query
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.evaluate.evaluation import _Values
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.walk import all_features_of
from protocol_dsl.pipeline import load
from protocol_dsl.populations import duckdb
from protocol_dsl.populations.engines import engine_named, numbered
from protocol_dsl.populations.loading import record_tables
from protocol_dsl.runtime.records import Range
from protocol_dsl.testing import compare_batches, random_protocol
from protocol_dsl.testing.patients import Patients

ROOT = Path(__file__).parents[2]
FLAGSHIP = load(ROOT / "protocols" / "nct02812121.trial")
SEEDS = range(10)


def many(seed):
    return random_protocol(seed, features=26, criteria=8)


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_the_flagship(engine) -> None:
    report = compare_batches(FLAGSHIP, engine_named(engine, FLAGSHIP), count=2000, seed=3)
    assert report.agrees, report.text()
    assert all(min(tally) > 0 for tally in report.outcomes.values()), "a vain comparison"


@pytest.mark.parametrize("seed", SEEDS)
def test_random_protocols(seed) -> None:
    protocol = many(seed)
    report = compare_batches(protocol, engine_named("duckdb", protocol), count=200, seed=seed)
    assert report.agrees, report.text()


@pytest.mark.parametrize("seed", [1, 5, 8])
def test_random_protocols_in_columns(seed) -> None:
    protocol = many(seed)
    report = compare_batches(protocol, engine_named("polars", protocol), count=200, seed=seed)
    assert report.agrees, report.text()


def test_the_random_protocols_have_every_feature() -> None:
    kinds = {type(feature.node) for seed in SEEDS for feature in many(seed).features}
    assert kinds == set(FeatureNode.__args__)


@pytest.mark.parametrize("seed", [2, 4])
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_every_dialect_says_every_node(dialect, seed) -> None:
    query = verdict_query(many(seed), dialect)
    assert query.columns[0] == "patient"
    assert query.text


def missing_by_definition(protocol, records, on):
    """The facts of features not known exactly, under a line that the reference leaves unknown."""
    values = _Values(protocol, records, on)
    found = set()
    for criterion in protocol.stages[0].criteria:
        for line in criterion.lines:
            if truth(line.passes, values.patient) is None:
                rests_on = set(all_features_of(protocol, line.passes))
                found |= {
                    needed(feature)
                    for feature in protocol.features
                    if feature.id in rests_on
                    and (values.feature(feature.id) is None or isinstance(values.feature(feature.id), Range))
                }
    return found


def test_what_is_missing_and_the_verdict() -> None:
    rng, patients = Random(11), Patients(FLAGSHIP)
    drawn = numbered([patients.draw(rng) for _ in range(300)])
    query = verdict_query(FLAGSHIP, dialect_named("duckdb"))
    rows = {row["patient"]: row for row in duckdb.judged(query, record_tables(drawn)).to_pylist()}
    assert len(rows) == 300
    for records, on in drawn:
        row = rows[records.id]
        assert row["verdict"] == evaluate(FLAGSHIP, records, on).verdict
        named = set(row["missing"].split(", ")) - {""}
        assert named == missing_by_definition(FLAGSHIP, records, on)


def test_queries_and_columns_name_what_is_missing_alike() -> None:
    rng, patients = Random(12), Patients(FLAGSHIP)
    tables = record_tables(numbered([patients.draw(rng) for _ in range(300)]))
    told = duckdb.judged(feature_query(FLAGSHIP, dialect_named("duckdb")), tables)
    columns = dict(
        zip(told["patient"].to_pylist(), check_frame(FLAGSHIP, told, missing=True).to_pylist(), strict=True)
    )
    query = duckdb.judged(verdict_query(FLAGSHIP, dialect_named("duckdb")), tables)
    for row in query.to_pylist():
        assert columns[row.pop("patient")] == row
