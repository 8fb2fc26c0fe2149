"""Conditions as Python tests, in two rails: what makes a formula certainly true, and what makes it certainly false.

Where neither holds the formula is unknown. A rail is true only because some comparison in it is, so a value that
compares with nothing (NaN) decides nothing, and a bounded value (`Range`) raises TypeError instead of deciding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import assert_never

from attrs import frozen

from protocol_dsl.backends.python.deep import DEEPEST_GROUP
from protocol_dsl.backends.python.expressions import (
    FALSE,
    TRUE,
    Chain,
    Expression,
    Level,
    Prefix,
    Text,
    binary,
    chain,
    flat,
)
from protocol_dsl.backends.writer import string
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
from protocol_dsl.ir.numbers import Number


@frozen
class Code:
    """The code of a number: `expression` is its value once every name in `needs` is known and the locals in
    `before` are set, in their order."""

    expression: Expression
    needs: tuple[str, ...] = ()
    before: tuple[tuple[str, Expression], ...] = ()


@frozen
class Test:
    """True when every name in `needs` is known and `test` holds."""

    needs: tuple[str, ...]
    test: Expression


_OPPOSITE: dict[Comparison, Comparison] = {"<": ">=", "<=": ">", ">=": "<", ">": "<=", "=": "!=", "!=": "="}
_LONGEST_COMPLEMENT = 8

Names = Callable[[str], str]


class Rails:
    """Makes tests. `number` gives the code of a number, `feature` and `item` the name a value is held under,
    `held` the name of a three-valued local that holds a formula, and `choices` all choices of a subject."""

    def __init__(
        self,
        number: Callable[[Number], Code],
        feature: Names,
        item: Names,
        held: Callable[[Formula], str],
        choices: Callable[[str, bool], tuple[str, ...]],
    ) -> None:
        self._number = number
        self._feature = feature
        self._item = item
        self._held = held
        self._choices = choices

    def certainly(self, formula: Formula, wanted: bool = True, level: int = 0) -> Expression:
        """A test that holds exactly when `formula` is certainly `wanted`."""
        return _expression(self._test(formula, wanted, level))

    def parts(self, formula: Formula, wanted: bool = True) -> Test:
        """The test that `formula` is certainly `wanted`, apart from the values it needs."""
        return self._test(formula, wanted, 0)

    def negated(self, test: Expression) -> Expression:
        """A test that holds exactly when `test` does not."""
        return _negated(test)

    def _test(self, formula: Formula, wanted: bool, level: int) -> Test:
        match formula:
            case Constant(value):
                return Test((), TRUE if value == wanted else FALSE)
            case Truth(feature):
                return _is(self._feature(feature), wanted)
            case ItemTruth(part):
                return _is(self._item(part), wanted)
            case NamedTruth():
                return _is(self._held(formula), wanted)
            case Compare():
                return self._comparison(formula, wanted)
            case OneOf():
                return self._one_of(formula, wanted)
            case Contains(feature, choices):
                name = self._feature(feature)
                return Test((name,), _contains(name, choices, wanted))
            case Not(operand):
                return self._test(operand, not wanted, level)
            case All(operands) | Any(operands):
                if level > DEEPEST_GROUP:
                    return _is(self._held(formula), wanted)
                return self._several(operands, isinstance(formula, All) == wanted, wanted, level)
            case AtLeast(count, operands):
                if level > DEEPEST_GROUP:
                    return _is(self._held(formula), wanted)
                return self._at_least(count, operands, wanted, level)
            case Known(operand, unsettled):
                test = self._test(operand, True, level + 1)
                return test if wanted else self._not_known(operand, unsettled, _expression(test), level + 1)
        assert_never(formula)

    def _not_known(self, operand: Formula, unsettled: Formula, shown: Expression, level: int) -> Test:
        absent = Test((), _negated(known_first(shown)))
        if unsettled == Constant(False):
            return absent
        read = self._test(unsettled, False, level)
        return _either([_both([absent, read]), self._test(operand, False, level)])

    def _comparison(self, compare: Compare, wanted: bool) -> Test:
        left, right = self._number(compare.left), self._number(compare.right)
        comparison = compare.comparison if wanted else _OPPOSITE[compare.comparison]
        needs = tuple(dict.fromkeys(left.needs + right.needs))
        one, other = left.expression, right.expression
        if _could_hold_two_ranges(one, other):
            one = Prefix("+", one, Level.SIGN)
        if comparison == "!=":  # two tests that must hold, where `!=` alone would hold of NaN too
            tests = [binary(Level.COMPARISON, sign, one, other) for sign in ("<", ">")]
            return Test(needs, chain(Level.OR, "or", list(tests)))
        return Test(needs, binary(Level.COMPARISON, "==" if comparison == "=" else comparison, one, other))

    def _one_of(self, atom: OneOf, wanted: bool) -> Test:
        name = self._item(atom.subject) if atom.item else self._feature(atom.subject)
        if wanted:
            return Test((), _among(name, atom.choices))
        others = tuple(one for one in self._choices(atom.subject, atom.item) if one not in atom.choices)
        if others and len(others) <= _LONGEST_COMPLEMENT:
            return Test((), _among(name, others))
        return Test((name,), _among(name, atom.choices, "not in"))

    def _several(self, operands: tuple[Formula, ...], every: bool, wanted: bool, level: int) -> Test:
        tests = [self._test(operand, wanted, level + 1) for operand in operands]
        return _both(tests) if every else _either(tests)

    def _at_least(self, count: int, operands: tuple[Formula, ...], wanted: bool, level: int) -> Test:
        needed = count if wanted else len(operands) - count + 1
        if needed <= 0:
            return Test((), TRUE)
        if needed > len(operands):
            return Test((), FALSE)
        tests = [self._counted(operand, wanted, level + 2) for operand in operands]
        return Test((), binary(Level.COMPARISON, ">=", chain(Level.SUM, "+", tests), Text(str(needed))))

    def _counted(self, operand: Formula, wanted: bool, level: int) -> Expression:
        """A test short enough to stand in a sum."""
        test = _expression(self._test(operand, wanted, level))
        return test if isinstance(test, Text) else _expression(_is(self._held(operand), wanted))


def known(names: tuple[str, ...]) -> list[Expression]:
    """`x is not None` for each name."""
    return [Text(f"{name} is not None", Level.COMPARISON) for name in names]


def unknown(names: tuple[str, ...]) -> Expression:
    """A test that some name holds nothing."""
    return chain(Level.OR, "or", [Text(f"{name} is None", Level.COMPARISON) for name in names])


def _is(name: str, wanted: bool) -> Test:
    return Test((), Text(f"{name} is {wanted}", Level.COMPARISON))


def _contains(name: str, choices: tuple[str, ...], wanted: bool) -> Expression:
    if wanted and len(choices) == 1:
        return Text(f"{string(choices[0])} in {name}", Level.COMPARISON)
    if not wanted and len(choices) == 1:
        return Text(f"{string(choices[0])} not in {name}", Level.COMPARISON)
    disjoint = Text(f"{name}.isdisjoint({_tuple(choices)})")
    return _negated(disjoint) if wanted else disjoint


def _among(name: str, choices: tuple[str, ...], word: str = "in") -> Expression:
    if len(choices) == 1:
        sign = "==" if word == "in" else "!="
        return Text(f"{name} {sign} {string(choices[0])}", Level.COMPARISON)
    return Text(f"{name} {word} {_tuple(choices)}", Level.COMPARISON)


def _tuple(choices: tuple[str, ...]) -> str:
    items = ", ".join(string(choice) for choice in choices)
    return f"({items},)" if len(choices) == 1 else f"({items})"


def _negated(expression: Expression) -> Expression:
    if expression == TRUE:
        return FALSE
    if expression == FALSE:
        return TRUE
    if isinstance(expression, Prefix) and expression.operator == "not":
        return expression.operand
    if isinstance(expression, Text) and " is not " not in expression.code and " is " in expression.code:
        return Text(expression.code.replace(" is ", " is not "), expression.level)
    return Prefix("not", expression)


def _expression(test: Test) -> Expression:
    if test.test == FALSE:
        return FALSE
    return conjunction([*known(test.needs), test.test])


def conjuncts(test: Expression) -> tuple[Expression, ...]:
    """The tests that `test` joins by `and`; itself when it joins none."""
    return test.operands if isinstance(test, Chain) and test.level is Level.AND else (test,)


def conjunction(parts: list[Expression]) -> Expression:
    """`and` of all parts: flattened, without repeated tests and without `True`."""
    seen: dict[str, Expression] = {}
    for part in parts:
        for each in conjuncts(part):
            seen.setdefault(flat(each), each)
    if "False" in seen:
        return FALSE
    seen.pop("True", None)
    return chain(Level.AND, "and", list(seen.values())) if seen else TRUE


def _both(tests: list[Test]) -> Test:
    tests = _bracketed_limits(tests)
    if len(tests) == 1:
        return tests[0]
    return Test((), conjunction([_expression(test) for test in tests]))


def _either(tests: list[Test]) -> Test:
    """Tests that need the same values share the question whether they are known."""
    groups: dict[tuple[str, ...], list[Expression]] = {}
    for test in tests:
        parts = groups.setdefault(test.needs, [])
        parts += (
            test.test.operands
            if isinstance(test.test, Chain) and test.test.level is Level.OR
            else (test.test,)
        )
    found = [Test(needs, disjunction(parts)) for needs, parts in groups.items()]
    if len(found) == 1:
        return found[0]
    return Test((), disjunction([_expression(test) for test in found]))


def disjunction(parts: list[Expression]) -> Expression:
    """`or` of all parts: flattened, without repeated tests, without `False`, and `a and b or b` is `b`."""
    seen: dict[str, Expression] = {}
    for part in parts:
        for each in part.operands if isinstance(part, Chain) and part.level is Level.OR else (part,):
            seen.setdefault(flat(each), each)
    if "True" in seen:
        return TRUE
    seen.pop("False", None)
    parts = [part for part in seen.values() if not _says_more(part, seen)]
    return chain(Level.OR, "or", parts) if parts else FALSE


def known_first(test: Expression) -> Expression:
    """The same test where values are often missing: None is slow to compare with a text, so it is asked for first."""
    if isinstance(test, Chain) and test.level is Level.OR:
        return chain(Level.OR, "or", [known_first(part) for part in test.operands])
    name, sign, _ = flat(test).partition(" == ") if isinstance(test, Text) else ("", "", "")
    return chain(Level.AND, "and", [*known((name,)), test]) if sign and name.isidentifier() else test


def _says_more(part: Expression, others: Collection[str]) -> bool:
    tests = conjuncts(part)
    return len(tests) > 1 and any(flat(test) in others for test in tests)


def _bracketed_limits(tests: list[Test]) -> list[Test]:
    """`x >= a` followed by `x <= b` is `a <= x <= b`."""
    joined: list[Test] = []
    for test in tests:
        merged = _joined_limits(joined[-1], test) if joined else None
        if merged is None:
            joined.append(test)
        else:
            joined[-1] = merged
    return joined


def _joined_limits(one: Test, other: Test) -> Test | None:
    low, high = one.test, other.test
    if not isinstance(low, Chain) or not isinstance(high, Chain) or one.needs != other.needs:
        return None
    if low.first != high.first or not isinstance(low.first, Text) or len(low.rest) + len(high.rest) != 2:
        return None
    (sign, least), (other_sign, most) = low.rest[0], high.rest[0]
    if sign not in {">=", ">"} or other_sign not in {"<=", "<"} or not isinstance(least, Text):
        return None
    mirrored = "<=" if sign == ">=" else "<"
    return Test(one.needs, Chain(Level.COMPARISON, least, ((mirrored, low.first), (other_sign, most))))


def _could_hold_two_ranges(one: Expression, other: Expression) -> bool:
    """Two bounded values would compare as tuples; a literal on either side makes that a TypeError already."""
    return not _has_literal(one) and not _has_literal(other)


def _has_literal(expression: Expression) -> bool:
    match expression:
        case Text(code):
            return code.lstrip("-")[:1].isdigit()
        case Chain():
            return any(_has_literal(operand) for operand in expression.operands)
        case _:
            return False
