"""The ids that headings and cards carry, so that every part of a document can point at every other."""

from __future__ import annotations

from protocol_dsl.backends.names import Scope
from protocol_dsl.ir.protocol import Protocol


class Anchors:
    """One id for each criterion, fact, definition, question, example, regimen and arm: legible, safe, never two
    alike, and the same for the same protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self._scope = Scope()
        for kind, names in _named(protocol):
            for name in names:
                self._scope.claim((kind, name), f"{kind}-{name}", kind)

    def __call__(self, kind: str, name: str) -> str:
        """The id of a thing; raises KeyError for one the protocol has not."""
        return self._scope[kind, name].replace("_", "-")

    def has(self, kind: str, name: str) -> bool:
        """Whether the protocol has such a thing."""
        return (kind, name) in self._scope


def _named(protocol: Protocol) -> tuple[tuple[str, tuple[str, ...]], ...]:
    schedule = protocol.schedule
    return (
        ("criterion", tuple(one.id for stage in protocol.stages for one in stage.criteria)),
        ("fact", tuple(fact.name for fact in protocol.facts)),
        ("definition", tuple(definition.id for definition in protocol.definitions)),
        ("question", tuple(question.id for question in protocol.questions)),
        ("example", tuple(example.name for example in protocol.examples)),
        ("regimen", tuple(regimen.name for regimen in schedule.regimens)),
        ("arm", tuple(arm.name for arm in schedule.arms)),
    )
