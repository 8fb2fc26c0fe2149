"""What the documents say, section by section: the views that both templates lay out."""

from __future__ import annotations

import itertools
from fractions import Fraction

import attrs
import pytest
from docs_sample import DAILY, FLAGSHIP, MELD, OUTCOMES, PRESCRIBED, SO_FAR, WEEKLY, give, hostile, number

from protocol_dsl.backends.docs.definitions import formula_lines
from protocol_dsl.backends.docs.planned import planned_days, step_starts
from protocol_dsl.backends.docs.treatment import tolerance
from protocol_dsl.backends.docs.view import Document, document
from protocol_dsl.backends.docs.visits import point
from protocol_dsl.backends.docs.words import sentence, series
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.facts import RecordUnit
from protocol_dsl.ir.features import Edge, Feature, Given, NamedAnchor, SampleMean, SampleValue, Window
from protocol_dsl.ir.formulas import Compare, Known, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Call, Value
from protocol_dsl.ir.protocol import Criterion, Line, Protocol, Stage
from protocol_dsl.ir.schedule import (
    Amount,
    Arm,
    CycleBlock,
    Dose,
    Follow,
    Give,
    Limit,
    Point,
    Randomization,
    Regimen,
    Schedule,
    Step,
    Timing,
    Tolerance,
)
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
        "Where it says “a record shows”, the lack of a record decides.",
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


@pytest.mark.parametrize(
    ("step", "days"),
    [
        (Step(Dose(), WEEKLY, Limit(Duration(8, "week"))), (1, 8, 15, 22, 29, 36, 43, 50)),
        (Step(Dose(), WEEKLY, Limit(first_day=1, last_day=57)), (1, 8, 15, 22, 29, 36, 43, 50, 57)),
        (Step(Dose(), Timing("grid", Duration(3, "week")), Limit(doses=3)), (1, 22, 43)),
        (Step(Dose(), Timing("grid", DAY, 2), Limit(doses=4)), (1, 2)),
        (Step(Dose(), Timing("days", days=(1, 8, 15))), (1, 8, 15)),
        (Step(Dose(), Timing("days", days=(1,), cycles=(1,))), ()),
        (Step(Dose(), Timing("once")), (1,)),
        (Step(Dose(), WEEKLY), ()),
        (Step(Dose(), Timing("grid", Duration(1, "month")), Limit(doses=3)), ()),
        (Step(Dose(), PRESCRIBED), ()),
        (Step(Dose(), DAILY, Limit(Duration(10**8, "day"))), ()),
    ],
)
def test_planned_days_are_those_the_protocol_fixes(step, days):
    assert planned_days(step) == days


def test_a_step_starts_when_the_one_before_has_run():
    week = Step(Dose(), DAILY, Limit(WEEK))
    open_ended = Step(Dose(), DAILY)
    assert list(step_starts((week, week, open_ended, week))) == [1, 8, 15, None]


def test_timeline_marks_infusions_and_leaves_open_what_is_open(doc):
    first = {row.label: row for row in doc.timelines[0].rows}
    assert first["Umbilical cord blood mesenchymal stem cells"].marks == (1, 8, 15, 22, 29, 36, 43, 50)
    assert first["Human serum albumin"].bars == ((1, None),)
    assert "until serum albumin is at least 35 g/L" in first["Human serum albumin"].words
    assert first["Antiviral therapy"].loose
    assert next(row.label for row in doc.timelines[0].rows) == "Umbilical cord blood mesenchymal stem cells"
    dots = [dot.x for dot in doc.timelines[0].drawing.dots]
    assert len(dots) == 8
    assert len({after - before for before, after in itertools.pairwise(dots)}) == 1


def test_an_arm_without_the_dose_that_is_day_one_says_so(doc):
    assert "not given" not in doc.timelines[0].day_one
    assert "which this arm is not given" in doc.timelines[2].day_one


def test_regimens_that_wait_or_cycle_are_not_put_on_days():
    weekly = (give("x", Dose(), WEEKLY, limit=Limit(doses=2)),)
    schedule = Schedule(
        regimens=(
            Regimen("a", "A", weekly),
            Regimen("b", "B", weekly),
            Regimen("loop", "L", (Follow("loop"), *weekly)),
        ),
        arms=(
            Arm("one", "One", "other", (Follow("a"), Follow("b", then=True))),
            Arm("two", "Two", "other", (CycleBlock("c", Duration(3, "week"), 4, weekly),)),
            Arm("three", "Three", "other", (Follow("loop"),)),
        ),
    )
    one, two, three = document(attrs.evolve(FLAGSHIP, schedule=schedule), None, "").timelines
    assert [(row.marks, row.words) for row in one.rows] == [
        ((1, 8), "weekly for 2 doses"),
        ((), "weekly for 2 doses, after A"),
    ]
    assert two.rows[0].words.endswith("in cycles of 3 weeks, 4 of them")
    assert two.rows[0].loose
    assert len(three.rows) == 1


def test_arm_diagram_holds_what_is_stated_and_no_more(doc):
    words = [text.words for text in doc.diagram.texts]
    assert words[:4] == ["Eligible", "261 participants (estimated)", "Randomized", "ratio not stated"]
    assert "Group MSC-2" in words
    assert "weekly for 4 weeks" in words
    assert len(doc.diagram.rects) == 5


@pytest.mark.parametrize(
    ("arms", "flow", "boxes"),
    [(0, None, 0), (1, ["Eligible", "Arm 0"], 2), (2, ["Eligible", "Randomized", "Arm 0", "Arm 1"], 4)],
)
def test_arm_diagram_of_fewer_arms(arms, flow, boxes):
    made = tuple(Arm(f"a{n}", f"Arm {n}", "other", ()) for n in range(arms))
    drawn = document(attrs.evolve(FLAGSHIP, schedule=Schedule(arms=made)), None, "").diagram
    assert (None if drawn is None else [text.words for text in drawn.texts if text.style == "strong"]) == flow
    assert (0 if drawn is None else len(drawn.rects)) == boxes


def test_treatment_in_words(doc):
    (regimen,) = doc.regimens
    gives = {one.label: one for block in regimen.blocks for one in block.gives}
    plasma = gives["Plasma"]
    assert plasma.marks == ("background",)
    assert (plasma.steps[0].dose, plasma.steps[0].timing) == ("200 to 400 mL", "daily")
    assert plasma.steps[0].rules == ("until international normalized ratio is below 1.5",)
    assert gives["Treatment of complications"].marks == ("background", "permitted")
    cells = doc.arms[0].blocks[0].gives[0]
    assert cells.route == "by intravenous infusion"
    assert (cells.steps[0].dose, cells.steps[0].bound) == (
        "not stated",
        "for 8 weeks (8 doses, planned on days 1, 8, 15, …, 50)",
    )


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        (Dose(Amount(Fraction(75), Fraction(75), "mg", "m2")), "75 mg per m² of body surface"),
        (
            Dose(Amount(Fraction(5), Fraction(5), "mg/kg", "kg", "weight_at_baseline")),
            "5 mg/kg using weight at baseline",
        ),
        (Dose(Amount(Fraction(5), Fraction(5), "", "AUC")), "AUC 5"),
        (
            Dose(Amount(Fraction(20), Fraction(20), "mg"), per_day=True, doses_per_day=2),
            "20 mg per day in 2 doses",
        ),
        (Dose(cap=Amount(Fraction(150), Fraction(150), "mg")), "up to 150 mg"),
        (
            Dose(levels=(Amount(Fraction(30), Fraction(30), "mg"),), else_stop=True, text="30 mg"),
            "30 mg (levels 30 mg, else stop)",
        ),
    ],
)
def test_doses_in_words(dose, said):
    one = Give("s", "give", "x", (Step(dose, DAILY),))
    schedule = Schedule(arms=(Arm("a", "A", "other", (one,)),))
    made = document(attrs.evolve(FLAGSHIP, schedule=schedule), None, "")
    assert made.arms[0].blocks[0].gives[0].steps[0].dose == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Duration(-7, "day"), Duration(7, "day"), "±7 days"),
        (Duration(-1, "day"), Duration(2, "day"), "1 day before to 2 days after"),
    ],
)
def test_windows_in_words(before, after, said):
    assert tolerance(Tolerance(before, after)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (Point(1), "day 1"),
        (Point(12, "week"), "week 12 (day 85)"),
        (Point(3, "month"), "month 3"),
        (Point(of="screening"), "screening"),
        (Point(of="last_dose", offset=Duration(30, "day")), "30 days after last dose"),
        (Point(of="consent", offset=Duration(-1, "day")), "1 day before consent"),
    ],
)
def test_points_in_words(at, said):
    assert point(at) == said


def test_visits_make_a_table_of_activities():
    schedule = document(hostile(), None, "").schedule
    assert [visit.window for visit in schedule.visits] == ["none stated", "±7 days"]
    assert schedule.visits[1].when == "every 4 weeks from week 4 (day 29) to week 12 (day 85)"
    assert len(schedule.columns) == 2
    assert all(row.marks == (True, True) for row in schedule.activities)
    assert document(FLAGSHIP, None, "").schedule.empty


def test_what_the_source_leaves_unsaid_of_allocation(doc):
    assert doc.allocation.not_stated == (
        "the allocation ratio",
        "block sizes",
        "stratification factors",
        "how the allocation list is made and concealed",
    )
    said = attrs.evolve(
        FLAGSHIP,
        schedule=attrs.evolve(
            FLAGSHIP.schedule,
            randomization=Randomization(("msc_1", "msc_2", "control"), (1, 1, 1), (3, 6), (), "central list"),
        ),
    )
    made = document(said, None, "").allocation
    assert ("Ratio", "1:1:1 (Group MSC-1, Group MSC-2, Group Control)") in made.stated
    assert made.not_stated == ("stratification factors",)


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


def test_rules_of_treatment_are_asked_before_the_dose():
    valid = Feature("s.albumin", SampleValue("serum_albumin", WEEK_BEFORE), "number", "g/L", "albumin")
    schedule = attrs.evolve(FLAGSHIP.schedule, features=(valid, FLAGSHIP.schedule.features[1]))
    (regimen,) = document(attrs.evolve(FLAGSHIP, schedule=schedule), None, "").regimens
    rules = [
        rule for block in regimen.blocks for one in block.gives for step in one.steps for rule in step.rules
    ]
    assert rules[0] == "until serum albumin within the 7 days before the dose is at least 35 g/L"
