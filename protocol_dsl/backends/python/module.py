"""The frame of the generated module: docstring, imports, and the functions that are the same for every protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protocol_dsl.backends.python.expressions import Invocation, Text, statement
from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.ir.protocol import Protocol, Stage

_ALWAYS = {
    "collections.abc": ("Iterable", "Iterator", "Mapping"),
    "dataclasses": ("dataclass", "field"),
    "typing": ("Any", "NamedTuple"),
    "protocol_dsl.runtime.reading": ("read_patient",),
    "protocol_dsl.runtime.records": ("History", "Records", "Value"),
    "protocol_dsl.runtime.schema": ("AttributeSchema", "FactSchema", "Problem", "Schema"),
    "protocol_dsl.runtime.series": ("Samples",),
    "protocol_dsl.runtime.stage": ("Case", "Day", "Stage", "judging_day", "stage_named"),
    "protocol_dsl.runtime.verdict": ("Verdict",),
    "protocol_dsl.vocabulary.calendar": ("When",),
}
_WHEN_USED = {
    "functools": ("lru_cache",),
    "operator": ("itemgetter",),
    "math": ("ceil", "exp", "floor", "isfinite", "log", "log10", "pow", "sqrt"),
    "protocol_dsl.runtime.events": (
        "anchor_of",
        "closed_history",
        "as_of",
        "date_within",
        "event_held",
        "event_unchanged",
        "occurs",
        "occurs_count",
        "so_far",
    ),
    "protocol_dsl.runtime.records": ("Occurrence", "Range", "Sample"),
    "protocol_dsl.runtime.series": (
        "LOWER",
        "UPPER",
        "consecutive",
        "first_value",
        "highest_value",
        "latest_value",
        "lowest_value",
        "mean_value",
        "sample_change",
        "sample_count",
        "series_held",
        "series_unchanged",
    ),
    "protocol_dsl.runtime.table": ("weigh_record",),
    "protocol_dsl.runtime.unsettled": ("unread_facts", "unsettled", "unsettled_event", "unsettled_series"),
    "protocol_dsl.runtime.values": ("choice", "exact", "truth"),
    "protocol_dsl.runtime.windows": (
        "age_at",
        "date_anchor",
        "day_window",
        "make_stretch",
        "make_window",
        "named_anchor",
    ),
}
_OWN = (
    "Patient",
    "Features",
    "SCHEMA",
    "annotations",
    "check",
    "check_many",
    "check_features",
    "check_row",
    "is_eligible",
    "is_eligible_features",
)
MODULE_NAMES = (
    *_OWN,
    *(name for names in (*_ALWAYS.values(), *_WHEN_USED.values()) for name in names),
)
"""Names the generated module holds whatever the protocol; none of its own may be one of them."""


def write_head(writer: Writer, protocol: Protocol, stages: Sequence[str]) -> None:
    """The module's docstring."""
    header = protocol.header
    source = f" Compiled from {protocol.source_name}" if protocol.source_name else ""
    digest = f" (sha256 {protocol.source_digest})" if protocol.source_digest else ""
    name = stages[0] if stages else "eligibility"
    writer.docstring(
        f"{header.id}: {header.title}",
        f"The criteria of this protocol as a program, generated; do not edit.{source + digest + '.' if source else ''}",
        "`check(patient, on)` judges one patient as at a day, `check_many` a stream of them; a patient is a `Patient`"
        " or the JSON form it reads. `is_eligible` only tells whether. `check_features` and `check_row` judge values"
        " that are at hand already.",
        f"Read `judge_{name}` beside the protocol: each criterion stands under its own sentence. An outcome is True"
        " (passes), False (fails) or None: what is not recorded is unknown, never no.",
    )


def write_imports(writer: Writer, used: Iterable[str]) -> None:
    """The imports a formatter would leave as they are: standard library, then the runtime, both sorted."""
    wanted = set(used)
    found: dict[str, list[str]] = {module: list(names) for module, names in _ALWAYS.items()}
    for module, names in _WHEN_USED.items():
        chosen = [name for name in names if name in wanted]
        if chosen:
            found.setdefault(module, []).extend(chosen)
    writer.blank()
    writer.line("from __future__ import annotations")
    for own in (False, True):
        writer.blank()
        for module in sorted(found):
            if module.startswith("protocol_dsl") == own:
                _write_import(writer, module, sorted(set(found[module]), key=_import_order))


def imported_names(names: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Those of `names` that a generated module imports, by the module they come from."""
    wanted = set(names)
    found: dict[str, list[str]] = {}
    for table in (_ALWAYS, _WHEN_USED):
        for module, offered in table.items():
            found.setdefault(module, []).extend(name for name in offered if name in wanted)
    return [(module, tuple(chosen)) for module, chosen in found.items() if chosen]


def _write_import(writer: Writer, module: str, names: list[str]) -> None:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= writer.width:
        writer.line(line)
        return
    with writer.block(f"from {module} import ("):
        for name in names:
            writer.line(f"{name},")
    writer.line(")")


def _import_order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def write_calls(writer: Writer, stages: Sequence[tuple[Stage, str]]) -> None:
    """The public functions over patients and over values."""
    first = string(stages[0][0].name)
    patient = "patient: Patient | Mapping[str, Any]"
    parameters = (Text(patient), Text("on: Day = None"), Text(f"stage: str = {first}"))
    writer.lines(*statement("def ", Invocation("check", parameters), " -> Verdict:", ""))
    with writer.indented():
        writer.docstring(
            "Judge a patient as at the day `on`: a date, a datetime, ISO text, or today.",
            "Raises ValueError for a day or stage there is not.",
        )
        writer.lines(
            "day = judging_day(on)",
            "if not isinstance(patient, Patient):",
            "    patient = Patient.from_json(patient, day)",
            "verdict = stage_named(_STAGES, stage)(_features(patient, day))",
            "verdict.case = Case(patient, day)",
            "return verdict",
        )
    writer.blank(2)
    with writer.block("def check_many("):
        writer.lines(
            "patients: Iterable[Patient | Mapping[str, Any]],",
            "on: Day = None,",
            f"stage: str = {first},",
        )
    writer.line(") -> Iterator[Verdict]:")
    with writer.indented():
        writer.docstring("Judge patients as at one day, one verdict each, in their order.")
        writer.lines(
            "day = judging_day(on)",
            "for patient in patients:",
            "    yield check(patient, day, stage)",
        )
    writer.blank(2)
    with writer.block(f"def is_eligible({patient}, on: Day = None) -> bool | None:"):
        writer.docstring("Whether a patient is eligible; None where that cannot be told.")
        writer.lines(
            "day = judging_day(on)",
            "if not isinstance(patient, Patient):",
            "    patient = Patient.from_json(patient, day)",
            "try:",
            "    return _is_eligible(patient, day)",
            "except TypeError:",
            "    return check(patient, day).eligible",
        )
    writer.blank(2)


def write_values_of_row(writer: Writer, ids: Sequence[str], used: set[str]) -> None:
    """`_values_of_row`, which takes the values of all features from a mapping by their ids, in order."""
    if len(ids) > 1:  # of one key alone it gives no tuple
        used.add("itemgetter")
        keys = Invocation("itemgetter", tuple(Text(string(name)) for name in ids))
        writer.lines(*statement("_values_of_row = ", keys, "", writer.margin))
        writer.blank(2)
    elif ids:
        with writer.block("def _values_of_row(row: Mapping[str, Any]) -> tuple[Any]:"):
            writer.line(f"return (row[{string(ids[0])}],)")
        writer.blank(2)


def _write_filter_names(writer: Writer, filters: Sequence[str]) -> None:
    entries = [f"{string(name)}: {name}" for name in filters]
    line = f"filters={{{', '.join(entries)}}},"
    if len(writer.margin + line) <= writer.width:
        writer.line(line)
        return
    with writer.block("filters={"):
        for entry in entries:
            writer.line(f"{entry},")
    writer.line("},")


def table_name(stage: Stage) -> str:
    """The name of a stage's table."""
    return f"_{stage.name.upper()}"


def write_stages(
    writer: Writer,
    protocol: Protocol,
    stages: Sequence[tuple[Stage, str]],
    windows: bool,
    filters: Sequence[str],
) -> None:
    """The table of each stage, and the stages by name."""
    for stage, _ in stages:
        with writer.block(f"{table_name(stage)} = Stage("):
            writer.lines(
                f"name={string(stage.name)},",
                f"protocol={string(protocol.header.id)},",
                f"title={string(protocol.header.title)},",
                f"digest={string(protocol.source_digest)},",
                "features=_FEATURES,",
                "nodes=_NODES,",
                f"criteria=_{stage.name.upper()}_CRITERIA,",
                f"windows={'_windows' if windows else 'None'},",
            )
            _write_filter_names(writer, filters)
            writer.line("judge=check,")
        writer.line(")")
    with writer.block("_STAGES = {"):
        for stage, judge in stages:
            writer.line(f"{string(stage.name)}: {judge},")
    writer.line("}")
