"""Reading patients: what each form means, and that whatever cannot be used is unknown and said so."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.runtime.numerals import NumeralError, parse_numeral
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import ILLEGIBLE, FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Reading, Schema
from protocol_dsl.runtime.wide import read_wide_row, wide_columns
from protocol_dsl.vocabulary.calendar import ANY_TIME, FOREVER, When, parse_when

ON = parse_when("2026-03-02")
MG_DL = Fraction(10_000_000, 58_466) * Fraction(1, 10)  # umol/L in 1 mg/dL of bilirubin, 584.66 g/mol
UNITS = {"umol/L": (1, 1, 0, 1), "µmol/L": (1, 1, 0, 1), "mg/dL": (MG_DL.numerator, MG_DL.denominator, 0, 1)}
SCHEMA = Schema(
    {
        fact.name: fact
        for fact in (
            FactSchema("age", "number", unit="years", low=0.0, high=130.0, builtin=True),
            FactSchema("birth_date", "date", builtin=True),
            FactSchema("sex", "choice", choices=("female", "male"), builtin=True),
            FactSchema("pregnant", "yes_no"),
            FactSchema("celiac", "yes_no", closed=True),
            FactSchema("ecog", "choice", choices=("0", "1", "2")),
            FactSchema("weight", "number", unit="kg", units={"kg": (1, 1, 0, 1), "g": (1, 1000, 0, 1)}),
            FactSchema("mutations", "set", choices=("kras", "braf_v600e", "none")),
            FactSchema("total_bilirubin", "lab", unit="umol/L", units=UNITS, low=0.0, high=1500.0),
            FactSchema("activity", "lab", unit="%", units={"%": (1, 1, 0, 1), "1": (100, 1, 0, 1)}),
            FactSchema("temperature", "measure", unit="Cel", units={"[degF]": (5, 9, -160, 9)}),
            FactSchema("hbsag", "finding", choices=("positive", "negative")),
            FactSchema(
                "gi_bleeding",
                "event",
                attributes=(
                    AttributeSchema("dose", "number", "mg", {"g": (1000, 1, 0, 1)}),
                    AttributeSchema("intent", "choice", choices=("palliative", "curative")),
                    AttributeSchema("severe", "yes_no"),
                ),
            ),
            FactSchema("crohn", "event", closed=True),
        )
    },
    ("randomization",),
    {"E4.1": "Is there an organ dysfunction?"},
)
CLOSED = {"celiac": False, "crohn": History((), True)}


def read(**data: object) -> Reading:
    return read_patient(data, SCHEMA, ON)


def value(name: str, raw: object) -> FactValue:
    """What one readable fact is read as."""
    reading = read(**{name: raw})
    assert reading.problems == ()
    return reading.records.facts[name]


def refused(name: str, raw: object) -> tuple[FactValue, str, str, str]:
    """What one unusable fact is read as, with the place, reason and fix of its only problem."""
    reading = read(**{name: raw})
    (problem,) = reading.problems
    return reading.records.facts.get(name), problem.path, problem.reason, problem.fix


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("2,1", "write `2.1`"),
        ("<2,15", "write `<2.15`"),
        ("1,234", "write `1234` or `1.234`, whichever is meant"),
        ("1,234,567", "write `1234567`"),
        ("1,234.5", "write `1234.5`"),
    ],
)
def test_a_comma_is_told_what_to_type(text, fix):
    with pytest.raises(NumeralError) as told:
        parse_numeral(text)
    assert told.value.fix == fix


def test_a_whole_patient() -> None:
    reading = read(
        id="P1", sex="female", birth_date="1980-05", age=45, total_bilirubin=342, hbsag="positive", gi_bleeding=[],
        mutations=["kras"], ecog=1, pregnant=False, anchors={"randomization": "2026-03-05"}, answers={"E4.1": "yes"},
    )  # fmt: skip
    assert reading.problems == ()
    assert reading.records == Records(
        "P1",
        {
            "sex": "female",
            "birth_date": parse_when("1980-05"),
            "age": 45.0,
            "total_bilirubin": (Sample(ON, 342.0),),
            "hbsag": (Sample(ON, "positive"),),
            "gi_bleeding": History((), True),
            "mutations": frozenset({"kras"}),
            "ecog": "1",
            "pregnant": False,
            **CLOSED,
        },
        {"randomization": parse_when("2026-03-05")},
        {"E4.1": True},
    )


def test_nothing_recorded_is_nothing_known_except_where_absence_says_so() -> None:
    empty = read(sex=None, total_bilirubin=None, gi_bleeding=None, anchors=None, answers={"E4.1": None})
    assert empty == Reading(Records("", CLOSED), ())
    assert read_patient({}, SCHEMA, ON, "P7").records.id == "P7"
    assert read(id=12).records.id == "12"


@pytest.mark.parametrize(
    ("raw", "sample"),
    [
        (342, Sample(ON, 342.0)),
        ("342", Sample(ON, 342.0)),
        (Decimal("0.1"), Sample(ON, 0.1)),
        ("<40", Sample(ON, Range(-inf, nextafter(40.0, -inf)))),
        ("<= 40", Sample(ON, Range(-inf, 40.0))),
        ("≤40", Sample(ON, Range(-inf, 40.0))),
        (">40", Sample(ON, Range(nextafter(40.0, inf), inf))),
        ("≥ 40", Sample(ON, Range(40.0, inf))),
        ({"value": 2, "unit": "mg/dL"}, Sample(ON, float(2 * MG_DL))),
        ({"value": "<2", "unit": "mg/dL"}, Sample(ON, Range(-inf, nextafter(float(2 * MG_DL), -inf)))),
        ({"value": 20, "unit": "μmol / L"}, Sample(ON, 20.0)),
        (
            {"value": 342, "on": "2026-02", "uln": 17.1, "lln": 3.4},
            Sample(parse_when("2026-02"), 342.0, 17.1, 3.4),
        ),
        ({"value": 20, "unit": "mg/dL", "uln": 1.0}, Sample(ON, float(20 * MG_DL), float(MG_DL))),
        ({"value": None, "on": "2026-02-01"}, Sample(parse_when("2026-02-01"), None)),
    ],
)
def test_a_lab_value(raw: object, sample: Sample) -> None:
    assert value("total_bilirubin", raw) == (sample,)


@given(st.decimals(0, 80, places=3))
def test_conversion_is_exact_before_it_is_rounded(amount: Decimal) -> None:
    wanted = float(Fraction(amount) * MG_DL)
    for written in (str(amount), float(amount), amount):
        found = value("total_bilirubin", {"value": written, "unit": "mg/dL"})
        assert found == (Sample(ON, wanted),)


def test_a_unit_may_shift_as_well_as_scale() -> None:
    assert value("temperature", {"value": "98.6", "unit": "[degF]"}) == (Sample(ON, 37.0),)
    assert value("temperature", 37) == (Sample(ON, 37.0),)


def test_several_samples_keep_their_own_dates() -> None:
    samples = value("hbsag", [{"value": "Positive", "on": "2025-04-10"}, "negative"])
    assert samples == (Sample(parse_when("2025-04-10"), "positive"), Sample(ON, "negative"))
    assert value("hbsag", []) == ()


def test_a_moment_of_judging_takes_undated_values_as_of_its_day() -> None:
    moment = parse_when("2026-03-02T10:00:00")
    reading = read_patient({"total_bilirubin": 5}, SCHEMA, moment)
    assert reading.records.facts["total_bilirubin"] == (Sample(ON, 5.0),)


@pytest.mark.parametrize(
    ("raw", "sample", "path", "reason"),
    [
        (True, Sample(ON, None), "total_bilirubin", "a yes or no is not a number"),
        ("abc", Sample(ON, None), "total_bilirubin", "it is not a number"),
        ("1,5", Sample(ON, None), "total_bilirubin", "a comma may part thousands or decimals"),
        ("20 mg/dL", Sample(ON, None), "total_bilirubin", "a number stands alone"),
        (float("nan"), Sample(ON, None), "total_bilirubin", "it is not a finite number"),
        (json.loads("1e400"), Sample(ON, None), "total_bilirubin", "it is not a finite number"),
        ("1e400", Sample(ON, None), "total_bilirubin", "the number is too large"),
        (10**4000, Sample(ON, None), "total_bilirubin", "the number is too large"),
        ("9" * 10**6, Sample(ON, None), "total_bilirubin", "it is not a number"),
        (
            1501,
            Sample(ON, None),
            "total_bilirubin",
            "no plausible `total_bilirubin` lies outside 0 to 1500 umol/L",
        ),
        (
            ">1500",
            Sample(ON, None),
            "total_bilirubin",
            "no plausible `total_bilirubin` lies outside 0 to 1500 umol/L",
        ),
        (
            {"value": 100, "unit": "mg/dL"},
            Sample(ON, None),
            "total_bilirubin.value",
            "no plausible `total_bilirubin` lies outside 0 to 1500 umol/L",
        ),
        (
            {"value": 5, "unit": "mg/L", "uln": 1},
            Sample(ON, None),
            "total_bilirubin.unit",
            "`total_bilirubin` is not recorded in this unit",
        ),
        (
            {"value": 5, "unit": 7},
            Sample(ON, None),
            "total_bilirubin.unit",
            "`total_bilirubin` is not recorded in this unit",
        ),
        (
            {"value": 5, "on": "2026-13-01"},
            Sample(ANY_TIME, 5.0),
            "total_bilirubin.on",
            "there is no month 13",
        ),
        (
            {"value": 5, "on": "12000-01-01"},
            Sample(ANY_TIME, 5.0),
            "total_bilirubin.on",
            "the year 12000 has 5 digits",
        ),
        (
            {"value": 5, "units": "mg/dL"},
            Sample(ANY_TIME, None),
            "total_bilirubin",
            "no such key belongs here",
        ),
        (
            {"value": 5, "on": "2026-01-05", "date": 1},
            Sample(parse_when("2026-01-05"), None),
            "total_bilirubin",
            "no such key belongs here",
        ),
        (
            {"value": 5, "uln": "<20"},
            Sample(ON, 5.0, ILLEGIBLE),
            "total_bilirubin.uln",
            "a single number belongs here, not a bound",
        ),
        (
            {"value": 5, "uln": 3, "lln": 20},
            Sample(ON, 5.0, ILLEGIBLE, ILLEGIBLE),
            "total_bilirubin.lln",
            "the lower limit of normal is above the upper",
        ),
        (
            {"value": 5, "uln": "abc", "lln": 2},
            Sample(ON, 5.0, ILLEGIBLE, 2.0),
            "total_bilirubin.uln",
            "it is not a number",
        ),
        (
            {"value": 5, "uln": float("nan")},
            Sample(ON, 5.0, ILLEGIBLE),
            "total_bilirubin.uln",
            "it is not a finite number",
        ),
        (
            {"value": 5, "uln": 0},
            Sample(ON, 5.0, ILLEGIBLE),
            "total_bilirubin.uln",
            "a limit of normal is above 0 here",
        ),
        (
            {"value": 5, "lln": -1},
            Sample(ON, 5.0, None, ILLEGIBLE),
            "total_bilirubin.lln",
            "a limit of normal is 0 or above here",
        ),
        (
            {"value": 5, "uln": 7501},
            Sample(ON, 5.0, ILLEGIBLE),
            "total_bilirubin.uln",
            "no plausible `total_bilirubin` lies outside 0 to 1500 umol/L",
        ),
        ({}, Sample(ON, None), "total_bilirubin", "the entry has no `value`"),
        ([[5]], Sample(ON, None), "total_bilirubin[0]", "one number belongs here"),
        ([None], Sample(ON, None), "total_bilirubin[0]", "one number belongs here"),
    ],
)
def test_an_unusable_lab_value_is_kept_as_unknown(
    raw: object, sample: Sample, path: str, reason: str
) -> None:
    assert refused("total_bilirubin", raw)[:3] == ((sample,), path, reason)


def test_a_bound_reaching_into_the_plausible_is_kept() -> None:
    assert value("total_bilirubin", ">1000") == (Sample(ON, Range(nextafter(1000.0, inf), inf)),)
    assert value("total_bilirubin", "<5") == (Sample(ON, Range(-inf, nextafter(5.0, -inf))),)


def test_a_share_may_not_be_mistaken_for_a_percentage() -> None:
    assert value("activity", 40) == (Sample(ON, 40.0),)
    assert value("activity", {"value": 0.4, "unit": "1"}) == (Sample(ON, 40.0),)
    assert value("activity", {"value": 0.4, "unit": "%"}) == (Sample(ON, 0.4),)
    assert value("activity", 0) == (Sample(ON, 0.0),)
    for raw in (0.4, "<0.4", 1):
        found, _, reason, fix = refused("activity", raw)
        assert found == (Sample(ON, None),)
        assert reason == "it may be a percentage or a fraction of one"
        assert fix == f'state the unit, as in {{"value": {raw}, "unit": "%"}}'


@pytest.mark.parametrize(
    ("name", "raw", "wanted"),
    [
        ("pregnant", True, True),
        ("pregnant", "No", False),
        ("sex", "Female", "female"),
        ("mutations", [], frozenset()),
        ("mutations", ["BRAF V600E", "kras"], frozenset({"braf_v600e", "kras"})),
        ("weight", {"value": 70500, "unit": "g"}, 70.5),
        ("weight", "<50", Range(-inf, nextafter(50.0, -inf))),
        ("weight", {"value": None}, None),
        ("age", 45.9, 45.0),
        ("age", ">89", Range(90.0, inf)),
        ("age", "<18", Range(-inf, 17.0)),
        ("birth_date", "1980", parse_when("1980")),
        ("birth_date", "2026", parse_when("2026")),
    ],
)
def test_facts_of_one_value(name: str, raw: object, wanted: FactValue) -> None:
    assert value(name, raw) == wanted


@pytest.mark.parametrize(
    ("name", "raw", "reason", "fix"),
    [
        ("pregnant", 1, "it is neither yes nor no", "write `true` or `false`"),
        ("pregnant", [True], "`pregnant` holds one value and no date", "write the value alone"),
        ("celiac", "perhaps", "it is neither yes nor no", "write `true` or `false`"),
        ("sex", "femal", "it is not one of the choices", "did you mean `female`?"),
        ("sex", "x", "it is not one of the choices", "write one of `female`, `male`"),
        ("sex", {"value": "male"}, "`sex` holds one value and no date", "write the value alone"),
        ("ecog", True, "it is not one of the choices", "write one of `0`, `1`, `2`"),
        ("mutations", "kras", "`mutations` holds several choices", "write them as a list, `[]` for none"),
        ("mutations", ["kras", "krs"], "it is not one of the choices", "did you mean `kras`?"),
        ("weight", [70], "one number belongs here", "write a number such as `1.5`, or a bound such as `<40`"),
        (
            "weight",
            {"value": 7, "unit": "lb"},
            "`weight` is not recorded in this unit",
            "give the value in `kg` or `g`",
        ),
        ("birth_date", "2026-03-03", "the birth date lies after the day of judging", "check the date"),
        ("birth_date", [1], "`birth_date` holds one value and no date", "write the value alone"),
        ("age", -1, "no plausible `age` lies outside 0 to 130 years", "check the value and its unit"),
    ],
)
def test_unusable_facts_of_one_value_are_unknown(name: str, raw: object, reason: str, fix: str) -> None:
    found = refused(name, raw)
    assert found[0] is None
    assert found[2:] == (reason, fix)


DAY = parse_when("2026-01-05")
ONGOING = When(FOREVER, FOREVER)
UP_TO_NOW = When(ANY_TIME.first, ON.last)
"""What has no date one can read has happened all the same."""


@pytest.mark.parametrize(
    ("raw", "start", "end"),
    [
        ({"on": "2026-01-05"}, DAY, DAY),
        ("2026-01-05", DAY, DAY),
        ({"from": "2026-01-05", "to": "2026-01-10"}, DAY, parse_when("2026-01-10")),
        ({"from": "2026-01-05", "ongoing": True}, DAY, ONGOING),
        ({"from": "2026-01-05"}, DAY, When(DAY.first, FOREVER)),
        ({"from": "2026-01-05", "ongoing": False}, DAY, When(DAY.first, ON.last)),
        ({"to": "2026-01-05"}, When(ANY_TIME.first, DAY.last), DAY),
        ({"from": "2026", "to": "2026-01-05"}, When(parse_when("2026").first, DAY.last), DAY),
        ({"from": "2026-01-05", "to": "2026"}, DAY, When(DAY.first, parse_when("2026").last)),
        ({"ongoing": True}, UP_TO_NOW, ONGOING),
    ],
)
def test_an_occurrence(raw: object, start: When, end: When) -> None:
    assert value("gi_bleeding", [raw]) == History((Occurrence(start, end),), True)


def test_attributes_of_an_occurrence() -> None:
    raw = {"on": "2026-01-05", "dose": {"value": "0.01", "unit": "g"}, "intent": "Palliative", "severe": "no"}
    wanted = {"dose": 10.0, "intent": "palliative", "severe": False}
    assert value("gi_bleeding", [raw]) == History((Occurrence(DAY, DAY, wanted),), True)


def test_a_history_is_complete_unless_it_says_there_may_be_more() -> None:
    listed = [{"on": "2026-01-05"}]
    history = History((Occurrence(DAY, DAY),), False)
    assert value("gi_bleeding", {"occurrences": listed, "complete": False}) == history
    assert value("gi_bleeding", {"occurrences": listed}) == history
    assert value("gi_bleeding", {"occurrences": listed, "complete": True}) == history._replace(complete=True)
    assert value("crohn", {"occurrences": listed}) == history._replace(complete=True)
    assert value("crohn", {"occurrences": listed, "complete": False}) == history


@pytest.mark.parametrize(
    ("raw", "reason", "start", "end"),
    [
        ({"on": "yesterday"}, "it is not a date", UP_TO_NOW, ANY_TIME),
        ({"from": "2026-01-10", "to": "2026-01-05"}, "it ends before it starts", UP_TO_NOW, ANY_TIME),
        (
            {"on": "2026-01-05", "to": "2026-01-10"},
            "`on` is the only date of an occurrence",
            UP_TO_NOW,
            ANY_TIME,
        ),
        (
            {"from": "2026-01-05", "to": "2026-01-10", "ongoing": True},
            "what has an end is not ongoing",
            DAY,
            When(DAY.first, FOREVER),
        ),
        ({"onset": "2026-01-05"}, "no such key belongs here", UP_TO_NOW, ANY_TIME),
        ({"on": "2026-01-05", "dose": "<10"}, "a single number belongs here, not a bound", DAY, DAY),
        (7, "an occurrence is an object", UP_TO_NOW, ANY_TIME),
        ({}, "it does not say when", UP_TO_NOW, ANY_TIME),
    ],
)
def test_an_unusable_occurrence_still_occurred(raw: object, reason: str, start: When, end: When) -> None:
    found, _, said, _ = refused("gi_bleeding", [raw])
    assert said == reason
    assert isinstance(found, History)
    assert [(o.start, o.end) for o in found.occurrences] == [(start, end)]


@pytest.mark.parametrize("raw", [True, False, "yes", 3, {"on": "2026-01-05"}])
def test_an_event_is_no_yes_or_no(raw: object) -> None:
    found, path, reason, fix = refused("gi_bleeding", raw)
    assert found is None
    assert (path, reason) == ("gi_bleeding", "an event is recorded as a list of its occurrences")
    assert fix == 'write `[]` when it never occurred, or `[{"on": "2026-01-05"}]`'
    # Absent if not recorded, but recorded: it must not be read as absent.
    assert refused("crohn", raw)[0] == History((Occurrence(ANY_TIME, ANY_TIME),), False)


def test_keys_nobody_declared_are_reported() -> None:
    reading = read(bilirubin=1, total_bilirubn=2)
    assert [(p.path, p.words, p.fix) for p in reading.problems] == [
        ("", "bilirubin", "did you mean `total_bilirubin`?"),
        ("", "total_bilirubn", "did you mean `total_bilirubin`?"),
    ]
    assert read(anchors={"randomisation": "2026"}).problems[0].fix == "did you mean `randomization`?"
    assert read(anchors=[1]).problems[0].reason == "an object belongs here"


def test_an_anchor_without_a_readable_date_has_come_at_some_time() -> None:
    assert read(anchors={"randomization": "soon"}).records.anchors == {"randomization": ANY_TIME}
    assert read(anchors={"randomization": None}).records.anchors == {}


def test_answers_by_id_or_by_the_words_of_the_question() -> None:
    words = "Is there an  organ dysfunction?"
    assert read(answers={words: False}).records.answers == {"E4.1": False}
    assert read(answers={words: True, "E4.1": "yes"}).records.answers == {"E4.1": True}
    contradiction = read(answers={words: True, "E4.1": False})
    assert contradiction.records.answers == {}
    assert contradiction.problems[0].reason == "it is answered twice, differently"
    assert read(answers={"E4.1": "perhaps"}).records.answers == {}
    assert read(answers={"E4.2": True}).problems[0].fix == "did you mean `E4.1`?"


@pytest.mark.parametrize("data", [None, 3, "x", [], [{}], float("nan")])
def test_a_patient_is_an_object(data: object) -> None:
    reading = read_patient(data, SCHEMA, ON, "P1")
    assert reading.records == Records("P1", {})
    assert len(reading.problems) == 1


def test_problems_read_as_one_line() -> None:
    (problem,) = read(sex="femal").problems
    assert problem.text() == "sex: `femal`: it is not one of the choices; did you mean `female`?"


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(
        ("2026-01-05", "<40", "1e999", "positive", "umol/L", "mg/dL", "yes", "12000-01-01", "٣")
    )
)  # fmt: skip
KEYS = st.sampled_from(
    (*SCHEMA.facts, "id", "anchors", "answers", "value", "unit", "on", "from", "to", "ongoing", "uln", "lln",
     "occurrences", "complete", "dose", "intent", "severe", "randomization", "E4.1")
) | st.text(max_size=5)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, JSON, max_size=6) | JSON)
def test_no_json_value_is_too_odd_to_read(data: object) -> None:
    reading = read_patient(data, SCHEMA, ON)
    for name, found in reading.records.facts.items():
        assert fits(found, SCHEMA.facts[name]), name
    for problem in reading.problems:
        assert problem.reason
        assert problem.fix
        assert len(problem.text()) < 600


def fits(found: FactValue, fact: FactSchema) -> bool:
    """Whether a fact's value has the shape its kind promises, with no number that is not one."""
    if fact.kind in {"lab", "measure"}:
        return all(finite(s.value) and finite(s.upper) and finite(s.lower) for s in found)
    if fact.kind == "finding":
        return all(s.value is None or s.value in fact.choices for s in found)
    if found is None:
        return True
    shapes = {"yes_no": bool, "choice": str, "set": frozenset, "date": When, "event": History}
    return finite(found) if fact.kind == "number" else isinstance(found, shapes[fact.kind])


def finite(number: object) -> bool:
    if isinstance(number, Range):
        return number.low <= number.high and (number.low > -inf or number.high < inf)
    return number is None or (isinstance(number, float) and abs(number) < inf)


def test_nesting_without_end_is_read_without_descending() -> None:
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    for name in SCHEMA.facts:
        assert read(**{name: deep}).problems


def test_a_row_of_a_table() -> None:
    row = {
        "patient_id": "P1",
        "sex": "female",
        "total_bilirubin (mg/dL)": "2",
        "total_bilirubin date": "2026-02-20",
        "total_bilirubin_uln": "1",
        "hbsag": "positive",
        "hbsag_on": "2025-04",
        "weight [g]": "70500",
        "mutations": "kras; braf_v600e",
        "gi_bleeding": "2026-01-05; 2026-01-05/2026-01-10 ; 2026-01-05/; 2026-01-05/ongoing",
        "crohn": "none",
        "ecog": " ",
        "randomization": "2026-03-05",
        "E4.1": "no",
    }
    reading = read_wide_row(row, SCHEMA, ON)
    assert reading.problems == ()
    ends = (DAY, parse_when("2026-01-10"), When(DAY.first, FOREVER), ONGOING)
    assert reading.records == Records(
        "P1",
        {
            "sex": "female",
            "total_bilirubin": (Sample(parse_when("2026-02-20"), float(2 * MG_DL), float(MG_DL)),),
            "hbsag": (Sample(parse_when("2025-04"), "positive"),),
            "weight": 70.5,
            "mutations": frozenset({"kras", "braf_v600e"}),
            "gi_bleeding": History(tuple(Occurrence(DAY, end) for end in ends), True),
            **CLOSED,
        },
        {"randomization": parse_when("2026-03-05")},
        {"E4.1": False},
    )


def test_none_in_a_cell_is_the_choice_of_that_name_or_no_choice_at_all() -> None:
    assert read_wide_row({"mutations": "none"}, SCHEMA, ON).records.facts["mutations"] == frozenset({"none"})
    plain = Schema({"mutations": FactSchema("mutations", "set", choices=("kras",))})
    assert read_wide_row({"mutations": "none"}, plain, ON).records.facts["mutations"] == frozenset()


def test_columns_are_worked_out_once_for_many_rows() -> None:
    headers = ("\ufefftotal_bilirubin", "total_bilirubin unit", "Is there an organ dysfunction?")
    columns = wide_columns(headers, SCHEMA)
    row = dict(zip(headers, ("2", "mg/dL", "yes"), strict=True))
    reading = read_wide_row(row, SCHEMA, ON, columns)
    assert reading.records.facts["total_bilirubin"] == (Sample(ON, float(2 * MG_DL)),)
    assert reading.records.answers == {"E4.1": True}


@pytest.mark.parametrize(
    ("row", "name", "found", "reason"),
    [
        ({"total_bilirubn": "2"}, "total_bilirubin", None, "no fact of this name is declared"),
        ({"sex unit": "x"}, "sex", None, "no fact of this name is declared"),
        (
            {"total_bilirubin (g/dL)": "2"},
            "total_bilirubin",
            (Sample(ON, None),),
            "`total_bilirubin` is not recorded in this unit",
        ),
        (
            {"total_bilirubin": "2", "total_bilirubin (mg/dL)": "3"},
            "total_bilirubin",
            (Sample(ON, None),),
            "another column gives the value of `total_bilirubin`",
        ),
        (
            {"total_bilirubin (mg/dL)": "2", "total_bilirubin unit": "umol/L"},
            "total_bilirubin",
            (Sample(ON, None),),
            "another column gives the unit of `total_bilirubin`",
        ),
        (
            {"gi_bleeding": "none", "gi_bleeding ": "2026-01-05"},
            "gi_bleeding",
            History((Occurrence(UP_TO_NOW, ANY_TIME),), False),
            "another column gives the value of `gi_bleeding`",
        ),
        ({"gi_bleeding": " ; "}, "gi_bleeding", None, "an event is recorded as a list of its occurrences"),
        ({"mutations": ";"}, "mutations", None, "`mutations` holds several choices"),
        ({"gi_bleeding": "yes"}, "gi_bleeding", None, "an event is recorded as a list of its occurrences"),
        (
            {"gi_bleeding": "2026-01-05 to 2026-01-10"},
            "gi_bleeding",
            History((Occurrence(UP_TO_NOW, ANY_TIME),), True),
            "it is not a date",
        ),
        (
            {"sex": "female", None: ["more"]},
            "sex",
            "female",
            "the row has more cells than the table has columns",
        ),
    ],
)
def test_cells_that_cannot_be_used(row: dict[str, str], name: str, found: FactValue, reason: str) -> None:
    reading = read_wide_row(row, SCHEMA, ON)
    assert reading.records.facts.get(name) == found
    assert [problem.reason for problem in reading.problems] == [reason]


@given(
    st.dictionaries(
        KEYS | KEYS.map(lambda key: f"{key} (mg/dL)") | KEYS.map(lambda key: f"{key} date"),
        st.text() | st.sampled_from(("no", "2026-01-05/ongoing", ";", "/", "3", "kras;")),
    )
)
def test_no_row_is_too_odd_to_read(row: dict[str, str]) -> None:
    reading = read_wide_row(row, SCHEMA, ON)
    for name, found in reading.records.facts.items():
        assert fits(found, SCHEMA.facts[name]), name


@pytest.mark.parametrize(
    ("born", "stated", "reported"),
    [
        ("1980-03-02", 46, False),
        ("1980-03-03", 46, True),
        ("1980", 45, False),
        ("1980", 46, False),
        ("1980", 44, True),
        ("1980-03-02", ">45", False),
        ("1980-03-02", ">=47", True),
        ("1980-03-02", "abc", False),  # reported as no number
    ],
)
def test_an_age_that_contradicts_the_birth_date_is_reported(
    born: str, stated: object, reported: bool
) -> None:
    problems = read_patient({"birth_date": born, "age": stated}, SCHEMA, ON).problems
    assert [one.reason.startswith("by the birth date") for one in problems if one.path == "age"] == (
        [True] if reported else [False] if stated == "abc" else []
    )


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"hbsag": [{"value": "positive", "on": "2026-03-03"}]}, "hbsag[0].on"),
        ({"hbsag": [{"value": "positive", "on": "2026-03"}]}, None),  # may be past
        ({"hbsag": [{"value": "positive", "on": "2026-03-02T23:59"}]}, None),
        ({"gi_bleeding": [{"on": "2027"}]}, "gi_bleeding[0].on"),
        ({"gi_bleeding": ["2026-03-03"]}, "gi_bleeding[0]"),
        ({"gi_bleeding": [{"from": "2026-03-04", "to": "2026-03-05"}]}, "gi_bleeding[0].from"),
        ({"gi_bleeding": [{"from": "2026-03-01", "to": "2026-03-05"}]}, None),
    ],
)
def test_what_lies_after_the_day_of_judging_is_reported(data: dict[str, object], path: str | None) -> None:
    problems = read_patient(data, SCHEMA, ON).problems
    assert [one.path for one in problems] == ([] if path is None else [path])


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"value": 20, "on": "2026-03-01"}, {"value": 20, "on": "2026-03-01"}, "no time of day"),
        ({"value": 20, "on": "2026-03-01T08:00:00"}, {"value": 20, "on": "2026-03-01T08:00:00"}, "second"),
        ({"value": 20, "on": "2026-03-01"}, {"value": 21, "on": "2026-03-01"}, None),
        ({"value": 20, "on": "2026-03-01"}, {"value": 20, "on": "2026-02-01"}, None),
        ({"value": 20, "on": "2026-03-01"}, {"value": 20, "on": "2026-03-01", "uln": 17}, None),
        (20, "20.0", "no time of day"),
    ],
)
def test_records_that_say_the_same_are_reported(first: object, second: object, reason: str | None) -> None:
    reading = read_patient({"total_bilirubin": [first, second]}, SCHEMA, ON)
    assert [(one.path, reason in one.reason) for one in reading.problems] == (
        [] if reason is None else [("total_bilirubin[1]", True)]
    )
    samples = reading.records.facts["total_bilirubin"]
    assert isinstance(samples, tuple)
    assert len(samples) == 2  # nothing is dropped: how often it counts is for the reducers


def test_occurrences_that_say_the_same_are_reported() -> None:
    day = {"on": "2026-01-05"}
    assert [one.path for one in read_patient({"gi_bleeding": [day, day]}, SCHEMA, ON).problems] == [
        "gi_bleeding[1]"
    ]
    doses = [{"on": "2026-01-05", "dose": 1}, {"on": "2026-01-05", "dose": 2}]
    assert read_patient({"gi_bleeding": doses}, SCHEMA, ON).problems == ()


@pytest.mark.parametrize("cell", ["05/03/2025", "2025/03/05", "5/3/2025;2026-01-01"])
def test_a_date_with_slashes_is_no_span(cell: str) -> None:
    reading = read_wide_row({"gi_bleeding": cell}, SCHEMA, ON)
    assert [(one.path, one.words) for one in reading.problems] == [
        ("gi_bleeding[0].on", cell.partition(";")[0])
    ]
