"""What is certain of all records: what meets a narrower window meets the wider one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocol_dsl.ir.evaluate.time import window_limits
from protocol_dsl.ir.features import Feature, NamedAnchor, Occurs, Window
from protocol_dsl.vocabulary.calendar import When

_SCREENING = NamedAnchor("screening")


def nested_pairs(features: Sequence[Feature], on: When) -> Iterator[tuple[str, str]]:
    """Pairs of features: where the first is true so is the second, where the second is false so is the first."""
    events: dict[tuple[str, str], list[Feature]] = {}
    for feature in features:
        node = feature.node
        if isinstance(node, Occurs) and node.quantifier == "some" and node.window.anchor == _SCREENING:
            events.setdefault((node.event, node.moment), []).append(feature)
    for alike in events.values():
        for one in alike:
            for other in alike:
                if one is not other and _within(one, other, on):
                    yield one.id, other.id


def _within(one: Feature, other: Feature, on: When) -> bool:
    assert isinstance(one.node, Occurs)
    assert isinstance(other.node, Occurs)
    filtered = other.node.where is None or other.node.where == one.node.where
    if one.node.moment == "ongoing":
        return filtered
    return filtered and _inside(one.node.window, other.node.window, on)


def _inside(one: Window, other: Window, on: When) -> bool:
    inner, outer = window_limits(one, on), window_limits(other, on)
    return inner.start_first >= outer.start_first and inner.end_last <= outer.end_last
