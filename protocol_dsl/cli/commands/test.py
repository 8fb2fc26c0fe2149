"""`trialc test`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

import click

from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.examples import ExampleResult, run_examples
from protocol_dsl.cli.exits import CLEAN, FINDINGS
from protocol_dsl.cli.sources import compiled, protocols_in
from protocol_dsl.cli.terminal import coloured, counted

Results = Mapping[str, tuple[ExampleResult, ...]]
_GREEN, _RED = "32", "1;31"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@click.command("test", short_help="Run the examples written in protocols.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "junit"]),
    default="text",
    show_default=True,
    help="How results are written.",
)
def command(files: tuple[str, ...], format_: str) -> int:
    """Judge the examples written in protocols, by the reference evaluator and by the generated checker.

    An example passes when both come out as the file expects. Exits with 1 when one does not.
    """
    results: dict[str, tuple[ExampleResult, ...]] = {}
    for name in protocols_in(files):
        protocol = compiled(name)
        results[name] = run_examples(protocol, Checker(protocol))
    click.echo(_FORMATS[format_](results), nl=False)
    return CLEAN if all(one.passes for found in results.values() for one in found) else FINDINGS


def _text(results: Results) -> str:
    lines = []
    for file, found in results.items():
        lines.append(file)
        for one in found:
            word = _ink(_GREEN, "pass") if one.passes else _ink(_RED, "FAIL")
            lines.append(f"  {word}  {one.example.name}")
            lines += [f"          {text}" for text in (*one.differs, *one.disagrees)]
            lines += [f"          not understood: {words}" for words in one.not_understood]
        passed = sum(one.passes for one in found)
        lines.append(f"{counted(len(found), 'example')}, {passed} pass, {len(found) - passed} fail")
    return "\n".join(lines) + "\n"


def _json(results: Results) -> str:
    """`{"version": 1, "files": [{"file", "examples": [{"name", "on", "passes", "verdicts", "criteria", "differs",
    "disagrees", "not_understood"}]}], "summary": {"passes", "fails"}}`."""
    every = [one for found in results.values() for one in found]
    passed = sum(one.passes for one in every)
    whole = {
        "version": 1,
        "files": [
            {"file": file, "examples": [_json_example(one) for one in found]}
            for file, found in results.items()
        ],
        "summary": {"passes": passed, "fails": len(every) - passed},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _json_example(one: ExampleResult) -> dict[str, object]:
    return {
        "name": one.example.name,
        "on": one.example.on,
        "passes": one.passes,
        "verdicts": dict(one.verdicts),
        "criteria": dict(one.criteria),
        "differs": list(one.differs),
        "disagrees": list(one.disagrees),
        "not_understood": list(one.not_understood),
    }


def _junit(results: Results) -> str:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for file, found in results.items():
        fails = sum(not one.passes for one in found)
        lines.append(f'  <testsuite name={_attribute(file)} tests="{len(found)}" failures="{fails}">')
        for one in found:
            case = f"<testcase classname={_attribute(file)} name={_attribute(one.example.name)}"
            if one.passes:
                lines.append(f"    {case}/>")
                continue
            words = [*one.differs, *one.disagrees]
            body = escape(_NOT_IN_XML.sub("?", "\n".join(words)))
            lines.append(f"    {case}><failure message={_attribute(words[0])}>{body}</failure></testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("?", text))


def _ink(style: str, text: str) -> str:
    return f"\033[{style}m{text}\033[0m" if coloured() else text


_FORMATS = {"text": _text, "json": _json, "junit": _junit}
