"""The planned calendar of a crossover equals the timings that CDISC's example of the same study exports (USDM v4).

The example's instances 31 to 33 (infusion, treatment and discharge of period 2) name the encounter and the epoch of
period 1, day 1. Their timings hang on period 2, and it is the timings that are compared.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from protocol_dsl import pipeline
from protocol_dsl.backends.schedule import program_of
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.slots import Slot
from protocol_dsl.source import SourceFile

ROOT = Path(__file__).parents[2]
EXPORTED = ROOT.parent / "shared/fixtures/usdm/EliLilly_NCT03421379_Diabetes.json"
OURS = ROOT / "tests/corpus/good/schedule/glucagon-crossover.trial"
DAY_ONE = 738_000
DAY = 1440

VISITS = {
    "SCREENING": "screened",
    "P1_DAY_MINUS1": "p1_admission",
    **dict.fromkeys(
        ("DAY_1_RANDOM", "P1_PRE_INFUSION", "P1_INFUSION", "P1_TREATMENT", "P1_DISCHARGE"), "p1_treatment"
    ),
    "WASHOUT": "washout",
    "P2_DAY_MINUS1": "p2_admission",
    **dict.fromkeys(("P2_PRE_INFUSION", "P2_INFUSION", "P2_TREATMENT", "P2_DISCHARGE"), "p2_treatment"),
    "FOLLOW_UP": "follow_up",
    "ADD_FOLLOW_UP": "second_follow_up",
}
"""The visit of ours that each instance of the main timeline takes place at."""
MISPLACED = ("P2_INFUSION", "P2_TREATMENT", "P2_DISCHARGE")
ASSESSED = {"PLASMA_GLUCOSE": "plasma_glucose", "PK_GLUCAGON": "glucagon_level"}


@cache
def exported() -> dict[str, Any]:
    """The one design of the example."""
    if not EXPORTED.is_file():
        pytest.skip("the example of USDM is absent: ../shared/fixtures/usdm")
    return json.loads(EXPORTED.read_text(encoding="utf-8"))["study"]["versions"][0]["studyDesigns"][0]


def timeline(name: str) -> dict[str, Any]:
    return next(one for one in exported()["scheduleTimelines"] if one["name"] == name)


def minutes(duration: str | None) -> int:
    """An ISO 8601 duration of days, hours or minutes."""
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", duration or "P0D")
    assert found is not None, duration
    days, hours, rest = (int(part or 0) for part in found.groups())
    return days * DAY + hours * 60 + rest


def offsets(of: dict[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Minutes from the fixed reference of a timeline, and the timing, by the instance's name."""
    timings = {one["relativeFromScheduledInstanceId"]: one for one in of["timings"]}

    def reached(instance: str) -> int:
        timing = timings[instance]
        kind = timing["type"]["decode"]
        if kind == "Fixed Reference":
            return 0
        length = minutes(timing["value"])
        return reached(timing["relativeToScheduledInstanceId"]) + (-length if kind == "Before" else length)

    return {one["name"]: (reached(one["id"]), timings[one["id"]]) for one in of["instances"]}


def planned(arm: str) -> tuple[Slot, ...]:
    protocol = pipeline.check(SourceFile(OURS.name, OURS.read_text(encoding="utf-8"))).protocol
    assert protocol is not None
    return calendar_of(program_of(protocol), arm, {"randomization": DAY_ONE}).slots


@pytest.mark.parametrize("arm", ["ly_g", "g_ly"])
def test_every_visit_falls_on_the_exported_day_and_window(arm: str) -> None:
    visits = {slot.what: slot for slot in planned(arm) if slot.verb == "visit"}
    found = offsets(timeline("Main Timeline"))
    assert set(found) == set(VISITS)
    assert set(visits) == set(VISITS.values())
    for instance, (reached, timing) in found.items():
        slot, (days, rest) = visits[VISITS[instance]], divmod(reached, DAY)
        assert (slot.day, rest) == (DAY_ONE + days, 0), instance
        if timing["windowLabel"]:
            # Both ends are exported as lengths, the first of them before the day.
            lower, upper = minutes(timing["windowLower"]), minutes(timing["windowUpper"])
            window = (DAY_ONE + days - lower // DAY, DAY_ONE + days + upper // DAY)
            assert (slot.window_first, slot.window_last) == window, instance
        else:
            assert (slot.window_first, slot.window_last) == (None, None), instance


def test_the_exported_instances_of_period_2_name_period_1() -> None:
    names = {one["name"]: one for one in timeline("Main Timeline")["instances"]}
    day_one = names["P1_TREATMENT"]
    for name in MISPLACED:
        assert names[name]["id"] in {f"ScheduledActivityInstance_{number}" for number in (31, 32, 33)}
        assert (names[name]["encounterId"], names[name]["epochId"]) == (
            day_one["encounterId"],
            day_one["epochId"],
        )
        assert offsets(timeline("Main Timeline"))[name][0] == 4 * DAY


@pytest.mark.parametrize("arm", ["ly_g", "g_ly"])
@pytest.mark.parametrize("drug", ["ly900018", "glucagen"])
def test_samples_are_taken_at_the_exported_minutes_round_each_treatment(arm: str, drug: str) -> None:
    of = timeline("Treatment Phase")
    found = offsets(of)
    names = {one["id"]: one["name"] for one in exported()["activities"]}
    for activity, fact in ASSESSED.items():
        wanted = sorted(
            found[one["name"]][0]
            for one in of["instances"]
            if activity in {names[each] for each in one["activityIds"]}
        )
        slots = [slot for slot in planned(arm) if slot.what == fact and f"/{drug}/" in slot.of]
        assert sorted(slot.minute for slot in slots) == wanted
        assert {slot.day for slot in slots} == {DAY_ONE if drug == _first(arm) else DAY_ONE + 4}


def _first(arm: str) -> str:
    return {"ly_g": "ly900018", "g_ly": "glucagen"}[arm]


@pytest.mark.parametrize("arm", ["ly_g", "g_ly"])
def test_ecgs_before_induction_are_taken_at_the_exported_minutes(arm: str) -> None:
    found = offsets(timeline("Hypoinduction"))
    wanted = sorted((found["30_MIN_BEFORE"][0], found["15_MIN_BEFORE"][0]))
    slots = [slot for slot in planned(arm) if slot.what == "Triplicate ECG"]
    assert [(slot.day, slot.minute) for slot in slots] == [
        (DAY_ONE + day, minute) for day in (0, 4) for minute in wanted
    ]
