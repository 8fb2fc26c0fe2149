"""Events and dated records: occurrences that meet a window, counts, states held for a time, questions."""

from __future__ import annotations

from collections.abc import Collection

from attrs import evolve

from protocol_dsl.ir.facts import SERIES, Fact
from protocol_dsl.ir.features import (
    Answer,
    Consecutive,
    DateWithin,
    Edge,
    Held,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    Pick,
    SampleChange,
    SampleCount,
    SampleMean,
    Unchanged,
    Window,
)
from protocol_dsl.ir.formulas import All, Any, Formula, Not, Truth
from protocol_dsl.ir.numbers import Value as Number
from protocol_dsl.ir.protocol import Question
from protocol_dsl.lowering.records import sample_value, series_window, unit_of
from protocol_dsl.lowering.session import Abandon, Context
from protocol_dsl.lowering.values import (
    ChoiceValue,
    DateValue,
    EventValue,
    NumberValue,
    TruthValue,
    Value,
    described,
)
from protocol_dsl.lowering.windows import held_window, window
from protocol_dsl.semantics.durations import durations
from protocol_dsl.semantics.errors import time as time_errors
from protocol_dsl.semantics.errors import types as errors
from protocol_dsl.semantics.facts import KIND_WORDS
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import expressions as syntax
from protocol_dsl.syntax.nodes import time, words
from protocol_dsl.vocabulary.calendar import Duration
from protocol_dsl.vocabulary.quantities import ONE


def fact_of(name: words.Name, context: Context, wanted: Collection[str], expected: str) -> EventValue | Fact:
    """The event (filtered, when the name is a definition of one) or the series a name stands for."""
    fact = _named_fact(name.text, context)
    if fact is None:
        inner = evolve(context, kind="event" if "event" in wanted else context.kind)
        value = inner.value(syntax.Reference(name, name.span))
        if isinstance(value, EventValue) and "event" in wanted:
            return value
        found, fact = described(value), _fact_behind(value, context)
    else:
        found = KIND_WORDS[fact.kind]
    if fact is None or fact.kind not in wanted:
        raise context.report(errors.WrongType(context.span(name), name.text, expected, found))
    context.session.used.add(fact.name)
    return EventValue(fact) if fact.kind == "event" else fact


def _named_fact(name: str, context: Context) -> Fact | None:
    """The fact a name stands for outright. Its value is not asked for, since that alone would make a feature."""
    if name in context.parameters or "." in name:
        return None
    if context.library is not None:
        if name in context.library.definitions or name not in context.library.facts:
            return None
        return context.session.scope.facts.get(context.session.scope.bindings.get(name, ""))
    attributes = () if context.item is None else context.item.fact.attributes
    if any(attribute.name == name for attribute in attributes):
        return None
    return context.session.scope.facts.get(name)


def _fact_behind(value: Value, context: Context) -> Fact | None:
    """The fact whose plain reading a value is: an argument given to a definition."""
    match value:
        case NumberValue(bare=True):
            return value.fact
        case ChoiceValue(item=False):
            return context.session.scope.facts.get(value.name)
        case _:
            return None


def filtered(node: syntax.Filtered, context: Context) -> EventValue | Fact:
    """`E where … except {…}`: the conditions and the window apply to the same occurrence."""
    subject = fact_of(node.name, context.bound(None), {"event", *SERIES}, "an event or a series")
    fact = subject.fact if isinstance(subject, EventValue) else subject
    inner = context.filtering(fact)
    wanted = [truth(each, inner) for each in node.where]
    wanted += [Not(truth(each, inner)) for each in node.excepted]
    if not isinstance(subject, EventValue):
        return subject
    own = () if subject.where is None else (subject.where,)
    return evolve(subject, where=conjunction((*own, *wanted)))


def sample_filter(node: syntax.Filtered, fact: Fact, context: Context) -> Formula | None:
    """The filter alone, over samples of a series."""
    inner = context.filtering(fact)
    wanted = [truth(each, inner) for each in node.where]
    wanted += [Not(truth(each, inner)) for each in node.excepted]
    return conjunction(tuple(wanted))


def conjunction(formulas: tuple[Formula, ...]) -> Formula | None:
    """All of them; None when there is none."""
    if not formulas:
        return None
    return formulas[0] if len(formulas) == 1 else All(formulas)


def truth(node: syntax.Expression, context: Context) -> Formula:
    """The condition `node` is. An event needs a time; anything else is a type error."""
    if isinstance(node, syntax.Reference):
        context = evolve(context, kind="yes/no" if context.times is None else "event")
    return truth_of(context.value(node), node, context)


def truth_of(value: Value, node: syntax.Expression, context: Context) -> Formula:
    """A value as a condition, asked of the time phrase round it."""
    match value:
        case TruthValue():
            return value.formula
        case EventValue():
            return _occurs(value, node, context)
        case DateValue() if context.times is not None:
            context.times.used = True
            within = DateWithin(value.anchor, context.times.window)
            words_ = f"{value.words} {context.times.words}"
            return _truth(within, words_, context, context.span(node))
        case _:
            fix = _fix(value)
            fault = errors.WrongType(
                context.span(node), context.words(node), "a condition", described(value), fix
            )
            raise context.report(fault)


def _fix(value: Value) -> str | None:
    if isinstance(value, DateValue):
        return "say when, such as `within 2 months before screening`"
    return "compare it with something, such as `>= 2`" if isinstance(value, NumberValue) else None


def _truth(node: object, words_: str, context: Context, span: Span) -> Truth:
    id_ = context.session.feature(node, words_, "truth", "1", words_, span)  # type: ignore[arg-type]
    return Truth(id_, context.session.atom(), span)


def _occurs(value: EventValue, node: syntax.Expression, context: Context) -> Formula:
    times, span = context.times, context.span(node)
    if times is None:
        raise context.report(errors.MixedGroup(span, value.fact.name))
    times.used = True
    quantifier = "every" if value.quantifier == "every" else "some"
    named = (context.words(node),) if isinstance(node, syntax.Reference) else ()
    said = named or (value.fact.name, _filter_words(value, node, context))
    stem = " ".join(part for part in (*said, times.words) if part)
    occurs = Occurs(value.fact.name, times.window, times.moment, quantifier, value.where)  # type: ignore[arg-type]
    formula = _truth(occurs, f"every {stem}" if quantifier == "every" else stem, context, span)
    return Not(formula) if value.quantifier == "no" else formula


def _filter_words(value: EventValue, node: syntax.Expression, context: Context) -> str:
    if value.where is None or not isinstance(node, syntax.Occurrence):
        return "" if value.where is None else "filtered"
    whole, name = context.words(node), node.of.name.text
    return whole[whole.index(name) + len(name) :].strip() if name in whole else "filtered"


def occurrence(node: syntax.Occurrence, context: Context) -> Value:
    """`some E`, `no E where …`, `every E`."""
    value = filtered(node.of, context)
    if isinstance(value, EventValue):
        return evolve(value, quantifier=node.quantifier or value.quantifier)
    raise context.report(
        errors.WrongType(
            context.span(node), value.name, "an event", f"a {value.kind}", "ask `count of` it instead"
        )
    )


def count(node: syntax.Count, context: Context) -> Value:
    """`count of E where … within …`: a plain number."""
    subject = filtered(node.of, context)
    fact = subject.fact if isinstance(subject, EventValue) else subject
    frame, phrase = framed(node.window, fact, context)
    words_ = f"count of {context.words(node.of)} {phrase}".strip()
    if isinstance(subject, EventValue):
        moment = context.times.moment if context.times and node.window is None else "overlaps"
        counted: OccursCount | SampleCount = OccursCount(fact.name, frame, moment, subject.where)
    else:
        counted = SampleCount(fact.name, frame, sample_filter(node.of, fact, context))
    id_ = context.session.feature(counted, words_, "number", "1", words_, context.span(node))
    return NumberValue(Number(id_), ONE, context.words(node))


def framed(own: time.Window | None, fact: Fact, context: Context) -> tuple[Window, str]:
    """The window written right behind a reading, or the one that governs it from outside; an inner one wins."""
    if own is not None:
        return window(own, context), context.words(own)
    if fact.kind == "event" and context.times is None:
        return Window(context.since or context.anchor, Edge(()) if context.since else None, Edge(())), ""
    # How long a value stays valid bounds the latest one, not the highest there ever was.
    if context.times is None:
        return context.default_window(), ""
    return series_window(fact, context)


def pick(node: syntax.Pick, context: Context) -> Value:
    """`highest inr`, or the first or last occurrence of an event."""
    subject = fact_of(node.name, context.bound(None), {"event", *SERIES}, "a series or an event")
    if isinstance(subject, EventValue):
        if node.which not in {"first", "last"}:
            found = f"{node.which} of an event"
            raise context.report(
                errors.WrongType(context.span(node), context.words(node), "first or last", found)
            )
        anchor = OccurrenceAnchor(subject.fact.name, node.which, subject.where)
        date = DateValue(anchor, context.words(node))
        if node.window is None:
            return date
        within = DateWithin(anchor, window(node.window, context))
        return TruthValue(_truth(within, context.words(node), context, context.span(node)))
    picked: Pick = "latest" if node.which == "last" else node.which
    if subject.kind == "finding" and picked in {"highest", "lowest"}:
        found = "a finding"
        raise context.report(errors.WrongType(context.span(node), subject.name, "a lab or measure", found))
    plain = picked == "latest" and node.window is None
    frame = series_window(subject, context) if plain else framed(node.window, subject, context)
    return sample_value(subject, picked, context, context.span(node), frame)


def mean(node: syntax.Mean, context: Context) -> Value:
    """`mean of last 3 qtcf`: fewer than three is unknown."""
    fact = fact_of(node.name, context.bound(None), {"lab", "measure"}, "a lab or measure")
    assert not isinstance(fact, EventValue)
    last = None if node.last is None else whole(node.last, "a count", 1, context)
    frame, phrase = framed(node.window, fact, context)
    words_ = f"mean of {'' if last is None else f'last {last} '}{fact.name} {phrase}".strip()
    feature = SampleMean(fact.name, frame, last)
    id_ = context.session.feature(feature, words_, "number", fact.unit, words_, context.span(node))
    return NumberValue(Number(id_), unit_of(fact.unit), fact.name, fact, fact.molar_mass, bare=True)


def change(node: syntax.Change, context: Context) -> Value:
    """`change of weight over 6 months`: latest minus first in that time; `relative` divides by the first."""
    fact = fact_of(node.name, context.bound(None), {"lab", "measure"}, "a lab or measure")
    assert not isinstance(fact, EventValue)
    lengths = durations(node.over, context.session.scope.interventions, context.session.found)
    if lengths is None:
        raise Abandon
    start = Edge(tuple(Duration(-each.count, each.unit) for each in lengths[0]), False, lengths[1])
    feature = SampleChange(fact.name, Window(context.anchor, start, Edge(())), node.relative)
    unit = ONE if node.relative else unit_of(fact.unit)
    words_ = context.words(node)
    id_ = context.session.feature(feature, words_, "number", unit.code, words_, context.span(node))
    return NumberValue(Number(id_), unit, words_, None, fact.molar_mass)


def consecutive(node: syntax.Consecutive, context: Context) -> Value:
    """`2 consecutive sbp >= 140 mmHg`."""
    fact = fact_of(node.name, context.bound(None), SERIES, "a series")
    assert not isinstance(fact, EventValue)
    number = whole(node.number, "a count", 1, context)
    subject = syntax.Reference(node.name, node.name.span)
    predicate: syntax.Expression
    if node.comparison is not None and node.right is not None:
        predicate = syntax.Compare(subject, node.comparison, node.right, node.span)
    else:
        choices = () if node.choice is None else (node.choice,)
        predicate = syntax.IsChoice(subject, choices, False, node.span)
    where = truth(predicate, context.filtering(fact))
    frame, phrase = series_window(fact, context)
    feature = Consecutive(fact.name, frame, number, where)
    return TruthValue(_truth(feature, f"{context.words(node)} {phrase}".strip(), context, context.span(node)))


def whole(numeral: words.Numeral, what: str, least: int, context: Context) -> int:
    """A whole literal of at least `least`."""
    if numeral.value.denominator != 1 or numeral.value < least:
        raise context.report(errors.NotWhole(context.span(numeral), what, numeral.text, least))
    return int(numeral.value)


def held(operand: syntax.Expression, phrase: time.Held | time.Unchanged, context: Context) -> Formula:
    """`S for more than 6 months`, `drug unchanged for at least 2 months`; a group asks each of its members."""
    match operand:
        case syntax.Parenthesis():
            return held(operand.inner, phrase, context)
        case syntax.Group():
            members = tuple(held(each, phrase, context) for each in operand.operands)
            joined: Formula = All(members) if operand.which == "all" else Any(members)
            return Not(joined) if operand.which == "none" else joined
        case _:
            return _held_one(operand, phrase, context)


def _held_one(operand: syntax.Expression, phrase: time.Held | time.Unchanged, context: Context) -> Formula:
    frame, words_ = held_window(phrase, context), f"{context.words(operand)} {context.words(phrase)}"
    name = _subject(operand)
    fact = None if name is None else _named_fact(name.text, context)
    if name is None or (fact is not None and fact.kind not in {"event", *SERIES}):
        raise context.report(time_errors.CannotBeHeld(context.span(operand), context.words(operand)))
    wanted = {"event"} if isinstance(operand, syntax.Occurrence) else {"event", *SERIES}
    subject = fact_of(name, context.bound(None), wanted, "a dated series or an event")
    where: Formula | None = None
    if isinstance(subject, EventValue):
        if isinstance(operand, syntax.Occurrence):
            found = filtered(operand.of, context)
            subject = found if isinstance(found, EventValue) else subject
        fact, where = subject.fact, subject.where
    else:
        fact = subject
        if not isinstance(operand, syntax.Reference):
            where = truth(operand, context.filtering(fact))
        elif isinstance(phrase, time.Held):
            raise context.report(time_errors.CannotBeHeld(context.span(operand), context.words(operand)))
    if isinstance(phrase, time.Unchanged):
        return _truth(Unchanged(fact.name, frame, where), words_, context, context.span(operand))
    return _truth(Held(fact.name, frame, where, fact.valid), words_, context, context.span(operand))


def _subject(operand: syntax.Expression) -> words.Name | None:
    """The one series or event a predicate is about."""
    match operand:
        case syntax.Reference():
            return operand.name
        case syntax.Occurrence() if operand.quantifier in {None, "some"}:
            return operand.of.name
        case syntax.Compare():
            return _subject(operand.left)
        case syntax.Between() | syntax.IsChoice():
            return _subject(operand.subject)
        case _:
            return None


def answer(node: syntax.Answer, context: Context) -> Formula:
    """A question to a person; unanswered is unknown."""
    formula = asked(node.question, node.by, node.because, context)
    return formula if node.expected else Not(formula)


def asked(question: words.Text, by: str, because: words.Name | None, context: Context) -> Formula:
    """The yes/no feature of a question, made once per criterion and text."""
    session = context.session
    text = " ".join(question.text.split())
    for known in session.questions.values():
        if known.text == text and known.by == by:
            return _truth(Answer(known.id), f"answer_{known.id}", context, context.span(question))
    reason = None if because is None else because.text
    n = 1 + sum(known.id.startswith(f"{session.criterion}.") for known in session.questions.values())
    id_ = f"{session.criterion}.{n}"
    session.questions[id_] = Question(id_, text, by, reason, context.span(question))  # type: ignore[arg-type]
    return _truth(Answer(id_), f"answer_{id_}", context, context.span(question))
