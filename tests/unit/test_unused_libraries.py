"""A library counts as unused only where every line was read."""

from __future__ import annotations

import pytest

from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("require liver.meld between 17 an 30", ["S001"]),
        ("require age >= 18 years", ["R022"]),
        ("require liver.meld between 17 and 30", []),
    ],
)
def test_a_line_that_does_not_parse_may_be_the_one_that_uses_it(line: str, codes: list[str]) -> None:
    text = f'use liver\nprotocol X1 "X" {{ }}\ninclusion I1 "MELD" {{ source "x" {line} }}\n'
    found = check(SourceFile("x.trial", text)).diagnostics
    assert [one.code for one in found] == codes
