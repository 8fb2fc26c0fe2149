"""Arms, doses and the conditions asked before them that are well formed but cannot be meant."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.source import NOWHERE, Span


@frozen
class ArmWithoutTreatment(Diagnostic):
    """An arm gives nothing, provides nothing and follows nothing.

    Why it matters: its patients would have an empty calendar, and nothing done to them could be checked.

    Example:
        arm control "Control" no_intervention { source "Usual care" }

    Cure: write what is done, if only `provide "usual care"`.
    """

    code = "R030"
    name = "arm-without-treatment"
    severity = Severity.WARNING
    message = "nothing is done in the arm `{word}`"
    label = "empty"
    help = 'write what is done: `follow …`, `give …`, or `provide "usual care"`'

    word: str


@frozen
class TimingNotStated(Diagnostic):
    """An intervention is given, and nothing says when.

    Why it matters: it stands on no day of a calendar, and no dose of it can be missed or late.

    Example:
        intervention aspirin "Aspirin" { kind drug }
        arm a "A" experimental { give aspirin 100 mg }

    Cure: write when it is given; if the source leaves that to the physician, `as prescribed` or `as needed`.
    """

    code = "R066"
    name = "timing-not-stated"
    severity = Severity.WARNING
    message = "nothing says when `{word}` is given"
    label = "when?"
    help = "write it behind the dose: `once`, `daily`, `every 3 weeks`, `on days 1, 8`; or `as prescribed`"

    word: str


@frozen
class DoseNotStated(Diagnostic):
    """A drug under study is given without a dose.

    Why it matters: nobody can give it, and no dose given can be called wrong.

    Example:
        intervention cells "Stem cells" { kind biological }
        arm a "A" experimental { give cells weekly for 4 weeks }

    Cure: write the dose; if the source states none, say so in a `note` that names the dose.
    """

    code = "R031"
    name = "dose-not-stated"
    severity = Severity.WARNING
    message = "no dose is stated for `{word}`"
    label = "how much?"
    help = (
        "write it after the name, such as `give {word} 10 mg`; if the source states none, add "
        '`note "No dose is stated."` here or in the intervention'
    )

    word: str


@frozen
class RegimenFollowsItself(Diagnostic):
    """A regimen follows itself, directly or through others.

    Why it matters: its treatment would never end, and no calendar could be made.

    Example:
        intervention d "Drug" { kind drug }
        regimen a { give d 1 mg once follow b }
        regimen b { follow a }
        arm x "X" { follow a }

    Cure: leave out the step that leads back; what repeats is `cycles` or a timing such as `weekly`.
    """

    code = "R032"
    name = "regimen-follows-itself"
    severity = Severity.ERROR
    message = "the regimen `{word}` follows itself: {path}"
    label = "leads back to `{word}`"
    help = "leave this step out; what repeats is written with `cycles` or a timing such as `weekly`"

    word: str
    path: str


@frozen
class DoseGap(Diagnostic):
    """Bands of dose leave a value of the patient without a dose.

    Why it matters: for that patient nobody would know what to give.

    Example:
        fact weight : measure in kg plausible 2 to 300
        intervention d "Drug" { kind drug }
        arm a "A" { give d 50 mg if weight < 50 kg, 100 mg if weight > 50 kg daily for 5 days }

    Cure: let the bands meet: `< 50 kg` and `>= 50 kg`.
    """

    code = "R033"
    name = "dose-bands-gap"
    severity = Severity.ERROR
    message = "the bands of dose say nothing for {gap}"
    label = "leave out {gap}"
    help = "{fix}"

    gap: str
    fix: str


@frozen
class DoseOverlap(Diagnostic):
    """Two bands of dose hold for one value of the patient.

    Why it matters: that patient would be given two different doses.

    Example:
        fact weight : measure in kg plausible 2 to 300
        intervention d "Drug" { kind drug }
        arm a "A" { give d 50 mg if weight <= 50 kg, 100 mg if weight >= 50 kg daily for 5 days }

    Cure: let the bands meet: `< 50 kg` and `>= 50 kg`.
    """

    code = "R034"
    name = "dose-bands-overlap"
    severity = Severity.ERROR
    message = "two bands of dose hold for {shared}"
    label = "holds for {shared} too"
    help = "let each value fall into one band, as with `< …` and `>= …`"

    shared: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the other band"),)


@frozen
class BandWithoutCondition(Diagnostic):
    """One of several doses does not say when it is given.

    Why it matters: it could stand for everybody, or for whoever is left over.

    Example:
        fact weight : measure in kg plausible 2 to 300
        intervention d "Drug" { kind drug }
        arm a "A" { give d 50 mg if weight < 50 kg, 100 mg daily for 5 days }

    Cure: write its condition.
    """

    code = "R035"
    name = "dose-without-condition"
    severity = Severity.ERROR
    message = "`{words}` is one of several doses and does not say when"
    label = "if what?"
    help = "write `{words} if …`; a cap is written `up to {words}`"

    words: str


@frozen
class NowWithoutValidity(Diagnostic):
    """A schedule asks for a lab of which nobody said how old it may be.

    Why it matters: a dose would be given or withheld on a value from months ago.

    Example:
        fact albumin : lab in g/L plausible 5 to 80
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 g daily until albumin >= 35 g/L }

    Cure: add `valid 7 days` (or whatever the protocol says) to the fact.
    """

    code = "R036"
    name = "schedule-lab-without-validity"
    severity = Severity.ERROR
    message = "the schedule asks for `{word}` as it is now, but nothing says how old a value may be"
    label = "a value from when?"
    help = "add `valid 7 days`, or what the protocol says, to the fact `{word}`"

    word: str
    fact: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.fact, "declared here"),) if self.fact.known else ()


@frozen
class SilenceInSchedule(Diagnostic):
    """A schedule asks whether an event happened, and no one said what silence means.

    Why it matters: without a record it is unknown, so the question would be put before every dose.

    Example:
        fact progression : event "Progression"
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 mg daily stop when progression ever }

    Cure: add `absent if not recorded` to the fact if silence means no.
    """

    code = "R037"
    name = "schedule-event-open"
    severity = Severity.WARNING
    message = "while no `{word}` is recorded, whether it happened is asked before every dose"
    label = "what does silence mean?"
    help = "add `absent if not recorded` to the fact `{word}` if silence means no"

    word: str
    fact: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.fact, "declared here"),) if self.fact.known else ()


@frozen
class DayOutsideCycle(Diagnostic):
    """Something is given on a day, or in a cycle, that the cycles do not have.

    Why it matters: it would never be given, or it would fall into the next cycle.

    Example:
        intervention d "Drug" { kind drug }
        arm a "A" { cycles c of 21 days for 4 cycles { give d 10 mg on days 1, 8, 22 } }

    Cure: correct the day or the length of the cycle.
    """

    code = "R038"
    name = "day-outside-cycle"
    severity = Severity.ERROR
    message = "{what} {number} is outside the cycles `{cycles}`, which {extent}"
    label = "outside"
    help = "correct the {what}, or the length or number of the cycles"

    what: str
    number: str
    cycles: str
    extent: str


@frozen
class DoseBeforeRandomization(Diagnostic):
    """An arm gives its treatment before the day on which patients are randomized.

    Why it matters: on that day nobody knows yet which arm the patient is in.

    Example:
        anchor randomization "Randomization"
        day 1 is randomization
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 mg on days -3, 1 }
        arm b "B" { provide "usual care" }
        randomize to a, b

    Cure: move the dose, or give it to everybody in a regimen of an earlier epoch.
    """

    code = "R039"
    name = "dose-before-randomization"
    severity = Severity.ERROR
    message = "`{word}` is given on day {day}, but patients are randomized on day {first}"
    label = "before randomization"
    help = "move the dose to day {first} or later; what everybody is given before is no part of an arm"

    word: str
    day: str
    first: str


@frozen
class MissingArgument(Diagnostic):
    """A regimen with parameters is followed without all of them.

    Why it matters: the dose it leaves open would be given by nobody.

    Example:
        intervention d "Drug" { kind drug }
        regimen course with dose { give d dose once }
        arm a "A" { follow course }

    Cure: give the value: `follow course with dose 3 mg`.
    """

    code = "R040"
    name = "argument-missing"
    severity = Severity.ERROR
    message = "`{word}` needs its `{parameter}`"
    label = "with what {parameter}?"
    help = "write `follow {word} with {parameter} …`"

    word: str
    parameter: str


@frozen
class DosingRuleNeverDecides(Diagnostic):
    """A rule asked before a dose comes true at every value that can be recorded, or at none.

    Why it matters: a bound that is never reached gives the drug for ever, one that is met from the start gives none.

    Example:
        fact inr : lab plausible 0.5 to 20, recorded to 0.01 { valid 1 day }
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 mg daily until inr > 20 }

    Cure: correct the threshold or its unit; if `plausible` is too narrow, widen it.
    """

    code = "R041"
    name = "dosing-rule-never-decides"
    severity = Severity.WARNING
    message = "`{words}` is {outcome} true, {so}: {reason}"
    label = "{outcome} true"
    help = "check the comparison, the threshold and its unit, or leave the rule out"

    words: str
    outcome: str
    reason: str
    so: str


@frozen
class DosingRuleUnreached(Diagnostic):
    """Wherever a rule asked before a dose holds, another one that goes before it holds too.

    Why it matters: what it says is never done, and whoever wrote it expects that it is.

    Example:
        fact platelets : lab in 10^9/L plausible 0 to 2000 { valid 3 days }
        intervention d "Drug" { kind drug }
        arm a "A" {
          give d 10 mg daily
            delay while platelets < 75 x 10^9/L
            reduce to 75 % of the starting dose while platelets < 50 x 10^9/L
        }

    Cure: correct one of the thresholds. Stop goes before until, until before delay and skip, those before reduce; of
    two reductions the lower percentage holds.
    """

    code = "R042"
    name = "dosing-rule-unreached"
    severity = Severity.WARNING
    message = "`{words}` is never carried out: wherever it holds, {before} goes before it"
    label = "never reached"
    help = "correct one of the thresholds: stop goes before until, until before delay and skip, those before reduce"

    words: str
    before: str


@frozen
class DoseNeverGiven(Diagnostic):
    """In every state a patient can be in, some rule withholds the dose.

    Why it matters: the drug stands in the arm and nobody is ever given it.

    Example:
        fact inr : lab plausible 0.5 to 20, recorded to 0.01 { valid 1 day }
        intervention d "Drug" { kind drug }
        arm a "A" { give d 10 mg daily if inr < 2 stop when inr < 3 }

    Cure: correct one of the thresholds, so that a state is left in which the dose is given.
    """

    code = "R043"
    name = "dose-never-given"
    severity = Severity.WARNING
    message = "no patient is ever given a dose here: there is always one of {words} against it"
    label = "never given"
    help = "correct one of the thresholds, so that a state is left in which the dose is given"

    words: str


@frozen
class DosingRulesContradict(Diagnostic):
    """Two rules asked before a dose say different things in one state of the patient.

    Why it matters: skipping loses the dose and delaying keeps it; whichever is written first is done, and a reader may
    expect the other.

    Example:
        fact platelets : lab in 10^9/L plausible 0 to 2000, recorded to 1 { valid 3 days }
        intervention d "Drug" { kind drug }
        arm a "A" {
          give d 10 mg daily skip while platelets < 50 x 10^9/L delay while platelets < 75 x 10^9/L up to 2 weeks
        }

    Cure: let one end where the other begins: `delay while platelets between 50 x 10^9/L and 75 x 10^9/L`.
    """

    code = "R044"
    name = "dosing-rules-contradict"
    severity = Severity.WARNING
    message = "`{words}` contradicts `{other}` when {state}"
    label = "at odds with `{other}`"
    help = "let one rule end where the other begins"

    words: str
    other: str
    state: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the other rule"),)


@frozen
class BoundNotAhead(Diagnostic):
    """A give is bounded by a day that cannot be known when it comes: before something, or after the last of something.

    Why it matters: on the day itself nobody can tell that treatment is over, so it would go on without an end.

    Example:
        intervention d "Drug" { kind drug }
        intervention m "Another drug" { kind drug }
        arm a "A" { give d 1 mg daily for 3 days give m 1 mg daily until 5 days after last d }

    Cure: count on from the first, `until 5 days after first d`, or write how long: `for 8 days`, `for 12 doses`.
    """

    code = "R067"
    name = "bound-not-ahead"
    severity = Severity.ERROR
    message = "`until {words}` never ends anything: {reason}"
    label = "not known on the day"
    help = "write `until {fix}`, or how long it is given, such as `for 8 weeks` or `for 12 doses`"

    words: str
    reason: str
    fix: str
