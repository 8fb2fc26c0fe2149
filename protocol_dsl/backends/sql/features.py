"""Every feature as columns of the patient: which reductions it takes, and what they come to."""

from __future__ import annotations

from typing import assert_never

from attrs import evolve, frozen
from sqlglot import exp

from protocol_dsl.backends.frame import Frame, short
from protocol_dsl.backends.sql import events
from protocol_dsl.backends.sql.ages import Ages
from protocol_dsl.backends.sql.algebra import both, case, compared, double, either, if_null, is_null, negated
from protocol_dsl.backends.sql.anchors import Anchors
from protocol_dsl.backends.sql.dialects import Dialect, midnight, moment, shifted_moment
from protocol_dsl.backends.sql.doubt import CERTAIN, Doubt, Limits, Time, all_of, lies_in, no
from protocol_dsl.backends.sql.events import Events, Occurrences
from protocol_dsl.backends.sql.facts import Known
from protocol_dsl.backends.sql.filters import Filters
from protocol_dsl.backends.sql.lasting import Lasting, Stretch
from protocol_dsl.backends.sql.plan import PatientColumn, Plan
from protocol_dsl.backends.sql.series import Ends, Samples, Series
from protocol_dsl.backends.sql.times import JUDGED, Anchored, Windows, end_of_judged_day, judged_day
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.show_features import node_words, window_words
from protocol_dsl.vocabulary.calendar import DAY, FOREVER, Duration

OneSeries = SampleValue | SampleMean | SampleCount | SampleChange | Consecutive
Value = exp.Expr | Ends


@frozen
class Features:
    """Adds the features of a protocol to a plan."""

    plan: Plan
    dialect: Dialect
    facts: dict[str, Fact]
    frame: Frame
    known: Known
    filters: Filters
    anchors: Anchors
    windows: Windows
    series: Series
    lasting: Lasting
    events: Events

    def add(self, feature: Feature) -> None:
        """The columns of one feature."""
        about = (f"{feature.words}: {node_words(feature.node)}",)
        if feature.type == "set":
            for (owner, choice), name in self.frame.has.items():
                if owner == feature.id and isinstance(feature.node, Given):
                    held = self.known.holds(feature.node.fact, choice)
                    self.plan.column(PatientColumn(name, held, (*about, f"holds {choice}")))
            return
        value = self._value(feature)
        if not isinstance(value, Ends):
            self.plan.column(PatientColumn(self.frame.plain[feature.id], value, about))
            return
        self.plan.column(PatientColumn(self.frame.low[feature.id], value.low, (*about, "at least")))
        self.plan.column(PatientColumn(self.frame.high[feature.id], value.high, ("at most",)))

    def _value(self, feature: Feature) -> Value:
        match feature.node:
            case Given(fact):
                return self._given(fact)
            case Unsettled():
                return self._unsettled(feature, feature.node)
            case Answer(question):
                return self.known.answer(question)
            case Age(unit, anchor):
                stated = Ends(self.known.given("age", "low"), self.known.given("age", "high"))
                ages = Ages(self.dialect, self.known.date("birth_date"), stated)
                return ages.at(unit, self.anchors.of(anchor))
            case DateWithin(of, window):
                at = self.anchors.of(window.anchor)
                limits = self.windows.limits(window, at)
                date = self._as_of(of, window, at, limits)
                inside = lies_in(date.time, limits).truth()
                return at.if_exists(date.if_exists(inside))
            case Occurs() | OccursCount():
                return self._of_event(feature, feature.node)
            case Held() | Unchanged():
                return self._of_stretch(feature, feature.node)
            case _:
                return self._of_series(feature, feature.node)

    def _given(self, fact: str) -> Value:
        match self.facts[fact].kind:
            case "yes_no":
                return self.known.truth(fact)
            case "number":
                return Ends(self.known.given(fact, "low"), self.known.given(fact, "high"))
            case _:
                return self.known.given(fact, "choice")

    def _unsettled(self, feature: Feature, node: Unsettled) -> exp.Expr:
        legible = is_null(self.known.illegible(node.fact))
        if node.window is None:
            return case((legible, exp.false()))
        at = self.anchors.of(node.window.anchor)
        limits = self.windows.limits(node.window, at)
        if self.facts[node.fact].kind == "event":
            met = self.windows.own_day(node.window.anchor, at) if node.moment == "ongoing" else limits
            meets, passes = events.meets(node.moment, met), self.filters.doubt(node.where, node.fact)
            of = self._occurrences(node.fact, node.where, exp.false())
            said = self.events.unsettled(_rows(feature), of, meets, passes, _words(feature))
        else:
            said = self.series.unsettled(Samples(node.fact, window_words(node.window), limits, node.window))
        return case((legible, at.if_exists(said)))

    def _of_event(self, feature: Feature, node: Occurs | OccursCount) -> Value:
        at = self.anchors.of(node.window.anchor)
        ongoing = node.moment == "ongoing"
        limits = (
            self.windows.own_day(node.window.anchor, at) if ongoing else self.windows.limits(node.window, at)
        )
        met, passes = events.meets(node.moment, limits), self.filters.doubt(node.where, node.event)
        every = isinstance(node, Occurs) and node.quantifier == "every"
        reaches = self.windows.own_day(node.window.anchor, at) if every else limits
        of = self._occurrences(node.event, node.where, self._until_now(node.window, at, reaches))
        name, words = _rows(feature), _words(feature)
        if isinstance(node, OccursCount):
            of = evolve(of, table=self.filters.told(node.event))
            return _counted(self.events.counted(name, of, all_of(met, passes), words), at)
        if node.quantifier == "every":
            return at.if_exists(self.events.every(name, of, _if_passes(passes, met), words))
        return at.if_exists(self.events.some(name, of, all_of(met, passes), words))

    def _occurrences(self, event: str, where: Formula | None, yet_to_come: exp.Expr) -> Occurrences:
        complete = self.known.complete(event)
        if yet_to_come != exp.false():
            complete = case((both(complete, yet_to_come), exp.false()), otherwise=complete)
        return Occurrences(event, self.filters.occurrences(where, event), complete)

    def _until_now(self, window: Window, at: Anchored, reaches: Limits) -> exp.Expr:
        """Whether days after the day of judging are asked about, round a named anchor that may lie there too: whatever
        the history says, what they hold is open."""
        if not isinstance(window.anchor, NamedAnchor) or at is JUDGED:
            return exp.false()
        today = end_of_judged_day(self.dialect)
        after = exp.true() if reaches.end_last is None else compared(">", reaches.end_last, today)
        return both(compared(">", at.time.latest, today), after)

    def _as_of(
        self, of: DateAnchor | OccurrenceAnchor, window: Window, at: Anchored, limits: Limits
    ) -> Anchored:
        """The date asked for, as of a named anchor still to come: a later occurrence may be the last then, and the
        first where none has surely started."""
        date = self.anchors.of(of)
        if not isinstance(of, OccurrenceAnchor) or not isinstance(window.anchor, NamedAnchor) or at is JUDGED:
            return date
        assert date.exists is not None  # there may always be no occurrence
        may_come = compared(">", at.time.latest, end_of_judged_day(self.dialect))
        if of.which == "first":
            may_come = both(may_come, negated(if_null(date.exists, exp.false())))
        never = both(may_come, negated(if_null(date.exists, exp.true())))
        tomorrow = shifted_moment(midnight(judged_day()), DAY, self.dialect)
        reaches = moment(FOREVER) if limits.end_last is None else limits.end_last
        later = exp.Greatest(this=at.time.latest.copy(), expressions=[reaches.copy()], ignore_nulls=True)
        return Anchored(
            Time(
                case((never, tomorrow), otherwise=date.time.earliest),
                case((may_come, later), otherwise=date.time.latest),
            ),
            case((never, exp.null()), otherwise=date.exists),
        )

    def _of_stretch(self, feature: Feature, node: Held | Unchanged) -> Value:
        at = self.anchors.of(node.window.anchor)
        stretch = self._stretch(node, at)
        name, words = _rows(feature), _words(feature)
        if self.facts[node.fact].kind == "event":
            reaches = stretch.before if isinstance(node, Held) else stretch.limits
            passes = self.filters.doubt(node.where, node.fact)
            of = self._occurrences(node.fact, node.where, self._until_now(node.window, at, reaches))
            if isinstance(node, Held):
                return at.if_exists(self.events.some(name, of, all_of(events.covers(stretch), passes), words))
            hit = all_of(events.changed(stretch.limits), passes)
            return at.if_exists(self.events.every(name, of, _not(hit), words))
        if isinstance(node, Held):
            passes = self.filters.doubt(node.where, node.fact)
            return at.if_exists(self.lasting.held(name, node.fact, stretch, passes, words))
        text = self.facts[node.fact].kind == "finding"
        start = node.window.start or Edge(())
        opening = Edge(start.offsets, not start.strict, start.farthest)
        before = self.windows.limits(Window(node.window.anchor, None, opening), at)
        return at.if_exists(self.lasting.unchanged(name, node.fact, before, stretch.limits, words, text=text))

    def _stretch(self, node: Held | Unchanged, at: Anchored) -> Stretch:
        window = node.window
        recent = node.recent if isinstance(node, Held) else None
        start, end = window.start or Edge(()), window.end or Edge(())
        since = Edge((Duration(-recent.count, recent.unit),)) if recent else window.start
        until = Edge(start.offsets, False, start.farthest)

        def limits(opens: Edge | None, closes: Edge | None) -> Limits:
            return self.windows.limits(Window(window.anchor, opens, closes), at)

        return Stretch(
            limits=limits(window.start, window.end),
            before=limits(None, start),
            until=limits(None, until),
            through=limits(end, None),
            recent=limits(since, window.end),
        )

    def _of_series(self, feature: Feature, node: OneSeries) -> Value:
        at = self.anchors.of(node.window.anchor)
        limits = self.windows.limits(node.window, at)
        finding = self.facts[node.fact].kind == "finding"
        samples = Samples(node.fact, window_words(node.window), limits, node.window, finding)
        match node:
            case SampleValue(_, _, pick, part):
                return self._picked(self.series.picked(samples, pick, part), at)
            case SampleMean():
                return at.number_if_exists(self.series.mean(samples, node))
            case SampleCount(_, _, where):
                passes = self.filters.doubt(where, node.fact) if where is not None else CERTAIN
                ends = self.series.counted(samples, passes, where)
                known = self.known.is_looked_for(node.fact)
                return _counted(Ends(case((known, ends.low)), case((known, ends.high))), at)
            case SampleChange(_, _, relative):
                return at.number_if_exists(self.series.change(samples, relative=relative))
            case Consecutive(_, _, number, where):
                passes = self.filters.doubt(where, node.fact)
                name, words = _rows(feature), _words(feature)
                return at.if_exists(self.lasting.consecutive(name, node.fact, limits, passes, number, words))
            case _:
                assert_never(node)

    def _picked(self, parts: tuple[exp.Expr, ...], at: Anchored) -> Value:
        if len(parts) == 1:
            return at.number_if_exists(parts[0])
        return Ends(at.number_if_exists(parts[0]), at.number_if_exists(parts[1]))


def _counted(ends: Ends, at: Anchored) -> Ends:
    """A count of what is anchored to nothing is 0; to what may not exist, at least 0."""
    if at.exists is None:
        return ends
    none = exp.cast(double(0.0), "DOUBLE")
    absent = exp.Not(this=at.exists.copy())
    known = exp.Is(
        this=exp.paren(ends.low) if isinstance(ends.low, exp.Binary) else ends.low.copy(),
        expression=exp.Not(this=exp.null()),
    )
    return Ends(
        case((at.exists, ends.low), (absent, none), (known, none)),
        case((at.exists, ends.high), (absent, none), otherwise=ends.high),
    )


def _if_passes(passes: Doubt, met: Doubt) -> Doubt:
    return Doubt(either(_not(passes).surely, met.surely), either(_not(passes).possibly, met.possibly))


def _not(doubt: Doubt) -> Doubt:
    return no(doubt)


def _rows(feature: Feature) -> str:
    return short(feature.id)


def _words(feature: Feature) -> str:
    return f"{feature.words}: {node_words(feature.node)}"
