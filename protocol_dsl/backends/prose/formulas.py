"""Conditions in words: atoms as a pair of clauses (held, not held), formulas as nested phrases."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from protocol_dsl.backends.prose.features import FeatureWords
from protocol_dsl.backends.prose.numbers import NumberWords
from protocol_dsl.ir.features import Feature, OccursCount, SampleCount
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Atom,
    Compare,
    Constant,
    Contains,
    Formula,
    ItemTruth,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import Const, Item, Value
from protocol_dsl.runtime.phrases import Group, Phrase, choice_text, listed

_HELD = {"<": "below", "<=": "at most", "=": "", "!=": "not", ">=": "at least", ">": "above"}
_OPPOSITE = {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">=": "<", ">": "<="}
_MIRRORED = {"<": ">", "<=": ">=", "=": "=", "!=": "!=", ">=": "<=", ">": "<"}
_ASSERTIVE = "is"


class Predicate(NamedTuple):
    """A clause taken apart: "INR" "at least 1.5" / "below 1.5"; joined by "is"."""

    subject: str
    held: str
    not_held: str


class FormulaWords:
    """Words for the formulas of one protocol."""

    def __init__(self, features: dict[str, Feature], words: FeatureWords) -> None:
        self._features = features
        self._words = words
        self.numbers: NumberWords

    def phrase(self, formula: Formula, negated: bool = False, fact: str | None = None) -> Phrase:
        """A formula, or its negation pushed down to the atoms."""
        match formula:
            case Constant(value):
                return "always" if value != negated else "never"
            case NamedTruth(definition):
                name = self.numbers.definition(definition)
                return f"not {name}" if negated else name
            case Truth() | Compare() | OneOf() | Contains() | ItemTruth():
                return self.atom(formula, fact)[1 if negated else 0]
            case Not(operand):
                return self.phrase(operand, not negated, fact)
            case All(operands) | Any(operands):
                return self._several(isinstance(formula, All) != negated, operands, negated, fact)
            case AtLeast(count, operands):
                members = tuple(self.phrase(operand, False, fact) for operand in operands)
                return Group(f"{'fewer than' if negated else 'at least'} {count} of", members)
            case Known(operand):
                return self._known(self.phrase(operand, False, fact), negated)
        assert_never(formula)

    def atom(self, atom: Atom, fact: str | None = None) -> tuple[str, str]:
        """The clause an atom states when it holds, and when it does not."""
        if isinstance(atom, Truth):
            return self._words.truth(self._features[atom.feature])
        if isinstance(atom, ItemTruth):
            part = choice_text(atom.part)
            return part, f"not {part}"
        subject, held, not_held = self.predicate(atom, fact)
        if not subject:
            return held, not_held
        verb = f" {_ASSERTIVE} " if fact is None else " "
        return f"{subject}{verb}{held}", f"{subject}{verb}{not_held}"

    def predicate(self, atom: Compare | OneOf | Contains, fact: str | None = None) -> Predicate:
        """Subject and the two predicates of an atom that compares something."""
        match atom:
            case Compare():
                return self._comparison(atom, fact)
            case OneOf(subject, choices, item):
                wanted = listed([choice_text(choice) for choice in choices], "or")
                name = choice_text(subject) if item else self._words.phrase(self._features[subject])
                return Predicate("" if item and subject == "value" else name, wanted, f"not {wanted}")
            case Contains(feature, choices):
                wanted = listed([choice_text(choice) for choice in choices], "or")
                name = self._words.phrase(self._features[feature])
                return Predicate(name, f"at least one of {wanted}", f"none of {wanted}")
        assert_never(atom)

    def _comparison(self, atom: Compare, fact: str | None) -> Predicate:
        left, right, comparison = atom.left, atom.right, atom.comparison
        if isinstance(left, Const) and not isinstance(right, Const):
            left, right, comparison = right, left, _MIRRORED[comparison]  # type: ignore[assignment]
        unit = self.numbers.unit(left, fact) or self.numbers.unit(right, fact)
        limit = self.numbers.number(right, unit, fact, beside=left)
        subject = "" if left == Item("value") else self.numbers.number(left, unit, fact)
        held, not_held = (_HELD[sign] for sign in (comparison, _OPPOSITE[comparison]))
        if self._counts(left) and comparison in {"=", "!="}:
            held, not_held = held or "exactly", not_held or "exactly"
        return Predicate(subject, f"{held} {limit}".strip(), f"{not_held} {limit}".strip())

    def _counts(self, number: object) -> bool:
        return isinstance(number, Value) and isinstance(
            self._features[number.feature].node, (OccursCount, SampleCount)
        )

    def _several(self, every: bool, operands: tuple[Formula, ...], negated: bool, fact: str | None) -> Phrase:
        members: list[Phrase] = []
        heading = "all of" if every else "any of"
        skip = False
        for index, operand in enumerate(operands):
            if skip:
                skip = False
                continue
            following = operands[index + 1] if index + 1 < len(operands) else None
            between = self._between(operand, following, negated, fact) if every != negated else None
            skip = between is not None
            phrase = between or self.phrase(operand, negated, fact)
            same = isinstance(phrase, Group) and phrase.heading == heading
            members += phrase.members if same and isinstance(phrase, Group) else (phrase,)
        if not members:
            return "always" if every else "never"
        return members[0] if len(members) == 1 else Group(heading, tuple(members))

    def _between(self, one: Formula, other: Formula | None, negated: bool, fact: str | None) -> str | None:
        """ "x is between 17 and 30" for a pair of inclusive limits on one subject."""
        if not isinstance(one, Compare) or not isinstance(other, Compare) or one.left != other.left:
            return None
        limits = {atom.comparison: atom.right for atom in (one, other)}
        low, high = limits.get(">="), limits.get("<=")
        if not isinstance(low, Const) or not isinstance(high, Const):
            return None
        unit = self.numbers.unit(one.left, fact)
        subject = "" if one.left == Item("value") else self.numbers.number(one.left, unit, fact)
        verb = f" {_ASSERTIVE} " if subject and fact is None else " "
        first, last = self.numbers.number(low), self.numbers.number(high, unit)
        words = f"below {first} or above {last}" if negated else f"between {first} and {last}"
        return f"{subject}{verb}{words}".strip()

    def _known(self, phrase: Phrase, negated: bool) -> Phrase:
        if isinstance(phrase, Group):
            heading = "no record shows" if negated else "a record shows"
            return Group(f"{heading} {phrase.heading}", phrase.members)
        return f"{'no' if negated else 'a'} record shows {phrase}"
