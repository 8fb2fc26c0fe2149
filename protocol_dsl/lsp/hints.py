"""What a threshold comes to: in the unit the fact is kept in, and at the declared limit of normal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from protocol_dsl.ir.facts import Fact
from protocol_dsl.lsp.document import Document
from protocol_dsl.lsp.tree import parts
from protocol_dsl.syntax.nodes import expressions


def hints(document: Document) -> list[tuple[int, str]]:
    """Offsets and the words that stand there."""
    return [found for criterion in document.criteria for found in _below(document, criterion)]


def _below(document: Document, node: object) -> Iterator[tuple[int, str]]:
    if isinstance(node, expressions.Compare):
        yield from _compared(document, node.left, (node.right,))
    if isinstance(node, expressions.Between):
        yield from _compared(document, node.subject, (node.low, node.high))
    for _, part in parts(node):
        yield from _below(document, part)


def _compared(
    document: Document, subject: expressions.Expression, bounds: tuple[expressions.Expression, ...]
) -> Iterator[tuple[int, str]]:
    named = subject.name.text if isinstance(subject, expressions.Reference) else None
    fact = document.checked.scope.facts.get(named or "")
    if fact is None:
        return
    for bound in bounds:
        value = _value(fact, bound)
        if value is not None:
            yield bound.span.end, f" = {_number(value[0])} {fact.unit_text}{value[1]}".rstrip()


def _value(fact: Fact, bound: expressions.Expression) -> tuple[Fraction, str] | None:
    match bound:
        case expressions.Quantity(unit=unit) if unit is not None and unit.text != fact.unit_text:
            known = next((one for one in fact.units if one.text == unit.text), None)
            return None if known is None else (bound.number.value * known.scale + known.offset, "")
        case expressions.Multiple():
            normal = next((one for one in fact.normals if one.when is None), None)
            limit = normal and (normal.high if bound.limit == "ULN" else normal.low)
            return None if not limit else (bound.number.value * limit, f" at {bound.limit} {_number(limit)}")
    return None


def _number(value: Fraction) -> str:
    return f"{float(value):.4g}"
