"""Did you mean: which declared names are near an unknown word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol_dsl.diagnostics.suggest import distance, suggest

NAMES = (
    "inr",
    "total_bilirubin",
    "direct_bilirubin",
    "prothrombin_activity",
    "hbsag",
    "ascites",
    "liver.meld",
    "age",
)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("inrr", ("inr",)),
        ("irn", ("inr",)),
        ("INR", ("inr",)),
        ("HBsAg", ("hbsag",)),
        ("ascitis", ("ascites",)),
        ("total bilirubin", ("total_bilirubin",)),
        ("totalBilirubin", ("total_bilirubin",)),
        ("bilirubin_total", ("total_bilirubin",)),
        ("bilirubin", ("direct_bilirubin", "total_bilirubin")),
        ("meld", ("liver.meld",)),
        ("prothrombin_activty", ("prothrombin_activity",)),
        ("x", ()),
        ("", ()),
        ("___", ()),
        ("inr", ()),
        ("creatinine", ()),
        ("i" * 100_000, ()),
    ],
)
def test_suggest(word: str, expected: tuple[str, ...]) -> None:
    assert suggest(word, NAMES) == expected


def test_the_nearest_come_first_then_by_name_and_far_ones_are_left_out() -> None:
    names = ("bilirubim", "bilirubine", "bilirubinsx", "belerobin", "BILIRUBIN")
    assert suggest("bilirubin", names, limit=9) == ("BILIRUBIN", "bilirubim", "bilirubine")
    assert suggest("bilirubin", names, limit=1) == ("BILIRUBIN",)
    assert suggest("bilirubin", names, limit=0) == ()


@given(st.lists(st.text("abc_", max_size=8), max_size=20), st.text("abc_", max_size=8))
def test_the_order_of_the_candidates_does_not_matter(names: list[str], word: str) -> None:
    forwards = suggest(word, names)
    assert forwards == suggest(word, reversed(names))
    assert len(set(forwards)) == len(forwards) <= 3
    assert word not in forwards


def _slow_distance(a: str, b: str) -> int:
    """The textbook recursion, as a table."""
    table = {(i, j): i + j for i in range(len(a) + 1) for j in range(len(b) + 1)}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            replaced = table[i - 1, j - 1] + (a[i - 1] != b[j - 1])
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, replaced)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a), len(b)]


@given(st.text("abc", max_size=9), st.text("abc", max_size=9), st.integers(0, 5))
def test_bounded_distance_agrees_with_the_table(a: str, b: str, allowed: int) -> None:
    true = _slow_distance(a, b)
    assert distance(a, b, allowed) == (true if true <= allowed else None)


@given(st.text("abcdefgh", min_size=6, max_size=12), st.data())
def test_one_slip_is_always_found(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    slip = data.draw(st.sampled_from([name[:at] + name[at + 1 :], name[:at] + "x" + name[at:]]))
    assert suggest(slip, [name, "zzzzzzzz"]) == (name,)
