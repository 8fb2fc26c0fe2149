"""How long what is given lasts, when the protocol fixes it."""

from __future__ import annotations

from collections.abc import Iterable

from protocol_dsl.ir.schedule import CycleBlock, Follow, Give, Regimen, Step
from protocol_dsl.vocabulary.calendar import Duration

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def total_length(
    parts: Iterable[Give | CycleBlock | Follow],
    regimens: dict[str, Regimen],
    seen: frozenset[str] = frozenset(),
) -> Duration | None:
    """The length of things given at once, of regimens one after another the sum; None as soon as one has no fixed
    end. What is only permitted does not count."""
    stages: list[list[Duration]] = [[]]
    for part in parts:
        if isinstance(part, Give) and part.permitted:
            continue
        if isinstance(part, Follow) and part.then and stages[-1]:
            stages.append([])
        length = _length(part, regimens, seen)
        if length is None:
            return None
        stages[-1].append(length)
    longest = [_longest(stage) for stage in stages if stage]
    return _sum(longest)


def _length(
    part: Give | CycleBlock | Follow, regimens: dict[str, Regimen], seen: frozenset[str]
) -> Duration | None:
    match part:
        case Give():
            return _sum([_step(step) for step in part.steps])
        case CycleBlock():
            fixed = part.count is not None and part.until is None
            return Duration(part.length.count * (part.count or 0), part.length.unit) if fixed else None
        case Follow():
            if part.regimen not in regimens or part.regimen in seen:
                return None
            return total_length(regimens[part.regimen].parts, regimens, seen | {part.regimen})


def _step(step: Step) -> Duration | None:
    """The run of one step; a rule that may end or delay it leaves its length open."""
    limit, timing = step.limit, step.timing
    if limit.until_event is not None or any(
        one.action in {"until", "stop", "delay"} for one in step.policies
    ):
        return None
    if limit.duration is not None:
        return limit.duration
    if limit.last_day is not None:
        return Duration(limit.last_day - (limit.first_day or 1) + 1, "day")
    if limit.doses is not None and timing.kind == "grid" and timing.interval is not None:
        return Duration(timing.interval.count * -(-limit.doses // timing.per_interval), timing.interval.unit)
    if timing.kind == "days" and timing.days and not timing.cycles:
        return Duration(max(timing.days), "day")
    return Duration(1, "day") if timing.kind == "once" else None


def _longest(lengths: list[Duration]) -> Duration | None:
    """The longest, when the units can be compared."""
    if len(set(lengths)) == 1:
        return lengths[0]
    for scale in (_DAYS, _MONTHS):
        if all(one.unit in scale for one in lengths):
            return max(lengths, key=lambda one: one.count * scale[one.unit])
    return None


def _sum(lengths: list[Duration] | list[Duration | None]) -> Duration | None:
    known = [one for one in lengths if one is not None]
    if not known or len(known) < len(lengths):
        return None
    unit = known[0].unit
    if all(one.unit == unit for one in known):
        return Duration(sum(one.count for one in known), unit)
    for scale, least in ((_DAYS, "day"), (_MONTHS, "month")):
        if all(one.unit in scale for one in known):
            total = sum(one.count * scale[one.unit] for one in known)
            return Duration(total, "day" if least == "day" else "month")
    return None
