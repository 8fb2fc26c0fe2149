"""Filters on records (`where`, `except`) as small functions above the features that use them."""

from __future__ import annotations

from collections.abc import Iterable

from protocol_dsl.backends.filtering import Filter
from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.python.body import Body, Context
from protocol_dsl.backends.python.expressions import FALSE, TRUE, Level, Text, chain, statement
from protocol_dsl.backends.python.features import EXACT
from protocol_dsl.backends.python.table import Table
from protocol_dsl.backends.writer import Writer, one_line, string
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Item
from protocol_dsl.ir.walk import preorder

SAMPLE_PARTS = ("value", "upper", "lower")
PYTHON_TYPES = {
    "truth": "bool | None",
    "number": "float | None",
    "choice": "str | None",
    "set": "frozenset[str] | None",
}


class FilterWriter:
    """Writes filters; `used` collects the runtime names they need, `tables` the data of those that may meet a
    bounded value."""

    def __init__(
        self,
        writer: Writer,
        prose: Prose,
        context: Context,
        facts: dict[str, Fact],
        features: dict[str, Feature],
        reserved: Iterable[str],
    ) -> None:
        self._writer = writer
        self._prose = prose
        self._context = context
        self._facts = facts
        self._features = features
        self._reserved = tuple(reserved)
        self.tables: dict[str, Table] = {}

    def write(self, found: Filter, choices: dict[str, tuple[str, ...]]) -> None:
        """One filter: a function of a record, and of the features it looks at besides."""
        fact, writer = self._facts[found.fact], self._writer
        kind = "Occurrence" if fact.kind == "event" else "Sample"
        self._context.used.add(kind)
        scope = Scope((*self._reserved, "record"))
        names = {name: scope.claim(("feature", name), name, "value") for name in found.features}
        types = {**PYTHON_TYPES, "number": "Value"}
        others = "".join(f", {name}: {types[self._features[one].type]}" for one, name in names.items())
        with writer.block(f"def {found.name}(record: {kind}{others}) -> bool | None:"):
            words = one_line(self._prose.where(found.where, found.fact))
            writer.docstring(f"Whether the record is of {self._prose.fact(found.fact)} {words}.")
            bounded = [name for one, name in names.items() if self._features[one].type == "number"]
            if kind == "Sample" and fact.kind != "finding":
                asked = _numbers_read(found.where)
                bounded = [*(f"record.{part}" for part in SAMPLE_PARTS if part in asked), *bounded]
            if bounded:
                self._write_bounded(found, names, bounded)
            self._write_decision(found, fact, scope, names, choices)
        writer.blank(2)

    def _write_bounded(self, found: Filter, names: dict[str, str], bounded: list[str]) -> None:
        table = self.tables[found.name] = Table(self._context.definitions, self._prose, found.fact)
        table.formula(found.where)
        self._context.used |= {"Range", "weigh_record"}
        values = ", ".join(f"{string(feature)}: {name}" for feature, name in names.items())
        tests = [Text(f"isinstance({name}, Range)") for name in bounded]
        self._writer.lines(*statement("if ", chain(Level.OR, "or", [*tests]), ":", self._writer.margin))
        with self._writer.indented():
            self._writer.line(f"return weigh_record({found.name.upper()}, record, {{{values}}})")

    def _write_decision(
        self,
        found: Filter,
        fact: Fact,
        scope: Scope,
        names: dict[str, str],
        choices: dict[str, tuple[str, ...]],
    ) -> None:
        writer = self._writer

        def item(part: str) -> str:
            if ("item", part) not in scope:
                source, kind = _part(fact, part)
                self._context.used.add(kind)
                writer.line(f"{scope.claim(('item', part), part, 'part')} = {kind}({source})")
            return scope["item", part]

        def choices_of(subject: str, inside: bool) -> tuple[str, ...]:
            if not inside:
                return choices.get(subject, ())
            attributes = {attribute.name: attribute.choices for attribute in fact.attributes}
            return fact.choices if subject == "value" else attributes.get(subject, ())

        body = Body(writer, scope, self._context, lambda feature: names[feature], choices_of, item)
        for wanted in (True, False):
            test = body.rails.certainly(found.where, wanted)
            if test == TRUE:
                writer.line(f"return {wanted}")
                return
            if test != FALSE:
                body.write("if ", test, ":")
                with writer.indented():
                    writer.line(f"return {wanted}")
        writer.line("return None")


def _part(fact: Fact, part: str) -> tuple[str, str]:
    if fact.kind != "event":
        return f"record.{part}", EXACT["choice"] if fact.kind == "finding" else EXACT["number"]
    kinds = {attribute.name: attribute.kind for attribute in fact.attributes}
    kind = {"number": "exact", "choice": "choice", "yes_no": "truth"}[kinds.get(part, "number")]
    return f"record.attributes.get({string(part)})", kind


def _numbers_read(where: Formula) -> set[str]:
    return {node.part for node in preorder(where) if isinstance(node, Item)}
