"""No text crashes the parser, and whatever it says of a text lies in that text."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol_dsl.diagnostics import render_text
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.machine import machine
from protocol_dsl.syntax.parser import ParseResult, parse

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
PIECE = re.compile(r'"""[\s\S]*?"""|"[^"\n]*"|\w+|\s+|[^\w\s]')
fuzz = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@cache
def texts() -> tuple[str, ...]:
    """Every text of the syntax corpus, good and bad."""
    return tuple(
        case.read_text("utf-8")
        for case in sorted(CORPUS.glob("*/syntax/*.trial"))
        if case.stat().st_size < 4000
    )


def checked(text: str) -> ParseResult:
    """The result of a read that keeps its promises."""
    source = SourceFile("fuzz.trial", text)
    result = parse(source)
    assert len(result.diagnostics) <= 51
    for found in result.diagnostics:
        assert re.fullmatch(r"S\d{3}", found.code)
        assert 0 <= found.span.start <= found.span.end <= len(text)
    assert bool(render_text(result.diagnostics, source)) == bool(result.diagnostics)
    places = [item.span for item in result.tree.items]
    assert all(one.end <= two.start for one, two in pairwise(places))
    return result


words = st.sampled_from(sorted(machine().words)) | st.sampled_from(
    ["{", "}", "(", ")", ",", ":", ";", "=", ">=", "<", "+", "-", "/", "^", "1", "1.5", "x", "inr", '"t"', '"', '"""',
     "#", "mg/dL", "2026-03-02", "±", "“", "§", "liver.meld", "\n", "at least", "any of", "for more than"]
)  # fmt: skip


@fuzz
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    checked(text)


@fuzz
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    checked(data.decode("latin-1"))


@fuzz
@given(st.lists(words, max_size=60).map(" ".join))
def test_any_words_are_read_or_refused(text: str) -> None:
    checked(text)


@fuzz
@given(st.data())
def test_a_text_with_some_slips_is_read_or_refused(data: st.DataObject) -> None:
    pieces = PIECE.findall(data.draw(st.sampled_from(texts())))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(pieces) - 1)))
        new = data.draw(st.lists(words, max_size=2))
        pieces[at : at + data.draw(st.integers(0, 2))] = new
    checked("".join(pieces))


@fuzz
@given(st.data())
def test_a_text_cut_out_is_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(texts()))
    start = data.draw(st.integers(0, len(text)))
    checked(text[start : data.draw(st.integers(start, len(text)))])


@fuzz
@given(st.data())
def test_two_slips_in_two_items_are_two_errors(data: st.DataObject) -> None:
    lines = [f'inclusion I{i} "t" {{\n  require x > {i}\n  require y ever\n}}\n' for i in range(6)]
    one, two = sorted(data.draw(st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True)))
    slips = st.sampled_from(
        [("require x", "reqire x"), ("> ", "> > "), ("ever", "evr"), ('"t"', "t"), ("}", "")]
    )
    for at in (one, two):
        good, bad = data.draw(slips)
        lines[at] = lines[at].replace(good, bad, 1)
    source = SourceFile("fuzz.trial", "".join(lines))
    found = [source.position(one.span.start).line for one in checked(source.text).diagnostics]
    assert [(line - 1) // 4 for line in found] == [one, two]
