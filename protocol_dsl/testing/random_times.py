"""Dates where mistakes are made: month ends, leap days, the edges of a protocol's windows and the days beside
them, known to the second, the day, the month, the year, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from protocol_dsl.ir.evaluate.time import date_of, day_place, days_of, reached
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.vocabulary.calendar import ANY_TIME, DAY, Duration, When

JUDGING_DAYS = (
    date(2024, 2, 29),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2024, 3, 31),
    date(2024, 12, 31),
    date(2025, 5, 30),
    date(2026, 3, 2),
)


class TimeMaker:
    """Draws moments round one day of judging for the windows of one protocol."""

    def __init__(self, rng: Random, protocol: Protocol) -> None:
        self.rng = rng
        self.offsets = sorted({offset for one in protocol.features for offset in _offsets(one.node)})
        self.on = self._judging()
        self.marks = [self.on.first]

    def _judging(self) -> When:
        place = day_place(self.rng.choice(JUDGING_DAYS))
        if self.rng.random() < 0.8:
            return When(*place)
        second = self.rng.choice((place.first, place.first + self.rng.randrange(DAY), place.last))
        return When(second, second)

    def mark(self, when: When) -> When:
        """Remember `when` as a date that windows may be anchored to."""
        if when != ANY_TIME:
            self.marks.append(when.first)
        return when

    def when(self) -> When:
        """A moment, most often one day known to the day, at or beside the edge of some window."""
        second = self._moment()
        day = date_of(second)
        match self.rng.choices(range(5), weights=(12, 4, 2, 1, 1))[0]:
            case 0:
                return When(*day_place(day))
            case 1:
                return When(second, second)
            case 2:
                return When(day_place(day.replace(day=1)).first, day_place(_month_end(day)).last)
            case 3:
                year = day.year
                return When(day_place(date(year, 1, 1)).first, day_place(date(year, 12, 31)).last)
            case _:
                return ANY_TIME

    def _moment(self) -> int:
        mark = self.rng.choice(self.marks)
        if not self.offsets or self.rng.random() < 0.2:
            return mark + self.rng.randint(-400, 40) * DAY
        place = reached(mark, self.rng.choice((*self.offsets, Duration(0, "day"))))
        if self.rng.random() < 0.4:
            return self.rng.randint(min(mark, place.first), max(mark, place.last))
        beside = self.rng.choice((0, 0, 0, -1, 1, -DAY, DAY))
        return self.rng.choice((place.first, place.last)) + beside

    def later(self, start: When) -> When:
        """An end for what began at `start`: the same time, a later one, or one not surely later."""
        end = self.when()
        if self.rng.random() < 0.3 or end.last < start.first:
            return start
        return When(max(start.first, end.first), end.last)

    def birth(self) -> When:
        """A date of birth whose anniversaries fall on or beside the day of judging; now and then partial."""
        years = self.rng.choice((0, 1, 2, 17, 18, 19, 64, 65, 66, 80))
        place = reached(self.on.first, Duration(-years, "year"))
        day = date_of(place.first + self.rng.choice((-DAY, 0, DAY, -200 * DAY, -300 * DAY)))
        match self.rng.randrange(5):
            case 0:
                return When(day_place(day.replace(day=1)).first, day_place(_month_end(day)).last)
            case 1:
                return When(day_place(date(day.year, 1, 1)).first, day_place(date(day.year, 12, 31)).last)
            case _:
                return days_of(When(*day_place(day)))


def _month_end(day: date) -> date:
    return date_of(reached(day_place(day.replace(day=1)).first, Duration(1, "month")).first - DAY)


def _offsets(node: FeatureNode) -> Iterator[Duration]:
    window = getattr(node, "window", None)
    for edge in (window.start, window.end) if window else ():
        yield from edge.offsets if edge else ()
    recent = getattr(node, "recent", None)
    if recent:
        yield Duration(-recent.count, recent.unit)
