"""The appendix: data dictionary, definitions, questions, examples, traceability, and what is no criterion."""

from __future__ import annotations

from protocol_dsl.backends.docs import sayings
from protocol_dsl.backends.docs.definitions import DefinitionView
from protocol_dsl.backends.docs.dictionary import FactView
from protocol_dsl.backends.docs.examples import ExampleRow
from protocol_dsl.backends.docs.paper.blocks import (
    Block,
    Cell,
    Heading,
    Paragraph,
    Run,
    cell,
    items,
    linked,
    shown,
    table,
    text,
)
from protocol_dsl.backends.docs.trace import TraceRow
from protocol_dsl.backends.docs.view import Document
from protocol_dsl.backends.docs.words import Clause

_FIRST = 4
"""The template keeps 12.1 to 12.3 for itself; a sponsor's own appendices come after."""


def appendix(doc: Document) -> list[Block]:
    """Appendices one after another, numbered without gaps."""
    parts = (
        ("Data Dictionary", "dictionary", _dictionary(doc)),
        (
            "Scores and Definitions",
            "definitions",
            [part for one in doc.definitions for part in _definition(one)],
        ),
        ("Questions to Be Answered", "questions", _questions(doc)),
        ("Examples", "examples", _examples(doc)),
        ("Traceability", "traceability", _trace(doc)),
        ("Sentences That Are No Criteria, and Notes", "scope", _scope(doc)),
    )
    blocks: list[Block] = []
    for number, (title, anchor, part) in enumerate((one for one in parts if one[2]), start=_FIRST):
        blocks += [Heading(2, f"12.{number}", title, anchor), *part]
    return blocks


def _dictionary(doc: Document) -> list[Block]:
    blocks: list[Block] = [text(sayings.FACTS)]
    for group in doc.facts:
        blocks += table(
            group.title,
            ("Fact", "Kind, unit, plausible range", "If not recorded", "Used by"),
            (_fact(fact) for fact in group.facts),
            (1.5, 1.7, 1.7, 1.1),
        )
    blocks += table(
        "Value sets",
        ("Value set", "Codes", "Read from", "Digest"),
        (
            (cell(one.label, "strong"), cell(str(one.size)), cell(one.source), cell(one.digest, "code"))
            for one in doc.value_sets
        ),
        (1.5, 0.6, 1.6, 2),
    )
    return blocks


def _fact(fact: FactView) -> tuple[Cell, ...]:
    label = Paragraph((Run(shown(fact.label), "strong"),), anchor=fact.anchor)
    step = f", in steps of {fact.step}" if fact.step else ""
    bounds = (text(f"{fact.plausible} {fact.unit}{step}"),) if fact.plausible else ()
    kind = text(f"{fact.kind}, in {fact.unit}" if fact.unit else fact.kind)
    details = (text(f"{name}: {words}", "remark") for name, words in fact.details)
    return (
        Cell((label, Paragraph((Run(shown(fact.name), "code"),)))),
        Cell((kind, *bounds, *details)),
        cell(fact.missing),
        Cell((Paragraph(linked(fact.used_by) or (Run("not used"),)),)),
    )


def _definition(one: DefinitionView) -> list[Block]:
    lead = ", ".join(filter(None, (one.variant, f"in {one.unit}" if one.unit else "")))
    blocks: list[Block] = [
        Heading(3, "", shown(one.title), one.anchor),
        Paragraph((Run(shown(one.name), "code"), Run(shown(f", {lead}") if lead else ""))),
    ]
    blocks.append(items((one.condition,) if one.condition else _formula(one)))
    for lead, links in (("Rests on ", one.rests_on), ("Used by ", one.used_by)):
        if links:
            blocks.append(Paragraph((Run(lead), *linked(links), Run("."))))
    blocks += [text(f"Published: {one.source}", "remark")] if one.source else []
    blocks += [Paragraph((Run("Note. ", "emphasis"), Run(shown(note))), "remark") for note in one.notes]
    return blocks


def _formula(one: DefinitionView) -> tuple[Clause, ...]:
    """The lines of a formula as a list, each under the line it is a step further in than."""

    def under(first: int, depth: int) -> tuple[tuple[Clause, ...], int]:
        found: list[Clause] = []
        place = first
        while place < len(one.formula) and one.formula[place].depth >= depth:
            line = one.formula[place]
            members, place = under(place + 1, line.depth + 1)
            found.append(Clause(f"{line.sign.strip('·')} {line.text}".strip(), members))
        return tuple(found), place

    return under(0, 0)[0]


def _questions(doc: Document) -> list[Block]:
    rows = (
        (
            Cell((text(one.text, anchor=one.anchor), Paragraph((Run(shown(one.id), "code"),)))),
            cell(one.by),
            Cell((Paragraph(linked(one.used_by)),)),
        )
        for one in doc.questions
    )
    grid = table("Questions", ("Question", "Answered by", "Decides"), rows, (3, 1, 1))
    return [text(sayings.QUESTIONS), *grid] if grid else []


def _examples(doc: Document) -> list[Block]:
    ran = doc.examples.computed
    if ran and not doc.examples.differing:
        lead = f"{sayings.CHECKED} All {doc.examples.expected} outcomes that the file states came out so."
    elif ran:
        lead = (
            f"{sayings.CHECKED} {doc.examples.differing} of the"
            f" {doc.examples.expected} outcomes that the file states came out otherwise."
        )
    else:
        lead = "What the file expects of each patient."
    names = [link.text for link in doc.examples.columns]
    heads = ("Patient", "On", "Expected", "Fails", "Unknown")
    grid = table(
        "Example patients", heads, (_example(row, names) for row in doc.examples.rows), (2, 1, 1.3, 1, 1)
    )
    return [text(lead), *grid] if grid else []


def _example(row: ExampleRow, names: list[str]) -> tuple[Cell, ...]:
    verdicts = "; ".join(f"{stage}: {verdict}" if stage else verdict for stage, verdict in row.verdicts)

    def those(outcome: str) -> str:
        pairs = zip(names, row.cells, strict=True)
        return ", ".join(
            f"{name} (expected: {one.differs})" if one.differs else name
            for name, one in pairs
            if one.outcome == outcome
        )

    name = Paragraph((Run(shown(row.name), "strong"),), anchor=row.anchor)
    otherwise = [
        f"{one} passes (expected: {found.differs})"
        for one, found in zip(names, row.cells, strict=True)
        if found.outcome == "passes" and found.differs
    ]
    stated = cell("; ".join(filter(None, (verdicts, *otherwise))))
    return Cell((name,)), cell(row.on), stated, cell(those("fails")), cell(those("unknown"))


def _trace(doc: Document) -> list[Block]:
    heads = ("Source sentence", "Criterion", "Written as", "Facts", "In checker.py")
    rows = (_traced(row) for row in doc.trace)
    return list(table("Traceability", heads, rows, (2, 1.2, 2, 1.4, 1.2), wide=True))


def _traced(row: TraceRow) -> tuple[Cell, ...]:
    quotes = [text(f"“{one.text}” {one.pointer}" if one.text else one.pointer) for one in row.quotes]
    name = (*linked((row.what,)), Run(shown(f" {row.title}") if row.title else ""))
    place = f"{row.place[0]}, under “{row.place[1]}”" if row.place else ""
    return (
        Cell(tuple(quotes) or (text("no source sentence cited", "remark"),)),
        Cell((Paragraph(name),)),
        Cell(tuple(Paragraph((Run(shown(line), "code"),)) for line in row.lines)),
        Cell((Paragraph(linked(row.facts)),)),
        cell(place),
    )


def _scope(doc: Document) -> list[Block]:
    rows = ((cell(words), cell(why)) for words, why in doc.out_of_scope)
    blocks: list[Block] = list(
        table("Out of scope", ("Source sentence that is no criterion", "Why"), rows, (3, 1))
    )
    return [*blocks, *([items(map(Clause, doc.notes))] if doc.notes else [])]
