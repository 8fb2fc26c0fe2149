"""What programs read: JSON, SARIF and GitHub annotations."""

from __future__ import annotations

import json
from typing import get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Format,
    Severity,
    page,
    render,
    render_github,
    render_json,
    render_sarif,
    render_text,
)
from protocol_dsl.source import NOWHERE, Position, SourceFile, Span


@attrs.frozen
class Unknown(Diagnostic):
    """A name nobody declares.

    Why it matters: it decides nothing.

    Example:
        require inrr > 1

    Cure: declare it.
    """

    code = "X201"
    name = "x-unheard-of"
    severity = Severity.ERROR
    message = "unknown name `{word}`"
    label = "not declared"
    help = "did you mean {suggestions}?"

    word: str
    suggestions: tuple[str, ...] = ()
    related: tuple[tuple[Span, str], ...] = ()


@attrs.frozen
class Remark(Diagnostic):
    code = "X200"
    name = "x-certain"
    severity = Severity.NOTE
    message = "100% sure: {word}"

    word: str


TEXT = "fact 年龄 : lab\nrequire inrr\n"
SOURCE = SourceFile("dir a/b,c.trial", TEXT)
FAULT = Unknown(Span(22, 26), "inrr", ("inr",), ((Span(5, 7), "declared here"), (NOWHERE, "in a library")))


def test_json() -> None:
    first = {"line": 1, "column": 6, "offset": 5}
    assert json.loads(render_json([FAULT, Remark(NOWHERE, "年")], SOURCE)) == {
        "version": 1,
        "file": "dir a/b,c.trial",
        "diagnostics": [
            {
                "code": "X201",
                "name": "x-unheard-of",
                "severity": "error",
                "message": "unknown name `inrr`",
                "label": "not declared",
                "help": "did you mean `inr`?",
                "file": "dir a/b,c.trial",
                "start": {"line": 2, "column": 9, "offset": 22},
                "end": {"line": 2, "column": 13, "offset": 26},
                "related": [
                    {
                        "message": "declared here",
                        "file": "dir a/b,c.trial",
                        "start": first,
                        "end": {"line": 1, "column": 8, "offset": 7},
                    },
                    {"message": "in a library", "file": "dir a/b,c.trial", "start": None, "end": None},
                ],
                "fixes": [
                    {
                        "edits": [
                            {
                                "file": "dir a/b,c.trial",
                                "start": {"line": 2, "column": 9, "offset": 22},
                                "end": {"line": 2, "column": 13, "offset": 26},
                                "text": "inr",
                            }
                        ]
                    }
                ],
            },
            {
                "code": "X200",
                "name": "x-certain",
                "severity": "note",
                "message": "100% sure: 年",
                "label": None,
                "help": None,
                "file": "dir a/b,c.trial",
                "start": None,
                "end": None,
                "related": [],
                "fixes": [],
            },
        ],
        "summary": {"error": 1, "warning": 0, "note": 1},
    }


def test_json_is_written_for_people_too() -> None:
    assert "100% sure: 年" in render_json([Remark(NOWHERE, "年")], SOURCE)


def test_sarif() -> None:
    log = json.loads(render_sarif([FAULT, Remark(NOWHERE, "x")], SOURCE))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["artifacts"] == [{"location": {"uri": "dir%20a/b%2Cc.trial"}, "encoding": "UTF-8"}]
    assert run["tool"]["driver"]["rules"] == [
        {
            "id": "X200",
            "name": "x-certain",
            "shortDescription": {"text": "x certain"},
            "fullDescription": {"text": "x certain"},
            "help": {"text": page(Remark)},
            "defaultConfiguration": {"level": "note"},
        },
        {
            "id": "X201",
            "name": "x-unheard-of",
            "shortDescription": {"text": "A name nobody declares."},
            "fullDescription": {"text": "it decides nothing."},
            "help": {"text": page(Unknown)},
            "defaultConfiguration": {"level": "error"},
        },
    ]
    fault, remark = run["results"]
    artifact = {"uri": "dir%20a/b%2Cc.trial", "index": 0}
    assert (fault["ruleId"], fault["ruleIndex"], fault["level"]) == ("X201", 1, "error")
    assert fault["message"] == {"text": "unknown name `inrr`\nhelp: did you mean `inr`?"}
    assert fault["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {
                    "startLine": 2,
                    "startColumn": 9,
                    "endLine": 2,
                    "endColumn": 13,
                    "charOffset": 22,
                    "charLength": 4,
                },
            }
        }
    ]
    assert [one["message"]["text"] for one in fault["relatedLocations"]] == ["declared here", "in a library"]
    assert (remark["ruleIndex"], remark["level"]) == (0, "note")
    assert remark["locations"] == [{"physicalLocation": {"artifactLocation": artifact}}]


def _fingerprints(text: str, *words: str) -> list[str]:
    spans = [Span(text.index(word), text.index(word) + 1) for word in words]
    log = json.loads(render_sarif([Unknown(span, "x") for span in spans], SourceFile("a", text)))
    return [result["partialFingerprints"]["trialcLine/v1"] for result in log["runs"][0]["results"]]


def test_a_fingerprint_survives_lines_added_elsewhere_and_tells_twins_apart() -> None:
    before = _fingerprints("a b\nc\n", "a", "b", "c")
    assert _fingerprints("\n\n  # new\n  a  b\nc\n", "a", "b", "c") == before
    assert len(set(before)) == 3


def test_sarif_carries_the_fixes() -> None:
    fault = Unknown(Span(22, 26), "inrr", fixes=(Fix((Edit(Span(22, 26), "inr"), Edit(Span(5, 5), "x"))),))
    (run,) = json.loads(render_sarif([fault], SOURCE))["runs"]
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == {"uri": "dir%20a/b%2Cc.trial", "index": 0}
    inserted = [one["insertedContent"]["text"] for one in change["replacements"]]
    lengths = [one["deletedRegion"]["charLength"] for one in change["replacements"]]
    assert (inserted, lengths) == (["inr", "x"], [4, 0])


def test_sarif_of_nothing_is_a_run_without_results() -> None:
    (run,) = json.loads(render_sarif([], SourceFile("/x y/ü:.trial", "")))["runs"]
    assert run["results"] == run["tool"]["driver"]["rules"] == []
    assert run["artifacts"][0]["location"]["uri"] == "file:///x%20y/%C3%BC%3A.trial"


def test_github() -> None:
    many = Unknown(Span(0, 18), "x\r\ny")
    assert render_github([FAULT, Remark(NOWHERE, "a, b"), many], SOURCE) == (
        "::error file=dir a/b%2Cc.trial,line=2,col=9,endColumn=13,title=X201 x-unheard-of"
        "::unknown name `inrr`%0Ahelp: did you mean `inr`?\n"
        "::notice file=dir a/b%2Cc.trial,title=X200 x-certain::100%25 sure: a, b\n"
        "::error file=dir a/b%2Cc.trial,line=1,endLine=2,title=X201 x-unheard-of::unknown name `x y`\n"
    )


def test_github_escapes_the_path() -> None:
    said = render_github([Remark(NOWHERE, "x")], SourceFile("C:\\a%b\n,c", ""))
    assert said == "::notice file=C%3A\\a%25b%0A%2Cc,title=X200 x-certain::100%25 sure: x\n"


def test_render_is_the_door_to_each_format() -> None:
    doors = {"text": render_text, "json": render_json, "sarif": render_sarif, "github": render_github}
    assert set(get_args(Format)) == set(doors)
    for name in get_args(Format):
        assert render(name, [FAULT], SOURCE) == doors[name]([FAULT], SOURCE)
    assert render("text", [FAULT], SOURCE, colour=True) == render_text([FAULT], SOURCE, colour=True)


ODD = st.text(st.one_of(st.sampled_from("a\t\n\r年\u0301\u2028"), st.characters()), max_size=40)


@settings(deadline=None)
@pytest.mark.parametrize("kind", get_args(Format))
@given(path=ODD, text=ODD, start=st.integers(-2, 50), end=st.integers(-2, 50))
def test_no_span_of_any_text_stops_a_format(kind: Format, path: str, text: str, start: int, end: int) -> None:
    fault = Unknown(Span(start, end), text, (text,), ((Span(end, start), text),))
    said = render(kind, [fault], SourceFile(path, text))
    assert said.encode("utf-8")
    if kind == "github":
        assert said.count("\n") == 1


@settings(deadline=None)
@given(ODD, st.integers(0, 50), st.integers(0, 50))
def test_offsets_and_positions_of_json_are_the_same_places(text: str, start: int, end: int) -> None:
    source = SourceFile("a", text)
    (said,) = json.loads(render_json([Remark(Span(start, end), "x")], source))["diagnostics"]
    for place in (said["start"], said["end"]):
        assert source.offset(Position(place["line"], place["column"])) == place["offset"]
    assert text[said["start"]["offset"] : said["end"]["offset"]] == text[start:end]
