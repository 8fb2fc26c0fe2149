"""What the grammar would have taken at some point, in words for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SPOKEN = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a text in quotes",
    "UNIT": "a unit",
    "UNIT_NAME": "a unit",
    "DATE": "a date",
    "$END": "the end of the file",
}
_WRITTEN = {
    "GROUP": "any of",
    "AGE_AT": "age at",
    "ON_THE_DAY": "on the day of",
    "EXTREME": "larger of",
    "EXTREME_OF": "longer of",
    "FOR_EXTENT": "for more than",
    "YES_SLASH_NO": "yes/no",
    "TIMES": "twice",
    "ABSENT": "absent if not recorded",
    "IN_CELL": "in",
    "IN_DOSES": "in",
    "IN_CYCLES": "in cycle",
    "THEN_FOLLOW": ", then follow",
}
"""An instance of each terminal whose name does not show what is written; the others do."""
_SILENT = frozenset({"QUALIFIED", "HASH", "DRAFT"})
"""What nobody is told to type: other spellings of a name or pointer, and the mark a program leaves on its lines."""
_TIME_UNITS = _set("minute minutes hour hours day days week weeks month months year years")
NEXT_ITEM = "the next item of the file"
_FAMILIES: tuple[tuple[str, frozenset[str]], ...] = (
    ("a comparison", frozenset({"<", "<=", "=", "!=", ">=", ">", "≤", "≥", "≠", "is", "between"})),
    ("an operator", frozenset({"+", "-", "*", "/", "×", "^"})),
    ("`and` or `or`", frozenset({"and", "or"})),
    (
        "a time such as `within 4 weeks before screening`",
        _set("within since before after ever ongoing started ended unchanged")
        | {
            "on the day of",
            "at least",
            "at most",
            "more than",
            "less than",
            "before or after",
            "for more than",
        },
    ),
    (
        NEXT_ITEM,
        _set(
            "library use protocol fact facts valueset define anchor cohort assume inclusion exclusion stage"
            " out_of_scope"
            " intervention regimen arm epoch visit visits assess timeline randomize escalation example"
            " day days note"
        ),
    ),
    (
        "a line of the header",
        _set(
            "acronym sponsor official_title condition summary funder identifier keyword start_date"
            " completion_date registry status purpose allocation model masking sex study_type phase"
            " enrollment age healthy_volunteers"
        ),
    ),
)
_ONWARD = 4
"""So many of the families go on with what stands before."""
_ONWARD_WORDS = frozenset({"ULN", "LLN", "consecutive", "(", "in", "except", "where", "unless", "waive", ","})
_VALUE = frozenset({"any of", "(", "if", "count", "answer", "exactly", "mean", "change", "relative"})
"""Begin a value, as do a name and a number."""
_FORGOTTEN = frozenset({"{", "}", ")", ",", ":"})
_MOST = 6


def words(expected: Iterable[str], spelling: Mapping[str, str]) -> tuple[str, ...]:
    """What is written for each terminal that stands for words of the language, in order of the alphabet."""
    written = (_written(terminal, spelling) for terminal in expected)
    return tuple(sorted({word for word in written if word and word[0].isalpha()}))


def beginning(expected: frozenset[str], spelling: Mapping[str, str]) -> str:
    """As `phrase`, for a place where a statement may begin: what goes on with the one before is left out."""
    onward = (
        frozenset[str]().union(*(family for _, family in _FAMILIES[:_ONWARD])) | _TIME_UNITS | _ONWARD_WORDS
    )
    return phrase(
        frozenset(terminal for terminal in expected - {"UNIT"} if _written(terminal, spelling) not in onward),
        spelling,
    )


def phrase(expected: frozenset[str], spelling: Mapping[str, str]) -> str:
    """`a value`, `` `require`, `reject` or `}` ``: a few things at most, families named as one."""
    literals: set[str | None] = {_written(terminal, spelling) for terminal in expected} - {None}
    said = []
    if {"NAME", "NUMBER"} <= expected and "any of" in literals:
        said.append("a value or a condition" if "not" in literals else "a value")
        literals -= _VALUE | {word for word in literals if _begins_value(word)}
        expected -= {"NAME", "NUMBER"}
    if literals >= {"days", "weeks", "months"}:
        said.append("a unit of time such as `days`")
        literals -= _TIME_UNITS
        expected -= {"UNIT"}
    said += [spoken for terminal, spoken in _SPOKEN.items() if terminal in expected]
    for spoken, family in _FAMILIES:
        if _is_there(family, literals):
            said.append(spoken)
            literals -= family
    if said:
        said = [spoken for spoken in said if spoken != _SPOKEN["$END"]] or said
    # Beside whole families, single words are noise; only a bracket or a comma is easily forgotten.
    families = sum(spoken[0] != "`" and spoken not in _SPOKEN.values() for spoken in said)
    kept = literals & _FORGOTTEN if families > 1 else literals
    quoted = [f"`{word}`" for word in sorted(map(str, kept), key=_order)]
    return _listed([*dict.fromkeys(said), *quoted])


def _written(terminal: str, spelling: Mapping[str, str]) -> str | None:
    if terminal in _SPOKEN or terminal in _SILENT:
        return None
    return spelling.get(terminal) or _WRITTEN.get(terminal) or terminal.lower().replace("_", " ")


def _is_there(family: frozenset[str], literals: set[str | None]) -> bool:
    """Whether enough of a family is expected to name it as one; the items all are, or none is."""
    if "fact" in family:
        return "fact" in literals
    return len(literals & family) > 2 or (len(family) == 2 and literals >= family)


def _begins_value(word: str | None) -> bool:
    return word in (
        "any of", "larger of", "age at", "at least", "at most", "first", "last", "latest", "highest", "lowest",
        "some", "no", "every", "-", "known", "not",
    )  # fmt: skip


def _order(word: str) -> tuple[bool, str]:
    """Signs first: they are what is most often forgotten."""
    return word[0].isalpha(), word


def _listed(things: list[str]) -> str:
    if len(things) > _MOST:
        return ", ".join(things[:_MOST]) + ", …"
    return " or ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)
