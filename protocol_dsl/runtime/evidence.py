"""The records behind a value, by their dates. Standard library only."""

from __future__ import annotations

from typing import Any

from protocol_dsl.runtime.phrases import listed, value_text
from protocol_dsl.runtime.records import History, Occurrence, Sample
from protocol_dsl.runtime.stage import Case, FeatureRow, Stage
from protocol_dsl.runtime.windows import Stretch, Window, contains, overlaps
from protocol_dsl.vocabulary.calendar import DAY, FOREVER, When, days, shift_day, when_text

_MOST = 4


def evidence(stage: Stage, row: FeatureRow, value: object, case: Case | None) -> str:
    """The dates of the records a value rests on ("on 2026-03-01"); empty when there are none to name."""
    if case is None or value is None or not row.evidence:
        return ""
    if row.evidence == "birth":
        born = getattr(case.patient, "birth_date", None)
        return f"(born {day_text(born)})" if isinstance(born, When) else ""
    recorded = getattr(case.patient, row.fact, None)
    if row.evidence == "date":
        return day_text(recorded) if isinstance(recorded, When) else ""
    window = window_behind(stage, row, case)
    if isinstance(recorded, History):
        return _occurrences(stage, row, recorded, window)
    if not isinstance(recorded, tuple):
        return ""
    if row.evidence == "samples":
        return _series(recorded, window)
    return _picked(row, recorded, window, value)


def day_text(when: When) -> str:
    """A date as a person reads it; a moment of today's judging keeps its day only when it is a whole day."""
    return when_text(when)


def window_behind(stage: Stage, row: FeatureRow, case: Case) -> Window | None:
    """The window of a feature where it is counted from the day of judging alone; else None."""
    if row.window < 0 or stage.windows is None:
        return None
    made = stage.windows(case.on)[row.window]
    return made.window if isinstance(made, Stretch) else made


def _picked(row: FeatureRow, samples: tuple[Sample, ...], window: Window | None, value: object) -> str:
    pick, part = row.evidence.split()
    equal = [sample for sample in samples if getattr(sample, part) == value]
    inside = [sample for sample in equal if window is None or contains(window, sample.when) is not False]
    if not inside or (window is None and len({sample.when for sample in inside}) > 1):
        return ""
    chosen = (
        min(inside, key=lambda one: one.when) if pick == "first" else max(inside, key=lambda one: one.when)
    )
    return f"on {day_text(chosen.when)}"


def _series(samples: tuple[Sample, ...], window: Window | None) -> str:
    ordered = sorted(samples, key=lambda sample: sample.when)
    if window is not None:
        # A state held since before the window's start is seen in the last sample before it too.
        earlier = [one for one in ordered if one.when.last < window.start_last]
        inside = [one for one in ordered if contains(window, one.when) is not False]
        ordered = earlier[-1:] + [one for one in inside if one not in earlier]
    shown = [f"{value_text(one.value, '')} on {day_text(one.when)}" for one in ordered[-_MOST:]]
    return listed(shown)


def _occurrences(stage: Stage, row: FeatureRow, history: History, window: Window | None) -> str:
    test = stage.filters.get(row.filter)
    shown = []
    for one in sorted(history.occurrences, key=lambda occurrence: occurrence.start):
        inside = window is None or overlaps(window, one.start, one.end) is not False
        if inside and (test is None or test(one) is not False):
            shown.append(occurrence_text(one))
    return listed(shown[-_MOST:])


def occurrence_text(one: Occurrence) -> str:
    """When an occurrence was, as far as it is known."""
    if one.end.first == FOREVER:
        return f"since {day_text(one.start)}, ongoing"
    if one.start == one.end:
        return day_text(one.start)
    end = day_text(one.end) if one.end.last < FOREVER else "an unknown end"
    return f"{day_text(one.start)} to {end}"


def turning_days(stage: Stage, case: Case, limit: When) -> list[int]:
    """The day numbers after the day of judging, up to `limit`, on which some feature of the patient may turn: each
    recorded date moved by what a feature looks back or ahead, birthdays, and the days round them."""
    found: set[int] = set()
    first, last = case.on.last // DAY + 1, limit.last // DAY
    for row in stage.features.values():
        for day in _recorded_days(getattr(case.patient, row.fact, None) if row.fact else None):
            for count, unit in row.offsets:
                found.update(_round(_moved(day, -count, unit)))
        if row.evidence == "birth":
            found.update(_birthdays(getattr(case.patient, "birth_date", None), row, first, last))
    for when in getattr(case.patient, "anchors", {}).values():
        for day in _recorded_days(when):
            for row in stage.features.values():
                for count, unit in row.offsets:
                    found.update(_round(_moved(day, -count, unit)))
    return sorted(day for day in found if first <= day <= last)


def _round(day: int) -> range:
    return range(day - 1, day + 5)


def _moved(day: int, count: int, unit: Any) -> int:
    hours = {"minute": 1 / 60, "hour": 1}.get(unit)
    return shift_day(day, (count, unit)) if hours is None else day + int(count * hours / 24)


def _birthdays(born: object, row: FeatureRow, first: int, last: int) -> set[int]:
    found: set[int] = set()
    if not isinstance(born, When):
        return found
    unit = row.offsets[0][1]
    if unit in {"day", "week"}:
        return set(range(first, min(last, first + 400) + 1))
    for edge in (born.first // DAY, born.last // DAY):
        step = 1
        day = edge
        while day <= last:
            day = shift_day(edge, (step, unit))
            step += 1
            found.update(_round(day))
    return found


def _recorded_days(value: object) -> set[int]:
    if isinstance(value, When):
        return {value.first // DAY, value.last // DAY}
    found: set[int] = set()
    if isinstance(value, History):
        for one in value.occurrences:
            found |= _recorded_days(one.start) | _recorded_days(one.end)
    elif isinstance(value, tuple):
        for sample in value:
            if isinstance(sample, Sample):
                found |= _recorded_days(sample.when)
    return {day for day in found if 1 < day < FOREVER // DAY}


def day_number(day: int) -> When:
    """The whole day of a day number."""
    return days(day, day)
