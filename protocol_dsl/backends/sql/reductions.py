"""The parts of reductions: selections of records of one fact, beside their patient, and aggregates over them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from protocol_dsl.backends.sql.algebra import PATIENT, both, case, compared
from protocol_dsl.backends.sql.plan import RECORD

LAYER = "patient_row"
"""Stands for the layer of the patient's columns until layers are numbered."""
KEY = "patient"


def record(name: str) -> exp.Column:
    """A column of the record."""
    return exp.column(name, RECORD)


def of_fact(fact: str) -> exp.Expr:
    """Whether the record is of a fact."""
    return compared("=", record("fact"), exp.Literal.string(fact))


def selected(
    table: str, columns: Mapping[str, exp.Expr], where: exp.Expr, *, patient_row: bool
) -> exp.Select:
    """`SELECT patient, columns FROM table`, joined with the patient's row where that is read."""
    shown = [record(KEY), *(exp.alias_(holds.copy(), name) for name, holds in columns.items())]
    query = exp.select(*shown).from_(exp.alias_(exp.to_table(table), RECORD, table=True))
    if patient_row:
        query = joined(query, LAYER, PATIENT)
    return query if where == exp.true() else query.where(where.copy())


def joined(query: exp.Select, table: str, alias: str, kind: str = "") -> exp.Select:
    """The query joined with the one row that another table has of its patient."""
    on = compared("=", exp.column(KEY, alias), record(KEY))
    other = exp.to_table(table) if alias == table else exp.alias_(exp.to_table(table), alias, table=True)
    return query.join(other, on=on, join_type=kind or None)


def grouped(query: exp.Select) -> exp.Select:
    """One row a patient."""
    return query.group_by(record(KEY))


def reads_patient(*nodes: exp.Expr) -> bool:
    """Whether any of the expressions reads the patient's row."""
    return any(column.table == PATIENT for node in nodes for column in node.find_all(exp.Column))


def least(value: exp.Expr, when: exp.Expr | None = None) -> exp.Expr:
    """`MIN`, over the records for which a condition is true."""
    return exp.Min(this=_where(value, when))


def greatest(value: exp.Expr, when: exp.Expr | None = None) -> exp.Expr:
    """`MAX`, over the records for which a condition is true."""
    return exp.Max(this=_where(value, when))


def count(when: exp.Expr | None = None) -> exp.Expr:
    """How many records there are, or for how many a condition is true."""
    if when is None or when == exp.true():
        return exp.Count(this=exp.Star())
    return exp.Count(this=case((when, exp.Literal.number(1))))


def flag(when: exp.Expr) -> exp.Expr:
    """1 where a condition is true, else 0: `MAX` of it is 1 where one record has it."""
    if when == exp.true():
        return exp.Literal.number(1)
    return case((when, exp.Literal.number(1)), otherwise=exp.Literal.number(0))


def is_flag(column: exp.Expr, value: int) -> exp.Expr:
    """Whether a flag's column is 1, or 0."""
    return compared("=", column, exp.Literal.number(value))


def _where(value: exp.Expr, when: exp.Expr | None) -> exp.Expr:
    return value.copy() if when is None or when == exp.true() else case((both(when), value))
