"""What ties nodes together: `revise` narrows a node by its parts and the parts by the node; `settled` says whether the
node now follows from its parts, whatever they still can be. One class a kind of formula or number: `truths`,
`comparing`, `arithmetic`, `tables`, `ages`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from protocol_dsl.analysis.state import State

SWAPPED = (0, 2, 1, 3, 4, 6, 5, 7)
"""The mask of a negation."""


class Constraint(Protocol):
    """`node` and the `parts` it is made of."""

    node: int
    parts: Sequence[int]

    def revise(self, state: State) -> None:
        """Narrow what can be narrowed. Raises Conflict."""

    def settled(self, state: State) -> bool:
        """Whether any choice of the parts gives something the node can be."""
