"""Numbers: literals that wait for what they are compared with, unit algebra, functions, multiples of limits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import cast

from protocol_dsl.diagnostics import Fix, suggest
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, FunctionName, Number
from protocol_dsl.lowering.records import age_in
from protocol_dsl.lowering.session import Abandon, Context
from protocol_dsl.lowering.values import AgeValue, CalendarLiteral, NumberValue, Pending, Value, described
from protocol_dsl.semantics.errors import types as errors
from protocol_dsl.semantics.errors import units as unit_errors
from protocol_dsl.semantics.errors.hints import counted
from protocol_dsl.semantics.units import ONE, read_unit
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import expressions as syntax
from protocol_dsl.syntax.nodes.words import Numeral
from protocol_dsl.vocabulary import quantities
from protocol_dsl.vocabulary.quantities import Conversion, Unit

PLAIN_FUNCTIONS = ("ln", "log10", "exp")
FUNCTIONS = (*PLAIN_FUNCTIONS, "sqrt", "abs", "round", "floor", "ceil")
FIXED = {"minute", "hour", "day", "week"}
"""Calendar lengths that are units as well: a number in weeks can be compared with `14 days`."""
CALENDAR = {"minute", "hour", "day", "week", "month", "year"}


@lru_cache(maxsize=4096)
def _conversion(from_: Unit, to: Unit, mass: Fraction | None) -> Conversion:
    return quantities.conversion(from_, to, mass)


def quantity(node: syntax.Quantity, context: Context) -> Value:
    """A literal: calendar lengths apart, the rest wait for the unit of what stands beside them."""
    value, words = node.number.value, context.words(node)
    if node.unit is not None and node.unit.text.removesuffix("s") in CALENDAR:
        return CalendarLiteral(value, node.unit.text.removesuffix("s"), words)
    unit = read_unit(node.unit, context.session.found)
    if unit is None:
        raise Abandon
    plain = node.unit is None

    def beside(other: NumberValue) -> NumberValue:
        if plain and not other.unit.dimension.dimensionless:
            raise context.report(_missing_unit(node, other, context))
        if plain and other.unit.code == "%":
            raise context.report(_missing_unit(node, other, context))
        if not plain and other.unit == ONE and not unit.dimension.dimensionless:
            raise context.report(unit_errors.UnexpectedUnit(context.span(node), words, other.words))
        converted = converter(unit, other, context, context.span(node), words)(value)
        if node.same is not None:
            _said_twice(node, node.same, unit, other, context)
        if other.fact is not None and other.bare and other.unit == ONE and converted != value:
            same = f"{float(converted):g}"
            fault = unit_errors.UnexpectedUnit(context.span(node), words, other.words, same)
            raise context.report(fault)
        return NumberValue(Const(converted), other.unit, words)

    return Pending(beside, lambda: NumberValue(Const(value), unit, words), words, value, plain)


def _unit_of(value: NumberValue) -> str:
    """Its unit as the author writes it."""
    return (value.fact and value.fact.unit_text) or quantities.everyday(value.unit.code)


def _said_twice(
    node: syntax.Quantity, again: syntax.Quantity, unit: Unit, beside: NumberValue, context: Context
) -> None:
    """`15 kg (33 [lb_av])`: one amount must be the other, rounded as it is printed. The first decides."""
    second = read_unit(again.unit, context.session.found)
    if second is None:
        raise Abandon
    into = NumberValue(beside.number, second, context.words(again), molar_mass=beside.molar_mass)
    back = NumberValue(beside.number, unit, context.words(node), molar_mass=beside.molar_mass)
    there = converter(unit, into, context, context.span(node), context.words(node))(node.number.value)
    here = converter(second, back, context, context.span(again), context.words(again))(again.number.value)
    if not (_rounds_to(there, again.number) or _rounds_to(here, node.number)):
        amount = f"{float(there):.4g} {second.text or second.code}"
        first = f"{node.number.text} {unit.text or unit.code}"
        raise context.report(unit_errors.NotTheSame(context.span(again), first, context.words(again), amount))


def _rounds_to(value: Fraction, printed: Numeral) -> bool:
    """Whether a number may have been printed so: it lies within half a unit of the last digit printed."""
    decimals = len(printed.text.partition(".")[2])
    return abs(value - printed.value) * 2 <= Fraction(1, 10**decimals)


def _missing_unit(node: syntax.Quantity, other: NumberValue, context: Context) -> unit_errors.MissingUnit:
    unit = _unit_of(other)
    span = context.span(node)
    put = Fix.insert(span.end, f" {unit}")
    return unit_errors.MissingUnit(span, context.words(node), other.words, unit, fixes=(put,))


def converter(unit: Unit, other: NumberValue, context: Context, span: Span, words: str) -> Conversion:
    """The exact conversion from `unit` into the unit of `other`; incommensurable units are an error."""
    try:
        return _conversion(unit, other.unit, other.molar_mass)
    except quantities.Incommensurable as no:
        right = _unit_of(other)
        fix = f"{no.fix}, such as `{right}`" if no.fix.startswith("use a unit of") else no.fix
        fixes: tuple[Fix, ...] = ()
        mass = other.fact and other.molar_mass is None and quantities.usual_molar_mass(other.fact.name)
        if no.by_molar_mass and mass:
            fix = f"declare `molar_mass {mass} g/mol` for `{other.words}`, if that is what it is; or use `{right}`"
        if no.by_surface and unit.text and words.endswith(unit.text):
            meant = f"{words.removesuffix(unit.text).rstrip()} {right}"
            fix, fixes = f"write `{meant}`, if that is what is meant: {no.fix}", (Fix.put(span, meant),)
        fault = unit_errors.IncommensurableUnits(span, unit.text or words, right, no.reason, fix, fixes=fixes)
        raise context.report(fault) from None


def multiple(node: syntax.Multiple, context: Context) -> Pending:
    """`10 ULN`: that multiple of the limit of normal of the sample compared with it."""
    words = context.words(node)

    def beside(other: NumberValue) -> NumberValue:
        if other.limit is None:
            raise context.report(errors.NoLimit(context.span(node), words))
        limit = other.limit("upper" if node.limit == "ULN" else "lower")
        return NumberValue(Arithmetic("*", Const(node.number.value), limit), other.unit, words)

    def alone() -> NumberValue:
        raise context.report(errors.NoLimit(context.span(node), words))

    return Pending(beside, alone, words)


def number_of(value: Value, node: syntax.Expression, context: Context) -> NumberValue:
    """A number that stands for itself; anything else is a type error."""
    match value:
        case NumberValue():
            return value
        case Pending():
            return value.alone()
        case AgeValue():
            raise context.report(errors.AgeWithoutUnit(context.span(node), context.words(node)))
        case _:
            fault = errors.WrongType(context.span(node), context.words(node), "a number", described(value))
            raise context.report(fault)


def fitted(value: Value, beside: NumberValue, node: syntax.Expression, context: Context) -> Number:
    """The number `value` is in the unit of `beside`."""
    if isinstance(value, Pending):
        return value.beside(beside).number
    if isinstance(value, CalendarLiteral) and isinstance(node, syntax.Quantity) and value.unit in FIXED:
        unit = read_unit(node.unit, context.session.found)
        if unit is not None and unit.dimension == beside.unit.dimension:
            return Const(converter(unit, beside, context, context.span(node), value.words)(value.count))
    own = number_of(value, node, context)
    if own.unit == beside.unit:
        return own.number
    conversion = converter(own.unit, _with_mass(beside, own), context, context.span(node), own.words)
    return _converted(own.number, conversion)


def _with_mass(beside: NumberValue, own: NumberValue) -> NumberValue:
    mass = beside.molar_mass or own.molar_mass
    return NumberValue(beside.number, beside.unit, beside.words, beside.fact, mass)


def _converted(number: Number, conversion: Conversion) -> Number:
    if isinstance(number, Const):
        return Const(conversion(number.exact))
    scaled = number if conversion.scale == 1 else Arithmetic("*", number, Const(conversion.scale))
    return scaled if conversion.offset == 0 else Arithmetic("+", scaled, Const(conversion.offset))


def _reference(values: list[Value], nodes: tuple[syntax.Expression, ...], context: Context) -> NumberValue:
    """The operand whose unit the others take: the first that is no literal, else the first."""
    for value, node in zip(values, nodes, strict=True):
        if not isinstance(value, Pending):
            return number_of(value, node, context)
    return number_of(values[0], nodes[0], context)


def sum_of(node: syntax.Sum, context: Context) -> Value:
    """`a + b - c`, all in the unit of the first operand that has one."""
    values = [context.value(operand) for operand in node.operands]
    lead = _reference(values, node.operands, context)
    numbers = [fitted(v, lead, n, context) for v, n in zip(values, node.operands, strict=True)]
    total = numbers[0]
    for operator, number in zip(node.operators, numbers[1:], strict=True):
        total = _folded(operator, total, number)
    return NumberValue(total, lead.unit, context.words(node), None, lead.molar_mass)


def _folded(operator: str, left: Number, right: Number) -> Number:
    """Constants are worked out exactly at compile time; `… * 1 ms` only says the unit."""
    if operator in {"*", "/"} and right == Const(Fraction(1)):
        return left
    if isinstance(left, Const) and isinstance(right, Const):
        match operator:
            case "+":
                return Const(left.exact + right.exact)
            case "-":
                return Const(left.exact - right.exact)
            case "*":
                return Const(left.exact * right.exact)
            case "/" if right.exact != 0:
                return Const(left.exact / right.exact)
    return Arithmetic(operator, left, right)  # type: ignore[arg-type]


def product_of(node: syntax.Product, context: Context) -> Value:
    """`a * b / c`; units multiply."""
    first = number_of(context.value(node.operands[0]), node.operands[0], context)
    total, unit = first.number, first.unit
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        factor = number_of(context.value(operand), operand, context)
        total = _folded(operator, total, factor.number)
        unit = _combined(operator, unit, factor.unit, context, context.span(operand))
    return NumberValue(total, unit, context.words(node))


def _combined(operator: str, left: Unit, right: Unit, context: Context, span: Span) -> Unit:
    try:
        return left * right if operator == "*" else left / right
    except quantities.UnitError as no:
        fix = "take the plain number first, as in `x in mg/dL`"
        fault = unit_errors.IncommensurableUnits(span, left.code, right.code, str(no), fix)
        raise context.report(fault) from None


def power_of(node: syntax.Power, context: Context) -> Value:
    """`a ^ b`: a base with a unit takes a whole literal."""
    base = number_of(context.value(node.base), node.base, context)
    exponent = number_of(context.value(node.exponent), node.exponent, context)
    unit = ONE
    if base.unit != ONE:
        if not isinstance(exponent.number, Const) or exponent.number.exact.denominator != 1:
            raise context.report(unit_errors.NotExponent(context.span(node.exponent)))
        unit = base.unit ** int(exponent.number.exact)
    return NumberValue(Arithmetic("^", base.number, exponent.number), unit, context.words(node))


def negative_of(node: syntax.Negative, context: Context) -> Value:
    """`-x`; a negative literal is still a literal."""
    value = context.value(node.operand)
    words = context.words(node)
    if isinstance(value, Pending):
        literal = None if value.literal is None else -value.literal
        return Pending(
            lambda other: _negated(value.beside(other)),
            lambda: _negated(value.alone()),
            words,
            literal,
            value.plain,
        )
    return _negated(number_of(value, node.operand, context))


def _negated(value: NumberValue) -> NumberValue:
    number = value.number
    negated = Const(-number.exact) if isinstance(number, Const) else Call("negate", (number,))
    return NumberValue(negated, value.unit, f"-{value.words}", None, value.molar_mass)


def converted_of(node: syntax.Converted, context: Context) -> Value:
    """`x in mg/dL`: the plain number of x in that unit, or in multiples of its limit of normal (`x in ULN`);
    `age in years` counts completed years."""
    value = context.value(node.operand)
    if isinstance(value, AgeValue):
        word = node.unit.text.removesuffix("s")
        if word not in {"year", "month", "week", "day"}:
            raise context.report(errors.AgeWithoutUnit(context.span(node), context.words(node)))
        return age_in(word, value, context, context.span(node))  # type: ignore[arg-type]
    own = number_of(value, node.operand, context)
    if node.unit.text in {"ULN", "LLN"}:
        return _in_limits(own, node, context)
    unit = read_unit(node.unit, context.session.found)
    if unit is None:
        raise Abandon
    target = NumberValue(own.number, unit, own.words, None, own.molar_mass)
    conversion = converter(own.unit, target, context, context.span(node), own.words)
    return NumberValue(_converted(own.number, conversion), ONE, context.words(node))


def _in_limits(own: NumberValue, node: syntax.Converted, context: Context) -> NumberValue:
    """`ast in ULN`: how many times its own upper limit of normal a sample is."""
    if own.limit is None:
        raise context.report(errors.NoLimit(context.span(node), context.words(node)))
    limit = own.limit("upper" if node.unit.text == "ULN" else "lower")
    return NumberValue(Arithmetic("/", own.number, limit), ONE, context.words(node))


def conditional_of(node: syntax.Conditional, condition: Formula, context: Context) -> Value:
    """`if c then a else b` of numbers; literals and multiples in it still wait for what is compared."""
    then, other = context.value(node.then), context.value(node.otherwise)
    words = context.words(node)
    if isinstance(then, Pending) or isinstance(other, Pending):

        def beside(subject: NumberValue) -> NumberValue:
            left, right = (
                fitted(then, subject, node.then, context),
                fitted(other, subject, node.otherwise, context),
            )
            return NumberValue(Choose(condition, left, right), subject.unit, words)

        plain = all(isinstance(each, Pending) and each.plain for each in (then, other))
        return Pending(beside, lambda: _chosen(node, condition, [then, other], context), words, plain=plain)
    return _chosen(node, condition, [then, other], context)


def _chosen(node: syntax.Conditional, condition: Formula, both: list[Value], context: Context) -> NumberValue:
    lead = _reference(both, (node.then, node.otherwise), context)
    left = fitted(both[0], lead, node.then, context)
    right = fitted(both[1], lead, node.otherwise, context)
    return NumberValue(Choose(condition, left, right), lead.unit, context.words(node), None, lead.molar_mass)


def extreme_of(node: syntax.Extreme, context: Context) -> Value:
    """`larger of {…}`; unknown when any operand is."""
    values = [context.value(operand) for operand in node.operands]
    function: FunctionName = "max" if node.which == "larger" else "min"
    words = context.words(node)

    def against(lead: NumberValue) -> NumberValue:
        numbers = tuple(fitted(v, lead, n, context) for v, n in zip(values, node.operands, strict=True))
        return NumberValue(Call(function, numbers), lead.unit, words, None, lead.molar_mass)

    if all(isinstance(value, Pending) for value in values):
        return Pending(against, lambda: against(_reference(values, node.operands, context)), words)
    return against(_reference(values, node.operands, context))


def function_of(node: syntax.Call, context: Context, callable_names: Callable[[], tuple[str, ...]]) -> Value:
    """A mathematical function of one number."""
    name, span = node.function.text, context.span(node.function)
    if name not in FUNCTIONS:
        fault = errors.UnknownFunction(span, name, suggest(name, (*FUNCTIONS, *callable_names())))
        raise context.report(fault)
    if len(node.arguments) != 1:
        given = counted(len(node.arguments), "value")
        raise context.report(errors.WrongArgumentCount(span, name, "1 value", given))
    argument = number_of(context.value(node.arguments[0]), node.arguments[0], context)
    if name in {*PLAIN_FUNCTIONS, "sqrt"} and argument.unit != ONE:
        target = NumberValue(argument.number, ONE, argument.words)
        conversion = converter(
            argument.unit, target, context, context.span(node.arguments[0]), argument.words
        )
        argument = NumberValue(_converted(argument.number, conversion), ONE, argument.words)
    call = Call(cast("FunctionName", name), (argument.number,))
    return NumberValue(call, argument.unit, context.words(node), None, argument.molar_mass)
