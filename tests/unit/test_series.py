"""Reducing dated series, by example and against every way an uncertain date may turn out."""

from __future__ import annotations

from itertools import product
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.runtime.records import Range, Sample
from protocol_dsl.runtime.series import (
    LOWER,
    UPPER,
    consecutive,
    first_value,
    highest_value,
    latest_value,
    lowest_value,
    mean_value,
    sample_change,
    sample_count,
    series_held,
    series_unchanged,
)
from protocol_dsl.runtime.windows import MaybeWhen, Window, make_stretch, make_window
from protocol_dsl.vocabulary.calendar import When, parse_when

ON = parse_when("2026-03-02")
OWN_DAY = ((), False, True)
MONTH = make_window(ON, (((-1, "month"),), False, True), OWN_DAY)
BELOW_40 = Range(-inf, nextafter(40.0, -inf))


def series(*rows: tuple[str, float | Range | str | None]) -> tuple[Sample, ...]:
    return tuple(Sample(parse_when(when), value) for when, value in rows)


def high(sample: Sample) -> bool | None:
    value = sample.value
    if isinstance(value, float):
        return value >= 3
    return None


@pytest.mark.parametrize(
    ("rows", "latest", "first"),
    [
        ((), None, None),
        ((("2026-02-10", 1.0),), 1.0, 1.0),
        ((("2026-01-10", 1.0),), None, None),
        ((("2026-02-10", 1.0), ("2026-02-20", 2.0), ("2026-03-03", 9.0)), 2.0, 1.0),
        ((("2026-02-10", 1.0), ("2026-02-20", BELOW_40)), BELOW_40, 1.0),
        ((("2026-02-10", 1.0), ("2026-02-20", None)), None, 1.0),
        ((("2026-02-20", 1.0), ("2026-02-20", 2.0)), None, None),
        ((("2026-02-20", 2.0), ("2026-02-20", 2.0)), 2.0, 2.0),
        ((("2026-02-20", 1.0), ("2026", 2.0)), None, None),
        ((("2026-02-20", 1.0), ("2025", 2.0)), 1.0, 1.0),
        ((("2026", 1.0),), None, None),
        ((("2026-02-20T08:00", 1.0), ("2026-02-20T09:00", 2.0)), 2.0, 1.0),
        ((("2026-02-20", "negative"), ("2026-02-21", "positive")), "positive", "negative"),
    ],
)
def test_latest_and_first(
    rows: tuple[tuple[str, float], ...], latest: float | None, first: float | None
) -> None:
    assert latest_value(series(*rows), MONTH) == latest
    assert first_value(series(*rows), MONTH) == first
    assert latest_value(series(*reversed(rows)), MONTH) == latest


def test_the_limits_of_normal_are_those_of_the_sample_picked() -> None:
    samples = (
        Sample(parse_when("2026-02-10"), 40.0, 20.0, 5.0),
        Sample(parse_when("2026-02-20"), 50.0, 17.1),
    )
    assert latest_value(samples, MONTH, UPPER) == 17.1
    assert latest_value(samples, MONTH, LOWER) is None
    assert first_value(samples, MONTH, LOWER) == 5.0


@pytest.mark.parametrize(
    ("rows", "highest", "lowest"),
    [
        ((), None, None),
        ((("2026-02-10", 1.0), ("2026-02-20", 4.0), ("2026-01-20", 9.0)), 4.0, 1.0),
        ((("2026-02-10", 1.0), ("2026-02-20", BELOW_40)), Range(1.0, BELOW_40.high), Range(-inf, 1.0)),
        ((("2026-02-10", 50.0), ("2026-02-20", BELOW_40)), 50.0, Range(-inf, BELOW_40.high)),
        ((("2026-02-10", 1.0), ("2026-02-20", None)), Range(1.0, inf), Range(-inf, 1.0)),
        ((("2026-02-10", None),), None, None),
        ((("2026-02-10", 1.0), ("2026", 5.0)), Range(1.0, 5.0), 1.0),
        ((("2026", 5.0),), None, None),
    ],
)
def test_highest_and_lowest(
    rows: tuple[tuple[str, float], ...], highest: float | Range | None, lowest: float | Range | None
) -> None:
    assert highest_value(series(*rows), MONTH) == highest
    assert lowest_value(series(*rows), MONTH) == lowest


def test_mean_of_the_last() -> None:
    samples = series(("2026-02-10", 1.0), ("2026-02-12", 2.0), ("2026-02-14", 6.0), ("2026-01-01", 99.0))
    assert mean_value(samples, MONTH) == 3.0
    assert mean_value(samples, MONTH, 2) == 4.0
    assert mean_value(samples, MONTH, 4) is None
    assert mean_value((), MONTH) is None


def test_mean_is_unknown_when_a_value_or_the_choice_of_samples_is_open() -> None:
    samples = series(("2026-02-10", 1.0), ("2026-02-12", BELOW_40), ("2026-02-14", 6.0))
    assert mean_value(samples, MONTH, 2) is None
    assert mean_value(samples, MONTH, 1) == 6.0
    tied = series(("2026-02-10", 1.0), ("2026-02-12", 2.0), ("2026-02-12", 6.0))
    assert mean_value(tied, MONTH, 1) is None
    assert mean_value(tied, MONTH, 2) == 4.0
    blurred = series(("2026-02-10", 1.0), ("2026", 2.0))
    assert mean_value(blurred, MONTH) is None
    assert mean_value(series(("2026-02-10", 1e308), ("2026-02-11", 1e308)), MONTH) is None


def test_counting() -> None:
    samples = series(("2026-02-10", 1.0), ("2026-02-12", 4.0), ("2026", 5.0), ("2026-02-13", None))
    assert sample_count(samples, MONTH) == Range(3.0, 4.0)
    assert sample_count(samples, MONTH, high) == Range(1.0, 3.0)
    assert sample_count((), MONTH) == 0.0
    assert sample_count(None, MONTH) is None


@pytest.mark.parametrize(
    ("rows", "change", "relative"),
    [
        ((("2026-02-10", 4.0), ("2026-02-20", 3.0)), -1.0, -0.25),
        ((("2026-02-10", 0.0), ("2026-02-20", 3.0)), 3.0, None),
        ((("2026-02-10", 4.0),), None, None),
        ((("2026-02-10", 4.0), ("2026-02-10", 4.0)), None, None),
        ((("2026-02-10", 4.0), ("2026-02-20", BELOW_40)), None, None),
        ((("2026-02-10", -1e308), ("2026-02-20", 1e308)), None, None),
    ],
)
def test_change(rows: tuple[tuple[str, float], ...], change: float | None, relative: float | None) -> None:
    assert sample_change(series(*rows), MONTH) == change
    assert sample_change(series(*rows), MONTH, relative=True) == relative


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ((("2026-02-10", 4.0), ("2026-02-12", 5.0)), True),
        ((("2026-02-10", 4.0), ("2026-02-12", 1.0), ("2026-02-14", 5.0)), False),
        ((("2026-02-10", 4.0), ("2026-02-12", None), ("2026-02-14", 5.0)), None),
        ((("2026-02-10", 4.0), ("2026-02-14", 5.0), ("2026-02", 1.0)), None),
        ((("2026-02-10", 4.0), ("2026-02-14", 5.0), ("2025", 1.0)), True),
        ((("2026-02-10", 4.0), ("2026-02-14", 5.0), ("2026", 6.0)), True),
        ((("2026-01-10", 4.0), ("2026-02-14", 5.0)), None),
        ((("2026-02-10", 4.0), ("2026-02-10", 5.0), ("2026-02-12", 1.0)), True),
        ((("2026-02-10", 4.0), ("2026-02-10", 1.0), ("2026-02-10", 5.0)), None),
        ((), None),
    ],
)
def test_two_in_a_row(rows: tuple[tuple[str, float], ...], wanted: bool | None) -> None:
    assert consecutive(series(*rows), MONTH, 2, high) is wanted


HALF_YEAR = ((-6, "month"),)
AT_LEAST = make_stretch(ON, (HALF_YEAR, False, True), OWN_DAY)
MORE_THAN = make_stretch(ON, (HALF_YEAR, True, True), OWN_DAY)


def positive(sample: Sample) -> bool | None:
    return None if sample.value is None else sample.value == "positive"


@pytest.mark.parametrize(
    ("rows", "at_least", "more_than"),
    [
        ((("2025-04-10", "positive"), ("2026-02-20", "positive")), True, True),
        ((("2025-09-02", "positive"), ("2026-02-20", "positive")), True, None),
        ((("2025-09-03", "positive"), ("2026-02-20", "positive")), None, None),
        ((("2025-04-10", "positive"),), None, None),
        ((("2025-09-02", "positive"),), None, None),
        ((("2026-02-20", "positive"),), None, None),
        ((("2025-04-10", "positive"), ("2025-12-01", "negative"), ("2026-02-20", "positive")), False, False),
        ((("2025-04-10", "positive"), ("2025-06-01", "negative"), ("2026-02-20", "positive")), None, None),
        ((("2025-04-10", "negative"), ("2025-06-01", "positive"), ("2026-02-20", "positive")), True, True),
        ((("2025-04-10", "positive"), ("2025", "negative"), ("2026-02-20", "positive")), None, None),
        ((("2025-04-10", "positive"), ("2024", "negative"), ("2026-02-20", "positive")), True, True),
        ((("2025-04-10", "positive"), ("2026-01-05", None), ("2026-02-20", "positive")), None, None),
        ((), None, None),
    ],
)
def test_a_state_held_for_half_a_year(
    rows: tuple[tuple[str, str | None], ...], at_least: bool | None, more_than: bool | None
) -> None:
    assert series_held(series(*rows), AT_LEAST, positive) is at_least
    assert series_held(series(*rows), MORE_THAN, positive) is more_than


def test_a_state_must_have_been_seen_recently() -> None:
    samples = series(("2025-04-10", "positive"), ("2025-12-20", "positive"))
    assert series_held(samples, AT_LEAST, positive) is True
    recent = make_stretch(ON, (HALF_YEAR, False, True), OWN_DAY, (1, "month"))
    assert series_held(samples, recent, positive) is None


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ((("2025-04-10", 10.0), ("2026-02-20", 10.0)), True),
        ((("2025-04-10", 10.0),), True),
        ((("2025-04-10", 10.0), ("2026-02-20", 20.0)), False),
        ((("2025-04-10", 5.0), ("2025-06-10", 10.0), ("2026-02-20", 10.0)), True),
        ((("2026-02-20", 10.0),), None),
        ((("2026-02-20", 10.0), ("2026-01-20", 20.0)), False),
        ((("2025-04-10", 10.0), ("2026-02-20", BELOW_40)), None),
        ((("2025-04-10", 50.0), ("2026-02-20", BELOW_40)), False),
        ((("2025-04-10", "low"), ("2026-02-20", "high")), False),
        ((), None),
    ],
)
def test_a_dose_unchanged_for_half_a_year(rows: tuple[tuple[str, float], ...], wanted: bool | None) -> None:
    assert series_unchanged(series(*rows), make_window(ON, (HALF_YEAR, True, True), OWN_DAY)) is wanted
    assert series_unchanged(series(*rows), make_window(ON, (HALF_YEAR, False, True), OWN_DAY)) is wanted


@pytest.mark.parametrize(
    ("changed", "at_least", "more_than"),
    [("2025-09-01", True, True), ("2025-09-02", True, False), ("2025-09-03", False, False)],
)
def test_a_dose_changed_about_half_a_year_ago(changed: str, at_least: bool, more_than: bool) -> None:
    samples = series(("2025-04-10", 10.0), (changed, 20.0), ("2026-02-20", 20.0))
    assert series_unchanged(samples, make_window(ON, (HALF_YEAR, True, True), OWN_DAY)) is at_least
    assert series_unchanged(samples, make_window(ON, (HALF_YEAR, False, True), OWN_DAY)) is more_than


def test_without_an_anchor_conditions_are_false_and_values_unknown() -> None:
    samples = series(("2026-02-10", 4.0), ("2026-02-12", 5.0))
    assert latest_value(samples, None) is None
    assert highest_value(samples, None) is None
    assert sample_count(samples, None) == 0.0
    assert consecutive(samples, None, 2, high) is False
    assert series_held(None, None, high) is False
    assert series_unchanged(samples, None) is False


def test_with_an_anchor_that_may_not_exist_nothing_is_certain_but_the_false() -> None:
    maybe = make_window(MaybeWhen(*ON), (((-1, "month"),), False, True), OWN_DAY)
    samples = series(("2026-02-10", 4.0), ("2026-02-12", 5.0))
    assert latest_value(samples, maybe) is None
    assert sample_count(samples, maybe) == Range(0.0, 2.0)
    assert consecutive(samples, maybe, 2, high) is None
    assert consecutive(series(("2026-02-10", 1.0)), maybe, 1, high) is False
    stretch = make_stretch(MaybeWhen(*ON), (HALF_YEAR, False, True), OWN_DAY)
    held = series(("2025-04-10", "positive"), ("2026-02-20", "positive"))
    assert series_held(held, stretch, positive) is None
    assert series_unchanged(held, stretch.window) is None


# A small clock: samples at moments 1 to 8, a window with blurred edges, and every way it all may turn out.
MOMENTS = st.integers(1, 8)
WHENS = st.tuples(MOMENTS, st.integers(0, 3)).map(lambda pair: When(pair[0], pair[0] + pair[1]))
VALUES = st.sampled_from((1.0, 2.0, 3.0, 4.0, Range(2.0, 3.0), None))
SAMPLES = st.lists(st.builds(Sample, WHENS, VALUES), max_size=4).map(tuple)
WINDOWS = st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(0, 5), st.integers(0, 2)).map(
    lambda w: Window(w[0], w[0] + w[1], w[0] + w[1] + w[2], w[0] + w[1] + w[2] + w[3])
)


def worlds(samples: tuple[Sample, ...], window: Window) -> list[tuple[tuple[Sample, ...], Window]]:
    """Every completion: each date one moment, each value one number, each edge one second."""
    rows = [
        [Sample(When(t, t), v) for t in range(when.first, when.last + 1) for v in possible(value)]
        for when, value, *_ in dict.fromkeys(samples)
    ]
    # What is told twice without a time of day happened once or twice.
    again = [one for place, one in enumerate(samples) if one in samples[:place] and one.when[0] < one.when[1]]
    once_more = [
        [None, *(Sample(When(t, t), v) for t in range(when.first, when.last + 1) for v in possible(value))]
        for when, value, *_ in again
    ]
    edges = product(range(window[0], window[1] + 1), range(window[2], window[3] + 1))
    windows = [Window(start, start, end, end) for start, end in edges]
    told = (tuple(one for one in row if one is not None) for row in product(*rows, *once_more))
    return [(row, edge) for row in told for edge in windows]


def possible(value: object) -> tuple[float, ...]:
    if isinstance(value, Range):
        return (value.low, value.high)
    return (0.0, 9.0) if value is None else (value,)


def inside(samples: tuple[Sample, ...], window: Window) -> list[Sample]:
    return sorted(s for s in samples if window.start_first <= s.when.first <= window.end_last)


@given(SAMPLES, WINDOWS)
def test_highest_and_lowest_bound_every_way_it_may_turn_out(
    samples: tuple[Sample, ...], window: Window
) -> None:
    for reduce, pick in ((highest_value, max), (lowest_value, min)):
        found = reduce(samples, window)
        if found is not None:
            low, top = found if isinstance(found, Range) else (found, found)
            for row, edge in worlds(samples, window):
                assert low <= pick(float(s.value) for s in inside(row, edge)) <= top


@given(SAMPLES, WINDOWS)
def test_latest_and_first_are_right_however_it_turns_out(samples: tuple[Sample, ...], window: Window) -> None:
    for reduce, end in ((latest_value, -1), (first_value, 0)):
        found = reduce(samples, window)
        if isinstance(found, float):
            for row, edge in worlds(samples, window):
                held = inside(row, edge)
                at_end = {s.value for s in held if s.when == held[end].when}
                assert at_end == {found}


@given(SAMPLES, WINDOWS)
def test_counts_bound_every_way_it_may_turn_out(samples: tuple[Sample, ...], window: Window) -> None:
    found = sample_count(samples, window, high)
    assert found is not None
    low, top = found if isinstance(found, Range) else (found, found)
    counts = {sum(s.value >= 3 for s in inside(row, edge)) for row, edge in worlds(samples, window)}
    assert low <= min(counts)
    assert max(counts) <= top


@given(SAMPLES, WINDOWS, st.integers(1, 3))
def test_rows_decide_only_what_every_turn_agrees_on(
    samples: tuple[Sample, ...], window: Window, count: int
) -> None:
    found = consecutive(samples, window, count, high)
    if found is None:
        return
    for row, edge in worlds(samples, window):
        held = inside(row, edge)
        # Rows of one moment may have come in either order: only orders apart decide.
        runs = [held[i : i + count] for i in range(len(held) - count + 1)]
        if len({s.when for s in held}) == len(held):
            assert any(all(s.value >= 3 for s in run) for run in runs) is found


@given(SAMPLES, WINDOWS, st.integers(1, 3))
def test_a_mean_is_the_mean_however_it_turns_out(
    samples: tuple[Sample, ...], window: Window, last: int
) -> None:
    found = mean_value(samples, window, last)
    if found is not None:
        for row, edge in worlds(samples, window):
            values = [float(s.value) for s in inside(row, edge)][-last:]
            assert sum(values) / last == pytest.approx(found)


@given(SAMPLES, WINDOWS, st.randoms())
def test_the_order_of_rows_never_matters(samples: tuple[Sample, ...], window: Window, random: object) -> None:
    shuffled = list(samples)
    random.shuffle(shuffled)
    for reduce in (
        latest_value,
        first_value,
        highest_value,
        lowest_value,
        mean_value,
        sample_count,
        sample_change,
    ):
        assert reduce(tuple(shuffled), window) == reduce(samples, window)
    assert consecutive(tuple(shuffled), window, 2, high) == consecutive(samples, window, 2, high)
