"""What the documents say, section by section: the views that both templates lay out."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest
from docs_sample import FLAGSHIP, MELD, OUTCOMES, SO_FAR, number

from protocol_dsl.backends.docs.definitions import formula_lines
from protocol_dsl.backends.docs.view import Document, document
from protocol_dsl.backends.docs.words import sentence, series
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.facts import RecordUnit
from protocol_dsl.ir.features import Edge, Feature, Given, NamedAnchor, SampleMean, SampleValue, Window
from protocol_dsl.ir.formulas import Compare, Known, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Call, Value
from protocol_dsl.ir.protocol import Criterion, Line, Protocol, Stage
from protocol_dsl.vocabulary.calendar import Duration

DAY, WEEK = Duration(1, "day"), Duration(1, "week")


@pytest.fixture(scope="module")
def doc() -> Document:
    return document(FLAGSHIP, OUTCOMES, "1.2.3")


def card(doc: Document, name: str):
    cards = (one for stage in doc.stages for group in stage.groups for one in group.criteria)
    return next(one for one in cards if one.id == name)


def test_a_criterion_stands_beside_its_source_with_its_notes(doc):
    one = card(doc, "E4")
    assert one.title == "Organ dysfunction not due to liver disease"
    assert [quote.text for quote in one.quotes] == [
        "Important organ dysfunctions not due to liver disease or malignancies"
    ]
    assert one.notes[0].startswith("Two readings")
    assert one.asked


def test_requirements_are_laid_out_as_nested_lists(doc):
    (requirement,) = card(doc, "I1").requirements
    assert requirement.lead == "Required: all of"
    alternatives = requirement.clauses[1]
    assert alternatives.text == "Any of"
    assert [member.text for member in alternatives.members] == [
        "International normalized ratio is at least 1.5",
        "Prothrombin activity is below 40 %",
    ]


@pytest.mark.parametrize(
    ("criterion", "lead", "first"),
    [
        ("E1", "Not eligible if any of", "Gastrointestinal bleeding within the 2 months before screening"),
        ("E2", "Not eligible if", "Autoimmune disease at any time"),
        ("E5", "Not eligible if all of", "Sex is female"),
        ("I4", "Required", "Age is between 18 and 65 years"),
    ],
)
def test_what_is_rejected_is_worded_by_what_rules_out(doc, criterion, lead, first):
    (requirement,) = card(doc, criterion).requirements
    assert (requirement.lead, requirement.clauses[0].text) == (lead, first)


@pytest.mark.parametrize(
    ("criterion", "said"),
    [
        ("I4", "Unknown if date of birth (or age) is not recorded."),
        (
            "I2",
            "Unknown if hepatitis B surface antigen is not recorded both recently and by the start of the time"
            " asked about.",
        ),
        (
            "I3",
            "Unknown, unless the rest decides, if serum total bilirubin, international normalized ratio, serum"
            " creatinine, or “cause of liver disease is alcoholic or cholestatic” is not recorded.",
        ),
        (
            "I1",
            "Where serum total bilirubin is recorded without its upper limit of normal, 20.5 umol/L is used.",
        ),
        (
            "E1",
            "A record that does not mention gastrointestinal bleeding or serious infection leaves it unknown; it must"
            " say that there was none.",
        ),
        (
            "E2",
            "Stated by the protocol: where nothing is recorded of autoimmune disease, it counts as absent.",
        ),
        ("E4", "Unknown until the investigator has answered."),
    ],
)
def test_missing_data_is_said_aloud(doc, criterion, said):
    assert said in card(doc, criterion).missing


def test_limit_of_normal_without_fallback_and_known_and_anchors_to_come():
    features = (
        Feature("upper", attrs.evolve(FLAGSHIP.features[3].node), "number", "umol/L", "upper"),
        Feature(
            "later",
            SampleMean("inr", attrs.evolve(SO_FAR, anchor=NamedAnchor("randomization"))),
            "number",
            "1",
            "m",
        ),
        Feature("pregnant", Given("pregnant"), "truth", "1", "pregnant"),
    )
    lines = (
        Line("require", Compare(">", Value("upper"), number(1)), ""),
        Line("require", Compare(">", Value("later"), number(1)), ""),
        Line("require", Known(Truth("pregnant")), ""),
    )
    stage = Stage("eligibility", NamedAnchor("screening"), (Criterion("I1", "inclusion", "x", lines),))
    protocol = Protocol(FLAGSHIP.header, FLAGSHIP.facts, features, (), (stage,))
    said = card(document(protocol, None, ""), "I1").missing
    assert "the upper limit of normal of serum total bilirubin" in said[0]
    assert said[1:] == (
        "While the date of randomization is still to come, what depends on it may be unknown.",
        "Where it says “a record shows”, the lack of a record decides; one that nobody can read leaves it unknown.",
    )


def test_dictionary_tells_unit_range_codes_absence_and_use(doc):
    values, events = doc.facts
    facts = {fact.name: fact for group in (values, events) for fact in group.facts}
    bilirubin = facts["total_bilirubin"]
    assert (bilirubin.unit, bilirubin.plausible, bilirubin.step) == ("umol/L", "0 to 1500", "0.1 umol/L")
    assert dict(bilirubin.details)["Codes"] == "LOINC 14631-6 in umol/L"
    assert dict(bilirubin.details)["Limits of normal"] == "3.4 to 20.5 umol/L, where the record carries none"
    assert [link.text for link in bilirubin.used_by] == ["I1", "I3"]
    assert [link.text for link in facts["serum_albumin"].used_by] == ["Standard medical treatment"]
    assert facts["autoimmune_disease"].missing == "No record means no"
    assert facts["malignancy"].missing.startswith("Unknown")
    assert events.events
    assert not values.events


def test_a_built_in_fact_that_nobody_uses_is_left_out():
    bare = attrs.evolve(FLAGSHIP, stages=(attrs.evolve(FLAGSHIP.stages[0], criteria=()),), definitions=())
    names = {fact.name for group in document(bare, None, "").facts for fact in group.facts}
    assert "birth_date" not in names
    assert "malignancy" in names


def test_a_score_is_laid_out_term_by_term_with_variant_and_source(doc):
    (meld,) = doc.definitions
    assert [line.sign for line in meld.formula] == ["", "+", "+", "+"]
    assert meld.formula[1].text.startswith("11.2")
    assert meld.variant == "original, with the aetiology term"
    assert "Hepatology 2001" in meld.source
    assert [link.text for link in meld.used_by] == ["I3"]


def test_a_bounded_rounded_score_is_indented_by_what_holds_what():
    bounded = Call("min", (number(40), Call("max", (number(6), Call("round", (MELD.body,))))))
    lines = formula_lines(bounded, Prose(FLAGSHIP))
    assert [(line.depth, line.text.split(" (")[0][:22]) for line in lines[:6]] == [
        (0, "The smaller of:"),
        (1, "40"),
        (1, "The larger of:"),
        (2, "6"),
        (2, "Rounded to the nearest"),
        (3, lines[5].text[:22]),
    ]


def test_examples_show_the_run_beside_what_is_expected(doc):
    rows = {row.name: row for row in doc.examples.rows}
    columns = [link.text for link in doc.examples.columns]
    cell = rows["too old"].cells[columns.index("I4")]
    assert (cell.sign, cell.word, cell.expected, cell.differs) == ("✗", "fails", True, "")
    assert (doc.examples.expected, doc.examples.differing) == (15, 0)
    assert doc.examples.on == "2026-03-02"
    assert all(cell.expected for cell in rows["typical patient"].cells)


def test_an_outcome_that_differs_is_not_hidden():
    outcomes = {**OUTCOMES, "too old": dict.fromkeys(OUTCOMES["too old"], "passes")}
    made = document(FLAGSHIP, outcomes, "").examples
    assert made.differing == 1
    assert [cell.differs for row in made.rows for cell in row.cells if cell.differs] == ["fails"]


def test_examples_not_run_show_only_what_the_file_says():
    rows = {row.name: row for row in document(FLAGSHIP, None, "").examples.rows}
    assert [cell.word for cell in rows["too old"].cells].count("not stated") == 10
    assert {cell.word for cell in rows["typical patient"].cells} == {"passes"}


def test_every_criterion_is_traced(doc):
    rows = {row.what.text: row for row in doc.trace}
    assert {one.id for one in FLAGSHIP.stages[0].criteria} <= rows.keys()
    bleeding = rows["E1"]
    assert bleeding.lines == (
        "reject any of { gi_bleeding, serious_infection } within 2 months before screening",
    )
    assert [link.text for link in bleeding.facts] == ["Gastrointestinal bleeding", "Serious infection"]
    assert bleeding.place == ("judge_eligibility", "E1, exclusion")
    fails, passes = bleeding.examples
    assert (fails[0], [link.text for link in fails[1]]) == ("fails", ["bled last month, bilirubin missing"])
    assert (passes[0], passes[2]) == ("passes", 3)
    assert "Group MSC-1" in rows


def test_glance_counts(doc):
    counted = {figure.label: (figure.value, figure.remark) for figure in doc.glance}
    assert counted["participants"] == ("261", "estimated")
    assert counted["criteria"] == ("11", "4 inclusion, 7 exclusion")
    assert counted["computed from records alone"][0] == "10"
    assert counted["planned visits"] == ("0", "the source states none")


def test_registry_record_and_colophon(doc):
    rows = {row.label: row for row in doc.title.rows}
    assert rows["Identifier"].href == "https://clinicaltrials.gov/study/NCT02812121"
    assert rows["Enrollment"].value == "261 participants (estimated)"
    assert len(doc.title.summary) == 2
    assert doc.colophon.source == "nct02812121.trial"
    assert doc.colophon.compiler == "1.2.3"
    unnumbered = attrs.evolve(FLAGSHIP, header=attrs.evolve(FLAGSHIP.header, id="LOCAL-1"))
    assert document(unnumbered, None, "").title.rows[0].href == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("eGFR is low", "eGFR is low"),
        ("pH is low", "pH is low"),
        ("alpha-fetoprotein", "Alpha-fetoprotein"),
        ("", ""),
    ],
)
def test_sentences_keep_spellings(text, said):
    assert sentence(text) == said


def test_series_of_names_with_commas_is_parted_by_semicolons():
    assert series(["a", "b, c", "a"]) == "a; and b, c"
    assert series(["a", "b", "c"], "or") == "a, b, or c"


def test_unused_library_definitions_are_left_out():
    spare = attrs.evolve(MELD, id="liver.meld_na")
    own = attrs.evolve(MELD, id="ratio", body=Call("round", (number(1),)))
    made = document(attrs.evolve(FLAGSHIP, definitions=(MELD, spare, own)), None, "")
    assert [one.name for one in made.definitions] == ["liver.meld", "ratio"]


def test_a_condition_as_a_definition_is_a_list():
    female = attrs.evolve(MELD, id="female", type="truth", body=OneOf("sex", ("female",)), words="female sex")
    made = document(attrs.evolve(FLAGSHIP, definitions=(MELD, female)), None, "")
    assert made.definitions[1].condition.text == "Sex is female"
    assert made.definitions[1].formula == ()


def in_milligrams(window=SO_FAR) -> Protocol:
    """The flagship with a score of bilirubin in mg/dL, read in a window of its own."""
    unit = RecordUnit("mg/dL", Fraction("17.104"))
    facts = tuple(
        attrs.evolve(fact, units=(unit,)) if fact.name == "total_bilirubin" else fact
        for fact in FLAGSHIP.facts
    )
    bilirubin = Feature(
        "total_bilirubin", SampleValue("total_bilirubin", window), "number", "umol/L", "bilirubin"
    )
    features = tuple(bilirubin if one.id == "total_bilirubin" else one for one in FLAGSHIP.features)
    converted = Arithmetic("*", Value("total_bilirubin"), number(1 / Fraction("17.104")))
    score = attrs.evolve(MELD, body=Call("ln", (converted,)))
    return attrs.evolve(FLAGSHIP, facts=facts, features=features, definitions=(score,))


WEEK_BEFORE = Window(NamedAnchor("screening"), Edge((Duration(-7, "day"),)), Edge(()))


def test_a_formula_names_the_unit_and_says_its_window_once():
    (score,) = document(in_milligrams(WEEK_BEFORE), None, "").definitions
    assert [line.text for line in score.formula] == ["ln(serum total bilirubin in mg/dL)"]
    assert [link.text for link in score.rests_on] == [
        "serum total bilirubin within the 7 days before screening"
    ]


def test_a_formula_that_reads_a_lab_twice_says_which():
    twice = in_milligrams(WEEK_BEFORE)
    lowest = Feature(
        "lowest", SampleValue("total_bilirubin", WEEK_BEFORE, "lowest"), "number", "umol/L", "lowest"
    )
    body = Arithmetic("-", Value("total_bilirubin"), Value("lowest"))
    twice = attrs.evolve(
        twice, features=(*twice.features, lowest), definitions=(attrs.evolve(MELD, body=body, unit="umol/L"),)
    )
    (score,) = document(twice, None, "").definitions
    assert [line.text for line in score.formula] == [
        "serum total bilirubin within the 7 days before screening",
        "lowest serum total bilirubin within the 7 days before screening",
    ]
