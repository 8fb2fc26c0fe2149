"""Braces and parentheses, counted outside of texts and comments."""

from __future__ import annotations

import re

from protocol_dsl.syntax.lexical import OPAQUE

OPENING = {"}": "{", ")": "("}
CLOSING = {"{": "}", "(": ")"}
_STEP = re.compile(rf"(?P<opaque>{OPAQUE})|[{{}}()]")


def is_open(text: str, start: int, offset: int, opening: str) -> bool:
    """Whether ``text[start:offset]`` opens more of these signs than it closes."""
    depth = 0
    for found in _STEP.finditer(text, start, offset):
        depth = max(0, depth + (found[0] == opening) - (found[0] == CLOSING[opening]))
    return depth > 0
