"""Times contenders in turns, and prints what came of it as a table."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import NamedTuple

Contender = Callable[[], object]


class Row(NamedTuple):
    """One line of a table: seconds for one unit of work, the ratio to the baseline, and the bar it is held to."""

    name: str
    seconds: float
    ratio: float
    bar: float | None = None


def best_times(contenders: Mapping[str, Contender], rounds: int) -> dict[str, float]:
    """Seconds of the fastest of `rounds` calls of each contender, the contenders taking turns."""
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, contender in contenders.items():
            best[name] = min(best[name], _once(contender))
    return best


def _once(contender: Contender) -> float:
    gc.collect()
    start = perf_counter()
    contender()
    return perf_counter() - start


def compared(
    contenders: Mapping[str, Contender],
    *,
    units: int,
    rounds: int,
    bars: Mapping[str, float] | None = None,
) -> list[Row]:
    """Each contender beside the first one, which is the baseline; each call does `units` units of work."""
    times = best_times(contenders, rounds)
    baseline = next(iter(times.values()))
    held = bars or {}
    return [Row(name, seconds / units, seconds / baseline, held.get(name)) for name, seconds in times.items()]


def shown(title: str, rows: Sequence[Row], unit: str = "µs", scale: float = 1e6) -> str:
    """A table of rows: time for one unit of work, ratio, bar, and whether it is kept."""
    width = max(len(row.name) for row in rows)
    lines = [title, f"  {'':<{width}}  {unit:>10}  {'ratio':>7}  {'bar':>5}"]
    for row in rows:
        bar = "" if row.bar is None else f"{row.bar:>5.2f}  {'kept' if row.ratio <= row.bar else 'MISSED'}"
        lines.append(
            f"  {row.name:<{width}}  {row.seconds * scale:>10.3f}  {row.ratio:>7.2f}  {bar}".rstrip()
        )
    return "\n".join(lines) + "\n"
