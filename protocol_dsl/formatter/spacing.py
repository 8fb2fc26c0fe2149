"""What stands between two tokens of one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol_dsl.formatter.pieces import CHOICES, COMMENT

if TYPE_CHECKING:
    from protocol_dsl.formatter.pieces import Piece

_CALLS = frozenset({"call", "define"})
_SIGNED = frozenset({"signed_number", "negative"})
_TIGHT_COLON = frozenset({"attribute", "ratio"})


def spaces(left: Piece, right: Piece) -> int:
    """How many spaces, where no column is aligned."""
    if right.head or right.rule == COMMENT:
        return 1 if left.text == "{" else 2
    if _tight(left, right):
        return 0
    return _after_number(left, right)


def _tight(left: Piece, right: Piece) -> bool:
    if right.text in {",", ";", ")"} or left.text == "(":
        return True
    if right.text == "(":
        return right.rule in _CALLS
    if left.text == "{" or right.text == "}":
        inside = left if left.text == "{" else right
        return inside.rule in CHOICES or (left.text, right.text) == ("{", "}")
    if ":" in (left.text, right.text):
        colon = left if left.text == ":" else right
        return colon.rule in _TIGHT_COLON and (right is colon or colon.rule == "ratio")
    if left.text in {"+", "-"}:
        return left.rule in _SIGNED
    return "/" in (left.text, right.text) and left.rule == "header_phase"


def _after_number(left: Piece, right: Piece) -> int:
    """One; but two where they keep a word after a number from being read as its unit, as they did in the text."""
    apart = right.start - left.end > 1 and left.text[-1].isdigit() and right.text[0].isalpha()
    return 2 if apart and right.rule not in _NO_UNIT else 1


_NO_UNIT = frozenset({"quantity", "quantity_twice", "multiple", "value_number", "plain_duration", "amount"})
