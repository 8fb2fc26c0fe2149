"""Comparisons: numbers by size, choices by name, ages in completed units."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import evolve

from protocol_dsl.diagnostics import Fix, suggest
from protocol_dsl.ir.formulas import All, Compare, Comparison, Contains, Formula, Not, OneOf
from protocol_dsl.ir.numbers import Const, Number
from protocol_dsl.lowering.arithmetic import fitted, number_of
from protocol_dsl.lowering.records import age_in
from protocol_dsl.lowering.rounding import TOWARDS, computed, forgiving
from protocol_dsl.lowering.session import Abandon, Context
from protocol_dsl.lowering.values import (
    AgeValue,
    CalendarLiteral,
    ChoiceValue,
    NumberValue,
    Pending,
    SetValue,
    TruthValue,
    Value,
    described,
)
from protocol_dsl.semantics.errors import time as time_errors
from protocol_dsl.semantics.errors import types as errors
from protocol_dsl.syntax.nodes import expressions as syntax
from protocol_dsl.syntax.nodes import words

FLIPPED: dict[str, Comparison] = {"<": ">", "<=": ">=", "=": "=", "!=": "!=", ">=": "<=", ">": "<"}
AGE_UNITS = {"year", "month", "week", "day"}


def compared(node: syntax.Compare, context: Context) -> Formula:
    """`a >= b`; a choice on the left makes the right one a choice too."""
    left = _beside(node.right, node.left, context).value(node.left)
    choice = _choice_named(node.right)
    if isinstance(left, ChoiceValue) and choice is not None:
        return _choice_compared(left, node, choice, context)
    return compare_values(left, node.comparison, context.value(node.right), node, context)


def _beside(other: syntax.Expression, node: syntax.Expression, context: Context) -> Context:
    """The context in which a name compared with a number stands for a fact in that number's unit, should nothing
    declare it."""
    if not isinstance(node, syntax.Reference) or not isinstance(other, syntax.Quantity):
        return context
    return evolve(context, kind=f"lab in {other.unit.text}" if other.unit else "lab")


def _choice_named(node: syntax.Expression) -> words.Name | None:
    """The choice an expression may stand for: a word, or a bare number such as the 2 of `ecog <= 2`."""
    match node:
        case syntax.Reference():
            return node.name
        case syntax.Quantity(unit=None):
            return words.Name(node.number.text, node.number.span)
        case _:
            return None


def compare_values(
    left: Value, comparison: Comparison, right: Value, node: syntax.Compare, context: Context
) -> Formula:
    """Two values of one kind by size; the literal takes the unit of the other side."""
    if isinstance(left, AgeValue):
        return _age(left, comparison, right, node, context)
    if isinstance(right, AgeValue):
        return _age(right, FLIPPED[comparison], left, node, context)
    literals = (Pending, CalendarLiteral)
    if isinstance(left, literals) and not isinstance(right, literals):
        lead = number_of(right, node.right, context)
        return _atom(FLIPPED[comparison], lead, fitted(left, lead, node.left, context), node, context)
    lead = number_of(left, node.left, context)
    return _atom(comparison, lead, fitted(right, lead, node.right, context), node, context)


def _atom(
    comparison: Comparison, lead: NumberValue, other: Number, node: syntax.Expression, context: Context
) -> Formula:
    _within_plausible(lead, other, node, context)
    span, beside = context.span(node), computed(lead.number)
    if comparison in TOWARDS:
        bound = forgiving(other, TOWARDS[comparison], beside_computed=beside)
        return Compare(comparison, lead.number, bound, context.session.atom(), span)
    if not beside and not computed(other):
        return Compare(comparison, lead.number, other, context.session.atom(), span)
    least = forgiving(other, -1, beside_computed=beside)
    most = forgiving(other, 1, beside_computed=beside)
    session = context.session
    equal = All(
        (
            Compare(">=", lead.number, least, session.atom(), span),
            Compare("<=", lead.number, most, session.atom(), span),
        )
    )
    return equal if comparison == "=" else Not(equal)


def _within_plausible(lead: NumberValue, other: Number, node: syntax.Expression, context: Context) -> None:
    fact = lead.fact
    if fact is None or fact.plausible is None or not lead.bare or not isinstance(other, Const):
        return
    low, high = fact.plausible.low, fact.plausible.high
    if not low <= other.exact <= high:
        place, unit = context.span(node), fact.unit_text
        words_ = context.words(node)
        fault = errors.ThresholdOutOfRange(
            place, words_, fact.name, f"{plain(low)}", f"{plain(high)} {unit}".strip()
        )
        raise context.report(fault)


def plain(number: Fraction) -> str:
    """A rational as a reader writes it: `0.5`, `1500`, and six significant digits when it does not end."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.6g}"


def _age_without_unit(right: Value, node: syntax.Compare, context: Context) -> errors.AgeWithoutUnit:
    span, words = context.span(node), context.words(node)
    if not (isinstance(right, Pending) and right.plain):
        return errors.AgeWithoutUnit(span, words)
    end = context.span(node.right).end
    fixes = tuple(Fix.insert(end, f" {unit}") for unit in ("years", "months"))
    return errors.AgeWithoutUnit(span, words, fixes=fixes)


def _age(
    aged: AgeValue, comparison: Comparison, right: Value, node: syntax.Compare, context: Context
) -> Formula:
    if not isinstance(right, CalendarLiteral) or right.unit not in AGE_UNITS:
        raise context.report(_age_without_unit(right, node, context))
    if right.count.denominator != 1:
        fault = errors.NotWhole(context.span(node), "an age", right.words, 0)
        raise context.report(fault)
    if comparison == ">" and right.unit == "year":
        number, following = str(int(right.count)), str(int(right.count) + 1)
        jump = time_errors.AgeJump(context.span(node), context.words(node), number, following)
        context.session.found.add(jump)
    age = age_in(right.unit, aged, context, context.span(node))  # type: ignore[arg-type]
    return _atom(comparison, age, Const(right.count), node, context)


def between(node: syntax.Between, context: Context) -> Formula:
    """`x between a and b`, both ends included unless `exclusive`."""
    subject = context.value(node.subject)
    if isinstance(subject, ChoiceValue):
        return _choice_between(subject, node, context)
    low, high = context.value(node.low), context.value(node.high)
    above: Comparison = ">" if node.exclusive else ">="
    below: Comparison = "<" if node.exclusive else "<="
    if isinstance(subject, AgeValue):
        if isinstance(low, Pending) and isinstance(high, CalendarLiteral) and low.literal is not None:
            low = CalendarLiteral(low.literal, high.unit, low.words)
        lower = syntax.Compare(node.subject, above, node.low, node.span)
        upper = syntax.Compare(node.subject, below, node.high, node.span)
        both: Formula = All(
            (_age(subject, above, low, lower, context), _age(subject, below, high, upper, context))
        )
        return Not(both) if node.negated else both
    lead = number_of(subject, node.subject, context)
    first, second = _ends(low, high, lead, node, context)
    if isinstance(first, Const) and isinstance(second, Const) and first.exact > second.exact:
        raise context.report(errors.EmptyRange(context.span(node), plain(first.exact), plain(second.exact)))
    both = All((_atom(above, lead, first, node, context), _atom(below, lead, second, node, context)))
    return Not(both) if node.negated else both


def _choice_between(subject: ChoiceValue, node: syntax.Between, context: Context) -> Formula:
    """`ecog between 0 and 2`: each end is a choice of an ordered fact."""
    ends = _choice_named(node.low), _choice_named(node.high)
    if ends[0] is None or ends[1] is None:
        fault = errors.WrongType(context.span(node), context.words(node), "two choices", "more than words")
        raise context.report(fault)
    first, last = (_place_of_choice(subject, name, node, context) for name in ends if name is not None)
    inner = subject.choices[first + 1 : last] if node.exclusive else subject.choices[first : last + 1]
    if not inner:
        low, high = subject.choices[first], subject.choices[last]
        raise context.report(errors.EmptyRange(context.span(node), low, high))
    chosen = OneOf(subject.subject, inner, subject.item, context.session.atom(), context.span(node))
    return Not(chosen) if node.negated else chosen


def _place_of_choice(subject: ChoiceValue, name: words.Name, node: syntax.Between, context: Context) -> int:
    """Where a choice stands in the order of its fact."""
    (choice,) = _checked((name,), subject.choices, subject.name, context)
    if not subject.ordered:
        raise context.report(errors.NotOrdered(context.span(node), subject.name, "between"))
    return subject.choices.index(choice)


def _ends(
    low: Value, high: Value, lead: NumberValue, node: syntax.Between, context: Context
) -> tuple[Number, Number]:
    """`between 35 and 50 g/L`: a lower end without a unit takes the upper one's."""
    unit = _unit_written(node.high)
    if unit is not None:
        low = context.value(_in_unit(node.low, unit))
    return fitted(low, lead, node.low, context), fitted(high, lead, node.high, context)


def _unit_written(node: syntax.Expression) -> words.Unit | None:
    match node:
        case syntax.Quantity():
            return node.unit
        case syntax.Negative():
            return _unit_written(node.operand)
        case _:
            return None


def _in_unit(node: syntax.Expression, unit: words.Unit) -> syntax.Expression:
    """A number written bare, negative or not, in a unit; anything else as it is."""
    match node:
        case syntax.Quantity(unit=None):
            return syntax.Quantity(node.number, unit, node.span)
        case syntax.Negative():
            return syntax.Negative(_in_unit(node.operand, unit), node.span)
        case _:
            return node


def is_choice(node: syntax.IsChoice, context: Context) -> Formula:
    """`x is positive`, `x is not one of {a, b}`; a set is asked whether it holds one of them."""
    subject = context.value(node.subject)
    formula = _is(subject, node.choices, node, context)
    return Not(formula) if node.negated else formula


def _is(subject: Value, names: tuple[words.Name, ...], node: syntax.IsChoice, context: Context) -> Formula:
    span = context.span(node)
    match subject:
        case ChoiceValue():
            chosen = _checked(names, subject.choices, subject.name, context)
            return OneOf(subject.subject, chosen, subject.item, context.session.atom(), span)
        case SetValue():
            chosen = _checked(names, subject.choices, subject.name, context)
            return Contains(subject.feature, chosen, context.session.atom(), span)
        case TruthValue() if all(name.text in {"yes", "no"} for name in names):
            asked = {name.text for name in names}
            return subject.formula if asked == {"yes"} else Not(subject.formula)
        case _:
            found = described(subject)
            raise context.report(errors.WrongType(span, context.words(node.subject), "a choice", found))


def _checked(
    names: Iterable[words.Name], choices: tuple[str, ...], fact: str, context: Context
) -> tuple[str, ...]:
    wrong = [name for name in names if name.text not in choices]
    for name in wrong:
        close = suggest(name.text, choices)
        context.session.found.add(errors.UnknownChoice(context.span(name), name.text, fact, choices, close))
    if wrong:
        raise Abandon
    return tuple(dict.fromkeys(name.text for name in names))


def _choice_compared(
    subject: ChoiceValue, node: syntax.Compare, name: words.Name, context: Context
) -> Formula:
    comparison = node.comparison
    (choice,) = _checked((name,), subject.choices, subject.name, context)
    if comparison not in {"=", "!="} and not subject.ordered:
        raise context.report(errors.NotOrdered(context.span(name), subject.name, comparison))
    at = subject.choices.index(choice)
    chosen = {
        "<": subject.choices[:at],
        "<=": subject.choices[: at + 1],
        "=": (choice,),
        "!=": tuple(each for each in subject.choices if each != choice),
        ">=": subject.choices[at:],
        ">": subject.choices[at + 1 :],
    }[comparison]
    span = context.span(node)
    if not chosen:
        raise context.report(errors.EmptyRange(span, f"{comparison} {choice}", subject.choices[-1]))
    return OneOf(subject.subject, chosen, subject.item, context.session.atom(), span)
