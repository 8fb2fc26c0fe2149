"""Made-up sites of the flagship: courses as the protocol has them, and deviations planted in them.

What a course should be is written down here by hand, not asked of the engine: infusions once a week for 8 or 4 weeks,
10 g of albumin a day until albumin is 35 g/L, plasma a day until INR is below 1.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

INFUSIONS = {"msc_1": 8, "msc_2": 4, "control": 0}
ON = date(2026, 9, 1)
STANDARD = "standard_medical_treatment"


class Dose(NamedTuple):
    """A row of EX; `day` is the study day."""

    treatment: str
    day: int
    dose: str = ""
    unit: str = ""


class Lab(NamedTuple):
    """A row of LB."""

    test: str
    day: int
    value: str
    unit: str = ""


class Planted(NamedTuple):
    """A deviation that is to be found: kind, what, slot and the day of what was done, counted as study days
    but through 0 (None: nothing was)."""

    kind: str
    what: str
    slot: str
    day: int | None = None


class Course(NamedTuple):
    """One patient of a site, who leaves it after study day 70."""

    patient: str
    arm: str
    first: date
    doses: list[Dose]
    labs: list[Lab]
    planted: set[Planted]

    def date(self, day: int) -> str:
        """The date of a study day."""
        return (self.first + timedelta(days=day - 1)).isoformat()


def course(random: Random, number: int, often: float = 0.5) -> Course:
    """A patient in whose course something departs from the plan, `often` times for each kind that there is."""
    arm = random.choice(list(INFUSIONS))
    first = date(2026, 1, 5) + timedelta(days=random.randrange(100))
    made = Course(f"P-{number:05}", arm, first, [], [], set())
    _infusions(random, made, often)
    albumin, plasma = random.randint(3, 20), random.randint(3, 20)
    for day in range(1, 25, 3):
        # Two values of one day could not both be the latest.
        if day != albumin:
            made.labs.append(Lab("ALB", day, "28" if day < albumin else "36", "g/L"))
        if day != plasma:
            made.labs.append(Lab("INR", day, "2.1" if day < plasma else "1.2"))
    made.labs.append(Lab("ALB", albumin, random.choice(("3.5", "4.1")), "g/dL"))
    made.labs.append(Lab("INR", plasma, "1.49"))
    _daily(random, made, often, "albumin", albumin)
    _daily(random, made, often, "plasma", plasma)
    return made


def _infusions(random: Random, made: Course, often: float) -> None:
    """Changes lie two infusions apart, so that each can only be what it is."""
    count = INFUSIONS[made.arm]
    stem = f"{made.arm}/uc_msc"
    if not count and random.random() < often:
        day = random.randint(1, 60)
        made.doses.append(Dose("uc_msc", day))
        made.planted.add(Planted("wrong-arm", "uc_msc", "msc_1/uc_msc", day))
    for number in range(1, count + 1):
        day = 7 * number - 6
        slot = f"{stem}/{number}"
        change = (
            random.choice(("missed", "early", "late", "twice", "repeated"))
            if number % 2 and random.random() < often
            else ""
        )
        off = random.randint(1, 6)
        if change == "missed":
            made.planted.add(Planted("missed", "uc_msc", slot))
            continue
        if change in {"early", "late"}:
            day += off if change == "late" else -off
            made.planted.add(Planted(change, "uc_msc", slot, day))
        made.doses.append(Dose("uc_msc", day))
        if change in {"twice", "repeated"}:  # the very same record may be one dose or two
            day += off if change == "twice" else 0
            made.doses.append(Dose("uc_msc", day))
            made.planted.add(Planted("extra" if change == "twice" else "undecided", "uc_msc", stem, day))


def _daily(random: Random, made: Course, often: float, what: str, until: int) -> None:
    stem = f"{made.arm}/{STANDARD}/{what}"
    changed = random.randrange(1, until) if random.random() < often else 0
    change = random.choice(("missed", "wrong-dose", "extra", "undecided"))
    for day in range(1, until):
        dose = Dose(what, day, *random.choice(RIGHT[what]))
        if day == changed:
            done = day if change != "missed" else None
            slot = stem if change == "extra" else f"{stem}/{day}"
            made.planted.add(Planted(change, what, slot, done))
            if change == "missed":
                continue
            if change == "extra":
                made.doses.append(Dose(what, day, *SECOND[what]))
            elif change == "wrong-dose":
                dose = Dose(what, day, *random.choice(WRONG[what]))
            elif change == "undecided":
                dose = Dose(what, day, *random.choice(UNCLEAR))
        made.doses.append(dose)
    if random.random() < often:
        after = until + random.choice((0, 0, 1, 5))
        made.doses.append(Dose(what, after, *RIGHT[what][0]))
        made.planted.add(Planted("given-while-skipped", what, f"{stem}/{after}", after))


RIGHT = {
    "albumin": (("10", "g"), ("10000", "mg"), ("10.0", "G")),
    "plasma": (("200", "mL"), ("400", "mL"), ("0.3", "L"), ("300", "ML")),
}
SECOND = {"albumin": ("10.00", "g"), "plasma": ("250", "mL")}
WRONG = {
    "albumin": (("12", "g"), ("10", "mg"), ("9.99", "g")),
    "plasma": (("401", "mL"), ("0.5", "L"), ("199", "mL")),
}
UNCLEAR = (("", ""), ("10", ""), ("2", "vials"))


def site(seed: int, patients: int, often: float = 0.5) -> list[Course]:
    """A whole site."""
    random = Random(seed)
    return [course(random, number, often) for number in range(1, patients + 1)]


def tables(courses: list[Course]) -> Iterator[tuple[str, str]]:
    """DM, EX and LB of a site, each by its name, as CSV."""
    rows = [f"{one.patient},{one.arm},{one.date(1)},{one.date(70)}" for one in courses]
    yield "dm.csv", "\n".join(("USUBJID,ARMCD,RFSTDTC,RFPENDTC", *rows)) + "\n"
    rows = [
        f"{one.patient},{dose.treatment},{dose.dose},{dose.unit},{one.date(dose.day)}"
        for one in courses
        for dose in one.doses
    ]
    yield "ex.csv", "\n".join(("USUBJID,EXTRT,EXDOSE,EXDOSU,EXSTDTC", *rows)) + "\n"
    rows = [
        f"{one.patient},{lab.test},{lab.value},{lab.unit},{one.date(lab.day)}"
        for one in courses
        for lab in one.labs
    ]
    yield "lb.csv", "\n".join(("USUBJID,LBTESTCD,LBORRES,LBORRESU,LBDTC", *rows)) + "\n"


def as_json(one: Course) -> dict[str, object]:
    """One patient in the form the generated `conformance` takes."""
    doses = [
        {"treatment": dose.treatment, "on": one.date(dose.day), "dose": dose.dose, "unit": dose.unit}
        for dose in one.doses
    ]
    labs: dict[str, list[dict[str, str]]] = {"serum_albumin": [], "inr": []}
    for lab in one.labs:
        sample = {"value": lab.value, "on": one.date(lab.day), **({"unit": lab.unit} if lab.unit else {})}
        labs["serum_albumin" if lab.test == "ALB" else "inr"].append(sample)
    return {
        "id": one.patient,
        "arm": one.arm,
        "anchors": {"day_1": one.date(1)},
        "ended": one.date(70),
        "administrations": doses,
        **labs,
    }
