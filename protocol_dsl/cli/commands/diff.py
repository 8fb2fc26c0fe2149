"""`trialc diff`."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from protocol_dsl.analysis.amendment import Amended, Amendment, Change, amendment
from protocol_dsl.analysis.goals import Impossible, Witness
from protocol_dsl.analysis.shown import told
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.scheduling import day_of
from protocol_dsl.cli.sources import compiled
from protocol_dsl.vocabulary.calendar import when_text

_RELATIONS = {
    "same": "means the same",
    "wider": "wider: lets in patients whom it did not, and loses none",
    "narrower": "narrower: loses patients whom it let in, and gains none",
    "incomparable": "gains some patients and loses others",
    "other unknowns": "lets in the same patients; some stay open in one version who fail in the other",
    "added": "added",
    "removed": "removed",
    "not compared": "not compared: a fact it rests on is kept otherwise",
    "not decided": "not decided: neither shown to be alike nor whom it would lose or gain",
}
_WORDS = {
    ("FU", "T"): "passes now, did not before",
    ("T", "F"): "fails now, passed before",
    ("T", "U"): "is unknown now, passed before",
    ("F", "U"): "is unknown now, failed before",
    ("U", "F"): "fails now, was unknown before",
}
_OVERALL = {
    ("FU", "T"): "becomes eligible",
    ("T", "F"): "ceases to be eligible",
    ("T", "U"): "turns undetermined, was eligible",
    ("F", "U"): "turns undetermined, was ineligible",
    ("U", "F"): "becomes ineligible, was undetermined",
}


@click.command("diff", short_help="Show what an amendment changes, with concrete patients.")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How it is written; markdown is made for an amendment letter.",
)
@click.option(
    "--on", metavar="DATE", help="The day of judging; that of OLD's first eligible example unless said."
)
def command(old: str, new: str, format_: str, on: str | None) -> int:
    """Tell what version NEW of a protocol means otherwise than version OLD: per criterion, all together, treatment.

    Wider, narrower, both or the same, each with a patient who shows it and whom the reference evaluator has judged by
    both versions. Exits with 0 when both mean the same, with 1 when they differ.
    """
    before, after = compiled(old), compiled(new)
    for name, protocol in ((old, before), (new, after)):
        if not any(stage.name == "eligibility" for stage in protocol.stages):
            raise CouldNotRun(f"`{name}` has no criteria of eligibility", "compare protocols that have some")
    found = amendment(before, after, None if on is None else day_of(on, "--on"))
    click.echo(_json(found) if format_ == "json" else "\n".join(_FORMATS[format_](found)))
    return CLEAN if found.same else FINDINGS


def _text(found: Amendment) -> Iterator[str]:
    yield f"{found.old.header.id}, judged on {when_text(found.engine.on)}"
    yield f"\nEligibility {_RELATIONS[found.overall.relation]}"
    yield from (f"  {words}: {who}" for words, who in _shown(found, found.overall, _OVERALL))
    width = max((len(one.name) for one in found.criteria), default=0)
    if any(one.relation != "same" for one in found.criteria):
        yield "\nCriteria"
    for one in found.criteria:
        if one.relation != "same":
            yield f"  {one.name:<{width}}  {_title(one)}: {_RELATIONS[one.relation]}"
            yield from (f"  {'':<{width}}    {words}: {who}" for words, who in _shown(found, one, _WORDS))
    alike = [one.name for one in found.criteria if one.relation == "same"]
    if alike:
        yield f"\nThe same: {', '.join(alike)}"
    if found.apart:
        yield f"\nFacts kept otherwise: {', '.join(found.apart)}"
    if found.schedule:
        yield "\nTreatment and schedule"
        yield from (f"  {line}" for line in found.schedule)


def _markdown(found: Amendment) -> Iterator[str]:
    yield f"## Changes to {found.old.header.id}\n"
    yield f"Eligibility **{_RELATIONS[found.overall.relation]}**."
    yield from (f"* {words.capitalize()}: {who}" for words, who in _shown(found, found.overall, _OVERALL))
    yield "\n| criterion | before | after | effect |\n| --- | --- | --- | --- |"
    for one in found.criteria:
        if one.relation != "same":
            shown = "".join(f"<br>{words}: {who}" for words, who in _shown(found, one, _WORDS))
            cells = (one.name, _lines(one.old), _lines(one.new), _RELATIONS[one.relation] + shown)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
    if found.schedule:
        yield "\nTreatment and schedule:\n"
        yield from (f"* {line.replace(' -> ', ' → ')}" for line in found.schedule)
    day = when_text(found.engine.on)
    yield f"\nPatients are told by what is recorded otherwise than of a typical one, judged on {day}."


def _json(found: Amendment) -> str:
    """`{"version": 1, "protocol", "on", "same", "eligibility": {"relation", "changes"}, "criteria": [{"id", …}],
    "apart", "schedule"}`; a change is `{"was", "now", "shown", "patient"}`."""
    whole = {
        "version": 1,
        "protocol": found.old.header.id,
        "on": when_text(found.engine.on),
        "same": found.same,
        "eligibility": _entry(found, found.overall),
        "criteria": [{"id": one.name, **_entry(found, one)} for one in found.criteria],
        "apart": list(found.apart),
        "schedule": list(found.schedule),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _entry(found: Amendment, one: Amended) -> dict[str, object]:
    changes = [
        {"was": change.was, "now": change.now, "shown": _word(change), "patient": _patient(found, change)}
        for change in one.changes
    ]
    return {"relation": one.relation, "changes": changes}


def _word(change: Change) -> str:
    if isinstance(change.reply, Witness):
        return "possible"
    return "impossible" if isinstance(change.reply, Impossible) else "undecided"


def _patient(found: Amendment, change: Change) -> list[str] | None:
    return list(told(found.engine, change.reply.records)) if isinstance(change.reply, Witness) else None


def _shown(found: Amendment, one: Amended, words: dict[tuple[str, str], str]) -> Iterator[tuple[str, str]]:
    for change in one.changes:
        patient = _patient(found, change)
        if patient is not None:
            yield words[change.was, change.now], "; ".join(patient) or "the typical patient"


def _title(one: Amended) -> str:
    criterion = one.new or one.old
    return criterion.title if criterion else one.name


def _lines(criterion: object) -> str:
    return (
        "<br>".join(f"`{' '.join(line.text.split())}`" for line in getattr(criterion, "lines", ())) or "none"
    )


_FORMATS = {"text": _text, "markdown": _markdown}
