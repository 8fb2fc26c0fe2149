"""What a compiled protocol is made of, counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from attrs import frozen

from protocol_dsl.ir.deciding import Decider, decider, together
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    FeatureNode,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Window,
)
from protocol_dsl.ir.formulas import Any, AtLeast, Known, NamedTruth, OneOf
from protocol_dsl.ir.numbers import Arithmetic, Choose, Named, Value
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give, Regimen, Step
from protocol_dsl.ir.walk import Node, all_features_of, facts_of, preorder

SCREENING = NamedAnchor("screening")
_WORDS = {
    "unless": "unless",
    "except": "exception",
    "waive": "waived by a person",
    "half_lives": "half-lives",
    r"relative change": "relative change",
}
"""What is the same formula as another way to say it, told by the line's own words."""


@frozen
class Census:
    """Counts of one protocol. `decided` has the ids of criteria by who decides them, `asked` the number of questions by
    reason ("" where none is given), `unexplained` the criteria that a person alone decides without a reason given,
    `lines` the number of lines by criterion, `items` how many sentences of the source became what (a person decides
    one that is only `asked`; one `noted` is no criterion), `constructs` what makes use of each: the ids of criteria,
    the names of arms and regimens, once for every use."""

    id: str
    title: str
    decided: Mapping[Decider, tuple[str, ...]]
    asked: Mapping[str, int]
    unexplained: tuple[str, ...]
    lines: Mapping[str, int]
    items: Mapping[str, int]
    facts: tuple[str, ...]
    constructs: Mapping[str, tuple[str, ...]]
    arms: int
    visits: int
    examples: int

    @property
    def computed(self) -> int:
        """How many criteria rest on records, wholly or in part."""
        return len(self.decided["computed"]) + len(self.decided["both"])

    @property
    def criteria(self) -> int:
        """How many criteria there are, in all stages."""
        return len(self.lines)


def census(protocol: Protocol) -> Census:
    """The counts of a compiled protocol."""
    criteria = [criterion for stage in protocol.stages for criterion in stage.criteria]
    by: dict[Decider, list[str]] = {name: [] for name in get_args(Decider)}
    for criterion in criteria:
        by[decider(protocol, criterion)].append(criterion.id)
    silent = {question.id.rpartition(".")[0] for question in protocol.questions if not question.because}
    formulas = [line.passes for criterion in criteria for line in criterion.lines]
    used: dict[str, list[str]] = {}
    for name, place in _uses(protocol):
        used.setdefault(name, []).append(place)
    return Census(
        protocol.header.id,
        protocol.header.title,
        {name: tuple(ids) for name, ids in by.items()},
        Counter(question.because or "" for question in protocol.questions),
        tuple(name for name in by["asked"] if name in silent),
        {criterion.id: len(criterion.lines) for criterion in criteria},
        _items(protocol),
        facts_of(protocol, *formulas),
        {name: tuple(used[name]) for name in sorted(used)},
        len(protocol.schedule.arms),
        len(protocol.schedule.visits),
        len(protocol.examples),
    )


def _items(protocol: Protocol) -> dict[str, int]:
    """Sentences told apart by their place or their words; what several criteria say of one counts once."""
    fates: dict[str, set[str]] = {}
    for criterion in (criterion for stage in protocol.stages for criterion in stage.criteria):
        for one in criterion.citations:
            fates.setdefault(one.words, set()).add(decider(protocol, criterion))
    for sentence in protocol.out_of_scope:
        for words in [one.words for one in sentence.citations] or [sentence.text]:
            fates.setdefault(words, set()).add("noted")
    return dict(Counter(together(found) or "noted" for found in fates.values()))


def _uses(protocol: Protocol) -> Iterator[tuple[str, str]]:
    for criterion in (criterion for stage in protocol.stages for criterion in stage.criteria):
        yield from ((name, criterion.id) for name in sorted(set(_in_criterion(protocol, criterion))))
    for owner, give in _gives(protocol):
        yield from ((name, owner) for name in sorted(set(_in_give(give))))
    for name, number in _in_schedule(protocol).items():
        yield from ((name, "") for _ in range(number))


def _in_criterion(protocol: Protocol, criterion: Criterion) -> Iterator[str]:
    nodes = {feature.id: feature.node for feature in protocol.features}
    for line in criterion.lines:
        yield from (name for word, name in _WORDS.items() if re.search(rf"\b{word}\b", line.text))
        for part in preorder(line.passes):
            yield from _in_node(part)
        for name in all_features_of(protocol, line.passes):
            yield from _in_feature(nodes[name])


def _in_node(part: Node) -> Iterator[str]:
    match part:
        case Any():
            yield "any of several"
        case AtLeast():
            yield "k of n"
        case Known():
            yield "known, absence of a record decides"
        case Choose():
            yield "limit that depends on the patient"
        case OneOf(subject="cohort"):
            yield "cohort"
        case Arithmetic(operator="/", left=Value(), right=Value()):
            yield "ratio of two values"
        case NamedTruth() | Named():
            yield "score or definition of a library" if "." in part.definition else "definition"
        case _:
            pass


def _in_feature(node: FeatureNode) -> Iterator[str]:
    match node:
        case Age():
            yield "age" if node.anchor == SCREENING else "age at another moment"
        case Answer():
            yield "question"
        case SampleValue(part="upper" | "lower"):
            yield "multiple of a limit of normal"
        case SampleChange():
            yield "change over time"
        case SampleMean() | Consecutive():
            yield "repeated measurement"
        case SampleCount() | OccursCount():
            yield "count in a window"
        case Held():
            yield "state held for a time"
        case Unchanged():
            yield "unchanged for a time"
        case Occurs() if node.where is not None:
            yield "event filtered by its attributes"
        case _:
            pass
    window = getattr(node, "window", None)
    if isinstance(window, Window):
        yield from _in_window(window)


def _in_window(window: Window) -> Iterator[str]:
    if isinstance(window.anchor, OccurrenceAnchor):
        yield "window from another event"
    elif window.anchor != SCREENING:
        yield "window from an anchor"
    elif window.start is not None and window.start.offsets:
        yield "window before screening"
    if any(edge is not None and len(edge.offsets) > 1 for edge in (window.start, window.end)):
        yield "longer or shorter of two times"


def _gives(protocol: Protocol) -> Iterator[tuple[str, Give]]:
    owners: tuple[Arm | Regimen, ...] = (*protocol.schedule.arms, *protocol.schedule.regimens)
    for owner, part in ((each.name, part) for each in owners for part in each.parts):
        match part:
            case CycleBlock():
                yield from ((owner, give) for give in part.gives)
            case Give():
                yield owner, part
            case Follow():
                pass


def _in_give(give: Give) -> Iterator[str]:
    if len(give.steps) > 1:
        yield "dose in steps"
    for step in give.steps:
        yield from _in_step(step)


def _in_step(step: Step) -> Iterator[str]:
    amounts = [step.dose.amount, *(band.amount for band in step.dose.bands)]
    yield from (f"dose per {one.basis}" for one in amounts if one is not None and one.basis is not None)
    if step.dose.bands:
        yield "dose by bands"
    if step.dose.cap is not None:
        yield "dose cap"
    if step.window is not None:
        yield "window of administration"
    if step.timing.kind in {"rolling", "with", "after"}:
        yield "given relative to another dose"
    yield from (f"rule: {policy.action.replace('_', ' ')}" for policy in step.policies)


def _in_schedule(protocol: Protocol) -> dict[str, int]:
    schedule = protocol.schedule
    owners: tuple[Arm | Regimen, ...] = (*schedule.arms, *schedule.regimens)
    parts = [part for owner in owners for part in owner.parts]
    follows = [part for part in parts if isinstance(part, Follow)]
    counted = {
        "cycles": sum(isinstance(part, CycleBlock) for part in parts),
        "regimens one after another": sum(follow.then for follow in follows),
        "crossover cell": sum(follow.cell is not None for follow in follows),
        "epoch": len(schedule.epochs),
        "run of visits": sum(bool(visit.runs) for visit in schedule.visits),
        "timeline around a dose": len(schedule.timelines),
        "stratum": len(schedule.randomization.strata) if schedule.randomization else 0,
        "dose escalation": int(schedule.escalation is not None),
        "one of several interventions": sum(bool(one.one_of) for one in schedule.interventions),
        "sentence out of scope": len(protocol.out_of_scope),
    }
    return {name: number for name, number in counted.items() if number}
