"""Colours: every word of the grammar has one, the editors' files are as made, the lexer loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from pygments import lex
from pygments.lexers import get_lexer_by_name
from pygments.token import Keyword, Literal, Name, Operator, String

from protocol_dsl.highlighting.__main__ import FILES
from protocol_dsl.highlighting.pygments_lexer import TrialLexer
from protocol_dsl.highlighting.words import CLASSES
from protocol_dsl.syntax.machine import machine

FLAGSHIP = Path(__file__).parents[2] / "protocols" / "nct02812121.trial"


def test_every_word_of_the_grammar_has_one_class() -> None:
    listed = [word for words in CLASSES.values() for word in words]
    assert len(listed) == len(set(listed))
    assert machine().words <= set(listed), "give these a class in highlighting/words.py"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_of_editors_are_as_made(path: Path) -> None:
    assert path.read_text("utf-8") == FILES[path](), "run `python -m protocol_dsl.highlighting`"


def test_pygments_finds_the_lexer_by_its_name() -> None:
    assert isinstance(get_lexer_by_name("trial"), TrialLexer)


def test_the_lexer_loses_nothing() -> None:
    text = FLAGSHIP.read_text("utf-8")
    assert "".join(value for _, value in lex(text, TrialLexer(stripnl=False))) == text


def test_words_are_told_apart_by_where_they_stand() -> None:
    text = 'inclusion I1 "A" { require age >= 18 years and inr < 1.5 within 2 weeks before screening }\n'
    found = [(kind, value) for kind, value in lex(text, TrialLexer()) if value.strip()]
    assert found[:3] == [(Keyword.Declaration, "inclusion"), (Name.Class, "I1"), (String, '"A"')]
    assert (Keyword, "require") in found
    assert (Name, "age") in found
    assert (Operator.Word, "and") in found
    assert (Name, "inr") in found
    assert (Keyword.Pseudo, "within") in found
    assert (Literal.Date, "2026-03-02") in list(lex("on 2026-03-02", TrialLexer()))
