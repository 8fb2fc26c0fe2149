"""`trialc simulate`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import click

from protocol_dsl.cli.courses import CourseTable, read_course
from protocol_dsl.cli.exits import CLEAN, CouldNotRun
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.scheduling import anchors_of, check_anchors, day_of, program_in, schedule_of, schema_in
from protocol_dsl.cli.terminal import remark
from protocol_dsl.runtime.schedule.actions import Action
from protocol_dsl.runtime.schedule.clock import study_day
from protocol_dsl.runtime.schedule.layout import day_one_of, names_of_day_one
from protocol_dsl.runtime.schedule.program import Program, ScheduleError
from protocol_dsl.runtime.schedule.simulate import Row


@click.command("simulate", short_help="Run an arm over a course of laboratory values.")
@click.argument("file")
@click.option("--arm", required=True, metavar="NAME", help="The arm, by the name it is declared under.")
@click.option(
    "--course",
    required=True,
    metavar="FILE.csv",
    help="A row for each day: a column `on`, and one for each fact.",
)
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="NAME=DATE",
    help="A date; day 1 is the course's first day unless said.",
)
@click.option("--until", metavar="DATE", help="The last day; the course's last day unless said.")
@click.option(
    "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="How the days are written.",
)  # fmt: skip
@click.option("--out", metavar="FILE", help="Write them there instead of standard output.")
def command(
    file: str,
    arm: str,
    course: str,
    anchors: tuple[str, ...],
    until: str | None,
    format_: str,
    out: str | None,
) -> int:
    """Run an arm over a course of laboratory values: each day's values beside what the protocol calls for.

    Every dose that is called for is taken to be given on that day.
    """
    _, module = schedule_of(file)
    program = program_in(module)
    table = read_course(course, schema_in(module))
    for problem in table.reading.problems:
        remark(f"not used as recorded: {problem.text()}")
    last = max(table.days) if until is None else day_of(until, "--until")
    named = dict(anchors_of(anchors))
    check_anchors(program, named)
    if not any(name in named for name in names_of_day_one(program)):
        named["day_1"] = min(table.days)
    try:
        rows = module.simulate(arm, table.reading.records, named, last)
        first = day_one_of(program, {name: day.toordinal() for name, day in named.items()})
    except ScheduleError as error:
        raise CouldNotRun(error.reason, error.fix) from None
    text = _json(program, arm, rows, table) if format_ == "json" else _text(program, arm, rows, table, first)
    with output(out) as stream:
        stream.write(text)
    return CLEAN


def _text(program: Program, arm: str, rows: tuple[Row, ...], table: CourseTable, first: int) -> str:
    chosen = program.arm(arm)
    lines = [f"{program.protocol}  {chosen.label} ({chosen.name})", ""]
    over: set[str] = set()
    quiet: list[int] = []
    for row in rows:
        cells = table.days.get(date.fromordinal(row.day), {})
        values = "  ".join(f"{name} {text}" for name, text in cells.items() if text)
        told = [*(_words(one) for one in row.actions), *_ended(row, over)]
        if not values and not told:
            quiet.append(row.day)
            continue
        lines += _nothing(quiet)
        quiet = []
        lines.append(
            f"{_iso(row.day)}  day {study_day(row.day, first, program.numbered_from):>3}  {values}".rstrip()
        )
        lines += [f"    {one}" for one in told]
    return "\n".join([*lines, *_nothing(quiet)]) + "\n"


def _nothing(days: list[int]) -> Iterator[str]:
    """The days on which nothing was recorded and nothing called for, as one line."""
    if days:
        to = f" to {_iso(days[-1])}" if len(days) > 1 else ""
        yield f"{_iso(days[0])}{to}  nothing recorded, nothing called for"


def _ended(row: Row, over: set[str]) -> Iterator[str]:
    """What has ended on this day."""
    for one in row.standing:
        if one.kind == "done" and one.line not in over:
            over.add(one.line)
            yield f"done   {one.label}: {one.reason}"


def _words(one: Action) -> str:
    dose = " ".join(filter(None, (one.label, one.dose)))
    match one.kind:
        case "ask":
            return f"ask    {dose}: {'; '.join(one.ask)} ({one.reason})"
        case "delay":
            return f"delay  {dose}, asked again on {_iso(one.until)} ({one.reason})"
        case "skip":
            return f"skip   {dose} ({one.reason})"
        case "stop":
            return f"stop   {dose} ({one.reason})"
        case "reduce":
            return f"reduce {dose} ({'; '.join(filter(None, (one.dose_note, one.reason)))})"
        case _:
            return f"{one.kind:<6} {dose}" + (f" ({one.dose_note})" if one.dose_note else "")


def _json(program: Program, arm: str, rows: tuple[Row, ...], table: CourseTable) -> str:
    days = [
        {
            "date": _iso(row.day),
            "course": {
                name: text for name, text in table.days.get(date.fromordinal(row.day), {}).items() if text
            },
            "actions": [_action(one) for one in row.actions],
        }
        for row in rows
    ]
    whole = {"version": 1, "protocol": program.protocol, "arm": arm, "days": days}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _action(one: Action) -> dict[str, object]:
    plain = {name: value for name, value in one._asdict().items() if value not in ("", (), None, False)}
    for name in ("day", "until", "last"):
        if name in plain:
            plain[name] = _iso(plain[name])
    return plain


def _iso(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()
