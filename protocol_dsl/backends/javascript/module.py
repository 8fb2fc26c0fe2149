"""The text of `checker.mjs`: the protocol's own part first, to be read beside the protocol, then the runtime."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocol_dsl.backends.evidence import evidence_of, fact_of, rests_of
from protocol_dsl.backends.filtering import find_filters
from protocol_dsl.backends.javascript.bundle import runtime, runtime_names, without_comments
from protocol_dsl.backends.javascript.code import INDENT, Call, Code, key, lines, literal
from protocol_dsl.backends.javascript.features import FeatureLines
from protocol_dsl.backends.javascript.formulas import FormulaCode
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose, fact_unit
from protocol_dsl.backends.writer import Writer, one_line
from protocol_dsl.ir.features import Feature
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Criterion, Protocol, Stage
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.ir.walk import all_features_of, criteria_formulas, definitions_of
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema

_LOCALS = (
    "give", "facts", "unreadFacts", "anchors", "answers", "on", "f", "d", "record", "protocol", "check", "judge",
    # Words of JavaScript that are none of Python's.
    "arguments", "await", "case", "catch", "const", "debugger", "default", "delete", "do", "enum", "eval", "export",
    "extends", "function", "implements", "instanceof", "interface", "let", "new", "null", "package", "private",
    "protected", "public", "static", "super", "switch", "this", "throw", "typeof", "undefined", "var", "void",
)  # fmt: skip


class Module:
    """One protocol on its way to JavaScript text."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._prose = Prose(protocol)
        self._code = FormulaCode(self._prose)
        self._facts = {fact.name: fact for fact in protocol.facts}
        self._all_features = {feature.id: feature for feature in protocol.features}
        formulas = criteria_formulas(protocol)
        used = set(all_features_of(protocol, *formulas))
        self._features = [feature for feature in protocol.features if feature.id in used]
        self._scope = Scope((*_LOCALS, *runtime_names()))
        self._filters = find_filters(protocol, self._features, self._scope)
        self._units: dict[str, str] = {}

    def text(self) -> str:
        """The whole module: it imports nothing and exports `protocol`, `check` and `judge`."""
        return f"{self._head()}\n{self.own()}\n{_CALLS}\n{_RUNTIME}\n{runtime()}"

    def page_part(self) -> str:
        """The module without comments and exports; it declares `protocol` and all that the runtime does."""
        return f"{without_comments(self.own())}\n{without_comments(runtime())}"

    def own(self) -> str:
        """The protocol's own part, which declares `protocol`."""
        schema = self._schema()  # first, for the tables of units
        writer = _writer()
        for name, units in ((name, units) for units, name in self._units.items()):
            writer.line(f"const {name} = {units};")
        for part in (self._filter_functions(), self._program(schema)):
            writer.blank()
            writer.put(part.taken())
        return writer.text().strip("\n") + "\n"

    def _head(self) -> str:
        protocol, writer = self._protocol, _writer()
        writer.comment(f"{protocol.header.id}: {protocol.header.title}")
        source = f" from {protocol.source_name}" if protocol.source_name else ""
        digest = f" (sha256 {protocol.source_digest})" if protocol.source_digest else ""
        writer.comment(
            f"The criteria of this protocol as a program, generated{source}{digest}; do not edit. `check(patient, on)`"
            " judges one patient (JSON, as every checker of the protocol reads it) as at a day. What is not recorded"
            " is unknown, never no."
        )
        return writer.text()

    def _filter_functions(self) -> Writer:
        writer, code = _writer(), FormulaCode(self._prose, in_filter=True)
        for found in self._filters.values():
            writer.comment(f"{self._prose.fact(found.fact)} {self._prose.where(found.where, found.fact)}")
            others = ", f, d" if found.features else ""
            with writer.block(f"function {found.name}(record{others}) {{"):
                test = code.formula(found.where)
                writer.lines(*lines("return ", test, ".value;", writer.margin))
            writer.line("}")
            writer.blank()
        return writer

    def _program(self, schema: Mapping[str, str]) -> Writer:
        writer = _writer()
        header, protocol = self._protocol.header, self._protocol
        with writer.block("const protocol = {"):
            for name, words in (
                ("id", header.id),
                ("title", header.title),
                ("digest", protocol.source_digest),
            ):
                writer.line(f"{name}: {literal(words)},")
            with writer.block("schema: {"):
                self._write_schema(writer, schema)
            writer.line("},")
            with writer.block("featureRows: {"):
                writer.lines(*(f"{key(one.id)}: {literal(self._row(one))}," for one in self._features))
            writer.line("},")
            self._write_features(writer)
            self._write_definitions(writer)
            with writer.block("stages: {"):
                for stage in protocol.stages:
                    self._write_stage(writer, stage)
            writer.line("},")
        writer.line("};")
        return writer

    # Records

    def _schema(self) -> dict[str, str]:
        facts = schema_of(self._protocol).facts
        return {name: self._fact(self._printed(fact)) for name, fact in facts.items()}

    def _printed(self, fact: FactSchema) -> FactSchema:
        """With the unit as people print it; as the author wrote it, it is still read."""
        printed = fact_unit(self._facts[fact.name])
        if printed == fact.unit:
            return fact
        return fact._replace(unit=printed, units={fact.unit: (1, 1, 0, 1), **fact.units})

    def _write_schema(self, writer: Writer, schema: Mapping[str, str]) -> None:
        whole = schema_of(self._protocol)
        with writer.block("facts: {"):
            writer.lines(*(f"{key(name)}: {fact}," for name, fact in schema.items()))
        writer.line("},")
        writer.line(f"anchors: {literal(whole.anchors)},")
        writer.line(f"questions: {literal(whole.questions)},")

    def _fact(self, fact: FactSchema) -> str:
        plain = {
            "name": fact.name,
            "kind": fact.kind,
            "label": one_line(fact.label),
            "unit": fact.unit,
            "choices": fact.choices,
            "low": fact.low,
            "high": fact.high,
            "closed": fact.closed,
            "builtin": fact.builtin,
        }
        attributes = ", ".join(self._attribute(one) for one in fact.attributes)
        return f"{literal(plain)[:-2]}, units: {self._unit_table(fact)}, attributes: [{attributes}] }}"

    def _attribute(self, attribute: AttributeSchema) -> str:
        plain = {
            "name": attribute.name,
            "kind": attribute.kind,
            "unit": attribute.unit,
            "choices": attribute.choices,
        }
        return f"{literal(plain)[:-2]}, units: {self._unit_table(attribute)} }}"

    def _unit_table(self, fact: FactSchema | AttributeSchema) -> str:
        """Facts of one kind of unit share the table of what else is read."""
        if not fact.units:
            return "{}"
        return self._units.setdefault(literal(fact.units), f"UNITS_{len(self._units) + 1}")

    # Features

    def _row(self, feature: Feature) -> dict[str, object]:
        fact = fact_of(feature)
        evidence = evidence_of(feature, self._facts)
        return {
            "words": self._prose.feature(feature.id),
            "need": self._prose.need(feature.id),
            "unit": self._prose.feature_unit(feature.id),
            "evidence": evidence,
            "fact": "birth_date" if evidence == "birth" else fact or "",
            "subject": "" if fact is None else self._prose.fact(fact),
            "rests": rests_of(feature, self._prose),
        }

    def _write_features(self, writer: Writer) -> None:
        writer.comment("First stage: each feature's value from the patient's dated records.")
        with writer.block("features({ give, f, d, facts, unreadFacts, anchors, answers, on }) {"):
            inner = self._scope.copy()
            written = FeatureLines(writer, inner, self._prose, self._facts, self._all_features, self._filters)
            for feature in self._features:
                written.write(feature.id)
        writer.line("},")

    # Criteria

    def _write_definitions(self, writer: Writer) -> None:
        named = self._definitions_used()
        with writer.block("definitions: {"):
            for definition in self._protocol.definitions:
                if definition.id in named:
                    made = self._code.definition(definition)
                    writer.lines(*lines(f"{key(definition.id)}: (f, d) => ", made, ",", writer.margin))
        writer.line("},")

    def _definitions_used(self) -> set[str]:
        bodies = {one.id: one.body for one in self._protocol.definitions}
        waiting = [*criteria_formulas(self._protocol), *(found.where for found in self._filters.values())]
        named: set[str] = set()
        while waiting:
            fresh = set(definitions_of(waiting.pop())) - named
            named |= fresh
            waiting += [bodies[one] for one in fresh]  # type: ignore[misc]  # numbers name definitions too
        return named

    def _write_stage(self, writer: Writer, stage: Stage) -> None:
        writer.comment(f"Second stage: the criteria of {stage.name.replace('_', ' ')}, in order.")
        with writer.block(f"{key(stage.name)}: (f, d) => ["):
            for criterion in stage.criteria:
                for citation in criterion.citations:
                    writer.comment(citation.text or citation.pointer or "", first="| ", rest="| ")
                writer.lines(*lines("", self._criterion(criterion), ",", writer.margin))
        writer.line("],")

    def _criterion(self, criterion: Criterion) -> Code:
        head = (literal(criterion.id), literal(criterion.kind), literal(one_line(criterion.title)))
        return Call("criterion", (*head, *self._lines(criterion)))

    def _lines(self, criterion: Criterion) -> Iterator[Code]:
        for line in criterion.lines:
            yield Call("line", (literal(one_line(line.text)), self._condition(line.passes)))

    def _condition(self, formula: Formula) -> Code:
        return self._code.formula(formula)


def _writer() -> Writer:
    return Writer(mark="// ", indent=INDENT)


_CALLS = """\
/** The verdict on one patient as at the day `on` (ISO text; today when left out), of one stage (the first). */
const check = (patient, on, stage) => judged(protocol, patient, on, stage);

/** Features and outcomes of every stage, from records that have been read. */
const judge = (records, on) => judgeRecords(protocol, records, on);

export { protocol, check, judge };
"""
_RUNTIME = "// What follows is the same for every protocol.\n"
