"""Visits and assessments that are due: at their planned times, and round the doses that are called for.

One has happened when it is recorded, or when a value of the fact is, within its window (on its day, where the source
states no tolerance).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration, Course, sampled_on
from protocol_dsl.runtime.schedule.program import Program
from protocol_dsl.runtime.schedule.slots import Slot
from protocol_dsl.runtime.schedule.visits import Visiting

_ON_THE_DAY = frozenset({"give", "reduce", "ask"})


def attended(program: Program) -> dict[str, str]:
    """What can be attended, by name, with its label: visits, and whatever is assessed."""
    found = {visit.name: visit.label for visit in program.visits}
    found |= {name: label for one in program.assessments for name, label in one.what}
    return found | {name: label for one in program.timelines for name, label, _ in one.what}


def attendances(
    program: Program, visiting: Visiting, course: Course, doses: Sequence[Action], on: int
) -> Iterator[Action]:
    """One action for each visit and each thing assessed: `visit` or `assess` when it is due, else wait or done. `doses`
    are the day's actions for doses."""
    if not (program.visits or program.assessments or program.timelines):
        return
    stem = doses[0].line.partition("/")[0] if doses else program.protocol
    planned: dict[str, list[Slot]] = {}
    for slot in visiting.at_places():
        planned.setdefault(slot.what, []).append(slot)
    around = _around(program)
    for name, label in attended(program).items():
        happened = [one.day for one in course.given if one.what == name and one.day <= on]
        happened += [day for day in sampled_on(course.records, name) if day <= on]
        slots = planned.get(name, [])
        found = [_at_place(slot, on) for slot in slots if not _settled(slot, happened, on)][:1]
        found += _round_doses(around.get(name, []), doses, course.given, happened, on)
        action = min(found, key=lambda one: (one.kind == "wait", one.day is None, one.day or 0), default=None)
        yield (action or Action("done", "", name, label))._replace(
            line=f"{stem}/{name}", what=name, label=label
        )


def _settled(slot: Slot, happened: Sequence[int], on: int) -> bool:
    """Whether it has happened, or its time is over."""
    first, last = _window(slot)
    return slot.day is not None and (last < on or any(first <= day <= last for day in happened))


def _window(slot: Slot) -> tuple[int, int]:
    day = slot.day or 0
    return (day if slot.window_first is None else slot.window_first), (
        day if slot.window_last is None else slot.window_last
    )


def _at_place(slot: Slot, on: int) -> Action:
    made = Action("wait", "", slot.what, slot.label, slot.id, slot.day, reason=slot.text or slot.note)
    if slot.day is None:
        return made._replace(reason=slot.note)
    first, last = _window(slot)
    if first > on:
        return made._replace(until=first)
    return made._replace(kind="visit" if slot.verb == "visit" else "assess", last=last)


def _around(program: Program) -> dict[str, list[tuple[str, str, str]]]:
    """Things assessed round doses: side, drug, and the protocol's words."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in program.assessments:
        for place in one.at:
            side, _, drug = place.partition(" each ")
            for name, _ in one.what if drug else ():
                found.setdefault(name, []).append((side, drug, one.text))
    for timeline in program.timelines:
        for name, _, offsets in timeline.what:
            side = "before" if all(offset.count < 0 for offset in offsets) else "after"
            words = f"{timeline.name.replace('_', ' ')} around each {timeline.around.replace('_', ' ')}"
            found.setdefault(name, []).append((side, timeline.around, words))
    return found


def _round_doses(
    places: Sequence[tuple[str, str, str]],
    doses: Sequence[Action],
    given: Sequence[Administration],
    happened: Sequence[int],
    on: int,
) -> Iterator[Action]:
    for side, drug, words in places:
        due = any(one.what == drug and one.kind in _ON_THE_DAY for one in doses)
        done = any(one.what == drug and one.day == on for one in given)
        if on not in happened and (due or (done and side != "before")):
            yield Action("assess", "", "", "", day=on, last=on, reason=words)
            continue
        coming = [one.day for one in doses if one.what == drug and one.kind == "wait" and one.day is not None]
        if coming:
            yield Action("wait", "", "", "", day=min(coming), until=min(coming), reason=words)
