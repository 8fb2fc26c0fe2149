"""Second stage: one flat function per stage of the protocol, each criterion's block under its source sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.python.body import Body
from protocol_dsl.backends.python.expressions import FALSE, TRUE, Expression, Level, flat, operand_lines
from protocol_dsl.backends.python.rails import conjunction, conjuncts, disjunction, known_first
from protocol_dsl.backends.writer import Writer, one_line
from protocol_dsl.ir.formulas import All
from protocol_dsl.ir.protocol import Criterion, Definition, Line


def definition_heading(prose: Prose, definition: Definition) -> str:
    """The comment over a definition's code: its words, variant and published source."""
    parts = [prose.definition(definition.id)]
    if definition.variant:
        parts.append(f"variant {one_line(definition.variant)}")
    unit = "" if definition.unit in {"", "1"} else f", {definition.unit}"
    source = f" [{one_line(definition.source)}]" if definition.source else ""
    return f"{definition.id}: {', '.join(parts)}{unit}{source}"


@frozen
class Block:
    """The code of one criterion, each test under the author's line: `outcome` is the local it sets."""

    criterion: Criterion
    outcome: str
    lines: list[str]

    def write(self, writer: Writer, words: bool) -> None:
        """The block under its source sentence and notes, or without `words` under its title alone."""
        if words:
            _write_heading(writer, self.criterion)
        else:
            _write_title(writer, self.criterion)
        writer.put(self.lines)


def criterion_blocks(
    writer: Writer, body: Body, scope: Scope, criteria: Sequence[Criterion]
) -> Iterator[Block]:
    """Every criterion's block in turn, taken from `writer`, which stands at their indentation."""
    for criterion in criteria:
        name = scope.claim(("criterion", criterion.id), criterion.id, "criterion")
        body.owner = name
        if len(criterion.lines) == 1:
            _write_line_text(writer, criterion.lines[0])
            body.decide(name, criterion.lines[0].passes)
        elif criterion.lines:
            _write_lines(writer, body, name, criterion.lines)
        else:
            writer.line(f"{name}: bool | None = True  # nothing is asked")
        writer.blank()
        yield Block(criterion, name, writer.taken())


def _write_title(writer: Writer, criterion: Criterion) -> None:
    writer.comment(f"{criterion.id}: {one_line(criterion.title)}", rest="  ")


def _write_heading(writer: Writer, criterion: Criterion) -> None:
    writer.comment(f"{criterion.id}, {criterion.kind}: {one_line(criterion.title)}", rest="  ")
    for citation in criterion.citations:
        text = citation.text or citation.pointer
        if text:
            writer.comment(text, first="| ", rest="| ")
    for note in criterion.notes:
        writer.comment(f"Note: {one_line(note)}", rest="  ")


def _write_line_text(writer: Writer, line: Line) -> None:
    text = one_line(line.text)
    writer.comment(f"{'' if text.startswith(line.verb) else line.verb + ' '}{text}", first="- ", rest="  ")


def _write_lines(writer: Writer, body: Body, name: str, lines: tuple[Line, ...]) -> None:
    """All lines must be met, each under its own words; one that certainly is not fails the criterion."""
    for line in lines:
        body.prepare(line.passes)
    met = [body.rails.certainly(line.passes) for line in lines]
    broken = disjunction([body.rails.certainly(line.passes, False) for line in lines])
    whole = conjunction(met)
    if len(conjuncts(whole)) == 1 or broken == TRUE:
        for line in lines:
            _write_line_text(writer, line)
        body.outcome(name, whole, broken)
        return
    writer.line(f"{name}: bool | None")
    with writer.block("if ("):
        _write_met(writer, lines, met)
    with writer.block("):"):
        writer.line(f"{name} = True")
    body.otherwise(name, broken)


def _write_met(writer: Writer, lines: tuple[Line, ...], met: list[Expression]) -> None:
    seen = {TRUE.code}
    operator = ""
    for line, test in zip(lines, met, strict=True):
        _write_line_text(writer, line)
        for part in conjuncts(test):
            if flat(part) not in seen:
                seen.add(flat(part))
                writer.lines(*operand_lines(operator, part, Level.AND, writer.margin))
                operator = "and "


def short_blocks(writer: Writer, body: Body, criteria: Sequence[Criterion]) -> Iterator[list[str]]:
    """The same criteria, left at the first that fails: the lines of each in turn, taken from `writer`, so that what
    they need can be written before them."""
    for criterion in criteria:
        if criterion.lines:
            body.owner = criterion.id
            passes = tuple(line.passes for line in criterion.lines)
            whole = passes[0] if len(passes) == 1 else All(passes)
            broken, met = body.rails.certainly(whole, False), body.rails.certainly(whole)
            _write_title(writer, criterion)
            _write_short(writer, body, met, broken)
            yield writer.taken()


def _write_short(writer: Writer, body: Body, met: Expression, broken: Expression) -> None:
    if met == TRUE:
        return
    body.write("if ", body.rails.negated(met), ":")
    with writer.indented():
        if broken == TRUE:
            writer.line("return False")
            return
        if broken != FALSE:
            body.write("if ", known_first(broken), ":")
            with writer.indented():
                writer.line("return False")
        writer.line("undecided = True")
