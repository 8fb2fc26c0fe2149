"""Did you mean: the declared names nearest to an unknown word.

Names match regardless of case and of the separators ``_``, ``-``, ``.`` and blank. Nearness is the
Damerau-Levenshtein distance (an insertion, deletion, substitution or swap of neighbours costs 1), and a
name made of the same words, or of them and more, counts too: `bilirubin` finds `total_bilirubin`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_WORD = 80
_SEPARATORS = re.compile(r"[\s_.\-]+")


def suggest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """At most `limit` candidates, nearest first, ties by name; the word itself is never one of them."""
    parts = _parts(word)
    folded = "".join(parts)
    letters = Counter(folded)
    if not folded or len(folded) > LONGEST_WORD:
        return ()
    allowed = _allowed(len(folded))
    ranked = []
    for candidate in set(candidates) - {word}:
        rank = _rank(parts, letters, _parts(candidate), allowed)
        if rank is not None:
            ranked.append((rank, candidate))
    ranked.sort()
    # Beside a near name, a far one is noise.
    return tuple(candidate for rank, candidate in ranked[: max(0, limit)] if rank <= ranked[0][0] + 1)


def distance(a: str, b: str, allowed: int) -> int | None:
    """Damerau-Levenshtein distance (adjacent swaps, no substring edited twice), or None above `allowed`."""
    if abs(len(a) - len(b)) > allowed:
        return None
    far = allowed + 1
    before: list[int] = []
    row = [j if j <= allowed else far for j in range(len(b) + 1)]
    for i, letter in enumerate(a, 1):
        earlier, before, row = before, row, [i if i <= allowed else far] + [far] * len(b)
        # Only cells within `allowed` of the diagonal can stay within it.
        for j in range(max(1, i - allowed), min(len(b), i + allowed) + 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != b[j - 1]))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == b[j - 1]:
                cost = min(cost, earlier[j - 2] + 1)
            row[j] = cost
        if min(row) > allowed:
            return None
    return row[-1] if row[-1] <= allowed else None


def _rank(parts: tuple[str, ...], letters: Counter[str], others: tuple[str, ...], allowed: int) -> int | None:
    folded, other = "".join(parts), "".join(others)
    if _letters_apart(letters, len(folded), other) <= allowed:
        near = distance(folded, other, allowed)
        # Replacing every letter is no resemblance: `x` is not a slip for `y`.
        if near is not None and near < max(len(folded), len(other)):
            return near
    if len(folded) < 3 or not set(parts) <= set(others):
        return None
    return 1 if len(parts) == len(others) else allowed + 1


def _letters_apart(letters: Counter[str], length: int, other: str) -> int:
    """A lower bound of the distance, cheap to find: the letters one has and the other has not."""
    surplus = sum(max(0, count - other.count(letter)) for letter, count in letters.items())
    return max(surplus, len(other) - length + surplus)


def _allowed(length: int) -> int:
    return max(1, min(4, length // 3))


@lru_cache(maxsize=4096)  # the same declared names are the candidates for every unknown word
def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATORS.split(name.casefold()) if part)
