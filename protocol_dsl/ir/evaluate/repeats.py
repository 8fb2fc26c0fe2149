"""Records that say the same: one when known to the second, else one told twice or two that happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from protocol_dsl.runtime.records import Occurrence, Sample

Record = TypeVar("Record", Sample, Occurrence)


def fewest(records: Iterable[Record]) -> list[Record]:
    """Each record once."""
    found: list[Record] = []
    for record in records:
        if record not in found:
            found.append(record)
    return found


def most(records: Iterable[Record]) -> list[Record]:
    """Every record as often as it is told, those known to the second once."""
    found: list[Record] = []
    for record in records:
        if record not in found or not _pinned(record):
            found.append(record)
    return found


def _pinned(record: Sample | Occurrence) -> bool:
    """Whether two that say this are one: the second is known, and nothing that could tell them apart is illegible."""
    if isinstance(record, Sample):
        return record.when.first == record.when.last and record.legible
    return record.start.first == record.start.last and None not in record.attributes.values()
