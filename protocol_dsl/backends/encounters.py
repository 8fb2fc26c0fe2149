"""The planned encounters of a protocol: every visit, runs of visits one by one, in the order of time and by epoch.

The calendar date of day 1 is not known to a back end, so everything is worked out for day 1 on many dates; what is the
same on all of them is fixed by the protocol, the rest hangs on the calendar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from statistics import median

from attrs import frozen

from protocol_dsl.ir.schedule import Epoch, Point, Schedule, Tolerance, Visit, VisitRun
from protocol_dsl.vocabulary.calendar import Duration, duration_text, shift_day

MOST = 400
"""More visits of one kind than anyone would plan."""

_FIRST = date(2023, 1, 1).toordinal()
STARTS = tuple(range(_FIRST, _FIRST + 1461, 13))
"""Days 1 tried: spread over every month and day of the month of a cycle of leap years."""

_SHORT = frozenset({"minute", "hour"})


@frozen
class Encounter:
    """One planned visit. `number` counts within its run (0: it is the only one), `point` says when in words.

    `offset` is in days from day 1 (0 is day 1 itself), None when the calendar or an event decides it. `epoch` is its
    place in `Schedule.epochs`, None when that does not follow. `open_ended` marks a run without an end, or tied to each
    dose: it stands for all of them. `visit` is None for a place that assessments name but no visit declares.
    """

    name: str
    label: str
    number: int
    point: str
    offset: int | None
    window: Tolerance | None
    epoch: int | None
    open_ended: bool = False
    visit: Visit | None = None


def encounters(schedule: Schedule) -> tuple[Encounter, ...]:
    """Every encounter in the order of time, as far as that is known; else in the order of the file."""
    plan = _Plan(schedule)
    found = [*plan.named_places(), *(each for visit in schedule.visits for each in plan.of_visit(visit))]
    keys: list[float] = []
    for _, key in found:
        keys.append(key if key is not None else (keys[-1] if keys else float("-inf")))

    order = sorted(range(len(found)), key=lambda at: keys[at])
    return tuple(found[at][0] for at in order)


def epoch_offsets(schedule: Schedule) -> tuple[int | None, ...]:
    """How many days after day 1 each epoch begins; None where the calendar or an event decides."""
    spans = [[begin for begin, _ in _epoch_spans(schedule, start)] for start in STARTS]
    found: list[int | None] = []
    for begins in zip(*spans, strict=True):
        offsets = {None if day is None else day - start for day, start in zip(begins, STARTS, strict=True)}
        found.append(offsets.pop() if len(offsets) == 1 else None)
    return tuple(found)


def study_day(offset: int) -> int:
    """The study day of a day `offset` from day 1, without a day 0: 1 for day 1, -1 for the day before."""
    return offset + 1 if offset >= 0 else offset


def point_words(point: Point) -> str:
    """`day 1`, `week 12`, `30 days after last dose`, `screening`."""
    of = (point.of or "").replace("_", " ")
    if point.number is not None:
        return " ".join(filter(None, (point.unit, str(point.number), of)))
    if point.offset is None:
        return of
    offset = Duration(abs(point.offset.count), point.offset.unit)
    return f"{duration_text(offset)} {'before' if point.offset.count < 0 else 'after'} {of}"


_Placed = tuple[Encounter, float | None]
"""An encounter, and where it stands in time."""


class _Plan:
    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._visits: Mapping[str, Visit] = {visit.name: visit for visit in schedule.visits}
        self._spans = [_epoch_spans(schedule, start) for start in STARTS]
        self._following: set[str] = set()

    def named_places(self) -> Iterator[_Placed]:
        """Places of assessments that no visit declares: screening, an epoch, an anchor. They come first, but for
        an epoch, which stands where it begins."""
        epochs = [epoch.name for epoch in self._schedule.epochs]
        seen = set(self._visits)
        for assessment in self._schedule.assessments:
            for place in assessment.at:
                name = place.removeprefix("each ")
                if place.startswith(("before ", "after ")) or name in seen:
                    continue
                seen.add(name)
                epoch = epochs.index(name) if name in epochs else self._screening(name)
                begins = None if epoch is None else self._spans[0][epoch][0]
                key = float("-inf") if begins is None or name not in epochs else begins - STARTS[0]
                yield Encounter(name, _label("", name), 0, _spoken(name), None, None, epoch), key

    def of_visit(self, visit: Visit) -> Iterator[_Placed]:
        """The encounters of one visit or run of visits."""
        if visit.at is not None:
            yield self._single(visit, visit.at)
            return
        planned = [self._run_days(visit, start) for start in STARTS]
        if any(days is None for days in planned) or len({len(days or ()) for days in planned}) != 1:
            yield self._whole(visit)
            return
        known = [days for days in planned if days is not None]
        base = f"day {self._schedule.numbered_from}"
        for at, (index, _, turn) in enumerate(known[0]):
            run = visit.runs[index]
            offsets = [days[at][1] - start for days, start in zip(known, STARTS, strict=True)]
            words = self._words(run, turn, _fixed(offsets), base)
            if at + 1 < len(known[0]) and known[0][at + 1][0] != index:
                base = words
            yield self._one_of_run(visit, run, at + 1, words, offsets)

    def _single(self, visit: Visit, point: Point) -> _Placed:
        days = [self._place(point, start) for start in STARTS]
        offsets = [day - start for day, start in zip(days, STARTS, strict=True) if day is not None]
        fixed = _fixed(offsets) if len(offsets) == len(STARTS) else None
        epoch = self._epoch(offsets) if offsets else self._epoch_named(point)
        each = (point.of or "").startswith("each ")
        encounter = Encounter(
            visit.name,
            _label(visit.label, visit.name),
            0,
            point_words(point),
            fixed,
            visit.window,
            epoch,
            each,
            visit,
        )
        if not offsets and point.of == "screening" and point.offset is None:
            return encounter, float("-inf")
        return encounter, median(offsets) if offsets else None

    def _one_of_run(
        self, visit: Visit, run: VisitRun, number: int, words: str, offsets: list[int]
    ) -> _Placed:
        label = f"{_label(visit.label, visit.name)}, {words}"
        window, epoch = run.window or visit.window, self._epoch(offsets)
        encounter = Encounter(visit.name, label, number, words, _fixed(offsets), window, epoch, False, visit)
        return encounter, median(offsets)

    def _words(self, run: VisitRun, turn: int, fixed: int | None, base: str) -> str:
        """When the visit `turn` intervals into a run is: `week 16`, `month 6`, `3 months after week 24`."""
        if fixed is not None:
            weekly = run.interval.unit == "week" and fixed % 7 == 0
            return f"week {fixed // 7}" if weekly else f"day {self._numbered(fixed)}"
        month = _month(run, turn)
        if month is not None:
            return f"month {month}"
        origin = base if run.first is None else point_words(run.first)
        after = duration_text(Duration(turn * run.interval.count, run.interval.unit))
        return f"{after} after {origin}" if turn else origin

    def _whole(self, visit: Visit) -> _Placed:
        """A run whose visits cannot be counted, as one."""
        words = ", then ".join(_run_words(run) for run in visit.runs)
        begins = [self._begin(visit, start) for start in STARTS]
        offsets = [day - start for day, start in zip(begins, STARTS, strict=True) if day is not None]
        window = visit.window or next((run.window for run in visit.runs if run.window), None)
        epoch = self._epoch(offsets) if offsets else None
        label = _label(visit.label, visit.name)
        encounter = Encounter(visit.name, label, 0, words, None, window, epoch, True, visit)
        return encounter, median(offsets) if offsets else None

    def _begin(self, visit: Visit, start: int) -> int | None:
        first = visit.runs[0].first if visit.runs else None
        return start if first is None else self._place(first, start)

    def _run_days(self, visit: Visit, start: int) -> list[tuple[int, int, int]] | None:
        """Run, day, and how many intervals into the run, of every visit; None when a run has no end."""
        found: list[tuple[int, int, int]] = []
        before = start
        for at, run in enumerate(visit.runs):
            origin = before if run.first is None else self._place(run.first, start)
            last = None if run.last is None else self._place(run.last, start)
            if origin is None or last is None or run.interval.unit in _SHORT or run.interval.count < 1:
                return None
            for turn, day in _steps(run, origin, start):
                if day > last:
                    break
                if len(found) >= MOST:
                    return None
                found.append((at, day, turn))
                before = day
        return found

    def _place(self, point: Point, start: int) -> int | None:
        """The day of a point when day 1 is `start`."""
        if point.number is not None:
            if point.unit == "day":
                return start + self._offset(point.number)
            return shift_day(start, Duration(point.number, point.unit))
        day = self._named(point.of or "", start)
        if day is None or point.offset is None:
            return day
        return None if point.offset.unit in _SHORT else shift_day(day, point.offset)

    def _named(self, name: str, start: int) -> int | None:
        if name == self._schedule.day_one:
            return start
        for epoch, (begins, _) in zip(self._schedule.epochs, self._spans[STARTS.index(start)], strict=True):
            if epoch.name == name:
                return begins
        visit = self._visits.get(name)
        if visit is None or visit.at is None or name in self._following:
            return None
        self._following.add(name)  # a visit that hangs on itself has no day
        try:
            return self._place(visit.at, start)
        finally:
            self._following.discard(name)

    def _offset(self, number: int) -> int:
        """Days from day 1 of a numbered day: there is a day 0 only where days are counted from it."""
        if self._schedule.numbered_from == 0:
            return number
        return number - 1 if number > 0 else number

    def _numbered(self, offset: int) -> int:
        return offset if self._schedule.numbered_from == 0 else study_day(offset)

    def _epoch(self, offsets: list[int]) -> int | None:
        """The epoch that holds the encounter whatever the date of day 1."""
        found = {
            _holding(spans, start + offset, start)
            for spans, start, offset in zip(self._spans, STARTS, offsets, strict=False)
        }
        return found.pop() if len(found) == 1 else None

    def _epoch_named(self, point: Point) -> int | None:
        names = [epoch.name for epoch in self._schedule.epochs]
        if point.of in names:
            return names.index(point.of)
        return self._screening(point.of or "")

    def _screening(self, name: str) -> int | None:
        """Screening belongs to the epoch of that name."""
        if name != "screening":
            return None
        words = [f"{epoch.name} {epoch.label}".lower() for epoch in self._schedule.epochs]
        return next((at for at, text in enumerate(words) if "screening" in text), None)


def _steps(run: VisitRun, origin: int, start: int) -> Iterator[tuple[int, int]]:
    """Turns and days of a run from its first point on; without one, from one interval after `origin`."""
    for turn in range(1 if run.first is None else 0, MOST + 2):
        month = _month(run, turn)
        if month is not None:
            # Counted from day 1 itself, so that a short month does not shift those after it.
            yield turn, shift_day(start, Duration(month, "month"))
        else:
            yield turn, shift_day(origin, Duration(turn * run.interval.count, run.interval.unit))


def _month(run: VisitRun, turn: int) -> int | None:
    """The month from day 1 of a run that begins at a numbered month and goes on in months or years."""
    first = run.first
    if first is None or first.unit != "month" or first.number is None:
        return None
    if run.interval.unit not in {"month", "year"}:
        return None
    return first.number + turn * run.interval.count * (12 if run.interval.unit == "year" else 1)


_Span = tuple[int | None, int | None]
"""First day of an epoch, and the first day after it; None where it is not fixed."""


def _epoch_spans(schedule: Schedule, start: int) -> list[_Span]:
    """Where the epochs lie when day 1 is `start`."""
    begins: list[int | None] = []
    ends: list[int | None] = []
    for at, epoch in enumerate(schedule.epochs):
        begin = _begin_of(epoch, schedule, start, ends[at - 1] if at else None, begins)
        begins.append(begin)
        ends.append(_end_of(epoch, schedule, start, begin))
    for at in range(len(begins) - 1):  # an epoch ends where the next one begins
        if ends[at] is None and begins[at + 1] is not None:
            ends[at] = begins[at + 1]
    return list(zip(begins, ends, strict=True))


def _begin_of(
    epoch: Epoch, schedule: Schedule, start: int, before: int | None, earlier: list[int | None]
) -> int | None:
    if epoch.start is not None:
        if epoch.start == schedule.day_one:
            return start
        names = [one.name for one in schedule.epochs[: len(earlier)]]
        return earlier[names.index(epoch.start)] if epoch.start in names else None
    return before


def _end_of(epoch: Epoch, schedule: Schedule, start: int, begin: int | None) -> int | None:
    if epoch.end is not None and epoch.end == schedule.day_one:
        return start
    if begin is None or epoch.duration is None or epoch.duration.unit in _SHORT:
        return None
    return shift_day(begin, epoch.duration)


def _holding(spans: list[_Span], day: int, start: int) -> int | None:
    for at, (begin, end) in enumerate(spans):
        if begin is not None and begin <= day and (end is None or day < end):
            return at
    # Before day 1, and nothing begins on a known day: the epoch that ends last by then.
    if day < start:
        ended = [
            at for at, (begin, end) in enumerate(spans) if begin is None and end is not None and day < end
        ]
        return ended[0] if len(ended) == 1 else None
    return None


def _fixed(offsets: list[int]) -> int | None:
    return offsets[0] if len(set(offsets)) == 1 else None


def _label(label: str, name: str) -> str:
    words = label or _spoken(name)
    return words[:1].upper() + words[1:]


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _run_words(run: VisitRun) -> str:
    first = f" from {point_words(run.first)}" if run.first else ""
    last = f" to {point_words(run.last)}" if run.last else ""
    return f"every {duration_text(run.interval).removeprefix('1 ')}{first}{last}"
