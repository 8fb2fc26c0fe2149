"""What happened against the plan, case by case: day 1 is Monday 5 January 2026."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from schedule_sample import MONDAY, generated, on

from protocol_dsl.runtime.conformance.deviations import Conformance
from protocol_dsl.runtime.conformance.treatments import STRICT, Terms
from protocol_dsl.runtime.records import Records, Sample
from protocol_dsl.runtime.schedule.course import Administration
from protocol_dsl.vocabulary.calendar import days

WEEKLY = 'arm a "A" experimental { give drug 100 mg weekly for 4 weeks }'
WINDOW = 'arm a "A" experimental { give drug 100 mg weekly for 4 weeks window -1 to +2 days }'
LATER = date(2026, 6, 1)


def day(number: int) -> str:
    """The date of a study day."""
    return date.fromordinal(on(number)).isoformat()


def doses(
    *days: int, dose: object = 100, unit: str = "mg", treatment: str = "drug"
) -> list[dict[str, object]]:
    """Administrations on study days."""
    return [{"treatment": treatment, "on": day(one), "dose": dose, "unit": unit} for one in days]


def neutrophils(*values: tuple[int, float]) -> list[dict[str, object]]:
    """Samples by study day."""
    return [{"on": day(number), "value": value} for number, value in values]


def checked(text: str, until: date = LATER, terms: Terms = STRICT, **patient: object) -> Conformance:
    """A patient of arm `a` held against the schedule `text`."""
    data = {"id": "p", "arm": "a", "anchors": {"day_1": MONDAY.isoformat()}, **patient}
    return generated(text).conformance(data, until, terms=terms)


def told(found: Conformance) -> list[tuple[str, str, int | None]]:
    """Each finding as kind, the last part of its slot's id, and days off."""
    return [(one.kind, one.slot.rpartition("/")[2], one.off) for one in found.findings]


@pytest.mark.parametrize(
    ("text", "days", "expected"),
    [
        (WEEKLY, (1, 8, 15, 22), []),
        (WEEKLY, (1, 8, 22), [("missed", "3", None)]),
        (WEEKLY, (1, 9, 15, 20), [("late", "2", 1), ("early", "4", -2)]),
        (WEEKLY, (1, 8, 15, 22, 29), [("extra", "drug", None)]),
        (WEEKLY, (1, 8, 15, 22, 22), [("undecided", "drug", None)]),
        (WEEKLY, (1, 8, 15, 22, 23), [("extra", "drug", None)]),
        (WINDOW, (1, 7, 17, 22), []),
        (WINDOW, (1, 6, 18, 22), [("early", "2", -2), ("late", "3", 3)]),
    ],
)
def test_days(text: str, days: tuple[int, ...], expected: list[tuple[str, str, int | None]]) -> None:
    assert told(checked(text, administrations=doses(*days))) == expected


def test_the_same_record_twice_is_one_or_two() -> None:
    other = doses(1, 8, 15, 22, 22)
    other[-1]["dose"] = "100.0"
    assert [one.kind for one in checked(WEEKLY, administrations=other).findings] == ["extra"]
    for time, kinds in (("T08:30", ["undecided"]), ("T08:30:00", [])):
        timed = [{**one, "on": f"{one['on']}{time}"} for one in doses(1, 8, 15, 22, 22)]
        assert [one.kind for one in checked(WEEKLY, administrations=timed).findings] == kinds


def test_what_is_still_to_come_is_not_missed() -> None:
    given = doses(1, 8)
    assert not checked(WEEKLY, date.fromordinal(on(15)), administrations=given).findings
    assert told(checked(WEEKLY, date.fromordinal(on(16)), administrations=given)) == [("missed", "3", None)]
    assert not checked(WINDOW, date.fromordinal(on(17)), administrations=given).findings
    assert told(checked(WINDOW, date.fromordinal(on(18)), administrations=given)) == [("missed", "3", None)]


def test_a_dose_given_before_its_day_comes_is_early() -> None:
    found = checked(WEEKLY, date.fromordinal(on(14)), administrations=doses(1, 8, 14))
    assert told(found) == [("early", "3", -1)]


def test_who_has_left_misses_nothing() -> None:
    assert not checked(WEEKLY, administrations=doses(1, 8), ended=day(15)).findings


def test_the_tolerance_asked_for_holds_where_none_is_stated() -> None:
    given = doses(1, 9, 13, 25)
    assert told(checked(WEEKLY, terms=Terms(slack=2), administrations=given)) == [("late", "4", 3)]


@pytest.mark.parametrize(
    ("dose", "unit", "kind"),
    [
        (100, "mg", ""),
        ("0.1", "g", ""),
        (100_000, "ug", ""),
        (100, "MG", ""),
        (101, "mg", "wrong-dose"),
        (100, "g", "wrong-dose"),
        (100, "", "undecided"),
        (100, "vials", "undecided"),
        (100, "mL", "undecided"),
        (None, "mg", "undecided"),
        ("<100", "mg", "undecided"),
    ],
)
def test_doses_in_their_own_unit(dose: object, unit: str, kind: str) -> None:
    found = checked(WEEKLY, administrations=[*doses(1, 8, 15), *doses(22, dose=dose, unit=unit)])
    assert [one.kind for one in found.findings] == [kind] * bool(kind)
    assert any("vials" in one.words for one in found.problems) == (unit == "vials")


def test_a_range_holds_both_ends_and_a_share_widens_it() -> None:
    text = 'arm a "A" experimental { give drug 200 to 400 mL once }'
    for amount, wrong in ((200, False), (400, False), (401, True), (199, True)):
        given = doses(1, dose=amount, unit="mL")
        assert bool(checked(text, administrations=given).findings) == wrong
        assert not checked(text, terms=Terms(dose_share=Fraction(1, 100)), administrations=given).findings


def test_a_dose_worked_out_may_be_recorded_to_fewer_digits() -> None:
    text = 'arm a "A" experimental { give drug 5 mg/kg once }'
    weight = {"weight": [{"value": 68.7, "unit": "kg", "on": day(1)}]}  # 343.5 mg
    for amount, right in (("343.5", True), ("344", True), ("343", True), ("345", False), ("343.6", False)):
        found = checked(text, administrations=doses(1, dose=amount), **weight)
        assert [one.kind for one in found.findings] == ([] if right else ["wrong-dose"]), amount
    (unknown,) = checked(text, administrations=doses(1, dose=344)).findings
    assert unknown.kind == "undecided"
    assert "weight" in unknown.reason


SKIP, DELAY, REDUCE, STOP = (
    f'arm a "A" experimental {{ give drug 100 mg weekly for {weeks} weeks {rule} neutrophils < 1.5 x 10^9/L{limit} }}'
    for weeks, rule, limit in (
        (4, "skip while", ""),
        (3, "delay while", " up to 3 days"),
        (3, "reduce to 50 % of the starting dose while", ""),
        (4, "stop when", ""),
    )
)
HIGH = [(1, 4.0), (8, 4.0), (15, 4.0), (22, 4.0)]


@pytest.mark.parametrize(
    ("text", "low", "given", "expected"),
    [
        (SKIP, 8, (1, 15, 22), []),
        (SKIP, 8, (1, 8, 15, 22), [("given-while-skipped", "2", 0)]),
        (STOP, 15, (1, 8), []),
        (STOP, 15, (1, 8, 15), [("given-while-skipped", "3", 0)]),
        (STOP, 15, (1, 8, 22), [("given-while-skipped", "4", 0)]),
        (STOP, 15, (1, 8, 18), [("given-while-skipped", "drug", None)]),
    ],
)
def test_rules(
    text: str, low: int, given: tuple[int, ...], expected: list[tuple[str, str, int | None]]
) -> None:
    values = [(number, 1.0 if number == low else value) for number, value in HIGH]
    assert told(checked(text, administrations=doses(*given), neutrophils=neutrophils(*values))) == expected


def test_a_delay_moves_what_is_planned() -> None:
    values = neutrophils((1, 4.0), (8, 1.0), (9, 1.0), (10, 4.0), (17, 4.0))
    assert not checked(DELAY, administrations=doses(1, 10, 17), neutrophils=values).findings
    found = checked(DELAY, administrations=doses(1, 9, 16), neutrophils=[*values, *neutrophils((16, 4.0))])
    assert told(found) == [("given-while-skipped", "2", 0)]


def test_a_reduced_dose_is_the_right_one() -> None:
    values = neutrophils((1, 4.0), (8, 1.0), (15, 4.0))
    right = [*doses(1, 15), *doses(8, dose=50)]
    assert not checked(REDUCE, administrations=right, neutrophils=values).findings
    (wrong,) = checked(REDUCE, administrations=doses(1, 8, 15), neutrophils=values).findings
    assert (wrong.kind, wrong.slot, wrong.planned_dose) == ("wrong-dose", "a/drug/2", "50 mg")


def test_a_missing_measurement_leaves_it_undecided() -> None:
    values = neutrophils((1, 4.0), (15, 4.0), (22, 4.0))
    given = checked(SKIP, administrations=doses(1, 8, 15, 22), neutrophils=values)
    missing = checked(SKIP, administrations=doses(1, 15, 22), neutrophils=values)
    assert told(given) == [("undecided", "2", 0)]
    assert told(missing) == [("undecided", "2", None)]
    assert all("measure neutrophils" in one.reason for one in (*given.findings, *missing.findings))


def test_a_dose_counted_from_the_last_one_moves_the_next() -> None:
    text = 'arm a "A" experimental { give drug 100 mg every 3 weeks after the last dose for 4 doses }'
    assert not checked(text, administrations=doses(1, 22, 43, 64)).findings
    assert told(checked(text, administrations=doses(1, 24, 45, 66))) == [("late", "2", 2)]
    assert told(checked(text, administrations=doses(1, 20, 41, 62))) == [("early", "2", -2)]


def test_what_goes_with_another_dose_goes_with_it_when_it_is_late() -> None:
    text = 'arm a "A" experimental { give drug 100 mg weekly for 3 weeks give mate 5 mg with each drug }'
    mates = lambda *days: doses(*days, dose=5, treatment="mate")  # noqa: E731
    assert told(checked(text, administrations=[*doses(1, 10, 15), *mates(1, 10, 15)])) == [("late", "2", 2)]
    assert told(checked(text, administrations=[*doses(1, 8, 15), *mates(1, 15)])) == [("missed", "2", None)]


def test_another_arms_drug() -> None:
    text = WEEKLY + ' arm b "B" experimental { give mate 5 mg weekly for 2 weeks }'
    (found,) = checked(text, administrations=[*doses(1, 8, 15, 22), *doses(3, treatment="mate")]).findings
    assert (found.kind, found.what) == ("wrong-arm", "mate")
    (other,) = checked(text, administrations=doses(1, 8, 15, 22), treated_as="b").findings
    assert other.kind == "wrong-arm"


def test_as_needed_is_never_too_much() -> None:
    text = 'arm a "A" experimental { may give drug as needed "pain" }'
    assert not checked(text, administrations=doses(1, 1, 2, 50)).findings


def test_a_record_of_several_days() -> None:
    text = 'arm a "A" experimental { give drug 100 mg daily for 5 days }'
    whole = {"treatment": "drug", "on": day(1), "to": day(5), "dose": 100, "unit": "mg"}
    assert not checked(text, administrations=[{**whole, "frequency": "QD"}]).findings
    found = checked(text, administrations=[whole])
    assert told(found) == [("undecided", str(number), None) for number in range(1, 6)]
    twice = checked(text, administrations=[{**whole, "frequency": "BID"}])
    assert [one.kind for one in twice.findings] == ["extra"] * 5


def test_day_1_known_to_the_month_decides_nothing() -> None:
    found = checked(WEEKLY, administrations=doses(1, 8), anchors={"day_1": "2026-01"})
    assert [(one.kind, one.reason) for one in found.findings] == [
        ("undecided", "day 1 is not known to the day: day_1 is `2026-01`")
    ]


def test_a_partial_date_decides_what_it_can() -> None:
    vague = [{"treatment": "drug", "on": "2026-01", "dose": 100, "unit": "mg"}]
    found = checked(WEEKLY, administrations=[*doses(1, 15, 22), *vague])
    assert {one.kind for one in found.findings} == {"undecided"}
    wrong = [{**vague[0], "treatment": "mate"}]
    text = WEEKLY + ' arm b "B" experimental { give mate 5 mg once }'
    sure = checked(text, administrations=[*doses(1, 8, 15, 22), *wrong])
    assert [(one.kind, one.actual) for one in sure.findings] == [("wrong-arm", "2026-01")]


def test_a_partial_date_that_nothing_hangs_on_leaves_the_rest_certain() -> None:
    text = WEEKLY.replace("}", " give mate as prescribed }")
    vague = [{"treatment": "mate", "on": words} for words in ("2026", "2025", "2026-01")]
    assert told(checked(text, administrations=[*doses(1, 8, 22), *vague])) == [("missed", "3", None)]


def test_what_may_be_on_any_day_leaves_nothing_certain_beside_it() -> None:
    vague = [{"treatment": "drug", "on": "2026"}, {"treatment": "drug"}]
    found = checked(WEEKLY, administrations=[*doses(1, 8), *vague])
    assert [one.kind for one in found.findings] == ["undecided", "undecided"]
    assert all("nothing was decided" in one.reason for one in found.findings)


def test_a_time_of_day_and_what_is_not_understood() -> None:
    given = [{**one, "on": f"{one['on']}T08:30"} for one in doses(1, 8, 15)]
    found = checked(WEEKLY, administrations=[*given, *doses(22), {"treatment": "drogue", "on": day(3)}])
    assert not found.findings
    assert [(one.words, one.fix) for one in found.problems] == [("drogue", "did you mean `drug`?")]


VISITS = (
    WEEKLY
    + """
visit baseline "Baseline" on day 1
visits follow_up "Follow-up" every 4 weeks from week 4 to week 12 window ±3 days
visit final "Final visit" 2 weeks after last drug
assess platelets at baseline, each follow_up
"""
)


def visits(**days: tuple[int, ...] | int) -> list[dict[str, object]]:
    """Visits by name on study days."""
    spread = {name: (found,) if isinstance(found, int) else found for name, found in days.items()}
    return [{"visit": name, "on": day(one)} for name, found in spread.items() for one in found]


def test_visits() -> None:
    given = doses(1, 8, 15, 22)
    right = visits(baseline=1, follow_up=(29, 59, 85), final=36)
    assert not checked(VISITS, administrations=given, visits=right).findings
    found = checked(VISITS, administrations=given, visits=visits(baseline=3, follow_up=(29, 61), final=36))
    assert told(found) == [("late", "baseline", 2), ("late", "2", 4), ("missed", "3", None)]
    more = checked(VISITS, administrations=given, visits=[*right, *visits(baseline=2)])
    assert [(one.kind, one.subject) for one in more.findings] == [("extra", "visit")]


def test_a_visit_hangs_on_the_dose_as_given() -> None:
    given = doses(1, 8, 15, 24)
    found = checked(
        VISITS, administrations=given, visits=visits(baseline=1, follow_up=(29, 57, 85), final=38)
    )
    assert told(found) == [("late", "4", 2)]


def test_visits_by_label_and_as_the_trial_visits_dataset_names_them() -> None:
    named = [
        {"visit": words, "on": day(number)}
        for words, number in (
            ("BASELINE", 1), ("Follow-up, week 4", 29), ("Follow-up, week 8", 57), ("FOLLOW UP 3", 85),
            ("Final Visit", 36), ("UNSCHEDULED 1.1", 40),
        )
    ]  # fmt: skip
    found = checked(VISITS, administrations=doses(1, 8, 15, 22), visits=named)
    assert not found.findings
    assert not found.problems


def test_assessments_at_visits() -> None:
    given, seen = doses(1, 8, 15, 22), visits(baseline=1, follow_up=(29, 61), final=36)
    taken = neutrophils((1, 150), (29, 150), (61, 150))
    found = checked(VISITS, administrations=given, visits=seen, platelets=taken)
    # At a visit that was late it was in time, at one that was missed nobody waited for it.
    assert [(one.kind, one.subject) for one in found.findings] == [("late", "visit"), ("missed", "visit")]
    less = checked(VISITS, administrations=given, visits=seen, platelets=taken[:1])
    assert [one.slot for one in less.findings if one.subject == "assessment"] == [
        "a/follow_up/1/platelets",
        "a/follow_up/2/platelets",
    ]


def test_assessments_before_each_dose() -> None:
    text = WEEKLY + "\nassess platelets before each drug"
    right = neutrophils((1, 150), (7, 150), (14, 150), (22, 150))
    assert not checked(text, administrations=doses(1, 8, 15, 22), platelets=right).findings
    found = checked(text, administrations=doses(1, 8, 22), platelets=[right[0], right[3]])
    assert [(one.kind, one.slot) for one in found.findings] == [
        ("missed", "a/drug/2/before/platelets"),
        ("missed", "a/drug/3"),
    ]


def test_what_was_not_handed_over_is_said_and_not_missed() -> None:
    found = checked(VISITS, administrations=doses(1, 8, 15, 22))
    assert not found.findings
    assert found.unlooked == ("visit", "assessment")
    assert checked(VISITS, visits=visits(baseline=1, follow_up=(29, 57, 85))).unlooked[0] == "treatment"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"id": 3, "arm": 7, "administrations": {}, "visits": "no", "assessments": 1, "anchors": []},
        {
            "arm": "a",
            "administrations": [None, 1, {}, {"treatment": None, "on": 5, "dose": []}],
            "ended": "x",
        },
        {
            "arm": "a",
            "anchors": {"day_1": MONDAY},
            "administrations": [{"treatment": "drug", "on": "9999-12-31"}],
        },
        {"arm": "a", "anchors": {"day_1": "0001-01-01"}, "administrations": [{"treatment": "drug"}]},
        {
            "arm": "a",
            "anchors": {"day_1": "9999-12-31"},
            "visits": [{"visit": "final"}, {"visit": "follow_up"}],
        },
        {
            "arm": "a",
            "anchors": {"day_1": day(1)},
            "administrations": [{"treatment": "drug", "on": "2026", "to": 4}],
        },
    ],
)
def test_no_data_brings_it_down(data: object) -> None:
    found = generated(VISITS).conformance(data, LATER)
    assert not found.deviations or found.arm == "a"


def test_a_dose_outside_the_plan_is_early_looking_back_and_cancels_nothing_looking_ahead() -> None:
    module = generated(WEEKLY)
    given = tuple(Administration("drug", on(number)) for number in (1, 7))
    ahead = module.next_action("a", given, Records("p", {}), date.fromordinal(on(8)), {"day_1": MONDAY})
    assert (ahead.kind, ahead.slot) == ("give", "a/drug/2")
    back = module.conformance(
        {"id": "p", "arm": "a", "anchors": {"day_1": MONDAY.isoformat()}, "administrations": doses(1, 7)},
        date.fromordinal(on(10)),
    )
    assert told(back) == [("early", "2", -1)]


@pytest.mark.parametrize(
    "give",
    [
        "100 mg weekly for 4 weeks",
        "100 mg every 60 hours after the last dose for 6 doses",
        "100 mg per day in 2 doses daily for 1 week ; then 75 mg weekly for 3 doses",
        "100 mg daily for 9 doses delay while neutrophils < 1.5 x 10^9/L up to 1 week",
        "100 mg daily until neutrophils >= 3 x 10^9/L",
    ],
)
def test_doing_what_the_step_function_calls_for_is_no_deviation(give: str) -> None:
    module = generated(f'arm a "A" experimental {{ give drug {give} }}')
    values = neutrophils(
        *((number, 2.0 if number not in {4, 5} else 1.0) for number in range(1, 20)), (20, 3.5)
    )
    samples = tuple(Sample(days(on(n), on(n)), float(one["value"])) for n, one in enumerate(values, 1))  # type: ignore[arg-type]
    until = date.fromordinal(on(30))
    rows = module.simulate("a", Records("p", {"neutrophils": samples}), {"day_1": MONDAY}, until)
    called = [(row.day, one) for row in rows for one in row.actions if one.kind in {"give", "reduce"}]
    assert len(called) >= 4
    recorded = [
        {
            "treatment": "drug",
            "on": f"{date.fromordinal(at)}T{8 + n % 12:02}:00",
            "dose": one.dose.split()[0],
            "unit": "mg",
        }
        for n, (at, one) in enumerate(called)
    ]
    patient = {"id": "p", "arm": "a", "anchors": {"day_1": MONDAY.isoformat()}}
    found = module.conformance({**patient, "administrations": recorded, "neutrophils": values}, until)
    assert not found.findings
