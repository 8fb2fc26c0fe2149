"""What happened to patients, from tables with a row for each administration, visit, assessment or measurement, under
SDTM's column names (EX, EC, SV, LB, VS, DM) or plain ones, as the JSON form that conformance is checked on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from attrs import define, field, frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.adapters.rows import Table

Kind = Literal["administrations", "visits", "assessments", "facts", "patients"]
Patient = dict[str, Any]

_IDS = ("USUBJID", "SUBJID", "patient", "subject", "id")
_NOT_DONE = frozenset({"N", "NO", "NOT DONE", "FALSE"})
_NO_ARM = frozenset({"SCRNFAIL", "NOTASSGN", "NOTTRT"})


@frozen
class Form:
    """How one kind of table is told by a column it has, and what its columns mean: key = column."""

    kind: Kind
    sign: str
    columns: Mapping[str, str]
    done: tuple[str, ...] = ()


def _doses(prefix: str) -> Form:
    columns = {
        "treatment": "TRT", "on": "STDTC", "to": "ENDTC", "dose": "DOSE", "unit": "DOSU", "frequency": "DOSFRQ",
    }  # fmt: skip
    named = {key: prefix + column for key, column in columns.items()}
    return Form("administrations", f"{prefix}TRT", named, (f"{prefix}OCCUR", f"{prefix}STAT"))


def _results(prefix: str) -> Form:
    columns = {
        "name": "TESTCD", "label": "TEST", "code": "LOINC", "on": "DTC", "value": "ORRES", "unit": "ORRESU",
        "uln": "ORNRHI", "lln": "ORNRLO",
    }  # fmt: skip
    named = {key: prefix + column for key, column in columns.items()}
    return Form("facts", f"{prefix}TESTCD", named, (f"{prefix}STAT",))


FORMS = (
    _doses("EX"),
    _doses("EC"),
    _results("LB"),
    _results("VS"),
    Form("visits", "SVSTDTC", {"visit": "VISIT", "on": "SVSTDTC", "to": "SVENDTC"}, ("SVOCCUR",)),
    Form(
        "patients",
        "ARMCD",
        {
            "arm": "ARMCD", "treated_as": "ACTARMCD", "day_1": "RFSTDTC", "first_dose": "RFXSTDTC",
            "consent": "RFICDTC", "ended": "RFPENDTC", "died": "DTHDTC",
        },
    ),
    Form(
        "administrations",
        "treatment",
        {key: key for key in ("treatment", "on", "to", "dose", "unit", "frequency")},
        ("done",),
    ),
    Form("visits", "visit", {"visit": "visit", "on": "on", "to": "to"}, ("done",)),
    Form("assessments", "assessment", {"assessment": "assessment", "on": "on"}, ("done",)),
    Form("facts", "fact", {key: key for key in ("value", "unit", "on", "uln", "lln")} | {"name": "fact"}),
    Form("patients", "arm", {"arm": "arm", "treated_as": "treated_as", "ended": "ended"}),
)  # fmt: skip
"""The sign of an earlier one decides."""

FactOf = Callable[[str], str | None]
"""The declared fact or assessment that a name or code of a test stands for."""


@define
class Happenings:
    """Patients gathered from tables, in the order they first stand in."""

    fact_of: FactOf
    anchors: frozenset[str]
    remarks: Remarks
    present: frozenset[str] = frozenset()
    """The facts that hold one value, the present one: of several results the last counts."""
    patients: dict[str, Patient] = field(factory=dict)
    kinds: set[Kind] = field(factory=set)
    tests: set[str] = field(factory=set)

    def take(self, table: Table) -> None:
        """Read one table. Raises BadPatients for one of no known form."""
        form = form_of(table)
        who = next((name for name in _IDS if name in table.columns), None)
        if who is None:
            raise BadPatients(
                table.place(1), "no column names the patient", "name one `USUBJID` or `patient`"
            )
        self.kinds.add(form.kind)
        columns = {key: name for key, name in form.columns.items() if name in table.columns}
        extra = [name for name in table.columns if name in self.anchors and form.kind == "patients"]
        for row in table:
            patient = row.cells[who]
            if not patient:
                fix = f"fill in the column `{who}`"
                self.remarks.add(Remark(what=table.name, reason="a row names no patient", fix=fix))
                continue
            if any(row.cells.get(name, "").upper() in _NOT_DONE for name in form.done):
                continue
            cells = {key: row.cells[name] for key, name in columns.items() if row.cells[name]}
            cells |= {name: row.cells[name] for name in extra if row.cells[name]}
            self._enter(form.kind, self.patient(patient), cells, table.place(row.line))

    def patient(self, name: str) -> Patient:
        """The patient of that id."""
        return self.patients.setdefault(name, {"id": name})

    def add(self, record: Mapping[str, Any], place: str) -> None:
        """Take over a patient who is whole already. Raises BadPatients for one who stands elsewhere too."""
        name = str(record.get("id", "")) or place
        if name in self.patients:
            raise BadPatients(
                place, f"the patient `{name[:80]}` is there already", "give every patient one id"
            )
        self.patients[name] = {**record, "id": name}

    def complete(self) -> Iterable[Patient]:
        """Every patient; who has no row in a table that was given has none of its kind."""
        for patient in self.patients.values():
            for kind in self.kinds & {"administrations", "visits", "assessments"}:
                patient.setdefault(kind, [])
            for fact in self.present & self.tests & patient.keys():
                last = max(patient[fact], key=lambda sample: str(sample.get("on", "")))
                patient[fact] = {key: last[key] for key in ("value", "unit") if key in last}
        return self.patients.values()

    def _enter(self, kind: Kind, patient: Patient, cells: dict[str, str], place: str) -> None:
        match kind:
            case "patients":
                self._describe(patient, cells)
            case "facts":
                self._measure(patient, cells)
            case _:
                patient.setdefault(kind, []).append({**cells, "place": place})

    def _describe(self, patient: Patient, cells: dict[str, str]) -> None:
        for key in ("arm", "treated_as"):
            if cells.get(key, "").upper() not in {"", *_NO_ARM}:
                patient[key] = cells[key]
        ended = [cells[key] for key in ("ended", "died") if key in cells]
        if ended:
            patient["ended"] = min(ended)
        dates = {key: cells[key] for key in cells if key in self.anchors}
        if "day_1" in cells:
            dates.pop("first_dose", None)  # SDTM's day 1 is the reference start, whatever else is dated
            dates["day_1"] = cells["day_1"]
        if dates:
            patient.setdefault("anchors", {}).update(dates)

    def _measure(self, patient: Patient, cells: dict[str, str]) -> None:
        named = (cells.get(key, "") for key in ("name", "label", "code"))
        fact = next((found for words in named if words and (found := self.fact_of(words))), None)
        if fact is None:
            return  # a laboratory reports much that no rule asks for
        self.tests.add(fact)
        sample = {key: cells[key] for key in ("value", "unit", "on", "uln", "lln") if key in cells}
        patient.setdefault(fact, []).append({"value": None, **sample})


def form_of(table: Table) -> Form:
    """The form of a table by its columns. Raises BadPatients."""
    for form in FORMS:
        if form.sign in table.columns:
            return form
    signs = ", ".join(f"`{form.sign}`" for form in FORMS)
    raise BadPatients(
        table.place(1),
        "its columns tell no administrations, visits or measurements",
        f"one of {signs} tells what it holds",
    )
