"""Where the anchors of windows stand for a patient."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.frame import short
from protocol_dsl.backends.sql.algebra import PATIENT, both, case, compared, if_null, is_known, is_null
from protocol_dsl.backends.sql.dialects import Dialect, midnight, moment
from protocol_dsl.backends.sql.doubt import Time
from protocol_dsl.backends.sql.facts import Known
from protocol_dsl.backends.sql.filters import Filters
from protocol_dsl.backends.sql.plan import PatientColumn, Plan, Reduction
from protocol_dsl.backends.sql.reductions import greatest, grouped, least, of_fact, record, selected
from protocol_dsl.backends.sql.times import JUDGED, Anchored, end_of_judged_day, judged_day
from protocol_dsl.ir.features import Anchor, DateAnchor, NamedAnchor, OccurrenceAnchor
from protocol_dsl.ir.show_features import anchor_words
from protocol_dsl.vocabulary.calendar import BEGINNING, FOREVER


@frozen
class Anchors:
    """Adds anchors to a plan, each once."""

    plan: Plan
    dialect: Dialect
    known: Known
    filters: Filters

    def of(self, anchor: Anchor) -> Anchored:
        """Where an anchor stands."""
        match anchor:
            case NamedAnchor("screening"):
                return JUDGED
            case NamedAnchor(name):
                recorded = self.known.anchor(name)
                to_come = Time(midnight(judged_day()), moment(FOREVER))
                return Anchored(self._time(anchor, name, recorded, to_come))
            case DateAnchor(fact):
                any_time = Time(moment(BEGINNING), moment(FOREVER))
                return Anchored(self._time(anchor, fact, self.known.date(fact), any_time))
            case OccurrenceAnchor():
                return self._occurrence(anchor)
            case _:
                assert_never(anchor)

    def _time(self, anchor: Anchor, name: str, recorded: Time, otherwise: Time) -> Time:
        return Time(
            self._column(anchor, f"{name}_earliest", if_null(recorded.earliest, otherwise.earliest)),
            self._column(anchor, f"{name}_latest", if_null(recorded.latest, otherwise.latest)),
        )

    def _column(self, anchor: Anchor, name: str, holds: exp.Expr) -> exp.Expr:
        about = (f"{anchor_words(anchor)}: {name.rpartition('_')[2]}",)
        key = (anchor, name)
        made = self.plan.once(
            key, short(name), lambda column: _added(self.plan, PatientColumn(column, holds, about))
        )
        return exp.column(made, PATIENT)

    def _occurrence(self, anchor: OccurrenceAnchor) -> Anchored:
        """The start of the first or last occurrence up to the day of judging, and of one that nobody recorded."""
        name = short(f"{anchor.which} {anchor.event}")
        rows = self.plan.once(anchor, f"{name} starts", lambda made: self._starts(made, anchor))
        complete = self.known.complete(anchor.event)
        sure, first, last = (exp.column(one, rows) for one in ("sure", "first_possible", "last_possible"))
        none, settled = is_null(first), is_known(sure)
        end_of_day = end_of_judged_day(self.dialect)
        nobody = both(complete, none)
        never = (nobody, moment(BEGINNING)), (nobody, moment(FOREVER))
        unrecorded_first = case((complete, first), otherwise=moment(BEGINNING))
        unrecorded_last = case((complete, last), otherwise=end_of_day)
        if anchor.which == "last":
            earliest = case(never[0], (settled, sure), otherwise=unrecorded_first)
            latest = case(never[1], otherwise=unrecorded_last)
        else:
            earliest = case(never[0], otherwise=unrecorded_first)
            latest = case(never[1], (settled, sure), otherwise=unrecorded_last)
        exists = case((settled, exp.true()), (nobody, exp.false()))
        return Anchored(
            Time(
                self._column(anchor, f"{name}_earliest", earliest),
                self._column(anchor, f"{name}_latest", latest),
            ),
            self._column(anchor, f"{name}_exists", exists),
        )

    def _starts(self, name: str, anchor: OccurrenceAnchor) -> None:
        """Of the occurrences that may count: the start that surely counts and lies nearest, the first, the last."""
        passes = self.filters.doubt(anchor.where, anchor.event)
        day_ends = self.plan.once(
            "judged day ends",
            "judged_day_ends",
            lambda made: _added(
                self.plan, PatientColumn(made, end_of_judged_day(self.dialect), ("the day of judging ends",))
            ),
        )
        limit = exp.column(day_ends, PATIENT)
        start = Time(record("start_earliest"), record("start_latest"))
        surely = both(passes.surely, compared("<=", start.latest, limit))
        possibly = both(of_fact(anchor.event), compared("<=", start.earliest, limit), passes.possibly)
        not_after = exp.Least(this=start.latest.copy(), expressions=[limit.copy()], ignore_nulls=True)
        nearest = greatest(start.earliest, surely) if anchor.which == "last" else least(start.latest, surely)
        query = selected(
            self.filters.occurrences(anchor.where, anchor.event),
            {"sure": nearest, "first_possible": least(start.earliest), "last_possible": greatest(not_after)},
            possibly,
            patient_row=True,
        )
        self.plan.reduce(Reduction(name, grouped(query), (f"Anchor: {anchor_words(anchor)}",)))


def _added(plan: Plan, column: PatientColumn) -> None:
    plan.column(column)
