"""Criteria, stages and their lines: whatever the verb, a line's formula is true exactly when the line is met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from attrs import evolve, frozen

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.features import Anchor
from protocol_dsl.ir.formulas import Any, Formula, Not, OneOf
from protocol_dsl.ir.protocol import Assumption, Criterion, Line, Stage
from protocol_dsl.lowering.events import asked, truth
from protocol_dsl.lowering.records import fact_value
from protocol_dsl.lowering.session import SCREENING, Abandon, Context, Session
from protocol_dsl.lowering.values import ChoiceValue
from protocol_dsl.lowering.windows import anchor_of
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.nodes import criteria as syntax
from protocol_dsl.syntax.nodes import expressions, facts, words


@frozen
class _Guard:
    """Conditions under which the lines of a block bind."""

    conditions: tuple[Formula, ...] = ()

    def with_(self, formula: Formula) -> _Guard:
        return _Guard((*self.conditions, formula))

    def over(self, passes: Formula) -> Formula:
        """The line binds only where every condition holds."""
        for condition in reversed(self.conditions):
            passes = Any((Not(condition), passes))
        return passes


def stages(tree: nodes.Tree, session: Session) -> tuple[Stage, ...]:
    """Every stage of the file, `eligibility` (criteria outside any stage) first."""
    outside = [item for item in tree.items if isinstance(item, syntax.Criterion)]
    found = [_stage("eligibility", SCREENING, outside, session)]
    for item in tree.items:
        if isinstance(item, syntax.Stage):
            found.append(_declared_stage(item, session))
    return tuple(found)


def assumptions(tree: nodes.Tree, session: Session) -> tuple[Assumption, ...]:
    """The background truths of a file."""
    found = []
    told = [item for item in tree.items if isinstance(item, syntax.Assume)]
    for number, item in enumerate(told, 1):
        session.begin(f"assume{number}")
        context = Context(session)
        written = (item.premise,) if item.conclusion is None else (item.premise, item.conclusion)
        with suppress(Abandon):
            premise, *conclusion = _truths(written, context)
            formula = Any((Not(premise), *conclusion)) if conclusion else premise
            words = context.words(item).removeprefix("assume").strip()
            found.append(Assumption(formula, words, item.span))
    return tuple(found)


def _declared_stage(item: syntax.Stage, session: Session) -> Stage:
    anchor: Anchor = SCREENING
    if item.anchor is not None:
        try:
            anchor = anchor_of(item.anchor, Context(session))
        except Abandon:
            anchor = SCREENING
    return evolve(_stage(item.name.text, anchor, item.criteria, session), span=item.name.span)


def _stage(name: str, anchor: Anchor, items: Iterable[syntax.Criterion], session: Session) -> Stage:
    return Stage(name, anchor, tuple(_criterion(item, anchor, session) for item in items))


def _criterion(node: syntax.Criterion, anchor: Anchor, session: Session) -> Criterion:
    session.begin(node.name.text)
    context = Context(session, anchor)
    return Criterion(
        node.name.text,
        node.kind,
        node.title.text,
        tuple(_lines(node.items, _Guard(), context)),
        tuple(citations(node.items)),
        tuple(item.text.text for item in node.items if isinstance(item, facts.Note)),
        node.span,
    )


def citations(items: Iterable[object]) -> Iterator[Citation]:
    """The source sentences and pointers among some items."""
    for item in items:
        match item:
            case facts.SourceText():
                yield Citation(text=" ".join(item.text.text.split()), span=item.span)
            case facts.SourcePointer():
                pointer = " ".join(filter(None, (item.section.text, item.place)))
                yield Citation(pointer=pointer, digest=item.digest, span=item.span)
            case _:
                pass


def _lines(items: Iterable[syntax.CriterionItem], guard: _Guard, context: Context) -> Iterator[Line]:
    for item in items:
        try:
            yield from _item(item, guard, context)
        except Abandon:
            continue


def _item(item: syntax.CriterionItem, guard: _Guard, context: Context) -> Iterator[Line]:
    match item:
        case syntax.Line():
            yield _line(item, guard, context, item)
        case syntax.WhenLine():
            (when,) = _truths((item.condition,), context, lambda: _line(item.line, guard, context, item))
            yield _line(item.line, guard.with_(when), context, item)
        case syntax.ForCondition():
            (when,) = _truths((item.condition,), context, lambda: tuple(_lines(item.items, guard, context)))
            yield from _lines(item.items, guard.with_(when), context)
        case syntax.ForCohort():
            yield from _lines(item.items, guard.with_(_cohort(item.cohorts, context)), context)
        case _:
            return


def _truths(
    written: tuple[expressions.Expression, ...], context: Context, then: Callable[[], object] | None = None
) -> tuple[Formula, ...]:
    """Several conditions. When one has no meaning, the others are read all the same, and `then` is done, so that
    their faults are reported in the same run."""
    made: list[Formula] = []
    for each in written:
        try:
            made.append(truth(each, context))
        except Abandon:
            continue
    if len(made) == len(written):
        return tuple(made)
    if then is not None:
        then()
    raise Abandon


def _line(node: syntax.Line, guard: _Guard, context: Context, whole: syntax.Line | syntax.WhenLine) -> Line:
    written = (node.condition,) if node.unless is None else (node.condition, node.unless)
    condition, *unless = _truths(written, context)
    passes: Formula = condition if node.verb == "require" else Not(condition)
    if unless:
        passes = Any((passes, *unless))
    if node.waive is not None:
        passes = Any((passes, asked(node.waive.question, node.waive.by, None, context)))
    return Line(node.verb, guard.over(passes), context.words(whole), whole.span)


def _cohort(cohorts: tuple[words.Name, ...], context: Context) -> Formula:
    session = context.session
    declared = session.scope.cohorts
    for name in cohorts:
        if name.text not in declared:
            close = suggest(name.text, declared)
            fix = f'declare it: `cohort {name.text} "…"`'
            raise context.report(errors.UnknownName(name.span, name.text, close, fix))
    value = fact_value(session.scope.facts["cohort"], context, cohorts[0].span)
    assert isinstance(value, ChoiceValue)
    chosen = tuple(name.text for name in cohorts)
    return OneOf(value.subject, chosen, False, session.atom(), cohorts[0].span)
