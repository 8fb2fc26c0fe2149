"""Laws of the calendar, against plain `datetime` arithmetic."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st

from protocol_dsl.vocabulary.calendar import (
    BEGINNING,
    DAY,
    FOREVER,
    LAST_DAY,
    DateError,
    Duration,
    When,
    age,
    birth_from_age,
    completed,
    days,
    duration_iso,
    edge_end,
    edge_start,
    parse_duration,
    parse_when,
    shift_day,
    when_text,
)

DAYS = st.integers(1, LAST_DAY) | st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(date.toordinal)
MOMENTS = st.integers(BEGINNING, FOREVER)
DAY_UNITS = st.sampled_from(("day", "week", "month", "year"))
DAY_DURATIONS = st.builds(Duration, st.integers(-3_000, 3_000) | st.integers(), DAY_UNITS)
DURATIONS = DAY_DURATIONS | st.builds(
    Duration, st.integers(-100_000, 100_000), st.sampled_from(("minute", "hour"))
)
EDGES = st.tuples(st.lists(DURATIONS, max_size=3).map(tuple), st.booleans(), st.booleans())
LEAP_DAY = date(2024, 2, 29).toordinal()


def naive_shift(day: date, duration: Duration) -> date:
    count = duration.count
    if duration.unit in {"day", "week"}:
        return day + timedelta(days=count * (7 if duration.unit == "week" else 1))
    year, month = day.year, day.month
    for _ in range(abs(count) * (12 if duration.unit == "year" else 1)):
        month += 1 if count > 0 else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@given(st.dates(date(1800, 1, 1), date(2200, 1, 1)), st.builds(Duration, st.integers(-300, 300), DAY_UNITS))
@example(date(2024, 2, 29), Duration(-1, "year"))
@example(date(2024, 3, 31), Duration(-1, "month"))
@example(date(2026, 8, 31), Duration(6, "month"))
def test_shifting_agrees_with_counting_months_one_by_one(day: date, duration: Duration) -> None:
    assert shift_day(day.toordinal(), duration) == naive_shift(day, duration).toordinal()


@given(DAYS, DAYS, DAY_DURATIONS)
def test_shifting_never_changes_order_and_never_leaves_the_calendar(
    one: int, other: int, duration: Duration
) -> None:
    first, last = shift_day(min(one, other), duration), shift_day(max(one, other), duration)
    assert 1 <= first <= last <= LAST_DAY


@given(DAYS, st.integers(-5_000, 5_000))
def test_shifting_by_months_keeps_the_day_or_lands_on_the_months_last(day: int, count: int) -> None:
    moved = shift_day(day, (count, "month"))
    assume(1 < moved < LAST_DAY)
    before, after = date.fromordinal(day), date.fromordinal(moved)
    last = monthrange(after.year, after.month)[1]
    assert after.day == min(before.day, last)
    assert (after.year - before.year) * 12 + after.month - before.month == count


@given(MOMENTS, MOMENTS, EDGES)
def test_edges_follow_their_anchor(
    one: int, other: int, edge: tuple[tuple[Duration, ...], bool, bool]
) -> None:
    for side in (edge_start, edge_end):
        first, last = side(min(one, other), *edge), side(max(one, other), *edge)
        assert BEGINNING <= first <= last <= FOREVER


@given(MOMENTS, st.lists(DURATIONS, max_size=1).map(tuple))
def test_a_strict_edge_leaves_out_exactly_what_the_plain_one_lets_in(
    moment: int, offsets: tuple[Duration, ...]
) -> None:
    start, end = edge_start(moment, offsets), edge_end(moment, offsets)
    assume(start > BEGINNING and end < FOREVER)
    assert edge_start(moment, offsets, strict=True) == end + 1
    assert edge_end(moment, offsets, strict=True) == start - 1
    clock = offsets and offsets[0].unit in {"minute", "hour"}
    assert end - start == (0 if clock else DAY - 1)
    assert clock or start % DAY == 0


@given(MOMENTS, st.lists(DURATIONS, min_size=2, max_size=3), st.booleans())
def test_longer_and_shorter_of_are_the_outermost_edges(
    moment: int, offsets: list[Duration], back: bool
) -> None:
    signed = tuple(Duration(-abs(c) - 1 if back else abs(c) + 1, unit) for c, unit in offsets)
    for side in (edge_start, edge_end):
        single = [side(moment, (offset,)) for offset in signed]
        assert side(moment, signed, farthest=True) == (min(single) if back else max(single))
        assert side(moment, signed, farthest=False) == (max(single) if back else min(single))


@given(DAYS, DAYS, DAY_UNITS)
@example(LEAP_DAY, date(2025, 2, 28).toordinal(), "year")
@example(date(2024, 1, 31).toordinal(), date(2024, 4, 30).toordinal(), "month")
def test_a_completed_unit_is_the_last_anniversary_reached(one: int, other: int, unit: str) -> None:
    birth, on = date.fromordinal(min(one, other)), date.fromordinal(max(one, other))
    count = completed(unit, birth.toordinal(), on.toordinal())
    reached = anniversary(birth, count, unit)
    assert reached is not None
    assert reached <= on
    following = anniversary(birth, count + 1, unit)
    assert following is None or on < following


def anniversary(birth: date, count: int, unit: str) -> date | None:
    """The day a count of units is completed (of 29 February: 1 March in common years), if there is one."""
    if unit in {"day", "week"}:
        days_on = birth.toordinal() + count * (7 if unit == "week" else 1)
        return date.fromordinal(days_on) if days_on <= LAST_DAY else None
    months = birth.year * 12 + birth.month - 1 + count * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if year > 9999:
        return None
    if birth.day <= monthrange(year, month)[1]:
        return date(year, month, birth.day)
    return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)


@given(DAYS, DAYS, DAY_UNITS)
def test_age_never_falls_and_grows_by_at_most_one_a_day(birth: int, on: int, unit: str) -> None:
    assume(birth <= on < LAST_DAY)
    assert 0 <= completed(unit, birth, on + 1) - completed(unit, birth, on) <= 1


@given(st.tuples(DAYS, DAYS), st.tuples(DAYS, DAYS), DAY_UNITS, st.data())
def test_age_from_partial_dates_holds_every_age_it_may_be(
    births: tuple[int, int], ons: tuple[int, int], unit: str, data: st.DataObject
) -> None:
    bounds = age(days(min(births), max(births)), days(min(ons), max(ons)), unit)
    birth = data.draw(st.integers(min(births), max(births)))
    on = data.draw(st.integers(min(ons), max(ons)))
    if birth <= on:
        assert bounds is not None
        assert bounds[0] <= completed(unit, birth, on) <= bounds[1]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 110), st.integers(0, 10))
@example(date(2023, 2, 28), 22, 0)
@example(date(2024, 2, 29), 24, 0)
def test_birth_from_age_is_exactly_those_of_that_age(on: date, low: int, more: int) -> None:
    day = days(on.toordinal(), on.toordinal())
    first, last = (moment // DAY for moment in birth_from_age(low, low + more, day))
    wanted = range(low, low + more + 1)
    assert completed("year", first, on.toordinal()) == wanted[-1]
    assert completed("year", last, on.toordinal()) == low
    assert completed("year", first - 1, on.toordinal()) not in wanted
    assert completed("year", last + 1, on.toordinal()) not in wanted


@given(st.datetimes(), st.sampled_from((4, 7, 10, 16, 19)))
def test_dates_are_written_as_they_are_read(moment: datetime, length: int) -> None:
    text = moment.isoformat(timespec="seconds")[:length]
    when = parse_when(text)
    assert when_text(when) == text
    second = (moment - datetime(1, 1, 1)) // timedelta(seconds=1) + DAY
    assert when.first <= second <= when.last


@given(MOMENTS, MOMENTS)
def test_every_interval_can_be_written(one: int, other: int) -> None:
    first, last = min(one, other), max(one, other)
    text = when_text(When(first, last))
    if text.startswith("from ") and " to " in text:
        opening, closing = text.removeprefix("from ").split(" to ")
        assert parse_when(opening).first == first
        assert parse_when(closing).last == last
    elif " " not in text:
        assert parse_when(text) == When(first, last)


@given(st.text() | st.from_regex(r"[0-9]{1,5}[-/.]?[0-9]{0,3}[-/.]?[0-9]{0,5}(T[0-9:]*)?", fullmatch=True))
def test_any_text_is_a_date_or_a_reasoned_refusal(text: str) -> None:
    read = date_or_refusal(text)
    if isinstance(read, DateError):
        assert read.reason
        assert read.fix
        assert len(str(read)) < 400
    else:
        assert BEGINNING <= read.first <= read.last <= FOREVER


def date_or_refusal(text: str) -> When | DateError:
    try:
        return parse_when(text)
    except DateError as error:
        return error


@given(
    st.builds(
        Duration,
        st.integers(-999_999, 999_999),
        st.sampled_from(("minute", "hour", "day", "week", "month", "year")),
    )
)
def test_durations_are_read_as_they_are_written(duration: Duration) -> None:
    assert parse_duration(duration_iso(duration)) == duration
