"""TV: the planned visits."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.backends.encounters import Encounter, encounters, study_day
from protocol_dsl.backends.sdtm.codes import shortened
from protocol_dsl.backends.sdtm.datasets import Dataset, Value, Variable, dataset, study_variables
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Tolerance
from protocol_dsl.vocabulary.calendar import Duration, duration_text

_VARIABLES = (
    *study_variables(),
    Variable("VISITNUM", "Visit Number", "integer", key=2),
    Variable("VISIT", "Visit Name"),
    Variable("VISITDY", "Planned Study Day of Visit", "integer"),
    Variable("ARMCD", "Planned Arm Code", length=20, key=3),
    Variable("ARM", "Description of Planned Arm"),
    Variable("TVSTRL", "Visit Start Rule"),
    Variable("TVENRL", "Visit End Rule"),
)


def trial_visits(protocol: Protocol) -> Dataset:
    """Visits in the order of time, numbered from 1. ARMCD is empty: visits are those of every arm. VISITDY is empty
    where a calendar month or another event decides the day, and there is no study day 0."""
    return dataset("TV", "Trial Visits", _VARIABLES, _rows(protocol))


def _rows(protocol: Protocol) -> Iterator[dict[str, Value]]:
    day_one = (protocol.schedule.day_one or "day 1").replace("_", " ")
    for number, one in enumerate(encounters(protocol.schedule), 1):
        yield {
            "STUDYID": protocol.header.id,
            "DOMAIN": "TV",
            "VISITNUM": number,
            "VISIT": shortened(one.label, 200),
            "VISITDY": None if one.offset is None else study_day(one.offset),
            "TVSTRL": shortened(_start(one, day_one), 200),
        }


def _start(one: Encounter, day_one: str) -> str:
    window = f", {window_words(one.window)}" if one.window else ""
    if one.offset is None:
        return f"{one.point[:1].upper()}{one.point[1:]}{window}"
    if one.offset == 0:
        return f"On the day of {day_one}{window}"
    side = "before" if one.offset < 0 else "after"
    return f"{duration_text(Duration(abs(one.offset), 'day'))} {side} {day_one}{window}"


def window_words(window: Tolerance) -> str:
    """`from 3 days before to 3 days after`."""
    ends = [
        "that day" if end.count == 0 else f"{duration_text(Duration(abs(end.count), end.unit))} {side}"
        for end, side in ((window.before, _side(window.before)), (window.after, _side(window.after)))
    ]
    return f"from {ends[0]} to {ends[1]}"


def _side(end: Duration) -> str:
    return "before" if end.count < 0 else "after"
