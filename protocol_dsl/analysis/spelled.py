"""Patients as the language writes them in an example, so that one that was found can be kept in the file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from protocol_dsl.ir.facts import Attribute, Fact
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.phrases import with_unit
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import ANY_TIME, FOREVER, When, when_text, whole_day


def differences(protocol: Protocol, records: Records, typical: Records, on: When) -> tuple[str, ...]:
    """What is recorded of one patient otherwise than of another, one entry of an example each."""
    mine, theirs = _entries(protocol, records, on), _entries(protocol, typical, on)
    changed = [text for key, text in mine.items() if theirs.get(key) != text]
    return (*changed, *(f"unknown {key}" for key in theirs if key not in mine))


def entries(protocol: Protocol, records: Records, on: When) -> tuple[str, ...]:
    """All that is recorded of a patient, one entry of an example each."""
    return tuple(text for text in _entries(protocol, records, on).values() if not text.startswith("unknown "))


def _entries(protocol: Protocol, records: Records, on: When) -> Mapping[str, str]:
    found = {}
    for fact in protocol.facts:
        if not (fact.builtin and fact.name in {"age", "birth_date"}) or fact.name in records.facts:
            found[fact.name] = entry(fact, _closed(fact, records.facts.get(fact.name)), on)
    for anchor in protocol.anchors:
        when = records.anchors.get(anchor.name)
        found[anchor.name] = f"{anchor.name} on {_date(when)}" if when else f"unknown {anchor.name}"
    for question in protocol.questions:
        answer = records.answers.get(question.id)
        word = "unknown answer" if answer is None else "answer yes" if answer else "answer no"
        found[question.id] = f'{word} to "{question.text}"'
    return found


def _closed(fact: Fact, value: FactValue) -> FactValue:
    """What silence says of a fact that is absent if not recorded."""
    if value is not None or not fact.closed:
        return value
    return History((), True) if fact.kind == "event" else False if fact.kind == "yes_no" else value


def entry(fact: Fact, value: FactValue, on: When) -> str:
    """One fact of a patient, as an example has it."""
    match value:
        case None:
            return f"unknown {fact.name}"
        case When():
            return f"{fact.name} on {_date(value)}"
        case History():
            return _history(fact, value)
        case Range() | bool() | float() | str() | frozenset():
            return f"{fact.name} {_value(value, _unit(fact))}"
        case _:
            samples = ", ".join(_sample(fact, sample, on) for sample in value)
            return f"{fact.name} {samples}" if samples else f"no sample of {fact.name}"


def _unit(fact: Fact) -> str:
    return "years" if fact.name == "age" else fact.unit_text or ("" if fact.unit == "1" else fact.unit)


def _value(value: float | Range | str | bool | frozenset[str] | None, unit: str) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case frozenset():
            return "{" + ", ".join(sorted(value)) + "}"
        case Range(low, high):
            if low == -math.inf:
                return f"<= {with_unit(number(high), unit)}"
            shown = with_unit(number(low), unit)
            return f">= {shown}" if high == math.inf else f"{shown} to {with_unit(number(high), unit)}"
        case float():
            return with_unit(number(value), unit)
        case _:
            return value


def number(value: float) -> str:
    """A double in the fewest digits that give it back."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    return text if "e" not in text else f"{value:.17f}".rstrip("0")


def _sample(fact: Fact, sample: Sample, on: When) -> str:
    limits = [
        f"{name} {number(limit)}"
        for name, limit in (("ULN", sample.upper), ("LLN", sample.lower))
        if isinstance(limit, float)
    ]
    words = [_value(sample.value, _unit(fact))]
    if limits:
        words.append(f"({', '.join(limits)})")
    if sample.when != whole_day(on):
        words.append(f"on {_date(sample.when)}")
    return " ".join(words)


def _history(fact: Fact, history: History) -> str:
    told = [_occurrence(fact, one) for one in history.occurrences]
    if not history.complete:
        told.append("perhaps others")
    return f"{fact.name} {', '.join(told)}" if told else f"no {fact.name}"


def _occurrence(fact: Fact, one: Occurrence) -> str:
    attributes = {attribute.name: attribute for attribute in fact.attributes}
    told = [
        _attribute(attributes[name], value) for name, value in one.attributes.items() if value is not None
    ]
    return _span(one) + (" with " + " and ".join(told) if told else "")


def _attribute(attribute: Attribute, value: float | str | bool | None) -> str:
    return f"{attribute.name} {_value(value, '' if attribute.unit == '1' else attribute.unit)}"


def _span(one: Occurrence) -> str:
    if one.end.first == FOREVER:
        return f"from {_date(one.start)} ongoing"
    if one.start == one.end:
        return f"on {_date(one.start)}"
    start = _date(one.start)
    return f"from {start}" if one.end.last == FOREVER else f"from {start} to {_date(one.end)}"


def _date(when: When) -> str:
    return "a day nobody knows" if when.first <= ANY_TIME.first else when_text(when)


def example(protocol: Protocol, name: str, records: Records, on: When, expect: str) -> Iterator[str]:
    """The lines of an `example` block with such a patient."""
    yield f'example "{name}" on {_date(whole_day(on))} {{'
    yield from (f"  {text}" for text in entries(protocol, records, on))
    yield f"  expect {expect}"
    yield "}"
