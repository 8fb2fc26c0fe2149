"""Generated patients as FHIR R4 bundles, in the form the CQL library reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from protocol_dsl.backends.cql import own_system
from protocol_dsl.ir.facts import Attribute, Fact
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import (
    ANY_TIME,
    BEGINNING,
    DAY,
    FOREVER,
    When,
    parse_when,
    second_text,
    when_text,
)
from protocol_dsl.vocabulary.codes import system_address

Resource = dict[str, Any]
_PATIENT = "Patient/p"


class FhirPatients:
    """Writes patients of one protocol. A fact with codes is recorded under each of them in turn."""

    def __init__(self, protocol: Protocol) -> None:
        self._facts = {fact.name: fact for fact in protocol.facts}
        self._system = own_system(protocol)

    def bundle(self, records: Records) -> Resource:
        """One patient: a Patient, and the resources of each fact and answer."""
        resources = [self._patient(records.facts)]
        for name, value in records.facts.items():
            resources += self._fact(self._facts[name], value)
        for question, answer in records.answers.items():
            resources.append(self._observation(self._own(question), {"valueBoolean": answer}))
        for number, resource in enumerate(resources[1:]):
            resource |= {"id": str(number), "subject": {"reference": _PATIENT}}
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": resource} for resource in resources],
        }

    def _patient(self, facts: Mapping[str, FactValue]) -> Resource:
        patient: Resource = {"resourceType": "Patient", "id": "p"}
        born, sex = facts.get("birth_date"), facts.get("sex")
        if isinstance(born, When):
            patient["birthDate"] = when_text(born)
        if isinstance(sex, str):
            patient["gender"] = sex
        return patient

    def _fact(self, fact: Fact, value: FactValue) -> Iterator[Resource]:
        if fact.name in {"birth_date", "sex"} or fact.kind in {"date", "set"}:
            return
        match value:
            case History():
                yield self._list(fact, "snapshot" if value.complete else "working", "nilknown")
                for number, one in enumerate(value.occurrences):
                    yield self._occurrence(fact, one, self._code(fact, number))
            case None if fact.kind == "event":
                yield self._list(fact, "working", "unavailable")
            case None:
                yield self._observation(self._code(fact, 0), _absent())
            case bool() | float() | str() | Range():
                yield self._observation(self._code(fact, 0), self._value(fact, value))
            case When() | frozenset():
                raise TypeError(f"`{fact.name}` is not told in FHIR")
            case _:
                for number, sample in enumerate(value):
                    yield self._sample(fact, sample, self._code(fact, number))

    def _own(self, name: str) -> Resource:
        return {"coding": [{"system": self._system, "code": name}]}

    def _code(self, fact: Fact, number: int) -> Resource:
        chosen = number % (len(fact.codes) + 1)
        if chosen == 0:
            return self._own(fact.name)
        code = fact.codes[chosen - 1]
        return {"coding": [{"system": system_address(code.system), "code": code.code}]}

    def _list(self, fact: Fact, mode: str, reason: str) -> Resource:
        empty = {"coding": [{"code": reason}]}
        code = self._own(fact.name)
        return {"resourceType": "List", "status": "current", "mode": mode, "code": code, "emptyReason": empty}

    def _observation(self, code: Resource, content: Resource) -> Resource:
        return {"resourceType": "Observation", "status": "final", "code": code, **content}

    def _sample(self, fact: Fact, sample: Sample, code: Resource) -> Resource:
        content = _absent() if sample.value is None else self._value(fact, sample.value)
        limits = {
            end: _limit(limit, fact.unit)
            for end, limit in (("high", sample.upper), ("low", sample.lower))
            if limit is not None
        }
        ranges = {"referenceRange": [limits]} if limits else {}
        return self._observation(code, {**content, **_moment("effective", sample.when), **ranges})

    def _value(self, fact: Fact, value: object) -> Resource:
        match value:
            case bool():
                return {"valueBoolean": value}
            case str():
                return {"valueCodeableConcept": self._own(value)}
            case float() | Range():
                return {"valueQuantity": _quantity(value, fact.unit)}
            case _:
                raise TypeError(f"`{fact.name}` is no single value")

    def _occurrence(self, fact: Fact, one: Occurrence, code: Resource) -> Resource:
        kinds = {attribute.name: attribute for attribute in fact.attributes}
        told = [_extension(kinds[name], value) for name, value in one.attributes.items() if value is not None]
        start, end = _exact_text(one.start), _exact_text(one.end, one.start.first)
        shared = {"code": code, **({"extension": told} if told else {})}
        if start and end:
            period = {"start": start, "end": end}
            performed = {"performedDateTime": start} if start == end else {"performedPeriod": period}
            return {"resourceType": "Procedure", "status": "completed", **shared, **performed}
        course = _course(one, end)
        return {"resourceType": "Condition", **shared, **_moment("onset", one.start), **course}


def _absent() -> Resource:
    return {"dataAbsentReason": {"coding": [{"code": "error"}]}}


def _moment(field: str, when: When) -> Resource:
    """A time as far as it is known: nothing, a partial date, or the period in which it lies."""
    if when == ANY_TIME:
        return {}
    if text := _exact_text(when):
        return {f"{field}DateTime": text}
    return {f"{field}Period": {"start": _second(when.first), "end": _second(when.last)}}


def _course(one: Occurrence, end: str) -> Resource:
    if one.end == When(FOREVER, FOREVER):
        return {"clinicalStatus": {"coding": [{"code": "active"}]}}
    if one.end == When(one.start.first, FOREVER):
        return {}
    return {"abatementDateTime": end} if end else _moment("abatement", one.end)


def _exact_text(when: When, floor: int = BEGINNING) -> str:
    """A FHIR dateTime that means `when`, of an end that does not lie before `floor`; "" when there is none."""
    if FOREVER in when:
        return ""
    day = when_text(When(when.last - when.last % DAY, when.last - when.last % DAY + DAY - 1))
    for text in (day[:4], day[:7], day, _second(when.last)):
        meant = parse_when(text.removesuffix("Z"))
        if meant.last == when.last and max(meant.first, floor) == when.first:
            return text
    return ""


def _second(moment: int) -> str:
    return f"{second_text(moment)}Z"


def _quantity(value: float | Range, unit: str) -> Resource:
    coded = {"system": "http://unitsofmeasure.org", "code": unit}
    if isinstance(value, float):
        return {"value": value, **coded}
    if value.low == -math.inf:
        comparator, number = _bound(value.high, math.inf, "<", "<=")
    elif value.high == math.inf:
        comparator, number = _bound(value.low, -math.inf, ">", ">=")
    else:
        raise ValueError("a quantity is bounded on one side")
    return {"value": number, "comparator": comparator, **coded}


def _bound(end: float, outwards: float, strict: str, inclusive: str) -> tuple[str, float]:
    """A bound as it was written: the double beside a short number was left out by a strict comparator."""
    beside = math.nextafter(end, outwards)
    return (strict, beside) if len(repr(beside)) < len(repr(end)) else (inclusive, end)


def _limit(limit: float | Range, unit: str) -> Resource:
    """A limit that nobody can read is a quantity without a value."""
    if isinstance(limit, Range) and limit == Range(-math.inf, math.inf):
        return {"unit": "illegible"}
    return _quantity(limit, unit)


def _extension(attribute: Attribute, value: object) -> Resource:
    url = {"url": f"urn:trial:attribute:{attribute.name}"}
    match attribute.kind:
        case "number":
            return {**url, "valueQuantity": {"value": value}}
        case "choice":
            return {**url, "valueCode": value}
        case "yes_no":
            return {**url, "valueBoolean": value}
        case _:
            assert_never(attribute.kind)
