"""Everything the document says, as one frozen view that both templates lay out."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.docs import allocation as allocations
from protocol_dsl.backends.docs import diagram as diagrams
from protocol_dsl.backends.docs import dictionary, visits
from protocol_dsl.backends.docs import examples as example_table
from protocol_dsl.backends.docs import title as titles
from protocol_dsl.backends.docs import trace as traces
from protocol_dsl.backends.docs.activities import ActivityTable, activity_table
from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.definitions import DefinitionView, definitions
from protocol_dsl.backends.docs.drawing import Drawing
from protocol_dsl.backends.docs.eligibility import StageView, stages
from protocol_dsl.backends.docs.examples import Outcomes
from protocol_dsl.backends.docs.limits import Limits
from protocol_dsl.backends.docs.readable import rules_prose
from protocol_dsl.backends.docs.timeline import ArmTimeline, timelines
from protocol_dsl.backends.docs.treatment import TreatmentView, TreatmentWords
from protocol_dsl.backends.docs.words import Link
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir import walk
from protocol_dsl.ir.features import Answer
from protocol_dsl.ir.protocol import OutOfScope, Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Give, Regimen

_REASONS = {
    "advice": "advice to the reader, not a criterion",
    "conduct": "how the study is conducted",
    "site": "a matter of the site",
}

_LAST = {
    (True, True): "Out of scope, and notes",
    (True, False): "Out of scope",
    (False, True): "Notes on the source",
    (False, False): "",
}
"""The heading of the last section, by whether there are sentences out of scope, and notes."""


@frozen
class QuestionView:
    """One question a person answers."""

    id: str
    anchor: str
    text: str
    by: str
    used_by: tuple[Link, ...]


@frozen
class ValueSetView:
    """One set of codes and where it was read from."""

    label: str
    size: int
    source: str
    digest: str


@frozen
class Document:
    """The whole document, section by section, in the order it is printed."""

    title: titles.TitleView
    running_head: str
    sections: tuple[Link, ...]
    glance: tuple[titles.Figure, ...]
    stages: tuple[StageView, ...]
    limited: bool
    facts: tuple[dictionary.FactGroup, ...]
    value_sets: tuple[ValueSetView, ...]
    definitions: tuple[DefinitionView, ...]
    questions: tuple[QuestionView, ...]
    arms: tuple[TreatmentView, ...]
    regimens: tuple[TreatmentView, ...]
    has_rules: bool
    diagram: Drawing | None
    flow: diagrams.Flow | None
    timelines: tuple[ArmTimeline, ...]
    schedule: visits.ScheduleView
    activities: ActivityTable
    allocation: allocations.AllocationView
    examples: example_table.ExamplesView
    trace: tuple[traces.TraceRow, ...]
    out_of_scope: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    colophon: titles.Colophon


def document(
    protocol: Protocol, outcomes: Outcomes | None, compiler: str, limits: Limits | None = None
) -> Document:
    """The view of a protocol; `outcomes` are those of its examples when they were run, `limits` those of its criteria
    when patients on both sides were looked for."""
    prose, anchors = Prose(protocol), Anchors(protocol)
    words = TreatmentWords(protocol, rules_prose(protocol), anchors)
    judged = stages(protocol, prose, anchors, limits)
    defined = definitions(protocol, prose, anchors)
    return Document(
        title=titles.title(protocol),
        running_head=titles.running_head(protocol),
        sections=_sections(protocol, bool(defined)),
        glance=titles.glance(protocol, judged),
        stages=judged,
        limited=bool(limits),
        facts=dictionary.facts(protocol, prose, anchors),
        value_sets=_value_sets(protocol),
        definitions=defined,
        questions=_questions(protocol, anchors),
        arms=words.arms(),
        regimens=words.regimens(),
        has_rules=_has_rules(protocol),
        diagram=diagrams.diagram(protocol, words),
        flow=diagrams.flow(protocol, words),
        timelines=timelines(protocol, words),
        schedule=visits.schedule(protocol, words),
        activities=activity_table(protocol, words),
        allocation=allocations.allocation(protocol),
        examples=example_table.examples(protocol, outcomes, anchors),
        trace=traces.trace(protocol, prose, outcomes, anchors),
        out_of_scope=tuple((_left_out(one), _REASONS[one.because]) for one in protocol.out_of_scope),
        notes=protocol.notes,
        colophon=titles.colophon(protocol, compiler),
    )


def _left_out(sentence: OutOfScope) -> str:
    """The sentence in quotes, or in the author's words with the place where it stands."""
    text, places = " ".join(sentence.text.split()), [one.words for one in sentence.citations]
    return f"{text} ({', '.join(places)})" if places else f"“{text}”"


def _sections(protocol: Protocol, defined: bool) -> tuple[Link, ...]:
    """The sections the document has; one with nothing to say is left out, but for what the source leaves unsaid."""
    schedule = protocol.schedule
    treated = bool(schedule.arms or schedule.regimens)
    wanted = (
        ("At a glance", "glance", True),
        ("Eligibility", "eligibility", True),
        ("Data dictionary", "dictionary", True),
        ("Scores and definitions", "definitions", defined),
        ("Questions to be answered", "questions", bool(protocol.questions)),
        ("Arms and treatment", "treatment", treated),
        ("Timeline", "timeline", treated),
        ("Visits and assessments", "visits", True),
        ("Allocation", "allocation", True),
        ("Examples", "examples", bool(protocol.examples)),
        ("Traceability", "traceability", True),
        (
            _LAST[bool(protocol.out_of_scope), bool(protocol.notes)],
            "scope",
            bool(protocol.out_of_scope or protocol.notes),
        ),
    )
    return tuple(Link(text, target) for text, target, present in wanted if present)


def _questions(protocol: Protocol, anchors: Anchors) -> tuple[QuestionView, ...]:
    used: dict[str, list[Link]] = {}
    features = {feature.id: feature.node for feature in protocol.features}
    for stage in protocol.stages:
        for criterion in stage.criteria:
            lines = (line.passes for line in criterion.lines)
            for name in walk.all_features_of(protocol, *lines):
                node = features[name]
                if isinstance(node, Answer):
                    link = Link(criterion.id, anchors("criterion", criterion.id))
                    used.setdefault(node.question, []).append(link)
    return tuple(
        QuestionView(one.id, anchors("question", one.id), one.text, one.by, tuple(used.get(one.id, ())))
        for one in protocol.questions
    )


def _value_sets(protocol: Protocol) -> tuple[ValueSetView, ...]:
    return tuple(
        ValueSetView(
            one.label or one.name, len(one.codes), one.source or "the protocol file", one.digest or ""
        )
        for one in protocol.value_sets
    )


def _has_rules(protocol: Protocol) -> bool:
    """Whether any treatment looks at the patient before a dose."""
    owners: tuple[Arm | Regimen, ...] = (*protocol.schedule.arms, *protocol.schedule.regimens)
    parts = [part for one in owners for part in one.parts]
    gives = [part for part in parts if isinstance(part, Give)]
    gives += [give for part in parts if isinstance(part, CycleBlock) for give in part.gives]
    return any(step.policies for give in gives for step in give.steps)
