"""Reduces a patient's history of an event over a window: Kleene exists and for-all over its occurrences.

A history of None is unknown; one that is not complete leaves room for an occurrence nobody recorded. A
window of None hangs on an anchor that does not exist: a condition over it is false, a count 0. `where` is
asked of one occurrence and may answer unknown (None).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import Literal

from protocol_dsl.runtime.records import History, Occurrence, Value, between
from protocol_dsl.runtime.repeats import fewest_and_most
from protocol_dsl.runtime.windows import (
    MaybeWhen,
    MaybeWindow,
    Stretch,
    Window,
    contains,
    ended_in,
    if_exists,
    overlaps,
    started_in,
)
from protocol_dsl.vocabulary.calendar import BEGINNING, DAY, When

OccurrenceTest = Callable[[Occurrence], bool | None]

_MEETS: dict[str, Callable[[Window, When, When], bool | None]] = {
    "overlaps": overlaps,
    "ongoing": overlaps,
    "started": started_in,
    "ended": ended_in,
}


def closed_history(history: History | None) -> History:
    """The history of an event that is absent if not recorded: none where nothing is recorded. What is recorded as
    incomplete stays so."""
    return History((), True) if history is None else history


def so_far(history: History | None, reach: Window | Stretch | None, anchor: When, on: When) -> History | None:
    """The history as it bears on a window while its anchor is still to come: what the window holds of the days
    after the day of judging may see an occurrence yet; a state that lasts must have begun by the stretch's start."""
    if history is None or reach is None or not history.complete:
        return history
    last = (reach.before if isinstance(reach, Stretch) else reach).end_last
    end_of_day = on.last // DAY * DAY + DAY - 1
    return history._replace(complete=anchor.last <= end_of_day or last <= end_of_day)


def occurs(
    history: History | None,
    window: Window | None,
    moment: Literal["overlaps", "started", "ended", "ongoing"] = "overlaps",
    quantifier: Literal["some", "every"] = "some",
    where: OccurrenceTest | None = None,
) -> bool | None:
    """`some`: one occurrence passes `where` and meets the window. `every`: all that pass `where` meet it.

    For `ongoing` the window is the anchor's own day (`windows.day_window`).
    """
    if window is None:
        return False
    if history is None:
        return None
    every = quantifier == "every"
    if not history.occurrences:
        return if_exists(window, every) if history.complete else None
    meets = _MEETS[moment]
    open_still = not history.complete
    for occurrence in history.occurrences:
        met = meets(window, occurrence.start, occurrence.end)
        if met is every:
            continue
        passes = True if where is None else where(occurrence)
        if passes is False:
            continue
        if passes and met is not None:
            return False if every else if_exists(window, True)
        open_still = True
    return None if open_still else if_exists(window, every)


def occurs_count(
    history: History | None,
    window: Window | None,
    moment: Literal["overlaps", "started", "ended", "ongoing"] = "overlaps",
    where: OccurrenceTest | None = None,
) -> Value:
    """How many occurrences pass `where` and meet the window; nothing bounds it from above unless the
    history is complete."""
    if window is None:
        return 0.0
    if history is None:
        return None
    fewest, most = fewest_and_most(history.occurrences)
    certain, possible = _tally(fewest, window, moment, where)
    if most is not fewest:
        possible = _tally(most, window, moment, where)[1]
    low = 0 if isinstance(window, MaybeWindow) else certain
    return between(float(low), float(possible) if history.complete else inf)


def occurrences_open(
    history: History,
    window: Window,
    moment: Literal["overlaps", "started", "ended", "ongoing"],
    where: OccurrenceTest | None,
) -> bool:
    """Whether of some recorded occurrence that may pass it is open that it meets the window."""
    return any(
        _MEETS[moment](window, one.start, one.end) is None and (where is None or where(one) is not False)
        for one in history.occurrences
    )


def _tally(
    occurrences: Sequence[Occurrence],
    window: Window,
    moment: Literal["overlaps", "started", "ended", "ongoing"],
    where: OccurrenceTest | None,
) -> tuple[int, int]:
    """How many certainly pass and meet the window, and how many may."""
    certain = possible = 0
    for occurrence in occurrences:
        met = _MEETS[moment](window, occurrence.start, occurrence.end)
        passes = True if where is None or met is False else where(occurrence)
        if met is not False and passes is not False:
            possible += 1
            certain += bool(met and passes)
    return certain, possible


def event_held(
    history: History | None, stretch: Stretch | None, where: OccurrenceTest | None = None
) -> bool | None:
    """Whether one occurrence that passes began at or before the stretch's start (before it, when strict) and
    lasted to its end."""
    if stretch is None:
        return False
    if history is None:
        return None
    open_still = not history.complete
    for occurrence in history.occurrences:
        begun, lasted = contains(stretch.before, occurrence.start), contains(stretch.through, occurrence.end)
        passes = True if where is None else where(occurrence)
        if begun and lasted and passes:
            return if_exists(stretch.window, True)
        if begun is not False and lasted is not False and passes is not False:
            open_still = True
    return None if open_still else False


def event_unchanged(
    history: History | None, window: Window | None, where: OccurrenceTest | None = None
) -> bool | None:
    """Whether no occurrence that passes started or ended inside the window."""
    if window is None:
        return False
    if history is None:
        return None
    open_still = not history.complete
    for occurrence in history.occurrences:
        began = contains(window, occurrence.start)
        ended = ended_in(window, occurrence.start, occurrence.end)
        if began is False and ended is False:
            continue
        passes = True if where is None else where(occurrence)
        if passes and (began or ended):
            return False
        if passes is not False:
            open_still = True
    return None if open_still else if_exists(window, True)


def anchor_of(
    history: History | None, which: Literal["first", "last"], where: OccurrenceTest | None, on: When
) -> When | None:
    """The start of the first or last occurrence that passes `where` and does not start after the day of
    judging.

    None when there is none for certain; a `MaybeWhen` when there may be none. One that nobody recorded may
    stand nearer than all that are, unless the history is complete.
    """
    end_of_day = on.last // DAY * DAY + DAY - 1
    certain: list[When] = []
    possible: list[When] = []
    for occurrence in () if history is None else history.occurrences:
        first, last = occurrence.start
        passes = first <= end_of_day and (True if where is None else where(occurrence))
        if passes is not False:
            possible.append(When(first, min(last, end_of_day)))
            if passes and last <= end_of_day:
                certain.append(occurrence.start)
    if history is not None and history.complete:
        if len(possible) == 1 and certain:
            return certain[0]
        return _nearest(which, certain, possible) if possible else None
    if not certain:
        return MaybeWhen(BEGINNING, end_of_day)
    if which == "last":
        return When(max(when.first for when in certain), end_of_day)
    return When(BEGINNING, min(when.last for when in certain))


def as_of(
    date: When | None, which: Literal["first", "last"], window: Window | None, anchor: When, on: When
) -> When | None:
    """The date of `anchor_of` as it bears on a window while its anchor is still to come: an occurrence may start after
    the day of judging yet, and be the last then, or the first where none has surely started."""
    end_of_day = on.last // DAY * DAY + DAY - 1
    if window is None or anchor.last <= end_of_day:
        return date
    certain = date is not None and not isinstance(date, MaybeWhen)
    if which == "first" and certain:
        return date
    latest = max(anchor.last, window.end_last, end_of_day + 1)
    if date is None:
        return MaybeWhen(end_of_day + 1, latest)
    return (When if certain else MaybeWhen)(date.first, latest)


def _nearest(which: Literal["first", "last"], certain: list[When], possible: list[When]) -> When:
    if not certain:
        return MaybeWhen(min(when.first for when in possible), max(when.last for when in possible))
    if which == "last":
        return When(max(when.first for when in certain), max(when.last for when in possible))
    return When(min(when.first for when in possible), min(when.last for when in certain))


def date_within(date: When | None, window: Window | None) -> bool | None:
    """Whether a date (`windows.date_anchor`, `anchor_of`) lies in the window: false when either does not
    exist, and not certain while either may not."""
    if date is None or window is None:
        return False
    inside = contains(window, date)
    return None if inside and isinstance(date, MaybeWhen) else if_exists(window, inside)
