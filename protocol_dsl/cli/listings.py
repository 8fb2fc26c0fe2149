"""Deviations as a monitor's listing, as JSON, and as CSV."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from itertools import groupby
from typing import Final, TextIO

from protocol_dsl.runtime.conformance.deviations import KINDS, Conformance, Deviation
from protocol_dsl.runtime.schedule.program import Program

FORMATS: Final = ("text", "json", "csv")
COLUMNS: Final = (
    "patient", "arm", "kind", "subject", "what", "label", "slot", "study_day", "planned", "window_first", "window_last",
    "actual", "days_off", "planned_dose", "given_dose", "reason", "protocol", "place",
)  # fmt: skip
_SUBJECTS: Final = ("treatment", "visit", "assessment")
_WIDTH = max(map(len, KINDS))


class Listing:
    """Takes patients one by one, and counts what was found."""

    def __init__(self, stream: TextIO, program: Program, on: date) -> None:
        self.counts: dict[str, int] = dict.fromkeys(KINDS, 0)
        self.patients = 0
        self._stream, self._program, self._on = stream, program, on
        self._cells: Counter[tuple[str, str]] = Counter()
        self._affected: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._unlooked: Counter[str] = Counter()

    def add(self, found: Conformance) -> None:
        """Write one patient."""
        self.patients += 1
        for one in found.findings:
            self.counts[one.kind] += 1
            self._cells[one.kind, one.subject] += 1
        self._affected.update({one.kind for one in found.findings})
        self._held.update(dict(found.held))
        self._unlooked.update(found.unlooked)
        self._write(found)

    def close(self) -> None:
        """Write what stands at the end."""

    def _write(self, found: Conformance) -> None:
        raise NotImplementedError

    def _say(self, line: str = "") -> None:
        self._stream.write(f"{line}\n")


class _Text(Listing):
    """For people: each patient's findings under the sentence they depart from, then a table of kinds."""

    def __init__(self, stream: TextIO, program: Program, on: date) -> None:
        super().__init__(stream, program, on)
        self._say(f"{program.protocol}  what happened against the plan, as at {on.isoformat()}")

    def _write(self, found: Conformance) -> None:
        if not found.findings:
            return
        arm = f"{found.arm_label} ({found.arm})" if found.arm else "no arm"
        day_one = "" if found.day_one is None else f", day 1 on {_iso(found.day_one)}"
        self._say()
        self._say(f"{found.patient}  {arm}{day_one}")
        by_sentence = sorted(
            found.findings, key=lambda one: (_SUBJECTS.index(one.subject), one.what, one.text)
        )
        for (label, text), group in groupby(by_sentence, key=lambda one: (one.label, one.text)):
            self._say(f"  {label}" + (f": {text}" if text else ""))
            for lines in _in_runs(list(group)):
                self._say(f"    {lines[0].kind:<{_WIDTH}}  {_told(lines)}")

    def close(self) -> None:
        self._say()
        self._say(f"{'':<{_WIDTH}}  {'treatment':>10} {'visit':>10} {'assessment':>10} {'patients':>10}")
        for kind in KINDS:
            cells = " ".join(f"{self._cells[kind, subject] or '-':>10}" for subject in _SUBJECTS)
            self._say(f"{kind:<{_WIDTH}}  {cells} {self._affected[kind] or '-':>10}")
        held = " ".join(f"{self._held[subject]:>10}" for subject in _SUBJECTS)
        self._say(f"{'of planned':<{_WIDTH}}  {held} {self.patients:>10}")
        for subject, count in self._unlooked.items():
            whom = "all patients" if count == self.patients else f"{count} of {self.patients} patients"
            self._say(f"not looked at, no records of them: {subject}s of {whom}")


def _in_runs(group: list[Deviation]) -> list[list[Deviation]]:
    """Findings that say the same of one planned day after another, together."""
    runs: list[list[Deviation]] = []
    for one in group:
        last = runs[-1][-1] if runs else None
        if last is not None and one.day is not None and _alike(last) == _alike(one) and not one.actual:
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _alike(one: Deviation) -> tuple[object, ...]:
    return one.kind, one.slot.rpartition("/")[0], one.reason, one.actual, one.planned_dose


def _told(run: list[Deviation]) -> str:
    one, last = run[0], run[-1]
    when = _planned(one)
    if len(run) > 1:
        when = (
            f"day {one.study_day} to {last.study_day}, {_iso(one.day)} to {_iso(last.day)}, {len(run)} times"
        )
    told = "; ".join(filter(None, (_happened(one), one.reason)))
    slots = one.slot if len(run) == 1 else f"{one.slot} to {last.slot.rpartition('/')[2]}"
    return (
        ": ".join(filter(None, (when, told)))
        + (f"  [{slots}]" if slots else "")
        + (one.place and f"  {one.place}")
    )


def _happened(one: Deviation) -> str:
    """What was recorded, as far as the reason does not say it."""
    if not one.actual or (one.off == 0 and one.kind in {"wrong-dose", "undecided"}):
        return ""
    dose = "" if one.kind == "wrong-dose" else one.given_dose
    off = _days(one.off) if one.kind in {"early", "late"} else ""
    return ", ".join(filter(None, (f"on {one.actual}", dose, off)))


def _planned(one: Deviation) -> str:
    if one.day is None:
        return ""
    window = ""
    if one.window_first is not None and one.window_first != one.window_last:
        window = f", window {_iso(one.window_first)} to {_iso(one.window_last)}"
    return f"day {one.study_day}, {_iso(one.day)}{window}"


def _days(off: int | None) -> str:
    count = abs(off or 0)
    return f"{count} {'day' if count == 1 else 'days'} {'early' if (off or 0) < 0 else 'late'}"


class _Json(Listing):
    """For programs: an object for each patient in one document."""

    def __init__(self, stream: TextIO, program: Program, on: date) -> None:
        super().__init__(stream, program, on)
        head = {"version": 1, "protocol": program.protocol, "on": on.isoformat()}
        self._stream.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "patients": [')

    def _write(self, found: Conformance) -> None:
        findings = [_row(one) for one in found.findings]
        plain = {
            "patient": found.patient,
            "arm": found.arm or None,
            "day_1": _iso(found.day_one),
            "held": dict(found.held),
            "not_looked_at": list(found.unlooked),
            "sources": list(found.sources),
            "findings": [
                {key: value for key, value in row.items() if value not in ("", None)} for row in findings
            ],
            "problems": [one.text() for one in found.problems],
        }
        between = ",\n " if self.patients > 1 else "\n "
        self._stream.write(between + json.dumps(plain, ensure_ascii=False))

    def close(self) -> None:
        self._stream.write('\n], "summary": ' + json.dumps(self.counts) + "}\n")


class _Csv(Listing):
    """A row for each finding."""

    def __init__(self, stream: TextIO, program: Program, on: date) -> None:
        super().__init__(stream, program, on)
        self._writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        self._writer.writeheader()

    def _write(self, found: Conformance) -> None:
        for one in found.findings:
            self._writer.writerow({"patient": found.patient, "arm": found.arm, **_row(one)})


def _row(one: Deviation) -> dict[str, object]:
    days = (_iso(day) for day in (one.day, one.window_first, one.window_last))
    values = (
        one.kind, one.subject, one.what, one.label, one.slot, one.study_day, *days, one.actual, one.off,
        one.planned_dose, one.given_dose, one.reason, one.text, one.place,
    )  # fmt: skip
    return dict(zip(COLUMNS[2:], values, strict=True))


def listing(format_: str, stream: TextIO, program: Program, on: date) -> Listing:
    """The writer of a format."""
    made = {"json": _Json, "csv": _Csv}.get(format_, _Text)
    return made(stream, program, on)


def _iso(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()
