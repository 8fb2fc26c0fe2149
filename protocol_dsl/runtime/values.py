"""What the generated functions ask of a single value. Standard library only."""

from __future__ import annotations

from math import floor

from protocol_dsl.runtime.records import Range


def exact(value: object) -> float | None:
    """A number known exactly, None for anything that is no number. Raises TypeError for a bounded one (`Range`):
    what rests on it is then weighed by its bounds, in `table`."""
    if isinstance(value, float):
        return value
    if isinstance(value, Range):
        raise TypeError("a bounded value")
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else None


def choice(value: object) -> str | None:
    """A choice, None for anything else."""
    return value if isinstance(value, str) else None


def truth(value: object) -> bool | None:
    """A yes or no, None for anything else."""
    return value if isinstance(value, bool) else None


def rounded(value: float) -> float:
    """The nearest integer, halves away from zero."""
    whole = floor(value)
    rest = value - whole  # exact: both are doubles of one magnitude
    if rest > 0.5 or (rest == 0.5 and value > 0.0):
        return float(whole + 1)
    return float(whole)
