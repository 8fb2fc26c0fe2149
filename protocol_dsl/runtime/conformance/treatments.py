"""Administrations held against what the protocol called for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from protocol_dsl.runtime.conformance.amounts import Scales, is_rounded, is_sized, weigh_dose
from protocol_dsl.runtime.conformance.called import Called, CalledFor, Ending, called_for, study_day_of
from protocol_dsl.runtime.conformance.deviations import Deviation, DeviationKind
from protocol_dsl.runtime.conformance.happened import Event, Happened, Span, lines_of
from protocol_dsl.runtime.conformance.matching import Reach, matched, reaches
from protocol_dsl.runtime.schedule.course import Administration, Conditions, Course
from protocol_dsl.runtime.schedule.doses import Given
from protocol_dsl.runtime.schedule.program import Arm, Line, Program, Step
from protocol_dsl.runtime.schedule.ruling import Ruling, newly_latched, ruling
from protocol_dsl.runtime.schedule.telling import asked_words, ruled_dose

_GIVING = frozenset({"give", "reduce"})


class Terms(NamedTuple):
    """How strictly the plan is taken: days that are in time where the source states no window, and the share by which
    a dose may differ."""

    slack: int = 0
    dose_share: Fraction = Fraction(0)


STRICT = Terms()
"""As the protocol states it."""


class Treated(NamedTuple):
    """What came of the administrations of one patient: findings, the day on which each slot was given, the slots that
    were not, and how many were held against the plan."""

    findings: tuple[Deviation, ...]
    calls: CalledFor
    real: Mapping[str, int]
    lost: frozenset[str]
    held: int


class Treatments:
    """Holds the administrations of one patient, all dated to the day and given in `arm`, against it.
    `cutoff` is the first day on which nothing is missed yet."""

    def __init__(
        self,
        program: Program,
        arm: str,
        units: Scales,
        patient: Happened,
        conditions: Conditions,
        terms: Terms,
        on: int,
        cutoff: int,
    ) -> None:
        self._program, self._arm, self._units, self._terms = program, program.arm(arm), units, terms
        self._patient, self._conditions, self._on, self._cutoff = patient, conditions, on, cutoff
        self._fixed: dict[tuple[int, Ruling], Given] = {}

    def check(self, given: tuple[Event, ...]) -> Treated:
        """Raises ScheduleError where day 1 is not known."""
        doses = tuple(Administration(one.what, one.day, one.said) for one in given)
        course = Course(doses, self._patient.records, self._patient.anchors)
        calls = called_for(
            self._program, self._arm.name, course, self._conditions, self._on, self._terms.slack
        )
        found: list[Deviation] = []
        real: dict[str, int] = {}
        lost: set[str] = set()
        held = 0
        for what in dict.fromkeys(line.what for line in lines_of(self._arm)):
            events = [one for one in given if one.what == what]
            slots = [one for one in calls.called.get(what, ()) if one.state != "skipped"]
            held += sum(one.last < self._cutoff for one in slots if not one.line.permitted)
            pairs, extra = _paired(slots, events, calls.called.get(what, ()), calls.endings.get(what, ()))
            for slot, event in pairs:
                if event is None:
                    lost.add(slot.id)
                    found += self._not_given(slot, calls)
                else:
                    real[slot.id] = event.day
                    found += self._given(slot, event, calls)
            found += [one for event in extra for one in self._extra(what, event, events, calls)]
        return Treated(tuple(found), calls, real, frozenset(lost), held)

    def _not_given(self, slot: Called, calls: CalledFor) -> Iterator[Deviation]:
        if slot.line.permitted or slot.state == "open" or slot.last >= self._cutoff:
            return
        made = _finding(slot, calls)
        span = _covering(self._patient.spans, slot)
        if span is not None:
            yield made._replace(
                kind="undecided",
                actual=span.text,
                place=span.place,
                reason=f"given from {span.text}, and not recorded how often",
            )
        elif slot.state == "asked":
            yield made._replace(
                kind="undecided", reason=f"not given; {self._asked(slot, slot.ruling, slot.day)}"
            )
        else:
            yield made

    def _given(self, slot: Called, event: Event, calls: CalledFor) -> Iterator[Deviation]:
        made = _finding(slot, calls, event)
        ended = next(
            (one for one in calls.endings.get(slot.line.what, ()) if one.line.id == slot.line.id), None
        )
        if ended is not None and event.day >= ended.day:
            yield made._replace(kind="given-while-skipped", reason=_since(ended))
            return
        truths = self._conditions.truths(event.day, slot.start)
        found = ruling(slot.step, truths, slot.latched | newly_latched(slot.step, truths))
        if slot.spent:
            yield made._replace(
                kind="undecided",
                reason="the delay had reached its limit, and the protocol does not say what then",
            )
            return
        if found.kind not in _GIVING and found.kind != "ask":
            yield made._replace(
                kind="given-while-skipped", reason=f"{found.kind} by `{slot.step.rules[found.rule].text}`"
            )
            return
        if not slot.first <= event.day <= slot.last:
            yield made._replace(kind="early" if event.day < slot.first else "late")
        if found.kind == "ask":
            yield made._replace(kind="undecided", reason=f"given; {self._asked(slot, found, event.day)}")
            return
        yield from self._dose(slot, found, event, made, calls)

    def _dose(
        self, slot: Called, found: Ruling, event: Event, made: Deviation, calls: CalledFor
    ) -> Iterator[Deviation]:
        planned = self._planned(slot.step, found, event.day, calls)
        came = weigh_dose(event, planned, is_rounded(slot.step, found), self._units, self._terms.dose_share)
        if came.right:
            return
        reason = "; ".join(filter(None, (came.reason, planned.how)))
        kind: DeviationKind = "undecided" if came.right is None else "wrong-dose"
        yield made._replace(kind=kind, planned_dose=planned.text, reason=reason)

    def _planned(self, step: Step, found: Ruling, day: int, calls: CalledFor) -> Given:
        """The dose called for; one that hangs on nothing of the patient is worked out once."""
        key = id(step), found
        dose = self._fixed.get(key)
        if dose is None:
            dose = ruled_dose(step, found, self._patient.records, day, calls.points)
            if not is_sized(step):
                self._fixed[key] = dose
        return dose

    def _asked(self, slot: Called, found: Ruling | None, day: int) -> str:
        if found is None or not found.ask:
            return f"the protocol does not say what then: {slot.line.text}"
        needs = [words for one in found.ask for words in self._conditions.needs(one, day, slot.start)]
        wanted = ", ".join(dict.fromkeys(needs))
        return f"`{asked_words(slot.step, found)}` cannot be decided" + (f" ({wanted})" if wanted else "")

    def _extra(self, what: str, event: Event, events: list[Event], calls: CalledFor) -> Iterator[Deviation]:
        if what in calls.undated:
            return  # given as prescribed or as needed: no day is too many
        lines = [line for line in lines_of(self._arm) if line.what == what]
        made = _of_event(lines[0], event)
        ended = next((one for one in calls.endings.get(what, ()) if one.day <= event.day), None)
        if ended is not None:
            made = _as_planned(_of_event(ended.line, event), ended, event.day, calls)
            yield made._replace(kind="given-while-skipped", reason=_since(ended))
        elif any(event.repeats(one) for one in events):
            reason = "the same record stands twice, which may be one dose or two; a time of day would tell"
            yield made._replace(kind="undecided", reason=reason)
        elif what in calls.unbegun:
            yield made._replace(reason="it starts when what comes before it has ended")
        else:
            yield made._replace(reason="no planned dose is left for it")


def wrong_arm(program: Program, arm: Arm, event: Event) -> Deviation:
    """Something was given that only other arms give."""
    giving = [one for one in program.arms if any(line.what == event.what for line in lines_of(one))]
    line = next(line for one in giving for line in lines_of(one) if line.what == event.what)
    others = " and ".join(one.name for one in giving)
    reason = f"arm {arm.name} does not give it; {others} {'does' if len(giving) == 1 else 'do'}"
    return _of_event(line, event)._replace(kind="wrong-arm", reason=reason)


def _paired(
    slots: list[Called], events: list[Event], every: Iterable[Called], endings: Iterable[Ending]
) -> tuple[list[tuple[Called, Event | None]], list[Event]]:
    """Each slot with what counts for it, and the events left over."""
    if [slot.day for slot in slots] == [event.day for event in events]:
        return list(zip(slots, events, strict=True)), []  # nothing is nearer than each to its own day
    fences = [one.day for one in every if one.state == "skipped"] + [one.day for one in endings]
    reached = reaches([Reach(one.day, one.first, one.last) for one in slots], fences)
    chosen = matched(reached, [one.day for one in events])
    pairs = [(slot, None if at is None else events[at]) for slot, at in zip(slots, chosen, strict=True)]
    taken = {at for at in chosen if at is not None}
    return pairs, [event for at, event in enumerate(events) if at not in taken]


def _finding(slot: Called, calls: CalledFor, event: Event | None = None) -> Deviation:
    made = Deviation(
        "missed",
        "treatment",
        slot.line.what,
        slot.line.label,
        slot.id,
        study_day_of(calls.dosing, slot.day),
        slot.day,
        slot.first,
        slot.last,
        planned_dose=slot.step.dose.text,
        text=slot.line.text,
    )
    if event is None:
        return made
    return made._replace(
        actual=event.text, off=event.day - slot.day, given_dose=event.said, place=event.place
    )


def _of_event(line: Line, event: Event) -> Deviation:
    return Deviation(
        "extra",
        "treatment",
        line.what,
        line.label,
        line.id,
        actual=event.text,
        given_dose=event.said,
        text=line.text,
        place=event.place,
    )


def _as_planned(made: Deviation, ended: Ending, day: int, calls: CalledFor) -> Deviation:
    """With the occurrence that would have stood on a day, had no rule ended its line."""
    for line, clock, block in calls.dosing.lines():
        if line.id == ended.line.id:
            slot = calls.dosing.planned_on(line, clock, block, day)
            if slot:
                return made._replace(slot=slot, day=day, study_day=study_day_of(calls.dosing, day), off=0)
    return made


def _since(ended: Ending) -> str:
    return f"`{ended.text}`: so since {date.fromordinal(ended.day).isoformat()}"


def _covering(spans: tuple[Span, ...], slot: Called) -> Span | None:
    for one in spans:
        if one.what == slot.line.what and one.first <= slot.last and slot.first <= one.last:
            return one
    return None
