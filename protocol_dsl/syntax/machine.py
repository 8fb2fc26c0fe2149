"""The grammar made into a parser, once, and a read of any part of a text; with `table`, the owner of lark."""

from __future__ import annotations

import re
from copy import copy
from functools import cached_property, lru_cache
from threading import local
from typing import TYPE_CHECKING, Any

from attrs import frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax import table
from protocol_dsl.syntax.nodes import Item, expressions

if TYPE_CHECKING:
    from lark import Lark, Token, Tree


@frozen
class Reading:
    """A text that the grammar accepts."""

    items: tuple[Item, ...]
    comments: tuple[Span, ...]
    mixed: tuple[expressions.Logic, ...]
    """Every logic that mixes `and` with `or`."""


@frozen
class Failure:
    """Where the grammar stopped, and what it would have taken there."""

    offset: int
    expected: frozenset[str]
    """Names of terminals."""


class _Collected(local):
    """What one read comes upon beside its tree; an editor reads on several threads at once."""

    def __init__(self) -> None:
        self.comments: list[Span] = []
        self.mixed: list[expressions.Logic] = []

    def keep_mixed(self, logic: expressions.Logic) -> None:
        self.mixed.append(logic)


class Machine:
    """A lark parser for the grammar, its terminals as the user writes them, and what one read collects."""

    def __init__(self, prebuilt: bytes | None) -> None:
        """With the table that was built beforehand, which saves time where it fits the grammar."""
        self._collected = _Collected()
        self._lark = self._parser(prebuilt)
        self.spelling: dict[str, str] = {
            terminal.name: terminal.pattern.value
            for terminal in self._lark.terminals
            if terminal.pattern.type == "str"
        }
        """The literal that a terminal stands for, where it is one."""
        self._name = re.compile(
            next(one.pattern.to_regexp() for one in self._lark.terminals if one.name == "NAME")
        )
        self.words = frozenset(literal for literal in self.spelling.values() if literal[0].isalpha())
        """The words of the language."""

    def spelled(self, terminals: frozenset[str]) -> frozenset[str]:
        """The literals among these terminals."""
        return frozenset(self.spelling[name] for name in terminals if name in self.spelling)

    def read(self, text: str, start: int, end: int) -> Reading | Failure:
        """Read the items in ``text[start:end]``, with places counted in the whole text."""
        collected = self._collected
        collected.comments.clear()
        collected.mixed.clear()
        try:
            tree = self._parsed(text, start, end)
        except _refusal() as error:
            return self._failure(error, end)
        return Reading(tree.items, tuple(collected.comments), tuple(collected.mixed))

    def expected(self, text: str, start: int, end: int) -> frozenset[str]:
        """Names of the terminals that may follow ``text[start:end]``; those at its first fault, if it has one."""
        from lark import TextSlice  # noqa: PLC0415 - loaded with the parser

        reading: Any = self._plain.parse_interactive(TextSlice(text, start, end))
        try:
            for token in reading.lexer_thread.lex(reading.parser_state):
                self._feed(reading, token)
        except _refusal():
            return frozenset()
        return frozenset(reading.accepts())

    def _feed(self, reading: Any, token: Token) -> None:
        try:
            reading.feed_token(token)
        except _refusal() as error:
            setattr(error, "interactive_parser", reading)  # noqa: B010 - lark sets it only when it parses whole texts
            if not self._name_after_all(error):
                raise

    def leaves(self, text: str) -> Tree[Token]:
        """The tree as lark makes it, with every token and its place: for what lays text out anew.

        The text must be one that `read` accepts.
        """
        return self._plain.parse(text, on_error=self._name_after_all)

    @cached_property
    def _plain(self) -> Lark:
        return table.parser(table.grammar(), table.prebuilt())

    def _parsed(self, text: str, start: int, end: int) -> Any:
        from lark import TextSlice  # noqa: PLC0415

        return self._lark.parse(TextSlice(text, start, end), on_error=self._name_after_all)

    def _name_after_all(self, error: Any) -> bool:
        """Take a word of the language for a name where only a name will do; lark's tables do not always see it.

        An LALR state shared by two constructs expects the words that may follow either.
        """
        token = getattr(error, "token", None)
        if token is None or self.spelling.get(token.type) not in self.words or not self._name.match(token):
            return False
        name = token.update(type="NAME")
        if not _takes(error.interactive_parser, name):
            return False
        error.interactive_parser.feed_token(name)
        return True

    def _failure(self, error: Any, end: int) -> Failure:
        return Failure(_offset(error, end), frozenset(error.interactive_parser.accepts()))

    def _parser(self, prebuilt: bytes | None) -> Lark:
        from protocol_dsl.syntax.from_tree import builders  # noqa: PLC0415 - its nodes' signs are lark's

        return table.parser(
            table.grammar(),
            prebuilt,
            transformer=builders(self._collected.keep_mixed),
            lexer_callbacks={"COMMENT": self._keep_comment},
        )

    def _keep_comment(self, token: Token) -> Token:
        self._collected.comments.append(Span(token.start_pos or 0, token.end_pos or 0))
        return token


@lru_cache(maxsize=1)
def machine() -> Machine:
    """The parser, made when first asked for."""
    return Machine(table.prebuilt())


def _refusal() -> type[Exception]:
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - loaded with the parser

    return UnexpectedInput


def _takes(parser: Any, token: Token) -> bool:
    """Whether the parser would take the token; nothing is built for the trial."""
    trial = parser.copy(deepcopy_values=False)
    trial.parser_state.parse_conf = copy(trial.parser_state.parse_conf)
    trial.parser_state.parse_conf.callbacks = {}
    try:
        trial.feed_token(token)
    except _refusal():
        return False
    return True


def _offset(error: Any, end: int) -> int:
    """Where lark stopped: at a token it refused, at the end, or at a character that begins no token."""
    token = getattr(error, "token", None)
    if token is None:
        return int(error.pos_in_stream)
    return end if token.type == "$END" else int(token.start_pos)
