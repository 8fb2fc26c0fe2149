"""Times contenders in turns, and prints what came of it as a table."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import process_time
from typing import NamedTuple

Contender = Callable[[], object]


class Row(NamedTuple):
    """One line of a table: seconds for one unit of work, the ratio to the baseline, and the bar it is held to."""

    name: str
    seconds: float
    ratio: float
    bar: float | None = None


def turns(contenders: Mapping[str, Contender], rounds: int) -> dict[str, list[float]]:
    """Seconds of every call of each contender, the contenders taking turns for `rounds` rounds.

    Each round begins with the next one: the first of a round finds the caches as the collector left them.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        gc.collect()
        first = number % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(_once(contenders[name]))
    return seconds


def _once(contender: Contender) -> float:
    start = process_time()
    contender()
    return process_time() - start


def compared(
    contenders: Mapping[str, Contender],
    *,
    units: int,
    rounds: int,
    bars: Mapping[str, float] | None = None,
) -> list[Row]:
    """Each contender beside the first one, which is the baseline; each call does `units` units of work.

    The time is the fastest; the ratio is the median of the ratios taken within a round, since a shared machine
    drifts between rounds more than inside one.
    """
    seconds = turns(contenders, rounds)
    baseline = next(iter(seconds.values()))
    held = bars or {}
    return [
        Row(
            name,
            min(taken) / units,
            median(one / other for one, other in zip(taken, baseline, strict=True)),
            held.get(name),
        )
        for name, taken in seconds.items()
    ]


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
