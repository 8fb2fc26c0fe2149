"""Records as files: the registry's JSON (API version 2), or the plain text of the eligibility criteria."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from protocol_dsl.registry.items import criteria
from protocol_dsl.registry.record import PlannedArm, PlannedIntervention, Record, Sentence, plain

_PHASES = {"NA": "na", "EARLY_PHASE1": "early 1", "PHASE1": "1", "PHASE2": "2", "PHASE3": "3", "PHASE4": "4"}
_AGE = re.compile(r"(\d+)\s+(day|week|month|year)s?", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"\n\s*\n")
_MASKINGS = ("none", "single", "double", "triple", "quadruple")


class UnreadableRecordError(ValueError):
    """A text that is no record: the reason, and what to do."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.fix = fix


def read_record(text: str) -> Record:
    """The record in a text: the registry's JSON, else the criteria as plain text.

    Raises:
        UnreadableRecordError: JSON that is no record, or a text without any item.
    """
    if text.lstrip()[:1] in {"{", "["}:
        return from_json(text)
    sentences = criteria(text)
    if not sentences:
        raise UnreadableRecordError(
            "it holds no criteria", "give the registry's JSON, or the text of the criteria"
        )
    return Record("", {}, sentences)


def from_json(text: str) -> Record:
    """The record in the JSON of the registry's API, version 2. Raises UnreadableRecordError."""
    fix = "download the record as JSON from the registry's API, version 2"
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableRecordError(f"it is no JSON: {error}", fix) from None
    modules = _within(document, "protocolSection")
    number = _text(modules, "identificationModule", "nctId")
    if not number:
        raise UnreadableRecordError("it has no `protocolSection.identificationModule.nctId`", fix)
    return Record(
        number,
        dict(_fields(modules)),
        tuple(_sentences(modules)),
        _texts(modules, "conditionsModule", "conditions"),
        _identifiers(modules),
        tuple(map(_arm, _list(modules, "armsInterventionsModule", "armGroups"))),
        tuple(map(_intervention, _list(modules, "armsInterventionsModule", "interventions"))),
    )


def _identifiers(modules: Mapping[str, object]) -> tuple[str, ...]:
    own = _text(modules, "identificationModule", "orgStudyIdInfo", "id")
    others = _list(modules, "identificationModule", "secondaryIdInfos")
    return tuple(dict.fromkeys(filter(None, (own, *(_text(_within(one), "id") for one in others)))))


def _arm(value: object) -> PlannedArm:
    one = _within(value)
    named = tuple(name.partition(": ")[2] or name for name in _texts(one, "interventionNames"))
    return PlannedArm(_text(one, "label"), _term(_text(one, "type")).removesuffix(" arm"), named)


def _intervention(value: object) -> PlannedIntervention:
    one = _within(value)
    return PlannedIntervention(_text(one, "name"), _term(_text(one, "type")), _texts(one, "armGroupLabels"))


def _within(value: object, *path: str) -> Mapping[str, object]:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _list(modules: Mapping[str, object], *path: str) -> list[object]:
    value = _within(modules, *path[:-1]).get(path[-1])
    return value if isinstance(value, list) else []


def _text(modules: Mapping[str, object], *path: str) -> str:
    value = _within(modules, *path[:-1]).get(path[-1])
    return plain(value) if isinstance(value, str) else ""


def _texts(modules: Mapping[str, object], *path: str) -> tuple[str, ...]:
    return tuple(plain(one) for one in _list(modules, *path) if isinstance(one, str) and plain(one))


def _fields(modules: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Header entries in the words a protocol file uses; what is not stated is left out."""
    design = ("designModule", "designInfo")
    single = {
        "title": _text(modules, "identificationModule", "briefTitle"),
        "official_title": _text(modules, "identificationModule", "officialTitle"),
        "acronym": _text(modules, "identificationModule", "acronym"),
        "sponsor": _text(modules, "sponsorCollaboratorsModule", "leadSponsor", "name")
        or _text(modules, "identificationModule", "organization", "fullName"),
        "status": _term(_text(modules, "statusModule", "overallStatus")).replace("unknown status", "unknown"),
        "start_date": _date(_text(modules, "statusModule", "startDateStruct", "date")),
        "completion_date": _date(_text(modules, "statusModule", "completionDateStruct", "date")),
        "study_type": _term(_text(modules, "designModule", "studyType")),
        "phase": "/".join(
            _PHASES.get(str(one), str(one)) for one in _list(modules, "designModule", "phases")
        ),
        "purpose": _term(_text(modules, *design, "primaryPurpose")),
        "allocation": _term(_text(modules, *design, "allocation")),
        "model": _term(_text(modules, *design, "interventionModel")),
        "masking": _masking(_text(modules, *design, "maskingInfo", "masking")),
        "enrollment": _enrollment(_within(modules, "designModule", "enrollmentInfo")),
        "sex": _text(modules, "eligibilityModule", "sex").lower(),
        "age": _ages(modules),
        "healthy_volunteers": {True: "yes", False: "no"}.get(
            _within(modules, "eligibilityModule").get("healthyVolunteers") is True, ""
        )
        if "healthyVolunteers" in _within(modules, "eligibilityModule")
        else "",
    }
    yield from ((name, value) for name, value in single.items() if value)


def _term(word: str) -> str:
    return word.lower().replace("_", " ")


def _masking(text: str) -> str:
    """Older records spell masking out: `None (Open Label)`, `Triple (Participant, …)`."""
    return next((one for one in _MASKINGS if text.lower().startswith(one)), text.lower())


def _enrollment(info: Mapping[str, object]) -> str:
    kind = info.get("type")
    # "Anticipated" is what the registry called an estimate until 2022.
    said = kind.lower().replace("anticipated", "estimated") if isinstance(kind, str) else ""
    return f"{info.get('count', '')} {said}".strip()


def _date(text: str) -> str:
    """ISO, as partial as the record has it: older ones write `July 2, 2007` or `August 2021`."""
    for form, iso in (("%B %d, %Y", "%Y-%m-%d"), ("%B %Y", "%Y-%m")):
        try:
            return datetime.strptime(text, form).strftime(iso)
        except ValueError:
            continue
    return text


def _ages(modules: Mapping[str, object]) -> str:
    low = _AGE.search(_text(modules, "eligibilityModule", "minimumAge"))
    high = _AGE.search(_text(modules, "eligibilityModule", "maximumAge"))
    if low and high:
        same = low[2].lower() == high[2].lower()
        unit = "" if same else f" {low[2].lower()}s"
        return f"{low[1]}{unit} to {high[1]} {high[2].lower()}s"
    if low:
        return f"{low[1]} {low[2].lower()}s and over"
    return f"up to {high[1]} {high[2].lower()}s" if high else ""


def _sentences(modules: Mapping[str, object]) -> Iterator[Sentence]:
    eligibility = _within(modules, "eligibilityModule").get("eligibilityCriteria")
    yield from criteria(eligibility if isinstance(eligibility, str) else "")
    for number, arm in enumerate(_list(modules, "armsInterventionsModule", "armGroups"), 1):
        yield _one("arm", number, _text(_within(arm), "label"), _text(_within(arm), "description"))
    for number, given in enumerate(_list(modules, "armsInterventionsModule", "interventions"), 1):
        yield _one(
            "intervention", number, _text(_within(given), "name"), _text(_within(given), "description")
        )
    yield from _paragraphs("summary", _within(modules, "descriptionModule").get("briefSummary"))
    yield from _paragraphs("description", _within(modules, "descriptionModule").get("detailedDescription"))
    # A limit of age that no criterion repeats stands in its own field alone.
    fields = dict(_fields(modules))
    yield from (_one(name, 1, fields[name]) for name in ("age", "sex") if name in fields)
    design = ("designModule", "designInfo")
    yield from _paragraphs("design", _within(modules, *design).get("interventionModelDescription"))
    yield from _paragraphs("masking", _within(modules, *design, "maskingInfo").get("maskingDescription"))
    for section, key in (("outcome", "primaryOutcomes"), ("secondary_outcome", "secondaryOutcomes")):
        for number, outcome in enumerate(_list(modules, "outcomesModule", key), 1):
            parts = (_text(_within(outcome), part) for part in ("measure", "timeFrame", "description"))
            yield _one(section, number, *parts)


def _one(section: str, number: int, *parts: str) -> Sentence:
    text = ": ".join(filter(None, parts))
    return Sentence(section, str(number), text, text)


def _paragraphs(section: str, text: object) -> Iterator[Sentence]:
    kept = filter(None, map(plain, _PARAGRAPHS.split(text))) if isinstance(text, str) else ()
    for number, paragraph in enumerate(kept, 1):
        yield _one(section, number, paragraph)
