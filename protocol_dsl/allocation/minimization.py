"""Minimization after Pocock and Simon (1975): the next patient tends to the arm that leaves the factors most even.

For each arm, suppose the patient joined it; for each factor, count the patients of every arm who share this patient's
level, and take the range of those counts (greatest minus least). The arm with the least sum of ranges over the factors,
all weighted alike, is preferred: it is drawn with probability 4/5 and the others share the rest. Arms that tie share.

An unequal ratio is kept by counting an arm as several parts, one for each unit of the ratio in lowest terms: patients
are minimized over the parts as over equal arms, and whoever falls into a part is given its arm. As the parts are alike,
every patient, whichever place in the order, has the chance of each arm that the ratio says. Weighting the counts of
unequal arms instead would not keep the ratio.

Sources: Pocock SJ, Simon R. Sequential treatment assignment with balancing for prognostic factors in the controlled
clinical trial. Biometrics 1975;31:103-115. That minimizing over equal parts keeps an unequal ratio at every patient is
due to Kuznetsova and Tymofyeyev (allocation ratio preserving biased coin minimization, Statistics in Medicine, 2012);
see also Jin, Polis and Hartzel, Algorithms for minimization randomization (2019).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import gcd
from typing import TypeVar

from protocol_dsl.allocation.strata import Cell
from protocol_dsl.allocation.stream import Stream

Part = tuple[str, int]
"""One of the parts that an arm is counted as: the arm's name, and a number from 0."""
P = TypeVar("P", bound=Hashable)

PREFERRED, OF = 4, 5
"""The preferred arm is drawn 4 times out of 5."""


def parts(arms: Sequence[str], ratio: Sequence[int]) -> tuple[Part, ...]:
    """What is minimized over: each arm as often as its share of the ratio in lowest terms; once if all are equal."""
    unit = gcd(*ratio)
    return tuple((arm, n) for arm, share in zip(arms, ratio, strict=True) for n in range(share // unit))


def imbalances(arms: Sequence[P], before: Sequence[tuple[Cell, P]], cell: Cell) -> dict[P, int]:
    """For each arm, the sum of ranges if a patient of `cell` joined it; `before` are the patients allocated so far."""
    totals = dict.fromkeys(arms, 0)
    for level in cell.levels:
        counts = Counter(arm for other, arm in before if level in other.levels)
        for joined in arms:
            shares = [counts[arm] + (arm == joined) for arm in arms]
            totals[joined] += max(shares) - min(shares)
    return totals


def minimized(arms: Sequence[P], before: Sequence[tuple[Cell, P]], cell: Cell, seed: str, digest: str) -> P:
    """The next patient's arm, or part of one; the random numbers belong to the place in the order of allocation."""
    totals = imbalances(arms, before, cell)
    least = min(totals.values())
    preferred = [arm for arm in arms if totals[arm] == least]
    others = [arm for arm in arms if totals[arm] != least]
    stream = Stream(seed, digest, f"minimization {len(before) + 1}")
    drawn = others if others and stream.below(OF) >= PREFERRED else preferred
    return drawn[stream.below(len(drawn))]
