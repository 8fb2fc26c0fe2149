"""`trialc show`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import get_close_matches

import click

from protocol_dsl.backends.prose import Group, Phrase, Prose
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.sources import compiled
from protocol_dsl.ir import pprint
from protocol_dsl.ir.protocol import Criterion, Line, Protocol
from protocol_dsl.ir.to_json import to_json
from protocol_dsl.ir.walk import facts_of

_WIDTH = 100


@click.command("show", short_help="Show what the compiler understood.")
@click.argument("file")
@click.argument("criterion", required=False)
@click.option(
    "--english", "form", flag_value="english", default="english", help="Criteria in English (the default)."
)
@click.option("--ir", "form", flag_value="ir", help="The intermediate representation as text.")
@click.option("--json", "form", flag_value="json", help="The intermediate representation as JSON.")
def command(file: str, criterion: str | None, form: str) -> int:
    """Show what the compiler understood: every criterion, or one CRITERION with all that it rests on."""
    protocol = compiled(file)
    if criterion is not None:
        if form != "english":
            raise CouldNotRun(
                f"`--{form}` shows the whole protocol, not `{criterion}`", "leave one of them out"
            )
        click.echo("\n".join(_whole(protocol, _named(protocol, criterion))))
    elif form == "ir":
        click.echo(pprint.show(protocol), nl=False)
    elif form == "json":
        click.echo(to_json(protocol).rstrip("\n"))
    else:
        click.echo("\n".join(_english(protocol)))
    return CLEAN


def _named(protocol: Protocol, name: str) -> Criterion:
    criteria = {one.id: one for stage in protocol.stages for one in stage.criteria}
    folded = {key.lower(): one for key, one in criteria.items()}
    if name.lower() in folded:
        return folded[name.lower()]
    near = get_close_matches(name, criteria, 1)
    fix = f"did you mean `{near[0]}`?" if near else f"its criteria are {', '.join(criteria)}"
    raise CouldNotRun(f"{protocol.header.id} has no criterion `{name}`", fix)


def _english(protocol: Protocol) -> Iterator[str]:
    prose = Prose(protocol)
    yield f"{protocol.header.id} {protocol.header.title}"
    for stage in protocol.stages:
        if len(protocol.stages) > 1:
            yield f"\nStage {stage.name.replace('_', ' ')}, as at {prose.anchor(stage.anchor)}"
        for criterion in stage.criteria:
            yield f"\n{criterion.id} {criterion.title} ({criterion.kind})"
            for line in criterion.lines:
                yield from _phrase(prose.phrase(line.passes), "  ")


def _whole(protocol: Protocol, criterion: Criterion) -> Iterator[str]:
    prose = Prose(protocol)
    yield f"{criterion.id} {criterion.title} ({criterion.kind})"
    for citation in criterion.citations:
        yield from _wrapped(f"“{citation.text}”" if citation.text else f"source {citation.pointer}", "  ")
    for note in criterion.notes:
        yield from _wrapped(f"Note: {note}", "  ")
    for line in criterion.lines:
        yield ""
        yield from (f"  {text}" for text in _written(line))
        yield from _phrase(prose.phrase(line.passes), "    = ")
    names = facts_of(protocol, *(line.passes for line in criterion.lines))
    facts = {fact.name: fact for fact in protocol.facts}
    if names:
        yield "\n  Facts it rests on:"
        width = max(map(len, names))
        yield from (f"    {name:<{width}}  {facts[name].label}" for name in names if name in facts)
    asked = [one for one in protocol.questions if one.id.rpartition(".")[0] == criterion.id]
    if asked:
        yield "\n  Questions:"
        yield from (f"    {one.id}  {one.text} (to the {one.by})" for one in asked)


def _written(line: Line) -> list[str]:
    text = textwrap.dedent(line.text).strip()
    return (text if text.startswith(line.verb) else f"{line.verb} {text}").splitlines()


def _phrase(phrase: Phrase, lead: str) -> Iterator[str]:
    indent = " " * len(lead)
    if isinstance(phrase, Group):
        yield f"{lead}{phrase.heading}:"
        for member in phrase.members:
            yield from _phrase(member, f"{indent}  - ")
    else:
        yield from _wrapped(phrase, lead)


def _wrapped(text: str, lead: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False
    )
