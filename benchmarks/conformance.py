"""A site of the flagship held against its plan, beside a script written by hand with pandas.

The script is what a data manager would write for this one protocol: infusions matched with the nearest planned day
within the week, albumin and plasma day by day until the first value that ends them, doses in their units. It knows no
partial dates and no missing measurements. Both must first find what was planted, and nothing else.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pandas as pd

from benchmarks import sites
from benchmarks.measure import Contender, compared, shown
from protocol_dsl.adapters.happenings import Happenings
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.cli.scheduling import schedule_of

PATIENTS = 10_000
ROUNDS = 2
Found = set[tuple[str, str, str]]
"""Patient, kind, and the id of the slot."""

_FACTORS = {"g": ("g", 1.0), "mg": ("g", 0.001), "ml": ("mL", 1.0), "l": ("mL", 1000.0)}
_UNITS = {"albumin": "g", "plasma": "mL"}
_RANGES = {"albumin": (10.0, 10.0), "plasma": (200.0, 400.0)}
_TESTS = {"albumin": "ALB", "plasma": "INR"}


def by_hand(tables: dict[str, str]) -> Found:
    """The findings of the script."""
    frames = {name: pd.read_csv(io.StringIO(text), dtype=str) for name, text in tables.items()}
    patients = frames["dm.csv"].assign(first=pd.to_datetime(frames["dm.csv"]["RFSTDTC"]))
    doses = _with_days(frames["ex.csv"], patients, "EXSTDTC")
    labs = _with_days(frames["lb.csv"], patients, "LBDTC")
    found = set(_infusions(doses[doses.EXTRT == "uc_msc"], patients))
    for what in _UNITS:
        found |= set(_daily(what, doses[what == doses.EXTRT], labs[_TESTS[what] == labs.LBTESTCD], patients))
    return found


def _with_days(rows: pd.DataFrame, patients: pd.DataFrame, column: str) -> pd.DataFrame:
    joined = rows.merge(patients[["USUBJID", "ARMCD", "first"]], on="USUBJID")
    return joined.assign(day=(pd.to_datetime(joined[column]) - joined["first"]).dt.days + 1)


def _infusions(doses: pd.DataFrame, patients: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    counts = patients["ARMCD"].map(sites.INFUSIONS)
    slots = patients.loc[patients.index.repeat(counts), ["USUBJID", "ARMCD"]]
    slots = slots.assign(number=slots.groupby("USUBJID").cumcount() + 1)
    slots["planned"] = slots["number"] * 7 - 6
    wrong = doses[doses.ARMCD == "control"]
    yield from ((each.USUBJID, "wrong-arm", "msc_1/uc_msc") for each in wrong.itertuples())
    doses = doses[doses.ARMCD != "control"]
    doses = doses.assign(dose=range(len(doses)))
    pairs = slots.merge(doses[["USUBJID", "day", "dose"]], on="USUBJID")
    pairs["off"] = pairs["day"] - pairs["planned"]
    pairs = (
        pairs[pairs["off"].abs() < 7].assign(distance=lambda each: each["off"].abs()).sort_values("distance")
    )
    chosen = []
    while len(pairs):  # the nearest pair first
        best = pairs.drop_duplicates(["USUBJID", "number"]).drop_duplicates("dose")
        chosen.append(best)
        taken = best.set_index(["USUBJID", "number"]).index
        free = ~pairs.set_index(["USUBJID", "number"]).index.isin(taken) & ~pairs["dose"].isin(best["dose"])
        pairs = pairs[free]
    given = pd.concat(chosen)
    for each in given[given["off"] != 0].itertuples():
        yield each.USUBJID, "late" if each.off > 0 else "early", f"{each.ARMCD}/uc_msc/{each.number}"
    keys = ["USUBJID", "number"]
    missed = slots[~slots.set_index(keys).index.isin(given.set_index(keys).index)]
    yield from (
        (each.USUBJID, "missed", f"{each.ARMCD}/uc_msc/{each.number}") for each in missed.itertuples()
    )
    extra = doses[~doses["dose"].isin(given["dose"])]
    twice = doses.duplicated(["USUBJID", "day"], keep=False)
    for each in extra.itertuples():
        yield each.USUBJID, "undecided" if twice[each.Index] else "extra", f"{each.ARMCD}/uc_msc"


def _daily(
    what: str, doses: pd.DataFrame, labs: pd.DataFrame, patients: pd.DataFrame
) -> Iterator[tuple[str, str, str]]:
    values = labs["LBORRES"].astype(float) * labs["LBORRESU"].map({"g/dL": 10.0}).fillna(1.0)
    over = labs[(values >= 35.0) if what == "albumin" else (values < 1.5)]
    until = over.groupby("USUBJID")["day"].min()
    ends = patients["USUBJID"].map(until)
    slots = patients.loc[patients.index.repeat(ends - 1), ["USUBJID", "ARMCD"]]
    slots = slots.assign(day=slots.groupby("USUBJID").cumcount() + 1)
    doses = doses.assign(turn=doses.groupby(["USUBJID", "day"]).cumcount(), until=doses["USUBJID"].map(until))
    after = doses[doses["day"] >= doses["until"]]
    yield from _slots(after, what, "given-while-skipped")
    doses = doses[doses["day"] < doses["until"]]
    extra = doses[doses["turn"] > 0]
    yield from (
        (each.USUBJID, "extra", f"{each.ARMCD}/{sites.STANDARD}/{what}") for each in extra.itertuples()
    )
    doses = doses[doses["turn"] == 0]
    keys = ["USUBJID", "day"]
    yield from _slots(slots[~slots.set_index(keys).index.isin(doses.set_index(keys).index)], what, "missed")
    units = doses["EXDOSU"].fillna("").str.lower()
    known = units.map(lambda unit: _FACTORS.get(unit, ("", 0.0))[0]) == _UNITS[what]
    amounts = (
        doses["EXDOSE"].astype(float) * units.map(lambda unit: _FACTORS.get(unit, ("", 0.0))[1])
    ).round(9)
    unclear = ~known | doses["EXDOSE"].isna()
    low, high = _RANGES[what]
    yield from _slots(doses[unclear], what, "undecided")
    yield from _slots(doses[~unclear & ((amounts < low) | (amounts > high))], what, "wrong-dose")


def _slots(rows: pd.DataFrame, what: str, kind: str) -> Iterator[tuple[str, str, str]]:
    for each in rows.itertuples():
        yield each.USUBJID, kind, f"{each.ARMCD}/{sites.STANDARD}/{what}/{each.day}"


def engine(tables: dict[str, str]) -> Found:
    """The findings of the generated schedule, from the same tables."""
    _, module = schedule_of("protocols/nct02812121.trial")
    names = {"ALB": "serum_albumin", "INR": "inr"}
    gathered = Happenings(names.get, frozenset({"day_1"}), Remarks())
    for name, text in tables.items():
        gathered.take(Table(io.BytesIO(text.encode()), name))
    found: Found = set()
    for patient in gathered.complete():
        result = module.conformance(patient, sites.ON)
        found |= {(result.patient, one.kind, one.slot) for one in result.findings}
    return found


def main(patients: int = PATIENTS) -> None:
    """Hold both against what was planted, then let them take turns."""
    courses = sites.site(1, patients)
    tables = dict(sites.tables(courses))
    planted = {(one.patient, each.kind, each.slot) for one in courses for each in one.planted}
    for name, found in (("by hand", by_hand(tables)), ("trialc", engine(tables))):
        if found != planted:
            few = sorted(found ^ planted)[:5]
            sys.exit(f"{name} does not find what was planted: {few}")
    doses = sum(len(one.doses) for one in courses)
    contenders: dict[str, Contender] = {
        "by hand, pandas": lambda: by_hand(tables),
        "trialc conformance": lambda: engine(tables),
    }
    rows = compared(contenders, units=patients, rounds=ROUNDS)
    title = f"{patients:,} patients, {doses:,} administrations, {len(planted):,} deviations, as at {sites.ON}"
    sys.stdout.write(shown(title, rows, "µs/patient"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PATIENTS)
