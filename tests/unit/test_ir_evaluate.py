"""The reference evaluator's logic, arithmetic and verdicts, against values worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from attrs import evolve
from reference_cases import FACTS, ON, SCREENING, below, when

from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.evaluate.kleene import at_least, both, either, negation
from protocol_dsl.ir.features import Answer, Feature, Given, Occurs, Window
from protocol_dsl.ir.formulas import All, Compare, Constant, Contains, Known, NamedTruth, Not, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.ir.protocol import Criterion, Definition, Header, Line, Protocol, Question, Stage
from protocol_dsl.runtime.records import History, Occurrence, Range, Records

TRUTHS = (True, False, None)
WEIGHT = Feature("f_weight", Given("weight"), "number", "kg", "weight")
MISSING = Feature("f_missing", Given("age"), "number", "a", "age, not recorded")
NYHA = Feature("f_nyha", Given("nyha"), "choice", "1", "NYHA class")
MUTATIONS = Feature("f_mutations", Given("mutations"), "set", "1", "mutations")
YES, NO = (Feature(f"f_{name}", Answer(name), "truth", "1", name) for name in ("yes", "no"))
OPEN = Feature("f_open", Answer("open"), "truth", "1", "open")
QUESTIONS = tuple(Question(name, name, "investigator") for name in ("yes", "no", "open"))
W, M = Value("f_weight"), Value("f_missing")


def const(value: int | str) -> Const:
    return Const(Fraction(value))


def protocol_of(*criteria: Criterion, definitions=(), features=()) -> Protocol:
    return Protocol(
        Header("P", "P", ()),
        FACTS,
        (WEIGHT, MISSING, NYHA, MUTATIONS, YES, NO, OPEN, *features),
        tuple(definitions),
        (Stage("eligibility", SCREENING, criteria),),
        QUESTIONS,
    )


def criterion(name: str, *formulas) -> Criterion:
    return Criterion(name, "inclusion", name, tuple(Line("require", one, "…") for one in formulas))


def judged(protocol: Protocol, **facts):
    records = Records("P1", {"weight": 80.0, "nyha": "II", **facts}, {}, {"yes": True, "no": False})
    return evaluate(protocol, records, ON)


def number(node: Number, **facts):
    definition = Definition("d", "number", "1", node, "d")
    return judged(protocol_of(definitions=(definition,)), **facts).definitions["d"]


def truth(formula, **facts):
    return judged(protocol_of(criterion("I1", formula)), **facts).criteria["I1"]


@pytest.mark.parametrize("values", list(product(TRUTHS, repeat=3)))
def test_kleene_is_the_agreement_of_all_completions(values) -> None:
    completions = list(product(*[(True, False) if value is None else (value,) for value in values]))

    def agreed(ask):
        answers = {ask(one) for one in completions}
        return answers.pop() if len(answers) == 1 else None

    assert both(values) is agreed(all)
    assert either(values) is agreed(any)
    for count in range(5):
        assert at_least(count, values) is agreed(lambda one, count=count: sum(one) >= count)
    assert [negation(value) for value in TRUTHS] == [False, True, None]


def test_empty_connectives() -> None:
    assert both(()) is True
    assert either(()) is False
    assert at_least(0, ()) is True
    assert at_least(1, ()) is False


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Truth("f_yes"), True),
        (Truth("f_open"), None),
        (Not(Truth("f_open")), None),
        (Known(Truth("f_open")), False),
        (Known(Not(Truth("f_open"))), False),
        (Known(Truth("f_yes")), True),
        (Known(Truth("f_open"), Truth("f_open")), None),
        (Known(Truth("f_yes"), Truth("f_open")), True),
        (Known(Not(Truth("f_yes")), Truth("f_open")), False),
        (Known(Truth("f_open"), Truth("f_yes")), None),
        (Known(Truth("f_open"), Not(Truth("f_yes"))), False),
        (Constant(False), False),
        (OneOf("f_nyha", ("I", "II")), True),
        (OneOf("f_nyha", ("III",)), False),
        (Compare("<", W, const(81)), True),
        (Compare("<", W, const(80)), False),
        (Compare("<", M, const(80)), None),
        (All((Compare("<", M, const(80)), Truth("f_no"))), False),
    ],
)
def test_formulas(formula, expected) -> None:
    assert truth(formula) is expected


def test_choices_and_sets_not_recorded_are_unknown() -> None:
    assert truth(OneOf("f_nyha", ("I",)), nyha=None) is None
    assert truth(Contains("f_mutations", ("kras",))) is None
    assert truth(Contains("f_mutations", ("kras",)), mutations=frozenset()) is False
    assert truth(Contains("f_mutations", ("kras", "egfr")), mutations=frozenset({"egfr"})) is True


UP_FROM_40 = Range(40.0, math.inf)


@pytest.mark.parametrize(
    ("value", "comparison", "limit", "expected"),
    [
        (below(40), "<", 40, True),
        (below(40), "<=", 39, None),
        (below(40), ">=", 40, False),
        (below(40), ">", 39, None),
        (below(40), "=", 40, False),
        (below(40), "!=", 40, True),
        (below(40), "=", 39, None),
        (UP_FROM_40, ">=", 40, True),
        (UP_FROM_40, ">", 40, None),
        (UP_FROM_40, "<", 40, False),
        (UP_FROM_40, "<=", 40, None),
        (40.0, "=", 40, True),
        (40.0, "!=", 40, False),
        (40.0, ">=", 40, True),
    ],
)
def test_comparisons_of_bounds(value, comparison, limit, expected) -> None:
    assert truth(Compare(comparison, W, const(limit)), weight=value) is expected


def test_two_bounds_are_compared_by_their_ends() -> None:
    assert truth(Compare("<", W, W), weight=Range(1.0, 2.0)) is None
    assert truth(Compare("<=", W, Arithmetic("*", W, const(3))), weight=Range(1.0, 2.0)) is True
    overlapping = Arithmetic("*", W, const("3/2"))
    assert truth(Compare("<=", W, overlapping), weight=Range(2.0, 4.0)) is None
    assert truth(Compare("<", W, overlapping), weight=Range(2.0, 4.0)) is None


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Arithmetic("+", const("1/10"), const("2/10")), 0.1 + 0.2),
        (Arithmetic("/", W, const(0)), None),
        (Arithmetic("^", const(-8), const("1/3")), None),
        (Arithmetic("^", const(0), const(-1)), None),
        (Arithmetic("^", const(10), const(400)), None),
        (Arithmetic("^", const(2), const(10)), 1024.0),
        (Arithmetic("*", Call("exp", (const(700),)), Call("exp", (const(700),))), None),
        (Arithmetic("+", W, M), None),
        (Call("ln", (const(0),)), None),
        (Call("log10", (const(1000),)), 3.0),
        (Call("sqrt", (const(-1),)), None),
        (Call("exp", (const(1000),)), None),
        (Call("abs", (const(-3),)), 3.0),
        (Call("negate", (const(3),)), -3.0),
        (Call("round", (const("1/2"),)), 1.0),
        (Call("round", (const("-1/2"),)), -1.0),
        (Call("round", (const("5/2"),)), 3.0),
        (Call("round", (Const(Fraction(0.49999999999999994)),)), 0.0),
        (Call("floor", (const("-1/2"),)), -1.0),
        (Call("ceil", (const("1/2"),)), 1.0),
        (Call("max", (W, const(90), const(70))), 90.0),
        (Call("min", (W, const(90))), 80.0),
        (Call("max", (W, M)), None),
        (Choose(Truth("f_yes"), const(1), M), 1.0),
        (Choose(Truth("f_no"), const(1), M), None),
        (Choose(Truth("f_open"), const(1), const(1)), None),
        (IfMissing(M, const(5)), 5.0),
        (IfMissing(W, const(5)), 80.0),
    ],
)
def test_numbers(node, expected) -> None:
    assert number(node) == expected


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (W, Range(2.0, 4.0)),
        (Arithmetic("*", W, const(10)), Range(20.0, 40.0)),
        (Arithmetic("*", const(10), W), Range(20.0, 40.0)),
        (Arithmetic("/", W, const(2)), Range(1.0, 2.0)),
        (Arithmetic("/", const(2), W), None),
        (Arithmetic("*", W, const(-1)), None),
        (Arithmetic("*", W, const(0)), None),
        (Arithmetic("+", W, const(1)), None),
        (Arithmetic("*", W, W), None),
        (Call("max", (W, const(9))), None),
        (Call("negate", (W,)), None),
        (IfMissing(W, const(5)), Range(2.0, 4.0)),
        (Choose(Truth("f_yes"), W, M), Range(2.0, 4.0)),
    ],
)
def test_arithmetic_of_bounds(node, expected) -> None:
    assert number(node, weight=Range(2.0, 4.0)) == expected


def test_definitions_are_named() -> None:
    double = Definition("double", "number", "kg", Arithmetic("*", W, const(2)), "twice")
    heavy = Definition("heavy", "truth", "1", Compare(">", Named("double"), const(150)), "heavy")
    protocol = protocol_of(criterion("I1", NamedTruth("heavy")), definitions=(double, heavy))
    assert judged(protocol).definitions == {"double": 160.0, "heavy": True}
    assert judged(protocol).criteria == {"I1": True}
    assert judged(protocol, weight=None).criteria == {"I1": None}


def test_filters_may_ask_of_the_patient() -> None:
    where = Compare(">", Item("dose"), W)
    node = Occurs("surgery", Window(SCREENING, None, None), where=where)
    feature = Feature("f_surgery", node, "truth", "1", "surgery")
    protocol = protocol_of(criterion("I1", Truth("f_surgery")), features=(feature,))
    day = when("2026-03-01")
    surgery = History((Occurrence(day, day, {"dose": 81.0}),), complete=True)
    assert judged(protocol, surgery=surgery).criteria == {"I1": True}
    assert judged(protocol, surgery=surgery, weight=81.0).criteria == {"I1": False}


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        ("f_yes", "f_yes", "eligible"),
        ("f_yes", "f_open", "undetermined"),
        ("f_open", "f_no", "ineligible"),
        ("f_no", "f_yes", "ineligible"),
    ],
)
def test_verdicts(first, second, verdict) -> None:
    by_criterion = protocol_of(criterion("I1", Truth(first)), criterion("I2", Truth(second)))
    assert judged(by_criterion).verdict == verdict
    by_line = protocol_of(criterion("I1", Truth(first), Truth(second)))
    assert judged(by_line).verdict == verdict


def test_stages_have_their_own_verdicts() -> None:
    protocol = protocol_of(criterion("I1", Truth("f_yes")))
    later = Stage("registration", SCREENING, (criterion("R1", Truth("f_no")),))
    result = judged(evolve(protocol, stages=(*protocol.stages, later)))
    assert [(stage.name, stage.verdict) for stage in result.stages] == [
        ("eligibility", "eligible"),
        ("registration", "ineligible"),
    ]
    assert result.criteria == {"I1": True, "R1": False}
