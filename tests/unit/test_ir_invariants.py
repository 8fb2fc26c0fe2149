"""What no compiled protocol may break, one broken thing at a time."""

from __future__ import annotations

from fractions import Fraction

import pytest
from attrs import evolve
from ir_protocol import ADULT, HIGH, I1, MONTHS, RATIO, SCREENING, SMALL

from protocol_dsl.ir.features import (
    Answer,
    Consecutive,
    DateAnchor,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    SampleCount,
    SampleMean,
    SampleValue,
    Window,
)
from protocol_dsl.ir.formulas import AtLeast, Compare, Contains, ItemTruth, NamedTruth, OneOf, Truth
from protocol_dsl.ir.invariants import BrokenInvariant, check_invariants
from protocol_dsl.ir.numbers import Arithmetic, Call, Const, IfMissing, Item, Named, Value
from protocol_dsl.ir.protocol import Criterion, Expectation
from protocol_dsl.vocabulary.calendar import Duration

ONE = Const(Fraction(1))


def test_the_small_protocol_is_sound() -> None:
    check_invariants(SMALL)


def with_line(passes):
    line = evolve(I1.lines[0], passes=passes)
    return evolve(SMALL, stages=(evolve(SMALL.stages[0], criteria=(evolve(I1, lines=(line,)),)),))


def with_feature(node, kind="truth", unit="1", name="f_new"):
    return evolve(SMALL, features=(*SMALL.features, Feature(name, node, kind, unit, "new")))


@pytest.mark.parametrize(
    ("passes", "words"),
    [
        (Truth("f_nope", atom="a"), "names feature `f_nope`"),
        (Truth("f_age", atom="a"), "uses feature `f_age`, a number, as a truth"),
        (Compare("<", Value("f_sex"), ONE, atom="a"), "uses feature `f_sex`, a choice, as a number"),
        (OneOf("f_sex", ("other",), atom="a"), "asks for `other`, which is none of female, male"),
        (OneOf("f_age", ("female",), atom="a"), "a number, as a choice"),
        (Contains("f_sex", ("female",), atom="a"), "a choice, as a set"),
        (Truth("f_pregnant"), "an atom of criterion `I1` has no id"),
        (NamedTruth("ratio"), "uses definition `ratio`, a number, as a truth"),
        (NamedTruth("nope"), "names definition `nope`"),
        (Compare("<", Named("nope"), ONE, atom="a"), "names definition `nope`"),
        (Compare("<", Item("value"), ONE, atom="a"), "stands in no filter"),
        (ItemTruth("planned", atom="a"), "stands in no filter"),
        (OneOf("value", ("x",), item=True, atom="a"), "stands in no filter"),
        (Compare("<", Value("f_age"), Value("f_bili"), atom="a"), "puts `a` and `umol/L` together"),
        (Compare("<", Arithmetic("+", Value("f_age"), Value("f_bili")), ONE, atom="a"), "puts `a` and"),
        (Compare("<", IfMissing(Value("f_age"), Value("f_bili")), ONE, atom="a"), "puts `a` and"),
        (Compare("<", Call("max", ()), ONE, atom="a"), "gives `max` 0 numbers"),
        (Compare("<", Call("ln", (ONE, ONE)), ONE, atom="a"), "gives `ln` 2 numbers"),
        (AtLeast(-1, ()), "at least -1 conditions"),
    ],
)
def test_lines(passes, words) -> None:
    with pytest.raises(BrokenInvariant, match="criterion `I1`") as broken:
        check_invariants(with_line(passes))
    assert words in str(broken.value)


@pytest.mark.parametrize(
    "passes",
    [
        Compare("<", Arithmetic("*", Value("f_age"), Value("f_bili")), ONE, atom="a"),
        Compare("<", Value("f_bili"), Call("abs", (Value("f_uln"),)), atom="a"),
        AtLeast(3, (ADULT,)),
    ],
)
def test_sound_lines(passes) -> None:
    check_invariants(with_line(passes))


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        (with_feature(Given("nope")), "reads fact `nope`"),
        (
            with_feature(Given("bilirubin"), "number", "umol/L"),
            "cannot be asked of `bilirubin`, a fact of kind lab",
        ),
        (with_feature(Given("pregnant"), "number"), "is said to be a number, it yields a truth"),
        (
            with_feature(SampleValue("bilirubin", MONTHS), "number", "mg/dL"),
            "in `mg/dL`, it comes in `umol/L`",
        ),
        (with_feature(SampleCount("bilirubin", MONTHS), "number", "umol/L"), "in `umol/L`, it comes in `1`"),
        (
            with_feature(SampleValue("bilirubin", MONTHS, "highest", "upper"), "number", "umol/L"),
            "upper limit of the highest",
        ),
        (with_feature(SampleMean("bilirubin", MONTHS, 0), "number", "umol/L"), "asks for 0 samples"),
        (with_feature(Consecutive("bilirubin", MONTHS, 0, ADULT)), "asks for 0 samples"),
        (with_feature(Occurs("bilirubin", MONTHS)), "a fact of kind lab"),
        (with_feature(Answer("Q9")), "question `Q9`"),
        (with_feature(Given("pregnant"), name="no name"), "is no identifier"),
        (with_feature(Given("pregnant"), name="f_age"), "two things are feature `f_age`"),
        (with_feature(Occurs("bleeding", Window(NamedAnchor("nope"), None, None))), "anchored to `nope`"),
        (with_feature(Occurs("bleeding", Window(DateAnchor("sex"), None, None))), "a fact of kind choice"),
        (
            with_feature(Occurs("bleeding", Window(OccurrenceAnchor("x", "last"), None, None))),
            "reads fact `x`",
        ),
        (with_feature(Held("bleeding", Window(SCREENING, None, None))), "without a start"),
        (with_feature(Held("bleeding", MONTHS, recent=Duration(-1, "day"))), "not older than -1 day"),
        (with_feature(Occurs("bleeding", MONTHS, where=ItemTruth("grade"))), "the yes_no `grade`"),
        (
            with_feature(Occurs("bleeding", MONTHS, where=Compare("<", Item("value"), ONE))),
            "the number `value` of a record of `bleeding`",
        ),
        (with_feature(Occurs("bleeding", MONTHS, where=Truth("f_new"))), "asks `f_new`, which comes later"),
        (
            with_feature(
                Occurs("bleeding", Window(SCREENING, Edge((Duration(1, "day"), Duration(-1, "day"))), None))
            ),
            "both before and after",
        ),
        (evolve(SMALL, facts=(*SMALL.facts, SMALL.facts[0])), "two things are fact `age`"),
        (evolve(SMALL, definitions=(RATIO, RATIO)), "two things are definition `ratio`"),
        (
            evolve(SMALL, definitions=(evolve(RATIO, type="truth"),)),
            "is said to be a truth, its body is a number",
        ),
        (evolve(SMALL, definitions=(evolve(RATIO, body=Named("ratio")),)), "does not come before it"),
        (evolve(SMALL, stages=(*SMALL.stages, SMALL.stages[0])), "two things are stage `eligibility`"),
        (
            evolve(
                SMALL, stages=(evolve(SMALL.stages[0], criteria=(Criterion("I9", "inclusion", "", ()),)),)
            ),
            "criterion `I9` has no line",
        ),
        (
            evolve(
                SMALL,
                examples=(evolve(SMALL.examples[0], expectations=(Expectation(None, (("X", "fails"),)),)),),
            ),
            "no known criterion: `X`",
        ),
        (
            evolve(
                SMALL, examples=(evolve(SMALL.examples[0], expectations=(Expectation(None, (), "later"),)),)
            ),
            "no known stage: `later`",
        ),
    ],
)
def test_the_rest(protocol, words) -> None:
    with pytest.raises(BrokenInvariant) as broken:
        check_invariants(protocol)
    assert words in str(broken.value)


def test_one_atom_id_stands_for_one_question() -> None:
    with pytest.raises(BrokenInvariant, match=r"two different atoms have the id `I1\.1`"):
        check_invariants(with_line(AtLeast(1, (HIGH, evolve(ADULT, atom="I1.1")))))
    check_invariants(with_line(AtLeast(1, (HIGH, HIGH))))


def test_normal_ranges_and_policies_are_checked_too() -> None:
    no_sex = evolve(SMALL, features=SMALL.features[1:])
    with pytest.raises(BrokenInvariant, match="the normal range of fact `bilirubin` names feature `f_sex`"):
        check_invariants(no_sex)
    give = SMALL.schedule.regimens[0].parts[0]
    policy = evolve(give.steps[0].policies[0], condition=Truth("f_nope"))
    step = evolve(give.steps[0], policies=(policy,))
    regimen = evolve(SMALL.schedule.regimens[0], parts=(evolve(give, steps=(step,)),))
    with pytest.raises(BrokenInvariant, match="regimen `standard` names feature `f_nope`"):
        check_invariants(evolve(SMALL, schedule=evolve(SMALL.schedule, regimens=(regimen,))))
