"""Builders of declarations: libraries, facts, value sets, definitions, anchors."""

from __future__ import annotations

from typing import Any

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
    tokens,
    unit,
    unit_or_none,
    whole,
)
from protocol_dsl.syntax.nodes import facts as tree
from protocol_dsl.syntax.nodes.expressions import Quantity
from protocol_dsl.syntax.nodes.words import Name, Text, Unit


@frozen
class Entry:
    """One fact of a `facts` block, before it takes the kind and clauses they share."""

    name: Name
    label: Text | None
    clauses: tuple[tree.FactClause, ...]
    span: Span


def library(children: Children) -> tree.LibraryHeader:
    """`library NAME [version "…"] "title" [{ source "…" note "…" }]`"""
    _, named, _, version, title = children[:5]
    remarks = of(children, tree.SourceText, tree.SourcePointer, tree.Note)
    return tree.LibraryHeader(name(named), text_or_none(version), text(title), remarks, whole(children))


def use(children: Children) -> tree.Use:
    """`use LIBRARY [version "…"] [with a = b, …]`"""
    version = text_or_none(children[3])
    return tree.Use(name(children[1]), version, of(children, tree.Binding), whole(children))


def binding(children: Children) -> tree.Binding:
    """`a = b`"""
    return tree.Binding(name(children[0]), name(children[2]), whole(children))


def source_text(children: Children) -> tree.SourceText:
    """`source "…"`"""
    return tree.SourceText(text(children[1]), whole(children))


def source_pointer(children: Children) -> tree.SourcePointer:
    """`source SECTION [3.2] [#0a1b2c3d]`"""
    _, section, place, digest = children
    return tree.SourcePointer(
        name(section),
        None if place is None else place.value,
        None if digest is None else digest.value[1:],
        whole(children),
    )


def note(children: Children) -> tree.Note:
    """`note "…"`"""
    return tree.Note(text(children[1]), whole(children))


def kind_yes_no(children: Children) -> tree.KindYesNo:
    """`yes/no`"""
    return tree.KindYesNo(whole(children))


def kind_number(children: Children) -> tree.KindNumber:
    """`number [in UNIT]`"""
    return tree.KindNumber(_in_unit(children), whole(children))


def kind_choice(children: Children) -> tree.KindChoice:
    """`[ordered] one of a, b`"""
    return tree.KindChoice(of(children, Name), children[0] is not None, whole(children))


def attribute_choice(children: Children) -> tree.KindChoice:
    """`one of {a, b}`"""
    return tree.KindChoice(of(children, Name), False, whole(children))


def kind_set(children: Children) -> tree.KindSet:
    """`set of a, b`"""
    return tree.KindSet(of(children, Name), whole(children))


def kind_date(children: Children) -> tree.KindDate:
    """`date`"""
    return tree.KindDate(whole(children))


def kind_lab(children: Children) -> tree.KindLab:
    """`lab [in UNIT]`"""
    return tree.KindLab(_in_unit(children), whole(children))


def kind_measure(children: Children) -> tree.KindMeasure:
    """`measure [in UNIT]`"""
    return tree.KindMeasure(_in_unit(children), whole(children))


def kind_finding(children: Children) -> tree.KindFinding:
    """`[ordered] finding a, b`"""
    return tree.KindFinding(of(children, Name), children[0] is not None, whole(children))


def kind_event(children: Children) -> tree.KindEvent:
    """`event [with a: KIND, …]`"""
    return tree.KindEvent(of(children, tree.Attribute), whole(children))


def attribute(children: Children) -> tree.Attribute:
    """`dose: number in mg`"""
    return tree.Attribute(name(children[0]), children[2], whole(children))


def plausible(children: Children) -> tree.Plausible:
    """`plausible A to B [UNIT] [, recorded to S [UNIT]]`"""
    _, low, _, high, of_range, _, _, _, step, of_step = children
    return tree.Plausible(
        low,
        high,
        unit_or_none(of_range),
        None if step is None else numeral(step),
        unit_or_none(of_step),
        whole(children),
    )


def code(children: Children) -> tree.Code:
    """`code SYSTEM "…" ["…"] [in UNIT]`"""
    _, system, code_, display = children[:4]
    return tree.Code(name(system), text(code_), text_or_none(display), _in_unit(children), whole(children))


def code_set(children: Children) -> tree.CodeSet:
    """`codes from VALUESET`"""
    return tree.CodeSet(name(children[2]), whole(children))


def molar_mass(children: Children) -> tree.MolarMass:
    """`molar_mass 584.66 g/mol`"""
    return tree.MolarMass(children[1], whole(children))


def normal(children: Children) -> tree.Normal:
    """`normal A to B UNIT | up to B UNIT | from A UNIT [when C]`"""
    limit: Quantity = one_of(children, Quantity)
    below = token(children, "NUMBER")
    high = None if token(children, "FROM") else limit.number
    low = numeral(below) if below else limit.number if high is None else None
    return tree.Normal(low, high, limit.unit, children[-1], whole(children))


def valid(children: Children) -> tree.Valid:
    """`valid 14 days`"""
    return tree.Valid(children[1], whole(children))


def absent(children: Children) -> tree.Absent:
    """`absent if not recorded`"""
    return tree.Absent(whole(children))


def fact(children: Children) -> tree.Fact:
    """`fact NAME : KIND clauses ["label"] clauses [{ clauses }]`"""
    label = text_or_none(token(children, "STRING"))
    return tree.Fact(name(children[1]), children[3], label, nodes(children[4:]), whole(children))


def fact_entry(children: Children) -> Entry:
    """`NAME ["label"] [{ clauses }]`"""
    return Entry(name(children[0]), text_or_none(children[1]), nodes(children[2:]), whole(children))


def facts(children: Children) -> tree.Facts:
    """`facts KIND clauses { NAME "…", … }`"""
    kind, entries = children[1], of(children, Entry)
    shared = tuple(clause for clause in nodes(children[2:]) if type(clause) is not Entry)
    return tree.Facts(tuple(_shared(entry, kind, shared) for entry in entries), whole(children))


def valueset_file(children: Children) -> tree.ValueSet:
    """`valueset NAME ["label"] from "file.csv"`"""
    _, named, label, _, file = children
    return tree.ValueSet(name(named), text_or_none(label), text(file), (), (), whole(children))


def valueset_inline(children: Children) -> tree.ValueSet:
    """`valueset NAME ["label"] { code SYSTEM "…" … }`"""
    codes = of(children, tree.Code)
    remarks = of(children, tree.SourceText, tree.SourcePointer, tree.Note)
    label = text_or_none(children[2])
    return tree.ValueSet(name(children[1]), label, None, codes, remarks, whole(children))


def variant(children: Children) -> Text:
    """`variant "…"`"""
    return text(children[1])


def domain(children: Children) -> tree.Domain:
    """`domain CONDITION`"""
    return tree.Domain(children[1], whole(children))


def define(children: Children) -> tree.Define:
    """`define NAME[(x, y)] ["label"] = EXPRESSION [{ … }]`"""
    equals = next(i for i, child in enumerate(children) if getattr(child, "type", "") == "EQUAL")
    clauses = children[equals + 2 :]
    return tree.Define(
        name(children[1]),
        names(children[2:equals]),
        text_or_none(token(children[2:equals], "STRING")),
        children[equals + 1],
        of(clauses, tree.SourceText, tree.SourcePointer),
        of(clauses, tree.Note),
        next(iter(of(clauses, Text)), None),
        next(iter(of(clauses, tree.Domain)), None),
        whole(children),
    )


def anchor(children: Children) -> tree.Anchor:
    """`anchor NAME "…"`"""
    return tree.Anchor(name(children[1]), text(children[2]), whole(children))


def cohort(children: Children) -> tree.Cohort:
    """`cohort NAME "…"`"""
    return tree.Cohort(name(children[1]), text(children[2]), whole(children))


def _shared(entry: Entry, kind: Any, clauses: tuple[tree.FactClause, ...]) -> tree.Fact:
    return tree.Fact(entry.name, kind, entry.label, clauses + entry.clauses, entry.span)


def _in_unit(children: Children) -> Unit | None:
    found = tokens(children, "UNIT_NAME")
    return unit(found[0]) if found else None
