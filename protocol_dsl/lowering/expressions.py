"""The one walk over expressions: each is given its type and its ir at once, or a diagnostic."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.features import (
    Consecutive,
    DateWithin,
    FeatureNode,
    Held,
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
from protocol_dsl.ir.formulas import All, Any, AtLeast, Constant, Formula, Known, Not, Truth
from protocol_dsl.ir.walk import Node, definitions_of, feature_facts, features_of, filters_of
from protocol_dsl.lowering import arithmetic, comparing, events
from protocol_dsl.lowering.definitions import call_definition, definition_value, library_value
from protocol_dsl.lowering.records import fact_value, item_value
from protocol_dsl.lowering.session import Abandon, Context, Session, Times
from protocol_dsl.lowering.values import AgeValue, TruthValue, Value
from protocol_dsl.lowering.windows import HERE, anchor_of, window
from protocol_dsl.semantics.errors import names as name_errors
from protocol_dsl.semantics.errors import time as time_errors
from protocol_dsl.semantics.errors import types as errors
from protocol_dsl.semantics.libraries import library_of
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import expressions as syntax
from protocol_dsl.syntax.nodes import time, words


def value_of(node: syntax.Expression, context: Context) -> Value:
    """What an expression is. Raises Abandon, its fault reported, when it has no meaning."""
    match node:
        case syntax.Quantity():
            return arithmetic.quantity(node, context)
        case syntax.Multiple():
            return arithmetic.multiple(node, context)
        case syntax.Reference():
            return reference(node.name, context)
        case syntax.Aged():
            return AgeValue(anchor_of(node.anchor, context))
        case syntax.Parenthesis():
            return context.value(node.inner)
        case syntax.Sum():
            return arithmetic.sum_of(node, context)
        case syntax.Product():
            return arithmetic.product_of(node, context)
        case syntax.Power():
            return arithmetic.power_of(node, context)
        case syntax.Negative():
            return arithmetic.negative_of(node, context)
        case syntax.Converted():
            return arithmetic.converted_of(node, context)
        case syntax.Extreme():
            return arithmetic.extreme_of(node, context)
        case syntax.Conditional():
            return conditional(node, context)
        case syntax.Call():
            return call(node, context)
        case syntax.Occurrence():
            return events.occurrence(node, context)
        case syntax.Pick():
            return events.pick(node, context)
        case syntax.Mean():
            return events.mean(node, context)
        case syntax.Count():
            return events.count(node, context)
        case syntax.Change():
            return events.change(node, context)
        case syntax.Consecutive():
            return events.consecutive(node, context)
        case _:
            return TruthValue(condition(node, context))


def _unsettled(shown: Formula, context: Context, span: Span) -> Formula:
    """Whether some record that `shown` rests on is there and leaves open what is asked of it."""
    session = context.session
    nodes = {feature.id: feature.node for feature in session.features.values()}
    waiting: list[Node] = [shown]
    asked: dict[Unsettled, None] = {}
    for part in waiting:  # what a definition or a filter rests on joins the end
        waiting += [session.definitions[name].body for name in definitions_of(part)]
        for node in (nodes[name] for name in features_of(part)):
            asked |= dict.fromkeys(_records_of(node, session))
            waiting += filters_of(node)
    doubts = tuple(_doubt(node, session, span) for node in asked)
    return doubts[0] if len(doubts) == 1 else Any(doubts) if doubts else Constant(False)


def _records_of(node: FeatureNode, session: Session) -> Iterator[Unsettled]:
    """Which records a feature rests on: its own where it looks for them, those of its anchors as a whole."""
    facts = [fact for fact in feature_facts(node) if fact in session.scope.facts]
    match node:
        case Occurs(own, window, moment) | OccursCount(own, window, moment):
            yield Unsettled(own, window, moment, node.where)
        case Held(own, window, where) | Unchanged(own, window, where) if (
            session.scope.facts[own].kind == "event"
        ):
            yield Unsettled(own, window, "started", where)
        case DateWithin(OccurrenceAnchor(own, _, where), window):
            yield Unsettled(own, window, "started", where)
        case (
            SampleValue()
            | SampleMean()
            | SampleCount()
            | SampleChange()
            | Consecutive()
            | Held()
            | Unchanged()
        ):
            own = node.fact
            yield Unsettled(own, node.window)
        case _:
            own = ""
    yield from (Unsettled(fact) for fact in facts if fact != own)


def _doubt(node: Unsettled, session: Session, span: Span) -> Formula:
    words_ = f"unclear record of {session.scope.facts[node.fact].label or node.fact}"
    return Truth(session.feature(node, f"{node.fact}_unsettled", "truth", "1", words_, span), span=span)


def condition(node: syntax.Expression, context: Context) -> Formula:
    """The forms that are conditions by their shape."""
    node = shared_out(node)
    match node:
        case syntax.Logic():
            joined = conditions(node.operands, context)
            return All(joined) if node.operators[0] == "and" else Any(joined)
        case syntax.Negation():
            return Not(events.truth(node.operand, context))
        case syntax.Known():
            shown = events.truth(node.operand, context)
            return Known(shown, _unsettled(shown, context, context.span(node)))
        case syntax.Group():
            joined = conditions(node.operands, context)
            if node.which == "all":
                return All(joined)
            return Any(joined) if node.which == "any" else Not(Any(joined))
        case syntax.Tally():
            return tally(node, context)
        case syntax.Compare():
            return comparing.compared(node, context)
        case syntax.Between():
            return comparing.between(node, context)
        case syntax.IsChoice():
            return comparing.is_choice(node, context)
        case syntax.Windowed():
            return windowed(node, context)
        case syntax.Answer():
            return events.answer(node, context)
        case _:
            return events.truth(node, context)


def shared_out(node: syntax.Expression) -> syntax.Expression:
    """`all of { alt, ast } <= 3 ULN` as a group of comparisons; anything else as it is."""
    match node:
        case syntax.Compare(left=syntax.Group() | syntax.Tally() as group):
            return evolve(group, operands=tuple(evolve(node, left=one) for one in group.operands))
        case syntax.Between(subject=syntax.Group() | syntax.Tally() as group):
            return evolve(group, operands=tuple(evolve(node, subject=one) for one in group.operands))
        case syntax.IsChoice(subject=syntax.Group() | syntax.Tally() as group):
            return evolve(group, operands=tuple(evolve(node, subject=one) for one in group.operands))
        case _:
            return node


def conditions(nodes: tuple[syntax.Expression, ...], context: Context) -> tuple[Formula, ...]:
    """Several conditions, each faulty one reported. In a mixed group a time phrase leaves bare events alone."""
    mixed = context.times is not None and len({is_event(node, context) for node in nodes}) > 1
    done: list[Formula] = []
    failed = False
    for node in nodes:
        inner = context.bound(None) if mixed and is_event(node, context) else context
        try:
            done.append(events.truth(node, inner))
        except Abandon:
            failed = True
    if failed:
        raise Abandon
    return tuple(done)


def is_event(node: syntax.Expression, context: Context) -> bool:
    """Whether a node is an event not yet asked when, or a group of nothing else."""
    match node:
        case syntax.Reference():
            fact = context.session.scope.facts.get(context.target(node.name.text))
            return fact is not None and fact.kind == "event"
        case syntax.Occurrence():
            return True
        case syntax.Parenthesis():
            return is_event(node.inner, context)
        case syntax.Group() | syntax.Tally() | syntax.Logic():
            return all(is_event(each, context) for each in node.operands)
        case _:
            return False


def tally(node: syntax.Tally, context: Context) -> Formula:
    """`at least 2 of {…}`, `at most`, `exactly`."""
    number = events.whole(node.number, "a count", 0, context)
    members = conditions(node.operands, context)
    if number > len(members):
        raise context.report(errors.CountTooLarge(context.span(node), number, len(members)))
    at_least: Formula = AtLeast(number, members) if number > 0 else Constant(True)
    more: Formula = AtLeast(number + 1, members) if number < len(members) else Constant(False)
    if node.which == "at least":
        return at_least
    return Not(more) if node.which == "at most" else All((at_least, Not(more)))


def windowed(node: syntax.Windowed, context: Context) -> Formula:
    """A predicate and the time that binds it. An inner window wins over this one."""
    if len(node.temporals) > 1:
        raise context.report(time_errors.TwoTimes(context.span(node.temporals[1])))
    phrase = node.temporals[0]
    if isinstance(phrase, time.Held | time.Unchanged):
        return events.held(node.operand, phrase, context.bound(None))
    times = times_of(phrase, context)
    formula = events.truth(node.operand, context.bound(times))
    if not times.used:
        raise context.report(time_errors.NothingToBind(context.span(node), context.words(node.operand)))
    return formula


def times_of(phrase: time.MomentWindow | time.Ongoing | time.Ever, context: Context) -> Times:
    """The window a time phrase stands for, and how it is asked about."""
    text = context.words(phrase)
    match phrase:
        case time.MomentWindow():
            return Times(window(phrase.window, context), text, phrase.moment or "overlaps")
        case time.Ongoing():
            anchor = context.anchor if phrase.anchor is None else anchor_of(phrase.anchor, context)
            return Times(Window(anchor, HERE, HERE), text, "ongoing")
        case time.Ever():
            return Times(context.default_window(), text, phrase.moment or "overlaps")


def reference(name: words.Name, context: Context) -> Value:
    """A name: a parameter, a part of the record looked at, a fact, or a definition."""
    session, text = context.session, name.text
    if text in context.parameters:
        return context.parameters[text]
    if context.item is not None:
        item = item_value(text, context.item.fact, context, context.span(name))
        if item is not None:
            return item
    if "." in text or context.library is not None:
        return library_value(name, context)
    if text in session.scope.facts:
        return fact_value(session.scope.facts[text], context, context.span(name))
    if text in session.scope.definitions:
        return definition_value(name, context)
    raise unknown(name, context)


def unknown(name: words.Name, context: Context) -> Abandon:
    """A name nothing declares, unless its declaration is among what did not parse."""
    scope = context.session.scope
    if name.text in scope.damaged:
        return Abandon()
    if context.item is not None:
        attributes = [attribute.name for attribute in context.item.fact.attributes]
        close = suggest(name.text, attributes)
        fault = errors.NotAnAttribute(
            context.span(name), name.text, context.item.fact.name, close, tuple(attributes)
        )
        return context.report(fault)
    library = library_of(name.text)
    if library is not None and library not in scope.libraries:
        fix = f"write `use {library}` at the top of the file: it declares `{name.text}`"
        return context.report(name_errors.UnknownName(context.span(name), name.text, fix=fix))
    close = suggest(name.text, scope.expression_names())
    declared = f'declare it, for example `fact {name.text} : {context.kind} "…"`'
    return context.report(
        name_errors.UnknownName(context.span(name), name.text, close, None if "." in name.text else declared)
    )


def conditional(node: syntax.Conditional, context: Context) -> Value:
    """`if c then a else b`, of numbers or of conditions."""
    asked = events.truth(node.condition, context)
    if is_condition(node.then) or _names_condition(node.then, context):
        then, other = events.truth(node.then, context), events.truth(node.otherwise, context)
        return TruthValue(Any((All((asked, then)), All((Not(asked), other)))))
    return arithmetic.conditional_of(node, asked, context)


def _names_condition(node: syntax.Expression, context: Context) -> bool:
    return isinstance(node, syntax.Reference) and isinstance(context.value(node), TruthValue)


def is_condition(node: syntax.Expression) -> bool:
    """Whether a branch is a condition by its shape."""
    while isinstance(node, syntax.Parenthesis):
        node = node.inner
    shapes = (
        syntax.Logic | syntax.Negation | syntax.Compare | syntax.Between | syntax.IsChoice | syntax.Windowed
    )
    return isinstance(node, shapes | syntax.Group | syntax.Tally | syntax.Answer | syntax.Known)


def call(node: syntax.Call, context: Context) -> Value:
    """A definition with parameters, or a mathematical function."""
    value = call_definition(node, context)
    if value is not None:
        return value
    names = context.session.scope.definitions
    with_parameters = tuple(name for name, definition in names.items() if definition.parameters)
    return arithmetic.function_of(node, context, lambda: with_parameters)
