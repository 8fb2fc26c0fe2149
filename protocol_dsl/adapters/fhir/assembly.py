"""One patient's entries as a record of the JSON form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from protocol_dsl.adapters.fhir.code_map import CodeMap
from protocol_dsl.adapters.fhir.entry import Clerk, Entry
from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.mapping import LAST_RECORD
from protocol_dsl.runtime.schema import SERIES, FactSchema, Schema
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.vocabulary.calendar import ANY_TIME, DateError, When, parse_when

_DAY = len("2026-03-05")
_SEXES = ("female", "male")


@frozen
class Assembly:
    """Makes records; `on` is the day to judge everyone on, where one is set."""

    _clerk: Clerk
    _schema: Schema
    _chosen: CodeMap
    _on: When | None

    def record(
        self, id_: str, body: dict[str, Any], said: list[tuple[str, str, list[Entry]]], place: str
    ) -> tuple[dict[str, Any], str | None, dict[str, list[str]]]:
        """The record of a Patient, the day the data give to judge on, and by fact the resources that its entries come
        from. Raises BadPatients for a day that is none."""
        entries = [entry for one in self._current(said, f"patient {id_}") for entry in one]
        days = (entry.date[:_DAY] for entry in entries if _moment(entry.date[:_DAY]) != ANY_TIME)
        last = max((day for day in days if len(day) == _DAY), default="")
        on = (last if self._chosen.on == LAST_RECORD else self._chosen.on) or None
        judging = self._judging(on, place)
        record: dict[str, Any] = {"id": id_, **self._described(body, place)}
        by_fact: dict[str, list[Entry]] = {name: [] for name in self._chosen.complete}
        for entry in entries:
            by_fact.setdefault(entry.fact, []).append(entry)
        for name, found in by_fact.items():
            fact = self._schema.facts.get(name)
            if fact is not None:
                record[name] = self._fact(
                    fact, found, judging, on is None and self._on is None, f"patient {id_}"
                )
        origins = {
            name: [one.origin for one in found if one.form != "doubt"] for name, found in by_fact.items()
        }
        return record, on, origins

    def _judging(self, on: str | None, place: str) -> When:
        if self._on is not None:
            return self._on
        try:
            return judging_day(on)
        except ValueError as error:
            reason = str(error).partition(";")[0]
            raise BadPatients(place, reason, "set the day to judge on with `--on 2026-03-05`") from None

    def _described(self, body: dict[str, Any], place: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if body.get("gender") in _SEXES:
            found["sex"] = body["gender"]
        if body.get("birthDate") is not None:
            found["birth_date"] = body["birthDate"]
        died = body.get("deceasedDateTime")
        if died or body.get("deceasedBoolean") is True:
            reason = "the patient is recorded as deceased, and is judged all the same"
            self._clerk.remark("Patient", reason, "leave such patients out", "", place)
        fact = self._schema.facts.get("deceased")
        if fact is not None and fact.kind == "yes_no" and (died or "deceasedBoolean" in body):
            found["deceased"] = bool(died) or body["deceasedBoolean"]
        return found

    def _current(self, said: list[tuple[str, str, list[Entry]]], patient: str) -> Iterable[list[Entry]]:
        """What each resource says in its newest version."""
        newest: dict[str, tuple[str, list[Entry]]] = {}
        for number, (key, updated, entries) in enumerate(said):
            known = newest.get(key or f"#{number}")
            if known is not None and known[1] != entries:
                reason, fix = "a resource stands here in several versions", "the one updated last counts"
                self._clerk.remark(key.partition("/")[0], reason, fix, "", patient)
            if known is None or updated >= known[0]:
                newest[key or f"#{number}"] = (updated, entries)
        return (entries for _, entries in newest.values())

    def _fact(self, fact: FactSchema, found: list[Entry], judging: When, today: bool, patient: str) -> object:
        if fact.kind == "event":
            occurrences = [_spanned(one.data, judging, today) for one in found if one.form == "occurrence"]
            if any(one.form == "doubt" for one in found):
                return {"occurrences": occurrences, "complete": False}
            whole = {"complete": True} if fact.name in self._chosen.complete else {}
            return {"occurrences": occurrences, **whole}
        if fact.kind in SERIES:
            return [one.data for one in found if one.form == "sample"]
        samples = [one for one in found if one.form == "sample"]
        if not samples and found:
            return "in doubt"
        return self._single(fact, samples, judging, patient)

    def _single(self, fact: FactSchema, found: list[Entry], judging: When, patient: str) -> object:
        """The latest value by the day of judging, of a fact that holds one."""
        dated = [(_moment(one.date), one.data) for one in found]
        dated = [(when, data) for when, data in dated if when.first <= judging.last]
        if not dated:
            return None
        latest, data = max(dated, key=lambda one: one[0].first)
        value = _bare(data)
        if any(when.last >= latest.first and _bare(other) != value for when, other in dated):
            reason = "several values are recorded, and their dates do not tell which is the latest"
            self._clerk.remark(fact.name, reason, "give their times, or correct one", "", patient)
            return {"value": None} if fact.kind == "number" else "several values"
        # Left out, what nobody understood would be taken as absent where the protocol says so.
        return "not understood" if value is None and fact.closed else value


def _bare(data: dict[str, Any]) -> object:
    if data.get("unit") is None:
        return data["value"]
    return {"value": data["value"], "unit": data["unit"]}


def _moment(date: str) -> When:
    try:
        return parse_when(date)
    except DateError:
        return ANY_TIME


def _spanned(data: dict[str, Any], judging: When, today: bool) -> dict[str, Any]:
    """An occurrence as the reader takes it. One that is said to be over ended by the day on which that was said:
    judged before that day, or on a day of which that is not known, its end stays unknown."""
    found = {key: value for key, value in data.items() if value is not None and key != "over"}
    if "over" in data and (today or (data["over"] and _moment(data["over"]).last <= judging.last)):
        found["ongoing"] = False
    return found or {"from": "no day stated"}
