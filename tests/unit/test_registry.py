"""Registry records: items counted as they stand, pointers, hashes, and what became of each sentence."""

from __future__ import annotations

import json

import pytest

from protocol_dsl import pipeline
from protocol_dsl.registry.items import criteria
from protocol_dsl.registry.reading import UnreadableRecordError, read_record
from protocol_dsl.registry.record import Record, plain
from protocol_dsl.registry.trace import Trace, trace
from protocol_dsl.source import SourceFile

MARKDOWN = """Inclusion Criteria:

* Adults
* Platelets \\> 50:

  1. on two days
  2. without transfusion
* Consent

Exclusion Criteria:

1. Bleeding
1. Pregnancy
"""

WRAPPED = """Inclusion criteria:

  -  Adults who are able to walk to the
     clinic by themselves.

  -  Consent.

Exclusion criteria:

  -  Bleeding
"""

BARE = """Inclusion Criteria:

Adults
One or more of:

Fever
Cough

Non-inclusion criteria:

Pregnancy
Exclusion Criteria:

Withdrawal
"""


def places(text: str) -> list[tuple[str, str]]:
    return [(one.pointer, one.text) for one in criteria(text)]


def test_items_are_counted_and_not_read() -> None:
    assert places(MARKDOWN) == [
        ("inclusion 1", "Adults"),
        ("inclusion 2", "Platelets > 50:"),
        ("inclusion 2.1", "on two days"),
        ("inclusion 2.2", "without transfusion"),
        ("inclusion 3", "Consent"),
        ("exclusion 1", "Bleeding"),
        ("exclusion 2", "Pregnancy"),
    ]


def test_wrapped_lines_are_one_item() -> None:
    assert places(WRAPPED)[0] == ("inclusion 1", "Adults who are able to walk to the clinic by themselves.")
    assert [pointer for pointer, _ in places(WRAPPED)] == ["inclusion 1", "inclusion 2", "exclusion 1"]


def test_bare_lines_are_items_and_headings_are_not() -> None:
    assert places(BARE) == [
        ("inclusion 1", "Adults"),
        ("inclusion 2", "Fever"),
        ("inclusion 3", "Cough"),
        ("exclusion 1", "Pregnancy"),
        ("exclusion 2", "Withdrawal"),
    ]


def test_text_without_headings_is_inclusion() -> None:
    assert places("* Adults\n* Consent\n") == [("inclusion 1", "Adults"), ("inclusion 2", "Consent")]


def test_a_hash_covers_what_stands_below_and_no_typography() -> None:
    before = Record("", {}, criteria(MARKDOWN))
    same = Record("", {}, criteria(MARKDOWN.replace("\\>", "&gt;").replace("on two", "on  two")))
    changed = Record("", {}, criteria(MARKDOWN.replace("two days", "three days")))
    for pointer in ("inclusion 2", "inclusion 2.1"):
        was, now, other = (record.at(pointer) for record in (before, same, changed))
        assert was is not None
        assert now is not None
        assert other is not None
        assert was.digest == now.digest != other.digest
    assert len(before.sentences[0].digest) == 8


def test_plain_words() -> None:
    assert plain("25 mg/m\\^2  &le;\n5 \\[a\\]") == "25 mg/m^2 ≤ 5 [a]"


RECORD = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A trial"},
        "statusModule": {"overallStatus": "UNKNOWN_STATUS", "startDateStruct": {"date": "July 2, 2007"}},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2", "PHASE3"],
            "designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "None (Open Label)"}},
            "enrollmentInfo": {"count": 20, "type": "Anticipated"},
        },
        "eligibilityModule": {
            "eligibilityCriteria": MARKDOWN,
            "sex": "ALL",
            "minimumAge": "6 Months",
            "maximumAge": "17 Years",
            "healthyVolunteers": False,
        },
        "armsInterventionsModule": {"armGroups": [{"label": "A", "description": "Drug"}]},
        "descriptionModule": {"detailedDescription": "First.\n\nSecond."},
    }
}


def test_the_fields_of_a_record_are_in_the_words_of_a_protocol() -> None:
    record = read_record(json.dumps(RECORD))
    assert record.id == "NCT00000001"
    assert record.fields == {
        "title": "A trial",
        "status": "unknown",
        "start_date": "2007-07-02",
        "study_type": "interventional",
        "phase": "2/3",
        "allocation": "randomized",
        "masking": "none",
        "enrollment": "20 estimated",
        "sex": "all",
        "age": "6 months to 17 years",
        "healthy_volunteers": "no",
    }
    second, arm, nowhere = record.at("description 2"), record.at("arm"), record.at("description 3")
    assert second is not None
    assert second.text == "Second."
    assert arm is not None
    assert arm.text == "A: Drug"
    assert nowhere is None


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"protocolSection": 3}', "\n"])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRecordError) as refused:
        read_record(text)
    assert refused.value.fix


def traced(criteria_: str, header: str = "") -> Trace:
    text = f"""protocol NCT00000001 "A trial" {{ {header} }}
        fact platelets : lab in 10^9/L "Platelets"
        fact bleeding : event "Bleeding"
        {criteria_}
        arm a "A" other {{ source arm 1  provide "drug" }}"""
    result = pipeline.check(SourceFile("t.trial", text))
    assert result.protocol is not None, result.diagnostics
    return trace(result.protocol, read_record(json.dumps(RECORD)))


WHOLE = """
    inclusion I1 "Adults" { source "adults" require age >= 18 years }
    inclusion I2 "Platelets" { source inclusion 2 require platelets > 50 10^9/L }
    inclusion I3 "Consent" { source inclusion 3 require answer yes to "Consent?" by participant }
    exclusion E1 "Bleeding" { source exclusion 1 reject bleeding ever
      reject answer yes to "Other bleeding?" by investigator }
    out_of_scope "Pregnancy" because advice { source exclusion 2 }
"""


def test_what_became_of_each_sentence() -> None:
    found = traced(WHOLE)
    assert {one.sentence.pointer: one.fate for one in found.sentences} == {
        "inclusion 1": "computed",
        "inclusion 2": "computed",
        "inclusion 2.1": "computed",
        "inclusion 2.2": "computed",
        "inclusion 3": "asked",
        "exclusion 1": "both",
        "exclusion 2": "noted",
        "arm 1": "treatment",
    }
    assert found.clean


def test_a_missed_sentence_an_unsourced_criterion_and_a_stray_pointer() -> None:
    found = traced(
        """
        inclusion I2 "Platelets" { source inclusion 2.1 source inclusion 9 require platelets > 50 10^9/L }
        inclusion I3 "Consent" { require answer yes to "Consent?" by participant }
        exclusion E1 "Bleeding" { source exclusion 1 #00000000 source "No such words" reject bleeding ever }
        """
    )
    missed = [one.sentence.pointer for one in found.sentences if one.fate == "missed"]
    assert missed == ["inclusion 1", "inclusion 2", "inclusion 2.2", "inclusion 3", "exclusion 2"]
    assert found.unsourced == ("I3",)
    assert [(one.owner, one.citation.words, one.reason) for one in found.astray] == [
        ("I2", "inclusion 9", "no such place"),
        ("E1", "exclusion 1", "changed"),
        ("E1", "No such words", "not in the record"),
    ]


def test_a_line_that_leads_to_others_is_accounted_for_by_them() -> None:
    both = """
        inclusion I2 "One" { source inclusion 2.1 require platelets > 50 10^9/L }
        inclusion I3 "Two" { source inclusion 2.2 require platelets > 40 10^9/L }
    """
    fates = {one.sentence.pointer: one.fate for one in traced(both).sentences}
    assert fates["inclusion 2"] == "computed"


def test_header_fields_that_disagree() -> None:
    found = traced(WHOLE, "phase 2/3 status recruiting masking none enrollment 20 estimated")
    assert [(one.field, one.protocol, one.record) for one in found.header] == [
        ("status", "recruiting", "unknown")
    ]
    assert "sex" in found.unstated
    assert not found.clean
