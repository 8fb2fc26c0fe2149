"""The generated checker beside the best hand-written one, on the flagship.

First both are held against each other on 100,000 rows of values and on all patients; then they take turns.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks import by_hand, by_hand_records
from benchmarks.flagship import TODAY, checker, feature_names, feature_rows, patient_forms
from benchmarks.measure import compared, shown
from protocol_dsl.runtime.stage import judging_day

AGREED = 100_000
ROWS = 2_000
PATIENTS = 1_000
ROUNDS = 40


def all_of(function: Callable[[Any], object], items: Iterable[Any]) -> Callable[[], object]:
    """A call of `function` on every item."""

    def run() -> None:
        for item in items:
            function(item)

    return run


def features_of(rows: list[dict[str, Any]]) -> list[Any]:
    """The generated `Features` records of rows of values."""
    names = feature_names()
    return [checker().Features(**{names[key]: value for key, value in row.items()}) for row in rows]


def eligibility(codes: tuple[bool | None, ...]) -> bool | None:
    """Eligible, not, or undetermined, from the outcomes of the criteria."""
    return False if False in codes else None if None in codes else True


def disagreements(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows on which any two ways of judging differ."""
    module = checker()
    found = []
    for row, features in zip(rows, features_of(rows), strict=True):
        expected = by_hand.verdicts(row)
        codes = (module.check_row(row).codes, module.check_features(features).codes)
        if codes != (expected, expected) or module.is_eligible_features(features) is not eligibility(
            expected
        ):
            found.append(row)
    return found


def on_values() -> str:
    """Both stages apart: criteria from values at hand."""
    rows = feature_rows(ROWS)
    features, module = features_of(rows), checker()
    contenders = {
        "by hand, from a dict": all_of(by_hand.verdicts, rows),
        "check_row, from a dict": all_of(module.check_row, rows),
        "check_features, from the record": all_of(module.check_features, features),
        "is_eligible_features": all_of(module.is_eligible_features, features),
    }
    bars = {
        "check_row, from a dict": 1.05,
        "check_features, from the record": 0.8,
        "is_eligible_features": 0.45,
    }
    table = compared(contenders, units=ROWS, rounds=ROUNDS, bars=bars)
    return shown(f"Criteria of the flagship from values, {ROWS} patients", table)


def on_records() -> str:
    """Both stages together: verdicts from dated records."""
    module, day = checker(), judging_day(TODAY)
    patients = [module.Patient.from_json(form, day) for form in patient_forms(PATIENTS)]
    wrong = [
        patient.id
        for patient in patients
        if by_hand_records.check(patient, day)[0] != module.check(patient, day).codes
    ]
    if wrong:
        raise SystemExit(f"the hand-written checker differs from the generated one on {', '.join(wrong)}")
    contenders = {
        "by hand, from records": all_of(lambda patient: by_hand_records.check(patient, day), patients),
        "check, from records": all_of(lambda patient: module.check(patient, day), patients),
        "is_eligible, from records": all_of(lambda patient: module.is_eligible(patient, day), patients),
    }
    table = compared(contenders, units=PATIENTS, rounds=ROUNDS)
    return shown(f"The flagship from dated records, {PATIENTS} patients", table)


def main() -> int:
    """Check that both agree, then measure. Exit code 1 when they do not."""
    wrong = disagreements(feature_rows(AGREED, seed=7, odd=0.01))
    if wrong:
        print(f"by hand and generated differ on {len(wrong)} of {AGREED} rows, the first: {wrong[0]}")
        return 1
    print(f"by hand and generated agree on {AGREED} rows\n")
    print(on_values())
    print(on_records())
    return 0


if __name__ == "__main__":
    sys.exit(main())
