"""The published JSON, the readable text and the record schema of a protocol."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from attrs import evolve
from ir_protocol import ADULT, HIGH, I1, SMALL

from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.formulas import All, Not
from protocol_dsl.ir.invariants import check_invariants
from protocol_dsl.ir.numbers import Arithmetic, Const, IfMissing, Value
from protocol_dsl.ir.pprint import show
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.ir.show_formulas import formula_lines, number_words, rational
from protocol_dsl.ir.to_json import UnreadableJsonError, from_json, to_json
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schema import AttributeSchema
from protocol_dsl.vocabulary.calendar import When

DEEP = ADULT
for _ in range(100):
    DEEP = Not(All((DEEP,)))


def deep_protocol():
    line = evolve(I1.lines[0], passes=DEEP)
    return evolve(
        SMALL, stages=(evolve(SMALL.stages[0], criteria=(evolve(I1, lines=(line,)),)),), examples=()
    )


def test_json_comes_back_equal_with_spans_and_records() -> None:
    again = from_json(to_json(SMALL))
    assert again == SMALL
    assert again.examples[0].record == SMALL.examples[0].record
    atom = again.stages[0].criteria[0].lines[0].passes
    assert (atom.span, atom.atom) == (HIGH.span, HIGH.atom)
    assert to_json(again) == to_json(SMALL)


def test_json_says_what_its_documentation_says() -> None:
    document = json.loads(to_json(SMALL))
    assert (document["format"], document["version"]) == ("protocol_dsl.ir", 1)
    compare = document["protocol"]["stages"][0]["criteria"][0]["lines"][0]["passes"]
    assert compare == {
        "is": "Compare",
        "comparison": ">=",
        "left": {"is": "Named", "definition": "ratio"},
        "right": {"is": "Const", "exact": "10/1", "nudged": 0, "double": 10.0},
        "atom": "I1.1",
        "span": [10, 20],
    }
    assert document["protocol"]["facts"][4]["valid"] == {"is": "Duration", "count": 14, "unit": "day"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: "{", "this is no JSON text"),
        (lambda text: "[]", "`format` is not `protocol_dsl.ir`"),
        (lambda text: text.replace('"version": 1', '"version": 2'), "`version` is `2`"),
        (lambda text: text.replace('"is": "Compare"', '"is": "Compute"'), "there is no node `Compute`"),
        (lambda text: text.replace('"comparison"', '"comparator"'), "`comparator`, `comparison`"),
        (lambda text: text.replace('"10/1"', '"ten"'), "`ten` is no exact rational"),
        (lambda text: text.replace('"10/1"', '"1/0"'), "`1/0` is no exact rational"),
        (lambda text: text.replace('"unit": "week"', '"unit": "fortnight"'), "`count` and `unit`"),
        (lambda text: '{"format": "protocol_dsl.ir", "version": 1, "protocol": 5}', "no `Protocol` node"),
        (lambda text: '{"format": "protocol_dsl.ir", "version": 1, "protocol": ' + "[" * 100000, "no JSON"),
    ],
)
def test_unreadable_json_is_refused_in_words(change, words) -> None:
    with pytest.raises(UnreadableJsonError) as refused:
        from_json(change(to_json(SMALL)))
    assert words in str(refused.value)


def test_two_hundred_levels_are_no_trouble() -> None:
    protocol = deep_protocol()
    check_invariants(protocol)
    assert from_json(to_json(protocol)) == protocol
    assert show(protocol).count("not") >= 100
    outcome = evaluate(protocol, Records("P", {"age": 20.0}), When(63_900_000_000, 63_900_000_000))
    assert outcome.criteria == {"I1": True}


def test_deep_numbers_are_no_trouble() -> None:
    number = Value("f_age")
    for _ in range(100):
        number = IfMissing(Arithmetic("+", number, Const(Fraction(1))), number)
        number = number.value
    line = evolve(I1.lines[0], passes=evolve(ADULT, left=number))
    protocol = evolve(
        deep_protocol(), stages=(evolve(SMALL.stages[0], criteria=(evolve(I1, lines=(line,)),)),)
    )
    check_invariants(protocol)
    assert from_json(to_json(protocol)) == protocol
    assert "$f_age + 1" in show(protocol)
    assert evaluate(protocol, Records("P", {}), When(63_900_000_000, 63_900_000_000)).criteria == {"I1": None}


def test_text_form() -> None:
    assert show(SMALL).startswith(
        """\
protocol NCT1 "A small study"
  phase 2

facts
  pregnant: yes_no closed "Pregnant"
  bilirubin: lab in umol/L plausible 0 to 1500 step 0.1 units mg/dL code loinc 14631-6 molar mass 584.66 g/mol \
normal 3.4..20.5 when $f_sex in {female} valid 14 day "Total bilirubin"
  bleeding: event with grade: number "Bleeding"

anchors
  randomization "Randomization"

questions
  E4.1 by investigator "Is it so?"

features
  f_sex: choice = sex "sex"
  f_age: number in a = age in years at screening "age"
  f_bili: number in umol/L = latest bilirubin in [-2 month .. 0] of screening "bilirubin"
  f_uln: number in umol/L = latest bilirubin upper limit in [-2 month .. 0] of screening "its ULN"
  f_bleeding: truth = some bleeding where .grade >= 2 overlaps in [-2 month .. 0] of screening \
"bleeding of grade 2 or more"
  f_pregnant: truth = pregnant "pregnant"

definitions
  ratio: number in 1 = $f_bili / $f_uln "bilirubin over ULN"

stage eligibility at screening
  inclusion I1 "High bilirubin"
    source "total bilirubin of ten times ULN"
    note "read as ratio"
    require
      @ratio >= 10  [I1.1]
  inclusion I2 "Adults"
    require
      $f_age >= 18  [I2.1]
  exclusion E1 "Bleeding"
    reject
      all of
        not
          any of
            $f_bleeding  [E1.1]
            $f_pregnant  [E1.2]

value sets
"""
    )
    assert 'policies: Policy action="stop" latched=True\n' in show(SMALL)
    assert "condition: $f_bleeding" in show(SMALL)


def test_text_form_does_not_move_with_spans() -> None:
    moved = evolve(SMALL, header=evolve(SMALL.header, span=HIGH.span))
    assert show(moved) == show(SMALL)


@pytest.mark.parametrize(
    ("exact", "words"),
    [
        (Fraction(10), "10"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(12345, 100), "123.45"),
        (Fraction(0), "0"),
        (Fraction(1, 1000), "0.001"),
    ],
)
def test_rationals_are_shown_exactly(exact, words) -> None:
    assert rational(exact) == words


def test_operands_keep_their_brackets() -> None:
    one = Const(Fraction(1))
    product = Arithmetic(
        "*", Arithmetic("+", Value("a"), one), Arithmetic("-", one, Arithmetic("-", one, one))
    )
    assert number_words(product) == "($a + 1) * (1 - (1 - 1))"
    assert list(formula_lines(All(()))) == ["all of nothing"]


def test_schema() -> None:
    schema = schema_of(SMALL)
    bilirubin = schema.facts["bilirubin"]
    assert (bilirubin.kind, bilirubin.unit, bilirubin.low, bilirubin.high) == ("lab", "µmol/L", 0.0, 1500.0)
    assert bilirubin.units == {"umol/L": (1, 1, 0, 1), "mg/dL": (500000, 29233, 0, 1)}
    assert schema.facts["pregnant"].closed
    assert schema.facts["pregnant"].unit == ""
    assert schema.facts["sex"].builtin
    assert schema.facts["bleeding"].attributes == (AttributeSchema("grade", "number"),)
    assert schema.anchors == ("randomization",)
    assert schema.questions == {"E4.1": "Is it so?"}
