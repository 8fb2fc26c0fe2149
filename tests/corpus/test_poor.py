"""Mistakes of newcomers: each file of ``poor`` makes one, and says in its comments what must be said of it.

- ``# says: WORDS`` stand in the message, its excerpt or its fix, under the writer's own words;
- ``# becomes: LINE`` is a line of the file once the first fix is applied, and the file then has no error.

One mistake, one finding.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol_dsl.diagnostics import Diagnostic, Edit, Severity, applied, render_text
from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile, decode_source

POOR = sorted((Path(__file__).parent / "poor").glob("*.trial"))
MENDED = [case for case in POOR if "\n# becomes: " in case.read_text(encoding="utf-8")]


def demanded(source: SourceFile, key: str) -> tuple[str, ...]:
    """What the comments of a case ask for under this key."""
    return tuple(line.removeprefix(f"# {key}: ") for line in source.lines if line.startswith(f"# {key}: "))


def read(case: Path) -> tuple[SourceFile, tuple[Diagnostic, ...]]:
    """A case and what is said of it."""
    source = decode_source(case.name, case.read_bytes())
    return source, check(source).diagnostics


@pytest.mark.parametrize("case", POOR, ids=lambda case: case.stem)
def test_the_message_says_what_to_type(case: Path) -> None:
    source, found = read(case)
    words = render_text(found, source)
    assert [one.code for one in found] == [one.code for one in found[:1]], (
        f"one mistake, one finding:\n{words}"
    )
    assert found[0].span.known
    assert source.line(source.position(found[0].span.start).line).strip("# \t"), (
        "the caret stands under words"
    )
    assert demanded(source, "says"), "say which words help"
    assert [said for said in demanded(source, "says") if said not in words] == [], words


@pytest.mark.parametrize("case", MENDED, ids=lambda case: case.stem)
def test_the_fix_mends_the_file(case: Path) -> None:
    source, found = read(case)
    edits: tuple[Edit, ...] = tuple(edit for one in found for edit in one.offered(source)[0].edits)
    mended = decode_source(case.name, applied(source.text, edits).encode())
    errors = [one for one in check(mended).diagnostics if one.severity is Severity.ERROR]
    assert render_text(errors, mended) == ""
    lines = "\n".join(line for line in mended.lines if not line.startswith("# becomes: "))
    assert [line for line in demanded(source, "becomes") if line not in lines] == []


def test_most_mistakes_have_a_fix() -> None:
    assert len(POOR) >= 100
    assert len(MENDED) >= 0.75 * len(POOR)
