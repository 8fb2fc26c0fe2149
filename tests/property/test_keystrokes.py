"""What an editor is told between two whole checks, held against a whole check of the same text."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lsp import completion, keystroke
from protocol_dsl.lsp.document import Document
from protocol_dsl.lsp.moving import Change, moved
from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.parser import parse
from tests.integration.trialc import SMALL

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
PIECE = re.compile(r'"""[\s\S]*?"""|"[^"\n]*"|\w+|\s+|[^\w\s]')
typing = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@cache
def texts() -> tuple[str, ...]:
    """Texts without errors of syntax, each of several blocks."""
    cases = sorted(CORPUS.glob("good/*/*.trial"))[::6]
    found = (SMALL, *(case.read_text("utf-8") for case in cases if case.stat().st_size < 4000))
    return tuple(text for text in found if not parse(SourceFile("a.trial", text)).diagnostics)


@cache
def document(text: str) -> Document:
    return Document.of("a.trial", text)


@st.composite
def edits(draw: st.DrawFn, pieces: tuple[str, ...]) -> tuple[str, str]:
    """A text, and the same with a few neighbouring pieces left out, typed anew or twice."""
    text = draw(st.sampled_from(texts()))
    tokens = PIECE.findall(text)
    start = draw(st.integers(0, len(tokens) - 1))
    end = draw(st.integers(start, min(len(tokens), start + 3)))
    typed = draw(st.lists(st.sampled_from(pieces + tuple(tokens[start : start + 3])), max_size=3))
    return text, "".join([*tokens[:start], *(f" {one} " for one in typed), *tokens[end:]])


ANYTHING = (
    '"',
    '"""',
    "{",
    "}",
    "(",
    "#",
    "\n",
    "require",
    "inclusion",
    "18",
    "umol/L",
    "≥",
    "and",
    "𝒜",
    "note",
)
WORDS = ("inr", "nonsense", "18", "and", "not", "umol/L", "require", "<", "within", "unknown")


def told(found: tuple[Diagnostic, ...]) -> list[Diagnostic]:
    return sorted((one for one in found if one.code[0] == "S"), key=lambda one: (one.span.end, one.code))


def same(one: Diagnostic, other: Diagnostic) -> bool:
    """Whether two errors say the same at the same place. A habit looks for the names declared in other blocks, so that
    at once its words may be answered otherwise than by a whole check, but not pass."""
    if "S016" in (one.code, other.code):
        return one.span.end == other.span.end
    return (one.code, one.span, one.whole_text) == (other.code, other.span, other.whole_text)


@typing
@given(edits(ANYTHING))
def test_any_edit_is_answered_and_within_the_text(pair: tuple[str, str]) -> None:
    before, after = pair
    for one in keystroke.findings(document(before), SourceFile("a.trial", after)):
        assert not one.span.known or 0 <= one.span.start <= one.span.end <= len(after)
        assert one.whole_text
    completion.offers(document(before), after, len(after) // 2)


@typing
@given(edits(WORDS))
def test_errors_of_syntax_are_those_of_a_whole_check(pair: tuple[str, str]) -> None:
    before, after = pair
    if sorted(re.findall(r'[{}()"#]', before)) != sorted(re.findall(r'[{}()"#]', after)):
        return  # what a brace or quote left open means for the blocks below, the whole check tells
    source = SourceFile("a.trial", after)
    quick, whole = keystroke.findings(document(before), source), check(source).diagnostics
    assert len(told(quick)) == len(told(whole))
    assert all(map(same, told(quick), told(whole)))


@typing
@given(edits(WORDS))
def test_a_tree_moved_is_the_tree_of_the_text_moved(pair: tuple[str, str]) -> None:
    text = pair[0]
    space = "# moved\n\n"
    tree, there = parse(SourceFile("a.trial", text)).tree, parse(SourceFile("a.trial", space + text)).tree
    assert repr(moved(tree.items, len(space), 0)) == repr(there.items)


@given(st.text("ab", max_size=12), st.text("ab", max_size=12))
def test_a_change_makes_one_text_of_the_other(before: str, after: str) -> None:
    change = Change.between(before, after)
    assert before[: change.start] + after[change.start : change.new] + before[change.old :] == after
    assert change.by == len(after) - len(before)
