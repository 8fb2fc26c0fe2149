"""Random numbers that are the same everywhere: a counter hashed with SHA-256, cut into whole numbers without bias.

The stream of a (seed, protocol digest, stream name) is the words w0, w1, w2, … where the words 4n to 4n + 3 are the
four big-endian 64-bit parts of

    SHA-256( ALGORITHM "/" VERSION "\\n" F(seed) F(digest) F(name) n )

with F(text) the UTF-8 bytes of the text after their length as 8 big-endian bytes, and n as 8 big-endian bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, MutableSequence
from typing import Any

ALGORITHM = "sha256-counter-blocks"
VERSION = "1"
"""Raised whenever the same seed would give another allocation."""

_WORDS = 1 << 64


class Stream:
    """Whole numbers drawn one after another; equal arguments give equal numbers."""

    def __init__(self, seed: str, digest: str, name: str) -> None:
        fields = (text.encode("utf-8") for text in (seed, digest, name))
        framed = b"".join(len(field).to_bytes(8, "big") + field for field in fields)
        self._words = _words(f"{ALGORITHM}/{VERSION}\n".encode("ascii") + framed)

    def below(self, bound: int) -> int:
        """A whole number from 0 to `bound` - 1, each as likely: words past the last multiple of `bound` are drawn
        again. A bound of 1 draws nothing."""
        if not 1 <= bound <= _WORDS:
            raise ValueError(f"a bound is from 1 to 2^64, not {bound}")
        if bound == 1:
            return 0
        limit = _WORDS - _WORDS % bound
        return next(word for word in self._words if word < limit) % bound

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Fisher and Yates, from the last place to the second: every order is as likely."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


def _words(key: bytes) -> Iterator[int]:
    counter = 0
    while True:
        block = hashlib.sha256(key + counter.to_bytes(8, "big")).digest()
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))
        counter += 1
