"""`trialc stats`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.records import record_of
from protocol_dsl.cli.sources import compiled, protocols_in
from protocol_dsl.cli.terminal import counted
from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.census import Census, census
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.registry.lengths import Length, lengths
from protocol_dsl.registry.limits import names_a_limit
from protocol_dsl.registry.trace import Trace, Traced, trace

_CRITERIA = ("inclusion", "exclusion")


@click.command("stats", short_help="Count what protocols are made of.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--records",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder of registry records, <ID>.json, to count sentences and compare lengths.",
)
@click.option(
    "--construct", metavar="NAME", help="Show where a construct of the language is used, line by line."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the counts are written.",
)
def command(files: tuple[str, ...], folder: Path | None, construct: str | None, format_: str) -> int:
    """Count the items of the source, who decides them, why a person is asked, lines, facts and those that protocols
    share, and the constructs of the language in use.

    With the registry records at hand, items are the records' own sentences, not those that the files point at;
    sentences that a person alone decides although they name a limit are listed, and expressions that are longer than
    their sentence by more than half.
    """
    protocols = [compiled(name) for name in protocols_in(files)]
    counts = [census(protocol) for protocol in protocols]
    if construct is not None:
        click.echo("\n".join(_used(protocols, counts, construct)))
        return CLEAN
    traced, long = _held(protocols, folder)
    click.echo(_json(counts, traced, long) if format_ == "json" else "\n".join(_text(counts, traced, long)))
    return CLEAN


def _held(protocols: Iterable[Protocol], folder: Path | None) -> tuple[dict[str, Trace], list[Length]]:
    """What became of the sentences of each record there is, and every expression's length."""
    traced, measured = dict[str, Trace](), list[Length]()
    for protocol in protocols if folder else ():
        record = record_of(protocol.header.id, folder) if folder else None
        if record is not None:
            traced[protocol.header.id] = trace(protocol, record)
            measured += lengths(protocol, record)
    return traced, measured


def _text(counts: list[Census], traced: Mapping[str, Trace], measured: list[Length]) -> Iterator[str]:
    yield (
        f"{'protocol':<13}items  computed  both  asked  out  criteria  lines  facts  arms  visits  examples"
        "  why asked"
    )
    for one in counts:
        items = _items(one, traced)
        decided = (items[name] for name in ("computed", "both", "asked", "noted"))
        computed, both, asked, out = decided
        each = f"{sum(one.lines.values()) / max(one.criteria, 1):.1f}"
        yield (
            f"{one.id:<13}{items.total():>5}{computed:>10}{both:>6}{asked:>7}{out:>5}{one.criteria:>10}{each:>7}"
            f"{len(one.facts):>7}{one.arms:>6}{one.visits:>8}{one.examples:>10}  {_reasons(Counter(one.asked))}"
        )
    yield ""
    lines, criteria = (sum(map(count, counts)) for count in (_lines, _criteria))
    yield f"{criteria} criteria in {counted(len(counts), 'protocol')}, {lines / max(criteria, 1):.1f} lines each"
    yield from _computed(counts, traced)
    reasons = sum((Counter(one.asked) for one in counts), Counter[str]())
    yield f"questions: {reasons.total()} ({_reasons(reasons)})" if reasons else "questions: none"
    yield from _shared(counts)
    yield from _constructs(counts)
    yield from _long(measured)


def _items(one: Census, traced: Mapping[str, Trace]) -> Counter[str]:
    """Items by what became of them: the record's own sentences where it is at hand, else those the file cites."""
    if one.id not in traced:
        return Counter(one.items)
    items = (found for found in traced[one.id].sentences if found.sentence.section in _CRITERIA)
    return Counter(found.fate for found in items)


def _computed(counts: list[Census], traced: Mapping[str, Trace]) -> Iterator[str]:
    """The share that is computed: of all items, and of those whose own words name a limit, whoever encoded them."""
    items = sum((_items(one, traced) for one in counts), Counter[str]())
    whole, computed = items.total(), items["computed"] + items["both"]
    at_hand = f"sentences of {counted(len(traced), 'record')}" if traced else "sentences the files cite"
    yield f"items, {at_hand}: {whole}; computed, wholly or in part: {computed}{_share(computed, whole)}"
    limits = list(_asked_limits(traced))
    if traced:
        decidable = computed + len(limits)
        yield (
            f"asked, though the sentence names a limit: {len(limits)}; "
            f"computed of what is computed or names one: {computed} of {decidable}{_share(computed, decidable)}"
        )
        yield from (
            f"  {protocol} {found.sentence.pointer}, by {', '.join(found.by)}" for protocol, found in limits
        )


def _asked_limits(traced: Mapping[str, Trace]) -> Iterator[tuple[str, Traced]]:
    for protocol, found in traced.items():
        for one in found.sentences:
            if one.fate == "asked" and one.sentence.section in _CRITERIA and names_a_limit(one.sentence.text):
                yield protocol, one


def _share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.1f} %)" if whole else ""


def _reasons(reasons: Counter[str]) -> str:
    return ", ".join(f"{number} {reason or 'no reason said'}" for reason, number in reasons.most_common())


def _used(protocols: list[Protocol], counts: list[Census], construct: str) -> Iterator[str]:
    """Where a construct is used: the lines of a criterion, or the name of an arm or regimen."""
    known = {name for one in counts for name in one.constructs}
    if construct not in known:
        near = suggest(construct, known)
        raise CouldNotRun(
            f"no protocol here uses a construct called `{construct}`",
            f"did you mean `{near[0]}`?" if near else "`trialc stats` without it lists the constructs in use",
        )
    for protocol, one in zip(protocols, counts, strict=True):
        written = {each.id: each.lines for stage in protocol.stages for each in stage.criteria}
        for place in dict.fromkeys(one.constructs.get(construct, ())):
            yield f"{one.id}  {place}".rstrip()
            yield from (f"    {line.text}" for line in written.get(place, ()))


def _criteria(one: Census) -> int:
    return one.criteria


def _lines(one: Census) -> int:
    return sum(one.lines.values())


def _shared(counts: list[Census]) -> Iterator[str]:
    used = Counter(name for one in counts for name in one.facts)
    shared = [(name, number) for name, number in used.most_common() if number > 1]
    yield f"facts: {len(used)}, {len(shared)} of them in several protocols"
    yield from (f"  {number:>3}  {name}" for name, number in shared[:20])


def _constructs(counts: list[Census]) -> Iterator[str]:
    used = Counter(name for one in counts for name, places in one.constructs.items() for _ in places)
    spread = Counter(name for one in counts for name in one.constructs)
    yield "constructs: times used, protocols that use them"
    yield from (f"  {number:>4}  {spread[name]:>3}  {name}" for name, number in used.most_common())


def _long(measured: list[Length]) -> Iterator[str]:
    if measured:
        long = [one for one in measured if one.long]
        yield f"expressions longer than their sentence by more than half: {len(long)} of {len(measured)}"
        yield from (
            f"  {one.protocol} {one.criterion}: {one.expression} words for {one.sentence}" for one in long
        )


def _json(counts: list[Census], traced: Mapping[str, Trace], measured: list[Length]) -> str:
    by_protocol = [
        {
            "id": one.id,
            "criteria": one.criteria,
            "decided": {name: list(ids) for name, ids in one.decided.items()},
            "asked": dict(one.asked),
            "unexplained": list(one.unexplained),
            "lines": dict(one.lines),
            "facts": list(one.facts),
            "items": dict(_items(one, traced)),
            "asked_limits": [
                found.sentence.pointer for name, found in _asked_limits(traced) if name == one.id
            ],
            "constructs": {name: len(places) for name, places in one.constructs.items()},
            "arms": one.arms,
            "visits": one.visits,
            "examples": one.examples,
            "sentences": dict(Counter(item.fate for item in traced[one.id].sentences))
            if one.id in traced
            else None,
            "long": [item.criterion for item in measured if item.long and item.protocol == one.id],
        }
        for one in counts
    ]
    return json.dumps({"version": 1, "protocols": by_protocol}, indent=2)
