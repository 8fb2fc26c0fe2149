"""Ways of recording one fact, the simplest first: when, with what values, and not at all.

A number that features merely pick is left open: it stands in the records as a mark that is put right later. Where
something is worked out from numbers (a change, a count of those above a limit), values at the limits are tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, islice, permutations, product

from attrs import frozen

from protocol_dsl.ir.facts import SERIES, Attribute, Fact
from protocol_dsl.ir.features import (
    Consecutive,
    Feature,
    Held,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
)
from protocol_dsl.ir.formulas import Compare, OneOf
from protocol_dsl.ir.numbers import Const, Item
from protocol_dsl.ir.walk import filters_of, preorder
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Sample
from protocol_dsl.vocabulary.calendar import ANY_TIME, FOREVER, When, days

MOST = 240
"""Ways of recording one fact that are tried."""
_MARK = 2.0**40
"""Marks of open numbers lie above any value a patient has."""
_DAY = 86_400
_ONGOING = When(FOREVER, FOREVER)
Content = tuple[float | str | None, float | None, float | None]


@frozen
class Asked:
    """What the features of a group ask of one fact, beside its dates: `literals` are the numbers of the protocol's
    comparisons that may concern it."""

    fact: Fact
    features: tuple[Feature, ...]
    literals: tuple[Fraction, ...]

    @property
    def open(self) -> bool:
        """Whether its numbers are only picked, so that they can stay open."""
        return all(_picks(feature) for feature in self.features)


def _picks(feature: Feature) -> bool:
    node = feature.node
    if isinstance(node, SampleCount | Consecutive | Held):
        wheres = [part for where in filters_of(node) for part in preorder(where)]
        return not any(isinstance(part, Item) for part in wheres)
    return isinstance(node, SampleValue | SampleMean)


def slot_mark(slot: int, part: int = 0) -> float:
    """The mark of an open number: part 0 its value, 1 and 2 the upper and lower limit of normal. The three differ, and
    lie as in a patient whose value is normal."""
    return _MARK * (1 + slot) + _MARK / 8 * (1, 2, 0)[part]


def is_mark(value: float) -> bool:
    """Whether a number is such a mark."""
    return value >= _MARK


def ways(asked: Asked, marks: Sequence[When], on: When) -> Iterator[FactValue]:
    """Every way of recording a fact on and between `marks` that is tried."""
    return islice(_ways(asked, marks, on), MOST)


def _ways(asked: Asked, marks: Sequence[When], on: When) -> Iterator[FactValue]:
    fact = asked.fact
    match fact.kind:
        case "yes_no":
            yield from (False, True) if fact.closed else (None, False, True)
        case "number":
            yield None
            yield from (float(value) for value in values_near(asked))
        case "choice":
            yield from (None, *fact.choices)
        case "set":
            yield from (
                None,
                frozenset(),
                *(frozenset({one}) for one in fact.choices),
                frozenset(fact.choices),
            )
        case "date":
            yield from (None, *marks)
        case "event":
            yield from _histories(asked, marks, on)
        case "lab" | "measure" | "finding":
            yield from _series(asked, marks, on)


def more(asked: Asked, told: FactValue, marks: Sequence[When], on: When) -> Iterator[FactValue]:
    """What is recorded of a fact, as it is, with what it leaves open made out, and with what may come to be known
    besides."""
    yield told
    if isinstance(told, History):
        yield told._replace(complete=True)
        for place, one in enumerate(told.occurrences):
            rest = told.occurrences[:place], told.occurrences[place + 1 :]
            for known in _made_out(asked, one, marks):
                yield History((*rest[0], known, *rest[1]), True)
    elif asked.fact.kind in SERIES and isinstance(told, tuple):
        samples = tuple(one for one in told if isinstance(one, Sample))
        yield from _sampled(asked, samples, marks, on)
    elif isinstance(told, When):
        yield from _days_in(told, marks)


def _days_in(when: When, marks: Sequence[When]) -> Iterator[When]:
    """The days that a partial date may mean: its ends, and the marks among them."""
    first, last = when.first // _DAY, when.last // _DAY
    if first < last:
        yield from (days(first, first), days(last, last))
        yield from (mark for mark in marks if when.first <= mark.first and mark.last <= when.last)


def _made_out(asked: Asked, one: Occurrence, marks: Sequence[When]) -> Iterator[Occurrence]:
    """An occurrence whose start, end or attributes have come to be known."""
    point = one.start == one.end
    for day in _days_in(one.start, marks):
        yield one._replace(start=day, end=day if point else one.end)
    if one.end.last == FOREVER and one.end.first < FOREVER:
        for end in (_ONGOING, *(mark for mark in marks if mark.first >= one.start.last)):
            yield one._replace(end=end)
    for given in _attributes(asked):
        if any(one.attributes.get(name) is None for name in given):
            yield one._replace(attributes={**given, **one.attributes})


def _sampled(
    asked: Asked, samples: tuple[Sample, ...], marks: Sequence[When], on: When
) -> Iterator[tuple[Sample, ...]]:
    for place, sample in enumerate(samples):
        for day in _days_in(sample.when, marks):
            yield (*samples[:place], sample._replace(when=day), *samples[place + 1 :])
    for mark in (days(on.first // _DAY, on.first // _DAY), *marks):
        others = tuple(sample for sample in samples if sample.when != mark)
        for content in _contents(asked):
            yield (*others, Sample(mark, *content))


def values_near(asked: Asked) -> list[Fraction]:
    """Values at the literals and one recording step beside them, a middling one first."""
    plausible = asked.fact.plausible
    low, high = (plausible.low, plausible.high) if plausible else (Fraction(-1000), Fraction(1_000_000))
    step = (plausible.step if plausible else None) or Fraction(1, 100)
    near = [value for value in asked.literals if low <= value <= high]
    middle = low + (Fraction((high - low) / 4) // step) * step if plausible else Fraction(50)
    beside = [value + k * step for value in near for k in (0, -1, 1)]
    on_grid = [low + ((value - low) // step) * step for value in (middle, *beside)]
    return list(dict.fromkeys(value for value in on_grid if low <= value <= high))[:13]


def literals_in(features: Iterable[Feature], formulas: Iterable[Compare]) -> tuple[Fraction, ...]:
    """The numbers that comparisons name, those in filters first."""
    inside = [part for one in features for where in filters_of(one.node) for part in preorder(where)]
    outside = [part for formula in formulas for part in preorder(formula)]
    return tuple(dict.fromkeys(part.exact for part in (*inside, *outside) if isinstance(part, Const)))


def _series(asked: Asked, marks: Sequence[When], on: When) -> Iterator[FactValue]:
    if not asked.fact.closed:
        yield None
    contents = list(_contents(asked))
    past = sorted(mark for mark in marks if mark.first <= on.last)
    counts = any(isinstance(one.node, SampleCount) for one in asked.features)
    if counts:
        yield ()
    held = any(isinstance(one.node, Held) for one in asked.features)
    for content in contents:
        for mark in marks:
            yield (Sample(mark, *content),)
            if held and past and mark.first < past[-1].first:  # a state seen again on the last day
                yield Sample(mark, *content), Sample(past[-1], *content)
    for length in _lengths(asked):
        for mark in marks[: max(4, len(marks) // 2)]:
            for content in contents[:6]:
                yield tuple(Sample(_earlier(mark, number), *content) for number in range(length))
    if sum(isinstance(one.node, Held | Unchanged) for one in asked.features) > 1:
        yield from _turns(past, contents)
    if len(asked.features) > 1 or not isinstance(asked.features[0].node, SampleValue):
        yield from _pairs(asked, sorted(marks), contents)


def _turns(marks: Sequence[When], contents: Sequence[Content]) -> Iterator[FactValue]:
    """A state that came about on one day and was seen again on the last."""
    last = len(marks) - 1
    for one, other in sorted(combinations(range(last), 2), key=lambda pair: pair[1] - pair[0]):
        for first, second in permutations(contents[:2], 2):
            yield Sample(marks[one], *first), Sample(marks[other], *second), Sample(marks[last], *second)


def _pairs(asked: Asked, marks: Sequence[When], contents: Sequence[Content]) -> Iterator[FactValue]:
    """Two samples; where a change is asked for, apart by the literals too."""
    options = list(combinations(marks, 2))
    if asked.open and asked.fact.kind != "finding":
        both = [(contents[0], contents[0]), (contents[0], _open(1))]
    else:
        both = [*_changes(asked), *((one, other) for one in contents[:5] for other in contents[:5])]
    for (one, other), (first, second) in product(options, both):
        yield Sample(one, *first), Sample(other, *second)


def _changes(asked: Asked) -> Iterator[tuple[Content, Content]]:
    if not any(isinstance(one.node, SampleChange) for one in asked.features):
        return
    for start in values_near(asked)[:2]:
        for literal in asked.literals[:4]:
            for end in (start + literal, start * (1 + literal), start):
                for steps in (0, -1, 1):
                    step = (asked.fact.plausible.step if asked.fact.plausible else None) or Fraction(1, 100)
                    yield (float(start), None, None), (float(end + steps * step), None, None)


def _contents(asked: Asked) -> Iterator[Content]:
    if asked.fact.kind == "finding":
        yield from ((choice, None, None) for choice in (*asked.fact.choices, None))
    elif asked.open:
        yield _open(0)
    else:
        limits = any(
            isinstance(part, Item) and part.part != "value"
            for one in asked.features
            for where in filters_of(one.node)
            for part in preorder(where)
        )
        yield from (
            (float(value), 10.0 if limits else None, 1.0 if limits else None) for value in values_near(asked)
        )


def _open(slot: int) -> Content:
    return slot_mark(slot), slot_mark(slot, 1), slot_mark(slot, 2)


def _lengths(asked: Asked) -> list[int]:
    """How many records at once are worth trying."""
    found: set[int] = set()
    for one in asked.features:
        match one.node:
            case SampleMean(_, _, last):
                found |= {last or 1, max((last or 1) - 1, 1)}
            case Consecutive(_, _, count):
                found |= {count, max(count - 1, 1)}
            case SampleCount() | OccursCount():
                found |= {int(value) + k for value in asked.literals[:3] if 0 <= value <= 6 for k in (0, 1)}
            case _:
                pass
    return sorted(found - {0, 1})


def _earlier(mark: When, steps: int) -> When:
    return When(mark.first - steps * 86_400, mark.last - steps * 86_400)


def _histories(asked: Asked, marks: Sequence[When], on: When) -> Iterator[FactValue]:
    complete = History((), True)
    if asked.fact.closed:
        yield complete
    else:
        yield from (None, complete)
    attributes = list(_attributes(asked))
    spans = any(
        isinstance(one.node, Held | Unchanged)
        or getattr(one.node, "moment", "") in {"ongoing", "ended", "overlaps"}
        for one in asked.features
    )
    for given in attributes:
        yield History((Occurrence(marks[0], marks[0], given),), True)
    for some, others in permutations(attributes[:6], 2):
        pair = Occurrence(marks[0], marks[0], some), Occurrence(marks[-1], marks[-1], others)
        yield History(pair, True)
    for given in attributes[:4]:
        for mark in marks[1:]:
            yield History((Occurrence(mark, mark, given),), True)
        if spans:
            for mark in marks:
                yield History((Occurrence(mark, _ONGOING, given),), True)
    first = attributes[0]
    for mark in marks if spans else ():
        yield History((Occurrence(mark, When(mark.first, FOREVER), first),), True)
        for end in marks:
            if end.first > mark.last:
                yield History((Occurrence(mark, end, first),), True)
    yield History((Occurrence(When(ANY_TIME.first, on.last), When(ANY_TIME.first, FOREVER), first),), True)
    for length in _lengths(asked):
        for mark in marks[:4]:
            run = (_earlier(mark, number) for number in range(length))
            yield History(tuple(Occurrence(day, day, first) for day in run), True)
    for one, other in combinations(marks[:6], 2):
        yield History((Occurrence(one, one, first), Occurrence(other, other, attributes[-1])), True)


def _attributes(asked: Asked) -> Iterator[Mapping[str, float | str | bool | None]]:
    """Attributes of an occurrence: those a filter asks for both ways, then none."""
    named = {attribute.name: attribute for attribute in asked.fact.attributes}
    asked_for = [name for name in named if name in _parts(asked)]
    if not asked_for:
        yield {}
        return
    options = [list(_values(named[name], asked)) for name in asked_for]
    for values in islice(product(*options), 24):
        yield dict(zip(asked_for, values, strict=True))
    yield {}


def _parts(asked: Asked) -> set[str]:
    found: set[str] = set()
    for feature in asked.features:
        for where in filters_of(feature.node):
            for part in preorder(where):
                match part:
                    case Item(name):
                        found.add(name)
                    case OneOf(name, _, True):
                        found.add(name)
                    case _:
                        asked_for = getattr(part, "part", None)
                        if isinstance(asked_for, str):
                            found.add(asked_for)
    return found


def _values(attribute: Attribute, asked: Asked) -> Iterator[float | str | bool | None]:
    match attribute.kind:
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from attribute.choices
        case "number":
            yield from (float(value) for value in values_near(asked)[:9])
