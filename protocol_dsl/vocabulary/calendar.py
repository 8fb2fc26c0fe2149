"""Calendar time: durations, partial dates as intervals, and exact shifting. Standard library only, because
the code generated for a protocol runs on it.

Moments are whole seconds on the local clock, counted from 0001-01-01T00:00:00 (day 1 of the proleptic
Gregorian calendar, as in `datetime.date.toordinal`, times 86400).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Final, Literal, NamedTuple

DAY = 86_400
TimeUnit = Literal["minute", "hour", "day", "week", "month", "year"]
DayUnit = Literal["day", "week", "month", "year"]


class Duration(NamedTuple):
    """A signed count of one calendar unit: `Duration(-2, "month")` is two months before."""

    count: int  # type: ignore[assignment]  # the field hides `tuple.count`, which nothing here calls
    unit: TimeUnit


class When(NamedTuple):
    """A moment as far as it is known: every second from `first` to `last`, both inclusive."""

    first: int
    last: int


BEGINNING = DAY
FOREVER = 3_652_060 * DAY - 1
"""First second of 0001-01-01 and last second of 9999-12-31."""
ANY_TIME = When(BEGINNING, FOREVER)

LAST_DAY = FOREVER // DAY
"""The day number of 9999-12-31."""

_CLOCK_UNITS: Final[dict[str, int]] = {"minute": 60, "hour": 3_600}
_MONTH_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class DateError(ValueError):
    """A text that is no date or duration: the user's `text`, the `reason`, and the `fix`."""

    def __init__(self, text: str, reason: str, fix: str) -> None:
        super().__init__(f"`{text}`: {reason}; {fix}")
        self.text = text
        self.reason = reason
        self.fix = fix


def month_length(year: int, month: int) -> int:
    """Days in a month (1 to 12) of the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def shift_day(day: int, duration: tuple[int, TimeUnit]) -> int:
    """The day number `duration` away from `day`. Months and years are calendar ones, clamped to the month's
    last day; past either end of the calendar the result is its first or last day. Raises ValueError for a
    unit shorter than a day, which moves moments, not days."""
    count, unit = duration
    if unit == "day":
        moved = day + count
    elif unit == "week":
        moved = day + 7 * count
    elif unit in {"month", "year"}:
        return _shift_months(day, count if unit == "month" else 12 * count)
    else:
        raise ValueError(f"a count of {unit}s moves a moment, not a day")
    return min(max(moved, 1), LAST_DAY)


@lru_cache(maxsize=65_536)
def _shift_months(day: int, count: int) -> int:
    start = date.fromordinal(day)
    year, month = divmod(12 * start.year + start.month - 1 + count, 12)
    if year < 1:
        return 1
    if year > 9999:
        return LAST_DAY
    return date(year, month + 1, min(start.day, month_length(year, month + 1))).toordinal()


def day_of(moment: int) -> int:
    """The day number a moment falls on."""
    return moment // DAY


def days(first: int, last: int) -> When:
    """From the first second of day `first` to the last second of day `last` (day numbers)."""
    return When(first * DAY, last * DAY + DAY - 1)


def whole_day(when: When) -> When:
    """`when` widened to the days it touches."""
    return days(when.first // DAY, when.last // DAY)


def edge_start(
    moment: int, offsets: tuple[tuple[int, TimeUnit], ...], strict: bool = False, farthest: bool = True
) -> int:
    """The first second of a window that opens at `moment` moved by one of `offsets` (none: at its own day).

    A day or longer moves whole days and opens at 00:00:00 of the day reached, `strict` at 00:00:00 of the day
    after; minutes and hours move the moment itself, `strict` one second later. Among several offsets the edge
    taken is the `farthest` from the moment, else the nearest. Never decreases as `moment` grows; ends of the
    calendar stop it.
    """
    if not offsets:
        return _opening(moment // DAY, strict)
    if len(offsets) == 1:
        return _start_after(moment, offsets[0], strict)
    starts = [_start_after(moment, offset, strict) for offset in offsets]
    return max(starts) if _looks_ahead(offsets) == farthest else min(starts)


def edge_end(
    moment: int, offsets: tuple[tuple[int, TimeUnit], ...], strict: bool = False, farthest: bool = True
) -> int:
    """The last second of a window that closes at `moment` moved by one of `offsets`: as `edge_start`, but
    23:59:59 of the day reached, and `strict` ends the day (or second) before."""
    if not offsets:
        return _closing(moment // DAY, strict)
    if len(offsets) == 1:
        return _end_after(moment, offsets[0], strict)
    ends = [_end_after(moment, offset, strict) for offset in offsets]
    return max(ends) if _looks_ahead(offsets) == farthest else min(ends)


def _looks_ahead(offsets: tuple[tuple[int, TimeUnit], ...]) -> bool:
    return all(count >= 0 for count, _ in offsets)


def _start_after(moment: int, offset: tuple[int, TimeUnit], strict: bool) -> int:
    seconds = _CLOCK_UNITS.get(offset[1])
    if seconds is None:
        return _opening(shift_day(moment // DAY, offset), strict)
    return min(max(moment + offset[0] * seconds, BEGINNING) + strict, FOREVER)


def _end_after(moment: int, offset: tuple[int, TimeUnit], strict: bool) -> int:
    seconds = _CLOCK_UNITS.get(offset[1])
    if seconds is None:
        return _closing(shift_day(moment // DAY, offset), strict)
    return max(min(moment + offset[0] * seconds, FOREVER) - strict, BEGINNING)


def _opening(day: int, strict: bool) -> int:
    return min((day + strict) * DAY, FOREVER)


def _closing(day: int, strict: bool) -> int:
    return max((day - strict) * DAY + DAY - 1, BEGINNING)


def completed(unit: DayUnit, birth: int, on: int) -> int:
    """Units completed on day `on` since the day of birth (day numbers). A year or month is completed on the
    day of birth, or on the first of the next month where that day does not exist: born on 29 February, a year
    is completed on 1 March in common years. Before birth the count is negative."""
    if unit == "day":
        return on - birth
    if unit == "week":
        return (on - birth) // 7
    born, now = date.fromordinal(birth), date.fromordinal(on)
    if unit == "year":
        return now.year - born.year - ((now.month, now.day) < (born.month, born.day))
    return 12 * (now.year - born.year) + now.month - born.month - (now.day < born.day)


def age(birth: When, on: When, unit: DayUnit) -> tuple[int, int] | None:
    """The least and the greatest age in completed units, as far as `birth` and `on` are known (equal when the
    age is certain); None when birth certainly comes after `on`."""
    low = completed(unit, birth.last // DAY, on.first // DAY)
    high = completed(unit, birth.first // DAY, on.last // DAY)
    return None if high < 0 else (max(low, 0), high)


def birth_from_age(low: int, high: int | None, on: When) -> When:
    """The birth dates of a person who is `low` to `high` (None: any) completed years old on `on`."""
    last = shift_day(on.last // DAY, (-low, "year"))
    first = 1 if high is None else shift_day(on.first // DAY, (-high - 1, "year")) + 1
    return days(min(first, last), last)


_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,12})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?"
)
_LOOSE: Final = re.compile(r"([0-9]{4,9})(?:[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?)?")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_FORMS: Final = "write a date as `2026`, `2026-03`, `2026-03-05` or `2026-03-05T14:30`"


def parse_when(text: str) -> When:
    """The interval of moments an ISO date may mean: `2024`, `2024-03`, `2024-03-05`, `2024-03-05T14:30` (a
    minute), `2024-03-05T14:30:10` (a second; fractions are cut). The written clock time is local time; a zone
    or offset after it is read over. Raises DateError."""
    found = _DATE.fullmatch(text.strip()) if len(text) <= 64 else None
    if found is None:
        raise _not_a_date(text)
    year, month, day, hour, minute, second = found.groups()
    if month is None:
        return _year(text, int(year))
    if day is None:
        return _month(text, int(year), int(month))
    number = _checked_day(text, int(year), int(month), int(day))
    if hour is None:
        return days(number, number)
    return _clock(text, number, int(hour), int(minute), None if second is None else int(second))


def _year(text: str, year: int) -> When:
    _check_year(text, year)
    return days(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())


def _month(text: str, year: int, month: int) -> When:
    last = _checked_day(text, year, month, None)
    return days(date(year, month, 1).toordinal(), last)


def _check_year(text: str, year: int) -> None:
    if year < 1:
        raise DateError(_quoted(text), "there is no year 0", "write a year from 0001 to 9999")


def _checked_day(text: str, year: int, month: int, day: int | None) -> int:
    """The day number of a date that exists (`day` None: the last of the month)."""
    _check_year(text, year)
    if not 1 <= month <= 12:
        swapped = day is not None and 1 <= day <= 12 and 1 <= month <= month_length(year, day)
        fix = f"; did you mean `{year:04}-{day:02}-{month:02}`?" if swapped else ""
        raise DateError(_quoted(text), f"there is no month {month}", "months run from 01 to 12" + fix)
    length = month_length(year, month)
    if day is None:
        return date(year, month, length).toordinal()
    if not 1 <= day <= length:
        raise DateError(
            _quoted(text),
            f"{_MONTH_NAMES[month - 1]} {year} has {length} days, so there is no day {day}",
            f"write a day from 01 to {length}, or `{year:04}-{month:02}` when the day is not known",
        )
    return date(year, month, day).toordinal()


def _clock(text: str, day: int, hour: int, minute: int, second: int | None) -> When:
    if hour > 23 or minute > 59 or (second or 0) > 59:
        raise DateError(_quoted(text), "there is no such time of day", "times run from 00:00:00 to 23:59:59")
    start = day * DAY + hour * 3_600 + minute * 60
    return When(start, start + 59) if second is None else When(start + second, start + second)


def _not_a_date(text: str) -> DateError:
    bare, words = text.strip(), _quoted(text)
    if not bare:
        return DateError(words, "it is empty", _FORMS)
    if found := _COMPACT.fullmatch(bare):
        return DateError(words, "the date has no dashes", _suggestion(*found.groups()))
    if found := _LOOSE.fullmatch(bare):
        return _loose_date(words, *found.group(1, 2, 3))
    if found := _DAY_FIRST.fullmatch(bare):
        one, other, year = found.group(1, 3, 4)
        return _day_first(words, int(one), int(other), int(year))
    return DateError(words, "it is not a date", _FORMS)


def _loose_date(words: str, year: str, month: str | None = None, day: str | None = None) -> DateError:
    if len(year) > 4:
        return DateError(words, f"the year {year} has {len(year)} digits", "write a year from 0001 to 9999")
    return DateError(
        words,
        "year, month and day are joined by dashes, months and days have two digits",
        _suggestion(year, month, day),
    )


def _day_first(words: str, one: int, other: int, year: int) -> DateError:
    readings = [
        (f"{year:04}-{month:02}-{day:02}", f"{day} {_MONTH_NAMES[month - 1]}")
        for day, month in dict.fromkeys(((one, other), (other, one)))
        if year >= 1 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)
    ]
    if not readings:
        return DateError(words, "there is no such date", _FORMS)
    fix = "write " + " or ".join(f"`{iso}` for {spoken}" for iso, spoken in readings)
    reason = "it may be day or month first" if len(readings) > 1 else "a date begins with the year"
    return DateError(words, reason, fix)


def _suggestion(year: str, month: str | None, day: str | None) -> str:
    iso = "-".join([year, *(f"{int(part):02}" for part in (month, day) if part is not None)])
    try:
        parse_when(iso)
    except DateError as error:
        return error.fix
    return f"write `{iso}`"


def _quoted(text: str) -> str:
    shown = " ".join(text.split()) if len(text) < 1_000 else " ".join(text[:1_000].split())
    return shown if len(shown) <= 40 else shown[:39] + "…"


def from_date(value: date | datetime) -> When:
    """The whole day of a date, or the second of a datetime on its own clock (zone and fraction read over)."""
    day = value.toordinal()
    if isinstance(value, datetime):
        second = day * DAY + value.hour * 3_600 + value.minute * 60 + value.second
        return When(second, second)
    return days(day, day)


def when_text(when: When) -> str:
    """The shortest ISO form that means exactly this interval, which `parse_when` reads back, or `from … to
    …`, `from … on`, `up to …`, `any time`."""
    if when == ANY_TIME:
        return "any time"
    for write in _WRITERS:
        if parse_when(write(when.first)) == when:
            return write(when.first)
    first, last = next(
        (write(when.first), write(when.last))
        for write in _WRITERS
        if parse_when(write(when.first)).first == when.first
        and parse_when(write(when.last)).last == when.last
    )
    if when.last == FOREVER:
        return f"from {first} on"
    return f"up to {last}" if when.first == BEGINNING else f"from {first} to {last}"


def _year_text(moment: int) -> str:
    return f"{date.fromordinal(moment // DAY).year:04}"


def _month_text(moment: int) -> str:
    day = date.fromordinal(moment // DAY)
    return f"{day.year:04}-{day.month:02}"


def _day_text(moment: int) -> str:
    return date.fromordinal(moment // DAY).isoformat()


def _minute_text(moment: int) -> str:
    seconds = moment % DAY
    return f"{_day_text(moment)}T{seconds // 3_600:02}:{seconds // 60 % 60:02}"


def second_text(moment: int) -> str:
    """A moment to the second in ISO form."""
    return f"{_minute_text(moment)}:{moment % 60:02}"


_Writer = Callable[[int], str]
_WRITERS: Final[tuple[_Writer, ...]] = (
    _year_text,
    _month_text,
    _day_text,
    _minute_text,
    second_text,
)


_ISO_LETTERS: Final[dict[TimeUnit, str]] = {
    "year": "P{}Y",
    "month": "P{}M",
    "week": "P{}W",
    "day": "P{}D",
    "hour": "PT{}H",
    "minute": "PT{}M",
}
_ISO_DURATION: Final = re.compile(
    r"([+-]?)P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?)?"
)


def duration_text(duration: tuple[int, TimeUnit]) -> str:
    """In words: `6 months`, `1 day`, `-2 weeks`."""
    count, unit = duration
    return f"{count} {unit}" + ("" if abs(count) == 1 else "s")


def duration_iso(duration: tuple[int, TimeUnit]) -> str:
    """The ISO 8601 form: `P6M`, `PT4H`, `-P2W`."""
    count, unit = duration
    return ("-" if count < 0 else "") + _ISO_LETTERS[unit].format(abs(count))


def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration. Years and months together are months, weeks and days days, hours and minutes
    minutes; other mixtures have no single unit. Raises DateError."""
    found = _ISO_DURATION.fullmatch(text.strip()) if len(text) <= 80 else None
    parts = (
        []
        if found is None
        else [
            (int(count), unit) for count, unit in zip(found.groups()[1:], _ISO_LETTERS, strict=True) if count
        ]
    )
    if found is None or not parts or text.strip().endswith("T"):
        raise DateError(_quoted(text), "it is not a duration", "write one as `P6M`, `P28D`, `P2W` or `PT4H`")
    sign = -1 if found[1] == "-" else 1
    if len(parts) == 1:
        return Duration(sign * parts[0][0], parts[0][1])
    units = {unit for _, unit in parts}
    for family, scales in _MIXTURES:
        if units <= scales.keys():
            return Duration(sign * sum(count * scales[unit] for count, unit in parts), family)
    raise DateError(
        _quoted(text), "it mixes calendar months, days and hours", "use one unit, such as `P18M` or `P45D`"
    )


_MIXTURES: Final[tuple[tuple[TimeUnit, dict[TimeUnit, int]], ...]] = (
    ("month", {"year": 12, "month": 1}),
    ("day", {"week": 7, "day": 1}),
    ("minute", {"hour": 60, "minute": 1}),
)
