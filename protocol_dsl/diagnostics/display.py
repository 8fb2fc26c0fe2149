"""How characters look in a terminal: how wide they are, and which must not be sent there as they are."""

from __future__ import annotations

import unicodedata

TAB = "    "
LONGEST_WORDS = 300
"""Characters of one value that a message repeats; the rest is in the file, under the caret."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def shown(character: str) -> str:
    """What to print for one character: itself, or a harmless stand-in of one column.

    Control characters could recolour or rewrite the terminal, and direction marks could make a line
    read as what it is not.
    """
    if character.isprintable():
        return character
    if character == "\t":
        return TAB
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _BIDI or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
        return "\ufffd"
    return character


def columns(character: str) -> int:
    """How many terminal columns the character, as `shown`, takes: 0, 1, 2, or those of a tab."""
    if character < "\u0300":
        return len(TAB) if character == "\t" else 0 if character == "\u00ad" else 1
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    if character in _BIDI:
        return 1
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def printable(text: str) -> str:
    """`text` with every character as `shown`; line ends are kept."""
    if text.isprintable():
        return text
    return "\n".join("".join(map(shown, line)) for line in text.split("\n"))


def one_line(text: str) -> str:
    """`text` as it may stand inside a sentence: on one line, and harmless."""
    flat = " ".join(text.split()) if "\n" in text or "\t" in text or "\r" in text else text
    return printable(flat)


def shortened(text: str) -> str:
    """`text` cut, with an ellipsis, to `LONGEST_WORDS` characters."""
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"


def encodable(text: str) -> str:
    """`text` with the undecodable bytes of a path, which no output could encode, turned into "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")
