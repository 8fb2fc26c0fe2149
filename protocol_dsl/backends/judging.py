"""What stands in the columns of a judged population: definitions, lines, criteria, verdicts, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar, cast

from attrs import field, frozen

from protocol_dsl.backends.bounds import Bounds
from protocol_dsl.backends.columnwise import Algebra, Columnwise, Names, Quantity
from protocol_dsl.backends.frame import Frame, short
from protocol_dsl.backends.names import Scope
from protocol_dsl.ir.features import Age, Answer, Feature
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Criterion, Definition, Protocol, Stage
from protocol_dsl.ir.walk import FORMULAS, all_features_of, definitions_of, feature_facts

E = TypeVar("E")


@frozen
class Column(Generic[E]):
    """A column of one row a patient: its name, what it holds, and what is said of it to a reader."""

    name: str
    holds: E
    about: tuple[str, ...] = ()


@frozen
class OutcomeNames:
    """Names of the columns that say what came of it: criteria by id; verdict and missing facts by stage."""

    criteria: dict[str, str]
    lines: dict[str, tuple[str, ...]]
    verdicts: dict[str, str]
    missing: dict[str, str]


def outcome_names(protocol: Protocol, scope: Scope) -> OutcomeNames:
    """The names, claimed in `scope`: `i1`, `i1_1` for the first line of several, `verdict`, `missing`."""
    names = OutcomeNames({}, {}, {}, {})
    for position, stage in enumerate(protocol.stages):
        suffix = "" if position == 0 else f"_{short(stage.name)[:30]}"
        names.verdicts[stage.name] = scope.fresh(f"verdict{suffix}")
        names.missing[stage.name] = scope.fresh(f"missing{suffix}")
        for criterion in stage.criteria:
            own = names.criteria[criterion.id] = scope.fresh(short(criterion.id))
            several = len(criterion.lines) > 1
            names.lines[criterion.id] = (
                tuple(scope.fresh(f"{own}_{number}") for number, _ in enumerate(criterion.lines, 1))
                if several
                else (own,)
            )
    return names


@frozen
class Judging(Generic[E]):
    """The columns of the second stage, each after those it rests on. `bounded` are the number features that stand in
    two columns; definitions are added to `defined` as they are worked out."""

    protocol: Protocol
    algebra: Algebra[E]
    frame: Frame
    outcomes: OutcomeNames
    scope: Scope
    bounded: frozenset[str]
    defined: dict[str, Quantity[str]] = field(factory=dict)
    formulas: Columnwise[E] = field(init=False)

    @formulas.default
    def _formulas(self) -> Columnwise[E]:
        names = Names(
            value=lambda feature: self.algebra.column(self.frame.plain[feature]),
            number=self.number,
            holds=lambda feature, choice: self.algebra.column(self.frame.has[feature, choice]),
            defined=lambda name: self.algebra.column(self.defined[name].low),
            defined_number=lambda name: self._columns(self.defined[name]),
        )
        return Columnwise(self.algebra, names, bounds_of(self.protocol))

    def number(self, feature: str) -> Quantity[E]:
        """The columns of a number feature."""
        if feature in self.bounded:
            return self._columns(Quantity(self.frame.low[feature], self.frame.high[feature]))
        return self._columns(Quantity(self.frame.plain[feature]))

    def _columns(self, names: Quantity[str]) -> Quantity[E]:
        column = self.algebra.column
        return Quantity(column(names.low), None if names.high is None else column(names.high))

    def definitions(self, *used_by: Formula | Number) -> Iterator[Column[E]]:
        """Those definitions not yet made that the formulas rest on."""
        bodies = {one.id: one for one in self.protocol.definitions}
        for name in definitions_of(*used_by):
            if name not in self.defined:
                yield from self.definitions(bodies[name].body)
                yield from self._definition(bodies[name])

    def _definition(self, definition: Definition) -> Iterator[Column[E]]:
        name = short(definition.id)
        if isinstance(definition.body, FORMULAS):
            column = self.scope.fresh(name)
            self.defined[definition.id] = Quantity(column)
            yield Column(column, self.formulas.formula(cast(Formula, definition.body)), (definition.words,))
            return
        number = self.formulas.number(cast(Number, definition.body))
        if number.high is None:
            column = self.scope.fresh(name)
            self.defined[definition.id] = Quantity(column)
            yield Column(column, number.low, (definition.words,))
            return
        low, high = self.scope.fresh(f"{name}_low"), self.scope.fresh(f"{name}_high")
        self.defined[definition.id] = Quantity(low, high)
        yield Column(low, number.low, (f"{definition.words}, at least",))
        yield Column(high, number.high, (f"{definition.words}, at most",))

    def columns(self) -> Iterator[Column[E]]:
        """Definitions, then the lines of criteria that have several, the criteria, and each stage's verdict."""
        criteria = [one for stage in self.protocol.stages for one in stage.criteria]
        yield from self.definitions(*(line.passes for one in criteria for line in one.lines))
        for criterion in criteria:
            yield from self._lines(criterion)
        for criterion in criteria:
            yield self._criterion(criterion)
        for stage in self.protocol.stages:
            yield self._verdict(stage)

    def _lines(self, criterion: Criterion) -> Iterator[Column[E]]:
        if len(criterion.lines) > 1:
            names = self.outcomes.lines[criterion.id]
            for name, line in zip(names, criterion.lines, strict=True):
                yield Column(name, self.formulas.formula(line.passes), (line.text,))

    def _criterion(self, criterion: Criterion) -> Column[E]:
        """The source's own sentence stands above the column."""
        quoted = [one.text or f"{one.pointer} of the source" for one in criterion.citations]
        about = (f"{criterion.id} {criterion.title}", *quoted)
        name, lines = self.outcomes.criteria[criterion.id], self.outcomes.lines[criterion.id]
        if len(lines) == 1:
            return Column(
                name, self.formulas.formula(criterion.lines[0].passes), (*about, criterion.lines[0].text)
            )
        return Column(name, self.algebra.both([self.algebra.column(one) for one in lines]), about)

    def _verdict(self, stage: Stage) -> Column[E]:
        algebra = self.algebra
        criteria = [algebra.column(self.outcomes.criteria[one.id]) for one in stage.criteria]
        all_pass = algebra.both(criteria) if criteria else algebra.truth(True)
        verdict = algebra.choice(
            [(all_pass, algebra.text("eligible")), (algebra.negated(all_pass), algebra.text("ineligible"))],
            algebra.text("undetermined"),
        )
        return Column(self.outcomes.verdicts[stage.name], verdict, (f"Verdict of stage {stage.name}",))

    def missing(self) -> Iterator[Column[E]]:
        """For each stage the facts (and questions) not known exactly that a line still unknown rests on."""
        for stage in self.protocol.stages:
            about = (
                f"What stage {stage.name} still needs: facts and questions that a line now unknown rests on"
            )
            yield Column(self.outcomes.missing[stage.name], self.algebra.listed(self._needs(stage)), (about,))

    def _needs(self, stage: Stage) -> list[tuple[E, str]]:
        algebra, asked = self.algebra, _lines_by_feature(self.protocol, stage, self.outcomes)
        needs: dict[str, list[E]] = {}
        for feature in self.protocol.features:
            lines = asked.get(feature.id, ())
            if lines:
                undecided = algebra.either(
                    [algebra.negated(algebra.known(algebra.column(one))) for one in lines]
                )
                needs.setdefault(needed(feature), []).append(
                    algebra.both([algebra.negated(self._is_known(feature)), undecided])
                )
        return [(algebra.either(conditions), name) for name, conditions in needs.items()]

    def _is_known(self, feature: Feature) -> E:
        algebra = self.algebra
        if feature.type == "set":
            return algebra.known(
                algebra.column(next(n for (f, _), n in self.frame.has.items() if f == feature.id))
            )
        if feature.id in self.bounded:
            number = self.number(feature.id)
            exact = algebra.compared("=", number.low, number.low if number.high is None else number.high)
            return algebra.if_null(exact, algebra.truth(False))
        return algebra.known(algebra.column(self.frame.plain[feature.id]))


def bounds_of(protocol: Protocol) -> Bounds:
    """How large the numbers of a protocol can get, whatever is in the columns: nobody here has checked that a value is
    plausible."""
    bodies = {one.id: one.body for one in protocol.definitions if not isinstance(one.body, FORMULAS)}
    return Bounds(
        {},
        {feature.id: feature for feature in protocol.features},
        cast("dict[str, Number]", bodies),
    )


def needed(feature: Feature) -> str:
    """What a feature wants recorded: its own fact, or the question asked."""
    match feature.node:
        case Answer(question):
            return question
        case Age():
            return "age"
        case node:
            return feature_facts(node)[0]


def _lines_by_feature(protocol: Protocol, stage: Stage, names: OutcomeNames) -> dict[str, list[str]]:
    """The columns of the stage's lines that rest on each feature."""
    asked: dict[str, list[str]] = {}
    for criterion in stage.criteria:
        for name, line in zip(names.lines[criterion.id], criterion.lines, strict=True):
            for feature in all_features_of(protocol, line.passes):
                asked.setdefault(feature, []).append(name)
    return asked
