"""Reads one patient from plain JSON data. Nothing here raises: what cannot be used is unknown, and
reported.

An entry nobody can make sense of is kept as an entry of which nothing is known, so that it is never
mistaken for the absence of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, inf
from typing import Final

from protocol_dsl.runtime.records import (
    ILLEGIBLE,
    FactValue,
    History,
    Occurrence,
    Range,
    Records,
    Sample,
    Value,
    between,
)
from protocol_dsl.runtime.repeats import is_exact, repeated
from protocol_dsl.runtime.scalars import (
    Factors,
    Place,
    did_you_mean,
    factors_of,
    plausible,
    read_choice,
    read_date,
    read_exact,
    read_limit,
    read_number,
    read_truth,
)
from protocol_dsl.runtime.schema import SERIES, AttributeSchema, FactSchema, Problem, Reading, Schema
from protocol_dsl.vocabulary.calendar import ANY_TIME, BEGINNING, DAY, FOREVER, When, age, when_text

_OTHER_KEYS: Final = ("id", "anchors", "answers")
_SAMPLE_KEYS: Final = ("value", "unit", "on", "uln", "lln")
_SPAN_KEYS: Final = ("on", "from", "to", "ongoing")
_ONGOING: Final = When(FOREVER, FOREVER)
_UNDATED: Final = Occurrence(ANY_TIME, ANY_TIME)


def read_patient(data: object, schema: Schema, on: When, id: str = "") -> Reading:  # noqa: A002
    """Read one patient as at the day of judging `on`; `id` names a record that carries none.

    Values without a date are taken as of `on`. A key that is missing or null says nothing of its fact, except
    that a fact "absent if not recorded" is then absent; the key of an unreadable value stays, with None.
    """
    problems: list[Problem] = []
    top = Place(problems)
    if not isinstance(data, Mapping):
        top.refuse(data, "a patient is an object with a key for each fact", 'write `{"id": "P1", …}`')
        return Reading(Records(id, {}), tuple(problems))
    facts = _read_facts(data, schema, on, top)
    _compare_ages(data, facts, schema, on, top)
    records = Records(
        _read_id(data.get("id"), id, top.key("id")),
        facts,
        _read_anchors(data.get("anchors"), schema, top.key("anchors")),
        _read_answers(data.get("answers"), schema, top.key("answers")),
    )
    return Reading(records, tuple(problems))


def _read_id(raw: object, otherwise: str, place: Place) -> str:
    if raw is None:
        return otherwise
    if isinstance(raw, str):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() < 1_000:
        return str(raw)
    place.refuse(raw, "an id is a text", 'write it as `"P1"`')
    return otherwise


def _read_facts(data: Mapping[object, object], schema: Schema, on: When, top: Place) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {}
    for name, raw in data.items():
        if isinstance(name, str) and (fact := schema.facts.get(name)) is not None:
            if raw is not None:
                facts[name] = read_fact(raw, fact, on, top.key(name))
        elif name not in _OTHER_KEYS:
            known = (*schema.facts, *_OTHER_KEYS)
            top.refuse(name, "no fact of this name is declared", did_you_mean(name, known, "remove it"))
    for name, fact in schema.facts.items():
        if fact.closed and name not in facts and fact.kind in {"event", "yes_no"}:
            facts[name] = History((), True) if fact.kind == "event" else False
    return facts


def _compare_ages(
    data: Mapping[object, object], facts: Mapping[str, FactValue], schema: Schema, on: When, top: Place
) -> None:
    """An age stated beside a birth date that makes it another is reported; the birth date decides."""
    born, stated = facts.get("birth_date"), facts.get("age")
    ours = all(name in schema.facts and schema.facts[name].builtin for name in ("birth_date", "age"))
    if not ours or not isinstance(born, When) or not isinstance(stated, (float, Range)):
        return
    bounds = age(born, on, "year")
    low, high = stated if isinstance(stated, Range) else (stated, stated)
    if bounds is not None and (high < bounds[0] or low > bounds[1]):
        years = f"{bounds[0]}" if bounds[0] == bounds[1] else f"{bounds[0]} to {bounds[1]}"
        reason = f"by the birth date, {when_text(born)}, the age on the day of judging is {years}"
        top.key("age").refuse(data["age"], reason, "correct one of them; the birth date decides")


def read_fact(raw: object, fact: FactSchema, on: When, place: Place) -> FactValue:
    """What is recorded of one fact; None when it is unusable."""
    if fact.kind in SERIES:
        return _read_series(raw, fact, on, place)
    if fact.kind == "event":
        return _read_history(raw, fact, on, place)
    if fact.kind == "set":
        return _read_set(raw, fact, place)
    if fact.kind == "number":
        return _read_quantity(raw, fact, place)
    if isinstance(raw, (list, Mapping)):
        place.refuse(raw, f"`{fact.name}` holds one value and no date", "write the value alone")
        return None
    if fact.kind == "yes_no":
        return read_truth(raw, place)
    if fact.kind == "choice":
        return read_choice(raw, fact.choices, place)
    return _read_day(raw, fact, on, place)


def _read_set(raw: object, fact: FactSchema, place: Place) -> frozenset[str] | None:
    if not isinstance(raw, list):
        place.refuse(raw, f"`{fact.name}` holds several choices", "write them as a list, `[]` for none")
        return None
    members = [read_choice(item, fact.choices, place.item(index)) for index, item in enumerate(raw)]
    known = frozenset(member for member in members if member is not None)
    return known if None not in members else None


def _read_day(raw: object, fact: FactSchema, on: When, place: Place) -> When | None:
    day = read_date(raw, place)
    if day is not None and fact.name == "birth_date" and fact.builtin and day.first > on.last:
        place.refuse(raw, "the birth date lies after the day of judging", "check the date")
        return None
    return day


def _read_quantity(raw: object, fact: FactSchema, place: Place) -> Value:
    amount, factors, usable = _amount(raw, fact, place)
    if not usable:
        return None
    number = plausible(read_number(amount, factors, fact, place), amount, fact, place)
    return _completed_years(number) if fact.builtin and fact.name == "age" else number


def _amount(
    raw: object, fact: FactSchema | AttributeSchema, place: Place
) -> tuple[object, Factors | None, bool]:
    """A bare amount, or `{"value", "unit"}`: the amount, the factors of a unit stated, and whether it is
    usable."""
    if not isinstance(raw, Mapping):
        return raw, None, True
    usable = not _foreign_keys(raw, ("value", "unit"), place) and raw.get("value") is not None
    if raw.get("unit") is None:
        return raw.get("value"), None, usable
    factors = factors_of(raw["unit"], fact, place.key("unit"))
    return raw.get("value"), factors, usable and factors is not None


def _completed_years(stated: Value) -> Value:
    """Age counts completed years: 45.5 is 45, and more than 89 is 90 or more."""
    if not isinstance(stated, Range):
        return stated if stated is None else float(floor(stated))
    low = stated.low if stated.low == -inf else float(ceil(stated.low))
    return between(low, stated.high if stated.high == inf else float(floor(stated.high)))


def _foreign_keys(raw: Mapping[object, object], known: tuple[str, ...], place: Place) -> bool:
    """Whether an object holds keys nobody knows, each reported."""
    foreign = [key for key in raw if key not in known]
    for key in foreign:
        listed = ", ".join(f"`{name}`" for name in known)
        place.refuse(key, "no such key belongs here", did_you_mean(key, known, f"the keys are {listed}"))
    return bool(foreign)


def _read_series(raw: object, fact: FactSchema, on: When, place: Place) -> tuple[Sample, ...]:
    if not isinstance(raw, list):
        return (_read_sample(raw, fact, on, place),)
    samples = tuple(_read_sample(item, fact, on, place.item(index)) for index, item in enumerate(raw))
    _note_repeats(raw, samples, place)
    return samples


def _note_repeats(raw: list[object], read: tuple[Sample, ...] | tuple[Occurrence, ...], place: Place) -> None:
    for index in sorted(repeated(read)) if len(read) > 1 else ():
        if is_exact(read[index]):
            reason, fix = "it says the same as an earlier one, to the second", "it counts once; remove one"
        else:
            reason = "it says the same as an earlier one, and gives no time of day"
            fix = "remove it, or give both times; till then it stays open whether there are one or two"
        place.item(index).refuse(raw[index], reason, fix)


def _note_future(raw: object, when: When, on: When, place: Place) -> None:
    if when.first > on.last // DAY * DAY + DAY - 1:
        fix = "check the date; it counts only from that day on, or in a window that reaches as far"
        place.refuse(raw, "it lies after the day of judging", fix)


def _read_sample(raw: object, fact: FactSchema, on: When, place: Place) -> Sample:
    today = When(on.first // DAY * DAY, on.last // DAY * DAY + DAY - 1)
    if not isinstance(raw, Mapping):
        return Sample(today, _read_content(raw, None, fact, place))
    keys = ("value", "on") if fact.kind == "finding" else _SAMPLE_KEYS
    foreign = _foreign_keys(raw, keys, place)
    when = today
    if raw.get("on") is not None:
        when = read_date(raw["on"], place.key("on")) or ANY_TIME
        _note_future(raw["on"], when, on, place.key("on"))
    elif foreign:
        when = ANY_TIME
    if foreign:
        # A misspelt `unit` or `on` would change what the value means, so the value cannot stand without it.
        return Sample(when, None)
    if "value" not in raw:
        place.refuse(raw, "the entry has no `value`", "add it, or `null` when the result is not known")
    factors = None
    if raw.get("unit") is not None:
        factors = factors_of(raw["unit"], fact, place.key("unit"))
        if factors is None:
            return Sample(when, None)
    content = raw.get("value")
    value = None if content is None else _read_content(content, factors, fact, place.key("value"))
    return Sample(when, value, *_read_limits(raw, factors, fact, place))


def _read_content(raw: object, factors: Factors | None, fact: FactSchema, place: Place) -> Value | str:
    if fact.kind == "finding":
        return read_choice(raw, fact.choices, place)
    return plausible(read_number(raw, factors, fact, place), raw, fact, place)


def _read_limits(
    raw: Mapping[object, object], factors: Factors | None, fact: FactSchema, place: Place
) -> tuple[float | Range | None, float | Range | None]:
    """The sample's own upper and lower limit of normal. One that cannot be used is not absent: no limit that the
    protocol declares may take its place."""
    upper, lower = (
        None
        if raw.get(key) is None
        else read_limit(raw[key], factors, fact, place.key(key), upper=key == "uln")
        for key in ("uln", "lln")
    )
    if isinstance(upper, float) and isinstance(lower, float) and lower > upper:
        place.key("lln").refuse(raw["lln"], "the lower limit of normal is above the upper", "exchange them")
        return ILLEGIBLE, ILLEGIBLE
    return upper, lower


def _read_history(raw: object, fact: FactSchema, on: When, place: Place) -> History | None:
    if isinstance(raw, list):
        return _history(raw, True, fact, on, place)
    if isinstance(raw, Mapping) and "occurrences" in raw:
        foreign = _foreign_keys(raw, ("occurrences", "complete"), place)
        said = raw.get("complete")
        whole = fact.closed if said is None else read_truth(said, place.key("complete")) is True
        complete = whole and not foreign
        if isinstance(raw["occurrences"], list):
            return _history(raw["occurrences"], complete, fact, on, place.key("occurrences"))
    place.refuse(
        raw,
        "an event is recorded as a list of its occurrences",
        'write `[]` when it never occurred, or `[{"on": "2026-01-05"}]`',
    )
    # Were this left out, an event that is absent if not recorded would be taken as absent.
    return History((_UNDATED,), False) if fact.closed else None


def _history(raw: list[object], complete: bool, fact: FactSchema, on: When, place: Place) -> History:
    read = tuple(_read_occurrence(item, fact, on, place.item(index)) for index, item in enumerate(raw))
    _note_repeats(raw, read, place)
    return History(tuple(_by_now(one, on) for one in read), complete)


def _by_now(occurrence: Occurrence, on: When) -> Occurrence:
    """What is recorded without a date one can read has happened all the same, some time up to the day of judging."""
    return occurrence._replace(start=When(BEGINNING, on.last)) if occurrence.start == ANY_TIME else occurrence


def _read_occurrence(raw: object, fact: FactSchema, on: When, place: Place) -> Occurrence:
    if isinstance(raw, str):
        when = read_date(raw, place) or ANY_TIME
        _note_future(raw, when, on, place)
        return Occurrence(when, when)
    if not isinstance(raw, Mapping):
        place.refuse(raw, "an occurrence is an object", 'write it as `{"on": "2026-01-05"}`')
        return _UNDATED
    attributes = {attribute.name: attribute for attribute in fact.attributes}
    foreign = _foreign_keys(raw, (*_SPAN_KEYS, *attributes), place)
    if not foreign and not any(key in raw for key in _SPAN_KEYS):
        place.refuse(raw, "it does not say when", 'add `"on": "2026-01-05"`, as far as the date is known')
    start, end = _read_span(raw, on, place)
    dated = next((key for key in ("on", "from") if raw.get(key) is not None), "to")
    _note_future(raw.get(dated), start, on, place.key(dated))
    found = {
        name: _read_attribute(raw[name], attribute, place.key(name))
        for name, attribute in attributes.items()
        if raw.get(name) is not None
    }
    return Occurrence(start, end, found)


def _read_span(raw: Mapping[object, object], on: When, place: Place) -> tuple[When, When]:
    """Start and end: `on` a day, or `from` and `to`, or `from` and `ongoing`; what is left out is unknown."""
    at, begun, ended = (
        None if raw.get(key) is None else read_date(raw[key], place.key(key)) or ANY_TIME
        for key in ("on", "from", "to")
    )
    ongoing = None if raw.get("ongoing") is None else read_truth(raw["ongoing"], place.key("ongoing"))
    if at is not None:
        if begun is None and ended is None and not ongoing:
            return at, at
        place.refuse(
            raw, "`on` is the only date of an occurrence", "use `from` and `to`, or `from` and `ongoing`"
        )
        return ANY_TIME, ANY_TIME
    if ended is not None and ongoing:
        place.refuse(raw, "what has an end is not ongoing", "give `to` or `ongoing`, not both")
        ended, ongoing = None, None
    start = begun or ANY_TIME
    if ongoing:
        return start, _ONGOING
    if ended is None:
        over = ongoing is False and start.first <= on.last
        return start, When(start.first, on.last // DAY * DAY + DAY - 1 if over else FOREVER)
    if ended.last < start.first:
        place.refuse(raw, "it ends before it starts", "check `from` and `to`")
        return ANY_TIME, ANY_TIME
    return When(start.first, min(start.last, ended.last)), When(max(start.first, ended.first), ended.last)


def _read_attribute(raw: object, attribute: AttributeSchema, place: Place) -> float | str | bool | None:
    if attribute.kind == "yes_no":
        return read_truth(raw, place)
    if attribute.kind == "choice":
        return read_choice(raw, attribute.choices, place)
    amount, factors, usable = _amount(raw, attribute, place)
    return read_exact(amount, factors, attribute, place) if usable else None


def _read_anchors(raw: object, schema: Schema, place: Place) -> dict[str, When]:
    anchors: dict[str, When] = {}
    for name, date in _entries(raw, place):
        if name not in schema.anchors:
            place.refuse(
                name, "no anchor of this name is declared", did_you_mean(name, schema.anchors, "remove it")
            )
        elif date is not None:
            # An anchor without a date is still to come; one whose date is unreadable may be any moment.
            anchors[str(name)] = read_date(date, place.key(name)) or ANY_TIME
    return anchors


def _read_answers(raw: object, schema: Schema, place: Place) -> dict[str, bool]:
    by_text = {" ".join(text.split()): question for question, text in schema.questions.items()}
    found: dict[str, set[bool | None]] = {}
    for name, answer in _entries(raw, place):
        question = name if name in schema.questions else by_text.get(" ".join(str(name)[:5_000].split()))
        if not isinstance(question, str):
            fix = did_you_mean(name, schema.questions, "use the question's id or its text")
            place.refuse(name, "no such question is asked", fix)
        elif answer is not None:
            found.setdefault(question, set()).add(read_truth(answer, place.key(name)))
    for question, given in found.items():
        if given == {True, False}:
            place.key(question).refuse("yes, no", "it is answered twice, differently", "keep one answer")
    return {question: True in given for question, given in found.items() if given in ({True}, {False})}


def _entries(raw: object, place: Place) -> tuple[tuple[object, object], ...]:
    if raw is None:
        return ()
    if isinstance(raw, Mapping):
        return tuple(raw.items())
    place.refuse(raw, "an object belongs here", 'write it as `{"name": value}`')
    return ()
