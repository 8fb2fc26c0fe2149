"""Builders of examples: what is known of a patient, and what must come out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from attrs import frozen
from lark import Token

from protocol_dsl.source import Span
from protocol_dsl.syntax.from_tree.strings import unquoted
from protocol_dsl.syntax.from_tree.words import (
    Children,
    ascii_sign,
    name,
    names,
    nodes,
    numeral,
    of,
    one_of,
    place,
    text,
    text_or_none,
    token,
    unit_or_none,
    whole,
)
from protocol_dsl.syntax.nodes import criteria as tree
from protocol_dsl.syntax.nodes.words import Date, Name


@frozen
class AttributeValue:
    """`dose 10 mg` after the `with` of a record."""

    name: Name
    value: tree.Value
    span: Span


def example(children: Children) -> tree.Example:
    """`example "name" [like "other"] [on DATE] { … }`"""
    day = token(children, "DATE")
    return tree.Example(
        text(children[1]),
        text_or_none(children[3]),
        None if day is None else Date(day.value, place(day)),
        nodes(children[2:]),
        whole(children),
    )


def given(children: Children) -> tree.Given:
    """`inr 1.8 on 2026-03-01, 1.9 on …`"""
    return tree.Given(name(children[0]), nodes(children), whole(children))


def record(children: Children) -> tree.Record:
    """`VALUE [(ULN 17.1)] [on DATE] [with a 1 and b 2]`"""
    limits = tuple(
        (word.value, numeral(number))
        for word, number in pairwise(children)
        if type(word) is Token and word.type in ("ULN", "LLN")
    )
    return tree.Record(
        one_of(children, tree.BoundedValue, tree.NumberValue, tree.WordValue, tree.SetValue),
        limits,
        one_of(children, tree.OnDate, tree.FromDate, tree.OngoingTime),
        tuple((pair.name, pair.value) for pair in of(children, AttributeValue)),
        False,
        whole(children),
    )


def perhaps_others(children: Children) -> tree.Record:
    """`perhaps others`"""
    return tree.Record(None, (), None, (), True, whole(children))


def record_attribute(children: Children) -> AttributeValue:
    """`dose 10 mg`"""
    return AttributeValue(name(children[0]), children[1], whole(children))


def bounded(children: Children) -> tree.BoundedValue:
    """`< 40 U/L`"""
    unit = unit_or_none(children[2])
    return tree.BoundedValue(ascii_sign(children[0]), children[1], unit, whole(children))


def value_number(children: Children) -> tree.NumberValue:
    """`342 umol/L`"""
    return tree.NumberValue(children[0], unit_or_none(children[1]), whole(children))


def value_word(children: Children) -> tree.WordValue:
    """`positive`, `yes`, `"a text"`"""
    word = children[0]
    written = unquoted(word.value) if word.type == "STRING" else word.value
    return tree.WordValue(Name(written, place(word)), place(word))


def value_set(children: Children) -> tree.SetValue:
    """`{kras, braf}`"""
    return tree.SetValue(of(children, Name), whole(children))


def on_date(children: Children) -> tree.OnDate:
    """`on 2026-03-02`"""
    return tree.OnDate(children[1], whole(children))


def from_date(children: Children) -> tree.FromDate:
    """`from 2026-01-01 [to 2026-02-01 | ongoing]`"""
    start, *rest = of(children, Date)
    ongoing = token(children, "ONGOING") is not None
    return tree.FromDate(start, rest[0] if rest else None, ongoing, whole(children))


def record_ongoing(children: Children) -> tree.OngoingTime:
    """`ongoing`"""
    return tree.OngoingTime(whole(children))


def unknown(children: Children) -> tree.Unknown:
    """`unknown inr, alt`"""
    return tree.Unknown(names(children), whole(children))


def none_of_event(children: Children) -> tree.NoneOf:
    """`no gi_bleeding`"""
    return tree.NoneOf(names(children), whole(children))


def example_answer(children: Children) -> tree.ExampleAnswer:
    """`answer no to "…"`"""
    return tree.ExampleAnswer(children[1].type == "YES", text(children[3]), whole(children))


def expect_verdict(children: Children) -> tree.ExpectVerdict:
    """`expect ineligible by I4`"""
    return tree.ExpectVerdict(None, children[1].value, names(children), whole(children))


def expect_stage(children: Children) -> tree.ExpectVerdict:
    """`expect stage registration eligible`"""
    stage, *by = names(children)
    return tree.ExpectVerdict(stage, children[3].value, tuple(by), whole(children))


def expect_criteria(children: Children) -> tree.ExpectCriteria:
    """`expect I1 unknown, E1 passes`"""
    outcomes: list[tuple[Name, Any]] = [
        (name(children[i]), children[i + 1].value) for i in range(1, len(children), 3)
    ]
    return tree.ExpectCriteria(tuple(outcomes), whole(children))
