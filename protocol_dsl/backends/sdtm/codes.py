"""Short codes and texts that fit: ETCD in 8 characters, ARMCD in 20, names cut between words."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"[^0-9A-Z]+")


class Codes:
    """Codes of at most `length` characters, a different one for each key. They begin with a letter and hold letters,
    digits and underscores."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._codes: dict[object, str] = {}

    def of(self, key: object, name: str) -> str:
        """The code of `key`, made from `name` at the first call."""
        if key not in self._codes:
            self._codes[key] = self._free(_plain(name))
        return self._codes[key]

    def _free(self, plain: str) -> str:
        wanted = plain if len(plain) <= self._length else plain.replace("_", "")[: self._length]
        code, number = wanted.strip("_"), 1
        while code in self._codes.values():
            number += 1
            code = wanted[: self._length - len(str(number))] + str(number)
        return code


def _plain(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").upper()
    text = _MARKS.sub("_", text).strip("_") or "X"
    return text if text[0].isalpha() else f"X{text}"


def shortened(text: str, length: int) -> str:
    """`text` on one line, cut between words and ended by an ellipsis where it is longer than `length`."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"
