"""Coverage of criteria in words, beside the lines of the source."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.coverage import OUTCOMES, Condition, Coverage


def coverage_text(protocol: Protocol, source: SourceFile, found: Coverage) -> Iterator[str]:
    """Each line of the criteria, and below it what of each of its conditions was shown."""
    prose = Prose(protocol)
    for line in found.lines:
        number = source.position(line.line.span.start).line
        yield f"{number:>5}  {line.criterion.id}  {' '.join(line.line.text.split())}"
        for one in line.conditions:
            yield f"         {_mark(one)} {prose.formula(one.atom)}: {', '.join(_shown(one))}"
    done, whole = found.shown
    yield f"{found.percent:.1f} % covered: {done} of {whole} outcomes of conditions, and that each decides"


def _mark(one: Condition) -> str:
    return "-" if one.missing or not one.paired else "+"


def _shown(one: Condition) -> Iterator[str]:
    seen = [f"{len(one.seen[outcome])} {word}" for outcome, word in OUTCOMES.items() if one.seen.get(outcome)]
    yield from seen
    yield from (f"never {word}" for word in one.missing)
    passing, failing = one.decides
    if one.paired:
        yield f'decides in "{passing}" and "{failing}"'
    else:
        yield f"not shown to decide that the line {'fails' if passing else 'passes'}"


def coverage_json(protocol: Protocol, source: SourceFile, found: Coverage) -> dict[str, object]:
    """`{"percent", "shown", "of", "lines": [{"criterion", "line", "text", "conditions": [{"atom", "words", "seen":
    {"true", "false", "unknown"}, "decides": {"passes", "fails"}}]}]}`; the seen are names of examples."""
    prose = Prose(protocol)
    done, whole = found.shown
    lines = [
        {
            "criterion": line.criterion.id,
            "line": source.position(line.line.span.start).line,
            "text": " ".join(line.line.text.split()),
            "conditions": [
                {
                    "atom": one.atom.atom,
                    "words": prose.formula(one.atom),
                    "seen": {word: list(one.seen.get(outcome, ())) for outcome, word in OUTCOMES.items()},
                    "decides": dict(zip(("passes", "fails"), one.decides, strict=True)),
                }
                for one in line.conditions
            ],
        }
        for line in found.lines
    ]
    return {"percent": round(found.percent, 2), "shown": done, "of": whole, "lines": lines}
