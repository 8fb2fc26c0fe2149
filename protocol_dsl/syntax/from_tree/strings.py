"""The text between quotes: escapes undone, a triple-quoted block dedented and stripped."""

from __future__ import annotations

import re
import textwrap

_TRIPLE = '"""'
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def unquoted(literal: str) -> str:
    r"""The text a string literal stands for; `\n` is a line end, any other escaped character itself."""
    if not literal.startswith(_TRIPLE):
        return _unescaped(literal[1:-1])
    # Dedent before the escapes are undone: a written `\n` is no layout.
    return _unescaped(textwrap.dedent(literal[3:-3]).strip())


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    return "\n" if escape[1] == "n" else escape[1]
