"""Numbers in words: constants with the unit they are compared in, values by name, arithmetic in symbols."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import assert_never

from protocol_dsl.backends.prose.features import FeatureWords
from protocol_dsl.backends.prose.labels import fact_unit, in_sentence, unit_words
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature, SampleValue
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import (
    NEVER_KNOWN,
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
from protocol_dsl.ir.protocol import Definition
from protocol_dsl.ir.walk import features_of, preorder
from protocol_dsl.runtime.phrases import Phrase, exact_text, inline, listed, with_unit

_SIGNS = {"*": "x"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_LONGEST = 40
_PLAIN_FUNCTIONS = {"max": "the larger of", "min": "the smaller of", "abs": "the absolute value of"}


class NumberWords:
    """Words for the numbers of one protocol. `fact` names the fact whose records a filter is looking at."""

    def __init__(
        self,
        features: Mapping[str, Feature],
        definitions: Mapping[str, Definition],
        facts: Mapping[str, Fact],
        words: FeatureWords,
        condition: Callable[[Formula, str | None], Phrase],
    ) -> None:
        self._features = features
        self._definitions = definitions
        self._facts = facts
        self._words = words
        self._condition = condition
        self._lengths: dict[Number, bool] = {}

    def number(
        self, number: Number, unit: str = "", fact: str | None = None, beside: Number | None = None
    ) -> str:
        """A number in words; a constant stands in `unit`. `beside` is what it is compared with, so that a limit of
        normal of the same lab is "its upper limit of normal"."""
        if self._too_long(number):
            names = [self._words.phrase(self._features[name]) for name in features_of(number)]
            return f"a value computed from {listed(names)}"
        match number:
            case Const(exact):
                return with_unit(exact_text(exact), unit)
            case Value(feature):
                return self._value(self._features[feature], beside)
            case Named(definition):
                return self.definition(definition)
            case Item(part):
                return self._item(part)
            case Arithmetic() if number == NEVER_KNOWN:
                return "not known"
            case Arithmetic():
                return self._arithmetic(number, fact, beside)
            case Call(function, arguments):
                inner = ", ".join(self.number(argument, unit, fact, beside) for argument in arguments)
                if function == "negate":
                    return f"-({inner})"
                plain = _PLAIN_FUNCTIONS.get(function)
                return f"{function}({inner})" if plain is None else f"{plain} {{{inner}}}"
            case Choose(condition, then, otherwise):
                first, second = (self.number(choice, unit, fact, beside) for choice in (then, otherwise))
                return f"{first} if {inline(self._condition(condition, fact))}, else {second}"
            case IfMissing(value, fallback):
                first, second = (
                    self.number(value, unit, fact, beside),
                    self.number(fallback, unit, fact, beside),
                )
                shown = (
                    with_unit(second, self.unit(value, fact))
                    if isinstance(fallback, Const) and not unit
                    else second
                )
                return f"{first} ({shown} where none is recorded)"
        assert_never(number)

    def definition(self, name: str) -> str:
        """A definition by its words, or by its name."""
        definition = self._definitions[name]
        return in_sentence(definition.words.strip()) or name.rpartition(".")[2].replace("_", " ")

    def unit(self, number: Number, fact: str | None = None) -> str:
        """The unit a number is printed in; empty for a plain one or where none can be told."""
        if self._too_long(number):
            return ""
        match number:
            case Value(feature):
                return self._words.unit(self._features[feature])
            case Named(definition):
                return unit_words(self._definitions[definition].unit)
            case Item(part):
                return self._item_unit(part, fact)
            case Arithmetic(operator, left, right):
                return self._unit_of_arithmetic(operator, left, right, fact)
            case Call(function, arguments) if function in {
                "max",
                "min",
                "abs",
                "negate",
                "round",
                "floor",
                "ceil",
            }:
                return next(filter(None, (self.unit(argument, fact) for argument in arguments)), "")
            case Choose(_, then, otherwise) | IfMissing(then, otherwise):
                return self.unit(then, fact) or self.unit(otherwise, fact)
            case Const() | Call():
                return ""
        assert_never(number)

    def _too_long(self, number: Number) -> bool:
        """Whether nobody would follow the formula in words: it is told by what it is computed from."""
        if not isinstance(number, Arithmetic | Call):
            return False
        if number not in self._lengths:
            # INVARIANT: the outermost number is asked about first, so that none of the deep ones is walked into.
            self._lengths[number] = sum(1 for _ in islice(preorder(number), _LONGEST + 1)) > _LONGEST
        return self._lengths[number]

    def _unit_of_arithmetic(self, operator: str, left: Number, right: Number, fact: str | None) -> str:
        units = self.unit(left, fact), self.unit(right, fact)
        if operator in "+-" or (operator == "*" and not all(units)):
            return units[0] or units[1]
        return units[0] if operator == "/" and isinstance(right, Const) else ""

    def _value(self, feature: Feature, beside: Number | None) -> str:
        node = feature.node
        if isinstance(node, SampleValue) and node.part != "value" and isinstance(beside, Value):
            other = self._features[beside.feature].node
            if isinstance(other, SampleValue) and (other.fact, other.window) == (node.fact, node.window):
                return f"its {node.part} limit of normal"
        return self._words.phrase(feature)

    def _item(self, part: str) -> str:
        limits = {"upper": "its upper limit of normal", "lower": "its lower limit of normal"}
        return limits.get(part, part.replace("_", " "))

    def _item_unit(self, part: str, fact: str | None) -> str:
        if fact is None:
            return ""
        if part in {"value", "upper", "lower"}:
            return fact_unit(self._facts[fact])
        attributes = {attribute.name: attribute.unit for attribute in self._facts[fact].attributes}
        unit = attributes.get(part, "1")
        return "" if unit == "1" else unit

    def _arithmetic(self, number: Arithmetic, fact: str | None, beside: Number | None) -> str:
        left, right, operator = number.left, number.right, number.operator
        if operator == "*" and isinstance(left, Const) and isinstance(right, Value | Item):
            return f"{exact_text(left.exact)} times {self.number(right, '', fact, beside)}"
        unit = "" if operator in "*/^" else self.unit(number, fact)
        words = [self._operand(side, operator, unit, fact, beside) for side in (left, right)]
        if (
            operator in "-/"
            and isinstance(right, Arithmetic)
            and _STRENGTH[right.operator] == _STRENGTH[operator]
        ):
            words[1] = f"({words[1]})"
        return f"{words[0]} {_SIGNS.get(operator, operator)} {words[1]}"

    def _operand(
        self, side: Number, operator: str, unit: str, fact: str | None, beside: Number | None
    ) -> str:
        words = self.number(side, unit, fact, beside)
        loose = isinstance(side, Choose) or (
            isinstance(side, Arithmetic) and _STRENGTH[side.operator] < _STRENGTH[operator]
        )
        return f"({words})" if loose else words
