"""Randomization that is well formed but cannot be meant."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.source import NOWHERE, Span


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
