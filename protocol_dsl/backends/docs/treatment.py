"""Arms and regimens in words: what is given, how much, how, when, for how long and under which rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.doses import dose_words
from protocol_dsl.backends.docs.planned import planned_days, step_starts
from protocol_dsl.backends.docs.words import (
    Link,
    count,
    every,
    length,
    sentence,
    series,
    span_of_days,
    title_of,
)
from protocol_dsl.backends.prose import Prose, in_sentence
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import (
    Arm,
    CycleBlock,
    Follow,
    Give,
    Intervention,
    Limit,
    Policy,
    Regimen,
    Step,
    Timing,
    Tolerance,
    label_of,
)
from protocol_dsl.runtime.phrases import exact_text

_VERBS = {"give": "", "perform": "procedure", "provide": "care"}


@frozen
class StepView:
    """One step of a give in words; an empty string is something the protocol does not say."""

    dose: str
    timing: str
    bound: str
    window: str
    rules: tuple[str, ...]


@frozen
class GiveView:
    """One give; `marks` say what kind it is ("background", "permitted", "procedure", "care")."""

    label: str
    marks: tuple[str, ...]
    route: str
    steps: tuple[StepView, ...]
    purpose: str


@frozen
class BlockView:
    """Gives that stand together: `heading` is empty, or the words of a cycle block."""

    heading: str
    gives: tuple[GiveView, ...]


@frozen
class TreatmentView:
    """An arm or a regimen: what it follows and what it gives."""

    name: str
    anchor: str
    label: str
    role: str
    follows: tuple[tuple[str, Link], ...]
    blocks: tuple[BlockView, ...]
    quotes: tuple[str, ...]
    notes: tuple[str, ...]


class TreatmentWords:
    """Words for the treatment of one protocol."""

    def __init__(self, protocol: Protocol, prose: Prose, anchors: Anchors) -> None:
        self._prose = prose
        self._anchors = anchors
        self._schedule = protocol.schedule
        self._interventions: Mapping[str, Intervention] = {
            one.name: one for one in protocol.schedule.interventions
        }
        self._regimens = {one.name: one for one in protocol.schedule.regimens}

    def arms(self) -> tuple[TreatmentView, ...]:
        """Every arm."""
        return tuple(self._treatment("arm", arm, title_of(arm.role)) for arm in self._schedule.arms)

    def regimens(self) -> tuple[TreatmentView, ...]:
        """Every regimen."""
        return tuple(self._treatment("regimen", regimen, "") for regimen in self._schedule.regimens)

    def label(self, what: str) -> str:
        """The name of what is given, as its intervention is labelled."""
        known = self._interventions.get(what)
        if known is None or not known.label:
            return title_of(what)
        return label_of(known, self._interventions.values())

    def inside(self, what: str) -> str:
        """The name of what is given, inside a sentence."""
        return in_sentence(self.label(what))

    def regimen_label(self, name: str) -> str:
        """A regimen as a heading."""
        known = self._regimens.get(name)
        return known.label if known and known.label else title_of(name)

    def background(self, give: Give) -> bool:
        """Whether what is given is not under study."""
        known = self._interventions.get(give.what)
        return known is not None and known.background

    def give(self, give: Give) -> GiveView:
        """One give in words."""
        marks = (
            _VERBS[give.verb],
            "background" if self.background(give) else "",
            "permitted" if give.permitted else "",
        )
        route = f"by {give.route}" if give.route and not give.route.startswith("by ") else give.route or ""
        over = "" if give.infusion is None else f"over {length(give.infusion)}"
        return GiveView(
            label=self.label(give.what),
            marks=tuple(mark for mark in marks if mark),
            route=" ".join(filter(None, (route, over))),
            steps=tuple(
                self.step(step, give, start)
                for step, start in zip(give.steps, step_starts(give.steps), strict=True)
            ),
            purpose=give.purpose or "",
        )

    def step(self, step: Step, give: Give, start: int | None = 1) -> StepView:
        """One step of a give in words; `start` is the day it begins on, None when the protocol does not fix it."""
        shared = step.timing.kind == "unstated" and step.dose.per_day
        return StepView(
            dose=dose_words(step.dose, self._prose) or ("not stated" if give.verb == "give" else ""),
            timing="" if shared else self._timing(step.timing),
            bound=self.bound(step.limit) + _planned(step, give, start),
            window=tolerance(step.window) if step.window else "",
            rules=tuple(self.rule(policy) for policy in step.policies),
        )

    def rule(self, policy: Policy) -> str:
        """A rule of a give: what it does, and on which condition."""
        condition = self._prose.formula(policy.condition)
        link = "when" if policy.latched else "while"
        match policy.action:
            case "until":
                return f"until {condition}"
            case "stop":
                return f"stop when {condition}"
            case "delay":
                limit = f", for up to {length(policy.up_to)}" if policy.up_to else ""
                return f"delay {link} {condition}{limit}"
            case "skip":
                return f"skip the dose {link} {condition}"
            case "give_if":
                return f"only {link} {condition}"
            case "reduce":
                return f"reduce {_reduction(policy)} {link} {condition}"
        assert_never(policy.action)

    def _treatment(self, kind: str, one: Arm | Regimen, role: str) -> TreatmentView:
        follows = [part for part in one.parts if isinstance(part, Follow)]
        return TreatmentView(
            name=one.name,
            anchor=self._anchors(kind, one.name),
            label=one.label or title_of(one.name),
            role=role,
            follows=tuple(
                (_follow_words(part, first), self._followed(part)) for first, part in enumerate(follows)
            ),
            blocks=tuple(self._blocks(one.parts)),
            quotes=tuple(" ".join(cited.words.split()) for cited in one.citations),
            notes=one.notes,
        )

    def _followed(self, follow: Follow) -> Link:
        bound = series(f"{name.replace('_', ' ')} {value}" for name, value in follow.arguments)
        label = self.regimen_label(follow.regimen) + (f" (with {bound})" if bound else "")
        known = self._anchors.has("regimen", follow.regimen)
        return Link(label, self._anchors("regimen", follow.regimen) if known else "")

    def _blocks(self, parts: tuple[Give | CycleBlock | Follow, ...]) -> list[BlockView]:
        plain = tuple(self.give(part) for part in parts if isinstance(part, Give))
        blocks = [BlockView("", plain)] if plain else []
        return blocks + [self._cycle(part) for part in parts if isinstance(part, CycleBlock)]

    def _cycle(self, block: CycleBlock) -> BlockView:
        times = "" if block.count is None else f", {count(block.count, 'cycle')}"
        until = "" if block.until is None else f", until {self._prose.formula(block.until)}"
        heading = f"{title_of(block.name)}: cycles of {length(block.length)}{times}{until}"
        return BlockView(heading, tuple(self.give(one) for one in block.gives))

    def _timing(self, timing: Timing) -> str:
        of = self.label(timing.of) if timing.of else "dose"
        match timing.kind:
            case "unstated":
                return ""
            case "once":
                return "once"
            case "grid":
                return every(timing.interval, timing.per_interval) if timing.interval else ""
            case "rolling":
                return (
                    f"{every(timing.interval)}, counted from the last dose given" if timing.interval else ""
                )
            case "days":
                days = f"on {'day' if len(timing.days) == 1 else 'days'} {series(str(day) for day in timing.days)}"
                cycles = series(str(cycle) for cycle in timing.cycles)
                return f"{days} of cycle {cycles}" if cycles else days
            case "with":
                return f"with each {of}"
            case "after":
                return f"{length(timing.interval)} after each {of}" if timing.interval else f"after each {of}"
            case "unstated":
                return "when is not stated"
            case "continuous":
                return "continuously"
            case "prescribed":
                return "as prescribed"
            case "as_needed":
                return f"as needed: {timing.reason}" if timing.reason else "as needed"
        assert_never(timing.kind)

    def bound(self, limit: Limit) -> str:
        """How long a give goes on, as far as days and doses say it."""
        words = []
        if limit.duration is not None:
            words.append(f"for {length(limit.duration)}")
        if limit.doses is not None:
            words.append(f"for {count(limit.doses, 'dose')}")
        if limit.first_day is not None or limit.last_day is not None:
            words.append(f"from day {limit.first_day or 1} to day {limit.last_day}")
        if limit.until_event is not None:
            after = f"{length(limit.until_offset)} after " if limit.until_offset else ""
            words.append(f"until {after}{sentence_part(limit.until_event)}")
        return ", ".join(words)


def tolerance(window: Tolerance) -> str:
    """A window round a planned date: "±7 days", "1 day before to 2 days after"."""
    if window.before.unit == window.after.unit and window.before.count == -window.after.count:
        return f"±{length(window.after)}"
    return f"{length(window.before)} before to {length(window.after)} after"


def sentence_part(name: str) -> str:
    """A name of the file inside a sentence."""
    return name.replace("_", " ")


def _follow_words(follow: Follow, index: int) -> str:
    cell = f"In {sentence_part(follow.cell)}: " if follow.cell else ""
    return sentence(f"{cell}{'then' if follow.then and index else 'follows'}")


def _planned(step: Step, give: Give, start: int | None) -> str:
    """The planned days in brackets, where the words before do not name them and the protocol fixes them."""
    days = planned_days(step)
    if start is None or len(days) < 2 or step.timing.kind == "days":
        return ""
    total = step.limit.doses or len(days) * step.timing.per_interval
    times = count(total, "dose" if give.verb == "give" else "time")
    return f" ({times}, planned on days {span_of_days([start + day - 1 for day in days])})"


def _reduction(policy: Policy) -> str:
    if policy.by_level or policy.percent is None:
        return "by one level"
    return f"to {exact_text(policy.percent)} % of the starting dose"
