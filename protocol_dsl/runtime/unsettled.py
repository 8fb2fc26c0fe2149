"""Records that are there and leave open what is asked of them, which is not the same as none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from protocol_dsl.runtime.events import OccurrenceTest, occurrences_open
from protocol_dsl.runtime.records import FactValue, History
from protocol_dsl.runtime.series import Samples, series_open
from protocol_dsl.runtime.windows import Window


def unread_facts(facts: Mapping[str, FactValue]) -> frozenset[str]:
    """The facts whose whole record could not be read: they are there, and hold nothing."""
    return frozenset(name for name, value in facts.items() if value is None)


def unsettled(fact: str, unread: Collection[str]) -> bool | None:
    """False unless the whole record of `fact` could not be read, then unknown."""
    return None if fact in unread else False


def unsettled_series(
    fact: str, unread: Collection[str], samples: Samples, window: Window | None
) -> bool | None:
    """False unless the samples leave open what the latest in the window says, then unknown."""
    open_still = window is not None and samples is not None and series_open(samples, window)
    return None if open_still else unsettled(fact, unread)


def unsettled_event(
    fact: str,
    unread: Collection[str],
    history: History | None,
    window: Window | None,
    moment: Literal["overlaps", "started", "ended", "ongoing"] = "overlaps",
    where: OccurrenceTest | None = None,
) -> bool | None:
    """False unless the dates of some recorded occurrence leave open whether it counts, then unknown."""
    if window is not None and history is not None and occurrences_open(history, window, moment, where):
        return None
    return unsettled(fact, unread)
