"""Whole populations: the generated query and columns beside the best written by hand, and beside a mere sum.

`--patients 10000000` for the full size: records are then judged in parts of half a million, and peak memory is that of
the whole run.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Callable
from typing import Any

import polars as pl

from benchmarks.flagship import flagship
from benchmarks.made import made_features, made_records
from benchmarks.measure import compared, shown
from benchmarks.populations_by_hand import BY_HAND, columns_by_hand
from protocol_dsl.backends.columns import check_lazily
from protocol_dsl.backends.sql import dialect_named, verdict_query

PART = 500_000
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
    with made_records(patients, threads) as connection:
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
    frame = made_features(patients)
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
    with made_records(patients, threads, seed=number) as connection:
        connection.execute(f"CREATE TABLE verdicts AS {query.text}")
        return int(connection.execute("SELECT COUNT(*) FROM verdicts").fetchall()[0][0])


if __name__ == "__main__":
    main()
