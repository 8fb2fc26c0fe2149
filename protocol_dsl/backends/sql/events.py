"""Features of events, each one reduction: the occurrences that may count, with a flag on those that surely do."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import both, case, compared, double, either, if_null, is_known, is_null
from protocol_dsl.backends.sql.doubt import (
    Doubt,
    Limits,
    Time,
    all_of,
    any_of,
    ended_in,
    lies_in,
    no,
    overlaps,
)
from protocol_dsl.backends.sql.lasting import Stretch
from protocol_dsl.backends.sql.plan import Plan, Reduction
from protocol_dsl.backends.sql.reductions import (
    count,
    flag,
    greatest,
    grouped,
    is_flag,
    of_fact,
    reads_patient,
    record,
    selected,
)
from protocol_dsl.backends.sql.series import Ends
from protocol_dsl.ir.features import Moment

START = Time(record("start_earliest"), record("start_latest"))
END = Time(record("end_earliest"), record("end_latest"))


@frozen
class Occurrences:
    """The occurrences of an event: the table they stand in, and whether they are all there were (null: nothing is
    known)."""

    event: str
    table: str
    complete: exp.Expr


def meets(moment: Moment, limits: Limits) -> Doubt:
    """Whether an occurrence meets the window (for `ongoing`, the anchor's own day)."""
    match moment:
        case "overlaps" | "ongoing":
            return overlaps(START, END, limits)
        case "started":
            return lies_in(START, limits)
        case "ended":
            return ended_in(END, limits)
        case _:
            assert_never(moment)


def changed(limits: Limits) -> Doubt:
    """Whether an occurrence began or ended in the window."""
    return any_of(lies_in(START, limits), ended_in(END, limits))


def covers(stretch: Stretch) -> Doubt:
    """Whether an occurrence lasted over the whole window."""
    return all_of(lies_in(START, stretch.before), lies_in(END, stretch.through))


@frozen
class Events:
    """Adds reductions of occurrences to a plan."""

    plan: Plan

    def some(self, name: str, of: Occurrences, hit: Doubt, words: str) -> exp.Expr:
        """Kleene exists: no record is no only in a complete history."""
        surely, none = self._found(name, of, hit, words)
        return case((surely, exp.true()), (both(of.complete, none), exp.false()))

    def every(self, name: str, of: Occurrences, hit: Doubt, words: str) -> exp.Expr:
        """Kleene for-all: that none is otherwise."""
        surely, none = self._found(name, of, no(hit), words)
        return case((surely, exp.false()), (both(of.complete, none), exp.true()))

    def _found(self, name: str, of: Occurrences, hit: Doubt, words: str) -> tuple[exp.Expr, exp.Expr]:
        """Whether one surely counts, and whether none may."""
        rows = self._rows(name, of, hit, {"surely": greatest(flag(hit.surely))}, words)
        surely = exp.column("surely", rows)
        return is_flag(surely, 1), is_null(surely)

    def unsettled(self, name: str, of: Occurrences, met: Doubt, passes: Doubt, words: str) -> exp.Expr:
        """False unless some occurrence that may pass may meet the window and not surely does."""
        columns = {"surely": count(met.surely), "possibly": count()}
        rows = self._rows(name, of, all_of(met, passes), columns, words)
        surely, possibly = exp.column("surely", rows), exp.column("possibly", rows)
        return case((either(is_null(possibly), compared("=", surely, possibly)), exp.false()))

    def counted(self, name: str, of: Occurrences, hit: Doubt, words: str) -> Ends:
        """From those that surely count to those that may; without an upper end unless the history is complete. `of` are
        those told twice once (`Filters.told`)."""
        rows = self._rows(
            name, of, hit, {"surely": count(hit.surely), "possibly": exp.Sum(this=record("told"))}, words
        )
        low, high = (
            exp.cast(if_null(exp.column(one, rows), exp.Literal.number(0)), "DOUBLE")
            for one in ("surely", "possibly")
        )
        known = is_known(of.complete)
        return Ends(
            case((known, low)),
            case((of.complete, high), (known, double(float("inf")))),
        )

    def _rows(self, name: str, of: Occurrences, hit: Doubt, columns: dict[str, exp.Expr], words: str) -> str:
        rows = self.plan.scope.fresh(name)
        where = both(of_fact(of.event), _grouped_or(hit.possibly))
        joined = reads_patient(where, *columns.values())
        query = grouped(selected(of.table, columns, where, patient_row=joined))
        self.plan.reduce(Reduction(rows, query, (words,)))
        return rows


def _grouped_or(condition: exp.Expr) -> exp.Expr:
    return exp.paren(condition) if isinstance(condition, exp.Or) else condition
