"""Limits of normal a protocol declares for a lab whose records carry none."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from protocol_dsl.ir.facts import Fact, Normal
from protocol_dsl.lowering.events import truth
from protocol_dsl.lowering.records import unit_of
from protocol_dsl.lowering.session import Abandon, Context, Session
from protocol_dsl.semantics.errors.types import EmptyRange
from protocol_dsl.semantics.errors.units import IncommensurableUnits
from protocol_dsl.semantics.units import read_unit
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.vocabulary import quantities


def declared_normals(fact: Fact, nodes: tuple[syntax.Normal, ...], session: Session) -> tuple[Normal, ...]:
    """The `normal` clauses of a lab, in its unit, in the author's order."""
    session.begin(fact.name)
    return tuple(_normals(fact, nodes, session))


def _normals(fact: Fact, nodes: tuple[syntax.Normal, ...], session: Session) -> Iterator[Normal]:
    for node in nodes:
        try:
            low = _limit(node.low.value if node.low else None, node, fact, session)
            high = _limit(node.high.value if node.high else None, node, fact, session)
            when = truth(node.condition, Context(session)) if node.condition else None
        except Abandon:
            continue
        if low is not None and high is not None and low >= high:
            session.found.add(EmptyRange(node.span, str(low), str(high)))
            continue
        yield Normal(low, high, when)


def _limit(value: Fraction | None, node: syntax.Normal, fact: Fact, session: Session) -> Fraction | None:
    if value is None or node.unit is None:
        return value
    unit = read_unit(node.unit, session.found)
    if unit is None:
        raise Abandon
    try:
        return quantities.convert(value, unit, unit_of(fact.unit), fact.molar_mass)
    except quantities.Incommensurable as no:
        text = fact.unit_text or fact.unit
        session.found.add(IncommensurableUnits(node.unit.span, node.unit.text, text, no.reason, no.fix))
        raise Abandon from None
