"""The text of `checker.py`: records, features, criteria, ways to call them, and the tables verdicts are told from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from protocol_dsl.backends.bounds import Bounds
from protocol_dsl.backends.evidence import evidence_of, fact_of, rests_of
from protocol_dsl.backends.filtering import find_filters
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.python.body import Body, Context
from protocol_dsl.backends.python.data import TableWriter, offsets_of
from protocol_dsl.backends.python.expressions import Invocation, Text, statement
from protocol_dsl.backends.python.features import FeatureLines, write_meaning
from protocol_dsl.backends.python.filters import PYTHON_TYPES, FilterWriter
from protocol_dsl.backends.python.judge import (
    Block,
    criterion_blocks,
    definition_heading,
    short_blocks,
)
from protocol_dsl.backends.python.module import (
    MODULE_NAMES,
    table_name,
    write_calls,
    write_head,
    write_imports,
    write_stages,
    write_values_of_row,
)
from protocol_dsl.backends.python.patient import attribute_names, write_patient, write_schema
from protocol_dsl.backends.python.table import Table
from protocol_dsl.backends.spans import SCREENING, Span, span_name, span_of
from protocol_dsl.backends.writer import Writer
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Feature,
    Given,
    SampleValue,
    Unsettled,
)
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.ir.walk import all_features_of, criteria_formulas

FEATURE_OWN_NAMES = ("values", "count", "index")
"""What no feature may be named: a local of the generated functions, and what a tuple has already."""


class Checker:
    """One protocol on its way to Python text."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.prose = Prose(protocol)
        self.facts = {fact.name: fact for fact in protocol.facts}
        self.all_features = {feature.id: feature for feature in protocol.features}
        used = set(all_features_of(protocol, *criteria_formulas(protocol)))
        self.features = [feature for feature in protocol.features if feature.id in used]
        definitions = {definition.id: definition for definition in protocol.definitions}
        numbers: dict[str, Number] = {
            one.id: one.body  # type: ignore[misc]  # a number definition holds a number
            for one in protocol.definitions
            if one.type == "number"
        }
        bounds = Bounds(self.facts, self.all_features, numbers)
        any_bounds = Bounds({}, self.all_features, numbers)
        self.context = Context(
            definitions, bounds, any_bounds, lambda one: definition_heading(self.prose, one)
        )
        self.module = Scope(MODULE_NAMES)
        self.attributes = attribute_names(protocol)
        self.filters = find_filters(protocol, self.features, self.module)
        self.stages = [(stage, self.module.fresh(f"judge_{stage.name}")) for stage in protocol.stages]
        reserved = (
            *MODULE_NAMES,
            *(one.name for one in self.filters.values()),
            *(name for _, name in self.stages),
        )
        self.reserved = (*reserved, "patient", "on", "windows", "features", "row", "verdict", "undecided")
        # One name per feature, the same in every function and in `Features`.
        self.names = Scope((*self.reserved, *FEATURE_OWN_NAMES))
        for feature in self.features:
            self.names.claim(("feature", feature.id), feature.id, "value")
        self.choices = {feature.id: _choices(feature, self.facts) for feature in self.features}
        self._written: dict[str, list[Block]] = {}

    def text(self) -> str:
        """The whole module."""
        parts = [
            self._records(),
            self._filters(),
            self._features(),
            self._judges(),
            self._calls(),
            self._tables(),
        ]
        head = Writer()
        write_head(head, self.protocol, [stage.name for stage, _ in self.stages])
        write_imports(head, self.context.used)
        texts = [part.text().rstrip("\n") for part in (head, *parts)]
        return "\n\n\n".join(text for text in texts if text) + "\n"

    # Parts

    def _records(self) -> Writer:
        writer = Writer()
        unread = any(isinstance(feature.node, Unsettled) for feature in self.features)
        if unread:
            self.context.used.add("unread_facts")
        write_patient(writer, self.protocol, self.attributes, unread)
        writer.blank(2)
        self._write_features_class(writer)
        writer.blank(2)
        write_schema(writer, self.protocol)
        return writer

    def _write_features_class(self, writer: Writer) -> None:
        with writer.block("class Features(NamedTuple):"):
            writer.docstring(
                "What the criteria are judged on, one exact value per feature. None: nothing is known."
            )
            writer.blank()
            for feature in self.features:
                write_meaning(writer, self.prose, feature.id)
                writer.line(f"{self._name(feature)}: {PYTHON_TYPES[feature.type]} = None")

    def _filters(self) -> Writer:
        writer = Writer()
        filters = FilterWriter(writer, self.prose, self.context, self.facts, self.all_features, self.reserved)
        for found in self.filters.values():
            filters.write(found, self.choices)
        data = TableWriter(writer)
        for name, table in filters.tables.items():
            data.nodes(name.upper(), table.nodes)
        return writer

    def _feature_lines(self, writer: Writer, checked: bool) -> FeatureLines:
        scope = self.names.copy()
        lines = FeatureLines(
            writer,
            scope,
            self.prose,
            self.facts,
            self.attributes,
            self.all_features,
            self.filters,
            self.context.used,
        )
        lines.checked = checked
        for span in self._spans():
            lines.shared[span] = scope.claim(span, span_name(span, self.prose), "window")
        return lines

    def _spans(self) -> list[Span]:
        """What depends on the day of judging alone, each once."""
        spans: dict[Span, None] = {}
        for feature in self.features:
            span = span_of(feature)
            if span is not None and span.window.anchor == SCREENING:
                spans[span] = None
        return list(spans)

    def _features(self) -> Writer:
        writer = Writer()
        lines = self._feature_lines(writer, checked=False)
        if lines.shared:
            self._write_windows(writer, lines)
        with writer.block("def _features(patient: Patient, on: When) -> Features:"):
            writer.docstring("First stage: each feature's value from the patient's dated records.")
            self._unpack_windows(writer, lines)
            names = [lines.feature(feature.id) for feature in self.features]
            made = Invocation("Features._make", (_tuple(names),))
            writer.lines(*statement("return ", made, "", writer.margin))
        return writer

    def _write_windows(self, writer: Writer, lines: FeatureLines) -> None:
        self.context.used.add("lru_cache")
        writer.line("@lru_cache(maxsize=64)")
        with writer.block("def _windows(on: When) -> tuple[Any, ...]:"):
            writer.docstring("The windows that hang on the day of judging alone, made once for all patients.")
            with writer.block("return ("):
                for span, name in lines.shared.items():
                    writer.comment(name.replace("_", " "), rest="  ")
                    writer.lines(*statement("", lines.span(span), ",", writer.margin))
            writer.line(")")
        writer.blank(2)

    def _unpack_windows(self, writer: Writer, lines: FeatureLines) -> None:
        if lines.shared:
            names = list(lines.shared.values())
            writer.lines(*statement("", _tuple(names), " = _windows(on)", writer.margin))

    def _judges(self) -> Writer:
        writer = Writer()
        for index, (stage, name) in enumerate(self.stages):
            writer.blank(2 if index else 0)
            self._write_judge(writer, stage, name)
        return writer

    def _write_judge(self, writer: Writer, stage: Stage, name: str) -> None:
        with writer.block(f"def {name}(features: Features) -> Verdict:"):
            writer.docstring(
                f"Second stage: the criteria of {stage.name.replace('_', ' ')}, in order. True: passes, False: fails,"
                " None: cannot be told. The verdict keeps the features and reads them again when it is read."
            )
            with self._verdict(writer, stage, "features", "TypeError"):
                self._unpack_features(writer)
                writer.blank()
                for block in self._blocks(stage):
                    block.write(writer, words=True)

    @contextmanager
    def _verdict(self, writer: Writer, stage: Stage, values: str, failing: str) -> Iterator[None]:
        """The frame of a function that judges `values`; inside, each criterion's outcome becomes a local."""
        table = table_name(stage)
        # A constructor with arguments would cost as much as several criteria.
        writer.lines("verdict = Verdict()", f"verdict.values = {values}", f"verdict.stage = {table}")
        with writer.block("try:"):
            yield
            outcomes = _tuple([block.outcome for block in self._blocks(stage)])
            writer.lines(*statement("verdict.codes = ", outcomes, "", writer.margin))
        with writer.block(
            f'except {failing}:  # a value that is only bounded ("<40") is weighed by its bounds'
        ):
            writer.line(f"verdict.codes = {table}.weigh({values})")
        writer.line("return verdict")

    def _blocks(self, stage: Stage) -> list[Block]:
        """The blocks of a stage's criteria: one text for both functions that judge them."""
        if stage.name not in self._written:
            writer, scope = Writer(), self.names.copy()
            body = Body(
                writer, scope, self.context, lambda feature: scope["feature", feature], self._choices_of
            )
            with writer.indented(), writer.indented():
                self._written[stage.name] = list(criterion_blocks(writer, body, scope, stage.criteria))
        return self._written[stage.name]

    def _unpack_features(self, writer: Writer) -> None:
        if self.features:
            writer.comment("a plain tuple comes apart faster than a named one")
            self._unpack(writer, "features + ()")

    def _unpack(self, writer: Writer, values: str) -> None:
        # In one step: read one by one, attributes would cost as much as the criteria.
        if self.features:
            names = _tuple([self._name(feature) for feature in self.features])
            writer.lines(*statement("", names, f" = {values}", writer.margin))

    def _calls(self) -> Writer:
        writer = Writer()
        stage, judge = self.stages[0]
        write_calls(writer, self.stages)
        writer.line(f"check_features = {judge}")
        writer.blank()
        write_values_of_row(writer, [feature.id for feature in self.features], self.context.used)
        self._write_row_call(writer, stage, judge)
        writer.blank(2)
        self._write_short_forms(writer)
        return writer

    def _write_row_call(self, writer: Writer, stage: Stage, judge: str) -> None:
        with writer.block("def check_row(row: Mapping[str, Any]) -> Verdict:"):
            writer.docstring(
                f"Judge values at hand, in a mapping by feature id, as `{judge}` does; a key that is not there is not"
                " known.",
                "Raises ValueError for a value of the wrong kind and for a key that is no feature.",
            )
            with self._verdict(writer, stage, "row", "(KeyError, TypeError)"):
                self._unpack(writer, "_values_of_row(row)")
                writer.blank()
                for block in self._blocks(stage):
                    block.write(writer, words=False)

    def _write_short_forms(self, writer: Writer) -> None:
        with writer.block("def is_eligible_features(features: Features) -> bool | None:"):
            writer.docstring("Whether the values make eligible; left at the first criterion that fails.")
            with writer.block("try:"):
                writer.line("return _is_eligible_features(features)")
            with writer.block("except TypeError:"):
                writer.line("return check_features(features).eligible")
        on_values, on_records = Writer(), Writer()
        with on_values.block("def _is_eligible_features(features: Features) -> bool | None:"):
            self._unpack_features(on_values)
        with on_records.block("def _is_eligible(patient: Patient, on: When) -> bool | None:"):
            lines = self._feature_lines(on_records, checked=True)
            self._unpack_windows(on_records, lines)
            self._write_short_bodies(on_values, on_records, lines)
        for form in (on_values, on_records):
            writer.blank(2)
            writer.put(form.taken())

    def _write_short_bodies(self, on_values: Writer, on_records: Writer, lines: FeatureLines) -> None:
        """One text for both: what holds a feature has the same name in every function."""
        steps = Writer()
        body = Body(steps, lines.scope, self.context, lines.feature, self._choices_of).quiet()
        with steps.indented():
            steps.line("undecided = False")
            for block in short_blocks(steps, body, self.stages[0][0].criteria):
                on_values.put(block)
                on_records.put(block)
            steps.line("return None if undecided else True")
        last = steps.taken()
        on_values.put(last)
        on_records.put(last)

    def _choices_of(self, subject: str, _inside: bool) -> tuple[str, ...]:
        return self.choices.get(subject, ())

    def _name(self, feature: Feature) -> str:
        return self.names["feature", feature.id]

    def _tables(self) -> Writer:
        writer = Writer()
        data = TableWriter(writer)
        table = Table(self.context.definitions, self.prose)
        stages = [
            (stage, [[table.formula(line.passes) for line in one.lines] for one in stage.criteria])
            for stage, _ in self.stages
        ]
        writer.comment("What verdicts are told from: the features, and the criteria above as data.")
        spans = {span: index for index, span in enumerate(self._spans())}
        data.rows("_FEATURES", [self._row(feature, spans) for feature in self.features])
        data.nodes("_NODES", table.nodes)
        for stage, places in stages:
            data.criteria(f"_{stage.name.upper()}_CRITERIA", stage, places)
        write_stages(
            writer, self.protocol, self.stages, bool(spans), [one.name for one in self.filters.values()]
        )
        return writer

    def _row(self, feature: Feature, spans: dict[Span, int]) -> tuple[object, ...]:
        fact = fact_of(feature)
        span = span_of(feature)
        where = getattr(feature.node, "where", None)
        found = self.filters.get((fact or "", where)) if where is not None else None
        return (
            feature.id,
            self._name(feature),
            feature.type,
            self.prose.feature(feature.id),
            self.prose.need(feature.id),
            self.prose.feature_unit(feature.id),
            evidence_of(feature, self.facts),
            "" if fact is None else self.attributes[fact],
            -1 if span is None else spans.get(span, -1),
            "" if found is None or found.features else found.name,
            offsets_of(feature),
            "" if fact is None else self.prose.fact(fact),
            rests_of(feature, self.prose, self.attributes.__getitem__),
        )


def _tuple(names: list[str]) -> Invocation:
    inner = tuple(Text(name) for name in names)
    return Invocation("", inner if len(inner) != 1 else (Text(f"{names[0]},"),))


def _choices(feature: Feature, facts: dict[str, Fact]) -> tuple[str, ...]:
    node = feature.node
    return facts[node.fact].choices if isinstance(node, (Given, SampleValue)) else ()
