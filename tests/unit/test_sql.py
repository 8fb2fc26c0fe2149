"""SQL as text: allowed dialects, names, comments, literals, and the traps of engines one by one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random

import duckdb as engine
import pytest
import sqlglot
from sqlglot import exp

from protocol_dsl.backends.frame import TABLE_WORDS
from protocol_dsl.backends.sql import DIALECTS, DialectError, dialect_named, emit, verdict_query
from protocol_dsl.backends.sql.algebra import Sql, double
from protocol_dsl.backends.sql.dialects import date_literal, shifted_day
from protocol_dsl.backends.tables import TABLES
from protocol_dsl.ir.features import Feature, Given, NamedAnchor
from protocol_dsl.ir.formulas import Compare, Truth
from protocol_dsl.ir.numbers import Arithmetic, Const, Value
from protocol_dsl.ir.protocol import Citation, Criterion, Header, Line, Protocol, Stage
from protocol_dsl.pipeline import load
from protocol_dsl.populations import duckdb
from protocol_dsl.populations.loading import record_tables
from protocol_dsl.runtime.records import Range, Records
from protocol_dsl.testing.palette import random_facts
from protocol_dsl.vocabulary.calendar import Duration, parse_when

FLAGSHIP = load(Path(__file__).parents[2] / "protocols" / "nct02812121.trial")
DUCKDB = dialect_named("duckdb")
ON = parse_when("2026-03-02")


def protocol_of(passes, *, feature="f", fact="weight", kind="number", citation=None):
    line = Line("require", passes, "require it")
    citations = (Citation(citation),) if citation else ()
    stage = Stage(
        "eligibility", NamedAnchor("screening"), (Criterion("I1", "inclusion", "It", (line,), citations),)
    )
    made = Feature(feature, Given(fact), kind, "kg", "weight")
    return Protocol(Header("X", "x", ()), random_facts(Random(0)), (made,), (), (stage,))


def judged(protocol, value, fact="weight"):
    tables = record_tables([(Records("1", {fact: value}), ON)])
    return duckdb.judged(verdict_query(protocol, DUCKDB), tables).to_pylist()[0]


def evaluated(node, key="duckdb"):
    return engine.sql(f"SELECT {node.sql(key)}").fetchall()[0][0]


@pytest.mark.parametrize("name", ["tsql", "sqlite", "oracle", "mysql", "nonsense"])
def test_other_dialects_are_refused(name) -> None:
    with pytest.raises(DialectError, match=f"SQL for `{name}` is not written.*duckdb, postgresql"):
        dialect_named(name)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_what_is_written_is_what_is_run(dialect) -> None:
    laid_out = sqlglot.parse_one(emit(FLAGSHIP, dialect)[0].text, dialect=dialect.key)
    run = sqlglot.parse_one(verdict_query(FLAGSHIP, dialect).text, dialect=dialect.key)
    assert laid_out.sql(dialect.key, comments=False) == run.sql(dialect.key, comments=False)


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda one: one.name)
def test_tables_of_records_parse(dialect) -> None:
    made = sqlglot.parse(emit(FLAGSHIP, dialect)[1].text, dialect=dialect.key)
    names = [one.this.this.name.lower() for one in made if isinstance(one, exp.Create)]
    assert names == [table.name for table in TABLES]


def test_columns_never_take_the_names_of_tables() -> None:
    assert {table.name for table in TABLES} <= TABLE_WORDS


def test_each_criterion_stands_under_its_source() -> None:
    lines = emit(FLAGSHIP, DUCKDB)[0].text.split("\n")
    place = next(number for number, line in enumerate(lines) if line.endswith(" AS e2,"))
    above = "\n".join(lines[place - 3 : place])
    assert "E2 Autoimmune disease" in above
    assert "Concomitant autoimmune disease;" in above


def test_a_source_cannot_end_its_comment() -> None:
    words = "harmless\n); DROP TABLE patients; -- */ 'quoted'"
    text = emit(protocol_of(Compare(">", Value("f"), Const(Fraction(1)), atom="a"), citation=words), DUCKDB)[
        0
    ].text
    assert len(sqlglot.parse(text, dialect="duckdb")) == 1
    assert "\n);" not in text.rpartition("harmless")[2].partition("AS i1")[0]


def test_names_that_are_words_of_sql_are_quoted() -> None:
    protocol = protocol_of(Truth("order", atom="a"), feature="order", fact="smoker", kind="truth")
    assert judged(protocol, True, "smoker")["i1"] is True


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (70.0, True),
        (69.9, False),
        (None, None),
        (Range(-float("inf"), 69.0), False),
        (Range(60.0, 80.0), None),
    ],
)
def test_bounded_numbers(value, expected) -> None:
    row = judged(protocol_of(Compare(">=", Value("f"), Const(Fraction(70)), atom="a")), value)
    assert row["i1"] is expected
    assert row["missing"] == ("" if expected is not None else "weight")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e200])
def test_what_is_no_reading_is_missing(value) -> None:
    assert judged(protocol_of(Compare(">=", Value("f"), Const(Fraction(0)), atom="a")), value)["i1"] is None


def test_division_by_zero_is_unknown() -> None:
    ratio = Arithmetic("/", Const(Fraction(1)), Value("f"))
    protocol = protocol_of(Compare(">", ratio, Const(Fraction(0)), atom="a"))
    assert [judged(protocol, value)["i1"] for value in (2.0, 0.0, -2.0)] == [True, None, False]


def test_the_greatest_of_some_unknown_is_unknown() -> None:
    sql = Sql(DUCKDB)
    null = exp.cast(exp.null(), "DOUBLE")
    column = exp.Paren(this=exp.column("x"))
    greatest = sql.called("max", [double(1.0), column], True)
    assert (
        engine.sql(f"SELECT {greatest.sql('duckdb')} FROM (SELECT {null.sql('duckdb')} AS x)").fetchall()[0][
            0
        ]
        is None
    )
    nested = sql.called("min", [double(40.0), greatest], True)
    for value, expected in (("7.0::DOUBLE", 7), ("NULL::DOUBLE", None), ("90.0::DOUBLE", 40)):
        assert (
            engine.sql(f"SELECT {nested.sql('duckdb')} FROM (SELECT {value} AS x)").fetchall()[0][0]
            == expected
        )
    assert nested.sql("duckdb").count("IS NULL") <= 1


@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, 0.058466, 1e-12, 123456789.123456789, 5e-324, 1.7e308, -2.5, 10.0]
)
def test_a_literal_is_read_as_the_same_double(value) -> None:
    assert evaluated(exp.cast(double(value), "DOUBLE")) == value


def test_days_and_months_are_told_apart_in_one_query() -> None:
    # DuckDB takes intervals of 30 days and of 1 month for one value when it looks for common expressions.
    start = exp.column("d")
    moved = [shifted_day(start.copy(), Duration(-n, unit), DUCKDB) for n, unit in ((30, "day"), (1, "month"))]
    shown = ", ".join(one.sql("duckdb") for one in moved)
    table = f"(SELECT {date_literal(date(2026, 3, 2).toordinal()).sql('duckdb')} AS d)"
    assert engine.sql(f"SELECT {shown} FROM {table}").fetchall()[0] == (date(2026, 1, 31), date(2026, 2, 2))


def test_two_patients_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="two patients have the id `1`"):
        record_tables([(Records("1", {}), ON), (Records("1", {}), ON)])
