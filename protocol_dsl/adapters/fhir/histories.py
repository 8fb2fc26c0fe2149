"""Conditions, procedures, medications, immunizations and allergies as occurrences of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from protocol_dsl.adapters.fhir.bindings import Bound, codes_of
from protocol_dsl.adapters.fhir.entry import Clerk, Entry, code_in, part, parts, span_of, word
from protocol_dsl.adapters.fhir.resources import Resource

Told = tuple[str, str, str]
"""What a resource says: how far (`sure`, `doubt`, `not`), whether it goes on (`ongoing`, `over`, `""`), why it is in
doubt."""

_ONGOING = frozenset({"active", "recurrence", "relapse", "in-progress"})
_WRONG = frozenset({"entered-in-error", "refuted"})
_UNSURE = frozenset({"unconfirmed", "provisional", "differential"})
_NOT_DONE = frozenset(
    {"not-done", "preparation", "not-taken", "intended", "draft", "cancelled", "declined", "proposed"}
)
_OVER = frozenset({"completed", "stopped", "ended"})


def occurred(resource: Resource, concept: object, clerk: Clerk) -> Iterator[Entry]:
    """What a resource says of the facts its code leads to; `concept` is its code, or that of the drug it names."""
    kind, body = resource.type, resource.body
    for bound in clerk.bindings.concepts([concept], kind):
        said, course, reason = _READERS[kind](body)
        if bound.fact.builtin or said == "not":
            continue
        meant = _meant(resource, bound, concept, clerk)
        if meant is None or (meant and not bound.sure):
            yield Entry(bound.fact.name, "doubt", "", {})
            continue
        if not meant:
            continue
        if said == "doubt":
            fix = "look at the record; till then it is neither there nor absent"
            clerk.remark(bound.fact.name, reason, fix, _name(concept), resource.place)
            yield Entry(bound.fact.name, "doubt", "", {})
            continue
        yield from _entry(resource, bound, course, clerk)


def _entry(resource: Resource, bound: Bound, course: str, clerk: Clerk) -> Iterator[Entry]:
    body = resource.body
    start, end, one_moment = _span(resource.type, body)
    fact = bound.fact
    if fact.kind == "yes_no":
        yield _yes(resource, bound, course, start, end)
    elif fact.kind == "date" and start:
        yield Entry(fact.name, "sample", start, {"value": start, "on": start})
    elif fact.kind != "event":
        reason = f"a {resource.type} tells nothing of a {fact.kind.replace('_', '/')} fact"
        clerk.remark(fact.name, reason, "bind its code to an event or a yes/no fact", "", resource.place)
    elif one_moment:
        yield Entry(fact.name, "occurrence", start, {"on": start, **_attributes(bound, body)})
    else:
        span: dict[str, Any] = {"from": start or None, "to": end or None}
        if not end and course == "ongoing":
            span["ongoing"] = True
        elif not end and course == "over":
            span["over"] = word(part(body, "meta"), "lastUpdated")
        yield Entry(fact.name, "occurrence", max(start, end), {**span, **_attributes(bound, body)})


def _yes(resource: Resource, bound: Bound, course: str, start: str, end: str) -> Entry:
    """A state that goes on, or a procedure that was done, is a yes; one that is past says nothing of the present."""
    present = resource.type in {"Procedure", "Immunization"} or (course == "ongoing" and not end)
    date = start or word(resource.body, "recordedDate", "dateAsserted")
    value: object = True if present else "over, or of unknown course"
    return Entry(bound.fact.name, "sample", date, {"value": value, "on": date or "no day stated"})


def _meant(resource: Resource, bound: Bound, concept: object, clerk: Clerk) -> bool | None:
    """Whether the fact is about such a record: a drug's code names what was taken, or what is not tolerated. None
    where nobody said which."""
    allergies = clerk.bindings.chosen.allergies
    about_allergy = bound.fact.name in (allergies or ())
    if resource.type != "AllergyIntolerance":
        return not about_allergy or resource.type == "Condition"
    if about_allergy or any(code[0].startswith("icd") for code, _ in codes_of(concept)):
        return True
    if allergies is not None:
        return False
    reason = "an allergy names a code that this fact is bound to, and is not counted as the thing itself"
    fix = "name in `allergies` of a map the facts that are about an allergy, `[]` for none"
    clerk.remark(bound.fact.name, reason, fix, _name(concept), resource.place)
    return None


def _condition(body: Mapping[str, Any]) -> Told:
    verified, clinical = code_in(body, "verificationStatus"), code_in(body, "clinicalStatus")
    if verified in _WRONG:
        return "not", "", ""
    if verified in _UNSURE:
        return "doubt", "", f"the diagnosis is {verified}"
    # In remission or inactive it may be there all the same; resolved it is not.
    ended = clinical == "resolved" or any(key.startswith("abatement") for key in body)
    return "sure", "over" if ended else "ongoing" if clinical in _ONGOING else "", ""


def _done(body: Mapping[str, Any]) -> Told:
    """Procedure, MedicationAdministration, MedicationDispense, MedicationStatement, Immunization."""
    status = word(body, "status")
    if status in _WRONG | _NOT_DONE:
        return "not", "", ""
    if status in {"unknown", ""}:
        return "doubt", "", "its status is not known"
    return "sure", "over" if status in _OVER else "ongoing" if status in _ONGOING else "", ""


def _ordered(body: Mapping[str, Any]) -> Told:
    """MedicationRequest: what was ordered counts as taken from the day of the order."""
    if body.get("doNotPerform") is True:
        return "not", "", ""
    if code_in(body, "intent") in {"proposal", "plan", "option"}:
        return "doubt", "", "the drug is proposed and not ordered"
    return _done(body)


_READERS: dict[str, Callable[[Mapping[str, Any]], Told]] = {
    "Condition": _condition,
    "AllergyIntolerance": _condition,
    "Procedure": _done,
    "Immunization": _done,
    "MedicationStatement": _done,
    "MedicationAdministration": _done,
    "MedicationDispense": _done,
    "MedicationRequest": _ordered,
}
TYPES = frozenset(_READERS)


def _span(kind: str, body: Mapping[str, Any]) -> tuple[str, str, bool]:
    """Start, end, and whether it is one moment."""
    match kind:
        case "Condition" | "AllergyIntolerance":
            start, _, _ = span_of(body, "onset")
            moment = word(body, "abatementDateTime")
            return start, moment or word(part(body, "abatementPeriod"), "end"), False
        case "MedicationRequest":
            return word(body, "authoredOn"), _order_end(body), False
        case "MedicationDispense":
            handed = word(body, "whenHandedOver", "whenPrepared")
            return handed, handed, bool(handed)
        case "MedicationStatement":
            start, end, one = span_of(body, "effective")
            # A statement of one moment tells that the drug was in use then, not that it was for that moment alone.
            return start, "" if one else end, False
        case _:
            return span_of(body, "performed", "effective", "occurrence", "occurence")


def _order_end(body: Mapping[str, Any]) -> str:
    for dosage in parts(body, "dosageInstruction"):
        bounds = part(part(part(dosage, "timing"), "repeat"), "boundsPeriod")
        if end := word(bounds, "end"):
            return end
    return ""


def _attributes(bound: Bound, body: Mapping[str, Any]) -> dict[str, Any]:
    """The dose, where the event has such an attribute."""
    if not any(one.name == "dose" and one.kind == "number" for one in bound.fact.attributes):
        return {}
    given = [part(body, "dosage"), *parts(body, "dosage"), *parts(body, "dosageInstruction")]
    doses = [part(dosage, "dose", "doseQuantity") for dosage in given]
    doses += [part(rate, "doseQuantity") for dosage in given for rate in parts(dosage, "doseAndRate")]
    found = [dose for dose in doses if isinstance(dose.get("value"), (int, float))]
    if len(found) != 1:
        return {}  # several steps of a dose are not one
    unit = word(found[0], "code", "unit")
    return {"dose": {"value": found[0]["value"], "unit": unit} if unit else found[0]["value"]}


def _name(concept: object) -> str:
    return next((f"{system}|{code}" for (system, code), _ in codes_of(concept)), "")
