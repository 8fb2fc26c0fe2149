"""Criteria in the languages of other rule engines, guarded so that what is unknown stays unknown.

Those engines know two truth values. Each criterion therefore becomes two tests, one that holds when it certainly passes
and one that holds when it certainly fails, and both ask whether a value is known before they use it.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from protocol_dsl.ir import formulas as f
from protocol_dsl.ir import numbers as n
from protocol_dsl.ir.protocol import Criterion

Test = tuple[Any, ...]
"""("and" | "or", tests…) | ("not", test) | ("known", operand) | (comparison, operand, operand)"""
Operand = tuple[Any, ...]
"""("value", name) | ("const", value) | (operator, operand, operand)"""
Rails = tuple[Test, Test]

_OPPOSITE = {"<": ">=", "<=": ">", ">=": "<", ">": "<=", "=": "!=", "!=": "="}


class Dialect(Protocol):
    """An engine's language: one rule that gives 1, -1 or 0 for every criterion."""

    def outcomes(self, criteria: list[Rails]) -> Any:
        """The whole rule in the form the engine compiles."""


def rails(criterion: Criterion) -> Rails:
    """When a criterion certainly passes, and when it certainly fails."""
    lines = [line.passes for line in criterion.lines]
    passes = ("and", *(_test(line, True) for line in lines))
    return passes, ("or", *(_test(line, False) for line in lines))


def _test(formula: f.Formula, wanted: bool) -> Test:
    match formula:
        case f.Truth(feature):
            return ("=", ("value", feature), ("const", wanted))
        case f.Not(operand):
            return _test(operand, not wanted)
        case f.All(operands) | f.Any(operands):
            every = isinstance(formula, f.All) == wanted
            return ("and" if every else "or", *(_test(operand, wanted) for operand in operands))
        case f.Known(operand):
            test = _test(operand, True)
            return test if wanted else ("not", test)
        case f.OneOf(subject, choices):
            name = ("value", subject)
            among = ("or", *(("=", name, ("const", choice)) for choice in choices))
            return ("and", ("known", name), among if wanted else ("not", among))
        case f.Compare(comparison, left, right):
            pair = (_operand(left), _operand(right))
            guards = (("known", ("value", name)) for operand in pair for name in _names(operand))
            return ("and", *guards, (comparison if wanted else _OPPOSITE[comparison], *pair))
        case _:
            raise ValueError(f"the flagship asks for something these engines were not given yet: {formula}")


def _operand(number: n.Number) -> Operand:
    match number:
        case n.Const():
            return ("const", number.double)
        case n.Value(feature):
            return ("value", feature)
        case n.Named(definition):
            return ("value", definition.replace(".", "_"))
        case n.Arithmetic(operator, left, right):
            return (operator, _operand(left), _operand(right))
        case _:
            raise ValueError(f"the flagship computes something these engines were not given yet: {number}")


def _names(operand: Operand) -> tuple[str, ...]:
    match operand:
        case ("value", name):
            return (name,)
        case ("const", _):
            return ()
        case (_, left, right):
            return tuple(dict.fromkeys(_names(left) + _names(right)))
        case _:
            raise ValueError(f"no operand: {operand}")


class _Written:
    """A language with infix operators; `words` are its `and`, `or` and `not`."""

    def __init__(self, *words: str) -> None:
        self._and, self._or, self._not = words

    def outcomes(self, criteria: list[Rails]) -> str:
        codes = (
            f"({self._shown(passes)}) ? 1 : (({self._shown(fails)}) ? -1 : 0)" for passes, fails in criteria
        )
        return f"[{', '.join(codes)}]"

    def _shown(self, test: Test) -> str:
        match test:
            case ("and" | "or" as word, *tests):
                joint = f" {self._and if word == 'and' else self._or} "
                return joint.join(f"({self._shown(one)})" for one in tests)
            case ("not", one):
                return f"{self._not}({self._shown(one)})"
            case ("known", operand):
                return f"{self._shown(operand)} != null"
            case ("value", name):
                return str(name)
            case ("const", value):
                return json.dumps(value)
            case (operator, left, right):
                sign = "==" if operator == "=" else operator
                return f"{self._shown(left)} {sign} {self._shown(right)}"
            case _:
                raise ValueError(f"no test: {test}")


class _JsonLogic:
    """JSON Logic: operators as keys of objects."""

    def outcomes(self, criteria: list[Rails]) -> list[Any]:
        return [{"if": [self._shown(passes), 1, self._shown(fails), -1, 0]} for passes, fails in criteria]

    def _shown(self, test: Test) -> Any:
        match test:
            case ("and" | "or" as word, *tests):
                return {word: [self._shown(one) for one in tests]}
            case ("not", one):
                return {"!": [self._shown(one)]}
            case ("known", operand):
                return {"!==": [self._shown(operand), None]}
            case ("value", name):
                return {"var": name}
            case ("const", value):
                return value
            case (operator, left, right):
                sign = {"=": "===", "!=": "!=="}.get(operator, operator)
                return {sign: [self._shown(left), self._shown(right)]}
            case _:
                raise ValueError(f"no test: {test}")


cel: Dialect = _Written("&&", "||", "!")
zen: Dialect = _Written("and", "or", "not ")
datalogic: Dialect = _JsonLogic()
