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
        moment = record.when if isinstance(record, Sample) else record.start
        if moment.first < moment.last or record not in found:
            found.append(record)
    return found
