"""The dialects that are known to come out right, and what each needs said in its own way."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import frozen
from sqlglot import exp

from protocol_dsl.vocabulary.calendar import Duration, When, when_text


@frozen
class Dialect:
    """`name` as the user writes it, `key` as sqlglot does. `raises`: arithmetic without a finite result is an error
    there, so that operands have to be looked at before."""

    name: str
    key: str
    raises: bool
    clock: Literal["timestamp", "datetime", "date"]
    ordered_sum: Literal["aggregate", "window"] = "aggregate"
    days_are_numbers: bool = False


DIALECTS: tuple[Dialect, ...] = (
    Dialect("duckdb", "duckdb", raises=False, clock="timestamp", days_are_numbers=True),
    Dialect("postgresql", "postgres", raises=True, clock="timestamp", days_are_numbers=True),
    Dialect("spark", "spark", raises=False, clock="timestamp", ordered_sum="window"),
    Dialect("bigquery", "bigquery", raises=True, clock="datetime", ordered_sum="window"),
    Dialect("snowflake", "snowflake", raises=True, clock="date", ordered_sum="window"),
)


class DialectError(ValueError):
    """A dialect that is not known to come out right; says which are."""


def dialect_named(name: str) -> Dialect:
    """The dialect of that name.

    Raises:
        DialectError: it is none of those whose queries are tested.
    """
    for one in DIALECTS:
        if name.lower() in {one.name, one.key}:
            return one
    known = ", ".join(one.name for one in DIALECTS)
    raise DialectError(
        f"SQL for `{name}` is not written: dates and unknown values are only known to come out right on {known}"
    )


def moment(second: int) -> exp.Expr:
    """A literal moment, from its second (`vocabulary.calendar`)."""
    text = when_text(When(second, second)).replace("T", " ")
    return exp.cast(exp.Literal.string(text), "TIMESTAMPNTZ")


def date_literal(day: int) -> exp.Expr:
    """A literal date, from its day number."""
    return exp.cast(exp.Literal.string(date.fromordinal(day).isoformat()), "DATE")


def day_of(when: exp.Expr) -> exp.Expr:
    """The calendar day of a moment, as a date."""
    return exp.cast(when.copy(), "DATE")


def midnight(day: exp.Expr) -> exp.Expr:
    """The first second of a day."""
    return exp.cast(day, "TIMESTAMPNTZ")


def shifted_day(day: exp.Expr, offset: Duration, dialect: Dialect) -> exp.Expr:
    """A date moved by days, weeks, months or years; months keep to the last day.

    Days are added as numbers where the engine allows: DuckDB holds intervals of 30 days and of 1 month for equal, and
    takes an expression with the one for the same with the other.
    """
    count, unit = offset
    size, kind = {"week": (7, "DAY"), "day": (1, "DAY"), "month": (1, "MONTH"), "year": (12, "MONTH")}[unit]
    amount = exp.Literal.number(abs(count) * size)
    if kind == "DAY" and dialect.days_are_numbers:
        return (exp.Add if count >= 0 else exp.Sub)(this=day, expression=amount)
    moved = (exp.DateAdd if count >= 0 else exp.DateSub)(this=day, expression=amount, unit=exp.var(kind))
    return exp.cast(moved, "DATE")


def shifted_moment(when: exp.Expr, seconds: int, dialect: Dialect) -> exp.Expr:
    """A moment moved by seconds."""
    if seconds == 0:
        return when
    unit, size = next((unit, size) for unit, size in _CLOCK if seconds % size == 0)
    amount = exp.Literal.number(abs(seconds) // size)
    if dialect.clock == "datetime":
        node: type[exp.Expr] = exp.DatetimeAdd if seconds > 0 else exp.DatetimeSub
    elif dialect.clock == "date":
        node = exp.DateAdd if seconds > 0 else exp.DateSub
    else:
        node = exp.TimestampAdd if seconds > 0 else exp.TimestampSub
    return node(this=when, expression=amount, unit=exp.var(unit))


_CLOCK: tuple[tuple[str, int], ...] = (("HOUR", 3600), ("MINUTE", 60), ("SECOND", 1))


def years_before(day: exp.Expr, years: exp.Expr, dialect: Dialect) -> exp.Expr:
    """A date so many years earlier, the number being a column."""
    count = exp.cast(years, "INT")
    if dialect.clock == "timestamp":
        interval = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("YEAR"))
        return exp.Sub(this=day, expression=exp.Paren(this=exp.Mul(this=count, expression=interval)))
    return exp.DateSub(this=day, expression=count, unit=exp.var("YEAR"))


def days_between(earlier: exp.Expr, later: exp.Expr) -> exp.Expr:
    """Whole days from one date to another."""
    return exp.DateDiff(this=later, expression=earlier, unit=exp.var("DAY"))
