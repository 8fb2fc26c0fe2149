"""Reads what happened to one patient from plain JSON data. Nothing here raises: what cannot be used is reported, and
never taken for something that did not happen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Final

from protocol_dsl.runtime.conformance.happened import Event, Happened, Names, Span, Vocabulary
from protocol_dsl.runtime.numerals import NumeralError, parse_numeral
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.scalars import Place, as_written, did_you_mean, read_date
from protocol_dsl.runtime.schema import Problem, Schema
from protocol_dsl.vocabulary.calendar import (
    ANY_TIME,
    BEGINNING,
    DAY,
    Duration,
    When,
    days,
    shift_day,
    when_text,
)

_KEYS: Final = ("id", "arm", "treated_as", "anchors", "ended", "administrations", "visits", "assessments")
_DOSE_KEYS: Final = ("treatment", "on", "to", "dose", "unit", "frequency", "done", "place")
_VISIT_KEYS: Final = ("visit", "on", "to", "place")
_ASSESSMENT_KEYS: Final = ("assessment", "on", "place")
_PACES: Final[Mapping[str, tuple[Duration, int]]] = {
    "ONCE": (Duration(9_999, "year"), 1),
    "QD": (Duration(1, "day"), 1),
    "DAILY": (Duration(1, "day"), 1),
    "BID": (Duration(1, "day"), 2),
    "TID": (Duration(1, "day"), 3),
    "QID": (Duration(1, "day"), 4),
    "QOD": (Duration(2, "day"), 1),
    "Q2D": (Duration(2, "day"), 1),
    "QS": (Duration(1, "week"), 1),
    "QW": (Duration(1, "week"), 1),
    "WEEKLY": (Duration(1, "week"), 1),
    "Q2S": (Duration(2, "week"), 1),
    "Q2W": (Duration(2, "week"), 1),
    "Q3S": (Duration(3, "week"), 1),
    "Q3W": (Duration(3, "week"), 1),
    "Q4S": (Duration(4, "week"), 1),
    "Q4W": (Duration(4, "week"), 1),
    "QM": (Duration(1, "month"), 1),
}
"""Frequencies by CDISC's submission values, and spellings often met: how far apart, and how many at once."""

MOST_DOSES: Final = 4_000
"""More doses than one record stands for."""


def read_happened(data: object, vocabulary: Vocabulary, schema: Schema, on: int, arm: str = "") -> Happened:
    """Read one patient as at day `on`; `arm` is that of a patient who names none.

    A list that is missing was not handed over; an empty one says that nothing of its kind happened. Every other key
    is a fact, as patients' records are read. What was recorded for after `on` is not looked at.
    """
    problems: list[Problem] = []
    top = Place(problems)
    if not isinstance(data, Mapping):
        top.refuse(data, "a patient is an object", 'write `{"id": "P1", "administrations": […]}`')
        return Happened("", arm, Records("", {}), problems=tuple(problems))
    facts = {key: value for key, value in data.items() if key not in _KEYS}
    assessed: dict[str, list[Event]] = {}
    _facts_as_assessments(facts, vocabulary.assessments, schema, on, top, assessed)
    reading = read_patient({**facts, "id": data.get("id")}, schema, days(on, on))
    problems += reading.problems
    anchors, unsure = _anchors(data.get("anchors"), top.key("anchors"))
    _assessments(data.get("assessments"), vocabulary.assessments, on, top.key("assessments"), assessed)
    given, spans = _administrations(
        data.get("administrations"), vocabulary.treatments, on, top.key("administrations")
    )
    return Happened(
        reading.records.id,
        _arm(data.get("arm"), vocabulary.arms, top.key("arm")) or arm,
        reading.records,
        anchors,
        given,
        spans,
        _visits(data.get("visits"), vocabulary.visits, on, top.key("visits")),
        {name: tuple(events) for name, events in assessed.items()},
        _ended(data.get("ended"), top.key("ended")),
        _arm(data.get("treated_as"), vocabulary.arms, top.key("treated_as")),
        unsure,
        tuple(problems),
    )


def _arm(raw: object, names: Names, place: Place) -> str:
    if raw is None or raw == "":
        return ""
    found = names.find(str(raw))
    if found is None:
        place.refuse(
            raw, "no arm of this name is declared", did_you_mean(raw, names.declared, _listed(names))
        )
    return found or ""


def _listed(names: Names) -> str:
    known = list(names.declared)
    return "the protocol knows " + (", ".join(f"`{name}`" for name in known[:8]) or "none")


def _ended(raw: object, place: Place) -> int | None:
    when = None if raw is None else read_date(raw, place)
    # Of a date known in part, the first day it may mean: what came after may no longer have been due.
    return None if when is None else when.first // DAY


def _anchors(raw: object, place: Place) -> tuple[dict[str, int], dict[str, str]]:
    anchors: dict[str, int] = {}
    unsure: dict[str, str] = {}
    if raw is None:
        return anchors, unsure
    if not isinstance(raw, Mapping):
        place.refuse(raw, "an object belongs here", 'write it as `{"day_1": "2026-01-05"}`')
        return anchors, unsure
    for name, date in raw.items():
        when = None if date is None else read_date(date, place.key(name))
        if date is not None and (when is None or when.first // DAY != when.last // DAY):
            unsure[str(name)] = as_written(date)
        elif when is not None:
            anchors[str(name)] = when.first // DAY
    return anchors, unsure


class _Entry:
    """One entry of a list: its keys, and where it stands."""

    def __init__(self, raw: Mapping[object, object], place: Place) -> None:
        self.raw, self.place = raw, place

    def words(self, key: str) -> str:
        """What is written under a key; empty when nothing is."""
        found = self.raw.get(key)
        return "" if found is None else str(found).strip()

    def name(self, key: str, names: Names, beginning: bool = False) -> str | None:
        """The declared name, or None, which is reported."""
        words = self.words(key)
        found = names.find_beginning(words) if beginning else names.find(words)
        if found is None:
            fix = did_you_mean(words, names.declared, _listed(names))
            self.place.key(key).refuse(words, f"the schedule knows no {key} of this name", fix)
        return found

    def when(self, key: str, on: int) -> tuple[When, str] | None:
        """The moment and its words; any time up to `on` where no date can be read, None for a time after `on`."""
        words = self.words(key)
        found = read_date(words, self.place.key(key)) if words else None
        if found is None:
            if not words:
                self.place.refuse(dict(self.raw), "it does not say when", 'add `"on": "2026-01-05"`')
            return When(BEGINNING, (on + 1) * DAY - 1), words or "no date"
        if found.first // DAY > on:
            return None
        return When(found.first, min(found.last, (on + 1) * DAY - 1)), words


def _entries(raw: object, keys: tuple[str, ...], place: Place) -> Iterator[_Entry]:
    if not isinstance(raw, list):
        place.refuse(raw, "a list belongs here", "write `[]` when there is none")
        return
    for index, item in enumerate(raw):
        here = place.item(index)
        if not isinstance(item, Mapping):
            here.refuse(item, "an entry is an object", 'write it as `{"on": "2026-01-05", …}`')
            continue
        for key in item:
            if key not in keys:
                listed = ", ".join(f"`{one}`" for one in keys)
                here.refuse(
                    key, "no such key belongs here", did_you_mean(key, keys, f"the keys are {listed}")
                )
        yield _Entry(item, here)


def _administrations(
    raw: object, names: Names, on: int, place: Place
) -> tuple[tuple[Event, ...] | None, tuple[Span, ...]]:
    if raw is None:
        return None, ()
    given: list[Event] = []
    spans: list[Span] = []
    for entry in _entries(raw, _DOSE_KEYS, place):
        if entry.raw.get("done") is False:
            continue
        what, found = entry.name("treatment", names), entry.when("on", on)
        if what is None or found is None:
            continue
        dose, half = _dose(entry)
        said = " ".join(filter(None, (entry.words("dose"), entry.words("unit"))))
        where = entry.words("place") or entry.place.path()
        event = Event(what, *found, where, dose, half, entry.words("unit"), said)
        last = _last_day(entry, event, on)
        if last is None or last <= event.day + 1:  # what runs past midnight is one administration
            given.append(event)
        elif (pace := _PACES.get(entry.words("frequency").upper())) is not None:
            given += _spread(event, last, *pace)
        else:
            text = f"{event.text} to {entry.words('to')}"
            spans.append(Span(what, event.day, last, text, where))
            if entry.words("frequency"):
                known = ", ".join(list(_PACES)[:6])
                entry.place.key("frequency").refuse(
                    entry.words("frequency"), "it does not say how often", f"write one such as {known}"
                )
    return tuple(_once(sorted(given, key=lambda one: (one.when, one.place)))), tuple(spans)


def _once(given: list[Event]) -> Iterator[Event]:
    """Without those that repeat another to the second: nothing happens twice in one."""
    seen: set[Event] = set()
    for event in given:
        if event.when.first < event.when.last:
            yield event
            continue
        bare = event._replace(place="")
        if bare not in seen:
            yield event
        seen.add(bare)


def _last_day(entry: _Entry, event: Event, on: int) -> int | None:
    """The last day of an administration that says one; a day known in part leaves it open."""
    if not entry.words("to") or not event.exact:
        return None
    found = read_date(entry.words("to"), entry.place.key("to"))
    return None if found is None or found == ANY_TIME else min(found.last // DAY, on)


def _spread(event: Event, last: int, pace: Duration, times: int) -> Iterator[Event]:
    """One event for each dose that a record with a frequency stands for."""
    for turn in range(MOST_DOSES):
        day = shift_day(event.day, (pace.count * turn, pace.unit))
        if day > last:
            return
        when = days(day, day)
        yield from [event._replace(when=when, text=when_text(when))] * times


def _dose(entry: _Entry) -> tuple[Fraction | None, Fraction]:
    """The number of a dose, and half a step of its last digit."""
    if entry.raw.get("dose") is None or entry.words("dose") == "":
        return None, Fraction(0)
    try:
        numeral = parse_numeral(entry.raw["dose"])
    except NumeralError as error:
        entry.place.key("dose").refuse(entry.raw["dose"], error.reason, error.fix)
        return None, Fraction(0)
    if numeral.relation != "=":
        entry.place.key("dose").refuse(entry.raw["dose"], "a dose is one number", "write the number itself")
        return None, Fraction(0)
    digits, _, power = entry.words("dose").casefold().partition("e")
    places = len(digits.partition(".")[2]) - int(power or 0)
    return numeral.number, _half_step(places)


@cache
def _half_step(places: int) -> Fraction:
    return Fraction(1, 2) / Fraction(10) ** places


def _visits(raw: object, names: Names, on: int, place: Place) -> tuple[Event, ...] | None:
    if raw is None:
        return None
    found: list[Event] = []
    for entry in _entries(raw, _VISIT_KEYS, place):
        if entry.words("visit").casefold().startswith("unscheduled"):
            continue  # the record itself says that nobody planned it
        name, when = entry.name("visit", names, beginning=True), entry.when("on", on)
        if name is not None and when is not None:
            found.append(Event(name, *when, entry.words("place")))
    return tuple(sorted(found, key=lambda one: (one.when, one.place)))


def _assessments(raw: object, names: Names, on: int, place: Place, assessed: dict[str, list[Event]]) -> None:
    if raw is None:
        return
    for name in names.declared:
        assessed.setdefault(name, [])
    for entry in _entries(raw, _ASSESSMENT_KEYS, place):
        found, when = entry.name("assessment", names), entry.when("on", on)
        if found is not None and when is not None:
            assessed[found].append(Event(found, *when, entry.words("place")))


def _facts_as_assessments(
    facts: dict[object, object],
    names: Names,
    schema: Schema,
    on: int,
    top: Place,
    assessed: dict[str, list[Event]],
) -> None:
    """A measurement on a day is an assessment of that day. Facts that no rule asks for are taken out of `facts`."""
    for key in [key for key in facts if key in names.declared]:
        name, raw = str(key), facts[key]
        assessed.setdefault(name, [])
        for index, item in enumerate(raw if isinstance(raw, list) else [raw]):
            if isinstance(item, Mapping) and item.get("value") is not None:
                found = _Entry(item, top.key(name).item(index)).when("on", on)
                if found is not None:
                    assessed[name].append(Event(name, *found))
        if name not in schema.facts:
            del facts[key]
