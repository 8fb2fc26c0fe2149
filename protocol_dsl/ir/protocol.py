"""The compiled protocol: everything a back end needs, and all it may read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Anchor, Feature, FeatureType
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.schedule import Schedule
from protocol_dsl.source import NOWHERE, Span

Outcome = Literal["passes", "fails", "unknown"]
Eligibility = Literal["eligible", "ineligible", "undetermined"]


@frozen
class Header:
    """The registry record's header. `entries` keeps author order: (field, printed value) pairs for documents;
    the typed fields are what checks and back ends need."""

    id: str
    title: str
    entries: tuple[tuple[str, str], ...]
    sex: str | None = None
    age_low: Fraction | None = None
    age_high: Fraction | None = None
    enrollment: int | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Question:
    """A question a person answers. `id` is `<criterion>.<n>`; `because` says why no record decides."""

    id: str
    text: str
    by: Literal["investigator", "participant", "sponsor"]
    because: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Assumption:
    """A background truth (`assume`): told of every patient, so never false; it judges nobody. `text` as written."""

    formula: Formula
    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Definition:
    """A named number or condition, shared by criteria. `id` may be qualified (`liver.meld`)."""

    id: str
    type: FeatureType
    unit: str
    body: Number | Formula
    words: str
    source: str | None = None
    variant: str | None = None
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Line:
    """One `require` or `reject`. `passes` is true exactly when the line is met (a reject is already negated).
    `text` is the author's line as written."""

    verb: Literal["require", "reject"]
    passes: Formula
    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Criterion:
    """An inclusion or exclusion criterion: passes when every line passes, fails when one fails."""

    id: str
    kind: Literal["inclusion", "exclusion"]
    title: str
    lines: tuple[Line, ...]
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Stage:
    """Criteria judged together at `anchor`, with their own verdict. The first stage is `eligibility`."""

    name: str
    anchor: Anchor
    criteria: tuple[Criterion, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OutOfScope:
    """A source sentence that is no criterion, accounted for."""

    text: str
    because: Literal["advice", "conduct", "site"]
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Expectation:
    """What an example must come out as. `criteria` maps criterion ids to their expected outcome."""

    verdict: Eligibility | None
    criteria: tuple[tuple[str, Outcome], ...] = ()
    stage: str = "eligibility"


@frozen
class Example:
    """A patient written in the file. `record` is the patient in the JSON form that `Patient.from_json` reads
    (values in the record's own units), with inheritance already resolved; `on` an ISO date."""

    name: str
    on: str
    record: Mapping[str, object] = field(eq=False)
    expectations: tuple[Expectation, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class AnchorDeclaration:
    """`anchor randomization "…"`."""

    name: str
    label: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ValueSet:
    """A resolved value set with the hash of its file, when it came from one."""

    name: str
    label: str
    codes: tuple[tuple[str, str, str], ...]
    source: str | None = None
    digest: str | None = None


@frozen
class UsedLibrary:
    """A library the file uses: the version it was compiled with and the hash of its text."""

    name: str
    title: str
    version: str
    digest: str


@frozen
class Protocol:
    """One compiled protocol. INVARIANT: every feature id used in a formula or number is in `features`; every fact
    used in a feature is in `facts`; definitions come before those that use them; ids are unique."""

    header: Header
    facts: tuple[Fact, ...]
    features: tuple[Feature, ...]
    definitions: tuple[Definition, ...]
    stages: tuple[Stage, ...]
    questions: tuple[Question, ...] = ()
    anchors: tuple[AnchorDeclaration, ...] = ()
    value_sets: tuple[ValueSet, ...] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()
    notes: tuple[str, ...] = ()
    schedule: Schedule = field(factory=Schedule)
    examples: tuple[Example, ...] = ()
    libraries: tuple[UsedLibrary, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    source_name: str = ""
    source_digest: str = ""
