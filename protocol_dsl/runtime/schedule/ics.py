"""A plan as an iCalendar file (RFC 5545): one all-day event for each slot that has a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from protocol_dsl.runtime.schedule.slots import Plan, Slot
from protocol_dsl.vocabulary.calendar import LAST_DAY

_LINE_OCTETS = 75
_STAMP = "19700101T000000Z"
"""The same for every build, so that one plan gives one file."""


def ics_text(plan: Plan, protocol: str) -> str:
    """The calendar of a plan. Lines end in CRLF and are folded at 75 octets; what has no day is left out."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//trialc//{_escaped(protocol)}//EN",
        "CALSCALE:GREGORIAN",
    ]
    for slot in plan.slots:
        if slot.day is not None:
            lines += _event(slot, protocol)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(slot: Slot, protocol: str) -> Iterator[str]:
    day = slot.day or 0
    summary = f"{slot.label} {slot.dose}".strip() if slot.verb != "visit" else f"Visit: {slot.label}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(slot.id)}@{_escaped(protocol)}"
    yield f"DTSTAMP:{_STAMP}"
    yield f"DTSTART;VALUE=DATE:{_date(day)}"
    if day < LAST_DAY:
        yield f"DTEND;VALUE=DATE:{_date(day + 1)}"
    yield f"SUMMARY:{_escaped(summary)}"
    described = "\n".join(_description(slot))
    if described:
        yield f"DESCRIPTION:{_escaped(described)}"
    yield f"STATUS:{'TENTATIVE' if slot.open_ended or slot.status == 'permitted' else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(slot: Slot) -> Iterator[str]:
    yield f"Slot {slot.id}, study day {slot.study_day}"
    if slot.window_first is not None and slot.window_last is not None:
        first, last = (date.fromordinal(day).isoformat() for day in (slot.window_first, slot.window_last))
        yield f"Window {first} to {last}"
    yield from (text for text in (slot.dose_note, slot.note, slot.text) if text)


def _date(day: int) -> str:
    found = date.fromordinal(day)
    return f"{found.year:04}{found.month:02}{found.day:02}"


def _escaped(text: str) -> str:
    """A value of type TEXT: backslashes, separators and line ends escaped, other control characters left out."""
    for plain, escaped in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
        ("\r", "\\n"),
    ):
        text = text.replace(plain, escaped)
    return "".join(
        character
        for character in text
        if character == "\t" or (ord(character) >= 32 and ord(character) != 127)
    )


def _folded(line: str) -> Iterator[str]:
    """A line cut so that none is longer than 75 octets, and no character is cut in two."""
    held, octets = "", 0
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if octets + size > _LINE_OCTETS:
            yield held
            held, octets = " ", 1
        held += character
        octets += size
    yield held
