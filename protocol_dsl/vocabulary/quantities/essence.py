"""The UCUM tables, read when first asked for from the data file that the `ucumvert` package installs.

Only its data is used: importing the package itself would load a units library the compiler does not need.
"""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import attrs

from protocol_dsl.vocabulary.quantities.errors import UnitError

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMESPACE = "{http://unitsofmeasure.org/ucum-essence}"
_TABLE = "ucum-essence.xml"


@attrs.frozen
class Atom:
    """One row of the tables: `code` is `value` times the UCUM expression `definition`.

    Base units have no definition. A special unit is one whose scale is a function (`Cel`, `[pH]`, `B`).
    """

    code: str
    name: str
    value: Fraction
    definition: str
    metric: bool
    arbitrary: bool
    special: bool


@cache
def atoms() -> Mapping[str, Atom]:
    """Every unit atom by its case-sensitive code.

    Raises:
        UnitError: the tables are not installed.
    """
    return MappingProxyType({atom.code: atom for atom in map(_atom, _rows("base-unit", "unit"))})


@cache
def prefixes() -> Mapping[str, Fraction]:
    """Every prefix (`k`, `m`, `u`, `da`, `Ki`) and its exact value."""
    return MappingProxyType({row.attrib["Code"]: _number(_child(row, "value")) for row in _rows("prefix")})


def _rows(*kinds: str) -> list[ElementTree.Element]:
    wanted = {_NAMESPACE + kind for kind in kinds}
    return [row for row in _document() if row.tag in wanted]


@cache
def _document() -> ElementTree.Element:
    package = importlib.util.find_spec("ucumvert")
    for folder in package.submodule_search_locations or () if package else ():
        for path in sorted(Path(folder).rglob(_TABLE)):
            return ElementTree.parse(path).getroot()
    raise UnitError(
        "the unit tables are missing: install the package `ucumvert`, which holds `ucum-essence.xml`"
    )


def _atom(row: ElementTree.Element) -> Atom:
    special = row.attrib.get("isSpecial") == "yes"
    value = row.find(f"{_NAMESPACE}value")
    if value is not None and special:
        value = _child(value, "function")
    return Atom(
        code=row.attrib["Code"],
        name=_child(row, "name").text or row.attrib["Code"],
        value=Fraction(1) if value is None else _number(value),
        definition="" if value is None else value.attrib["Unit"],
        metric=value is None or row.attrib.get("isMetric") == "yes",
        arbitrary=row.attrib.get("isArbitrary") == "yes",
        special=special,
    )


def _child(row: ElementTree.Element, tag: str) -> ElementTree.Element:
    found = row.find(_NAMESPACE + tag)
    if found is None:
        raise UnitError(f"the unit tables are damaged: `{row.attrib.get('Code')}` has no `{tag}`")
    return found


def _number(element: ElementTree.Element) -> Fraction:
    return Fraction(element.attrib["value"])
