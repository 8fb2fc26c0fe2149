"""Facts every protocol has without declaring them."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.facts import Fact, Plausible

AGE_RANGE = Plausible(Fraction(0), Fraction(130), Fraction(1))


def builtin_facts(cohorts: tuple[str, ...] = ()) -> tuple[Fact, ...]:
    """`age` (completed years as stated), `birth_date`, `sex`, and `cohort` where cohorts are declared."""
    facts = (
        Fact("age", "number", "Age", unit="1", plausible=AGE_RANGE, builtin=True),
        Fact("birth_date", "date", "Birth date", builtin=True),
        Fact("sex", "choice", "Sex", choices=("male", "female"), builtin=True),
    )
    if not cohorts:
        return facts
    return (*facts, Fact("cohort", "choice", "Cohort", choices=cohorts, builtin=True))
