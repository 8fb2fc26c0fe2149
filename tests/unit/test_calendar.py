"""Dates and durations as people write them, month ends, leap days, windows and ages by example."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from math import inf

import pytest

from protocol_dsl.runtime.records import Range
from protocol_dsl.runtime.windows import (
    MaybeWhen,
    MaybeWindow,
    age_at,
    contains,
    ended_in,
    make_stretch,
    make_window,
    named_anchor,
    overlaps,
)
from protocol_dsl.vocabulary.calendar import (
    ANY_TIME,
    BEGINNING,
    DAY,
    FOREVER,
    DateError,
    Duration,
    When,
    completed,
    days,
    duration_iso,
    duration_text,
    edge_end,
    edge_start,
    from_date,
    parse_duration,
    parse_when,
    shift_day,
    when_text,
)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01T00:00:00", "2024-12-31T23:59:59"),
        ("2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
        (" 2024-03-05 ", "2024-03-05T00:00:00", "2024-03-05T23:59:59"),
        ("2024-03-05T14:30", "2024-03-05T14:30:00", "2024-03-05T14:30:59"),
        ("2024-03-05 14:30:10.999", "2024-03-05T14:30:10", "2024-03-05T14:30:10"),
        ("2024-03-05T23:30:00-08:00", "2024-03-05T23:30:00", "2024-03-05T23:30:00"),
        ("2024-03-05T23:30Z", "2024-03-05T23:30:00", "2024-03-05T23:30:59"),
        ("0001", "0001-01-01T00:00:00", "0001-12-31T23:59:59"),
        ("9999-12-31", "9999-12-31T00:00:00", "9999-12-31T23:59:59"),
    ],
)
def test_a_date_is_the_interval_it_may_mean(text: str, first: str, last: str) -> None:
    ends = [from_date(datetime.fromisoformat(end)).first for end in (first, last)]
    assert parse_when(text) == When(*ends)


def test_the_ends_of_the_calendar_are_its_first_and_last_second() -> None:
    assert parse_when("0001").first == BEGINNING
    assert parse_when("9999").last == FOREVER


@pytest.mark.parametrize(
    ("text", "reason", "fix"),
    [
        ("2026-13-01", "there is no month 13", "months run from 01 to 12; did you mean `2026-01-13`?"),
        ("2026-40", "there is no month 40", "months run from 01 to 12"),
        (
            "2026-02-30",
            "February 2026 has 28 days, so there is no day 30",
            "write a day from 01 to 28, or `2026-02` when the day is not known",
        ),
        (
            "2024-04-31",
            "April 2024 has 30 days, so there is no day 31",
            "write a day from 01 to 30, or `2024-04` when the day is not known",
        ),
        ("0000", "there is no year 0", "write a year from 0001 to 9999"),
        ("0000-01-01", "there is no year 0", "write a year from 0001 to 9999"),
        (
            "12/03/2026",
            "it may be day or month first",
            "write `2026-03-12` for 12 March or `2026-12-03` for 3 December",
        ),
        ("13.02.2026", "a date begins with the year", "write `2026-02-13` for 13 February"),
        ("02.02.2026", "a date begins with the year", "write `2026-02-02` for 2 February"),
        (
            "32.13.2026",
            "there is no such date",
            "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`",
        ),
        ("99999", "the year 99999 has 5 digits", "write a year from 0001 to 9999"),
        ("12000-01-01", "the year 12000 has 5 digits", "write a year from 0001 to 9999"),
        ("20260305", "the date has no dashes", "write `2026-03-05`"),
        (
            "2026/3/5",
            "year, month and day are joined by dashes, months and days have two digits",
            "write `2026-03-05`",
        ),
        ("", "it is empty", "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`"),
        (
            "last week",
            "it is not a date",
            "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`",
        ),
        ("2026-03-05T24:00", "there is no such time of day", "times run from 00:00:00 to 23:59:59"),
        ("٢٠٢٦", "it is not a date", "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`"),
    ],
)
def test_what_is_no_date_is_refused_with_a_reason_and_a_fix(text: str, reason: str, fix: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_when(text)
    assert (caught.value.reason, caught.value.fix) == (reason, fix)


def test_a_long_text_is_shown_in_part() -> None:
    with pytest.raises(DateError) as caught:
        parse_when("1" * 100_000)
    assert len(caught.value.text) == 40


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2024", "2024", "2024"),
        ("2024", "2025", "from 2024 to 2025"),
        ("2024-03", "2025-01-31", "from 2024-03 to 2025-01"),
        ("2024-03-02", "2025", "from 2024-03-02 to 2025-12-31"),
        ("2024-03-02T10:00:01", "2024-03-02", "from 2024-03-02T10:00:01 to 2024-03-02T23:59:59"),
        ("0001", "2024-03-02", "up to 2024-03-02"),
        ("2024-03-02", "9999", "from 2024-03-02 on"),
        ("0001", "9999", "any time"),
    ],
)
def test_intervals_are_written_in_the_coarsest_form_that_fits(first: str, last: str, text: str) -> None:
    assert when_text(When(parse_when(first).first, parse_when(last).last)) == text


def test_dates_and_datetimes_are_taken_on_their_own_clock() -> None:
    assert from_date(date(2026, 3, 2)) == parse_when("2026-03-02")
    eastern = timezone(timedelta(hours=-5))
    assert from_date(datetime(2026, 3, 2, 8, 30, 5, 999, eastern)) == parse_when("2026-03-02T08:30:05")


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2024-03-31", Duration(-1, "month"), "2024-02-29"),
        ("2023-03-31", Duration(-1, "month"), "2023-02-28"),
        ("2024-02-29", Duration(1, "year"), "2025-02-28"),
        ("2024-02-29", Duration(-4, "year"), "2020-02-29"),
        ("2026-08-31", Duration(6, "month"), "2027-02-28"),
        ("2026-01-01", Duration(-1, "day"), "2025-12-31"),
        ("2026-01-08", Duration(-1, "week"), "2026-01-01"),
        ("2026-01-01", Duration(-3_000, "year"), "0001-01-01"),
        ("2026-01-01", Duration(10**30, "month"), "9999-12-31"),
        ("2026-01-01", Duration(-(10**30), "day"), "0001-01-01"),
    ],
)
def test_shifting_clamps_to_the_months_last_day_and_stops_at_the_calendars_ends(
    start: str, duration: Duration, end: str
) -> None:
    assert shift_day(day(start), duration) == day(end)


def test_a_day_cannot_be_shifted_by_hours() -> None:
    with pytest.raises(ValueError, match="a count of hours moves a moment, not a day"):
        shift_day(day("2026-01-01"), (1, "hour"))


@pytest.mark.parametrize(
    ("offsets", "strict", "start", "end"),
    [
        (((-28, "day"),), False, "2026-02-02T00:00:00", "2026-02-02T23:59:59"),
        (((-28, "day"),), True, "2026-02-03T00:00:00", "2026-02-01T23:59:59"),
        (((-24, "hour"),), False, "2026-03-01T15:00:00", "2026-03-01T15:00:00"),
        (((-24, "hour"),), True, "2026-03-01T15:00:01", "2026-03-01T14:59:59"),
        ((), False, "2026-03-02T00:00:00", "2026-03-02T23:59:59"),
        ((), True, "2026-03-03T00:00:00", "2026-03-01T23:59:59"),
        (((-2, "month"), (-30, "day")), False, "2026-01-02T00:00:00", "2026-01-02T23:59:59"),
        (((2, "week"), (90, "minute")), False, "2026-03-16T00:00:00", "2026-03-16T23:59:59"),
    ],
)
def test_edges_of_a_window(offsets: tuple[Duration, ...], strict: bool, start: str, end: str) -> None:
    moment = parse_when("2026-03-02T15:00:00").first
    assert when_text(When(*[edge_start(moment, offsets, strict)] * 2)) == start
    assert when_text(When(*[edge_end(moment, offsets, strict)] * 2)) == end


@pytest.mark.parametrize(
    ("unit", "birth", "on", "count"),
    [
        ("year", "2004-02-29", "2022-02-28", 17),
        ("year", "2004-02-29", "2022-03-01", 18),
        ("year", "2004-02-29", "2024-02-28", 19),
        ("year", "2004-02-29", "2024-02-29", 20),
        ("year", "2008-03-02", "2026-03-02", 18),
        ("year", "2008-03-03", "2026-03-02", 17),
        ("month", "2024-01-31", "2024-02-29", 0),
        ("month", "2024-01-31", "2024-03-01", 1),
        ("month", "2024-01-31", "2024-03-31", 2),
        ("week", "2026-03-01", "2026-03-07", 0),
        ("week", "2026-03-01", "2026-03-08", 1),
        ("day", "2024-02-28", "2024-03-01", 2),
        ("year", "2026-03-03", "2026-03-02", -1),
    ],
)
def test_completed_units(unit: str, birth: str, on: str, count: int) -> None:
    assert completed(unit, day(birth), day(on)) == count


@pytest.mark.parametrize(
    ("iso", "duration", "words"),
    [
        ("P6M", Duration(6, "month"), "6 months"),
        ("P1D", Duration(1, "day"), "1 day"),
        ("-P2W", Duration(-2, "week"), "-2 weeks"),
        ("PT4H", Duration(4, "hour"), "4 hours"),
        ("PT1M", Duration(1, "minute"), "1 minute"),
        ("P1Y", Duration(1, "year"), "1 year"),
    ],
)
def test_durations_in_words_and_in_iso_form(iso: str, duration: Duration, words: str) -> None:
    assert parse_duration(iso) == duration
    assert duration_iso(duration) == iso
    assert duration_text(duration) == words


def test_durations_of_one_family_become_one_unit() -> None:
    assert parse_duration("P1Y6M") == Duration(18, "month")
    assert parse_duration("-P1W1D") == Duration(-8, "day")
    assert parse_duration("PT1H30M") == Duration(90, "minute")


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "P1.5M", "6 months", "P1M1D", "P1DT1H", "P" + "9" * 99 + "D"]
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_duration(text)
    assert caught.value.fix


ON = parse_when("2026-03-02")
TWO_MONTHS = (((-2, "month"),), False, True)
OWN_DAY = ((), False, True)


def test_a_window_with_a_known_anchor_has_sharp_edges() -> None:
    window = make_window(ON, TWO_MONTHS, OWN_DAY)
    assert window == days(day("2026-01-02"), day("2026-01-02"))[:1] * 2 + ON[1:] * 2
    assert contains(window, parse_when("2026-01-02")) is True
    assert contains(window, parse_when("2026-01-01")) is False
    assert contains(window, parse_when("2026-01")) is None
    assert contains(window, parse_when("2026-02")) is True


def test_a_partial_anchor_blurs_the_edges() -> None:
    window = make_window(parse_when("2026-03"), TWO_MONTHS, OWN_DAY)
    assert contains(window, parse_when("2026-01-15")) is None
    assert contains(window, parse_when("2026-02-01")) is True
    assert contains(window, parse_when("2025-12-31")) is False


def test_no_anchor_no_window() -> None:
    assert make_window(None, TWO_MONTHS, OWN_DAY) is None
    assert make_stretch(None, TWO_MONTHS, OWN_DAY) is None
    assert isinstance(make_window(MaybeWhen(*ON), TWO_MONTHS, OWN_DAY), MaybeWindow)


def test_an_interval_overlaps_by_a_second() -> None:
    window = make_window(ON, TWO_MONTHS, OWN_DAY)
    assert window is not None
    assert overlaps(window, parse_when("2025"), parse_when("2026-01-02")) is True
    assert overlaps(window, parse_when("2025"), parse_when("2026-01-01")) is False
    assert overlaps(window, parse_when("2025"), parse_when("2026-01")) is None


def test_what_is_ongoing_has_ended_in_no_window() -> None:
    window = make_window(ON, OWN_DAY, None)
    assert window is not None
    assert ended_in(window, ON, When(FOREVER, FOREVER)) is False
    assert ended_in(window, ON, When(ON.first, FOREVER)) is None
    assert ended_in(window, ON, parse_when("2026-04")) is True


def test_an_anchor_still_to_come_is_any_moment_from_the_day_of_judging() -> None:
    assert named_anchor(None, parse_when("2026-03-02T10:00:00")) == When(ON.first, FOREVER)
    assert named_anchor(parse_when("2025"), ON) == parse_when("2025")


@pytest.mark.parametrize(
    ("birth", "stated", "unit", "at", "wanted"),
    [
        ("1980-03-02", None, "year", "2026-03-02", 46.0),
        ("1980", None, "year", "2026-03-02", Range(45.0, 46.0)),
        ("1980-01", None, "year", "2026-03-02", 46.0),
        ("1980-01", 20.0, "year", "2026-03-02", 46.0),
        ("2026", None, "month", "2026-03-02", Range(0.0, 2.0)),
        ("2027", None, "year", "2026-03-02", None),
        (None, 45.0, "year", "2026-03-02", 45.0),
        (None, 45.7, "year", "2026-03-02", 45.0),
        (None, 45.0, "month", "2026-03-02", Range(540.0, 551.0)),
        (None, 2.0, "day", "2026-03-02", Range(730.0, 1097.0)),
        (None, 2.0, "week", "2026-03-02", Range(104.0, 156.0)),
        (None, Range(90.0, inf), "year", "2026-03-02", Range(90.0, inf)),
        (None, Range(-inf, 17.0), "year", "2026-03-02", Range(0.0, 17.0)),
        (None, 45.0, "year", "2026-03-03", Range(45.0, 46.0)),
        (None, 45.0, "year", "2027-03-02", 46.0),
        (None, None, "year", "2026-03-02", None),
        ("1980", 45.0, "year", None, None),
    ],
)
def test_age_at_an_anchor(
    birth: str | None, stated: float | Range | None, unit: str, at: str | None, wanted: float | Range | None
) -> None:
    born, anchor = (None if text is None else parse_when(text) for text in (birth, at))
    assert age_at(born, stated, unit, ON, anchor) == wanted


def test_age_at_an_anchor_that_may_not_exist_is_unknown() -> None:
    assert age_at(parse_when("1980"), None, "year", ON, MaybeWhen(*ON)) is None
    assert age_at(ANY_TIME, None, "day", ON, ON) == Range(0.0, float(ON.first // DAY - 1))
