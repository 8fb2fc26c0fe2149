"""Five years of a daily regimen planned for a patient, beside the bare days of dateutil's rrule.

A plan holds a slot for each dose: its id, study day, window, dose and words; rrule gives a moment for each.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from fractions import Fraction

from dateutil.rrule import DAILY, rrule

from benchmarks.measure import compared, shown
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import (
    Amount,
    Arm,
    Dose,
    Element,
    Limit,
    Line,
    Program,
    Step,
    Timing,
)
from protocol_dsl.vocabulary.calendar import Duration

ROUNDS = 40
PATIENTS = 5
FIRST = datetime(2026, 1, 5)
YEARS = 5

_DAILY = Step(
    Timing("grid", Duration(1, "day")),
    Dose("10 mg", Amount(Fraction(10), Fraction(10), "mg")),
    Limit(duration=Duration(YEARS, "year")),
)
PROGRAM = Program("P", "", (Arm("a", "A", (Element("a", (Line("a/drug", "drug", "Drug", (_DAILY,)),)),)),))


def _planned() -> list[int | None]:
    return [slot.day for slot in calendar_of(PROGRAM, "a", {"day_1": FIRST.toordinal()}).slots]


def _ruled() -> list[datetime]:
    last = FIRST.replace(year=FIRST.year + YEARS) - timedelta(days=1)
    return list(rrule(DAILY, dtstart=FIRST, until=last))


def main() -> int:
    """Check that both give the same days, and print how long each takes for a patient."""
    if _planned() != [day.toordinal() for day in _ruled()]:
        print("the plan and rrule differ")
        return 1
    contenders = {
        "dateutil.rrule, the days alone": lambda: [_ruled() for _ in range(PATIENTS)],
        "trialc, the whole plan": lambda: [_planned() for _ in range(PATIENTS)],
    }
    print(
        shown(f"{YEARS} years of daily doses", compared(contenders, units=PATIENTS, rounds=ROUNDS), "ms", 1e3)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
