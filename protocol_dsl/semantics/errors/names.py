"""Names that lead nowhere, or to two things."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.semantics.errors.hints import suggestion
from protocol_dsl.source import NOWHERE, Span


@frozen
class UnknownName(Diagnostic):
    """A name is used that nothing declares.

    Why it matters: a criterion about an undeclared fact could never be decided.

    Example:
        inclusion I1 "INR" { source "INR of at least 1.5" require inrr >= 1.5 }

    Cure: declare the fact, or correct the spelling.
    """

    code = "N001"
    name = "unknown-name"
    severity = Severity.ERROR
    message = "unknown name `{word}`"
    label = "not declared"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()
    fix: str | None = None

    @property
    def hint(self) -> str:
        return suggestion(self.suggestions) or self.fix or "declare it, or correct the spelling"


@frozen
class DuplicateName(Diagnostic):
    """Two declarations share one name.

    Why it matters: a reader cannot tell which of the two is meant.

    Example:
        fact inr : lab
        fact inr : lab

    Cure: rename one of them.
    """

    code = "N002"
    name = "duplicate-name"
    severity = Severity.ERROR
    message = "`{word}` is declared twice"
    label = "declared again"
    help = "remove this one, or give it a name of its own"

    word: str
    first: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.first, "first declared here"),)


@frozen
class CyclicDefinition(Diagnostic):
    """A definition uses itself, directly or through others.

    Why it matters: it can never be worked out.

    Example:
        define a = b + 1
        define b = a - 1

    Cure: write one of them without the other.
    """

    code = "N003"
    name = "cyclic-definition"
    severity = Severity.ERROR
    message = "the definition of `{word}` rests on itself: {path}"
    label = "rests on itself"
    help = "break the circle: write one of them without the others"

    word: str
    path: str


@frozen
class UnknownLibrary(Diagnostic):
    """`use` names a library that is not shipped.

    Why it matters: its definitions would be missing.

    Example:
        use livver

    Cure: correct the name.
    """

    code = "N004"
    name = "unknown-library"
    severity = Severity.ERROR
    message = "no library is called `{word}`"
    label = "no such library"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        return suggestion(self.suggestions) or None


@frozen
class UnboundLibraryFact(Diagnostic):
    """A definition of a library is used while the file's own declaration of a fact's name cannot stand for the fact.

    Why it matters: the score would be worked out from the wrong thing. A name the file does not declare is no
    fault: the file then takes the fact over as the library declares it.

    Example:
        use liver
        fact inr : yes/no "INR was measured"
        inclusion I1 "Score" { source "MELD of at least 17" require liver.meld >= 17 }

    Cure: bind the fact that is meant: `use liver with inr = measured_inr`, or give the other one another name.
    """

    code = "N005"
    name = "unbound-library-fact"
    severity = Severity.ERROR
    message = "`{word}` needs the fact `{parameter}` of `{library}`, and the file's own cannot stand for it: {reason}"
    label = "rests on `{parameter}`"
    help = "bind the one that is meant with `use {library} with {parameter} = …`, or rename the file's own"

    word: str
    parameter: str
    library: str
    reason: str


@frozen
class UnknownBinding(Diagnostic):
    """The left side of a binding is no fact of the library.

    Why it matters: the binding would do nothing, in silence.

    Example:
        use liver with bilirubine = total_bilirubin
        fact total_bilirubin : lab in umol/L

    Cure: take a name the library declares.
    """

    code = "N006"
    name = "unknown-library-parameter"
    severity = Severity.ERROR
    message = "`{library}` has no fact `{word}` to bind"
    label = "not in the library"
    help = "{hint}"

    word: str
    library: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        return suggestion(self.suggestions) or None


@frozen
class UnfitBinding(Diagnostic):
    """A fact is bound to a library fact of another kind, dimension or choice.

    Why it matters: the score would be worked out from the wrong thing.

    Example:
        use liver with inr = sick
        fact sick : yes/no "Sick"

    Cure: bind a fact of the same kind.
    """

    code = "N007"
    name = "unfit-library-binding"
    severity = Severity.ERROR
    message = "`{word}` cannot stand for `{parameter}` of `{library}`: {reason}"
    label = "{reason}"
    help = "bind a fact of the kind the library declares"

    word: str
    parameter: str
    library: str
    reason: str


@frozen
class UnresolvedValueSet(Diagnostic):
    """A value set comes from a file that cannot be read, or holds nothing.

    Why it matters: an unresolved set silently turns into "no" or into "everything".

    Example:
        valueset strong_inhibitors from "missing.csv"

    Cure: put the file beside the protocol, with columns system, code and display.
    """

    code = "N008"
    name = "unresolved-value-set"
    severity = Severity.ERROR
    message = "the value set `{word}` cannot be resolved: {reason}"
    label = "not resolved"
    help = "put the file beside the protocol, with the columns system, code, display"

    word: str
    reason: str


@frozen
class ReservedName(Diagnostic):
    """`age`, `sex`, `birth_date` and the like are built in.

    Why it matters: two meanings of one word.

    Example:
        fact age : number

    Cure: use the built-in one, or choose another name.
    """

    code = "N009"
    name = "reserved-name"
    severity = Severity.ERROR
    message = "`{word}` is always there and cannot be declared again"
    label = "built in"
    help = "use it without declaring it, or choose another name"

    word: str


@frozen
class NoProtocol(Diagnostic):
    """Criteria, arms or examples stand in a file without a protocol block.

    Why it matters: nobody could tell which trial they belong to.

    Example:
        fact inr : lab
        inclusion I1 "INR" { source "INR" require inr > 1 }

    Cure: add `protocol ID "title" { … }`.
    """

    code = "N010"
    name = "no-protocol-block"
    severity = Severity.ERROR
    message = "the file declares criteria but no `protocol` block"
    label = "belongs to no protocol"
    help = 'start the file with `protocol ID "title" {{ … }}`'


@frozen
class LibraryBesideProtocol(Diagnostic):
    """A `library` header and a `protocol` block stand in one file.

    Why it matters: a library declares for many protocols, a protocol is one trial; a file is one or the other.

    Example:
        library scores "Scores"
        protocol T1 "Trial" { }

    Cure: remove the `library` line, or move what is shared to a file of its own.
    """

    code = "N017"
    name = "library-beside-protocol"
    severity = Severity.ERROR
    message = "`{word}` makes this file a library, and a library holds no `protocol`"
    label = "the header of a library"
    help = "remove this line; declarations for several protocols stand in a library of their own"

    word: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the protocol"),)


@frozen
class SecondProtocol(Diagnostic):
    """Two protocol blocks stand in one file.

    Why it matters: one file is the truth of one trial.

    Example:
        protocol A "a" { }
        protocol B "b" { }

    Cure: keep one.
    """

    code = "N011"
    name = "second-protocol-block"
    severity = Severity.ERROR
    message = "a file holds one `protocol` block"
    label = "the second"
    help = "put the other into a file of its own"


@frozen
class UnknownCriterion(Diagnostic):
    """An example expects something of a criterion that does not exist.

    Why it matters: the example would test nothing.

    Example:
        inclusion I1 "x" { source "x" require age >= 18 years }
        example "a" on 2026-01-01 { age 20 years expect ineligible by I9 }

    Cure: correct the id.
    """

    code = "N012"
    name = "unknown-criterion"
    severity = Severity.ERROR
    message = "no criterion is called `{word}`"
    label = "no such criterion"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        return suggestion(self.suggestions) or None


@frozen
class UnknownQuestion(Diagnostic):
    """An example answers a question that no criterion asks.

    Why it matters: the answer would change nothing.

    Example:
        exclusion E1 "x" { source "x" reject answer yes to "Is there any?" by investigator }
        example "a" on 2026-01-01 { answer no to "Is there anything?" expect eligible }

    Cure: repeat the question word for word.
    """

    code = "N013"
    name = "unknown-question"
    severity = Severity.ERROR
    message = "no criterion asks `{word}`"
    label = "nobody asks this"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        return suggestion(self.suggestions) or "repeat a question of a criterion word for word"


@frozen
class OtherVersion(Diagnostic):
    """`use` asks for a version of a library that is not the one shipped.

    Why it matters: a formula or a list may have changed its meaning in between.

    Example:
        use liver version "0.1"

    Cure: read what changed and name the version shipped, or compile with the release that ships the other.
    """

    code = "N014"
    name = "other-library-version"
    severity = Severity.ERROR
    message = "`{library}` is shipped in version {shipped}, not {word}"
    label = "this is version {shipped}"
    help = 'write `use {library} version "{shipped}"`, or compile with the release that ships {word}'

    library: str
    word: str
    shipped: str


@frozen
class BoundTwice(Diagnostic):
    """One fact of the libraries is bound to two facts of the file.

    Why it matters: two scores would read one thing from two places.

    Example:
        use liver with creatinine = serum_creatinine
        use renal with creatinine = plasma_creatinine
        fact serum_creatinine : lab in umol/L
        fact plasma_creatinine : lab in umol/L

    Cure: bind it once; the binding holds for every library that rests on the fact.
    """

    code = "N015"
    name = "bound-twice"
    severity = Severity.ERROR
    message = "`{word}` is bound to `{first}` already, and cannot be `{second}` as well"
    label = "another binding"
    help = "bind it once: the binding holds for every library that rests on `{word}`"

    word: str
    second: str
    first: str


@frozen
class ReservedAttribute(Diagnostic):
    """An attribute of an event is called as a record calls the occurrence's time.

    Why it matters: in a patient's record `to` is when the occurrence ended, so that the attribute could never be given.

    Example:
        fact allergy : event with to: one of {penicillin, latex} "Allergy"

    Cure: choose another name; `on`, `from`, `to` and `ongoing` are taken.
    """

    code = "N016"
    name = "reserved-attribute"
    severity = Severity.ERROR
    message = "`{word}` tells the time of an occurrence and cannot be an attribute of `{fact}`"
    label = "says when it happened"
    help = "choose another name"

    word: str
    fact: str
