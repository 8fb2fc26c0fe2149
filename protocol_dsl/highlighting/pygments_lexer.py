"""Colours for Pygments, and so for Sphinx, MkDocs and consoles: an entry point names this module."""

from __future__ import annotations

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import (
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
)

from protocol_dsl.highlighting import words


class TrialLexer(RegexLexer):
    """`.trial` protocol files."""

    name = "Trial protocol"
    url = ""
    aliases: ClassVar = ["trial"]
    filenames: ClassVar = ["*.trial"]
    mimetypes: ClassVar = ["text/x-trial"]
    flags = re.MULTILINE

    tokens: ClassVar = {
        "root": [
            (r"\s+", Whitespace),
            (words.COMMENT, Comment.Single),
            (words.BLOCK_STRING, String, "block"),
            (words.STRING, String),
            (words.DATE, Literal.Date),
            (words.NAMED, bygroups(Keyword.Declaration, Whitespace, Name.Class)),  # type: ignore[no-untyped-call]
            (words.pattern("declaration"), Keyword.Declaration),
            (words.pattern("verb"), Keyword),
            (words.pattern("kind"), Keyword.Type),
            (words.pattern("operator"), Operator.Word),
            (words.pattern("time"), Keyword.Pseudo),
            (words.pattern("value"), Keyword.Constant),
            (words.pattern("field"), Name.Attribute),
            (words.NUMBER, Number),
            (words.SIGN, Operator),
            (r"[A-Za-z_][A-Za-z0-9_.]*", Name),
            (r"[{}(),:;.%]", Punctuation),
            (r".", Text),
        ],
        "block": [(r'"""', String, "#pop"), (r'[^"\\]+|\\.|"', String)],
    }
