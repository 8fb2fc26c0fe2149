"""Truths made of truths, after Kleene."""

from __future__ import annotations

from collections.abc import Sequence

from protocol_dsl.analysis.constraints import SWAPPED
from protocol_dsl.analysis.state import FALSE, TRUE, UNKNOWN, Conflict, State


class Truths:
    """A truth made of truths: `hull` is what it can be, for what its parts can be."""

    def __init__(self, node: int, parts: Sequence[int]) -> None:
        self.node = node
        self.parts = parts

    def settled(self, state: State) -> bool:
        return not self.hull([state.masks[part] for part in self.parts]) & ~state.masks[self.node]

    def hull(self, masks: Sequence[int]) -> int:
        raise NotImplementedError


class Both(Truths):
    """All of the parts."""

    def hull(self, masks: Sequence[int]) -> int:
        seen = 0
        for mask in masks:
            seen |= mask
        found = seen & FALSE
        if all(mask & TRUE for mask in masks):
            found |= TRUE
        if seen & UNKNOWN and all(mask & ~FALSE for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts = state.masks, self.parts
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == TRUE:
            for part in parts:
                state.narrow(part, TRUE)
            return
        if not wanted & FALSE:
            for part in parts:
                state.narrow(part, TRUE | UNKNOWN)
        if not wanted & TRUE:
            needed = wanted  # FALSE, UNKNOWN or either: some part must be one of them
            able = [part for part in parts if masks[part] & needed]
            if not able:
                raise Conflict
            if len(able) == 1:
                state.narrow(able[0], needed)


class Either(Truths):
    """Any of the parts."""

    def hull(self, masks: Sequence[int]) -> int:
        seen = 0
        for mask in masks:
            seen |= mask
        found = seen & TRUE
        if all(mask & FALSE for mask in masks):
            found |= FALSE
        if seen & UNKNOWN and all(mask & ~TRUE for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts = state.masks, self.parts
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == FALSE:
            for part in parts:
                state.narrow(part, FALSE)
            return
        if not wanted & TRUE:
            for part in parts:
                state.narrow(part, FALSE | UNKNOWN)
        if not wanted & FALSE:
            able = [part for part in parts if masks[part] & wanted]
            if not able:
                raise Conflict
            if len(able) == 1:
                state.narrow(able[0], wanted)


class Opposite(Truths):
    """Not the part."""

    def hull(self, masks: Sequence[int]) -> int:
        return SWAPPED[masks[0]]

    def revise(self, state: State) -> None:
        part = self.parts[0]
        state.narrow(self.node, SWAPPED[state.masks[part]])
        state.narrow(part, SWAPPED[state.masks[self.node]])


class KnownTrue(Truths):
    """The first part, but false where it is unknown and the second (that a record is illegible) is false."""

    def hull(self, masks: Sequence[int]) -> int:
        shown, unsettled = masks
        found = shown & (TRUE | FALSE)
        if shown & UNKNOWN:
            found |= (FALSE if unsettled & FALSE else 0) | (UNKNOWN if unsettled & ~FALSE else 0)
        return found

    def revise(self, state: State) -> None:
        masks, (shown, unsettled) = state.masks, self.parts
        state.narrow(self.node, self.hull([masks[shown], masks[unsettled]]))
        wanted = masks[self.node]
        if not wanted & TRUE:
            state.narrow(shown, ~TRUE)
        if not wanted & ~TRUE:
            state.narrow(shown, TRUE)
        if not wanted & FALSE:
            state.narrow(shown, ~FALSE)
            if masks[shown] == UNKNOWN:
                state.narrow(unsettled, ~FALSE)
        if not wanted & UNKNOWN and masks[shown] == UNKNOWN:
            state.narrow(unsettled, FALSE)
        if wanted == UNKNOWN:
            state.narrow(shown, UNKNOWN)


class Several(Truths):
    """At least `count` of the parts."""

    def __init__(self, node: int, parts: Sequence[int], count: int) -> None:
        super().__init__(node, parts)
        self.count = count

    def hull(self, masks: Sequence[int]) -> int:
        able = sum(bool(mask & TRUE) for mask in masks)
        sure = sum(mask == TRUE for mask in masks)
        open_ = sum(bool(mask & ~FALSE) for mask in masks)
        firm = sum(not mask & FALSE for mask in masks)
        found = TRUE if able >= self.count else 0
        if firm < self.count:
            found |= FALSE
        if open_ >= self.count and sure < self.count and any(mask & UNKNOWN for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts, count = state.masks, self.parts, self.count
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == TRUE:
            self._all_needed(state, TRUE)
        elif not wanted & FALSE:
            self._all_needed(state, TRUE | UNKNOWN)
        if wanted == FALSE and sum(not masks[part] & FALSE for part in parts) == count - 1:
            for part in parts:
                if masks[part] & FALSE:
                    state.narrow(part, FALSE)
        if not wanted & TRUE and sum(masks[part] == TRUE for part in parts) == count - 1:
            for part in parts:
                if masks[part] != TRUE:
                    state.narrow(part, FALSE | UNKNOWN)

    def _all_needed(self, state: State, mask: int) -> None:
        able = [part for part in self.parts if state.masks[part] & mask]
        if len(able) < self.count:
            raise Conflict
        if len(able) == self.count:
            for part in able:
                state.narrow(part, mask)
