"""What happened to one patient, and the names under which records may speak of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.program import Arm, Cycles, Line, Program
from protocol_dsl.runtime.schema import Problem
from protocol_dsl.vocabulary.calendar import DAY, When

DoseUnits = Mapping[str, Mapping[str, tuple[int, int]]]
"""For each unit of a dose, the spellings of units that convert to it: (n, d) makes a value v in one v * n/d."""


class Event(NamedTuple):
    """Something that happened: `what` by its declared name, `when` as far as it is known, `text` the date as recorded.
    Of a dose, `dose` in `unit` (None: not recorded, or not readable), `half` half a step of its last digit, `said` the
    record's own words."""

    what: str
    when: When
    text: str
    place: str = ""
    dose: Fraction | None = None
    half: Fraction = Fraction(0)
    unit: str = ""
    said: str = ""

    @property
    def day(self) -> int:
        """The (first) day it may have been."""
        return self.when.first // DAY

    def repeats(self, other: Event) -> bool:
        """Whether another record says the very same."""
        return self.place != other.place and self._replace(place=other.place) == other

    @property
    def exact(self) -> bool:
        """Whether the day is known."""
        return self.day == self.when.last // DAY


class Span(NamedTuple):
    """Days on which something was given, without a word on how often."""

    what: str
    first: int
    last: int
    text: str
    place: str


class Happened(NamedTuple):
    """One patient. `visits` None: none were handed over; `assessed` holds the assessments that were looked for, by
    name. `ended` is the day on which the patient left the study; `treated` the arm that was in fact followed, where it
    is recorded. `unsure` holds anchors whose date is not one day."""

    id: str
    arm: str
    records: Records
    anchors: Mapping[str, int] = {}
    given: tuple[Event, ...] | None = None
    spans: tuple[Span, ...] = ()
    visits: tuple[Event, ...] | None = None
    assessed: Mapping[str, tuple[Event, ...]] = {}
    ended: int | None = None
    treated: str = ""
    unsure: Mapping[str, str] = {}
    problems: tuple[Problem, ...] = ()


def lines_of(arm: Arm) -> Iterator[Line]:
    """Every line of an arm."""
    for element in arm.elements:
        for part in element.parts:
            yield from part.lines if isinstance(part, Cycles) else (part,)


def letters_alone(words: str) -> str:
    """Letters and digits alone, whatever their case: `UC-MSC` and `uc_msc` are the same."""
    return "".join(one for one in words[:200].casefold() if one.isalnum())


class Names:
    """Declared names by the words of records: the name, the label, or an alias given for it."""

    def __init__(self, pairs: Iterable[tuple[str, str]], aliases: Mapping[str, str] | None = None) -> None:
        found: dict[str, set[str]] = {}
        self.declared: dict[str, str] = {}
        for name, label in pairs:
            self.declared.setdefault(name, label)
            for words in (name, label):
                found.setdefault(letters_alone(words), set()).add(name)
        self._found = {words: min(names) for words, names in found.items() if words and len(names) == 1}
        for words, name in (aliases or {}).items():
            if name in self.declared:
                self._found[letters_alone(words)] = name

    def find(self, words: str) -> str | None:
        """The name that words stand for; None for no name, and for words that stand for two."""
        return words if words in self.declared else self._found.get(letters_alone(words))

    def find_beginning(self, words: str) -> str | None:
        """As `find`; else the longest that the words begin with (`Follow-up, week 16` is a `follow_up`)."""
        exact = self.find(words)
        if exact is not None:
            return exact
        bare = letters_alone(words)
        fitting = [known for known in self._found if bare.startswith(known)]
        return self._found[max(fitting, key=len)] if fitting else None


class Vocabulary:
    """Everything a program has a name for, as records may speak of it."""

    def __init__(self, program: Program, aliases: Mapping[str, str] | None = None) -> None:
        lines = [line for arm in program.arms for line in lines_of(arm)]
        assessed = [pair for one in program.assessments for pair in one.what]
        assessed += [(name, label) for one in program.timelines for name, label, _ in one.what]
        self.treatments = Names(((line.what, line.label) for line in lines), aliases)
        self.visits = Names(((visit.name, visit.label) for visit in program.visits), aliases)
        self.assessments = Names(assessed, aliases)
        self.arms = Names(((arm.name, arm.label) for arm in program.arms), aliases)
