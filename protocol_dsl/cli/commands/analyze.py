"""`trialc analyze`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import click

from protocol_dsl.analysis.goals import Impossible, Reply, Witness
from protocol_dsl.analysis.incomplete import Completion
from protocol_dsl.analysis.report import Analysis, StageReport, analyze
from protocol_dsl.analysis.shown import told
from protocol_dsl.analysis.spelled import entries
from protocol_dsl.cli.exits import CLEAN, FINDINGS
from protocol_dsl.cli.scheduling import day_of
from protocol_dsl.cli.sources import checked
from protocol_dsl.cli.terminal import coloured
from protocol_dsl.diagnostics import Diagnostic, Severity, render
from protocol_dsl.pipeline import CheckResult
from protocol_dsl.vocabulary.calendar import when_text

_SHOWN = 8
"""How many entries of a patient are written before the rest is counted."""


@click.command("analyze", short_help="Show what criteria do: whom each keeps out, clashes, gaps.")
@click.argument("file")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How the analysis is written; sarif and github hold the findings alone.",
)
@click.option(
    "--on", metavar="DATE", help="The day of judging; that of the first eligible example unless said."
)
def command(file: str, format_: str, on: str | None) -> int:
    """Ask what the criteria of a protocol come to, and show it with concrete patients.

    Can anybody be eligible? Whom does each criterion alone keep out? Which criteria clash, follow from others, or
    never fail? Do they agree with the header? Can incomplete patients of the examples still become eligible?
    Every patient shown was judged by the reference evaluator. Exits with 1 when something was found.
    """
    result, protocol = checked(file)
    found = analyze(protocol, None if on is None else day_of(on, "--on"))
    click.echo(_FORMATS[format_](result, found), nl=False)
    faults = (Severity.ERROR, Severity.WARNING)
    return FINDINGS if any(one.severity in faults for one in found.findings) else CLEAN


def _text(result: CheckResult, found: Analysis) -> str:
    blocks = [f"{found.protocol.header.id}  {found.protocol.header.title}\njudged on {when_text(found.on)}"]
    for part in found.stages:
        blocks.append(_stage_text(found, part))
    if found.completions:
        blocks.append(_completions_text(found.completions))
    if found.admitted:
        blocks.append("\n".join(["Said by notes of the file.", *map(_admitted, found.admitted)]))
    text = "\n\n".join(blocks) + "\n\n"
    if found.findings:
        return text + render("text", found.findings, result.source, colour=coloured())
    return text + "nothing found\n"


def _stage_text(found: Analysis, part: StageReport) -> str:
    lines = [_everyone(found, part)]
    if part.alone:
        lines += ["", "Whom each criterion alone keeps out: what is recorded otherwise than of that patient."]
        width = max(len(one.criterion.id) for one in part.alone)
        lines += [f"  {one.criterion.id:<{width}}  {_only(found, one.reply)}" for one in part.alone]
    return "\n".join(lines)


def _everyone(found: Analysis, part: StageReport) -> str:
    stage = "" if part.stage.name == "eligibility" else f" at stage {part.stage.name}"
    match part.everyone:
        case Witness(records):
            lines = [f"  {entry}" for entry in entries(found.protocol, records, found.on)]
            return "\n".join([f"A patient who passes everything{stage}:", *lines])
        case Impossible():
            return f"No patient passes everything{stage}."
        case _:
            return f"Whether a patient can pass everything{stage} stays open."


def _only(found: Analysis, reply: Reply) -> str:
    match reply:
        case Witness(records):
            return _brief(told(found.engine, records))
        case Impossible():
            return "nobody: see the findings"
        case _:
            return "not decided: neither found a patient, nor shown that there is none"


def _brief(entries_: tuple[str, ...]) -> str:
    rest = len(entries_) - _SHOWN
    return "; ".join(entries_[:_SHOWN]) + (f"; and {rest} more" if rest > 0 else "")


def _completions_text(found: tuple[Completion, ...]) -> str:
    lines = ["Undetermined examples, and what would make them eligible."]
    for one in found:
        match one.outcome:
            case "possible":
                lines.append(f'  "{one.name}": {_brief(one.needs)}')
            case "impossible":
                lines.append(f'  "{one.name}": nothing that is still unknown can')
            case "undecided":
                lines.append(f'  "{one.name}": not decided')
    return "\n".join(lines)


def _admitted(found: Diagnostic) -> str:
    return f"  {found.code}  {found.message_text}"


def _json(result: CheckResult, found: Analysis) -> str:
    """`{"version": 1, "file", "protocol", "on", "stages": [{"name", "satisfiable", "patient", "criteria": [{"id",
    "alone", "differences"}]}], "incomplete": [{"example", "outcome", "needs"}],
    "admitted": [{"code", "message"}], "diagnostics", "summary"}`."""
    rendered = json.loads(render("json", found.findings, result.source))
    whole = {
        "version": 1,
        "file": rendered["file"],
        "protocol": found.protocol.header.id,
        "on": when_text(found.on),
        "stages": [_json_stage(found, part) for part in found.stages],
        "incomplete": [
            {"example": one.name, "outcome": one.outcome, "needs": list(one.needs)}
            for one in found.completions
        ],
        "admitted": [{"code": one.code, "message": one.message_text} for one in found.admitted],
        "diagnostics": rendered["diagnostics"],
        "summary": {
            **rendered["summary"],
            "undecided": len(found.undecided),
            "questions": found.engine.asked,
        },
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _json_stage(found: Analysis, part: StageReport) -> Mapping[str, object]:
    everyone = part.everyone
    return {
        "name": part.stage.name,
        "satisfiable": _word(everyone),
        "patient": list(entries(found.protocol, everyone.records, found.on))
        if isinstance(everyone, Witness)
        else None,
        "criteria": [
            {
                "id": one.criterion.id,
                "alone": _word(one.reply),
                "differences": list(told(found.engine, one.reply.records))
                if isinstance(one.reply, Witness)
                else None,
            }
            for one in part.alone
        ],
    }


def _word(reply: Reply) -> str:
    return (
        "possible"
        if isinstance(reply, Witness)
        else "impossible"
        if isinstance(reply, Impossible)
        else "undecided"
    )


def _findings(format_: str) -> Callable[[CheckResult, Analysis], str]:
    return lambda result, found: render(format_, found.findings, result.source)  # type: ignore[arg-type]


_FORMATS: Mapping[str, Callable[[CheckResult, Analysis], str]] = {
    "text": _text,
    "json": _json,
    "sarif": _findings("sarif"),
    "github": _findings("github"),
}
