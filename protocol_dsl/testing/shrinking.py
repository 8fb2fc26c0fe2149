"""Smaller patients: one thing less at a time, the largest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import When

T = TypeVar("T")


def smaller(records: Records) -> Iterator[Records]:
    """`records` without one fact, anchor, answer, sample, occurrence, or part of one."""
    for facts in _without_one(records.facts):
        yield records._replace(facts=facts)
    for anchors in _without_one(records.anchors):
        yield records._replace(anchors=anchors)
    for answers in _without_one(records.answers):
        yield records._replace(answers=answers)
    for name, value in records.facts.items():
        for less in _smaller_value(value):
            yield records._replace(facts={**records.facts, name: less})


def _without_one(entries: Mapping[str, T]) -> Iterator[dict[str, T]]:
    for name in entries:
        yield {other: value for other, value in entries.items() if other != name}


def _smaller_value(value: FactValue) -> Iterator[FactValue]:
    if isinstance(value, History):
        for position, occurrence in enumerate(value.occurrences):
            rest = value.occurrences[:position], value.occurrences[position + 1 :]
            yield value._replace(occurrences=(*rest[0], *rest[1]))
            for less in _smaller_occurrence(occurrence):
                yield value._replace(occurrences=(*rest[0], less, *rest[1]))
    elif isinstance(value, tuple) and not isinstance(value, (Range, When, History)):
        yield from _smaller_series(value)


def _smaller_series(samples: tuple[Sample, ...]) -> Iterator[tuple[Sample, ...]]:
    for position, sample in enumerate(samples):
        before, after = samples[:position], samples[position + 1 :]
        yield (*before, *after)
        for thinner in _smaller_sample(sample):
            yield (*before, thinner, *after)


def _smaller_occurrence(occurrence: Occurrence) -> Iterator[Occurrence]:
    for attributes in _without_one(occurrence.attributes):
        yield occurrence._replace(attributes=attributes)


def _smaller_sample(sample: Sample) -> Iterator[Sample]:
    if sample.upper is not None:
        yield sample._replace(upper=None)
    if sample.lower is not None:
        yield sample._replace(lower=None)
