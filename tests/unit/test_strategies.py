"""Patients made to order: the reference says of each what was ordered, and failing ones shrink to what matters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import find as found_by
from hypothesis import strategies as st

from protocol_dsl.ir.evaluate import Evaluation, evaluate
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import load
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.testing.making import MadePatient
from protocol_dsl.testing.strategies import NoSuchPatient, Strategies

PROTOCOL = load(Path(__file__).parents[2] / "protocols" / "nct02812121.trial")
SCHEMA = schema_of(PROTOCOL)
MADE = Strategies(PROTOCOL)
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(patient: MadePatient) -> Evaluation:
    """What the reference says of a patient, read from its JSON form as anybody would."""
    reading = read_patient(patient.data, SCHEMA, patient.on)
    assert reading.problems == ()
    return evaluate(PROTOCOL, reading.records, patient.on)


@FEW
@given(MADE.eligible())
def test_eligible(patient: MadePatient) -> None:
    assert judged(patient).verdict == "eligible"


@FEW
@given(MADE.ineligible())
def test_ineligible(patient: MadePatient) -> None:
    assert judged(patient).verdict == "ineligible"


@FEW
@given(MADE.undetermined())
def test_undetermined(patient: MadePatient) -> None:
    assert judged(patient).verdict == "undetermined"


@FEW
@given(
    st.sampled_from([one.id for one in MADE.maker.criteria]).flatmap(
        lambda one: st.tuples(st.just(one), MADE.only_fails(one))
    )
)
def test_only_one_fails(case: tuple[str, MadePatient]) -> None:
    criterion, patient = case
    assert [name for name, outcome in judged(patient).criteria.items() if outcome is not True] == [criterion]
    assert judged(patient).criteria[criterion] is False


@FEW
@given(MADE.boundary("I4"))
def test_on_a_boundary(patient: MadePatient) -> None:
    assert judged(patient).features["age"] in {17.0, 18.0, 19.0, 64.0, 65.0, 66.0}


@FEW
@given(MADE.missing("inr", "prothrombin_activity"))
def test_missing(patient: MadePatient) -> None:
    assert judged(patient).criteria["I1"] is None


@FEW
@given(MADE.patients())
def test_any(patient: MadePatient) -> None:
    assert judged(patient).verdict in {"eligible", "ineligible", "undetermined"}


def test_the_suite_shows_every_criterion_every_way() -> None:
    seen = {outcome for patient in MADE.suite() for outcome in judged(patient).criteria.items()}
    assert seen == {(one.id, outcome) for one in MADE.maker.criteria for outcome in (True, False, None)}


def test_a_patient_shrinks_to_what_matters() -> None:
    quick = settings(max_examples=500, database=None, phases=(Phase.generate, Phase.shrink), deadline=None)
    smallest = found_by(
        MADE.patients(), lambda patient: judged(patient).criteria["E5"] is False, settings=quick
    )
    assert len(smallest.differences) <= 3
    assert "sex female" in smallest.differences
    assert repr(smallest).startswith("patient(sex female; ")


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(NoSuchPatient, match="no criterion is called `E33`; did you mean `E3`"):
        MADE.only_fails("E33")
    with pytest.raises(NoSuchPatient, match="no fact is called `inrr`"):
        MADE.missing("inrr")
