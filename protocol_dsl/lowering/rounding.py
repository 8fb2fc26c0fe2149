"""Bounds beside numbers that are worked out in doubles, moved by a part in 10^12 towards the value that just meets
them: a recorded 3.3 is three times a recorded 1.1, though 3 * 1.1 is a little more in doubles."""

from __future__ import annotations

from typing import Literal

from attrs import evolve

from protocol_dsl.ir.formulas import Comparison
from protocol_dsl.ir.numbers import Arithmetic, Choose, Const, Item, Number, Value

Side = Literal[-1, 1]
TOWARDS: dict[Comparison, Side] = {">=": -1, "<": -1, "<=": 1, ">": 1}


def computed(number: Number) -> bool:
    """Whether a number is more than a recorded value or a literal."""
    return not isinstance(number, Value | Item | Const)


def forgiving(bound: Number, side: Side, *, beside_computed: bool) -> Number:
    """`bound` moved to `side`: a literal when what stands beside it is worked out, a multiple of a limit always."""
    match bound:
        case Const() if beside_computed and bound.exact != 0:
            return evolve(bound, nudged=side)
        case Arithmetic("*", Const() as factor, other) if factor.exact > 0:
            return evolve(bound, left=evolve(factor, nudged=side), right=other)
        case Choose():
            then = forgiving(bound.then, side, beside_computed=beside_computed)
            otherwise = forgiving(bound.otherwise, side, beside_computed=beside_computed)
            return evolve(bound, then=then, otherwise=otherwise)
        case _:
            return bound
