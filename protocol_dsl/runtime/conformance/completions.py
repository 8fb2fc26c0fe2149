"""Dates known in part: every day they may mean is tried, and only what holds for all of them is certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod

from protocol_dsl.runtime.conformance.deviations import Deviation
from protocol_dsl.runtime.conformance.happened import Event
from protocol_dsl.vocabulary.calendar import DAY, days

MOST = 400
"""More ways to complete the dates of one kind than are tried."""

_TOO_MANY = "on which day may mean so much that nothing was decided beside it"

Judge = Callable[[tuple[Event, ...]], Sequence[Deviation]]


def certain(events: tuple[Event, ...], judge: Judge, unsure: Callable[[Event], Deviation]) -> list[Deviation]:
    """What `judge` finds however the dates of `events` are completed, and where that makes a difference, `unsure` of
    each event that is known in part. Of too many ways, nothing is certain but the latter."""
    vague = [one for one in events if not one.exact]
    if not vague:
        return list(judge(events))
    spans = [range(one.day, one.when.last // DAY + 1) for one in vague]
    if prod(len(span) for span in spans) > MOST:
        return [unsure(one)._replace(reason=_TOO_MANY) for one in vague]
    tried = [list(judge(_dated(events, vague, chosen))) for chosen in product(*spans)]
    shared = set(tried[0]).intersection(*tried[1:])
    found = [one for one in tried[0] if one in shared]
    if any(len(one) != len(found) for one in tried):
        found += [unsure(one) for one in vague]
    return found


def _dated(events: tuple[Event, ...], vague: list[Event], chosen: tuple[int, ...]) -> tuple[Event, ...]:
    """The events in order, each on one day."""
    exact = [one for one in events if one.exact]
    exact += [one._replace(when=days(day, day)) for one, day in zip(vague, chosen, strict=True)]
    return tuple(sorted(exact, key=lambda one: (one.when, one.place, one.text)))
