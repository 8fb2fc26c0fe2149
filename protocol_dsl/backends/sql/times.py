"""Anchors and the windows round them, as columns of the patient."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.frame import short
from protocol_dsl.backends.sql.algebra import PATIENT, case, compared
from protocol_dsl.backends.sql.dialects import (
    Dialect,
    date_literal,
    day_of,
    midnight,
    moment,
    shifted_day,
    shifted_moment,
)
from protocol_dsl.backends.sql.doubt import Limits, Time
from protocol_dsl.backends.sql.plan import PatientColumn, Plan
from protocol_dsl.ir.features import Anchor, DateAnchor, Edge, NamedAnchor, OccurrenceAnchor, Window
from protocol_dsl.ir.show_features import anchor_words, edge_words
from protocol_dsl.vocabulary.calendar import (
    BEGINNING,
    DAY,
    FOREVER,
    LAST_DAY,
    Duration,
    TimeUnit,
    duration_text,
    shift_day,
)

_SECONDS: dict[TimeUnit, int] = {"minute": 60, "hour": 3600}


@frozen
class Anchored:
    """Where an anchor stands. `exists` None: it does; else a column that is true, false, or null when it may.
    `certain_day`: both moments are of one day that is well inside the calendar."""

    time: Time
    exists: exp.Expr | None = None
    certain_day: bool = False

    def if_exists(self, truth: exp.Expr) -> exp.Expr:
        """A truth asked of what is anchored here: false without the anchor, never certain while it may be absent."""
        return truth if self.exists is None else exp.And(this=self.exists.copy(), expression=exp.paren(truth))

    def number_if_exists(self, number: exp.Expr) -> exp.Expr:
        """A number, unknown unless the anchor surely exists."""
        return number if self.exists is None else case((self.exists, number))


JUDGED = Anchored(
    Time(exp.column("judged_from", PATIENT), exp.column("judged_to", PATIENT)), certain_day=True
)


def judged_day() -> exp.Expr:
    """The day of judging, as a date."""
    return day_of(exp.column("judged_from", PATIENT))


def end_of_judged_day(dialect: Dialect) -> exp.Expr:
    """The last second of the day of judging."""
    return shifted_moment(midnight(judged_day()), DAY - 1, dialect)


@frozen
class Windows:
    """Adds the edges of windows to a plan, each once."""

    plan: Plan
    dialect: Dialect

    def limits(self, window: Window, at: Anchored) -> Limits:
        """The limits of a window round its anchor."""
        start = self._edge(window.anchor, window.start, at, opens=True)
        end = self._edge(window.anchor, window.end, at, opens=False)
        return Limits(*start, *end)

    def own_day(self, anchor: Anchor, at: Anchored) -> Limits:
        """The anchor's own day."""
        return self.limits(Window(anchor, Edge(()), Edge(())), at)

    def _edge(
        self, anchor: Anchor, edge: Edge | None, at: Anchored, *, opens: bool
    ) -> tuple[exp.Expr | None, exp.Expr | None]:
        if edge is None:
            return None, None
        whole_days = not any(offset.unit in _SECONDS for offset in edge.offsets)
        one = whole_days and at.certain_day
        first = self._column(anchor, edge, at, at.time.earliest, opens, "" if one else "_earliest")
        if one:
            return first, first
        return first, self._column(anchor, edge, at, at.time.latest, opens, "_latest")

    def _column(
        self, anchor: Anchor, edge: Edge, at: Anchored, when: exp.Expr, opens: bool, suffix: str
    ) -> exp.Expr:
        verb = "opens" if opens else "closes"
        about = f"{verb} at {edge_words(edge)} of {anchor_words(anchor)}" + (
            ", itself left out" if edge.strict else ""
        )
        name = short(f"{verb} {_spoken(edge)} {_anchor_name(anchor)}") + suffix

        def make(column: str) -> None:
            self.plan.column(PatientColumn(column, self._reached(edge, at, when, opens), (about,)))

        return exp.column(self.plan.once((anchor, edge, opens, suffix), name, make), PATIENT)

    def _reached(self, edge: Edge, at: Anchored, when: exp.Expr, opens: bool) -> exp.Expr:
        """The first or last second of the window; of several offsets the one that counts."""
        offsets = edge.offsets or (Duration(0, "day"),)
        reached = [self._place(offset, edge.strict, at, when, opens) for offset in offsets]
        if len(reached) == 1:
            return reached[0]
        earliest = any(offset.count < 0 for offset in offsets) == edge.farthest
        chosen = exp.Least if earliest else exp.Greatest
        return chosen(this=reached[0], expressions=reached[1:], ignore_nulls=True)

    def _place(self, offset: Duration, strict: bool, at: Anchored, when: exp.Expr, opens: bool) -> exp.Expr:
        inward = (1 if opens else -1) if strict else 0
        if offset.unit in _SECONDS:
            moved = self._moved(when.copy(), offset.count * _SECONDS[offset.unit], at)
            return self._moved(moved, inward, at)
        day = self._moved_day(day_of(when), offset, guarded=not _safe(at, offset))
        if not strict:
            return midnight(day) if opens else shifted_moment(midnight(day), DAY - 1, self.dialect)
        if opens:
            bound = midnight(shifted_day(day.copy(), Duration(1, "day"), self.dialect))
        else:
            bound = shifted_moment(midnight(day), -1, self.dialect)
        if at.certain_day:
            return bound
        # What lies beyond the calendar's first or last day is its first or last second.
        outermost, end = (LAST_DAY, FOREVER) if opens else (1, BEGINNING)
        return case((compared("=", day, date_literal(outermost)), moment(end)), otherwise=bound)

    def _moved(self, when: exp.Expr, seconds: int, at: Anchored) -> exp.Expr:
        """A moment moved, held back at the ends of the calendar."""
        if seconds and not at.certain_day:
            keep, limit = (exp.Least, FOREVER) if seconds > 0 else (exp.Greatest, BEGINNING)
            when = keep(this=when, expressions=[moment(limit - seconds)], ignore_nulls=True)
        return shifted_moment(when, seconds, self.dialect)

    def _moved_day(self, day: exp.Expr, offset: Duration, *, guarded: bool) -> exp.Expr:
        """A date moved; past either end of the calendar it is the first or last day."""
        if offset.count == 0:
            return day
        moved = shifted_day(day.copy(), offset, self.dialect)
        if not guarded:
            return moved
        ahead = offset.count > 0
        end = LAST_DAY if ahead else 1
        limit = date_literal(shift_day(end, (-offset.count, offset.unit)))
        return case((compared(">" if ahead else "<", day, limit), date_literal(end)), otherwise=moved)


def _safe(at: Anchored, offset: Duration) -> bool:
    """Whether a day of judging moved so stays inside the calendar (it lies in the years 1000 to 9000)."""
    per_year = {"day": 366, "week": 53, "month": 12, "year": 1}[offset.unit]
    return at.certain_day and abs(offset.count) < 900 * per_year


def _spoken(edge: Edge) -> str:
    if not edge.offsets:
        return "next to" if edge.strict else "at"
    side = "before" if any(offset.count < 0 for offset in edge.offsets) else "after"
    amounts = [duration_text((abs(offset.count), offset.unit)) for offset in edge.offsets]
    return " or ".join(amounts) + f" {side}"


def _anchor_name(anchor: Anchor) -> str:
    match anchor:
        case NamedAnchor(name):
            return name
        case DateAnchor(fact):
            return fact
        case OccurrenceAnchor(event, which):
            return f"{which} {event}"
        case _:
            assert_never(anchor)
