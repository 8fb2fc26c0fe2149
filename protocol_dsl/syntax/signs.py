"""Signs the language does not use: what each is called, what is written instead, and what stands in for it."""

from __future__ import annotations

import unicodedata

from attrs import frozen

_INSTEAD = {
    "==": "=",
    "===": "=",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
    "÷": "/",
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "⁄": "/",
    "∕": "/",
    "⩽": "<=",
    "⩾": ">=",
    "≦": "<=",
    "≧": ">=",
    "²": "2",
    "³": "3",
    "⁹": "^9",
    "·": ".",
    "⋅": ".",
    "∙": ".",
    "，": ",",
    "：": ":",
    "；": ";",
    "（": "(",
    "）": ")",
    "｛": "{",
    "｝": "}",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "％": "%",
}
_QUOTES = "“”„‟«»‘’‚‛'"


@frozen
class Sign:
    """What the message calls the sign, the cure if one is known, and its stand-in (of the same length)."""

    what: str
    cure: str | None
    meant: str


def described(written: str) -> Sign:
    """How to speak of `written`, one sign or a run of them, and what to read in its place."""
    if len(written) > 1 and written[0] in _QUOTES and written[-1] in _QUOTES:
        inner = written[1:-1].replace("\\", " ")
        return Sign(f"`{written[0]}`", 'write straight quotes: `"…"`', f'"{inner}"')
    if written[0] in _QUOTES:
        return Sign(_named(written), 'write a straight quote: `"`', " " * len(written))
    instead = _INSTEAD.get(written)
    if instead is not None:
        meant = instead.ljust(len(written)) if len(instead) <= len(written) else "_" * len(written)
        return Sign(_named(written), f"write `{instead}`", meant)
    if written.isalpha():
        return Sign(
            _named(written), "write names with the letters a to z, digits and `_`", "_" * len(written)
        )
    if not written.isprintable():
        return Sign(_named(written), "leave it out", " " * len(written))
    return Sign(_named(written), None, " " * len(written))


def _named(written: str) -> str:
    """A sign that can be seen is quoted; any other is called by its number and name."""
    if written.isprintable() and not written.isspace():
        return f"`{written}`"
    first = written[0]
    name = unicodedata.name(first, "control character").lower()
    return f"U+{ord(first):04X} ({name})"
