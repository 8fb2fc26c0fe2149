"""Pieces of CQL text: literals, names in quotes, dates."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from protocol_dsl.backends.writer import one_line

WIDTH = 100
"""Longest line that is joined; longer ones are broken at their operators."""


def string(text: str) -> str:
    """A string literal."""
    return "'" + one_line(text).replace("\\", "\\\\").replace("'", "\\'") + "'"


def name(text: str) -> str:
    """An identifier in quotes."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def strings(texts: Iterable[str]) -> str:
    """A list of string literals."""
    return "{ " + ", ".join(map(string, texts)) + " }"


def truth(value: bool) -> str:
    """A Boolean literal."""
    return "true" if value else "false"


def decimal(exact: Fraction) -> str:
    """A Decimal of that very value: a literal where eight places hold it, else a quotient of two whole numbers."""
    scaled = exact * 10**8
    if scaled.denominator == 1:
        whole, places = divmod(abs(scaled.numerator), 10**8)
        digits = f"{places:08d}".rstrip("0") or "0"
        text = f"{whole}.{digits}"
        return f"(-{text})" if exact < 0 else text
    text = f"({abs(exact.numerator)}.0 / {exact.denominator}.0)"
    return f"(-{text})" if exact < 0 else text


def joined(operator: str, operands: Iterable[str]) -> str:
    """Operands with an operator between, on one line where they fit."""
    parts = list(operands)
    line = f" {operator} ".join(parts)
    if len(line) <= WIDTH and "\n" not in line:
        return f"({line})"
    return "(" + f"\n{operator} ".join(parts).replace("\n", "\n  ") + ")"
