"""Attrition counted from verdicts in Parquet, whoever judged them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from protocol_dsl.backends.attrition import Attrition, Step, Wanting
from protocol_dsl.backends.judging import needed
from protocol_dsl.ir.features import Answer
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.populations.duckdb import bounded
from protocol_dsl.populations.stores import quoted
from protocol_dsl.populations.verdicts import outcome_columns, verdict_schema


def counted_verdicts(
    protocol: Protocol, stage: Stage, parts: Sequence[Path], folder: Path, memory: int
) -> Attrition:
    """The counts of one stage over the Parquet files of verdicts, which are written once more as `verdicts.csv`."""
    with bounded(memory, folder) as connection:
        files = ", ".join(quoted(str(path)) for path in parts)
        judged = f"SELECT * FROM read_parquet([{files}])" if parts else _nobody(protocol)
        connection.execute(f"CREATE TEMP VIEW judged AS {judged}")
        draft = folder / ".verdicts.csv"
        connection.execute(f"COPY judged TO {quoted(str(draft))} (HEADER)")
        os.replace(draft, folder / "verdicts.csv")
        return _counted(protocol, stage, connection)


def _nobody(protocol: Protocol) -> str:
    names = [one.name for one in verdict_schema(protocol, pa.string())]
    return f"SELECT {', '.join(f'NULL AS {_name(name)}' for name in names)} WHERE FALSE"


def _counted(protocol: Protocol, stage: Stage, connection: Any) -> Attrition:
    names = outcome_columns(protocol)
    verdict, missing = _name(names.verdicts[stage.name]), _name(names.missing[stage.name])
    columns = [_name(names.criteria[one.id]) for one in stage.criteria]
    words = ("eligible", "ineligible", "undetermined")
    asked = ["COUNT(*)", *(f"COUNT(*) FILTER ({verdict} = '{word}')" for word in words)]
    for place, column in enumerate(columns):
        asked += _asked(columns, place, column)
    counts = list(connection.execute(f"SELECT {', '.join(asked)} FROM judged").fetchone())
    steps = []
    for place, criterion in enumerate(stage.criteria):
        own = counts[4 + place * _EACH : 4 + (place + 1) * _EACH]
        steps.append(Step(criterion.id, criterion.kind, criterion.title, *own))
    wanting = _wanting(protocol, verdict, missing, connection)
    header = protocol.header
    patients, eligible, ineligible, undetermined = counts[:4]
    return Attrition(
        header.id, header.title, protocol.source_digest, stage.name, patients, eligible, ineligible, undetermined,
        tuple(steps), wanting,
    )  # fmt: skip


_EACH = 7


def _asked(columns: list[str], place: int, column: str) -> list[str]:
    """The seven counts of one criterion, in the order of `Step`."""
    before, others = columns[:place], [one for one in columns if one != column]
    no_other = " AND ".join(f"{one} IS NOT FALSE" for one in others) or "TRUE"
    none_before = " AND ".join(f"{one} IS NOT FALSE" for one in before) or "TRUE"
    all_so_far = " AND ".join(f"{one} IS TRUE" for one in [*before, column])
    return [
        f"COUNT(*) FILTER ({condition})"
        for condition in (
            f"{column} IS TRUE",
            f"{column} IS FALSE",
            f"{column} IS NULL",
            f"{column} IS FALSE AND {no_other}",
            f"{column} IS FALSE AND {none_before}",
            f"{column} IS NOT FALSE AND {none_before}",
            all_so_far,
        )
    ]


def _wanting(protocol: Protocol, verdict: str, missing: str, connection: Any) -> tuple[Wanting, ...]:
    """Of undetermined patients alone: others want nothing, whatever is unknown of them."""
    labels = {
        needed(feature): needed(feature) if isinstance(feature.node, Answer) else feature.words
        for feature in protocol.features
    }
    labels |= {fact.name: fact.label or fact.name.replace("_", " ") for fact in protocol.facts}
    labels |= {question.id: question.text for question in protocol.questions}
    rows = connection.execute(
        f"SELECT want, COUNT(*), COUNT(*) FILTER (wants = 1) FROM "
        f"(SELECT UNNEST(listed) AS want, LEN(listed) AS wants FROM "
        f"(SELECT STRING_SPLIT({missing}, ', ') AS listed FROM judged "
        f"WHERE {verdict} = 'undetermined' AND {missing} <> '')) GROUP BY want ORDER BY 2 DESC, 1"
    ).fetchall()
    return tuple(Wanting(want, labels.get(want, want), patients, only) for want, patients, only in rows)


def _name(column: str) -> str:
    return f'"{column}"'
