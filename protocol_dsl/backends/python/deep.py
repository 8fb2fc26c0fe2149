"""What stands too deep for one Python expression and so gets a local of its own, innermost first."""

from __future__ import annotations

from protocol_dsl.ir.formulas import All, Any, AtLeast, Formula, Known, Not
from protocol_dsl.ir.numbers import Arithmetic, Call, Number

DEEPEST_GROUP = 5
DEEPEST_NUMBER = 12


def deep_parts(formula: Formula) -> list[Formula]:
    """The groups inside `formula` that stand too deep for one expression, innermost first."""
    found: list[Formula] = []
    waiting: list[tuple[Formula, int]] = [(formula, 0)]
    while waiting:
        node, level = waiting.pop()
        match node:
            case All(operands) | Any(operands) | AtLeast(_, operands):
                if level > DEEPEST_GROUP:
                    found.append(node)
                    level = 0
                step = 2 if isinstance(node, AtLeast) else 1
                waiting += [(operand, level + step) for operand in operands]
            case Not(operand):
                waiting.append((operand, level))
            case Known(operand, unsettled):
                waiting += [(operand, level + 1), (unsettled, level + 1)]
            case _:
                pass
    return found[::-1]


def deep_numbers(number: Number, height: int) -> list[Arithmetic | Call]:
    """Computations inside `number` at every `height` levels above its leaves, innermost first."""
    order: list[Number] = []
    waiting: list[Number] = [number]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (Arithmetic, Call)):
            order.append(node)
            waiting += (node.left, node.right) if isinstance(node, Arithmetic) else node.arguments
    heights: dict[int, int] = {}
    found: list[Arithmetic | Call] = []
    for node in reversed(order):
        if isinstance(node, (Arithmetic, Call)):
            parts = (node.left, node.right) if isinstance(node, Arithmetic) else node.arguments
            here = 1 + max((heights.get(id(part), 0) for part in parts), default=0)
            heights[id(node)] = here % height
            if here == height and node is not number:
                found.append(node)
    return found
