"""Scores and other shared definitions: the formula laid out, its variant and its published source."""

from __future__ import annotations

from typing import cast, get_args

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.readable import formula_prose
from protocol_dsl.backends.docs.words import Clause, Link, clause, sentence
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir import walk
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Number
from protocol_dsl.ir.protocol import Definition, Protocol

_FORMULAS: tuple[type, ...] = get_args(Formula)
_ROUNDED = {"round": "Rounded to the nearest whole number", "floor": "Rounded down", "ceil": "Rounded up"}


@frozen
class FormulaLine:
    """One line of a formula: its `depth` in steps of indentation, a leading `sign` or word, and the `text`."""

    depth: int
    sign: str
    text: str


@frozen
class DefinitionView:
    """One definition: a number as `formula` lines, or a condition as a `clause`."""

    name: str
    anchor: str
    title: str
    unit: str
    formula: tuple[FormulaLine, ...]
    condition: Clause | None
    rests_on: tuple[Link, ...]
    used_by: tuple[Link, ...]
    variant: str
    source: str
    notes: tuple[str, ...]


def definitions(protocol: Protocol, prose: Prose, anchors: Anchors) -> tuple[DefinitionView, ...]:
    """Every definition that something rests on, and the protocol's own, in order; what a library defines besides
    is left out."""
    used = _reached(protocol)
    shown = [one for one in protocol.definitions if one.id in used or "." not in one.id]
    return tuple(_definition(one, protocol, prose, anchors) for one in shown)


def _reached(protocol: Protocol) -> set[str]:
    """Ids of the definitions that the criteria rest on, through other definitions and the filters of features."""
    bodies = {definition.id: definition.body for definition in protocol.definitions}
    waiting: list[walk.Node] = list(walk.criteria_formulas(protocol))
    waiting += [where for feature in protocol.features for where in walk.filters_of(feature.node)]
    found: set[str] = set()
    while waiting:
        fresh = set(walk.definitions_of(waiting.pop())) - found
        found |= fresh
        waiting += [bodies[name] for name in fresh]
    return found


def formula_lines(
    number: Number, prose: Prose, unit: str = "", depth: int = 0, sign: str = ""
) -> list[FormulaLine]:
    """A number over several lines: one term of a sum to a line, one branch of a choice to a line."""
    match number:
        case Call(function, (inner,)) if function in _ROUNDED and _long(inner):
            heading = FormulaLine(depth, sign, f"{_ROUNDED[function]}:")
            return [heading, *formula_lines(inner, prose, unit, depth + 1)]
        case Call("max" | "min" as function, arguments) if any(_long(one) for one in arguments):
            words = "larger" if function == "max" else "smaller"
            lines = [FormulaLine(depth, sign, f"The {words} of:")]
            return lines + [
                line for one in arguments for line in formula_lines(one, prose, unit, depth + 1, "·")
            ]
        case Choose():
            return _choice(number, prose, unit, depth, sign)
        case Arithmetic("+" | "-"):
            return _sum(number, prose, unit, depth, sign)
        case _:
            return [FormulaLine(depth, sign, prose.number(number, unit))]


def _sum(number: Arithmetic, prose: Prose, unit: str, depth: int, sign: str) -> list[FormulaLine]:
    terms: list[tuple[str, Number]] = []
    rest: Number = number
    while isinstance(rest, Arithmetic) and rest.operator in {"+", "-"}:
        terms.append(("−" if rest.operator == "-" else "+", rest.right))
        rest = rest.left
    lines = formula_lines(rest, prose, unit, depth, sign)
    for operator, term in reversed(terms):
        grouped = operator == "−" and isinstance(term, Arithmetic) and term.operator in {"+", "-"}
        text = prose.number(term, unit)
        lines.append(FormulaLine(depth, operator, f"({text})" if grouped else text))
    return lines


def _choice(number: Choose, prose: Prose, unit: str, depth: int, sign: str) -> list[FormulaLine]:
    """`if … then … else if …` as a ladder, one case to a line."""
    lines: list[FormulaLine] = []
    rest: Number = number
    while isinstance(rest, Choose):
        lines.append(FormulaLine(depth, sign, f"if {prose.formula(rest.condition)}:"))
        lines += formula_lines(rest.then, prose, unit, depth + 1)
        sign = ""
        rest = rest.otherwise
    lines.append(FormulaLine(depth, "", "otherwise:"))
    return lines + formula_lines(rest, prose, unit, depth + 1)


def _long(number: Number) -> bool:
    """Whether a number deserves lines of its own: a choice, a sum, or a function of one."""
    if isinstance(number, Call):
        return any(_long(argument) for argument in number.arguments)
    return isinstance(number, Choose) or (isinstance(number, Arithmetic) and number.operator in {"+", "-"})


def _definition(definition: Definition, protocol: Protocol, prose: Prose, anchors: Anchors) -> DefinitionView:
    body = definition.body
    unit = "" if definition.unit == "1" else definition.unit
    words, readable = formula_prose(protocol, body)
    condition = clause(words.phrase(cast(Formula, readable))) if isinstance(body, _FORMULAS) else None
    return DefinitionView(
        name=definition.id,
        anchor=anchors("definition", definition.id),
        title=sentence(definition.words.strip()) or definition.id,
        unit=unit,
        formula=() if condition else tuple(formula_lines(cast(Number, readable), words, unit)),
        condition=condition,
        rests_on=_rests_on(body, protocol, prose, anchors),
        used_by=_used_by(definition.id, protocol, anchors),
        variant=definition.variant or "",
        source=" ".join((definition.source or "").split()),
        notes=tuple(" ".join(note.split()) for note in definition.notes),
    )


def _rests_on(body: walk.Node, protocol: Protocol, prose: Prose, anchors: Anchors) -> tuple[Link, ...]:
    """The definitions and values a definition reads itself, with the windows they are read in."""
    names = [Link(prose.definition(name), anchors("definition", name)) for name in walk.definitions_of(body)]
    features = {feature.id: feature.node for feature in protocol.features}
    read = (
        (name, fact) for name in walk.features_of(body) for fact in walk.feature_facts(features[name])[:1]
    )
    return (*names, *(Link(prose.feature(name), anchors("fact", fact)) for name, fact in read))


def _used_by(name: str, protocol: Protocol, anchors: Anchors) -> tuple[Link, ...]:
    criteria = [
        Link(criterion.id, anchors("criterion", criterion.id))
        for stage in protocol.stages
        for criterion in stage.criteria
        if name in walk.definitions_of(*(line.passes for line in criterion.lines))
    ]
    others = [
        Link(one.words or one.id, anchors("definition", one.id))
        for one in protocol.definitions
        if name in walk.definitions_of(one.body)
    ]
    return (*criteria, *others)
