"""Plans as text, JSON, CSV and iCalendar."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

from protocol_dsl.runtime.schedule.ics import ics_text
from protocol_dsl.runtime.schedule.slots import Plan, Slot

COLUMNS = (
    "slot", "arm", "what", "label", "verb", "study_day", "date", "window_first", "window_last", "dose", "dose_note",
    "status", "open_ended", "cycle", "minute", "of", "note", "text",
)  # fmt: skip


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
    """For a person: what falls on each day, then what has no day. A run of one open-ended dose is one line."""
    lines = [f"{protocol}  {plan.label} ({plan.arm})", f"day 1 is {_iso(plan.day_one)}", ""]
    shown: set[tuple[str, str]] = set()
    for slot in plan.slots:
        if slot.day is None:
            continue
        run = (slot.id.rpartition("/")[0], slot.dose)
        if slot.open_ended and run in shown:
            continue
        if slot.open_ended:
            shown.add(run)
        lines.append(_line(slot))
    undated = [slot for slot in plan.slots if slot.day is None]
    if undated:
        lines += ["", "no day of its own:"]
        lines += [f"  {_what(slot)}{_because(slot.note)}" for slot in undated]
    return "\n".join(lines) + "\n"


def _line(slot: Slot) -> str:
    window = ""
    if slot.window_first is not None:
        window = f"  window {_iso(slot.window_first)} to {_iso(slot.window_last)}"
    going_on = "  and so on" if slot.open_ended else ""
    when = f"{_iso(slot.day)}  day {slot.study_day:>4}"
    return f"{when}  {_what(slot)}{window}{going_on}{_because(slot.note)}  [{slot.id}]"


def _what(slot: Slot) -> str:
    verb = {"visit": "visit ", "assess": "assess "}.get(
        slot.verb, "may give " if slot.status == "permitted" else ""
    )
    dose = f" {slot.dose}" if slot.dose else ""
    return f"{verb}{slot.label}{dose}{_because(slot.dose_note)}"


def _because(note: str) -> str:
    return f" ({note})" if note else ""
