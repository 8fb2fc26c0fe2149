"""How a diagnostic is defined, spoken, registered, collected and explained."""

from __future__ import annotations

from enum import Enum

import attrs
import pytest

from protocol_dsl.diagnostics import (
    Collector,
    Diagnostic,
    Severity,
    all_diagnostics,
    faults,
    page,
    parse_page,
)
from protocol_dsl.source import NOWHERE, Span


class Colour(Enum):
    RED = "red one"


@attrs.frozen
class UnknownName(Diagnostic):
    """A name is used that nothing declares.

    A misspelt fact is the usual case.

    Why it matters: a criterion about it could
    never be decided.

    Example:
        inclusion I1 "INR" {
          require inrr >= 1.5
        }

    Cure: declare the fact.
    """

    code = "X901"
    name = "x-unknown-name"
    severity = Severity.ERROR
    message = "unknown name `{word}`"
    label = "not among {count} names"
    help = "did you mean {suggestions}?"

    word: str
    suggestions: tuple[str, ...] = ()
    count: int | None = None


@attrs.frozen
class Clumsy(Diagnostic):
    """Breaks the conventions.

    Cure: none.
    """

    code = "X902"
    name = "x-clumsy"
    severity = Severity.WARNING
    message = "The {thing} is wrong."


@attrs.frozen
class Spoken(Diagnostic):
    code = "X903"
    name = "x-spoken"
    severity = Severity.NOTE
    message = "{names:and} · {names:plain} · {names} · {choice} · {ratio:.2f} · {nothing} · {parity}"

    names: tuple[str, ...]
    choice: Colour = Colour.RED
    ratio: float = 2 / 3
    nothing: str | None = None

    @property
    def parity(self) -> str:
        return "even" if len(self.names) % 2 == 0 else "odd"

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((Span(1, 2), "first declared here"),)


@pytest.mark.parametrize(
    ("suggestions", "help_text"),
    [
        ((), None),
        (("inr",), "did you mean `inr`?"),
        (("inr", "ins"), "did you mean `inr` or `ins`?"),
        (("inr", "ins", "int"), "did you mean `inr`, `ins` or `int`?"),
    ],
)
def test_help_is_left_out_when_it_has_nothing_to_say(
    suggestions: tuple[str, ...], help_text: str | None
) -> None:
    assert UnknownName(NOWHERE, "inrr", suggestions).help_text == help_text


def test_label_is_left_out_when_a_value_is_missing_but_not_when_it_is_zero() -> None:
    assert UnknownName(NOWHERE, "inrr").label_text is None
    assert UnknownName(NOWHERE, "inrr", count=0).label_text == "not among 0 names"


def test_values_are_spoken_by_their_type() -> None:
    spoken = Spoken(NOWHERE, ("a", "b", "c"))
    assert spoken.message_text == "`a`, `b` and `c` · a, b, c · `a`, `b` or `c` · red one · 0.67 ·  · odd"
    assert spoken.related == ((Span(1, 2), "first declared here"),)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("{0.__class__} {word} %s", "unknown name `{0.__class__} {word} %s`"),
        ("two\n  lines\tand", "unknown name `two lines and`"),
        ("\x1b[31mred\u202e", "unknown name `␛[31mred\ufffd`"),
        ("x" * 1000, "unknown name `" + "x" * 299 + "…`"),
        ("", "unknown name ``"),
    ],
)
def test_the_users_words_cannot_break_a_message(word: str, said: str) -> None:
    assert UnknownName(NOWHERE, word).message_text == said


def test_diagnostics_are_values() -> None:
    assert UnknownName(Span(1, 2), "a") == UnknownName(Span(1, 2), "a")
    assert UnknownName(Span(1, 2), "a") != UnknownName(Span(1, 3), "a")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        UnknownName(Span(1, 2), "a").word = "b"  # type: ignore[misc]


def test_registration_is_by_code_and_by_package() -> None:
    assert all_diagnostics(__name__) == (UnknownName, Clumsy, Spoken)
    assert not set(all_diagnostics(__name__)) & set(all_diagnostics())


def _define(code: str, name: str) -> None:
    type("Other", (Diagnostic,), {"code": code, "name": name, "severity": Severity.ERROR})


@pytest.mark.parametrize(
    ("code", "name", "reason"),
    [
        ("X901", "x-other", "`X901` is taken by"),
        ("X999", "x-unknown-name", "`x-unknown-name` is taken by"),
        ("N1", "x-other", "is not a letter and three digits"),
        ("X998", "Not Kebab", "is not kebab-case"),
    ],
)
def test_codes_and_names_are_unique_and_well_formed(code: str, name: str, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        _define(code, name)
    assert all_diagnostics(__name__) == (UnknownName, Clumsy, Spoken)


def test_parse_page() -> None:
    sections = parse_page(UnknownName)
    assert sections.what == "A name is used that nothing declares.\n\nA misspelt fact is the usual case."
    assert sections.why == "a criterion about it could\nnever be decided."
    assert sections.example == 'inclusion I1 "INR" {\n  require inrr >= 1.5\n}'
    assert sections.cure == "declare the fact."
    assert sections.missing == ()


def test_page() -> None:
    assert page(UnknownName) == (
        "X901 x-unknown-name (error)\n"
        "\n"
        "A name is used that nothing declares.\n"
        "\n"
        "A misspelt fact is the usual case.\n"
        "\n"
        "Why it matters: a criterion about it could\n"
        "never be decided.\n"
        "\n"
        "Example:\n"
        "\n"
        '    inclusion I1 "INR" {\n'
        "      require inrr >= 1.5\n"
        "    }\n"
        "\n"
        "Cure: declare the fact.\n"
    )


def test_faults_of_a_definition() -> None:
    assert faults(UnknownName) == ()
    assert faults(Clumsy) == (
        "the docstring has no section `Why it matters`",
        "the docstring has no section `Example`",
        "a template speaks of `thing`, which is no field or property",
        "`The {thing} is wrong.` ends in a full stop",
        "`The {thing} is wrong.` begins with a capital",
    )


def test_class_without_a_docstring_misses_every_section() -> None:
    assert parse_page(Spoken).missing == ("What", "Why it matters", "Example", "Cure")


def test_collector_sorts_by_place_and_says_each_once() -> None:
    late, early = UnknownName(Span(9, 10), "late"), UnknownName(Span(2, 5), "early")
    file, same = Spoken(NOWHERE, ()), Spoken(Span(2, 5), ("x",))
    collector = Collector([late, same, early, UnknownName(Span(9, 10), "late"), file])
    assert collector.sorted() == (file, same, early, late)
    assert len(collector) == 5


def test_collector_keeps_the_severities_apart() -> None:
    collector = Collector()
    collector.add(Clumsy(NOWHERE))
    assert not collector.has_errors
    collector.extend([UnknownName(NOWHERE, "a"), Spoken(NOWHERE, ())])
    assert collector.has_errors
    assert collector.errors == (UnknownName(NOWHERE, "a"),)
    assert collector.warnings == (Clumsy(NOWHERE),)
    assert [type(one) for one in collector] == [Clumsy, UnknownName, Spoken]
