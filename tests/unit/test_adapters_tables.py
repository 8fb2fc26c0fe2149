"""Long tables through a map: what each patient gets, what is counted, what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.mapping import Target, read_map
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.adapters.tables import read_tables
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Schema
from protocol_dsl.runtime.stage import judging_day

SCHEMA = Schema(
    {
        "sex": FactSchema("sex", "choice", choices=("female", "male"), builtin=True),
        "age": FactSchema("age", "number", unit="years", builtin=True),
        "inr": FactSchema("inr", "lab"),
        "bilirubin": FactSchema("bilirubin", "lab", unit="umol/L", units={"mg/dL": (17104, 1000, 0, 1)}),
        "hbsag": FactSchema("hbsag", "finding", choices=("positive", "negative")),
        "bleeding": FactSchema(
            "bleeding", "event", attributes=(AttributeSchema("grade", "choice", choices=("1", "2")),)
        ),
        "infection": FactSchema("infection", "event"),
    }
)
MAP = """
on = "last record"
[patients]
file = "patients.csv"
id = "id"
[patients.facts]
age = "age"
sex = { fact = "sex", values = { F = "female", M = "male" } }
[[series]]
file = "labs.csv"
patient = "id"
name = "lab"
value = "value"
unit = "unit"
date = "taken"
upper = "uln"
ignore = ["pH"]
[series.facts]
INR = "inr"
BILI = { fact = "bilirubin", unit = "mg/dL" }
HBs = { fact = "hbsag", values = { POS = "positive" } }
[[events]]
file = "codes.csv"
patient = "id"
name = "codes"
split = "|"
start = "admitted"
end = "left"
join = { file = "stays.csv", column = "stay" }
attributes = { grade = "grade" }
[events.facts]
"K92*" = "bleeding"
"K92.9" = "infection"
"""
FILES = {
    "patients.csv": "id,age,sex\nP1,45,M\nP2,,F\n",
    "labs.csv": "id,lab,value,unit,taken,uln\n"
    "P2,INR,1.2,,2026-03-01,\n"
    "P1,INR,1.8,,2026-03-02T08:00,\n"
    "P1,BILI,20,,2026-03-04,1.2\n"
    "P1,BILI,342,umol/L,2026-02-01,\n"
    "P1,HBs,POS,,2026-01-01,\n"
    "P1,HBs,,,2026-01-02,\n",
    "codes.csv": "id,stay,codes,grade\nP1,S1,K92.2|K92.9,2\nP1,S2,,\n",
    "stays.csv": "stay,admitted,left\nS1,2026-01-05,2026-01-10\nS2,2026-02-01,\n",
}


def opener(files: dict[str, str]) -> Callable[[str], BinaryIO]:
    return lambda name: io.BytesIO(files[name].encode())


def read(chosen: str = MAP, **changed: str) -> tuple[list[Incoming], list[str]]:
    files = FILES | {f"{name}.csv": text for name, text in changed.items()}
    remarks = Remarks()
    found = read_map(chosen.encode(), "m.toml")
    patients = list(read_tables(found, opener(files), SCHEMA, remarks))
    return patients, [one.text() for one in remarks]


def test_each_patient_gets_what_the_tables_hold() -> None:
    (first, second), remarks = read()
    assert remarks == []
    assert (first.id, first.on, first.place) == ("P1", "2026-03-04", "patients.csv:2")
    assert first.record == {
        "id": "P1",
        "age": "45",
        "sex": "male",
        "inr": [{"value": "1.8", "on": "2026-03-02T08:00"}],
        "bilirubin": [
            {"value": "20", "unit": "mg/dL", "on": "2026-03-04", "uln": "1.2"},
            {"value": "342", "unit": "umol/L", "on": "2026-02-01"},
        ],
        "hbsag": [{"value": "positive", "on": "2026-01-01"}, {"value": None, "on": "2026-01-02"}],
        "bleeding": {
            "occurrences": [{"from": "2026-01-05", "to": "2026-01-10", "grade": "2"}],
        },
        "infection": {
            "occurrences": [{"from": "2026-01-05", "to": "2026-01-10", "grade": "2"}],
        },
    }
    assert second.record == {"id": "P2", "sex": "female", "inr": [{"value": "1.2", "on": "2026-03-01"}]}


def test_the_record_is_one_the_reader_understands() -> None:
    (first, _), _ = read(MAP.replace('attributes = { grade = "grade" }\n', ""))
    reading = read_patient(first.record, SCHEMA, judging_day("2026-03-04"))
    assert reading.problems == ()
    facts: Any = reading.records.facts
    assert [sample.value for sample in facts["bilirubin"]] == [342.08, 342.0]
    assert not facts["bleeding"].complete


def test_a_complete_table_says_what_did_not_happen() -> None:
    (first, second), _ = read(MAP.replace('split = "|"', 'split = "|"\ncomplete = true'))
    assert second.record["bleeding"] == {"occurrences": [], "complete": True}
    assert first.record["bleeding"]["complete"] is True  # type: ignore[index]


def test_what_is_not_understood_is_counted() -> None:
    _, remarks = read(
        MAP.replace('INR = "inr"', 'INR = "inr"\nHb = "haemoglobin"'),
        labs="id,lab,value,unit,taken,uln\nP1,pH,7,,,\nP1,Na,140,,,\nP1,Na,141,,,\nP9,INR,1,,,\n,INR,1,,,\nP1,Hb,9,,,\n",
        codes="id,stay,codes,grade\nP1,S7,K92.2,\n",
    )
    assert remarks == [
        "labs.csv: `Na`: the map leads this name to no fact (2 times, first at labs.csv:3);"
        " add it to `facts` of the map, or to its `ignore`",
        "codes.csv: `S7`: no row of stays.csv has this stay (once, at codes.csv:2);"
        " what would come from there is unknown",
        "labs.csv: a row names no patient (once, at labs.csv:6); fill in the column `id`",
        "m.toml: `haemoglobin`: the protocol declares no such fact (once); remove it, unless another protocol needs it",
        "patients.csv: other tables have rows of patients who are not in it (once, at patient P9);"
        " add the patients, or remove the rows",
    ]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ('on = "last record"', "2026-03-04"),
        ("on = 2026-05-01", "2026-05-01"),
        ("", None),
    ],
)
def test_the_day_to_judge_on(said: str, day: str | None) -> None:
    (first, _), _ = read(MAP.replace('on = "last record"', said))
    assert first.on == day


def test_the_day_to_judge_on_from_a_column() -> None:
    (first, second), _ = read(
        MAP.replace('id = "id"\n[patients.facts]', 'id = "id"\non = "seen"\n[patients.facts]'),
        patients="id,age,sex,seen\nP1,45,M,2026-04-01\nP2,45,M,\n",
    )
    assert (first.on, second.on) == ("2026-04-01", None)


@pytest.mark.parametrize(
    ("changed", "place", "reason"),
    [
        ({"patients": "id,age,sex\nP1,1,M\nP1,2,F\n"}, "patients.csv:3", "stands at patients.csv:2 already"),
        ({"patients": "id,age,sex\n,1,M\n"}, "patients.csv:2", "the patient has no id"),
        ({"patients": "id,age,gender\nP1,1,M\n"}, "patients.csv:1", "there is no column `sex`"),
        ({"labs": "id,lab,value,taken,uln\n"}, "labs.csv:1", "there is no column `unit`"),
        ({"stays": "stay,admitted\n"}, "codes.csv:1", "there is no column `left`"),
        ({"stays": "stay,admitted,left\nS1,,\nS1,,\n"}, "stays.csv:3", "the stay `S1` stands in two rows"),
        ({"labs": "id;lab;value\n"}, "labs.csv:1", "parted by a semicolon"),
    ],
)
def test_tables_that_do_not_fit_are_refused(changed: dict[str, str], place: str, reason: str) -> None:
    with pytest.raises(BadPatients) as caught:
        read(**changed)
    assert caught.value.place == place
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("old", "new", "reason", "fix"),
    [
        (
            'unit = "unit"\n',
            'units = "unit"\n',
            "in `series 1`, there is no key `units`",
            "did you mean `unit`?",
        ),
        (
            'value = "value"',
            'values = "value"',
            "in `series 1`, `value` is missing",
            "did you mean `value` by `values`?",
        ),
        ('id = "id"\n', "", "in `patients`, `id` is missing", 'add it, as in `id = "…"`'),
        ('id = "id"\n', "id = 7\n", "in `patients`, `id` is no text", 'write it in quotes, as in `id = "…"`'),
        (
            'on = "last record"',
            'on = "last record"\ndelimiter = "x"',
            "`delimiter` cannot be `x`",
            "use one of",
        ),
        ("[[events]]", "[events]", "`events` is no list of tables", "head each one `[[events]]`"),
        (
            'INR = "inr"',
            'INR = "bleeding"',
            "`bleeding` is declared as event",
            "move it to the table of its kind",
        ),
        (
            '"K92.9" = "infection"',
            '"K92.9" = "inr"',
            "`inr` is declared as lab",
            "move it to the table of its kind",
        ),
        ('split = "|"', 'split = ""', "in `events 1`, `split` is empty", "name what parts the entries"),
        ("[patients]", "[patients", "it is no TOML", "mend the map there"),
    ],
)
def test_a_map_that_is_no_map_is_refused(old: str, new: str, reason: str, fix: str) -> None:
    assert old in MAP
    with pytest.raises(BadPatients) as caught:
        read(MAP.replace(old, new, 1))
    assert caught.value.place == "m.toml"
    assert reason in caught.value.reason
    assert fix in caught.value.fix


def test_the_map_of_the_manual_is_one() -> None:
    page = Path(__file__).parents[2] / "docs" / "manual" / "9-records.md"
    text = page.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    found = read_map(text.encode(), "9-records.md")
    assert [target.fact for target in found.patients.targets] == ["age", "sex"]
    assert found.series[0].names.find("INR") == Target("inr", "1")
    assert found.events[0].names.find("K92.1") == Target("gi_bleeding")
