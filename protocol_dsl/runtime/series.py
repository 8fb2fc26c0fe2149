"""Reduces a patient's dated series (labs, measures, findings) to one value over a window.

Dates may be partial, so a sample lies in a window certainly, possibly or certainly not; nothing here
depends on the order of the rows. Of a series that is None nothing is known; a window that is None hangs on
an anchor that does not exist: a condition over it is false, a value unknown, a count 0. `where` is asked of
one sample and may answer unknown (None).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from math import inf, isfinite

from protocol_dsl.runtime.records import ILLEGIBLE, Range, Sample, Value, between
from protocol_dsl.runtime.repeats import fewest_and_most, repeated
from protocol_dsl.runtime.windows import MaybeWindow, Stretch, Window, contains, if_exists
from protocol_dsl.vocabulary.calendar import BEGINNING, FOREVER

Samples = tuple[Sample, ...] | None
SampleTest = Callable[[Sample], bool | None]
SampleContent = float | Range | str | None

VALUE, UPPER, LOWER = 1, 2, 3
"""The part of a sample asked for: its value, or its own upper or lower limit of normal."""


def latest_value(samples: Samples, window: Window | None, part: int = VALUE) -> SampleContent:
    """The `part` of the latest sample in the window; unknown when none is certainly there, or when several
    may be the latest and differ (limits of normal that differ are `ILLEGIBLE`, for some limit is there)."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    start_first, start_last, end_first, end_last = window
    if len(samples) == 1:
        first, last = samples[0][0]
        return samples[0][part] if first >= start_last and last <= end_first else None  # type: ignore[return-value]
    newest = 0
    for sample in samples:
        first, last = sample[0]
        if first > newest and first >= start_last and last <= end_first:
            newest = first
    if not newest:
        return None
    found: list[SampleContent] = []
    for sample in samples:
        first, last = sample[0]
        if last >= newest and last >= start_first and first <= end_last:
            found.append(sample[part])  # type: ignore[arg-type]
    return _agreed(found, part)


def first_value(samples: Samples, window: Window | None, part: int = VALUE) -> SampleContent:
    """The `part` of the first sample in the window, as `latest_value`."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    start_first, start_last, end_first, end_last = window
    oldest = FOREVER + 1
    for sample in samples:
        first, last = sample[0]
        if last < oldest and first >= start_last and last <= end_first:
            oldest = last
    if oldest > FOREVER:
        return None
    found: list[SampleContent] = []
    for sample in samples:
        first, last = sample[0]
        if first <= oldest and last >= start_first and first <= end_last:
            found.append(sample[part])  # type: ignore[arg-type]
    return _agreed(found, part)


def series_open(samples: Sequence[Sample], window: Window) -> bool:
    """Whether it is open what the latest sample in the window says, or that it lies there."""
    certain, possible = _split(samples, window)
    told = {sample for sample in certain if sample.legible}
    newest = max((sample.when.first for sample in told), default=0)
    candidates = {sample for sample in possible if sample.when.last >= newest}
    return not candidates <= told or len({sample[1:] for sample in candidates}) > 1


def _agreed(found: list[SampleContent], part: int) -> SampleContent:
    if found.count(found[0]) == len(found):
        return found[0]
    return None if part == VALUE else ILLEGIBLE


def highest_value(samples: Samples, window: Window | None) -> Value:
    """The highest value in the window, as far as every sample that may be in it bounds it."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    certain, possible = _split(samples, window)
    if not certain:
        return None
    low = max(_limits(sample[1])[0] for sample in certain)
    return between(low, max(_limits(sample[1])[1] for sample in possible))


def lowest_value(samples: Samples, window: Window | None) -> Value:
    """The lowest value in the window, as `highest_value`."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    certain, possible = _split(samples, window)
    if not certain:
        return None
    high = min(_limits(sample[1])[1] for sample in certain)
    return between(min(_limits(sample[1])[0] for sample in possible), high)


def _limits(value: SampleContent) -> tuple[float, float]:
    if isinstance(value, (float, int)):
        return value, value
    return value if isinstance(value, Range) else (-inf, inf)


def mean_value(samples: Samples, window: Window | None, last: int | None = None) -> Value:
    """The mean of the `last` samples in the window (fewer: unknown), or of all (none: unknown), summed oldest
    first. Unknown as soon as one value, or which samples they are, is open."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    certain, possible = _split(fewest_and_most(samples)[1], window)
    if last is None:
        chosen = [] if len(possible) > len(certain) else certain
    else:
        chosen = _last_samples(certain, possible, last)
    if repeated(chosen):
        return None
    total = 0.0
    for sample in sorted(chosen, key=_time_then_value):
        if not isinstance(sample.value, (float, int)):
            return None
        total += sample.value
    return total / len(chosen) if chosen and isfinite(total) else None


def _time_then_value(sample: Sample) -> tuple[int, int, float]:
    return *sample.when, _limits(sample.value)[0]


def _last_samples(certain: list[Sample], possible: list[Sample], count: int) -> list[Sample]:
    """The last `count` samples in the window; none when too few are there or which they are is open."""
    starts = sorted(sample.when.first for sample in certain)
    among = [one for one in possible if len(starts) - bisect_right(starts, one.when.last) < count]
    sure = [one for one in certain if len(starts) - bisect_right(starts, one.when.last) < count]
    return sure if len(sure) == len(among) == count else []


def sample_count(samples: Samples, window: Window | None, where: SampleTest | None = None) -> Value:
    """How many samples in the window pass `where`; unknown when nothing is known of the series."""
    if window is None:
        return 0.0
    if samples is None:
        return None
    fewest, most = fewest_and_most(samples)
    certain, possible = _split(fewest, window)
    if most is not fewest:
        possible = _split(most, window)[1]
    if isinstance(window, MaybeWindow):
        certain = []
    if where is not None:
        certain = [sample for sample in certain if where(sample)]
        possible = [sample for sample in possible if where(sample) is not False]
    return between(float(len(certain)), float(len(possible)))


def sample_change(samples: Samples, window: Window | None, relative: bool = False) -> Value:
    """The latest value in the window minus the first in it, `relative` divided by the first (zero: unknown).
    Unknown unless both are exact and one sample in the window certainly lies after another."""
    if not samples or window is None or isinstance(window, MaybeWindow):
        return None
    certain, _ = _split(samples, window)
    new, old = latest_value(samples, window), first_value(samples, window)
    if not certain or not isinstance(new, (float, int)) or not isinstance(old, (float, int)):
        return None
    apart = max(sample.when.first for sample in certain) > min(sample.when.last for sample in certain)
    if not apart or (relative and old == 0):
        return None
    change = (new - old) / old if relative else new - old
    return change if isfinite(change) else None


def consecutive(samples: Samples, window: Window | None, count: int, where: SampleTest) -> bool | None:
    """Whether some `count` samples next to each other in time, all in the window, all pass `where`.

    True when `count` certainly do with none between them that is not certain to; false when among any `count`
    that may, one certainly fails. Samples whose dates overlap may have come in either order. Fewer than `count`
    samples certainly in the window settle nothing.
    """
    if window is None:
        return False
    if samples is None:
        return None
    fewest, most = fewest_and_most(samples)
    found = _consecutive(fewest, window, count, where)
    if most is fewest or found or _consecutive(most, window, count, where) is found:
        return found
    return None


def _consecutive(samples: Sequence[Sample], window: Window, count: int, where: SampleTest) -> bool | None:
    sure: list[Sample] = []
    maybe: list[Sample] = []
    doubtful: list[Sample] = []
    failing: list[Sample] = []
    seen = 0
    for sample in samples:
        passes, inside = where(sample), contains(window, sample.when)
        seen += inside is True
        if not passes:
            doubtful.append(sample)
        elif inside:
            sure.append(sample)
        if passes is False:
            failing.append(sample)
        elif inside is not False:
            maybe.append(sample)
    if _unparted(sure, doubtful, count):
        return if_exists(window, True)
    return None if seen < count or _may_be_unparted(maybe, failing, count) else False


def _unparted(sure: list[Sample], doubtful: list[Sample], count: int) -> bool:
    """Whether `count` of the sure samples lie on one side of each doubtful one, whatever the dates leave
    open."""
    if count <= 1 or len(sure) < count:
        return len(sure) >= count
    starts = sorted(sample.when.first for sample in doubtful)
    ends = sorted(sample.when.last for sample in doubtful)
    runs: dict[int, int] = {}
    for first, last in (sample.when for sample in sure):
        earlier, not_later = bisect_left(ends, first), bisect_right(starts, last)
        if earlier == not_later:  # none overlaps it, so the count tells which ones come before it
            runs[earlier] = runs.get(earlier, 0) + 1
    return any(run >= count for run in runs.values())


def _may_be_unparted(maybe: list[Sample], failing: list[Sample], count: int) -> bool:
    """Whether some `count` of the samples can stand together with no failing one certainly among them."""
    if len(maybe) < count:
        return False
    for earliest in maybe:
        limit = min(
            (bad.when.last for bad in failing if bad.when.first > earliest.when.last), default=FOREVER
        )
        together = [one for one in maybe if one.when.last >= earliest.when.last and one.when.first <= limit]
        if len(together) >= count:
            return True
    return False


def series_held(samples: Samples, stretch: Stretch | None, where: SampleTest) -> bool | None:
    """Whether a state was seen at or before the stretch's start, again inside, and never contradicted.

    False when a contrary sample certainly lies inside; else unknown.
    """
    if stretch is None:
        return False
    if not samples:
        return None
    inside, maybe_inside = _split(samples, stretch.window)
    if False in map(where, inside):
        return False
    if not all(map(where, maybe_inside + _last_of(samples, stretch.until))):
        return None
    early = [sample for sample in _split(samples, stretch.before)[0] if where(sample)]
    late = [sample for sample in _split(inside, stretch.recent)[0] if where(sample)]
    # Two different ones: where both are there and not all are the same, some early one is not some late one.
    seen_twice = early and late and len({*early, *late}) > 1
    return if_exists(stretch.window, True) if seen_twice else None


def series_unchanged(samples: Samples, window: Window | None) -> bool | None:
    """Whether a sample stands before the window and all inside equal the last of those; false when one inside
    certainly differs from it or from another inside."""
    if window is None:
        return False
    if not samples:
        return None
    inside, maybe_inside = _split(samples, window)
    earlier = Window(BEGINNING, BEGINNING, window.start_first - 1, window.start_last - 1)
    begun = bool(_split(samples, earlier)[0])
    base = _last_of(samples, earlier) if begun else []
    if _some_differ(inside) or (begun and any(all(_differ(one, old) for old in base) for one in inside)):
        return False
    constant = begun and isinstance(base[0].value, (float, int, str))
    if constant and all(one.value == base[0].value for one in base + maybe_inside):
        return if_exists(window, True)
    return None


def _differ(one: Sample, other: Sample) -> bool:
    """Whether two values are certainly not the same."""
    if isinstance(one.value, str) and isinstance(other.value, str):
        return one.value != other.value
    (low, high), (other_low, other_high) = _limits(one.value), _limits(other.value)
    return high < other_low or other_high < low


def _some_differ(samples: list[Sample]) -> bool:
    """Whether some two of the values are certainly not the same."""
    if len({sample.value for sample in samples if isinstance(sample.value, str)}) > 1:
        return True
    limits = [_limits(sample.value) for sample in samples]
    return bool(limits) and min(high for _, high in limits) < max(low for low, _ in limits)


def _last_of(samples: Sequence[Sample], window: Window) -> list[Sample]:
    """The samples that may be the latest in the window."""
    certain, possible = _split(samples, window)
    newest = max((sample.when.first for sample in certain), default=0)
    return [sample for sample in possible if sample.when.last >= newest]


def _split(samples: Sequence[Sample], window: Window) -> tuple[list[Sample], list[Sample]]:
    """The samples certainly in the window, and all that may be."""
    start_first, start_last, end_first, end_last = window
    certain: list[Sample] = []
    possible: list[Sample] = []
    for sample in samples:
        first, last = sample[0]
        if last >= start_first and first <= end_last:
            possible.append(sample)
            if first >= start_last and last <= end_first:
                certain.append(sample)
    return certain, possible
