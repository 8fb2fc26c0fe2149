"""Arms, treatment and time as one program: clocks, epochs, regimens, generators of occurrences, policies, slots.

Generators say how occurrences arise rather than listing them, so that a delay or a measured value can move what
follows. Every item carries the sentence and the place it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

from attrs import field, frozen

from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.features import Feature
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.vocabulary.calendar import Duration


@frozen
class Amount:
    """A dose as written: `low` to `high` (equal when fixed) in `unit`; `basis` tells what it is counted against:
    `None` absolute, `kg`, `m2`, `AUC` (target area under the curve) or `total` (share of the total, in percent).
    `using` names the fact, or the formula of body surface, it is worked out with, `using_at` the point whose value
    counts."""

    low: Fraction
    high: Fraction
    unit: str
    basis: Literal["kg", "m2", "AUC", "total"] | None = None
    using: str | None = None
    using_at: str | None = None


@frozen
class Band:
    """A dose that holds `when` the condition does."""

    amount: Amount
    when: Formula


@frozen
class Dose:
    """Per administration unless `per_day` (then `doses_per_day` share it). `bands` replace `amount` when given; `cap`
    is an upper limit; `levels` the steps of a dose ladder, `else_stop` what happens below the last. `parameter` names
    the regimen's parameter that stands for the amount."""

    amount: Amount | None = None
    bands: tuple[Band, ...] = ()
    cap: Amount | None = None
    per_day: bool = False
    doses_per_day: int = 1
    levels: tuple[Amount, ...] = ()
    else_stop: bool = False
    text: str = ""
    parameter: str | None = None


@frozen
class Timing:
    """When occurrences arise. `kind`: `once`, `grid` (every `interval` from the start), `rolling` (counted from the
    last dose given), `days` (study or cycle days in `days`), `with` and `after` (relative to each occurrence of
    `of`, `interval` after), `continuous`, `prescribed`, `as_needed`. `per_interval` occurrences share one interval
    (`twice daily` is 2 per day). `unstated`: the source does not say."""

    kind: Literal[
        "unstated",
        "once",
        "grid",
        "rolling",
        "days",
        "with",
        "after",
        "continuous",
        "prescribed",
        "as_needed",
    ]
    interval: Duration | None = None
    per_interval: int = 1
    days: tuple[int, ...] = ()
    cycles: tuple[int, ...] = ()
    of: str | None = None
    reason: str | None = None


@frozen
class Limit:
    """What ends a run of occurrences: `for` a duration (half-open) or a number of doses, `from`/`to` study days
    (closed), or `until` an event plus an offset."""

    duration: Duration | None = None
    doses: int | None = None
    first_day: int | None = None
    last_day: int | None = None
    until_event: str | None = None
    until_offset: Duration | None = None


@frozen
class Policy:
    """A rule asked of *now* before a dose. `latched` rules (until, when) never turn back; the others are asked again.
    Precedence: stop, until, delay and skip, reduce, give. `condition` reads `features` of the schedule; their anchor
    `now` is the moment of asking, `regimen_start` the start of the regimen."""

    action: Literal["stop", "until", "delay", "skip", "reduce", "give_if"]
    latched: bool
    condition: Formula
    up_to: Duration | None = None
    percent: Fraction | None = None
    by_level: bool = False
    text: str = ""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Tolerance:
    """A window round a planned date, inclusive, signed from it."""

    before: Duration
    after: Duration


@frozen
class Step:
    """One step of a give: `; then …` adds another."""

    dose: Dose
    timing: Timing
    limit: Limit = Limit()
    window: Tolerance | None = None
    policies: tuple[Policy, ...] = ()


@frozen
class Give:
    """An administration, procedure (`perform`) or care (`provide`). `slot` is its stable id within the regimen;
    `permitted` is `may give`: allowed, so never missed."""

    slot: str
    verb: Literal["give", "perform", "provide"]
    what: str
    steps: tuple[Step, ...]
    permitted: bool = False
    route: str | None = None
    infusion: Duration | None = None
    purpose: str | None = None
    text: str = ""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class CycleBlock:
    """Gives held together in cycles: a delay moves the block."""

    name: str
    length: Duration
    count: int | None
    gives: tuple[Give, ...]
    until: Formula | None = None
    text: str = ""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Follow:
    """Follows another regimen; `then` starts it when the one before has ended. `arguments` bind its parameters, in
    words; those that are amounts stand in `amounts` too."""

    regimen: str
    then: bool = False
    arguments: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, Amount], ...] = ()
    cell: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Regimen:
    """A set of gives with a clock of its own (SDTM element)."""

    name: str
    label: str
    parts: tuple[Give | CycleBlock | Follow, ...]
    parameters: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Arm:
    """An arm: `role` is the registry's arm type (experimental, active_comparator, placebo_comparator,
    sham_comparator, no_intervention, other)."""

    name: str
    label: str
    role: str
    parts: tuple[Give | CycleBlock | Follow, ...]
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Intervention:
    """What is given. `kind` as meant, `registry_kind` as the registry files it; `background` care is not studied.
    `one_of` names what it stands for, each administration one of them; `in_random_order`: each once, in an order drawn
    for the patient."""

    name: str
    label: str
    kind: str
    registry_kind: str | None = None
    background: bool = False
    half_life: Duration | None = None
    one_of: tuple[str, ...] = ()
    in_random_order: bool = False
    citations: tuple[Citation, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


def label_of(given: Intervention, interventions: Iterable[Intervention]) -> str:
    """The name of what is given, with what it may be: `Study drug (one of A, B, in random order)`."""
    if not given.one_of:
        return given.label
    labels = {one.name: one.label for one in interventions}
    order = ", in random order" if given.in_random_order else ""
    return f"{given.label} (one of {', '.join(labels.get(name, name) for name in given.one_of)}{order})"


@frozen
class Point:
    """A planned point in time: `day`, `week` or `month` n on the study clock, or an offset from a named event,
    visit or dose (`of`). For `at screening` and the like only `of` is set."""

    number: int | None = None
    unit: Literal["day", "week", "month"] = "day"
    of: str | None = None
    offset: Duration | None = None


@frozen
class Epoch:
    """An epoch (period): starts when the one before ends, or at `start`; ends after `duration` or at `end`."""

    name: str
    label: str
    start: str | None = None
    end: str | None = None
    duration: Duration | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class VisitRun:
    """Repeated visits: every `interval` from `first` to `last`."""

    interval: Duration
    first: Point | None
    last: Point | None
    window: Tolerance | None = None


@frozen
class Visit:
    """A visit (one `at`) or a run of visits, with its tolerance. No window: the source states none."""

    name: str
    label: str
    at: Point | None = None
    runs: tuple[VisitRun, ...] = ()
    window: Tolerance | None = None
    text: str = ""
    citations: tuple[Citation, ...] = ()
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Assessment:
    """What is assessed, and when: visit names, `each` run of visits, or `before|after each` dose of a drug."""

    what: tuple[str, ...]
    at: tuple[str, ...]
    text: str = ""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Timeline:
    """Assessments in minutes or hours round each dose of a drug (negative: before)."""

    name: str
    around: str
    what: tuple[tuple[str, tuple[Duration, ...]], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Stratum:
    """A factor of stratification: a value cut at points, or the choices of a fact."""

    by: str
    cuts: tuple[Fraction, ...] = ()


@frozen
class Randomization:
    """Allocation: arms, ratio (None: the source states none), block sizes, strata, named method."""

    arms: tuple[str, ...]
    ratio: tuple[int, ...] | None = None
    blocks: tuple[int, ...] = ()
    strata: tuple[Stratum, ...] = ()
    method: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Escalation:
    """Dose escalation: study-level rules; a model is asked, never computed."""

    levels: tuple[str, ...]
    cohort_size: int | None = None
    gap: Duration | None = None
    advance: str | None = None
    text: str = ""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Schedule:
    """All of it. `day_one` is what the study calls day 1 (words, and the event or anchor it rests on);
    `numbered_from` is 1, or 0 for `days from 0`. `features` are read by policies and bands, at the moment of asking."""

    day_one: str | None = None
    numbered_from: int = 1
    interventions: tuple[Intervention, ...] = ()
    regimens: tuple[Regimen, ...] = ()
    arms: tuple[Arm, ...] = ()
    epochs: tuple[Epoch, ...] = ()
    visits: tuple[Visit, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    timelines: tuple[Timeline, ...] = ()
    randomization: Randomization | None = None
    escalation: Escalation | None = None
    features: tuple[Feature, ...] = ()
