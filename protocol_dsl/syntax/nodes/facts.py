"""Declarations: libraries, facts, value sets, definitions, anchors."""

from __future__ import annotations

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.expressions import Expression, Quantity
from protocol_dsl.syntax.nodes.time import Duration
from protocol_dsl.syntax.nodes.words import Name, Numeral, Text, Unit


@frozen
class LibraryHeader:
    """`library liver version "1.0" "Scores of liver disease" { source "…" note "…" }`"""

    name: Name
    version: Text | None
    title: Text
    clauses: tuple[SourceText | SourcePointer | Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Use:
    """`use liver version "1.0" with bilirubin = total_bilirubin`"""

    library: Name
    version: Text | None
    bindings: tuple[Binding, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Binding:
    """`bilirubin = total_bilirubin`"""

    parameter: Name
    target: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class SourceText:
    """`source "…"`: the sentence of the source."""

    text: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class SourcePointer:
    """`source inclusion 3.2 #0a1b2c3d`: a place in the registry record and the hash of its sentence."""

    section: Name
    place: str | None
    digest: str | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Note:
    """`note "…"`"""

    text: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindYesNo:
    """`yes/no`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindNumber:
    """`number [in UNIT]`"""

    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindChoice:
    """`[ordered] one of a, b`"""

    choices: tuple[Name, ...]
    ordered: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindSet:
    """`set of a, b`"""

    choices: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindDate:
    """`date`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindLab:
    """`lab [in UNIT]`"""

    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindMeasure:
    """`measure [in UNIT]`"""

    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindFinding:
    """`[ordered] finding a, b`"""

    choices: tuple[Name, ...]
    ordered: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class KindEvent:
    """`event [with dose: number in mg, …]`"""

    attributes: tuple[Attribute, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Attribute:
    """`dose: number in mg`"""

    name: Name
    kind: KindYesNo | KindNumber | KindChoice
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Plausible:
    """`plausible 0 to 1500, recorded to 0.1`; numbers signed, in the fact's unit unless `unit`/`step_unit` is
    written.
    """

    low: Numeral
    high: Numeral
    unit: Unit | None
    step: Numeral | None
    step_unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Code:
    """`code loinc "14631-6" "Bilirubin" in umol/L`; `display` is what the code stands for, for readers."""

    system: Name
    code: Text
    display: Text | None
    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class CodeSet:
    """`codes from strong_cyp3a4_inhibitors`"""

    value_set: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class MolarMass:
    """`molar_mass 584.66 g/mol`"""

    quantity: Quantity
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Normal:
    """`normal 3.4 to 20.5 umol/L when …`, `normal up to 40 U/L`, `normal from 3 g/L`"""

    low: Numeral | None
    high: Numeral | None
    unit: Unit | None
    condition: Expression | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Valid:
    """`valid 14 days`"""

    duration: Duration
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Absent:
    """`absent if not recorded`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Fact:
    """`fact NAME : KIND clauses "label" { clauses }`"""

    name: Name
    kind: Kind
    label: Text | None
    clauses: tuple[FactClause, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Facts:
    """`facts KIND clauses { a "…", b "…" }`: many facts alike; `entries` are complete facts."""

    entries: tuple[Fact, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ValueSet:
    """`valueset NAME from "file.csv"` or `{ code system "…" … }`"""

    name: Name
    label: Text | None
    file: Text | None
    codes: tuple[Code, ...]
    clauses: tuple[SourceText | SourcePointer | Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Domain:
    """`domain age >= 18 years`: for whom a score was made."""

    condition: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Define:
    """`define NAME[(x, y)] ["label"] = EXPRESSION { source "…" variant "…" domain CONDITION }`"""

    name: Name
    parameters: tuple[Name, ...]
    label: Text | None
    body: Expression
    sources: tuple[SourceText | SourcePointer, ...]
    notes: tuple[Note, ...]
    variant: Text | None
    domain: Domain | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Anchor:
    """`anchor randomization "…"`"""

    name: Name
    label: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Cohort:
    """`cohort dose_escalation "…"`"""

    name: Name
    label: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


Kind = (
    KindYesNo | KindNumber | KindChoice | KindSet | KindDate | KindLab | KindMeasure | KindFinding | KindEvent
)
FactClause = (
    Plausible | Code | CodeSet | MolarMass | Normal | Valid | Absent | SourceText | SourcePointer | Note
)
