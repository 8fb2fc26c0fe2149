"""Second stage: formulas and numbers as calls of the runtime's `logic`, each with the words it is told in."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.backends.javascript.code import Call, Code, literal, member
from protocol_dsl.backends.prose import Prose
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
    Choose,
    Const,
    IfMissing,
    Item,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.numbers import Call as Function
from protocol_dsl.ir.protocol import Definition


class FormulaCode:
    """Code over `f` (features), `d` (definitions) and, in a filter, `record`, which needs no words."""

    def __init__(self, prose: Prose, in_filter: bool = False) -> None:
        self._prose = prose
        self._in_filter = in_filter

    def definition(self, definition: Definition) -> Code:
        """A definition's value under its name."""
        words = literal(self._prose.definition(definition.id))
        if definition.type == "truth":
            return Call("condition", (self.formula(definition.body), words))  # type: ignore[arg-type]
        unit = "" if definition.unit == "1" else definition.unit
        return Call("named", (self.number(definition.body), words, literal(unit)))  # type: ignore[arg-type]

    def formula(self, formula: Formula) -> Code:
        """A condition."""
        match formula:
            case Constant(value):
                return Call("constant", (literal(value),))
            case Truth(feature):
                words = () if self._in_filter else self._prose.truth(feature)
                return Call("truth", (_feature(feature), *map(literal, words)))
            case ItemTruth(part):
                return Call("partTruth", ("record", literal(part)))
            case NamedTruth(definition):
                return Call("d", (literal(definition),))
            case Compare(comparison, left, right):
                sides = self.number(left), literal(comparison), self.number(right)
                return Call("compare", (*sides, *self._words(formula)))
            case OneOf(subject, choices, item):
                chosen = Call("part", ("record", literal(subject))) if item else _feature(subject)
                return Call("oneOf", (chosen, literal(choices), *self._words(formula)))
            case Contains(feature, choices):
                return Call("holds", (_feature(feature), literal(choices), *self._words(formula)))
            case All(operands):
                return Call("all", self._formulas(operands))
            case Any(operands):
                return Call("any", self._formulas(operands))
            case Not(operand):
                return Call("not", (self.formula(operand),))
            case AtLeast(count, operands):
                return Call("atLeast", (literal(count), *self._formulas(operands)))
            case Known(operand, unsettled):
                doubt = () if unsettled == Constant(False) else (self.formula(unsettled),)
                return Call("known", (self.formula(operand), *doubt))
        assert_never(formula)

    def number(self, number: Number) -> Code:
        """A number."""
        match number:
            case Const():
                return literal(number.double)
            case Value(feature):
                return _feature(feature)
            case Item(part):
                return Call("partNumber", ("record", literal(part)))
            case Named(definition):
                return Call("d", (literal(definition),))
            case Arithmetic():
                return self._arithmetic(number)
            case Function(function, arguments):
                return Call("call", (literal(function), *(self.number(one) for one in arguments)))
            case Choose(condition, then, otherwise):
                return Call("choose", (self.formula(condition), self.number(then), self.number(otherwise)))
            case IfMissing(value, fallback):
                return Call("ifMissing", (self.number(value), self.number(fallback)))
        assert_never(number)

    def _arithmetic(self, number: Arithmetic) -> Code:
        """A range passes through a positive literal, and nothing else."""
        operator, left, right = number.operator, number.left, number.right
        if operator in "*/" and isinstance(right, Const) and right.double > 0.0:
            return Call("scaled", (self.number(left), literal(operator), literal(right.double)))
        if operator == "*" and isinstance(left, Const) and left.double > 0.0:
            return Call("scaled", (self.number(right), literal(operator), literal(left.double)))
        return Call("arithmetic", (self.number(left), literal(operator), self.number(right)))

    def _formulas(self, formulas: tuple[Formula, ...]) -> tuple[Code, ...]:
        return tuple(self.formula(one) for one in formulas)

    def _words(self, atom: Compare | OneOf | Contains) -> tuple[str, ...]:
        return () if self._in_filter else tuple(map(literal, self._prose.predicate(atom)))


def _feature(name: str) -> str:
    return member("f", name)
