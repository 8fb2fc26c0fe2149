"""Criteria, facts, header and examples that are well formed but cannot be meant."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.semantics.errors.hints import suggestion
from protocol_dsl.source import NOWHERE, Span


@frozen
class NothingDecides(Diagnostic):
    """A criterion holds no `require` and no `reject`.

    Why it matters: every patient would pass it, whatever its title says.

    Example:
        inclusion I1 "Adults" { source "Adults" }

    Cure: write the line, or a question for the investigator; a sentence that is no criterion is `out_of_scope`.
    """

    code = "R001"
    name = "criterion-without-line"
    severity = Severity.ERROR
    message = "the criterion `{word}` has no line that decides"
    label = "decides nothing"
    help = (
        'add a `{verb}` line; what a person must judge is `{verb} answer {answer} to "…" by investigator`,'
        ' what is no criterion is `out_of_scope "…" because advice`'
    )

    word: str
    verb: str
    answer: str


@frozen
class DuplicateCriterion(Diagnostic):
    """Two criteria share one id, in one stage or in two.

    Why it matters: verdicts, questions and examples speak of a criterion by its id alone.

    Example:
        inclusion I1 "Adults" { source "Adults" require age >= 18 years }
        inclusion I1 "Not too old" { source "Up to 65" require age <= 65 years }

    Cure: give each criterion an id of its own.
    """

    code = "R002"
    name = "duplicate-criterion"
    severity = Severity.ERROR
    message = "two criteria are called `{word}`"
    label = "called `{word}` again"
    help = "call this one `{free}`"

    word: str
    free: str
    first: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "the first one"),)


@frozen
class CriterionWithoutSource(Diagnostic):
    """A criterion does not quote the sentence it stands for.

    Why it matters: a reader cannot tell whether the rule says what the protocol says.

    Example:
        inclusion I1 "Adults" { require age >= 18 years }

    Cure: write `source "…"` with the sentence of the protocol, word for word.
    """

    code = "R003"
    name = "criterion-without-source"
    severity = Severity.WARNING
    message = "the criterion `{word}` quotes no sentence of the protocol"
    label = "no source"
    help = 'add `source "…"` with the sentence, word for word'

    word: str


@frozen
class NeverDecides(Diagnostic):
    """A condition is true of every patient, or of none.

    Why it matters: it looks like a safeguard and is none; the threshold or its unit is probably not the one meant.

    Example:
        fact inr : lab plausible 0.5 to 20
        inclusion I1 "INR" { source "INR of at least 0.5" require inr >= 0.5 }

    Cure: correct the threshold, or remove the condition; if `plausible` is too narrow, widen it.
    """

    code = "R004"
    name = "condition-never-decides"
    severity = Severity.WARNING
    message = "`{words}` is {outcome} true, whoever the patient is: {reason}"
    label = "{outcome} true"
    help = "{fix}"

    words: str
    outcome: str
    reason: str
    fix: str


@frozen
class ImpliedCriterion(Diagnostic):
    """A criterion asks for nothing that another one of its kind does not ask for already.

    Why it matters: it can never change a verdict, so one of the two is probably not what the protocol says.

    Example:
        inclusion I1 "Adults" { source "18 or older" require age >= 18 years }
        inclusion I2 "Grown up" { source "21 or older" require age >= 21 years }

    Cure: remove the weaker one, or correct its condition.
    """

    code = "R005"
    name = "implied-criterion"
    severity = Severity.WARNING
    message = "whoever passes `{other}` passes `{word}` too, so `{word}` can never change a verdict"
    label = "implied by `{other}`"
    help = "remove `{word}`, or correct the condition that is not what the protocol says"

    word: str
    other: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, f"`{self.other}` asks for as much"),)


@frozen
class NegatedInclusion(Diagnostic):
    """An exclusion rejects exactly those whom an inclusion does not admit.

    Why it matters: it can never change a verdict, and the two must be kept alike by hand.

    Example:
        inclusion I1 "Adults" { source "18 or older" require age >= 18 years }
        exclusion E1 "Minors" { source "Younger than 18" reject age < 18 years }

    Cure: keep the inclusion and quote both sentences in it.
    """

    code = "R006"
    name = "exclusion-negates-inclusion"
    severity = Severity.WARNING
    message = "`{word}` only says again what `{other}` says: whoever passes `{other}` passes `{word}` too"
    label = "the reverse of `{other}`"
    help = "keep `{other}` and give it a second `source` with the sentence of `{word}`"

    word: str
    other: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, f"`{self.other}` stands here"),)


@frozen
class NobodyEligible(Diagnostic):
    """Two criteria ask for values that exclude each other.

    Why it matters: no patient can ever be eligible.

    Example:
        inclusion I1 "Adults" { source "18 or older" require age >= 18 years }
        exclusion E1 "Adults" { source "Older than 16" reject age >= 17 years }

    Cure: correct one of the two thresholds.
    """

    code = "R007"
    name = "nobody-eligible"
    severity = Severity.WARNING
    message = "nobody can be eligible: `{there}` and `{words}` leave no value of {subject}"
    label = "`{word}` leaves nothing"
    help = "correct one of the two thresholds, or put each under its own `for` or `when`"

    words: str
    word: str
    other: str
    there: str
    subject: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, f"beside this of `{self.other}`"),)


@frozen
class HeaderDisagrees(Diagnostic):
    """The registry header and a criterion name different limits of age, or different sexes.

    Why it matters: whoever searches the registry sees another trial than the one that is run.

    Example:
        protocol T1 "Trial" { age 18 to 65 years }
        inclusion I1 "Adults" { source "20 or older" require age between 20 years and 65 years }

    Cure: correct the one that is wrong. Where the source itself disagrees, a `note` of the criterion that speaks of the
    header admits it.
    """

    code = "R010"
    name = "header-disagrees"
    severity = Severity.WARNING
    message = "the header says {header}, but the criteria say {criteria}"
    label = "the criterion"
    help = (
        "correct the one that is wrong; if the source itself disagrees, say so in a `note` of the criterion"
        " that names the header"
    )

    header: str
    criteria: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the header"),)


@frozen
class HeaderNotEnforced(Diagnostic):
    """The registry header limits age or sex, and no criterion does.

    Why it matters: verdicts come from the criteria alone, so patients outside the limit would be eligible.

    Example:
        protocol T1 "Trial" { sex female }
        inclusion I1 "Adults" { source "18 or older" require age >= 18 years }

    Cure: add the criterion, with the header's line as its source.
    """

    code = "R011"
    name = "header-not-enforced"
    severity = Severity.WARNING
    message = "the header says {header}, but no criterion asks for it"
    label = "not enforced"
    help = "add a criterion with `{line}`"

    header: str
    line: str


@frozen
class UnknownTerm(Diagnostic):
    """A word from a closed list of the registry is not in that list.

    Why it matters: registries, checks and documents read these words; a slip would be passed on in silence.

    Example:
        protocol T1 "Trial" { sex femal }

    Cure: take a word of the list; text that is no word of the list stands in quotes.
    """

    code = "R012"
    name = "unknown-term"
    severity = Severity.ERROR
    message = "`{word}` is no {what}"
    label = "not in the list"
    help = "{hint}"

    word: str
    what: str
    terms: tuple[str, ...]
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        return suggestion(self.suggestions) or f"choose one of {', '.join(self.terms)}"


@frozen
class SaidTwice(Diagnostic):
    """Something a protocol says once is said again.

    Why it matters: only one of the two could count, and a reader cannot tell which.

    Example:
        protocol T1 "Trial" { phase 2 phase 3 }

    Cure: keep one; a trial of two phases is `phase 2/3`.
    """

    code = "R013"
    name = "said-twice"
    severity = Severity.ERROR
    message = "`{word}` is said twice"
    label = "again"
    help = "keep one of them"

    word: str
    first: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "first said here"),)


@frozen
class UnusedFact(Diagnostic):
    """A fact is declared that nothing asks about.

    Why it matters: it would be collected of every patient for nothing, or a criterion about it is missing.

    Example:
        fact inr : lab "INR"
        inclusion I1 "Adults" { source "Adults" require age >= 18 years }

    Cure: write the criterion that needs it, or remove it.
    """

    code = "R020"
    name = "unused-fact"
    severity = Severity.WARNING
    message = "nothing asks about the fact `{word}`"
    label = "not used"
    help = "write the criterion that needs it, or remove it"

    word: str


@frozen
class UnusedDefinition(Diagnostic):
    """A definition is never used.

    Why it matters: it can change no verdict; the criterion that should use it may have spelled it out differently.

    Example:
        fact alt : lab in U/L "ALT"
        define raised = alt > 3 ULN
        inclusion I1 "Adults" { source "ALT above 3 ULN" require alt <= 5 ULN }

    Cure: use it or remove it.
    """

    code = "R021"
    name = "unused-definition"
    severity = Severity.WARNING
    message = "the definition `{word}` is never used"
    label = "not used"
    help = "use it in a criterion, or remove it"

    word: str


@frozen
class UnusedDeclaration(Diagnostic):
    """A value set, anchor, cohort, library, regimen or intervention is declared and never used.

    Why it matters: what should refer to it is missing, or refers to something else.

    Example:
        anchor randomization "Randomization"
        inclusion I1 "Adults" { source "Adults" require age >= 18 years }

    Cure: use it or remove it.
    """

    code = "R022"
    name = "unused-declaration"
    severity = Severity.WARNING
    message = "the {what} `{word}` is never used"
    label = "not used"
    help = "{fix}, or remove it"

    what: str
    word: str
    fix: str


@frozen
class UnknownValueSet(Diagnostic):
    """A fact takes its codes from a value set that nothing declares.

    Why it matters: records coded with it would never be found.

    Example:
        fact autoimmune : event "Autoimmune disease" { codes from autoimmune_diseases }
        exclusion E1 "Autoimmune" { source "Autoimmune disease" reject autoimmune ever }

    Cure: declare the value set, or correct the name.
    """

    code = "R023"
    name = "unknown-value-set"
    severity = Severity.ERROR
    message = "no value set is called `{word}`"
    label = "not declared"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        declare = f'declare it: `valueset {self.word} from "{self.word}.csv"`'
        return suggestion(self.suggestions) or declare


@frozen
class ExpectsNothing(Diagnostic):
    """An example does not say what should come out.

    Why it matters: it tests nothing, whatever the criteria become.

    Example:
        inclusion I1 "Adults" { source "Adults" require age >= 18 years }
        example "a" on 2026-01-01 { age 20 years }

    Cure: add `expect eligible`, `expect ineligible by I1` or `expect I1 passes`.
    """

    code = "R024"
    name = "example-without-expectation"
    severity = Severity.WARNING
    message = "the example `{word}` expects nothing"
    label = "tests nothing"
    help = "add `expect eligible`, `expect ineligible by {criterion}` or `expect {criterion} unknown`"

    word: str
    criterion: str


@frozen
class WrongCheckDigit(Diagnostic):
    """A LOINC or SNOMED CT code cannot exist: it has another form, or its check digit does not fit its other digits.

    Why it matters: a mistyped code finds no record, and the fact stays unknown of everybody.

    Example:
        fact inr : lab "INR" { code loinc "6301-5" }
        inclusion I1 "Coagulopathy" { source "INR of at least 1.5" require inr >= 1.5 }

    Cure: look the code up again.
    """

    code = "R025"
    name = "wrong-check-digit"
    severity = Severity.WARNING
    message = "there is no {system} code `{word}`: {reason}"
    label = "mistyped"
    help = "look the code up again"

    system: str
    word: str
    reason: str


@frozen
class UnconfirmedDraft(Diagnostic):
    """A line is marked `draft`: a program read it out of a sentence, and nobody has confirmed it.

    Why it matters: a criterion that was read wrongly lets the wrong patients in. A protocol with drafts is checked, but
    it is not built, and no patient is judged by it.

    Example:
        inclusion I1 "Adults" { source "Adults" draft require age >= 18 years }

    Cure: hold the line against its sentence. Remove the word where it says the same; write it anew where it does not.
    """

    code = "R065"
    name = "unconfirmed-draft"
    severity = Severity.ERROR
    message = "the line `{line}` is a draft that nobody has confirmed"
    label = "a draft"
    help = "hold it against its source, set it right, and then remove the word `draft`"

    line: str
