"""Arms and regimens: something is done, with a dose, on days there are, and after randomization."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.errors.schedule import (
    ArmWithoutTreatment,
    DayOutsideCycle,
    DoseBeforeRandomization,
    DoseNotStated,
    MissingArgument,
    RegimenFollowsItself,
    TimingNotStated,
)
from protocol_dsl.semantics.rules.clock import first_day
from protocol_dsl.semantics.rules.subject import Subject, inside
from protocol_dsl.semantics.rules.terms import MEASURED_KINDS
from protocol_dsl.syntax.nodes import criteria, facts, schedule, time, visits, words

_DONE = schedule.Give | schedule.Cycles | schedule.Follow | schedule.CellFollow
_UNMEASURED = schedule.AsPrescribed | schedule.AsNeeded | schedule.Levels
_TIMED = schedule.Timing | schedule.Policy
_DAYS_IN = {"day": 1, "week": 7}


def empty_arms(subject: Subject) -> Iterator[Diagnostic]:
    """An arm in which nothing is done has an empty calendar."""
    for arm in subject.all(schedule.Arm):
        if not any(isinstance(part, _DONE) for part in arm.parts) and subject.sound(arm.span):
            yield ArmWithoutTreatment(arm.name.span, arm.name.text)


def doses_stated(subject: Subject) -> Iterator[Diagnostic]:
    """A drug under study has a dose, or a note that says the source states none."""
    owners: tuple[schedule.Regimen | schedule.Arm, ...] = (
        *subject.all(schedule.Regimen),
        *subject.all(schedule.Arm),
    )
    for owner in owners:
        yield from _undosed(owner.parts, subject)


def timing_stated(subject: Subject) -> Iterator[Diagnostic]:
    """What is given has a time, if only that it is for the physician to say."""
    for node in subject.all(schedule.Give):
        step = node.steps[0]
        timed = any(isinstance(clause, _TIMED) for clause in step.clauses)
        spread = any(case.amount.per_day for case in step.dose)
        if node.verb == "give" and not (timed or spread or node.permitted) and subject.sound(node.span):
            yield TimingNotStated(node.what.span, node.what.text)


def _undosed(parts: tuple[schedule.Part, ...], subject: Subject) -> Iterator[Diagnostic]:
    if _speaks_of_dose(part for part in parts if isinstance(part, facts.Note)):
        return
    for part in parts:
        if isinstance(part, schedule.Cycles):
            yield from _undosed(part.parts, subject)
        elif isinstance(part, schedule.Give) and _needs_dose(part, subject) and subject.sound(part.span):
            for step in part.steps:
                if not step.dose and not any(isinstance(clause, _UNMEASURED) for clause in step.clauses):
                    span = part.what.span if step is part.steps[0] else step.span
                    yield DoseNotStated(span, part.what.text)
                    break


def _needs_dose(give: schedule.Give, subject: Subject) -> bool:
    if give.verb != "give" or give.permitted:
        return False
    drug = subject.scope.interventions.get(give.what.text)
    if drug is None or drug.background or _speaks_of_dose(drug.notes):
        return False
    return drug.kind is None or drug.kind.text in MEASURED_KINDS


def _speaks_of_dose(notes: Iterable[facts.Note]) -> bool:
    """Whether a note says something of the dose: the acknowledgement that there is none."""
    return any("dose" in note.text.text.casefold() for note in notes)


def circles(subject: Subject) -> Iterator[Diagnostic]:
    """A regimen that follows itself would never end."""
    steps = {node.name.text: _targets(node) for node in subject.all(schedule.Regimen)}
    done: set[str] = set()
    for start in steps:
        yield from _circles_from(start, steps, done)


def _targets(node: schedule.Regimen) -> tuple[words.Name, ...]:
    found = (part for part in inside(node.parts) if isinstance(part, schedule.FollowTarget))
    return tuple(target.regimen for target in found)


def _circles_from(
    start: str, steps: dict[str, tuple[words.Name, ...]], done: set[str]
) -> Iterator[Diagnostic]:
    """Depth first; `path` is the way from `start`, each with the steps still to try."""
    path = [(start, iter(steps[start]))] if start not in done else []
    done.add(start)
    while path:
        step = next(path[-1][1], None)
        if step is None:
            path.pop()
            continue
        names = [name for name, _ in path]
        if step.text in names:
            circle = [*names[names.index(step.text) :], step.text]
            yield RegimenFollowsItself(step.span, step.text, " → ".join(f"`{name}`" for name in circle))
        elif step.text in steps and step.text not in done:
            done.add(step.text)
            path.append((step.text, iter(steps[step.text])))


def arguments(subject: Subject) -> Iterator[Diagnostic]:
    """A regimen is followed with a value for each of its parameters."""
    for target in subject.all(schedule.FollowTarget):
        declared = subject.scope.regimens.get(target.regimen.text)
        given = {name.text for name, _ in target.arguments}
        for parameter in declared.parameters if declared else ():
            if parameter.text not in given:
                yield MissingArgument(target.regimen.span, target.regimen.text, parameter.text)


def days_in_cycles(subject: Subject) -> Iterator[Diagnostic]:
    """Days lie within the cycle's length, cycle numbers within their number."""
    first = first_day(subject)
    for cycles in subject.all(schedule.Cycles):
        length = _whole_days(cycles.length)
        for on in (node for node in inside(cycles.parts) if isinstance(node, schedule.OnDays)):
            for day in on.days:
                late = length is not None and day.value > length - 1 + first
                if late or (day.value < first and day.value != 0):
                    extent = f"last {length} days each" if length else "begin with day 1"
                    yield DayOutsideCycle(day.span, "day", day.text, cycles.name.text, extent)
            for number in on.cycles:
                if cycles.number is not None and number.value > cycles.number.value:
                    extent = f"end after {cycles.number.text}"
                    yield DayOutsideCycle(number.span, "cycle", number.text, cycles.name.text, extent)


def _whole_days(length: time.Duration) -> int | None:
    if isinstance(length, time.PlainDuration) and length.unit in _DAYS_IN:
        return int(length.number.value * _DAYS_IN[length.unit])
    return None


def before_randomization(subject: Subject) -> Iterator[Diagnostic]:
    """What an arm gives before randomization, when day 1 is randomization, is given before there is an arm."""
    day_one = next(iter(subject.all(schedule.DayOne)), None)
    if day_one is None or day_one.anchor.name.text != "randomization" or not _randomizes(subject):
        return
    arms = subject.all(schedule.Arm)
    shared = set.intersection(*(_followed(arm) for arm in arms)) if len(arms) > 1 else set()
    regimens = sorted(set().union(*(_followed(arm) for arm in arms)) - shared)
    known = [subject.scope.regimens[name] for name in regimens if name in subject.scope.regimens]
    owners: tuple[schedule.Regimen | schedule.Arm, ...] = (*arms, *known)
    for owner in owners:
        for give in (part for part in owner.parts if isinstance(part, schedule.Give)):
            yield from _too_early(give, subject)


def _randomizes(subject: Subject) -> bool:
    header = subject.all(criteria.HeaderWord)
    said = any(each.key.text == "allocation" and each.word.text == "randomized" for each in header)
    return said or bool(subject.all(visits.Randomize))


def _followed(arm: schedule.Arm) -> set[str]:
    """Regimens that begin when the arm does: the first of each `follow`."""
    return {part.targets[0].regimen.text for part in arm.parts if isinstance(part, schedule.Follow)}


def _too_early(give: schedule.Give, subject: Subject) -> Iterator[Diagnostic]:
    drug = subject.scope.interventions.get(give.what.text)
    if give.permitted or (drug is not None and drug.background):
        return
    for on in (node for node in inside(give.steps) if isinstance(node, schedule.OnDays)):
        for day in on.days:
            if day.value < 0:
                yield DoseBeforeRandomization(day.span, give.what.text, day.text, str(first_day(subject)))


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    empty_arms,
    doses_stated,
    timing_stated,
    circles,
    arguments,
    days_in_cycles,
    before_randomization,
)
