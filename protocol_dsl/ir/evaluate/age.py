"""Completed units of age by definition: the count of anniversaries reached, each on its day of the month or,
when that month has no such day, on the first of the next (29 February: 1 March in common years)."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import assert_never

from protocol_dsl.ir.evaluate.formulas import Quantity
from protocol_dsl.ir.evaluate.time import date_of
from protocol_dsl.ir.features import AgeUnit
from protocol_dsl.runtime.records import FactValue, Range
from protocol_dsl.vocabulary.calendar import When


def completed(unit: AgeUnit, birth: date, day: date) -> int:
    """Units completed on `day`; negative before birth."""
    match unit:
        case "year":
            return completed("month", birth, day) // 12
        case "month":
            months = (day.year - birth.year) * 12 + day.month - birth.month
            return months - 1 if day.day < birth.day else months
        case "week":
            return (day - birth).days // 7
        case "day":
            return (day - birth).days
        case _:
            assert_never(unit)


def age(unit: AgeUnit, born: FactValue, stated: FactValue, on: When, anchor: When) -> Quantity:
    """Age at `anchor` from the birth date, else from the completed years `stated` as at `on`."""
    if isinstance(born, When):
        return _aged(unit, date_of(born.first), date_of(born.last), anchor)
    if isinstance(stated, Range):
        return _from_stated(unit, stated, on, anchor)
    return _from_stated(unit, Range(stated, stated), on, anchor) if isinstance(stated, float) else None


def _aged(unit: AgeUnit, born_first: date, born_last: date, anchor: When) -> Quantity:
    oldest = completed(unit, born_first, date_of(anchor.last))
    youngest = completed(unit, born_last, date_of(anchor.first))
    return None if oldest < 0 else _range(max(youngest, 0), oldest)


def _from_stated(unit: AgeUnit, years: Range, on: When, anchor: When) -> Quantity:
    low = max(math.floor(years.low), 0) if years.low > -math.inf else 0
    high = math.floor(years.high) if years.high < math.inf else math.inf
    today = date_of(on.first)
    if date_of(anchor.first) != today or date_of(anchor.last) != today:
        return _aged(unit, _earliest_birth(high, today), _latest_birth(low, today), anchor)
    match unit:
        case "year":
            return _range(low, high)
        case "month":
            return _range(12 * low, 12 * high + 11)
        case "week":
            return _range(365 * low // 7, (366 * high + 365) // 7 if high < math.inf else high)
        case "day":
            return _range(365 * low, 366 * high + 365)
        case _:
            assert_never(unit)


def _earliest_birth(years: float, day: date) -> date:
    """The first birthday of those who are at most `years` old on `day`."""
    if years >= day.year - 1:
        return date.min
    birth = date(day.year - int(years) - 1, 1, 1)
    while completed("year", birth, day) > years:
        birth += timedelta(days=1)
    return birth


def _latest_birth(years: int, day: date) -> date:
    """The last birthday of those who are at least `years` old on `day`."""
    if years >= day.year:
        return date.min
    birth = date(day.year - years, 12, 31)
    while completed("year", birth, day) < years and birth > date.min:
        birth -= timedelta(days=1)
    return birth


def _range(low: float, high: float) -> Quantity:
    return float(low) if low == high else Range(float(low), float(high))
