"""Records that are there and that nobody can make sense of, which is not the same as none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from protocol_dsl.runtime.records import FactValue, Sample


def unread_facts(facts: Mapping[str, FactValue]) -> frozenset[str]:
    """The facts whose whole record could not be read: they are there, and hold nothing."""
    return frozenset(name for name, value in facts.items() if value is None)


def unread(fact: str, unread_facts: Collection[str], samples: Sequence[Sample] | None = None) -> bool | None:
    """False when nothing of `fact` is illegible, else unknown. Of a series, a sample without a value, or with an
    illegible limit of normal, counts until one that can be read certainly lies after it."""
    if fact in unread_facts:
        return None
    blank = [sample.when.last for sample in samples or () if not sample.legible]
    if not blank:
        return False
    newest = max((sample.when.first for sample in samples or () if sample.legible), default=0)
    return None if max(blank) >= newest else False
