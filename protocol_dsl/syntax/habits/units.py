"""Habits of numbers and units: multiples of limits of normal, powers of ten, figures with hyphens."""

from __future__ import annotations

import re

from protocol_dsl.syntax.habits.habit import Habit, habit

_LIMIT = (
    r"(?P<l>ULN|LLN|uln|lln|Uln|Lln"
    r"|(?:institutional )?(?P<side>[Uu]pper|[Ll]ower) limits?(?: of)?(?: the)? normal(?: range)?)\b"
)
_MULTIPLE = "a multiple of a limit of normal is the number and `ULN` or `LLN`"


def _limit(found: re.Match[str]) -> str:
    words = found["side"] or found["l"]
    return "ULN" if words.lower().startswith("u") else "LLN"


def _multiple(found: re.Match[str]) -> tuple[str, ...]:
    return (f"{found['n']} {_limit(found)}",)


def _once(found: re.Match[str]) -> tuple[str, ...]:
    return (f"1 {_limit(found)}",)


UNITS: tuple[Habit, ...] = (
    habit(rf"(?P<n><N>) ?(?:[*x×X]|times|fold)? ?(?:the )?{_LIMIT}", _multiple, _MULTIPLE, frozenset()),
    habit(rf"[<>=] ?(?P<it>(?:the )?{_LIMIT})", _once, _MULTIPLE, frozenset()),
    habit(
        r"(?P<it>(?P<x>[x×*X]) ?10 ?\^? ?(?P<p>[3-9]|1[0-2]))(?= ?/)",
        r"x 10^\g<p>",
        "a power of ten is written with `^`",
        frozenset(),
    ),
    habit(
        r"(?P<it>(?P<n><N>)-(?P<u>[A-Za-z%][A-Za-z0-9/%]*))",
        r"\g<n> \g<u>",
        "a unit follows its number after a blank",
        frozenset(),
    ),
    habit(r"(?P<it>(?P<n><N>) ?(?:percent|per cent|pct)\b)", r"\g<n> %", "the unit is `%`", frozenset()),
)
