"""Formulas as the flat table of nodes that `protocol_dsl.runtime.table` weighs and verdicts are explained from."""

from __future__ import annotations

from typing import Any as Anything
from typing import assert_never

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
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.ir.protocol import Definition

Node = tuple[Anything, ...]


class Table:
    """Nodes of one protocol (or of one filter), each after those it rests on, equal ones once."""

    def __init__(self, definitions: dict[str, Definition], prose: Prose, fact: str | None = None) -> None:
        self.nodes: list[Node] = []
        self._definitions = definitions
        self._prose = prose
        self._fact = fact
        self._index: dict[Node, int] = {}

    def formula(self, formula: Formula) -> int:
        """The place of a formula in the table."""
        match formula:
            case Constant(value):
                return self._add("constant", value)
            case Truth(feature):
                return self._add("truth", feature, *self._prose.truth(feature))
            case ItemTruth(part):
                return self._add("item_truth", part, *self._prose.atom(formula, self._fact))
            case NamedTruth(definition):
                body: Formula = self._definitions[definition].body  # type: ignore[assignment]
                return self._add("condition", self.formula(body), self._prose.definition(definition))
            case Compare(comparison, left, right):
                words = self._prose.predicate(formula, self._fact)
                return self._add("compare", comparison, self.number(left), self.number(right), *words)
            case OneOf(subject, choices, item):
                words = self._prose.predicate(formula, self._fact)
                return self._add("item_one_of" if item else "one_of", subject, choices, *words)
            case Contains(feature, choices):
                return self._add("contains", feature, choices, *self._prose.predicate(formula, self._fact))
            case All(operands):
                return self._add("all", tuple(self.formula(operand) for operand in operands))
            case Any(operands):
                return self._add("any", tuple(self.formula(operand) for operand in operands))
            case Not(operand):
                return self._add("not", self.formula(operand))
            case AtLeast(count, operands):
                return self._add("at_least", count, tuple(self.formula(operand) for operand in operands))
            case Known(operand, unsettled):
                doubt = () if unsettled == Constant(False) else (self.formula(unsettled),)
                return self._add("known", self.formula(operand), *doubt)
        assert_never(formula)

    def number(self, number: Number) -> int:
        """The place of a number in the table."""
        match number:
            case Const():
                return self._add("const", number.double)
            case Value(feature):
                return self._add("value", feature)
            case Item(part):
                return self._add("item", part)
            case Named(definition):
                return self._named(self._definitions[definition])
            case Arithmetic():
                return self._arithmetic(number)
            case Call(function, arguments):
                return self._add("call", function, tuple(self.number(argument) for argument in arguments))
            case Choose(condition, then, otherwise):
                places = self.formula(condition), self.number(then), self.number(otherwise)
                return self._add("choose", *places)
            case IfMissing(value, fallback):
                return self._add("if_missing", self.number(value), self.number(fallback))
        assert_never(number)

    def _named(self, definition: Definition) -> int:
        body: Number = definition.body  # type: ignore[assignment]  # a number definition holds a number
        unit = "" if definition.unit == "1" else definition.unit
        return self._add("named", self.number(body), self._prose.definition(definition.id), unit)

    def _arithmetic(self, number: Arithmetic) -> int:
        operator, left, right = number.operator, number.left, number.right
        if operator in "*/" and isinstance(right, Const) and right.double > 0.0:
            return self._add("scaled", operator, self.number(left), right.double)
        if operator == "*" and isinstance(left, Const) and left.double > 0.0:
            return self._add("scaled", operator, self.number(right), left.double)
        return self._add("arithmetic", operator, self.number(left), self.number(right))

    def _add(self, *node: Anything) -> int:
        # True equals 1 and 1.0 in a key, so the kind of each constant is part of it.
        key = (*node, *(type(part).__name__ for part in node))
        if key not in self._index:
            self._index[key] = len(self.nodes)
            self.nodes.append(node)
        return self._index[key]
