"""Tables of records that nobody has checked: what in them cannot be used is told, and what can be mended is.

All of it is said in SQL that DuckDB, PostgreSQL and Spark understand alike, over the usable tables of a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remark
from protocol_dsl.backends.sql.usable import IMPLAUSIBLE, MISPLACED, NO_NUMBER, NO_TIME, UNDECLARED, Usable
from protocol_dsl.backends.tables import TABLES, Table

Execute = Callable[[str], list[Any]]
"""The rows that a statement gives."""
_ONE_ROW_EACH = ("patients", "givens", "anchors", "answers", "histories")
_FIXES = {
    NO_NUMBER: "leave both ends empty where a number is not known",
    IMPLAUSIBLE: "check the value and its unit",
    UNDECLARED: "write it as the protocol does",
    MISPLACED: "move it there",
    NO_TIME: "give both moments, the earlier one first",
}
_SHOWN = 200
_LACKING = (
    "SELECT DISTINCT patient, fact FROM {table} AS dated WHERE NOT EXISTS "
    "(SELECT 1 FROM histories WHERE histories.patient = dated.patient AND histories.fact = dated.fact)"
)
_COMPLETE = {"samples": "NULL", "occurrences": "FALSE"}


def refuse_lacking(usable: Usable, table: Table, here: Collection[str], name: str) -> None:
    """Raises BadPatients when a table as it was given lacks columns."""
    lacking = ", ".join(f"`{column}`" for column in usable.needs(table) if column not in here)
    if lacking:
        held = ", ".join(f"`{column}`" for column in sorted(here)[:12])
        day = "; `--on DATE` sets a day to judge on" if table.name == "patients" else ""
        raise BadPatients(name, f"its table `{table.name}` lacks {lacking}", f"its columns are {held}{day}")


def foreign_names(usable: Usable, execute: Execute) -> Iterator[Remark]:
    """What the tables as they were given speak of that the protocol does not know."""
    for table in TABLES:
        text = usable.foreign(table)
        for name, times in [] if text is None else execute(text):
            yield Remark(
                what=table.name, reason="the protocol knows no such name in this table",
                fix="leave such rows out, or check the spelling", words=str(name), count=times,
            )  # fmt: skip


@frozen
class Vetting:
    """Looks at the usable tables of a connection; `name` is what the user calls them."""

    usable: Usable
    execute: Execute
    name: str

    def remarks(self) -> list[Remark]:
        """What cannot be used as it stands. Raises BadPatients when that is a whole table."""
        self._refuse_repetitions()
        return [*self._faults(), *self._without_history(), *self._orphans()]

    def mended(self) -> Iterator[tuple[str, str]]:
        """Tables that are to be taken as another select gives them, where anything has to be mended."""
        if self.execute("SELECT 1 FROM members WHERE fault IS NOT NULL LIMIT 1"):
            # Of a set that holds a choice nobody knows, it is not known what else it holds.
            spoilt = (
                "EXISTS (SELECT 1 FROM members WHERE fault IS NOT NULL AND members.patient = givens.patient "
                "AND members.fact = givens.fact)"
            )
            others = "patient, fact, low, high, choice, earliest, latest, fault, said"
            others += ", place" if "givens" in self.usable.places else ""
            yield (
                "givens",
                f"SELECT {others}, CASE WHEN {spoilt} THEN NULL ELSE truth END AS truth FROM givens",
            )
        lacking = {
            table: text
            for table in _COMPLETE
            if self.execute(f"{(text := _LACKING.format(table=table))} LIMIT 1")
        }
        if lacking:
            added = [
                f"SELECT patient, fact, CAST({_COMPLETE[table]} AS BOOLEAN) AS complete FROM ({text}) AS lacking"
                for table, text in lacking.items()
            ]
            yield "histories", " UNION ALL ".join(["SELECT patient, fact, complete FROM histories", *added])

    def _refuse_repetitions(self) -> None:
        for table in TABLES:
            if table.name in _ONE_ROW_EACH:
                key = ", ".join(table.one_row_each)
                found = self.execute(
                    f"SELECT {key} FROM {table.name} GROUP BY {key} HAVING COUNT(*) > 1 LIMIT 1"
                )
                if found:
                    whose = ", ".join(f"`{part}`" for part in found[0])
                    reason = f"its table `{table.name}` has several rows of {whose}"
                    raise BadPatients(self.name, reason, "keep one row of each")
        found = self.execute(self.usable.undated())
        if found:
            reason = f"patient `{found[0][0]}` is not judged on one day of the years 1000 to 9000"
            raise BadPatients(self.name, reason, "mend `judged_from` and `judged_to`, or say `--on DATE`")

    def _faults(self) -> Iterator[Remark]:
        for table in TABLES:
            named = {"attributes": "attribute", "patients": "patient"}.get(table.name, table.columns[1].name)
            rows = self.execute(
                f"SELECT {named}, fault, said, COUNT(*), MIN(patient) FROM {table.name} "
                f"WHERE fault IS NOT NULL GROUP BY {named}, fault, said ORDER BY 4 DESC, 1, 3 LIMIT {_SHOWN}"
            )
            for name, fault, said, times, patient in rows:
                yield Remark(
                    what=str(name), reason=fault, fix=_FIXES[fault], words=str(said)[:80],
                    first=f"patient {patient}", count=times,
                )  # fmt: skip

    def _without_history(self) -> Iterator[Remark]:
        """Facts with records of which `histories` does not say that anybody looked: there was somebody who did."""
        for table in _COMPLETE:
            lacking = _LACKING.format(table=table)
            rows = self.execute(
                f"SELECT fact, COUNT(*), MIN(patient) FROM ({lacking}) AS lacking GROUP BY fact"
            )
            for fact, times, patient in rows:
                yield Remark(
                    what=fact, reason=f"patients with rows in `{table}` have none in `histories`",
                    fix="add them; they are taken as histories that may not be complete",
                    first=f"patient {patient}", count=times,
                )  # fmt: skip

    def _orphans(self) -> Iterator[Remark]:
        for table in ("givens", "histories"):
            ((times, patient),) = self.execute(
                f"SELECT COUNT(*), MIN(patient) FROM {table} AS one WHERE NOT EXISTS "
                "(SELECT 1 FROM patients WHERE patients.patient = one.patient)"
            )
            if times:
                yield Remark(
                    what=table, reason="rows are of patients who are not in `patients`",
                    fix="add the patients, or remove the rows", first=f"patient {patient}", count=times,
                )  # fmt: skip
