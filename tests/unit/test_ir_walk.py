"""Going over formulas, and who depends on what."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve
from ir_protocol import ADULT, HIGH, MONTHS, NONE_OF, SMALL

from protocol_dsl.ir.features import Age, DateAnchor, DateWithin, Feature, OccurrenceAnchor, Window
from protocol_dsl.ir.formulas import All, Compare, NamedTruth, Not, Truth
from protocol_dsl.ir.numbers import Call, Choose, Const, Value
from protocol_dsl.ir.walk import (
    all_features_of,
    anchors_of,
    atoms,
    children,
    definitions_of,
    facts_of,
    feature_facts,
    features_of,
    filters_of,
    preorder,
    transform,
)

ONE = Const(Fraction(1))


def test_children_come_in_the_order_of_their_fields() -> None:
    choose = Choose(ADULT, ONE, Call("max", (Value("f_bili"), ONE)))
    assert children(choose) == (ADULT, ONE, Call("max", (Value("f_bili"), ONE)))
    assert children(choose.otherwise) == (Value("f_bili"), ONE)
    assert children(ONE) == ()


def test_preorder_reads_from_left_to_right() -> None:
    formula = All((NONE_OF, ADULT))
    names = [type(part).__name__ for part in preorder(formula)]
    assert names == ["All", "Not", "Any", "Truth", "Truth", "Compare", "Value", "Const"]


def test_atoms_include_those_in_conditions_of_numbers() -> None:
    inner = Truth("f_pregnant", atom="a1")
    outer = Compare("<", Choose(inner, ONE, ONE), ONE, atom="a2")
    assert atoms(Not(outer)) == (outer, inner)


def test_features_definitions_and_facts() -> None:
    assert features_of(NONE_OF, ADULT, ADULT) == ("f_bleeding", "f_pregnant", "f_age")
    assert features_of(HIGH) == ()
    assert definitions_of(HIGH, NamedTruth("other")) == ("ratio", "other")
    assert all_features_of(SMALL, HIGH) == ("f_bili", "f_uln")
    assert facts_of(SMALL, HIGH, ADULT) == ("bilirubin", "birth_date", "age")


def test_features_asked_by_filters_are_followed() -> None:
    where = Compare(">", Value("f_age"), ONE)
    bleeding = evolve(SMALL.features[4], node=evolve(SMALL.features[4].node, where=where))
    protocol = evolve(SMALL, features=(*SMALL.features[:4], bleeding, SMALL.features[5]))
    assert all_features_of(protocol, NONE_OF) == ("f_bleeding", "f_pregnant", "f_age")


def test_anchors_are_read_too() -> None:
    where = Compare(">", Value("f_age"), ONE)
    of, anchor = DateAnchor("birth_date"), OccurrenceAnchor("bleeding", "last", where)
    node = DateWithin(of, Window(anchor, None, None))
    assert anchors_of(node) == (of, anchor)
    assert filters_of(node) == (where,)
    assert feature_facts(node) == ("birth_date", "bleeding")
    assert feature_facts(Age("year", anchor)) == ("birth_date", "age", "bleeding")
    assert anchors_of(Feature("f", Age("year"), "number", "a", "").node) == (MONTHS.anchor,)


def test_transform_rebuilds_from_the_inside_and_keeps_the_rest() -> None:
    formula = All((NONE_OF, ADULT))

    def renamed(node):
        return Value("other") if node == Value("f_age") else node

    assert transform(formula, renamed) == All((NONE_OF, evolve(ADULT, left=Value("other"))))
    assert transform(formula, renamed).operands[1].atom == "I2.1"
    assert transform(formula, lambda node: node) == formula


def test_deep_formulas_are_no_trouble() -> None:
    deep = ADULT
    for _ in range(100):
        deep = Not(All((deep,)))
    assert atoms(deep) == (ADULT,)
    assert transform(deep, lambda node: node) == deep
