"""Snippets of editors: every block of the language has one, and all together they are a protocol without an error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from protocol_dsl import pipeline
from protocol_dsl.diagnostics import Severity
from protocol_dsl.formatter import formatted
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.machine import machine
from protocol_dsl.syntax.parser import parse

FILE = Path(__file__).parents[2] / "editors" / "vscode" / "snippets" / "trial.json"
SNIPPETS = json.loads(FILE.read_text("utf-8"))
_STOP = re.compile(r"\$\{\d+(?::(?P<text>[^{}]*)|\|(?P<first>[^,|]*)[^|]*\|)\}")


def expanded(name: str) -> str:
    """What an editor leaves when every stop is passed over: the text that stands there, or the first choice."""
    text = _STOP.sub(lambda stop: stop["text"] or stop["first"], "\n".join(SNIPPETS[name]["body"]))
    assert "$" not in text, "a stop of a form that this test does not read"
    return text + "\n"


def errors(text: str) -> list[str]:
    found = pipeline.check(SourceFile("snippets.trial", text)).diagnostics
    return [one.whole_text for one in found if one.severity is Severity.ERROR]


def test_every_block_of_the_language_has_a_snippet() -> None:
    begin = machine().spelled(machine().expected("", 0, 0))
    assert {text.split()[0] for text in map(expanded, SNIPPETS)} == begin


def test_all_snippets_together_are_a_protocol() -> None:
    assert errors("".join(expanded(name) for name in SNIPPETS if name != "library")) == []


def test_the_snippet_of_a_library_is_one() -> None:
    assert errors(expanded("library")) == []


@pytest.mark.parametrize("name", SNIPPETS)
def test_a_snippet_is_one_item_laid_out_as_fmt_does(name: str) -> None:
    source = SourceFile("snippet.trial", expanded(name))
    assert len(parse(source).tree.items) == 1
    assert formatted(source) == source.text
