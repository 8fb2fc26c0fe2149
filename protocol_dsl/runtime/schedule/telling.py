"""Actions in words, from how the occurrences of a line stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Conditions, body_of
from protocol_dsl.runtime.schedule.doses import Given, dose_of
from protocol_dsl.runtime.schedule.machine import SPENT, Machine, Standing
from protocol_dsl.runtime.schedule.program import Line, Step
from protocol_dsl.runtime.schedule.ruling import Ruling
from protocol_dsl.runtime.schedule.runner import Runner

_DECISION = "the investigator's decision"


class ActionWords:
    """Tells the actions of one day. `points` are days at which values for doses are taken, by name."""

    def __init__(self, records: Records, conditions: Conditions, points: Mapping[str, int], on: int) -> None:
        self._records, self._conditions, self._points, self._on = records, conditions, points, on

    def of(self, lines: tuple[Line, ...], machine: Machine | None) -> Iterator[Action]:
        """One action for each line of a machine."""
        for line in lines:
            if machine is None:
                yield _action("wait", line, reason="starts when what comes before it has ended")
        for runner in machine.runners if machine is not None else ():
            if machine is not None:
                yield self._line(runner, machine)._replace(permitted=runner.line.permitted)

    def _line(self, runner: Runner, machine: Machine) -> Action:
        standing = machine.standing.get(runner.line.id)
        today = machine.today.get(runner.line.id)
        if standing is not None and standing.ruling is not None:
            return self._due(runner.line, standing, standing.ruling, machine)
        if today is not None and today.ruling is not None and today.ruling.kind in {"skip", "delay"}:
            return self._put_off(runner, today, today.ruling, machine)
        if runner.next is None:
            return self._over(runner, machine)
        planned = runner.next.due.day + machine.shift
        return _action("wait", runner.line, f"{runner.line.id}/{runner.next.number}", planned)._replace(
            until=planned
        )

    def _due(self, line: Line, standing: Standing, found: Ruling, machine: Machine) -> Action:
        slot, step = f"{line.id}/{standing.next.number}", standing.next.step
        made = _action("ask", line, slot, standing.planned, reason=line.text)
        last = None if found is SPENT or step.timing.kind == "rolling" else standing.last
        if found is SPENT:
            words = "; ".join(rule.text for rule in step.rules if rule.action == "delay")
            reason = f"the delay has reached its limit, and the protocol does not say what then: {words}"
            return made._replace(reason=reason, ask=(_DECISION,))
        if found.kind == "ask" and not found.ask:
            return made._replace(
                reason=f"no dose is stated for this patient: {step.dose.text}", ask=(_DECISION,)
            )
        if found.kind == "ask":
            needs = [
                words for one in found.ask for words in self._conditions.needs(one, self._on, machine.start)
            ]
            return made._replace(reason=asked_words(step, found), ask=tuple(dict.fromkeys(needs)))
        dose = ruled_dose(step, found, self._records, self._on, self._points)
        if dose.missing:
            return made._replace(
                dose=step.dose.text, ask=dose.missing, reason="the dose cannot be worked out without it"
            )
        reason = line.text if found.kind == "give" else step.rules[found.rule].text
        kind = found.kind if found.kind in {"give", "reduce"} else "give"
        return made._replace(kind=kind, dose=dose.text, dose_note=dose.how, reason=reason, last=last)

    def _put_off(self, runner: Runner, today: Standing, found: Ruling, machine: Machine) -> Action:
        """Skipped today, or delayed to be asked again tomorrow."""
        line, slot = runner.line, f"{runner.line.id}/{today.next.number}"
        coming = None if runner.next is None else runner.next.due.day + machine.shift
        reason = (
            today.next.step.rules[found.rule].text
            if found.rule >= 0
            else "held with what is delayed beside it"
        )
        made = _action("skip" if found.kind == "skip" else "delay", line, slot, today.planned, reason=reason)
        return made._replace(until=coming)

    def _over(self, runner: Runner, machine: Machine) -> Action:
        line = runner.line
        found, day = machine.last_rulings.get(line.id, (None, 0))
        if found is not None and runner.ended is not None and found.kind in {"stop", "until"}:
            words = machine.words.get(line.id, "")
            reason = f"{words}: so since {date.fromordinal(day).isoformat()}"
            return _action("stop" if found.kind == "stop" else "done", line, reason=reason)
        if runner.base_end is None and runner.ended is None:
            return _action("wait", line, reason="goes with a dose that is not planned yet")
        return _action("done", line, reason="all that is planned has passed")


def ruled_dose(step: Step, found: Ruling, records: Records, on: int, points: Mapping[str, int]) -> Given:
    """The dose that a ruling of day `on` comes to; `points` as in `ActionWords`."""
    dose = step.dose
    amount = dose.bands[found.band].amount if found.band >= 0 else dose.amount
    if dose.levels:
        lowest = len(dose.levels) - 1
        amount = dose.levels[min(found.lower, lowest)] if found.lower or amount is None else amount
    elif found.lower:
        return Given(text=f"one level below {dose.text or 'the dose'}; the protocol states no levels")
    body = {} if amount is None else body_of(amount, records, on, points)
    return dose_of(dose, amount, body, found.factor)


def asked_words(step: Step, found: Ruling) -> str:
    """The rules that wait for what is asked."""
    words = [rule.text for rule in step.rules if rule.when in found.ask]
    if any(band.when in found.ask for band in step.dose.bands):
        words.append(step.dose.text)
    return "; ".join(words)


def _action(kind: str, line: Line, slot: str = "", day: int | None = None, reason: str = "") -> Action:
    return Action(kind, line.id, line.what, line.label, slot, day, reason=reason)  # type: ignore[arg-type]
