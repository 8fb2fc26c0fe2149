"""What a protocol knows of its patients' records, as plain literals that generated code carries with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from protocol_dsl.runtime.records import Records

RecordKind = Literal["yes_no", "number", "choice", "set", "date", "lab", "measure", "finding", "event"]
SERIES: frozenset[RecordKind] = frozenset({"lab", "measure", "finding"})
"""The kinds of which a patient has dated samples."""

UnitFactors = Mapping[str, tuple[int, int, int, int]]
"""Accepted unit texts: (n, d, m, e) makes a value v in that unit v * n/d + m/e in the fact's own unit."""


class AttributeSchema(NamedTuple):
    """An attribute of an event's occurrences; `unit` and `units` as in `FactSchema`."""

    name: str
    kind: Literal["number", "choice", "yes_no"]
    unit: str = ""
    units: UnitFactors = {}  # noqa: RUF012 - literal data, never written to
    choices: tuple[str, ...] = ()


class FactSchema(NamedTuple):
    """One fact: `unit` as its author wrote it ("" when plain), the plausible range `low` to `high` in that
    unit, `closed` when absence of a record is absence."""

    name: str
    kind: RecordKind
    label: str = ""
    unit: str = ""
    units: UnitFactors = {}  # noqa: RUF012
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    closed: bool = False
    attributes: tuple[AttributeSchema, ...] = ()
    builtin: bool = False


class Schema(NamedTuple):
    """The facts by name, the declared anchors, and the text of each question by its id."""

    facts: Mapping[str, FactSchema]
    anchors: tuple[str, ...] = ()
    questions: Mapping[str, str] = {}


class Problem(NamedTuple):
    """Something in a patient's record that is not used as it stands: mostly it is taken as unknown. Where
    (`inr[1].on`), the record's own words, why, and what to write instead."""

    path: str
    words: str
    reason: str
    fix: str

    def text(self) -> str:
        """One line: `inr: `abc`: it is not a number; write …`."""
        return f"{self.path or 'patient'}: `{self.words}`: {self.reason}; {self.fix}"


class Reading(NamedTuple):
    """A patient as read, and everything that could not be read."""

    records: Records
    problems: tuple[Problem, ...]
