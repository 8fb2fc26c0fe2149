"""Whole populations: the generated query and columns beside the best written by hand, and beside a mere sum.

`--patients 10000000` for the full size: records are then judged in parts of half a million, and peak memory is that of
the whole run.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from tempfile import gettempdir
from typing import Any

import duckdb
import polars as pl

from benchmarks.flagship import flagship
from benchmarks.measure import compared, shown
from benchmarks.populations_by_hand import BY_HAND, columns_by_hand
from protocol_dsl.backends.columns import check_lazily
from protocol_dsl.backends.frame import frame_of, frame_scope
from protocol_dsl.backends.sql import dialect_named, verdict_query
from protocol_dsl.backends.sql.creating import created
from protocol_dsl.backends.tables import TABLES

PART = 500_000
LABS = {
    "total_bilirubin": (15, 600),
    "inr": (0.8, 3.5),
    "prothrombin_activity": (15, 90),
    "creatinine": (40, 400),
}
FINDINGS = ("anti_hav_igm", "anti_hcv", "hcv_rna", "anti_hdv", "hdv_rna", "anti_hev_igm")
EVENTS = (
    "acute_hepatic_insult", "ascites", "encephalopathy", "autoimmune_disease", "malignancy", "gi_bleeding",
    "serious_infection", "bioartificial_liver_support", "liver_transplantation",
)  # fmt: skip
ROUNDS = 3


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=300_000)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    part = min(asked.patients, PART)
    print(f"{asked.threads} threads, {asked.patients:,} patients in parts of {part:,}")
    _queries(part, asked.threads)
    _columns(part, asked.threads)
    if asked.patients > part:
        judged = sum(_part(part, number, asked.threads) for number in range(asked.patients // part))
        print(f"judged {judged:,} patients from their records in parts")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory {peak:.2f} GiB, aim 2")


def _queries(patients: int, threads: int) -> None:
    query = verdict_query(flagship(), dialect_named("duckdb"), missing=False)
    with _database(patients, threads) as connection:
        ours = connection.sql(query.text).order("patient").to_arrow_table()
        hand = connection.sql(BY_HAND).order("patient").to_arrow_table()
        same = ours.select(hand.column_names).equals(hand)
        print(f"both queries give the same rows: {same}")
        all_columns = "SELECT SUM(HASH(COLUMNS(*))::DOUBLE) FROM"
        contenders = {
            "by hand": lambda: connection.sql(f"{all_columns} ({BY_HAND})").fetchall(),
            "generated": lambda: connection.sql(f"{all_columns} ({query.text})").fetchall(),
        }
        rows = compared(contenders, units=patients, rounds=ROUNDS, bars={"generated": 1.1})
    print(shown("SQL on DuckDB, from records to verdicts", rows))


def _columns(patients: int, threads: int) -> None:
    frame = _frame(patients)
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    truths = [name for name, kind in frame.schema.items() if kind == pl.Boolean]
    totals = [pl.col(name).sum() for name in (*numbers, *truths)]
    totals += [pl.col(name).str.len_bytes().sum() for name in texts]
    lazy = frame.lazy()
    ours, hand = check_lazily(flagship(), lazy), columns_by_hand(lazy)
    same = ours.collect().select(hand.collect_schema().names()).equals(hand.collect())
    print(f"both frames are the same: {same}")
    contenders: dict[str, Callable[[], Any]] = {
        "by hand": lambda: _tallied(hand),
        "generated": lambda: _tallied(ours),
    }
    rows = compared(contenders, units=patients, rounds=ROUNDS + 2, bars={"generated": 1.0})
    print(shown(f"Polars ({pl.thread_pool_size()} threads of {threads}), from features to verdicts", rows))
    contenders = {
        "sum of the columns": lambda: lazy.select(totals).collect(engine="streaming"),
        "generated": lambda: _tallied(ours),
    }
    rows = compared(contenders, units=patients, rounds=ROUNDS + 2, bars={"generated": 5.0})
    print(shown("Polars, beside a mere sum", rows))


def _tallied(judged: pl.LazyFrame) -> pl.DataFrame:
    """Every outcome is worked out, and only counts are kept."""
    names = [name for name in judged.collect_schema().names() if name != "verdict"]
    return judged.select(pl.col(names).sum(), pl.col("verdict").eq("eligible").sum()).collect(
        engine="streaming"
    )


def _part(patients: int, number: int, threads: int) -> int:
    query = verdict_query(flagship(), dialect_named("duckdb"))
    with _database(patients, threads, seed=number) as connection:
        connection.execute(f"CREATE TABLE verdicts AS {query.text}")
        return int(connection.execute("SELECT COUNT(*) FROM verdicts").fetchall()[0][0])


def _database(patients: int, threads: int, seed: int = 0) -> duckdb.DuckDBPyConnection:
    """Records of made-up patients: three results a laboratory value, one of each finding, some events."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET memory_limit = '1300MB'")
    connection.execute(f"SET temp_directory = '{gettempdir()}/trialc-populations'")
    for table in TABLES:
        connection.execute(created(table).sql("duckdb").replace("patient TEXT", "patient BIGINT"))
    connection.execute(f"SELECT SETSEED({(seed % 100) / 100})").fetchall()
    everyone = f"FROM RANGE({patients}) AS t(i)"
    day = "TIMESTAMP '2026-03-02'"
    connection.execute(f"INSERT INTO patients SELECT i, {day}, {day} + INTERVAL 86399 SECOND {everyone}")
    for fact, (low, high) in LABS.items():
        upper = "20.5" if fact == "total_bilirubin" else "NULL"
        connection.execute(f"INSERT INTO histories SELECT i, '{fact}', NULL {everyone}")
        for age in (20, 8, 0):
            connection.execute(
                f"INSERT INTO samples SELECT i, '{fact}', d, d + INTERVAL 86399 SECOND, v, v, NULL, {upper}, NULL FROM "
                f"(SELECT i, {day} - TO_DAYS({age} + (RANDOM() * 7)::INT) AS d, "
                f"ROUND({low} + RANDOM() * {high - low}, 2) AS v {everyone} WHERE RANDOM() < 0.9)"
            )
    for fact in (*FINDINGS, "hbsag", "hbsag"):
        connection.execute(
            f"INSERT INTO samples SELECT i, '{fact}', d, d + INTERVAL 86399 SECOND, NULL, NULL, "
            f"CASE WHEN RANDOM() < {0.9 if fact == 'hbsag' else 0.1} THEN 'positive' ELSE 'negative' END, NULL, NULL "
            "FROM "
            f"(SELECT i, {day} - TO_DAYS((RANDOM() * {400 if fact == 'hbsag' else 40})::INT) AS d {everyone} "
            "WHERE RANDOM() < 0.9)"
        )
    for number, fact in enumerate(EVENTS):
        share = 0.9 if number < 3 else 0.1
        connection.execute(f"INSERT INTO histories SELECT i, '{fact}', RANDOM() < 0.9 {everyone}")
        connection.execute(
            f"INSERT INTO occurrences SELECT i, '{fact}', {number}, d, d + INTERVAL 86399 SECOND, d, "
            f"d + INTERVAL 86399 SECOND FROM (SELECT i, {day} - TO_DAYS((RANDOM() * 120)::INT) AS d {everyone} "
            f"WHERE RANDOM() < {share})"
        )
    connection.execute(f"INSERT INTO histories SELECT i, 'liver_lesion', TRUE {everyone}")
    connection.execute(
        "INSERT INTO givens SELECT i, 'sex', NULL, NULL, NULL, "
        f"CASE WHEN RANDOM() < 0.5 THEN 'female' ELSE 'male' END, NULL, NULL {everyone}"
    )
    connection.execute(
        "INSERT INTO givens SELECT i, 'birth_date', NULL, NULL, NULL, NULL, d, d + INTERVAL 86399 SECOND FROM "
        f"(SELECT i, {day} - TO_DAYS((6000 + RANDOM() * 20000)::INT) AS d {everyone})"
    )
    for fact in ("pregnant", "lactating"):
        connection.execute(
            f"INSERT INTO givens SELECT i, '{fact}', RANDOM() < 0.1, NULL, NULL, NULL, NULL, NULL {everyone} "
            "WHERE RANDOM() < 0.9"
        )
    for question in ("I1.1", "E1.1", "E4.1"):
        yes = 0.9 if question == "I1.1" else 0.1
        connection.execute(
            f"INSERT INTO answers SELECT i, '{question}', RANDOM() < {yes} {everyone} WHERE RANDOM() < 0.9"
        )
    return connection


def _frame(patients: int) -> pl.DataFrame:
    """Features of made-up patients, one in ten of them unknown."""
    connection = duckdb.connect()
    connection.execute("SELECT SETSEED(0.5)").fetchall()
    names, drawn = frame_of(flagship(), frame_scope()), []
    spans = {**LABS, "total_bilirubin_upper": (17, 22), "age": (10, 80)}
    for feature in flagship().features:
        if feature.type == "number":
            low, high = spans[feature.id]
            value = f"ROUND({low} + RANDOM() * {high - low}, {0 if feature.id == 'age' else 2})::DOUBLE"
        elif feature.type == "truth":
            value = "RANDOM() < 0.3"
        elif feature.id == "sex":
            value = "CASE WHEN RANDOM() < 0.5 THEN 'female' ELSE 'male' END"
        else:
            value = "CASE WHEN RANDOM() < 0.1 THEN 'positive' ELSE 'negative' END"
        drawn.append(f"CASE WHEN RANDOM() < 0.9 THEN {value} END AS {names.plain[feature.id]}")
    made = connection.sql(f"SELECT {', '.join(drawn)} FROM RANGE({patients})").to_arrow_table()
    return pl.DataFrame(made)


if __name__ == "__main__":
    main()
