"""Criteria over columns, said once for every engine that works on whole columns: formulas and numbers of the second
stage, and filters, in terms of an `Algebra` whose null is unknown.

A number that may be only bounded ("<40") is two columns, its low and its high end; any other is one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NoReturn, Protocol, TypeVar, assert_never

from attrs import field, frozen

from protocol_dsl.backends.bounds import Bounds
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
    ArithmeticOperator,
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

E = TypeVar("E")


class Algebra(Protocol[E]):
    """What an engine must offer. Null is unknown; `both`, `either` and `negated` are Kleene's, a comparison with null
    is null, and of a `choice` the branch is taken whose condition is the first that is true."""

    def column(self, name: str) -> E:
        """A column of the patient."""

    def number(self, value: float) -> E:
        """A double."""

    def truth(self, value: bool) -> E:
        """True or false."""

    def text(self, value: str) -> E:
        """A text."""

    def compared(self, comparison: Comparison, left: E, right: E) -> E:
        """Two exact numbers compared."""

    def one_of(self, subject: E, choices: tuple[str, ...]) -> E:
        """Whether a text is one of the choices; null stays null."""

    def both(self, operands: Sequence[E]) -> E:
        """Kleene conjunction of one or more."""

    def either(self, operands: Sequence[E]) -> E:
        """Kleene disjunction of one or more."""

    def negated(self, operand: E) -> E:
        """Null stays null."""

    def known(self, operand: E) -> E:
        """Whether it is not null."""

    def if_null(self, operand: E, otherwise: E) -> E:
        """The first, or the second where the first is null."""

    def choice(self, branches: Sequence[tuple[E, E]], otherwise: E | None = None) -> E:
        """`if … then …` in turn; `otherwise` None is null."""

    def counted(self, conditions: Sequence[E]) -> E:
        """How many are true."""

    def listed(self, named: Sequence[tuple[E, str]]) -> E:
        """The names whose conditions are true, set apart by `, `; an empty text when none is."""

    def arithmetic(self, operator: ArithmeticOperator, left: E, right: E, safe: bool) -> E:
        """In doubles; null where the result is no finite number. `safe`: it always is one."""

    def called(self, function: FunctionName, arguments: Sequence[E], safe: bool) -> E:
        """A function of doubles, null outside its domain or range. `safe`: the arguments always lie in its domain."""


@frozen
class Quantity(Generic[E]):
    """A number in columns: exact when `high` is None, else known to lie from `low` to `high`; null is unknown."""

    low: E
    high: E | None = None


def _no_record(part: str) -> NoReturn:
    raise KeyError(part)  # INVARIANT: only filters look at parts of a record


@frozen
class Names(Generic[E]):
    """Where values stand: features (a choice or truth by id), numbers by id, members of sets, definitions, and, inside
    a filter, the parts of the record."""

    value: Callable[[str], E]
    number: Callable[[str], Quantity[E]]
    holds: Callable[[str, str], E]
    defined: Callable[[str], E]
    defined_number: Callable[[str], Quantity[E]]
    part: Callable[[str], E] = field(default=_no_record)
    part_number: Callable[[str], Quantity[E]] = field(default=_no_record)


@frozen
class Columnwise(Generic[E]):
    """Turns formulas and numbers into expressions of one engine."""

    algebra: Algebra[E]
    names: Names[E]
    bounds: Bounds

    def formula(self, formula: Formula) -> E:
        """A truth: true, false or null."""
        algebra = self.algebra
        match formula:
            case Constant(value):
                return algebra.truth(value)
            case Truth(feature):
                return self.names.value(feature)
            case NamedTruth(definition):
                return self.names.defined(definition)
            case OneOf(subject, choices, inside):
                held = self.names.part(subject) if inside else self.names.value(subject)
                return algebra.one_of(held, choices)
            case Contains(feature, choices):
                return algebra.either([self.names.holds(feature, choice) for choice in choices])
            case ItemTruth(part):
                return self.names.part(part)
            case Compare(comparison, left, right):
                return self._compared(comparison, self.number(left), self.number(right))
            case All(operands):
                return algebra.both(self._formulas(operands)) if operands else algebra.truth(True)
            case Any(operands):
                return algebra.either(self._formulas(operands)) if operands else algebra.truth(False)
            case Not(operand):
                return algebra.negated(self.formula(operand))
            case AtLeast(count, operands):
                return self._at_least(count, self._formulas(operands))
            case Known(operand, unsettled):
                return algebra.if_null(self.formula(operand), self._absent(unsettled))
        assert_never(formula)

    def _absent(self, unsettled: Formula) -> E:
        """False where nothing is left open: then what is unknown is absent."""
        no = self.algebra.truth(False)
        if unsettled == Constant(False):
            return no
        return self.algebra.choice([(self.algebra.negated(self.formula(unsettled)), no)])

    def _formulas(self, operands: Sequence[Formula]) -> list[E]:
        return [self.formula(operand) for operand in operands]

    def _at_least(self, count: int, operands: list[E]) -> E:
        algebra = self.algebra
        if not operands:
            return algebra.truth(count <= 0)
        wanted = algebra.number(count)
        possible = [algebra.if_null(operand, algebra.truth(True)) for operand in operands]
        certainly = algebra.compared(">=", algebra.counted(operands), wanted)
        impossible = algebra.compared("<", algebra.counted(possible), wanted)
        return algebra.choice([(certainly, algebra.truth(True)), (impossible, algebra.truth(False))])

    def _compared(self, comparison: Comparison, left: Quantity[E], right: Quantity[E]) -> E:
        """Decided only when all numbers from low to high agree."""
        algebra = self.algebra
        if left.high is None and right.high is None:
            return algebra.compared(comparison, left.low, right.low)
        if comparison in {"=", "!="}:
            return self._equal(comparison == "=", left, right)
        near, far = (left.low, _high(left)), (right.low, _high(right))
        if comparison in {">", ">="}:
            far = far[::-1]
        else:
            near = near[::-1]
        certainly = algebra.compared(comparison, near[0], far[0])
        certainly_not = algebra.compared(_OPPOSITE[comparison], near[1], far[1])
        return algebra.choice([(certainly, algebra.truth(True)), (certainly_not, algebra.truth(False))])

    def _equal(self, wanted: bool, left: Quantity[E], right: Quantity[E]) -> E:
        algebra = self.algebra
        one = [self._is_exact(side) for side in (left, right) if side.high is not None]
        equal = algebra.both([*one, algebra.compared("=", left.low, right.low)])
        apart = algebra.either(
            [
                algebra.compared("<", _high(left), right.low),
                algebra.compared(">", left.low, _high(right)),
            ]
        )
        return algebra.choice([(equal, algebra.truth(wanted)), (apart, algebra.truth(not wanted))])

    def _is_exact(self, number: Quantity[E]) -> E:
        return self.algebra.compared("=", number.low, _high(number))

    def number(self, number: Number) -> Quantity[E]:
        """A number, exact or between two ends."""
        algebra = self.algebra
        match number:
            case Const():
                return Quantity(algebra.number(number.double))
            case Value(feature):
                return self.names.number(feature)
            case Named(definition):
                return self.names.defined_number(definition)
            case Item(part):
                return self.names.part_number(part)
            case Arithmetic():
                return self._arithmetic(number)
            case Call(function, arguments):
                parts = [self.exact(self.number(argument)) for argument in arguments]
                return Quantity(algebra.called(function, parts, self._in_domain(number)))
            case Choose(condition, then, otherwise):
                chosen = self._chosen(self.formula(condition), self.number(then), self.number(otherwise))
                simple = self._plain_choice(condition, then, otherwise)
                return chosen if simple is None else simple
            case IfMissing(value, fallback):
                return self._ends(algebra.if_null, self.number(value), self.number(fallback))
        assert_never(number)

    def exact(self, number: Quantity[E]) -> E:
        """The number where it is exact, else null."""
        if number.high is None:
            return number.low
        return self.algebra.choice([(self._is_exact(number), number.low)])

    def _ends(self, join: Callable[[E, E], E], one: Quantity[E], other: Quantity[E]) -> Quantity[E]:
        """Both ends joined alike; one end when both numbers are exact."""
        low = join(one.low, other.low)
        exact = one.high is None and other.high is None
        return Quantity(low, None if exact else join(_high(one), _high(other)))

    def _chosen(self, condition: E, then: Quantity[E], otherwise: Quantity[E]) -> Quantity[E]:
        not_so = self.algebra.negated(condition)
        return self._ends(
            lambda one, other: self.algebra.choice([(condition, one), (not_so, other)]), then, otherwise
        )

    def _plain_choice(self, condition: Formula, then: Number, otherwise: Number) -> Quantity[E] | None:
        """`if inr < 1 then 1 else inr`: where the condition is null the number is, so that nobody need ask twice."""
        match condition:
            case Compare(_, Value(feature) as left, Const()) if otherwise == left or _scaled_alone(
                otherwise, feature
            ):
                number, first = self.number(otherwise), self.number(then)
                if number.high is None and first.high is None and self.names.number(feature).high is None:
                    asked = self.algebra.choice([(self.formula(condition), first.low)], number.low)
                    return Quantity(asked)
        return None

    def _arithmetic(self, node: Arithmetic) -> Quantity[E]:
        """A bounded number times or divided by a positive literal stays one; any other must be exact."""
        left, right = self.number(node.left), self.number(node.right)
        safe = self._is_finite(node)

        def worked(one: E, other: E, sure: bool = safe) -> E:
            return self.algebra.arithmetic(node.operator, one, other, sure)

        if left.high is not None and _positive(node.right) and node.operator in {"*", "/"}:
            return self._scaled(left, lambda end, sure: worked(end, right.low, sure), safe)
        if right.high is not None and _positive(node.left) and node.operator == "*":
            return self._scaled(right, lambda end, sure: worked(left.low, end, sure), safe)
        return Quantity(worked(self.exact(left), self.exact(right)))

    def _scaled(self, number: Quantity[E], by: Callable[[E, bool], E], safe: bool) -> Quantity[E]:
        """Both ends scaled: an infinite end stays one, an exact number that overflows is unknown."""
        algebra = self.algebra
        low, high = by(number.low, True), by(_high(number), True)
        if safe:
            return Quantity(low, high)
        exact = self._is_exact(number)
        value = by(number.low, False)
        return Quantity(algebra.choice([(exact, value)], low), algebra.choice([(exact, value)], high))

    def _is_finite(self, number: Number) -> bool:
        return self.bounds.of(number) is not None

    def _in_domain(self, call: Call) -> bool:
        match call.function:
            case "ln" | "log10":
                found = self.bounds.of(call.arguments[0])
                return found is not None and found[0] > 0.0
            case "sqrt":
                return self.bounds.within(call.arguments[0], 0.0, float("inf"))
            case "exp":
                return self.bounds.within(call.arguments[0], -700.0, 700.0)
            case _:
                return True


_OPPOSITE: dict[Comparison, Comparison] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def _high(number: Quantity[E]) -> E:
    return number.low if number.high is None else number.high


def _scaled_alone(number: Number, feature: str) -> bool:
    """Whether a number is null wherever a feature is: that feature times or divided by a literal."""
    match number:
        case Arithmetic(_, Value(name), Const()) | Arithmetic(_, Const(), Value(name)):
            return name == feature
    return False


def _positive(number: Number) -> bool:
    return isinstance(number, Const) and number.double > 0
