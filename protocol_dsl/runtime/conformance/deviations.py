"""What is found when what happened is held against the plan."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from protocol_dsl.runtime.schema import Problem

DeviationKind = Literal[
    "missed",
    "early",
    "late",
    "extra",
    "wrong-dose",
    "wrong-arm",
    "given-while-skipped",
    "undecided",
]
Subject = Literal["treatment", "visit", "assessment"]

KINDS: Final[tuple[DeviationKind, ...]] = (
    "missed",
    "early",
    "late",
    "extra",
    "wrong-dose",
    "wrong-arm",
    "given-while-skipped",
    "undecided",
)
"""Every kind, in the order of a listing. `undecided` is no deviation: something is not known well enough to tell."""


class Deviation(NamedTuple):
    """One finding. Days are day numbers; `window_first` to `window_last` are the days on which it was in time (both
    None where no day is planned). `actual` is the date as it was recorded, `off` the days from the planned day
    (negative: before it). `text` is the protocol's sentence in controlled English, `reason` says what is amiss,
    `place` where it is recorded."""

    kind: DeviationKind
    subject: Subject
    what: str
    label: str
    slot: str = ""
    study_day: int | None = None
    day: int | None = None
    window_first: int | None = None
    window_last: int | None = None
    actual: str = ""
    off: int | None = None
    planned_dose: str = ""
    given_dose: str = ""
    reason: str = ""
    text: str = ""
    place: str = ""


class Conformance(NamedTuple):
    """One patient held against the plan: findings by day; `held` counts the planned things whose time had come, by
    subject; `unlooked` names what was planned and not looked at, since nothing of its kind was handed over."""

    patient: str
    arm: str
    arm_label: str
    day_one: int | None
    findings: tuple[Deviation, ...]
    held: tuple[tuple[Subject, int], ...] = ()
    unlooked: tuple[Subject, ...] = ()
    sources: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """The findings that are certain."""
        return tuple(one for one in self.findings if one.kind != "undecided")
