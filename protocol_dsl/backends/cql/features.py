"""First stage in CQL: each feature from the records of its facts, by windows of whole days."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from attrs import frozen

from protocol_dsl.backends.cql.formulas import FormulaText
from protocol_dsl.backends.cql.text import name
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Answer,
    DateAnchor,
    Edge,
    Feature,
    Given,
    Held,
    Moment,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    SampleValue,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Definition
from protocol_dsl.ir.walk import anchors_of
from protocol_dsl.vocabulary.calendar import Duration

DAY = '"Screening day"'
"""The parameter that holds the day of judging."""
_BIRTH = '"birth date"'
_COMPLETED = {
    "year": "YearsCompleted",
    "month": "MonthsCompleted",
    "week": "WeeksCompleted",
    "day": "DaysCompleted",
}
_MOMENTS = {"overlaps": "Overlaps", "ongoing": "Overlaps", "started": "Started", "ended": "Ended"}


def records(fact: str) -> str:
    """The definition that holds the records of a fact."""
    return name(f"{fact} records")


def whole(fact: str) -> str:
    """The definition that says whether the history of an event is whole."""
    return name(f"{fact} history is whole")


@frozen
class _Ends:
    """The first and the last day an anchor may stand on, as expressions; `certain` when they are one."""

    first: str
    last: str
    certain: bool = False


class FeatureText:
    """Features of one protocol as expressions; `anchors` names the definitions of the days their windows hang on,
    but for that of judging."""

    def __init__(
        self, features: Iterable[Feature], facts: Iterable[Fact], definitions: tuple[Definition, ...]
    ) -> None:
        self._facts = {fact.name: fact for fact in facts}
        self._definitions = definitions
        self.anchors: dict[Anchor, str] = {}
        for anchor in (one for feature in features for one in anchors_of(feature.node)):
            if anchor != NamedAnchor("screening") and anchor not in self.anchors:
                self.anchors[anchor] = _anchor_name(anchor, len(self.anchors) + 1)

    def feature(self, feature: Feature) -> str:
        """The expression of a feature that `sayable` lets through."""
        node = feature.node
        match node:
            case Given(fact):
                return records(fact)
            case Answer(question):
                return records(question)
            case Unsettled():
                return self._unsettled(node)
            case Age(unit):
                return self._age(unit)
            case SampleValue():
                return self._sample(node, feature.type)
            case Occurs():
                return self._occurs(node)
            case Held():
                return self._held(node)
            case _:
                raise NotImplementedError(f"`sayable` leaves criteria on {type(node).__name__} out")

    def anchor(self, anchor: Anchor) -> str:
        """The days an anchor may stand on, and whether it exists."""
        match anchor:
            case NamedAnchor(named):
                return f"Future({name(named)}, {DAY})"
            case OccurrenceAnchor(event, which, where):
                passes = self._passes(where, event, "O")
                starts = f"{records(event)} O\n  return all Tuple {{ first: O.first, last: O.last, passes: {passes} }}"
                return f"{which.title()}Start(\n  {starts},\n  {whole(event)}, {DAY})"
            case DateAnchor():
                raise NotImplementedError("`sayable` leaves windows round dates out")
            case _:
                assert_never(anchor)

    def _unsettled(self, node: Unsettled) -> str:
        fact = self._facts[node.fact]
        lists = f'["List": {name(f"{fact.name} codes")}]'
        if fact.kind == "event" and node.window is None:
            return f"UnreadHistory({lists})"
        if node.window is None:
            return f"UnreadValue({name(f'{fact.name} observations')}, {records(fact.name)} is not null)"
        if fact.kind == "event":
            met = self._met(node.window, node.moment, None, fact.name)
            # An attribute that is not recorded leaves nothing open; a date may.
            hit = (
                f"if {self._passes(node.where, fact.name, 'O')} is false then false else {met}"
                if node.where
                else met
            )
            told = f"UnsettledEvents(\n  ({records(fact.name)} O return all {hit}),\n  {lists})"
        else:
            told = f"UnsettledSeries({records(fact.name)}, {self.window(node.window)})"
        if isinstance(node.window.anchor, OccurrenceAnchor):
            return f"if {self.anchors[node.window.anchor]}.anchored is false then false else {told}"
        return told

    def _met(self, window: Window, moment: Moment, where: Formula | None, event: str) -> str:
        """Whether the occurrence `O` meets the window and passes."""
        met = f"{_MOMENTS[moment]}(O, {self.window(_asked(window, moment))})"
        if where is None:
            return met
        return f"({met}\n      and {self._passes(where, event, 'O')})"

    def _age(self, unit: str) -> str:
        done = _COMPLETED[unit]
        oldest, youngest = f"{done}(FirstDay({_BIRTH}), {DAY})", f"{done}(LastDay({_BIRTH}), {DAY})"
        stated = f"Stated{unit.title()}s({records('age')})"
        return f"if {_BIRTH} is not null then Aged(\n  {oldest},\n  {youngest})\nelse {stated}"

    def _sample(self, node: SampleValue, kind: str) -> str:
        listed = f"{records(node.fact)}, {self.window(node.window)}"
        if node.pick in {"highest", "lowest"}:
            value = f"{node.pick.title()}In({listed})"
        else:
            part = "choice" if kind == "choice" else node.part
            one = {"choice": "OneChoice", "value": "OneNumber"}.get(part, "OneLimit")
            value = f"{one}(({node.pick.title()}In({listed})) S return all S.{part})"
        if isinstance(node.window.anchor, NamedAnchor):
            return value
        return f"if {self.anchors[node.window.anchor]}.anchored then {value} else null"

    def _occurs(self, node: Occurs) -> str:
        window = _asked(node.window, node.moment)
        met = self._met(node.window, node.moment, node.where, node.event)
        told = whole(node.event)
        if isinstance(window.anchor, NamedAnchor) and window.anchor.name != "screening":
            last = self._ends(window.anchor).last
            told = f"WholeSoFar({told}, {last}, {DAY}, {self.window(window)})"
        some = f"Some(\n  {records(node.event)} O return all {met},\n  {told})"
        if isinstance(window.anchor, OccurrenceAnchor):
            return f"IfAnchored({some}, {self.anchors[window.anchor]}.anchored)"
        return some

    def _held(self, node: Held) -> str:
        start = node.window.start or Edge(())
        place = Edge(start.offsets, False, start.farthest)
        since = Edge((Duration(-node.recent.count, node.recent.unit),)) if node.recent else node.window.start
        anchor = node.window.anchor
        windows = (
            Window(anchor, None, start),
            Window(anchor, None, place),
            node.window,
            Window(anchor, since, node.window.end),
        )
        passes = self._passes(node.where, node.fact, "S")
        samples = f"{records(node.fact)} S return all Tuple {{ passes: {passes}, record: S }}"
        held = f"Held(\n  {samples},\n  " + ",\n  ".join(map(self.window, windows)) + ")"
        if isinstance(anchor, OccurrenceAnchor):
            return f"IfAnchored({held}, {self.anchors[anchor]}.anchored)"
        return held

    def _passes(self, where: Formula | None, fact: str, alias: str) -> str:
        if where is None:
            return "true"
        attributes = {one.name: one.kind for one in self._facts[fact].attributes}
        return FormulaText(self._definitions, alias, dict(attributes)).formula(where)

    def window(self, window: Window) -> str:
        """A window as a call of `Days` (anchored to the day of judging) or of `Window`."""
        ends = self._ends(window.anchor)
        if ends.certain:
            return f"Days({_edge(window.start, ends.first, True, True)}, {_edge(window.end, ends.last, False, True)})"
        starts = (_edge(window.start, end, True, False) for end in (ends.first, ends.last))
        closes = (_edge(window.end, end, False, False) for end in (ends.first, ends.last))
        return f"Window({', '.join((*starts, *closes))})"

    def _ends(self, anchor: Anchor) -> _Ends:
        if anchor == NamedAnchor("screening"):
            return _Ends(DAY, DAY, certain=True)
        named = self.anchors[anchor]
        return _Ends(f"{named}.first", f"{named}.last")


def _asked(window: Window, moment: Moment) -> Window:
    """What is ongoing is so on the anchor's own day."""
    return Window(window.anchor, Edge(()), Edge(())) if moment == "ongoing" else window


def _anchor_name(anchor: Anchor, number: int) -> str:
    match anchor:
        case NamedAnchor(named):
            return name(f"{named} day")
        case OccurrenceAnchor(event, which, None):
            return name(f"{which} {event}")
        case OccurrenceAnchor(event, which):
            return name(f"{which} {event}, day {number}")
        case DateAnchor(fact):
            return name(f"{fact} day")
        case _:
            assert_never(anchor)


def _edge(edge: Edge | None, day: str, opens: bool, certain: bool) -> str:
    """The first or last day of a window; null is an open side."""
    if edge is None:
        return "null"
    places = [_moved(day, offset, certain) for offset in edge.offsets] or [day]
    place = places[0]
    if len(places) > 1:
        earliest = any(offset.count < 0 for offset in edge.offsets) == edge.farthest
        place = f"{'Min' if earliest else 'Max'}({{ {', '.join(places)} }})"
    if not edge.strict:
        return place
    return _moved(place, Duration(1 if opens else -1, "day"), certain)


def _moved(day: str, offset: Duration, certain: bool) -> str:
    if offset.count == 0:
        return day
    unit = offset.unit if abs(offset.count) == 1 else f"{offset.unit}s"
    text = f"{day} {'-' if offset.count < 0 else '+'} {abs(offset.count)} {unit}"
    if certain:
        return text
    # An anchor that may stand anywhere reaches past the calendar's ends, where CQL knows no day.
    return f"Coalesce({text}, {'@0001-01-01' if offset.count < 0 else '@9999-12-31'})"
