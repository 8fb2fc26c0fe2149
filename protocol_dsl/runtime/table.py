"""The criteria as data: a list of nodes, each after those it rests on. Standard library only.

The generated function decides; this table says why, and decides in its place where a value is only bounded
(`Range`). Nodes are tuples whose first item names them:

    ("value", feature) ("item", part) ("const", double) ("named", node, words, unit)
    ("arithmetic", operator, left, right) ("scaled", operator, node, double) ("call", function, nodes)
    ("choose", condition, then, otherwise) ("if_missing", value, fallback)
    ("constant", truth) ("truth", feature, held, not_held) ("item_truth", part, held, not_held)
    ("compare", comparison, left, right, subject, held, not_held)
    ("one_of", feature, choices, subject, held, not_held) ("item_one_of", part, choices, …)
    ("contains", feature, choices, subject, held, not_held)
    ("all", nodes) ("any", nodes) ("not", node) ("at_least", count, nodes) ("condition", node, words)
    ("known", node) ("known", node, unsettled)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from protocol_dsl.runtime.records import Occurrence, Range, Sample, Value
from protocol_dsl.runtime.values import rounded

Node = tuple[Any, ...]
Nodes = tuple[Node, ...]
NUMBERS = frozenset({"value", "item", "const", "named", "arithmetic", "call", "choose", "if_missing"})
_MIRRORED = {">=": "<", ">": "<=", "!=": "="}


def weigh(nodes: Nodes, values: Mapping[str, Any], parts: Mapping[str, Any] | None = None) -> list[Any]:
    """The value of every node: numbers as float, Range or None, conditions as True, False or None. `values` are
    features by id, `parts` those of the record a filter looks at."""
    results: list[Any] = []
    for node in nodes:
        results.append(_NODES[node[0]](node, results, values, parts or {}))
    return results


def weigh_record(nodes: Nodes, record: Sample | Occurrence, values: Mapping[str, Any]) -> bool | None:
    """What a filter (`nodes`, its own condition last) says of one record where some value is only bounded."""
    if isinstance(record, Sample):
        parts: Mapping[str, Any] = {"value": record.value, "upper": record.upper, "lower": record.lower}
    else:
        parts = record.attributes
    outcome = weigh(nodes, values, parts)[-1]
    return outcome if isinstance(outcome, bool) else None


def operands(node: Node) -> tuple[int, ...]:
    """The nodes a node rests on."""
    match node[0]:
        case "all" | "any":
            return tuple(node[1])
        case "at_least" | "call":
            return tuple(node[2])
        case "not" | "named" | "condition":
            return (node[1],)
        case "known":
            return node[1:]
        case "scaled":
            return (node[2],)
        case "compare" | "arithmetic":
            return node[2], node[3]
        case "choose" | "if_missing":
            return tuple(node[1:])
        case _:
            return ()


def number(value: object) -> Value:
    """A number as far as it is known; NaN, infinities and what is no number are unknown."""
    if isinstance(value, Range):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) else None


def compared(comparison: str, left: Value, right: Value) -> bool | None:
    """Decided only when all doubles of the two ranges agree."""
    if left is None or right is None:
        return None
    if comparison in _MIRRORED:
        opposite = compared(_MIRRORED[comparison], left, right)
        return None if opposite is None else not opposite
    (low, high), (other_low, other_high) = _ends(left), _ends(right)
    if comparison == "<":
        return True if high < other_low else False if low >= other_high else None
    if comparison == "<=":
        return True if high <= other_low else False if low > other_high else None
    if low == high == other_low == other_high:
        return True
    return False if high < other_low or low > other_high else None


def _ends(value: float | Range) -> tuple[float, float]:
    return value if isinstance(value, Range) else (value, value)


def _arithmetic(node: Node, results: list[Any], _values: Any, _parts: Any) -> Value:
    left, right = results[node[2]], results[node[3]]
    if not isinstance(left, float) or not isinstance(right, float):
        return None
    return _computed(_OPERATORS[node[1]], left, right)


def _computed(function: Callable[..., float], *values: float) -> float | None:
    try:
        result = function(*values)
    except (ArithmeticError, ValueError):
        return None
    return result if math.isfinite(result) else None


_OPERATORS: dict[str, Callable[..., float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "^": math.pow,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "ln": math.log,
    "log10": math.log10,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
    "round": rounded,
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "negate": lambda value: -value,
}


def _scaled(node: Node, results: list[Any], _values: Any, _parts: Any) -> Value:
    """A number times or divided by a positive literal, which a range passes through."""
    value, factor = results[node[2]], node[3]
    if isinstance(value, Range):
        low, high = (end / factor if node[1] == "/" else end * factor for end in value)
        return Range(low, high)
    return None if value is None else _computed(_OPERATORS[node[1]], value, factor)


def _call(node: Node, results: list[Any], _values: Any, _parts: Any) -> Value:
    values = [results[argument] for argument in node[2]]
    if any(value is None or isinstance(value, Range) for value in values):
        return None
    return _computed(_FUNCTIONS[node[1]], *values)


def _choose(node: Node, results: list[Any], _values: Any, _parts: Any) -> Value:
    condition = results[node[1]]
    picked: Value = None if condition is None else results[node[2] if condition else node[3]]
    return picked


def _if_missing(node: Node, results: list[Any], _values: Any, _parts: Any) -> Value:
    value: Value = results[node[1]]
    fallback: Value = results[node[2]]
    return fallback if value is None else value


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _one_of(value: object, choices: Sequence[str]) -> bool | None:
    return value in choices if isinstance(value, str) else None


def _contains(node: Node, _results: list[Any], values: Mapping[str, Any], _parts: Any) -> bool | None:
    held = values.get(node[1])
    return not held.isdisjoint(node[2]) if isinstance(held, (set, frozenset)) else None


def _every(values: Sequence[bool | None], wanted: bool) -> bool | None:
    if any(value is (not wanted) for value in values):
        return not wanted
    return None if None in values else wanted


def _at_least(node: Node, results: list[Any], _values: Any, _parts: Any) -> bool | None:
    values = [results[operand] for operand in node[2]]
    if sum(value is True for value in values) >= node[1]:
        return True
    return None if sum(value is not False for value in values) >= node[1] else False


def _not(node: Node, results: list[Any], _values: Any, _parts: Any) -> bool | None:
    return None if results[node[1]] is None else not results[node[1]]


def _known(node: Node, results: list[Any], _values: Any, _parts: Any) -> bool | None:
    shown: bool | None = results[node[1]]
    absent = shown is None and (len(node) == 2 or results[node[2]] is False)
    return False if absent else shown


_NODES: dict[str, Callable[[Node, list[Any], Mapping[str, Any], Mapping[str, Any]], Any]] = {
    "value": lambda node, _, values, __: number(values.get(node[1])),
    "item": lambda node, _, __, parts: number(parts.get(node[1])),
    "const": lambda node, _, __, ___: node[1],
    "named": lambda node, results, _, __: results[node[1]],
    "arithmetic": _arithmetic,
    "scaled": _scaled,
    "call": _call,
    "choose": _choose,
    "if_missing": _if_missing,
    "constant": lambda node, _, __, ___: node[1],
    "truth": lambda node, _, values, __: _truth(values.get(node[1])),
    "item_truth": lambda node, _, __, parts: _truth(parts.get(node[1])),
    "compare": lambda node, results, _, __: compared(node[1], results[node[2]], results[node[3]]),
    "one_of": lambda node, _, values, __: _one_of(values.get(node[1]), node[2]),
    "item_one_of": lambda node, _, __, parts: _one_of(parts.get(node[1]), node[2]),
    "contains": _contains,
    "all": lambda node, results, _, __: _every([results[one] for one in node[1]], True),
    "any": lambda node, results, _, __: _every([results[one] for one in node[1]], False),
    "not": _not,
    "at_least": _at_least,
    "known": _known,
    "condition": lambda node, results, _, __: results[node[1]],
}
