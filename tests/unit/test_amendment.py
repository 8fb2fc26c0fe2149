"""What an amendment changes, on edits whose effect is known; every patient shown is judged by both versions."""

from __future__ import annotations

import pytest

from protocol_dsl.analysis.amendment import Amendment, amendment
from protocol_dsl.analysis.goals import Witness
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile

BASE = """
protocol SMALL01 "A small protocol" { phase 2 }
fact inr : lab plausible 0.5 to 20, recorded to 0.01 "INR"
fact bleeding : event "Bleeding"
fact pregnant : yes/no "Pregnancy"
inclusion I1 "Adult" { source "1" require age between 18 years and 65 years }
inclusion I2 "INR" { source "2" require inr >= 1.5 }
exclusion E1 "Bleeding" { source "3" reject bleeding within 2 months before screening }
exclusion E2 "Judgement" { source "4" reject answer yes to "Anything else?" by investigator because judgement }
example "fits" on 2026-03-02 {
  age 45 years  sex male  inr 1.8  no bleeding  pregnant no  answer no to "Anything else?"
  expect eligible
}
"""


def compiled(text: str) -> Protocol:
    result = check(SourceFile("a.trial", text))
    assert result.protocol is not None, result.diagnostics
    return result.protocol


def compared(old: str, new: str) -> Amendment:
    assert old in BASE
    return amendment(compiled(BASE), compiled(BASE.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "criterion", "relation"),
    [
        ("inr >= 1.5", "inr >= 1.3", "I2", "wider"),
        ("inr >= 1.5", "inr > 1.5", "I2", "narrower"),
        ("inr >= 1.5", "inr between 1.3 and 10", "I2", "incomparable"),
        ("inr >= 1.5", "not inr < 1.5", "I2", "same"),
        ("and 65 years", "and 60 years", "I1", "narrower"),
        ("within 2 months", "within 1 month", "E1", "wider"),
        ("within 2 months before screening", "ever", "E1", "narrower"),
        ("reject bleeding", "reject known bleeding", "E1", "wider"),
    ],
)
def test_a_single_edit_does_what_it_does(old: str, new: str, criterion: str, relation: str) -> None:
    found = compared(old, new)
    assert {one.name: one.relation for one in found.criteria if one.relation != "same"} == (
        {} if relation == "same" else {criterion: relation}
    )
    assert found.overall.relation == relation
    assert found.same == (relation == "same")


def test_patients_shown_come_out_as_is_said_in_each_version() -> None:
    texts = BASE, BASE.replace("inr >= 1.5", "inr between 1.3 and 10").replace("2 months", "1 month")
    found = amendment(*map(compiled, texts))
    shown = [one.reply for one in found.overall.changes if isinstance(one.reply, Witness)]
    assert len(shown) >= 2
    words = {"T": "eligible", "F": "ineligible", "U": "undetermined"}
    for change in found.overall.changes:
        if isinstance(change.reply, Witness):
            was, now = (
                evaluate(each, change.reply.records, found.engine.on).verdict for each in map(compiled, texts)
            )
            assert was in {words[letter] for letter in change.was}
            assert now in {words[letter] for letter in change.now}


def test_another_question_is_another_question() -> None:
    assert compared('"Anything else?"', '"Anything at all?"').overall.relation == "incomparable"


def test_criteria_come_and_go() -> None:
    found = compared('exclusion E2 "Judgement"', 'exclusion E3 "Judgement"')
    assert {one.name: one.relation for one in found.criteria if one.relation != "same"} == {
        "E2": "removed",
        "E3": "added",
    }
    assert found.overall.relation == "same"
    assert not found.same


def test_a_fact_kept_otherwise_is_not_compared() -> None:
    found = compared('fact inr : lab plausible 0.5 to 20, recorded to 0.01 "INR"', 'fact inr : number "INR"')
    assert found.apart == ("inr",)
    assert found.overall.relation == "not compared"


ARMS = """
day 1 is randomization
anchor randomization "Randomization"
intervention x "X"
intervention y "Y"
regimen base "Base" { give x 10 mg daily }
arm a "A" { follow base  give y 5 mg weekly for 8 weeks window ±1 day }
visit week_4 "Week 4" at week 4
assess inr at week_4
example "fits"\
"""


def test_treatment_that_changed_is_told_old_and_new() -> None:
    def changed(*pairs: tuple[str, str]) -> tuple[str, ...]:
        text = ARMS
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        old, new = (compiled(BASE.replace('example "fits"', one)) for one in (ARMS, text))
        return amendment(old, new).schedule

    assert changed() == ()
    assert changed(("10 mg daily", "20 mg daily")) == (
        "regimen base, x: give x 10 mg daily -> give x 20 mg daily",
    )
    assert changed(("8 weeks window ±1 day", "6 weeks window ±2 days"), ("at week 4", "at week 5")) == (
        "arm a, y: give y 5 mg weekly for 8 weeks window ±1 day -> give y 5 mg weekly for 6 weeks window ±2 days",
        'visit week_4: visit week_4 "Week 4" at week 4 -> visit week_4 "Week 4" at week 5',
    )
    assert changed(("follow base  ", ""), ('intervention y "Y"', 'intervention y "Y" { background }')) == (
        "intervention y: “Y”, other -> “Y”, other, background",
        "arm a, base: removed: follow base",
    )
