"""Plans as text, JSON, CSV and iCalendar."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from protocol_dsl.runtime.schedule.ics import ics_text
from protocol_dsl.runtime.schedule.slots import Plan, Slot

COLUMNS = (
    "slot", "arm", "what", "label", "verb", "study_day", "date", "window_first", "window_last", "dose", "dose_note",
    "status", "open_ended", "cycle", "minute", "of", "note", "text",
)  # fmt: skip


_OFTEN = {1: "daily", 2: "twice daily", **{number: f"{number} times daily" for number in range(3, 25)}}


def written(plan: Plan, protocol: str, format_: str) -> str:
    """A plan in one of the formats `text`, `json`, `csv`, `ics`."""
    match format_:
        case "json":
            head = {"version": 1, "protocol": protocol, "arm": plan.arm, "label": plan.label}
            days = {"day_1": _iso(plan.day_one), "planned_to": _iso(plan.horizon)}
            body = {**head, **days, "slots": [_row(slot) for slot in plan.slots]}
            return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
        case "csv":
            stream = io.StringIO()
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(_row(slot) for slot in plan.slots)
            return stream.getvalue()
        case "ics":
            return ics_text(plan, protocol)
        case _:
            return _text(plan, protocol)


def _row(slot: Slot) -> dict[str, object]:
    days = [_iso(day) for day in (slot.day, slot.window_first, slot.window_last)]
    values = (
        slot.id, slot.arm, slot.what, slot.label, slot.verb, slot.study_day, *days, slot.dose, slot.dose_note,
        slot.status, slot.open_ended, slot.cycle or None, slot.minute or None, slot.of or None, slot.note, slot.text,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _iso(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()


def _text(plan: Plan, protocol: str) -> str:
    """For a person: what falls on each day, then what has no day. What is given on each of several days running is one
    line, so is what is assessed on one occasion, and a run of one open-ended dose."""
    lines = [f"{protocol}  {plan.label} ({plan.arm})", f"day 1 is {_iso(plan.day_one)}", ""]
    shown: set[tuple[str, str]] = set()
    dated = [slot for slot in plan.slots if slot.day is not None]
    for group in sorted(_grouped(dated), key=lambda one: one[0].day or 0):
        slot = group[0]
        run = (slot.id.rpartition("/")[0], slot.dose)
        if slot.open_ended and slot.verb != "assess":
            if run in shown:
                continue
            shown.add(run)
        lines.append(_line(group))
    undated = [slot for slot in plan.slots if slot.day is None]
    if undated:
        lines += ["", "no day of its own:"]
        lines += [f"  {_what(slot)}{_because(slot.note)}" for slot in undated]
    return "\n".join(lines) + "\n"


def _grouped(slots: list[Slot]) -> list[list[Slot]]:
    """The slots line by line: an occasion of assessments, or days running with as many doses each."""
    groups: list[list[Slot]] = []
    open_: dict[tuple[object, ...], list[Slot]] = {}
    for slot in slots:
        key = _occasion(slot) if slot.verb == "assess" else _run(slot)
        group = open_.get(key)
        if group is not None and (slot.day or 0) - (group[-1].day or 0) <= 1:
            group.append(slot)
            continue
        groups.append([slot])
        open_[key] = groups[-1]
    return [part for group in groups for part in ([group] if group[0].verb == "assess" else _even(group))]


def _even(group: list[Slot]) -> Iterator[list[Slot]]:
    """Days running, parted where another number of doses falls on a day; one or two doses are told one by one."""
    days = [list(slots) for _, slots in groupby(group, key=lambda slot: slot.day)]
    for _, alike in groupby(days, key=len):
        part = [slot for slots in alike for slot in slots]
        yield from [part] if len(part) > 2 else [[slot] for slot in part]


def _occasion(slot: Slot) -> tuple[object, ...]:
    return slot.day, slot.of or slot.id, slot.window_first, slot.window_last


def _run(slot: Slot) -> tuple[object, ...]:
    """What doses of one run have in common; one with a window of its own, or a visit, stands alone."""
    alone = slot.id if slot.verb == "visit" or slot.window_first is not None or slot.open_ended else ""
    return slot.id.rpartition("/")[0], slot.dose, slot.dose_note, slot.cycle, alone


def _line(group: list[Slot]) -> str:
    slot, last = group[0], group[-1]
    window = ""
    if slot.window_first is not None:
        window = f"  window {_iso(slot.window_first)} to {_iso(slot.window_last)}"
    going_on = "  and so on" if slot.open_ended else ""
    if slot.verb == "assess":
        when = f"{_iso(slot.day)}  day {slot.study_day:>4}"
        return f"{when}  {_assessed(group)}{window}{going_on}  [{slot.of or slot.id}]"
    if len(group) > 1:
        often = _OFTEN.get(sum(one.day == slot.day for one in group), "several times daily")
        until = "" if last.day == slot.day else f"to {_iso(last.day)}, day {last.study_day}, "
        when = f"{_iso(slot.day)}  day {slot.study_day:>4}  {until}{often}:"
        return f"{when} {_what(slot)}  [{slot.id} to {last.id.rpartition('/')[2]}]"
    when = f"{_iso(slot.day)}  day {slot.study_day:>4}"
    return f"{when}  {_what(slot)}{window}{going_on}{_because(slot.note)}  [{slot.id}]"


def _assessed(group: list[Slot]) -> str:
    """What is assessed on one occasion: each thing with the times it is assessed at, alike ones together."""
    times: dict[str, list[str]] = {}
    for slot in group:
        times.setdefault(slot.label, []).append(slot.note)
    alike: dict[tuple[str, ...], list[str]] = {}
    for label, notes in times.items():
        alike.setdefault(tuple(notes), []).append(label)
    told = [f"{', '.join(labels)}{_because(_times(notes))}" for notes, labels in alike.items()]
    return f"assess {'; '.join(told)}"


def _times(notes: tuple[str, ...]) -> str:
    """`30, 60 minutes after the dose`: the words that all share stand once."""
    if not any(notes):
        return ""
    parts = [note.partition(" ") for note in notes]
    shared = {rest for _, _, rest in parts}
    return (
        f"{', '.join(first for first, _, _ in parts)} {shared.pop()}"
        if len(shared) == 1
        else ", ".join(notes)
    )


def _what(slot: Slot) -> str:
    verb = {"visit": "visit ", "assess": "assess "}.get(
        slot.verb, "may give " if slot.status == "permitted" else ""
    )
    dose = f" {slot.dose}" if slot.dose else ""
    return f"{verb}{slot.label}{dose}{_because(slot.dose_note)}"


def _because(note: str) -> str:
    return f" ({note})" if note else ""
