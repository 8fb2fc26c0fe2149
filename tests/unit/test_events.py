"""Reducing histories of events, by example and against every way an uncertain date may turn out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.runtime.events import (
    anchor_of,
    closed_history,
    date_within,
    event_held,
    event_unchanged,
    occurs,
    occurs_count,
)
from protocol_dsl.runtime.records import History, Occurrence, Range
from protocol_dsl.runtime.windows import (
    MaybeWhen,
    Window,
    date_anchor,
    day_window,
    make_stretch,
    make_window,
)
from protocol_dsl.vocabulary.calendar import ANY_TIME, BEGINNING, FOREVER, When, parse_when

ON = parse_when("2026-03-02")
OWN_DAY = ((), False, True)
MONTH = make_window(ON, (((-1, "month"),), False, True), OWN_DAY)
ONGOING = When(FOREVER, FOREVER)


def span(text: str, **attributes: float | str | bool | None) -> Occurrence:
    """`2026-01-05`, `2026-01-01/2026-01-10`, `2026-01-01/ongoing` or `2026-01-01/` (end unknown)."""
    start, slash, end = text.partition("/")
    begun = parse_when(start) if start else ANY_TIME
    if not slash:
        return Occurrence(begun, begun, attributes)
    if not end:
        return Occurrence(begun, When(begun.first, FOREVER), attributes)
    return Occurrence(begun, ONGOING if end == "ongoing" else parse_when(end), attributes)


def history(*spans: str, complete: bool = True) -> History:
    return History(tuple(span(text) for text in spans), complete)


def large(occurrence: Occurrence) -> bool | None:
    dose = occurrence.attributes.get("dose")
    return dose >= 10 if isinstance(dose, float) else None


@pytest.mark.parametrize(
    ("text", "overlaps", "started", "ended", "ongoing"),
    [
        ("2026-02-10", True, True, True, False),
        ("2026-01-10", False, False, False, False),
        ("2026-01-10/2026-02-02", True, False, True, False),
        ("2026-01-10/2026-02-01", False, False, False, False),
        ("2026-01-10/ongoing", True, False, False, True),
        ("2026-01-10/", None, False, None, None),
        ("2026-02-10/", True, True, None, None),
        ("2026-03-02", True, True, True, True),
        ("2026-03-03/ongoing", False, False, False, False),
        ("2026", None, None, None, None),
        ("2025/ongoing", True, False, False, True),
        ("/ongoing", None, None, False, None),
    ],
)
def test_how_an_occurrence_meets_a_window(
    text: str, overlaps: bool | None, started: bool | None, ended: bool | None, ongoing: bool | None
) -> None:
    record = history(text)
    assert occurs(record, MONTH) is overlaps
    assert occurs(record, MONTH, "started") is started
    assert occurs(record, MONTH, "ended") is ended
    assert occurs(record, day_window(ON), "ongoing") is ongoing


def test_absence_of_a_record_is_absence_only_in_a_complete_history() -> None:
    assert occurs(History((), True), MONTH) is False
    assert occurs(History((), False), MONTH) is None
    assert occurs(None, MONTH) is None
    assert occurs(history("2026-02-10", complete=False), MONTH) is True
    assert occurs(closed_history(None), MONTH) is False
    assert occurs(closed_history(history("2025", complete=False)), MONTH) is None  # it says there may be more


def test_every_claims_the_window_of_all_that_pass() -> None:
    assert occurs(History((), True), MONTH, quantifier="every", where=large) is True
    assert occurs(History((), False), MONTH, quantifier="every", where=large) is None
    earlier = History((span("2025", dose=20.0), span("2026-02-11", dose=20.0)), False)
    assert occurs(earlier, MONTH, quantifier="every", where=large) is False
    assert occurs(earlier, MONTH, quantifier="every") is False
    small = History((span("2025", dose=5.0), span("2026-02-11", dose=20.0)), True)
    assert occurs(small, MONTH, quantifier="every", where=large) is True
    assert occurs(small, MONTH, quantifier="every") is False
    open_still = History((span("2025"),), True)
    assert occurs(open_still, MONTH, quantifier="every", where=large) is None


def test_filter_and_window_apply_to_the_same_occurrence() -> None:
    apart = History((span("2026-02-10", dose=5.0), span("2025", dose=20.0)), True)
    assert occurs(apart, MONTH, where=large) is False


def test_counting() -> None:
    assert occurs_count(history("2026-02-10", "2026-02-11", "2025"), MONTH) == 2.0
    assert occurs_count(history("2026-02-10", "2026"), MONTH) == Range(1.0, 2.0)
    assert occurs_count(history("2026-02-10", complete=False), MONTH) == Range(1.0, float("inf"))
    assert occurs_count(
        History((span("2026-02-10", dose=5.0), span("2026-02-11")), True), MONTH, where=large
    ) == Range(0.0, 1.0)
    assert occurs_count(None, MONTH) is None
    assert occurs_count(None, None) == 0.0


@pytest.mark.parametrize(
    ("text", "at_least", "more_than"),
    [
        ("2025-09-02/ongoing", True, False),
        ("2025-09-01/ongoing", True, True),
        ("2025-09-03/ongoing", False, False),
        ("2025-09-01/2026-03-02", True, True),
        ("2025-09-01/2026-03-01", False, False),
        ("2025-09/ongoing", None, None),
        ("2025-09-01/", None, None),
    ],
)
def test_an_event_that_lasted_half_a_year(text: str, at_least: bool | None, more_than: bool | None) -> None:
    for strict, wanted in ((False, at_least), (True, more_than)):
        stretch = make_stretch(ON, (((-6, "month"),), strict, True), OWN_DAY)
        assert event_held(history(text), stretch) is wanted
        assert event_held(history(text, complete=False), stretch) is (wanted or None)


def test_a_treatment_unchanged() -> None:
    assert event_unchanged(history("2025-01-01/ongoing"), MONTH) is True
    assert event_unchanged(history("2025-01-01/2026-02-10"), MONTH) is False
    assert event_unchanged(history("2026-02-10/ongoing"), MONTH) is False
    assert event_unchanged(history("2025-01-01/"), MONTH) is None
    assert event_unchanged(history("2025-01-01/ongoing", complete=False), MONTH) is None
    assert event_unchanged(History((span("2026-02-10", dose=5.0),), True), MONTH, large) is True
    assert event_unchanged(None, MONTH) is None


UP_TO_NOW = When(BEGINNING, ON.last)


@pytest.mark.parametrize(
    ("record", "first", "last"),
    [
        (history("2025-01-10", "2025-06-10/ongoing"), "2025-01-10", "2025-06-10"),
        (history("2025-01-10", "2026-03-03"), "2025-01-10", "2025-01-10"),
        (history("2026-03-03"), None, None),
        (history(), None, None),
    ],
)
def test_the_first_and_last_occurrence_as_anchors(
    record: History, first: str | None, last: str | None
) -> None:
    assert anchor_of(record, "first", None, ON) == (None if first is None else parse_when(first))
    assert anchor_of(record, "last", None, ON) == (None if last is None else parse_when(last))


def test_an_unrecorded_occurrence_may_stand_nearer() -> None:
    record = history("2025-01-10", "2025-06-10", complete=False)
    assert anchor_of(record, "last", None, ON) == When(parse_when("2025-06-10").first, ON.last)
    assert anchor_of(record, "first", None, ON) == When(BEGINNING, parse_when("2025-01-10").last)
    for unknown in (None, History((), False)):
        anchor = anchor_of(unknown, "last", None, ON)
        assert anchor == UP_TO_NOW
        assert isinstance(anchor, MaybeWhen)


def test_an_occurrence_that_may_not_pass_leaves_the_anchor_in_doubt() -> None:
    record = History((span("2025-01-10"),), True)
    anchor = anchor_of(record, "last", large, ON)
    assert isinstance(anchor, MaybeWhen)
    window = make_window(anchor, OWN_DAY, None)
    assert occurs(history("2025-06-10"), window) is None
    assert occurs(history("2024-06-10"), window) is False
    assert occurs(History((), True), window, quantifier="every") is None
    assert occurs_count(history("2025-06-10"), window) == Range(0.0, 1.0)
    assert date_within(parse_when("2025-06-10"), window) is None
    certain = History((span("2024-01-10", dose=20.0), span("2025-01-10")), True)
    assert anchor_of(certain, "last", large, ON) == When(
        parse_when("2024-01-10").first, parse_when("2025-01-10").last
    )


def test_dates_in_windows() -> None:
    assert date_within(parse_when("2026-02-10"), MONTH) is True
    assert date_within(date_anchor(None), MONTH) is None
    assert date_within(None, MONTH) is False
    assert date_within(MaybeWhen(*parse_when("2026-02-10")), MONTH) is None
    assert date_within(MaybeWhen(*parse_when("2025-02-10")), MONTH) is False
    assert date_within(parse_when("2026-02-10"), None) is False


def test_without_an_anchor_conditions_are_false() -> None:
    assert occurs(None, None) is False
    assert occurs(None, None, quantifier="every") is False
    assert event_held(None, None) is False
    assert event_unchanged(None, None) is False


MOMENTS = st.integers(1, 7)
SPANS = st.tuples(
    MOMENTS, st.integers(0, 2), st.integers(0, 3), st.integers(0, 2), st.sampled_from((5.0, 20.0, None))
).map(
    lambda s: Occurrence(
        When(s[0], s[0] + s[1]), When(s[0] + s[1] + s[2], s[0] + s[1] + s[2] + s[3]), {"dose": s[4]}
    )
)
HISTORIES = st.builds(History, st.lists(SPANS, max_size=2).map(tuple), st.booleans())
WINDOWS = st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(0, 5), st.integers(0, 2)).map(
    lambda w: Window(w[0], w[0] + w[1], w[0] + w[1] + w[2], w[0] + w[1] + w[2] + w[3])
)


def _certain(occurrences: tuple[Occurrence, ...]) -> list[Occurrence]:
    """Without those told again: to the second they are one, and else may be."""
    return [one for place, one in enumerate(occurrences) if one not in occurrences[:place]]


def worlds(record: History, window: Window) -> list[tuple[list[tuple[int, int, float]], int, int]]:
    """Every completion: each date one moment, each dose known, and, unless complete, one occurrence more."""
    rows = [
        [
            (start, end, dose)
            for start in range(o.start.first, o.start.last + 1)
            for end in range(o.end.first, o.end.last + 1)
            for dose in ((5.0, 20.0) if o.attributes["dose"] is None else (o.attributes["dose"],))
        ]
        for o in _certain(record.occurrences)
    ]
    unrecorded = [[]] if record.complete else [[], [(1, 14, 5.0)], [(window[1], window[1], 20.0)]]
    edges = list(product(range(window[0], window[1] + 1), range(window[2], window[3] + 1)))
    return [([*row, *more], *edge) for row in product(*rows) for more in unrecorded for edge in edges]


MEETS = {
    "overlaps": lambda start, end, opens, closes: start <= closes and end >= opens,
    "started": lambda start, end, opens, closes: opens <= start <= closes,
    "ended": lambda start, end, opens, closes: opens <= end <= closes,
}


@given(HISTORIES, WINDOWS, st.sampled_from(sorted(MEETS)), st.booleans())
def test_what_is_decided_is_so_however_it_turns_out(
    record: History, window: Window, moment: str, filtered: bool
) -> None:
    where = large if filtered else None
    some = occurs(record, window, moment, "some", where)
    every = occurs(record, window, moment, "every", where)
    count = occurs_count(record, window, moment, where)
    low, high = count if isinstance(count, Range) else (count, count)
    for row, opens, closes in worlds(record, window):
        met = [dose for start, end, dose in row if MEETS[moment](start, end, opens, closes)]
        passing = [dose for dose in met if not filtered or dose >= 10]
        asked = [dose for _, _, dose in row if not filtered or dose >= 10]
        assert some in (None, bool(passing))
        assert every in (None, len(passing) == len(asked))
        assert low <= len(passing) <= high


@given(HISTORIES, WINDOWS)
def test_unchanged_is_so_however_it_turns_out(record: History, window: Window) -> None:
    found = event_unchanged(record, window)
    for row, opens, closes in worlds(record, window):
        changes = [m for start, end, _ in row for m in (start, end) if opens <= m <= closes]
        assert found in (None, not changes)


@given(HISTORIES, st.sampled_from(("first", "last")), st.booleans())
def test_anchors_hold_the_date_however_it_turns_out(record: History, which: str, filtered: bool) -> None:
    on = When(3, 3)
    anchor = anchor_of(record, which, large if filtered else None, on)
    for row, _, _ in worlds(record, Window(2, 2, 2, 2)):
        starts = [start for start, _, dose in row if not filtered or dose >= 10]
        if not starts:
            assert anchor is None or isinstance(anchor, MaybeWhen)
        else:
            assert anchor is not None
            nearest = min(starts) if which == "first" else max(starts)
            # The clock of this test lies before the calendar's first second.
            assert anchor.first <= nearest <= anchor.last or anchor.first == BEGINNING
