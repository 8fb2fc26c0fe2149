"""Patients whose records lie at the edges of windows: just met, just missed; and whose series say two things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocol_dsl.analysis.moments import day_number, marks
from protocol_dsl.ir.features import SampleValue, Window
from protocol_dsl.ir.walk import feature_facts
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Records, Sample
from protocol_dsl.testing.making import MadePatient, Maker
from protocol_dsl.vocabulary.calendar import FOREVER, When, days

_LONG_AGO = 400
_MOST = 12
"""Days of one window that are tried."""


def moved(maker: Maker, patients: Sequence[MadePatient]) -> Iterator[MadePatient]:
    """For each fact that is asked for in a window, the plainest patient who has it, moved to the window's edges."""
    for feature in maker.protocol.features:
        window = getattr(feature.node, "window", None)
        if not isinstance(window, Window):
            continue
        name = feature_facts(feature.node)[0]
        base = _having(patients, name)
        if base is not None:
            for day in _edges(window, base.records, base.on):
                yield from (
                    _put(maker, base.records, name, one) for one in _on(base.records.facts[name], day)
                )
    for name in _picked(maker):
        yield from _told_twice(maker, patients, name)


def _having(patients: Sequence[MadePatient], name: str) -> MadePatient | None:
    """The plainest patient of whom something dated is recorded of a fact, the typical one if it can be."""
    able = [one for one in patients if _dated(one.records.facts.get(name))]
    if not able:
        return None
    verdicts = [one for one in able if not one.differences]
    return verdicts[0] if verdicts else min(able, key=lambda one: len(one.differences))


def _dated(value: FactValue) -> bool:
    if isinstance(value, History):
        return bool(value.occurrences)
    return _samples(value) is not None


def _samples(value: FactValue) -> tuple[Sample, ...] | None:
    if isinstance(value, tuple) and value and all(isinstance(one, Sample) for one in value):
        return value  # type: ignore[return-value]
    return None


def _edges(window: Window, records: Records, on: When) -> list[When]:
    anchor = getattr(window.anchor, "event", None) or getattr(window.anchor, "fact", None)
    placed = on if anchor is None else _start(records.facts.get(anchor))
    found = marks((window,), placed) if placed is not None else []
    return [one for one in found if one.last <= on.last][:_MOST]


def _start(value: FactValue) -> When | None:
    if isinstance(value, History) and value.occurrences:
        return value.occurrences[-1].start
    return value if isinstance(value, When) else None


def _on(value: FactValue, day: When) -> Iterator[FactValue]:
    """The last of what is recorded, moved to a day, then the first; an occurrence also as one that ends there, and one
    that goes on from there."""
    if isinstance(value, History):
        *others, last = value.occurrences
        before = days(day_number(day) - _LONG_AGO, day_number(day) - _LONG_AGO)
        for start, end in ((day, day), (before, day), (day, When(FOREVER, FOREVER))):
            yield value._replace(occurrences=(*others, Occurrence(start, end, last.attributes)))
        return
    samples = _samples(value)
    if samples is not None:
        yield (*samples[:-1], samples[-1]._replace(when=day))
        if len(samples) > 1:
            yield (samples[0]._replace(when=day), *samples[1:])


def _picked(maker: Maker) -> list[str]:
    """The series of which one sample is picked."""
    nodes = (feature.node for feature in maker.protocol.features)
    return list(dict.fromkeys(node.fact for node in nodes if isinstance(node, SampleValue)))


def _told_twice(maker: Maker, patients: Sequence[MadePatient], name: str) -> Iterator[MadePatient]:
    """Two patients of whom a series says different things, each told what it says of the other a day before."""
    able = [(one, told[-1]) for one in patients if (told := _samples(one.records.facts.get(name)))]
    plain = sorted(able, key=lambda pair: len(pair[0].differences))
    other = next((pair for pair in plain if pair[1].value != plain[0][1].value), None)
    if other is None:
        return
    for (one, newer), (_, older) in ((plain[0], other), (other, plain[0])):
        yesterday = days(day_number(one.on) - 1, day_number(one.on) - 1)
        today = days(day_number(one.on), day_number(one.on))
        both = (older._replace(when=yesterday), newer._replace(when=today))
        yield _put(maker, one.records, name, both)


def _put(maker: Maker, records: Records, name: str, value: FactValue) -> MadePatient:
    return maker.made(records._replace(facts={**records.facts, name: value}))
