"""Headers, branches and strata against the patients the criteria let in."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity


@frozen
class OutsideHeader(Diagnostic):
    """The criteria let in a patient whom the header leaves out.

    Why it matters: the registry tells one thing, the trial does another; sites screen by one of them.

    Example:
        protocol T1 "Trial" { age 18 to 65 years }
        fact frail : yes/no "Frail"
        inclusion I1 "Adults, the old only when fit" {
          source "18 years or older; over 65 only when fit"
          require age >= 18 years
          require age <= 65 years or not frail
        }

    Cure: correct the header, or the criterion.
    """

    code = "A006"
    name = "eligible-outside-header"
    severity = Severity.WARNING
    message = "the header says {header}, and this patient is eligible: {patient}"
    label = "not what the criteria say"
    help = "correct the header, or the criteria"

    header: str
    patient: str


@frozen
class HeaderTooWide(Diagnostic):
    """No patient at a limit that the header names can be eligible.

    Why it matters: the registry promises a place to patients whom the criteria never let in.

    Example:
        protocol T1 "Trial" { sex all }
        fact breast_cancer : yes/no "Breast cancer"
        inclusion I1 "Women with breast cancer" {
          source "Women with breast cancer"
          require all of { breast_cancer, sex is female }
        }

    Cure: correct the header, or the criterion that is too narrow.
    """

    code = "A007"
    name = "header-wider-than-criteria"
    severity = Severity.WARNING
    message = "the header says {header}, and no {whom} can be eligible"
    label = "wider than the criteria"
    help = "correct the header, or the criteria"

    header: str
    whom: str


@frozen
class BranchGap(Diagnostic):
    """A criterion treats patients by cases, and a patient falls into none of them.

    Why it matters: a line under `when` asks nothing of those its condition does not hold for: they pass unasked.

    Example:
        fact inr : lab plausible 0.5 to 20, recorded to 0.01 "INR"
        inclusion I1 "INR by age" {
          source "INR of at most 1.3 under 10 years, of at most 1.5 over 10 years"
          when age < 10 years require inr <= 1.3
          when age > 10 years require inr <= 1.5
        }

    Cure: close the gap in the conditions, or write the last case with `when not`.
    """

    code = "A008"
    name = "gap-between-cases"
    severity = Severity.WARNING
    message = "no case of `{criterion}` covers this patient: {patient}"
    label = "asks nothing of such a patient"
    help = "extend one of the conditions, so that every patient falls into a case"

    criterion: str
    patient: str


@frozen
class BranchOverlap(Diagnostic):
    """A criterion treats patients by cases, and a patient falls into two that cannot both be passed.

    Why it matters: such a patient fails whatever is measured; the cases were probably meant to exclude each other.

    Example:
        fact stage : one of early, late "Stage"
        fact dose : number in mg plausible 0 to 100, recorded to 1 "Dose"
        inclusion I1 "Dose by age" {
          source "At most 20 mg up to 60 years, at least 40 mg from 60 years"
          when age <= 60 years require dose <= 20 mg
          when age >= 60 years require dose >= 40 mg
        }

    Cure: let one of the conditions leave the common patients out.
    """

    code = "A009"
    name = "overlapping-cases"
    severity = Severity.WARNING
    message = "two cases of `{criterion}` that cannot both be passed cover this patient: {patient}"
    label = "this case, and an earlier one"
    help = "let one of the two conditions leave such patients out"

    criterion: str
    patient: str


@frozen
class EmptyStratum(Diagnostic):
    """No eligible patient falls into a stratum.

    Why it matters: its allocation list is never used, and the strata that are used are fewer than planned.

    Example:
        fact score : number plausible 0 to 40, recorded to 1 "Score"
        inclusion I1 "Score" { source "Score of 17 to 30" require score between 17 and 30 }
        arm a "A" experimental { provide "care" as prescribed }
        arm b "B" no_intervention { provide "care" as prescribed }
        randomize to a, b in ratio 1:1 in blocks of 4 stratified by score cut at 15

    Cure: move the cut point into the range of the eligible, or leave it out.
    """

    code = "A010"
    name = "stratum-without-patients"
    severity = Severity.WARNING
    message = "no eligible patient falls into the stratum `{stratum}`"
    label = "a stratum nobody is in"
    help = "move the cut point into the range that the criteria allow, or leave it out"

    stratum: str
