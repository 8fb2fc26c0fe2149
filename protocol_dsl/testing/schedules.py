"""Random regimens and histories, on which the engine of schedules is compared with the reference.

`python -m protocol_dsl.testing.schedules 100000` compares that many.
"""

from __future__ import annotations

import sys
from datetime import date
from fractions import Fraction
from random import Random

from attrs import frozen

from protocol_dsl.ir.evaluate.schedule import Expected, expected_actions
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.course import Administration, Course
from protocol_dsl.runtime.schedule.engine import next_actions
from protocol_dsl.runtime.schedule.program import (
    Amount,
    Arm,
    Cycles,
    Dose,
    Element,
    Limit,
    Line,
    Program,
    Rule,
    RuleAction,
    Step,
    Timing,
    Window,
)
from protocol_dsl.vocabulary.calendar import Duration, TimeUnit

Part = Line | Cycles
DAY_ONES = tuple(
    date(2024, month, day).toordinal() for month, day in ((1, 5), (1, 31), (2, 29), (8, 30), (12, 31))
)
CONDITIONS = 4
DOSE = Dose("100 mg", Amount(Fraction(100), Fraction(100), "mg"))


@frozen
class Table:
    """Truths of conditions by day, drawn beforehand."""

    first: int
    rows: tuple[tuple[bool | None, ...], ...]

    def truths(self, now: int, start: int) -> tuple[bool | None, ...]:  # noqa: ARG002 - the engine's way of asking
        """Every condition on a day."""
        return self.rows[min(max(now - self.first, 0), len(self.rows) - 1)]

    def needs(self, number: int, now: int, start: int) -> tuple[str, ...]:  # noqa: ARG002
        """Something to measure."""
        return (f"condition {number}",)


@frozen
class Case:
    """One regimen, one history, one day."""

    part: Part
    start: int
    given: tuple[Administration, ...]
    table: Table
    on: int


def random_case(random: Random) -> Case:
    """A regimen, a course and a day to ask about."""
    start = random.choice(DAY_ONES)
    part = _block(random) if random.random() < 0.35 else _line(random, "a", loose=True)
    length = random.randint(5, 70)
    table = Table(start - 5, tuple(_rows(random, length + 40)))
    lines = part.lines if isinstance(part, Cycles) else (part,)
    given = tuple(one for line in lines for one in _given(random, line.what, start, length))
    return Case(part, start, given, table, start + random.randint(-2, random.choice((8, length))))


def engine_actions(case: Case) -> dict[str, Expected]:
    """What the engine says, as the reference says it."""
    program = Program("P", "", (Arm("a", "A", (Element("a", (case.part,)),)),))
    course = Course(case.given, Records("p", {}), {"day_1": case.start})
    found = {}
    for one in next_actions(program, "a", course, case.table, case.on):
        number = int(one.slot.rpartition("/")[2]) if one.slot and one.kind not in {"stop", "done"} else 0
        factor = Fraction(one.dose.split()[0]) / 100 if one.kind == "reduce" else Fraction(1)
        found[one.line] = Expected(one.kind, number, one.day, factor)
    return found


def disagreement(case: Case) -> str:
    """How engine and reference differ on a case; empty when they agree."""
    wanted = expected_actions(
        case.part, case.start, case.given, lambda one, day: case.table.truths(day, 0)[one], case.on
    )
    found = engine_actions(case)
    return "" if found == wanted else f"engine {found}\nreference {wanted}\n{case}"


def compare_schedules(count: int, seed: int = 0) -> tuple[dict[str, int], str]:
    """Compare `count` cases: how often each kind of action came out, and the first disagreement (empty: none)."""
    kinds: dict[str, int] = {}
    for number in range(count):
        case = random_case(Random(f"{seed}/{number}"))
        differs = disagreement(case)
        if differs:
            return kinds, f"case {number} of seed {seed}:\n{differs}"
        for one in engine_actions(case).values():
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
    return kinds, ""


def _block(random: Random) -> Cycles:
    length = random.randint(3, 14)
    rules = (Rule("until", 3, latched=True, of_block=True),) if random.random() < 0.3 else ()
    lines = tuple(
        _line(random, name, loose=False, length=length, rules=rules)
        for name in ("a", "b")[: random.randint(1, 2)]
    )
    return Cycles("c", Duration(length, "day"), random.choice((1, 2, 3, 5)), lines)


def _line(random: Random, name: str, loose: bool, length: int = 0, rules: tuple[Rule, ...] = ()) -> Line:
    steps = tuple(
        _step(random, loose, length, rules) for _ in range(random.choice((1, 1, 1, 2)) if loose else 1)
    )
    return Line(f"a/{name}", name, name, steps)


def _step(random: Random, loose: bool, length: int, rules: tuple[Rule, ...]) -> Step:
    timing = _timing(random, loose, length)
    window = Window(Duration(-random.randint(0, 2), "day"), Duration(random.randint(0, 3), "day"))
    chosen = tuple(_rule(random, number) for number in range(random.choice((0, 1, 1, 2, 3))))
    limit = _limit(random) if timing.kind in {"grid", "rolling"} else Limit()
    return Step(timing, DOSE, limit, window if random.random() < 0.4 else None, (*rules, *chosen))


def _timing(random: Random, loose: bool, length: int) -> Timing:
    if not loose:
        days = sorted(random.sample(range(1, length + 1), random.randint(1, min(3, length))))
        cycles = tuple(sorted(random.sample(range(1, 4), 2))) if random.random() < 0.3 else ()
        return (
            Timing("days", days=tuple(days), cycles=cycles)
            if random.random() < 0.8
            else Timing("grid", _interval(random))
        )
    kind = random.choice(("once", "grid", "grid", "grid", "rolling", "days"))
    if kind == "once":
        return Timing("once")
    if kind == "days":
        return Timing("days", days=tuple(random.sample(range(1, 30), random.randint(1, 4))))
    if kind == "rolling":
        return Timing("rolling", _interval(random))
    return Timing("grid", _interval(random), per=random.choice((1, 1, 1, 2, 3)))


def _interval(random: Random) -> Duration:
    units: tuple[TimeUnit, ...] = ("day", "day", "week", "month")
    unit = random.choice(units)
    return Duration(random.randint(1, {"day": 9, "week": 2, "month": 1}[unit]), unit)


def _limit(random: Random) -> Limit:
    match random.choice(("open", "duration", "doses", "days")):
        case "duration":
            return Limit(duration=Duration(random.randint(1, 6), random.choice(("day", "week", "month"))))
        case "doses":
            return Limit(doses=random.randint(1, 9))
        case "days":
            first = random.randint(1, 5)
            return Limit(first_day=first, last_day=first + random.randint(0, 40))
        case _:
            return Limit()


def _rule(random: Random, number: int) -> Rule:
    actions: tuple[RuleAction, ...] = ("stop", "until", "delay", "delay", "skip", "reduce", "give_if")
    action = random.choice(actions)
    latched = action in {"until", "stop"} or (action == "reduce" and random.random() < 0.5)
    up_to = Duration(random.randint(1, 9), "day") if action == "delay" and random.random() < 0.6 else None
    percent = Fraction(random.choice((50, 75))) if action == "reduce" else None
    return Rule(action, random.choice((number, random.randrange(CONDITIONS))), latched, up_to, percent)


def _rows(random: Random, length: int) -> list[tuple[bool | None, ...]]:
    """Conditions that mostly stay as they are from one day to the next."""
    often = random.choice((0.02, 0.1, 0.4))
    row: list[bool | None] = [random.choice((*[False] * 8, True, None)) for _ in range(CONDITIONS)]
    rows = []
    for _ in range(length):
        row = [
            random.choice((False, False, False, True, None)) if random.random() < often else one
            for one in row
        ]
        rows.append(tuple(row))
    return rows


def _given(random: Random, what: str, start: int, length: int) -> list[Administration]:
    """Doses on many of the days, on few, or on none."""
    often = random.choice((0.0, 0.1, 0.5, 1.0))
    days = [day for day in range(start - 3, start + length) for _ in range(2) if random.random() < often]
    return [Administration(what, day) for day in days]


if __name__ == "__main__":
    outcomes, difference = compare_schedules(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    sys.stdout.write(f"{difference or 'no disagreement'}\n{outcomes}\n")
    sys.exit(1 if difference else 0)
