"""Features of events by definition: Kleene exists and for-all over the recorded occurrences."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import assert_never

from protocol_dsl.ir.evaluate.kleene import Truth, both, decided, either, negation
from protocol_dsl.ir.evaluate.repeats import fewest, most
from protocol_dsl.ir.evaluate.series import Count, Stretch
from protocol_dsl.ir.evaluate.time import Limits, day_limits, ended_in, lies_in, overlaps
from protocol_dsl.ir.features import Moment, Quantifier
from protocol_dsl.runtime.records import History, Occurrence, Range
from protocol_dsl.vocabulary.calendar import When

Passes = Callable[[Occurrence], Truth]


def meets(occurrence: Occurrence, limits: Limits, moment: Moment) -> Truth:
    """Whether the occurrence meets the window (for `ongoing`, the anchor's own day)."""
    match moment:
        case "overlaps" | "ongoing":
            return overlaps(occurrence.start, occurrence.end, limits)
        case "started":
            return lies_in(occurrence.start, limits)
        case "ended":
            return ended_in(occurrence.end, limits)
        case _:
            assert_never(moment)


def until_now(history: History | None, reaches: int, anchor: When, on: When) -> History | None:
    """The history asked about days up to second `reaches`, round an anchor somewhere in `anchor`: those after the
    day of judging are open as long as the anchor may lie there too."""
    today = day_limits(on).end_last
    if history is None or anchor.last <= today or reaches <= today:
        return history
    return History(history.occurrences, complete=False)


def occurs(
    history: History | None, limits: Limits, moment: Moment, quantifier: Quantifier, passes: Passes
) -> Truth:
    """`some`: one passes and meets the window. `every`: each that passes meets it."""
    if quantifier == "every":
        return _all_of(history, lambda one: either([negation(passes(one)), meets(one, limits, moment)]))
    return _some_of(history, lambda one: both([meets(one, limits, moment), passes(one)]))


def leave_open(history: History | None, limits: Limits, moment: Moment, passes: Passes) -> bool:
    """Whether of some recorded occurrence that may pass it is open that it meets the window."""
    recorded = history.occurrences if history else ()
    return any(meets(one, limits, moment) is None and passes(one) is not False for one in recorded)


def occurs_count(history: History | None, limits: Limits, moment: Moment, passes: Passes) -> Count:
    """How many meet the window and pass; nothing bounds it from above unless the history is complete."""
    if history is None:
        return None

    def hits(occurrences: list[Occurrence]) -> list[Truth]:
        return [both([meets(one, limits, moment), passes(one)]) for one in occurrences]

    low = float(sum(hit is True for hit in hits(fewest(history.occurrences))))
    high = float(sum(hit is not False for hit in hits(most(history.occurrences))))
    high = high if history.complete else math.inf
    return low if low == high else Range(low, high)


def held(history: History | None, stretch: Stretch, passes: Passes) -> Truth:
    """One occurrence that passes lasted over the whole window: it began at or before its start (before
    it, when strict) and went on to its end."""
    return _some_of(history, lambda one: both([_covers(one, stretch), passes(one)]))


def _covers(occurrence: Occurrence, stretch: Stretch) -> Truth:
    return both([lies_in(occurrence.start, stretch.before), lies_in(occurrence.end, stretch.through)])


def unchanged(history: History | None, limits: Limits, passes: Passes) -> Truth:
    """No occurrence that passes started or ended inside the window."""
    return _all_of(
        history,
        lambda one: negation(
            both([either([lies_in(one.start, limits), ended_in(one.end, limits)]), passes(one)])
        ),
    )


def _some_of(history: History | None, hit: Passes) -> Truth:
    if history is None:
        return None
    unrecorded = decided(False, history.complete)
    return either([*(hit(one) for one in history.occurrences), unrecorded])


def _all_of(history: History | None, hit: Passes) -> Truth:
    return negation(_some_of(history, lambda one: negation(hit(one))))
