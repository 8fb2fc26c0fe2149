"""One page that lists several protocols, beside their documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.docs.render import page
from protocol_dsl.backends.docs.title import Colophon, Figure
from protocol_dsl.backends.docs.words import count, title_of
from protocol_dsl.ir.census import Census, census
from protocol_dsl.ir.protocol import Protocol


@frozen
class Listed:
    """A protocol as a row: `design` its phase and model, `asked` why a person is asked, `href` its document."""

    id: str
    title: str
    href: str
    conditions: str
    design: str
    arms: int
    criteria: int
    computed: int
    both: int
    asked: int
    reasons: str
    examples: int


@frozen
class Overview:
    """The page: its title, also at the head of printed pages, numbers at a glance, a row for each protocol,
    constructs by how often and in how many protocols they are used."""

    title: str
    running_head: str
    colophon: Colophon
    figures: tuple[Figure, ...]
    rows: tuple[Listed, ...]
    constructs: tuple[tuple[str, int, int], ...]
    shared: tuple[tuple[str, int], ...]


def emit_overview(protocols: Iterable[Protocol], *, title: str = "Protocols") -> Artifact:
    """`index.html`: needs neither network nor script, and links to `<id>/protocol.html` of each protocol."""
    pairs = [(protocol, census(protocol)) for protocol in protocols]
    counts = [counted for _, counted in pairs]
    view = Overview(
        title,
        title,
        Colophon("", "", ""),
        _figures(counts),
        tuple(_listed(protocol, counted) for protocol, counted in pairs),
        _constructs(counts),
        _shared(counts),
    )
    return Artifact("index.html", page("html/overview.j2", view))


def _listed(protocol: Protocol, counted: Census) -> Listed:
    entries = protocol.header.entries
    said = dict(reversed(entries))
    phase = said.get("phase", "")
    design = (
        f"phase {phase}" if phase not in {"", "na"} else "",
        said.get("model", ""),
        said.get("masking", ""),
    )
    reasons = (f"{number} {reason or 'without a reason'}" for reason, number in sorted(counted.asked.items()))
    return Listed(
        counted.id,
        counted.title,
        f"{counted.id.lower()}/protocol.html",
        ", ".join(value for name, value in entries if name == "condition"),
        title_of(", ".join(part for part in design if part)),
        counted.arms,
        counted.criteria,
        len(counted.decided["computed"]),
        len(counted.decided["both"]),
        len(counted.decided["asked"]),
        ", ".join(reasons),
        counted.examples,
    )


def _figures(counts: list[Census]) -> tuple[Figure, ...]:
    criteria, computed = (
        sum(values) for values in zip(*((one.criteria, one.computed) for one in counts), strict=True)
    )
    questions = sum(sum(one.asked.values()) for one in counts)
    return (
        Figure(str(len(counts)), "protocols", f"{count(sum(one.arms for one in counts), 'arm')}"),
        Figure(str(criteria), "criteria", f"{computed} of them decided by records, wholly or in part"),
        Figure(str(questions), "questions", "asked of a person, each beside its criterion"),
    )


def _constructs(counts: list[Census]) -> tuple[tuple[str, int, int], ...]:
    used = Counter(name for one in counts for name, places in one.constructs.items() for _ in places)
    spread = Counter(name for one in counts for name in one.constructs)
    return tuple((title_of(name), number, spread[name]) for name, number in used.most_common())


def _shared(counts: list[Census]) -> tuple[tuple[str, int], ...]:
    used = Counter(name for one in counts for name in one.facts)
    return tuple((name.replace("_", " "), number) for name, number in used.most_common() if number > 2)
