"""What a plan is made of."""

from __future__ import annotations

from typing import Literal, NamedTuple

from protocol_dsl.runtime.schedule.program import Step
from protocol_dsl.runtime.schedule.recurrence import Due

Status = Literal["planned", "permitted", "undated"]


class Slot(NamedTuple):
    """One planned thing. `day` is a day number, None where the protocol fixes none (`note` says why). `minute` counts
    from the first hour of the clock, or from the dose where `of` names one. No window: the source states no tolerance.
    `open_ended`: the run goes on until a rule ends it; `dose_note` tells how a dose was worked out, or what it
    lacks."""

    id: str
    arm: str
    what: str
    label: str
    verb: str
    study_day: int | None
    day: int | None
    window_first: int | None = None
    window_last: int | None = None
    dose: str = ""
    dose_note: str = ""
    status: Status = "planned"
    open_ended: bool = False
    cycle: int = 0
    minute: int = 0
    of: str = ""
    note: str = ""
    text: str = ""


class Plan(NamedTuple):
    """The calendar of one arm, in order of days; what has no day comes last. `horizon` is the last day to which
    open-ended runs are planned."""

    arm: str
    label: str
    day_one: int
    horizon: int
    slots: tuple[Slot, ...]


class Dosed(NamedTuple):
    """One dose as planned: the id of its slot, its day, the step it belongs to, and its cycle."""

    id: str
    due: Due
    step: Step
    cycle: int = 0
    open_ended: bool = False
