"""The CQL back end's text: what it says, and what it leaves out with the reason."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from protocol_dsl.backends.cql import emit, sayable
from protocol_dsl.backends.cql.text import decimal, joined, name, string
from protocol_dsl.pipeline import load

ROOT = Path(__file__).parents[2]
FLAGSHIP = load(ROOT / "protocols" / "nct02812121.trial")
FILES = sorted((ROOT / "protocols").glob("*.trial"))


def defined(text: str) -> list[str]:
    return re.findall(r'^define "((?:[^"\\]|\\.)*)"', text, re.MULTILINE)


def test_the_flagship_is_said_whole() -> None:
    assert sayable(FLAGSHIP)[1] == ()
    text = emit(FLAGSHIP)[0].text
    assert {one.id for one in FLAGSHIP.stages[0].criteria} <= set(defined(text))
    assert "// | 4.18-65 years of age." in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_criterion_is_said_or_left_out_and_each_name_is_defined_once(path: Path) -> None:
    protocol = load(path)
    text, (said, left_out) = emit(protocol)[0].text, sayable(protocol)
    names = defined(text)
    assert len(names) == len(set(names))
    for stage, whole in zip(said.stages, protocol.stages, strict=True):
        missing = {one.criterion for one in left_out}
        assert [one.id for one in whole.criteria if one.id not in missing] == [
            one.id for one in stage.criteria
        ]
        assert all((one.id in names) == (one.id not in missing) for one in whole.criteria)
    for one in left_out:
        assert f"// {one.criterion} is left out: " in text
    told = re.sub(r"//.*|'(?:[^'\\]|\\.)*'", "", text)
    codes = re.findall(r'^(?:code|codesystem|concept|parameter) "([^"]+)"', text, re.MULTILINE)
    used = set(re.findall(r'(?<![.\w])"((?:[^"\\]|\\.)*)"', told)) - {"List"}
    assert used <= {*names, *codes}


def test_what_is_left_out_leaves_the_verdict_open() -> None:
    protocol = next(one for one in map(load, FILES) if sayable(one)[1])
    assert "(null as Boolean)" in emit(protocol)[0].text


def test_decimals_are_the_number_that_was_written() -> None:
    assert decimal(Fraction(3, 2)) == "1.5"
    assert decimal(Fraction(-1, 4)) == "(-0.25)"
    assert decimal(Fraction(500000, 29233)) == "(500000.0 / 29233.0)"
    assert decimal(Fraction(17)) == "17.0"


def test_text_is_quoted() -> None:
    assert string("it's a \\") == "'it\\'s a \\\\'"
    assert name('a "b"') == '"a \\"b\\""'
    assert joined("and", ("a", "b")) == "(a and b)"


def test_no_name_of_the_runtime_makes_the_words_or_on() -> None:
    runtime = emit(FLAGSHIP)[0].text.split("// What follows")[1]
    assert not re.search(r"\bor on\w*\b", runtime)
