"""Planned days matched with days on which something happened, one to one.

As many pairs as can be, of those the least total distance in days, of those the pairs that come first: the earliest
slot with the earliest event. Slots and events lie on one line and reaches do not overtake one another, so some best
matching has no two pairs that cross, and a walk over both in the order of time finds it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from protocol_dsl.vocabulary.calendar import LAST_DAY


class Reach(NamedTuple):
    """A planned day, and the first and last day of what may count for it."""

    day: int
    first: int
    last: int


def reaches(slots: Sequence[Reach], fences: Iterable[int] = ()) -> list[Reach]:
    """How far each slot reaches, given its window (its own day where it has none): up to the slots beside it, those
    left out, and its window at least. `slots` are in the order of their days; `fences` are days that no slot reaches
    but by its window. At either end the gap inside is taken for the one outside; a slot alone reaches any day."""
    days = sorted({slot.day for slot in slots} | set(fences))
    firsts, lasts = [], []
    for slot in slots:
        at = bisect_left(days, slot.day)
        before = days[at - 1] if at else None
        after = days[at + 1] if at + 1 < len(days) else None
        if before is None:
            before = 0 if after is None else 2 * slot.day - after
        if after is None:
            after = LAST_DAY + 1 if at == 0 else 2 * slot.day - before
        firsts.append(min(slot.first, before + 1))
        lasts.append(max(slot.last, after - 1))
    # Windows of different widths could overtake one another; then the earlier reaches as late as the later, and back.
    firsts = list(accumulate(reversed(firsts), min))[::-1]
    lasts = list(accumulate(lasts, max))
    return [Reach(slot.day, *ends) for slot, ends in zip(slots, zip(firsts, lasts, strict=True), strict=True)]


def matched(slots: Sequence[Reach], events: Sequence[int]) -> list[int | None]:
    """The place in `events` (days in order) of what counts for each of `slots`; None where nothing does.

    Days and both ends of the reaches are in order. `best[j]` is the worth of the slots from the present one on with
    the events from j on: `pair` for each pair, less its distance.
    """
    pair = 1 + sum(max(slot.day - slot.first, slot.last - slot.day) for slot in slots)
    best = [0] * (len(events) + 1)
    filled = len(events)
    rows: list[tuple[int, list[int | None]]] = []
    for slot in reversed(slots):
        low, high = bisect_left(events, slot.first), bisect_right(events, slot.last)
        for j in range(low, filled):
            best[j] = best[filled]
        filled = min(filled, low)
        choices: list[int | None] = [None] * (high - low)
        later = best[high]  # the worth, without this slot, of the events after the one looked at
        for j in range(high - 1, low - 1, -1):
            without, taking = best[j], pair - abs(events[j] - slot.day) + later
            after = best[j + 1]
            if taking >= without and taking >= after:
                best[j], choices[j - low] = taking, j
            elif after >= without:
                best[j] = after
                choices[j - low] = choices[j + 1 - low] if j + 1 < high else None
            later = without
        rows.append((low, choices))
    return _read_off(reversed(rows))


def _read_off(rows: Iterable[tuple[int, list[int | None]]]) -> list[int | None]:
    found: list[int | None] = []
    at = 0
    for low, choices in rows:
        place = max(at - low, 0)
        chosen = choices[place] if place < len(choices) else None
        found.append(chosen)
        if chosen is not None:
            at = chosen + 1
    return found
