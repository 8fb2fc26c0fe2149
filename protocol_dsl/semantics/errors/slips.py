"""What is well formed and says nothing, or says it of a second fact: slips of the pen."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.source import NOWHERE, Span


@frozen
class NothingToJudge(Diagnostic):
    """A file holds no criterion: it is empty, or its protocol asks nothing.

    Why it matters: every patient would be eligible, whatever the trial is.

    Example:
        protocol T1 "Trial" { }

    Cure: write the criteria the source states, each with its sentence.
    """

    code = "R008"
    name = "nothing-to-judge"
    severity = Severity.WARNING
    message = "{what}"
    label = "{mark}"
    help = "{hint}"

    word: str = ""

    @property
    def what(self) -> str:
        return (
            f"`{self.word}` has no criterion, so that everybody is eligible"
            if self.word
            else "the file is empty"
        )

    @property
    def mark(self) -> str:
        return "asks nothing of a patient" if self.word else "nothing here"

    @property
    def hint(self) -> str:
        line = 'inclusion I1 "Adults" { source "…" require age >= 18 years }'
        return (
            f"add the criteria, such as `{line}`" if self.word else 'start with `protocol ID "title" { … }`'
        )


@frozen
class DividesByZero(Diagnostic):
    """A number is divided by a literal zero.

    Why it matters: a division by zero is unknown, so that the condition would be unknown of every patient.

    Example:
        fact weight : measure in kg "Weight"
        inclusion I1 "Weight" { source "Weight" require weight / 0 < 3 kg }

    Cure: write the number that is meant.
    """

    code = "R009"
    name = "divides-by-zero"
    severity = Severity.ERROR
    message = "`{word}` divides by zero, which is unknown of every patient"
    label = "never a number"
    help = "write the number that is meant"

    word: str


@frozen
class LongerThanLife(Diagnostic):
    """A time is longer than any life.

    Why it matters: a window that long holds all there is, and a state held that long is held by nobody: a digit or the
    unit slipped.

    Example:
        fact bleeding : event "Bleeding"
        exclusion E1 "Bleeding" { source "Bleeding" reject bleeding within 600 years before screening }

    Cure: correct the number or its unit; `ever` asks about all time.
    """

    code = "R014"
    name = "longer-than-life"
    severity = Severity.WARNING
    message = "`{word}` is longer than any life"
    label = "about {years} years"
    help = "correct the number or its unit; for all time write `ever`"

    word: str
    years: int


@frozen
class SharedCode(Diagnostic):
    """A fact of the file and one taken over from a library carry the same code.

    Why it matters: the records of one measurement would have to come twice, under two names, and a score would be
    unknown of a patient whose value is known.

    Example:
        use liver
        fact total_bilirubin : lab in umol/L "Total bilirubin" { code loinc "14631-6" in umol/L }
        inclusion I1 "MELD" { source "MELD" require liver.meld < 20 require total_bilirubin < 50 umol/L }

    Cure: bind the fact to the library's.
    """

    code = "R026"
    name = "shared-code"
    severity = Severity.WARNING
    message = "`{word}` and `{theirs}`, which the library `{library}` asks for, are both {shared}"
    label = "`{theirs}` is taken over as a second fact"
    help = "write `use {library} with {theirs} = {word}`"

    word: str
    theirs: str
    library: str
    shared: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, f"`{self.word}` is declared here"),)
