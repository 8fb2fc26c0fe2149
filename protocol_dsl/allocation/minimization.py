"""Minimization after Pocock and Simon (1975): the next patient tends to the arm that leaves the factors most even.

For each arm, suppose the patient joined it; for each factor, count the patients of every arm who share this patient's
level, and take the range of those counts (greatest minus least). The arm with the least sum of ranges over the factors,
all weighted alike, is preferred: it is drawn with probability 4/5 and the others share the rest. Arms that tie share.

Source: Pocock SJ, Simon R. Sequential treatment assignment with balancing for prognostic factors in the controlled
clinical trial. Biometrics 1975;31:103-115.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from protocol_dsl.allocation.strata import Cell
from protocol_dsl.allocation.stream import Stream

PREFERRED, OF = 4, 5
"""The preferred arm is drawn 4 times out of 5."""


def imbalances(arms: Sequence[str], before: Sequence[tuple[Cell, str]], cell: Cell) -> dict[str, int]:
    """For each arm, the sum of ranges if a patient of `cell` joined it; `before` are the patients allocated so far."""
    totals = dict.fromkeys(arms, 0)
    for level in cell.levels:
        counts = Counter(arm for other, arm in before if level in other.levels)
        for joined in arms:
            shares = [counts[arm] + (arm == joined) for arm in arms]
            totals[joined] += max(shares) - min(shares)
    return totals


def minimized(
    arms: Sequence[str], before: Sequence[tuple[Cell, str]], cell: Cell, seed: str, digest: str
) -> str:
    """The arm of the next patient; its random numbers belong to its place in the order of allocation."""
    totals = imbalances(arms, before, cell)
    least = min(totals.values())
    preferred = [arm for arm in arms if totals[arm] == least]
    others = [arm for arm in arms if totals[arm] != least]
    stream = Stream(seed, digest, f"minimization {len(before) + 1}")
    drawn = others if others and stream.below(OF) >= PREFERRED else preferred
    return drawn[stream.below(len(drawn))]
