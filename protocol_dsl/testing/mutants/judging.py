"""Patients judged by mutants: only what a mistake can reach is worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from attrs import evolve, field, frozen

from protocol_dsl.analysis.replay import Lookup, lookup_of
from protocol_dsl.ir.evaluate import Evaluation, Scalar, StageEvaluation, evaluate, verdict_of
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.kleene import Truth, both
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.mutants.whole import Mutant
from protocol_dsl.vocabulary.calendar import When

Form = Mapping[str, object]


@frozen(eq=False)
class Case:
    """A patient, and what the protocol says of it. `form` is the JSON form it came in, where it came in one."""

    records: Records
    on: When
    evaluation: Evaluation = field(repr=False)
    form: Form | None = field(default=None, repr=False)


def case_of(protocol: Protocol, records: Records, on: When, form: Form | None = None) -> Case:
    """A patient judged by the protocol."""
    return Case(records, on, evaluate(protocol, records, on), form)


def outcomes(mutant: Mutant, case: Case) -> Mapping[str, Truth]:
    """What those criteria of a mutant come out as that can come out otherwise."""
    patient = _lookup(mutant, case).patient
    criteria = (one for stage in mutant.protocol.stages for one in stage.criteria)
    wanted = {one.id: one for one in criteria if one.id in mutant.criteria}
    return {name: both([truth(line.passes, patient) for line in one.lines]) for name, one in wanted.items()}


def differs(mutant: Mutant, case: Case) -> bool:
    """Whether some criterion comes out otherwise by the mutant."""
    mine = case.evaluation.criteria
    return any(mine[name] is not outcome for name, outcome in outcomes(mutant, case).items())


def judged_by(mutant: Mutant, case: Case) -> Evaluation:
    """The whole evaluation by a mutant; values of features stay those of the protocol."""
    fresh = outcomes(mutant, case)
    stages = []
    for stage in case.evaluation.stages:
        criteria = {name: fresh.get(name, outcome) for name, outcome in stage.criteria.items()}
        stages.append(StageEvaluation(stage.name, criteria, verdict_of(list(criteria.values()))))
    return evolve(case.evaluation, stages=tuple(stages))


def _lookup(mutant: Mutant, case: Case) -> Lookup:
    records = case.records
    if mutant.unit is not None:
        if case.form is None or not _mentions(case.form.get(mutant.unit[0]), mutant.unit[1]):
            return _known(mutant, case, case.evaluation.features)
        records = read_patient(case.form, schema_of(mutant.protocol), case.on).records
        return lookup_of(mutant.protocol, records, case.on)
    same = {name: value for name, value in case.evaluation.features.items() if name not in mutant.features}
    return _known(mutant, case, same)


def _known(mutant: Mutant, case: Case, known: Mapping[str, Scalar]) -> Lookup:
    return evolve(lookup_of(mutant.protocol, case.records, case.on), known=dict(known))


def _mentions(value: object, unit: str) -> bool:
    """Whether something is recorded in a unit."""
    if isinstance(value, Mapping):
        return value.get("unit") == unit or any(_mentions(one, unit) for one in value.values())
    return isinstance(value, list | tuple) and any(_mentions(one, unit) for one in cast(list[object], value))
