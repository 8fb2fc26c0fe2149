"""The algebra of columns in SQL: null is unknown, `AND` and `OR` are Kleene's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from sqlglot import exp

from protocol_dsl.backends.sql.dialects import Dialect
from protocol_dsl.ir.formulas import Comparison
from protocol_dsl.ir.numbers import ArithmeticOperator, FunctionName

PATIENT = "p"
"""What the row of the patient is called in every query."""

_COMPARED: dict[Comparison, type[exp.Expr]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    "=": exp.EQ,
    "!=": exp.NEQ,
    ">=": exp.GTE,
    ">": exp.GT,
}
_WORKED: dict[ArithmeticOperator, type[exp.Expr]] = {
    "+": exp.Add,
    "-": exp.Sub,
    "*": exp.Mul,
    "/": exp.Div,
}
_LARGE = 1e150
"""What may be multiplied or divided by another such number without leaving the doubles."""


def double(value: float) -> exp.Expr:
    """A literal that every engine reads as this very double: with an exponent where a decimal would be cut."""
    if value == float("inf") or value == float("-inf"):
        return exp.cast(exp.Literal.string("Infinity" if value > 0 else "-Infinity"), "DOUBLE")
    text = repr(abs(value)).removesuffix(".0")
    if "e" not in text and len(text) > 16:
        text = f"{abs(value):.16e}"
    literal = exp.Literal.number(text)
    return exp.Neg(this=literal) if value < 0 else literal


INFINITE = double(float("inf"))


def both(*operands: exp.Expr) -> exp.Expr:
    """A conjunction, true ones left out."""
    return _joined(exp.And, [one for one in operands if one != exp.true()], exp.true())


def either(*operands: exp.Expr) -> exp.Expr:
    """A disjunction, false ones left out; true when one is plainly so."""
    if exp.true() in operands:
        return exp.true()
    return _joined(exp.Or, [one for one in operands if one != exp.false()], exp.false())


def _joined(connective: type[exp.Expr], operands: list[exp.Expr], empty: exp.Expr) -> exp.Expr:
    wrapped = [_wrapped(one, connective) for one in operands]
    if not wrapped:
        return empty
    return reduce(lambda one, other: connective(this=one, expression=other), wrapped)


def _wrapped(node: exp.Expr, connective: type[exp.Expr]) -> exp.Expr:
    mixed = isinstance(node, exp.Connector) and not isinstance(node, connective)
    return exp.paren(node.copy()) if mixed else node.copy()


def negated(operand: exp.Expr) -> exp.Expr:
    """Null stays null."""
    if isinstance(operand, exp.Boolean):
        return exp.false() if operand.this else exp.true()
    if isinstance(operand, exp.Is) and isinstance(operand.expression, exp.Not):
        return is_null(operand.this)
    return exp.Not(this=_term(operand))


def case(*branches: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    """`CASE WHEN … THEN … ELSE … END`; without `otherwise` null."""
    ifs = [exp.If(this=condition.copy(), true=value.copy()) for condition, value in branches]
    return exp.Case(ifs=ifs, default=None if otherwise is None else otherwise.copy())


def is_null(operand: exp.Expr) -> exp.Expr:
    """Whether it is null."""
    return exp.Is(this=_term(operand), expression=exp.null())


def is_known(operand: exp.Expr) -> exp.Expr:
    """Whether it is not null."""
    return exp.Is(this=_term(operand), expression=exp.Not(this=exp.null()))


def compared(comparison: Comparison, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Null when either side is."""
    return _COMPARED[comparison](this=_term(left), expression=_term(right))


def if_null(operand: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
    """The first that is not null."""
    return exp.Coalesce(this=operand.copy(), expressions=[otherwise.copy()])


def _term(node: exp.Expr) -> exp.Expr:
    """`node` as an operand: in parentheses unless it stands for itself."""
    return (
        exp.paren(node.copy()) if isinstance(node, exp.Binary | exp.Not | exp.Neg | exp.Is) else node.copy()
    )


def is_double(node: exp.Expr) -> bool:
    """Whether the engine takes `node` for a double; bare literals are decimals or integers."""
    match node:
        case exp.Literal():
            return "e" in str(node.this)
        case exp.Neg() | exp.Paren() | exp.Abs():
            return is_double(node.this)
        case exp.Case():
            values = [branch.args["true"] for branch in node.args["ifs"]]
            return any(
                is_double(value)
                for value in [*values, *([node.args["default"]] if node.args.get("default") else [])]
            )
        case exp.Coalesce():
            return any(is_double(one) for one in (node.this, *node.expressions))
        case exp.Null():
            return False
        case _:
            return True


def as_double(node: exp.Expr) -> exp.Expr:
    """`node`, said to be a double where the engine would not take it for one."""
    return node if is_double(node) else exp.cast(node.copy(), "DOUBLE")


def finite(worked: exp.Expr) -> exp.Expr:
    """Null in place of infinity and NaN."""
    for name in ("Infinity", "-Infinity", "NaN"):
        worked = exp.Nullif(this=worked, expression=exp.cast(exp.Literal.string(name), "DOUBLE"))
    return worked


class Sql:
    """`protocol_dsl.backends.columnwise.Algebra` of SQL expressions in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def column(self, name: str) -> exp.Expr:
        """A column of the patient."""
        return exp.column(name, PATIENT)

    def number(self, value: float) -> exp.Expr:
        """A double."""
        return double(float(value))

    def truth(self, value: bool) -> exp.Expr:
        """True or false."""
        return exp.true() if value else exp.false()

    def text(self, value: str) -> exp.Expr:
        """A text."""
        return exp.Literal.string(value)

    def compared(self, comparison: Comparison, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        """Null when either side is."""
        return compared(comparison, left, right)

    def one_of(self, subject: exp.Expr, choices: tuple[str, ...]) -> exp.Expr:
        """`=` of one choice, `IN` of several."""
        if len(choices) == 1:
            return compared("=", subject, self.text(choices[0]))
        return exp.In(this=subject.copy(), expressions=[self.text(one) for one in choices])

    def both(self, operands: Sequence[exp.Expr]) -> exp.Expr:
        """`AND`."""
        return both(*operands)

    def either(self, operands: Sequence[exp.Expr]) -> exp.Expr:
        """`OR`."""
        return either(*operands)

    def negated(self, operand: exp.Expr) -> exp.Expr:
        """`NOT`."""
        return negated(operand)

    def known(self, operand: exp.Expr) -> exp.Expr:
        """`IS NOT NULL`."""
        return is_known(operand)

    def if_null(self, operand: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
        """`COALESCE`."""
        return if_null(operand, otherwise)

    def choice(
        self,
        branches: Sequence[tuple[exp.Expr, exp.Expr]],
        otherwise: exp.Expr | None = None,
    ) -> exp.Expr:
        """`CASE`."""
        return case(*branches, otherwise=otherwise)

    def counted(self, conditions: Sequence[exp.Expr]) -> exp.Expr:
        """A sum of ones; null counts as not true."""
        one, none = exp.Literal.number(1), exp.Literal.number(0)
        ones = [case((condition, one), otherwise=none) for condition in conditions]
        return reduce(lambda some, more: exp.Add(this=some, expression=more), ones)

    def listed(self, named: Sequence[tuple[exp.Expr, str]]) -> exp.Expr:
        """Each name behind a comma, the first comma cut off."""
        if not named:
            return self.text("")
        parts = [case((one, self.text(f", {name}")), otherwise=self.text("")) for one, name in named]
        whole = reduce(lambda one, other: exp.DPipe(this=one, expression=other, safe=False), parts)
        return exp.Substring(this=whole, start=exp.Literal.number(3))

    def arithmetic(
        self, operator: ArithmeticOperator, left: exp.Expr, right: exp.Expr, safe: bool
    ) -> exp.Expr:
        """Null where the result is no finite number: checked before where the engine would raise, else after."""
        if operator == "^":
            return self._power(as_double(left), as_double(right))
        if not is_double(right):
            left = as_double(left)
        worked: exp.Expr
        if operator == "/" and not safe:
            divisor = exp.Nullif(this=right.copy(), expression=exp.Literal.number(0))
            worked = exp.Div(this=_term(left), expression=divisor, typed=True, safe=False)
        elif operator == "/":
            worked = exp.Div(this=_term(left), expression=_term(right), typed=True, safe=False)
        else:
            worked = _WORKED[operator](this=_term(left), expression=_term(right))
        if safe:
            return worked
        if not self.dialect.raises:
            return finite(worked)
        large = double(_LARGE)
        checks = [compared("<", exp.Abs(this=one.copy()), large) for one in (left, right)]
        if operator == "/":
            checks[1] = compared(">", exp.Abs(this=right.copy()), double(1 / _LARGE))
        return case((both(*checks), worked))

    def _power(self, left: exp.Expr, right: exp.Expr) -> exp.Expr:
        worked = exp.Pow(this=left.copy(), expression=right.copy())
        if not self.dialect.raises:
            return finite(worked)
        zero, floor = double(0.0), exp.Floor(this=right.copy())
        base = exp.Nullif(this=exp.Abs(this=left.copy()), expression=zero)
        size = exp.Abs(this=exp.Mul(this=_term(right), expression=exp.Ln(this=base)))
        fits = compared("<", size, double(700.0))
        real = either(compared(">", left, zero), compared("=", right, floor))
        of_zero = case((compared(">", right, zero), zero), (compared("=", right, zero), double(1.0)))
        return as_double(case((compared("=", left, zero), as_double(of_zero)), (both(fits, real), worked)))

    def called(self, function: FunctionName, arguments: Sequence[exp.Expr], safe: bool) -> exp.Expr:
        """Arguments outside the domain are made null first."""
        one = as_double(arguments[0]).copy()
        zero = double(0.0)
        match function:
            case "max" | "min":
                return self._extreme(exp.Greatest if function == "max" else exp.Least, arguments)
            case "ln" | "log10":
                inner = one if safe else case((compared(">", one, zero), one))
                return exp.Ln(this=inner) if function == "ln" else self._log10(inner)
            case "sqrt":
                return exp.Sqrt(this=one if safe else case((compared(">=", one, zero), one)))
            case "exp":
                return exp.Exp(this=one) if safe else self._exponential(one)
            case "abs":
                return exp.Abs(this=one)
            case "negate":
                return exp.Neg(this=_term(one))
            case "floor":
                return self._whole(one, exp.Floor(this=one.copy()))
            case "ceil":
                return self._whole(one, exp.Ceil(this=one.copy()))
            case "round":
                return self._rounded(one)

    def _whole(self, one: exp.Expr, rounded: exp.Expr) -> exp.Expr:
        """Spark makes 64-bit integers here; a double past 10^15 is taken as it is."""
        if self.dialect.name != "spark":
            return rounded
        small = compared("<", exp.Abs(this=one.copy()), double(1e15))
        return as_double(case((small, exp.cast(rounded, "DOUBLE")), otherwise=one))

    def _log10(self, inner: exp.Expr) -> exp.Expr:
        if self.dialect.name in {"duckdb", "spark", "bigquery"}:
            return exp.Anonymous(this="LOG10", expressions=[inner])
        if self.dialect.name == "postgresql":
            return exp.Anonymous(this="LOG", expressions=[inner])
        return exp.Log(this=exp.Literal.number(10), expression=inner)

    def _exponential(self, one: exp.Expr) -> exp.Expr:
        whole = exp.Exp(this=one.copy())
        vanishing = compared("<", one, double(-708.0))
        return as_double(
            case((vanishing, as_double(double(0.0))), (compared("<", one, double(709.78)), whole))
        )

    def _rounded(self, one: exp.Expr) -> exp.Expr:
        """Halves away from zero, which PostgreSQL does only for decimals: the double below one half is added there, so
        that only what is at least a half reaches the next integer."""
        if self.dialect.name != "postgresql":
            return exp.Round(this=one)
        half = exp.Mul(
            this=exp.Anonymous(this="SIGN", expressions=[one.copy()]), expression=double(0.49999999999999994)
        )
        return exp.Anonymous(this="TRUNC", expressions=[exp.Add(this=_term(one), expression=half)])

    def _extreme(self, function: type[exp.Func], arguments: Sequence[exp.Expr]) -> exp.Expr:
        """Engines pass over nulls here; unknown is what is wanted."""
        if len(arguments) == 1:
            return arguments[0]
        operands = [_bare(as_double(one)).copy() for one in arguments]
        chosen: exp.Expr = function(this=operands[0], expressions=operands[1:], ignore_nulls=True)
        unsure = list(dict.fromkeys(known for one in arguments for known in _unsure(one)))
        if not unsure:
            return chosen
        guarded = case((both(*[is_known(one) for one in unsure]), chosen))
        guarded.meta[_UNSURE] = unsure
        return guarded


_UNSURE = "unsure"
"""On a greatest or least: what must be known for it to be. Inside another one the outer guard serves both."""


def _bare(node: exp.Expr) -> exp.Expr:
    return node.args["ifs"][0].args["true"] if _UNSURE in node.meta else node


def _unsure(node: exp.Expr) -> list[exp.Expr]:
    if _UNSURE in node.meta:
        return list(node.meta[_UNSURE])
    return [node] if node.find(exp.Column) else []
