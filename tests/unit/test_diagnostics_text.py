"""The text a person reads: exact, aligned, and never an exception."""

from __future__ import annotations

import unicodedata

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.diagnostics import Diagnostic, Edit, Fix, Severity, applied, render_text
from protocol_dsl.diagnostics.display import columns
from protocol_dsl.diagnostics.excerpt import WIDTH, excerpt
from protocol_dsl.source import NOWHERE, SourceFile, Span


@attrs.frozen
class Fault(Diagnostic):
    """Says its word."""

    code = "X101"
    name = "x-fault"
    severity = Severity.ERROR
    message = "fault in `{word}`"
    label = "{under}"
    help = "{cure}"

    word: str
    under: str = ""
    cure: str = ""
    related: tuple[tuple[Span, str], ...] = ()


@attrs.frozen
class Doubt(Diagnostic):
    """Warns."""

    code = "X102"
    name = "x-doubt"
    severity = Severity.WARNING
    message = "doubt"


@attrs.frozen
class Remark(Diagnostic):
    """Remarks."""

    code = "X103"
    name = "x-remark"
    severity = Severity.NOTE
    message = "remark"


def _at(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def _rendered(text: str, span: Span, under: str = "") -> str:
    """The excerpt alone: what follows the message and precedes the summary."""
    said = render_text([Fault(span, "x", under)], SourceFile("a.trial", text))
    head, end = "error[X101]: fault in `x`\n", "\n\n1 error\n"
    assert said.startswith(head)
    assert said.endswith(end)
    return said[len(head) : -len(end)]


def test_everything_at_once() -> None:
    text = "fact inr : lab\n\n\n\n\n\n\n\n\nfact inr : lab\n"
    fault = Fault(
        Span(28, 31),
        "inr",
        "declared again",
        "rename one",
        ((Span(5, 8), "first here"), (NOWHERE, "seen twice")),
    )
    said = render_text([fault, Doubt(NOWHERE), Remark(Span(0, 4))], SourceFile("dir/a.trial", text))
    assert said == (
        "error[X101]: fault in `inr`\n"
        "  --> dir/a.trial:10:6\n"
        "   |\n"
        "10 | fact inr : lab\n"
        "   |      ^^^ declared again\n"
        "   |\n"
        "  ::: dir/a.trial:1:6\n"
        "   |\n"
        " 1 | fact inr : lab\n"
        "   |      --- first here\n"
        "   |\n"
        "   = note: seen twice\n"
        "   = help: rename one\n"
        "\n"
        "warning[X102]: doubt\n"
        " --> dir/a.trial\n"
        "\n"
        "note[X103]: remark\n"
        " --> dir/a.trial:1:1\n"
        "  |\n"
        "1 | fact inr : lab\n"
        "  | ^^^^\n"
        "\n"
        "1 error, 1 warning, 1 note\n"
    )


def test_nothing_found_says_nothing() -> None:
    assert render_text([], SourceFile("a.trial", "age")) == ""


def test_summary_counts_in_the_plural() -> None:
    said = render_text([Doubt(NOWHERE), Doubt(NOWHERE), Fault(NOWHERE, "x")], SourceFile("a.trial", ""))
    assert said.splitlines()[-1] == "1 error, 2 warnings"


def test_colour() -> None:
    said = render_text([Fault(Span(0, 3), "age", "here", "cure")], SourceFile("a.trial", "age"), colour=True)
    assert said == (
        "\x1b[1;31merror[X101]\x1b[0m\x1b[1m: fault in `age`\x1b[0m\n"
        " \x1b[1;34m-->\x1b[0m a.trial:1:1\n"
        " \x1b[1;34m |\x1b[0m\n"
        "\x1b[1;34m1 |\x1b[0m age\n"
        "\x1b[1;34m  |\x1b[0m \x1b[1;31m^^^ here\x1b[0m\n"
        " \x1b[1;34m |\x1b[0m\n"
        " \x1b[1;34m = \x1b[0m\x1b[1mhelp\x1b[0m: cure\n"
        "\n"
        "\x1b[1m1 error\x1b[0m\n"
    )


ALIGNED = {
    "tabs": ("\trequire\tinr", "inr", ("    require    inr", "               ^^^ here")),
    "chinese before": ("年龄 inr", "inr", ("年龄 inr", "     ^^^ here")),
    "chinese under": ("a 总胆红素 b", "总胆红素", ("a 总胆红素 b", "  ^^^^^^^^ here")),
    "combining before": ("e\u0301e\u0301 x", "x", ("e\u0301e\u0301 x", "   ^ here")),
    "combining alone": ("e\u0301 x", "\u0301", ("e\u0301 x", " ^ here")),
    "emoji": ("\U0001f489 x", "x", ("\U0001f489 x", "   ^ here")),
    "escape": ("\x1b[2J x", "x", ("␛[2J x", "     ^ here")),
    "direction": ("\u202eab x", "x", ("\ufffdab x", "    ^ here")),
    "tab under": ("a\tb", "\tb", ("a    b", " ^^^^^ here")),
}


@pytest.mark.parametrize(("text", "words", "rows"), ALIGNED.values(), ids=ALIGNED.keys())
def test_the_underline_stands_under_the_words(text: str, words: str, rows: tuple[str, str]) -> None:
    column = text.index(words) + 1
    shown = f" --> a.trial:1:{column}\n  |\n1 | {rows[0]}\n  | {rows[1]}"
    assert _rendered(text, _at(text, words), "here") == shown


PLACES = {
    "empty file": ("", Span(0, 0), " --> a.trial:1:1\n  |\n1 |\n  | ^ here"),
    "end of the file": ("age", Span(3, 3), " --> a.trial:1:4\n  |\n1 | age\n  |    ^ here"),
    "after the last line end": ("age\n", Span(4, 4), " --> a.trial:2:1\n  |\n1 | age\n2 |\n  | ^ here"),
    "after blank lines": ("age\n\n\n", Span(6, 6), " --> a.trial:4:1\n  |\n1 | age\n...\n4 |\n  | ^ here"),
    "far outside": ("age", Span(50, 90), " --> a.trial:1:4\n  |\n1 | age\n  |    ^ here"),
    "backwards": ("age", Span(2, 1), " --> a.trial:1:3\n  |\n1 | age\n  |   ^ here"),
    "blanks after the words": ("age \n\n", Span(0, 6), " --> a.trial:1:1\n  |\n1 | age\n  | ^^^ here"),
    "a line end alone": ("age\nx", Span(3, 4), " --> a.trial:1:4\n  |\n1 | age\n  |    ^ here"),
    "nowhere": ("age", NOWHERE, " --> a.trial"),
    "two lines": (
        "any of {\n  }",
        Span(4, 12),
        " --> a.trial:1:5\n  |\n1 | any of {\n  |     ^^^^\n2 |   }\n  |   ^ here",
    ),
    "three lines": (
        "a {\n  b\n}",
        Span(2, 9),
        " --> a.trial:1:3\n  |\n1 | a {\n  |   ^\n2 |   b\n3 | }\n  | ^ here",
    ),
    "many lines": (
        "a {\n  b\n  c\n  dd }",
        Span(0, 18),
        " --> a.trial:1:1\n  |\n1 | a {\n  | ^^^\n...\n4 |   dd }\n  |   ^^^^ here",
    ),
}


@pytest.mark.parametrize(("text", "span", "expected"), PLACES.values(), ids=PLACES.keys())
def test_places(text: str, span: Span, expected: str) -> None:
    assert _rendered(text, span, "here") == expected


def test_a_path_cannot_rewrite_the_terminal() -> None:
    said = render_text([Doubt(NOWHERE)], SourceFile("a\x1b[2J\udcff.trial", ""))
    assert said == "warning[X102]: doubt\n --> a␛[2J\ufffd.trial\n\n1 warning\n"


def _long(before: int, words: str, after: int) -> tuple[str, str]:
    """The shown line and its underline, for `words` amid so many dots."""
    text = "." * before + words + "." * after
    shown, mark = _rendered(text, _at(text, words)).splitlines()[2:]
    return shown.removeprefix("1 | "), mark.removeprefix("  | ")


@pytest.mark.parametrize(
    ("before", "after", "dots_before", "dots_after", "ends"),
    [
        (157, 0, 157, 0, ("", "")),
        (0, 158, 0, 155, ("", "…")),
        (500, 500, 77, 78, ("…", "…")),
        (500, 0, 155, 0, ("…", "")),
        (500, 20, 135, 20, ("…", "")),
    ],
)
def test_a_long_line_is_windowed_round_the_words(
    before: int, after: int, dots_before: int, dots_after: int, ends: tuple[str, str]
) -> None:
    shown, mark = _long(before, "inr", after)
    head, tail = ends
    assert shown == head + "." * dots_before + "inr" + "." * dots_after + tail
    assert mark == " " * (len(head) + dots_before) + "^^^"
    assert len(shown) <= WIDTH


def test_words_wider_than_the_window_are_underlined_as_far_as_it_goes() -> None:
    shown, mark = _long(500, "w" * 500, 500)
    assert shown == "…" + "." * 29 + "w" * 129 + "…"
    assert mark == " " * 30 + "^" * 129


def test_a_long_chinese_line_fits_too() -> None:
    text = "总" * 300 + "x" + "总" * 300
    rows = excerpt(SourceFile("a", text), Span(300, 301), "", "^")
    width = sum(map(columns, rows[0].text))
    assert WIDTH - 4 <= width <= WIDTH
    assert len(rows[1].text) == sum(map(columns, rows[0].text.partition("x")[0]))


ODD = st.text(
    st.one_of(st.sampled_from("ab \t\n\r\x1b年\u0301\u200b\u202e\u2028\U0001f489\ufeff"), st.characters()),
    max_size=60,
)


@settings(deadline=None)
@given(ODD, st.integers(-2, 80), st.integers(-2, 80), st.integers(1, 9))
def test_any_span_of_any_text_is_shown_safely(text: str, start: int, end: int, times: int) -> None:
    source = SourceFile("a.trial", text * times)
    fault = Fault(Span(start, end), text, text, text, ((Span(end, start), text),))
    said = render_text([fault, Doubt(Span(start, end))], source)
    assert said.endswith("\n1 error, 1 warning\n")
    assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c != "\n"]


@settings(deadline=None)
@given(ODD, st.integers(0, 200), st.integers(0, 40), st.integers(1, 9))
def test_an_excerpt_keeps_to_its_width(text: str, start: int, length: int, times: int) -> None:
    rows = excerpt(SourceFile("a.trial", text * times), Span(start, start + length), "", "^")
    assert rows
    for row in rows:
        shown = row.text.replace("    ", "\t")
        assert sum(map(columns, row.text)) <= WIDTH, shown
        assert len(row.text + row.mark) <= 2 * WIDTH


@given(st.text("ab 年\t", min_size=1, max_size=400), st.data())
def test_the_underline_measures_what_it_marks(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(1, min(30, len(text) - start)))
    words = text[start : start + length]
    rows = excerpt(SourceFile("a", text), Span(start, start + length), "", "^")
    if words.strip():
        assert len(rows[-1].mark) == sum(map(columns, words.rstrip()))


def test_a_sure_fix_is_shown_as_the_line_to_type() -> None:
    text = "require inr >= 2\nrequire alt > 3*ULN  # and no more\n"
    fault = Fault(_at(text, "3*ULN"), "3*ULN", fixes=(Fix.put(_at(text, "3*ULN"), "3 ULN"),))
    assert "2 ~ require alt > 3 ULN  # and no more" in render_text([fault], SourceFile("a.trial", text))


def test_where_there_is_a_choice_no_line_is_shown() -> None:
    text = "require inr >= 1,5"
    span = _at(text, "1,5")
    fault = Fault(span, "1,5", fixes=(Fix.put(span, "1.5"), Fix.put(span, "1, 5")))
    assert " ~ " not in render_text([fault], SourceFile("a.trial", text))


def test_a_fix_of_many_lines_shows_its_first() -> None:
    text = "\n".join(f"line {number}" for number in range(20))
    edits = tuple(Edit(_at(text, f"line {number}\n"), f"LINE {number}\n") for number in range(19))
    shown = render_text([Fault(Span(0, 4), "line", fixes=(Fix(edits),))], SourceFile("a.trial", text))
    assert shown.count(" ~") == 4


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8), st.text(max_size=5)), max_size=6),
)
def test_edits_are_made_from_the_left_and_never_overlap(text: str, cuts: list[tuple[int, int, str]]) -> None:
    edits = [Edit(Span(min(at, len(text)), min(at + size, len(text))), put) for at, size, put in cuts]
    made = applied(text, edits)
    assert len(made) <= len(text) + sum(len(edit.text) for edit in edits)
    assert applied(text, ()) == text
