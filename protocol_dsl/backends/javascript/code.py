"""Text of JavaScript: literals that hold whatever the source text does, and calls broken over lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from json import dumps

from attrs import frozen

from protocol_dsl.backends.writer import WIDTH

INDENT = "  "
_NAME = re.compile(r"[A-Za-z_$][0-9A-Za-z_$]*")
_LARGEST_EXACT = 2**53


@frozen
class Call:
    """`name(arguments)`; without a name and with other brackets a list."""

    name: str
    arguments: tuple[Code, ...]
    brackets: str = "()"


Code = str | Call


def literal(value: object) -> str:
    """Plain data. A whole number past 2^53 is a text, which `BigInt` reads exactly."""
    match value:
        case None | bool():
            return dumps(value)
        case int():
            return str(value) if abs(value) < _LARGEST_EXACT else f'"{value}"'
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < _LARGEST_EXACT else repr(value)
        case str():
            return _string(value)
        case Mapping():
            return "{ " + ", ".join(f"{key(str(name))}: {literal(one)}" for name, one in value.items()) + " }"
        case Iterable():
            return f"[{', '.join(literal(one) for one in value)}]"
    raise TypeError(f"{value!r} is no plain data")


def key(name: str) -> str:
    """A name of a property in an object literal; `__proto__` there would set the prototype."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if _NAME.fullmatch(name) else _string(name)


def member(owner: str, name: str) -> str:
    """A property of an object."""
    return f"{owner}.{name}" if _NAME.fullmatch(name) else f"{owner}[{_string(name)}]"


def flat(code: Code) -> str:
    """On one line."""
    if isinstance(code, str):
        return code
    return f"{code.name}{code.brackets[0]}{', '.join(flat(one) for one in code.arguments)}{code.brackets[1]}"


def lines(before: str, code: Code, after: str, margin: str) -> Iterator[str]:
    """`before`, the code and `after` (without the margin), broken where a line would be too long."""
    whole = f"{before}{flat(code)}{after}"
    if isinstance(code, str) or not code.arguments or len(margin) + len(whole) <= WIDTH:
        yield whole
        return
    yield f"{before}{code.name}{code.brackets[0]}"
    for row in _rows(code.arguments, WIDTH - len(margin) - len(INDENT) - 1):
        for line in lines("", row, ",", margin + INDENT):
            yield f"{INDENT}{line}"
    yield f"{code.brackets[1]}{after}"


def _rows(arguments: tuple[Code, ...], room: int) -> Iterator[Code]:
    """A call on a line of its own, plain arguments next to each other as far as there is room."""
    row = ""
    for argument in arguments:
        if isinstance(argument, str) and row and len(row) + 2 + len(argument) <= room:
            row = f"{row}, {argument}"
            continue
        if row:
            yield row
        row = argument if isinstance(argument, str) else ""
        if not isinstance(argument, str):
            yield argument
    if row:
        yield row


def _string(text: str) -> str:
    quoted = dumps(text, ensure_ascii=False)
    return "".join(one if one.isprintable() else _escaped(one) for one in quoted)


def _escaped(character: str) -> str:
    return dumps(character)[1:-1]  # what has no short form is \uXXXX, in two halves past the first plane
