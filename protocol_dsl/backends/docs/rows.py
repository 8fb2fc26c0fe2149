"""What a timeline shows, before it is drawn: one row for each give of an arm, and one for the visits."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, frozen

from protocol_dsl.backends.docs.planned import (
    cycle_days,
    fixed_days,
    planned_days,
    step_starts,
    window_days,
)
from protocol_dsl.backends.docs.treatment import TreatmentWords
from protocol_dsl.backends.docs.visits import visit_days, visit_windows
from protocol_dsl.backends.docs.words import count, length, series, span_of_days, title_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give, Regimen, Step

Parts = Iterable[Give | CycleBlock | Follow]


@frozen
class Row:
    """What is shown of one give. Days are those of the arm's treatment, its first being day 1.

    `marks` are planned days, `bars` runs of days (`None`: no planned end), `loose` says that the protocol fixes no
    day (as prescribed, as needed, tied to another dose), `beside` that it is care or background, not under study;
    `visits` marks the row of the visits. `windows` are the runs of days that tolerances leave open; `asks` says that
    rules are asked before each dose, `ends` that one of them can end it, `holds` that one can withhold it.
    """

    label: str
    beside: bool
    words: str
    marks: tuple[int, ...] = ()
    bars: tuple[tuple[int, int | None], ...] = ()
    loose: bool = False
    visits: bool = False
    windows: tuple[tuple[int, int], ...] = ()
    asks: bool = False
    ends: bool = False
    holds: bool = False

    @property
    def planned(self) -> str:
        """The days for a table: "1, 8, 15, …, 50", "from day 1, no planned end", or that none is fixed."""
        if self.marks:
            return f"{'day' if len(self.marks) == 1 else 'days'} {span_of_days(self.marks, 8)}"
        runs = [
            f"days {first} to {last}" if last else f"from day {first}, no planned end"
            for first, last in self.bars
        ]
        return "; then ".join(runs) or "no day fixed"


@frozen
class Placed:
    """A give as an arm comes by it: inside a block of cycles, or after another regimen (its name)."""

    give: Give
    cycles: CycleBlock | None = None
    after: str = ""


def arm_gives(
    parts: Parts, regimens: dict[str, Regimen], seen: frozenset[str] = frozenset(), after: str = ""
) -> list[Placed]:
    """Every give of an arm, through the regimens it follows."""
    found: list[Placed] = []
    before = ""
    for part in parts:
        match part:
            case Give():
                found.append(Placed(part, None, after))
            case CycleBlock(gives=gives):
                found += [Placed(give, part, after) for give in gives]
            case Follow(name, then) if name in regimens and name not in seen:
                wait = before if then and before else after
                found += arm_gives(regimens[name].parts, regimens, seen | {name}, wait)
                before = regimens[name].label or title_of(name)
    return found


def arm_rows(arm: Arm, regimens: dict[str, Regimen], words: TreatmentWords) -> tuple[Row, ...]:
    """The rows of an arm, what is under study first."""
    rows = (_row(placed, words) for placed in arm_gives(arm.parts, regimens))
    return tuple(sorted(rows, key=lambda row: row.beside))  # stable: otherwise in the protocol's order


def visit_rows(protocol: Protocol) -> tuple[Row, ...]:
    """The row of the visits that stand on the study's own days; months and visits tied to events have none."""
    days = visit_days(protocol)
    names = series(visit.label or title_of(visit.name) for visit in protocol.schedule.visits)
    return (Row("Visits", True, names, days, visits=True, windows=visit_windows(protocol)),) if days else ()


def _row(placed: Placed, words: TreatmentWords) -> Row:
    give, cycles = placed.give, placed.cycles
    said = "; then ".join(step_words(step, give, words) for step in give.steps)
    where = [_cycles_words(cycles)] if cycles else []
    where += [f"after {placed.after}"] if placed.after else []
    permitted = "permitted, " if give.permitted else ""
    beside = words.background(give) or give.verb == "provide"
    actions = {policy.action for step in give.steps for policy in step.policies}
    ends = bool(actions & {"until", "stop"}) or (cycles is not None and cycles.until is not None)
    row = Row(
        words.label(give.what), beside, permitted + ", ".join([said, *where]),
        asks=ends or bool(actions), ends=ends, holds=bool(actions & {"give_if", "skip", "delay"}),
    )  # fmt: skip
    if placed.after:
        return evolve(row, loose=True)
    marks, bars = _in_cycles(give, cycles) if cycles else _on_days(give)
    windows = window_days(marks, {step.window for step in give.steps})
    return evolve(row, marks=tuple(marks), bars=tuple(bars), loose=not marks and not bars, windows=windows)


def step_words(step: Step, give: Give, words: TreatmentWords) -> str:
    """One step of a give in a line: dose, when, and its rules."""
    view = words.step(step, give)
    dose = view.dose if view.dose != "not stated" else ""
    when = " ".join(filter(None, (view.timing, words.bound(step.limit))))
    window = f"window {view.window}" if view.window else ""
    return ", ".join(filter(None, (dose, when, window, *view.rules)))


def _cycles_words(cycles: CycleBlock) -> str:
    run = "" if cycles.count is None else f"{count(cycles.count, 'cycle')} "
    return f"in {run}of {length(cycles.length)}" if run else f"in cycles of {length(cycles.length)}"


Shown = tuple[list[int], list[tuple[int, int | None]]]
"""Marks and bars."""


def _in_cycles(give: Give, cycles: CycleBlock) -> Shown:
    if len(give.steps) != 1 or cycles.until is not None:
        return [], []
    return list(cycle_days(give.steps[0], cycles.length, cycles.count)), []


def _on_days(give: Give) -> Shown:
    marks: list[int] = []
    bars: list[tuple[int, int | None]] = []
    for step, start in zip(give.steps, step_starts(give.steps), strict=True):
        if start is not None:
            _place(step, start, marks, bars)
    return marks, bars


def _place(step: Step, start: int, marks: list[int], bars: list[tuple[int, int | None]]) -> None:
    """Add what one step shows from day `start` on."""
    days = [start + day - 1 for day in planned_days(step)]
    interval = fixed_days(step.timing.interval)
    if days and (interval is None or interval > 1):
        marks += days
    elif days:
        bars.append((days[0], days[-1]))
    elif step.timing.kind in {"grid", "rolling", "continuous"} or step.dose.per_day:
        whole = fixed_days(step.limit.duration)
        bars.append((start, start + whole - 1 if whole else None))
