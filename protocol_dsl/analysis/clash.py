"""The fewest of many that do it: which goals clash, which suffice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def smallest(parts: Sequence[T], enough: Callable[[Sequence[T]], bool]) -> tuple[T, ...]:
    """Some of `parts` that are enough, and no longer are when any one of them is left out.

    Assumes all of them are enough, and what is more than enough is enough. Halves first, so that a few among many
    are found with few questions (Junker's QuickXplain).
    """
    return () if enough(()) else tuple(_needed((), False, tuple(parts), enough))


def _needed(
    given: tuple[T, ...], fresh: bool, parts: tuple[T, ...], enough: Callable[[Sequence[T]], bool]
) -> tuple[T, ...]:
    if fresh and enough(given):
        return ()
    if len(parts) == 1:
        return parts
    half = len(parts) // 2
    right = _needed((*given, *parts[:half]), True, parts[half:], enough)
    left = _needed((*given, *right), bool(right), parts[:half], enough)
    return (*left, *right)
