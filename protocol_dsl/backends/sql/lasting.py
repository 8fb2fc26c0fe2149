"""Features of series that compare samples with each other: a state held, a value unchanged, samples in a row."""

from __future__ import annotations

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import both, case, compared, either, is_known, is_null, negated
from protocol_dsl.backends.sql.doubt import Doubt, Limits, lies_in
from protocol_dsl.backends.sql.plan import RECORD, Plan, Reduction
from protocol_dsl.backends.sql.reductions import (
    KEY,
    count,
    flag,
    greatest,
    grouped,
    is_flag,
    joined,
    least,
    of_fact,
    reads_patient,
    record,
    selected,
)
from protocol_dsl.backends.sql.series import WHEN, Series

OTHER = "o"


@frozen
class Stretch:
    """What a state that lasts is asked of, as `ir.evaluate.series.Stretch` says."""

    limits: Limits
    before: Limits
    until: Limits
    through: Limits
    recent: Limits


@frozen
class Lasting:
    """Adds to a plan; `words` of a feature stand above its reductions."""

    plan: Plan
    series: Series

    def held(self, name: str, fact: str, stretch: Stretch, passes: Doubt, words: str) -> exp.Expr:
        """Seen by the start of the window, seen again inside, and never contrary in between."""
        settled = self._settled(name, fact, stretch.until)
        lies = lies_in(WHEN, stretch.limits)
        early = both(lies_in(WHEN, stretch.before).surely, passes.surely)
        recent = both(lies.surely, lies_in(WHEN, stretch.recent).surely, passes.surely)
        watched = either(lies.possibly, self._last_before(stretch.until, settled))
        columns = {
            "early": greatest(flag(early)),
            "recent": greatest(flag(recent)),
            "seen": count(either(early, recent)),
            "doubtful": greatest(flag(both(watched, negated(passes.surely)))),
            "contrary": greatest(flag(both(lies.surely, negated(passes.possibly)))),
        }
        query = grouped(
            joined(
                selected(self.series.told(fact), columns, of_fact(fact), patient_row=True),
                settled,
                settled,
                "left",
            )
        )
        rows = self.plan.scope.fresh(name)
        self.plan.reduce(Reduction(rows, query, (words,)))
        found = {one: exp.column(one, rows) for one in columns}
        true = both(
            is_flag(found["early"], 1),
            is_flag(found["recent"], 1),
            compared(">=", found["seen"], exp.Literal.number(2)),
            is_flag(found["doubtful"], 0),
        )
        return case((true, exp.true()), (is_flag(found["contrary"], 1), exp.false()))

    def _settled(self, name: str, fact: str, before: Limits) -> str:
        """Where the last sample by the start of the window surely stands at least."""
        until = lies_in(WHEN, before)
        rows = self.plan.scope.fresh(f"{name}_before")
        where = both(of_fact(fact), until.surely)
        query = selected(
            "samples", {"settled": greatest(WHEN.earliest)}, where, patient_row=reads_patient(where)
        )
        about = f"Where the last {fact} by the start surely stands at least"
        self.plan.reduce(Reduction(rows, grouped(query), (about,)))
        return rows

    def _last_before(self, before: Limits, settled: str) -> exp.Expr:
        """Whether a sample may be the last one by the start of the window."""
        limit = exp.column("settled", settled)
        return both(
            lies_in(WHEN, before).possibly, either(is_null(limit), compared(">=", WHEN.latest, limit))
        )

    def unchanged(
        self, name: str, fact: str, before: Limits, limits: Limits, words: str, *, text: bool
    ) -> exp.Expr:
        """All inside the window equal the last one before it."""
        settled = self._settled(name, fact, before)
        lies = lies_in(WHEN, limits)
        base = self._last_before(before, settled)
        columns = {
            **{one: record(one) for one in ("low", "high", "choice")},
            "inside": flag(lies.surely),
            "base": flag(base),
            "based": flag(is_known(exp.column("settled", settled))),
        }
        where = both(of_fact(fact), exp.paren(either(lies.possibly, base)))
        query = joined(selected("samples", columns, exp.true(), patient_row=True), settled, settled, "left")
        rows = self.plan.scope.fresh(f"{name}_samples")
        self.plan.reduce(Reduction(rows, query.where(where), (words,)))
        apart = self._apart(name, rows, text=text)
        low, high = ("choice", "choice") if text else ("low", "high")
        surely = is_flag(record("inside"), 1)
        totals = {
            "based": greatest(record("based")),
            "same": flag(
                both(
                    compared("=", least(record(low)), greatest(record(high))),
                    compared("=", count(is_known(record(low))), count()),
                )
            ),
            "moved": flag(compared("<", least(record(high), surely), greatest(record(low), surely))),
        }
        whole = self.plan.scope.fresh(name)
        about = "Whether all are the same, and whether two inside surely differ"
        self.plan.reduce(
            Reduction(whole, grouped(selected(rows, totals, exp.true(), patient_row=False)), (about,))
        )
        based, same, moved = (is_flag(exp.column(one, whole), 1) for one in totals)
        other = both(based, is_known(exp.column("apart", apart)))
        return case((both(based, same), exp.true()), (either(exp.paren(other), moved), exp.false()))

    def _apart(self, name: str, rows: str, *, text: bool) -> str:
        """Patients with a sample inside that surely differs from each that may be the last before."""
        theirs = {one: exp.column(one, OTHER) for one in ("low", "high", "choice")}
        if text:
            differs = compared("!=", record("choice"), theirs["choice"])
        else:
            differs = either(
                compared("<", record("high"), theirs["low"]), compared(">", record("low"), theirs["high"])
            )
        values = [record(one) for one in (KEY, "low", "high", "choice")]
        query = (
            self._pairs(rows, rows, is_flag(exp.column("base", OTHER), 1))
            .where(is_flag(record("inside"), 1))
            .group_by(*values)
            .having(compared("=", count(differs), count()))
        )
        each = self.plan.scope.fresh(f"{name}_differing")
        self.plan.reduce(
            Reduction(each, query, ("Samples inside that differ from each that may be the last before",))
        )
        return self._whoever(f"{name}_differs", each, "apart")

    def _pairs(self, rows: str, others: str, on: exp.Expr, kind: str = "") -> exp.Select:
        query = exp.select(record(KEY)).from_(exp.alias_(exp.to_table(rows), RECORD, table=True))
        same = compared("=", exp.column(KEY, OTHER), record(KEY))
        other = exp.alias_(exp.to_table(others), OTHER, table=True)
        return query.join(other, on=both(same, on), join_type=kind or None)

    def _whoever(self, name: str, rows: str, column: str) -> str:
        """The patients of some rows, each once."""
        made = self.plan.scope.fresh(name)
        query = selected(rows, {column: greatest(exp.Literal.number(1))}, exp.true(), patient_row=False)
        self.plan.reduce(Reduction(made, grouped(query), ()))
        return made

    def consecutive(
        self, name: str, fact: str, limits: Limits, passes: Doubt, number: int, words: str
    ) -> exp.Expr:
        """So many samples in a row that pass."""
        lies = lies_in(WHEN, limits)
        columns = {
            "earliest": record("earliest"),
            "latest": record("latest"),
            "inside": flag(lies.surely),
            "sure": flag(both(lies.surely, passes.surely)),
            "maybe": flag(both(lies.possibly, passes.possibly)),
            "doubtful": flag(negated(passes.surely)),
            "failing": flag(negated(passes.possibly)),
            "told": record("told"),
        }
        query = selected(
            self.series.told(fact), columns, of_fact(fact), patient_row=reads_patient(*columns.values())
        )
        rows = self.plan.scope.fresh(f"{name}_samples")
        self.plan.reduce(Reduction(rows, query, (words,)))
        whole = self.plan.scope.fresh(name)
        totals = {"inside": count(is_flag(record("inside"), 1)), "sure": greatest(record("sure"))}
        about = "How many surely lie in the window, and whether one that passes does"
        self.plan.reduce(
            Reduction(whole, grouped(selected(rows, totals, exp.true(), patient_row=False)), (about,))
        )
        sure = (
            is_flag(exp.column("sure", whole), 1)
            if number == 1
            else is_known(self._run(name, rows, number, sure=True))
        )
        enough = compared(">=", exp.column("inside", whole), exp.Literal.number(number))
        impossible = both(enough, is_null(self._run(name, rows, number, sure=False)))
        return case((sure, exp.true()), (impossible, exp.false()))

    def _run(self, name: str, rows: str, number: int, *, sure: bool) -> exp.Expr:
        """Whoever has a run. From each sample that may begin it a run reaches to the next that parts it: surely no
        later than any that may fail may stand; possibly until one that fails must stand between."""
        member, parting = ("sure", "doubtful") if sure else ("maybe", "failing")
        start, stop = ("earliest", "earliest") if sure else ("latest", "latest")
        begins = exp.column(stop, OTHER)
        behind = compared(
            ">=" if sure else ">", exp.column("latest" if sure else "earliest", OTHER), record(start)
        )
        reach = self.plan.scope.fresh(f"{name}_{'sure' if sure else 'possible'}_reach")
        query = (
            self._pairs(rows, rows, both(is_flag(exp.column(parting, OTHER), 1), behind), "left")
            .select(exp.alias_(record(start), "start"), exp.alias_(least(begins), "parted"))
            .where(is_flag(record(member), 1))
            .group_by(record(KEY), record(start))
        )
        about = (
            "How far a run that begins here surely goes" if sure else "How far a run that begins here may go"
        )
        self.plan.reduce(Reduction(reach, query, (about,)))
        parted = record("parted")
        if sure:
            within = (
                compared(">=", exp.column("earliest", OTHER), record("start")),
                either(is_null(parted), compared("<", exp.column("latest", OTHER), parted)),
            )
        else:
            within = (
                compared(">=", exp.column("latest", OTHER), record("start")),
                either(is_null(parted), compared("<=", exp.column("earliest", OTHER), parted)),
            )
        often = count() if sure else exp.Sum(this=exp.column("told", OTHER))
        runs = self.plan.scope.fresh(f"{name}_{'sure' if sure else 'possible'}_runs")
        query = (
            self._pairs(reach, rows, both(is_flag(exp.column(member, OTHER), 1), *within))
            .group_by(record(KEY), record("start"))
            .having(compared(">=", often, exp.Literal.number(number)))
        )
        self.plan.reduce(Reduction(runs, query, (f"Runs of {number} or more",)))
        found = self._whoever(f"{name}_{'surely' if sure else 'possibly'}", runs, "run")
        return exp.column("run", found)
