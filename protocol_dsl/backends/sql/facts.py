"""What is known of a patient besides dated records: one-value facts, answers, anchors, which histories there are."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends import tables
from protocol_dsl.backends.frame import short
from protocol_dsl.backends.sql.algebra import both, case, compared, if_null, is_null
from protocol_dsl.backends.sql.doubt import Time
from protocol_dsl.backends.sql.plan import Plan, Reduction
from protocol_dsl.backends.sql.reductions import flag, greatest, grouped, record, selected
from protocol_dsl.ir.facts import Fact

Pivot = Callable[[exp.Select], None]


@frozen
class Known:
    """Columns of one-row reductions, each made once: `given(fact, part)` and the like are where they stand."""

    plan: Plan
    facts: dict[str, Fact]

    def given(self, fact: str, part: str) -> exp.Expr:
        """A part of a one-value fact: `truth`, `low`, `high`, `choice`, `earliest` or `latest`."""
        return self._pivoted(tables.GIVENS, "fact", fact, part)

    def truth(self, fact: str) -> exp.Expr:
        """A yes/no fact; one that is "absent if not recorded" is false where there is no row at all."""
        value = self.given(fact, "truth")
        if not self.facts[fact].closed:
            return value
        return case((is_null(self._there(tables.GIVENS, "fact", fact)), exp.false()), otherwise=value)

    def holds(self, fact: str, choice: str) -> exp.Expr:
        """Whether a set holds a choice; null where nothing is known of the set."""
        wanted = compared("=", record("member"), exp.Literal.string(choice))
        member = self._row(
            tables.MEMBERS,
            f"{short(fact)} {short(choice)}",
            both(_named("fact", fact), wanted),
            flag(exp.true()),
        )
        return case((self.given(fact, "truth"), compared("=", if_null(member, _zero()), _one())))

    def illegible(self, fact: str) -> exp.Expr:
        """1 where there is a record of the whole fact that says nothing."""
        blank = [is_null(record(part)) for part in ("truth", "low", "choice", "earliest")]
        where = both(_named("fact", fact), *blank)
        return self._row(tables.GIVENS, f"{short(fact)} is illegible", where, flag(exp.true()))

    def answer(self, question: str) -> exp.Expr:
        """The answer to a question."""
        return self._pivoted(tables.ANSWERS, "question", question, "answer")

    def anchor(self, name: str) -> Time:
        """The recorded date of a declared anchor, null where it has not come."""
        return Time(*(self._pivoted(tables.ANCHORS, "anchor", name, part) for part in ("earliest", "latest")))

    def date(self, fact: str) -> Time:
        """The date a fact holds, null where none is recorded."""
        return Time(self.given(fact, "earliest"), self.given(fact, "latest"))

    def complete(self, fact: str) -> exp.Expr:
        """Whether a history is all there was; null where nothing is known of it."""
        found = self._pivoted(tables.HISTORIES, "fact", fact, "complete")
        return if_null(found, exp.true()) if self.facts[fact].closed else found

    def is_looked_for(self, fact: str) -> exp.Expr:
        """Whether anything is known of a series."""
        there = self._there(tables.HISTORIES, "fact", fact)
        return compared("=", if_null(there, _zero()), _one())

    def _there(self, table: tables.Table, by: str, name: str) -> exp.Expr:
        return self._row(table, f"{short(name)} is known", _named(by, name), flag(exp.true()))

    def _pivoted(self, table: tables.Table, by: str, name: str, part: str) -> exp.Expr:
        value: exp.Expr = record(part)
        kind = next(column.type for column in table.columns if column.name == part)
        if kind == "truth":  # no engine but some takes the greatest of truths
            value = exp.cast(value, "INT")
        column = self._row(table, f"{short(name)} {part}", _named(by, name), value)
        return compared("=", column, _one()) if kind == "truth" else column

    def _row(self, table: tables.Table, name: str, where: exp.Expr, value: exp.Expr) -> exp.Expr:
        """A column of the one row that a table comes to for a patient."""
        rows = f"own_{table.name}"
        self.plan.once(("pivot", table.name), rows, lambda made: self._start(table, made))
        reduction = self.plan.reductions[rows]
        for alias in reduction.query.selects[1:]:
            if alias.this == greatest(value, where):
                return exp.column(alias.alias, rows)
        taken = {alias.alias for alias in reduction.query.selects}
        column = short(name) if short(name) not in taken else f"{short(name)}_{len(taken)}"
        query = reduction.query.select(exp.alias_(greatest(value, where), column))
        self.plan.reduce(Reduction(rows, query, reduction.about))
        return exp.column(column, rows)

    def _start(self, table: tables.Table, name: str) -> None:
        query = grouped(selected(table.name, {}, exp.true(), patient_row=False))
        self.plan.reduce(Reduction(name, query, (f"One row a patient of {table.name}: {table.about}",)))


def _named(by: str, name: str) -> exp.Expr:
    return compared("=", record(by), exp.Literal.string(name))


def _one() -> exp.Expr:
    return exp.Literal.number(1)


def _zero() -> exp.Expr:
    return exp.Literal.number(0)
