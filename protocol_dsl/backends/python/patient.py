"""The record of one patient and the literal that tells the reader of records what its fields hold."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.prose import fact_unit
from protocol_dsl.backends.writer import Writer, one_line, string
from protocol_dsl.ir.facts import Attribute, Fact, RecordUnit
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.phrases import exact_text, listed

OWN_NAMES = (
    "id",
    "anchors",
    "answers",
    "unread",
    "problems",
    "from_json",
    "from_records",
    "field",
    "dataclass",
)
"""Names `Patient` has beside its facts."""

_TYPES = {
    "yes_no": "bool | None",
    "number": "Value",
    "choice": "str | None",
    "set": "frozenset[str] | None",
    "date": "When | None",
    "event": "History | None",
}


def attribute_names(protocol: Protocol) -> Scope:
    """The name of each fact as an attribute of `Patient`."""
    scope = Scope(OWN_NAMES)
    for fact in protocol.facts:
        scope.claim(fact.name, fact.name, "fact")
    return scope


def write_patient(writer: Writer, protocol: Protocol, names: Scope, unread: bool) -> None:
    """The class `Patient`, with how to read one; `unread` when it must tell a record nobody can read from none."""
    writer.line("@dataclass(slots=True)")
    with writer.block("class Patient:"):
        writer.docstring(
            "One patient's records. None: nothing is known. Dated records may stand in any order.",
            "A number is a float, or a Range when the record only bounds it. `problems` tells what in the record"
            " is not used as it stands, and why.",
        )
        writer.blank()
        writer.line('id: str = ""')
        for fact in protocol.facts:
            writer.comment(_description(fact), rest="  ")
            unsaid = "False" if fact.kind == "yes_no" and fact.closed else "None"
            writer.line(f"{names[fact.name]}: {_TYPES.get(fact.kind, 'Samples')} = {unsaid}")
        writer.comment("dates of anchors that have come, by name")
        writer.line("anchors: Mapping[str, When] = field(default_factory=dict)")
        writer.comment("answers to questions, by the question's id")
        writer.line("answers: Mapping[str, bool] = field(default_factory=dict)")
        if unread:
            writer.comment("facts of which there is a record that nobody can read")
            writer.line("unread: frozenset[str] = frozenset()")
        writer.line("problems: tuple[Problem, ...] = ()")
        writer.blank()
        _write_readers(writer, protocol, names, unread)


def _write_readers(writer: Writer, protocol: Protocol, names: Scope, unread: bool) -> None:
    writer.line("@classmethod")
    with writer.block("def from_json(cls, data: Mapping[str, Any], on: Day = None) -> Patient:"):
        writer.docstring(
            "Read a patient's JSON form; values without a date are taken as of the day `on` (today)."
        )
        writer.line("reading = read_patient(data, SCHEMA, judging_day(on))")
        writer.line("return cls.from_records(reading.records, reading.problems)")
    writer.blank()
    writer.line("@classmethod")
    with writer.block(
        "def from_records(cls, records: Records, problems: tuple[Problem, ...] = ()) -> Patient:"
    ):
        writer.docstring("Take over records that have been read already.")
        writer.line("facts: Mapping[str, Any] = records.facts")
        with writer.block("return cls("):
            writer.line("id=records.id,")
            for fact in protocol.facts:
                absent = ", False" if fact.kind == "yes_no" and fact.closed else ""
                writer.line(f"{names[fact.name]}=facts.get({string(fact.name)}{absent}),")
            writer.lines("anchors=records.anchors,", "answers=records.answers,")
            if unread:
                writer.line("unread=unread_facts(facts),")
            writer.line("problems=problems,")
        writer.line(")")


def _description(fact: Fact) -> str:
    unit = fact_unit(fact)
    parts = [one_line(fact.label) or fact.name.replace("_", " ")]
    if unit:
        parts.append(unit)
    if fact.choices:
        parts.append(f"one of {listed(fact.choices, 'or')}" if fact.kind != "set" else listed(fact.choices))
    if fact.plausible is not None:
        step = f", recorded to {exact_text(fact.plausible.step)}" if fact.plausible.step else ""
        parts.append(f"plausible {exact_text(fact.plausible.low)} to {exact_text(fact.plausible.high)}{step}")
    if fact.closed:
        parts.append("absent if not recorded")
    return ", ".join(parts)


def write_schema(writer: Writer, protocol: Protocol) -> None:
    """`SCHEMA`, for the reader of records."""
    writer.comment(
        "What each fact's records look like: units are exact factors (n, d, m, e): value * n/d + m/e."
    )
    writer.line("# fmt: off")
    with writer.block("SCHEMA = Schema("):
        with writer.block("facts={"):
            for fact in protocol.facts:
                writer.line(f"{string(fact.name)}: {_fact(fact)},")
        writer.line("},")
        writer.line(f"anchors={_strings(tuple(anchor.name for anchor in protocol.anchors))},")
        with writer.block("questions={"):
            for question in protocol.questions:
                writer.line(f"{string(question.id)}: {string(question.text)},")
        writer.line("},")
    writer.lines(")", "# fmt: on")


def _fact(fact: Fact) -> str:
    parts = [string(fact.name), string(fact.kind), string(one_line(fact.label)), string(fact_unit(fact))]
    if fact.units:
        parts.append(f"units={_units(fact.units)}")
    if fact.choices:
        parts.append(f"choices={_strings(fact.choices)}")
    if fact.plausible is not None:
        parts += [f"low={float(fact.plausible.low)!r}", f"high={float(fact.plausible.high)!r}"]
    parts += ["closed=True"] if fact.closed else []
    if fact.attributes:
        parts.append(f"attributes=({', '.join(_attribute(one) for one in fact.attributes)},)")
    parts += ["builtin=True"] if fact.builtin else []
    return f"FactSchema({', '.join(parts)})"


def _attribute(attribute: Attribute) -> str:
    unit = "" if attribute.unit == "1" else attribute.unit
    parts = [string(attribute.name), string(attribute.kind), string(unit)]
    if attribute.units:
        parts.append(f"units={_units(attribute.units)}")
    if attribute.choices:
        parts.append(f"choices={_strings(attribute.choices)}")
    return f"AttributeSchema({', '.join(parts)})"


def _units(units: tuple[RecordUnit, ...]) -> str:
    entries = {unit.text: f"{string(unit.text)}: {_factors(unit.scale, unit.offset)}" for unit in units}
    return "{" + ", ".join(entries.values()) + "}"


def _factors(scale: Fraction, offset: Fraction) -> str:
    return f"({scale.numerator}, {scale.denominator}, {offset.numerator}, {offset.denominator})"


def _strings(texts: tuple[str, ...]) -> str:
    if not texts:
        return "()"
    return f"({', '.join(string(text) for text in texts)}{',' if len(texts) == 1 else ''})"
