"""What is certain of all records: of two windows one of which lies inside the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from protocol_dsl.analysis.comparing import NoMore
from protocol_dsl.analysis.constraints import Constraint
from protocol_dsl.analysis.tables import Contrary, Follows
from protocol_dsl.ir.evaluate.time import window_limits
from protocol_dsl.ir.features import Feature, Held, NamedAnchor, Occurs, SampleValue, Window
from protocol_dsl.vocabulary.calendar import When

_SCREENING = NamedAnchor("screening")
Ties = Callable[[Feature, Feature, When], bool]


def nested(
    features: Sequence[Feature], leaves: Mapping[str, int], series: frozenset[str], on: When
) -> Iterator[Constraint]:
    """What ties features together that ask the same of two windows, whatever the records are. `series` names the facts
    that are dated series, `leaves` the nodes of the features."""
    groups: dict[object, list[Feature]] = {}
    for feature in features:
        node = feature.node
        asked = getattr(node, "fact", getattr(node, "event", None))
        if getattr(getattr(node, "window", None), "anchor", None) == _SCREENING:
            groups.setdefault((type(node), asked), []).append(feature)
    pairs = ((one, other) for alike in groups.values() for one in alike for other in alike)
    for one, other in pairs:
        if one is not other:
            yield from (
                tie(leaves[one.id], leaves[other.id]) for tie in _ties(one.node, other.node, series, on)
            )


def _ties(
    one: object, other: object, series: frozenset[str], on: When
) -> Iterator[Callable[[int, int], Constraint]]:
    match one, other:
        case Occurs(), Occurs():
            if _meets_too(one, other, on):
                yield Follows
        case Held(), Held():
            # A contrary sample in the narrower window is one in the wider.
            if one.fact in series and one.where == other.where and _inside(other.window, one.window, on):
                yield Contrary
        case SampleValue(_, _, pick, "value"), SampleValue(_, _, "highest" | "lowest" as extreme, "value"):
            if pick == extreme and _inside(one.window, other.window, on):
                yield lambda node, part: NoMore(node, part, extreme == "lowest")
            elif pick == "latest" and _same_end(one.window, other.window, on):
                # Where some sample lies in the window, the latest of all lies there.
                yield lambda node, part: NoMore(node, part, extreme == "lowest")


def _meets_too(one: Occurs, other: Occurs, on: When) -> bool:
    """Whether what meets the first meets the second."""
    if (one.quantifier, other.quantifier) != ("some", "some") or one.moment != other.moment:
        return False
    filtered = other.where is None or other.where == one.where
    return filtered and (one.moment == "ongoing" or _inside(one.window, other.window, on))


def _inside(one: Window, other: Window, on: When) -> bool:
    inner, outer = window_limits(one, on), window_limits(other, on)
    return inner.start_first >= outer.start_first and inner.end_last <= outer.end_last


def _same_end(one: Window, other: Window, on: When) -> bool:
    first, second = window_limits(one, on), window_limits(other, on)
    return (first.end_first, first.end_last) == (second.end_first, second.end_last)
