"""One patient judged: features first, then definitions, then the criteria of each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from attrs import frozen

from protocol_dsl.ir.evaluate.features import feature_value
from protocol_dsl.ir.evaluate.formulas import number, truth
from protocol_dsl.ir.evaluate.kleene import Truth, both
from protocol_dsl.ir.evaluate.patient import Patient, Scalar
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Criterion, Definition, Eligibility, Protocol, Stage
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When


@frozen
class StageEvaluation:
    """One stage: `criteria` maps criterion ids to True (passes), False (fails) or None (unknown)."""

    name: str
    criteria: Mapping[str, Truth]
    verdict: Eligibility


@frozen
class Evaluation:
    """All that a protocol says of one patient; `features` and `definitions` hold their values by id."""

    stages: tuple[StageEvaluation, ...]
    features: Mapping[str, Scalar]
    definitions: Mapping[str, Scalar]

    @property
    def criteria(self) -> dict[str, Truth]:
        """The outcome of every criterion of every stage by its id."""
        return {name: outcome for stage in self.stages for name, outcome in stage.criteria.items()}

    @property
    def verdict(self) -> Eligibility:
        """The verdict of the first stage."""
        return self.stages[0].verdict


class _Values:
    """Values by id, each worked out when first asked for: a filter may look at features and definitions."""

    def __init__(self, protocol: Protocol, records: Records, on: When) -> None:
        self.feature_nodes = {feature.id: feature.node for feature in protocol.features}
        self.definition_nodes = {definition.id: definition for definition in protocol.definitions}
        self.features: dict[str, Scalar] = {}
        self.definitions: dict[str, Scalar] = {}
        facts = {fact.name: fact for fact in protocol.facts}
        self.patient = Patient(facts, records, on, self.feature, self.definition)

    def feature(self, name: str) -> Scalar:
        if name not in self.features:
            self.features[name] = feature_value(self.feature_nodes[name], self.patient)
        return self.features[name]

    def definition(self, name: str) -> Scalar:
        if name not in self.definitions:
            self.definitions[name] = self._defined(self.definition_nodes[name])
        return self.definitions[name]

    def _defined(self, definition: Definition) -> Scalar:
        # INVARIANT: the body of a truth is a formula, that of anything else a number.
        if definition.type == "truth":
            return truth(cast("Formula", definition.body), self.patient)
        return number(cast("Number", definition.body), self.patient)


def evaluate(protocol: Protocol, records: Records, on: When) -> Evaluation:
    """Judge one patient on the day (or second) `on`.

    Assumes: `invariants.check_invariants(protocol)` passes, and `records` hold values of the kinds that their
    facts say.
    """
    values = _Values(protocol, records, on)
    return Evaluation(
        stages=tuple(_stage(stage, values.patient) for stage in protocol.stages),
        features={feature.id: values.feature(feature.id) for feature in protocol.features},
        definitions={definition.id: values.definition(definition.id) for definition in protocol.definitions},
    )


def _stage(stage: Stage, patient: Patient) -> StageEvaluation:
    criteria = {criterion.id: _criterion(criterion, patient) for criterion in stage.criteria}
    return StageEvaluation(stage.name, criteria, verdict_of(list(criteria.values())))


def _criterion(criterion: Criterion, patient: Patient) -> Truth:
    return both([truth(line.passes, patient) for line in criterion.lines])


def verdict_of(outcomes: Sequence[Truth]) -> Eligibility:
    """What the outcomes of a stage's criteria come to."""
    match both(list(outcomes)):
        case True:
            return "eligible"
        case False:
            return "ineligible"
        case _:
            return "undetermined"
