"""What is to be done next."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["give", "reduce", "ask", "delay", "skip", "stop", "visit", "assess", "wait", "done"]

URGENCY: tuple[Kind, ...] = (
    "stop",
    "ask",
    "reduce",
    "give",
    "visit",
    "assess",
    "delay",
    "skip",
    "wait",
    "done",
)
"""Kinds of action, what concerns a person most first."""


class Action(NamedTuple):
    """What to do about one line of an arm, one visit or one thing assessed, on the day asked about.

    `slot` is the id of the occurrence it is about; `day` its planned day, moved by delays; `until` the next day to
    act or to ask again (None: none is planned). `dose` and `dose_note` say how much; `reason` is in the protocol's
    words; `ask` names what to measure or find out. `last` is the last day the window leaves open.
    """

    kind: Kind
    line: str
    what: str
    label: str
    slot: str = ""
    day: int | None = None
    until: int | None = None
    dose: str = ""
    dose_note: str = ""
    reason: str = ""
    ask: tuple[str, ...] = ()
    permitted: bool = False
    last: int | None = None
