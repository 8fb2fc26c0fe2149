"""What must hold of every allocation list: balance, equal chances, no more to be foreseen than the design allows."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import groupby, pairwise
from math import factorial, prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.allocation.design import Design
from protocol_dsl.allocation.lists import allocation_list
from protocol_dsl.allocation.minimization import Part, minimized, parts
from protocol_dsl.allocation.record import list_csv
from protocol_dsl.allocation.strata import Cell, Factor, Level, cells, cut_levels
from protocol_dsl.allocation.stream import Stream
from protocol_dsl.ir.schedule import Stratum

GOLDEN = Path(__file__).parents[1] / "conformance" / "allocation" / "sha256-counter-blocks-1.csv"
SEXES = Factor("sex", "Sex", (Level("male", "male"), Level("female", "female")))
SCORES = Factor("score", "Score", cut_levels(Stratum("score", (Fraction(17), Fraction(24)))))


def plan(ratio: tuple[int, ...], blocks: tuple[int, ...], *factors: Factor, method: str = "blocks") -> Design:
    arms = tuple((name, name) for name in "abcd"[: len(ratio)])
    return Design(arms, ratio, "", method, "", blocks, "", factors)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_list_everywhere():
    slots = allocation_list(plan((2, 1, 1), (4, 8), SEXES, SCORES), "NCT0 Zürich 2026", "0" * 64, 20)
    assert list_csv(slots) == GOLDEN.read_text(encoding="utf-8")


@settings(max_examples=60, deadline=None)
@given(
    ratio=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple),
    shares=st.sets(st.integers(1, 4), min_size=1, max_size=3),
    seed=st.text(max_size=8),
    number=st.integers(1, 60),
)
def test_every_block_holds_the_ratio_exactly(ratio, shares, seed, number):
    sizes = tuple(sorted(sum(ratio) * share for share in shares))
    slots = allocation_list(plan(ratio, sizes, SEXES), seed, "d", number)
    for stratum, of_stratum in groupby(slots, key=lambda slot: slot.stratum):
        rows = list(of_stratum)
        assert [slot.position for slot in rows] == list(range(1, len(rows) + 1))
        assert number <= len(rows) < number + max(sizes)
        for _, block in groupby(rows, key=lambda slot: slot.block):
            of_block = list(block)
            assert {slot.size for slot in of_block} == {len(of_block)} <= set(sizes)
            counts = Counter(slot.arm for slot in of_block)
            share = len(of_block) // sum(ratio)
            assert [counts[arm] for arm in "abcd"[: len(ratio)]] == [part * share for part in ratio]
        assert stratum in {"sex=male", "sex=female"}


def chi_square(counts: Counter[object], cells: int) -> float:
    expected = counts.total() / cells
    missing = cells - len(counts)
    return sum((count - expected) ** 2 / expected for count in counts.values()) + missing * expected


@pytest.mark.parametrize(
    ("ratio", "size", "bound"),
    # Bounds: the chi-square quantile of 1 in 10,000 for 5, 14, 19 and 29 degrees of freedom, rounded up.
    [((1, 1), 4, 26), ((2, 1), 6, 43), ((1, 1), 6, 51), ((2, 2, 1), 5, 64)],
)
def test_every_order_of_a_block_is_as_likely(ratio, size, bound):
    parts = [part * size // sum(ratio) for part in ratio]
    orders = factorial(size) // prod(map(factorial, parts))
    seen: Counter[object] = Counter()
    for seed in range(200 * orders):
        slots = allocation_list(plan(ratio, (size,)), f"seed {seed}", "d", size)
        seen[tuple(slot.arm for slot in slots)] += 1
    assert len(seen) == orders
    assert chi_square(seen, orders) < bound


def test_within_a_block_the_next_arm_is_as_likely_as_what_is_left_of_it():
    follows: dict[tuple[int, int], Counter[str]] = {}
    for seed in range(3000):
        held = 0
        for place, slot in enumerate(allocation_list(plan((1, 1), (6,)), f"seed {seed}", "d", 6)):
            follows.setdefault((place, held), Counter())[slot.arm] += 1
            held += slot.arm == "a"
    for (place, held), counts in follows.items():
        theory = (3 - held) / (6 - place)
        tolerance = 4 * (theory * (1 - theory) / counts.total()) ** 0.5
        assert counts["a"] / counts.total() == pytest.approx(theory, abs=tolerance)
    assert len(follows) == 15


def test_blocks_of_several_sizes_give_away_what_theory_says_and_no_more():
    # Sizes 2 and 4 alike: after one `a` comes `b` for certain in a block of 2 and with 2/3 in one of 4, so with 5/6.
    # After `a b` either may come, whichever the size.
    lists = [
        [slot.arm for slot in allocation_list(plan((1, 1), (2, 4)), f"seed {seed}", "d", 4)]
        for seed in range(6000)
    ]
    after_a = Counter(arms[1] for arms in lists if arms[0] == "a")
    assert after_a["b"] / after_a.total() == pytest.approx(5 / 6, abs=0.03)
    after_ab = Counter(arms[2] for arms in lists if arms[:2] == ["a", "b"])
    assert after_ab["a"] / after_ab.total() == pytest.approx(1 / 2, abs=0.04)
    assert {arms[2] for arms in lists if arms[:2] == ["a", "a"]} == {"b"}


def test_block_sizes_are_as_likely_as_each_other():
    slots = allocation_list(plan((1, 1), (2, 4, 6)), "s", "d", 12_000)
    sizes = Counter(size for _, size in {(slot.block, slot.size) for slot in slots})
    assert chi_square(sizes, 3) < 19  # 1 in 10,000 for 2 degrees of freedom


def test_simple_randomization_keeps_the_ratio_on_average_and_nothing_else():
    slots = allocation_list(plan((2, 1), (), method="simple"), "s", "d", 9000)
    arms = [slot.arm for slot in slots]
    assert len(arms) == 9000
    assert arms.count("a") / 9000 == pytest.approx(2 / 3, abs=0.02)
    after_a = [second for first, second in pairwise(arms) if first == "a"]
    assert after_a.count("a") / len(after_a) == pytest.approx(2 / 3, abs=0.03)


def minimizing(ratio: tuple[int, ...], order: list[Cell], seed: str) -> list[str]:
    """The arms of patients of these strata, one after another."""
    every = parts("abcd"[: len(ratio)], ratio)
    before: list[tuple[Cell, Part]] = []
    for cell in order:
        before.append((cell, minimized(every, before, cell, seed, "d")))
    return [arm for _, (arm, _) in before]


def drawn_cells(number: int, seed: str) -> list[Cell]:
    stream, every = Stream(seed, "", "cells"), list(cells((SEXES, SCORES)))
    return [every[stream.below(len(every))] for _ in range(number)]


@pytest.mark.parametrize("ratio", [(2, 1), (3, 2), (1, 2, 1), (4, 2)])
def test_minimization_keeps_the_ratio_at_every_allocation(ratio):
    order, seeds = drawn_cells(12, "order"), 2000
    lists = [minimizing(ratio, order, f"seed {seed}") for seed in range(seeds)]
    for place in range(len(order)):
        counts = Counter(arms[place] for arms in lists)
        for arm, part in zip("abcd", ratio, strict=False):
            theory = part / sum(ratio)
            tolerance = 4.5 * (theory * (1 - theory) / seeds) ** 0.5
            assert counts[arm] / seeds == pytest.approx(theory, abs=tolerance), (place, arm)


def off_balance(order: list[Cell], arms: list[str], ratio: tuple[int, ...]) -> float:
    """The squared distances from the ratio, over the levels of every factor and the arms."""
    total = 0.0
    for level in {level for cell in order for level in cell.levels}:
        counts = Counter(arm for cell, arm in zip(order, arms, strict=True) if level in cell.levels)
        for arm, part in zip("abcd", ratio, strict=False):
            total += (counts[arm] - counts.total() * part / sum(ratio)) ** 2
    return total


@pytest.mark.parametrize("ratio", [(1, 1), (2, 1), (3, 2), (1, 2, 1), (4, 2)])
def test_minimization_balances_every_factor_towards_the_ratio(ratio):
    minimal = chance = 0.0
    for trial in range(30):
        order, stream = drawn_cells(120, f"order {trial}"), Stream(f"chance {trial}", "", "")
        tickets = [arm for arm, part in zip("abcd", ratio, strict=False) for _ in range(part)]
        minimal += off_balance(order, minimizing(ratio, order, f"seed {trial}"), ratio)
        chance += off_balance(order, [tickets[stream.below(len(tickets))] for _ in order], ratio)
    assert minimal < chance / 4


def test_strata_have_lists_of_their_own():
    slots = allocation_list(plan((1, 1), (4, 6), SEXES, SCORES), "s", "d", 100)
    lists = {
        stratum: tuple(slot.arm for slot in rows)
        for stratum, rows in groupby(slots, key=lambda one: one.stratum)
    }
    assert len(lists) == 6
    assert len(set(lists.values())) == 6


@given(
    cuts=st.sets(st.fractions(-1000, 1000, max_denominator=100), min_size=1, max_size=6),
    value=st.floats(allow_nan=False),
    data=st.data(),
)
def test_levels_are_disjoint_and_exhaustive(cuts, value, data):
    levels = cut_levels(Stratum("x", tuple(sorted(cuts))))
    on_a_cut = float(data.draw(st.sampled_from(sorted(cuts))))
    for number in (value, on_a_cut):
        assert sum(level.holds(number) for level in levels) == 1
    assert len({level.text for level in levels}) == len(levels)


@pytest.mark.parametrize("bound", [2, 3, 5, 7, 12])
def test_whole_numbers_are_drawn_without_bias(bound):
    stream = Stream("s", "d", "n")
    counts = Counter(stream.below(bound) for _ in range(bound * 2000))
    assert set(counts) == set(range(bound))
    assert chi_square(counts, bound) < 45  # 1 in 100,000 for 11 degrees of freedom
