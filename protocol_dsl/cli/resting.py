"""The rows that each criterion of a verdict rests on, as they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from protocol_dsl.adapters.incoming import Incoming
from protocol_dsl.ir.features import Answer, Feature, Unsettled
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.walk import all_features_of, feature_facts
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Records, Sample
from protocol_dsl.runtime.stage import Case
from protocol_dsl.runtime.stage import Stage as Judged
from protocol_dsl.runtime.windows import Stretch, Window, contains, overlaps
from protocol_dsl.vocabulary.calendar import FOREVER, When, when_text


@frozen
class Recorded:
    """One row: where it stands, its date ("" when it has none), and its value in the words of the record."""

    place: str
    date: str
    value: str


@frozen
class Resting:
    """What one value of a criterion rests on: the `rows` that may lie in its window, how many lie `outside`, and
    whether it is said that there is `none`."""

    words: str
    rows: tuple[Recorded, ...]
    outside: int
    none: bool


@frozen
class Rows:
    """The rows of one patient: `records` as they were read, `incoming` as they came."""

    protocol: Protocol
    incoming: Incoming
    records: Records

    def behind(self, criterion: Criterion, stage: Judged, case: Case) -> Iterator[Resting]:
        """What each value that the criterion asks for rests on."""
        features = {one.id: one for one in self.protocol.features}
        asked = (name for line in criterion.lines for name in all_features_of(self.protocol, line.passes))
        for name in dict.fromkeys(asked):
            if not isinstance(features[name].node, Unsettled):  # the records themselves are told already
                yield self._behind(features[name], stage, case)

    def _behind(self, feature: Feature, stage: Judged, case: Case) -> Resting:
        words = _words(self.protocol, feature)
        if isinstance(feature.node, Answer):
            return Resting(words, tuple(self._answer(feature.node.question)), 0, False)
        rows: list[Recorded] = []
        outside, row = 0, stage.features[feature.id]
        window, (own, *anchors) = _window(stage, row.window, case), feature_facts(feature.node)
        known = _inside(self._known(own), window, stage, row.filter)
        rows += [self._recorded(own, place) for place, inside in enumerate(known) if inside]
        outside += len(known) - len(rows)
        # Of what a window is counted from, every record may decide.
        for fact in anchors:
            rows += [self._recorded(fact, place) for place in range(_count(self._known(fact)))]
        whole = self.records.facts.get(own)
        none = not rows and isinstance(whole, History) and whole.complete
        return Resting(words, tuple(rows), outside, none)

    def _known(self, fact: str) -> FactValue:
        """What is recorded of a fact; nothing where its absence alone says something."""
        recorded = fact in self.incoming.record or fact in self.incoming.origins or self.incoming.wide
        return self.records.facts.get(fact) if recorded else None

    def _answer(self, question: str) -> Iterator[Recorded]:
        if question in self.records.answers:
            yield Recorded(self.incoming.place, "", "yes" if self.records.answers[question] else "no")

    def _recorded(self, fact: str, place: int) -> Recorded:
        value = self.records.facts[fact]
        origins = self.incoming.origins.get(fact, ())
        at = origins[place] if place < len(origins) else f"{self.incoming.place} {fact}{_index(value, place)}"
        return Recorded(at, _date(value, place), self._value(fact, place))

    def _value(self, fact: str, place: int) -> str:
        """The value in the record's own words: its cells, or what stands in its JSON."""
        if self.incoming.wide:
            cells = [
                (name, str(cell))
                for name, cell in self.incoming.record.items()
                if cell and _names(name, fact)
            ]
            return ", ".join(cell if name == fact else f"{name}: {cell}" for name, cell in cells)
        raw = self.incoming.record.get(fact)
        if isinstance(raw, Mapping) and "occurrences" in raw:
            raw = raw["occurrences"]
        if isinstance(raw, list) and not isinstance(self.records.facts.get(fact), frozenset):
            raw = raw[place] if place < len(raw) else None
        return _said(raw)


def _inside(value: FactValue, window: Window | None, stage: Judged, filter_: str) -> Sequence[bool]:
    """For each record of a fact, whether it may lie in the window and pass the filter."""
    if isinstance(value, History):
        test = stage.filters.get(filter_)
        return [
            (window is None or overlaps(window, one.start, one.end) is not False)
            and (test is None or test(one) is not False)
            for one in value.occurrences
        ]
    if (
        isinstance(value, tuple)
        and not isinstance(value, When)
        and all(isinstance(one, Sample) for one in value)
    ):
        return [
            window is None or contains(window, one.when) is not False
            for one in value
            if isinstance(one, Sample)
        ]
    return [] if value is None else [True]


def _count(value: FactValue) -> int:
    return len(_inside(value, None, _NO_FILTERS, ""))


class _Unfiltered:
    """Stands for a stage where nothing is filtered."""

    filters: Mapping[str, object] = {}


_NO_FILTERS: Judged = _Unfiltered()  # type: ignore[assignment]


def _window(stage: Judged, number: int, case: Case) -> Window | None:
    """The window, for a state that lasts from before it all time up to its end."""
    if number < 0 or stage.windows is None:
        return None
    made = stage.windows(case.on)[number]
    if isinstance(made, Stretch):
        return made.window._replace(start_first=made.before.start_first, start_last=made.before.start_last)
    return made if isinstance(made, Window) else None


def _index(value: FactValue, place: int) -> str:
    several = isinstance(value, History) or (
        isinstance(value, tuple) and len(value) > 1 and not isinstance(value, When)
    )
    return f"[{place}]" if several else ""


def _date(value: FactValue, place: int) -> str:
    if isinstance(value, History):
        return _span(value.occurrences[place])
    if isinstance(value, tuple) and not isinstance(value, When) and place < len(value):
        one = value[place]
        return when_text(one.when) if isinstance(one, Sample) else ""
    return ""


def _span(one: Occurrence) -> str:
    if one.start == one.end:
        return when_text(one.start)
    end = "ongoing" if one.end.first == FOREVER else when_text(one.end) if one.end.last < FOREVER else "?"
    return f"{when_text(one.start)} to {end}"


_DATES = frozenset({"on", "from", "to", "ongoing"})


def _said(raw: object) -> str:
    if isinstance(raw, Mapping):
        unit = f" {raw['unit']}" if raw.get("unit") else ""
        value = [f"{raw['value']}{unit}"] if "value" in raw else []
        others = [f"{name} {one}" for name, one in raw.items() if name not in {"value", "unit", *_DATES}]
        return ", ".join([*value, *others]) or "recorded"
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, list):
        return ", ".join(map(str, raw))
    return "" if raw is None else str(raw)


def _names(header: str, fact: str) -> bool:
    words = header.replace("(", " ").replace("[", " ").replace("_", " ").split()
    return words[: len(fact.split("_"))] == fact.split("_")


def _words(protocol: Protocol, feature: Feature) -> str:
    if isinstance(feature.node, Answer):
        asked = {one.id: one.text for one in protocol.questions}
        return asked.get(feature.node.question, feature.words)
    return feature.words
