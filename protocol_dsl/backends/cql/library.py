"""One protocol as a CQL library: codes, records, features, definitions, criteria, verdicts, and what they rest on."""

from __future__ import annotations

from importlib.resources import files
from typing import cast

from protocol_dsl.backends.cql.features import DAY, FeatureText, records, whole
from protocol_dsl.backends.cql.formulas import FormulaText
from protocol_dsl.backends.cql.sayable import sayable
from protocol_dsl.backends.cql.text import joined, name, string, strings, truth
from protocol_dsl.backends.names import identifier
from protocol_dsl.backends.prose import Prose, fact_label
from protocol_dsl.backends.writer import Writer, one_line
from protocol_dsl.ir.facts import SERIES, Code, Fact, RecordUnit
from protocol_dsl.ir.features import Answer, NamedAnchor
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Criterion, Definition, Protocol, Question, Stage
from protocol_dsl.ir.walk import all_features_of, criteria_formulas, definitions_of, facts_of, filters_of
from protocol_dsl.vocabulary.codes import HIERARCHIES, system_address, system_name

OWN = "protocol"
"""The code system of facts, questions and attributes by their names in the protocol."""


def own_system(protocol: Protocol) -> str:
    """The address of the code system that names the facts and questions of a protocol."""
    return f"urn:trial:{identifier(protocol.header.id)}"


class Library:
    """Writes the library of one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._whole = protocol
        self._protocol, self._left_out = sayable(protocol)
        asked = criteria_formulas(self._protocol)
        named = set(all_features_of(self._protocol, *asked))
        self._features = tuple(one for one in protocol.features if one.id in named)
        needed = set(facts_of(self._protocol, *asked))
        self._facts = tuple(one for one in protocol.facts if one.name in needed)
        self._definitions = self._used_definitions()
        self._prose = Prose(protocol)
        self._first = FeatureText(self._features, protocol.facts, protocol.definitions)
        self._second = FormulaText(protocol.definitions)

    def text(self) -> str:
        """The whole library."""
        writer = Writer(mark="// ", indent="  ")
        self._head(writer)
        self._codes(writer)
        self._parameters(writer)
        for fact in self._facts:
            self._records(writer, fact)
        self._answers(writer)
        self._first_stage(writer)
        self._second_stage(writer)
        return writer.text() + "\n" + files(__package__).joinpath("runtime.cql").read_text("utf-8")

    def _used_definitions(self) -> tuple[Definition, ...]:
        bodies = {one.id: one for one in self._protocol.definitions}
        filters = [where for one in self._features for where in filters_of(one.node)]
        waiting, found = [*criteria_formulas(self._protocol), *filters], set[str]()
        while waiting:
            fresh = set(definitions_of(waiting.pop())) - found
            found |= fresh
            waiting += [bodies[one].body for one in fresh]  # type: ignore[misc]  # numbers name definitions too
        return tuple(one for one in self._protocol.definitions if one.id in found)

    def _head(self, writer: Writer) -> None:
        header = self._whole.header
        writer.comment(f"{header.id} {header.title}")
        writer.comment(
            f"The eligibility criteria over FHIR R4, generated from {self._whole.source_name or 'the protocol'}; do not"
            " edit. A criterion is true when it passes, false when it fails, null while the records leave it open: what"
            " is not recorded is unknown, never no."
        )
        writer.comment(
            f"Facts and questions also answer to their names, as codes of `{own_system(self._whole)}`. A List in mode"
            " `snapshot` with the code of an event says that its history is whole; any other says that it is not."
        )
        for one in self._left_out:
            writer.comment(f"{one.criterion} is left out: {one.reason}.")
        writer.blank()
        writer.line(f"library {identifier(header.id).upper()}")
        writer.blank()
        writer.line("using FHIR version '4.0.1'")
        writer.blank()

    def _codes(self, writer: Writer) -> None:
        codes = {fact.name: [code for code in fact.codes if not _hierarchical(code)] for fact in self._facts}
        systems = dict.fromkeys(system_name(code.system) for some in codes.values() for code in some)
        writer.line(f"codesystem {name(OWN)}: {string(own_system(self._whole))}")
        for system in systems:
            writer.line(f"codesystem {name(system)}: {string(system_address(system))}")
        writer.blank()
        for code in dict.fromkeys(code_name(code) for some in codes.values() for code in some):
            system, text = code
            writer.line(f"code {name(f'{system} {text}')}: {string(text)} from {name(system)}")
        for fact in self._facts:
            if fact.name not in {"sex", "birth_date"}:
                self._concept(writer, fact.name, fact_label(fact), codes[fact.name])
        for question in self._questions():
            self._concept(writer, question.id, question.text, [])
        writer.blank()

    def _concept(self, writer: Writer, own: str, label: str, codes: list[Code]) -> None:
        writer.line(f"code {name(f'{OWN} {own}')}: {string(own)} from {name(OWN)}")
        members = [f"{OWN} {own}", *dict.fromkeys(" ".join(code_name(code)) for code in codes)]
        listed = ", ".join(map(name, members))
        writer.line(f"concept {name(f'{own} codes')}: {{ {listed} }} display {string(label)}")

    def _questions(self) -> tuple[Question, ...]:
        asked = {feature.node.question for feature in self._features if isinstance(feature.node, Answer)}
        return tuple(one for one in self._whole.questions if one.id in asked)

    def _parameters(self, writer: Writer) -> None:
        writer.line(f"parameter {DAY} Date default Today()")
        for anchor in self._first.anchors:
            if isinstance(anchor, NamedAnchor):
                writer.line(f"parameter {name(anchor.name)} Interval<Date>")
        writer.blank()
        writer.line("context Patient")
        writer.blank()

    def _define(self, writer: Writer, quoted: str, expression: str) -> None:
        lines = expression.split("\n")
        if len(lines) == 1 and len(quoted) + len(lines[0]) < writer.width - 9:
            writer.line(f"define {quoted}: {expression}")
        else:
            with writer.block(f"define {quoted}:"):
                writer.lines(*lines)
        writer.blank()

    # Records

    def _records(self, writer: Writer, fact: Fact) -> None:
        if fact.name == "birth_date":
            self._define(writer, name("birth date"), "Patient.birthDate.value")
        elif fact.name == "sex":
            gender = f"if Patient.gender.value in {strings(fact.choices)} then Patient.gender.value else null"
            self._define(writer, records(fact.name), gender)
        elif fact.kind == "event":
            self._history(writer, fact)
        else:
            seen = name(f"{fact.name} observations")
            writer.comment(self._told(fact))
            self._define(writer, seen, f"[Observation: {name(f'{fact.name} codes')}] O where Reported(O)")
            self._define(writer, records(fact.name), _observed(fact, seen))

    def _told(self, fact: Fact) -> str:
        unit = f", in {fact.unit}" if fact.unit != "1" else ""
        return f"{fact_label(fact)}{unit}"

    def _history(self, writer: Writer, fact: Fact) -> None:
        concept = name(f"{fact.name} codes")
        sources = [
            f"[Condition: {concept}] C where Diagnosed(C) return all Illness(C)",
            f"[Procedure: {concept}] P where Performed(P) return all Intervention(P)",
        ]
        doubtful = [f"[Condition: {concept}] C where Doubtful(C) return all 1"]
        for system, codes in _below(fact).items():
            meant = f"{string(system_address(system))}, {strings(codes)}"
            condition, procedure = f"Under(C.code, {meant})", f"Under(P.code, {meant})"
            sources += [
                f"[Condition] C where {condition} and Diagnosed(C) return all Illness(C)",
                f"[Procedure] P where {procedure} and Performed(P) return all Intervention(P)",
            ]
            doubtful.append(f"[Condition] C where {condition} and Doubtful(C) return all 1")
        listed = ",\n  ".join(f"({one})" for one in sources)
        writer.comment(self._told(fact))
        self._define(writer, records(fact.name), f"flatten {{\n  {listed} }}")
        doubts = "\n".join(f"and not exists ({one})" for one in doubtful)
        self._define(
            writer,
            whole(fact.name),
            f'Whole(["List": {concept}], {truth(fact.closed)}, exists {records(fact.name)})\n{doubts}',
        )

    def _answers(self, writer: Writer) -> None:
        for question in self._questions():
            writer.comment(question.text)
            answers = (
                f"[Observation: {name(f'{question.id} codes')}] O where Reported(O) return all TruthOf(O)"
            )
            self._define(writer, records(question.id), f"OneTruth({answers})")

    # Criteria

    def _first_stage(self, writer: Writer) -> None:
        writer.comment("What the criteria ask of the records, each reduced to one value.")
        writer.blank()
        for anchor, quoted in self._first.anchors.items():
            self._define(writer, quoted, self._first.anchor(anchor))
        for feature in self._features:
            self._define(writer, name(feature.id), self._first.feature(feature))
        for definition in self._definitions:
            writer.comment(self._prose.definition(definition.id))
            self._define(writer, name(definition.id), self._defined(definition))

    def _defined(self, definition: Definition) -> str:
        # INVARIANT: the body of a truth is a formula, that of anything else a number.
        if definition.type == "truth":
            return self._second.formula(cast("Formula", definition.body))
        body = cast("Number", definition.body)
        return self._second.interval(body) if self._second.bounded(body) else self._second.exact(body)

    def _second_stage(self, writer: Writer) -> None:
        said = {criterion.id for stage in self._protocol.stages for criterion in stage.criteria}
        reasons = {one.criterion: one.reason for one in self._left_out}
        for stage in self._whole.stages:
            writer.comment(f"The criteria of {stage.name.replace('_', ' ')}.")
            writer.blank()
            for criterion in stage.criteria:
                self._criterion(writer, criterion, reasons.get(criterion.id))
            self._verdict(writer, stage, said)

    def _criterion(self, writer: Writer, criterion: Criterion, reason: str | None) -> None:
        writer.comment(f"{criterion.kind.title()} {criterion.id}: {criterion.title}")
        for citation in criterion.citations:
            writer.comment(citation.text or citation.pointer or "", first="| ", rest="| ")
        if reason is not None:
            writer.comment(f"Left out: {reason}.")
            writer.blank()
            return
        for line in criterion.lines:
            writer.comment(one_line(line.text), first="  ", rest="    ")
        passes = [self._second.formula(line.passes) for line in criterion.lines]
        self._define(writer, name(criterion.id), "\nand ".join(passes) or "true")

    def _verdict(self, writer: Writer, stage: Stage, said: set[str]) -> None:
        ids = [name(one.id) for one in stage.criteria if one.id in said]
        if len(ids) < len(stage.criteria):
            ids.append("(null as Boolean)")  # what is left out is open
        all_pass = joined("and", ids) if ids else "true"
        self._define(writer, name(stage.name), f"{all_pass}")
        verdict = (
            f"case when {name(stage.name)} then 'eligible' when not {name(stage.name)} then 'ineligible'"
            " else 'undetermined' end"
        )
        self._define(writer, name(f"{stage.name} verdict"), verdict)


def _observed(fact: Fact, seen: str) -> str:
    units = strings(dict.fromkeys((fact.unit, *(one.text for one in fact.units if _same(one)))))
    if fact.kind in SERIES:
        return f"{seen} O return all Sample(O, {units})"
    match fact.kind:
        case "yes_no":
            answer = f"OneTruth({seen} O return all TruthOf(O))"
            return f"if not exists {seen} then false else {answer}" if fact.closed else answer
        case "choice":
            return f"OneChoice({seen} O return all ChoiceOf(O))"
        case _:
            return f"OneNumber({seen} O return all Measured(O.value as FHIR.Quantity, {units}))"


def _same(unit: RecordUnit) -> bool:
    return unit.scale == 1 and unit.offset == 0


def _hierarchical(code: Code) -> bool:
    return system_name(code.system) in HIERARCHIES


def code_name(code: Code) -> tuple[str, str]:
    """The short name of a code's system, and the code."""
    return system_name(code.system), code.code


def _below(fact: Fact) -> dict[str, tuple[str, ...]]:
    """Codes that stand for those that begin with them, without their dots, by system."""
    found: dict[str, list[str]] = {}
    for code in fact.codes:
        if _hierarchical(code):
            found.setdefault(system_name(code.system), []).append(code.code.replace(".", "").upper())
    return {system: tuple(dict.fromkeys(codes)) for system, codes in found.items()}
