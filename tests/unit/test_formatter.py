"""The layout of protocol files: what it looks like, that it stays, and that it never changes what a file says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from protocol_dsl.formatter import NotFormattedError, formatted
from protocol_dsl.formatter.pieces import COMMENT, pieces
from protocol_dsl.source import SourceFile, read_source
from protocol_dsl.syntax.parser import parse

ROOT = Path(__file__).parents[2]
LAYOUT = ROOT / "tests" / "corpus" / "layout"
FILES = sorted(
    path
    for folder in ("tests/corpus/good", "tests/corpus/bad/rules", "protocols", "protocol_dsl/library")
    for path in (ROOT / folder).rglob("*.trial")
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", sorted(LAYOUT.glob("*.trial")), ids=name)
def test_layout_is_as_it_was_reviewed(path: Path) -> None:
    assert formatted(read_source(path)) == path.with_suffix(".laid").read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_meaning_stays_however_a_file_was_laid_out(path: Path) -> None:
    """`formatted` raises where the meaning would change, or a second time would change the text again."""
    source = read_source(path)
    if any(one.code.startswith("S") for one in parse(source).diagnostics):
        with pytest.raises(NotFormattedError):
            formatted(source)
        return
    text = formatted(source)
    for seed in range(3):
        shaken = SourceFile(source.path, shake(source, random.Random(seed)))
        assert parse(shaken).tree.items == parse(source).tree.items, "the test itself changed the meaning"
        again = "".join(formatted(shaken).split())
        assert again == "".join(text.split()), "only space may differ"


def shake(source: SourceFile, chance: random.Random) -> str:
    """The same tokens and comments with other spaces and line ends between them."""
    found = pieces(source.text, parse(source).comments)
    if not found:
        return source.text + "\n"
    written = [source.text[: found[0].start]]
    for left, right in zip(found, [*found[1:], None], strict=True):
        written.append(source.text[left.start : left.end])
        between = source.text[left.end : right.start if right else len(source.text)]
        fixed = not between or "#" in between or left.rule == COMMENT or left.text[-1].isdigit()
        written.append(between if fixed else chance.choice([" ", "  ", "\n", "\n\n\n", "\t"]))
    return "".join(written)


def test_a_file_with_errors_is_refused_with_them() -> None:
    with pytest.raises(NotFormattedError) as caught:
        formatted(SourceFile("x.trial", 'inclusion I1 "x" { require (inr }'))
    assert caught.value.diagnostics[0].code.startswith("S")


def test_nothing_stays_nothing() -> None:
    assert formatted(SourceFile("x.trial", "")) == ""
    assert formatted(SourceFile("x.trial", "\n\n# why\n\n")) == "# why\n"
