"""Units and dimensions that do not fit."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.semantics.errors.hints import suggestion


@frozen
class UnknownUnit(Diagnostic):
    """A unit is neither UCUM nor one of its everyday spellings.

    Why it matters: a threshold in an unknown unit cannot be compared.

    Example:
        fact albumin : lab in gr/L

    Cure: take the UCUM code or its everyday spelling.
    """

    code = "T020"
    name = "unknown-unit"
    severity = Severity.ERROR
    message = "unknown unit `{word}`"
    label = "not a unit"
    help = "{hint}"

    word: str
    reason: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        return suggestion(self.suggestions) or self.reason or "use a UCUM code, such as `mg/dL` or `10*9/L`"


@frozen
class IncommensurableUnits(Diagnostic):
    """Two quantities cannot be converted into each other.

    Why it matters: comparing them would give a wrong verdict.

    Example:
        fact bilirubin : lab in umol/L
        inclusion I1 "x" { source "x" require bilirubin > 2 mg/dL }

    Cure: correct the unit, or declare the molar mass.
    """

    code = "T021"
    name = "incommensurable-units"
    severity = Severity.ERROR
    message = "`{left}` and `{right}` measure different things: {reason}"
    label = "does not convert to `{right}`"
    help = "{fix}"

    left: str
    right: str
    reason: str
    fix: str


@frozen
class MissingUnit(Diagnostic):
    """A bare number is compared with a quantity that has a unit.

    Why it matters: the author and the reader may think of different units.

    Example:
        fact albumin : lab in g/L
        inclusion I1 "x" { source "x" require albumin >= 35 }

    Cure: write the unit.
    """

    code = "T022"
    name = "missing-unit"
    severity = Severity.ERROR
    message = "`{words}` has no unit, but `{subject}` is in `{unit}`"
    label = "no unit"
    help = "write `{words} {unit}`"

    words: str
    subject: str
    unit: str


@frozen
class UnexpectedUnit(Diagnostic):
    """A quantity with a unit is compared with a plain number.

    Why it matters: the fact lacks its unit, or the literal has one too many.

    Example:
        fact inr : lab
        inclusion I1 "x" { source "x" require inr >= 1.5 mg }

    Cure: declare the unit of the fact, or drop the unit here.
    """

    code = "T023"
    name = "unit-on-plain-number"
    severity = Severity.ERROR
    message = "`{words}` has a unit, but `{subject}` is a plain number"
    label = "has a unit"
    help = "{hint}"

    words: str
    subject: str
    plain: str = ""

    @property
    def hint(self) -> str:
        own = f"write `{self.plain}`, which is the same, " if self.plain else "drop the unit, "
        return f"{own}or declare `{self.subject}` with one"


@frozen
class NotExponent(Diagnostic):
    """A quantity with a unit is raised to something that is not a whole literal.

    Why it matters: the unit of the result would depend on the patient.

    Example:
        fact w : measure in kg
        fact n : number
        inclusion I1 "x" { source "x" require w ^ n > 1 }

    Cure: take the plain number first: `(w in kg) ^ n`.
    """

    code = "T024"
    name = "exponent-not-plain"
    severity = Severity.ERROR
    message = "the exponent must be a plain whole number when its base has a unit"
    label = "not a whole number"
    help = "take the plain number first, as in `(w in kg) ^ n`"


@frozen
class NotTheSame(Diagnostic):
    """A limit is said in two units, and the two are not the same amount, however they are rounded.

    Why it matters: the source contradicts itself, or one of the numbers is a slip; sites would decide by either.

    Example:
        fact weight : measure in kg
        exclusion E1 "x" { source "x" reject weight < 15 kg (38 [lb_av]) }

    Cure: correct the number that is wrong; where the source prints both, write the one that is meant, with a note.
    """

    code = "T026"
    name = "two-units-differ"
    severity = Severity.ERROR
    message = "`{first}` is not `{second}`"
    label = "`{first}` is {amount}"
    help = "correct one of the two, or leave one out and say why in a note"

    first: str
    second: str
    amount: str


@frozen
class DosePerTime(Diagnostic):
    """A dose carries its timing inside its unit.

    Why it matters: read as a unit it says of one dose what is meant of a day, and nothing counts it against the body.

    Example:
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 mg/kg/day for 2 weeks }

    Cure: write the amount of one dose and when it is given; or `per day`, for an amount divided over the day.
    """

    code = "T027"
    name = "dose-per-time"
    severity = Severity.ERROR
    message = "`{unit}` says how often, and a dose says how much"
    label = "how often"
    help = "write {fix}"

    unit: str
    fix: str


@frozen
class UnfitForDose(Diagnostic):
    """A dose names something with `using` that it cannot be worked out from.

    Why it matters: the dose would be worked out from something else than the author named.

    Example:
        fact bsa : measure in m2 "Body surface"
        intervention d "Drug" { kind drug }
        arm a "A" { give d 5 mg/kg using bsa once }

    Cure: name what the dose is counted against: a fact in kg for a dose per kg; one in m2, or `mosteller` or `du_bois`,
    for a dose per m2; a filtration rate in mL/min for an AUC.
    """

    code = "T025"
    name = "unfit-for-dose"
    severity = Severity.ERROR
    message = "`{dose}` cannot be worked out that way: {reason}"
    label = "not what the dose is counted against"
    help = "{fix}"

    dose: str
    reason: str
    fix: str
