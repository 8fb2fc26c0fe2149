"""Controlled English for a compiled protocol, shared by verdicts and documents.

prose = Prose(protocol)
prose.feature("inr")            "INR"
prose.formula(line.passes)      "INR is at least 1.5 or prothrombin activity is below 40 %"
prose.phrase(line.passes)       Group("any of", ("INR is at least 1.5", "prothrombin activity is below 40 %"))
"""

from __future__ import annotations

from protocol_dsl.backends.prose.features import FeatureWords
from protocol_dsl.backends.prose.formulas import FormulaWords, Predicate
from protocol_dsl.backends.prose.labels import fact_label, fact_unit, in_sentence
from protocol_dsl.backends.prose.numbers import NumberWords
from protocol_dsl.backends.prose.windows import WindowWords
from protocol_dsl.ir.features import Anchor, Window
from protocol_dsl.ir.formulas import Atom, Compare, Contains, Formula, OneOf
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Line, Protocol
from protocol_dsl.runtime.phrases import Group, Phrase, inline

__all__ = ["Group", "Phrase", "Predicate", "Prose", "fact_label", "fact_unit", "in_sentence", "inline"]


class Prose:
    """The words of one protocol. Features and facts are named by id; unknown ids raise KeyError."""

    def __init__(self, protocol: Protocol) -> None:
        self._facts = {fact.name: fact for fact in protocol.facts}
        self._features = {
            feature.id: feature for feature in (*protocol.features, *protocol.schedule.features)
        }
        anchors = {anchor.name: anchor.label for anchor in protocol.anchors}
        self._windows = WindowWords(self._facts, anchors, self._where)
        questions = {question.id: question for question in protocol.questions}
        self._words = FeatureWords(self._facts, questions, self._windows, self._where)
        self._formulas = FormulaWords(self._features, self._words)
        self._numbers = NumberWords(
            self._features,
            {definition.id: definition for definition in protocol.definitions},
            self._facts,
            self._words,
            lambda formula, fact: self._formulas.phrase(formula, False, fact),
        )
        self._formulas.numbers = self._numbers

    def fact(self, name: str) -> str:
        """A fact as it stands inside a sentence."""
        return fact_label(self._facts[name])

    def feature(self, feature: str) -> str:
        """A feature: a noun phrase, or for a truth the clause it holds true."""
        return self._words.phrase(self._features[feature])

    def truth(self, feature: str) -> tuple[str, str]:
        """The clauses of a truth feature: when true, when false."""
        return self._words.truth(self._features[feature])

    def feature_unit(self, feature: str) -> str:
        """The unit the feature's value is printed in; empty for a plain number."""
        return self._words.unit(self._features[feature])

    def need(self, feature: str) -> str:
        """What to find out when a feature is not known."""
        return self._words.need(self._features[feature])

    def definition(self, name: str) -> str:
        """A definition as it stands inside a sentence."""
        return self._numbers.definition(name)

    def number(self, number: Number, unit: str = "") -> str:
        """A number; constants stand in `unit`."""
        return self._numbers.number(number, unit or self._numbers.unit(number))

    def atom(self, atom: Atom, fact: str | None = None) -> tuple[str, str]:
        """The clauses of an atom: when it holds, when it does not; `fact` names the fact a filter looks at."""
        return self._formulas.atom(atom, fact)

    def predicate(self, atom: Compare | OneOf | Contains, fact: str | None = None) -> Predicate:
        """An atom taken apart: subject, what is said of it when it holds, and when it does not."""
        return self._formulas.predicate(atom, fact)

    def where(self, where: Formula | None, fact: str) -> str:
        """The filter on a fact's records ("with dose at least 10 mg"); empty for none."""
        return "" if where is None else self._where(where, fact).strip()

    def phrase(self, formula: Formula, negated: bool = False) -> Phrase:
        """A formula (or its negation) as nested phrases, for display over several lines."""
        return self._formulas.phrase(formula, negated)

    def formula(self, formula: Formula, negated: bool = False) -> str:
        """A formula (or its negation) on one line."""
        return inline(self.phrase(formula, negated))

    def line(self, line: Line) -> str:
        """What a line asks for, on one line: a reject is worded by what must not be."""
        return self.formula(line.passes)

    def window(self, window: Window) -> str:
        """A window ("within the 2 months before screening"); empty when it only says up to screening."""
        return self._windows.window(window).strip()

    def anchor(self, anchor: Anchor) -> str:
        """An anchor ("screening", "the last acute hepatic insult")."""
        return self._windows.anchor(anchor)

    def _where(self, where: Formula | None, fact: str) -> str:
        if where is None:
            return ""
        words = inline(self._formulas.phrase(where, False, fact))
        return f" with {words}" if self._facts[fact].kind == "event" else f" {words}"
