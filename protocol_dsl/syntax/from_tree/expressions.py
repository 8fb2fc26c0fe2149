"""Builders of expressions."""

from __future__ import annotations

from typing import Any, Literal

from attrs import evolve
from lark import Token

from protocol_dsl.syntax.from_tree.words import (
    Children,
    ascii_sign,
    name,
    nodes,
    numeral,
    of,
    spaced_once,
    text,
    unit,
    unit_or_none,
    whole,
)
from protocol_dsl.syntax.nodes import expressions as tree
from protocol_dsl.syntax.nodes.words import Name

Nodes = tuple[tree.Expression, ...]


def logic(children: Children) -> tree.Logic:
    """`a and b`, `a or b`"""
    return tree.Logic(tuple(children[::2]), _signs(children), whole(children))


def negation(children: Children) -> tree.Negation:
    """`not x`"""
    return tree.Negation(children[1], whole(children))


def known(children: Children) -> tree.Known:
    """`known x`"""
    return tree.Known(children[1], whole(children))


def windowed(children: Children) -> tree.Windowed:
    """A predicate and its times."""
    return tree.Windowed(children[0], tuple(children[1:]), whole(children))


def compare(children: Children) -> tree.Compare:
    """`a >= b`"""
    left, sign, right = children
    return tree.Compare(left, ascii_sign(sign), right, whole(children))


def between(children: Children) -> tree.Between:
    """`x [not] between a and b [exclusive]`"""
    subject, negated, _, low, _, high, exclusive = children
    return tree.Between(subject, low, high, negated is not None, exclusive is not None, whole(children))


def is_choice(children: Children) -> tree.IsChoice:
    """`x is [not] a`"""
    subject, _, negated, chosen = children
    return tree.IsChoice(subject, (chosen,), negated is not None, whole(children))


def is_one_of(children: Children) -> tree.IsChoice:
    """`x is [not] one of {a, b}`"""
    return tree.IsChoice(children[0], of(children, Name), children[2] is not None, whole(children))


def sum(children: Children) -> tree.Sum:  # noqa: A001  builders bear the names of their rules
    """`a + b - c`"""
    return tree.Sum(tuple(children[::2]), _signs(children), whole(children))


def product(children: Children) -> tree.Product:
    """`a * b / c`"""
    return tree.Product(tuple(children[::2]), _signs(children), whole(children))


def power(children: Children) -> tree.Power:
    """`a ^ b`"""
    return tree.Power(children[0], children[2], whole(children))


def negative(children: Children) -> tree.Negative:
    """`-x`"""
    return tree.Negative(children[1], whole(children))


def converted(children: Children) -> tree.Converted:
    """`x in mg/dL`"""
    return tree.Converted(children[0], unit(children[2]), whole(children))


def quantity(children: Children) -> tree.Quantity:
    """`35 g/L`, `18 years`, `1.5`"""
    return tree.Quantity(numeral(children[0]), unit_or_none(children[1]), whole(children))


def quantity_twice(children: Children) -> tree.Quantity:
    """`15 kg (33 [lb_av])`"""
    first, other = (
        tree.Quantity(numeral(children[place]), unit(children[place + 1]), whole(children[place : place + 2]))
        for place in (0, 3)
    )
    return evolve(first, same=other, span=whole(children))


def multiple(children: Children) -> tree.Multiple:
    """`10 ULN`"""
    return tree.Multiple(numeral(children[0]), children[1].value, whole(children))


def reference(children: Children) -> tree.Reference:
    """A name."""
    named = name(children[0])
    return tree.Reference(named, named.span)


def aged(children: Children) -> tree.Aged:
    """`age at first diagnosis`"""
    return tree.Aged(children[1], whole(children))


def call(children: Children) -> tree.Call:
    """`ln(x)`"""
    return tree.Call(name(children[0]), nodes(children), whole(children))


def extreme(children: Children) -> tree.Extreme:
    """`larger of {a, b}`"""
    return tree.Extreme(_first_word(children[0]), nodes(children), whole(children))


def group(children: Children) -> tree.Group:
    """`any of {a, b}`"""
    return tree.Group(_first_word(children[0]), nodes(children), whole(children))


def tally(children: Children) -> tree.Tally:
    """`at least 2 of {a, b}`"""
    return tree.Tally(spaced_once(children[0]), numeral(children[1]), nodes(children), whole(children))


def tally_of_occurrences(children: Children) -> tree.Compare:
    """`at least 2 E where …`: another way to write `count of E where … >= 2`."""
    signs: dict[str, Literal[">=", "<=", "="]] = {"at least": ">=", "at most": "<=", "exactly": "="}
    number = numeral(children[1])
    counted = tree.Count(children[2], None, whole(children))
    least = tree.Quantity(number, None, number.span)
    return tree.Compare(counted, signs[spaced_once(children[0])], least, whole(children))


def parenthesis(children: Children) -> tree.Parenthesis:
    """`(x)`"""
    return tree.Parenthesis(children[1], whole(children))


def conditional(children: Children) -> tree.Conditional:
    """`if c then a else b`"""
    return tree.Conditional(children[1], children[3], children[5], whole(children))


def pick(children: Children) -> tree.Pick:
    """`highest x [window]`"""
    which, of_what, window = children
    return tree.Pick(which.value, name(of_what), window, whole(children))


def mean(children: Children) -> tree.Mean:
    """`mean of [last 3] x [window]`"""
    _, _, _, last, of_what, window = children
    return tree.Mean(None if last is None else numeral(last), name(of_what), window, whole(children))


def count(children: Children) -> tree.Count:
    """`count of E [window]`"""
    return tree.Count(children[2], children[3], whole(children))


def change(children: Children) -> tree.Change:
    """`[relative] change of x over 6 months`"""
    relative, _, _, of_what, _, duration = children
    return tree.Change(relative is not None, name(of_what), duration, whole(children))


def consecutive(children: Children) -> tree.Consecutive:
    """`2 consecutive x >= …`, `2 consecutive x is a`"""
    number, _, of_what, sign, right = children
    if sign.type == "IS":
        return tree.Consecutive(numeral(number), name(of_what), None, None, right, whole(children))
    comparison = ascii_sign(sign)
    return tree.Consecutive(numeral(number), name(of_what), comparison, right, None, whole(children))


def filtered(children: Children) -> tree.Filtered:
    """`E [where a, b] [except {c, d}]`"""
    excepting = next((i for i, child in enumerate(children) if _is_except(child)), len(children))
    where, excepted = nodes(children[1:excepting]), nodes(children[excepting:])
    return tree.Filtered(name(children[0]), *_own_exceptions(where, excepted), whole(children))


def _own_exceptions(where: Nodes, excepted: Nodes) -> tuple[Nodes, Nodes]:
    """`where invasive except {…}`: what is excepted is an occurrence, not something of the attribute."""
    match where:
        case (*others, tree.Occurrence(quantifier=None, of=tree.Filtered(where=()) as last)) if not excepted:
            return (*others, tree.Reference(last.name, last.name.span)), last.excepted
        case _:
            return where, excepted


def occurrence(children: Children) -> tree.Occurrence:
    """`no E where …`"""
    return tree.Occurrence(children[0].value, children[1], whole(children))


def filtered_reference(children: Children) -> tree.Occurrence:
    """`E where …` without a quantifier."""
    of_what = filtered(children)
    return tree.Occurrence(None, of_what, of_what.span)


def answer(children: Children) -> tree.Answer:
    """`answer yes to "…" by investigator [because judgement]`"""
    _, expected, _, question, _, by, *reason = children
    because = name(reason[1]) if any(reason) else None
    return tree.Answer(expected.type == "YES", text(question), by.value, because, whole(children))


def _signs(children: Children) -> tuple[Any, ...]:
    return tuple(map(ascii_sign, children[1::2]))


def _first_word(words: Token) -> Any:
    return words.value.split()[0]


def _is_except(child: Any) -> bool:
    return type(child) is Token and child.type == "EXCEPT"
