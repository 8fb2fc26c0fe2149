"""Every example of the manual compiles, or is refused with the code it announces."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile

MANUAL = Path(__file__).parents[2] / "docs" / "manual"
BLOCK = re.compile(r"^```trial ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = 'protocol MANUAL "Manual" { sex all }\n'


def blocks() -> list[tuple[str, str, str]]:
    """(chapter and number, announced code or "", whole text of a file) for every example."""
    found = []
    for chapter in sorted(MANUAL.glob("*.md")):
        prelude = ""
        for number, match in enumerate(BLOCK.finditer(chapter.read_text(encoding="utf-8")), 1):
            kind, text = match.groups()
            if kind == "prelude":
                prelude = text
                continue
            header = "" if text.lstrip().startswith(("protocol", "library")) else HEADER
            found.append((f"{chapter.stem}-{number}", kind.removeprefix("error="), header + prelude + text))
    return found


@pytest.mark.parametrize(("name", "code", "text"), [pytest.param(*each, id=each[0]) for each in blocks()])
def test_example(name: str, code: str, text: str) -> None:
    errors = [
        each for each in check(SourceFile(f"{name}.trial", text)).diagnostics if each.severity == "error"
    ]
    assert [each.code for each in errors] == ([code] if code else [])
