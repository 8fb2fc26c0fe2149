"""Hypothesis strategies compiled from a protocol: patients who are eligible, fail one criterion, sit on a threshold …::

    from protocol_dsl import load
    from protocol_dsl.testing.strategies import Strategies

    made = Strategies(load("trial.trial"))

    @given(made.only_fails("E3"))
    def test_superinfection_is_found(patient):
        assert not my_checker(patient.data)

Nothing is filtered by its verdict. A failing patient shrinks to what differs from the typical one, and prints as that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from attrs import define, field

from protocol_dsl.analysis.state import FALSE, TRUE, UNKNOWN
from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.testing.making import Choose, MadePatient, Maker, Roots
from protocol_dsl.testing.suite import boundaries, obligations, suite

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


class NoSuchPatient(LookupError):  # noqa: N818 - says what is wrong
    """A kind of patient was asked for of which none was found: the reason, in words."""


@define
class Strategies:
    """Strategies for the patients of one protocol. The work is done when a strategy is first asked for."""

    protocol: Protocol
    maker: Maker = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.maker = Maker(self.protocol)

    def suite(self) -> tuple[MadePatient, ...]:
        """The explicit suite: conditions both ways and unknown, thresholds and one step beside, each fact missing."""
        return suite(self.maker)

    def patients(self) -> SearchStrategy[MadePatient]:
        """Patients of every kind: whatever a condition can come to, and eligible ones."""
        kinds = [roots for roots, _ in obligations(self.maker)]
        return self._strategy([self.maker.outcomes({}), (), *kinds], "patient", lazily=True)

    def eligible(self) -> SearchStrategy[MadePatient]:
        """Patients who pass every criterion."""
        return self._strategy([self.maker.outcomes({})], "eligible patient")

    def ineligible(self) -> SearchStrategy[MadePatient]:
        """Patients who fail some criterion."""
        maker = self.maker
        one = [maker.outcomes({criterion.id: FALSE}) for criterion in maker.criteria]
        more = [maker.outcomes({criterion.id: FALSE}, 0) for criterion in maker.criteria]
        return self._strategy([*one, *more], "ineligible patient")

    def undetermined(self) -> SearchStrategy[MadePatient]:
        """Patients who fail no criterion, with one at least unknown."""
        maker = self.maker
        one = [maker.outcomes({criterion.id: UNKNOWN}) for criterion in maker.criteria]
        more = [maker.outcomes({criterion.id: UNKNOWN}, TRUE | UNKNOWN) for criterion in maker.criteria]
        return self._strategy([*one, *more], "undetermined patient")

    def only_fails(self, criterion: str) -> SearchStrategy[MadePatient]:
        """Patients who fail one criterion and pass all others."""
        wanted = self.maker.outcomes({self._known(criterion): FALSE})
        return self._strategy([wanted], f"patient who only fails `{criterion}`")

    def boundary(self, criterion: str) -> SearchStrategy[MadePatient]:
        """Patients with a value on, or one recording step beside, a threshold of one criterion, who pass all others
        where that is possible."""
        others = self.maker.outcomes({self._known(criterion): 0})
        found = list(boundaries(self.maker, next(one for one in self.maker.criteria if one.id == criterion)))
        kinds = [roots for one in found for roots in ((*others, *one), one)]
        return self._strategy(kinds, f"patient on a boundary of `{criterion}`")

    def missing(self, *facts: str) -> SearchStrategy[MadePatient]:
        """Eligible patients of whom these facts are not recorded: eligible no longer, perhaps."""
        known = {fact.name for fact in self.protocol.facts}
        for name in facts:
            if name not in known:
                raise NoSuchPatient(_unknown(f"no fact is called `{name}`", name, known))
        return self.eligible().map(lambda patient: self._without(patient, facts))

    def _without(self, patient: MadePatient, facts: Sequence[str]) -> MadePatient:
        kept = {name: value for name, value in patient.records.facts.items() if name not in facts}
        return self.maker.made(patient.records._replace(facts=kept))

    def _known(self, criterion: str) -> str:
        ids = [one.id for one in self.maker.criteria]
        if criterion not in ids:
            raise NoSuchPatient(_unknown(f"no criterion is called `{criterion}`", criterion, ids))
        return criterion

    def _strategy(self, kinds: list[Roots], what: str, lazily: bool = False) -> SearchStrategy[MadePatient]:
        from hypothesis import strategies  # noqa: PLC0415 - slow to load

        able = kinds if lazily else [roots for roots in kinds if self.maker.possible(roots)]
        if not able:
            raise NoSuchPatient(f"no {what} was found; `trialc analyze` tells whether there can be one")
        maker = self.maker

        def made(draw: Callable[[SearchStrategy[int]], int]) -> MadePatient:
            def choose(count: int) -> int:
                return draw(strategies.integers(0, count - 1)) if count > 1 else 0

            return _of_kind(maker, able, choose)

        return strategies.composite(made)()


def _of_kind(maker: Maker, kinds: Sequence[Roots], choose: Choose) -> MadePatient:
    """A patient of a chosen kind; of a kind that is not possible, the next that is (the first always is)."""
    place = choose(len(kinds))
    while not maker.possible(kinds[place]):
        place -= 1
    return maker.patient(kinds[place], choose)


def _unknown(what: str, word: str, known: object) -> str:
    near = suggest(word, known)  # type: ignore[arg-type]
    return f"{what}; did you mean `{near[0]}`?" if near else what


def drawn(maker: Maker, roots: Roots, rng: Random) -> MadePatient:
    """One patient, drawn without hypothesis. Assumes the roots are possible."""
    return maker.patient(roots, rng.randrange)


__all__ = ["MadePatient", "NoSuchPatient", "Strategies", "drawn"]
