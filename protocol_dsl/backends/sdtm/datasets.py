"""Datasets of rows whose values keep to the lengths of their variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import frozen

Value = str | int | None


@frozen
class Variable:
    """One variable: its standard name, label (40 characters at most), type, longest value in characters, and place in
    the dataset's key (0: none)."""

    name: str
    label: str
    type: Literal["string", "integer"] = "string"
    length: int = 200
    key: int = 0


@frozen
class Dataset:
    """One dataset; every row has a value for each variable. INVARIANT: no value is longer than its variable."""

    name: str
    label: str
    variables: tuple[Variable, ...]
    rows: tuple[tuple[Value, ...], ...]


def dataset(
    name: str, label: str, variables: Iterable[Variable], rows: Iterable[Mapping[str, Value]]
) -> Dataset:
    """A dataset from rows by variable name; a variable a row does not name is empty in it. Raises ValueError for a
    value that does not fit: whoever makes rows shortens what may be shortened."""
    known = tuple(variables)
    made = tuple(tuple(_fitting(row.get(one.name), one) for one in known) for row in rows)
    return Dataset(name, label, known, made)


def _fitting(value: Value, variable: Variable) -> Value:
    if variable.type == "integer":
        if isinstance(value, str):
            raise ValueError(f"{variable.name}: {value!r} is no whole number")
        return value
    text = "" if value is None else str(value)
    if len(text) > variable.length:
        raise ValueError(f"{variable.name}: {len(text)} characters are more than {variable.length}")
    return text


def study_variables() -> tuple[Variable, Variable]:
    """STUDYID and DOMAIN, with which every dataset begins."""
    return (
        Variable("STUDYID", "Study Identifier", "string", 200, 1),
        Variable("DOMAIN", "Domain Abbreviation", "string", 2),
    )
