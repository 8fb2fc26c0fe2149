"""What keeps a value open, told to whoever can close it. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from protocol_dsl.runtime.evidence import day_text, occurrence_text, window_behind
from protocol_dsl.runtime.phrases import listed, value_text
from protocol_dsl.runtime.records import History, Occurrence, Range, Sample
from protocol_dsl.runtime.stage import Case, FeatureRow, Stage
from protocol_dsl.runtime.windows import Window, contains, overlaps
from protocol_dsl.vocabulary.calendar import DAY, FOREVER, When, when_text

_MOST = 4


class Opening(NamedTuple):
    """What to find out: `records` that are not there, or not clear; and `ahead`, the anchors still to come."""

    records: tuple[str, ...]
    ahead: tuple[str, ...] = ()

    def text(self) -> str:
        """Both as one thing that is needed."""
        return listed([*self.records, *(f"{anchor}, still to come" for anchor in self.ahead)])


def opening(stage: Stage, row: FeatureRow, case: Case | None) -> Opening:
    """What keeps an unknown feature open. Without a patient only what it is made of can be named."""
    if case is None:
        return Opening((row.need,))
    ahead = tuple(
        text for kind, name, words in row.rests if kind == "anchor" and (text := _ahead(name, words, case))
    )
    of_anchors = tuple(text for rest in row.rests if (text := _anchor_text(rest, case)))
    own = _own(stage, row, case, settled=bool(ahead or of_anchors))
    return Opening(tuple(dict.fromkeys((*own, *of_anchors))), ahead)


def _ahead(name: str, words: str, case: Case) -> str:
    """An anchor that has not come, and when it will as far as that is known; empty for one that has, or may have."""
    when = _anchored(name, case)
    if when is None:
        return words
    return f"{words} ({when_text(when)})" if when.first > case.on.last else ""


def _anchored(name: str, case: Case) -> When | None:
    when = getattr(case.patient, "anchors", {}).get(name)
    return when if isinstance(when, When) else None


def _anchor_text(rest: tuple[str, str, str], case: Case) -> str:
    """What is not clear of an anchor that a window is counted from; empty when nothing is, or when it is to come."""
    kind, name, words = rest
    if kind == "anchor":
        when = _anchored(name, case)
        return "" if when is None or when.first > case.on.last else _date_text(f"date of {words}", when)
    recorded = getattr(case.patient, name, None)
    if kind == "date":
        return _date_text(words, recorded) if isinstance(recorded, When) else words
    if not isinstance(recorded, History):
        return records_of(words)
    return _history_text(words, recorded, [one for one in recorded.occurrences if not _is_day(one.start)])


def records_of(words: str) -> str:
    """What is needed of an event of which nothing is known."""
    return f"records of {words} (or that there are none)"


def _date_text(words: str, when: When | None) -> str:
    return "" if when is None or _is_day(when) else f"the exact {words} (known: {when_text(when)})"


def _own(stage: Stage, row: FeatureRow, case: Case, settled: bool) -> tuple[str, ...]:
    """What is open in the records a feature is made of; `settled` when something else keeps it open already."""
    recorded = getattr(case.patient, row.fact, None) if row.fact else None
    if isinstance(recorded, History):
        text = _event_text(stage, row, recorded, case)
        return (text,) if text else () if settled else (_dated(row.subject, recorded.occurrences),)
    if isinstance(recorded, tuple) and not isinstance(recorded, Range | When):
        if settled and recorded:
            return ()
        return (_series_text(stage, row, recorded, case),)
    return (_date_text(row.need, recorded if isinstance(recorded, When) else None) or row.need,)


def _event_text(stage: Stage, row: FeatureRow, history: History, case: Case) -> str:
    test, window = stage.filters.get(row.filter), window_behind(stage, row, case)
    near = [
        one
        for one in history.occurrences
        if window is None or overlaps(window, one.start, one.end) is not False
    ]
    asked = [(one, True if test is None else test(one)) for one in near]
    untold = [one for one, passes in asked if passes is None]
    if untold:
        return f"fuller records of {row.subject} (known: {_listed(untold)})"
    undated = [one for one, passes in asked if passes and not (_is_day(one.start) and _ends(one))]
    return _history_text(row.subject, history, undated)


def _history_text(words: str, history: History, undated: Sequence[Occurrence]) -> str:
    if undated:
        return _dated(words, undated)
    return "" if history.complete else f"the complete history of {words}"


def _dated(words: str, occurrences: Sequence[Occurrence]) -> str:
    return f"exact dates of {words} (known: {_listed(occurrences)})" if occurrences else records_of(words)


def _listed(occurrences: Sequence[Occurrence]) -> str:
    shown = [occurrence_text(one) for one in sorted(occurrences, key=lambda one: one.start)]
    return listed(shown[-_MOST:])


def _series_text(stage: Stage, row: FeatureRow, samples: tuple[Sample, ...], case: Case) -> str:
    if not samples or row.evidence.endswith((" upper", " lower")):
        return row.need
    window = window_behind(stage, row, case)
    ordered = sorted(samples, key=lambda one: one.when)
    inside = ordered if window is None else _inside(window, ordered)
    if inside:
        shown = [_sample_text(one, row.unit) for one in inside[-_MOST:]]
        return f"{row.need} (known: {listed(shown)})"
    return f"{row.need} (last: {_sample_text(ordered[-1], row.unit)})"


def _inside(window: Window, samples: list[Sample]) -> list[Sample]:
    return [one for one in samples if contains(window, one.when) is not False]


def _sample_text(sample: Sample, unit: str) -> str:
    value = "no legible value" if sample.value is None else value_text(sample.value, unit)
    day = day_text(sample.when)
    return f"{value}, undated" if day == "any time" else f"{value} on {day}"


def _is_day(when: When) -> bool:
    return when.first // DAY == when.last // DAY


def _ends(one: Occurrence) -> bool:
    return _is_day(one.end) or one.end.first == FOREVER
