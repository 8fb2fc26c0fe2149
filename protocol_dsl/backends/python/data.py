"""Data tables of the generated checker, one row a line."""

from __future__ import annotations

from collections.abc import Sequence

from protocol_dsl.backends.python.table import Node
from protocol_dsl.backends.writer import Writer, one_line, string
from protocol_dsl.ir.features import Age, Feature
from protocol_dsl.ir.protocol import Stage
from protocol_dsl.ir.walk import feature_facts

Offsets = tuple[tuple[int, str], ...]


def code(value: object) -> str:
    """A literal of plain data."""
    if isinstance(value, str):
        return string(value)
    if isinstance(value, tuple):
        inner = ", ".join(code(item) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


class TableWriter:
    """Writes tables as literals; formatters leave them as they are."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def rows(
        self, name: str, rows: Sequence[tuple[object, ...]], kind: str = "tuple[tuple[Any, ...], ...]"
    ) -> None:
        """A tuple of rows."""
        self._writer.line("# fmt: off")
        with self._writer.block(f"{name}: {kind} = ("):
            for row in rows:
                self._writer.line(f"{code(row)},")
        self._writer.lines(")", "# fmt: on")

    def nodes(self, name: str, nodes: Sequence[Node]) -> None:
        """The nodes of formulas (`protocol_dsl.runtime.table`)."""
        self.rows(name, nodes)

    def criteria(self, name: str, stage: Stage, places: Sequence[Sequence[int]]) -> None:
        """The criteria of a stage: id, kind, title, and per line its verb, text and node."""
        rows = []
        for criterion, nodes in zip(stage.criteria, places, strict=True):
            lines = tuple(
                (line.verb, one_line(line.text), node)
                for line, node in zip(criterion.lines, nodes, strict=True)
            )
            rows.append((criterion.id, criterion.kind, one_line(criterion.title), lines))
        self.rows(name, rows)


def offsets_of(feature: Feature) -> Offsets:
    """How far from the day of judging the feature looks: shifts after which its value may turn."""
    node = feature.node
    if isinstance(node, Age):
        return ((0, node.unit),)
    window = getattr(node, "window", None)
    found: dict[tuple[int, str], None] = {(0, "day"): None} if feature_facts(node) else {}
    for edge in (window.start, window.end) if window is not None else ():
        for offset in edge.offsets if edge is not None else ():
            found[offset.count, offset.unit] = None
    recent = getattr(node, "recent", None)
    if recent is not None:
        found[-recent.count, recent.unit] = None
    return tuple(found)
