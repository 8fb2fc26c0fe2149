"""`trialc trace`."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import replacing
from protocol_dsl.cli.records import record_in
from protocol_dsl.cli.sources import STDIN, compiled, read
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.registry.record import Record
from protocol_dsl.registry.trace import Fate, Trace, places_of, trace

_WORDS: dict[Fate, str] = {
    "computed": "encoded",
    "both": "in part asked",
    "asked": "asked",
    "treatment": "encoded",
    "noted": "out of scope",
    "missed": "MISSED",
}
_WIDTH = 110


@click.command("trace", short_help="Hold a protocol against its registry record: encoded, asked, missed.")
@click.argument("file")
@click.option(
    "--against",
    "record_name",
    required=True,
    metavar="RECORD",
    help="The registry's JSON, or the text of the eligibility criteria.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the account is written.",
)
@click.option(
    "--pin", is_flag=True, help="Write the hash of its sentence behind every pointer of FILE that has none."
)
def command(file: str, record_name: str, format_: str, pin: bool) -> int:
    """Tell what became of every sentence of a registry record in a protocol: encoded, asked, out of scope or missed.

    Exits with 1 when a sentence is missed, a criterion has no source, a citation does not hold (no such place, or the
    sentence has changed since), or a header field disagrees.
    """
    record = record_in(record_name)
    if pin:
        _pin(file, record)
    found = trace(compiled(file), record)
    click.echo(_json(found, record) if format_ == "json" else "\n".join(_text(found, record)))
    return CLEAN if found.clean else FINDINGS


def _pin(file: str, record: Record) -> None:
    if file == STDIN:
        raise CouldNotRun("standard input cannot be written to", "name a file")
    text, found = read(file).text, trace(compiled(file), record)
    ends = {citation.span.end: citation for _, citation in found.unpinned}
    for end, citation in sorted(ends.items(), reverse=True):
        for place in places_of(citation, record)[:1]:
            text = f"{text[:end]} #{place.digest}{text[end:]}"
    with replacing(Path(file)) as stream:
        stream.write(text)
    remark(f"pinned {counted(len(ends), 'pointer')} in {file}")


def _text(found: Trace, record: Record) -> Iterator[str]:
    for one in found.sentences:
        by = f"  {', '.join(one.by)}" if one.by else ""
        yield f"{_WORDS[one.fate]:<13}  {one.sentence.pointer}{by}"
        yield from textwrap.wrap(
            one.sentence.text, _WIDTH, initial_indent=" " * 15, subsequent_indent=" " * 15
        )
    yield from _faults(found, record)
    counts = Counter(_WORDS[one.fate] for one in found.sentences)
    words = (f"{counts[word]} {word.lower()}" for word in dict.fromkeys(_WORDS.values()) if counts[word])
    yield f"{counted(len(found.sentences), 'sentence')}: {', '.join(words)}"


def _faults(found: Trace, record: Record) -> Iterator[str]:
    for name in found.unsourced:
        yield f"{name} has no source"
    for one in found.astray:
        cited = one.citation.pointer or f"“{textwrap.shorten(one.citation.text or '', 60)}”"
        now = [place.digest for place in places_of(one.citation, record)]
        told = f"the sentence has changed: it is now #{now[0]}" if one.reason == "changed" else one.reason
        yield f"{one.owner}: {cited}: {told}"
    for header in found.header:
        yield f"header: {header.field} is `{header.protocol}` here, `{header.record}` in the record"
    if found.unstated:
        yield f"the record also states {', '.join(found.unstated)}"
    if found.unpinned:
        yield f"{counted(len(found.unpinned), 'pointer')} without a hash; `--pin` writes it"


def _json(found: Trace, record: Record) -> str:
    document = {
        "record": record.id,
        "clean": found.clean,
        "sentences": [
            {
                "pointer": one.sentence.pointer,
                "digest": one.sentence.digest,
                "text": one.sentence.text,
                "fate": one.fate,
                "by": list(one.by),
            }
            for one in found.sentences
        ],
        "astray": [
            {"owner": one.owner, "cited": one.citation.words, "reason": one.reason} for one in found.astray
        ],
        "unsourced": list(found.unsourced),
        "header": [
            {"field": one.field, "protocol": one.protocol, "record": one.record} for one in found.header
        ],
        "unstated": list(found.unstated),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)
