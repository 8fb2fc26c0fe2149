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
_BULLETS = "•‣◦▪●·✓✔☐"
_QUOTES = "“”„‟«»‘’‚‛'"


_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "å": "aa",
        "ł": "l",
    }
)


@frozen
class Sign:
    """What the message calls the sign, the cure if one is known, its stand-in (of the same length), and what an editor
    puts in its place."""

    what: str
    cure: str | None
    meant: str
    instead: str | None = None


def described(written: str) -> Sign:
    """How to speak of `written`, one sign or a run of them, and what to read in its place."""
    if len(written) > 1 and written[0] in _QUOTES and written[-1] in _QUOTES:
        inner = written[1:-1].replace("\\", " ")
        return Sign(f"`{written[0]}`", 'write straight quotes: `"…"`', f'"{inner}"', f'"{inner}"')
    if written[0] in _QUOTES:
        return Sign(_named(written), 'write a straight quote: `"`', " " * len(written))
    instead = _INSTEAD.get(written)
    if instead is not None:
        stand_in = "_" if len(written) > 1 else " "  # a word that is too long for the place of its sign
        meant = instead.ljust(len(written)) if len(instead) <= len(written) else stand_in * len(written)
        return Sign(_named(written), f"write `{instead}`", meant, instead)
    if any(letter.isalpha() for letter in written):
        return _letters(written)
    if not written.isprintable() or written in _BULLETS:
        return Sign(_named(written), "leave it out", " " * len(written), "")
    return Sign(_named(written), None, " " * len(written))


def _letters(written: str) -> Sign:
    """A name with letters of another alphabet, and how it is spelled with those of this one."""
    folded = unicodedata.normalize("NFKD", written.translate(_LETTERS))
    plain = "".join(_letter(letter) for letter in folded if not unicodedata.combining(letter))
    known = plain.isascii() and plain.isidentifier()
    cure = f"write names with the letters a to z, digits and `_`{f', such as `{plain}`' if known else ''}"
    stand_in = "".join(letter if letter.isascii() else "_" for letter in written)
    return Sign(_named(written), cure, stand_in, plain if known else None)


def _letter(letter: str) -> str:
    """The name of a Greek letter, any other as it is."""
    name = unicodedata.name(letter, "").split()
    return name[-1].lower() if name[:2] == ["GREEK", "SMALL"] and len(name) == 4 else letter


def _named(written: str) -> str:
    """A sign that can be seen is quoted; any other is called by its number and name."""
    if written.isprintable() and not written.isspace():
        return f"`{written}`"
    first = written[0]
    name = unicodedata.name(first, "control character").lower()
    return f"U+{ord(first):04X} ({name})"
