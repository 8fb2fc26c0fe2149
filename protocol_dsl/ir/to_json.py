"""The published JSON of a compiled protocol, and back.

Top level: `{"format": "protocol_dsl.ir", "version": 1, "protocol": …}`. Every node is an object whose `is` is
its class name in `protocol_dsl.ir` and whose other keys are its fields, all of them, in the order declared:

- an exact rational is a string `"n/d"` in lowest terms; a literal (`Const`) has its nearest double beside it
  in `double`, which is what engines compare with, and which is ignored on the way back in;
- a tuple is an array, a `span` the array `[start, end]` of character offsets (`[-1, -1]`: no place);
- a duration is `{"is": "Duration", "count": …, "unit": …}`;
- an example's `record` is the patient's own JSON form, as it is.

Keys and arrays are in a fixed order, so equal protocols give equal text.
"""

from __future__ import annotations

import json
from fractions import Fraction
from types import ModuleType

import attrs

from protocol_dsl.ir import citations, facts, features, formulas, numbers, protocol, schedule
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import Span
from protocol_dsl.vocabulary.calendar import Duration

FORMAT = "protocol_dsl.ir"
VERSION = 1


class UnreadableJsonError(ValueError):
    """A text that is no compiled protocol of this version: the reason, and what to do."""


def to_json(compiled: Protocol) -> str:
    """The published JSON text of a compiled protocol, indented by one space, with a final line end."""
    document = {"format": FORMAT, "version": VERSION, "protocol": _encoded(compiled)}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False, default=dict) + "\n"


def from_json(text: str) -> Protocol:
    """The protocol whose `to_json` is `text`.

    Raises:
        UnreadableJsonError: the text is no JSON, of another format or version, or holds an unknown or
            misshapen node.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableJsonError(f"this is no JSON text: {error}; write it with `to_json`") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UnreadableJsonError(f"`format` is not `{FORMAT}`; give the JSON of a compiled protocol")
    if document.get("version") != VERSION:
        found = document.get("version")
        raise UnreadableJsonError(f"`version` is `{found}`, this reads version {VERSION}; compile it again")
    read = _decoded(document.get("protocol"), "")
    if not isinstance(read, Protocol):
        raise UnreadableJsonError("`protocol` is no `Protocol` node; give the JSON of a compiled protocol")
    return read


def _encoded(value: object) -> object:
    match value:
        case Duration(count, unit):
            return {"is": "Duration", "count": count, "unit": unit}
        case Span(start, end):
            return [start, end]
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case tuple():
            return [_encoded(part) for part in value]
        case _ if type(value) in _FIELD_TYPES:
            return _encoded_node(value)
        case _:
            return value


def _encoded_node(node: object) -> dict[str, object]:
    fields: dict[str, object] = {"is": type(node).__name__}
    # Plain loops: a comprehension would be one more frame for each level of a deep formula.
    for name in _FIELD_TYPES[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple) and not isinstance(value, Duration):
            parts: list[object] = []
            for part in value:
                parts.append(_encoded(part))
            fields[name] = parts
        else:
            fields[name] = value if name in _VERBATIM else _encoded(value)
    return fields


def _decoded(value: object, declared: str) -> object:
    """`declared` is the annotation of the field that holds `value`: it tells rationals and spans apart."""
    match value:
        case dict():
            return _node(dict(value))
        case [int() as start, int() as end] if declared == "Span":
            return Span(start, end)
        case list():
            return tuple([_decoded(part, declared) for part in value])
        case str() if "Fraction" in declared:
            return _fraction(value)
        case _:
            return value


def _node(rest: dict[str, object]) -> object:
    name = rest.pop("is", None)
    kind = _CLASSES.get(name) if isinstance(name, str) else None
    if kind is None:
        raise UnreadableJsonError(f"there is no node `{name}`; compile the protocol again with this version")
    if kind is Duration:
        return _duration(rest)
    types = _FIELD_TYPES[kind]
    if set(rest) != set(types):
        odd = ", ".join(f"`{field}`" for field in sorted(set(rest) ^ set(types)))
        raise UnreadableJsonError(f"node `{name}` lacks, or has too much, {odd}; compile the protocol again")
    values: dict[str, object] = {}
    for field, value in rest.items():
        if field not in _COMPUTED:
            values[field] = value if field in _VERBATIM else _decoded(value, types[field])
    return kind(**values)


def _duration(rest: dict[str, object]) -> Duration:
    match rest:
        case {"count": int() as count, "unit": "minute" | "hour" | "day" | "week" | "month" | "year" as unit}:
            return Duration(count, unit)
        case _:
            raise UnreadableJsonError("a `Duration` needs `count` and `unit`; compile the protocol again")


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise UnreadableJsonError(f"`{text}` is no exact rational such as `171/10`") from None


_VERBATIM = {"record"}
"""Fields that hold JSON already."""
_COMPUTED = {"double"}
"""Fields that follow from others."""


def _classes(*modules: ModuleType) -> dict[str, type]:
    return {
        name: member
        for module in modules
        for name, member in vars(module).items()
        if isinstance(member, type) and attrs.has(member) and member.__module__ == module.__name__
    }


_CLASSES = _classes(citations, facts, features, formulas, numbers, protocol, schedule) | {
    "Duration": Duration
}
_FIELD_TYPES: dict[type, dict[str, str]] = {
    kind: {field.name: str(field.type) for field in attrs.fields(kind)}
    for kind in _CLASSES.values()
    if attrs.has(kind)
}
