"""How deep groups stand in groups, found in one pass and without recursion.

Every later stage walks the tree recursively; this bound is what keeps that safe. The count is never too low:
braces and parentheses, every prefix (`not`, `known`, `-`) and every `if` of one statement add one.
"""

from __future__ import annotations

import re

from protocol_dsl.syntax.lexical import OPAQUE

DEEPEST = 100
"""Groups that may stand inside each other."""

_STEP = re.compile(
    rf"(?P<opaque>{OPAQUE})|(?P<open>[{{(])|(?P<close>[}})])"
    r"|(?P<prefix>\b(?:not|known)\b|-)|(?P<if>\bif\b(?!\s+not\s+recorded))"
    r"|(?P<fresh>\b(?:require|reject|unless|give|provide|perform|define|fact|for|when|while|until)\b)",
    re.ASCII,
)


def too_deep(text: str) -> int | None:
    """Offset of the first word that stands deeper than `DEEPEST`, or None."""
    outer: list[tuple[int, int]] = []  # (level, level of the statement) round each open group
    level = ground = run = 0
    last = 0
    for found in _STEP.finditer(text):
        # A prefix adds to the one before it only when nothing but blanks stands between.
        if run and not text[last : found.start()].isspace() and last != found.start():
            run = 0
        last = found.end()
        match found.lastgroup:
            case "open":
                outer.append((level, ground))
                level = ground = level + run + 1
                run = 0
            case "close":
                level, ground = outer.pop() if outer else (0, 0)
                run = 0
            case "prefix":
                run += 1
            case "if":
                level, run = level + run + 1, 0
            case "fresh":
                level, run = ground, 0
            case _:
                if not found[0].startswith("#"):
                    run = 0
        if level + run > DEEPEST:
            return found.start()
    return None
