"""Python expressions as small trees, printed with few parentheses and broken over lines as a formatter breaks them."""

from __future__ import annotations

from enum import IntEnum
from typing import assert_never

from attrs import field, frozen

from protocol_dsl.backends.writer import INDENT, WIDTH


class Level(IntEnum):
    """How tightly an operator binds, loosest first."""

    CHOICE = -1
    OR = 0
    AND = 1
    NOT = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    SIGN = 6
    ATOM = 7


@frozen
class Text:
    """Code that is never broken: a name, a literal, a short test."""

    code: str
    level: Level = Level.ATOM


@frozen
class Chain:
    """Operands of one level: `first`, then operator and operand by turns; `code` is all of it on one line."""

    level: Level
    first: Expression
    rest: tuple[tuple[str, Expression], ...]
    code: str = field(init=False, eq=False, repr=False)

    @property
    def operands(self) -> tuple[Expression, ...]:
        """All operands, in order."""
        return (self.first, *(operand for _, operand in self.rest))

    @code.default
    def _on_one_line(self) -> str:
        text = _operand(self, self.first, True)
        return text + "".join(f" {operator} {_operand(self, one, False)}" for operator, one in self.rest)


@frozen
class Prefix:
    """`not` or a sign, and its operand; `code` is all of it on one line."""

    operator: str
    operand: Expression
    level: Level = Level.NOT
    code: str = field(init=False, eq=False, repr=False)

    @code.default
    def _on_one_line(self) -> str:
        space, inner = " " if self.operator.isalpha() else "", self.operand.code
        return f"{self.operator}{space}" + (f"({inner})" if self.operand.level < self.level else inner)


@frozen
class Invocation:
    """A call; `code` is all of it on one line."""

    function: str
    arguments: tuple[Expression, ...]
    level: Level = field(default=Level.ATOM, init=False)
    code: str = field(init=False, eq=False, repr=False)

    @code.default
    def _on_one_line(self) -> str:
        return f"{self.function}({', '.join(argument.code for argument in self.arguments)})"


Expression = Text | Chain | Prefix | Invocation

TRUE = Text("True")
FALSE = Text("False")


def chain(level: Level, operator: str, operands: list[Expression]) -> Expression:
    """Operands joined by one operator; one operand stands for itself. At least one is needed."""
    if len(operands) == 1:
        return operands[0]
    return Chain(level, operands[0], tuple((operator, operand) for operand in operands[1:]))


def binary(level: Level, operator: str, left: Expression, right: Expression) -> Expression:
    """`left operator right`."""
    return Chain(level, left, ((operator, right),))


def flat(expression: Expression) -> str:
    """The expression on one line."""
    return expression.code


def depth(expression: Expression) -> int:
    """How many brackets stand inside each other at the deepest place."""
    match expression:
        case Text(code):
            return code.count("(")
        case Chain():
            return max(
                (1 if _bracketed(expression, one, False) else 0) + depth(one) for one in expression.operands
            )
        case Prefix(_, operand):
            return 1 + depth(operand)
        case Invocation(_, arguments):
            return 1 + max((depth(argument) for argument in arguments), default=0)
    assert_never(expression)


def statement(before: str, expression: Expression, after: str, margin: str, width: int = WIDTH) -> list[str]:
    """Lines (without the margin) of `before expression after`, such as `if …:` or `x = …`."""
    room = width - len(margin)
    line = f"{before}{flat(expression)}{after}"
    if len(line) <= room:
        return [line]
    match expression:
        case Chain():
            hugging = _hugging(before, expression, after, room)
            return hugging or _bracketed_lines(f"{before}(", expression, after, room)
        case Prefix(operator, operand) if isinstance(operand, Chain) and operator == "not":
            return _bracketed_lines(f"{before}not (", operand, after, room)
        case Text(code) if before.endswith("= "):
            return [f"{before}(", INDENT + code, f"){after}"]
        case _:
            return _piece(before, expression, after, room)


def _hugging(before: str, expression: Chain, after: str, room: int) -> list[str] | None:
    """One operator with a bracket on its left or right opens that bracket, and needs no pair of its own: the right
    one if all before it fits on a line, else the left one, and both if all after that does not fit either."""
    if len(expression.rest) != 1:
        return None
    operator, last = expression.rest[0]
    first = expression.first
    left, right = _opening(expression, first, True), _opening(expression, last, False)
    head = f"{before}{_operand(expression, first, True)} {operator} "
    if right is not None and len(head + right[0]) <= room:
        return _bracketed_lines(head + right[0], right[1], after, room)
    if left is None:
        return None
    tail = f") {operator} {_operand(expression, last, False)}{after}"
    if len(tail) <= room:
        return _bracketed_lines(before + left[0], left[1], tail[1:], room)
    if right is None:
        return None
    opened = _bracketed_lines(before + left[0], left[1], f" {operator} {right[0]}", room)
    return [*opened[:-1], *_bracketed_lines(opened[-1], right[1], after, room)]


def _opening(parent: Chain, operand: Expression, first: bool) -> tuple[str, Chain] | None:
    """What opens the bracket an operand stands in, and what it holds; None for one without."""
    if isinstance(operand, Prefix) and operand.operator == "not" and isinstance(operand.operand, Chain):
        return "not (", operand.operand
    if isinstance(operand, Chain) and _bracketed(parent, operand, first):
        return "(", operand
    return None


def _bracketed_lines(opening: str, inner: Chain, after: str, room: int) -> list[str]:
    short = flat(inner)
    body = [short] if len(short) <= room - len(INDENT) else _broken_chain(inner, room - len(INDENT))
    return [opening, *_indented(body), f"){after}"]


def _broken_chain(expression: Chain, room: int) -> list[str]:
    lines = _operand_lines("", expression, expression.first, True, room)
    for operator, operand in expression.rest:
        lines += _operand_lines(f"{operator} ", expression, operand, False, room)
    return lines


def _operand_lines(before: str, parent: Chain, operand: Expression, first: bool, room: int) -> list[str]:
    line = before + _operand(parent, operand, first)
    if len(line) <= room:
        return [line]
    if isinstance(operand, Chain):
        inner = room - len(INDENT)
        if _bracketed(parent, operand, first):
            text = flat(operand)
            body = [text] if len(text) <= inner else _broken_chain(operand, inner)
            return [f"{before}(", *_indented(body), ")"]
        lines = _broken_chain(operand, room - len(before))
        return [before + lines[0], *lines[1:]]
    return _piece(before, operand, "", room)


def _piece(before: str, expression: Expression, after: str, room: int) -> list[str]:
    line = f"{before}{flat(expression)}{after}"
    if len(line) <= room:
        return [line]
    match expression:
        case Invocation(function, arguments) if arguments:
            inner = room - len(INDENT)
            together = ", ".join(flat(argument) for argument in arguments)
            if len(together) <= inner:
                return [f"{before}{function}(", INDENT + together, f"){after}"]
            body = [text for argument in arguments for text in _argument(argument, inner)]
            return [f"{before}{function}(", *_indented(body), f"){after}"]
        case Prefix(operator, operand) if isinstance(operand, Chain) and operator == "not":
            return _bracketed_lines(f"{before}not (", operand, after, room)
        case _:
            return [line]


def _argument(argument: Expression, room: int) -> list[str]:
    if isinstance(argument, Chain) and len(flat(argument)) + 1 > room:
        lines = _broken_chain(argument, room)
        return [*lines[:-1], lines[-1] + ","]
    return _piece("", argument, ",", room)


def operand_lines(operator: str, operand: Expression, level: Level, margin: str) -> list[str]:
    """Lines (without the margin) of one operand of a broken chain of `level`, after its `operator` and a blank."""
    return _operand_lines(operator, Chain(level, operand, ()), operand, False, WIDTH - len(margin))


def _indented(lines: list[str]) -> list[str]:
    return [INDENT + line for line in lines]


def _operand(parent: Chain, operand: Expression, first: bool) -> str:
    text = flat(operand)
    return f"({text})" if _bracketed(parent, operand, first) else text


def _bracketed(parent: Chain, operand: Expression, first: bool) -> bool:
    if parent.level is Level.OR and operand.level is Level.AND:
        return True  # never needed by Python, always by the reader
    if operand.level == parent.level:
        return not (first and parent.level in {Level.SUM, Level.PRODUCT})
    return operand.level < parent.level
