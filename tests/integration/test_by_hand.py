"""The flagship judged by a checker that someone wrote by hand: criterion by criterion the same."""

from __future__ import annotations

from benchmarks.checker import disagreements
from benchmarks.flagship import feature_rows


def test_the_checker_by_hand_and_the_generated_one_agree() -> None:
    assert disagreements(feature_rows(4000, seed=11, odd=0.02)) == []
