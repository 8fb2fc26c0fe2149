"""Made-up populations with the facts of the flagship: in a database, in the nine tables as Parquet, or as a frame of
features.

`python -m benchmarks.made FOLDER --patients 1000000` writes the nine tables, a part at a time, so that memory does not
grow with them; `--features` writes `features.parquet` in their place.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import gettempdir

import duckdb
import polars as pl

from benchmarks.flagship import flagship
from protocol_dsl.backends.frame import frame_of, frame_scope
from protocol_dsl.backends.sql.creating import created
from protocol_dsl.backends.tables import TABLES

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
PART = 200_000


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--features", action="store_true")
    asked = parser.parse_args()
    if asked.features:
        write_features(asked.folder, asked.patients)
    else:
        write_records(asked.folder, asked.patients)


def write_records(folder: Path, patients: int) -> None:
    """The nine tables, each a folder of Parquet files in the order of the patients."""
    for table in TABLES:
        (folder / table.name).mkdir(parents=True, exist_ok=True)
    for number, first in enumerate(range(0, patients, PART)):
        with made_records(min(PART, patients - first), 2, seed=number, first=first) as connection:
            for table in TABLES:
                path = folder / table.name / f"part-{number:05}.parquet"
                connection.execute(
                    f"COPY (SELECT * FROM {table.name} ORDER BY patient) TO '{path}' (COMPRESSION zstd)"
                )


def write_features(folder: Path, patients: int) -> None:
    """`features.parquet`, some patients at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    pl.concat(
        [
            made_features(min(PART * 5, patients - first), first).lazy()
            for first in range(0, patients, PART * 5)
        ]
    ).sink_parquet(folder / "features.parquet", compression="zstd")


def made_records(patients: int, threads: int, seed: int = 0, first: int = 0) -> duckdb.DuckDBPyConnection:
    """Records of made-up patients, numbered from `first`: three results a laboratory value, one of each finding, some
    events; in the tables of a database in memory."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET memory_limit = '1300MB'")
    connection.execute(f"SET temp_directory = '{gettempdir()}/trialc-populations'")
    for table in TABLES:
        connection.execute(created(table).sql("duckdb").replace("patient TEXT", "patient BIGINT"))
    connection.execute(f"SELECT SETSEED({(seed % 100) / 100})").fetchall()
    everyone = f"FROM RANGE({first}, {first + patients}) AS t(i)"
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
    for fact in (*FINDINGS, "hbsag"):
        connection.execute(f"INSERT INTO histories SELECT i, '{fact}', NULL {everyone}")
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


def made_features(patients: int, first: int = 0) -> pl.DataFrame:
    """Features of made-up patients, numbered from `first`, one in ten of them unknown."""
    connection = duckdb.connect()
    connection.execute(f"SELECT SETSEED({(first % 97) / 97})").fetchall()
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
    everyone = f"RANGE({first}, {first + patients}) AS t(i)"
    made = connection.sql(f"SELECT i AS patient, {', '.join(drawn)} FROM {everyone}")
    return pl.DataFrame(made.to_arrow_table())


if __name__ == "__main__":
    main()
