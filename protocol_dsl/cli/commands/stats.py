"""`trialc stats`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN
from protocol_dsl.cli.records import record_of
from protocol_dsl.cli.sources import compiled, protocols_in
from protocol_dsl.cli.terminal import counted
from protocol_dsl.ir.census import Census, census
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.registry.lengths import Length, lengths
from protocol_dsl.registry.trace import Trace, trace


@click.command("stats", short_help="Count what protocols are made of.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--records",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder of registry records, <ID>.json, to count sentences and compare lengths.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the counts are written.",
)
def command(files: tuple[str, ...], folder: Path | None, format_: str) -> int:
    """Count criteria, who decides them, why a person is asked, lines, facts and those that protocols share, and the
    constructs of the language in use.

    With the registry records at hand, sentences are counted by what became of them, and expressions that are longer
    than their sentence by more than half are listed.
    """
    protocols = [compiled(name) for name in protocols_in(files)]
    counts = [census(protocol) for protocol in protocols]
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
    yield f"{'protocol':<13}criteria  computed  both  asked  lines  facts  arms  visits  examples"
    for one in counts:
        computed, both, asked = (len(one.decided[name]) for name in ("computed", "both", "asked"))
        each = f"{sum(one.lines.values()) / max(one.criteria, 1):.1f}"
        yield (
            f"{one.id:<13}{one.criteria:>8}{computed:>10}{both:>6}{asked:>7}{each:>7}{len(one.facts):>7}"
            f"{one.arms:>6}{one.visits:>8}{one.examples:>10}"
        )
    yield ""
    lines, criteria = (sum(map(count, counts)) for count in (_lines, _criteria))
    yield f"{criteria} criteria in {counted(len(counts), 'protocol')}, {lines / max(criteria, 1):.1f} lines each"
    computed, decidable = sum(one.computed for one in counts), sum(one.decidable for one in counts)
    share = f" ({100 * computed / decidable:.1f} %)" if decidable else ""
    yield f"computed, wholly or in part: {computed} of {decidable} that a record could decide{share}"
    yield from _why(counts)
    yield from _sentences(traced)
    yield from _shared(counts)
    yield from _constructs(counts)
    yield from _long(measured)


def _criteria(one: Census) -> int:
    return one.criteria


def _lines(one: Census) -> int:
    return sum(one.lines.values())


def _why(counts: list[Census]) -> Iterator[str]:
    reasons = sum((Counter(one.asked) for one in counts), Counter[str]())
    said = ", ".join(f"{number} {reason or 'no reason said'}" for reason, number in reasons.most_common())
    yield f"questions: {sum(reasons.values())} ({said})" if reasons else "questions: none"


def _sentences(traced: Mapping[str, Trace]) -> Iterator[str]:
    fates = Counter(one.fate for found in traced.values() for one in found.sentences)
    if fates:
        yield f"sentences of {counted(len(traced), 'record')}: " + ", ".join(
            f"{number} {fate}" for fate, number in fates.most_common()
        )


def _shared(counts: list[Census]) -> Iterator[str]:
    used = Counter(name for one in counts for name in one.facts)
    shared = [(name, number) for name, number in used.most_common() if number > 1]
    yield f"facts: {len(used)}, {len(shared)} of them in several protocols"
    yield from (f"  {number:>3}  {name}" for name, number in shared[:20])


def _constructs(counts: list[Census]) -> Iterator[str]:
    used = sum((Counter(one.constructs) for one in counts), Counter[str]())
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
            "constructs": dict(one.constructs),
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
