"""Patients in the JSON form in which any patient is read (`runtime/reading.py`)."""

from __future__ import annotations

import math

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import ANY_TIME, FOREVER, When, when_text

Json = dict[str, object]


def as_json(protocol: Protocol, records: Records) -> Json:
    """A patient as an object with a key for each fact; numbers state their unit."""
    facts = {fact.name: fact for fact in protocol.facts}
    whole: Json = {"id": records.id}
    whole |= {name: _fact(facts[name], value) for name, value in records.facts.items() if value is not None}
    whole |= (
        {"anchors": {name: when_text(when) for name, when in records.anchors.items()}}
        if records.anchors
        else {}
    )
    return whole | ({"answers": dict(records.answers)} if records.answers else {})


def _fact(fact: Fact, value: FactValue) -> object:
    unit = "" if fact.unit == "1" or fact.name == "age" else fact.unit_text or fact.unit
    match value:
        case When():
            return when_text(value)
        case History(occurrences, complete):
            told = [_occurrence(fact, one) for one in occurrences]
            return told if complete else {"occurrences": told, "complete": False}
        case frozenset():
            return sorted(value)
        case Range() | bool() | float() | str() | None:
            return _measured(value, unit)
        case _:
            return [_sample(one, unit) for one in value]


def _measured(value: float | Range | str | bool | None, unit: str) -> object:
    number = isinstance(value, float | Range) and not isinstance(value, bool)
    return {"value": _content(value), "unit": unit} if number and unit else _content(value)


def _content(value: float | Range | str | bool | None) -> object:
    match value:
        case Range(low, high):
            return f"<={high!r}" if low == -math.inf else f">={low!r}"
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _sample(one: Sample, unit: str) -> Json:
    limits = {"uln": one.upper, "lln": one.lower}
    known = {name: _content(limit) for name, limit in limits.items() if limit is not None}
    measured = {"unit": unit} if unit and not isinstance(one.value, str) else {}
    return {"value": _content(one.value), **measured, "on": when_text(one.when), **known}


def _occurrence(fact: Fact, one: Occurrence) -> Json:
    units = {attribute.name: "" if attribute.unit == "1" else attribute.unit for attribute in fact.attributes}
    told = {
        name: _measured(value, units.get(name, ""))
        for name, value in one.attributes.items()
        if value is not None
    }
    return {**_span(one), **told}


def _span(one: Occurrence) -> Json:
    if one.start == one.end:
        return {"on": when_text(one.start)}
    start: Json = {} if one.start.first <= ANY_TIME.first else {"from": when_text(one.start)}
    if one.end.first == FOREVER:
        return {**start, "ongoing": True}
    return start if one.end.last == FOREVER else {**start, "to": when_text(one.end)}
