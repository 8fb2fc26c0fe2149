"""The project speaks of itself alone: no place on somebody's machine, nothing unfinished, no banner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house import ROOT, tracked_files

TEXTS = {
    ".py", ".pyi", ".md", ".toml", ".trial", ".lark", ".html", ".css", ".json", ".csv", ".err", ".ir", ".txt", ".j2",
    ".yml", ".yaml", ".svg", ".sh", "",
}  # fmt: skip
FORBIDDEN = {
    "a place on a machine": re.compile(r"(?<![\w.~])/(?:home|work|root|Users)/\w"),
    "a temporary place": re.compile(r"(?<![\w.])/tmp/\w"),
    "something unfinished": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"),
    "a banner": re.compile(r"^\s*#\s*[#=*-]{12,}", re.MULTILINE),
    "a test that is switched off": re.compile(r"@pytest\.mark\.(?:skip|xfail)\b"),
    "an unresolved merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
SELF = Path(__file__).resolve()


def texts() -> list[Path]:
    """Every file under version control that holds text."""
    return [path for path in tracked_files() if path.suffix in TEXTS and path.resolve() != SELF]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_is_said_that_should_not_be(what: str) -> None:
    found = []
    for path in texts():
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in FORBIDDEN[what].finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}: {match[0].strip()}")
    assert not found, f"{what}:\n" + "\n".join(found[:40])


def test_there_is_something_to_read() -> None:
    assert len(texts()) > 50
    assert SELF not in texts()
