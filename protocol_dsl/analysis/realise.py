"""From values back to a patient: what has to be recorded so that features come out as they were found."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.analysis.groups import Group
from protocol_dsl.analysis.moments import marks
from protocol_dsl.analysis.network import ChoiceLeaf, Network, NumberLeaf, SetLeaf
from protocol_dsl.analysis.rows import Row, number_cell
from protocol_dsl.analysis.state import FIXED, MISSING, TRUE, UNKNOWN, State
from protocol_dsl.analysis.tables import Slot
from protocol_dsl.ir.evaluate.patient import Scalar
from protocol_dsl.ir.evaluate.time import window_limits
from protocol_dsl.ir.features import Answer, Given, SampleValue
from protocol_dsl.runtime.records import FactValue, History, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import When, days

BORN = "born"
"""The leaf of the days since birth, from which all ages on the day of judging follow."""


@frozen
class Recorded:
    """A part of a patient's records."""

    facts: Mapping[str, FactValue]
    answers: Mapping[str, bool]


def value_of(network: Network, state: State, name: str) -> Scalar:
    """The value a settled state gives a leaf."""
    leaf = network.leaves[name]
    match network.kinds[leaf]:
        case NumberLeaf():
            flags = state.flags[leaf]
            if flags == MISSING:
                return None
            low, high = state.interval(leaf)
            return Range(low, high) if flags == FIXED else low
        case SetLeaf(choices):
            if state.flags[leaf] == MISSING:
                return None
            return frozenset(name for bit, name in enumerate(choices) if state.least[leaf] >> bit & 1)
        case ChoiceLeaf(choices):
            bit = state.masks[leaf].bit_length() - 1
            return choices[bit] if bit < len(choices) else None
        case _:
            mask = state.masks[leaf]
            return None if mask == UNKNOWN else mask == TRUE


def recorded(group: Group, values: Mapping[str, Scalar], row: Row | None, on: When) -> Recorded:
    """The records of one group, for the values of its features."""
    if group.ages:
        return _born(values[BORN], on)
    node = group.features[0].node
    value = values[group.features[0].id]
    if group.alone:
        if isinstance(node, Answer):
            return Recorded({}, {node.question: value} if isinstance(value, bool) else {})
        assert isinstance(node, Given)
        return Recorded({} if value is None else {node.fact: value}, {})
    if row is not None:
        return _of_row(group, values, row)
    return _sample(group, values, on)


def _born(value: Scalar, on: When) -> Recorded:
    today = on.first // 86_400
    if isinstance(value, float):
        born = days(today - int(value), today - int(value))
    elif isinstance(value, Range):
        born = days(max(today - int(min(value.high, today - 1)), 1), today - int(max(value.low, 0)))
    else:
        return Recorded({}, {})
    return Recorded({"birth_date": born}, {})


def _sample(group: Group, values: Mapping[str, Scalar], on: When) -> Recorded:
    """One sample inside the window, unless nothing of it is known."""
    parts: dict[str, Scalar] = {}
    for feature in group.features:
        assert isinstance(feature.node, SampleValue)
        parts[feature.node.part] = values[feature.id]
    first = group.features[0].node
    assert isinstance(first, SampleValue)
    if all(value is None for value in parts.values()):
        return Recorded({}, {})
    when = next(mark for mark in (_today(on), *marks((first.window,), on)) if _inside(first, mark, on))
    return Recorded({first.fact: (_made(when, parts),)}, {})


def _today(on: When) -> When:
    return days(on.first // 86_400, on.first // 86_400)


def _inside(node: SampleValue, when: When, on: When) -> bool:
    from_, to = _limits(node, on)
    return from_ <= when.first and when.last <= to


def _limits(node: SampleValue, on: When) -> tuple[int, int]:
    limits = window_limits(node.window, on)
    return limits.start_last, limits.end_first


def _made(when: When, parts: Mapping[str, Scalar]) -> Sample:
    value, upper, lower = (parts.get(name) for name in ("value", "upper", "lower"))
    return Sample(
        when,
        value if isinstance(value, float | Range | str) else None,
        upper if isinstance(upper, float) else None,
        lower if isinstance(lower, float) else None,
    )


def _of_row(group: Group, values: Mapping[str, Scalar], row: Row) -> Recorded:
    """The records of a row, with the numbers it left open put in."""
    slots: dict[int, Scalar] = {}
    for feature, cell in zip(group.features, row.cells, strict=True):
        if isinstance(cell, Slot):
            slots[cell.number] = values[feature.id]
    return Recorded({name: _filled(value, slots) for name, value in row.facts.items()}, {})


def _filled(value: FactValue, slots: Mapping[int, Scalar]) -> FactValue:
    if isinstance(value, tuple) and not isinstance(value, Range | When | History):
        return tuple(_sample_filled(sample, slots) for sample in value)
    return value


def _sample_filled(sample: Sample, slots: Mapping[int, Scalar]) -> Sample:
    value = _number(sample.value, slots)
    upper, lower = _number(sample.upper, slots), _number(sample.lower, slots)
    return _made(sample.when, {"value": value, "upper": upper, "lower": lower})


def _number(value: float | Range | str | None, slots: Mapping[int, Scalar]) -> Scalar:
    cell = number_cell(value) if isinstance(value, float) else None
    return slots.get(cell.number) if isinstance(cell, Slot) else value


def part_of(records: Records, group: Group) -> Recorded:
    """What a patient's records hold of one group."""
    facts = {name: records.facts[name] for name in group.facts if name in records.facts}
    node = group.features[0].node
    asked = (node.question,) if isinstance(node, Answer) else ()
    return Recorded(facts, {name: records.answers[name] for name in asked if name in records.answers})
