"""The fix for `and` mixed with `or`: both readings, in the user's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from protocol_dsl.diagnostics import Fix
from protocol_dsl.syntax.errors import MixedAndOr

if TYPE_CHECKING:
    from protocol_dsl.source import SourceFile
    from protocol_dsl.syntax.nodes.expressions import Logic


def mixed_and_or(logic: Logic, source: SourceFile) -> MixedAndOr:
    """The diagnostic for a logic that mixes the two."""
    tight, loose = _grouped(logic, source, "and"), _grouped(logic, source, "or")
    fixes = (Fix.put(logic.span, tight), Fix.put(logic.span, loose))
    return MixedAndOr(logic.span, f"`{tight}` or `{loose}`", fixes=fixes)


def _grouped(logic: Logic, source: SourceFile, tight: Literal["and", "or"]) -> str:
    """The words with parentheses round every run that `tight` joins."""
    words = [" ".join(source.slice(operand.span).split()) for operand in logic.operands]
    runs = [[words[0]]]
    joiners = []
    for operator, word in zip(logic.operators, words[1:], strict=True):
        if operator == tight:
            runs[-1].append(word)
        else:
            joiners.append(operator)
            runs.append([word])
    groups = [f"({f' {tight} '.join(run)})" if len(run) > 1 else run[0] for run in runs]
    return groups[0] + "".join(
        f" {operator} {group}" for operator, group in zip(joiners, groups[1:], strict=True)
    )
