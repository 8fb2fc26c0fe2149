"""The algebra of columns in Polars: null is unknown, `&` and `|` are Kleene's own."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce

import polars
from polars import Expr

from protocol_dsl.ir.formulas import Comparison
from protocol_dsl.ir.numbers import ArithmeticOperator, FunctionName

_COMPARED: dict[Comparison, Callable[[Expr, Expr], Expr]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_WORKED: dict[ArithmeticOperator, Callable[[Expr, Expr], Expr]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": operator.pow,
}
_CALLED: dict[FunctionName, Callable[..., Expr]] = {
    "ln": lambda one: one.log(),
    "log10": lambda one: one.log10(),
    "exp": lambda one: one.exp(),
    "sqrt": lambda one: one.sqrt(),
    "abs": lambda one: one.abs(),
    "round": lambda one: one.round(0, mode="half_away_from_zero"),
    "floor": lambda one: one.floor(),
    "ceil": lambda one: one.ceil(),
    "negate": lambda one: -one,
}


class Columns:
    """`protocol_dsl.backends.columnwise.Algebra` of Polars expressions."""

    def column(self, name: str) -> Expr:
        """A column of the frame."""
        return polars.col(name)

    def number(self, value: float) -> Expr:
        """A double."""
        return polars.lit(float(value))

    def truth(self, value: bool) -> Expr:
        """True or false."""
        return polars.lit(value)

    def text(self, value: str) -> Expr:
        """A text."""
        return polars.lit(value)

    def compared(self, comparison: Comparison, left: Expr, right: Expr) -> Expr:
        """Null when either side is."""
        return _COMPARED[comparison](left, right)

    def one_of(self, subject: Expr, choices: tuple[str, ...]) -> Expr:
        """One comparison a choice; null stays null."""
        return self.either([subject == choice for choice in choices])

    def both(self, operands: Sequence[Expr]) -> Expr:
        """Polars' `&`."""
        return reduce(operator.and_, operands)

    def either(self, operands: Sequence[Expr]) -> Expr:
        """Polars' `|`."""
        return reduce(operator.or_, operands)

    def negated(self, operand: Expr) -> Expr:
        """Null stays null."""
        return ~operand

    def known(self, operand: Expr) -> Expr:
        """Whether it is not null."""
        return operand.is_not_null()

    def if_null(self, operand: Expr, otherwise: Expr) -> Expr:
        """The first that is not null."""
        return polars.coalesce(operand, otherwise)

    def choice(self, branches: Sequence[tuple[Expr, Expr]], otherwise: Expr | None = None) -> Expr:
        """The last branch stands inside the one before."""
        rest = polars.lit(None) if otherwise is None else otherwise
        for condition, value in reversed(branches):
            rest = polars.when(condition).then(value).otherwise(rest)
        return rest

    def counted(self, conditions: Sequence[Expr]) -> Expr:
        """Null counts as not true."""
        ones = [one.fill_null(False).cast(polars.Int32) for one in conditions]
        return reduce(operator.add, ones)

    def listed(self, named: Sequence[tuple[Expr, str]]) -> Expr:
        """Each name behind a comma, the first comma cut off."""
        if not named:
            return self.text("")
        parts = [
            self.choice([(condition, self.text(f", {name}"))], self.text("")) for condition, name in named
        ]
        return polars.concat_str(parts).str.slice(2)

    def arithmetic(self, operator: ArithmeticOperator, left: Expr, right: Expr, safe: bool) -> Expr:
        """Infinity and NaN become null."""
        result = _WORKED[operator](left, right)
        return result if safe and operator != "^" else self._finite(result)

    def called(self, function: FunctionName, arguments: Sequence[Expr], safe: bool) -> Expr:
        """Infinity and NaN become null; the greatest and least of some unknown are unknown."""
        if function in {"max", "min"}:
            return self._extreme(">=" if function == "max" else "<=", arguments)
        result = _CALLED[function](arguments[0])
        return result if safe else self._finite(result)

    def _extreme(self, comparison: Comparison, arguments: Sequence[Expr]) -> Expr:
        """`max_horizontal` passes over nulls, these do not: a clipped null stays null, and so does a comparison."""

        def chosen(one: Expr, other: Expr) -> Expr:
            if not other.meta.root_names():
                return one.clip(lower_bound=other) if comparison == ">=" else one.clip(upper_bound=other)
            first = self.compared(comparison, one, other)
            return self.choice([(first, one), (~first, other)])

        # Bounds that are the same for everyone come last.
        return reduce(chosen, sorted(arguments, key=lambda one: not one.meta.root_names()))

    def _finite(self, result: Expr) -> Expr:
        return self.choice([(result.is_finite(), result)])
