"""What was found of a text, moved to where it stands after an edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import frozen

from protocol_dsl.source import Span

_T = TypeVar("_T")


@frozen
class Change:
    """The one stretch in which two texts differ: ``before[start:old]`` became ``after[start:new]``."""

    start: int
    old: int
    new: int

    @classmethod
    def between(cls, before: str, after: str) -> Change:
        """The shortest stretch; empty at the end when the texts are the same."""
        limit = min(len(before), len(after))
        start = _same(limit, lambda count: before[:count] == after[:count])
        rest = limit - start
        end = _same(rest, lambda count: before[len(before) - count :] == after[len(after) - count :])
        return cls(start, len(before) - end, len(after) - end)

    @property
    def by(self) -> int:
        """Characters that what follows the stretch has moved on."""
        return self.new - self.old


def _same(limit: int, equal: Callable[[int], bool]) -> int:
    """The largest count up to `limit` for which `equal` holds; it holds for all below it."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if equal(middle) else (low, middle - 1)
    return low


def moved(thing: _T, by: int, after: int) -> _T:
    """A copy of any tree of nodes, or diagnostic, in which every place from `after` on stands `by` further on.

    What lies before stays, and is shared.
    """
    made: _T = _moved(thing, by, after)  # type: ignore[assignment]  # a copy is of the same type
    return made


def _moved(thing: object, by: int, after: int) -> object:
    if isinstance(thing, Span):
        if thing.end < after or by == 0:
            return thing
        return Span(thing.start + by if thing.start >= after else thing.start, thing.end + by)
    if isinstance(thing, tuple) and type(thing) is tuple:
        parts = tuple(_moved(part, by, after) for part in thing)
        return thing if all(new is old for new, old in zip(parts, thing, strict=True)) else parts
    fields = getattr(type(thing), "__attrs_attrs__", ())
    changed = {}
    for one in fields:
        old = getattr(thing, one.name)
        new = _moved(old, by, after)
        if new is not old:
            changed[one.alias] = new
    if not changed:
        return thing
    whole = {one.alias: getattr(thing, one.name) for one in fields if one.init} | changed
    return type(thing)(**whole)
