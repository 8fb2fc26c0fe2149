"""Builders of interventions, arms and regimens."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.from_tree.words import (
    Children,
    name,
    names,
    nodes,
    numeral,
    of,
    one_of,
    text,
    text_or_none,
    token,
    unit_or_none,
    whole,
)
from protocol_dsl.syntax.nodes import schedule as tree
from protocol_dsl.syntax.nodes.facts import Code, Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.time import ExtremeDuration, HalfLives, PlainDuration
from protocol_dsl.syntax.nodes.words import Name, Numeral, Unit


@frozen
class Argument:
    """`dose 3 mg` after the `with` of a follow."""

    parameter: Name
    value: Name | tuple[Numeral, Unit | None]
    span: Span


def day_one(children: Children) -> tree.DayOne:
    """`day 1 is first uc_msc`"""
    return tree.DayOne(numeral(children[1]), children[3], whole(children))


def days_from(children: Children) -> tree.DaysFrom:
    """`days from 0`"""
    return tree.DaysFrom(numeral(children[2]), whole(children))


def intervention(children: Children) -> tree.Intervention:
    """`intervention NAME "label" { … }`"""
    return tree.Intervention(
        name=name(children[1]),
        label=text(children[2]),
        kind=_after(children, "KIND"),
        registry_kind=_after(children, "REGISTRY_KIND"),
        background=token(children, "BACKGROUND") is not None,
        half_life=one_of(children, PlainDuration, HalfLives, ExtremeDuration),
        alternatives=one_of(children, tree.Alternatives),
        codes=of(children, Code),
        sources=of(children, SourceText, SourcePointer),
        notes=of(children, Note),
        span=whole(children),
    )


def alternatives(children: Children) -> tree.Alternatives:
    """`one of a, b [in random order]`"""
    return tree.Alternatives(names(children[1:-1]), children[-1] is not None, whole(children))


def regimen(children: Children) -> tree.Regimen:
    """`regimen NAME ["label"] [with a, b] { … }`"""
    label = text_or_none(children[2])
    return tree.Regimen(name(children[1]), label, names(children[2:]), nodes(children[2:]), whole(children))


def arm(children: Children) -> tree.Arm:
    """`arm NAME "label" [experimental] { … }`"""
    role = None if children[3] is None else name(children[3])
    return tree.Arm(name(children[1]), text(children[2]), role, nodes(children[3:]), whole(children))


def cycles(children: Children) -> tree.Cycles:
    """`cycles NAME of 21 days [for 4 cycles | until C] { … }`"""
    until = one_of(children, tree.Until)
    number = token(children, "NUMBER")
    parts = tuple(part for part in nodes(children[4:]) if part is not until)
    return tree.Cycles(
        name=name(children[1]),
        length=children[3],
        number=None if number is None else numeral(number),
        until=None if until is None else until.condition,
        parts=parts,
        span=whole(children),
    )


def follow(children: Children) -> tree.Follow:
    """`follow a [with x 1], then follow b`"""
    later = of(children, tree.FollowTarget)
    first = _target([child for child in children[1:] if type(child) is not tree.FollowTarget])
    return tree.Follow((first, *later), whole(children))


def follow_then(children: Children) -> tree.FollowTarget:
    """`, then follow b [with x 1]`"""
    return _target(children[1:])


def follow_argument(children: Children) -> Argument:
    """`dose 3 mg`, `dose other`"""
    parameter, word, *rest = children
    if word.type == "NAME":
        return Argument(name(parameter), name(word), whole(children))
    unit = unit_or_none(rest[0]) if rest else None
    return Argument(name(parameter), (numeral(word), unit), whole(children))


def cell_follow(children: Children) -> tree.CellFollow:
    """`in EPOCH follow …`"""
    return tree.CellFollow(name(children[1]), children[2], whole(children))


def _target(children: Children) -> tree.FollowTarget:
    arguments = tuple((argument.parameter, argument.value) for argument in of(children, Argument))
    return tree.FollowTarget(name(children[0]), arguments, whole(children))


def _after(children: Children, keyword: str) -> Name | None:
    """The name that follows a keyword."""
    at = next((i for i, child in enumerate(children) if getattr(child, "type", "") == keyword), None)
    return None if at is None else name(children[at + 1])
