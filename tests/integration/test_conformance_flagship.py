"""Sites of the flagship with deviations planted in them: all are found, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trialc import FLAGSHIP, ROOT, trialc

from benchmarks import sites
from benchmarks.sites import Course, Planted
from protocol_dsl.cli.scheduling import schedule_of
from protocol_dsl.runtime.conformance.deviations import KINDS, Deviation


@pytest.fixture(scope="module")
def schedule() -> ModuleType:
    return schedule_of(str(FLAGSHIP))[1]


def planted(one: Course, findings: Iterable[Deviation]) -> set[Planted]:
    """Findings as they are planted."""
    days = {each: (date.fromisoformat(each.actual) - one.first).days + 1 for each in findings if each.actual}
    return {Planted(each.kind, each.what, each.slot, days.get(each)) for each in findings}


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), often=st.sampled_from((0.0, 0.2, 0.6, 1.0)))
def test_what_is_planted_is_found_and_nothing_else(schedule: ModuleType, seed: int, often: float) -> None:
    one = sites.course(Random(seed), 1, often)
    result = schedule.conformance(sites.as_json(one), sites.ON)
    assert planted(one, result.findings) == one.planted
    assert len(result.findings) == len(one.planted)


def test_every_kind_is_planted_somewhere() -> None:
    kinds = {each.kind for one in sites.site(1, 200) for each in one.planted}
    assert kinds == set(KINDS)


def test_a_site_of_tables(tmp_path: Path) -> None:
    courses = sites.site(7, 40)
    for name, text in sites.tables(courses):
        (tmp_path / name).write_text(text, encoding="utf-8")
    words = ("--on", sites.ON.isoformat(), "--name", "ALB=serum_albumin", "--format", "csv")
    ran = trialc("conformance", FLAGSHIP, tmp_path, *words)
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    found = sorted((row["patient"], row["kind"], row["slot"]) for row in rows)
    assert found == sorted((one.patient, each.kind, each.slot) for one in courses for each in one.planted)
    assert ran.code == 1
    assert all(row["protocol"].startswith("give ") for row in rows)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), which=st.integers(0, 1_000), length=st.sampled_from((7, 4)))
def test_a_partial_date_gives_no_false_deviation(
    schedule: ModuleType, seed: int, which: int, length: int
) -> None:
    one = sites.course(Random(seed), 1, 0.6)
    data = sites.as_json(one)
    exact = schedule.conformance(data, sites.ON)
    administrations = data["administrations"]
    assert isinstance(administrations, list)
    changed = administrations[which % len(administrations)] = dict(
        administrations[which % len(administrations)]
    )
    changed["on"] = changed["on"][:length]
    vague = schedule.conformance(data, sites.ON)
    key = lambda each: (each.kind, each.what, each.slot, each.off, each.given_dose)  # noqa: E731
    found, expected = ({key(each) for each in one.deviations} for one in (vague, exact))
    assert found <= expected
    assert found == expected or any(each.kind == "undecided" for each in vague.findings)


def test_the_sites_lie_beside_the_benchmarks() -> None:
    assert Path(sites.__file__).parent == ROOT / "benchmarks"
