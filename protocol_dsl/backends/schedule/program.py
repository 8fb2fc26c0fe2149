"""The schedule of a protocol as the program its runtime reads: regimens unfolded into the arms that follow them."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.schedule.amounts import Sizing
from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.asked import asked_by
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schedule import program as made

Argument = tuple[str, ir.Amount | None]


def program_of(protocol: Protocol) -> made.Program:
    """The program of a protocol's schedule.

    Assumes: the invariants of `Protocol` hold.
    """
    return _Unfolding(protocol).program()


class _Unfolding:
    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._schedule = protocol.schedule
        self._prose = Prose(protocol)
        self._asked = {asked.formula: number for number, asked in enumerate(asked_by(protocol.schedule))}
        self._regimens = {regimen.name: regimen for regimen in protocol.schedule.regimens}
        self._drugs = {one.name: one for one in protocol.schedule.interventions}
        self._labels = {fact.name: fact.label for fact in protocol.facts}
        self._sizing = Sizing(protocol)

    def program(self) -> made.Program:
        schedule = self._schedule
        return made.Program(
            protocol=self._protocol.header.id,
            title=self._protocol.header.title,
            arms=tuple(self._arm(arm) for arm in schedule.arms),
            day_one=schedule.day_one or "",
            numbered_from=schedule.numbered_from,
            epochs=tuple(_epoch(epoch) for epoch in schedule.epochs),
            visits=tuple(_visit(visit) for visit in schedule.visits),
            assessments=tuple(
                made.Assessment(tuple((name, self._label(name)) for name in one.what), one.at, one.text)
                for one in schedule.assessments
            ),
            timelines=tuple(
                made.Timeline(
                    one.name, one.around, tuple((what, self._label(what), at) for what, at in one.what)
                )
                for one in schedule.timelines
            ),
            conditions=tuple(self._prose.formula(formula) for formula in self._asked),
            digest=self._protocol.source_digest,
        )

    def _arm(self, arm: ir.Arm) -> made.Arm:
        elements: list[made.Element] = []
        own = [part for part in arm.parts if not isinstance(part, ir.Follow)]
        if own:
            parts = tuple(self._part(part, "", {}) for part in own)
            elements.append(made.Element(arm.name, parts))
        self._follow(arm.parts, arm.name, made.Element("", ()), {}, elements, ())
        return made.Arm(arm.name, arm.label, tuple(elements), tuple(one.words for one in arm.citations))

    def _follow(
        self,
        parts: tuple[ir.Give | ir.CycleBlock | ir.Follow, ...],
        stem: str,
        place: made.Element,
        bound: dict[str, Argument],
        elements: list[made.Element],
        within: tuple[str, ...],
    ) -> tuple[int, ...]:
        """Adds the elements of every regimen followed in `parts`; gives their numbers. `place` tells when what is
        followed starts, `bound` what the parameters of the present regimen are, `within` the regimens it is in."""
        every: list[int] = []
        before: tuple[int, ...] = ()
        for follow in parts:
            if (
                not isinstance(follow, ir.Follow)
                or follow.regimen in within
                or follow.regimen not in self._regimens
            ):
                continue
            after = before if follow.then else place.after
            here = place._replace(after=after, epoch=follow.cell or place.epoch)
            if follow.cell and not follow.then:
                here = here._replace(after=())
            before = self._element(follow, stem, here, bound, elements, within)
            every += before
        return tuple(every)

    def _element(
        self,
        follow: ir.Follow,
        stem: str,
        place: made.Element,
        bound: dict[str, Argument],
        elements: list[made.Element],
        within: tuple[str, ...],
    ) -> tuple[int, ...]:
        regimen = self._regimens[follow.regimen]
        amounts = dict(follow.amounts)
        arguments = {name: bound.get(words, (words, amounts.get(name))) for name, words in follow.arguments}
        prefix = f"{stem}/{follow.cell}" if follow.cell else stem
        taken = {one.name for one in elements}
        name, turn = f"{prefix}/{regimen.name}", 1
        while name in taken:
            turn += 1
            name = f"{prefix}/{regimen.name}_{turn}"
        own = [part for part in regimen.parts if not isinstance(part, ir.Follow)]
        numbers = [len(elements)]
        elements.append(
            place._replace(name=name, parts=tuple(self._part(part, name, arguments) for part in own))
        )
        inside = (*within, regimen.name)
        numbers += self._follow(regimen.parts, name, place, arguments, elements, inside)
        return tuple(numbers)

    def _part(
        self, part: ir.Give | ir.CycleBlock | ir.Follow, stem: str, bound: dict[str, Argument]
    ) -> made.Line | made.Cycles:
        """A line or block; the ids of a regimen's own lines start with `stem` instead of the regimen's name."""
        assert not isinstance(part, ir.Follow)
        if isinstance(part, ir.Give):
            return self._line(part, stem, bound, ())
        rules: tuple[made.Rule, ...] = ()
        if part.until is not None:
            rules = (
                made.Rule("until", self._asked[part.until], latched=True, text=f"until in `{part.text}`"),
            )
        lines = tuple(self._line(give, stem, bound, rules) for give in part.gives)
        return made.Cycles(part.name, part.length, part.count, lines, part.text)

    def _line(
        self, give: ir.Give, stem: str, bound: dict[str, Argument], rules: tuple[made.Rule, ...]
    ) -> made.Line:
        drug = self._drugs.get(give.what)
        own = give.slot.partition("/")[2]
        return made.Line(
            id=f"{stem}/{own}" if stem else give.slot,
            what=give.what,
            label=ir.label_of(drug, self._drugs.values()) if drug else give.what.replace("_", " "),
            steps=tuple(self._step(step, bound, rules) for step in give.steps),
            verb=give.verb,
            permitted=give.permitted,
            background=drug is not None and drug.background,
            route=give.route or "",
            infusion=give.infusion,
            text=give.text,
        )

    def _step(self, step: ir.Step, bound: dict[str, Argument], rules: tuple[made.Rule, ...]) -> made.Step:
        timing, limit, window = step.timing, step.limit, step.window
        return made.Step(
            made.Timing(
                timing.kind, timing.interval, timing.per_interval, timing.days, timing.cycles, timing.of or ""
            ),
            self._dose(step.dose, bound),
            made.Limit(
                limit.duration,
                limit.doses,
                limit.first_day,
                limit.last_day,
                limit.until_event or "",
                limit.until_offset,
            ),
            None if window is None else made.Tolerance(window.before, window.after),
            (*rules, *(self._rule(policy) for policy in step.policies)),
        )

    def _rule(self, policy: ir.Policy) -> made.Rule:
        return made.Rule(
            policy.action,
            self._asked[policy.condition],
            policy.latched,
            policy.up_to,
            policy.percent,
            policy.by_level,
            policy.text,
        )

    def _dose(self, dose: ir.Dose, bound: dict[str, Argument]) -> made.Dose:
        if dose.parameter is not None and dose.parameter in bound:
            text, amount = bound[dose.parameter]
            dose = evolve(dose, text=text, amount=amount)
        return self._sizing.dose(dose, self._number)

    def _number(self, formula: Formula) -> int:
        return self._asked[formula]

    def _label(self, name: str) -> str:
        return self._labels.get(name) or name.replace("_", " ")


def _epoch(epoch: ir.Epoch) -> made.Epoch:
    return made.Epoch(epoch.name, epoch.label, epoch.start or "", epoch.end or "", epoch.duration)


def _visit(visit: ir.Visit) -> made.Visit:
    runs = tuple(
        made.VisitRun(run.interval, _point(run.first), _point(run.last), _window(run.window))
        for run in visit.runs
    )
    # The windows of a run of visits stand with each run.
    window = None if runs else _window(visit.window)
    return made.Visit(visit.name, visit.label, _point(visit.at), runs, window, visit.text)


def _point(point: ir.Point | None) -> made.Point | None:
    return None if point is None else made.Point(point.number, point.unit, point.of or "", point.offset)


def _window(window: ir.Tolerance | None) -> made.Tolerance | None:
    return None if window is None else made.Tolerance(window.before, window.after)


def sentences(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """(arm, sentence of the source) for every sentence that says how an arm is treated."""
    for arm in protocol.schedule.arms:
        for sentence in arm.citations:
            yield arm.name, sentence.words
