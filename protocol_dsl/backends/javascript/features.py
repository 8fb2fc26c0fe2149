"""First stage: calls of the runtime's reducers, one a feature, with windows and anchors made beside them."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.backends.filtering import Filter
from protocol_dsl.backends.javascript.code import Call, Code, lines, literal, member
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.spans import SCREENING, Span, span_name, span_of
from protocol_dsl.backends.writer import Writer
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

_PICKS = {"latest": "latestValue", "first": "firstValue", "highest": "highestValue", "lowest": "lowestValue"}
_ANY = "() => true"


class FeatureLines:
    """Writes the lines of one function, each feature after those its filters look at."""

    def __init__(
        self,
        writer: Writer,
        scope: Scope,
        prose: Prose,
        facts: dict[str, Fact],
        features: dict[str, Feature],
        filters: dict[tuple[str, Formula], Filter],
    ) -> None:
        self._writer = writer
        self._scope = scope
        self._prose = prose
        self._facts = facts
        self._features = features
        self._filters = filters
        self._written: set[str] = set()

    def write(self, feature_id: str) -> None:
        """The line that gives a feature its value, unless it is written already."""
        if feature_id in self._written:
            return
        self._written.add(feature_id)
        feature = self._features[feature_id]
        made = Call("give", (literal(feature_id), self._value(feature), *self._shown(feature)))
        self._writer.comment(self._prose.feature(feature_id), rest="  ")
        self._line("", made)

    def _shown(self, feature: Feature) -> tuple[str, ...]:
        """The window and the filter whose records a verdict shows beside the value."""
        span = span_of(feature)
        window = self._span(span) if span is not None and span.window.anchor == SCREENING else "null"
        where = getattr(feature.node, "where", None)
        fact = getattr(feature.node, "fact", None) or getattr(feature.node, "event", None)
        found = self._filters.get((str(fact), where)) if where is not None else None
        test = "null" if found is None or found.features else found.name
        return (window, test) if test != "null" else (window,) if window != "null" else ()

    def _value(self, feature: Feature) -> Code:
        node = feature.node
        match node:
            case Given(fact):
                return self._fact(fact)
            case Unsettled():
                return self._unsettled(feature, node)
            case Answer(question):
                return f"{member('answers', question)} ?? null"
            case Age(unit, anchor):
                at = self._anchor(anchor)
                facts = (self._optional("birth_date"), self._optional("age"))
                return Call("ageAt", (*facts, literal(unit), "on", at))
            case SampleValue(fact, _, pick, part):
                named = () if part == "value" else (literal(part),)
                return Call(_PICKS[pick], (self._fact(fact), self._window(feature), *named))
            case SampleMean(fact, _, last):
                extra = () if last is None else (literal(last),)
                return Call("meanValue", (self._fact(fact), self._window(feature), *extra))
            case SampleCount(fact, _, where):
                test = () if where is None else (self._test(fact, where),)
                return Call("sampleCount", (self._fact(fact), self._window(feature), *test))
            case SampleChange(fact, _, relative):
                extra = (literal(True),) if relative else ()
                return Call("sampleChange", (self._fact(fact), self._window(feature), *extra))
            case Consecutive(fact, _, count, where):
                about = literal(count), self._test(fact, where)
                return Call("consecutive", (self._fact(fact), self._window(feature), *about))
            case Held() | Unchanged():
                return self._lasting(feature, node)
            case Occurs() | OccursCount():
                return self._occurrences(feature, node)
            case DateWithin(of, _):
                return Call("dateWithin", (self._date(of, feature), self._window(feature)))
        assert_never(node)

    def _lasting(self, feature: Feature, node: Held | Unchanged) -> Code:
        event = self._facts[node.fact].kind == "event"
        verb = "Held" if isinstance(node, Held) else "Unchanged"
        records = self._history(feature, node) if event else self._fact(node.fact)
        test: tuple[str, ...] = () if node.where is None else (self._test(node.fact, node.where),)
        if not event:
            test = () if verb == "Unchanged" else test or (_ANY,)
        return Call(f"{'event' if event else 'series'}{verb}", (records, self._window(feature), *test))

    def _occurrences(self, feature: Feature, node: Occurs | OccursCount) -> Code:
        every = isinstance(node, Occurs) and node.quantifier == "every"
        words: list[str] = []
        if node.moment != "overlaps" or every or node.where is not None:
            words = [literal(node.moment), *([literal(node.quantifier)] if isinstance(node, Occurs) else [])]
        if node.where is not None:
            words.append(self._test(node.event, node.where))
        reducer = "occurs" if isinstance(node, Occurs) else "occursCount"
        return Call(reducer, (self._history(feature, node), self._window(feature), *words))

    def _unsettled(self, feature: Feature, node: Unsettled) -> Code:
        whole = literal(node.fact), "unreadFacts"
        if node.window is None:
            return Call("unsettled", whole)
        records = self._fact(node.fact), self._window(feature)
        if self._facts[node.fact].kind != "event":
            return Call("unsettledSeries", (*whole, *records))
        words = () if node.where is None else (self._test(node.fact, node.where),)
        if node.moment != "overlaps" or words:
            words = literal(node.moment), *words
        return Call("unsettledEvent", (*whole, *records, *words))

    def _history(self, feature: Feature, node: Held | Unchanged | Occurs | OccursCount) -> Code:
        """The history a feature is reduced from; an anchor still to come leaves it open in the days up to there."""
        anchor = node.window.anchor
        history = self._fact(node.event if isinstance(node, Occurs | OccursCount) else node.fact)
        if anchor == SCREENING or not isinstance(anchor, NamedAnchor):
            return history
        every = isinstance(node, Occurs) and node.quantifier == "every"
        # Of `every`, one that does not meet the window counts just as well.
        reach = self._span(Span("day", Window(anchor, None, None))) if every else self._window(feature)
        return Call("soFar", (history, reach, self._anchor(anchor), "on"))

    def _date(self, of: DateAnchor | OccurrenceAnchor, feature: Feature) -> Code:
        """The date asked for; an anchor still to come leaves open which occurrence is the first or last by then."""
        date, span = self._anchor(of), span_of(feature)
        at = None if span is None else span.window.anchor
        if at == SCREENING or not isinstance(at, NamedAnchor) or not isinstance(of, OccurrenceAnchor):
            return date
        return Call("asOf", (date, literal(of.which), self._window(feature), self._anchor(at), "on"))

    def _fact(self, name: str) -> str:
        return member("facts", name)

    def _optional(self, name: str) -> str:
        return self._fact(name) if name in self._facts else "null"

    def _test(self, fact: str, where: Formula) -> str:
        found = self._filters[fact, where]
        for feature in found.features:
            self.write(feature)
        return f"(record) => {found.name}(record, f, d)" if found.features else found.name

    def _window(self, feature: Feature) -> str:
        span = span_of(feature)
        assert span is not None  # only features with a window ask for one
        return self._span(span)

    def _span(self, span: Span) -> str:
        if span not in self._scope:
            anchor = self._anchor(span.window.anchor)
            edges = (_edge(span.window.start), _edge(span.window.end))
            recent = () if span.recent is None else (literal(tuple(span.recent)),)
            made = {
                "day": Call("dayWindow", (anchor,)),
                "stretch": Call("makeStretch", (anchor, *edges, *recent)),
            }.get(span.kind, Call("makeWindow", (anchor, *edges)))
            self._line(f"const {self._scope.claim(span, span_name(span, self._prose), 'window')} = ", made)
        return self._scope[span]

    def _anchor(self, anchor: Anchor) -> str:
        if anchor == SCREENING:
            return "on"
        key = ("anchor", anchor)
        if key not in self._scope:
            made = self._anchored(anchor)
            self._line(
                f"const {self._scope.claim(key, f'at {self._prose.anchor(anchor)}', 'anchor')} = ", made
            )
        return self._scope[key]

    def _anchored(self, anchor: Anchor) -> Code:
        match anchor:
            case NamedAnchor(name):
                return Call("namedAnchor", (member("anchors", name), "on"))
            case DateAnchor(fact):
                return Call("dateAnchor", (self._fact(fact),))
            case OccurrenceAnchor(event, which, where):
                test = "null" if where is None else self._test(event, where)
                return Call("anchorOf", (self._fact(event), literal(which), test, "on"))
        assert_never(anchor)

    def _line(self, before: str, code: Code) -> None:
        self._writer.lines(*lines(before, code, ";", self._writer.margin))


def _edge(edge: Edge | None) -> str:
    if edge is None:
        return "null"
    if edge == Edge(edge.offsets):
        return f"edge({literal(edge.offsets) if edge.offsets else ''})"
    return f"edge({literal(edge.offsets)}, {literal(edge.strict)}, {literal(edge.farthest)})"
