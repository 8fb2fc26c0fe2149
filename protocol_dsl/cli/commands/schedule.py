"""`trialc schedule`."""

from __future__ import annotations

from fractions import Fraction

import click

from protocol_dsl.cli.calendars import written
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.scheduling import anchors_of, check_anchors, day_of, program_in, schedule_of
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import ROLE_UNITS, ScheduleError


@click.command("schedule", short_help="Write the planned calendar of an arm.")
@click.argument("file")
@click.option("--arm", required=True, metavar="NAME", help="The arm, by the name it is declared under.")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="NAME=DATE",
    help="A date the schedule hangs on, such as first_dose=2026-01-05; once for each.",
)
@click.option(
    "--until", metavar="DATE", help="The last day to plan; open-ended treatment needs one to go on."
)
@click.option(
    "--body",
    multiple=True,
    metavar="ROLE=NUMBER",
    help="What doses are sized by: weight in kg, height in cm, surface in m2, gfr in mL/min.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "csv", "ics"]),
    default="text",
    show_default=True,
    help="How the calendar is written.",
)
@click.option("--out", metavar="FILE", help="Write it there instead of standard output.")
def command(
    file: str,
    arm: str,
    anchors: tuple[str, ...],
    until: str | None,
    body: tuple[str, ...],
    format_: str,
    out: str | None,
) -> int:
    """Write the planned calendar of an arm: every dose, visit and assessment with its day, date, window, dose and slot.

    Day 1 is given under the name that the protocol declares for it; where that is a first dose, also as `first_dose`.
    """
    _, module = schedule_of(file)
    program = program_in(module)
    dates = {name: day.toordinal() for name, day in anchors_of(anchors).items()}
    check_anchors(program, dates)
    last = None if until is None else day_of(until, "--until").toordinal()
    try:
        found = calendar_of(program, arm, dates, last, _body(body))
    except ScheduleError as error:
        raise CouldNotRun(error.reason, error.fix) from None
    with output(out) as stream:
        stream.write(written(found, program.protocol, format_))
    return CLEAN


def _body(words: tuple[str, ...]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for word in words:
        role, _, text = word.partition("=")
        try:
            value = Fraction(text)
        except (ValueError, ZeroDivisionError):
            value = Fraction(0)
        if role not in ROLE_UNITS or value <= 0:
            raise CouldNotRun(
                f"--body: `{word}` sizes no dose", "write it as `weight=70`, `height=172` or `gfr=90`"
            )
        found[role] = value
    return found
