"""Completed units of age, from the birth date or from the age stated."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import both, case, compared, double, is_known
from protocol_dsl.backends.sql.dialects import (
    Dialect,
    date_literal,
    day_of,
    days_between,
    shifted_day,
    years_before,
)
from protocol_dsl.backends.sql.doubt import Time
from protocol_dsl.backends.sql.series import Ends
from protocol_dsl.backends.sql.times import JUDGED, Anchored, judged_day
from protocol_dsl.ir.features import AgeUnit
from protocol_dsl.vocabulary.calendar import Duration

_STATED: dict[AgeUnit, tuple[int, int, int, int]] = {
    "year": (1, 1, 0, 1),
    "month": (12, 12, 11, 1),
    "week": (365, 366, 365, 7),
    "day": (365, 366, 365, 1),
}
"""From completed years: the shortest and longest year, what the last one may hold beyond, and how many make a unit."""


@frozen
class Ages:
    """Ages over columns of the patient: the `birth` recorded, and the years `stated` on the day of judging."""

    dialect: Dialect
    birth: Time
    stated: Ends

    def at(self, unit: AgeUnit, anchor: Anchored) -> Ends:
        """The least and the greatest age at an anchor; null before birth, without either, or while the anchor may not
        exist."""
        on = Time(day_of(anchor.time.earliest), day_of(anchor.time.latest))
        born = _aged(unit, Time(day_of(self.birth.earliest), day_of(self.birth.latest)), on)
        stated = self._stated(unit, on, same_day=anchor is JUDGED)
        known = is_known(self.birth.earliest)
        return Ends(
            anchor.number_if_exists(case((known, born.low), otherwise=stated.low)),
            anchor.number_if_exists(case((known, born.high), otherwise=stated.high)),
        )

    def _stated(self, unit: AgeUnit, on: Time, *, same_day: bool) -> Ends:
        least = case(
            (compared("<", self.stated.low, double(0.0)), double(0.0)),
            otherwise=exp.Floor(this=self.stated.low.copy()),
        )
        most = case(
            (compared("<", self.stated.high, double(float("inf"))), exp.Floor(this=self.stated.high.copy())),
            otherwise=self.stated.high,
        )
        shortest, longest, rest, size = _STATED[unit]
        today = Ends(_times(least, shortest, 0, size), _times(most, longest, rest, size))
        if same_day:
            return today
        then = _aged(unit, self._birth_from(least, most), on)
        is_today = both(compared("=", on.earliest, judged_day()), compared("=", on.latest, judged_day()))
        return Ends(
            case((is_today, today.low), otherwise=then.low), case((is_today, today.high), otherwise=then.high)
        )

    def _birth_from(self, least: exp.Expr, most: exp.Expr) -> Time:
        """The birth dates of those who are from `least` to `most` years old on the day of judging."""
        oldest = exp.Sub(this=_part("YEAR", judged_day()), expression=exp.Literal.number(1))
        first_day = date_literal(1)
        day_after = shifted_day(
            exp.cast(
                self._years_before(exp.Add(this=most.copy(), expression=exp.Literal.number(1)), oldest),
                "DATE",
            ),
            Duration(1, "day"),
            self.dialect,
        )
        earliest = case((compared("<", most, oldest), day_after), otherwise=first_day)
        latest = case(
            (compared("<=", least, oldest), exp.cast(self._years_before(least, oldest), "DATE")),
            otherwise=first_day,
        )
        known = is_known(self.stated.low)
        return Time(case((known, earliest)), case((known, latest)))

    def _years_before(self, years: exp.Expr, oldest: exp.Expr) -> exp.Expr:
        """Held in the calendar: an engine may work this out even where the other branch is taken."""
        held = exp.Least(this=years.copy(), expressions=[oldest.copy()], ignore_nulls=True)
        return years_before(judged_day(), held, self.dialect)


def _times(years: exp.Expr, factor: int, rest: int, size: int) -> exp.Expr:
    number: exp.Expr = years.copy()
    if factor != 1:
        number = exp.Mul(this=exp.Literal.number(factor), expression=number)
    if rest:
        number = exp.Add(this=number, expression=exp.Literal.number(rest))
    if size != 1:
        whole = exp.Div(this=exp.paren(number), expression=double(float(size)), typed=True, safe=False)
        return case(
            (compared("<", years, double(float("inf"))), exp.cast(exp.Floor(this=whole), "DOUBLE")),
            otherwise=years,
        )
    return exp.cast(number, "DOUBLE")


def _aged(unit: AgeUnit, birth: Time, on: Time) -> Ends:
    """Null where birth surely comes after."""
    least = exp.cast(_completed(unit, birth.latest, on.earliest), "DOUBLE")
    most = exp.cast(_completed(unit, birth.earliest, on.latest), "DOUBLE")
    born = compared("<=", birth.earliest, on.latest)
    from_nothing = case((compared("<", least, double(0.0)), exp.cast(double(0.0), "DOUBLE")), otherwise=least)
    return Ends(case((born, from_nothing)), case((born, most)))


def _completed(unit: AgeUnit, birth: exp.Expr, day: exp.Expr) -> exp.Expr:
    """Units completed on a day; a month is completed on the day of birth, or the first of the next."""
    match unit:
        case "year":
            years = exp.Sub(this=_part("YEAR", day), expression=_part("YEAR", birth))
            return exp.Sub(
                this=years, expression=_one_if(compared("<", _month_and_day(day), _month_and_day(birth)))
            )
        case "month":
            since = exp.paren(exp.Sub(this=_part("YEAR", day), expression=_part("YEAR", birth)))
            months = exp.Sub(this=_part("MONTH", day), expression=_part("MONTH", birth))
            whole = exp.Add(this=exp.Mul(this=exp.Literal.number(12), expression=since), expression=months)
            return exp.Sub(
                this=whole, expression=_one_if(compared("<", _part("DAY", day), _part("DAY", birth)))
            )
        case "week":
            weeks = exp.cast(exp.paren(days_between(birth.copy(), day.copy())), "DOUBLE")
            return exp.Floor(this=exp.Div(this=weeks, expression=double(7.0), typed=True, safe=False))
        case "day":
            return days_between(birth.copy(), day.copy())
        case _:
            assert_never(unit)


def _part(part: str, day: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(part), expression=day.copy())


def _month_and_day(day: exp.Expr) -> exp.Expr:
    return exp.Add(
        this=exp.Mul(this=exp.Literal.number(100), expression=_part("MONTH", day)),
        expression=_part("DAY", day),
    )


def _one_if(condition: exp.Expr) -> exp.Expr:
    return case((condition, exp.Literal.number(1)), otherwise=exp.Literal.number(0))
