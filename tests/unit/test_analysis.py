"""Analysis of the flagship and of small protocols: every patient shown is what it is said to be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from protocol_dsl.analysis.clash import smallest
from protocol_dsl.analysis.engine import engine_of, passed
from protocol_dsl.analysis.goals import Goal, Impossible, Undecided, Witness
from protocol_dsl.analysis.grids import grid_of
from protocol_dsl.analysis.report import Analysis, analyze
from protocol_dsl.analysis.spelled import example
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.facts import Plausible
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.pipeline import check, load
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.examples import judge_example
from protocol_dsl.testing.patients import Patients
from protocol_dsl.testing.protocols import random_protocol
from protocol_dsl.testing.solving import compare_answers

FLAGSHIP = Path(__file__).parents[2] / "protocols" / "nct02812121.trial"


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """The analysis of the flagship."""
    return analyze(load(FLAGSHIP))


def compiled(text: str) -> Protocol:
    """A small protocol."""
    result = check(SourceFile("small.trial", 'protocol T1 "Trial" { }\n' + text))
    assert result.protocol is not None, [one.message_text for one in result.diagnostics]
    return result.protocol


def test_the_engine_agrees_with_trying_everything() -> None:
    answers, fault = compare_answers(400, seed=7)
    assert not fault, fault
    assert answers["witness"] > 100
    assert answers["impossible"] > 50


@pytest.mark.parametrize("seed", range(3))
def test_nothing_seen_is_said_to_be_impossible(seed: int) -> None:
    protocol = random_protocol(seed, features=8, criteria=4)
    engine, rng, patients = engine_of(protocol), Random(seed), Patients(protocol)
    seen = {
        outcome for _ in range(60) for outcome in evaluate(protocol, *patients.draw(rng)).criteria.items()
    }
    letters = {True: "T", False: "F", None: "U"}
    for stage in protocol.stages:
        for criterion in stage.criteria:
            for outcome in (True, False, None):
                reply = engine.ask([Goal(passed(criterion), letters[outcome])])
                assert not (isinstance(reply, Impossible) and (criterion.id, outcome) in seen), criterion.id


def test_the_flagship_has_no_finding(analysis: Analysis) -> None:
    assert analysis.findings == ()
    assert analysis.undecided == ()


def test_each_criterion_of_the_flagship_keeps_someone_out_alone(analysis: Analysis) -> None:
    (stage,) = analysis.stages
    for one in stage.alone:
        assert isinstance(one.reply, Witness)
        judged = evaluate(analysis.protocol, one.reply.records, analysis.on).criteria
        assert [name for name, outcome in judged.items() if outcome is not True] == [one.criterion.id]
        assert judged[one.criterion.id] is False


def test_what_undetermined_examples_need_makes_them_eligible(analysis: Analysis) -> None:
    undetermined = [
        one
        for one in analysis.protocol.examples
        if judge_example(analysis.protocol, one).verdict == "undetermined"
    ]
    assert [one.name for one in analysis.completions] == [one.name for one in undetermined]
    for one in analysis.completions:
        assert one.outcome == "possible", one.name
        assert one.records is not None
        assert evaluate(analysis.protocol, one.records, analysis.on).verdict == "eligible"


def test_a_patient_that_is_found_can_be_kept_as_an_example(analysis: Analysis) -> None:
    text = FLAGSHIP.read_text(encoding="utf-8")
    (stage,) = analysis.stages
    for one in stage.alone:
        assert isinstance(one.reply, Witness)
        name = f"only {one.criterion.id}"
        text += (
            "\n".join(example(analysis.protocol, name, one.reply.records, analysis.on, "ineligible")) + "\n"
        )
    protocol = check(SourceFile("with.trial", text)).protocol
    assert protocol is not None
    judged = {one.name: judge_example(protocol, one).criteria for one in protocol.examples}
    for one in stage.alone:
        outcomes = judged[f"only {one.criterion.id}"]
        assert [name for name, outcome in outcomes.items() if outcome is not True] == [one.criterion.id]


def test_background_truths_are_kept() -> None:
    protocol = compiled(
        'fact pregnant : yes/no "Pregnancy"\nassume pregnant implies sex is female\n'
        'inclusion I1 "Men" { source "Men" require sex is male }\n'
        'exclusion E1 "Pregnant" { source "Pregnant" reject pregnant }\n'
    )
    inclusion, exclusion = protocol.stages[0].criteria
    engine = engine_of(protocol)
    assert engine.ask([Goal(passed(inclusion), "T"), Goal(passed(exclusion), "F")]) == Impossible()
    assert isinstance(engine.ask([Goal(passed(inclusion), "F"), Goal(passed(exclusion), "F")]), Witness)


def test_the_limit_of_normal_is_chosen_apart_from_the_value_in_every_window() -> None:
    protocol = compiled(
        'anchor randomization "Randomization"\n'
        'fact alt : lab in U/L plausible 1 to 20000, recorded to 1 "ALT"\n'
        'inclusion I1 "ALT" { source "ALT" require alt <= 2.5 ULN within 21 days before randomization }\n'
    )
    (criterion,) = protocol.stages[0].criteria
    engine = engine_of(protocol)
    assert all(isinstance(engine.ask([Goal(passed(criterion), letter)]), Witness) for letter in "TFU")


@pytest.mark.parametrize(
    ("note", "left"),
    [("", ["A005"]), ('note "Says again what I1 asks."', []), ('note "As printed."', ["A005"])],
)
def test_a_note_that_names_the_other_owns_up_to_a_repetition(note: str, left: list[str]) -> None:
    found = analyze(
        compiled(
            'fact hiv : one of type_1, type_2, both "HIV"\n'
            'inclusion I1 "HIV-1" { source "HIV-1, or both" require hiv is one of {type_1, both} }\n'
            f'exclusion E1 "HIV-2" {{ source "HIV-2 alone" {note} reject hiv is type_2 }}\n'
        )
    )
    assert [one.code for one in found.findings] == left
    assert len(found.admitted) == 1 - len(left)


def test_a_budget_that_is_spent_decides_nothing() -> None:
    protocol = compiled(
        'fact a : number plausible 0 to 1000, recorded to 0.001 "A"\n'
        'fact b : number plausible 0 to 1000, recorded to 0.001 "B"\n'
        'inclusion I1 "Product" { source "…" require a * a * b = 7.919 and a > b + 0.5 }\n'
    )
    (criterion,) = protocol.stages[0].criteria
    assert isinstance(engine_of(protocol).ask([Goal(passed(criterion), "T")], budget=3), Undecided)


def test_the_fewest_are_found() -> None:
    asked = []

    def enough(some: Sequence[int]) -> bool:
        asked.append(some)
        return {17, 90} <= set(some)

    assert smallest(range(100), enough) == (17, 90)
    assert len(asked) < 40


def test_a_grid_holds_the_recorded_values() -> None:
    grid = grid_of(Plausible(Fraction(1, 2), Fraction(20), Fraction(1, 100)))
    assert grid.at(0) == 0.5
    assert grid.at(97) == 1.47
    assert grid.snapped((1.4601, 1.4799)) == (1.47, 1.47)
    assert grid.snapped((1.4601, 1.4699)) == (float("inf"), float("-inf"))
    assert grid.beside(1.5, -1) == 1.49
    assert grid.nearest((1.0, 2.0), 1.504) == 1.51
