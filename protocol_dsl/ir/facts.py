"""What may be known of a patient: the facts, each with its kind, unit, range and reading of missing records."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from protocol_dsl.ir.formulas import Formula
from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.vocabulary.calendar import Duration

FactKind = Literal["yes_no", "number", "choice", "set", "date", "lab", "measure", "finding", "event"]
SERIES: frozenset[FactKind] = frozenset({"lab", "measure", "finding"})
"""The kinds of which a patient has dated samples."""


@frozen
class Plausible:
    """The range a true value can have and the step it is recorded to, in the fact's unit."""

    low: Fraction
    high: Fraction
    step: Fraction | None = None


@frozen
class RecordUnit:
    """A unit a record may come in: value_in_fact_unit = value * scale + offset, exactly."""

    text: str
    scale: Fraction
    offset: Fraction = Fraction(0)


@frozen
class Code:
    """A code binding: `system` (loinc, snomed, rxnorm, atc, icd10, …), the code, and the unit stated with it."""

    system: str
    code: str
    unit: str | None = None


@frozen
class Normal:
    """Limits of normal used only where the record carries none; `when` None is unconditional."""

    low: Fraction | None
    high: Fraction | None
    when: Formula | None = None


@frozen
class Attribute:
    """An attribute of an event's occurrences."""

    name: str
    kind: Literal["number", "choice", "yes_no"]
    unit: str = "1"
    choices: tuple[str, ...] = ()
    units: tuple[RecordUnit, ...] = ()


@frozen
class Fact:
    """One fact. `unit` is a UCUM code ("1" when plain), `unit_text` what the author wrote.

    `codes` holds those of its `value_sets` too. `closed` means that absence of a record is absence ("absent if not
    recorded"). `builtin` facts (age, sex, birth_date, cohort) are always there.
    """

    name: str
    kind: FactKind
    label: str
    unit: str = "1"
    unit_text: str = ""
    choices: tuple[str, ...] = ()
    ordered: bool = False
    plausible: Plausible | None = None
    units: tuple[RecordUnit, ...] = ()
    codes: tuple[Code, ...] = ()
    molar_mass: Fraction | None = None
    normals: tuple[Normal, ...] = ()
    valid: Duration | None = None
    closed: bool = False
    attributes: tuple[Attribute, ...] = ()
    value_sets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    builtin: bool = False
    span: Span = field(default=NOWHERE, eq=False, repr=False)
