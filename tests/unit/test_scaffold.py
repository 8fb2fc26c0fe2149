"""Scaffolds of real records: each is whole but for its drafts, and accounts for its record once they are confirmed.

`python tests/unit/test_scaffold.py` does so for every record of the pool.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest

from protocol_dsl import pipeline
from protocol_dsl.diagnostics import Severity
from protocol_dsl.registry.blocks import blocks
from protocol_dsl.registry.reading import read_record
from protocol_dsl.registry.scaffold import scaffold
from protocol_dsl.registry.trace import trace
from protocol_dsl.source import SourceFile

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "fixtures"
POOL = FIXTURES / "pools" / "full_dev.jsonl.gz"
EVERY = 16
"""One record of so many is taken into the suite: about sixty."""


def pool() -> tuple[str, ...]:
    if not POOL.is_file():
        return ()
    with gzip.open(POOL, "rt", encoding="utf-8") as lines:
        return tuple(lines)


def faults(text: str) -> list[str]:
    """What is wrong with the scaffold of a record: errors but for drafts; sentences unaccounted for without them."""
    record = read_record(text)
    written = scaffold(record, record.id)
    found = pipeline.check(SourceFile("a.trial", written)).diagnostics
    wrong = [
        f"{record.id}: {one.code} {one.message}"
        for one in found
        if one.severity is Severity.ERROR and one.code != "R065"
    ]
    lines = sum(len(block.drafts) for block in blocks(record))
    if [one.code for one in found].count("R065") != lines:
        wrong.append(f"{record.id}: not every draft is told of")
    confirmed = pipeline.check(SourceFile("a.trial", re.sub(r"\bdraft (?=require |reject )", "", written)))
    if confirmed.protocol is None or not trace(confirmed.protocol, record).clean:
        wrong.append(f"{record.id}: does not account for its record")
    return wrong


@pytest.mark.skipif(
    not POOL.is_file(), reason="the pool is absent: ../shared/fixtures/pools/full_dev.jsonl.gz"
)
def test_records_of_the_pool() -> None:
    assert [fault for text in pool()[::EVERY] for fault in faults(text)] == []


@pytest.mark.skipif(
    not (FIXTURES / "trials").is_dir(), reason="the records are absent: ../shared/fixtures/trials"
)
def test_records_of_the_protocols() -> None:
    paths = sorted((FIXTURES / "trials").glob("*.json"))
    assert [fault for path in paths for fault in faults(path.read_text("utf-8"))] == []


if __name__ == "__main__":
    told: Counter[str] = Counter()
    for row in pool():
        made = blocks(read_record(row))
        told.update(records=1, items=len(made), drafted=sum(bool(one.drafts) for one in made))
        for fault in faults(row):
            told["faults"] += 1
            print(fault)
    print(dict(told))
