"""Truths that partial dates leave open, as two conditions: surely so, and possibly so. Neither is ever null."""

from __future__ import annotations

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import both, case, compared, either, if_null, negated
from protocol_dsl.backends.sql.dialects import moment
from protocol_dsl.vocabulary.calendar import FOREVER


@frozen
class Doubt:
    """`surely` implies `possibly`."""

    surely: exp.Expr
    possibly: exp.Expr

    def truth(self) -> exp.Expr:
        """True, false, or null where it is only possible."""
        return case((self.surely, exp.true()), (negated(self.possibly), exp.false()))


CERTAIN = Doubt(exp.true(), exp.true())


def of_truth(truth: exp.Expr) -> Doubt:
    """What a truth that may be null leaves open."""
    if isinstance(truth, exp.Boolean):
        return Doubt(truth, truth)
    return Doubt(if_null(truth, exp.false()), if_null(truth, exp.true()))


def all_of(*doubts: Doubt) -> Doubt:
    """Kleene conjunction."""
    return Doubt(both(*(one.surely for one in doubts)), both(*(one.possibly for one in doubts)))


def any_of(*doubts: Doubt) -> Doubt:
    """Kleene disjunction."""
    return Doubt(either(*(one.surely for one in doubts)), either(*(one.possibly for one in doubts)))


def no(doubt: Doubt) -> Doubt:
    """Kleene negation."""
    return Doubt(negated(doubt.possibly), negated(doubt.surely))


@frozen
class Limits:
    """A window: its first second lies in [start_first, start_last], its last in [end_first, end_last]; None is open."""

    start_first: exp.Expr | None = None
    start_last: exp.Expr | None = None
    end_first: exp.Expr | None = None
    end_last: exp.Expr | None = None


@frozen
class Time:
    """A moment that lies from `earliest` to `latest`."""

    earliest: exp.Expr
    latest: exp.Expr


def lies_in(time: Time, limits: Limits) -> Doubt:
    """Whether a moment lies in the window."""
    return Doubt(
        both(_at_least(time.earliest, limits.start_last), _at_most(time.latest, limits.end_first)),
        both(_at_least(time.latest, limits.start_first), _at_most(time.earliest, limits.end_last)),
    )


def overlaps(start: Time, end: Time, limits: Limits) -> Doubt:
    """Whether a span shares a second with the window."""
    return Doubt(
        both(_at_most(start.latest, limits.end_first), _at_least(end.earliest, limits.start_last)),
        both(_at_most(start.earliest, limits.end_last), _at_least(end.latest, limits.start_first)),
    )


def ended_in(end: Time, limits: Limits) -> Doubt:
    """Whether an end lies in the window; the last second of all is the end of what never ends, and lies in none."""
    forever = moment(FOREVER)
    ends = Doubt(compared("<", end.latest, forever), compared("<", end.earliest, forever))
    return all_of(lies_in(end, limits), ends)


def _at_least(when: exp.Expr, limit: exp.Expr | None) -> exp.Expr:
    return exp.true() if limit is None else compared(">=", when, limit)


def _at_most(when: exp.Expr, limit: exp.Expr | None) -> exp.Expr:
    return exp.true() if limit is None else compared("<=", when, limit)
