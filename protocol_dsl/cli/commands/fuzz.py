"""`trialc fuzz`."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import click

from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.functions import function_named
from protocol_dsl.cli.outputs import replacing
from protocol_dsl.cli.sources import compiled
from protocol_dsl.cli.terminal import counted
from protocol_dsl.testing.fuzzing import Finding, Fuzzing, OwnChecker, Unsteady, patient_json
from protocol_dsl.vocabulary.calendar import when_text


@click.command("fuzz", short_help="Find a patient on whom a checker of your own differs.")
@click.argument("file")
@click.option(
    "--against",
    required=True,
    metavar="PACKAGE.MODULE:FUNCTION",
    help="The checker, a function of one patient.",
)
@click.option(
    "--examples",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="How many patients are drawn after the suite.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Other patients for every number.")
@click.option("--out", metavar="FILE", help="Also write the patient here, as `trialc run` reads it.")
def command(file: str, against: str, examples: int, seed: int, out: str | None) -> int:
    """Find the plainest patient on whom a checker of your own differs from the protocol.

    The function is given a patient as `trialc run` reads one. It returns a verdict (eligible, ineligible, undetermined,
    or True, False, None), or a dictionary of criteria (passes, fails, unknown, or True, False, None).
    Exits with 1 when the two differ, with 2 when the function cannot be asked.
    """
    protocol = compiled(file)
    checker = cast(OwnChecker, function_named(against, "a patient and returns a verdict"))
    if find_spec("hypothesis") is None:
        raise CouldNotRun("drawing patients needs the package `hypothesis`", "`pip install hypothesis`")
    fuzzing = Fuzzing(protocol, checker)
    try:
        found = fuzzing.find(examples, seed)
    except Unsteady as patient:
        raise CouldNotRun(
            f"`{against}` does not say the same twice of one {patient}", "take time and chance out of it"
        ) from None
    if found is None:
        counts = ", ".join(f"{count:,} {verdict}" for verdict, count in fuzzing.verdicts.most_common())
        click.echo(f"`{against}` agrees on {counted(fuzzing.verdicts.total(), 'patient')}: {counts}")
        return CLEAN
    if out is not None:
        with replacing(Path(out)) as stream:
            stream.write(json.dumps([patient_json(found.patient)], indent=2, ensure_ascii=False) + "\n")
    if found.fault:
        raise CouldNotRun("\n".join([f"`{against}` {found.fault}, asked of {_who(found)}"]))
    click.echo(f"`{against}` differs from the protocol on {_who(found)}")
    for one in found.contradictions:
        because = f" ({one.because})" if one.because else ""
        click.echo(f"{one.question}: the protocol says {one.protocol}{because}, the checker {one.checker}")
    return FINDINGS


def _who(found: Finding) -> str:
    """The patient, as what is recorded otherwise than of the typical one."""
    differences = found.patient.differences
    who = "a patient who is as the typical one, except" if differences else "the typical patient"
    return "\n".join(
        [who, *(f"  {line}" for line in (*differences, f"judged on {when_text(found.patient.on)}"))]
    )
