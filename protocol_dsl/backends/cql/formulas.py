"""Second stage in CQL: its own `and`, `or` and `not` are Kleene's; numbers that may be bounded are intervals."""

from __future__ import annotations

from typing import assert_never

from protocol_dsl.backends.cql.text import decimal, joined, name, string, strings, truth
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
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
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    Call,
    Choose,
    Const,
    FunctionName,
    IfMissing,
    Item,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.protocol import Definition

_COMPARED: dict[Comparison, str] = {
    "<": "Below({0}, {1})",
    "<=": "AtMost({0}, {1})",
    "=": "Same({0}, {1})",
    "!=": "not Same({0}, {1})",
    ">=": "AtMost({1}, {0})",
    ">": "Below({1}, {0})",
}
_FUNCTIONS: dict[FunctionName, str] = {
    "ln": "Ln({})",
    "log10": "Log({}, 10.0)",
    "exp": "Exp({})",
    "sqrt": "Power({}, 0.5)",
    "abs": "Abs({})",
    "round": "RoundedAway({})",
    "floor": "ToDecimal(Floor({}))",
    "ceil": "ToDecimal(Ceiling({}))",
    "negate": "(-{})",
}


class FormulaText:
    """Formulas and numbers of one protocol as expressions. `item` is the alias of the record a filter looks at, whose
    attributes are of the kinds in `kinds`: of a sample, `value`, `upper` and `lower`."""

    def __init__(
        self, definitions: tuple[Definition, ...], item: str = "", attributes: dict[str, str] | None = None
    ) -> None:
        self._definitions = {one.id: one for one in definitions}
        self._item = item
        self._attributes = attributes or {}

    def formula(self, formula: Formula) -> str:
        """A Boolean expression, in parentheses where something may stand beside it."""
        match formula:
            case Constant(value):
                return truth(value)
            case Truth(feature):
                return name(feature)
            case NamedTruth(definition):
                return name(definition)
            case Compare(comparison, left, right):
                return self._compared(comparison, left, right)
            case OneOf(subject, choices, inside):
                return f"OneOf({self._part(subject) if inside else name(subject)}, {strings(choices)})"
            case ItemTruth(part):
                return self._part(part)
            case All(operands):
                return self._joined("and", operands)
            case Any(operands):
                return self._joined("or", operands)
            case Not(operand):
                return f"(not {self.formula(operand)})"
            case AtLeast(count, operands):
                return f"AtLeastOf({count}, {{ {', '.join(map(self.formula, operands))} }})"
            case Known(operand, unsettled):
                return f"KnownTrue({self.formula(operand)}, {self.formula(unsettled)})"
            case Contains():
                raise NotImplementedError("`sayable` leaves criteria on sets out")
            case _:
                assert_never(formula)

    def _joined(self, operator: str, operands: tuple[Formula, ...]) -> str:
        if not operands:
            return truth(operator == "and")
        parts = [self.formula(operand) for operand in operands]
        return parts[0] if len(parts) == 1 else joined(operator, parts)

    def _compared(self, comparison: Comparison, left: Number, right: Number) -> str:
        if self.bounded(left) or self.bounded(right):
            text = _COMPARED[comparison].format(self.interval(left), self.interval(right))
            return f"({text})" if comparison == "!=" else text
        return f"({self.exact(left)} {comparison} {self.exact(right)})"

    def bounded(self, number: Number) -> bool:
        """Whether a number may be known within bounds only."""
        match number:
            case Value():
                return True
            case Item(part):
                return not self._attributes and part in {"value", "upper", "lower"}
            case Named(definition):
                return self.bounded(self._definitions[definition].body)  # type: ignore[arg-type]
            case Arithmetic():
                return self._scaled(number) is not None
            case Choose(_, then, otherwise):
                return self.bounded(then) or self.bounded(otherwise)
            case IfMissing(value, fallback):
                return self.bounded(value) or self.bounded(fallback)
            case Const() | Call():
                return False
            case _:
                assert_never(number)

    def _scaled(self, number: Arithmetic) -> str | None:
        """What may be bounded, times or divided by a positive literal."""
        left, right = number.left, number.right
        if isinstance(right, Const) and right.exact > 0 and number.operator in {"*", "/"}:
            if self.bounded(left):
                function = "Scaled" if number.operator == "*" else "Divided"
                return f"{function}({self.interval(left)}, {decimal(right.exact)})"
        elif isinstance(left, Const) and left.exact > 0 and number.operator == "*" and self.bounded(right):
            return f"Scaled({self.interval(right)}, {decimal(left.exact)})"
        return None

    def interval(self, number: Number) -> str:
        """An `Interval<Decimal>`: the number as far as it is known."""
        match number:
            case Value(feature):
                return name(feature)
            case Item(part) if self.bounded(number):
                return f"{self._item}.{part}"
            case Named(definition) if self.bounded(number):
                return name(definition)
            case Arithmetic() if (scaled := self._scaled(number)) is not None:
                return scaled
            case Choose(condition, then, otherwise) if self.bounded(number):
                return self._chosen(condition, self.interval(then), self.interval(otherwise))
            case IfMissing(value, fallback) if self.bounded(number):
                return f"Coalesce({self.interval(value)}, {self.interval(fallback)})"
            case _:
                return f"Exactly({self.exact(number)})"

    def exact(self, number: Number) -> str:
        """A Decimal, null unless the number is known exactly."""
        match number:
            case Const(value):
                return decimal(value)
            case Item(part) if not self.bounded(number):
                return self._part(part)
            case Named(definition) if not self.bounded(number):
                return name(definition)
            case Value() | Item() | Named():
                return f"Exact({self.interval(number)})"
            case Arithmetic(operator, left, right):
                return self._calculated(operator, self.exact(left), self.exact(right))
            case Call(function, arguments):
                return self._called(function, [self.exact(argument) for argument in arguments])
            case Choose(condition, then, otherwise):
                return self._chosen(condition, self.exact(then), self.exact(otherwise))
            case IfMissing(value, fallback):
                if self.bounded(number):
                    return f"Exact({self.interval(number)})"
                return f"Coalesce({self.exact(value)}, {self.exact(fallback)})"
            case _:
                assert_never(number)

    def _calculated(self, operator: str, left: str, right: str) -> str:
        if operator == "^":
            return f"Power({left}, {right})"
        return joined(operator, (left, right))

    def _called(self, function: FunctionName, arguments: list[str]) -> str:
        if function not in {"max", "min"}:
            return _FUNCTIONS[function].format(*arguments)
        least = "Max" if function == "max" else "Min"
        listed = f"{least}({{ {', '.join(arguments)} }})"
        open_ones = [one for one in arguments if one[0] not in "0123456789"]
        if not open_ones:
            return listed
        # `Max` and `Min` of CQL pass over what is null.
        missing = " or ".join(f"{one} is null" for one in open_ones)
        return f"(if {missing} then null else {listed})"

    def _chosen(self, condition: Formula, then: str, otherwise: str) -> str:
        # `if` takes null for false.
        asked = self.formula(condition)
        return f"(case when {asked} then {then} when not {asked} then {otherwise} else null end)"

    def _part(self, part: str) -> str:
        if not self._attributes:
            return f"{self._item}.choice"
        told = f"Told({self._item}.extension, {string(part)}).value"
        match self._attributes[part]:
            case "number":
                return f"({told} as FHIR.Quantity).value.value"
            case "yes_no":
                return f"({told} as FHIR.boolean).value"
            case _:
                return f"({told} as FHIR.code).value"
