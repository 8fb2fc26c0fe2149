"""Matching by walking in the order of time finds what trying every matching finds."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.runtime.conformance.matching import Reach, matched, reaches

Pairs = tuple[tuple[int, int], ...]


def best_of_all(slots: Sequence[Reach], events: Sequence[int]) -> Pairs:
    """Most pairs, then least distance, then the earliest pairs, by trying every matching, crossing ones too."""
    tried: list[tuple[int, int, Pairs]] = []

    def choose(at: int, pairs: Pairs, distance: int) -> None:
        if at == len(slots):
            tried.append((-len(pairs), distance, pairs))
            return
        choose(at + 1, pairs, distance)
        for place, day in enumerate(events):
            if slots[at].first <= day <= slots[at].last and place not in {event for _, event in pairs}:
                choose(at + 1, (*pairs, (at, place)), distance + abs(day - slots[at].day))

    choose(0, (), 0)
    return min(tried)[2]


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Reach], list[int]]:
    """Slots with windows of any widths, fences among them, and events."""
    span = st.integers(100, draw(st.sampled_from((108, 115, 140))))
    widths = st.tuples(st.sampled_from((0, 0, 1, 3, 9)), st.sampled_from((0, 0, 2, 5)))
    days = sorted(draw(st.lists(span, max_size=5)))
    slots = [Reach(day, day - before, day + after) for day in days for before, after in [draw(widths)]]
    fences = draw(st.lists(span, max_size=2))
    return reaches(slots, fences), sorted(draw(st.lists(span, max_size=6)))


@settings(max_examples=1_500, deadline=None)
@given(problems())
def test_the_walk_finds_the_best_of_all(problem: tuple[list[Reach], list[int]]) -> None:
    slots, events = problem
    found = tuple((slot, event) for slot, event in enumerate(matched(slots, events)) if event is not None)
    assert found == best_of_all(slots, events)


@given(problems())
def test_reaches_hold_their_windows_and_do_not_overtake_one_another(
    problem: tuple[list[Reach], list[int]],
) -> None:
    slots, _ = problem
    assert all(slot.first <= slot.day <= slot.last for slot in slots)
    assert [slot.first for slot in slots] == sorted(slot.first for slot in slots)
    assert [slot.last for slot in slots] == sorted(slot.last for slot in slots)


def test_a_greedy_matching_would_be_worse() -> None:
    # Taken in turn, the first slot would have the second event, which is the second slot's only one.
    slots = [Reach(10, 5, 15), Reach(14, 12, 18)]
    assert matched(slots, [6, 13]) == [0, 1]
    assert matched(slots, [13]) == [None, 0]


def test_a_dose_a_week_late_is_the_next_one() -> None:
    slots = reaches([Reach(day, day, day) for day in (1, 8, 15)])
    assert matched(slots, [1, 15, 16]) == [0, None, 1]
    assert matched(slots, [1, 14, 15]) == [0, 1, 2]
