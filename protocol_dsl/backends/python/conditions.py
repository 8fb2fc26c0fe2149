"""The conditions of a schedule as code: a checker of its own, whose criteria they are, judged as at any day."""

from __future__ import annotations

import ast

from attrs import evolve, frozen

from protocol_dsl.backends.python.checker import Checker
from protocol_dsl.backends.python.module import imported_names
from protocol_dsl.backends.writer import Writer
from protocol_dsl.ir.asked import JUDGED, asked_by, judged_now
from protocol_dsl.ir.features import Age
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import AnchorDeclaration, Criterion, Line, Protocol, Stage
from protocol_dsl.ir.walk import all_features_of, definitions_of, facts_of

STAGE = "schedule"
_START = AnchorDeclaration("regimen_start", "Start of the regimen")


@frozen
class ConditionCode:
    """Code that defines `Patient`, `SCHEMA` and `conditions(records, now, start)`, and the names it imports."""

    text: str
    imports: tuple[tuple[str, tuple[str, ...]], ...]


def emit_conditions(protocol: Protocol, facts: tuple[str, ...] = ()) -> ConditionCode | None:
    """The conditions that the schedule of `protocol` asks, in the order of `asked_by`; `facts` are more facts
    that the patient is to hold. None when there are neither."""
    asked = asked_by(protocol.schedule)
    if not asked and not facts:
        return None
    text = _Conditions(_asking_only(protocol, facts)).text()
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return ConditionCode(text, tuple(imported_names(names)))


def _asking_only(protocol: Protocol, more: tuple[str, ...]) -> Protocol:
    """A protocol whose criteria are the conditions of the schedule, with the facts they need alone."""
    asked = asked_by(protocol.schedule)
    formulas: tuple[Formula, ...] = tuple(one.formula for one in asked)
    whole = evolve(protocol, features=judged_now(protocol))
    wanted = {*facts_of(whole, *formulas), *more}
    used = set(all_features_of(whole, *formulas))
    criteria = tuple(
        Criterion(f"condition_{number + 1}", "inclusion", one.text, (Line("require", one.formula, one.text),))
        for number, one in enumerate(asked)
    )
    named = _all_definitions(whole, formulas)
    aged = any(isinstance(one.node, Age) for one in whole.features if one.id in used)
    return evolve(
        whole,
        facts=tuple(
            one for one in whole.facts if one.name in wanted or (aged and one.name in {"birth_date", "age"})
        ),
        features=tuple(one for one in whole.features if one.id in used),
        definitions=tuple(one for one in whole.definitions if one.id in named),
        stages=(Stage(STAGE, JUDGED, criteria),),
        anchors=(*protocol.anchors, _START),
        examples=(),
    )


def _all_definitions(protocol: Protocol, formulas: tuple[Formula, ...]) -> set[str]:
    bodies = {one.id: one.body for one in protocol.definitions}
    found: set[str] = set()
    waiting = list(definitions_of(*formulas))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += definitions_of(bodies[name])
    return found


class _Conditions(Checker):
    """A checker without its module frame, whose way in is `conditions`."""

    def text(self) -> str:
        parts = [
            self._records(), self._filters(), self._features(), self._judges(), self._calls(), self._tables()
        ]  # fmt: skip
        texts = [part.text().rstrip("\n") for part in parts]
        return "\n\n\n".join(text for text in texts if text) + "\n"

    def _calls(self) -> Writer:
        writer = Writer()
        with writer.block("def conditions(records: Records, now: When, start: When) -> Verdict:"):
            writer.docstring(
                "Every condition of the schedule as at the day `now`, events counted since the day `start`."
            )
            writer.lines(
                'dated = records._replace(anchors={**records.anchors, "regimen_start": start})',
                "return check(Patient.from_records(dated), now)",
            )
        writer.blank(2)
        with writer.block('def check(patient: Patient, on: Day = None, stage: str = "schedule") -> Verdict:'):
            writer.docstring("The conditions of one patient as at the day `on`, with what decided them.")
            writer.lines(
                "day = judging_day(on)",
                "verdict = stage_named(_STAGES, stage)(_features(patient, day))",
                "verdict.case = Case(patient, day)",
                "return verdict",
            )
        return writer
