"""Reads the part of Clinical Quality Language that its test suites are written in, as nested tuples.

("number", text) · ("quantity", text, unit) · ("text", text) · ("true",) · ("false",) · ("null",) · ("date", text)
· ("call", name, arguments) · (operator, operands…) · ("compared", precision, words, left, right)
· ("duration", unit, from, to) · ("count", text, unit of time) · ("if", condition, then, else).
"""

from __future__ import annotations

import re
from typing import Any

Tree = tuple[Any, ...]


class NotReadError(Exception):
    """What the expression uses that is not read here, as a reason for leaving it out."""


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?L?)|'(?P<text>(?:[^'\\]|\\.)*)'|(?P<date>@[-0-9T:.+Z]*)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign>!~|!=|<=|>=|[-+*/^=<>~(){}:,.\[\]]))"
)
_UNITS = {"year", "month", "week", "day", "hour", "minute", "second", "millisecond"}
_INFIX = {
    "implies": 1,
    **dict.fromkeys(("or", "xor"), 2),
    "and": 3,
    **dict.fromkeys(("=", "!=", "~", "!~"), 5),
    **dict.fromkeys(("<", "<=", ">", ">="), 6),
    **dict.fromkeys(("+", "-"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
    "^": 11,
}
_NOT, _TIMING, _SIGN = 4, 7, 12


def read(text: str) -> Tree:
    """The expression as a tree. Raises NotReadError."""
    reader = _Reader(text)
    tree = reader.expression(0)
    if reader.peek() is not None:
        raise NotReadError(f"`{reader.peek()}`, which is not read")
    return tree


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise NotReadError("a literal that is not read")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        place = match.end()
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def peek(self, ahead: int = 0) -> str | None:
        return self._tokens[self._at + ahead][1] if self._at + ahead < len(self._tokens) else None

    def _kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self, *expected: str) -> str:
        token = self.peek()
        if token is None or (expected and token not in expected):
            raise NotReadError(f"`{token}`, which is not read")
        self._at += 1
        return token

    def _skip(self, *words: str) -> bool:
        if [self.peek(place) for place in range(len(words))] == list(words):
            self._at += len(words)
            return True
        return False

    def expression(self, level: int) -> Tree:
        left = self._prefixed()
        while (token := self.peek()) is not None:
            if self._kind() == "text":
                break
            if token == "as":
                self._take()
                left = ("as", self._take(), left)
            elif token == "is" and level <= _TIMING:
                left = self._tested(left)
            elif token == "between" and level <= _TIMING:
                self._take()
                low = self.expression(_TIMING + 1)
                self._take("and")
                left = ("between", left, low, self.expression(_TIMING + 1))
            elif token in {"before", "after", "same", "on"} and level <= _TIMING:
                left = self._timed(left)
            elif token in _INFIX and _INFIX[token] >= level:
                self._take()
                left = (token, left, self.expression(_INFIX[token] + 1))
            else:
                break
        return left

    def _tested(self, left: Tree) -> Tree:
        self._take("is")
        negated = self._skip("not")
        test = ("is", self._take("null", "true", "false"), left)
        return ("not", test) if negated else test

    def _timed(self, left: Tree) -> Tree:
        words = self._take()
        precision = "own"
        if words == "same":
            if self.peek() in _UNITS:
                precision = self._take()
            self._skip("as")
        if self._skip("or"):
            words += " or " + self._take("before", "after")
        elif self.peek() in _UNITS:
            precision = self._take()
            self._take("of")
        return ("compared", precision, words, left, self.expression(_TIMING + 1))

    def _prefixed(self) -> Tree:
        if self._skip("not"):
            return ("not", self.expression(_NOT))
        if self._skip("-"):
            return ("negate", self.expression(_SIGN))
        return self._primary()

    def _primary(self) -> Tree:
        kind, token = self._kind(), self._take()
        if kind == "number":
            return self._number(token)
        if kind in {"text", "date"}:
            return (kind, token)
        if token in {"true", "false", "null"}:
            return (token,)
        if token == "(":
            inner = self.expression(0)
            self._take(")")
            return inner
        if token == "Interval" and self._skip("["):
            bounds = self._arguments("]")
            return ("interval", *bounds)
        return self._worded(token)

    def _number(self, token: str) -> Tree:
        number = token.rstrip("L")
        if self._kind() == "text":
            unit = self._take()
            if self.peek() == ":":
                raise NotReadError("a ratio, which is no value here")
            return ("quantity", number, unit)
        if (self.peek() or "").rstrip("s") in _UNITS:
            return ("count", number, self._take().rstrip("s"))
        return ("number", number)

    def _worded(self, word: str) -> Tree:
        if word == "if":
            condition = self.expression(0)
            self._take("then")
            then = self.expression(0)
            self._take("else")
            return ("if", condition, then, self.expression(0))
        if word == "case":
            return self._case()
        if word == "date" and self._skip("from"):
            return ("date from", self.expression(_SIGN))
        if word.rstrip("s") in _UNITS and self._skip("between"):
            start = self.expression(_TIMING + 1)
            self._take("and")
            return ("duration", word.rstrip("s"), start, self.expression(_TIMING + 1))
        if self._skip("("):
            return ("call", word, *self._arguments(")"))
        raise NotReadError(f"`{word}`, which has no counterpart")

    def _arguments(self, closing: str) -> list[Tree]:
        found: list[Tree] = []
        while not self._skip(closing):
            found.append(self.expression(0))
            if self.peek() != closing:
                self._take(",")
        return found

    def _case(self) -> Tree:
        subject = None if self.peek() == "when" else self.expression(0)
        cases: list[tuple[Tree, Tree]] = []
        while self._skip("when"):
            condition = self.expression(0)
            self._take("then")
            cases.append((("=", subject, condition) if subject else condition, self.expression(0)))
        self._take("else")
        tree = self.expression(0)
        self._take("end")
        for condition, then in reversed(cases):
            tree = ("if", condition, then, tree)
        return tree
