"""What values a feature can have, and which of them are plain ones to begin with."""

from __future__ import annotations

from collections.abc import Mapping

from protocol_dsl.analysis.ages import OLDEST
from protocol_dsl.analysis.grids import Grid, grid_of, limits_grid_of, whole_grid
from protocol_dsl.analysis.intervals import INF
from protocol_dsl.analysis.network import ChoiceLeaf, Leaf, NumberLeaf, SetLeaf, TruthLeaf
from protocol_dsl.analysis.search import Wish
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Age, Feature, Given, OccursCount, SampleCount, SampleMean, SampleValue

_COUNTED = whole_grid(0, 1000)
_UPPER_SHARE, _LOWER_SHARE = 0.05, 0.02
"""Where limits of normal are put in a plausible range, for want of anything better."""


def leaf_of(feature: Feature, facts: Mapping[str, Fact]) -> Leaf:
    """What values a feature can have."""
    fact = facts.get(getattr(feature.node, "fact", ""))
    match feature.type:
        case "truth":
            return TruthLeaf()
        case "choice":
            return ChoiceLeaf(fact.choices if fact else ())
        case "set":
            return SetLeaf(fact.choices if fact else ())
        case "number":
            return _number_leaf(feature, fact)


def _number_leaf(feature: Feature, fact: Fact | None) -> NumberLeaf:
    grid = grid_of(fact.plausible) if fact else Grid(-INF, INF)
    match feature.node:
        case SampleCount() | OccursCount():
            return NumberLeaf(_COUNTED, bounded=True)
        case Age():
            return NumberLeaf(Grid(0.0, OLDEST * 366.0), bounded=True)
        case SampleValue(_, _, _, "value") | Given():
            return NumberLeaf(grid, bounded=True)
        case SampleValue(_, _, _, part):
            return NumberLeaf(limits_grid_of(fact.plausible if fact else None, part == "upper"))
        case SampleMean():
            return NumberLeaf(Grid(grid.low, grid.high))
        case _:
            return NumberLeaf(Grid(-INF, INF))


def closed(feature: Feature, facts: Mapping[str, Fact]) -> bool:
    """Whether silence on the one fact it reads is an answer."""
    return isinstance(feature.node, Given) and feature.type == "truth" and facts[feature.node.fact].closed


def plain_limit(fact: Fact, node: SampleValue) -> Wish:
    """A limit of normal to begin with: the declared one, else one low in the plausible range; none without either."""
    for normal in fact.normals:
        declared = normal.high if node.part == "upper" else normal.low
        if normal.when is None and declared is not None:
            return float(declared)
    if fact.plausible is None:
        return None
    grid = grid_of(fact.plausible)
    share = _UPPER_SHARE if node.part == "upper" else _LOWER_SHARE
    return grid.nearest((grid.low, grid.high), grid.low + (grid.high - grid.low) * share)


def plain_value(kind: Leaf) -> Wish:
    """A value to begin with where nothing speaks for another."""
    match kind:
        case TruthLeaf():
            return False
        case ChoiceLeaf(choices):
            return choices[0] if choices else None
        case SetLeaf():
            return frozenset()
        case NumberLeaf(grid):
            return grid.low + (grid.high - grid.low) / 4 if abs(grid.low) < INF and grid.high < INF else 1.0
