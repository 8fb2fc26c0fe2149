"""Habits of blocks and their heads: braces, names, titles, verbs, comments, lists."""

from __future__ import annotations

import re

from protocol_dsl.syntax.habits.habit import CRITERIA, FACTS, TREATMENT, Habit, habit

_ALL = frozenset[str]()
_FIRST = r"(?=(?:source|require|reject|note|when|for|give|follow|perform|provide|inclusion|exclusion|age|expect)\b)"
_TITLED = "inclusion|exclusion|arm|intervention|stage|regimen|anchor|cohort"
_TEXTS = (
    "source|note|acronym|sponsor|official_title|condition|summary|funder|identifier|keyword|start_date|completion_date"
    "|registry|variant"
)
_VERBS = {"inclusion": "require", "exclusion": "reject"}


def _free(kind: str, text: str) -> str:
    """The next name of this kind that nothing has."""
    letter = {"inclusion": "I", "exclusion": "E"}.get(kind, f"{kind}_")
    number, words = 1, re.sub(r"#[^\n]*", "", text)
    while re.search(rf"\b{letter}{number}\b", words):
        number += 1
    return f"{letter}{number}"


def _named(found: re.Match[str]) -> tuple[str, ...]:
    kind = found["kind"]
    if kind in _VERBS:
        return (f"{kind} {_free(kind, found.string)} {found['title']}",)
    name = "_".join(re.findall(r"[a-z0-9]+", found["title"].lower()))[:40]
    return (f"{kind} {name if name[:1].isalpha() else _free(kind, found.string)} {found['title']}",)


def _headed(found: re.Match[str]) -> tuple[str, ...]:
    kind = found["kind"]
    return (f'{kind} {_free(kind, found.string)} "…" {{',)


def _verb(found: re.Match[str]) -> tuple[str, ...]:
    """The line as a condition, with the verb of the block it stands in."""
    heads = list(re.finditer(r"\b(?:inclusion|exclusion)\b", found.string[: found.start()]))
    return (f"{_VERBS[heads[-1][0]] if heads else 'require'} {found['it']}",)


def _quoted(found: re.Match[str]) -> tuple[str, ...]:
    words = found["words"].strip(" '")
    return (f'{found["key"]} "{words}"',)


def _remark(found: re.Match[str]) -> tuple[str, ...]:
    lines = [line.strip(" \t*") for line in found["words"].split("\n")]
    return ("\n".join(f"# {line}" for line in lines if line),)


BLOCKS: tuple[Habit, ...] = (
    habit(r"(?://|--)[ \t]{0,10}(?P<words>[^\n]{0,300})", _remark, "a comment begins with `#`", _ALL),
    habit(r"/\*(?P<words>[^*]{0,500})\*/", _remark, "a comment begins with `#`", _ALL),
    habit(
        r"(?P<it>(?P<t>\"[^\"\n]{0,200}\")(?: ?[:=])?)\s{0,20}\n\s{0,20}" + _FIRST,
        r"\g<t> {",
        "a block stands in braces",
        _ALL,
        closes=True,
    ),
    habit(r"(?P<it>(?P<t>\"[^\"\n]{0,200}\") ?:)(?= ?\{)", r"\g<t>", "the brace alone begins a block", _ALL),
    habit(
        r"(?P<kind>inclusion|exclusion)(?: criteria(?:on)?| criterion)? ?[:{]",
        _headed,
        "a criterion has a name of its own and a title",
        _ALL,
    ),
    habit(
        rf"(?P<kind>{_TITLED}) (?:\d[\d.]{{0,5}} )?(?P<title>\"[^\"\n]{{0,200}}\")",
        _named,
        "it needs a name before its title, for examples and messages to speak of",
        _ALL,
    ),
    habit(
        r"(?P<it>\b(?:include|included|Inclusion|INCLUSION))(?= [A-Za-z]\w* ?\")",
        "inclusion",
        "a criterion begins with `inclusion` or `exclusion`",
        _ALL,
    ),
    habit(
        r"(?P<it>\b(?:exclude|excluded|Exclusion|EXCLUSION))(?= [A-Za-z]\w* ?\")",
        "exclusion",
        "a criterion begins with `inclusion` or `exclusion`",
        _ALL,
    ),
    habit(
        r"(?P<it>\bif (?P<c>[^{}\n]{1,200}?),? then)(?= (?:require|reject))",
        r"when \g<c>",
        "a line that binds some patients begins with `when`",
    ),
    habit(
        r"(?P<it>\b(?:exclude|excluded|omit|forbid|disallow|deny|no))(?: if\b)?(?= \w)",
        "reject",
        "the lines of a criterion begin with `require` or `reject`",
    ),
    habit(
        r"(?P<it>\b(?:include|included|must(?: have| be)?|should(?: have| be)?|shall(?: have| be)?|needs?|requires|has"
        r"|have|with|assert|where|WHERE|if))(?= [\w(])",
        "require",
        "the lines of a criterion begin with `require` or `reject`",
    ),
    habit(
        rf"<S>(?P<it>(?P<key>{_TEXTS}) (?P<words>[^\"\n{{}}]{{1,400}}))(?=\n|\}})",
        _quoted,
        "a text stands in quotes",
        _ALL,
    ),
    habit(
        r"(?P<it>(?P<key>source|note) '(?P<words>[^'\n]{0,400})')",
        _quoted,
        "a text stands in straight double quotes",
        _ALL,
    ),
    habit(
        r"<S>(?P<it>(?:\d{1,3}[.)]|[a-z]\)|[•‣◦▪·*-])[ \t]{1,5})(?=\w)",
        "",
        "a line stands without a number or a dot",
        _ALL,
    ),
    habit(r"(?P<it>[;,])(?=[ \t]*(?:\n|\}|#|$))", "", "a line simply ends", _ALL),
    habit(
        r"<S>(?P<it>[^\s{}\"][^{}\n]{1,200})(?=\n|\}|$)",
        _verb,
        "the lines of a criterion begin with `require` or `reject`",
        CRITERIA - {"define"},
    ),
    habit(
        r"<S>(?P<it>(?P<words>[A-Z•*-][^{}\n\"]{5,400}))(?=\n|\}|$)",
        r'source "\g<words>"',
        "the words of the protocol stand in quotes behind `source`, and below them the condition, such as"
        " `require age >= 18 years`",
        CRITERIA | TREATMENT,
    ),
)

DECLARATIONS: tuple[Habit, ...] = (
    habit(
        r":[ \t]{0,5}(?P<it>[Bb]oolean|[Bb]ool|yes ?(?:or|,|\|) ?no|y/n|Y/N|Yes/No|YES/NO|true/false|binary|flag)\b",
        "yes/no",
        "a fact that holds or does not is `yes/no`",
        FACTS,
    ),
    habit(
        r":[ \t]{0,5}(?P<it>[Ii]nteger|int|float|double|decimal|numeric|real|num|quantity|[Nn]umber)\b",
        "number||lab||measure",
        "a number known once is `number`, one of a dated series `lab` or `measure`",
        FACTS,
    ),
    habit(
        r":[ \t]{0,5}(?P<it>laborator(?:y|ies)|labs|test|value)\b",
        "lab",
        "a laboratory value is `lab`",
        FACTS,
    ),
    habit(r":[ \t]{0,5}(?P<it>datetime|timestamp|day|Date)\b", "date", "a day is `date`", FACTS),
    habit(
        r":[ \t]{0,5}(?P<it>diagnosis|history|condition|procedure|medication|disease|Event)\b",
        "event",
        "what happens to a patient is `event`",
        FACTS,
    ),
    habit(
        r":[ \t]{0,5}(?P<it>string|str|text|enum|categorical|category|choice|factor)\b",
        "one of a, b",
        "a fact has the choices that are asked about",
        FACTS,
    ),
    habit(
        r"(?P<it>(?P<k>one|set) of ?[{(\[] ?(?P<l>[^{}()\[\]\n]{1,300}?) ?[})\]])",
        r"\g<k> of \g<l>",
        "the choices of a fact stand without braces",
        FACTS,
    ),
    habit(
        r"(?P<it>(?P<k>lab|measure|number) (?P<p>plausible [^{}\n\"]{1,80}?) in (?P<u>[^\s{}\"]{1,30}))",
        r"\g<k> in \g<u> \g<p>",
        "the unit stands right behind the kind",
        FACTS,
    ),
    habit(
        r"(?P<it>(?P<n>[A-Za-z_]\w*) (?P<l>\"[^\"\n]{0,200}\") ?: ?(?P<k>[^\"\n{}]{1,200}?))(?=[ \t]*(?:\n|\{|$))",
        r"\g<n> : \g<k> \g<l>",
        "the label stands behind the kind",
        FACTS,
    ),
)
