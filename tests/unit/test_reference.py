"""The reference evaluator's features, against values worked out by hand. ON is 2026-03-02."""

from __future__ import annotations

import math

import pytest
from reference_cases import (
    EVER,
    POSITIVE,
    SCREENING,
    after,
    before,
    below,
    complete,
    days,
    incomplete,
    item,
    occurrence,
    series,
    value_of,
    when,
)

from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import ItemTruth, OneOf
from protocol_dsl.runtime.records import Range, Sample
from protocol_dsl.vocabulary.calendar import Duration

BELOW_40 = below(40)
TWO_WEEKS = before(14)  # opens on 2026-02-16
STRICT = before(14, strict=True)


@pytest.mark.parametrize(
    ("node", "facts", "expected"),
    [
        (Given("pregnant"), {"pregnant": True}, True),
        (Given("pregnant"), {}, None),
        (Given("smoker"), {}, False),  # absent if not recorded
        (Given("smoker"), {"smoker": True}, True),
        (Given("weight"), {"weight": 70.5}, 70.5),
        (Given("weight"), {"weight": BELOW_40}, BELOW_40),
        (Given("nyha"), {"nyha": "II"}, "II"),
        (Given("mutations"), {"mutations": frozenset({"kras"})}, frozenset({"kras"})),
        (Given("mutations"), {}, None),
    ],
)
def test_given(node, facts, expected):
    assert value_of(node, facts) == expected


@pytest.mark.parametrize(
    ("fact", "facts", "expected"),
    [
        ("pregnant", {}, False),
        ("pregnant", {"pregnant": True}, False),
        ("pregnant", {"pregnant": None}, None),
        ("surgery", {"surgery": complete()}, False),
        ("surgery", {"surgery": None}, None),
        ("alt", {"alt": series(("2026-02-01", None))}, False),  # asked of no window, only the whole counts
        ("alt", {"alt": None}, None),
    ],
)
def test_the_whole_record_leaves_it_open(fact, facts, expected):
    assert value_of(Unsettled(fact), facts) is expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), False),
        ((("2026-02-20", 4.0),), False),
        ((("2026-02-20", None),), None),
        ((("2026-02-20", None), ("2026-02-21", 4.0)), False),
        ((("2026-02-20", None), ("2026-02-20", 4.0)), None),
        ((("2026-02-20", None), ("2026-02-10", 4.0)), None),
        ((("2026-02", None), ("2026-02-20", 4.0)), None),
        # two results of one day
        ((("2026-02-20", 4.0), ("2026-02-20", 5.0)), None),
        ((("2026-02-20", 4.0), ("2026-02-20", 4.0)), False),
        ((("2026-02-20", 4.0, 40.0), ("2026-02-20", 4.0)), None),
        ((("2026-02-20", 4.0), ("2026-02-20", 5.0), ("2026-02-21", 5.0)), False),
        ((("2026-02-20", 4.0), ("2026-02-19", 5.0)), False),
        ((("2026-02-20T08:00", 4.0), ("2026-02-20T09:00", 5.0)), False),
        ((("2026-02-20", BELOW_40), ("2026-02-20", 38.0)), None),
        # outside of the two weeks, or perhaps outside
        ((("2026-01-20", 4.0), ("2026-01-20", 5.0)), False),
        ((("2026-01-20", None),), False),
        ((("2026-02", 4.0),), None),
        ((("2026-02", 4.0), ("2026-03-01", 4.0)), False),
        ((("2026-01", 4.0),), False),
    ],
)
def test_the_latest_of_a_series_is_left_open(rows, expected):
    assert value_of(Unsettled("alt", TWO_WEEKS), {"alt": series(*rows)}) is expected


@pytest.mark.parametrize(
    ("history", "moment", "expected"),
    [
        (complete(), "overlaps", False),
        (complete(occurrence("2026-02-20", "2026-02-20")), "overlaps", False),
        (complete(occurrence("2026-02", "2026-02")), "overlaps", None),
        (incomplete(occurrence("2026-02", "2026-02")), "overlaps", None),
        (incomplete(occurrence("2026-01", "2026-01")), "overlaps", False),
        (complete(occurrence("2026-01-05", "unknown")), "overlaps", None),
        (complete(occurrence("2026-01-05", "unknown")), "started", False),
        (complete(occurrence("2026-01-05", "unknown")), "ongoing", None),
        (
            complete(occurrence("2026-02-20", "2026-02-20"), occurrence("2026-02", "2026-02")),
            "overlaps",
            None,
        ),
    ],
)
def test_an_occurrence_is_left_open(history, moment, expected):
    assert value_of(Unsettled("surgery", TWO_WEEKS, moment), {"surgery": history}) is expected


@pytest.mark.parametrize(
    ("date", "attributes", "expected"),
    [
        ("2026-02-20", {}, False),  # an attribute that is not recorded is not recorded
        ("2026-02", {}, None),
        ("2026-02", {"planned": False}, False),
        ("2026-02", {"planned": True}, None),
    ],
)
def test_only_an_occurrence_that_may_pass_is_left_open(date, attributes, expected):
    node = Unsettled("surgery", TWO_WEEKS, "overlaps", ItemTruth("planned"))
    assert value_of(node, {"surgery": complete(occurrence(date, date, **attributes))}) is expected


def test_answer():
    assert value_of(Answer("E4.1"), {}, answers={"E4.1": False}) is False
    assert value_of(Answer("E4.1"), {}) is None


@pytest.mark.parametrize(
    ("born", "unit", "on", "expected"),
    [
        ("1980-03-02", "year", "2026-03-02", 46.0),
        ("1980-03-03", "year", "2026-03-02", 45.0),
        ("2004-02-29", "year", "2025-02-28", 20.0),
        ("2004-02-29", "year", "2025-03-01", 21.0),
        ("2004-02-29", "year", "2024-02-29", 20.0),
        ("2026-01-31", "month", "2026-02-28", 0.0),
        ("2026-01-31", "month", "2026-03-01", 1.0),
        ("2026-01-31", "month", "2026-03-30", 1.0),
        ("2026-01-31", "month", "2026-03-31", 2.0),
        ("2026-02-16", "week", "2026-03-01", 1.0),
        ("2026-02-16", "week", "2026-03-02", 2.0),
        ("2026-02-16", "day", "2026-03-02", 14.0),
        ("1980", "year", "2026-03-02", Range(45.0, 46.0)),
        ("1980-03", "year", "2026-03-02", Range(45.0, 46.0)),
        ("1980-04", "year", "2026-03-02", 45.0),
        ("2026", "year", "2026-03-02", 0.0),
        ("2027", "year", "2026-03-02", None),
    ],
)
def test_age_from_the_birth_date(born, unit, on, expected):
    assert value_of(Age(unit), {"birth_date": when(born), "age": 99.0}, when(on)) == expected


@pytest.mark.parametrize(
    ("stated", "unit", "expected"),
    [
        (45.0, "year", 45.0),
        (2.0, "month", Range(24.0, 35.0)),
        (2.0, "day", Range(730.0, 1097.0)),
        (2.0, "week", Range(104.0, 156.0)),
        (Range(18.0, math.inf), "year", Range(18.0, math.inf)),
        (None, "year", None),
    ],
)
def test_age_as_stated(stated, unit, expected):
    assert value_of(Age(unit), {"age": stated}) == expected


def test_age_as_stated_at_another_day():
    # 45 on 2026-03-02: born 1980-03-03 to 1981-03-02, so 40 or 41 on 2021-06-01 and 44 or 45 on 2026-03-01
    anchors = {"randomization": when("2021-06-01")}
    assert value_of(Age("year", NamedAnchor("randomization")), {"age": 45.0}, anchors=anchors) == Range(
        40.0, 41.0
    )
    anchors = {"randomization": when("2026-03-01")}
    assert value_of(Age("year", NamedAnchor("randomization")), {"age": 45.0}, anchors=anchors) == Range(
        44.0, 45.0
    )


@pytest.mark.parametrize(
    ("window", "rows", "latest", "first"),
    [
        (TWO_WEEKS, [("2026-02-16", 5.0)], 5.0, 5.0),
        (TWO_WEEKS, [("2026-02-15", 5.0)], None, None),
        (STRICT, [("2026-02-16", 5.0)], None, None),
        (STRICT, [("2026-02-17", 5.0)], 5.0, 5.0),
        (TWO_WEEKS, [("2026-03-02", 5.0)], 5.0, 5.0),
        (TWO_WEEKS, [("2026-03-03", 5.0)], None, None),
        (TWO_WEEKS, [("2026-02-25", 2.0), ("2026-02-20", 1.0)], 2.0, 1.0),
        (TWO_WEEKS, [("2026-02-20", 1.0), ("2026-02-20", 2.0)], None, None),
        (TWO_WEEKS, [("2026-02-20", 2.0), ("2026-02-20", 2.0)], 2.0, 2.0),
        (TWO_WEEKS, [("2026-02-20T08:00:00", 1.0), ("2026-02-20T09:00:00", 2.0)], 2.0, 1.0),
        (TWO_WEEKS, [("2026-02", 9.0)], None, None),  # may be before the window
        (TWO_WEEKS, [("2026-02", 9.0), ("2026-03-01", 1.0)], 1.0, None),
        (TWO_WEEKS, [("2026-02", 9.0), ("2026-02-20", 1.0)], None, None),
        (TWO_WEEKS, [("2026-02", 1.0), ("2026-02-20", 1.0)], 1.0, 1.0),
        (TWO_WEEKS, [("2026-02-20", 1.0), ("2026-02-25", None)], None, 1.0),
        (TWO_WEEKS, [("2026-02-20", BELOW_40)], BELOW_40, BELOW_40),
        (EVER, [("2020", 1.0), ("2019", 2.0)], 1.0, 2.0),
        (EVER, [], None, None),
        (before(1, "month"), [("2026-02-02", 1.0)], 1.0, 1.0),
        (before(1, "month"), [("2026-02-01", 1.0)], None, None),
    ],
)
def test_latest_and_first(window, rows, latest, first):
    facts = {"alt": series(*rows)}
    assert value_of(SampleValue("alt", window, "latest"), facts) == latest
    assert value_of(SampleValue("alt", window, "first"), facts) == first


@pytest.mark.parametrize(
    ("on", "window", "sample", "inside"),
    [
        ("2026-03-31", before(1, "month"), "2026-02-28", True),
        ("2026-03-31", before(1, "month"), "2026-02-27", False),
        ("2024-03-31", before(1, "month"), "2024-02-28", False),
        ("2024-02-29", before(1, "year"), "2023-02-28", True),
        ("2026-03-02T10:00:00", before(24, "hour"), "2026-03-01T10:00:00", True),
        ("2026-03-02T10:00:00", before(24, "hour"), "2026-03-01T09:59:59", False),
        ("2026-03-02T10:00:00", before(24, "hour", strict=True), "2026-03-01T10:00:00", False),
        ("2026-03-02T10:00:00", before(24, "hour", strict=True), "2026-03-01T10:00:01", True),
        ("2026-03-02T10:00:00", before(1), "2026-03-01T00:00:00", True),
        ("2026-03-02T10:00:00", before(24, "hour"), "2026-03-01", False),  # open, so no value
        ("2026-03-02", before(24, "hour"), "2026-03-01T23:59:59", True),
        ("2026-03-02", before(24, "hour"), "2026-03-01T12:00:00", False),  # open as well
        ("2026-03-02", after(1, "week"), "2026-03-09", True),
        ("2026-03-02", after(1, "week"), "2026-03-10", False),
        ("2026-03-02", Window(SCREENING, None, Edge((), strict=True)), "2026-03-01", True),
        ("2026-03-02", Window(SCREENING, None, Edge((), strict=True)), "2026-03-02", False),
        ("2026-03-02", Window(SCREENING, Edge((), strict=True), None), "2026-03-02", False),
        ("2026-03-02", Window(SCREENING, Edge((), strict=True), None), "2026-03-03", True),
    ],
)
def test_windows(on, window, sample, inside):
    found = value_of(SampleValue("alt", window), {"alt": series((sample, 1.0))}, when(on))
    assert found == (1.0 if inside else None)


@pytest.mark.parametrize(
    ("farthest", "sample", "inside"),
    [(True, "2026-02-01", True), (False, "2026-02-01", False), (False, "2026-02-02", True)],
)
def test_longer_and_shorter_of(farthest, sample, inside):
    # 30 days before 2026-03-02 is 2026-01-31, one month before is 2026-02-02
    offsets = (Duration(-1, "month"), Duration(-30, "day"))
    window = Window(SCREENING, Edge(offsets, farthest=farthest), Edge(()))
    found = value_of(SampleValue("alt", window), {"alt": series((sample, 1.0))})
    assert found == (1.0 if inside else None)


def test_limits_of_normal_come_from_the_sample_picked():
    rows = (Sample(when("2026-02-20"), 30.0, 40.0, None), Sample(when("2026-02-25"), 50.0, 45.0, 5.0))
    assert value_of(SampleValue("alt", TWO_WEEKS, "latest", "upper"), {"alt": rows}) == 45.0
    assert value_of(SampleValue("alt", TWO_WEEKS, "first", "upper"), {"alt": rows}) == 40.0
    assert value_of(SampleValue("alt", TWO_WEEKS, "first", "lower"), {"alt": rows}) is None


@pytest.mark.parametrize(
    ("rows", "highest", "lowest"),
    [
        ([("2026-02-20", 50.0), ("2026-02-25", 30.0)], 50.0, 30.0),
        ([("2026-02-20", 50.0), ("2026-02-25", BELOW_40)], 50.0, Range(-math.inf, BELOW_40.high)),
        (
            [("2026-02-20", 30.0), ("2026-02-25", BELOW_40)],
            Range(30.0, BELOW_40.high),
            Range(-math.inf, 30.0),
        ),
        ([("2026-02-20", 30.0), ("2026-02-25", None)], Range(30.0, math.inf), Range(-math.inf, 30.0)),
        ([("2026-02-20", None)], None, None),
        ([("2026-02-20", 50.0), ("2026-02", 60.0)], Range(50.0, 60.0), 50.0),
        ([("2026-02-20", 50.0), ("2026-02", 40.0)], 50.0, Range(40.0, 50.0)),
        ([("2026-02", 40.0)], None, None),
        ([], None, None),
    ],
)
def test_highest_and_lowest(rows, highest, lowest):
    facts = {"alt": series(*rows)}
    assert value_of(SampleValue("alt", TWO_WEEKS, "highest"), facts) == highest
    assert value_of(SampleValue("alt", TWO_WEEKS, "lowest"), facts) == lowest


@pytest.mark.parametrize(
    ("last", "rows", "expected"),
    [
        (None, [("2026-02-20", 1.0), ("2026-02-21", 2.0), ("2026-02-22", 6.0)], 3.0),
        (2, [("2026-02-20", 1.0), ("2026-02-21", 2.0), ("2026-02-22", 6.0)], 4.0),
        (4, [("2026-02-20", 1.0), ("2026-02-21", 2.0), ("2026-02-22", 6.0)], None),
        (None, [], None),
        (None, [("2026-02-20", 1.0), ("2026-02-21", BELOW_40)], None),
        (1, [("2026-02-20", BELOW_40), ("2026-02-21", 2.0)], 2.0),
        (None, [("2026-02-20", 1.0), ("2026-02", 2.0)], None),  # whether the second counts is open
        (2, [("2026-02", 9.0), ("2026-03-01", 2.0), ("2026-03-02", 4.0)], 3.0),
        (2, [("2026-02", 9.0), ("2026-02-20", 2.0), ("2026-03-02", 4.0)], None),
        (1, [("2026-02-20", 2.0), ("2026-02-20", 2.0)], None),  # which one is open
        (1, [("2026-02", 9.0), ("2026-02-28", 2.0)], None),
        (2, [("2026-02-20", 2.0), ("2026-02-20", 4.0)], 3.0),
    ],
)
def test_mean(last, rows, expected):
    assert value_of(SampleMean("alt", TWO_WEEKS, last), {"alt": series(*rows)}) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("2026-02-20", 50.0), ("2026-02-21", 30.0), ("2026-02-10", 50.0)], 1.0),
        ([("2026-02-20", 50.0), ("2026-02-21", None)], Range(1.0, 2.0)),
        ([("2026-02-20", 50.0), ("2026-02", 50.0)], Range(1.0, 2.0)),
        ([("2026-02-20", BELOW_40)], 0.0),
        ([], 0.0),
    ],
)
def test_count_of_samples(rows, expected):
    node = SampleCount("alt", TWO_WEEKS, item(">=", 40))
    assert value_of(node, {"alt": series(*rows)}) == expected


def test_nothing_known_of_a_series_is_unknown():
    for node in (
        SampleCount("alt", TWO_WEEKS),
        Consecutive("alt", TWO_WEEKS, 1, item(">", 0)),
        Held("alt", TWO_WEEKS, item(">", 0)),
        Unchanged("alt", TWO_WEEKS),
    ):
        assert value_of(node, {}) is None


@pytest.mark.parametrize(
    ("rows", "absolute", "relative"),
    [
        ([("2026-02-20", 10.0), ("2026-03-01", 13.0)], 3.0, 0.3),
        ([("2026-02-20", 10.0)], None, None),
        ([("2026-02-20", 10.0), ("2026-02-20", 10.0)], None, None),
        ([("2026-02-20", 0.0), ("2026-03-01", 13.0)], 13.0, None),
        ([("2026-02-20", 10.0), ("2026-03-01", BELOW_40)], None, None),
        ([("2026-02-20", 10.0), ("2026-02-25", None), ("2026-03-01", 13.0)], 3.0, 0.3),
        ([("2026-02-20", 10.0), ("2026-02", 99.0), ("2026-03-01", 13.0)], None, None),
    ],
)
def test_change(rows, absolute, relative):
    facts = {"alt": series(*rows)}
    assert value_of(SampleChange("alt", TWO_WEEKS), facts) == absolute
    assert value_of(SampleChange("alt", TWO_WEEKS, relative=True), facts) == relative


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("2026-02-20", 1.0), ("2026-02-21", 50.0), ("2026-02-22", 60.0)], True),
        ([("2026-02-20", 50.0), ("2026-02-21", 1.0), ("2026-02-22", 60.0)], False),
        ([("2026-02-20", 50.0), ("2026-02-21", None), ("2026-02-22", 60.0)], None),
        ([("2026-02-10", 50.0), ("2026-02-22", 60.0)], None),  # one of them is too early: only one is left
        ([("2026-02-20", 50.0), ("2026-02-22", 60.0), ("2026-02", 1.0)], None),  # may stand between
        ([("2026-02-20", 50.0), ("2026-02-22", 60.0), ("2026-02", 70.0)], True),
        ([("2026-02-20", 50.0), ("2026-02-20", 60.0), ("2026-02-20", 1.0)], None),
        ([("2026-02-20", 50.0)], None),
        ([], None),
    ],
)
def test_consecutive(rows, expected):
    node = Consecutive("alt", TWO_WEEKS, 2, item(">=", 40))
    assert value_of(node, {"alt": series(*rows)}) is expected


@pytest.mark.parametrize(
    ("rows", "at_least", "more_than"),
    [
        # six months before 2026-03-02 is 2025-09-02
        ([("2025-08-01", "positive"), ("2026-02-01", "positive")], True, True),
        ([("2025-09-02", "positive"), ("2026-02-01", "positive")], True, None),
        ([("2025-09-03", "positive"), ("2026-02-01", "positive")], None, None),
        ([("2025-08-01", "positive")], None, None),
        ([("2026-02-01", "positive")], None, None),
        ([("2025-08-01", "positive"), ("2026-02-01", None)], None, None),
        ([("2025-08-01", "positive"), ("2025-12-01", "negative"), ("2026-02-01", "positive")], False, False),
        ([("2025-07-01", "positive"), ("2025-08-15", "negative"), ("2026-02-01", "positive")], None, None),
        ([("2025-07-01", "negative"), ("2025-08-15", "positive"), ("2026-02-01", "positive")], True, True),
        ([("2025-09-01", "positive"), ("2025-09-02", "negative"), ("2026-02-01", "positive")], False, None),
        ([("2025-08", "positive"), ("2026-02", "positive")], True, True),
        ([("2025", "positive"), ("2026-02-01", "positive")], None, None),
        ([], None, None),
    ],
)
def test_state_held_over_a_series(rows, at_least, more_than):
    facts = {"hbsag": series(*rows)}
    assert value_of(Held("hbsag", before(6, "month"), POSITIVE), facts) is at_least
    assert value_of(Held("hbsag", before(6, "month", strict=True), POSITIVE), facts) is more_than


def test_state_held_needs_a_recent_sample():
    node = Held("hbsag", before(6, "month"), POSITIVE, recent=Duration(14, "day"))
    old = series(("2025-08-01", "positive"), ("2026-02-15", "positive"))
    new = series(("2025-08-01", "positive"), ("2026-02-16", "positive"))
    assert value_of(node, {"hbsag": old}) is None
    assert value_of(node, {"hbsag": new}) is True


@pytest.mark.parametrize(
    ("occurred", "at_least", "more_than"),
    [
        (occurrence("2025-09-01", "ongoing"), True, True),
        (occurrence("2025-09-02", "ongoing"), True, False),
        (occurrence("2025-09-03", "ongoing"), False, False),
        (occurrence("2025-01-01", "2026-03-01"), False, False),
        (occurrence("2025-01-01", "2026-03-02"), True, True),
        (occurrence("2025-01-01", "unknown"), None, None),
        (occurrence("2025", "ongoing"), None, None),
    ],
)
def test_state_held_over_an_event(occurred, at_least, more_than):
    weak, strong = Held("surgery", before(6, "month")), Held("surgery", before(6, "month", strict=True))
    assert value_of(weak, {"surgery": complete(occurred)}) is at_least
    assert value_of(strong, {"surgery": complete(occurred)}) is more_than
    assert value_of(strong, {"surgery": incomplete(occurred)}) is (True if more_than else None)


@pytest.mark.parametrize(
    ("occurred", "overlaps", "started", "ended", "ongoing"),
    [
        # two months before 2026-03-02 is 2026-01-02
        (occurrence("2026-01-02"), True, True, True, False),
        (occurrence("2026-01-01"), False, False, False, False),
        (occurrence("2025-12-01", "2026-01-02"), True, False, True, False),
        (occurrence("2025-12-01", "2026-01-01"), False, False, False, False),
        (occurrence("2025-12-01", "ongoing"), True, False, False, True),
        (occurrence("2025-12-01", "unknown"), None, False, None, None),
        (occurrence("2026-02-01", "unknown"), True, True, None, None),
        (occurrence("2026-01"), None, None, None, False),
        (occurrence("2026-03-02"), True, True, True, True),
        (occurrence("2026-03-03"), False, False, False, False),
        (occurrence("2026-03"), None, None, None, None),
        (occurrence("2025-12-01", "2026"), None, False, None, None),
    ],
)
def test_some_occurrence(occurred, overlaps, started, ended, ongoing):
    expected = {"overlaps": overlaps, "started": started, "ended": ended, "ongoing": ongoing}
    for moment, truth in expected.items():
        node = Occurs("surgery", before(2, "month"), moment)
        assert value_of(node, {"surgery": complete(occurred)}) is truth, moment
        assert value_of(node, {"surgery": incomplete(occurred)}) is (True if truth else None), moment


def test_an_end_that_may_never_come_has_not_certainly_come():
    node = Occurs("surgery", Window(SCREENING, before(1, "year").start, None), "ended")
    assert value_of(node, {"surgery": complete(occurrence("2026-02-01", "unknown"))}) is None
    assert value_of(node, {"surgery": complete(occurrence("2026-02-01", "ongoing"))}) is False
    assert value_of(node, {"surgery": complete(occurrence("2026-02-01", "2026-02-03"))}) is True


def test_nothing_recorded_is_unknown_unless_said():
    assert value_of(Occurs("surgery", EVER), {}) is None
    assert value_of(Occurs("surgery", EVER), {"surgery": complete()}) is False
    assert value_of(Occurs("crohn", EVER), {}) is False
    assert (
        value_of(Occurs("crohn", EVER), {"crohn": incomplete()}) is None
    )  # the record says there may be more
    assert value_of(Occurs("surgery", EVER, quantifier="every"), {}) is None
    assert value_of(Occurs("surgery", EVER, quantifier="every"), {"surgery": complete()}) is True


@pytest.mark.parametrize(
    ("occurrences", "some", "every", "count"),
    [
        ([occurrence("2026-02-01", dose=20.0)], True, True, 1.0),
        ([occurrence("2026-02-01", dose=5.0)], False, True, 0.0),
        ([occurrence("2026-02-01", dose=5.0), occurrence("2025-02-01", dose=20.0)], False, False, 0.0),
        ([occurrence("2026-02-01", dose=20.0), occurrence("2025-02-01", dose=5.0)], True, True, 1.0),
        ([occurrence("2026-02-01", dose=None)], None, True, Range(0.0, 1.0)),
        ([occurrence("2026-02-01")], None, True, Range(0.0, 1.0)),
        ([occurrence("2026-02-01", dose=20.0), occurrence("2026-02-02")], True, True, Range(1.0, 2.0)),
        ([occurrence("2026-01", dose=20.0)], None, None, Range(0.0, 1.0)),
        ([occurrence("2026-01", dose=5.0)], False, True, 0.0),
    ],
)
def test_filters_and_windows_ask_of_one_occurrence(occurrences, some, every, count):
    window, where = before(2, "month"), item(">=", 10, "dose")
    facts = {"surgery": complete(*occurrences)}
    assert value_of(Occurs("surgery", window, where=where), facts) is some
    assert value_of(Occurs("surgery", window, quantifier="every", where=where), facts) is every
    assert value_of(OccursCount("surgery", window, where=where), facts) == count


def test_filters_on_choices_and_truths():
    facts = {"surgery": complete(occurrence("2026-02-01", intent="curative", planned=False))}
    assert value_of(Occurs("surgery", EVER, where=ItemTruth("planned")), facts) is False
    assert value_of(Occurs("surgery", EVER, where=OneOf("intent", ("curative",), item=True)), facts) is True
    assert (
        value_of(Occurs("surgery", EVER, where=OneOf("intent", ("palliative",), item=True)), facts) is False
    )


def test_counts_of_an_incomplete_history_have_no_upper_end():
    facts = {"surgery": incomplete(occurrence("2026-02-01"), occurrence("2026-02-02"))}
    assert value_of(OccursCount("surgery", before(2, "month")), facts) == Range(2.0, math.inf)
    assert value_of(OccursCount("surgery", before(2, "month")), {}) is None


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-02-16", True),
        ("2026-02-15", False),
        ("2026-02", None),
        ("2026-01", False),
        ("2026-03-03", False),
    ],
)
def test_date_within(date, expected):
    node = DateWithin(DateAnchor("diagnosis"), TWO_WEEKS)
    assert value_of(node, {"diagnosis": when(date)}) is expected


def test_date_within_of_an_occurrence():
    node = DateWithin(OccurrenceAnchor("surgery", "last"), TWO_WEEKS)
    two = occurrence("2026-01-01"), occurrence("2026-02-20")
    assert value_of(node, {"surgery": complete(*two)}) is True
    assert value_of(node, {"surgery": complete(two[0])}) is False
    assert value_of(node, {"surgery": incomplete(two[0])}) is None
    assert value_of(node, {"surgery": complete()}) is False
    assert value_of(node, {}) is None
    assert value_of(DateWithin(DateAnchor("diagnosis"), TWO_WEEKS), {}) is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("2026-02-01", 5.0), ("2026-02-20", 5.0)], True),
        ([("2026-02-01", 5.0)], True),
        ([("2026-02-01", 5.0), ("2026-02-20", 6.0)], False),
        ([("2026-02-20", 5.0)], None),
        ([("2026-02-20", 5.0), ("2026-02-21", 6.0)], False),
        ([("2026-02-01", 5.0), ("2026-02-20", None)], None),
        ([("2026-02-01", BELOW_40), ("2026-02-20", BELOW_40)], None),
        ([("2026-02-01", BELOW_40), ("2026-02-20", 50.0)], False),
        ([("2026-01-01", 4.0), ("2026-02-01", 5.0), ("2026-02-20", 5.0)], True),
        ([], None),
    ],
)
def test_unchanged_series(rows, expected):
    assert value_of(Unchanged("alt", STRICT), {"alt": series(*rows)}) is expected
    assert value_of(Unchanged("alt", TWO_WEEKS), {"alt": series(*rows)}) is expected


@pytest.mark.parametrize(
    ("rows", "at_least", "more_than"),
    [
        ([("2026-02-01", 4.0), ("2026-02-15", 5.0)], True, True),
        ([("2026-02-01", 4.0), ("2026-02-16", 5.0)], True, False),
        ([("2026-02-01", 4.0), ("2026-02-17", 5.0)], False, False),
        ([("2026-02-16", 5.0), ("2026-02-20", 5.0)], True, None),
        ([("2026-02-16T08:00:00", 4.0), ("2026-02-16T09:00:00", 5.0)], True, False),
        ([("2026-02-16", 4.0), ("2026-02-16", 5.0)], None, False),
    ],
)
def test_unchanged_since_the_very_day_it_reaches_back_to(rows, at_least, more_than):
    assert value_of(Unchanged("alt", STRICT), {"alt": series(*rows)}) is at_least
    assert value_of(Unchanged("alt", TWO_WEEKS), {"alt": series(*rows)}) is more_than


@pytest.mark.parametrize(
    ("occurred", "expected"),
    [
        (occurrence("2026-01-01", "ongoing"), True),
        (occurrence("2026-01-01", "2026-02-15"), True),
        (occurrence("2026-01-01", "2026-02-16"), False),
        (occurrence("2026-02-20", "ongoing"), False),
        (occurrence("2026-01-01", "unknown"), None),
        (occurrence("2026-02", "ongoing"), None),
    ],
)
def test_event_unchanged_for_more_than_two_weeks(occurred, expected):
    node = Unchanged("surgery", TWO_WEEKS)
    assert value_of(node, {"surgery": complete(occurred)}) is expected
    assert value_of(node, {"surgery": incomplete(occurred)}) is (False if expected is False else None)


@pytest.mark.parametrize("begun", ["2026-02-15", "2026-02-16", "2026-02-17"])
def test_held_and_unchanged_agree_on_the_day_they_reach_back_to(begun):
    facts = {"surgery": complete(occurrence(begun, "ongoing"))}
    for held, unchanged in ((TWO_WEEKS, STRICT), (STRICT, TWO_WEEKS)):
        assert value_of(Held("surgery", held), facts) is value_of(Unchanged("surgery", unchanged), facts)


TO_COME = NamedAnchor("randomization")
BLEED = complete(occurrence("2026-02-20"))
FIRST, LAST = OccurrenceAnchor("surgery", "first"), OccurrenceAnchor("surgery", "last")


@pytest.mark.parametrize(
    ("node", "history", "at", "expected"),
    [
        (Occurs("surgery", before(14, anchor=TO_COME)), complete(), None, None),
        (Occurs("surgery", before(14, anchor=TO_COME)), complete(), "2026-03-10", None),
        (Occurs("surgery", before(14, anchor=TO_COME)), BLEED, "2026-03-05", True),
        (Occurs("surgery", before(14, anchor=TO_COME)), complete(), "2026-03-02", False),
        (Occurs("surgery", before(14, anchor=TO_COME)), complete(), "2026-02-25", False),
        (Occurs("surgery", after(14, anchor=TO_COME)), complete(), "2026-03-02", False),
        # wholly past: from 9 to 8 days before the day of judging
        (Occurs("surgery", Window(TO_COME, days(-17), days(-16))), complete(), "2026-03-10", False),
        (Occurs("surgery", Window(TO_COME, days(-17), days(-8))), complete(), "2026-03-10", False),
        (Occurs("surgery", Window(TO_COME, days(-17), days(-7))), complete(), "2026-03-10", None),
        (Occurs("surgery", Window(TO_COME, None, days(-19)), quantifier="every"), BLEED, "2026-03-10", False),
        (Occurs("surgery", Window(TO_COME, None, days(-10)), quantifier="every"), BLEED, "2026-03-10", None),
        (Occurs("surgery", Window(TO_COME, None, None), moment="ongoing"), complete(), "2026-03-10", None),
        (OccursCount("surgery", before(14, anchor=TO_COME)), BLEED, "2026-03-05", Range(1.0, math.inf)),
        (Unchanged("surgery", before(14, anchor=TO_COME)), complete(), "2026-03-05", None),
        (Unchanged("surgery", before(14, anchor=TO_COME)), BLEED, "2026-03-05", False),
        # to hold it must have begun by 24 February, and no longer can
        (Held("surgery", before(14, anchor=TO_COME)), complete(), "2026-03-10", False),
        (Held("surgery", before(14, anchor=TO_COME)), complete(), "2026-03-17", None),
        (Held("surgery", before(14, anchor=TO_COME)), complete(), None, None),
        # a later one may be the last; the first has been
        (DateWithin(LAST, before(14, anchor=TO_COME)), BLEED, "2026-03-10", None),
        (DateWithin(LAST, before(14, anchor=TO_COME)), BLEED, "2026-03-05", True),
        (DateWithin(LAST, before(14, anchor=TO_COME)), BLEED, "2026-03-02", True),
        (DateWithin(LAST, before(14, anchor=TO_COME)), complete(), None, None),
        (DateWithin(FIRST, before(14, anchor=TO_COME)), BLEED, "2026-03-10", False),
        (DateWithin(FIRST, before(14, anchor=TO_COME)), complete(), "2026-03-10", None),
        (DateWithin(FIRST, Window(TO_COME, days(-17), days(-8))), complete(), "2026-03-10", False),
        (DateWithin(FIRST, Window(TO_COME, days(7), None)), complete(), "2026-03-10", None),
    ],
)
def test_what_may_yet_happen_before_an_anchor_still_to_come(node, history, at, expected):
    anchors = {} if at is None else {"randomization": when(at)}
    assert value_of(node, {"surgery": history}, anchors=anchors) == expected


def test_what_is_anchored_to_nothing():
    window = before(14, anchor=OccurrenceAnchor("surgery", "last"))
    facts = {
        "surgery": complete(),
        "crohn": complete(occurrence("2026-02-20")),
        "alt": series(("2026-02-20", 1.0)),
    }
    for node, expected in (
        (Occurs("crohn", window), False),
        (Occurs("crohn", window, quantifier="every"), False),
        (OccursCount("crohn", window), 0.0),
        (SampleCount("alt", window), 0.0),
        (SampleValue("alt", window), None),
        (SampleMean("alt", window), None),
        (SampleChange("alt", window), None),
        (Held("crohn", window), False),
        (Unchanged("crohn", window), False),
        (Consecutive("alt", window, 1, item(">", 0)), False),
        (DateWithin(DateAnchor("diagnosis"), window), False),
        (Age("year", window.anchor), None),
    ):
        assert value_of(node, facts) == expected, node


@pytest.mark.parametrize(
    ("history", "which", "event", "expected"),
    [
        # the infection-like event must lie within 14 days before the surgery
        (complete(occurrence("2026-01-15")), "last", "2026-01-01", True),
        (complete(occurrence("2026-01-15")), "last", "2025-12-31", False),
        (complete(occurrence("2026-01-15"), occurrence("2026-02-20")), "last", "2026-02-10", True),
        (complete(occurrence("2026-01-15"), occurrence("2026-02-20")), "first", "2026-02-10", False),
        (complete(occurrence("2026-01-15"), occurrence("2026-03-03")), "last", "2026-01-10", True),
        (complete(occurrence("2026-01")), "last", "2026-01-01", None),
        (complete(occurrence("2026-01")), "last", "2025-12-01", False),
        (incomplete(occurrence("2026-01-15")), "last", "2026-01-10", None),
        (incomplete(occurrence("2026-01-15")), "last", "2025-12-31", False),
        (incomplete(occurrence("2026-01-15")), "first", "2026-02-01", False),
        (complete(occurrence("2026-03")), "last", "2026-02-25", None),  # may start after the day of judging
        (None, "last", "2026-02-25", None),
    ],
)
def test_anchored_to_an_occurrence(history, which, event, expected):
    window = before(14, anchor=OccurrenceAnchor("surgery", which))
    facts = {"surgery": history, "crohn": complete(occurrence(event))}
    assert value_of(Occurs("crohn", window), facts) is expected


def test_anchor_chosen_by_its_filter():
    anchor = OccurrenceAnchor("surgery", "last", item(">=", 10, "dose"))
    surgery = complete(occurrence("2026-01-15", dose=20.0), occurrence("2026-02-20", dose=5.0))
    facts = {"surgery": surgery, "crohn": complete(occurrence("2026-01-10"))}
    assert value_of(Occurs("crohn", before(14, anchor=anchor)), facts) is True


def test_anchor_that_may_not_exist():
    # the one operation is the anchor only if its dose, not recorded, was 10 or more
    anchor = OccurrenceAnchor("surgery", "last", item(">=", 10, "dose"))
    window = before(14, anchor=anchor)
    facts = {
        "surgery": complete(occurrence("2026-02-25")),
        "crohn": complete(occurrence("2026-02-20")),
        "alt": series(("2026-02-20", 1.0)),
    }
    assert value_of(Occurs("crohn", window), facts) is None
    assert value_of(Occurs("crohn", before(2, anchor=anchor)), facts) is False
    assert value_of(OccursCount("crohn", window), facts) == Range(0.0, 1.0)
    assert value_of(OccursCount("crohn", before(2, anchor=anchor)), facts) == 0.0
    assert value_of(SampleValue("alt", window), facts) is None
    assert value_of(DateWithin(anchor, EVER), facts) is None


def test_anchor_known_to_the_month():
    window, anchors = before(14, anchor=NamedAnchor("randomization")), {"randomization": when("2026-01")}
    for event, expected in (
        ("2026-01-20", None),
        ("2026-01-01", None),
        ("2025-12-17", False),
        ("2026-02-01", False),
    ):
        facts = {"crohn": complete(occurrence(event))}
        assert value_of(Occurs("crohn", window), facts, anchors=anchors) is expected, event
    lasting = {"crohn": complete(occurrence("2025-12-31", "2026-01-17"))}
    assert value_of(Occurs("crohn", window), lasting, anchors=anchors) is True


@pytest.mark.parametrize(
    ("event", "expected"),
    [("2026-02-01", False), ("2026-02-02", None), ("2026-03-02", None)],
)
def test_anchor_still_to_come(event, expected):
    # 28 days before 2026-03-02 is 2026-02-02, and the anchor can only move on from there
    window = Window(NamedAnchor("randomization"), days(-28), None)
    assert value_of(DateWithin(DateAnchor("diagnosis"), window), {"diagnosis": when(event)}) is expected


def test_anchor_that_has_come():
    window = before(28, anchor=NamedAnchor("randomization"))
    anchors, on = {"randomization": when("2026-03-10")}, when("2026-03-10")  # 28 days before is 2026-02-10
    for event, expected in (("2026-02-10", True), ("2026-02-09", False), ("2026-03-10", True)):
        facts = {"crohn": complete(occurrence(event))}
        assert value_of(Occurs("crohn", window), facts, on, anchors) is expected


DAY_TWICE = [("2026-02-20", 5.0), ("2026-02-20", 5.0)]
SECOND_TWICE = [("2026-02-20T08:00:00", 5.0), ("2026-02-20T08:00:00", 5.0)]


@pytest.mark.parametrize(
    ("node", "day_twice", "second_twice"),
    [
        (SampleCount("alt", TWO_WEEKS), Range(1.0, 2.0), 1.0),
        (SampleCount("alt", TWO_WEEKS, item(">=", 6)), 0.0, 0.0),
        (SampleMean("alt", TWO_WEEKS), None, 5.0),
        (SampleMean("alt", TWO_WEEKS, 2), None, None),
        (Consecutive("alt", TWO_WEEKS, 2, item(">=", 5)), None, None),
        (Consecutive("alt", TWO_WEEKS, 1, item(">=", 5)), True, True),
        (SampleValue("alt", TWO_WEEKS), 5.0, 5.0),
        (Held("alt", Window(SCREENING, days(-10), Edge(())), item(">=", 5)), None, None),
    ],
)
def test_what_is_told_twice(node, day_twice, second_twice):
    assert value_of(node, {"alt": series(*DAY_TWICE)}) == day_twice
    assert value_of(node, {"alt": series(*SECOND_TWICE)}) == second_twice


def test_rows_told_twice_among_others():
    rows = series(*DAY_TWICE, ("2026-02-22", 5.0), ("2026-02-24", 5.0))
    two, three = (Consecutive("alt", TWO_WEEKS, count, item(">=", 5)) for count in (2, 4))
    assert value_of(two, {"alt": rows}) is True
    assert value_of(three, {"alt": rows}) is None
    assert value_of(SampleMean("alt", TWO_WEEKS, 2), {"alt": rows}) == 5.0
    assert value_of(SampleMean("alt", TWO_WEEKS, 3), {"alt": rows}) is None
    failing = series(*DAY_TWICE, ("2026-02-22", 5.0))
    assert value_of(Consecutive("alt", TWO_WEEKS, 2, item(">", 5)), {"alt": failing}) is False


def test_what_nobody_can_read_need_not_be_the_same():
    rows = series(("2026-02-20T08:00:00", None), ("2026-02-20T08:00:00", None))
    assert value_of(SampleCount("alt", TWO_WEEKS), {"alt": rows}) == Range(1.0, 2.0)
    moment = occurrence("2026-02-20T08:00:00", dose=None)
    assert value_of(OccursCount("surgery", TWO_WEEKS), {"surgery": complete(moment, moment)}) == Range(
        1.0, 2.0
    )


def test_occurrences_told_twice():
    node = OccursCount("surgery", TWO_WEEKS)
    day, moment = occurrence("2026-02-20", dose=5.0), occurrence("2026-02-20T08:00:00", dose=5.0)
    assert value_of(node, {"surgery": complete(day, day)}) == Range(1.0, 2.0)
    assert value_of(node, {"surgery": complete(moment, moment)}) == 1.0
    assert value_of(node, {"surgery": complete(day, day._replace(attributes={"dose": 6.0}))}) == 2.0
    assert value_of(node, {"surgery": incomplete(day, day)}) == Range(1.0, math.inf)
