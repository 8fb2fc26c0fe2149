"""Builders of the header, of criteria and of stages."""

from __future__ import annotations

from lark import Token

from protocol_dsl.syntax.from_tree.words import (
    Children,
    name,
    name_or_text,
    names,
    nodes,
    numeral,
    of,
    one_of,
    singular,
    text,
    text_or_none,
    token,
    tokens,
    whole,
)
from protocol_dsl.syntax.nodes import criteria as tree
from protocol_dsl.syntax.nodes.facts import Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.time import AnchorRef


def protocol(children: Children) -> tree.ProtocolBlock:
    """`protocol ID "title" { … }`"""
    return tree.ProtocolBlock(name(children[1]), text(children[2]), nodes(children[3:]), whole(children))


def header_text(children: Children) -> tree.HeaderText:
    """`sponsor "…"`"""
    return tree.HeaderText(name(children[0]), text(children[1]), whole(children))


def header_word(children: Children) -> tree.HeaderWord:
    """`status unknown`"""
    return tree.HeaderWord(name(children[0]), name_or_text(children[1]), whole(children))


def header_phase(children: Children) -> tree.HeaderPhase:
    """`phase 1/2`"""
    phases = tuple(word.value for word in tokens(children[1:], "NAME", "NUMBER"))
    return tree.HeaderPhase(phases, whole(children))


def header_enrollment(children: Children) -> tree.HeaderEnrollment:
    """`enrollment 261 estimated`"""
    type_ = children[2].value if len(children) == 3 else None
    return tree.HeaderEnrollment(numeral(children[1]), type_, whole(children))


def header_age(children: Children) -> tree.HeaderAge:
    """`age 18 to 65 years`, `age 18 years and over`"""
    written = [child for child in children[1:] if child is not None]
    numbers = tokens(written, "NUMBER")
    low_unit = singular(written[1]) if len(written) > 1 and _is_unit(written[1]) else None
    if len(numbers) == 1:
        return tree.HeaderAge(numeral(numbers[0]), low_unit, None, None, whole(children))
    low, high = map(numeral, numbers)
    return tree.HeaderAge(low, low_unit, high, singular(written[-1]), whole(children))


def header_age_up_to(children: Children) -> tree.HeaderAge:
    """`age up to 17 years`"""
    return tree.HeaderAge(None, None, numeral(children[-2]), singular(children[-1]), whole(children))


def header_volunteers(children: Children) -> tree.HeaderVolunteers:
    """`healthy_volunteers no`"""
    return tree.HeaderVolunteers(children[1].type == "YES", whole(children))


def inclusion(children: Children) -> tree.Criterion:
    """`inclusion ID "title" { … }`"""
    kind, named, title = children[0].value, name(children[1]), text(children[2])
    return tree.Criterion(kind, named, title, nodes(children[3:]), whole(children))


exclusion = inclusion


def line(children: Children) -> tree.Line:
    """`[draft] require C [unless D] [waive …]`"""
    draft, verb, condition, _, unless, waived = children
    return tree.Line(verb.value, condition, unless, waived, draft is not None, whole(children))


def when_line(children: Children) -> tree.WhenLine:
    """`when C require R`"""
    return tree.WhenLine(children[1], children[2], whole(children))


def for_condition(children: Children) -> tree.ForCondition:
    """`for C { … }`"""
    return tree.ForCondition(children[1], nodes(children[2:]), whole(children))


def for_cohort(children: Children) -> tree.ForCohort:
    """`for cohort a, b { … }`"""
    return tree.ForCohort(names(children), nodes(children), whole(children))


def waive(children: Children) -> tree.Waive:
    """`waive by sponsor "…"`"""
    return tree.Waive(children[2].value, text(children[3]), whole(children))


def stage(children: Children) -> tree.Stage:
    """`stage NAME [at A] ["label"] { … }`"""
    return tree.Stage(
        name(children[1]),
        one_of(children, AnchorRef),
        text_or_none(token(children, "STRING")),
        of(children, tree.Criterion),
        of(children, Note),
        of(children, SourceText, SourcePointer),
        whole(children),
    )


def assume(children: Children) -> tree.Assume:
    """`assume C [implies D]`"""
    _, premise, _, conclusion = children
    return tree.Assume(premise, conclusion, whole(children))


def out_of_scope(children: Children) -> tree.OutOfScope:
    """`out_of_scope "…" because advice [{ source … }]`"""
    remarks = of(children, SourceText, SourcePointer, Note)
    return tree.OutOfScope(text(children[1]), name(children[3]), remarks, whole(children))


def _is_unit(word: Token) -> bool:
    return word.type not in ("TO", "AND_OVER")
