"""Names, and questions, that a part left out of the tree would have declared."""

from __future__ import annotations

import re

from protocol_dsl.syntax.lexical import STRING

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_DECLARED = re.compile(
    rf"\b(?:library|use|protocol|fact|valueset|define|anchor|cohort|inclusion|exclusion|stage|intervention|regimen"
    rf"|arm|epoch|visits?|timeline|cycles)\s+(?P<name>{_NAME})",
    re.ASCII,
)
_UNKNOWN = re.compile(rf"\s*{_NAME}\s+(?P<name>{_NAME})\s*[:=\"({{]", re.ASCII)
_EXAMPLE = re.compile(r"\bexample\s+\"(?P<name>[^\"\n]*)\"")
_QUESTION = re.compile(r"\bto\s+\"(?P<name>[^\"\n]*)\"")
_ENTRY = re.compile(rf"(?P<name>{_NAME})\s*(?=\"|\{{|,|\}}|\n)", re.ASCII)
_STRING = re.compile(STRING)


def declared(words: str, keyword: str) -> frozenset[str]:
    """The names declared in `words`, of an item with this keyword, as far as can be told from their look.

    Rather one too many than one too few: a name found here is never called unknown later.
    """
    examples = {found["name"] for pattern in (_EXAMPLE, _QUESTION) for found in pattern.finditer(words)}
    bare = _STRING.sub('""', words)
    names = {found["name"] for found in _DECLARED.finditer(bare)}
    unknown = _UNKNOWN.match(bare)
    if unknown:
        names.add(unknown["name"])
    if keyword == "facts":
        names |= {found["name"] for found in _ENTRY.finditer(bare)}
    return frozenset(names | examples)
