"""Random regimens and histories, on which the engine of schedules is compared with the reference.

`python -m protocol_dsl.testing.schedules 100000` compares that many.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

from attrs import frozen

from protocol_dsl.ir.evaluate.arms import expected_actions
from protocol_dsl.ir.evaluate.schedule import Expected
from protocol_dsl.runtime.records import Records, Sample
from protocol_dsl.runtime.schedule.course import Administration, Course
from protocol_dsl.runtime.schedule.engine import actions_on
from protocol_dsl.runtime.schedule.program import (
    Amount,
    Arm,
    Band,
    Basis,
    Cycles,
    Dose,
    Element,
    Epoch,
    Input,
    Limit,
    Line,
    Program,
    Rule,
    RuleAction,
    Step,
    Timing,
    Tolerance,
)
from protocol_dsl.vocabulary.calendar import Duration, TimeUnit, days

Part = Line | Cycles
DAY_ONES = tuple(
    date(2024, month, day).toordinal() for month, day in ((1, 5), (1, 31), (2, 29), (8, 30), (12, 31))
)
CONDITIONS = 4


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
    """One arm with its epochs, one history, one day. `weights` are (day, kg) as measured, each valid for a week."""

    arm: Arm
    epochs: tuple[Epoch, ...]
    start: int
    given: tuple[Administration, ...]
    weights: tuple[tuple[int, float], ...]
    table: Table
    on: int


VALID = Duration(7, "day")
HEIGHT, SURFACE, FILTRATION = 170.0, 1.83, 90.0
_INPUTS = {
    "weight": Input("weight", "weight", valid=VALID),
    "height": Input("height", "height"),
    "surface": Input("surface", "bsa"),
    "gfr": Input("gfr", "gfr"),
}


def random_case(random: Random) -> Case:
    """An arm, a course and a day to ask about."""
    start = random.choice(DAY_ONES)
    epochs = _epochs(random)
    elements = tuple(_element(random, turn, epochs) for turn in range(random.choice((1, 1, 2, 3))))
    length = random.randint(5, 70)
    table = Table(start - 5, tuple(_rows(random, length + 40)))
    lines = [line for element in elements for line in _lines(element)]
    whats = dict.fromkeys(line.what for line in lines)
    given = tuple(one for what in whats for one in _given(random, what, start, length))
    weights = tuple(
        (day, random.randint(400, 1200) / 10)
        for day in range(start - 9, start + length)
        if random.random() < 0.3
    )
    on = start + random.randint(-2, random.choice((8, 20, length)))
    return Case(Arm("a", "A", elements), epochs, start, given, weights, table, on)


def _lines(element: Element) -> Iterator[Line]:
    for part in element.parts:
        yield from part.lines if isinstance(part, Cycles) else (part,)


def engine_actions(case: Case) -> dict[str, Expected]:
    """What the engine says, as the reference says it."""
    program = Program("P", "", (case.arm,), epochs=case.epochs)
    samples = tuple(Sample(days(day, day), weight) for day, weight in case.weights)
    records = Records("p", {"weight": samples, "height": HEIGHT, "bsa": SURFACE, "gfr": FILTRATION})
    course = Course(case.given, records, _anchors(case))
    found = {}
    for one in actions_on(program, "a", course, case.table, case.on):
        number = int(one.slot.rpartition("/")[2]) if one.slot and one.kind not in {"stop", "done"} else 0
        dose = one.dose if one.kind in {"give", "reduce"} else ""
        found[one.line] = Expected(one.kind, number, one.day, dose)
    return found


def disagreement(case: Case) -> str:
    """How engine and reference differ on a case; empty when they agree."""
    recent = [(day, weight) for day, weight in case.weights if case.on - 7 <= day <= case.on]
    body = {"height": Fraction(HEIGHT), "surface": Fraction(str(SURFACE)), "gfr": Fraction(FILTRATION)}
    if recent:
        body["weight"] = Fraction(str(max(recent)[1]))
    truth = lambda one, day: case.table.truths(day, 0)[one]  # noqa: E731
    wanted = expected_actions(case.arm, case.epochs, _anchors(case), case.given, truth, case.on, body)
    found = engine_actions(case)
    return "" if found == wanted else f"engine {found}\nreference {wanted}\n{case}"


def _anchors(case: Case) -> dict[str, int]:
    return {"day_1": case.start, "crossing": case.start + 20}


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


def _epochs(random: Random) -> tuple[Epoch, ...]:
    """None, or two one after another, the second perhaps from an anchor on."""
    if random.random() < 0.6:
        return ()
    first, second = (Duration(random.randint(3, 40), "day") for _ in range(2))
    begins = "crossing" if random.random() < 0.4 else ""
    return Epoch("one", "One", duration=first), Epoch("two", "Two", begins, duration=second)


def _element(random: Random, turn: int, epochs: tuple[Epoch, ...]) -> Element:
    """A regimen; a later one mostly after one before it. Its drugs are its own, or those of the first."""
    stem = f"e{turn}" if random.random() < 0.8 else "e0"
    parts: list[Part] = []
    for place in range(random.choice((1, 1, 2))):
        name = f"{stem}{'xy'[place]}"
        id_ = f"a/{turn}/{place}"
        if random.random() < 0.35:
            parts.append(_block(random, id_, name))
        else:
            parts.append(_line(random, id_, name, loose=True))
    if random.random() < 0.25:
        parts.append(_relative(random, f"a/{turn}/r", f"{stem}r", random.choice((f"{stem}x", "e0x", "e0xb"))))
    after = (random.randrange(turn),) if turn and random.random() < 0.7 else ()
    epoch = random.choice(epochs).name if epochs and random.random() < 0.6 else ""
    return Element(f"a/{turn}", tuple(parts), after, epoch)


def _relative(random: Random, id_: str, what: str, of: str) -> Line:
    hours = Duration(random.choice((-30, -24, -2, 3, 36)), "hour")
    days_off = Duration(random.randint(-2, 9), "day")
    interval = random.choice((None, None, days_off, days_off, hours))
    timing = Timing("with" if interval is None else "after", interval, of=of)
    limit = _until(random, Limit(doses=random.choice((None, None, 1, 3))))
    return Line(id_, what, what, (_step(random, timing)._replace(limit=limit),))


def _block(random: Random, id_: str, name: str) -> Cycles:
    length = random.randint(3, 14)
    rules = (Rule("until", 3, latched=True, of_block=True),) if random.random() < 0.3 else ()
    lines = tuple(
        _line(random, f"{id_}{each}", f"{name}{each}", loose=False, length=length, rules=rules)
        for each in ("a", "b")[: random.randint(1, 2)]
    )
    return Cycles("c", Duration(length, "day"), random.choice((1, 1, 2, 3, 5)), lines)


def _line(
    random: Random, id_: str, what: str, loose: bool, length: int = 0, rules: tuple[Rule, ...] = ()
) -> Line:
    number = random.choice((1, 1, 1, 2)) if loose else 1
    steps = tuple(_step(random, _timing(random, loose, length), rules) for _ in range(number))
    return Line(id_, what, what, steps, permitted=loose and random.random() < 0.1)


def _step(random: Random, timing: Timing, rules: tuple[Rule, ...] = ()) -> Step:
    window = Tolerance(Duration(-random.randint(0, 2), "day"), Duration(random.randint(0, 3), "day"))
    if random.random() < 0.1:
        window = Tolerance(Duration(-random.randint(0, 50), "hour"), Duration(random.randint(0, 50), "hour"))
    chosen = tuple(_rule(random, number) for number in range(random.choice((0, 1, 1, 2, 3))))
    limit = _until(random, _limit(random) if timing.kind in {"grid", "rolling"} else Limit())
    return Step(timing, _dose(random), limit, window if random.random() < 0.4 else None, (*rules, *chosen))


def _dose(random: Random) -> Dose:
    kind = random.choice(("fixed", "fixed", "body", "bands", "levels", "unstated"))
    if kind == "unstated":
        return Dose("some")
    amount = _amount(random, sized=kind == "body")
    if kind == "bands":
        bands = tuple(Band(_amount(random, sized=random.random() < 0.3), number) for number in (2, 3))
        return Dose("banded", None, bands)
    if kind == "levels":
        levels = tuple(Amount(Fraction(low), Fraction(low), "mg") for low in (90, 60, 30))
        if random.random() < 0.3:
            per_kg = (_INPUTS["weight"],)
            levels = tuple(one._replace(basis="kg", inputs=per_kg) for one in levels)
        return Dose("levelled", random.choice((None, amount)), levels=levels, else_stop=random.random() < 0.5)
    limit = Fraction(random.randint(50, 400))
    cap = Amount(limit, limit, "mg") if random.random() < 0.3 else None
    return Dose("sized", amount, cap=cap, shared_by=random.choice((1, 1, 2, 3)))


def _amount(random: Random, sized: bool) -> Amount:
    low = Fraction(random.randint(1, 40), random.choice((1, 2, 4)))
    basis: Basis = random.choice(("kg", "m2", "AUC")) if sized else ""
    per_m2 = random.choice((("weight", "height"), ("weight", "height"), ("surface",)))
    roles = {"kg": ("weight",), "m2": per_m2, "AUC": ("gfr",)}.get(basis, ())
    surface = random.choice(("", "mosteller", "du_bois")) if basis == "m2" else ""
    high = low + random.choice((0, 0, 5)) if basis != "AUC" else low
    return Amount(low, high, "mg", basis, tuple(_INPUTS[role] for role in roles), surface)


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
    interval, per = _interval(random), random.choice((1, 1, 1, 2, 3))
    return Timing(
        "grid", interval, per=1 if interval.unit == "hour" else per
    )  # `twice every 60 hours` cannot be written


def _interval(random: Random) -> Duration:
    units: tuple[TimeUnit, ...] = ("day", "day", "day", "day", "week", "week", "month", "month", "hour")
    unit = random.choice(units)
    if unit == "hour":
        return Duration(random.choice((8, 12, 24, 36, 60)), unit)
    return Duration(random.randint(1, {"day": 9, "week": 2, "month": 1}[unit]), unit)


def _limit(random: Random) -> Limit:
    match random.choice(("open", "duration", "doses", "doses", "days")):
        case "duration":
            return Limit(duration=random.choice((_interval(random), Duration(random.randint(1, 6), "week"))))
        case "doses":
            return Limit(doses=random.choice((1, 2, 3, 9)))
        case "days":
            first = random.randint(1, 5)
            return Limit(first_day=first, last_day=first + random.choice((0, 3, 9, 40)))
        case _:
            return Limit()


def _until(random: Random, limit: Limit) -> Limit:
    """Perhaps also `until 3 days after first e0x`, or after an anchor."""
    if random.random() < 0.85:
        return limit
    event = random.choice(("crossing", "first e0x", "first e0x", "first e0xa", "first e1x", "first e0r"))
    offset = random.choice((None, _interval(random), Duration(random.randint(0, 30), "day")))
    return limit._replace(event=event, offset=offset)


def _rule(random: Random, number: int) -> Rule:
    actions: tuple[RuleAction, ...] = ("stop", "until", "delay", "delay", "skip", "reduce", "give_if")
    action = random.choice(actions)
    latched = action in {"until", "stop"} or (action == "reduce" and random.random() < 0.5)
    up_to = Duration(random.randint(1, 9), "day") if action == "delay" and random.random() < 0.6 else None
    by_level = action == "reduce" and random.random() < 0.3
    percent = Fraction(random.choice((50, 75))) if action == "reduce" and not by_level else None
    asked = random.choice((number, random.randrange(CONDITIONS)))
    return Rule(action, asked, latched, up_to, percent, by_level)


def _rows(random: Random, length: int) -> list[tuple[bool | None, ...]]:
    """Conditions that mostly stay as they are from one day to the next."""
    often = random.choice((0.02, 0.1, 0.4))
    row: list[bool | None] = [random.choice((*[False] * 6, True, None)) for _ in range(CONDITIONS)]
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
