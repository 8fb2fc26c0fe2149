"""Names for generated code: legible, safe in Python and never two things under one name."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

RESERVED = (
    frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) | frozenset(dir(builtins)) | {"self", "cls"}
)
"""What generated code never uses as a name of its own: Python's words and built-in functions."""

_NOT_A_NAME = re.compile(r"[^0-9A-Za-z]+")
_LONGEST = 60


def identifier(text: str, fallback: str = "item") -> str:
    """`text` as a lower-case ASCII identifier (`liver.meld` gives `liver_meld`); `fallback` when nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    name = _NOT_A_NAME.sub("_", plain).strip("_").lower()
    if len(name) > _LONGEST:  # cut between words
        name = name[: _LONGEST + 1].rpartition("_")[0] or name[:_LONGEST]
    if not name:
        return fallback
    return f"{fallback}_{name}" if name[0].isdigit() else name


class Scope:
    """The names taken in one piece of generated code. `claim` gives the same name for the same key ever after."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken: set[str] = set(RESERVED) | set(reserved)
        self._names: dict[object, str] = {}
        self._next: dict[str, int] = {}

    def claim(self, key: object, text: str, fallback: str = "item") -> str:
        """The name of `key`: at the first call made from `text`, with a number added while that is taken."""
        if key not in self._names:
            self._names[key] = self._free(identifier(text, fallback))
        return self._names[key]

    def copy(self) -> Scope:
        """A scope inside this one: it starts with the same names and leaves this one as it is."""
        inner = Scope()
        inner._taken, inner._names, inner._next = set(self._taken), dict(self._names), dict(self._next)
        return inner

    def __getitem__(self, key: object) -> str:
        """The name claimed for `key` before; raises KeyError when none was."""
        return self._names[key]

    def __contains__(self, key: object) -> bool:
        return key in self._names

    def fresh(self, text: str, fallback: str = "item") -> str:
        """A new name made from `text`."""
        return self._free(identifier(text, fallback))

    def _free(self, wanted: str) -> str:
        name = wanted
        while name in self._taken:
            number = self._next.get(wanted, 2)
            self._next[wanted] = number + 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name
