"""A fact's name in an expression: which feature of the patient's records it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from protocol_dsl.ir.facts import SERIES, Attribute, Fact
from protocol_dsl.ir.features import Age, AgeUnit, DateAnchor, Given, Pick, SampleValue, Window
from protocol_dsl.ir.formulas import ItemTruth, Truth
from protocol_dsl.ir.numbers import NEVER_KNOWN, Choose, Const, IfMissing, Item, Number, Value
from protocol_dsl.ir.show_features import anchor_words
from protocol_dsl.lowering import values
from protocol_dsl.lowering.session import Context
from protocol_dsl.source import Span
from protocol_dsl.vocabulary import quantities

_UNITS: dict[str, quantities.Unit] = {}


def unit_of(code: str) -> quantities.Unit:
    """A canonical unit code read back, once."""
    if code not in _UNITS:
        _UNITS[code] = quantities.parse_unit(code)
    return _UNITS[code]


def fact_value(fact: Fact, context: Context, span: Span) -> values.Value:
    """The value a bare fact name stands for: its one value, its latest sample, or its occurrences."""
    session = context.session
    session.used.add(fact.name)
    if fact.name == "age":
        return values.AgeValue()
    label = fact.label
    match fact.kind:
        case "yes_no":
            id_ = session.feature(Given(fact.name), fact.name, "truth", "1", label, span)
            return values.TruthValue(Truth(id_, session.atom(), span))
        case "number":
            id_ = session.feature(Given(fact.name), fact.name, "number", fact.unit, label, span)
            return _number(fact, Value(id_))
        case "choice":
            id_ = session.feature(Given(fact.name), fact.name, "choice", "1", label, span)
            return values.ChoiceValue(id_, fact.choices, fact.ordered, fact.name)
        case "set":
            id_ = session.feature(Given(fact.name), fact.name, "set", "1", label, span)
            return values.SetValue(id_, fact.choices, fact.name)
        case "date":
            return values.DateValue(DateAnchor(fact.name), fact.name)
        case "lab" | "measure" | "finding":
            return sample_value(fact, "latest", context, span)
        case "event":
            return values.EventValue(fact)
        case _:
            assert_never(fact.kind)


def _number(fact: Fact, number: Number) -> values.NumberValue:
    return values.NumberValue(
        number, unit_of(fact.unit), fact.name, fact, fact.molar_mass, bare=isinstance(number, Value)
    )


def series_window(fact: Fact, context: Context) -> tuple[Window, str]:
    """The window that governs a series here, and its words for an id: the time phrase round it, or the default."""
    times = context.times
    if times is None:
        return context.default_window(fact.valid), ""
    times.used = True
    return times.window, times.words


def sample_value(
    fact: Fact, pick: Pick, context: Context, span: Span, window: tuple[Window, str] | None = None
) -> values.NumberValue | values.ChoiceValue:
    """One sample of a series: the latest unless another is picked."""
    session = context.session
    session.used.add(fact.name)
    frame, phrase = window or series_window(fact, context)
    stem = " ".join(part for part in ("" if pick == "latest" else pick, fact.name, phrase) if part)
    words = " ".join(part for part in ("" if pick == "latest" else pick, fact.label, phrase) if part)
    if fact.kind == "finding":
        id_ = session.feature(SampleValue(fact.name, frame, pick), stem, "choice", "1", words, span)
        return values.ChoiceValue(id_, fact.choices, fact.ordered, fact.name)
    id_ = session.feature(SampleValue(fact.name, frame, pick), stem, "number", fact.unit, words, span)
    limit = None
    if fact.kind == "lab" and pick in {"latest", "first"}:
        limit = _limits(fact, frame, pick, stem, words, context, span)
    return values.NumberValue(
        Value(id_), unit_of(fact.unit), fact.name, fact, fact.molar_mass, limit, bare=True
    )


def _limits(
    fact: Fact, window: Window, pick: Pick, stem: str, words: str, context: Context, span: Span
) -> Callable[[values.Limit], Number]:
    def limit(part: values.Limit) -> Number:
        node = SampleValue(fact.name, window, pick, part)
        text = f"{part} limit of normal of {words}"
        id_ = context.session.feature(node, f"{stem} {part}", "number", fact.unit, text, span)
        return with_fallback(Value(id_), fact, part, context)

    return limit


def with_fallback(own: Number, fact: Fact, part: values.Limit, context: Context) -> Number:
    """A sample's own limit of normal, or, where the record carries none, the one the protocol declares."""
    fallback: Number | None = None
    for normal in reversed(context.session.normals(fact.name)):
        edge = normal.high if part == "upper" else normal.low
        if edge is not None and normal.when is None:
            fallback = Const(edge)
        elif edge is not None and normal.when is not None:
            fallback = Choose(normal.when, Const(edge), fallback or NEVER_KNOWN)
    return own if fallback is None else IfMissing(own, fallback)


def item_value(name: str, fact: Fact, context: Context, span: Span) -> values.Value | None:
    """Inside a filter: an attribute of the occurrence looked at, or the value of the sample; None if it is neither."""
    if fact.kind in SERIES and name in {"value", fact.name}:
        if fact.kind == "finding":
            return values.ChoiceValue("value", fact.choices, fact.ordered, fact.name, item=True)
        return values.NumberValue(
            Item("value"),
            unit_of(fact.unit),
            fact.name,
            fact,
            fact.molar_mass,
            lambda part: with_fallback(Item(part), fact, part, context),
            bare=True,
        )
    attribute = next((each for each in fact.attributes if each.name == name), None)
    return None if attribute is None else _attribute(attribute, context, span)


def _attribute(attribute: Attribute, context: Context, span: Span) -> values.Value:
    match attribute.kind:
        case "yes_no":
            return values.TruthValue(ItemTruth(attribute.name, context.session.atom(), span))
        case "choice":
            return values.ChoiceValue(attribute.name, attribute.choices, False, attribute.name, item=True)
        case "number":
            return values.NumberValue(Item(attribute.name), unit_of(attribute.unit), attribute.name)
        case _:
            assert_never(attribute.kind)


def age_in(unit: AgeUnit, value: values.AgeValue, context: Context, span: Span) -> values.NumberValue:
    """Completed units of age at its anchor, or at the one in force, as a plain number."""
    session = context.session
    session.used.update({"age", "birth_date"})
    stem = "age" if unit == "year" else f"age in {unit}s"
    stem = stem if value.anchor is None else f"{stem} at {anchor_words(value.anchor)}"
    node = Age(unit, value.anchor or context.anchor)
    id_ = session.feature(node, stem, "number", "1", stem, span)
    age = session.scope.facts["age"]
    return values.NumberValue(Value(id_), quantities.ONE, "age", age if unit == "year" else None, bare=True)
