"""Trial design datasets of the flagship and of a crossover trial."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import attrs
import pytest
from docs_sample import FLAGSHIP as SAMPLE
from docs_sample import hostile

from protocol_dsl import pipeline
from protocol_dsl.backends.sdtm import datasets, emit
from protocol_dsl.backends.sdtm.codes import Codes, shortened
from protocol_dsl.backends.sdtm.datasets import Variable, dataset
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import SourceFile, read_source

ROOT = Path(__file__).parents[2]
CREATED = "2026-03-02T00:00:00Z"


def compiled(path: str) -> Protocol:
    found = pipeline.check(read_source(ROOT / path)).protocol
    assert found is not None
    return found


@pytest.fixture(scope="module")
def flagship() -> Protocol:
    return compiled("protocols/nct02812121.trial")


@pytest.fixture(scope="module")
def crossover() -> Protocol:
    return compiled("tests/corpus/good/schedule/crossover.trial")


def written(text: str) -> Protocol:
    found = pipeline.check(SourceFile("t.trial", text))
    assert found.protocol is not None, found.diagnostics
    return found.protocol


def rows(protocol: Protocol, name: str) -> list[dict[str, str]]:
    """A dataset as its CSV reads."""
    texts = {one.path: one.text for one in emit(protocol, CREATED)}
    return list(csv.DictReader(io.StringIO(texts[f"{name.lower()}.csv"])))


def picked(protocol: Protocol, name: str, *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(protocol, name)]


def summary(protocol: Protocol) -> dict[str, tuple[str, str, str]]:
    """Value, null flavor and code of the first row of each parameter."""
    first: dict[str, tuple[str, str, str]] = {}
    for row in rows(protocol, "TS"):
        first.setdefault(row["TSPARMCD"], (row["TSVAL"], row["TSVALNF"], row["TSVALCD"]))
    return first


def test_the_flagship_parts_into_three_arms_after_screening(flagship):
    assert picked(flagship, "TA", "ARMCD", "TAETORD", "ETCD", "TABRANCH", "EPOCH") == [
        ("MSC_1", "1", "SCREEN", "Randomized to Group MSC-1", "SCREENING"),
        ("MSC_1", "2", "MSC_1", "", "TREATMENT"),
        ("MSC_2", "1", "SCREEN", "Randomized to Group MSC-2", "SCREENING"),
        ("MSC_2", "2", "MSC_2", "", "TREATMENT"),
        ("CONTROL", "1", "SCREEN", "Randomized to Group Control", "SCREENING"),
        ("CONTROL", "2", "STANDARD", "", "TREATMENT"),
    ]
    cells = "First administration: Umbilical cord blood mesenchymal stem cells"
    assert ("MSC_1", cells, "Not stated by the protocol", "") in picked(
        flagship, "TE", "ETCD", "TESTRL", "TEENRL", "TEDUR"
    )


def test_the_flagship_has_its_criteria_word_for_word_and_no_visits(flagship):
    found = {row["IETESTCD"]: row for row in rows(flagship, "TI")}
    assert list(found) == ["I1", "I2", "I3", "I4", *(f"E{number}" for number in range(1, 9))]
    assert (
        found["I1"]["IETEST"] == "Acute-on-chronic liver failure"
    )  # the sentence is longer than 200 characters
    assert found["E7"]["IETEST"] == "Bioartificial liver support therapy;"
    assert found["E7"]["TIRL"] == "reject bioartificial_liver_support ever"
    assert (found["I2"]["IECAT"], found["E7"]["IECAT"]) == ("INCLUSION", "EXCLUSION")
    assert "tv.csv" not in {one.path for one in emit(flagship, CREATED)}


def test_the_flagship_in_terms_of_cdisc(flagship):
    found = summary(flagship)
    assert found["TPHASE"] == ("PHASE II TRIAL", "", "C15601")
    assert found["REGID"] == ("NCT02812121", "", "NCT02812121")
    assert found["RANDOM"] == ("Y", "", "C49488")
    assert (found["AGEMIN"][0], found["AGEMAX"][0], found["PLANSUB"][0]) == ("P18Y", "P65Y", "261")
    assert (found["TBLIND"][0], found["INTMODEL"][0], found["NARMS"][0]) == ("OPEN LABEL", "PARALLEL", "3")
    assert found["OBJPRIM"] == ("", "NI", "")
    assert found["TRT"][0] == "Umbilical cord blood mesenchymal stem cells"
    assert found["INTTYPE"][0] == "BIOLOGIC"
    assert "ACTSUB" not in found


def test_a_crossover_gives_each_arm_its_sequence(crossover):
    paths: dict[str, list[tuple[str, str]]] = {}
    for arm, element, epoch in picked(crossover, "TA", "ARMCD", "ETCD", "EPOCH"):
        paths.setdefault(arm, []).append((element, epoch))
    assert paths["AB"] == [
        ("SCREENIN", "SCREENING"), ("ACTIVE", "PERIOD 1"), ("WASHOUT", "WASHOUT"), ("PLACEBO", "PERIOD 2"),
        ("FOLLOWUP", "FOLLOW-UP"),
    ]  # fmt: skip
    assert [element for element, _ in paths["BA"]] == ["SCREENIN", "PLACEBO", "WASHOUT", "ACTIVE", "FOLLOWUP"]
    branches = picked(crossover, "TA", "TAETORD", "TABRANCH")
    assert {order for order, branch in branches if branch} == {"1"}
    assert picked(crossover, "TE", "ETCD", "TESTRL", "TEENRL", "TEDUR")[:3] == [
        ("SCREENIN", "Start: Consent", "Randomization", ""),
        ("ACTIVE", "First administration: Active inhaler", "4 weeks after start of element", "P4W"),
        ("WASHOUT", "End of Period 1", "2 weeks after start of element", "P2W"),
    ]


def test_visits_have_study_days_where_the_protocol_fixes_them(crossover):
    assert picked(crossover, "TV", "VISITNUM", "VISIT", "VISITDY") == [
        ("1", "Screening", ""),
        ("2", "Baseline", "1"),
        ("3", "End of period 1", "28"),
        ("4", "Start of period 2", "43"),
        ("5", "End of period 2", "70"),
        ("6", "Follow-up, week 14", "99"),
        ("7", "Follow-up, week 18", "127"),
        ("8", "Follow-up, week 22", "155"),
        ("9", "Follow-up, 3 months after week 22", ""),
        ("10", "Follow-up, 6 months after week 22", ""),
    ]
    rules = [rule for (rule,) in picked(crossover, "TV", "TVSTRL")]
    assert rules[3] == "42 days after randomization, from 1 day before to 1 day after"


def test_a_crossover_in_terms_of_cdisc(crossover):
    found = summary(crossover)
    assert found["INTMODEL"][0] == "CROSS-OVER"
    assert found["AGEMAX"] == ("", "PINF", "")
    assert found["STRATFCT"][0] == "SMOKER"
    assert (found["ACTSUB"][0], found["PLANSUB"][1]) == ("48", "NI")
    assert [row["TSVAL"] for row in rows(crossover, "TS") if row["TSPARMCD"] == "TRT"] == ["Active inhaler"]


SEQUENCE = """
protocol T1 "Trial" {{ age {age} }}
intervention drug "Drug" {{ kind drug }}
regimen first  "First"  {{ give drug 5 mg {first} }}
regimen second "Second" {{ give drug 5 mg weekly for 2 weeks }}
arm a "A" experimental {{ follow first, then follow second }}
"""


@pytest.mark.parametrize(
    ("first", "length"),
    [
        ("weekly for 8 weeks", "P8W"),
        ("daily from day 1 to day 10", "P10D"),
        ("every 3 weeks for 4 doses", "P12W"),
        ("twice daily for 5 doses", "P3D"),
        ("daily for 1 week ; then 10 mg daily for 3 days", "P10D"),
        ("once", "P1D"),
        ("as prescribed", ""),
        ("weekly", ""),
    ],
)
def test_regimens_in_a_row_are_elements_and_last_as_long_as_they_say(first, length):
    protocol = written(SEQUENCE.format(age="6 months to 17 years", first=first))
    assert picked(protocol, "TA", "ETCD", "EPOCH") == [("FIRST", "TREATMENT"), ("SECOND", "TREATMENT")]
    assert picked(protocol, "TE", "TEDUR") == [(length,), ("P2W",)]


@pytest.mark.parametrize(
    ("age", "low", "high"),
    [
        ("6 months to 17 years", ("P6M", ""), ("P17Y", "")),
        ("18 years and over", ("P18Y", ""), ("", "PINF")),
        ("up to 65 years", ("P0Y", ""), ("P65Y", "")),
        ("3 days to 2 weeks", ("P3D", ""), ("P14D", "")),
    ],
)
def test_ages_are_iso_durations(age, low, high):
    found = summary(written(f'protocol T1 "Trial" {{ age {age} }}'))
    assert (found["AGEMIN"][:2], found["AGEMAX"][:2]) == (low, high)
    assert summary(written('protocol T1 "Trial" { }'))["AGEMIN"] == ("", "NI", "")


def test_values_have_a_flavor_exactly_when_they_are_empty(flagship, crossover):
    for protocol in (flagship, crossover, hostile(), SAMPLE):
        for row in rows(protocol, "TS"):
            assert bool(row["TSVAL"]) != bool(row["TSVALNF"])


def test_a_long_title_goes_on_in_further_variables():
    title = " ".join(f"word{number}" for number in range(90))
    found = rows(attrs.evolve(SAMPLE, header=attrs.evolve(SAMPLE.header, title=title)), "TS")[0]
    pieces = [found["TSVAL"], *(found[f"TSVAL{at}"] for at in (1, 2, 3) if f"TSVAL{at}" in found)]
    assert "".join(pieces) == title
    assert max(map(len, pieces)) <= 200
    assert len(pieces) == 4


def test_every_value_fits_its_variable_whatever_the_words():
    for protocol in (hostile(), SAMPLE):
        for one in datasets(protocol):
            assert all(len(variable.label) <= 40 and len(variable.name) <= 8 for variable in one.variables)
            for row in one.rows:
                for value, variable in zip(row, one.variables, strict=True):
                    assert variable.type == "integer" or len(str(value)) <= variable.length
    with pytest.raises(ValueError, match="ETCD: 9 characters are more than 8"):
        dataset("TE", "Trial Elements", [Variable("ETCD", "Element Code", length=8)], [{"ETCD": "LONGERTHA"}])


def test_codes_fit_and_stay_apart():
    codes = Codes(8)
    names = ["standard_medical_treatment", "standard_care", "standard_dose", "1st", "Ünïon", "…", "a" * 30]
    made = [codes.of(number, name) for number, name in enumerate(names)]
    assert made[:3] == ["STANDARD", "STANDAR2", "STANDAR3"]
    assert len(set(made)) == len(names)
    assert all(len(one) <= 8 and one[0].isalpha() and one.isascii() for one in made)
    assert codes.of(0, "anything") == "STANDARD"
    assert shortened("one two three", 10) == "one two…"
    assert len(shortened("x" * 300, 200)) == 200


def test_dataset_json_says_what_the_csv_does(crossover):
    texts = {one.path: one.text for one in emit(crossover, CREATED)}
    assert sorted(texts) == sorted(
        f"{name}.{kind}" for name in ("ta", "te", "tv", "ti", "ts") for kind in ("csv", "json")
    )
    for name in ("ta", "te", "tv", "ti", "ts"):
        made = json.loads(texts[f"{name}.json"])
        assert (made["datasetJSONVersion"], made["datasetJSONCreationDateTime"]) == ("1.1.0", CREATED)
        assert (made["name"], made["itemGroupOID"]) == (name.upper(), f"IG.{name.upper()}")
        head, *lines = csv.reader(io.StringIO(texts[f"{name}.csv"]))
        assert [column["name"] for column in made["columns"]] == head
        assert made["records"] == len(made["rows"]) == len(lines)
        assert [["" if cell is None else str(cell) for cell in row] for row in made["rows"]] == lines
        for column, cells in zip(made["columns"], zip(*made["rows"], strict=True), strict=True):
            kinds = {"integer": (int, type(None)), "string": (str,)}[column["dataType"]]
            assert all(isinstance(cell, kinds) for cell in cells)
            assert column["itemOID"] == f"IT.{name.upper()}.{column['name']}"
        keys = sorted(column["keySequence"] for column in made["columns"] if "keySequence" in column)
        assert keys == list(range(1, len(keys) + 1))


def test_every_protocol_of_the_corpus_has_datasets_that_fit():
    found = 0
    for path in sorted((ROOT / "tests" / "corpus" / "good").rglob("*.trial")):
        protocol = pipeline.check(read_source(path)).protocol
        if protocol is not None:
            # Values that do not fit raise; whoever has arms has TA, and every element of TA stands in TE.
            made = {one.name: one for one in datasets(protocol)}
            elements = {row[2] for row in made["TE"].rows} if "TE" in made else set()
            assert (
                {row[5] for row in made["TA"].rows} == elements
                if protocol.schedule.arms
                else "TA" not in made
            )
            found += 1
    assert found > 20
