"""The tables of records that queries read: the seam between those who bring data and the engines that judge them.

One row is one thing recorded, in the fact's own unit. What cannot be used (NaN, an infinite value, one outside the
plausible range or past `runtime.numerals.LARGEST_READING`) is null there. A time is a pair of moments to the second on
the local clock, without a zone: the first and the last that the record may mean (a day: 00:00:00 to 23:59:59). A number
is a pair too, equal when it is known exactly: "<40" is from -Infinity to the double below 40; both null is unknown.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

ColumnType = Literal["key", "text", "double", "truth", "moment", "integer"]


@frozen
class TableColumn:
    """One column; `key` columns are text here, but any type will do that is the same in every table."""

    name: str
    type: ColumnType
    about: str


@frozen
class Table:
    """One table of records; the columns of `one_row_each` are together unique, and never null."""

    name: str
    about: str
    columns: tuple[TableColumn, ...]
    one_row_each: tuple[str, ...]


def _key() -> TableColumn:
    return TableColumn("patient", "key", "the patient")


def _fact() -> TableColumn:
    return TableColumn("fact", "text", "the fact's name in the protocol")


def _ends(about: str) -> tuple[TableColumn, TableColumn]:
    return (
        TableColumn("low", "double", f"{about}: the least it may be"),
        TableColumn("high", "double", f"{about}: the greatest it may be"),
    )


def _moments(prefix: str, about: str) -> tuple[TableColumn, TableColumn]:
    return (
        TableColumn(f"{prefix}earliest", "moment", f"{about}: the first second it may be"),
        TableColumn(f"{prefix}latest", "moment", f"{about}: the last second it may be"),
    )


JUDGED_YEARS = (1000, 9000)
"""Days of judging lie in these years, so that windows do not reach past the calendar's ends."""

PATIENTS = Table(
    "patients",
    "who is judged, and when",
    (
        _key(),
        TableColumn("judged_from", "moment", "first second of the day of judging, or the second itself"),
        TableColumn("judged_to", "moment", "last second of that day, or the same second"),
    ),
    ("patient",),
)
GIVENS = Table(
    "givens",
    "facts that have one value: yes/no, numbers, choices, dates. Of a set that is known, empty or not, `truth` is "
    "true. A row without a value is a record that could not be read",
    (
        _key(),
        _fact(),
        TableColumn("truth", "truth", "of yes/no"),
        *_ends("a number"),
        TableColumn("choice", "text", "of a choice"),
        *_moments("", "a date"),
    ),
    ("patient", "fact"),
)
MEMBERS = Table(
    "members",
    "what sets hold",
    (_key(), _fact(), TableColumn("member", "text", "one choice in it")),
    ("patient", "fact", "member"),
)
ANCHORS = Table(
    "anchors",
    "dates of declared anchors that have come",
    (_key(), TableColumn("anchor", "text", "its name in the protocol"), *_moments("", "the date")),
    ("patient", "anchor"),
)
ANSWERS = Table(
    "answers",
    "what people answered",
    (
        _key(),
        TableColumn("question", "text", "its id, such as `E4.1`"),
        TableColumn("answer", "truth", "yes or no"),
    ),
    ("patient", "question"),
)
HISTORIES = Table(
    "histories",
    "which series and events something is known of. Every fact of `samples` and `occurrences` has its row; one "
    "without any is known to have none (of an event: if complete)",
    (_key(), _fact(), TableColumn("complete", "truth", "an event's occurrences are all there were")),
    ("patient", "fact"),
)
SAMPLES = Table(
    "samples",
    "dated values of labs, measures and findings, several of one time included",
    (
        _key(),
        _fact(),
        *_moments("", "when it was taken"),
        *_ends("a number"),
        TableColumn("choice", "text", "of a finding"),
        TableColumn(
            "upper_limit",
            "double",
            "its own upper limit of normal; infinite when it cannot be read",
        ),
        TableColumn(
            "lower_limit",
            "double",
            "its own lower limit of normal; infinite when it cannot be read",
        ),
    ),
    (),
)
OCCURRENCES = Table(
    "occurrences",
    "occurrences of events. An unknown start is any moment (from year 1 to 9999), an unknown end any from the start "
    "on, one said to be ongoing ends in the last second of 9999",
    (
        _key(),
        _fact(),
        TableColumn("occurrence", "integer", "tells those of one patient apart"),
        *_moments("start_", "its start"),
        *_moments("end_", "its end"),
    ),
    ("patient", "occurrence"),
)
ATTRIBUTES = Table(
    "attributes",
    "attributes of occurrences",
    (
        _key(),
        TableColumn("occurrence", "integer", "of which occurrence"),
        TableColumn("attribute", "text", "its name in the protocol"),
        TableColumn("number", "double", "of a number, in the attribute's unit"),
        TableColumn("choice", "text", "of a choice"),
        TableColumn("truth", "truth", "of yes/no"),
    ),
    ("patient", "occurrence", "attribute"),
)
TABLES: tuple[Table, ...] = (
    PATIENTS, GIVENS, MEMBERS, ANCHORS, ANSWERS, HISTORIES, SAMPLES, OCCURRENCES, ATTRIBUTES,
)  # fmt: skip
