"""Features of dated series by definition. Order of rows never matters; an unknown series gives unknown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import combinations

from attrs import frozen

from protocol_dsl.ir.evaluate.formulas import ends
from protocol_dsl.ir.evaluate.kleene import Truth, decided
from protocol_dsl.ir.evaluate.patient import Scalar
from protocol_dsl.ir.evaluate.repeats import fewest, most
from protocol_dsl.ir.evaluate.time import Limits, lies_in
from protocol_dsl.ir.features import Pick, SamplePart
from protocol_dsl.runtime.records import ILLEGIBLE, Range, Sample

Samples = Sequence[Sample] | None
Passes = Callable[[Sample], Truth]
Count = float | Range | None


def certainly_in(samples: Samples, limits: Limits) -> list[Sample]:
    """The samples that lie in the window whatever is left open."""
    return [sample for sample in samples or () if lies_in(sample.when, limits) is True]


def possibly_in(samples: Samples, limits: Limits) -> list[Sample]:
    """The samples that may lie in the window, certain ones included."""
    return [sample for sample in samples or () if lies_in(sample.when, limits) is not False]


def picked(samples: Samples, limits: Limits, pick: Pick, part: SamplePart) -> Scalar:
    """The latest, first, highest or lowest sample in the window, as far as it is known."""
    certain, possible = certainly_in(samples, limits), possibly_in(samples, limits)
    if not certain:
        return None
    match pick:
        case "latest" | "first":
            candidates = latest_of(certain, possible) if pick == "latest" else first_of(certain, possible)
            parts: list[Scalar] = [getattr(sample, part) for sample in candidates]
            if all(value == parts[0] for value in parts):
                return parts[0]
            # Which limit of normal holds is open, but that there is one is not: none declared may replace it.
            return None if part == "value" else ILLEGIBLE
        case "highest":
            low = max(bounds_of(sample).low for sample in certain)
            return _between(low, max(bounds_of(sample).high for sample in possible))
        case "lowest":
            high = min(bounds_of(sample).high for sample in certain)
            return _between(min(bounds_of(sample).low for sample in possible), high)


def latest_of(certain: list[Sample], possible: list[Sample]) -> list[Sample]:
    """Those of the possible samples that no certain one certainly lies after."""
    return [one for one in possible if not any(other.when.first > one.when.last for other in certain)]


def first_of(certain: list[Sample], possible: list[Sample]) -> list[Sample]:
    """Those of the possible samples that no certain one certainly lies before."""
    return [one for one in possible if not any(other.when.last < one.when.first for other in certain)]


def leave_open(samples: Samples, limits: Limits) -> bool:
    """Whether it is open what the latest sample in the window says, or that it lies there."""
    told = [sample for sample in certainly_in(samples, limits) if sample.legible]
    candidates = latest_of(told, possibly_in(samples, limits))
    alike = len({sample[1:] for sample in candidates}) <= 1
    return not alike or any(sample not in told for sample in candidates)


def bounds_of(sample: Sample) -> Range:
    """The range a sample's value lies in; anything when it is unknown."""
    value = sample.value
    return ends(value) if isinstance(value, (float, Range)) else Range(-math.inf, math.inf)


def _between(low: float, high: float) -> Count:
    if low == high:
        return low
    return None if (low, high) == (-math.inf, math.inf) else Range(low, high)


def mean(samples: Samples, limits: Limits, last: int | None) -> float | None:
    """The mean of the last `last` samples in the window, or of all of them; summed oldest first."""
    samples = most(samples or ())
    chosen = _all_in(samples, limits) if last is None else _last_in(samples, limits, last)
    if len(fewest(chosen)) < len(chosen):
        return None
    values = [sample.value for sample in sorted(chosen, key=_oldest_first)]
    numbers = [value for value in values if isinstance(value, float)]
    if not values or len(numbers) < len(values):
        return None
    total = 0.0
    for value in numbers:
        total += value
    return total / len(numbers) if math.isfinite(total) else None


def _oldest_first(sample: Sample) -> tuple[int, int, float]:
    return (*sample.when, bounds_of(sample).low)


def _all_in(samples: Samples, limits: Limits) -> list[Sample]:
    certain, possible = certainly_in(samples, limits), possibly_in(samples, limits)
    return certain if len(certain) == len(possible) else []


def _last_in(samples: Samples, limits: Limits, last: int) -> list[Sample]:
    """The last `last` samples when it is certain which they are: fewer than `last` others may stand beside or
    after each."""
    possible = possibly_in(samples, limits)
    chosen = [
        one
        for one in certainly_in(samples, limits)
        if sum(other is not one and other.when.last >= one.when.first for other in possible) < last
    ]
    return chosen if len(chosen) == last else []


def change(samples: Samples, limits: Limits, relative: bool) -> float | None:
    """Latest minus first, when one sample in the window certainly lies after another; `relative` divides by
    the first."""
    certain = certainly_in(samples, limits)
    latest, first = picked(samples, limits, "latest", "value"), picked(samples, limits, "first", "value")
    if not any(other.when.first > one.when.last for one in certain for other in certain):
        return None
    if not isinstance(latest, float) or not isinstance(first, float) or (relative and first == 0):
        return None
    result = (latest - first) / first if relative else latest - first
    return result if math.isfinite(result) else None


def count(samples: Samples, limits: Limits, passes: Passes) -> Count:
    """How many samples in the window pass."""
    if samples is None:
        return None
    low = sum(passes(sample) is True for sample in certainly_in(fewest(samples), limits))
    high = sum(passes(sample) is not False for sample in possibly_in(most(samples), limits))
    return float(low) if low == high else Range(float(low), float(high))


def consecutive(samples: Samples, limits: Limits, length: int, passes: Passes) -> Truth:
    """Some `length` samples next to each other in time, all in the window, all passing.

    Certain when none that may fail may stand between them; impossible when every choice has one that fails
    and must stand between them. Fewer than `length` samples certainly in the window settle nothing.
    """
    if samples is None:
        return None
    least, often = (_consecutive(some, limits, length, passes) for some in (fewest(samples), most(samples)))
    return decided(least is True, least is False and often is False)


def _consecutive(samples: list[Sample], limits: Limits, length: int, passes: Passes) -> Truth:
    certain = certainly_in(samples, limits)
    sure = [sample for sample in certain if passes(sample) is True]
    doubtful = [sample for sample in samples if passes(sample) is not True]
    maybe = [sample for sample in possibly_in(samples, limits) if passes(sample) is not False]
    failing = [sample for sample in samples if passes(sample) is False]
    certainly = any(
        not any(_may_part(other, run) for other in doubtful) for run in combinations(sure, length)
    )
    possibly = any(
        not any(_must_part(other, run) for other in failing) for run in combinations(maybe, length)
    )
    return decided(certainly, len(certain) >= length and not possibly)


def _may_part(other: Sample, run: tuple[Sample, ...]) -> bool:
    """Whether `other` may stand between two samples of the run (at one moment any order may be true)."""
    return any(
        max(before.when.first, other.when.first) <= min(after.when.last, other.when.last)
        for before in run
        for after in run
        if before is not after
    )


def _must_part(other: Sample, run: tuple[Sample, ...]) -> bool:
    """Whether `other` certainly stands after one sample of the run and before another."""
    after_one = any(other.when.first > sample.when.last for sample in run)
    return after_one and any(other.when.last < sample.when.first for sample in run)


@frozen
class Stretch:
    """The window of a state that lasts: `limits` the window itself, `before` all time up to its start (the
    place of the start included unless strict), `until` all time up to and with the place of its start,
    `through` all time from its end on, `recent` the part of it in which a sample must stand."""

    limits: Limits
    before: Limits
    until: Limits
    through: Limits
    recent: Limits


def held(samples: Samples, stretch: Stretch, passes: Passes) -> Truth:
    """A state seen at or before the start of the window, seen again inside, and not contradicted."""
    if samples is None:
        return None
    inside = possibly_in(samples, stretch.limits)
    last_before = latest_of(certainly_in(samples, stretch.until), possibly_in(samples, stretch.until))
    early = [sample for sample in certainly_in(samples, stretch.before) if passes(sample) is True]
    recent = [
        sample
        for sample in certainly_in(certainly_in(samples, stretch.limits), stretch.recent)
        if passes(sample) is True
    ]
    return decided(
        any(one != other for one in early for other in recent)
        and all(passes(sample) is True for sample in [*inside, *last_before]),
        any(passes(sample) is False for sample in certainly_in(samples, stretch.limits)),
    )


def unchanged(samples: Samples, before: Limits, limits: Limits) -> Truth:
    """A sample before the window, and all inside it equal to the last of those."""
    if samples is None:
        return None
    base = certainly_in(samples, before)
    last_before = latest_of(base, possibly_in(samples, before))
    inside = certainly_in(samples, limits)
    return decided(
        bool(base)
        and all(_surely_equal(last_before[0], one) for one in last_before)
        and all(_surely_equal(last_before[0], one) for one in possibly_in(samples, limits)),
        (bool(base) and any(all(_surely_differ(one, other) for other in last_before) for one in inside))
        or any(_surely_differ(one, other) for one, other in combinations(inside, 2)),
    )


def _surely_equal(one: Sample, other: Sample) -> bool:
    exact = isinstance(one.value, (float, str))
    return exact and one.value == other.value


def _surely_differ(one: Sample, other: Sample) -> bool:
    if isinstance(one.value, str) and isinstance(other.value, str):
        return one.value != other.value
    return bounds_of(one).high < bounds_of(other).low or bounds_of(one).low > bounds_of(other).high
