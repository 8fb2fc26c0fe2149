"""Text to tree."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.nodes import Tree

if TYPE_CHECKING:
    from lark import Lark


@frozen
class ParseResult:
    """What could be read of a file, and what could not.

    `comments` are the places of all comments; `damaged_names` those that a part left out would have declared.
    """

    tree: Tree
    diagnostics: tuple[Diagnostic, ...]
    comments: tuple[Span, ...]
    damaged_names: frozenset[str]


def parse(source: SourceFile) -> ParseResult:
    """Read a protocol."""
    lark, comments = _machine()
    comments.clear()
    tree: Any = lark.parse(source.text)
    return ParseResult(tree, (), tuple(comments), frozenset())


@lru_cache(maxsize=1)
def _machine() -> tuple[Lark, list[Span]]:
    import lark  # noqa: PLC0415  heavy

    from protocol_dsl.syntax.from_tree import builders  # noqa: PLC0415

    comments: list[Span] = []

    def keep(token: Any) -> Any:
        comments.append(Span(token.start_pos, token.end_pos))
        return token

    here = Path(__file__).parent
    packed = here / "trial.lark"
    grammar = packed if packed.is_file() else here.parent.parent / "grammar" / "trial.lark"
    machine = lark.Lark(
        grammar.read_text("utf-8"),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        keep_all_tokens=True,
        transformer=builders(),
        lexer_callbacks={"COMMENT": keep},
    )
    return machine, comments
