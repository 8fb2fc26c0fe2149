"""The words of the language by what they do, for whatever colours a `.trial` file.

A test holds the list to the grammar: each of its words stands in one class here.
"""

from __future__ import annotations

from collections.abc import Mapping


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DECLARATIONS = _set("""
    anchor arm assess assume cohort cycles day days define domain epoch escalation example exclusion fact facts
    inclusion intervention library note out_of_scope protocol randomize regimen stage timeline use valueset visit visits
""")
"""Begin an item or a block."""
VERBS = _set("""
    answer delay draft expect follow give may perform provide reduce reject require skip stop waive when for cut
""")
"""Say what is asked, given or done; the words that begin a line of a criterion or an arm."""
FIELDS = _set("""
    acronym actual age allocation background because blocks code codes completion_date condition enrollment estimated
    funder half_life healthy_volunteers identifier keyword kind levels level like masking method model molar_mass normal
    official_title phase plausible purpose ratio recorded registry registry_kind sex source sponsor start_date status
    stratified study_type summary valid variant version window cohorts next judgement
""")
"""Name what follows them, at the beginning of a line or clause; many are names of facts elsewhere."""
KINDS = _set("date event finding lab measure number ordered")
"""What a fact can be."""
OPERATORS = _set("""
    all and any between else except exclusive exactly if implies in is known larger least less longer more most none not
    of one or set shorter smaller some than then to unless until where while with absent
""")
"""Join and compare."""
TIME = _set("""
    after around at before by change consecutive continuously count daily doses each ended ever every first from
    half_lives highest hour hourly hours last latest lowest mean minute minutes month monthly months on once ongoing
    over relative since started unchanged up using week weekly weeks within year years per twice thrice times
""")
"""Place, pick and count in time."""
VALUES = _set(
    "AUC LLN ULN eligible fails ineligible investigator no participant passes undetermined unknown yes"
)
"""Stand for themselves."""

CLASSES: Mapping[str, frozenset[str]] = {
    "declaration": DECLARATIONS,
    "verb": VERBS,
    "field": FIELDS,
    "kind": KINDS,
    "operator": OPERATORS,
    "time": TIME,
    "value": VALUES,
}

# Where a word counts as the beginning of an item, a line or a clause: only there are these classes coloured, since
# `age` and `sex` are facts elsewhere.
BEGINNING = r"(?:(?<=^)|(?<=[{;])|(?<=\s\s)|(?<=[{;]\s))"
ONLY_AT_THE_BEGINNING = frozenset({"declaration", "field"})

COMMENT = r"#.*$"
BLOCK_STRING = '"""'
STRING = r'"(?:[^"\\\n]|\\.)*"'
DATE = r"\b\d{4}-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?)?\b"
NUMBER = r"\b\d+(?:\.\d+)?\b"
SIGN = r"<=|>=|!=|[<>=≤≥≠+*/×^±-]"
NAMED = (
    r"\b(inclusion|exclusion|fact|define|arm|regimen|intervention|stage|visit|visits|epoch|anchor|cohort|valueset"
    r"|protocol|timeline|library|use)(\s+)([A-Za-z_][A-Za-z0-9_]*)"
)
"""An item's word, and the name it declares."""


def pattern(name: str) -> str:
    """The regular expression of one class of words: whole words, where they have that meaning."""
    words = "|".join(sorted(CLASSES[name], key=lambda word: (-len(word), word)))
    place = BEGINNING if name in ONLY_AT_THE_BEGINNING else r"(?<![A-Za-z0-9_.])"
    return rf"{place}(?:{words})(?![A-Za-z0-9_.])"
