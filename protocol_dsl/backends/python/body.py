"""The body of one generated function over features: locals for numbers and shared conditions, written on first use."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import assert_never

from protocol_dsl.backends.bounds import Bounds
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.python.deep import DEEPEST_NUMBER, deep_numbers, deep_parts
from protocol_dsl.backends.python.expressions import (
    FALSE,
    TRUE,
    Chain,
    Expression,
    Invocation,
    Level,
    Prefix,
    Text,
    binary,
    chain,
    flat,
    statement,
)
from protocol_dsl.backends.python.rails import Code, Rails, Test, conjuncts, known, known_first, unknown
from protocol_dsl.backends.writer import Writer
from protocol_dsl.ir.formulas import Formula, NamedTruth
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.ir.protocol import Definition

_LEVELS = {"+": Level.SUM, "-": Level.SUM, "*": Level.PRODUCT, "/": Level.PRODUCT}
_FUNCTIONS = {"ln": "log", "log10": "log10", "exp": "exp", "sqrt": "sqrt", "abs": "abs"}
_RAISING = {"ln", "log10", "exp", "sqrt", "round", "floor", "ceil"}
"""Functions that raise for some double (a whole number is found of no NaN)."""


class Context:
    """What every body of one protocol shares: its definitions, the bounds of its numbers (`any_bounds` whatever is
    recorded), and the names of the runtime it has used."""

    def __init__(
        self,
        definitions: dict[str, Definition],
        bounds: Bounds,
        any_bounds: Bounds,
        heading: Callable[[Definition], str],
    ) -> None:
        self.definitions = definitions
        self.bounds = bounds
        self.any_bounds = any_bounds
        self.heading = heading
        self.used: set[str] = set()


class Body:
    """Writes locals into `writer` before the code that reads them. `feature` gives the name a feature is held
    under (and may write a line that loads it); `item` the same for a part of the record in a filter."""

    def __init__(
        self,
        writer: Writer,
        scope: Scope,
        context: Context,
        feature: Callable[[str], str],
        choices: Callable[[str, bool], tuple[str, ...]],
        item: Callable[[str], str] = lambda part: part,
    ) -> None:
        self._writer = writer
        self._scope = scope
        self._context = context
        self._feature = feature
        self._item = item
        self._codes: dict[Number, Code] = {}
        self._limits: dict[Choose, str] = {}
        self._held: dict[Formula, str] = {}
        self._commented = True
        self.owner = "value"
        self.rails = Rails(self.number, feature, item, self.held, choices)

    def quiet(self) -> Body:
        """The same without comments (for the short forms, whose long form has them)."""
        self._commented = False
        return self

    def write(self, before: str, expression: Expression, after: str = "") -> None:
        """A statement, broken over lines where it is too long."""
        self._writer.lines(*statement(before, expression, after, self._writer.margin))

    def number(self, number: Number) -> Code:
        """The code of a number; what is not a plain expression is computed into a local first."""
        if isinstance(number, (Const, Value, Item)):
            return self._code(number)
        if number not in self._codes:
            for part in deep_numbers(number, DEEPEST_NUMBER):
                if part not in self._codes:
                    name = self._scope.fresh(f"{self.owner}_value")
                    self._codes[part] = self._guarded(part, self._plain(part), name)
            self._codes[number] = self._code(number)
        return self._codes[number]

    def held(self, formula: Formula) -> str:
        """The three-valued local that holds a formula, computed at its first use."""
        if formula not in self._held:
            self._held[formula] = self._hold(formula)
        return self._held[formula]

    def prepare(self, formula: Formula) -> None:
        """Locals for what stands too deep in `formula` for one expression."""
        for part in deep_parts(formula):
            self.held(part)

    def decide(self, name: str, formula: Formula) -> None:
        """`name` becomes True, False or None, the outcome of `formula`."""
        self.prepare(formula)
        true, false = self.rails.parts(formula), self.rails.parts(formula, False)
        if true.needs and true.needs == false.needs and FALSE not in {true.test, false.test}:
            self._decide_known(name, true, false)
        else:
            self.outcome(name, self.rails.certainly(formula), self.rails.certainly(formula, False))

    def _decide_known(self, name: str, true: Test, false: Test) -> None:
        """Both rails ask first whether the same values are known: asked once."""
        self._writer.line(f"{name}: bool | None")
        self.write("if ", unknown(true.needs), ":")
        with self._writer.indented():
            self._writer.line(f"{name} = None")
        self.write("elif ", true.test, ":")
        with self._writer.indented():
            self._writer.line(f"{name} = True")
        self.otherwise(name, false.test)

    def outcome(self, name: str, true: Expression, false: Expression) -> None:
        """`name` becomes True where the test `true` holds, False where `false` does, else None."""
        if TRUE in {true, false}:
            self._writer.line(f"{name}: bool | None = {true == TRUE}")
            return
        if true == false == FALSE:
            self._writer.line(f"{name}: bool | None = None")
            return
        self._writer.line(f"{name}: bool | None")
        if true == FALSE:
            self.write("if ", false, ":")
            with self._writer.indented():
                self._writer.line(f"{name} = False")
            false = FALSE
        else:
            self.write("if ", true, ":")
            with self._writer.indented():
                self._writer.line(f"{name} = True")
        self.otherwise(name, false)

    def otherwise(self, name: str, false: Expression) -> None:
        """The branches after `name` was found True: False where the test `false` holds, else None."""
        if false != FALSE:
            self.write("elif ", known_first(false), ":")
            with self._writer.indented():
                self._writer.line(f"{name} = False")
        with self._writer.block("else:"):
            self._writer.line(f"{name} = None")

    def _hold(self, formula: Formula) -> str:
        if not isinstance(formula, NamedTruth):
            name = self._scope.fresh(f"{self.owner}_part")
            self.decide(name, formula)
            return name
        definition = self._context.definitions[formula.definition]
        name = self._scope.claim(("definition", definition.id), definition.id, "definition")
        body: Formula = definition.body  # type: ignore[assignment]  # a truth definition holds a formula
        self._comment(definition)
        self.decide(name, body)
        return name

    def _comment(self, definition: Definition) -> None:
        if self._commented:
            self._writer.comment(self._context.heading(definition), rest="  ")

    # Numbers

    def _code(self, number: Number) -> Code:
        match number:
            case Const():
                return Code(Text(literal(number.double)))
            case Value(feature):
                name = self._feature(feature)
                return Code(Text(name), (name,))
            case Item(part):
                name = self._item(part)
                return Code(Text(name), (name,))
            case Named(definition):
                return self._definition(self._context.definitions[definition])
            case Choose():
                return self._choice(number, self._scope.fresh(f"{self.owner}_limit"))
            case IfMissing():
                return self._fallback(number, self._scope.fresh(f"{self.owner}_limit"))
            case Arithmetic() | Call():
                plain = self._plain(number)
                if plain.before or self._raises(number) or self._context.bounds.of(number) is None:
                    return self._guarded(number, plain, self._scope.fresh(f"{self.owner}_value"))
                return plain
        assert_never(number)

    def _definition(self, definition: Definition) -> Code:
        key = ("definition", definition.id)
        body: Number = definition.body  # type: ignore[assignment]  # a number definition holds a number
        if isinstance(body, (Value, Named, Const)):
            return self.number(body)
        name = self._scope.claim(key, definition.id, "definition")
        owner, self.owner = self.owner, name
        inner = self._inner(body)
        self.owner = owner
        self._comment(definition)
        match body:
            case Choose():
                return self._choice(body, name)
            case IfMissing():
                return self._fallback(body, name)
            case _:
                return self._guarded(body, inner, name)

    def _inner(self, body: Number) -> Code:
        # Locals a definition rests on are written before its own comment.
        return self._plain(body) if isinstance(body, (Arithmetic, Call)) else Code(Text(""))

    def _plain(self, number: Arithmetic | Call) -> Code:
        """One expression; parts that could lose an overflow, or nest too deep, go into locals of their own."""
        parts = (number.left, number.right) if isinstance(number, Arithmetic) else number.arguments
        if isinstance(number, Call) and (logarithm := self._logarithm_within(number)) is not None:
            return logarithm
        swallows = isinstance(number, Call) or number.operator in "/^"
        codes = [self._part(part, swallows) for part in parts]
        needs = tuple(dict.fromkeys(need for code in codes for need in code.needs))
        before = tuple(dict.fromkeys(local for code in codes for local in code.before))
        expressions = [code.expression for code in codes]
        if isinstance(number, Call) and number.function in {"max", "min"} and len(expressions) == 2:
            return self._larger(number.function, expressions, needs, before)
        if isinstance(number, Call) and number.function == "round":
            if self._context.bounds.within(parts[0], 0.5, 1e15):
                half_up = binary(Level.SUM, "+", expressions[0], Text("0.5"))
                self._context.used.add("floor")
                return Code(Invocation("float", (Invocation("floor", (half_up,)),)), needs, before)
            return self._rounded(expressions[0], needs, before)
        if isinstance(number, Call):
            return Code(self._called(number, expressions), needs, before)
        if number.operator == "^":
            self._context.used.add("pow")
            return Code(Invocation("pow", tuple(expressions)), needs, before)
        return Code(_joined(number.operator, *expressions), needs, before)

    def _rounded(
        self, value: Expression, needs: tuple[str, ...], before: tuple[tuple[str, Expression], ...]
    ) -> Code:
        """To the nearest integer, halves away from zero; exact for doubles of which adding a half and cutting off is
        not: negative ones, the one below a half, and those too large to hold a half."""
        names = (self._scope.fresh(f"{self.owner}_{part}") for part in ("term", "whole", "rest", "up"))
        term, whole, rest, up = names
        halves = [Text(f"{rest} == 0.5", Level.COMPARISON), Text(f"{term} > 0.0", Level.COMPARISON)]
        half = chain(Level.AND, "and", [*halves])
        before = (
            *before,
            (term, value),
            (whole, Text(f"{term} // 1.0", Level.PRODUCT)),  # a double, where `floor` would give an integer
            (rest, Text(f"{term} - {whole}", Level.SUM)),
            (up, chain(Level.OR, "or", [Text(f"{rest} > 0.5", Level.COMPARISON), half])),
        )
        return Code(Text(f"{whole} + 1.0 if {up} else {whole}", Level.CHOICE), needs, before)

    def _larger(
        self,
        function: str,
        pair: list[Expression],
        needs: tuple[str, ...],
        before: tuple[tuple[str, Expression], ...],
    ) -> Code:
        """The larger or smaller of two as a choice: a call of `max` takes several times as long."""
        one, other = sorted(pair, key=_is_literal)
        if not isinstance(one, Text) or one.level is not Level.ATOM:
            name = self._scope.fresh(f"{self.owner}_term")
            before, one = (*before, (name, one)), Text(name)
        if not isinstance(other, Text) or other.level is not Level.ATOM:
            name = self._scope.fresh(f"{self.owner}_term")
            before, other = (*before, (name, other)), Text(name)
        sign = "<" if function == "max" else ">"
        choice = f"{other.code} if {one.code} {sign} {other.code} else {one.code}"
        return Code(Text(choice, Level.CHOICE), needs, before)

    def _part(self, part: Number, swallows: bool) -> Code:
        if part in self._codes:
            return self._codes[part]
        if isinstance(part, Choose):
            return self._limit(part)
        if not isinstance(part, (Arithmetic, Call)):
            return self.number(part)
        code = self._plain(part)
        if (swallows and self._context.bounds.of(part) is None) or _depth(code.expression) > DEEPEST_NUMBER:
            code = self._guarded(part, code, self._scope.fresh(f"{self.owner}_value"))
            self._codes[part] = code
        return code

    def _called(self, call: Call, arguments: list[Expression]) -> Expression:
        match call.function:
            case "negate":
                return Prefix("-", arguments[0], Level.SIGN)
            case "max" | "min":
                return arguments[0] if len(arguments) == 1 else Invocation(call.function, tuple(arguments))
            case "floor" | "ceil":
                self._context.used.add(call.function)
                return Invocation("float", (Invocation(call.function, tuple(arguments)),))
            case _:
                function = _FUNCTIONS[call.function]
                self._context.used.add(function)
                return Invocation(function, tuple(arguments))

    def _raises(self, number: Number) -> bool:
        match number:
            case Arithmetic(operator, left, right):
                sure = operator in "+-*" or (
                    operator == "/" and isinstance(right, Const) and right.double != 0.0
                )
                return not sure or self._raises(left) or self._raises(right)
            case Call(function, arguments):
                outside = function in _RAISING and not self._in_domain(function, arguments[0])
                return outside or any(self._raises(argument) for argument in arguments)
            case _:
                return False

    def _in_domain(self, function: str, argument: Number) -> bool:
        """Whether the formula itself keeps the argument of a logarithm or root positive, whatever is recorded."""
        bounds = self._context.any_bounds.of(argument)
        return function in {"ln", "log10", "sqrt"} and bounds is not None and bounds[0] > 0.0

    def _guarded(self, number: Number, code: Code, name: str) -> Code:
        """A local that holds the number, or None where it cannot be computed."""
        raises, unbounded = self._raises(number), self._context.bounds.of(number) is None
        if not raises and not unbounded:
            return self._assigned(code, name)
        writer = self._writer
        writer.line(f"{name}: float | None = None")
        if code.needs:
            self.write("if ", chain(Level.AND, "and", known(code.needs)), ":")
            with writer.indented():
                self._attempt(code, name, raises, unbounded)
        else:
            self._attempt(code, name, raises, unbounded)
        return Code(Text(name), (name,))

    def _attempt(self, code: Code, name: str, raises: bool, unbounded: bool) -> None:
        writer = self._writer
        if raises:
            with writer.block("try:"):
                self._compute(name, code)
            with writer.block("except (ArithmeticError, ValueError):"):
                writer.line("pass")
        else:
            self._compute(name, code)
        if unbounded:
            self._context.used.add("isfinite")
            with writer.block(f"if {name} is not None and not isfinite({name}):"):
                writer.line(f"{name} = None")

    def _assigned(self, code: Code, name: str) -> Code:
        if not code.needs:
            self._compute(name, code)
            return Code(Text(name))
        self.write("if ", unknown(code.needs), ":")
        with self._writer.indented():
            self._writer.line(f"{name} = None")
        with self._writer.block("else:"):
            self._compute(name, code)
        return Code(Text(name), (name,))

    def _compute(self, name: str, code: Code) -> None:
        for local, expression in code.before:
            self.write(f"{local} = ", expression)
        self.write(f"{name} = ", code.expression)

    def _choice(self, choose: Choose, name: str) -> Code:
        then, otherwise = self._branch(choose.then), self._branch(choose.otherwise)
        single = self._by_limit(choose.condition, then, otherwise)
        self._writer.line(f"{name}: float | None")
        if single is not None:
            self._choose_by_limit(name, single, then, otherwise)
            return Code(Text(name), (name,))
        true = self.rails.certainly(choose.condition)
        false = self.rails.certainly(choose.condition, False)
        self.write("if ", true, ":")
        with self._writer.indented():
            self._set(name, then, true)
        self.write("elif ", false, ":")
        with self._writer.indented():
            self._set(name, otherwise, false)
        with self._writer.block("else:"):
            self._writer.line(f"{name} = None")
        return Code(Text(name), (name,))

    def _by_limit(self, condition: Formula, then: Code, otherwise: Code) -> Test | None:
        """The test of the common `if x < limit then … else …x…` with one comparison: a value that is no number goes
        through the last branch and comes out as none. None for any other choice."""
        test = self.rails.parts(condition)
        one = isinstance(test.test, Chain) and test.test.level is Level.COMPARISON and len(test.needs) == 1
        return test if one and otherwise.needs == test.needs and set(then.needs) <= set(test.needs) else None

    def _choose_by_limit(self, name: str, test: Test, then: Code, otherwise: Code) -> None:
        self.write("if ", unknown(test.needs), ":")
        with self._writer.indented():
            self._writer.line(f"{name} = None")
        self.write("elif ", test.test, ":")
        with self._writer.indented():
            self.write(f"{name} = ", then.expression)
        with self._writer.block("else:"):
            self.write(f"{name} = ", otherwise.expression)

    def _branch(self, number: Number) -> Code:
        """The code of a number inside a choice; a choice by one limit stands there as an expression."""
        if not isinstance(number, Choose) or number in self._codes:
            return self.number(number)
        then, otherwise = self._branch(number.then), self._branch(number.otherwise)
        test = self._by_limit(number.condition, then, otherwise)
        if test is None:
            return self.number(number)
        rest = (("if", test.test), ("else", otherwise.expression))
        return Code(Chain(Level.CHOICE, then.expression, rest), test.needs)

    def _limit(self, choose: Choose) -> Code:
        """The code of a choice inside a computation: a local set where all that it needs is known."""
        code = self._branch(choose)
        if code.expression.level is not Level.CHOICE:
            return code
        if choose not in self._limits:
            self._limits[choose] = self._scope.fresh(f"{self.owner}_limit")
        name = self._limits[choose]
        return Code(Text(name), code.needs, ((name, code.expression),))

    def _logarithm_within(self, call: Call) -> Code | None:
        """The logarithm of `1 if … else x` as `0 if … else log(x)`, which takes none at the limit."""
        argument = call.arguments[0]
        if call.function != "ln" or not isinstance(argument, Choose) or argument.then != Const(Fraction(1)):
            return None
        match self._branch(argument):
            case Code(Chain(Level.CHOICE, _, (test, ("else", other))), needs, ()):
                name = self._scope.fresh(f"{self.owner}_log")
                rest = (test, ("else", self._called(call, [other])))
                return Code(Text(name), needs, ((name, Chain(Level.CHOICE, Text("0.0"), rest)),))
        return None

    def _fallback(self, node: IfMissing, name: str) -> Code:
        value, fallback = self.number(node.value), self.number(node.fallback)
        if not value.needs:
            return value
        self._writer.line(f"{name}: float | None" if fallback.needs else f"{name}: float")
        self.write("if ", chain(Level.AND, "and", known(value.needs)), ":")
        with self._writer.indented():
            self.write(f"{name} = ", value.expression)
        with self._writer.block("else:"):
            self._set(name, fallback)
        return Code(Text(name), (name,) if fallback.needs else ())

    def _set(self, name: str, code: Code, test: Expression = TRUE) -> None:
        """`name` becomes the number where `test` holds, which may tell already that what it needs is known."""
        told = {flat(part) for part in conjuncts(test)}
        needs = tuple(need for need in code.needs if f"{need} is not None" not in told)
        if not needs or needs == (flat(code.expression),):
            self.write(f"{name} = ", code.expression)
            return
        self.write("if ", unknown(needs), ":")
        with self._writer.indented():
            self._writer.line(f"{name} = None")
        with self._writer.block("else:"):
            self.write(f"{name} = ", code.expression)


def _is_literal(expression: Expression) -> bool:
    if not isinstance(expression, Text) or expression.level is not Level.ATOM:
        return False
    return expression.code.lstrip("-")[:1].isdigit()


def literal(double: float) -> str:
    """A double as Python reads it back exactly."""
    return repr(double)


def _joined(operator: str, left: Expression, right: Expression) -> Expression:
    level = _LEVELS[operator]
    if isinstance(left, Chain) and left.level is level:
        return Chain(level, left.first, (*left.rest, (operator, right)))
    return binary(level, operator, left, right)


def _depth(expression: Expression) -> int:
    match expression:
        case Text():
            return 0
        case Chain():
            return 1 + max(_depth(operand) for operand in expression.operands)
        case Prefix(_, operand):
            return 1 + _depth(operand)
        case Invocation(_, arguments):
            return 1 + max((_depth(argument) for argument in arguments), default=0)
    assert_never(expression)
