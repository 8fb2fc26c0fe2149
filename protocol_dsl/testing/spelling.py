"""Patients in words, for a person who looks for the cause of a disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.evaluate.time import EPOCH, date_of, days_of
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import ANY_TIME, DAY, FOREVER, When


def spell_records(records: Records) -> Iterator[str]:
    """One line for each thing recorded."""
    for name, value in records.facts.items():
        yield f"  {name}: {_fact(value)}"
    for name, when in records.anchors.items():
        yield f"  anchor {name}: {spell_when(when)}"
    for name, answer in records.answers.items():
        yield f"  answer {name}: {spell_value(answer)}"


def spell_value(value: Scalar) -> str:
    """A value, or `unknown`."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "true" if value else "false"
        case Range(low, high):
            return f"{low!r} to {high!r}"
        case frozenset():
            return "{" + ", ".join(sorted(value)) + "}"
        case _:
            return str(value)


def spell_when(when: When) -> str:
    """A moment as far as it is known: a second, a day, or from one to another."""
    if when == ANY_TIME:
        return "any time"
    if when.first == FOREVER:
        return "never"
    if when == days_of(when):
        first, last = date_of(when.first), date_of(when.last)
        return str(first) if first == last else f"{first} to {last}"
    if when.first == when.last:
        return _moment(when.first)
    return f"{_moment(when.first)} to {_moment(when.last)}"


def _moment(second: int) -> str:
    return (EPOCH + timedelta(seconds=second - DAY)).isoformat(sep=" ")


def _fact(value: FactValue) -> str:
    match value:
        case When():
            return spell_when(value)
        case History(occurrences, complete):
            listed = "; ".join([_occurrence(one) for one in occurrences]) or "none"
            return listed + ("" if complete else " (and perhaps others)")
        case Range() | frozenset() | None | bool() | float() | str():
            return spell_value(value)
        case _:
            return "; ".join([_sample(one) for one in value]) or "no samples"


def _sample(sample: Sample) -> str:
    limits = [("upper", sample.upper), ("lower", sample.lower)]
    words = [f"{name} {spell_value(limit)}" for name, limit in limits if limit is not None]
    return " ".join([f"{spell_value(sample.value)} on {spell_when(sample.when)}", *words])


def _occurrence(occurrence: Occurrence) -> str:
    end = "ongoing" if occurrence.end.first == FOREVER else f"to {spell_when(occurrence.end)}"
    words = [f"{name} {spell_value(value)}" for name, value in occurrence.attributes.items()]
    return " ".join([f"from {spell_when(occurrence.start)} {end}", *words])
