"""What the reference evaluator says of a patient, of any condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field, frozen

from protocol_dsl.ir.evaluate import Evaluation, Scalar, evaluate
from protocol_dsl.ir.evaluate.features import feature_value
from protocol_dsl.ir.evaluate.formulas import number, truth
from protocol_dsl.ir.evaluate.kleene import Truth
from protocol_dsl.ir.evaluate.patient import Patient
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Definition, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.ir.walk import FORMULAS
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When, parse_when


@define
class Lookup:
    """Features and definitions of one patient, worked out when asked for, as the reference does."""

    facts: Mapping[str, Fact]
    nodes: Mapping[str, FeatureNode]
    definitions: Mapping[str, Definition]
    records: Records
    on: When
    known: dict[str, Scalar] = field(factory=dict)

    @property
    def patient(self) -> Patient:
        """The patient as the definitions of features see it."""
        return Patient(dict(self.facts), self.records, self.on, self.feature, self.definition)

    def feature(self, name: str) -> Scalar:
        """The value of a feature."""
        if name not in self.known:
            self.known[name] = feature_value(self.nodes[name], self.patient)
        return self.known[name]

    def definition(self, name: str) -> Scalar:
        """The value of a definition."""
        body = self.definitions[name].body
        if isinstance(body, FORMULAS):
            return truth(body, self.patient)  # type: ignore[arg-type]
        return number(body, self.patient)  # type: ignore[arg-type]


def judged(protocol: Protocol, records: Records, on: When, formulas: Iterable[Formula]) -> list[Truth]:
    """The outcome of each formula."""
    patient = lookup_of(protocol, records, on).patient
    return [truth(formula, patient) for formula in formulas]


def lookup_of(protocol: Protocol, records: Records, on: When) -> Lookup:
    """The features of one patient."""
    nodes = {feature.id: feature.node for feature in protocol.features}
    definitions = {one.id: one for one in protocol.definitions}
    return Lookup({fact.name: fact for fact in protocol.facts}, nodes, definitions, records, on)


@frozen
class Told:
    """A patient of an example, and what the reference says of it."""

    name: str
    records: Records
    on: When
    evaluation: Evaluation


def told(protocol: Protocol) -> tuple[Told, ...]:
    """The patients of a protocol's examples."""
    schema = schema_of(protocol)
    found = []
    for example in protocol.examples:
        on = parse_when(example.on)
        records = read_patient(example.record, schema, on).records
        found.append(Told(example.name, records, on, evaluate(protocol, records, on)))
    return tuple(found)


def typical(protocol: Protocol) -> Told | None:
    """The patient of the first example that is eligible."""
    schema = schema_of(protocol)
    for example in protocol.examples:
        on = parse_when(example.on)
        records = read_patient(example.record, schema, on).records
        evaluation = evaluate(protocol, records, on)
        if evaluation.verdict == "eligible":
            return Told(example.name, records, on, evaluation)
    return None
