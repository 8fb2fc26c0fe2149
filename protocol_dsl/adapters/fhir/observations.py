"""Observations and their components as dated values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from protocol_dsl.adapters.fhir.answers import choice_of, truth_of, words_of
from protocol_dsl.adapters.fhir.bindings import Bound
from protocol_dsl.adapters.fhir.entry import Clerk, Entry, code_in, part, parts, span_of, word
from protocol_dsl.adapters.fhir.resources import Resource
from protocol_dsl.runtime.scalars import known_factors
from protocol_dsl.runtime.schema import FactSchema

DROPPED = frozenset({"entered-in-error", "cancelled", "registered"})
_FINAL = frozenset({"final", "amended", "corrected", "appended"})
_NOT_MEASURED = frozenset({"not-performed", "not-asked", "asked-declined", "not-applicable"})
_NO_DAY = "no day stated"
_COMPARATORS = frozenset({"", "<", "<=", ">", ">="})
_CHECK = "look at the record; the value is unknown till then"


def observed(resource: Resource, clerk: Clerk) -> Iterator[Entry]:
    """What an Observation says of the facts its code, or that of a component, leads to."""
    body = resource.body
    held = [one for one in (body, *parts(body, "component")) if one is not body or _has_value(one)]
    date = _date(body)
    for one in held or [body]:
        for bound in clerk.bindings.concepts([one.get("code")], "Observation"):
            if bound.fact.builtin or word(body, "status") in DROPPED:
                continue
            if not bound.sure:
                yield Entry(bound.fact.name, "doubt", date, {})
                continue
            _note_status(resource, bound, clerk)
            yield from _entry(one, date, bound, clerk, resource.place)


def _has_value(body: dict[str, Any]) -> bool:
    """A panel is a heading: what it says stands in its components."""
    return not parts(body, "component") or any(key.startswith("value") for key in body)


def _date(body: dict[str, Any]) -> str:
    """A result of a time of collection is known by its end."""
    start, end, _ = span_of(body, "effective")
    moments = part(body, "effectiveTiming").get("event")
    if isinstance(moments, list) and len(moments) == 1 and isinstance(moments[0], str):
        return moments[0]
    return end or start


def _note_status(resource: Resource, bound: Bound, clerk: Clerk) -> None:
    status = word(resource.body, "status")
    if status not in _FINAL:
        reason = "the result is not final; it is used as it stands"
        fix = "judge again when it is final"
        clerk.remark(bound.fact.name, reason, fix, status or "no status", resource.place)


def _entry(body: dict[str, Any], date: str, bound: Bound, clerk: Clerk, place: str) -> Iterator[Entry]:
    if code_in(body, "dataAbsentReason") in _NOT_MEASURED:
        return
    fact = bound.fact
    if fact.kind == "event":
        yield from _shown(body, date, bound, clerk, place)
    elif fact.kind in {"set", "date"}:
        clerk.remark(
            fact.name, f"a {fact.kind} is not taken from observations", "give it otherwise", date, place
        )
    else:
        sample = {**_value(body, bound, clerk, place), "on": date or _NO_DAY}
        if fact.kind == "lab":
            sample |= _limits(body, sample.get("unit"), fact, clerk, place)
        yield Entry(fact.name, "sample", date, sample)


def _shown(body: dict[str, Any], date: str, bound: Bound, clerk: Clerk, place: str) -> Iterator[Entry]:
    """An event that an observation says was seen. One that was not seen that day may have been on another."""
    seen = truth_of(_words(body), bound.values)
    if seen is None:
        reason = "an observation of this event says neither yes nor no"
        clerk.remark(
            bound.fact.name, reason, "say in `values` of a map what its value means", _told(body), place
        )
        yield Entry(bound.fact.name, "doubt", date, {})
    elif seen:
        yield Entry(bound.fact.name, "occurrence", date, {"on": date or None})


def _value(body: dict[str, Any], bound: Bound, clerk: Clerk, place: str) -> dict[str, Any]:
    """`value` and `unit` of the JSON form; an unknown value when there is none that can be read."""
    fact = bound.fact
    if not any(key.startswith("value") and body[key] is not None for key in body):
        return {"value": None}
    if fact.kind in {"finding", "choice", "yes_no"}:
        words = _words(body)
        said: object = (
            truth_of(words, bound.values)
            if fact.kind == "yes_no"
            else choice_of(words, fact.choices, bound.values)
        )
        if said is None:
            fix = "say in `values` of a map what it means"
            clerk.remark(fact.name, "it names none of the fact's values", fix, _told(body), place)
        return {"value": said}
    return _number(body, bound, clerk, place)


def _number(body: dict[str, Any], bound: Bound, clerk: Clerk, place: str) -> dict[str, Any]:
    quantity = part(body, "valueQuantity")
    amount: object = quantity.get("value")
    if not quantity:
        amount = next(
            (body[key] for key in ("valueInteger", "valueDecimal", "valueString") if key in body), None
        )
    comparator = word(quantity, "comparator")
    if (
        comparator not in _COMPARATORS
        or isinstance(amount, bool)
        or not isinstance(amount, (int, float, str))
    ):
        clerk.remark(bound.fact.name, "it is no number that can be read", _CHECK, _told(body), place)
        return {"value": None}
    unit = _unit(quantity, bound.fact) or bound.unit
    if unit is None and bound.fact.unit not in {"", "1"}:
        reason = "the result states no unit, nor does its code in the protocol"
        fix = 'write the code with its unit, as in `code loinc "1975-2" in mg/dL`'
        clerk.remark(bound.fact.name, reason, fix, amount, place)
        return {"value": None}
    value = f"{comparator}{amount!r}" if comparator and not isinstance(amount, str) else amount
    return {"value": value, **({} if unit is None else {"unit": unit})}


def _unit(quantity: dict[str, Any], fact: FactSchema) -> str | None:
    """The UCUM code of a quantity; its printed unit where only that is understood."""
    code, printed = word(quantity, "code"), word(quantity, "unit")
    if code and (known_factors(code, fact) is not None or known_factors(printed, fact) is None):
        return code
    return printed or None


def _limits(
    body: dict[str, Any], unit: object, fact: FactSchema, clerk: Clerk, place: str
) -> dict[str, object]:
    """The result's own limits of normal: of the one range that is meant for this patient. A range that is there and of
    no use is passed on in its words, so that it is not taken for none."""
    ranges = [one for one in parts(body, "referenceRange") if code_in(one, "type") in {"", "normal"}]
    alike = {str((one.get("low"), one.get("high"))): one for one in ranges}
    if not alike:
        return {}
    one = next(iter(alike.values()))
    if len(alike) > 1:
        reason, fix = (
            "several ranges of normal stand beside the value, so none is used",
            "give the one that applies",
        )
        clerk.remark(fact.name, reason, fix, "", place)
        return _illegible("several")
    found: dict[str, object] = {}
    for key, limit in (("lln", part(one, "low")), ("uln", part(one, "high"))):
        amount = limit.get("value")
        if not isinstance(amount, (int, float)) or isinstance(amount, bool):
            continue
        stated = _unit(limit, fact)
        if stated is not None and stated != unit and known_factors(stated, fact) != known_factors(unit, fact):
            reason, fix = "the range of normal is in another unit than the value", "give both in one unit"
            clerk.remark(fact.name, reason, fix, stated, place)
            return _illegible(f"{amount} {stated}")
        found[key] = amount
    if not found:
        reason, fix = "the range of normal stands as a text alone, so it is not used", "give `low` and `high`"
        clerk.remark(fact.name, reason, fix, word(one, "text"), place)
        return _illegible(word(one, "text"))
    return found


def _illegible(words: str) -> dict[str, object]:
    return {"lln": words, "uln": words}


def _words(body: dict[str, Any]) -> tuple[str, ...]:
    for key in ("valueCodeableConcept", "valueString", "valueBoolean"):
        if body.get(key) is not None:
            return words_of(body[key])
    return ()


def _told(body: dict[str, Any]) -> str:
    """The value in its own words, for a remark."""
    if words := _words(body):
        return words[-1]
    quantity = part(body, "valueQuantity")
    if quantity:
        return f"{word(quantity, 'comparator')}{quantity.get('value', '')} {word(quantity, 'unit', 'code')}".strip()
    return next((key for key in body if key.startswith("value")), "no value")
