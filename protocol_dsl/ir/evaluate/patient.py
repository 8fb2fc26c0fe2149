"""What the definitions of features and formulas look at: one patient, one day of judging, one protocol."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import When

Scalar = bool | float | Range | str | frozenset[str] | None
"""The value of a feature or definition: by type truth → bool, number → float or Range, choice → str, set →
frozenset; None is unknown."""
Item = Sample | Occurrence


@frozen
class Patient:
    """`on` is the day of judging (or a second of it); `feature` and `definition` look a value up by id."""

    facts: dict[str, Fact]
    records: Records
    on: When
    feature: Callable[[str], Scalar]
    definition: Callable[[str], Scalar]

    def recorded(self, name: str) -> FactValue:
        """What is recorded of fact `name`; one that is "absent if not recorded" is absent when nothing is. A record
        that cannot be read is there all the same: it says neither yes nor no."""
        value = self.records.facts.get(name)
        fact = self.facts.get(name)
        if fact is None or not fact.closed:
            return value
        if fact.kind == "event":
            return History((), complete=True) if value is None else value
        return False if fact.kind == "yes_no" and name not in self.records.facts else value

    def samples(self, name: str) -> tuple[Sample, ...] | None:
        """The dated series of fact `name`; None when nothing is known of it."""
        value = self.recorded(name)
        return value if isinstance(value, tuple) and not isinstance(value, (Range, When, History)) else None

    def history(self, name: str) -> History | None:
        """The occurrences of event `name`; None when nothing is known of it."""
        value = self.recorded(name)
        return value if isinstance(value, History) else None
