"""Builders of what is given, how much, when and on what condition."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from lark import Token

from protocol_dsl.source import Span
from protocol_dsl.syntax.from_tree.words import (
    Children,
    name,
    name_or_text,
    names,
    nodes,
    numeral,
    numerals,
    of,
    singular,
    spaced_once,
    text,
    token,
    tokens,
    unit,
    whole,
)
from protocol_dsl.syntax.nodes import schedule as tree
from protocol_dsl.syntax.nodes.words import Numeral, Unit

_TIMES = {"once": 1, "twice": 2, "thrice": 3}


def give(children: Children) -> tree.Give:
    """`[may] give DRUG …; then …`"""
    permitted, verb, what, *rest = children
    later = of(rest, tree.GiveStep)
    first = [child for child in rest if type(child) is not tree.GiveStep]
    steps = (_step(first, name_or_text(what).span.end), *later)
    return tree.Give(permitted is not None, verb.value, name_or_text(what), steps, whole(children))


def then_step(children: Children) -> tree.GiveStep:
    """`; then …`"""
    return _step(children[2:], children[1].end_pos)


def route(children: Children) -> tree.Route:
    """`by intravenous infusion`"""
    return tree.Route(names(children), whole(children))


def infusion(children: Children) -> tree.Infusion:
    """`over 90 minutes`"""
    return tree.Infusion(children[1], whole(children))


def purpose(children: Children) -> tree.Purpose:
    """`"infection"`"""
    return tree.Purpose(text(children[0]), whole(children))


def dose_case(children: Children) -> tree.DoseCase:
    """`50 mg [if C]`"""
    return tree.DoseCase(children[0], children[2], whole(children))


def amount(children: Children) -> tree.Amount:
    """`200 to 400 mL [using x at y] [per day [in 2 doses]] [of total] [, up to 150 mg]`"""
    low, _, high, of_dose, *clauses = children
    return _amount(
        children, clauses, low=numeral(low), high=numeral(high) if high else None, unit=unit(of_dose)
    )


def auc(children: Children) -> tree.Amount:
    """`AUC 5`"""
    return _amount(children, children[2:], low=numeral(children[1]), auc=True)


def cap_only(children: Children) -> tree.Amount:
    """`up to 150 mg`"""
    return _amount(children, children)


def amount_parameter(children: Children) -> tree.Amount:
    """The parameter of a regimen as the dose."""
    return _amount(children, (), parameter=name(children[0]))


def levels(children: Children) -> tree.Levels:
    """`levels 30 mg, 20 mg [, else stop]`"""
    written = zip(numerals(children), map(unit, tokens(children, "UNIT")), strict=True)
    return tree.Levels(tuple(written), token(children, "ELSE") is not None, whole(children))


def once(children: Children) -> tree.Once:
    """`once`"""
    return tree.Once(whole(children))


def frequency(children: Children) -> tree.Frequency:
    """`[twice] daily`"""
    times, per = children
    return tree.Frequency(1 if times is None else _times(times), per.value, whole(children))


def every(children: Children) -> tree.Every:
    """`every 3 weeks [after the last dose]`"""
    return tree.Every(children[1], children[2] is not None, whole(children))


def on_days(children: Children) -> tree.OnDays:
    """`on days 1, 8 [in cycles 1, 2]`"""
    return tree.OnDays(of(children, Numeral), numerals(children), whole(children))


def with_each(children: Children) -> tree.WithEach:
    """`with each x`"""
    return tree.WithEach(name(children[2]), whole(children))


def offset_each(children: Children) -> tree.OffsetEach:
    """`48 hours after each x`"""
    duration, direction, _, of_what = children
    return tree.OffsetEach(duration, spaced_once(direction), name(of_what), whole(children))


def continuously(children: Children) -> tree.Continuously:
    """`continuously`"""
    return tree.Continuously(whole(children))


def prescribed(children: Children) -> tree.AsPrescribed:
    """`as prescribed`"""
    return tree.AsPrescribed(whole(children))


def as_needed(children: Children) -> tree.AsNeeded:
    """`as needed`"""
    return tree.AsNeeded(whole(children))


def for_duration(children: Children) -> tree.ForDuration:
    """`for 8 weeks`"""
    return tree.ForDuration(children[1], whole(children))


def for_doses(children: Children) -> tree.ForDoses:
    """`for 12 doses`"""
    return tree.ForDoses(numeral(children[1]), whole(children))


def from_to(children: Children) -> tree.FromTo:
    """`from day 1 to day 57`"""
    first, last = numerals(children)
    return tree.FromTo(first, last, whole(children))


def until(children: Children) -> tree.Until:
    """`until C`"""
    return tree.Until(children[1], whole(children))


def symmetric(children: Children) -> tree.Tolerance:
    """`window ±7 days`"""
    after = numeral(children[2])
    before = Numeral(-after.value, f"-{after.text}", after.span)
    return tree.Tolerance(before, after, singular(children[3]), whole(children))


def asymmetric(children: Children) -> tree.Tolerance:
    """`window -1 to +2 days`"""
    return tree.Tolerance(children[1], children[3], singular(children[4]), whole(children))


def give_while(children: Children) -> tree.Policy:
    """`while C`"""
    return _policy("give_if", children)


give_if = give_while


def skip(children: Children) -> tree.Policy:
    """`skip while|when C`"""
    return _policy("skip", children[1:], children)


def stop(children: Children) -> tree.Policy:
    """`stop while|when C`"""
    return _policy("stop", children[1:], children)


def delay(children: Children) -> tree.Policy:
    """`delay while|when C [up to 2 weeks]`"""
    return _policy("delay", children[1:3], children, up_to=children[4])


def reduce_to(children: Children) -> tree.Policy:
    """`reduce to 75 % [of the starting dose] while|when C`"""
    return _policy("reduce", children[5:], children, percent=numeral(children[2]))


def reduce_level(children: Children) -> tree.Policy:
    """`reduce by one level while|when C`"""
    return _policy("reduce", children[2:], children, by_level=True)


def _policy(
    action: Any, asked_condition: Children, children: Children | None = None, **given: Any
) -> tree.Policy:
    asked, condition = asked_condition
    return tree.Policy(
        action=action,
        asked=asked.value,
        condition=condition,
        up_to=given.get("up_to"),
        percent=given.get("percent"),
        by_level=given.get("by_level", False),
        span=whole(children or asked_condition),
    )


def _step(children: Children, after: int) -> tree.GiveStep:
    """A step; one that says nothing stands, empty, where its first word would."""
    doses = of(children, tree.DoseCase)
    clauses = tuple(node for node in nodes(children) if type(node) is not tree.DoseCase)
    there = doses + clauses
    return tree.GiveStep(doses, clauses, whole(list(there)) if there else Span(after, after))


def _amount(children: Children, clauses: Any, **written: Any) -> tree.Amount:
    using, using_at = _words_after(clauses, "USING", "NAME"), _words_after(clauses, "AT", "NAME")
    doses = _words_after(clauses, "IN_DOSES", "NUMBER")
    return tree.Amount(
        low=written.get("low"),
        high=written.get("high"),
        unit=written.get("unit"),
        auc=written.get("auc", False),
        parameter=written.get("parameter"),
        using=name(using) if using else None,
        using_at=name(using_at) if using_at else None,
        per_day=token(clauses, "PER_DAY") is not None,
        doses=numeral(doses) if doses else None,
        of_total=token(clauses, "OF_TOTAL") is not None,
        cap=_cap(clauses),
        span=whole(children),
    )


def _cap(clauses: Children) -> tuple[Numeral, Unit] | None:
    number = _words_after(clauses, "UP_TO", "NUMBER")
    return (numeral(number), unit(tokens(clauses, "UNIT")[-1])) if number else None


def _words_after(children: Children, keyword: str, type_: str) -> Token | None:
    """The token that follows a keyword, if it is of this type."""
    for first, second in pairwise(children):
        if type(first) is Token and first.type == keyword and type(second) is Token:
            return second if second.type == type_ else None
    return None


def _times(words: Token) -> int:
    first = words.value.split()[0]
    return _TIMES.get(first) or int(first)
