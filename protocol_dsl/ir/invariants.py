"""What every compiled protocol must satisfy before a back end may read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from protocol_dsl.ir.feature_invariants import check_feature
from protocol_dsl.ir.formula_invariants import BrokenInvariant, Scope, check_formula, check_number
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Criterion, Definition, Protocol, Stage
from protocol_dsl.ir.schedule import Arm, Follow, Give, Policy, Regimen
from protocol_dsl.ir.walk import FORMULAS, all_features_of, atoms, filters_of

__all__ = ["BrokenInvariant", "check_invariants"]


def check_invariants(protocol: Protocol) -> None:
    """Check that names are unique and known, definitions and features ordered, types and units right, atoms
    named.

    Raises:
        BrokenInvariant: the first thing that does not hold, in words.
    """
    for what, names in _names(protocol):
        _check_unique(what, names)
    scope = Scope.of(protocol)
    for feature in (*protocol.features, *protocol.schedule.features):
        check_feature(feature, scope, protocol)
    _check_features_ordered(protocol)
    for position, definition in enumerate(protocol.definitions):
        _check_definition(definition, scope.before(position))
    for fact in protocol.facts:
        for normal in fact.normals:
            if normal.when is not None:
                check_formula(normal.when, scope, f"the normal range of fact `{fact.name}`")
    for stage in protocol.stages:
        _check_stage(stage, scope)
    for number, one in enumerate(protocol.assumptions, 1):
        check_formula(one.formula, scope, f"background truth {number}")
    _check_atom_ids(protocol)
    _check_schedule(protocol, scope)
    _check_examples(protocol)


def _names(protocol: Protocol) -> Iterator[tuple[str, Iterable[str]]]:
    yield "fact", (fact.name for fact in protocol.facts)
    yield "feature", (feature.id for feature in (*protocol.features, *protocol.schedule.features))
    yield "definition", (definition.id for definition in protocol.definitions)
    yield "stage", (stage.name for stage in protocol.stages)
    yield "criterion", (criterion.id for stage in protocol.stages for criterion in stage.criteria)
    yield "question", (question.id for question in protocol.questions)
    yield "anchor", (anchor.name for anchor in protocol.anchors)
    yield "value set", (value_set.name for value_set in protocol.value_sets)


def _check_unique(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name:
            raise BrokenInvariant(f"a {what} has no name")
        if name in seen:
            raise BrokenInvariant(f"two things are {what} `{name}`")
        seen.add(name)


def _check_features_ordered(protocol: Protocol) -> None:
    """A filter may ask of features only those that come before its own, so that none stands on itself."""
    earlier: set[str] = set()
    for feature in (*protocol.features, *protocol.schedule.features):
        for name in all_features_of(protocol, *filters_of(feature.node)):
            if name not in earlier:
                raise BrokenInvariant(
                    f"the filter of feature `{feature.id}` asks `{name}`, which comes later"
                )
        earlier.add(feature.id)


def _check_definition(definition: Definition, scope: Scope) -> None:
    place = f"definition `{definition.id}`"
    is_formula = isinstance(definition.body, FORMULAS)
    if definition.type not in {"truth", "number"} or is_formula != (definition.type == "truth"):
        body = "a condition" if is_formula else "a number"
        raise BrokenInvariant(f"{place} is said to be a {definition.type}, its body is {body}")
    if isinstance(definition.body, FORMULAS):
        check_formula(definition.body, scope, place)  # type: ignore[arg-type]
    else:
        check_number(definition.body, scope, place)  # type: ignore[arg-type]


def _check_stage(stage: Stage, scope: Scope) -> None:
    for criterion in stage.criteria:
        if not criterion.lines:
            raise BrokenInvariant(f"criterion `{criterion.id}` has no line that decides")
        for line in criterion.lines:
            check_formula(line.passes, scope, f"criterion `{criterion.id}`")


def _check_atom_ids(protocol: Protocol) -> None:
    """Every atom of a criterion or definition has an id; one id stands for one question alone."""
    known: dict[str, object] = {}
    for place, formula in _formulas(protocol):
        for atom in atoms(formula):
            if not atom.atom:
                raise BrokenInvariant(f"an atom of {place} has no id")
            if known.setdefault(atom.atom, atom) != atom:
                raise BrokenInvariant(
                    f"two different atoms have the id `{atom.atom}`, one of them in {place}"
                )


def _formulas(protocol: Protocol) -> Iterator[tuple[str, Formula]]:
    for definition in protocol.definitions:
        if isinstance(definition.body, FORMULAS):
            yield f"definition `{definition.id}`", definition.body  # type: ignore[misc]
    for number, one in enumerate(protocol.assumptions, 1):
        yield f"background truth {number}", one.formula
    for criterion in _criteria(protocol):
        for line in criterion.lines:
            yield f"criterion `{criterion.id}`", line.passes


def _criteria(protocol: Protocol) -> Iterator[Criterion]:
    return chain.from_iterable(stage.criteria for stage in protocol.stages)


def _check_schedule(protocol: Protocol, scope: Scope) -> None:
    owners: tuple[Regimen | Arm, ...] = (*protocol.schedule.regimens, *protocol.schedule.arms)
    for owner in owners:
        place = f"{'regimen' if isinstance(owner, Regimen) else 'arm'} `{owner.name}`"
        for part in owner.parts:
            if isinstance(part, Follow):
                continue
            gives = (part,) if isinstance(part, Give) else part.gives
            for formula in chain.from_iterable(_give_formulas(give) for give in gives):
                check_formula(formula, scope, place)
            if not isinstance(part, Give) and part.until is not None:
                check_formula(part.until, scope, place)


def _give_formulas(give: Give) -> Iterator[Formula]:
    for step in give.steps:
        policies: tuple[Policy, ...] = step.policies
        yield from (policy.condition for policy in policies)
        yield from (band.when for band in step.dose.bands)


def _check_examples(protocol: Protocol) -> None:
    stages = {stage.name: {criterion.id for criterion in stage.criteria} for stage in protocol.stages}
    for example in protocol.examples:
        for expectation in example.expectations:
            if expectation.stage not in stages:
                raise BrokenInvariant(f"example `{example.name}` names no known stage: `{expectation.stage}`")
            for criterion, _ in expectation.criteria:
                if criterion not in stages[expectation.stage]:
                    raise BrokenInvariant(f"example `{example.name}` names no known criterion: `{criterion}`")
