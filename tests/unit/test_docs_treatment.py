"""What the documents say of arms, treatment, time and allocation."""

from __future__ import annotations

import itertools
from fractions import Fraction

import attrs
import pytest
from docs_sample import DAILY, FLAGSHIP, OUTCOMES, PRESCRIBED, WEEKLY, give, hostile

from protocol_dsl.backends.docs.planned import cycle_days, planned_days, step_starts
from protocol_dsl.backends.docs.treatment import tolerance
from protocol_dsl.backends.docs.view import Document, document
from protocol_dsl.backends.docs.visits import point
from protocol_dsl.ir.features import Edge, Feature, NamedAnchor, SampleValue, Window
from protocol_dsl.ir.formulas import Constant
from protocol_dsl.ir.schedule import (
    Amount,
    Arm,
    CycleBlock,
    Dose,
    Follow,
    Give,
    Limit,
    Point,
    Policy,
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


WEEK_BEFORE = Window(NamedAnchor("screening"), Edge((Duration(-7, "day"),)), Edge(()))


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


@pytest.mark.parametrize(
    ("timing", "length", "count", "days"),
    [
        (Timing("days", days=(1, 8)), Duration(21, "day"), 2, (1, 8, 22, 29)),
        (Timing("days", days=(1,), cycles=(1, 3)), Duration(3, "week"), 3, (1, 43)),
        (Timing("days", days=(1,)), Duration(21, "day"), None, ()),
        (Timing("days", days=(1,)), Duration(1, "month"), 2, ()),
    ],
)
def test_cycles_of_fixed_length_and_number_have_days(timing, length, count, days):
    assert cycle_days(Step(Dose(), timing), length, count) == days


def test_a_later_step_is_planned_on_the_days_after_the_first():
    steps = (
        Step(
            Dose(text="20 mg", per_day=True, doses_per_day=2), Timing("unstated"), Limit(Duration(5, "day"))
        ),
        Step(Dose(text="10 mg"), DAILY, Limit(WEEK)),
    )
    arm = Arm("a", "A", "other", (Give("s", "give", "steroid", steps),))
    made = document(attrs.evolve(FLAGSHIP, schedule=Schedule(arms=(arm,))), None, "")
    first, then = made.arms[0].blocks[0].gives[0].steps
    assert (first.timing, first.bound) == ("", "for 5 days")
    assert then.bound == "for 1 week (7 doses, planned on days 6 to 12)"
    assert made.timelines[0].rows[0].bars == ((1, 5), (6, 12))


def test_visits_stand_on_the_timeline_when_they_are_on_study_days():
    visits = hostile().schedule.visits
    late = attrs.evolve(visits[0], name="late", label="Late", at=Point(3, "month"))
    schedule = attrs.evolve(FLAGSHIP.schedule, visits=(*visits, late))
    row = document(attrs.evolve(FLAGSHIP, schedule=schedule), None, "").timelines[0].rows[-1]
    assert row.visits
    assert row.marks == (1, 29, 57, 85)
    assert not any(one.visits for one in document(FLAGSHIP, None, "").timelines[0].rows)


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


def test_windows_loops_and_holds_are_drawn(doc):
    rules = (Policy("delay", False, Constant(False)), Policy("stop", True, Constant(False)))
    open_window = Tolerance(Duration(-1, "day"), Duration(3, "day"))
    step = Step(Dose(), WEEKLY, Limit(doses=3), open_window, rules)
    arm = Arm("a", "A", "other", (Give("a/x", "give", "x", (step,)),))
    (shown,) = document(attrs.evolve(FLAGSHIP, schedule=Schedule(arms=(arm,))), None, "").timelines
    (row,) = shown.rows
    assert row.windows == ((0, 4), (7, 11), (14, 18))
    assert (row.asks, row.ends, row.holds) == (True, True, True)
    styles = [shape.style for shape in (*shown.drawing.rects, *shown.drawing.strokes)]
    assert {style: styles.count(style) for style in ("window", "loop", "gate", "pause")} == {
        "window": 3, "loop": 1, "gate": 1, "pause": 2,
    }  # fmt: skip
    rows = {row.label: row for row in doc.timelines[2].rows}
    albumin, rest = rows["Human serum albumin"], rows["Bed rest"]
    assert (albumin.asks, albumin.ends, albumin.holds) == (True, True, False)
    assert not rest.asks


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
    assert two.rows[0].words.endswith("in 4 cycles of 3 weeks")
    assert two.rows[0].marks == (1, 8, 22, 29, 43, 50, 64, 71)
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
    made = document(hostile(), None, "")
    schedule, table = made.schedule, made.activities
    assert [visit.window for visit in schedule.visits] == ["none stated", "±7 days"]
    assert schedule.visits[1].when == "every 4 weeks from week 4 (day 29) to week 12 (day 85)"
    assert [column.when for column in table.columns] == [
        "day 1", "week 4 (day 29)", "week 8 (day 57)", "week 12 (day 85)",
    ]  # fmt: skip
    assert table.groups[0][0] == "Assessments"
    assert [row.marks for row in table.groups[0][1]] == [(True, True, True, True)] * 2
    plain = document(FLAGSHIP, None, "")
    assert plain.schedule.empty
    assert not plain.activities.shown


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


def test_rules_of_treatment_are_asked_before_the_dose():
    before = attrs.evolve(WEEK_BEFORE, anchor=NamedAnchor("now"))
    valid = Feature("s.albumin", SampleValue("serum_albumin", before), "number", "g/L", "albumin")
    schedule = attrs.evolve(FLAGSHIP.schedule, features=(valid, FLAGSHIP.schedule.features[1]))
    (regimen,) = document(attrs.evolve(FLAGSHIP, schedule=schedule), None, "").regimens
    rules = [
        rule for block in regimen.blocks for one in block.gives for step in one.steps for rule in step.rules
    ]
    assert rules[0] == "until serum albumin within the 7 days before the dose is at least 35 g/L"
