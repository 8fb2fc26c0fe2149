"""Rows of a judged population as values of the ir: what the engines are compared by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protocol_dsl.backends.frame import Frame
from protocol_dsl.backends.judging import OutcomeNames
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import Range

Row = Mapping[str, Any]


def outcomes(row: Row, names: OutcomeNames) -> dict[str, Scalar]:
    """Criteria by id: true, false or None."""
    return {criterion: _truth(row[column]) for criterion, column in names.criteria.items()}


def features(row: Row, frame: Frame, protocol: Protocol) -> Iterator[tuple[str, Scalar]]:
    """Features by id."""
    for feature in protocol.features:
        if feature.type == "set":
            held = {choice: row[name] for (owner, choice), name in frame.has.items() if owner == feature.id}
            known = None not in held.values()
            yield feature.id, frozenset(choice for choice, has in held.items() if has) if known else None
        elif feature.id in frame.low:
            low, high = row[frame.low[feature.id]], row[frame.high[feature.id]]
            yield feature.id, None if low is None or high is None else _number(float(low), float(high))
        else:
            value = row[frame.plain[feature.id]]
            yield feature.id, _truth(value) if feature.type == "truth" else value


def _number(low: float, high: float) -> float | Range:
    return low if low == high else Range(low, high)


def _truth(value: Any) -> bool | None:
    return None if value is None else bool(value)
