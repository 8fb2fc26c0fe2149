"""Goals about criteria: all passed, one failed, the fewest that clash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protocol_dsl.analysis.clash import smallest
from protocol_dsl.analysis.engine import Engine, passed
from protocol_dsl.analysis.goals import Goal, Impossible
from protocol_dsl.ir.protocol import Criterion


def passing(criteria: Iterable[Criterion], but: Criterion | None = None) -> tuple[Goal, ...]:
    """All criteria pass; of `but` nothing is said."""
    return tuple(Goal(passed(one), "T") for one in criteria if one is not but)


def clash(
    engine: Engine, criteria: Sequence[Criterion], also: tuple[Goal, ...] = ()
) -> tuple[Criterion, ...]:
    """The fewest criteria that cannot be passed together (and with `also`). Assumes that all cannot.

    Narrowing alone, which is quick, leaves few of many; those are then asked about in earnest.
    """

    def at_once(some: Sequence[Criterion]) -> bool:
        return engine.refuted_at_once((*also, *passing(some)))

    def at_all(some: Sequence[Criterion]) -> bool:
        return isinstance(engine.ask((*also, *passing(some))), Impossible)

    return smallest(smallest(criteria, at_once) if at_once(criteria) else criteria, at_all)
