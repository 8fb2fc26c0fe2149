"""The one owner of lark: the grammar made into a parser, once, and a read of any part of a text."""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from attrs import frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import Item, expressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lark import Lark, Token


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


class _WholeWords:
    """Has the lexer look for a name everywhere: so `requires` is one word, and never `require` and `s`."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as they come."""
        return stream


class Machine:
    """A lark parser for the grammar, its terminals as the user writes them, and what one read collects."""

    def __init__(self) -> None:
        self._comments: list[Span] = []
        self._mixed: list[expressions.Logic] = []
        self._lock = RLock()  # an editor may read on several threads
        self._lark = self._built()
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
        with self._lock:
            self._comments.clear()
            self._mixed.clear()
            try:
                tree = self._parsed(text, start, end)
            except _refusal() as error:
                return self._failure(error, end)
            return Reading(tree.items, tuple(self._comments), tuple(self._mixed))

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

    def _built(self) -> Lark:
        from lark import Lark  # noqa: PLC0415 - an import of a tenth of a second that `--help` does without

        from protocol_dsl.syntax.from_tree import builders  # noqa: PLC0415

        return Lark(
            _grammar(),
            parser="lalr",
            lexer="contextual",
            maybe_placeholders=True,
            keep_all_tokens=True,
            transformer=builders(self._mixed),
            lexer_callbacks={"COMMENT": self._keep_comment},
            postlex=_WholeWords(),
        )

    def _keep_comment(self, token: Token) -> Token:
        self._comments.append(Span(token.start_pos or 0, token.end_pos or 0))
        return token


@lru_cache(maxsize=1)
def machine() -> Machine:
    """The parser, built when first asked for."""
    return Machine()


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


def _grammar() -> str:
    """The grammar as packed into the wheel, or as it lies in a checkout."""
    here = Path(__file__).parent
    packed = here / "trial.lark"
    path = packed if packed.is_file() else here.parent.parent / "grammar" / "trial.lark"
    return path.read_text("utf-8")
