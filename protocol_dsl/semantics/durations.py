"""Lengths of calendar time: whole counts of one unit, and half-lives turned into hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from protocol_dsl.diagnostics import Collector
from protocol_dsl.semantics.errors.time import UnknownHalfLife
from protocol_dsl.semantics.errors.types import NotWhole
from protocol_dsl.syntax.nodes import time as syntax
from protocol_dsl.syntax.nodes.schedule import Intervention
from protocol_dsl.vocabulary.calendar import Duration

_FINER = {"year": ("month", 12), "week": ("day", 7), "day": ("hour", 24), "hour": ("minute", 60)}
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080}


def whole_duration(node: syntax.Duration, found: Collector) -> Duration | None:
    """A plain duration of whole units, at least one; `1.5 years` becomes 18 months."""
    if not isinstance(node, syntax.PlainDuration):
        found.add(NotWhole(node.span, "a length of time here", "half-lives", 1))
        return None
    count, unit = node.number.value, node.unit
    while count.denominator != 1 and unit in _FINER:
        unit, factor = _FINER[unit]  # type: ignore[assignment]
        count *= factor
    if count.denominator != 1 or count < 1:
        found.add(NotWhole(node.span, "a length of time", f"{node.number.text} {node.unit}s", 1))
        return None
    return Duration(int(count), unit)


def durations(
    node: syntax.Duration, interventions: Mapping[str, Intervention], found: Collector
) -> tuple[tuple[Duration, ...], bool] | None:
    """The lengths a window's edge may have, and whether the longest counts (`longer of`)."""
    match node:
        case syntax.PlainDuration():
            plain = whole_duration(node, found)
            return None if plain is None else ((plain,), True)
        case syntax.HalfLives():
            halves = _half_lives(node, interventions, found)
            return None if halves is None else ((halves,), True)
        case syntax.ExtremeDuration():
            inner = [durations(each, interventions, found) for each in node.durations]
            lengths = tuple(length for each in inner if each for length in each[0])
            return (lengths, node.which == "longer") if all(inner) else None
        case _:
            assert_never(node)


def _half_lives(
    node: syntax.HalfLives, interventions: Mapping[str, Intervention], found: Collector
) -> Duration | None:
    drug = interventions.get(node.drug.text)
    if drug is None or drug.half_life is None:
        found.add(UnknownHalfLife(node.drug.span, node.drug.text))
        return None
    one = whole_duration(drug.half_life, found)
    if one is None or one.unit not in _MINUTES:
        return None
    total = node.number.value * one.count * _MINUTES[one.unit]
    for unit in ("week", "day", "hour", "minute"):
        if total % _MINUTES[unit] == 0:
            return Duration(int(total / _MINUTES[unit]), unit)
    return Duration(-int(-total // 1), "minute")
