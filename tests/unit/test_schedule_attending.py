"""Visits and assessments among the next steps: due in their window, settled by what happened, round the doses given."""

from __future__ import annotations

from datetime import date

from schedule_sample import MONDAY, generated, lab, on, records

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration

TEXT = """
arm a "A" experimental { give drug 10 mg on days 1, 22 }
visit baseline on day 1
visits follow_up every 2 weeks from week 2 to week 4 window ±3 days
visit closing 4 weeks after baseline
assess platelets at each follow_up
assess neutrophils before each drug
timeline pk around each drug { assess "PK sample" at 5, 10 minutes after }
"""
NOTHING = records()


def actions(day: int, given: tuple[tuple[str, int], ...] = (), known: Records = NOTHING) -> dict[str, Action]:
    """The actions of a study day, by what they are about."""
    module = generated(TEXT)
    happened = tuple(Administration(what, on(at)) for what, at in given)
    found = module.next_actions("a", happened, known, date.fromordinal(on(day)), {"day_1": MONDAY})
    return {one.what: one for one in found}


def test_a_visit_without_a_window_is_due_on_its_day_alone() -> None:
    assert actions(1)["baseline"].kind == "visit"
    assert actions(1, (("baseline", 1),))["baseline"].kind == "done"
    assert actions(2)["baseline"].kind == "done"


def test_a_visit_is_due_on_every_day_of_its_window_until_it_has_happened() -> None:
    kinds = {day: actions(day)["follow_up"] for day in (11, 12, 18, 19)}
    assert [one.kind for one in kinds.values()] == ["wait", "visit", "visit", "wait"]
    assert kinds[11].until == on(12)
    assert (kinds[12].day, kinds[12].last) == (on(15), on(18))
    after = actions(16, (("follow_up", 13),))["follow_up"]
    assert (after.kind, after.slot, after.until) == ("wait", "a/follow_up/2", on(26))


def test_what_is_planned_from_a_visit_counts_from_the_day_it_took_place() -> None:
    assert actions(5)["closing"].day == on(29)
    assert actions(5, (("baseline", 3),))["closing"].day == on(31)


def test_a_recorded_value_settles_an_assessment() -> None:
    assert actions(15)["platelets"].kind == "assess"
    known = records(platelets=lab((14, 200.0)))
    assert actions(15, known=known)["platelets"].kind == "wait"
    assert actions(15, known=records(platelets=lab((11, 200.0))))["platelets"].kind == "assess"


def test_assessments_round_a_dose_are_due_with_it() -> None:
    assert actions(1)["neutrophils"].kind == actions(1)["PK sample"].kind == "assess"
    given = actions(1, (("drug", 1),))
    assert given["neutrophils"].kind == "wait", "before the next dose, that of today being given"
    assert given["neutrophils"].until == on(22)
    assert given["PK sample"].kind == "assess"
    assert actions(2, (("drug", 1),))["PK sample"].kind == "wait"


def test_a_simulated_course_holds_its_visits_as_planned() -> None:
    rows = generated(TEXT).simulate("a", NOTHING, {"day_1": MONDAY}, date.fromordinal(on(30)))
    visits = [(row.day - on(1) + 1, one.what) for row in rows for one in row.actions if one.kind == "visit"]
    assert visits == [(1, "baseline"), (15, "follow_up"), (29, "follow_up"), (29, "closing")]
