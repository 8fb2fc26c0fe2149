"""Short ways to write dates, records and windows, for tables of cases worked out by hand."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import datetime

from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.evaluate.features import feature_value
from protocol_dsl.ir.evaluate.patient import Patient
from protocol_dsl.ir.facts import Attribute, Fact
from protocol_dsl.ir.features import Anchor, Edge, FeatureNode, NamedAnchor, Window
from protocol_dsl.ir.formulas import Compare, Comparison, Formula, OneOf
from protocol_dsl.ir.numbers import Const, Item
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import DAY, FOREVER, Duration, TimeUnit, When

SCREENING = NamedAnchor("screening")
FACTS = (
    Fact("age", "number", "Age", unit="a", builtin=True),
    Fact("birth_date", "date", "Born", builtin=True),
    Fact("pregnant", "yes_no", "Pregnant"),
    Fact("smoker", "yes_no", "Smoker", closed=True),
    Fact("nyha", "choice", "NYHA", choices=("I", "II", "III")),
    Fact("mutations", "set", "Mutations", choices=("kras", "egfr")),
    Fact("diagnosis", "date", "Diagnosed"),
    Fact("weight", "number", "Weight", unit="kg"),
    Fact("alt", "lab", "ALT", unit="U/L"),
    Fact("hbsag", "finding", "HBsAg", choices=("positive", "negative")),
    Fact(
        "surgery",
        "event",
        "Surgery",
        attributes=(
            Attribute("dose", "number", unit="mg"),
            Attribute("intent", "choice", choices=("palliative", "curative")),
            Attribute("planned", "yes_no"),
        ),
    ),
    Fact("crohn", "event", "Crohn's disease", closed=True),
)


def when(text: str) -> When:
    """`2026`, `2026-03`, `2026-03-02` or `2026-03-02T10:00:00` as the seconds it may mean."""
    if "T" in text:
        second = _second(datetime.fromisoformat(text))
        return When(second, second)
    parts = [int(part) for part in text.split("-")]
    first = [*parts, 1, 1][:3]
    last = parts if len(parts) == 3 else [parts[0], [*parts, 12][1], 0]
    last[2] = last[2] or monthrange(last[0], last[1])[1]
    return When(_second(datetime(*first)), _second(datetime(*last, 23, 59, 59)))


def _second(moment: datetime) -> int:
    return int((moment - datetime(1, 1, 1)).total_seconds()) + DAY


ON = when("2026-03-02")
"""A Monday; the year is no leap year."""


def series(*rows: tuple[str, float | str | Range | None] | tuple[str, float, float]) -> tuple[Sample, ...]:
    """Samples from (date, value), perhaps with the upper limit of normal."""
    return tuple(Sample(when(date), *said) for date, *said in rows)


def occurrence(start: str, end: str | None = None, **attributes: float | str | bool | None) -> Occurrence:
    """From `start` to `end`: a date, `ongoing`, `unknown`, or the start itself."""
    began = when(start)
    ends = {None: began, "ongoing": When(FOREVER, FOREVER), "unknown": When(began.first, FOREVER)}
    return Occurrence(began, ends[end] if end in ends else when(end), attributes)


def complete(*occurrences: Occurrence) -> History:
    """A history of all there were."""
    return History(occurrences, complete=True)


def incomplete(*occurrences: Occurrence) -> History:
    """A history with room for more."""
    return History(occurrences, complete=False)


def before(
    count: int,
    unit: TimeUnit = "day",
    *,
    strict: bool = False,
    anchor: Anchor = SCREENING,
) -> Window:
    """From `count` units before the anchor to the anchor's day."""
    return Window(anchor, Edge((Duration(-count, unit),), strict=strict), Edge(()))


def after(count: int, unit: TimeUnit = "day", *, anchor: Anchor = SCREENING) -> Window:
    """From the anchor's day to `count` units after it."""
    return Window(anchor, Edge(()), Edge((Duration(count, unit),)))


def days(count: int) -> Edge:
    """So many days from the anchor, that day included."""
    return Edge((Duration(count, "day"),))


EVER = Window(SCREENING, None, None)


def item(comparison: Comparison, limit: int, part: str = "value") -> Formula:
    """A filter that compares a part of the record with a whole number."""
    return Compare(comparison, Item(part), Const(limit))


POSITIVE = OneOf("value", ("positive",), item=True)


def value_of(
    node: FeatureNode,
    facts: dict[str, FactValue],
    on: When = ON,
    anchors: dict[str, When] | None = None,
    answers: dict[str, bool] | None = None,
) -> Scalar:
    """The reference value of one feature that asks of no other."""
    records = Records("P1", facts, anchors or {}, answers or {})
    nothing: dict[str, Scalar] = {}
    known = {fact.name: fact for fact in FACTS}
    patient = Patient(known, records, on, nothing.__getitem__, nothing.__getitem__)
    return feature_value(node, patient)


def below(limit: float) -> Range:
    """What "<40" says."""
    return Range(-math.inf, math.nextafter(float(limit), -math.inf))
