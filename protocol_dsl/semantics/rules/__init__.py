"""What a protocol must hold to beyond names and types, one module per clinical concern.

Each module has a `RULES` tuple of generators over a `Subject`. No rule reports what follows from a fault already
reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.rules import (
    arms,
    asking,
    conditions,
    criteria,
    doses,
    dosing,
    examples,
    facts,
    header,
    moments,
    numbers,
    randomization,
    redundancy,
    visits,
    windows,
)
from protocol_dsl.semantics.rules.subject import Subject

__all__ = ["RULES", "Subject", "check_rules"]

RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    *numbers.RULES,
    *header.RULES,
    *facts.RULES,
    *criteria.RULES,
    *conditions.RULES,
    *redundancy.RULES,
    *arms.RULES,
    *doses.RULES,
    *asking.RULES,
    *dosing.RULES,
    *moments.RULES,
    *visits.RULES,
    *windows.RULES,
    *randomization.RULES,
    *examples.RULES,
)


def check_rules(subject: Subject) -> Iterator[Diagnostic]:
    """Every finding of every rule, in the order of the rules."""
    for rule in RULES:
        yield from rule(subject)
