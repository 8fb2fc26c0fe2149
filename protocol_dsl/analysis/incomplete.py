"""Incomplete patients of the examples: whether they can still become eligible, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from protocol_dsl.analysis.engine import BUDGET, Engine
from protocol_dsl.analysis.groups import Group
from protocol_dsl.analysis.intervals import ALL
from protocol_dsl.analysis.passing import passing
from protocol_dsl.analysis.realise import BORN, Recorded, recorded
from protocol_dsl.analysis.replay import Told, told
from protocol_dsl.analysis.rows import Row
from protocol_dsl.analysis.search import Search, propagate, settle
from protocol_dsl.analysis.spelled import differences
from protocol_dsl.analysis.state import BOUNDED, EXACT, FIXED, Conflict, State
from protocol_dsl.analysis.tables import limit
from protocol_dsl.ir.evaluate import Scalar, evaluate
from protocol_dsl.ir.features import Answer
from protocol_dsl.runtime.records import FactValue, History, Range, Records
from protocol_dsl.vocabulary.calendar import When

_Outcome = Literal["possible", "impossible", "undecided"]


@frozen
class Completion:
    """An undetermined patient of the file: eligible once `needs` is recorded, never, or neither was shown."""

    name: str
    outcome: _Outcome
    needs: tuple[str, ...] = ()
    records: Records | None = field(default=None, eq=False)


def completions(engine: Engine) -> tuple[Completion, ...]:
    """Every undetermined example that is judged on the engine's day."""
    patients = [one for one in told(engine.protocol) if one.evaluation.verdict == "undetermined"]
    return tuple(_completed(engine, one) for one in patients if one.on == engine.on)


def _completed(engine: Engine, patient: Told) -> Completion:
    values = patient.evaluation.features
    loose = tuple(place for place, group in enumerate(engine.groups) if _unrecorded(group, patient.records))
    again = tuple(
        place
        for place, group in enumerate(engine.groups)
        if place not in loose
        and group.sample
        and any(isinstance(values[one.id], Range | None) for one in group.features)
    )
    bent = tuple(
        place
        for place in engine.tables
        if (place not in loose or _dated_otherwise(engine, engine.groups[place], patient.records))
        and any(values[one.id] is None for one in engine.groups[place].features)
    )
    loose = tuple(place for place in loose if place not in bent)
    ages = (place for place, group in enumerate(engine.groups) if group.ages)
    free = {*loose, *again, *(place for place in ages if _partly_born(patient.records))}
    for tables in (True, False):
        found, gave_up = _solved(engine, patient, free, loose, bent if tables else (), tables)
        if found is not None and tables:
            state, rows = found
            return _told(engine, patient, state, rows, free)
        if found is not None or gave_up or bent:
            return Completion(patient.name, "undecided")
    return Completion(patient.name, "impossible")


def _dated_otherwise(engine: Engine, group: Group, records: Records) -> bool:
    """Whether the group counts from anchors that this patient has on other days than the engine."""
    return any(records.anchors.get(name) != engine.anchors.get(name) for name in group.anchors)


def _partly_born(records: Records) -> bool:
    born = records.facts.get("birth_date")
    return isinstance(born, When) and born.first // 86_400 < born.last // 86_400


def _unrecorded(group: Group, records: Records) -> bool:
    """Whether nothing is recorded of a group."""
    node = group.features[0].node
    if isinstance(node, Answer):
        return node.question not in records.answers
    facts = any(records.facts.get(name) is not None for name in group.facts)
    return not facts


def _solved(
    engine: Engine,
    patient: Told,
    free: set[int],
    loose: tuple[int, ...],
    bent: tuple[int, ...],
    tables: bool,
) -> tuple[tuple[State, Mapping[int, Row]] | None, bool]:
    """A state in which all criteria pass and what is known of the patient stays so; the rows chosen for groups that
    are recorded in part."""
    roots = [
        (engine.network.of(goal.formula), goal.mask) for goal in passing(engine.protocol.stages[0].criteria)
    ]
    start = engine.start(roots, tables)
    if start is None:
        return None, False
    state, actives = start
    rows: dict[int, Row] = {}
    try:
        for place, group in enumerate(engine.groups):
            if (place not in free or (group.ages and place not in loose)) and place not in bent:
                _hold(engine, state, group, patient)
        propagate(engine.network, state)
        for place in bent:
            chosen = _bent(engine, patient, state, place)
            if chosen is None:
                return None, True
            state, rows[place] = chosen
    except Conflict:
        return None, False
    search = Search(engine.network, engine.wishes, BUDGET)
    found = search.solve(state, _without(engine, actives, bent), [root for root, _ in roots])
    return (None if found is None else (found, rows)), search.gave_up


def _hold(engine: Engine, state: State, group: Group, patient: Told) -> None:
    """Keep a group as it is recorded; a birth date that is known in part may come to be known."""
    born = patient.records.facts.get("birth_date")
    if group.ages and isinstance(born, When):
        today = engine.on.first // 86_400
        span = float(today - born.last // 86_400), float(today - born.first // 86_400)
        state.narrow_number(engine.network.leaves[BORN], span, EXACT)
        return
    for one in group.features:
        _fix(engine, state, one.id, patient.evaluation.features[one.id])


def _without(engine: Engine, actives: object, bent: tuple[int, ...]) -> list[int]:
    """The constraints without the tables of groups whose rows were chosen otherwise."""
    nodes = {engine.tables[place][0] for place in bent}
    return [one for one in actives if engine.network.constraints[one].node not in nodes]  # type: ignore[attr-defined]


def _fix(engine: Engine, state: State, name: str, value: Scalar) -> None:
    leaf = engine.network.leaves[name]
    if isinstance(value, Range):
        if not state.flags[leaf] & BOUNDED:
            raise Conflict
        state.lows[leaf], state.highs[leaf], state.flags[leaf] = value.low, value.high, FIXED
        state.wake(leaf)
        return
    kind = engine.network.kinds[leaf]
    if isinstance(value, float):
        state.narrow_number(leaf, (value, value), 1)
    else:
        before = state.masks[leaf], state.flags[leaf]
        settle(state, leaf, kind, value)
        if value is None and before[1]:
            state.narrow_number(leaf, ALL, 2)


def _bent(engine: Engine, patient: Told, state: State, place: int) -> tuple[State, Row] | None:
    """The first way of completing a group's records under which nothing fails at once."""
    for row in engine.completing(place, patient.records):
        tried = state.copy()
        try:
            for one, cell in zip(engine.groups[place].features, row.cells, strict=True):
                limit(tried, engine.network.leaves[one.id], (cell,))
            tried.idle = _silenced(engine, tried, place)
            tried.queued = bytearray(tried.idle)
            tried.queue.clear()
            for one in engine.groups[place].features:
                tried.wake(engine.network.leaves[one.id])
            propagate(engine.network, tried)
        except Conflict:
            continue
        return tried, row
    return None


def _silenced(engine: Engine, state: State, place: int) -> bytes:
    """The group's own table no longer counts."""
    node = engine.tables[place][0]
    idle = bytearray(state.idle)
    for at, constraint in enumerate(engine.network.constraints):
        if constraint.node == node:
            idle[at] = 1
    return bytes(idle)


def _told(engine: Engine, patient: Told, state: State, rows: Mapping[int, Row], free: set[int]) -> Completion:
    """The patient with what was found put in, and no more of it than it takes."""
    values = engine.values(state)
    parts = [
        recorded(engine.groups[place], values, engine.row(state, place), engine.on) for place in sorted(free)
    ]
    parts += [Recorded(row.facts, {}) for row in rows.values()]
    whole = patient.records
    for part in parts:
        whole = _with(whole, part)
    if evaluate(engine.protocol, whole, engine.on).verdict != "eligible":
        return Completion(patient.name, "undecided")
    for part in parts:
        for key in (*part.facts, *part.answers):
            fewer = _back(whole, patient.records, key)
            if evaluate(engine.protocol, fewer, engine.on).verdict == "eligible":
                whole = fewer
    needs = differences(engine.protocol, whole, patient.records, engine.on)
    return Completion(patient.name, "possible", needs, whole)


def _with(records: Records, part: Recorded) -> Records:
    """The records with a part put in: new samples join those that are there, other facts are told anew."""
    facts: dict[str, FactValue] = dict(records.facts)
    for name, value in part.facts.items():
        facts[name] = _joined(facts.get(name), value)
    return records._replace(facts=facts, answers={**records.answers, **part.answers})


def _joined(old: FactValue, new: FactValue) -> FactValue:
    if _series(old) and _series(new):
        again = {sample.when for sample in new}  # type: ignore[union-attr]
        return (*(sample for sample in old if sample.when not in again), *new)  # type: ignore[union-attr, misc, arg-type]
    return new


def _series(value: FactValue) -> bool:
    return isinstance(value, tuple) and not isinstance(value, Range | History | When)


def _back(whole: Records, before: Records, key: str) -> Records:
    """The records with one entry as it was before."""
    facts = {name: value for name, value in whole.facts.items() if name != key}
    if key in before.facts:
        facts[key] = before.facts[key]
    answers = {name: value for name, value in whole.answers.items() if name != key or key in before.answers}
    return whole._replace(facts=facts, answers=answers)
