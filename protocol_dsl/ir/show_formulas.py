"""Formulas as indented lines, numbers as infix words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import assert_never, cast

from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Constant,
    Contains,
    Formula,
    ItemTruth,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    Call,
    Choose,
    Const,
    IfMissing,
    Item,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.walk import FORMULAS

INDENT = "  "


def formula_lines(formula: Formula) -> Iterator[str]:
    """`formula` as lines: connectives open an indented block, atoms stand one on a line with their id."""
    waiting: list[tuple[int, Formula]] = [(0, formula)]
    while waiting:
        depth, here = waiting.pop()
        head, operands = _block(here)
        yield INDENT * depth + head
        waiting.extend((depth + 1, operand) for operand in reversed(operands))


def _block(formula: Formula) -> tuple[str, tuple[Formula, ...]]:
    match formula:
        case All(operands):
            return "all of" if operands else "all of nothing", operands
        case Any(operands):
            return "any of" if operands else "any of nothing", operands
        case AtLeast(count, operands):
            return f"at least {count} of", operands
        case Not(operand):
            return "not", (operand,)
        case Known(operand, unsettled):
            return ("known" if unsettled == Constant(False) else f"known, open while {inline(unsettled)}"), (
                operand,
            )
        case _:
            atom = getattr(formula, "atom", "")
            return inline(formula) + (f"  [{atom}]" if atom else ""), ()


def inline(node: Formula | Number) -> str:
    """A formula or number on one line, without ids."""
    if not isinstance(node, FORMULAS):
        return number_words(cast(Number, node))
    formula = cast(Formula, node)
    match formula:
        case All(operands):
            return "(" + " and ".join([inline(one) for one in operands]) + ")" if operands else "true"
        case Any(operands):
            return "(" + " or ".join([inline(one) for one in operands]) + ")" if operands else "false"
        case AtLeast(count, operands):
            return f"at least {count} of {{" + ", ".join([inline(one) for one in operands]) + "}"
        case Not(operand):
            return f"not {inline(operand)}"
        case Known(operand, unsettled):
            doubt = "" if unsettled == Constant(False) else f", open while {inline(unsettled)}"
            return f"known {inline(operand)}{doubt}"
        case Constant(value):
            return "true" if value else "false"
        case NamedTruth(definition):
            return f"@{definition}"
        case _:
            return _atom(formula)


def _atom(atom: Truth | Compare | OneOf | Contains | ItemTruth) -> str:
    match atom:
        case Truth(feature):
            return f"${feature}"
        case Compare(comparison, left, right):
            return f"{number_words(left)} {comparison} {number_words(right)}"
        case OneOf(subject, choices, inside):
            return f"{'.' if inside else '$'}{subject} in {{{', '.join(choices)}}}"
        case Contains(feature, choices):
            return f"${feature} holds any of {{{', '.join(choices)}}}"
        case ItemTruth(part):
            return f".{part}"
        case _:
            assert_never(atom)


def number_words(number: Number) -> str:
    """`$` marks a feature, `@` a definition, `.` a part of the record a filter looks at."""
    match number:
        case Const(exact):
            return rational(exact)
        case Value(feature):
            return f"${feature}"
        case Named(definition):
            return f"@{definition}"
        case Item(part):
            return f".{part}"
        case Arithmetic(operator, left, right):
            return f"{_operand(left)} {operator} {_operand(right)}"
        case Call(function, arguments):
            return f"{function}(" + ", ".join([number_words(one) for one in arguments]) + ")"
        case Choose(condition, then, otherwise):
            words = f"if {inline(condition)} then {_operand(then)} else {_operand(otherwise)}"
            return f"({words})"
        case IfMissing(value, fallback):
            return f"({_operand(value)} or if missing {_operand(fallback)})"
        case _:
            assert_never(number)


def _operand(number: Number) -> str:
    words = number_words(number)
    return f"({words})" if isinstance(number, Arithmetic) else words


def rational(exact: Fraction) -> str:
    """A rational as a decimal when that is exact (at most 12 places), else as `n/d`."""
    for places in range(13):
        scaled = exact * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            sign = "-" if exact < 0 else ""
            return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return f"{exact.numerator}/{exact.denominator}"
