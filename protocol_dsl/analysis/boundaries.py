"""Patients on both sides of every limit: the last recorded value a criterion accepts and the first it does not, all
else being such that this limit decides."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from protocol_dsl.analysis.engine import Engine, engine_of, passed
from protocol_dsl.analysis.goals import Goal, Witness
from protocol_dsl.analysis.grids import Grid, whole_grid
from protocol_dsl.analysis.network import NumberLeaf
from protocol_dsl.analysis.plain import leaf_of
from protocol_dsl.analysis.replay import judged
from protocol_dsl.ir.evaluate.formulas import compared
from protocol_dsl.ir.features import Age
from protocol_dsl.ir.formulas import All, Any, AtLeast, Compare, Constant, Formula, Known, Not
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, Named, Value
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.walk import Node, all_features_of, transform

_WHOLE = frozenset({"round", "floor", "ceil"})
_SCORES = whole_grid(-1000, 1000)
_YEARS = whole_grid(0, 50_000)  # or days


@frozen
class Boundary:
    """A limit of a criterion: `atom` compares with it. `cases` are the two neighbouring values and whether the
    criterion passes; `multiple_of` the limit of normal it is a multiple of, and what that was (feature, value)."""

    atom: Compare
    cases: tuple[tuple[float, bool], tuple[float, bool]]
    multiple_of: tuple[str, float] | None = None


def all_boundaries(protocol: Protocol) -> dict[str, tuple[Boundary, ...]]:
    """The limits of every criterion by its id."""
    part = _with_limits(protocol)
    engine = engine_of(part)
    criteria = (one for stage in part.stages for one in stage.criteria)
    return {one.id: found for one in criteria if (found := tuple(boundaries(engine, one)))}


def _with_limits(protocol: Protocol) -> Protocol:
    """The criteria that compare with something, and what they rest on: the engine has that much less to lay out."""
    stages = tuple(
        evolve(stage, criteria=tuple(one for one in stage.criteria if _comparisons(one)))
        for stage in protocol.stages
    )
    formulas = [passed(one) for stage in stages for one in stage.criteria]
    formulas += [one.formula for one in protocol.assumptions]
    used = set(all_features_of(protocol, *formulas))
    features = tuple(one for one in protocol.features if one.id in used)
    definitions = tuple(
        one for one in protocol.definitions if used.issuperset(all_features_of(protocol, one.body))
    )
    return evolve(protocol, stages=stages, features=features, definitions=definitions)


def boundaries(engine: Engine, criterion: Criterion) -> Iterator[Boundary]:
    """Every limit of a criterion that patients were found for; the reference evaluator has judged both. What only says
    of whom a limit is asked (`when …`, `if …`) is none."""
    for atom in _comparisons(criterion):
        deciding = _deciding(passed(criterion), atom)
        match atom.left, atom.right:
            case (Value() | Named()) as number, Const() as limit:
                yield from _fixed(engine, criterion, atom, deciding, number, limit.exact)
            case (
                Value() as number,
                Arithmetic("*", Const() as factor, Value() as limit)
                | Arithmetic("*", Value() as limit, Const() as factor),
            ):
                yield from _multiple(engine, criterion, atom, deciding, number, limit, factor.exact)
            case _:
                pass


def _comparisons(criterion: Criterion) -> tuple[Compare, ...]:
    found = (one for one in _asked(passed(criterion)) if isinstance(one, Compare))
    return tuple(dict.fromkeys(found))


def _asked(formula: Formula) -> Iterator[Formula]:
    """The formulas inside, but for those in numbers and the condition of a `when`."""
    yield formula
    match formula:
        case Any((Not(_), then)):
            yield from _asked(then)
        case All(operands) | Any(operands) | AtLeast(_, operands):
            for operand in operands:
                yield from _asked(operand)
        case Not(operand) | Known(operand, _):
            yield from _asked(operand)
        case _:
            pass


def _deciding(whole: Formula, atom: Compare) -> tuple[tuple[Goal, Goal], ...]:
    """The criterion hangs on the atom: it passes where that holds and fails where not, or the other way round."""

    def taken(value: bool) -> Formula:
        return transform(whole, lambda node: Constant(value) if node == atom else node)

    return tuple((Goal(taken(held), "T"), Goal(taken(not held), "F")) for held in (True, False))


def _fixed(
    engine: Engine,
    criterion: Criterion,
    atom: Compare,
    deciding: tuple[tuple[Goal, Goal], ...],
    number: Value | Named,
    limit: Fraction,
    also: tuple[Goal, ...] = (),
    multiple_of: tuple[str, float] | None = None,
) -> Iterator[Boundary]:
    pair = _neighbours(_grid(engine, number), atom, limit)
    for goals in deciding if pair is not None else ():
        cases = []
        for value in pair or ():
            exactly = Goal(Compare("=", number, Const(engine.exactly(value))), "T")
            reply = engine.ask((*goals, exactly, *also))
            if not isinstance(reply, Witness):
                break
            (outcome,) = judged(engine.protocol, reply.records, reply.on, [passed(criterion)])
            if outcome is None:
                break
            cases.append((value, outcome))
        if len(cases) == 2 and cases[0][1] != cases[1][1]:
            yield Boundary(atom, (cases[0], cases[1]), multiple_of)
            return


def _multiple(
    engine: Engine,
    criterion: Criterion,
    atom: Compare,
    deciding: tuple[tuple[Goal, Goal], ...],
    number: Value,
    limit: Value,
    factor: Fraction,
) -> Iterator[Boundary]:
    """At the limit of normal of a patient for whom the atom decides."""
    for goals in deciding:
        reply = engine.ask(goals)
        known = reply.values.get(limit.feature) if isinstance(reply, Witness) else None
        if isinstance(known, float):
            exact = engine.exactly(known)
            also = (Goal(Compare("=", limit, Const(exact)), "T"),)
            yield from _fixed(
                engine, criterion, atom, (goals,), number, exact * factor, also, (limit.feature, known)
            )
            return


def _neighbours(grid: Grid | None, atom: Compare, limit: Fraction) -> tuple[float, float] | None:
    """The two values next to each other between which the comparison turns, the one that holds first."""
    if grid is None or grid.count is None:
        return None
    edge = float(limit)
    place = grid.place(edge)
    values = [grid.at(one) for one in range(place - 1, place + 2) if 0 <= one <= grid.count]
    for one, other in pairwise(values):
        held = compared(atom.comparison, one, edge), compared(atom.comparison, other, edge)
        if held[0] is not held[1]:
            return (one, other) if held[0] else (other, one)
    return None


def _grid(engine: Engine, number: Value | Named) -> Grid | None:
    """The values a number can be recorded with, or come out as."""
    if isinstance(number, Named):
        return _SCORES if _is_whole(engine, number) else None
    feature = next(one for one in engine.protocol.features if one.id == number.feature)
    if isinstance(feature.node, Age):
        return _YEARS
    leaf = leaf_of(feature, engine.facts)
    return leaf.grid if isinstance(leaf, NumberLeaf) else None


def _is_whole(engine: Engine, number: Node) -> bool:
    match number:
        case Named(name):
            return any(one.id == name and _is_whole(engine, one.body) for one in engine.protocol.definitions)
        case Call(function, arguments):
            several = function in {"max", "min", "negate"} and all(
                _is_whole(engine, one) for one in arguments
            )
            return function in _WHOLE or several
        case Choose(_, then, otherwise):
            return _is_whole(engine, then) and _is_whole(engine, otherwise)
        case Arithmetic("+" | "-" | "*", left, right):
            return _is_whole(engine, left) and _is_whole(engine, right)
        case Const(exact):
            return exact.denominator == 1
        case _:
            return False
