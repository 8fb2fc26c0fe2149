"""Visits and assessments in words."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.docs.planned import MOST, fixed_days, window_days
from protocol_dsl.backends.docs.treatment import TreatmentWords, sentence_part, tolerance
from protocol_dsl.backends.docs.words import every, length, sentence, series, title_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Epoch, Point, Timeline, Visit, VisitRun
from protocol_dsl.vocabulary.calendar import Duration


@frozen
class VisitView:
    """One visit or run of visits."""

    label: str
    when: str
    window: str
    quotes: tuple[str, ...]


@frozen
class ScheduleView:
    """Epochs and visits; all empty when the source states none. `assessed`: it states what is assessed."""

    epochs: tuple[tuple[str, str], ...]
    visits: tuple[VisitView, ...]
    assessed: bool
    timelines: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def empty(self) -> bool:
        """Whether the source states nothing of the kind."""
        return not (self.epochs or self.visits or self.assessed or self.timelines)


def schedule(protocol: Protocol, words: TreatmentWords) -> ScheduleView:
    """The visits and assessments of a protocol."""
    plan = protocol.schedule
    facts = {fact.name: sentence(fact.label) for fact in protocol.facts}
    return ScheduleView(
        epochs=tuple((sentence(epoch.label) or title_of(epoch.name), _epoch(epoch)) for epoch in plan.epochs),
        visits=tuple(_visit(visit) for visit in plan.visits),
        assessed=bool(plan.assessments),
        timelines=tuple(_timeline(one, facts, words) for one in plan.timelines),
    )


def point(point: Point) -> str:
    """A planned point: "day 1", "week 12 (day 85)", "30 days after the last dose"."""
    words = ""
    if point.number is not None:
        words = f"{point.unit} {point.number}"
        words += f" (day {7 * point.number + 1})" if point.unit == "week" else ""
    elif point.offset is not None:
        words = f"{length(point.offset)} {'before' if point.offset.count < 0 else 'after'}"
    return " ".join(filter(None, (words, sentence_part(point.of or ""))))


def visit_days(protocol: Protocol) -> tuple[int, ...]:
    """Days (the first being 1) of the visits planned on the study's own clock in days or weeks."""
    plan = protocol.schedule
    found = [day for visit in plan.visits for day in _days(visit, plan.numbered_from)]
    return tuple(sorted(set(found)))


def visit_windows(protocol: Protocol) -> tuple[tuple[int, int], ...]:
    """The first and the last day of the window of each of those visits that has one."""
    plan = protocol.schedule
    return tuple(
        window
        for visit in plan.visits
        for window in window_days(_days(visit, plan.numbered_from), {visit.window})
    )


def _days(visit: Visit, numbered_from: int) -> list[int]:
    if visit.at is not None:
        day = _day(visit.at, numbered_from)
        return [] if day is None else [day]
    found: list[int] = []
    for run in visit.runs:
        interval = fixed_days(run.interval)
        ends = [None if point is None else _day(point, numbered_from) for point in (run.first, run.last)]
        if interval and ends[0] is not None and ends[1] is not None:
            found += range(ends[0], ends[1] + 1, interval)
    return found[:MOST]


def _day(point: Point, numbered_from: int) -> int | None:
    """The day of a point; None for calendar months and for what hangs on another event."""
    if point.number is None or point.of is not None or point.unit == "month":
        return None
    return 7 * point.number + 1 if point.unit == "week" else point.number + 1 - numbered_from


def _visit(visit: Visit) -> VisitView:
    when = point(visit.at) if visit.at else "; then ".join(_run(run) for run in visit.runs)
    return VisitView(
        label=sentence(visit.label) or title_of(visit.name),
        when=when,
        window=tolerance(visit.window) if visit.window else "none stated",
        quotes=tuple(" ".join(cited.words.split()) for cited in visit.citations),
    )


def _run(run: VisitRun) -> str:
    first = f" from {point(run.first)}" if run.first else ""
    last = f" to {point(run.last)}" if run.last else ""
    return f"{every(run.interval)}{first}{last}"


def _epoch(epoch: Epoch) -> str:
    start = f"from {sentence_part(epoch.start)}" if epoch.start else "after the one before"
    lasts = f"for {length(epoch.duration)}" if epoch.duration else ""
    end = f"until {sentence_part(epoch.end)}" if epoch.end else ""
    return ", ".join(filter(None, (start, lasts, end)))


def _timeline(
    timeline: Timeline, facts: dict[str, str], words: TreatmentWords
) -> tuple[str, tuple[tuple[str, str], ...]]:
    heading = f"{title_of(timeline.name)}, around each {words.inside(timeline.around)}"
    rows = (
        (facts.get(what) or title_of(what), series(_moment(one) for one in at)) for what, at in timeline.what
    )
    return heading, tuple(rows)


def _moment(offset: Duration) -> str:
    if offset.count == 0:
        return "at the dose"
    return f"{length(offset)} {'before' if offset.count < 0 else 'after'}"
