"""A patient's records as the generated code and the reference evaluator both read them. Standard library
only.

A number is a `float` when known exactly, a `Range` when the record only bounds it ("<40"), `None` when
unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from protocol_dsl.vocabulary.calendar import When

Number = float | None


class Range(NamedTuple):
    """A number known only to lie between two doubles, both inclusive: "<40" ends at the double below 40."""

    low: float
    high: float


ILLEGIBLE = Range(float("-inf"), float("inf"))
"""A limit of normal that is recorded and that nobody can make sense of. It may be any number, and is not absent."""

Value = float | Range | None
"""A number as far as it is known."""


def between(low: float, high: float) -> Value:
    """The number that lies from `low` to `high`: exact when they are equal, unknown when nothing bounds
    it."""
    if low == high:
        return low
    return None if low == float("-inf") and high == float("inf") else Range(low, high)


class Sample(NamedTuple):
    """One dated value of a lab, measure (float, Range or None when unusable) or finding (str), in the
    fact's unit, with the sample's own limits of normal in that unit: None where it carries none, `ILLEGIBLE` where
    it does and it cannot be used."""

    when: When
    value: float | Range | str | None
    upper: float | Range | None = None
    lower: float | Range | None = None

    @property
    def legible(self) -> bool:
        """Whether it has a value, and nothing else of it is there that cannot be used."""
        return self.value is not None and ILLEGIBLE not in (self.upper, self.lower)


Attributes = Mapping[str, float | str | bool | None]


class Occurrence(NamedTuple):
    """One occurrence of an event. An unknown start is any moment, an unknown end any moment from the start
    on; one said to be ongoing ends at `calendar.FOREVER`. `attributes` maps names to float, str, bool or
    None."""

    start: When
    end: When
    attributes: Attributes = {}  # noqa: RUF012 - a read-only view could not be pickled


class History(NamedTuple):
    """What is recorded of an event. `complete`: these are all there were, so absence of a record is
    absence."""

    occurrences: tuple[Occurrence, ...]
    complete: bool


FactValue = bool | float | Range | str | frozenset[str] | When | tuple[Sample, ...] | History | None
"""What a patient holds for one fact: by kind yes_no → bool, number → float or Range, choice → str, set →
frozenset, date → When, lab/measure/finding → samples in any order, event → History; None: nothing is
known."""


class Records(NamedTuple):
    """One patient as plain data: facts by name, dates of anchors that have come, answers by question id."""

    id: str
    facts: Mapping[str, FactValue]
    anchors: Mapping[str, When] = {}
    answers: Mapping[str, bool] = {}
