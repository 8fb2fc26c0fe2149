"""Did you mean: the declared names nearest to an unknown word.

Names match regardless of case and of the separators ``_``, ``-``, ``.`` and blank. Nearness is the
Damerau-Levenshtein distance (an insertion, deletion, substitution or swap of neighbours costs 1), and a
name made of the same words, or of them and more, counts too: `bilirubin` finds `total_bilirubin`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_WORD = 80
_SEPARATORS = re.compile(r"[\s_.\-]+")


def suggest(word: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """At most `limit` candidates, nearest first, ties by name; the word itself is never one of them."""
    parts = _parts(word)
    folded = "".join(parts)
    if not folded or len(folded) > LONGEST_WORD:
        return ()
    allowed = _allowed(len(folded))
    ranked = []
    for candidate in set(candidates) - {word}:
        rank = _rank(parts, folded, _parts(candidate), allowed)
        if rank is not None:
            ranked.append((rank, candidate))
    return tuple(candidate for _, candidate in sorted(ranked)[: max(0, limit)])


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


def _rank(parts: list[str], folded: str, others: list[str], allowed: int) -> int | None:
    other = "".join(others)
    if len(set(folded) - set(other)) <= allowed:
        near = distance(folded, other, allowed)
        # Replacing every letter is no resemblance: `x` is not a slip for `y`.
        if near is not None and near < max(len(folded), len(other)):
            return near
    if len(folded) < 3 or not set(parts) <= set(others):
        return None
    return 1 if len(parts) == len(others) else allowed + 1


def _allowed(length: int) -> int:
    return max(1, min(4, length // 3))


def _parts(name: str) -> list[str]:
    return [part for part in _SEPARATORS.split(name.casefold()) if part]
