"""What an amendment changes of treatment and visits, in the authors' own words: what stood there and what does now.

Two lines that mean the same are the same, however they are written; sources and notes are no part of the treatment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

import attrs
from attrs import evolve

from protocol_dsl.ir.schedule import (
    Arm,
    Assessment,
    CycleBlock,
    Epoch,
    Follow,
    Give,
    Intervention,
    Randomization,
    Regimen,
    Schedule,
    Stratum,
)
from protocol_dsl.ir.show_features import duration_words, node_words
from protocol_dsl.vocabulary.calendar import Duration

_WORDING = {"text": "", "citations": (), "notes": ()}
Told = Mapping[str, tuple[object, str]]
"""By what it is, one thing without its wording, and its words."""


def treatment_changes(old: Schedule, new: Schedule) -> tuple[str, ...]:
    """One line for each thing that was added, removed or changed: `arm a, uc_msc: … -> …`."""
    before, after = (dict(_told(one)) for one in (old, new))
    return tuple(_changes(before, after))


def _changes(before: Told, after: Told) -> Iterator[str]:
    for what in dict.fromkeys((*before, *after)):
        if what not in before:
            yield f"{what}: added: {after[what][1]}"
        elif what not in after:
            yield f"{what}: removed: {before[what][1]}"
        elif before[what][0] != after[what][0]:
            yield f"{what}: {before[what][1]} -> {after[what][1]}"


def _told(schedule: Schedule) -> Iterator[tuple[str, tuple[object, str]]]:
    if schedule.day_one is not None:
        yield "day 1", (schedule.day_one, schedule.day_one)
    for given in schedule.interventions:
        yield f"intervention {given.name}", (_bare(given), _intervention(given))
    for kind, groups in (("regimen", schedule.regimens), ("arm", schedule.arms)):
        for group in cast("Iterable[Regimen | Arm]", groups):
            name = f"{kind} {group.name}"
            yield name, (_head(group), _label(group))
            yield from _parts(name, group.parts)
    for epoch in schedule.epochs:
        yield f"epoch {epoch.name}", (_bare(epoch), _epoch(epoch))
    for visit in schedule.visits:
        yield f"visit {visit.name}", (_bare(visit), visit.text or visit.label)
    yield from _assessments(schedule.assessments)
    for line in schedule.timelines:
        what = ", ".join(f"{name} at {', '.join(map(_span, times))}" for name, times in line.what)
        yield f"timeline {line.name}", (_bare(line), f"around each {line.around}: {what}")
    if schedule.randomization is not None:
        yield "randomization", (_bare(schedule.randomization), _randomization(schedule.randomization))
    for feature in schedule.features:
        yield f"what a rule asks, {feature.words}", (feature.node, node_words(feature.node))
    if schedule.escalation is not None:
        yield "escalation", (_bare(schedule.escalation), schedule.escalation.text)


def _parts(
    name: str, parts: Iterable[Give | CycleBlock | Follow]
) -> Iterator[tuple[str, tuple[object, str]]]:
    numbered = _numbered()
    for part in parts:
        match part:
            case Give():
                what = numbered(f"{name}, {part.what}")
                yield what, (evolve(_bare(part), slot=""), part.text)
            case Follow():
                then = "then " if part.then else ""
                told = "".join(f" with {one} {value}" for one, value in part.arguments)
                cell = f"in {part.cell} " if part.cell else ""
                words = f"{cell}{then}follow {part.regimen}{told}"
                yield numbered(f"{name}, {part.regimen}"), (_bare(part), words)
            case CycleBlock():
                yield numbered(f"{name}, {part.name}"), (evolve(_bare(part), gives=()), part.text)
                yield from _parts(f"{name}, {part.name}", part.gives)


def _assessments(assessments: Iterable[Assessment]) -> Iterator[tuple[str, tuple[object, str]]]:
    """By what is assessed, whatever else stands in the same line."""
    times: dict[str, list[str]] = {}
    for one in assessments:
        for what in one.what:
            times.setdefault(what, []).extend(one.at)
    for what, at in times.items():
        yield f"assessment {what}", (frozenset(at), f"at {', '.join(dict.fromkeys(at))}")


def _numbered() -> Callable[[str], str]:
    """A name as it is the first time, then with its number."""
    counts: dict[str, int] = {}

    def number(name: str) -> str:
        counts[name] = counts.get(name, 0) + 1
        return name if counts[name] == 1 else f"{name} ({counts[name]})"

    return number


def _bare(value: Any) -> Any:
    """Anything of a schedule without its wording."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, tuple):
        return tuple(_bare(one) for one in value)
    if not attrs.has(type(value)):
        return value
    changed = {
        one.name: _WORDING.get(one.name, _bare(getattr(value, one.name)))
        for one in attrs.fields(type(value))
        if one.eq and one.init
    }
    return evolve(value, **changed)


def _head(group: Regimen | Arm) -> object:
    return evolve(_bare(group), parts=())


def _label(group: Regimen | Arm) -> str:
    return (
        f"“{group.label}”, {group.role.replace('_', ' ')}" if isinstance(group, Arm) else f"“{group.label}”"
    )


def _intervention(given: Intervention) -> str:
    told = [f"“{given.label}”", given.kind.replace("_", " ")]
    told += ["background"] if given.background else []
    told += [f"half-life {_span(given.half_life)}"] if given.half_life else []
    told += [f"one of {', '.join(given.one_of)}"] if given.one_of else []
    return ", ".join(told)


def _epoch(epoch: Epoch) -> str:
    told = [f"“{epoch.label}”"]
    told += [f"from {epoch.start}"] if epoch.start else []
    told += [f"until {epoch.end}"] if epoch.end else []
    told += [f"for {_span(epoch.duration)}"] if epoch.duration else []
    return ", ".join(told)


def _randomization(one: Randomization) -> str:
    told = [f"to {', '.join(one.arms)}"]
    told += [f"in ratio {':'.join(map(str, one.ratio))}"] if one.ratio else []
    told += [f"in blocks of {', '.join(map(str, one.blocks))}"] if one.blocks else []
    told += [f"stratified by {' and by '.join(map(_stratum, one.strata))}"] if one.strata else []
    told += [one.method] if one.method else []
    return " ".join(told)


def _stratum(one: Stratum) -> str:
    return f"{one.by} cut at {', '.join(str(float(cut)) for cut in one.cuts)}" if one.cuts else one.by


def _span(duration: Duration) -> str:
    return duration_words(duration) + ("" if abs(duration.count) == 1 else "s")
