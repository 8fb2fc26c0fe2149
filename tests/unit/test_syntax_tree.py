"""What the parser builds: golden trees of the corpus, places, and the small print of words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from syntax_tree import outline, places

from protocol_dsl.source import SourceFile, Span, decode_source
from protocol_dsl.syntax.nodes import expressions, facts
from protocol_dsl.syntax.parser import parse

GOOD = Path(__file__).resolve().parents[1] / "corpus" / "good" / "syntax"
TOPICS = sorted(case for case in GOOD.glob("*.trial") if case.stem.islower())


def read(text: str) -> facts.Fact | facts.Define:
    """The one item of a text without fault."""
    result = parse(SourceFile("a.trial", text))
    assert result.diagnostics == ()
    (item,) = result.tree.items
    assert isinstance(item, (facts.Fact, facts.Define))
    return item


def body(text: str) -> expressions.Expression:
    """The tree of one expression."""
    item = read(f"define x = {text}")
    assert isinstance(item, facts.Define)
    return item.body


def test_there_are_topics() -> None:
    assert len(TOPICS) >= 8


@pytest.mark.parametrize("case", TOPICS, ids=lambda case: case.stem)
def test_the_tree_of_a_topic(case: Path, update_golden: bool) -> None:
    tree, golden = parse(decode_source(case.name, case.read_bytes())).tree, case.with_suffix(".tree")
    if update_golden:
        golden.write_text(outline(tree), encoding="utf-8")
    assert outline(tree) == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", TOPICS, ids=lambda case: case.stem)
def test_a_node_lies_inside_the_one_that_holds_it(case: Path) -> None:
    source = decode_source(case.name, case.read_bytes())
    for item in parse(source).tree.items:
        inner = list(places(item))
        assert all(item.span.start <= span.start <= span.end <= item.span.end for _, span in inner)
        assert len(inner) > 1


def test_a_place_is_exactly_the_words() -> None:
    source = SourceFile("a.trial", "define x =  ( inr  >= 1.5 ) # end\n")
    (item,) = parse(source).tree.items
    assert isinstance(item, facts.Define)
    assert source.slice(item.span) == "define x =  ( inr  >= 1.5 )"
    assert isinstance(item.body, expressions.Parenthesis)
    assert source.slice(item.body.inner.span) == "inr  >= 1.5"


def test_places_do_not_count_in_equality() -> None:
    assert body("inr >= 1.5") == body("  inr   >=   1.5")
    assert body("inr >= 1.5") != body("inr > 1.5")


def test_comments_are_kept_with_their_places() -> None:
    source = SourceFile("a.trial", '# one\nfact a : lab "#no" # two\n')
    assert [source.slice(place) for place in parse(source).comments] == ["# one", "# two"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1", Fraction(1)),
        ("0.1", Fraction(1, 10)),
        ("584.66", Fraction(29233, 50)),
        ("1" * 40, Fraction(int("1" * 40))),
    ],
)
def test_numbers_are_exact(written: str, value: Fraction) -> None:
    quantity = body(written)
    assert isinstance(quantity, expressions.Quantity)
    assert (quantity.number.value, quantity.number.text) == (value, written)


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ('"a \\"b\\" \\\\ c"', 'a "b" \\ c'),
        ('"a\\nb"', "a\nb"),
        ('""', ""),
        ('"""\n    one\n      two\n    """', "one\n  two"),
        ('"""say "this" or ""that"" """', 'say "this" or ""that""'),
        ('"a # b"', "a # b"),
    ],
)
def test_texts_lose_quotes_escapes_and_indentation(literal: str, text: str) -> None:
    item = read(f"fact x : lab {literal}")
    assert isinstance(item, facts.Fact)
    assert item.label is not None
    assert item.label.text == text


@pytest.mark.parametrize(("pretty", "plain"), [("≤", "<="), ("≥", ">="), ("≠", "!=")])
def test_comparisons_come_in_their_plain_form(pretty: str, plain: str) -> None:
    assert body(f"a {pretty} 1") == body(f"a {plain} 1")


def test_a_multiplication_sign_is_a_star() -> None:
    assert body("a × b") == body("a * b")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("35 g/L", "g/L"),
        ("35g/L", "g/L"),
        ("35\u00a0g/L", "g/L"),
        ("40 %", "%"),
        ("100 x 10^9/L", "x 10^9/L"),
        ("1 x 10^8 cells", "x 10^8 cells"),
        ("30 mL/min/1.73m2", "mL/min/1.73m2"),
        ("120 mm[Hg]", "mm[Hg]"),
        ("100000 /mm3", "/mm3"),
        ("3 {score}", "{score}"),
        ("18 years", "years"),
        ("3", None),
    ],
)
def test_a_unit_follows_its_number(text: str, unit: str | None) -> None:
    quantity = body(text)
    assert isinstance(quantity, expressions.Quantity)
    assert (quantity.unit.text if quantity.unit else None) == unit


@pytest.mark.parametrize("text", ["10 / x", "35  * g", "3 and b"])
def test_what_follows_a_number_need_not_be_a_unit(text: str) -> None:
    assert not isinstance(body(text), expressions.Quantity)


@pytest.mark.parametrize(
    "name", ["status", "age", "visit", "first_", "requirement", "order", "nothing", "note"]
)
def test_words_of_the_language_are_names_elsewhere(name: str) -> None:
    assert body(f"{name} > 3") == expressions.Compare(
        expressions.Reference(expressions.Name(name)),
        ">",
        expressions.Quantity(expressions.Numeral(Fraction(3), "3"), None),
    )


def test_a_word_is_read_whole() -> None:
    (found,) = parse(SourceFile("a.trial", 'inclusion I1 "x" { requireinr > 3 }')).diagnostics
    assert found.code == "S001"


def test_an_empty_file_is_an_empty_tree() -> None:
    result = parse(SourceFile("a.trial", " # nothing\n"))
    assert (result.tree.items, result.tree.span, result.diagnostics) == ((), Span(0, 11), ())
