"""Features of dated series, each as the reductions that define it.

Every one starts from the samples that may lie in the window (`… samples`), with a flag on those that surely do.
"""

from __future__ import annotations

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import (
    INFINITE,
    both,
    case,
    compared,
    double,
    either,
    finite,
    if_null,
    is_known,
    is_null,
)
from protocol_dsl.backends.sql.dialects import Dialect
from protocol_dsl.backends.sql.doubt import Doubt, Limits, Time, all_of, lies_in
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
from protocol_dsl.ir.features import Pick, SampleMean, SamplePart

WHEN = Time(record("earliest"), record("latest"))
_LEGIBLE = both(
    either(is_known(record("low")), is_known(record("choice"))),
    *(compared("<", if_null(record(one), double(0.0)), INFINITE) for one in ("upper_limit", "lower_limit")),
)


@frozen
class Ends:
    """A number in two columns, null where unknown."""

    low: exp.Expr
    high: exp.Expr


@frozen
class Samples:
    """The samples of one fact that may lie in one window. `rows` is the reduction that selects them; `inside` its flag
    on those that surely do."""

    fact: str
    words: str
    limits: Limits
    key: object
    finding: bool = False


@frozen
class Series:
    """Adds reductions of series to a plan."""

    plan: Plan
    dialect: Dialect

    def told(self, fact: str) -> str:
        """The samples of a fact, each once, and how many there may be of it: those that say the same are one when known
        to the second, with a value."""
        return self.plan.once(("told", fact), f"{fact} told", lambda name: self._tell(name, fact))

    def _tell(self, name: str, fact: str) -> None:
        kept: dict[str, exp.Expr] = {one: record(one) for one in ("fact", *KEPT)}
        pinned = both(compared("=", WHEN.earliest, WHEN.latest), _LEGIBLE)
        often = case((pinned, exp.Literal.number(1)), otherwise=count())
        query = selected("samples", {**kept, "told": often}, of_fact(fact), patient_row=False)
        query = query.group_by(record(KEY), *kept.values())
        about = f"Samples of {fact}, those that say the same once, and how many they may be"
        self.plan.reduce(Reduction(name, query, (about,)))

    def unsettled(self, samples: Samples) -> exp.Expr:
        """False unless it is open what the latest sample says, or that it lies in the window."""
        name = self.plan.once(
            ("unsettled", samples.fact, samples.key),
            f"{samples.fact} unsettled",
            lambda made: self._unsettled(made, samples),
        )
        clear = exp.column("clear", name)
        return case((either(is_null(clear), is_flag(clear, 1)), exp.false()))

    def _unsettled(self, name: str, samples: Samples) -> None:
        told = both(is_flag(record("inside"), 1), _LEGIBLE)
        candidates = self.plan.scope.fresh(f"{name}_latest")
        settled = self._settled(name, samples, "latest", told)
        limit = exp.column("settled", settled)
        may_be = either(is_null(limit), compared(">=", WHEN.latest, limit))
        self._keep(candidates, samples, "latest", settled, may_be)
        clear = [compared("=", count(told), count())]
        for one in KEPT[len(WHEN_COLUMNS) :]:
            none = compared("=", count(is_known(record(one))), exp.Literal.number(0))
            every = compared("=", count(is_known(record(one))), count())
            clear.append(either(none, both(every, compared("=", least(record(one)), greatest(record(one))))))
        columns = {"clear": case((both(*clear), exp.Literal.number(1)), otherwise=exp.Literal.number(0))}
        query = grouped(selected(candidates, columns, exp.true(), patient_row=False))
        self.plan.reduce(Reduction(name, query, ("Whether they can be read, lie there and agree",)))

    def rows(self, samples: Samples, *, told: bool = False) -> str:
        """One row a sample that may lie in the window: `inside` is 1 when it surely does."""
        return self.plan.once(
            ("samples", samples.fact, samples.key, told),
            f"{samples.fact} samples",
            lambda name: self._select(name, samples, told=told),
        )

    def _select(self, name: str, samples: Samples, *, told: bool) -> None:
        lies = lies_in(WHEN, samples.limits)
        columns: dict[str, exp.Expr] = {one: record(one) for one in (*KEPT, *(("told",) if told else ()))}
        columns["inside"] = flag(lies.surely)
        where = both(of_fact(samples.fact), lies.possibly)
        table = self.told(samples.fact) if told else "samples"
        query = selected(table, columns, where, patient_row=reads_patient(where, *columns.values()))
        about = f"Samples of {samples.fact} that may lie {samples.words}"
        self.plan.reduce(Reduction(name, query, (about,)))

    def candidates(self, samples: Samples, which: str) -> str:
        """The samples that may be the latest (or first): no other that surely lies in the window surely lies beyond."""
        return self.plan.once(
            (which, samples.fact, samples.key),
            f"{samples.fact} {which}",
            lambda name: self._narrow(name, samples, which),
        )

    def _narrow(self, name: str, samples: Samples, which: str) -> None:
        settled = self._settled(name, samples, which, is_flag(record("inside"), 1))
        limit = exp.column("settled", settled)
        may_be = (
            compared(">=", WHEN.latest, limit) if which == "latest" else compared("<=", WHEN.earliest, limit)
        )
        self._keep(name, samples, which, settled, may_be)

    def _settled(self, name: str, samples: Samples, which: str, surely: exp.Expr) -> str:
        """The reduction of where the latest (or first) of the samples of which `surely` holds stands at least."""
        settled = self.plan.scope.fresh(f"{name}_settled")
        beyond = greatest(WHEN.earliest, surely) if which == "latest" else least(WHEN.latest, surely)
        query = grouped(selected(self.rows(samples), {"settled": beyond}, exp.true(), patient_row=False))
        about = f"Where the {which} sample of {samples.fact} {samples.words} surely stands at least"
        self.plan.reduce(Reduction(settled, query, (about,)))
        return settled

    def _keep(self, name: str, samples: Samples, which: str, settled: str, may_be: exp.Expr) -> None:
        chosen = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(RECORD))).from_(
            exp.alias_(exp.to_table(self.rows(samples)), RECORD, table=True)
        )
        query = joined(chosen, settled, settled).where(may_be)
        self.plan.reduce(Reduction(name, query, (f"Those that may be the {which} one",)))

    def picked(self, samples: Samples, pick: Pick, part: SamplePart) -> tuple[exp.Expr, ...]:
        """The sample picked, null where it is open: low and high of a number or of a limit of normal, or a finding's
        choice."""
        if pick in {"highest", "lowest"}:
            ends = self._extreme(samples, pick)
            return ends.low, ends.high
        chosen, wanted = self.candidates(samples, pick), ("choice",) if samples.finding else ("low", "high")
        name = self.plan.once(
            (pick, part, samples.fact, samples.key),
            f"{samples.fact} {pick} {part}",
            lambda made: (
                self._agreed(made, chosen, wanted)
                if part == "value"
                else self._limit(made, chosen, f"{part}_limit")
            ),
        )
        return tuple(exp.column(column, name) for column in wanted)

    def _limit(self, name: str, chosen: str, limit: str) -> None:
        """The limit that all candidates carry, nothing where none carries any, else any number."""
        own = record(limit)
        same = both(
            compared("=", least(own), greatest(own)),
            compared("=", count(is_known(own)), count()),
            compared("<", greatest(own), INFINITE),
        )
        some = compared(">", count(is_known(own)), exp.Literal.number(0))
        columns = {
            "low": case((same, least(own)), (some, exp.Neg(this=INFINITE))),
            "high": case((same, least(own)), (some, INFINITE)),
        }
        query = grouped(selected(chosen, columns, exp.true(), patient_row=False))
        words = "The limit they agree on; any number when they differ, or when nobody can read it"
        self.plan.reduce(Reduction(name, query, (words,)))

    def _agreed(self, name: str, chosen: str, wanted: tuple[str, ...]) -> None:
        """What all candidates agree on."""
        same = [compared("=", least(record(one)), greatest(record(one))) for one in wanted]
        same.append(compared("=", count(is_known(record(wanted[0]))), count()))
        columns = {one: case((both(*same), least(record(one)))) for one in wanted}
        query = grouped(selected(chosen, columns, exp.true(), patient_row=False))
        self.plan.reduce(Reduction(name, query, ("What they agree on; nothing when they differ",)))

    def _extreme(self, samples: Samples, pick: Pick) -> Ends:
        name = self.plan.once(
            (pick, samples.fact, samples.key),
            f"{samples.fact} {pick}",
            lambda made: self._reduce_extreme(made, samples, pick),
        )
        low, high = exp.column("low", name), exp.column("high", name)
        some = both(
            is_flag(exp.column("inside", name), 1),
            either(compared(">", low, exp.Neg(this=INFINITE)), compared("<", high, INFINITE)),
        )
        return Ends(case((some, low)), case((some, high)))

    def _reduce_extreme(self, name: str, samples: Samples, pick: Pick) -> None:
        """An unknown sample may be anything; those that surely lie in the window bound it on one side."""
        low = if_null(record("low"), exp.Neg(this=INFINITE))
        high = if_null(record("high"), INFINITE)
        surely = is_flag(record("inside"), 1)
        columns = {
            "inside": greatest(record("inside")),
            "low": greatest(low, surely) if pick == "highest" else least(low),
            "high": greatest(high) if pick == "highest" else least(high, surely),
        }
        query = grouped(selected(self.rows(samples), columns, exp.true(), patient_row=False))
        about = f"The {pick} of {samples.fact} {samples.words}"
        self.plan.reduce(Reduction(name, query, (about,)))

    def mean(self, samples: Samples, node: SampleMean) -> exp.Expr:
        """The mean of all, or of the last so many when it is certain which they are."""
        rows = self.rows(samples, told=True) if node.last is None else self._last(samples, node.last)
        name = self.plan.once(
            ("mean", node), f"{samples.fact} mean", lambda made: self._sum(made, rows, samples)
        )
        total, number, usable = (exp.column(one, name) for one in ("total", "samples", "usable"))
        once = compared("=", exp.column("told", name), exp.Literal.number(1))
        wanted = [compared("=", usable, number), once]
        if node.last is not None:
            wanted.append(compared("=", number, exp.Literal.number(node.last)))
        mean = exp.Div(this=total, expression=exp.cast(number, "DOUBLE"), typed=True, safe=False)
        finite = compared("<", exp.Abs(this=total.copy()), INFINITE)
        return case((both(*wanted, finite), mean))

    def _last(self, samples: Samples, last: int) -> str:
        return self.plan.once(
            ("last", last, samples.fact, samples.key),
            f"{samples.fact} last {last}",
            lambda name: self._reduce_last(name, samples, last),
        )

    def _reduce_last(self, name: str, samples: Samples, last: int) -> None:
        """Those that surely lie in the window, and beside or after which fewer than so many others may stand."""
        numbered = self.plan.scope.fresh(f"{name}_numbered")
        order = [exp.Ordered(this=record(one)) for one in (*WHEN_COLUMNS, "low", "high")]
        number = exp.Window(
            this=exp.RowNumber(), partition_by=[record(KEY)], order=exp.Order(expressions=order)
        )
        columns = {one: record(one) for one in (*WHEN_COLUMNS, "low", "high", "inside", "told")}
        query = selected(
            self.rows(samples, told=True), {**columns, "number": number}, exp.true(), patient_row=False
        )
        self.plan.reduce(
            Reduction(numbered, query, (f"Samples of {samples.fact} {samples.words}, each with a number",))
        )
        kept = [record(one) for one in (KEY, "number", *columns)]
        beside = both(
            compared("=", exp.column(KEY, "o"), record(KEY)),
            compared(">=", exp.column("latest", "o"), WHEN.earliest),
        )
        query = (
            exp.select(*kept)
            .from_(exp.alias_(exp.to_table(numbered), RECORD, table=True))
            .join(exp.alias_(exp.to_table(numbered), "o", table=True), on=beside)
            .where(is_flag(record("inside"), 1))
            .group_by(*[one.copy() for one in kept])
            .having(compared("<=", exp.Sum(this=exp.column("told", "o")), exp.Literal.number(last)))
        )
        self.plan.reduce(Reduction(name, query, (f"Those surely among the last {last}",)))

    def _sum(self, name: str, rows: str, samples: Samples) -> None:
        """Summed oldest first: doubles come out otherwise in another order."""
        exact = both(is_flag(record("inside"), 1), compared("=", record("low"), record("high")))
        order = [exp.Ordered(this=record(one)) for one in (*WHEN_COLUMNS, "low")]
        value = case((compared("=", record("low"), record("high")), record("low")), otherwise=exp.null())
        counts = {"samples": count(), "usable": count(exact), "told": greatest(record("told"))}
        about = (f"Sum of {samples.fact} {samples.words}, oldest first",)
        if self.dialect.ordered_sum == "aggregate":
            total: exp.Expr = exp.Sum(this=exp.Order(this=value, expressions=order))
            query = grouped(selected(rows, {"total": total, **counts}, exp.true(), patient_row=False))
            self.plan.reduce(Reduction(name, query, about))
            return
        running = self.plan.scope.fresh(f"{name}_running")
        spec = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
        sums = exp.Window(
            this=exp.Sum(this=value),
            partition_by=[record(KEY)],
            order=exp.Order(expressions=order),
            spec=spec,
        )
        backwards = [exp.Ordered(this=one.this.copy(), desc=True) for one in order]
        place = exp.Window(
            this=exp.RowNumber(), partition_by=[record(KEY)], order=exp.Order(expressions=backwards)
        )
        columns = {one: record(one) for one in ("low", "high", "inside", "told")}
        query = selected(rows, {**columns, "running": sums, "from_end": place}, exp.true(), patient_row=False)
        self.plan.reduce(Reduction(running, query, about))
        total = greatest(record("running"), is_flag(record("from_end"), 1))
        query = grouped(selected(running, {"total": total, **counts}, exp.true(), patient_row=False))
        self.plan.reduce(Reduction(name, query, ("The whole sum",)))

    def counted(self, samples: Samples, passes: Doubt, filtered: object) -> Ends:
        """How many pass: surely, and possibly."""
        name = self.plan.once(
            ("count", samples.fact, samples.key, filtered),
            f"{samples.fact} count",
            lambda made: self._count(made, samples, passes),
        )
        nothing = exp.Literal.number(0)
        low, high = (if_null(exp.column(one, name), nothing) for one in ("surely", "possibly"))
        return Ends(exp.cast(low, "DOUBLE"), exp.cast(high, "DOUBLE"))

    def _count(self, name: str, samples: Samples, passes: Doubt) -> None:
        hit = all_of(lies_in(WHEN, samples.limits), passes)
        where = both(of_fact(samples.fact), hit.possibly)
        columns = {"surely": count(hit.surely), "possibly": exp.Sum(this=record("told"))}
        query = selected(
            self.told(samples.fact), columns, where, patient_row=reads_patient(where, *columns.values())
        )
        about = f"How many samples of {samples.fact} {samples.words}"
        self.plan.reduce(Reduction(name, grouped(query), (about,)))

    def change(self, samples: Samples, *, relative: bool) -> exp.Expr:
        """Latest minus first, when one sample surely lies after another."""
        latest_low, latest_high = self.picked(samples, "latest", "value")
        first_low, first_high = self.picked(samples, "first", "value")
        name = self.plan.once(
            ("apart", samples.fact, samples.key),
            f"{samples.fact} apart",
            lambda made: self._apart(made, samples),
        )
        apart = is_flag(exp.column("apart", name), 1)
        exact = both(apart, compared("=", latest_low, latest_high), compared("=", first_low, first_high))
        change: exp.Expr = exp.Sub(this=latest_low.copy(), expression=first_low.copy())
        if relative:
            divisor = exp.Nullif(this=first_low.copy(), expression=exp.Literal.number(0))
            change = exp.Div(this=exp.paren(change), expression=divisor, typed=True, safe=False)
        if relative and self.dialect.raises:
            exact = both(exact, compared(">", exp.Abs(this=first_low.copy()), double(1e-150)))
        return case((exact, finite(change) if relative and not self.dialect.raises else change))

    def _apart(self, name: str, samples: Samples) -> None:
        surely = is_flag(record("inside"), 1)
        apart = flag(compared(">", greatest(WHEN.earliest, surely), least(WHEN.latest, surely)))
        query = grouped(selected(self.rows(samples), {"apart": apart}, exp.true(), patient_row=False))
        self.plan.reduce(Reduction(name, query, ("Whether one of them surely lies after another",)))


WHEN_COLUMNS = ("earliest", "latest")
KEPT = (*WHEN_COLUMNS, "low", "high", "choice", "upper_limit", "lower_limit")
