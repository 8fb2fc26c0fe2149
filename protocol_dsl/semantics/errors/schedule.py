"""Arms, doses, visits and randomization that are well formed but cannot be meant."""

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
class DayZero(Diagnostic):
    """A day 0 is used while days are counted from 1.

    Why it matters: the day before day 1 is day -1, so a reader cannot tell which of the two is meant.

    Example:
        day 1 is randomization
        anchor randomization "Randomization"
        visit baseline on day 0

    Cure: write day 1 or day -1; where the source counts from 0, write `days from 0`.
    """

    code = "R050"
    name = "no-day-zero"
    severity = Severity.ERROR
    message = "there is no day 0: the day before day 1 is day -1"
    label = "day 0"
    help = "write day 1 or day -1; if the source counts from 0, add `days from 0`"


@frozen
class DayOneMissing(Diagnostic):
    """Study days are used, and nothing says what day 1 is.

    Why it matters: consent, randomization and the first dose can be weeks apart.

    Example:
        visit week_12 "Week 12" at week 12

    Cure: say what day 1 is.
    """

    code = "R051"
    name = "day-one-not-declared"
    severity = Severity.WARNING
    message = "study days are counted, but nothing says what day 1 is"
    label = "counted from where?"
    help = "add `day 1 is randomization`, `day 1 is consent` or `day 1 is first …`"


@frozen
class DayOneElsewhere(Diagnostic):
    """The study's clock is set by another day than its first.

    Why it matters: every other day is counted from the first.

    Example:
        anchor randomization "Randomization"
        day 5 is randomization
        visit baseline on day 5

    Cure: say what day 1 is, or day 0 where days count from 0.
    """

    code = "R052"
    name = "day-one-elsewhere"
    severity = Severity.ERROR
    message = "the study's clock starts at day {first}, not at day {day}"
    label = "not the first day"
    help = "say what day {first} is"

    day: str
    first: str


@frozen
class VisitBeforeConsent(Diagnostic):
    """A visit is planned before the study begins for the patient.

    Why it matters: nothing may be done for a study before the patient has consented.

    Example:
        anchor consent "Informed consent"
        day 1 is consent
        visit early "Early visit" on day -7

    Cure: move the visit, or declare the epoch it belongs to: `epoch screening from consent until eligible`.
    """

    code = "R053"
    name = "visit-before-consent"
    severity = Severity.ERROR
    message = "the visit `{word}` is planned {place}, {reason}"
    label = "before the study begins"
    help = "{fix}"

    word: str
    place: str
    reason: str
    fix: str


@frozen
class OverlappingWindows(Diagnostic):
    """A day lies in the windows of two visits.

    Why it matters: a visit on that day could be either, so one would be called missed.

    Example:
        anchor randomization "Randomization"
        day 1 is randomization
        visit week_1 at week 1 window ±4 days
        visit week_2 at week 2 window ±3 days

    Cure: narrow one of the windows.
    """

    code = "R054"
    name = "overlapping-visit-windows"
    severity = Severity.ERROR
    message = "{day} lies in two windows: {first} and {second}"
    label = "overlaps"
    help = "narrow one of the windows, so that each day belongs to one visit"

    second: str
    first: str
    day: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the other window"),) if self.at != self.span else ()


@frozen
class UnreachableVisit(Diagnostic):
    """A visit lies after the end of the study, or a run of visits after its own end.

    Why it matters: it would never take place.

    Example:
        anchor randomization "Randomization"
        day 1 is randomization
        epoch treatment from randomization for 12 weeks
        visit late "Late visit" at week 30

    Cure: correct the visit, or let the last epoch last long enough.
    """

    code = "R055"
    name = "unreachable-visit"
    severity = Severity.ERROR
    message = "the visit `{word}` can never take place: {reason}"
    label = "{label_words}"
    help = "{fix}"

    word: str
    reason: str
    label_words: str
    fix: str


@frozen
class VisitAfterItself(Diagnostic):
    """A visit is planned relative to itself, directly or through others.

    Why it matters: it has no date.

    Example:
        visit a 2 days after b
        visit b 2 days after a

    Cure: plan one of them from something that has a date.
    """

    code = "R056"
    name = "visit-after-itself"
    severity = Severity.ERROR
    message = "the visit `{word}` is planned relative to itself: {path}"
    label = "leads back to `{word}`"
    help = "plan one of them on a study day, or from an event"

    word: str
    path: str


@frozen
class ArmRatioMismatch(Diagnostic):
    """The ratio has more or fewer parts than there are arms.

    Why it matters: some arm would get nobody.

    Example:
        arm a "A" { provide "care" }
        arm b "B" { provide "care" }
        randomize to a, b in ratio 1:1:1

    Cure: give one part for each arm.
    """

    code = "R060"
    name = "arm-ratio-mismatch"
    severity = Severity.ERROR
    message = "the ratio `{words}` has {parts} for {arms}"
    label = "{parts}"
    help = "write one part for each arm, in the order of the arms"

    words: str
    parts: str
    arms: str


@frozen
class BlockSizeMismatch(Diagnostic):
    """A block cannot hold the ratio a whole number of times.

    Why it matters: the arms would not be balanced at the end of a block.

    Example:
        arm a "A" { provide "care" }
        arm b "B" { provide "care" }
        randomize to a, b in ratio 2:1 in blocks of 4

    Cure: take a multiple of the sum of the ratio.
    """

    code = "R061"
    name = "block-size-mismatch"
    severity = Severity.ERROR
    message = "a block of {size} cannot hold the ratio {ratio}"
    label = "no multiple of {sum}"
    help = "take a multiple of {sum}: {nearest}"

    size: str
    ratio: str
    sum: int
    nearest: str


@frozen
class NothingToRandomize(Diagnostic):
    """Randomization names fewer than two different arms.

    Why it matters: there is nothing to allot.

    Example:
        arm a "A" { provide "care" }
        arm b "B" { provide "care" }
        randomize to a, a

    Cure: name each arm once.
    """

    code = "R062"
    name = "arms-to-randomize"
    severity = Severity.ERROR
    message = "{reason}"
    label = "{label_words}"
    help = "name each arm that patients are randomized to once, two at least"

    reason: str
    label_words: str


@frozen
class UnfitStratum(Diagnostic):
    """A factor of stratification does not part the patients into groups.

    Why it matters: a patient would belong to no stratum, or each to one of their own.

    Example:
        fact meld : number plausible 6 to 40
        inclusion I1 "MELD" { source "MELD of at least 17" require meld >= 17 }
        arm a "A" { provide "care" }
        arm b "B" { provide "care" }
        randomize to a, b stratified by meld

    Cure: cut a number at points in rising order; take a choice as it is.
    """

    code = "R063"
    name = "unfit-stratum"
    severity = Severity.ERROR
    message = "`{word}` does not part the patients into strata: {reason}"
    label = "{reason}"
    help = "{fix}"

    word: str
    reason: str
    fix: str


@frozen
class AllocationDisagrees(Diagnostic):
    """The header says that patients are not randomized, and the file randomizes them.

    Why it matters: whoever reads the registry sees another trial than the one that is run.

    Example:
        protocol T1 "Trial" { allocation non_randomized }
        arm a "A" { provide "care" }
        arm b "B" { provide "care" }
        randomize to a, b

    Cure: correct the one that is wrong.
    """

    code = "R064"
    name = "allocation-disagrees"
    severity = Severity.WARNING
    message = "the header says `allocation {word}`, but patients are randomized"
    label = "randomized here"
    help = "write `allocation randomized` in the header, or remove `randomize`"

    word: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the header"),)
