"""Features in words: noun phrases for values ("INR", "mean of the last 3 QTc"), clauses for truths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from attrs import evolve

from protocol_dsl.backends.prose.labels import duration, fact_label, fact_unit, unit_words
from protocol_dsl.backends.prose.windows import WindowWords
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateWithin,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Question
from protocol_dsl.vocabulary.calendar import Duration

Where = Callable[[Formula | None, str], str]


class FeatureWords:
    """Words for the features of one protocol; `where` words the filter on a fact's records (with its leading
    space, empty for none)."""

    def __init__(
        self, facts: Mapping[str, Fact], questions: Mapping[str, Question], windows: WindowWords, where: Where
    ) -> None:
        self._facts = facts
        self._questions = questions
        self._windows = windows
        self._where = where

    def phrase(self, feature: Feature) -> str:
        """What the feature is: a noun phrase, or the clause a truth feature holds true."""
        node = feature.node
        match node:
            case Given(fact):
                return self._label(fact)
            case Age():
                return self._age(node)
            case Unsettled():
                return self.truth(feature)[0]
            case SampleValue():
                return self._sample(node)
            case SampleMean(fact, window, last):
                count = "" if last is None else f"the last {last} "
                return f"mean of {count}{self._label(fact)} values{self._windows.window(window)}"
            case SampleCount(fact, window, where):
                filtered = self._where(where, fact)
                return f"number of {self._label(fact)} results{filtered}{self._windows.window(window)}"
            case SampleChange(fact, window, relative):
                share = "relative change" if relative else "change"
                return f"{share} of {self._label(fact)}{self._windows.window(window)}"
            case OccursCount():
                return f"number of times of {self._occurrence(node)}"
            case Consecutive() | Held() | Occurs() | DateWithin() | Unchanged() | Answer():
                return self.truth(feature)[0]
        assert_never(node)

    def truth(self, feature: Feature) -> tuple[str, str]:
        """The clause a truth feature holds when true, and the one it holds when false."""
        node = feature.node
        match node:
            case Consecutive(fact, window, count, where):
                base = f"{count} consecutive {self._label(fact)} results{self._where(where, fact)}"
                return _with_no(base + self._windows.window(window))
            case Held():
                return self._held(node)
            case Occurs():
                return self._occurs(node)
            case DateWithin(of, window):
                subject, place = self._windows.anchor(of), self._windows.window(window) or " up to screening"
                return f"{subject} is{place}", f"{subject} is not{place}"
            case Unchanged(fact, window, where):
                subject = f"{self._label(fact)}{self._where(where, fact)}"
                return (
                    f"{subject} unchanged {self._windows.length(_unchanged_for(window))}",
                    f"{subject} changed{self._windows.window(window)}",
                )
            case Unsettled(fact):
                what = f"what is recorded of {self._label(fact)}"
                return f"{what} leaves it open", f"{what} is clear"
            case Answer(question):
                asked = self._questions[question]
                return (
                    f"the {asked.by} answers yes to “{asked.text}”",
                    f"the {asked.by} answers no to “{asked.text}”",
                )
            case _:
                return _with_no(self.phrase(feature))

    def need(self, feature: Feature) -> str:
        """What to find out when the feature is not known: "INR", "records of ascites", "the answer to …"."""
        node = feature.node
        if isinstance(node, Answer):
            asked = self._questions[node.question]
            return f"the {asked.by}'s answer to “{asked.text}”"
        if isinstance(node, DateWithin):
            return self._windows.anchor(node.of)
        if isinstance(node, SampleValue) and node.part == "value" and self._still_valid(node):
            valid = self._facts[node.fact].valid
            return (
                self.phrase(feature)
                if valid is None
                else f"{self.phrase(feature)} not older than {duration(valid)}"
            )
        if isinstance(node, Unsettled):
            label = self._label(node.fact)
            # The label of a yes/no says what holds, "pregnant".
            return f"a clear record of {f'“{label}”' if self._facts[node.fact].kind == 'yes_no' else label}"
        fact = getattr(node, "fact", None) or getattr(node, "event", None)
        if fact is None or isinstance(node, (Given, SampleValue, SampleMean)):
            return self.phrase(feature)
        if self._facts[fact].kind == "event":
            return f"records of {self._label(fact)} (or that there are none)"
        return f"dated values of {self._label(fact)}"

    def unit(self, feature: Feature) -> str:
        """The unit a value of the feature is printed in; empty for a plain number."""
        node = feature.node
        if isinstance(node, Age):
            return f"{node.unit}s"
        if feature.unit in {"", "1"}:
            return ""
        if isinstance(node, (Given, SampleValue, SampleMean, SampleChange)):
            fact = self._facts[node.fact]
            if fact.unit == feature.unit:
                return fact_unit(fact)
        return unit_words(feature.unit)

    def _still_valid(self, node: SampleValue) -> bool:
        """Whether the window only says how long a value of the fact counts: that is said once, with the fact."""
        valid = self._facts[node.fact].valid
        if valid is None or node.pick != "latest" or node.window.anchor != NamedAnchor("screening"):
            return False
        return node.window.start == Edge((Duration(-valid.count, valid.unit),)) and node.window.end == Edge(
            ()
        )

    def _label(self, fact: str) -> str:
        return fact_label(self._facts[fact])

    def _age(self, node: Age) -> str:
        anchored = (
            "" if node.anchor == NamedAnchor("screening") else f" at {self._windows.anchor(node.anchor)}"
        )
        return f"age{anchored}"

    def _sample(self, node: SampleValue) -> str:
        pick = "" if node.pick == "latest" else f"{node.pick} "
        window = "" if self._still_valid(node) else self._windows.window(node.window)
        value = f"{pick}{self._label(node.fact)}{window}"
        if node.part == "value":
            return value
        return f"{node.part} limit of normal of {value}"

    def _occurrence(self, node: Occurs | OccursCount) -> str:
        subject = f"{self._label(node.event)}{self._where(node.where, node.event)}"
        place = self._windows.window(node.window) or " at any time"
        match node.moment:
            case "overlaps":
                return f"{subject}{place}"
            case "started" | "ended":
                return f"{subject} that {node.moment}{place}"
            case "ongoing":
                return f"{subject} ongoing at {self._windows.anchor(node.window.anchor)}"
        assert_never(node.moment)

    def _held(self, node: Held) -> tuple[str, str]:
        label, length = self._label(node.fact), self._windows.length(node.window)
        state = self._where(node.where, node.fact)
        if self._facts[node.fact].kind == "event":
            return f"{label}{state} ongoing {length}", f"{label}{state} not ongoing {length}"
        return f"{label} is{state} {length}", f"{label} is not{state} {length}"

    def _occurs(self, node: Occurs) -> tuple[str, str]:
        if node.quantifier == "some":
            return _with_no(self._occurrence(node))
        subject = f"{self._label(node.event)}{self._where(node.where, node.event)}"
        place = self._windows.window(node.window) or " at any time"
        claim = {
            "overlaps": f"is{place}",
            "started": f"started{place}",
            "ended": f"ended{place}",
            "ongoing": f"is ongoing at {self._windows.anchor(node.window.anchor)}",
        }[node.moment]
        return f"every {subject} {claim}", f"not every {subject} {claim}"


def _unchanged_for(window: Window) -> Window:
    """The time something was unchanged for, from the window in which it must not have changed."""
    start = window.start
    return window if start is None else evolve(window, start=evolve(start, strict=not start.strict))


def _with_no(clause: str) -> tuple[str, str]:
    return clause, f"no {clause}"
