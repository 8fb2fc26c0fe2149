"""What is to be done next, law by law, in generated code."""

from __future__ import annotations

from datetime import date
from types import ModuleType

import pytest
from schedule_sample import MONDAY, compiled, generated, happened, lab, on, records

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.course import Administration, Course, Unconditional
from protocol_dsl.runtime.schedule.engine import action_on, actions_on
from protocol_dsl.runtime.schedule.program import ScheduleError


def arm(give: str) -> ModuleType:
    """The generated schedule of an arm."""
    return generated(f'arm a "A" experimental {{ {give} }}')


def action(
    module: ModuleType, day: int, known: Records | None = None, *given: int, what: str = "drug"
) -> Action:
    """What to do about a drug on a study day, it having been given on others."""
    doses = tuple(Administration("drug", on(one)) for one in given)
    return module.next_action(
        "a", doses, known or records(), date.fromordinal(on(day)), {"day_1": MONDAY}, what
    )  # type: ignore[no-any-return]


def told(one: Action) -> tuple[str, int | None]:
    """The kind of an action, and the study day of the occurrence it is about."""
    return one.kind, None if one.day is None else one.day - MONDAY.toordinal() + 1


def test_a_fixed_grid_does_not_drift() -> None:
    module = arm("give drug 10 mg weekly for 3 weeks window -1 to +2 days")
    assert told(action(module, 1)) == ("give", 1)
    assert told(action(module, 3)) == ("give", 1), "the window is open"
    assert told(action(module, 4)) == ("wait", 8), "the window has closed"
    assert told(action(module, 9, None, 3)) == ("give", 8), "a late dose moves nothing"
    assert told(action(module, 7, None, 1, 7)) == ("wait", 15), "a dose in the early part of the window"
    assert action(module, 20, None, 1, 8, 15).kind == "done"


def test_rolling_counts_from_the_last_dose() -> None:
    module = arm("give drug 10 mg every 3 weeks after the last dose for 2 doses")
    assert told(action(module, 24, None, 3)) == ("give", 24)
    assert told(action(module, 30, None, 3)) == ("give", 24), "due until it is given"
    assert action(module, 46, None, 3, 24).kind == "done"


def test_until_is_asked_before_the_first_dose() -> None:
    module = arm("give drug 10 g daily until albumin_level >= 35 g/L")
    assert action(module, 1, records(albumin_level=lab((1, 36.0)))).kind == "done"
    assert action(module, 1, records(albumin_level=lab((1, 34.9)))).kind == "give"


def test_until_never_turns_back() -> None:
    module = arm("give drug 10 g daily until albumin_level >= 35 g/L")
    known = records(albumin_level=lab((1, 30.0), (2, 35.0), (3, 20.0)))
    assert action(module, 3, known, 1).kind == "done"


def test_unknown_asks_and_names_what_to_measure() -> None:
    one = action(arm("give drug 10 g daily until albumin_level >= 35 g/L"), 1)
    assert one.kind == "ask"
    assert one.ask[0].startswith("measure serum albumin")


def test_a_value_speaks_only_as_long_as_it_is_valid() -> None:
    module = arm("give drug 10 g daily until albumin_level >= 35 g/L")
    known = records(albumin_level=lab((1, 30.0)))
    assert [action(module, day, known, 1).kind for day in (2, 3)] == ["give", "ask"]


def test_while_can_turn_back() -> None:
    module = arm("give drug 10 mg daily while neutrophils >= 1 x 10^9/L")
    known = records(neutrophils=lab((1, 2.0), (2, 0.5), (3, 2.0)))
    assert [action(module, day, known).kind for day in (1, 2, 3)] == ["give", "skip", "give"]


def test_skip_loses_the_slot() -> None:
    module = arm("give drug 10 mg weekly for 3 weeks skip while neutrophils < 1 x 10^9/L")
    known = records(neutrophils=lab((1, 0.5), (2, 5.0), (8, 5.0)))
    assert told(action(module, 1, known)) == ("skip", 1)
    assert told(action(module, 2, known)) == ("wait", 8)
    assert action(module, 8, known).slot == "a/drug/2"


def test_delay_moves_the_slot_and_what_follows() -> None:
    module = arm("give drug 10 mg weekly for 3 weeks delay while neutrophils < 1 x 10^9/L up to 2 weeks")
    known = records(neutrophils=lab((1, 0.5), (4, 5.0), (11, 5.0)))
    waiting = action(module, 1, known)
    assert (waiting.kind, waiting.until) == ("delay", on(2))
    assert told(action(module, 4, known)) == ("give", 4)
    assert told(action(module, 5, known, 4)) == ("wait", 11)
    assert told(action(module, 11, known, 4)) == ("give", 11)


def test_a_delay_at_its_limit_asks() -> None:
    module = arm("give drug 10 mg weekly for 3 weeks delay while neutrophils < 1 x 10^9/L up to 2 days")
    known = records(neutrophils=lab(*((day, 0.5) for day in range(1, 9))))
    assert [action(module, day, known).kind for day in (1, 2, 3, 6)] == [
        "delay",
        "delay",
        "ask",
        "ask",
    ]
    assert "reached its limit" in action(module, 3, known).reason


def test_a_delay_in_cycles_moves_the_block() -> None:
    module = arm("""cycles c of 7 days for 2 cycles {
      give drug 10 mg on days 1, 3 delay while neutrophils < 1 x 10^9/L
      give mate 10 mg on days 1, 4 }""")
    known = records(neutrophils=lab((1, 0.5), (3, 5.0), (5, 5.0)))
    day_1 = {one.what: one.kind for one in module.next_actions("a", (), known, MONDAY, {"day_1": MONDAY})}
    assert day_1 == {"drug": "delay", "mate": "delay"}
    given = (Administration("drug", on(3)), Administration("mate", on(3)))
    day_4 = module.next_actions("a", given, known, date.fromordinal(on(4)), {"day_1": MONDAY})
    assert {one.what: told(one) for one in day_4} == {"drug": ("wait", 5), "mate": ("wait", 6)}


def test_reduce_when_latches_and_while_does_not() -> None:
    known = records(platelets=lab((1, 20.0), (2, 90.0)))
    latching = arm("give drug 100 mg daily reduce to 75 % of the starting dose when platelets < 50 x 10^9/L")
    assert [(one.kind, one.dose) for one in (action(latching, day, known) for day in (1, 2))] == [
        ("reduce", "75 mg"), ("reduce", "75 mg"),
    ]  # fmt: skip
    asked = arm("give drug 100 mg daily reduce to 75 % of the starting dose while platelets < 50 x 10^9/L")
    assert [(one.kind, one.dose) for one in (action(asked, day, known) for day in (1, 2))] == [
        ("reduce", "75 mg"), ("give", "100 mg"),
    ]  # fmt: skip


def test_levels() -> None:
    text = "give drug 30 mg daily levels 30 mg, 20 mg, else stop reduce by one level when platelets < 50 x 10^9/L"
    assert action(arm(text), 1, records(platelets=lab((1, 20.0)))).dose == "20 mg"
    assert action(arm(text), 1, records(platelets=lab((1, 60.0)))).dose == "30 mg"


@pytest.mark.parametrize("ladder", ["3 mg/kg, 2 mg/kg, 1 mg/kg", "2 mg/kg, 1 mg/kg", "0.003 g/kg, 2 mg/kg"])
def test_levels_are_worked_out_as_the_dose_is_which_is_their_top(ladder: str) -> None:
    module = arm(f"give drug 3 mg/kg daily levels {ladder} reduce by one level when platelets < 50 x 10^9/L")
    known = records(platelets=lab((1, 20.0)), weight=lab((1, 60.0)))
    assert action(module, 1, known).dose == "120 mg"
    assert (
        action(module, 1, known._replace(facts={**known.facts, "platelets": lab((1, 60.0))})).dose == "180 mg"
    )


def test_stop_goes_before_all_else() -> None:
    module = arm("give drug 10 mg daily skip while neutrophils < 1 x 10^9/L stop when progression ever")
    known = records(neutrophils=lab((1, 0.5), (2, 0.5), (3, 5.0)), progression=happened(2))
    assert [action(module, day, known).kind for day in (1, 2, 3)] == ["skip", "stop", "stop"]


def test_an_unknown_above_a_decided_rule_asks_unless_all_outcomes_agree() -> None:
    module = arm(
        "give drug 10 mg daily delay while platelets < 50 x 10^9/L stop when neutrophils < 1 x 10^9/L"
    )
    one = action(module, 1, records(platelets=lab((1, 20.0))))
    assert one.kind == "ask"
    assert ["neutrophils" in words for words in one.ask] == [True]
    same = arm("give drug 10 mg daily skip while platelets < 50 x 10^9/L skip while neutrophils < 1 x 10^9/L")
    assert action(same, 1, records(platelets=lab((1, 20.0)))).kind == "skip"


def test_bands_take_the_patient_of_the_day() -> None:
    module = arm("give drug 50 mg if weight < 50 kg, 100 mg if weight >= 50 kg daily")
    assert action(module, 1, records(weight=lab((1, 49.9)))).dose == "50 mg"
    assert action(module, 1, records(weight=lab((1, 50.0)))).dose == "100 mg"
    assert action(module, 1).kind == "ask"


def test_a_dose_asks_for_the_weight_it_lacks() -> None:
    module = arm("give drug 5 mg/kg daily delay while neutrophils < 1 x 10^9/L")
    known = records(neutrophils=lab((1, 5.0)))
    assert (action(module, 1, known).kind, action(module, 1, known).ask) == ("ask", ("weight",))
    sized = action(module, 1, records(neutrophils=lab((1, 5.0)), weight=lab((1, 70.2))))
    assert (sized.dose, sized.dose_note) == ("351 mg", "5 mg/kg x 70.2 kg")


def test_a_line_with_another_follows_what_was_given() -> None:
    program = compiled(
        'arm a "A" experimental { give drug 1 mg weekly for 2 weeks  give mate 1 mg 2 days after each drug }'
    )
    course = Course((Administration("drug", on(2)),), records(), {"day_1": MONDAY.toordinal()})
    found = action_on(program, "a", course._replace(given=()), Unconditional(), on(1), "mate")
    assert told(found) == ("wait", 3)
    course = Course((Administration("drug", on(1)),), records(), {"day_1": MONDAY.toordinal()})
    assert told(action_on(program, "a", course, Unconditional(), on(3), "mate")) == ("give", 3)


def test_what_follows_starts_when_what_came_before_has_really_ended() -> None:
    module = generated("""
    regimen one { give drug 10 g daily until albumin_level >= 35 g/L }
    regimen two { give mate 1 mg once }
    arm a "A" experimental { follow one, then follow two }""")
    known = records(albumin_level=lab((1, 30.0), (2, 30.0), (3, 36.0)))
    assert action(module, 2, known, 1, what="mate").kind == "wait"
    assert told(action(module, 3, known, 1, 2, what="mate")) == ("give", 3)


def test_a_drug_the_arm_does_not_give_is_refused() -> None:
    program = compiled('arm a "A" experimental { give drug once }')
    course = Course((Administration("water", on(1)),), records(), {"day_1": MONDAY.toordinal()})
    with pytest.raises(ScheduleError, match="`water` is not given in arm `a`; it gives `drug`"):
        actions_on(program, "a", course, Unconditional(), on(1))
