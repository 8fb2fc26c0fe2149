"""The grammar and what hangs on it keep together: units, builders, reserved words, words for messages."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
from lark import Lark

from protocol_dsl.syntax.expected import phrase, words
from protocol_dsl.syntax.from_tree import builders
from protocol_dsl.syntax.machine import machine

GRAMMAR = (Path(__file__).resolve().parents[2] / "grammar" / "trial.lark").read_text(encoding="utf-8")
LARK = Lark(GRAMMAR, parser="lalr", lexer="contextual", keep_all_tokens=True)


def alternatives(terminal: str) -> set[str]:
    """The words that the definition of a terminal refuses at its start."""
    line = re.search(rf"^{terminal}: .*$", GRAMMAR, re.MULTILINE)
    assert line is not None
    refused = re.search(r"\(\?!\(\?:([A-Za-z_|]+)\)\\b\)", line[0])
    assert refused is not None
    return set(refused[1].split("|"))


def test_no_word_of_the_language_is_a_unit() -> None:
    assert machine().words <= alternatives("_AFTER_NUMBER")


def test_reserved_words_are_words_of_the_language() -> None:
    assert alternatives("NAME") <= machine().words


def test_every_rule_has_its_builder_and_every_builder_its_rule() -> None:
    # An inlined rule has no node of its own, and one marked `?` has none when it holds a single child.
    rules = {
        str(rule.alias or rule.origin.name) for rule in LARK.rules if not rule.origin.name.startswith("_")
    }
    built = set(vars(builders([])))
    assert built <= rules
    alone = {
        str(rule.origin.name) for rule in LARK.rules if rule.options.expand1 and len(rule.expansion) == 1
    }
    assert rules - built <= alone


def test_every_node_is_built_somewhere() -> None:
    corpus = Path(__file__).resolve().parents[1] / "corpus" / "good" / "syntax"
    seen = {
        line.split(": ")[-1].strip()
        for case in corpus.glob("*.tree")
        for line in case.read_text("utf-8").splitlines()
    }
    from protocol_dsl.syntax.nodes import criteria, expressions, facts, schedule, time, visits  # noqa: PLC0415

    modules = (criteria, expressions, facts, schedule, time, visits)
    classes = {
        name
        for module in modules
        for name, cls in vars(module).items()
        if isinstance(cls, type) and attrs.has(cls) and cls.__module__ == module.__name__
    }
    assert classes - seen == set()


def test_every_terminal_can_be_spoken_of() -> None:
    spelling = machine().spelling
    silent = {"QUALIFIED", "HASH", "DRAFT"}  # said by `a name`, or a mark no one is told to type
    for terminal in {term.name for term in LARK.terminals} - silent - {"COMMENT", "WS"}:
        said = phrase(frozenset({terminal}), spelling)
        assert said, terminal
        assert not re.search(r"[A-Z_]{3,}", said.replace("ULN", "").replace("LLN", "").replace("AUC", "")), (
            said
        )


def test_words_are_the_alphabetic_ones() -> None:
    assert words({"REQUIRE", "LBRACE", "NAME", "AT_LEAST"}, machine().spelling) == ("at least", "require")
