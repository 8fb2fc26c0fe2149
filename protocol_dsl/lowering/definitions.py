"""Named definitions: worked out once when they have no parameters, written out where they have.

A definition asked about inside a window is worked out anew under that window, so that its labs obey it.
"""

from __future__ import annotations

from attrs import evolve

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.formulas import NamedTruth
from protocol_dsl.ir.numbers import NEVER_KNOWN, Choose, Named
from protocol_dsl.ir.protocol import Definition
from protocol_dsl.lowering.events import truth
from protocol_dsl.lowering.records import fact_value
from protocol_dsl.lowering.session import Abandon, Context
from protocol_dsl.lowering.values import NumberValue, Pending, TruthValue, Value, described
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.errors import types as type_errors
from protocol_dsl.semantics.errors.hints import counted
from protocol_dsl.semantics.scope import Library
from protocol_dsl.syntax.nodes import expressions as syntax
from protocol_dsl.syntax.nodes import facts, words


def definition_value(name: words.Name, context: Context) -> Value:
    """The protocol's own definition of that name."""
    node = context.session.scope.definitions[name.text]
    return _value(name.text, node, evolve(context, parameters={}), name)


def library_value(name: words.Name, context: Context) -> Value:
    """`liver.meld`, or inside a library one of its own names: a definition, or a fact by what it is bound to."""
    library, text = _library(name, context)
    inside = evolve(context, library=library, source=library.source, site=context.span(name), parameters={})
    if text in library.definitions:
        return _value(f"{library.name}.{text}", library.definitions[text], inside, name)
    if text in library.facts and context.library is not None:
        return _bound_fact(text, library, context)
    scope = context.session.scope
    if text in scope.facts and scope.facts[text].builtin:
        return fact_value(scope.facts[text], context, context.span(name))
    close = (
        (scope.bindings[text],) if text in scope.bindings else suggest(name.text, scope.expression_names())
    )
    raise context.report(errors.UnknownName(context.span(name), name.text, close))


def _library(name: words.Name, context: Context) -> tuple[Library, str]:
    if "." not in name.text:
        assert context.library is not None
        return context.library, name.text
    stem, _, text = name.text.partition(".")
    libraries = context.session.scope.libraries if context.library is None else context.library.uses
    library = libraries.get(stem)
    if library is None:
        fix = f"write `use {stem}` at the top of the file"
        raise context.report(errors.UnknownName(context.span(name), stem, suggest(stem, libraries), fix))
    return library, text


def _bound_fact(text: str, library: Library, context: Context) -> Value:
    session, place = context.session, context.site
    scope = session.scope
    target = scope.bindings.get(text)
    if target is None or place is None:
        reason = scope.unfit.get(text)
        if reason == "":
            raise Abandon
        user = session.in_progress[-1] if session.in_progress else library.name
        at = place if place is not None else context.span(words.Name(text))
        raise context.report(
            errors.UnboundLibraryFact(at, user, text, library.name, reason or "it is not bound")
        )
    return fact_value(scope.facts[target], context, place)


def _value(id_: str, node: facts.Define, context: Context, name: words.Name) -> Value:
    session = context.session
    if node.parameters:
        wanted = f"{counted(len(node.parameters), 'value')}, as in `{id_}(…)`"
        raise context.report(type_errors.WrongArgumentCount(context.span(name), id_, wanted, "no value"))
    session.used.add(id_)
    if context.times is not None:
        before = context.times.used
        context.times.used = False
        value = _elaborated(id_, node, context, name)
        bound, context.times.used = context.times.used, before or context.times.used
        if bound or not isinstance(value, NumberValue | TruthValue):
            return value
    if id_ not in session.values:
        session.values[id_] = _shared(id_, node, evolve(context, times=None, item=None), name)
    return session.values[id_]


def _elaborated(id_: str, node: facts.Define, context: Context, name: words.Name) -> Value:
    session = context.session
    if id_ in session.in_progress:
        at = session.in_progress.index(id_)
        circle = frozenset(session.in_progress[at:])
        if circle in session.circles:
            raise Abandon
        session.circles.add(circle)
        path = " → ".join(f"`{each}`" for each in [*session.in_progress[at:], id_])
        raise context.report(errors.CyclicDefinition(context.span(name), id_, path))
    session.in_progress.append(id_)
    try:
        return _within(node.domain, context.value(node.body), context)
    finally:
        session.in_progress.pop()


def _within(domain: facts.Domain | None, value: Value, context: Context) -> Value:
    """The value where the score was made for the patient, and nothing known anywhere else."""
    if domain is None:
        return value
    if not isinstance(value, NumberValue | Pending):
        raise context.report(type_errors.UnfitClause(context.span(domain), "domain", described(value)))
    made_for = truth(domain.condition, evolve(context, times=None))

    def confined(number: NumberValue) -> NumberValue:
        return evolve(number, number=Choose(made_for, number.number, NEVER_KNOWN), bare=False)

    if isinstance(value, NumberValue):
        return confined(value)
    return evolve(
        value, beside=lambda other: confined(value.beside(other)), alone=lambda: confined(value.alone())
    )


def _shared(id_: str, node: facts.Define, context: Context, name: words.Name) -> Value:
    """Worked out once for the whole protocol, when it is a number or a condition."""
    session = context.session
    criterion, atoms = session.criterion, session.atoms
    session.begin(id_)
    try:
        value = _elaborated(id_, node, context, name)
    finally:
        session.criterion, session.atoms = criterion, atoms
    label = node.label.text if node.label else id_.rpartition(".")[2].replace("_", " ")
    source = "; ".join(
        each.text.text if isinstance(each, facts.SourceText) else f"{each.section.text}"
        for each in node.sources
    )
    variant = node.variant.text if node.variant else None
    notes = tuple(note.text.text for note in node.notes)
    span = node.span if context.library is None else context.span(name)
    match value:
        case NumberValue():
            made = Definition(
                id_, "number", value.unit.code, value.number, label, source or None, variant, notes, span
            )
            session.definitions[id_] = made
            return evolve(value, number=Named(id_), words=id_, bare=False)
        case Pending(plain=True, literal=None):
            own = value.alone()
            made = Definition(id_, "number", "1", own.number, label, source or None, variant, notes, span)
            session.definitions[id_] = made
            named = evolve(own, number=Named(id_), words=id_, bare=False)
            return evolve(
                value,
                beside=lambda other: named if other.unit == own.unit else value.beside(other),
                alone=lambda: named,
            )
        case TruthValue():
            made = Definition(id_, "truth", "1", value.formula, label, source or None, variant, notes, span)
            session.definitions[id_] = made
            return TruthValue(NamedTruth(id_))
        case _:
            return value


def call_definition(node: syntax.Call, context: Context) -> Value | None:
    """`adequate(alt)`: the definition's body with its parameters standing for the values given."""
    name = node.function
    scope, text = context.session.scope, name.text
    inside = context
    if "." in text or (context.library is not None and text in context.library.definitions):
        library, short = _library(name, context)
        definition = library.definitions.get(short)
        inside = evolve(context, library=library, source=library.source, site=context.span(name))
    else:
        definition = scope.definitions.get(text) if context.library is None else None
    if definition is None:
        if text in scope.damaged:
            raise Abandon
        return None
    if len(definition.parameters) != len(node.arguments):
        wanted, given_ = (counted(len(each), "value") for each in (definition.parameters, node.arguments))
        fault = type_errors.WrongArgumentCount(context.span(name), text, wanted, given_)
        raise context.report(fault)
    context.session.used.add(text)
    given = {
        parameter.text: context.value(argument)
        for parameter, argument in zip(definition.parameters, node.arguments, strict=True)
    }
    return _elaborated(text, definition, evolve(inside, parameters=given), name)
