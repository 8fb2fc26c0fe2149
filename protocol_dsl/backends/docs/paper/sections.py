"""The view as sections in the order of the ICH M11 template, with its numbers and titles."""

from __future__ import annotations

from collections.abc import Iterable

from protocol_dsl.backends.docs import sayings
from protocol_dsl.backends.docs.activities import ActivityTable
from protocol_dsl.backends.docs.eligibility import CriterionView, StageView
from protocol_dsl.backends.docs.paper.appendix import appendix
from protocol_dsl.backends.docs.paper.blocks import (
    Block,
    Cell,
    Heading,
    Items,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
    cell,
    items,
    linked,
    settled,
    shown,
    table,
    text,
)
from protocol_dsl.backends.docs.treatment import GiveView, TreatmentView
from protocol_dsl.backends.docs.view import Document
from protocol_dsl.backends.docs.words import Clause, series

_CHAPTERS = {
    1: "Protocol Summary",
    2: "Introduction",
    3: "Trial Objectives and Associated Estimands",
    4: "Trial Design",
    5: "Trial Population",
    6: "Trial Intervention and Concomitant Therapy",
    7: "Participant Discontinuation of Trial Intervention and Discontinuation or Withdrawal from Trial",
    8: "Trial Assessments and Procedures",
    9: "Adverse Events, Serious Adverse Events, Product Complaints, Pregnancy and Postpartum Information, and"
    " Special Safety Situations",
    10: "Statistical Considerations",
    11: "Trial Oversight and Other General Considerations",
    12: "Appendix: Supporting Details",
    13: "Appendix: Glossary of Terms and Abbreviations",
    14: "Appendix: References",
}
"""The sections of the template; those the protocol says nothing of are left out, and named."""

_PORTRAIT = 9
"""Columns of a schedule of activities that an upright page holds."""


def paper(doc: Document) -> Paper:
    """The document for print."""
    said: dict[int, list[Block]] = {
        1: _summary(doc),
        4: _design(doc),
        5: _population(doc),
        6: _intervention(doc),
        8: _assessments(doc),
        12: appendix(doc),
    }
    blocks: list[Block] = []
    for number, title in _CHAPTERS.items():
        if said.get(number):
            blocks += [Heading(1, str(number), title, f"section-{number}"), *said[number]]
    silent = series(str(number) for number in _CHAPTERS if not said.get(number))
    rows = (
        (cell(row.label, "strong"), Cell((Paragraph((Run(shown(row.value), href=row.href),)),)))
        for row in doc.title.rows
    )
    return settled(
        Paper(
            title=shown(doc.title.title),
            id=shown(doc.title.id),
            running_head=shown(doc.running_head),
            front=Table("", (), tuple(rows), (1, 2.2)),
            colophon=_colophon(doc),
            contents="Sections are numbered and titled as in the ICH M11 protocol template; those that the protocol"
            f" file holds nothing for ({silent}) are left out.",
            blocks=tuple(blocks),
        )
    )


def _colophon(doc: Document) -> str:
    one = doc.colophon
    digest = f", SHA-256 {one.digest}" if one.digest else ""
    libraries = f", with the shipped libraries {', '.join(one.libraries)}" if one.libraries else ""
    compiler = f", by trialc {one.compiler}" if one.compiler else ""
    return shown(
        f"Compiled from {one.source or 'a protocol file'}{digest}{libraries}{compiler}. {sayings.TRUTH}"
    )


def _summary(doc: Document) -> list[Block]:
    glance = table(
        "The trial at a glance",
        ("Number", "Of what", "Remark"),
        ((cell(one.value, "strong"), cell(one.label), cell(one.remark)) for one in doc.glance),
        (1, 2, 3),
    )
    return [
        Heading(2, "1.1", "Protocol Synopsis", "synopsis"),
        *map(text, doc.title.summary),
        *glance,
        *_schema(doc),
        Heading(2, "1.3", "Schedule of Activities", "visits"),
        *_activities(doc.activities),
    ]


def _schema(doc: Document) -> list[Block]:
    blocks: list[Block] = [Picture(doc.diagram, "Trial schema")] if doc.diagram else []
    for one in doc.timelines:
        blocks.append(Picture(one.drawing, shown(f"Timeline of {one.label}. {one.day_one}")))
    return [Heading(2, "1.2", "Trial Schema", "timeline"), *blocks] if blocks else []


def _activities(activities: ActivityTable) -> list[Block]:
    if not activities.shown:
        return [text("The source states no activities at planned visits.")]
    columns = activities.columns
    head = [
        _across("Visit", (one.label for one in columns), "strong"),
        _across("Day", (one.when for one in columns)),
        _across("Window", (one.window for one in columns)),
    ]
    if activities.epochs:
        spans = (cell(label, "strong", span) for label, span in activities.epochs)
        head.insert(0, (cell("Epoch", "strong"), *spans))
    rows: list[tuple[Cell, ...]] = []
    for heading, members in activities.groups:
        rows.append((cell(heading, "emphasis", len(columns) + 1),))
        for row in members:
            notes = f" ({', '.join(row.notes)})" if row.notes else ""
            rows.append((cell(row.label + notes), *(cell("×" if mark else "") for mark in row.marks)))
    widths = (3.0, *(1.0 for _ in columns))
    wide = len(columns) > _PORTRAIT
    grid = Table("Schedule of activities", tuple(head), tuple(rows), widths, centred=True, wide=wide)
    return [grid, *(text(f"({letter}) {words}", "remark") for letter, words in activities.footnotes)]


def _across(name: str, words: Iterable[str], style: str = "plain") -> tuple[Cell, ...]:
    return (cell(name, "strong"), *(cell(one, "strong" if style == "strong" else "plain") for one in words))


def _design(doc: Document) -> list[Block]:
    arms = table(
        "Arms",
        ("Arm", "Role", "Receives"),
        ((Cell((Paragraph(_name(one)),)), cell(one.role), cell(_receives(one))) for one in doc.arms),
        (2, 1.4, 3),
    )
    epochs = table(
        "Epochs",
        ("Epoch", "Extent"),
        ((cell(label, "strong"), cell(words)) for label, words in doc.schedule.epochs),
        (1, 2),
    )
    blocks = [*arms, *epochs]
    return [Heading(2, "4.1", "Description of Trial Design", "design"), *blocks] if blocks else []


def _name(one: TreatmentView) -> tuple[Run, ...]:
    return (Run(shown(one.label), "strong", target=one.anchor),)


def _receives(one: TreatmentView) -> str:
    given = [give.label for block in one.blocks for give in block.gives]
    return series([*given, *(link.text for _, link in one.follows)]) or "no treatment stated"


def _population(doc: Document) -> list[Block]:
    judging = f"{sayings.JUDGING} {sayings.LIMITS}" if doc.limited else sayings.JUDGING
    blocks: list[Block] = [
        Heading(2, "5.1", "Description of Trial Population and Rationale", "eligibility"),
        text(judging),
    ]
    for number, kind in (("5.2", "inclusion"), ("5.3", "exclusion")):
        blocks += _criteria(doc.stages, number, kind)
    return blocks


def _criteria(stages: tuple[StageView, ...], number: str, kind: str) -> list[Block]:
    title = f"{kind.title()} Criteria"
    blocks: list[Block] = []
    for stage in stages:
        chosen = [one for group in stage.groups for one in group.criteria if one.kind == kind]
        if chosen and len(stages) > 1:
            blocks.append(text(f"{stage.title}, judged at {stage.judged_at}", "label"))
        blocks += table(
            f"{stage.title}: {title.lower()}" if len(stages) > 1 else title.capitalize(),
            ("Criterion", "Source"),
            ((_meaning(one), _source(one)) for one in chosen),
            (1.55, 1),
        )
    return [Heading(2, number, title, kind), *(blocks or [text(f"The protocol has no {title.lower()}.")])]


def _meaning(one: CriterionView) -> Cell:
    title = Paragraph((Run(shown(f"{one.id} {one.title}"), "strong"),), anchor=one.anchor)
    blocks: list[Paragraph | Items] = [title]
    for requirement in one.requirements:
        blocks += [text(requirement.lead, "label"), items(requirement.clauses)]
    if one.limits:
        blocks.append(text("On both sides of each limit", "label"))
        blocks.append(items(Clause(_limit(limit.subject, limit.cases)) for limit in one.limits))
    if one.missing:
        blocks.append(
            Paragraph((Run("Missing data. ", "strong"), Run(shown(" ".join(one.missing)))), "remark")
        )
    return Cell(tuple(blocks))


def _limit(subject: str, cases: tuple[tuple[str, str, bool], ...]) -> str:
    return f"{subject}: {', '.join(f'{value} {words}' for value, words, _ in cases)}"


def _source(one: CriterionView) -> Cell:
    blocks: list[Paragraph] = []
    for quote in one.quotes:
        blocks += [text(f"“{quote.text}”")] if quote.text else []
        blocks += [text(quote.pointer, "remark")] if quote.pointer else []
    blocks = blocks or [text("No source sentence is cited.", "remark")]
    notes = (Paragraph((Run("Note. ", "emphasis"), Run(shown(note))), "remark") for note in one.notes)
    return Cell((*blocks, *notes))


def _intervention(doc: Document) -> list[Block]:
    blocks: list[Block] = []
    if doc.arms or doc.regimens:
        blocks.append(Heading(2, "6.1", "Description of Investigational Trial Intervention", "treatment"))
        blocks += [text(sayings.RULES)] if doc.has_rules else []
        for one in doc.arms + doc.regimens:
            blocks += _treatment(one)
    blocks.append(
        Heading(
            2,
            "6.7",
            "Investigational Trial Intervention Assignment, Randomisation and Blinding",
            "allocation",
        )
    )
    blocks += table(
        "Allocation",
        ("What", "As stated"),
        ((cell(name, "strong"), cell(words)) for name, words in doc.allocation.stated),
        (1, 2.5),
    )
    if doc.allocation.not_stated:
        blocks += [
            text("The source does not state:"),
            items(map(Clause, doc.allocation.not_stated)),
        ]
    return blocks


def _treatment(one: TreatmentView) -> list[Block]:
    role = f" ({one.role})" if one.role else ""
    blocks: list[Block] = [Heading(3, "", shown(f"{one.label}{role}"), one.anchor)]
    for word, link in one.follows:
        blocks.append(Paragraph((Run(f"{word} "), *linked((link,)), Run("."))))
    for block in one.blocks:
        blocks += table(
            f"{one.label}. {block.heading}" if block.heading else f"{one.label}: what is given",
            ("Treatment", "Dose and route", "When", "Rules"),
            (row for give in block.gives for row in _give(give)),
            (1.5, 1.3, 1.5, 2),
        )
    blocks += [text(f"“{words}”", "quote") for words in one.quotes]
    blocks += [Paragraph((Run("Note. ", "emphasis"), Run(shown(note))), "remark") for note in one.notes]
    return blocks


def _give(give: GiveView) -> Iterable[tuple[Cell, ...]]:
    marks = f" ({', '.join(give.marks)})" if give.marks else ""
    purpose = f", for {give.purpose}" if give.purpose else ""
    for number, step in enumerate(give.steps):
        dose = ", ".join(filter(None, (step.dose, give.route if number == 0 else "")))
        when = " ".join(filter(None, (step.timing, step.bound)))
        window = f"window {step.window}" if step.window else ""
        yield (
            cell("" if number else f"{give.label}{marks}{purpose}", "strong"),
            cell(f"then {dose}" if number else dose),
            cell(", ".join(filter(None, (when, window)))),
            cell("; ".join(step.rules)),
        )


def _assessments(doc: Document) -> list[Block]:
    blocks: list[Block] = []
    blocks += table(
        "Visits",
        ("Visit", "When", "Window", "Source"),
        (
            (
                cell(one.label, "strong"),
                cell(one.when),
                cell(one.window),
                cell(" ".join(f"“{text}”" for text in one.quotes)),
            )
            for one in doc.schedule.visits
        ),
        (1.3, 1.6, 1.2, 2),
    )
    for heading, rows in doc.schedule.timelines:
        blocks += table(
            heading,
            ("Assessment", "At"),
            ((cell(label, "strong"), cell(words)) for label, words in rows),
            (1, 2),
        )
    return blocks or [text(sayings.UNPLANNED)]
