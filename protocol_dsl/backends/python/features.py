"""First stage: calls of the runtime's reducers, one line per feature, with windows and filters made beside them."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.backends.filtering import Filter
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.python.expressions import Expression, Invocation, Text, statement
from protocol_dsl.backends.spans import SCREENING, Span, span_name, span_of
from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import Formula

EXACT = {"truth": "truth", "number": "exact", "choice": "choice", "set": ""}
_PARTS = {"value": "", "upper": "UPPER", "lower": "LOWER"}


class FeatureLines:
    """Writes the lines that compute features into one function that holds `patient` and `on`.

    `shared` names the spans that depend on the day of judging alone, made outside; all others are written here at
    their first use. `checked` wraps each value so that a bounded one raises instead of passing.
    """

    def __init__(
        self,
        writer: Writer,
        scope: Scope,
        prose: Prose,
        facts: dict[str, Fact],
        attributes: Scope,
        features: dict[str, Feature],
        filters: dict[tuple[str, Formula], Filter],
        used: set[str],
    ) -> None:
        self._writer = writer
        self.scope = scope
        self._prose = prose
        self._facts = facts
        self._attributes = attributes
        self._features = features
        self._filters = filters
        self._used = used
        self.shared: dict[Span, str] = {}
        self._written: dict[str, str] = {}
        self.checked = False

    def feature(self, feature_id: str) -> str:
        """The local that holds a feature; its line is written at the first call."""
        if feature_id in self._written:
            return self._written[feature_id]
        feature = self._features[feature_id]
        expression = self._value(feature)
        name = self._written[feature_id] = self.scope.claim(("feature", feature_id), feature_id, "value")
        if self.checked and EXACT[feature.type]:
            self._used.add(EXACT[feature.type])
            expression = Invocation(EXACT[feature.type], (expression,))
        else:
            write_meaning(self._writer, self._prose, feature_id)
        self._write(f"{name} = ", expression)
        return name

    def span(self, span: Span) -> Expression:
        """The code that makes a span."""
        anchor = Text(self._anchor(span.window.anchor))
        edges = tuple(Text(_edge(edge)) for edge in (span.window.start, span.window.end))
        match span.kind:
            case "day":
                return self._call("day_window", anchor)
            case "stretch":
                recent = (
                    ()
                    if span.recent is None
                    else (Text(f"({span.recent.count}, {string(span.recent.unit)})"),)
                )
                return self._call("make_stretch", anchor, *edges, *recent)
            case _:
                return self._call("make_window", anchor, *edges)

    def _value(self, feature: Feature) -> Expression:
        node = feature.node
        match node:
            case Given(fact):
                return self._given(self._facts[fact])
            case Unsettled():
                return self._unsettled(feature, node)
            case Answer(question):
                return Text(f"patient.answers.get({string(question)})")
            case Age(unit, anchor):
                at = self._anchor(anchor)
                facts = (self._optional("birth_date"), self._optional("age"), Text(string(unit)))
                return self._call("age_at", *facts, Text("on"), Text(at))
            case SampleValue():
                return self._sample(node)
            case SampleMean(fact, _, last):
                extra = () if last is None else (Text(str(last)),)
                return self._call("mean_value", self._fact(fact), self._span(feature), *extra)
            case SampleCount(fact, _, where):
                return self._call(
                    "sample_count", self._fact(fact), self._span(feature), *self._where(fact, where)
                )
            case SampleChange(fact, _, relative):
                extra = (Text("relative=True"),) if relative else ()
                return self._call("sample_change", self._fact(fact), self._span(feature), *extra)
            case Consecutive(fact, _, count, where):
                test = self._where(fact, where, named=False)
                return self._call(
                    "consecutive", self._fact(fact), self._span(feature), Text(str(count)), *test
                )
            case Held() | Unchanged():
                return self._lasting(feature, node)
            case Occurs() | OccursCount():
                return self._occurrences(feature, node)
            case DateWithin(of, _):
                return self._call("date_within", self._date(of, feature), self._span(feature))
        assert_never(node)

    def _given(self, fact: Fact) -> Expression:
        return Text(f"patient.{self._attributes[fact.name]}")

    def _optional(self, fact: str) -> Expression:
        return self._fact(fact) if fact in self._facts else Text("None")

    def _fact(self, fact: str) -> Expression:
        name = Text(f"patient.{self._attributes[fact]}")
        known = self._facts[fact]
        return self._call("closed_history", name) if known.kind == "event" and known.closed else name

    def _sample(self, node: SampleValue) -> Expression:
        part = _PARTS[node.part]
        if part:
            self._used.add(part)
        arguments = (self._fact(node.fact), self._local(Span("window", node.window)))
        return self._call(f"{node.pick}_value", *arguments, *((Text(part),) if part else ()))

    def _lasting(self, feature: Feature, node: Held | Unchanged) -> Expression:
        event = self._facts[node.fact].kind == "event"
        verb = "held" if isinstance(node, Held) else "unchanged"
        reducer = f"{'event' if event else 'series'}_{verb}"
        where = () if verb == "unchanged" and not event else self._where(node.fact, node.where, named=event)
        records = self._history(feature, node) if event else self._fact(node.fact)
        return self._call(reducer, records, self._span(feature), *where)

    def _occurrences(self, feature: Feature, node: Occurs | OccursCount) -> Expression:
        words = [] if node.moment == "overlaps" else [Text(string(node.moment))]
        if isinstance(node, Occurs) and node.quantifier == "every":
            words = [Text(string(node.moment)), Text(string("every"))]
        reducer = "occurs" if isinstance(node, Occurs) else "occurs_count"
        where = self._where(node.event, node.where)
        return self._call(reducer, self._history(feature, node), self._span(feature), *words, *where)

    def _unsettled(self, feature: Feature, node: Unsettled) -> Expression:
        whole = Text(string(node.fact)), Text("patient.unread")
        if node.window is None:
            return self._call("unsettled", *whole)
        records = self._fact(node.fact), self._span(feature)
        if self._facts[node.fact].kind != "event":
            return self._call("unsettled_series", *whole, *records)
        moment = () if node.moment == "overlaps" else (Text(string(node.moment)),)
        return self._call("unsettled_event", *whole, *records, *moment, *self._where(node.fact, node.where))

    def _history(self, feature: Feature, node: Held | Unchanged | Occurs | OccursCount) -> Expression:
        """The history a feature is reduced from; an anchor still to come leaves it open in the days up to there."""
        anchor = node.window.anchor
        history = self._fact(node.event if isinstance(node, Occurs | OccursCount) else node.fact)
        if anchor == SCREENING or not isinstance(anchor, NamedAnchor):
            return history
        match node:
            case Occurs(quantifier="every"):  # one that does not meet the window counts just as well
                reach = self._local(Span("day", Window(anchor, None, None)))
            case _:
                reach = self._span(feature)
        return self._call("so_far", history, reach, Text(self._anchor(anchor)), Text("on"))

    def _date(self, of: DateAnchor | OccurrenceAnchor, feature: Feature) -> Expression:
        """The date asked for; an anchor still to come leaves open which occurrence is the first or last by then."""
        date, span = Text(self._anchor(of)), span_of(feature)
        at = None if span is None else span.window.anchor
        if at == SCREENING or not isinstance(at, NamedAnchor) or not isinstance(of, OccurrenceAnchor):
            return date
        about = Text(string(of.which)), self._span(feature), Text(self._anchor(at)), Text("on")
        return self._call("as_of", date, *about)

    def _where(self, fact: str, where: Formula | None, named: bool = True) -> tuple[Expression, ...]:
        if where is None:
            return () if named else (Text("lambda _: True"),)
        found = self._filters[fact, where]
        test = found.name
        if found.features:
            others = ", ".join(self.feature(feature) for feature in found.features)
            test = f"lambda record: {found.name}(record, {others})"
        return (Text(f"where={test}" if named else test),)

    def _span(self, feature: Feature) -> Expression:
        span = span_of(feature)
        assert span is not None  # only features with a window ask for one
        return self._local(span)

    def _local(self, span: Span) -> Expression:
        if span in self.shared:
            return Text(self.shared[span])
        if span not in self.scope:
            made = self.span(span)
            self._write(f"{self.scope.claim(span, span_name(span, self._prose), 'window')} = ", made)
        return Text(self.scope[span])

    def _anchor(self, anchor: Anchor) -> str:
        if anchor == SCREENING:
            return "on"
        key = ("anchor", anchor)
        if key not in self.scope:
            made = self._anchored(anchor)
            name = self.scope.claim(key, f"at {self._prose.anchor(anchor)}", "anchor")
            self._write(f"{name} = ", made)
        return self.scope[key]

    def _anchored(self, anchor: Anchor) -> Expression:
        match anchor:
            case NamedAnchor(name):
                return self._call("named_anchor", Text(f"patient.anchors.get({string(name)})"), Text("on"))
            case DateAnchor(fact):
                return self._call("date_anchor", self._fact(fact))
            case OccurrenceAnchor(event, which, where):
                test = self._where(event, where, named=False) if where is not None else (Text("None"),)
                return self._call("anchor_of", self._fact(event), Text(string(which)), *test, Text("on"))
        assert_never(anchor)

    def _call(self, function: str, *arguments: Expression) -> Expression:
        self._used.add(function)
        return Invocation(function, arguments)

    def _write(self, before: str, expression: Expression) -> None:
        self._writer.lines(*statement(before, expression, "", self._writer.margin))


def write_meaning(writer: Writer, prose: Prose, feature: str) -> None:
    """A comment that says what a feature is, unless its name says it all."""
    words, unit = prose.feature(feature), prose.feature_unit(feature)
    if unit or words.lower() != feature.replace("_", " ").lower():
        writer.comment(words + (f", {unit}" if unit else ""), rest="  ")


def _edge(edge: Edge | None) -> str:
    if edge is None:
        return "None"
    offsets = ", ".join(f"({offset.count}, {string(offset.unit)})" for offset in edge.offsets)
    comma = "," if len(edge.offsets) == 1 else ""
    return f"(({offsets}{comma}), {edge.strict}, {edge.farthest})"
