"""Strata: each factor's levels, disjoint and exhaustive, and the stratum a patient falls in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Literal, assert_never

from attrs import frozen

from protocol_dsl.allocation.faults import AllocationError
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Age, Edge, Feature, FeatureNode, Given, NamedAnchor, SampleValue, Window
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Stratum
from protocol_dsl.runtime.phrases import exact_text
from protocol_dsl.runtime.records import Range
from protocol_dsl.vocabulary.calendar import Duration

MOST_STRATA = 1_000
"""More than a trial could fill."""


@frozen
class Level:
    """One level of a factor: a `choice` (True or False for yes and no), or the numbers from `low` to below `high`
    (None: no end on that side). `text` is unique within the factor: `male`, `<24`, `17 to <24`, `>=24`."""

    text: str
    choice: str | bool | None = None
    low: Fraction | None = None
    high: Fraction | None = None

    def holds(self, value: float | str | bool) -> bool:
        """Whether a value that is known lies in this level. Cuts are compared as doubles, as criteria are."""
        if isinstance(value, (str, bool)):
            return value == self.choice
        above = self.low is None or value >= float(self.low)
        return self.choice is None and above and (self.high is None or value < float(self.high))


@frozen
class Factor:
    """What is stratified by: `name` of the fact or definition, its `label`, `levels`, and where the value comes
    from: a feature to evaluate, or None for the definition of that name."""

    name: str
    label: str
    levels: tuple[Level, ...]
    feature: Feature | None = None

    def level(self, value: Scalar) -> Level | None:
        """The level a value lies in; None when it is unknown, or bounds that reach over a cut leave it open."""
        if value is None or isinstance(value, frozenset):
            return None
        if isinstance(value, Range):
            low, high = (self.level(end) for end in value)
            return low if low == high else None
        return next((level for level in self.levels if level.holds(value)), None)


@frozen
class Cell:
    """One stratum: a level of each factor. `key` names its random stream and stands in lists."""

    levels: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """`sex=female, liver.meld<24`; empty when nothing is stratified by."""
        return ", ".join(name + (text if text[0] in "<>" else f"={text}") for name, text in self.levels)


def factors_of(protocol: Protocol) -> tuple[Factor, ...]:
    """The factors of a protocol's randomization, in its order. Raises AllocationError."""
    randomization = protocol.schedule.randomization
    strata = () if randomization is None else randomization.strata
    return tuple(_factor(stratum, number, protocol) for number, stratum in enumerate(strata, 1))


def cells(factors: tuple[Factor, ...]) -> Iterator[Cell]:
    """Every combination of levels; one cell without levels when there are no factors. Raises AllocationError."""
    number = prod(len(factor.levels) for factor in factors)
    if number > MOST_STRATA:
        reason = f"the factors make {number:,} strata, more than {MOST_STRATA:,}"
        raise AllocationError(reason, "stratify by fewer factors, or allocate by minimization")
    for levels in product(*(factor.levels for factor in factors)):
        pairs = zip(factors, levels, strict=True)
        yield Cell(tuple((factor.name, level.text) for factor, level in pairs))


def _factor(stratum: Stratum, number: int, protocol: Protocol) -> Factor:
    facts = {fact.name: fact for fact in protocol.facts}
    if stratum.by in facts:
        return _of_fact(facts[stratum.by], stratum, f"stratum.{number}")
    definitions = {definition.id: definition for definition in protocol.definitions}
    if stratum.by not in definitions:
        fix = "stratify by a fact, or by a definition that is a number or a condition"
        raise AllocationError(f"`{stratum.by}` has no levels to stratify by", fix)
    definition = definitions[stratum.by]
    levels = _yes_no() if definition.type == "truth" else cut_levels(stratum)
    return Factor(stratum.by, definition.words or stratum.by, levels)


def _of_fact(fact: Fact, stratum: Stratum, id_: str) -> Factor:
    match fact.kind:
        case "yes_no":
            return _factor_of(fact, _yes_no(), Given(fact.name), "truth", id_)
        case "choice":
            return _factor_of(fact, _choices(fact), Given(fact.name), "choice", id_)
        case "finding":
            return _factor_of(fact, _choices(fact), _latest(fact), "choice", id_)
        case "number":
            node = Age("year") if fact.name == "age" else Given(fact.name)
            return _factor_of(fact, cut_levels(stratum), node, "number", id_)
        case "lab" | "measure":
            return _factor_of(fact, cut_levels(stratum), _latest(fact), "number", id_)
        case "set" | "date" | "event":
            kind = {"set": "a set, of which several may hold at once", "date": "a date", "event": "an event"}
            reason = f"`{fact.name}` is {kind[fact.kind]}, so it does not part the patients"
            raise AllocationError(reason, "define a condition on it and stratify by that")
        case _:
            assert_never(fact.kind)


def _factor_of(
    fact: Fact,
    levels: tuple[Level, ...],
    node: FeatureNode,
    type_: Literal["truth", "choice", "number"],
    id_: str,
) -> Factor:
    return Factor(fact.name, fact.label, levels, Feature(id_, node, type_, fact.unit, fact.label))


def _latest(fact: Fact) -> SampleValue:
    """The latest sample that is still valid on the day, as a bare name means in a criterion."""
    start = None if fact.valid is None else Edge((Duration(-fact.valid.count, fact.valid.unit),))
    return SampleValue(fact.name, Window(NamedAnchor("screening"), start, Edge(())))


def _yes_no() -> tuple[Level, ...]:
    return Level("yes", True), Level("no", False)


def _choices(fact: Fact) -> tuple[Level, ...]:
    return tuple(Level(choice, choice) for choice in fact.choices)


def cut_levels(stratum: Stratum) -> tuple[Level, ...]:
    """Below the first cut, between cuts, and from the last on: a cut itself belongs above."""
    cuts = stratum.cuts
    if not cuts or any(low >= high for low, high in pairwise(cuts)):
        fix = f"write `{stratum.by} cut at …`, the smallest cut first"
        raise AllocationError(f"`{stratum.by}` is a number without cuts in rising order", fix)
    first, last = exact_text(cuts[0]), exact_text(cuts[-1])
    between = (
        Level(f"{exact_text(low)} to <{exact_text(high)}", None, low, high) for low, high in pairwise(cuts)
    )
    return Level(f"<{first}", None, None, cuts[0]), *between, Level(f">={last}", None, cuts[-1])
