"""One patient held against the protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from protocol_dsl.runtime.conformance.amounts import Scales
from protocol_dsl.runtime.conformance.completions import certain
from protocol_dsl.runtime.conformance.deviations import KINDS, Conformance, Deviation, Subject
from protocol_dsl.runtime.conformance.happened import Event, Happened, lines_of
from protocol_dsl.runtime.conformance.treatments import STRICT, Terms, Treatments, wrong_arm
from protocol_dsl.runtime.conformance.visits import Attendance, Attended
from protocol_dsl.runtime.schedule.course import Conditions
from protocol_dsl.runtime.schedule.dosing import undated
from protocol_dsl.runtime.schedule.layout import names_of_day_one
from protocol_dsl.runtime.schedule.program import Arm, Program, ScheduleError, VisitRun
from protocol_dsl.runtime.schema import Problem


def check_patient(
    program: Program,
    units: Scales,
    patient: Happened,
    conditions: Conditions,
    on: int,
    terms: Terms = STRICT,
) -> Conformance:
    """What happened to a patient against the plan of the patient's arm, as at day `on`: what was still to come then is
    not missed. Raises ScheduleError for an arm there is not."""
    if not patient.arm:
        if not (patient.given or patient.visits):
            return Conformance(patient.id, "", "", None, (), problems=patient.problems)
        return _undecided(patient, "the arm is not known", "")
    arm = program.arm(patient.arm)
    try:
        return _Check(program, units, patient, conditions, terms, on).whole()
    except ScheduleError as error:
        unsure = [
            f"{name} is `{patient.unsure[name]}`"
            for name in names_of_day_one(program)
            if name in patient.unsure
        ]
        reason = f"day 1 is not known to the day: {unsure[0]}" if unsure else error.reason
        return _undecided(patient, reason, arm.label)


def _undecided(patient: Happened, reason: str, label: str) -> Conformance:
    finding = Deviation("undecided", "treatment", "", "the whole course", reason=reason)
    return Conformance(patient.id, patient.arm, label, None, (finding,), problems=patient.problems)


class _Check:
    def __init__(
        self,
        program: Program,
        units: Scales,
        patient: Happened,
        conditions: Conditions,
        terms: Terms,
        on: int,
    ) -> None:
        self._program, self._units, self._patient, self._conditions = program, units, patient, conditions
        self._terms, self._on = terms, on
        self._cutoff = on if patient.ended is None else min(on, patient.ended)
        self._held: dict[Subject, int] = {}
        self._day_one: int | None = None

    def whole(self) -> Conformance:
        patient, arm = self._patient, self._program.arm(self._patient.arm)
        given = patient.given or ()
        own, told = {line.what for line in lines_of(arm)}, _told_of(self._program, arm)
        # The day of what nothing hangs on, often known in part alone, leaves the rest as certain as it is.
        found = certain(tuple(one for one in given if one.what in told), self._once, self._unsure)
        found += [wrong_arm(self._program, arm, one) for one in given if one.what not in own]
        found += self._treated_as()
        held = tuple((name, count) for name, count in self._held.items())
        return Conformance(
            patient.id,
            arm.name,
            arm.label,
            self._day_one,
            tuple(sorted(found, key=_order)),
            held,
            tuple(self._unlooked()),
            arm.sources,
            (*patient.problems, *self._units_unknown()),
        )

    def _once(self, given: tuple[Event, ...]) -> tuple[Deviation, ...]:
        """The findings for administrations that are dated to the day."""
        course = Treatments(
            self._program,
            self._patient.arm,
            self._units,
            self._patient,
            self._conditions,
            self._terms,
            self._on,
            self._cutoff,
        ).check(given)
        attended = Attended((), 0, 0)
        if self._patient.visits is not None or self._patient.assessed:
            attended = Attendance(self._patient, course, self._terms.slack, self._cutoff).check()
        looked = self._patient.given is not None
        self._day_one = course.calls.dosing.day_one
        self._held = {"visit": attended.visits, "assessment": attended.assessments}
        if looked:
            self._held = {"treatment": course.held, **self._held}
        return (*(course.findings if looked else ()), *attended.findings)

    def _unsure(self, event: Event) -> Deviation:
        lines = (line for arm in self._program.arms for line in lines_of(arm))
        label = next((line.label for line in lines if line.what == event.what), event.what)
        return Deviation(
            "undecided", "treatment", event.what, label, actual=event.text, given_dose=event.said,
            reason="the day is not known, and what it counts for hangs on it", place=event.place,
        )  # fmt: skip

    def _treated_as(self) -> Iterator[Deviation]:
        treated = self._patient.treated
        if treated and treated != self._patient.arm:
            label = self._program.arm(treated).label
            reason = f"recorded as treated in {treated}, planned for {self._patient.arm}"
            yield Deviation("wrong-arm", "treatment", "", label, reason=reason)

    def _unlooked(self) -> Iterator[Subject]:
        if self._patient.given is None:
            yield "treatment"
        if self._patient.visits is None and self._program.visits:
            yield "visit"
        named = {name for one in self._program.assessments for name, _ in one.what}
        named |= {name for one in self._program.timelines for name, _, _ in one.what}
        if named - self._patient.assessed.keys():
            yield "assessment"

    def _units_unknown(self) -> Iterator[Problem]:
        """Units of doses that the protocol's units do not convert from."""
        wanted: dict[str, set[str]] = {}
        for line in lines_of(self._program.arm(self._patient.arm)):
            for step in line.steps:
                bands = (band.amount for band in step.dose.bands)
                for amount in (step.dose.amount, *step.dose.levels, *bands):
                    if amount is not None and amount.basis != "total":
                        unit = "mg" if amount.basis == "AUC" else amount.unit
                        wanted.setdefault(line.what, set()).add(unit)
        for unit, what in dict.fromkeys(
            (one.unit, one.what) for one in self._patient.given or () if one.unit
        ):
            into = sorted(wanted.get(what, ()))
            if into and all(self._units.find(unit, one) is None for one in into):
                known = ", ".join(f"`{one}`" for one in into)
                yield Problem(
                    "administrations.unit", unit, f"it does not convert to {known}", f"record it in {known}"
                )


def _told_of(program: Program, arm: Arm) -> frozenset[str]:
    """The treatments of an arm that have days of their own, or that something hangs on."""
    lines = list(lines_of(arm))
    words = [program.day_one, *(visit.at.of for visit in program.visits if visit.at is not None)]
    words += [
        words for run in (run for visit in program.visits for run in visit.runs) for words in _ends(run)
    ]
    words += [place for one in program.assessments for place in one.at]
    words += [timeline.around for timeline in program.timelines]
    words += [said for line in lines for step in line.steps for said in (step.timing.of, step.limit.event)]
    named = {word for said in words for word in said.split()}
    return frozenset(line.what for line in lines if not undated(line) or line.what in named)


def _ends(run: VisitRun) -> list[str]:
    return [point.of for point in (run.first, run.last) if point is not None]


def _order(one: Deviation) -> tuple[str, str, str, int]:
    day = one.actual if one.day is None else date.fromordinal(one.day).isoformat()
    return day, one.slot, one.actual, KINDS.index(one.kind)
