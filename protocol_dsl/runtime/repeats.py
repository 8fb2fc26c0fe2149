"""Records that say the same twice. Known to the second, they are one record delivered twice. Known less well, they
may be one told twice or two that happened, and what depends on how many there are stays open."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from protocol_dsl.runtime.records import Occurrence, Sample

Record = TypeVar("Record", Sample, Occurrence)


def fewest_and_most(records: Sequence[Record]) -> tuple[Sequence[Record], Sequence[Record]]:
    """The fewest records there may be, each said once, and the most: as often as said, those known to the second
    once. The very same sequence twice where nothing is repeated."""
    if len(records) < 2:
        return records, records
    again = repeated(records)
    if not again:
        return records, records
    fewest = [one for place, one in enumerate(records) if place not in again]
    return fewest, [one for place, one in enumerate(records) if place not in again or not is_exact(one)]


def repeated(records: Sequence[Sample | Occurrence]) -> frozenset[int]:
    """The places of the records that say the same as one before them."""
    seen: set[Hashable] = set()
    again: list[int] = []
    for place, one in enumerate(records):
        words = (*one[:2], *sorted(one.attributes.items())) if isinstance(one, Occurrence) else one
        if words in seen:
            again.append(place)
        seen.add(words)
    return frozenset(again)


def is_exact(record: Sample | Occurrence) -> bool:
    """Whether the moment of a sample, or of the start of an occurrence, is known to the second, and nothing else of it
    is illegible: two results nobody can read need not be the same."""
    if isinstance(record, Sample):
        return record.when.first == record.when.last and record.legible
    return record.start.first == record.start.last and None not in record.attributes.values()
