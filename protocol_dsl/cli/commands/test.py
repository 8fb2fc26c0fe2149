"""`trialc test`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

import click
from attrs import frozen

from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.examples import ExampleResult, run_examples
from protocol_dsl.cli.exits import CLEAN, FINDINGS
from protocol_dsl.cli.sources import checked, protocols_in
from protocol_dsl.cli.terminal import coloured, counted
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.coverage import Coverage, coverage
from protocol_dsl.testing.covering import coverage_json, coverage_text

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
@click.option(
    "--coverage", "wanted", is_flag=True, help="Also tell what of each condition the examples show."
)
@click.option(
    "--least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="The coverage each file must have; without it any will do. Means `--coverage`.",
)
def command(files: tuple[str, ...], format_: str, wanted: bool, least: float | None) -> int:
    """Judge the examples written in protocols, by the reference evaluator and by the generated checker.

    An example passes when both come out as the file expects. Exits with 1 when one does not, or when a file has less
    coverage than `--least`: conditions shown true, false and unknown, and shown to decide (MC/DC).
    """
    results: dict[str, tuple[ExampleResult, ...]] = {}
    covered: dict[str, Covered] = {}
    for name in protocols_in(files):
        result, protocol = checked(name)
        results[name] = run_examples(protocol, Checker(protocol))
        if wanted or least is not None:
            covered[name] = Covered(protocol, result.source, coverage(protocol))
    click.echo(_FORMATS[format_](results, covered), nl=False)
    enough = all(one.coverage.percent >= (least or 0) for one in covered.values())
    return CLEAN if enough and all(one.passes for found in results.values() for one in found) else FINDINGS


@frozen
class Covered:
    """One file, and what of its conditions the examples show."""

    protocol: Protocol
    source: SourceFile
    coverage: Coverage


def _text(results: Results, covered: Mapping[str, Covered]) -> str:
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
        if file in covered:
            one_file = covered[file]
            lines += coverage_text(one_file.protocol, one_file.source, one_file.coverage)
    return "\n".join(lines) + "\n"


def _json(results: Results, covered: Mapping[str, Covered]) -> str:
    """`{"version": 1, "files": [{"file", "examples": [{"name", "on", "passes", "verdicts", "criteria", "differs",
    "disagrees", "not_understood"}], "coverage"}], "summary": {"passes", "fails"}}`; coverage where it is asked for."""
    every = [one for found in results.values() for one in found]
    passed = sum(one.passes for one in every)
    whole = {
        "version": 1,
        "files": [
            {
                "file": file,
                "examples": [_json_example(one) for one in found],
                **_json_coverage(covered.get(file)),
            }
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


def _json_coverage(one: Covered | None) -> dict[str, object]:
    return {} if one is None else {"coverage": coverage_json(one.protocol, one.source, one.coverage)}


def _junit(results: Results, _: Mapping[str, Covered]) -> str:
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
