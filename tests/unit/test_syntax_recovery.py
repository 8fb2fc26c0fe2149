"""One slip, one error; what is sound stays; what is lost is remembered by name; nothing takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from protocol_dsl.diagnostics import Severity, parse_page
from protocol_dsl.source import SourceFile, decode_source
from protocol_dsl.syntax import errors
from protocol_dsl.syntax.nodes import criteria, facts
from protocol_dsl.syntax.parser import ParseResult, parse

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "good" / "syntax"
CLASSES = [getattr(errors, name) for name in errors.__all__]
MANY = 10_000


def read(text: str) -> ParseResult:
    """What is read of a text."""
    return parse(SourceFile("a.trial", text))


def codes(text: str) -> list[str]:
    """The codes of all errors, by place."""
    return [found.code for found in read(text).diagnostics]


def names(result: ParseResult) -> list[str]:
    """The names of the items kept."""
    return [
        item.name.text
        for item in result.tree.items
        if isinstance(item, (facts.Fact, facts.Define, criteria.Criterion))
    ]


@pytest.mark.parametrize(
    "cls", [cls for cls in CLASSES if cls is not errors.TooManyErrors], ids=lambda cls: cls.code
)
def test_the_example_of_a_page_shows_its_error_and_no_other(cls: type[errors.UnexpectedWord]) -> None:
    assert codes(parse_page(cls).example) == [cls.code]


def test_every_error_is_one() -> None:
    assert all(cls.severity is Severity.ERROR for cls in CLASSES)


def test_sound_items_and_statements_are_kept() -> None:
    result = read(
        "fact a : lab\nfakt b : lab\nfact c lab\n"
        'inclusion I1 "x" {\n  require a > 1\n  reqire a > 2\n  require a > 3\n}\n'
        "define d = * 3\nfact e : lab\n"
    )
    assert [found.code for found in result.diagnostics] == ["S001"] * 4
    assert names(result) == ["a", "I1", "e"]
    (inclusion,) = (item for item in result.tree.items if isinstance(item, criteria.Criterion))
    assert len(inclusion.items) == 2
    assert result.damaged_names == {"b", "c", "d"}


def test_names_of_what_is_lost_are_remembered() -> None:
    result = read(
        'facts event { a "A" : b "B" { valid } c "C" }\nexample "e" on 2.3.2026 {}\nregimen r { give } visit v\n'
    )
    assert {"a", "b", "c", "e", "v"} <= result.damaged_names
    assert "r" not in result.damaged_names


@pytest.mark.parametrize(
    "text",
    [
        'inclusion I1 "x" {\n  require a > 1\n\nfact b : lab\ninclusion I2 "y" {\n  require b > 1\n}\nfact c : lab\n',
        'inclusion I1 "x" { require a > 1\ninclusion I2 "y" { require b > 1 }\nfact c : lab\n',
        'inclusion I1 "x" {\n  require any of { a, b\n  require c ever\n}\nfact c : lab\n',
        'inclusion I1 "x" {\n  for sex is male {\n    require a > 1\n}\nfact c : lab\n',
        'stage s {\n  inclusion I1 "x" {\n    require a > 1\n}\nfact c : lab\n',
        'inclusion I1 "x" {\n  require (a > 1 or (b > 2)\n}\nfact c : lab\n',
    ],
)
def test_a_missing_closing_sign_is_one_error(text: str) -> None:
    result = read(text)
    assert [found.code for found in result.diagnostics] == ["S003"]
    assert "c" in names(result)


def test_a_brace_behind_a_hash_closes_its_block() -> None:
    text = """protocol T "t" {}
intervention drug "Drug" { kind drug  source intervention 1 #0123abcd }
example "x" on 2026-01-01 { expect I1 undetermined }
"""
    assert codes(text) == ["S001"]


def test_the_group_left_open_is_found_by_its_indentation() -> None:
    source = SourceFile(
        "a.trial", 'inclusion I1 "x" {\n  for a is b {\n    require c > 1\n  require d > 1\n}\n'
    )
    (found,) = parse(source).diagnostics
    assert source.position(found.span.start).line == 2


@pytest.mark.parametrize("tail", ["require b > 1", "source inclusion 3", "when c require d", 'note "n"', "}"])
def test_an_unfinished_statement_is_told_from_the_next(tail: str) -> None:
    end = "" if tail == "}" else "\n}"
    (found,) = read(f'inclusion I1 "x" {{\n  require a >=\n  {tail}{end}\n').diagnostics
    assert isinstance(found, errors.UnfinishedStatement)
    assert found.words == "require a >="


def test_an_item_that_swallows_the_next_keyword_is_unfinished() -> None:
    result = read("define a =\n\nfact b : lab\n")
    assert [found.code for found in result.diagnostics] == ["S002"]
    assert names(result) == ["b"]


def test_mixed_operators_are_found_beside_other_errors() -> None:
    assert codes('inclusion I1 "x" { require a and b or c }\ninclusion I2 "y" { reqire a }\n') == [
        "S009",
        "S001",
    ]


def test_errors_are_counted_to_fifty() -> None:
    found = codes("".join(f'inclusion I{i} "x" {{ reqire a }}\n' for i in range(60)))
    assert found == ["S001"] * 50 + ["S014"]
    assert codes("".join(f'inclusion I{i} "x" {{ reqire a }}\n' for i in range(50))) == ["S001"] * 50


def test_a_date_is_no_sum() -> None:
    assert codes("define a = 2026 - 3 - 2") == []


DEEP: dict[str, Callable[[int], str]] = {
    "parentheses": lambda n: f"define x = {'(' * n}1{')' * n}",
    "groups": lambda n: f"define x = {'any of {' * n}a{'}' * n}",
    "not": lambda n: f"define x = {'not ' * n}a",
    "known": lambda n: f"define x = {'known ' * n}a",
    "minus": lambda n: f"define x = {'- ' * n}1",
    "mixed prefixes": lambda n: f"define x = {'not (known (' * (n // 4)}a{'))' * (n // 4)}",
    "else if": lambda n: f"define x = {'if a then 1 else ' * n}1",
    "if if": lambda n: f"define x = {'if ' * n}a{' then b else c' * n}",
    "blocks": lambda n: f'inclusion I "x" {{ {"for a { " * n}require b{" }" * n} }}',
    "cycles": lambda n: f'arm a "x" {{ {"cycles c of 2 days { " * n}give b{" }" * n} }}',
    "calls": lambda n: f"define x = {'ln(' * n}1{')' * n}",
}


@pytest.mark.parametrize("kind", DEEP)
def test_deep_nesting_is_refused_and_shallow_is_not(kind: str) -> None:
    assert codes(DEEP[kind](MANY)) == ["S013"]
    assert codes(DEEP[kind](105)) == ["S013"]
    assert codes(DEEP[kind](90)) == []


def test_a_long_row_is_not_deep() -> None:
    for sign in ("+", "*", "and"):
        assert codes("define x = " + f" {sign} ".join(["not a" if sign == "and" else "a"] * 1000)) == []
    assert codes("define x = any of {" + ", ".join(["- a > (1)"] * 1000) + "}") == []
    assert codes("".join(f"define x{i} = if a then 1 else 2\n" for i in range(300))) == []


GARBAGE = {
    "opening": "{" * MANY,
    "closing": "}" * MANY,
    "parentheses left open": "define x = " + "(" * MANY,
    "quotes": '"' * MANY,
    "quotes on lines": 'x "\n' * MANY,
    "triple quotes": '"""\nfact x : lab\n' * 2000,
    "triple quotes and words": '"""a' * MANY,
    "signs": "@ " * MANY,
    "commas": "1,2 " * MANY,
    "words": "a " * MANY,
    "keywords": "fact " * MANY,
    "blocks left open": 'inclusion I "x" { require a\n' * 3000,
    "one faulty block": 'inclusion I "x" {\n' + "  reqire a\n  require b\n" * 1000 + "}\n",
    "backslashes": '"' + "\\" * MANY,
    "comments": "#" * MANY + "\n" + "{#}" * MANY,
    "one line": 'inclusion I "x" { require a } ' * 3000 + "reqire",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_refused_in_reasonable_time(kind: str) -> None:
    read("fact a : lab")  # the parser is built once, before the clock runs
    begun = time.process_time()
    found = read(GARBAGE[kind]).diagnostics
    assert found
    assert len(found) <= 51
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("case", sorted(CORPUS.glob("*.trial")), ids=lambda case: case.stem)
def test_a_text_cut_short_is_read_as_far_as_it_goes(case: Path) -> None:
    text = decode_source(case.name, case.read_bytes()).text
    for end in range(0, len(text), max(1, len(text) // 25)):
        found = read(text[:end]).diagnostics
        assert len({one.span.start for one in found}) == len(found) <= 3
