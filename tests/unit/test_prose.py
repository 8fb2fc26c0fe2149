"""Controlled English: facts, features, numbers, windows and formulas of a compiled protocol."""

from __future__ import annotations

from fractions import Fraction

import checker_sample as sample
import pytest

from protocol_dsl.backends.prose import Group, Prose, in_sentence, inline
from protocol_dsl.ir.features import DateAnchor, Edge, NamedAnchor, OccurrenceAnchor, Window
from protocol_dsl.ir.formulas import All, Any, AtLeast, Compare, Contains, Known, Not, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, IfMissing, Named, Value
from protocol_dsl.runtime.phrases import exact_text, number_text, range_text, value_text, with_unit
from protocol_dsl.runtime.records import Range
from protocol_dsl.vocabulary.calendar import Duration

PROSE = Prose(sample.WIDE)
INR = sample.compare(">=", Value("inr"), sample.const("1.5"))
ACTIVITY = sample.compare("<", Value("prothrombin_activity"), sample.const(40))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("INR", "INR"),
        ("HBsAg", "HBsAg"),
        ("Serum total bilirubin", "serum total bilirubin"),
        ("C-reactive protein", "C-reactive protein"),
        ("T cells", "T cells"),
        ("A history of stroke", "a history of stroke"),
        ("Crohn's disease", "Crohn's disease"),
        ("B12", "B12"),
        ("mRNA dose", "mRNA dose"),
        ("PaO2", "PaO2"),
        ("", ""),
    ],
)
def test_a_label_inside_a_sentence(label: str, words: str) -> None:
    assert in_sentence(label) == words


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("age", "age"),
        ("total_bilirubin", "serum total bilirubin"),
        ("total_bilirubin_upper", "upper limit of normal of serum total bilirubin"),
        ("alt", "ALT within the 14 days before screening"),
        ("highest_alt", "highest ALT within the 3 months before screening"),
        ("first_alt", "first ALT"),
        ("mean_ast", "mean of the last 3 AST values"),
        ("weight_change", "relative change of weight within the 6 months before screening"),
        (
            "ascites_after_insult",
            "ascites that started within the 4 weeks after the last acute hepatic insult",
        ),
        ("hbsag_held", "hepatitis B surface antigen is positive for more than 6 months before screening"),
        ("gi_bleeding_recent", "gastrointestinal bleeding within the 2 months before screening"),
        ("crohn_ever", "Crohn's disease at any time"),
        ("infection_ongoing", "serious infection ongoing at screening"),
        (
            "malignancy_palliative",
            "malignancy with intent palliative and (dose at least 10 mg or severe) at any time",
        ),
        ("bleedings", "number of times of gastrointestinal bleeding within the 12 months before screening"),
        ("diagnosed_before_randomization", "date of diagnosis is at least 1 month before randomization"),
        (
            "E4.1",
            "the investigator answers yes to “Is there important organ dysfunction not due to liver disease?”",
        ),
    ],
)
def test_a_feature(feature: str, words: str) -> None:
    assert PROSE.feature(feature) == words


@pytest.mark.parametrize(
    ("feature", "held", "not_held"),
    [
        ("pregnant", "pregnancy", "no pregnancy"),
        (
            "gi_bleeding_recent",
            "gastrointestinal bleeding within the 2 months before screening",
            "no gastroint",
        ),
        (
            "hbsag_held",
            "hepatitis B surface antigen is positive",
            "hepatitis B surface antigen is not positive for",
        ),
        ("E4.1", "the investigator answers yes to", "the investigator answers no to"),
        (
            "weight_unchanged",
            "weight unchanged for at least 2 months",
            "weight changed less than 2 months before",
        ),
        ("diagnosed_before_randomization", "date of diagnosis is at", "date of diagnosis is not at"),
    ],
)
def test_both_sides_of_a_truth(feature: str, held: str, not_held: str) -> None:
    words = PROSE.truth(feature)
    assert words[0].startswith(held)
    assert words[1].startswith(not_held)


def edge(*offsets: tuple[int, str], strict: bool = False, farthest: bool = True) -> Edge:
    return Edge(tuple(Duration(*offset) for offset in offsets), strict, farthest)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (edge((-2, "month")), edge(), "within the 2 months before screening"),
        (edge((-1, "day")), edge(), "within the 1 day before screening"),
        (edge((-2, "month"), strict=True), edge(), "less than 2 months before screening"),
        (
            edge((-30, "day"), (-5, "week")),
            edge(),
            "within the longer of 30 days and 5 weeks before screening",
        ),
        (
            edge((-30, "day"), (-5, "week"), farthest=False),
            edge(),
            "within the shorter of 30 days and 5 weeks before screening",
        ),
        (edge(), edge((4, "week")), "within the 4 weeks after screening"),
        (edge((-2, "day")), edge((2, "day")), "within the 2 days before or after screening"),
        (
            edge((-6, "month")),
            edge((-1, "month")),
            "from 6 months before screening to 1 month before screening",
        ),
        (None, edge((-4, "week")), "at least 4 weeks before screening"),
        (None, edge((-4, "week"), strict=True), "more than 4 weeks before screening"),
        (edge((4, "week")), None, "at least 4 weeks after screening"),
        (edge(), None, "since screening"),
        (edge(strict=True), None, "after screening"),
        (None, edge(strict=True), "before screening"),
        (None, edge(), ""),
        (None, None, "at any time"),
        (edge(), edge(), "on the day of screening"),
    ],
)
def test_a_window(start: Edge | None, end: Edge | None, words: str) -> None:
    assert PROSE.window(Window(NamedAnchor("screening"), start, end)) == words


def test_anchors() -> None:
    assert PROSE.anchor(NamedAnchor("randomization")) == "randomization"
    assert PROSE.anchor(OccurrenceAnchor("ascites", "first")) == "the first ascites"
    assert PROSE.anchor(DateAnchor("diagnosis")) == "date of diagnosis"


@pytest.mark.parametrize(
    ("formula", "words", "negated"),
    [
        (INR, "INR is at least 1.5", "INR is below 1.5"),
        (
            Any((INR, ACTIVITY)),
            "INR is at least 1.5 or prothrombin activity is below 40 %",
            "INR is below 1.5 and prothrombin activity is at least 40 %",
        ),
        (
            All((Truth("pregnant"), Any((INR, ACTIVITY)))),
            "pregnancy and (INR is at least 1.5 or prothrombin activity is below 40 %)",
            "no pregnancy or (INR is below 1.5 and prothrombin activity is at least 40 %)",
        ),
        (
            Any((INR, ACTIVITY, Truth("pregnant"))),
            "INR is at least 1.5, prothrombin activity is below 40 %, or pregnancy",
            None,
        ),
        (Not(Truth("pregnant")), "no pregnancy", "pregnancy"),
        (Known(INR), "a record shows INR is at least 1.5", "no record shows INR is at least 1.5"),
        (
            AtLeast(2, (INR, ACTIVITY, Truth("pregnant"))),
            "at least 2 of (INR is at least 1.5; prothrombin activity is below 40 %; pregnancy)",
            "fewer than 2 of (INR is at least 1.5; prothrombin activity is below 40 %; pregnancy)",
        ),
        (OneOf("nyha", ("I", "II")), "NYHA class is I or II", "NYHA class is not I or II"),
        (Contains("mutations", ("kras",)), "mutations is at least one of kras", "mutations is none of kras"),
        (
            All(
                (
                    sample.compare(">=", Value("age"), sample.const(18)),
                    sample.compare("<=", Value("age"), sample.const(65)),
                )
            ),
            "age is between 18 and 65 years",
            "age is below 18 or above 65 years",
        ),
        (sample.JAUNDICE, "serum total bilirubin is at least 10 times its upper limit of normal", None),
        (
            sample.compare(">", Named("liver.meld"), sample.const(17)),
            "MELD score is above 17",
            "MELD score is at most 17",
        ),
        (sample.compare("<", sample.const(17), Named("liver.meld")), "MELD score is above 17", None),
    ],
)
def test_a_formula(formula: Compare, words: str, negated: str | None) -> None:
    assert PROSE.formula(formula) == words
    if negated is not None:
        assert PROSE.formula(formula, negated=True) == negated


def test_a_formula_as_nested_phrases() -> None:
    phrase = PROSE.phrase(All((Truth("pregnant"), Any((INR, ACTIVITY)))))
    inner = Group("any of", ("INR is at least 1.5", "prothrombin activity is below 40 %"))
    assert phrase == Group("all of", ("pregnancy", inner))
    deeper = Group("all of", ("a", Group("any of", ("b", Group("all of", ("c", "d"))))))
    assert inline(deeper) == "all of (a; b or (c and d))"


def test_numbers() -> None:
    ratio = Arithmetic("/", Value("ast"), Value("alt"))
    assert PROSE.number(ratio) == "AST / ALT within the 14 days before screening"
    fallback = IfMissing(Value("total_bilirubin_upper"), sample.const("20.5"))
    assert PROSE.number(fallback) == (
        "upper limit of normal of serum total bilirubin (20.5 umol/L where none is recorded)"
    )
    choice = Choose(Truth("pregnant"), sample.const(5), sample.const("2.5"))
    assert PROSE.number(choice) == "5 if pregnancy, else 2.5"
    assert PROSE.number(Call("max", (Value("inr"), sample.const(1)))) == "the larger of {INR, 1}"


def test_a_formula_nobody_would_follow_is_told_by_its_inputs() -> None:
    number = Value("inr")
    for step in range(400):
        number = Arithmetic("+", number, sample.const(step))  # type: ignore[assignment]
    words = PROSE.formula(sample.compare(">", number, sample.const(3)))
    assert words == "a value computed from INR is above 3"


@pytest.mark.parametrize(
    ("exact", "text"),
    [
        ("1/2", "0.5"),
        ("34.208", "34.208"),
        ("1/3", "0.333333"),
        ("-7/4", "-1.75"),
        ("100000", "100000"),
        ("0", "0"),
    ],
)
def test_exact_numbers(exact: str, text: str) -> None:
    assert exact_text(Fraction(exact)) == text


def test_values_and_bounds() -> None:
    assert number_text(342.08) == "342.08"
    assert number_text(1e30) == "1 x 10^30"
    assert with_unit("1", "years") == "1 year"
    assert value_text(None) == "not known"
    assert value_text(frozenset({"nras", "kras"})) == "kras and nras"
    below_40 = Range(float("-inf"), 39.99999999999999)
    assert range_text(below_40, "%") == "below 40 %"
    assert range_text(Range(40.0, float("inf"))) == "at least 40"
    assert range_text(Range(2.0, 5.0), "U/L") == "between 2 and 5 U/L"
