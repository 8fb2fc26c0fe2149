"""The runtime's reducers as an engine for the differential runner: features by `protocol_dsl.runtime`, filters by the
reference, so that nothing but the reducers is under test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from protocol_dsl.ir.evaluate import Scalar, evaluate
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.patient import Patient
from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    FeatureNode,
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
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime import events, series, unsettled, windows
from protocol_dsl.runtime.records import History, Records
from protocol_dsl.vocabulary.calendar import When

PARTS = {"value": series.VALUE, "upper": series.UPPER, "lower": series.LOWER}
PICKS = {"highest": series.highest_value, "lowest": series.lowest_value}


def reducer_engine(protocol: Protocol) -> Callable[[Records, When], Mapping[str, Scalar]]:
    """An engine that gives every windowed feature by the runtime's reducers, and the criteria by the reference."""

    def judge(records: Records, on: When) -> Mapping[str, Scalar]:
        reference = evaluate(protocol, records, on)
        facts = {fact.name: fact for fact in protocol.facts}
        patient = Patient(
            facts, records, on, reference.features.__getitem__, reference.definitions.__getitem__
        )
        reducers = _Reducers(patient)
        values: dict[str, Scalar] = {**reference.criteria}
        for feature in protocol.features:
            if not isinstance(feature.node, Age) and getattr(feature.node, "window", None) is None:
                continue
            values[f"feature {feature.id}"] = reducers.value(feature.node)
        return values

    return judge


class _Reducers:
    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.unread = unsettled.unread_facts(patient.records.facts)

    def value(self, node: FeatureNode) -> Scalar:
        patient = self.patient
        if isinstance(node, Age):
            at = self.anchor(node.anchor)
            born, stated = patient.recorded("birth_date"), patient.recorded("age")
            return windows.age_at(born, stated, node.unit, patient.on, at)
        anchor = self.anchor(node.window.anchor)
        window = windows.make_window(anchor, self.edge(node.window.start), self.edge(node.window.end))
        where = self.filter(getattr(node, "where", None))
        match node:
            case SampleValue(fact, _, "latest", part):
                return series.latest_value(patient.recorded(fact), window, PARTS[part])
            case SampleValue(fact, _, "first", part):
                return series.first_value(patient.recorded(fact), window, PARTS[part])
            case SampleValue(fact, _, pick, _):
                return PICKS[pick](patient.recorded(fact), window)
            case SampleMean(fact, _, last):
                return series.mean_value(patient.recorded(fact), window, last)
            case SampleCount(fact, _, _):
                return series.sample_count(patient.recorded(fact), window, where)
            case SampleChange(fact, _, relative):
                return series.sample_change(patient.recorded(fact), window, relative)
            case Consecutive(fact, _, count, _):
                return series.consecutive(patient.recorded(fact), window, count, where)
            case Held() | Unchanged():
                return self.lasting(node, anchor, window, where)
            case Occurs(event, _, moment, quantifier, _):
                met = windows.day_window(anchor) if moment == "ongoing" else window
                reach = windows.day_window(anchor) if quantifier == "every" else met
                history = self.so_far(event, node.window.anchor, reach)
                return events.occurs(history, met, moment, quantifier, where)
            case Unsettled(fact, _, moment, _) if patient.facts[fact].kind == "event":
                met = windows.day_window(anchor) if moment == "ongoing" else window
                return unsettled.unsettled_event(fact, self.unread, self.history(fact), met, moment, where)
            case Unsettled(fact):
                return unsettled.unsettled_series(fact, self.unread, patient.recorded(fact), window)
            case OccursCount(event, _, moment, _):
                met = windows.day_window(anchor) if moment == "ongoing" else window
                return events.occurs_count(self.so_far(event, node.window.anchor, met), met, moment, where)
            case DateWithin(of, _):
                date, at = self.anchor(of), node.window.anchor
                if (
                    isinstance(of, OccurrenceAnchor)
                    and isinstance(at, NamedAnchor)
                    and at.name != "screening"
                ):
                    date = events.as_of(date, of.which, window, anchor, self.patient.on)
                return events.date_within(date, window)
        raise AssertionError(node)

    def lasting(self, node, anchor, window, where):
        recent = node.recent if isinstance(node, Held) else None
        stretch = windows.make_stretch(
            anchor, self.edge(node.window.start), self.edge(node.window.end), recent and tuple(recent)
        )
        value = self.patient.recorded(node.fact)
        if self.patient.facts[node.fact].kind == "event":
            if isinstance(node, Held):
                return events.event_held(self.so_far(node.fact, node.window.anchor, stretch), stretch, where)
            return events.event_unchanged(self.so_far(node.fact, node.window.anchor, window), window, where)
        if isinstance(node, Held):
            return series.series_held(value, stretch, where)
        return series.series_unchanged(value, window)

    def so_far(self, event: str, anchor: Anchor, reach) -> History | None:
        named = isinstance(anchor, NamedAnchor) and anchor.name != "screening"
        history = self.history(event)
        return events.so_far(history, reach, self.anchor(anchor), self.patient.on) if named else history

    def history(self, event: str) -> History | None:
        return self.patient.recorded(event)

    def anchor(self, anchor: Anchor) -> When | None:
        match anchor:
            case NamedAnchor("screening"):
                return self.patient.on
            case NamedAnchor(name):
                return windows.named_anchor(self.patient.records.anchors.get(name), self.patient.on)
            case DateAnchor(fact):
                return windows.date_anchor(self.patient.recorded(fact))
        where = self.filter(anchor.where)
        return events.anchor_of(self.history(anchor.event), anchor.which, where, self.patient.on)

    def edge(self, edge: Edge | None):
        return None if edge is None else (edge.offsets, edge.strict, edge.farthest)

    def filter(self, where: Formula | None):
        return None if where is None else lambda item: truth(where, self.patient, item)
