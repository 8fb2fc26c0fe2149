"""The page of a diagnostic shows what it speaks of: its example, checked, gives that very code."""

from __future__ import annotations

import pytest

from protocol_dsl import catalog, pipeline
from protocol_dsl.analysis.report import analyze
from protocol_dsl.diagnostics import Diagnostic, parse_page
from protocol_dsl.source import SourceFile

HEADER = 'protocol T1 "Trial" { }\n'
"""What an example leaves out to stay short."""


SHOWN_ELSEWHERE = {"S014"}
"""Takes more than fifty faults: no example for a page, so the corpus alone shows it."""
PAGES = [cls for cls in catalog.all_codes() if cls.code not in SHOWN_ELSEWHERE]


def codes_in(text: str) -> set[str]:
    """The codes found in a file of this text."""
    checked = pipeline.check(SourceFile("example.trial", text))
    analyzed = analyze(checked.protocol).findings if checked.protocol is not None else ()
    return {found.code for found in (*checked.diagnostics, *analyzed)}


@pytest.mark.parametrize("cls", PAGES, ids=lambda cls: cls.code)
def test_the_example_of_a_page_gives_its_code(cls: type[Diagnostic]) -> None:
    example = parse_page(cls).example
    assert cls.code in codes_in(example) | codes_in(HEADER + example)
