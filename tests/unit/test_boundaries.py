"""Values on both sides of limits: found by the analysis, judged by the reference, shown on cards."""

from __future__ import annotations

from pathlib import Path

from protocol_dsl.analysis.boundaries import all_boundaries, boundaries
from protocol_dsl.analysis.engine import engine_of
from protocol_dsl.artifacts import build_documents
from protocol_dsl.backends.docs.limits import Limit, limit_views
from protocol_dsl.backends.prose import Prose
from protocol_dsl.pipeline import check, load
from protocol_dsl.source import SourceFile

FLAGSHIP = load(Path(__file__).parents[2] / "protocols" / "nct02812121.trial")


def of(protocol, name):
    criterion = next(one for stage in protocol.stages for one in stage.criteria if one.id == name)
    return all_boundaries(protocol).get(name, ()), criterion


def compiled(criteria, facts):
    text = f'protocol NCT1 "t" {{ phase 2 }}\n{facts}\n{criteria}\n'
    protocol = check(SourceFile("t.trial", text)).protocol
    assert protocol is not None
    return protocol


INR = 'fact inr : lab plausible 0.5 to 20, recorded to 0.01 "INR"'


def cases(protocol, name="I1"):
    return [one.cases for one in of(protocol, name)[0]]


def test_each_way_to_compare() -> None:
    for sign, met, unmet in ((">=", 1.5, 1.49), (">", 1.51, 1.5), ("<=", 1.5, 1.51), ("<", 1.49, 1.5)):
        protocol = compiled(f'inclusion I1 "a" {{ require inr {sign} 1.5 }}', INR)
        assert cases(protocol) == [((met, True), (unmet, False))], sign


def test_a_limit_is_shown_where_it_decides() -> None:
    facts = f'{INR}\nfact weight : number in kg plausible 1 to 300, recorded to 1 "Weight"'
    either = compiled('inclusion I1 "a" { require inr >= 1.5 or weight < 40 kg }', facts)
    assert cases(either) == [((1.5, True), (1.49, False)), ((39.0, True), (40.0, False))]
    never = compiled('inclusion I1 "a" { require (inr >= 1.5) or (inr >= 1.2) }', INR)
    assert cases(never) == [((1.2, True), (1.19, False))]


def test_the_condition_of_a_when_is_no_limit() -> None:
    facts = f'{INR}\nfact weight : number in kg plausible 1 to 300, recorded to 1 "Weight"'
    protocol = compiled('inclusion I1 "a" { when weight > 50 kg require inr >= 1.5 }', facts)
    assert cases(protocol) == [((1.5, True), (1.49, False))]


def test_without_a_recording_step_there_is_no_neighbour() -> None:
    assert cases(compiled('inclusion I1 "a" { require inr >= 1.5 }', 'fact inr : lab "INR"')) == []


def test_a_multiple_is_shown_at_a_limit_of_normal() -> None:
    (first, *_), _ = of(FLAGSHIP, "I1")
    assert first.cases == ((171.0, True), (170.9, False))
    assert first.multiple_of == ("total_bilirubin_upper", 17.1)


def test_scores_and_ages_go_by_whole_numbers() -> None:
    assert cases(FLAGSHIP, "I3") == [((17.0, True), (16.0, False)), ((30.0, True), (31.0, False))]
    assert cases(FLAGSHIP, "I4") == [((18.0, True), (17.0, False)), ((65.0, True), (66.0, False))]


def test_limits_of_one_value_stand_in_one_row() -> None:
    found, criterion = of(FLAGSHIP, "I3")
    limits = {"I3": [Limit(one.atom, one.cases, one.multiple_of) for one in found]}
    (view,) = limit_views(limits, criterion, Prose(FLAGSHIP))
    assert view.subject == "MELD score"
    told = [(value, words) for value, words, _ in view.cases]
    assert told == [("16", "not met"), ("17", "met"), ("30", "met"), ("31", "not met")]


def test_without_the_other_criteria_limits_are_the_same() -> None:
    engine = engine_of(FLAGSHIP)
    criteria = [one for stage in FLAGSHIP.stages for one in stage.criteria]
    whole = {one.id: found for one in criteria if (found := tuple(boundaries(engine, one)))}
    assert all_boundaries(FLAGSHIP) == whole


def test_both_documents_show_them() -> None:
    made = {one.path: one.text for one in build_documents(FLAGSHIP)}
    words = "Serum total bilirubin at an upper limit of normal of 17.1 umol/L"
    assert words in made["protocol.md"]
    assert f"<li>{words}: 170.9 umol/L <strong" in made["protocol.html"]
