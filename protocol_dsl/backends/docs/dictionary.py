"""The data dictionary: every fact, what it may hold, how its absence is read and who uses it."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.words import Link, length, sentence, series
from protocol_dsl.backends.prose import Prose, fact_unit
from protocol_dsl.ir import walk
from protocol_dsl.ir.facts import Attribute, Code, Fact, Normal, RecordUnit
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give, Regimen
from protocol_dsl.runtime.phrases import choice_text, exact_text, with_unit

_SYSTEMS = {"loinc": "LOINC", "snomed": "SNOMED CT", "rxnorm": "RxNorm", "atc": "ATC", "icd10": "ICD-10"}


@frozen
class FactView:
    """One fact; `details` are (name, words) pairs, `used_by` leads to criteria and definitions."""

    name: str
    anchor: str
    label: str
    kind: str
    unit: str
    plausible: str
    step: str
    details: tuple[tuple[str, str], ...]
    missing: str
    used_by: tuple[Link, ...]


@frozen
class FactGroup:
    """Facts of one sort; `events` have neither a unit nor a range."""

    title: str
    events: bool
    facts: tuple[FactView, ...]

    @property
    def detailed(self) -> bool:
        """Whether any of them has details."""
        return any(fact.details for fact in self.facts)


def facts(protocol: Protocol, prose: Prose, anchors: Anchors) -> tuple[FactGroup, ...]:
    """The facts that the protocol uses (built-in ones only then), those it merely declares last: values, then
    events."""
    uses = _uses(protocol, anchors)
    shown = [fact for fact in protocol.facts if fact.name in uses or not fact.builtin]
    shown.sort(key=lambda fact: fact.name not in uses)
    groups = []
    for title, events in (("Values", False), ("Events", True)):
        chosen = [fact for fact in shown if (fact.kind == "event") == events]
        views = tuple(_fact(fact, prose, anchors, uses.get(fact.name, ())) for fact in chosen)
        groups += [FactGroup(title, events, views)] if views else []
    return tuple(groups)


def criterion_facts(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """Names of the facts each criterion rests on, by criterion id."""
    return {
        criterion.id: walk.facts_of(protocol, *(line.passes for line in criterion.lines))
        for stage in protocol.stages
        for criterion in stage.criteria
    }


def _uses(protocol: Protocol, anchors: Anchors) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = {}
    for criterion, names in criterion_facts(protocol).items():
        for name in names:
            found.setdefault(name, []).append(Link(criterion, anchors("criterion", criterion)))
    owners: list[tuple[str, Regimen | Arm]] = [("regimen", one) for one in protocol.schedule.regimens]
    owners += [("arm", one) for one in protocol.schedule.arms]
    for kind, one in owners:
        for name in treatment_facts(protocol, one):
            found.setdefault(name, []).append(Link(one.label or one.name, anchors(kind, one.name)))
    return {name: tuple(dict.fromkeys(links)) for name, links in found.items()}


def treatment_facts(protocol: Protocol, one: Regimen | Arm) -> tuple[str, ...]:
    """Names of the facts that the rules of a regimen or an arm look at."""
    return walk.facts_of(protocol, *_conditions(one.parts))


def _conditions(parts: tuple[Give | CycleBlock | Follow, ...]) -> list[walk.Node]:
    found: list[walk.Node] = []
    for part in parts:
        match part:
            case Give(steps=steps):
                found += [policy.condition for step in steps for policy in step.policies]
                found += [band.when for step in steps for band in step.dose.bands]
            case CycleBlock(gives=gives, until=until):
                found += _conditions(gives) + ([] if until is None else [until])
            case Follow():
                pass
    return found


def _fact(fact: Fact, prose: Prose, anchors: Anchors, used_by: tuple[Link, ...]) -> FactView:
    unit = "years" if fact.builtin and fact.name == "age" else fact_unit(fact)
    plausible = fact.plausible
    return FactView(
        name=fact.name,
        anchor=anchors("fact", fact.name),
        label=sentence(fact.label) or sentence(fact.name.replace("_", " ")),
        kind=_kind(fact),
        unit=unit,
        plausible="" if plausible is None else f"{exact_text(plausible.low)} to {exact_text(plausible.high)}",
        step=""
        if plausible is None or plausible.step is None
        else with_unit(exact_text(plausible.step), unit),
        details=tuple(_details(fact, unit, prose)),
        missing=_missing(fact),
        used_by=used_by,
    )


def _kind(fact: Fact) -> str:
    choices = series((choice_text(choice) for choice in fact.choices), "or")
    order = " (in this order)" if fact.ordered else ""
    match fact.kind:
        case "yes_no":
            return "yes or no"
        case "number":
            return "number"
        case "date":
            return "date"
        case "choice":
            return f"one of {choices}{order}"
        case "set":
            return f"any of {choices}"
        case "lab":
            return "laboratory value, dated"
        case "measure":
            return "measurement, dated"
        case "finding":
            return f"finding, dated: {choices}{order}"
        case "event":
            return "event, dated"
    assert_never(fact.kind)


def _details(fact: Fact, unit: str, prose: Prose) -> list[tuple[str, str]]:
    pairs = [
        ("Codes", series(_code(code) for code in fact.codes)),
        ("Attributes", series(_attribute(attribute) for attribute in fact.attributes)),
        ("Limits of normal", series(_normal(normal, unit, prose) for normal in fact.normals)),
        ("Also recorded in", series(_record_unit(one, unit) for one in _stated_units(fact))),
        ("Molar mass", "" if fact.molar_mass is None else f"{exact_text(fact.molar_mass)} g/mol"),
        ("A value is valid for", "" if fact.valid is None else length(fact.valid)),
        *(("Note", " ".join(note.split())) for note in fact.notes),
    ]
    return [(name, words) for name, words in pairs if words]


def _stated_units(fact: Fact) -> list[RecordUnit]:
    """The units that codes are stated with, other than the fact's own: many more are read, too many to list."""
    stated = {code.unit for code in fact.codes} - {fact.unit, fact.unit_text}
    return [one for one in fact.units if one.text in stated]


def _code(code: Code) -> str:
    unit = f" in {code.unit}" if code.unit else ""
    return f"{_SYSTEMS.get(code.system.lower(), code.system)} {code.code}{unit}"


def _attribute(attribute: Attribute) -> str:
    name = choice_text(attribute.name)
    match attribute.kind:
        case "number":
            return name if attribute.unit in {"", "1"} else f"{name} in {attribute.unit}"
        case "choice":
            return f"{name} ({series((choice_text(choice) for choice in attribute.choices), 'or')})"
        case "yes_no":
            return f"{name} (yes or no)"
    assert_never(attribute.kind)


def _normal(normal: Normal, unit: str, prose: Prose) -> str:
    low, high = normal.low, normal.high
    if low is not None and high is not None:
        words = f"{exact_text(low)} to {exact_text(high)}"
    elif high is not None:
        words = f"up to {exact_text(high)}"
    else:
        words = "none" if low is None else f"from {exact_text(low)}"
    when = "" if normal.when is None else f" when {prose.formula(normal.when)}"
    return f"{with_unit(words, unit)}{when}, where the record carries none"


def _record_unit(record: RecordUnit, unit: str) -> str:
    offset = "" if record.offset == 0 else f" + {exact_text(record.offset)}"
    return f"{record.text} (× {exact_text(record.scale)}{offset} = {unit or '1'})"


def _missing(fact: Fact) -> str:
    if fact.closed:
        return "No record means no"
    if fact.kind == "event":
        return "Unknown, unless the record says that there was none"
    return "Unknown"
