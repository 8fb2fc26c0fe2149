"""A protocol's schedule as plain data that generated code writes down as literals.

Days inside a regimen, a cycle or an epoch are local: day 1 (day 0 under `days from 0`) is the first day of its clock.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple

from protocol_dsl.vocabulary.calendar import Duration

TimingKind = Literal[
    "unstated", "once", "grid", "rolling", "days", "with", "after", "continuous", "prescribed", "as_needed"
]
RuleAction = Literal["stop", "until", "delay", "skip", "reduce", "give_if"]
Basis = Literal["", "kg", "m2", "AUC", "total"]
Role = Literal["weight", "height", "surface", "gfr"]

ROLE_UNITS: dict[Role, str] = {"weight": "kg", "height": "cm", "surface": "m2", "gfr": "mL/min"}
"""What a dose can be worked out from, and the unit its formula wants."""

UNDATED = frozenset({"unstated", "continuous", "prescribed", "as_needed"})
"""Timings from which no days follow."""


class Input(NamedTuple):
    """A value of the patient that a dose is worked out from: its `role`, the fact that holds it, how the fact's unit
    becomes that of the role, how old it may be, and the point at which it is taken (empty: now)."""

    role: Role
    fact: str
    scale: Fraction = Fraction(1)
    valid: Duration | None = None
    at: str = ""


class Amount(NamedTuple):
    """`low` to `high` (equal when fixed) in `unit`, per kg or m² of body, as a target area under the curve, or as a
    share of the total in percent. `surface` names the formula of body surface (mosteller, du_bois), which is used
    where no input is the surface itself."""

    low: Fraction
    high: Fraction
    unit: str = ""
    basis: Basis = ""
    inputs: tuple[Input, ...] = ()
    surface: str = ""


class Band(NamedTuple):
    """An amount that holds where condition number `when` does."""

    amount: Amount
    when: int


class Dose(NamedTuple):
    """Per administration; `shared_by` administrations of a day share a daily amount. `cap` is in the amount's own
    unit after body size is accounted for. `levels` is the ladder of reductions."""

    text: str = ""
    amount: Amount | None = None
    bands: tuple[Band, ...] = ()
    cap: Amount | None = None
    shared_by: int = 1
    levels: tuple[Amount, ...] = ()
    else_stop: bool = False


class Timing(NamedTuple):
    """When occurrences arise: `kind` as in the language; `per` of them share one interval; `of` is the drug that a
    relative one follows."""

    kind: TimingKind
    interval: Duration | None = None
    per: int = 1
    days: tuple[int, ...] = ()
    cycles: tuple[int, ...] = ()
    of: str = ""


class Limit(NamedTuple):
    """What ends a run: a duration (half-open), a number of doses, local days (closed), or the point `offset` after
    `event`, itself left out."""

    duration: Duration | None = None
    doses: int | None = None
    first_day: int | None = None
    last_day: int | None = None
    event: str = ""
    offset: Duration | None = None


class Rule(NamedTuple):
    """A rule asked before a dose: condition number `when`, whether it latches, and its words. `of_block`: it ends the
    whole block of cycles."""

    action: RuleAction
    when: int
    latched: bool = False
    up_to: Duration | None = None
    percent: Fraction | None = None
    by_level: bool = False
    text: str = ""
    of_block: bool = False


class Tolerance(NamedTuple):
    """A tolerance round a planned date, inclusive, signed from it."""

    before: Duration
    after: Duration


class Step(NamedTuple):
    """One step of a give; another follows after `; then`."""

    timing: Timing
    dose: Dose = Dose()
    limit: Limit = Limit()
    window: Tolerance | None = None
    rules: tuple[Rule, ...] = ()


class Line(NamedTuple):
    """One thing given (or performed, or provided). `id` is stable and the stem of its slots' ids."""

    id: str
    what: str
    label: str
    steps: tuple[Step, ...]
    verb: str = "give"
    permitted: bool = False
    background: bool = False
    route: str = ""
    infusion: Duration | None = None
    text: str = ""


class Cycles(NamedTuple):
    """Lines held together in cycles: a delay moves the block. `number` None: until a rule ends it."""

    name: str
    length: Duration
    number: int | None
    lines: tuple[Line, ...]
    text: str = ""


class Element(NamedTuple):
    """What runs on one clock: the arm's own part, or a regimen it follows. It starts on day 1, when the elements
    numbered in `after` have ended, or with `epoch`, whose end also ends it."""

    name: str
    parts: tuple[Line | Cycles, ...]
    after: tuple[int, ...] = ()
    epoch: str = ""


class Arm(NamedTuple):
    """One arm."""

    name: str
    label: str
    elements: tuple[Element, ...]
    sources: tuple[str, ...] = ()


class Epoch(NamedTuple):
    """An epoch: starts at `start` or when the one before has ended; ends after `duration` or at `end`."""

    name: str
    label: str
    start: str = ""
    end: str = ""
    duration: Duration | None = None


class Point(NamedTuple):
    """A planned point: `unit` number n of the study clock, or `offset` from `of` (a visit, anchor or dose)."""

    number: int | None = None
    unit: Literal["day", "week", "month"] = "day"
    of: str = ""
    offset: Duration | None = None


class VisitRun(NamedTuple):
    """Repeated visits; `first` None: one interval after the run before, or after day 1."""

    interval: Duration
    first: Point | None = None
    last: Point | None = None
    window: Tolerance | None = None


class Visit(NamedTuple):
    """A visit, or a run of visits."""

    name: str
    label: str
    at: Point | None = None
    runs: tuple[VisitRun, ...] = ()
    window: Tolerance | None = None
    text: str = ""


class Assessment(NamedTuple):
    """What is assessed at visits (`at`: names, `each NAME`) or `before|after each DRUG`."""

    what: tuple[tuple[str, str], ...]
    at: tuple[str, ...]
    text: str = ""


class Timeline(NamedTuple):
    """Assessments round each dose of a drug, at signed offsets: (name, label, offsets)."""

    name: str
    around: str
    what: tuple[tuple[str, str, tuple[Duration, ...]], ...]


class Program(NamedTuple):
    """The schedule of one protocol. `day_one` names what day 1 is (`first uc_msc`, `randomization`, or empty)."""

    protocol: str
    title: str
    arms: tuple[Arm, ...]
    day_one: str = ""
    numbered_from: int = 1
    epochs: tuple[Epoch, ...] = ()
    visits: tuple[Visit, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    conditions: tuple[str, ...] = ()
    digest: str = ""

    def arm(self, name: str) -> Arm:
        """The arm of that name. Raises ScheduleError naming those there are."""
        for arm in self.arms:
            if arm.name == name:
                return arm
        known = ", ".join(f"`{arm.name}`" for arm in self.arms) or "none"
        raise ScheduleError(f"`{name}` is no arm of {self.protocol}", f"its arms are {known}")


class ScheduleError(ValueError):
    """A question to a schedule that has no answer: what is amiss, and the `fix`."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(f"{reason}; {fix}")
        self.reason = reason
        self.fix = fix
