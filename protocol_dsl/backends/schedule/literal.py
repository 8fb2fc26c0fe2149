"""A program written down as Python literals, a named field a line where one line does not hold it."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.vocabulary.calendar import Duration


def inline(value: object) -> str:
    """A value on one line; fields that hold their default are left out."""
    if isinstance(value, str):
        return string(value)
    if isinstance(value, Fraction):
        return (
            f"Fraction({value.numerator})"
            if value.denominator == 1
            else f"Fraction({value.numerator}, {value.denominator})"
        )
    if isinstance(value, Duration):
        return f"Duration({value.count}, {string(value.unit)})"
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return f"{type(value).__name__}({', '.join(f'{name}={inline(part)}' for name, part in _said(value))})"
    if isinstance(value, tuple):
        inner = ", ".join(inline(part) for part in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def write_value(writer: Writer, before: str, value: object, after: str = "") -> None:
    """A value after `before`, broken over lines where it is too long."""
    line = f"{before}{inline(value)}{after}"
    if len(writer.margin) + len(line) <= writer.width or not isinstance(value, tuple) or not value:
        writer.line(line)
        return
    if isinstance(value, Duration):
        writer.line(line)
        return
    named = hasattr(value, "_fields")
    with writer.block(f"{before}{type(value).__name__ if named else ''}("):
        if named:
            for name, part in _said(value):
                write_value(writer, f"{name}=", part, ",")
        else:
            for part in value:
                write_value(writer, "", part, ",")
    writer.line(f"){after}")


def names_in(value: object) -> set[str]:
    """The classes that writing a value down names."""
    if isinstance(value, Fraction):
        return {"Fraction"}
    if not isinstance(value, tuple):
        return set()
    own = {type(value).__name__} if hasattr(value, "_fields") else set()
    parts = [part for _, part in _said(value)] if hasattr(value, "_fields") else list(value)
    return own.union(*(names_in(part) for part in parts))


def _said(value: tuple[object, ...]) -> list[tuple[str, object]]:
    """The fields of a named tuple that do not hold their default."""
    defaults = getattr(type(value), "_field_defaults", {})
    fields: tuple[str, ...] = getattr(value, "_fields", ())
    return [
        (name, part)
        for name, part in zip(fields, value, strict=True)
        if name not in defaults or defaults[name] != part
    ]
