"""Formulas and numbers by definition: Kleene logic, and doubles that are unknown where arithmetic fails."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import assert_never

from protocol_dsl.ir.evaluate.kleene import Truth, at_least, both, decided, either, negation
from protocol_dsl.ir.evaluate.patient import Item, Patient, Scalar
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Atom,
    Compare,
    Comparison,
    Constant,
    Contains,
    Formula,
    ItemTruth,
    Known,
    NamedTruth,
    Not,
    OneOf,
)
from protocol_dsl.ir.formulas import Truth as TruthOf
from protocol_dsl.ir.numbers import (
    Arithmetic,
    ArithmeticOperator,
    Call,
    Choose,
    Const,
    FunctionName,
    IfMissing,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.numbers import Item as ItemNumber
from protocol_dsl.runtime.records import Occurrence, Range, Sample

Quantity = float | Range | None


def truth(formula: Formula, patient: Patient, item: Item | None = None) -> Truth:
    """Whether `formula` holds of `patient`; in a filter, of the record `item` being looked at."""
    match formula:
        case Constant(value):
            return value
        case NamedTruth(definition):
            return as_truth(patient.definition(definition))
        case All(operands):
            return both([truth(operand, patient, item) for operand in operands])
        case Any(operands):
            return either([truth(operand, patient, item) for operand in operands])
        case Not(operand):
            return negation(truth(operand, patient, item))
        case AtLeast(count, operands):
            return at_least(count, [truth(operand, patient, item) for operand in operands])
        case Known(operand, unsettled):
            shown = truth(operand, patient, item)
            absent = shown is None and truth(unsettled, patient, item) is False
            return False if absent else shown
        case _:
            return _atom(formula, patient, item)


def _atom(atom: Atom, patient: Patient, item: Item | None) -> Truth:
    match atom:
        case TruthOf(feature):
            return as_truth(patient.feature(feature))
        case Compare(comparison, left, right):
            return compared(comparison, number(left, patient, item), number(right, patient, item))
        case OneOf(subject, choices, inside):
            chosen = part_of(item, subject) if inside else patient.feature(subject)
            return chosen in choices if isinstance(chosen, str) else None
        case Contains(feature, choices):
            held = patient.feature(feature)
            return not held.isdisjoint(choices) if isinstance(held, frozenset) else None
        case ItemTruth(part):
            return as_truth(part_of(item, part))
        case _:
            assert_never(atom)


def number(node: Number, patient: Patient, item: Item | None = None) -> Quantity:
    """The value of `node`: a double, a Range when only bounded, None when unknown."""
    match node:
        case Const():
            return node.double
        case Value(feature):
            return as_quantity(patient.feature(feature))
        case Named(definition):
            return as_quantity(patient.definition(definition))
        case ItemNumber(part):
            return as_quantity(part_of(item, part))
        case Arithmetic(operator, left, right):
            values = number(left, patient, item), number(right, patient, item)
            exact = _arithmetic(operator, *values)
            return _scaled(node, *values) if exact is None else exact
        case Call(function, arguments):
            return _called(function, [number(argument, patient, item) for argument in arguments])
        case Choose(condition, then, otherwise):
            choice = truth(condition, patient, item)
            return None if choice is None else number(then if choice else otherwise, patient, item)
        case IfMissing(value, fallback):
            known = number(value, patient, item)
            return number(fallback, patient, item) if known is None else known
        case _:
            assert_never(node)


def part_of(item: Item | None, part: str) -> Scalar:
    """A part of the record a filter looks at: a sample's value or limits, an occurrence's attribute."""
    match item:
        case Sample():
            return {"value": item.value, "upper": item.upper, "lower": item.lower}[part]
        case Occurrence():
            return item.attributes.get(part)
        case _:
            return None


def as_truth(value: Scalar) -> Truth:
    """The value of a yes/no feature."""
    return value if isinstance(value, bool) else None


def as_quantity(value: Scalar) -> Quantity:
    """The value of a number feature."""
    return value if isinstance(value, (float, Range)) else None


def compared(comparison: Comparison, left: Quantity, right: Quantity) -> Truth:
    """Decided only when every pair of doubles in the two ranges agrees."""
    if left is None or right is None:
        return None
    a, b = ends(left), ends(right)
    match comparison:
        case "<":
            return decided(a.high < b.low, a.low >= b.high)
        case "<=":
            return decided(a.high <= b.low, a.low > b.high)
        case "=":
            return decided(a.low == a.high == b.low == b.high, a.high < b.low or a.low > b.high)
        case "!=" | ">=" | ">":
            opposite: dict[str, Comparison] = {"!=": "=", ">=": "<", ">": "<="}
            return negation(compared(opposite[comparison], left, right))


def ends(value: float | Range) -> Range:
    """The range a quantity lies in; an exact one is both its ends."""
    return value if isinstance(value, Range) else Range(value, value)


def _scaled(node: Arithmetic, left: Quantity, right: Quantity) -> Range | None:
    """A range times or divided by a positive literal is a range; under any other arithmetic it is unknown."""
    if isinstance(left, Range) and isinstance(node.right, Const) and node.right.double > 0:
        factor = node.right.double
        if node.operator == "*":
            return Range(left.low * factor, left.high * factor)
        if node.operator == "/":
            return Range(left.low / factor, left.high / factor)
    if (
        isinstance(right, Range)
        and isinstance(node.left, Const)
        and node.left.double > 0
        and node.operator == "*"
    ):
        return Range(node.left.double * right.low, node.left.double * right.high)
    return None


def _arithmetic(operator: ArithmeticOperator, left: Quantity, right: Quantity) -> Quantity:
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    match operator:
        case "+":
            return _finite(lambda: left + right)
        case "-":
            return _finite(lambda: left - right)
        case "*":
            return _finite(lambda: left * right)
        case "/":
            return _finite(lambda: left / right)
        case "^":
            return _finite(lambda: math.pow(left, right))


def _called(function: FunctionName, arguments: list[Quantity]) -> Quantity:
    values = [argument for argument in arguments if isinstance(argument, float)]
    if len(values) < len(arguments):
        return None
    return _finite(lambda: _FUNCTIONS[function](*values))


def _finite(compute: Callable[[], float]) -> float | None:
    try:
        result = compute()
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None


def rounded(value: float) -> float:
    """The nearest integer, halves away from zero (Decimal holds a double exactly)."""
    return float(Decimal(value).to_integral_value(ROUND_HALF_UP))


_FUNCTIONS: dict[FunctionName, Callable[..., float]] = {
    "ln": math.log,
    "log10": math.log10,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
    "round": rounded,
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "negate": lambda value: -value,
}
