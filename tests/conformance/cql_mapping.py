"""One test of Clinical Quality Language as a protocol: every literal a recorded fact, null a fact that is not recorded.

What the expression computes becomes a condition of one criterion. A null condition of `if` counts as no there, so it is
asked as `known …` here; equality of numbers is asked to the eighth decimal, the precision of that language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from cql_reading import NotReadError, Tree, read

NAMES = {"Abs": "abs", "Ceiling": "ceil", "Floor": "floor", "Exp": "exp", "Ln": "ln"}
HALF = Fraction(1, 200_000_000)
LARGEST = 2**31 - 1


class LeftOutError(Exception):
    """Why a test has no counterpart in the language."""


class Mapped(NamedTuple):
    """A protocol with one criterion `C`, and what its one example must come out as."""

    text: str
    expected: bool | None


def mapped(expression: str, outputs: list[str]) -> Mapped:
    """The test as a protocol. Raises LeftOutError with the reason when it cannot be said."""
    if "Coalesce" in expression:
        raise LeftOutError("`Coalesce`, a value in place of a missing one: missing stays unknown here")
    try:
        tree = read(expression)
        output = read(" ".join(outputs)) if len(outputs) == 1 else None
    except NotReadError as reason:
        raise LeftOutError(str(reason)) from None
    if output is None:
        raise LeftOutError("an error while it runs, where nothing is wrong here: the value is unknown")
    protocol = _Protocol()
    condition, expected = protocol.asked(tree, output)
    return Mapped(protocol.text(condition), expected)


def _kind(tree: Tree) -> str | None:
    """Whether a tree is a truth, a number, a text or a date; None for a bare null."""
    match tree:
        case (
            "number"
            | "quantity"
            | "count"
            | "+"
            | "-"
            | "*"
            | "/"
            | "^"
            | "div"
            | "mod"
            | "negate"
            | "duration",
            *rest,
        ):
            dates = any(isinstance(one, tuple) and _kind(one) == "date" for one in rest)
            return "date" if dates and tree[0] != "duration" else "number"
        case ("text", _):
            return "text"
        case ("date", _) | ("date from", _) | ("call", "DateTime" | "Date", *_):
            return "date"
        case ("as", type_, _):
            return {"String": "text", "Boolean": "truth"}.get(type_, "number")
        case ("if", _, then, otherwise):
            return _kind(then) or _kind(otherwise)
        case ("call", "IsTrue" | "IsFalse" | "IsNull", *_):
            return "truth"
        case ("call", *_):
            return "number"
        case ("null",):
            return None
        case ("interval", *_):
            return "interval"
    return "truth"


class _Protocol:
    def __init__(self) -> None:
        self._facts: list[str] = []
        self._given: list[str] = []

    def text(self, condition: str) -> str:
        """The whole file."""
        return "\n".join(
            [
                'protocol CQL "One test of Clinical Quality Language" { }',
                *self._facts,
                f'inclusion C "The expression" {{\n  require {condition}\n}}',
                'example "as given" on 2030-01-01 {',
                *(f"  {line}" for line in self._given),
                "}\n",
            ]
        )

    def asked(self, tree: Tree, output: Tree) -> tuple[str, bool | None]:
        """The condition that holds a test's expression against its output, and what it must come out as."""
        kind, wanted = _kind(tree), _kind(output)
        if kind == "truth" and output[0] in {"true", "false", "null"}:
            return self.truth(tree), {"true": True, "false": False, "null": None}[output[0]]
        if kind == "number" and output == ("null",):
            literals = list(_literals(tree))
            if any(abs(Fraction(digits)) > LARGEST for _, digits, *_ in literals):
                raise LeftOutError("an integer of 32 bits that overflows; a number here is a double")
            units = [unit for _, _, *unit in literals if unit]
            zero = ("quantity", "0", units[0][0]) if units else ("number", "0")
            return f"{self.number(tree)} = {self.number(zero)}", None
        if tree[0] == "duration" and wanted in {"number", "interval"}:
            low, high = (output[1], output[2]) if wanted == "interval" else (output, output)
            return f"all of {{ {self._lasted(tree, '>=', low)}, {self._lasted(tree, '<=', high)} }}", True
        if kind == "number" and wanted == "number":
            return self._near(tree, output), True
        if kind == "date" and wanted == "date":
            if tree[0] in {"+", "-"}:
                return self._moved(tree, output), True
            raise LeftOutError("a literal date as the result, with nothing asked of it")
        raise LeftOutError("a value of a kind the language has no expression for")

    # Truths

    def truth(self, tree: Tree) -> str:
        """A condition in brackets where it needs them."""
        match tree:
            case ("true" | "false" | "null" as word,):
                return self._fact("yes/no", {"true": "yes", "false": "no", "null": None}[word])
            case ("and" | "or" as word, left, right):
                return f"({self.truth(left)} {word} {self.truth(right)})"
            case ("xor", left, right):
                return f"exactly 1 of {{ {self.truth(left)}, {self.truth(right)} }}"
            case ("implies", left, right):
                return f"(not {self.truth(left)} or {self.truth(right)})"
            case ("not", operand):
                return f"(not {self.truth(operand)})"
            case ("call", "IsTrue", operand) | ("is", "true", operand):
                return f"(known {self.truth(operand)})"
            case ("call", "IsFalse", operand) | ("is", "false", operand):
                return f"(known not {self.truth(operand)})"
            case ("call", "IsNull", operand) | ("is", "null", operand):
                return self._unrecorded(operand)
            case ("=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" as sign, left, right):
                return self._compared(sign, left, right)
            case ("between", value, low, high):
                return f"({self.number(value)} between {self.number(low)} and {self.number(high)})"
            case ("compared", precision, words, left, right):
                return self._in_order(precision, words, left, right)
        raise LeftOutError(f"`{tree[0]}` as a condition, which has no counterpart")

    def _unrecorded(self, tree: Tree) -> str:
        match _kind(tree):
            case "number":
                number = self.number(tree)
                return f"(not known ({number} = {number}))"
            case "text":
                fact = self._chosen(tree, "other")
                return f"(not known ({fact} is other or {fact} is not other))"
            case _:
                truth = self.truth(tree)
                return f"(not known ({truth} or not {truth}))"

    def _compared(self, sign: str, left: Tree, right: Tree) -> str:
        kind = _kind(left) or _kind(right) or "number"
        if sign in {"~", "!~"}:
            both = self._equivalent(kind, left, right)
            return both if sign == "~" else f"(not {both})"
        if left[0] == "duration":
            return self._lasted(left, sign, right)
        match kind:
            case "truth":
                differ = f"exactly 1 of {{ {self.truth(left)}, {self.truth(right)} }}"
                return f"(not {differ})" if sign == "=" else differ if sign == "!=" else self._unordered()
            case "number":
                if left[0] == "interval" or right[0] == "interval":
                    raise LeftOutError("an interval as a value, which the language does not have")
                return f"({self.number(left)} {sign} {self.number(right)})"
            case "text":
                return self._texts(sign, left, right)
            case "date":
                return self._dates(sign, left, right)
        raise LeftOutError("an interval as a value, which the language does not have")

    def _unordered(self) -> str:
        raise LeftOutError("an order of truths or texts, which the language does not have")

    def _texts(self, sign: str, left: Tree, right: Tree) -> str:
        if sign not in {"=", "!="}:
            self._unordered()
        fact, literal = (left, right) if right[0] == "text" else (right, left)
        choice = literal[1].lower() if literal[0] == "text" else "other"
        return f"({self._chosen(fact, choice)} is {'' if sign == '=' else 'not '}{choice})"

    def _chosen(self, tree: Tree, choice: str) -> str:
        value = (tree[1].lower() or "empty") if tree[0] == "text" else None
        choices = ", ".join(dict.fromkeys((choice, value or "unstated", "unstated")))
        return self._fact(f"one of {choices}", value)

    def _equivalent(self, kind: str, left: Tree, right: Tree) -> str:
        whole = all(tree[0] != "number" or "." not in tree[1] for tree in (left, right))
        if kind in {"date", "text"} or not whole:
            raise LeftOutError("equivalence, which overlooks case and precision")
        absent = f"all of {{ {self._unrecorded(left)}, {self._unrecorded(right)} }}"
        return f"any of {{ known {self._compared('=', left, right)}, {absent} }}"

    # Numbers

    def number(self, tree: Tree) -> str:
        """A numeric expression, in brackets unless it is a fact."""
        match tree:
            case ("number", digits):
                return self._fact("number", digits)
            case ("quantity", digits, unit):
                return self._fact(f"number in {unit}" if unit != "1" else "number", digits, unit)
            case ("count", *_):
                raise LeftOutError("a length of time as a value of its own")
            case ("null",):
                return self._fact("number", None)
            case ("as", "Integer" | "Decimal" | "Long" | "Quantity", operand):
                return self.number(operand)
            case ("negate", ("number" | "quantity" as kind, digits, *unit)):
                return self.number((kind, f"-{digits}", *unit))
            case ("negate", operand):
                return f"(-{self.number(operand)})"
            case ("+" | "-" | "*" | "/" | "^" as sign, left, right):
                return f"({self.number(left)} {sign} {self.number(right)})"
            case ("div" | "mod" as word, left, right):
                return self._divided(word, left, right)
            case ("if", condition, then, otherwise):
                return f"(if known {self.truth(condition)} then {self.number(then)} else {self.number(otherwise)})"
            case ("call", name, *arguments):
                return self._called(name, arguments)
        raise LeftOutError(f"`{tree[0]}` as a number, which has no counterpart")

    def _divided(self, word: str, left: Tree, right: Tree) -> str:
        one, other = self.number(left), self.number(right)
        quotient = self._truncated(f"({one} / {other})")
        if word == "mod":
            return f"({one} - {other} * {quotient})"
        if left[0] == "quantity" or (left[0] == "negate" and left[1][0] == "quantity"):
            raise LeftOutError("a whole quotient of quantities that keeps their unit")
        return quotient

    def _truncated(self, number: str) -> str:
        return f"(if {number} < 0 then ceil({number}) else floor({number}))"

    def _called(self, name: str, arguments: list[Tree]) -> str:
        match name, arguments:
            case (("Abs" | "Ceiling" | "Floor" | "Exp" | "Ln"), [operand]):
                return f"{NAMES[name]}({self.number(operand)})"
            case "Round", [operand]:
                return f"round({self.number(operand)})"
            case "Round", [operand, ("number", digits)]:
                return f"(round({self.number(operand)} * {10 ** int(digits)}) / {10 ** int(digits)})"
            case "Truncate", [operand]:
                return self._truncated(self.number(operand))
            case "Power", [base, exponent]:
                return f"({self.number(base)} ^ {self.number(exponent)})"
            case "Log", [operand, base]:
                return f"(ln({self.number(operand)}) / ln({self.number(base)}))"
        raise LeftOutError(f"`{name}`, which has no counterpart")

    def _near(self, tree: Tree, output: Tree) -> str:
        digits, unit = (
            (f"-{output[1][1]}", output[1][2:]) if output[0] == "negate" else (output[1], output[2:])
        )
        kind = ("quantity", unit[0]) if unit else ("number",)
        low, high = (_decimal(Fraction(digits) + step) for step in (-HALF, HALF))
        ends = [self.number((kind[0], end, *kind[1:])) for end in (low, high)]
        return f"{self.number(tree)} between {ends[0]} and {ends[1]}"

    # Dates

    def _in_order(self, precision: str, words: str, left: Tree, right: Tree) -> str:
        if precision not in {"day", "own"}:
            raise LeftOutError(f"a comparison by the {precision}, where dates compare by the day")
        sign = {"after": ">", "before": "<", "same": "="}.get(words)
        sign = sign or {"same or after": ">=", "on or after": ">="}.get(words, "<=")
        return self._dates(sign, left, right)

    def _dates(self, sign: str, left: Tree, right: Tree) -> str:
        if left[0] in {"+", "-"} and sign == "=":
            return self._moved(left, right)
        texts = [_date(tree) for tree in (left, right)]
        clock = [text is not None and "T" in text for text in texts]
        if clock[0] != clock[1]:
            raise LeftOutError("a date compared with a moment of the day, where dates compare by the day")
        if clock[0]:
            raise LeftOutError(
                "an order of moments to the second, where the shortest step of a window is a minute"
            )
        one, other = (self._fact("date", text) for text in texts)
        after, before = f"{one} at least 1 day after {other}", f"{one} at least 1 day before {other}"
        return {
            ">": f"({after})",
            "<": f"({before})",
            ">=": f"(not ({before}))",
            "<=": f"(not ({after}))",
            "=": f"none of {{ {after}, {before} }}",
            "!=": f"any of {{ {after}, {before} }}",
        }[sign]

    def _moved(self, tree: Tree, output: Tree) -> str:
        """That a date so far from another is the one expected: it lies in the window, the next one does not."""
        sign, start, count = tree
        if count[0] != "count" or _kind(start) != "date":
            raise LeftOutError("several durations added to a date, where a window has one")
        texts, unit = (_date(start), _date(output)), count[2]
        fine = unit in {"hour", "minute"}
        length = 19 if fine else 10
        if unit in {"second", "millisecond"} or any(text is None or len(text) != length for text in texts):
            raise LeftOutError(
                "a partial date or a moment moved, where a window counts from whole days or full moments"
            )
        one, other = (self._fact("date", text) for text in texts)
        step = timedelta(seconds=1) if fine else timedelta(days=1)
        beyond = datetime.fromisoformat(str(texts[1])) + (step if sign == "+" else -step)
        next_one = self._fact("date", beyond.isoformat()[:length])
        window = f"within {count[1]} {unit}s {'after' if sign == '+' else 'before'} {one}"
        return f"all of {{ {other} {window}, not ({next_one} {window}) }}"

    def _lasted(self, tree: Tree, sign: str, limit: Tree) -> str:
        """The time between two dates against a number, as one date so long after the other."""
        _, unit, start, end = tree
        texts = (_date(start), _date(end))
        if limit[0] != "number" or unit not in {"day", "week", "month", "year"}:
            raise LeftOutError("the time between two dates as a value to compute with")
        if any(text is None or "T" in text for text in texts):
            raise LeftOutError(
                "the time between two moments, where days, months and years count from day to day"
            )
        one, other = (self._fact("date", text) for text in texts)
        number = int(limit[1])

        def least(count: int) -> str:
            if count == 0:
                return f"not ({other} at least 1 day before {one})"
            return f"{other} at least {count} {unit}s after {one}"

        match sign:
            case ">=" | ">":
                return f"({least(number + (sign == '>'))})"
            case "<" | "<=":
                return f"(not ({least(number + (sign == '<='))}))"
        return f"all of {{ {least(number)}, not ({least(number + 1)}) }}"

    def _fact(self, kind: str, value: str | None, unit: str = "") -> str:
        name = f"x{len(self._facts) + 1}"
        self._facts.append(f'fact {name} : {kind} "Operand {len(self._facts) + 1}"')
        on = "on " if kind == "date" else ""
        amount = f"{value} {unit}" if unit not in {"", "1"} else value
        self._given.append(f"unknown {name}" if value is None else f"{name} {on}{amount}")
        return name


def _literals(tree: Tree) -> Iterator[Tree]:
    """Every number in the tree, with its unit where it has one."""
    if tree[0] in {"number", "quantity"}:
        yield tree
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from _literals(part)


def _decimal(number: Fraction) -> str:
    sign = "-" if number < 0 else ""
    whole, rest = divmod(abs(number) * 10**9, 10**9)
    return f"{sign}{whole}.{int(rest):09d}"


def _date(tree: Tree) -> str | None:
    """A date as the language writes it; None for one that is null. Raises LeftOutError for what it cannot write."""
    match tree:
        case ("date", text):
            return _written(text)
        case ("date from", inner):
            text = _date(inner)
            return None if text is None else text[:10]
        case ("call", "DateTime" | "Date", *parts):
            return _constructed(parts)
        case ("null",):
            return None
    raise LeftOutError("a date that is computed, or the present moment, where dates are recorded")


def _written(text: str) -> str:
    if text.startswith("@T"):
        raise LeftOutError("a time of day without a date, which nothing is recorded as")
    if re.search(r"T.*(Z|[+-]\d\d:\d\d)$", text):
        raise LeftOutError("an offset from universal time, where times are those of the local clock")
    return _supported(text.removeprefix("@").removesuffix("T"))


def _constructed(parts: list[Tree]) -> str | None:
    while parts and parts[-1] == ("null",):
        parts = parts[:-1]
    if len(parts) > 7:
        raise LeftOutError("an offset from universal time, where times are those of the local clock")
    if not parts:
        return None
    if any(part[0] != "number" for part in parts):
        raise LeftOutError("a date that is computed, or the present moment, where dates are recorded")
    numbers = [int(part[1]) for part in parts]
    day = "-".join([f"{numbers[0]:04d}", *(f"{number:02d}" for number in numbers[1:3])])
    clock = ":".join(f"{number:02d}" for number in numbers[3:6])
    fraction = f".{numbers[6]:03d}" if len(numbers) == 7 else ""
    return _supported(f"{day}T{clock}{fraction}" if clock else day)


def _supported(text: str) -> str:
    day, _, clock = text.partition("T")
    seconds, _, fraction = clock.partition(".")
    if fraction.strip("0"):
        raise LeftOutError("a fraction of a second, where a second is the shortest time")
    if len(seconds) == 2:
        raise LeftOutError("an hour without its minutes, which is not written")
    return f"{day}T{seconds}" if seconds else day
