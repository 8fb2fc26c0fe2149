"""Criteria that leave nobody, say nothing of their own, or miss what they are for."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.runtime.phrases import listed
from protocol_dsl.source import NOWHERE, Span


@frozen
class NoEligiblePatient(Diagnostic):
    """Some criteria cannot be passed together, so that no patient can ever be eligible.

    Why it matters: the trial enrols nobody. The criteria named are the fewest that clash: leave out any one of them
    and the others can be passed.

    Example:
        fact weight : number in kg plausible 20 to 250, recorded to 0.1
        fact height : number in cm plausible 100 to 230, recorded to 1
        define bmi = (weight in kg) / ((height in m) * (height in m))
        inclusion I1 "Obese" { source "BMI of at least 30" require bmi >= 30 }
        inclusion I2 "Light" { source "At most 60 kg" require weight <= 60 kg }
        exclusion E1 "Short" { source "Shorter than 160 cm" reject height < 160 cm }

    Cure: correct the criterion that does not say what the protocol says.
    """

    code = "A001"
    name = "no-eligible-patient"
    severity = Severity.ERROR
    message = "no patient can be eligible: {clash}"
    label = "cannot be passed together with the others"
    help = "correct the one that does not say what the protocol says"

    clashing: tuple[str, ...]
    others: tuple[tuple[Span, str], ...] = ()

    @property
    def clash(self) -> str:
        """The clash in words."""
        if len(self.clashing) == 1:
            return f"nobody passes `{self.clashing[0]}`"
        return f"nobody passes {listed([f'`{one}`' for one in self.clashing])} together"

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return tuple((span, f"`{name}` is one of them") for span, name in self.others)


@frozen
class BackgroundClash(Diagnostic):
    """The background truths of a file contradict each other, or the ranges of facts.

    Why it matters: of no patient can they all be so, and whatever is asked of patients is then answered with no.

    Example:
        fact pregnant : yes/no "Pregnancy"
        assume pregnant
        assume not pregnant
        inclusion I1 "Adults" { source "Adults" require age >= 18 years }

    Cure: correct the truth that is not one.
    """

    code = "A002"
    name = "background-clash"
    severity = Severity.ERROR
    message = "of no patient can {words} be so"
    label = "contradicts the others, or itself"
    help = "correct the one that is not true of every patient"

    words: str


@frozen
class EveryonePasses(Diagnostic):
    """No patient can fail a criterion: the plausible values of its facts leave no way to.

    Why it matters: it looks like a safeguard and is none.

    Example:
        fact weight : number in kg plausible 20 to 250, recorded to 0.1
        fact height : number in cm plausible 100 to 230, recorded to 1
        inclusion I1 "BMI" {
          source "BMI of at least 3"
          require (weight in kg) / ((height in m) * (height in m)) >= 3
        }

    Cure: correct the threshold, or remove the criterion; if `plausible` is too narrow, widen it.
    """

    code = "A003"
    name = "criterion-everyone-passes"
    severity = Severity.WARNING
    message = "no patient can fail `{criterion}`: none of the values its facts can have makes it false"
    label = "never fails"
    help = "correct the threshold, or remove the criterion; if a `plausible` range is too narrow, widen it"

    criterion: str


@frozen
class CriterionImplied(Diagnostic):
    """Whoever passes some other criteria passes this one too.

    Why it matters: it can never change a verdict. Either it is there twice, or one of them does not say what the
    protocol says. The others named are the fewest that suffice.

    Example:
        fact weight : number in kg plausible 20 to 250, recorded to 0.1
        fact height : number in cm plausible 100 to 230, recorded to 1
        define bmi = (weight in kg) / ((height in m) * (height in m))
        inclusion I1 "Obese" { source "BMI of at least 30" require bmi >= 30 }
        inclusion I2 "Tall" { source "At least 170 cm" require height >= 170 cm }
        exclusion E1 "Light" { source "Lighter than 80 kg" reject weight < 80 kg }

    Cure: remove it, or correct the condition that is not what the protocol says.
    """

    code = "A004"
    name = "criterion-implied"
    severity = Severity.WARNING
    message = "whoever passes {those} passes `{criterion}` too, so `{criterion}` can never change a verdict"
    label = "implied by {those}"
    help = "remove `{criterion}`, or correct the condition that is not what the protocol says"

    criterion: str
    implying: tuple[str, ...]
    others: tuple[tuple[Span, str], ...] = ()

    @property
    def those(self) -> str:
        """The implying criteria."""
        return listed([f"`{one}`" for one in self.implying])

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return tuple((span, f"`{name}` asks for it") for span, name in self.others)


@frozen
class ExclusionNegates(Diagnostic):
    """An exclusion fails exactly those whom one inclusion fails.

    Why it matters: it can never change a verdict, and the two have to be kept alike by hand.

    Example:
        fact weight : number in kg plausible 20 to 250, recorded to 0.1
        fact height : number in m plausible 1 to 2.3, recorded to 0.01
        inclusion I1 "Obese" {
          source "BMI of at least 30"
          require (weight in kg) / ((height in m) * (height in m)) >= 30
        }
        exclusion E1 "Not obese" {
          source "BMI below 30"
          reject (weight in kg) / ((height in m) * (height in m)) < 30
        }

    Cure: keep one of the two; where the source has both, a `note` says so.
    """

    code = "A005"
    name = "exclusion-adds-nothing"
    severity = Severity.WARNING
    message = "`{exclusion}` fails exactly those whom `{inclusion}` fails"
    label = "only the negation of `{inclusion}`"
    help = "keep one of the two; where the source says both, add a `note`"

    exclusion: str
    inclusion: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, f"`{self.inclusion}`"),)
