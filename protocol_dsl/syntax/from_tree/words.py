"""Leaves of the tree, and what every builder needs: the place of its children, and the children it wants.

A builder takes the children of its rule, all tokens included, in their order; an optional part that is not
written leaves None in its place.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from lark import Token

from protocol_dsl.source import Span
from protocol_dsl.syntax.from_tree.strings import unquoted
from protocol_dsl.syntax.nodes.words import Date, Name, Numeral, Text, Unit

Children = list[Any]
"""Tokens, finished nodes, and None where an optional part is absent."""


_ASCII: dict[str, Any] = {"≤": "<=", "≥": ">=", "≠": "!=", "×": "*"}
"""The signs a keyboard lacks, and the ones they stand for."""


def whole(children: Children) -> Span:
    """From the start of the first child that is there to the end of the last."""
    first, last = children[0], children[-1]
    if first is None:
        first = next(child for child in children if child is not None)
    if last is None:
        last = next(child for child in reversed(children) if child is not None)
    return Span(
        first.start_pos if first.__class__ is Token else first.span.start,  # type: ignore[arg-type]
        last.end_pos if last.__class__ is Token else last.span.end,  # type: ignore[arg-type]  # set by the lexer
    )


def nodes(children: Children) -> tuple[Any, ...]:
    """The finished nodes among the children."""
    return tuple(child for child in children if child is not None and type(child) is not Token)


def of(children: Children, *types: type) -> tuple[Any, ...]:
    """The nodes of these types."""
    return tuple(child for child in children if type(child) in types)


def one_of(children: Children, *types: type) -> Any:
    """The first node of these types, or None."""
    return next((child for child in children if type(child) in types), None)


def tokens(children: Children, *types: str) -> list[Token]:
    """The tokens of these terminals."""
    return [child for child in children if type(child) is Token and child.type in types]


def token(children: Children, *types: str) -> Token | None:
    """The first token of these terminals, or None."""
    return next((child for child in children if type(child) is Token and child.type in types), None)


def names(children: Children) -> tuple[Name, ...]:
    """Every name token, as a node."""
    return tuple(name(child) for child in children if type(child) is Token and child.type == "NAME")


def numerals(children: Children) -> tuple[Numeral, ...]:
    """Every number token, as a node."""
    return tuple(numeral(child) for child in children if type(child) is Token and child.type == "NUMBER")


def name(word: Token) -> Name:
    """A name, plain or qualified."""
    return Name(word.value, place(word))


def text(string: Token) -> Text:
    """A string without its quotes."""
    return Text(unquoted(string.value), place(string))


def text_or_none(string: Token | None) -> Text | None:
    """A string that may be absent."""
    return None if string is None else text(string)


def name_or_text(word: Token) -> Name | Text:
    """A thing named by an identifier or described by a string."""
    return text(word) if word.type == "STRING" else name(word)


def numeral(number: Token) -> Numeral:
    """A number, exactly."""
    return Numeral(exact(number.value), number.value, place(number))


def unit(words: Token) -> Unit:
    """A unit as written, a calendar unit included."""
    return Unit(words.value, place(words))


def unit_or_none(words: Token | None) -> Unit | None:
    """A unit that may be absent."""
    return None if words is None else unit(words)


def ascii_sign(sign: Token) -> Any:
    """A sign in the form a keyboard has."""
    return _ASCII.get(sign.value, sign.value)


def singular(calendar_unit: Token) -> Any:
    """`days` as `day`."""
    return calendar_unit.value.removesuffix("s")


def spaced_once(words: Token) -> Any:
    """A terminal of several words, with single blanks between them."""
    return " ".join(words.value.split())


def place(word: Token) -> Span:
    """Where a token stands."""
    return Span(word.start_pos, word.end_pos)  # type: ignore[arg-type]  # the lexer always sets both


def signed_number(children: Children) -> Numeral:
    """`[+|-] NUMBER`, the sign part of the numeral."""
    number = children[-1]
    if len(children) == 1 or children[0] is None:
        return numeral(number)
    sign = children[0].value
    value = exact(number.value)
    return Numeral(-value if sign == "-" else value, sign + number.value, whole(children))


def choice(children: Children) -> Name:
    """`NAME | NUMBER | STRING`, as the name of a choice."""
    word = children[0]
    return Name(unquoted(word.value) if word.type == "STRING" else word.value, place(word))


def date(children: Children) -> Date:
    """`2026-03-02`, `2025-04`, `2024`"""
    return Date(children[0].value, place(children[0]))


@lru_cache(maxsize=4096)  # a protocol uses the same few numbers again and again
def exact(digits: str) -> Fraction:
    """The number written as `digits`, without rounding."""
    before, _, after = digits.partition(".")
    return Fraction(int(before + after), 10 ** len(after)) if after else Fraction(int(before))
