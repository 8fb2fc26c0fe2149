"""Examples: patients written in the file, made into the JSON form in which any patient is read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import define

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.facts import SERIES, Fact
from protocol_dsl.ir.protocol import Example, Expectation, Stage
from protocol_dsl.lowering.session import Session
from protocol_dsl.semantics.errors import names as name_errors
from protocol_dsl.semantics.errors import types as errors
from protocol_dsl.semantics.facts import KIND_WORDS, NUMERIC
from protocol_dsl.source import Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.nodes import criteria as syntax
from protocol_dsl.syntax.nodes import words
from protocol_dsl.vocabulary.calendar import DateError, parse_when

Json = dict[str, object]


_STATEMENTS = ("expect", "unknown", "answer", "note")
"""The words that begin the other statements of an example: a slip in one of them reads as the name of a fact."""


class _BadValue(Exception):  # noqa: N818 - carries the reason only
    """Why a record cannot be one of the fact, and what to write instead."""


@define
class _Examples:
    session: Session
    by_name: dict[str, syntax.Example]
    criteria: dict[str, tuple[str, ...]]

    def report(
        self, node: words.Name | syntax.Record, fact: Fact, reason: str, fix: str | None = None
    ) -> None:
        text = " ".join(self.session.source.slice(node.span).split())
        self.session.found.add(errors.BadExampleValue(node.span, text, fact.name, reason, fix))


def examples(tree: nodes.Tree, stages: tuple[Stage, ...], session: Session) -> tuple[Example, ...]:
    """Every example of the file, with what it inherits by `like` filled in."""
    found = [item for item in tree.items if isinstance(item, syntax.Example)]
    by_name: dict[str, syntax.Example] = {}
    for node in found:
        if node.name.text in by_name:
            first = by_name[node.name.text].name.span
            session.found.add(name_errors.DuplicateName(node.name.span, node.name.text, first))
        by_name.setdefault(node.name.text, node)
    criteria = {stage.name: tuple(criterion.id for criterion in stage.criteria) for stage in stages}
    into = _Examples(session, by_name, criteria)
    return tuple(made for node in found if (made := _example(node, into)) is not None)


def _example(node: syntax.Example, into: _Examples) -> Example | None:
    chain = _chain(node, into)
    if chain is None:
        return None
    on = next((each.on for each in chain if each.on is not None), None)
    if on is None:
        into.session.found.add(errors.MissingDate(node.name.span, node.name.text))
        return None
    if not _date_exists(on, into) or not _whole_day(on, into):
        return None
    record: Json = {"id": node.name.text}
    for each in reversed(chain):
        _fill(record, each, into, quiet=each is not node)
    expectations = tuple(_expectations(node, into))
    return Example(node.name.text, on.text, record, expectations, node.span)


def _chain(node: syntax.Example, into: _Examples) -> list[syntax.Example] | None:
    """The example and those it is like, nearest first."""
    chain = [node]
    while (like := chain[-1].like) is not None:
        base = into.by_name.get(like.text)
        if base is None:
            close = suggest(like.text, into.by_name)
            into.session.found.add(name_errors.UnknownName(like.span, like.text, close))
            return None
        if base in chain:
            path = " → ".join(f"`{each.name.text}`" for each in [*chain, base])
            into.session.found.add(name_errors.CyclicDefinition(like.span, node.name.text, path))
            return None
        chain.append(base)
    return chain


def _date_exists(date: words.Date, into: _Examples) -> bool:
    try:
        parse_when(date.text)
    except DateError as no:
        into.session.found.add(errors.BadDate(date.span, date.text, no.reason))
        return False
    return True


def _whole_day(date: words.Date, into: _Examples) -> bool:
    if len(date.text) >= len("2026-03-02"):
        return True
    into.session.found.add(errors.BadDate(date.span, date.text, "a patient is judged on one day"))
    return False


def _fill(record: Json, node: syntax.Example, into: _Examples, *, quiet: bool) -> None:
    """Set what an example says. `quiet`: it is inherited, and its faults were reported where it stands."""
    session = into.session
    outer = session.found
    if quiet:
        session.found = type(outer)()
    try:
        for item in node.items:
            _set(record, item, into)
    finally:
        session.found = outer


def _set(record: Json, item: syntax.ExampleItem, into: _Examples) -> None:
    match item:
        case syntax.Given():
            _given(record, item, into)
        case syntax.Unknown():
            for name in item.names:
                _forget(record, name, into)
        case syntax.NoneOf():
            for name in item.names:
                fact = _known_fact(name, into)
                if fact is not None and fact.kind != "event":
                    into.report(name, fact, f"it is {KIND_WORDS[fact.kind]}, not an event")
                elif fact is not None:
                    record[name.text] = []
        case syntax.ExampleAnswer():
            _answer(record, item, into)
        case _:
            return


def _answer(record: Json, item: syntax.ExampleAnswer, into: _Examples) -> None:
    text = " ".join(item.question.text.split())
    ids = [question.id for question in into.session.questions.values() if question.text == text]
    if not ids and text not in into.session.scope.damaged:
        texts = [question.text for question in into.session.questions.values()]
        fault = name_errors.UnknownQuestion(item.question.span, text, suggest(text, texts))
        into.session.found.add(fault)
    answers = dict(record.get("answers", {}))  # type: ignore[call-overload]
    answers.update(dict.fromkeys(ids, item.answer))
    record["answers"] = answers


def _known_fact(name: words.Name, into: _Examples) -> Fact | None:
    scope = into.session.scope
    fact = scope.facts.get(name.text)
    if fact is None and name.text not in scope.damaged:
        close = suggest(name.text, (*scope.facts, *_STATEMENTS))
        fix = f'declare it, for example `fact {name.text} : lab in … "…"`'
        into.session.found.add(name_errors.UnknownName(name.span, name.text, close, fix))
    return fact


def _forget(record: Json, name: words.Name, into: _Examples) -> None:
    """A fact, or the date of an anchor, is no longer known."""
    dates = record.get("anchors")
    if name.text in into.session.scope.anchors and isinstance(dates, dict):
        record["anchors"] = {anchor: date for anchor, date in dates.items() if anchor != name.text}
    elif name.text not in into.session.scope.anchors and _known_fact(name, into) is not None:
        record.pop(name.text, None)


def _given(record: Json, item: syntax.Given, into: _Examples) -> None:
    name = item.name.text
    if name in into.session.scope.anchors:
        _anchor_date(record, item, into)
        return
    fact = _known_fact(item.name, into)
    if fact is None:
        return
    into.session.used.add(f"example:{name}")
    values = []
    complete = True
    for each in item.records:
        if each.others:
            complete = False
            continue
        try:
            values.append(_record(each, fact, into))
        except _BadValue as no:
            into.report(each, fact, *no.args)
    if len(values) + (not complete) < len(item.records):
        return
    _store(record, fact, values, item, into, complete=complete)


def _store(
    record: Json, fact: Fact, values: list[object], item: syntax.Given, into: _Examples, *, complete: bool
) -> None:
    if fact.name == "age":
        record.pop("birth_date", None)
    if fact.name == "birth_date":
        record.pop("age", None)
    if fact.kind == "event" and not complete:
        record[fact.name] = {"occurrences": values, "complete": False}
    elif fact.kind == "event" or fact.kind in SERIES:
        record[fact.name] = values
    elif len(values) != 1:
        into.report(item.records[-1], fact, f"{KIND_WORDS[fact.kind]} has one value")
    else:
        record[fact.name] = values[0]


def _anchor_date(record: Json, item: syntax.Given, into: _Examples) -> None:
    record_, time = item.records[0], item.records[0].time
    if len(item.records) > 1 or record_.value is not None or not isinstance(time, syntax.OnDate):
        text = " ".join(into.session.source.slice(item.span).split())
        reason, fix = "an anchor has one date", f"write `{item.name.text} on 2026-03-02`"
        fault = errors.BadExampleValue(item.name.span, text, item.name.text, reason, fix)
        into.session.found.add(fault)
    elif _date_exists(time.date, into):
        anchors = dict(record.get("anchors", {}))  # type: ignore[call-overload]
        anchors[item.name.text] = time.date.text
        record["anchors"] = anchors


def _record(node: syntax.Record, fact: Fact, into: _Examples) -> object:
    if fact.kind == "event":
        return _occurrence(node, fact, into)
    if fact.kind == "date":
        if node.value is None and isinstance(node.time, syntax.OnDate) and _date_exists(node.time.date, into):
            return node.time.date.text
        raise _BadValue("a date is written `on 2026-03-02`", f"write `{fact.name} on 2026-03-02`")
    if node.value is None:
        raise _BadValue("it has no value", f"write `{fact.name}` and its value")
    value, unit = _value(node.value, fact)
    if fact.kind not in SERIES:
        if node.time is not None or node.limits:
            raise _BadValue(f"{KIND_WORDS[fact.kind]} carries no date and no limits", "remove them")
        return {"value": value, "unit": unit} if unit else value
    sample: Json = {"value": value}
    if unit:
        sample["unit"] = unit
    for limit, number in node.limits:
        sample["uln" if limit == "ULN" else "lln"] = _json_number(number.value)
    if isinstance(node.time, syntax.OnDate):
        if not _date_exists(node.time.date, into):
            raise _BadValue("its date does not exist", None)
        sample["on"] = node.time.date.text
    elif node.time is not None:
        raise _BadValue("a sample stands on one date", "write `on 2026-03-02`")
    return sample


def _value(node: syntax.Value, fact: Fact) -> tuple[object, str | None]:
    match node:
        case syntax.NumberValue() | syntax.BoundedValue() if fact.kind in NUMERIC:
            unit = _unit(node, fact)
            number = _json_number(node.number.value)
            if isinstance(node, syntax.BoundedValue):
                return f"{node.comparison}{number}", unit
            return number, unit
        case syntax.WordValue() if fact.kind == "yes_no":
            if node.word.text not in {"yes", "no"}:
                raise _BadValue("a yes/no fact is yes or no", f"write `{fact.name} yes` or `{fact.name} no`")
            return node.word.text == "yes", None
        case syntax.WordValue() | syntax.NumberValue() if fact.kind in {"choice", "finding"}:
            word = node.word.text if isinstance(node, syntax.WordValue) else node.number.text
            return _choice(word, fact), None
        case syntax.SetValue() if fact.kind == "set":
            return [_choice(name.text, fact) for name in node.choices], None
        case _:
            raise _BadValue(f"it is {KIND_WORDS[fact.kind]}", _how_written(fact))


def _how_written(fact: Fact) -> str:
    """What a value of a fact looks like."""
    if fact.kind in NUMERIC:
        return f"write a number, such as `{fact.name} 1{' ' + fact.unit_text if fact.unit_text else ''}`"
    if fact.kind == "yes_no":
        return f"write `{fact.name} yes` or `{fact.name} no`"
    if fact.kind == "set":
        return f"write `{fact.name} {{{fact.choices[0]}}}`"
    return f"choose one of {', '.join(fact.choices)}"


def _choice(word: str, fact: Fact) -> str:
    if word not in fact.choices:
        close = suggest(word, fact.choices)
        hint = f"did you mean `{close[0]}`?" if close else f"choose one of {', '.join(fact.choices)}"
        raise _BadValue(f"`{word}` is none of its choices", hint)
    return word


def _unit(node: syntax.NumberValue | syntax.BoundedValue, fact: Fact) -> str | None:
    if node.unit is None:
        if fact.unit_text and fact.unit != "1":
            raise _BadValue("it has no unit", f"write `{node.number.text} {fact.unit_text}`")
        return None
    if fact.name == "age":
        if node.unit.text.removesuffix("s") != "year":
            raise _BadValue("a stated age is in years", "write the birth date: `birth_date on 2026-01-15`")
        return None
    text = node.unit.text.lstrip("x× ")  # `200 x 10^9/L`: the power of ten belongs to the unit
    if text not in {unit.text for unit in fact.units}:
        raise _BadValue(
            f"`{node.unit.text}` does not convert to `{fact.unit_text or 'a plain number'}`",
            f"write it in `{fact.unit_text}`" if fact.unit_text else "leave the unit out",
        )
    return text


def _json_number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _occurrence(node: syntax.Record, fact: Fact, into: _Examples) -> Json:
    if node.value is not None:
        raise _BadValue(
            "an event has dates, not a value", f"write `{fact.name} on 2026-03-02` or `no {fact.name}`"
        )
    made: Json = {}
    match node.time:
        case syntax.OnDate():
            made["on"] = _date(node.time.date, into)
        case syntax.FromDate():
            made["from"] = _date(node.time.start, into)
            if node.time.end is not None:
                made["to"] = _date(node.time.end, into)
            if node.time.ongoing:
                made["ongoing"] = True
        case syntax.OngoingTime():
            made["ongoing"] = True
        case None:
            raise _BadValue("an occurrence needs a date", f"write `{fact.name} on 2026-03-02`")
    attributes = {attribute.name: attribute for attribute in fact.attributes}
    for name, value in node.attributes:
        attribute = attributes.get(name.text)
        if attribute is None:
            close = suggest(name.text, attributes)
            known = f"its attributes are {', '.join(attributes)}" if attributes else "leave it out"
            raise _BadValue(
                f"`{name.text}` is no attribute of it", f"did you mean `{close[0]}`?" if close else known
            )
        as_fact = Fact(
            name.text, attribute.kind, name.text, attribute.unit, attribute.unit, attribute.choices
        )
        own, unit = _value(value, _with_units(as_fact, fact, name.text))
        made[name.text] = {"value": own, "unit": unit} if unit else own
    return made


def _with_units(as_fact: Fact, fact: Fact, name: str) -> Fact:
    units = next(attribute.units for attribute in fact.attributes if attribute.name == name)
    return Fact(
        as_fact.name,
        as_fact.kind,
        as_fact.label,
        as_fact.unit,
        as_fact.unit_text,
        as_fact.choices,
        units=units,
    )


def _date(date: words.Date, into: _Examples) -> str:
    if not _date_exists(date, into):
        raise _BadValue("its date does not exist", None)
    return date.text


def _expectations(node: syntax.Example, into: _Examples) -> Iterator[Expectation]:
    for item in node.items:
        match item:
            case syntax.ExpectVerdict():
                stage = "eligibility" if item.stage is None else item.stage.text
                if item.stage is not None and stage not in into.criteria:
                    _unknown_stage(item.stage, into)
                    continue
                outcome = {"ineligible": "fails", "undetermined": "unknown"}.get(item.verdict, "passes")
                named = tuple((name.text, outcome) for name in item.by if _criterion(name, stage, into))
                yield Expectation(item.verdict, named, stage)  # type: ignore[arg-type]
            case syntax.ExpectCriteria():
                for stage, ids in into.criteria.items():
                    mine = tuple((n.text, outcome) for n, outcome in item.outcomes if n.text in ids)
                    if mine:
                        yield Expectation(None, mine, stage)
                known = {id_ for ids in into.criteria.values() for id_ in ids}
                for name, _ in item.outcomes:
                    if name.text not in known:
                        _unknown_criterion(name.span, name.text, known, into)
            case _:
                pass


def _unknown_stage(name: words.Name, into: _Examples) -> None:
    if name.text not in into.session.scope.damaged:
        close = suggest(name.text, into.criteria)
        into.session.found.add(name_errors.UnknownName(name.span, name.text, close, "declare the stage"))


def _criterion(name: words.Name, stage: str, into: _Examples) -> bool:
    ids = into.criteria.get(stage, ())
    if name.text in ids:
        return True
    _unknown_criterion(name.span, name.text, set(ids), into)
    return False


def _unknown_criterion(span: Span, word: str, known: set[str], into: _Examples) -> None:
    if word not in into.session.scope.damaged:
        into.session.found.add(name_errors.UnknownCriterion(span, word, suggest(word, known)))
