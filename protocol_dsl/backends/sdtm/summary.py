"""TS: what the header says of the trial, in the terms of CDISC.

A parameter that SDTM asks of every trial and that the file does not state has a null flavor instead of a value: NI (no
information), or PINF for an age without an upper end. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import frozen

from protocol_dsl.backends.sdtm.datasets import Dataset, Value, Variable, dataset, study_variables
from protocol_dsl.backends.sdtm.elements import gives_of
from protocol_dsl.ir.protocol import Header, Protocol
from protocol_dsl.ir.schedule import Intervention

_PARAMETERS = {
    "TITLE": "Trial Title",
    "REGID": "Registry Identifier",
    "STYPE": "Study Type",
    "TPHASE": "Trial Phase Classification",
    "INDIC": "Trial Disease/Condition Indication",
    "TINDTP": "Trial Intent Type",
    "TTYPE": "Trial Type",
    "RANDOM": "Trial is Randomized",
    "STRATFCT": "Stratification Factor",
    "INTMODEL": "Intervention Model",
    "TBLIND": "Trial Blinding Schema",
    "TCNTRL": "Control Type",
    "NARMS": "Planned Number of Arms",
    "INTTYPE": "Intervention Type",
    "TRT": "Investigational Therapy or Treatment",
    "PLANSUB": "Planned Number of Subjects",
    "ACTSUB": "Actual Number of Subjects",
    "AGEMIN": "Planned Minimum Age of Subjects",
    "AGEMAX": "Planned Maximum Age of Subjects",
    "SEXPOP": "Sex of Participants",
    "HLTSUBJI": "Healthy Subject Indicator",
    "SPONSOR": "Clinical Study Sponsor",
    "OBJPRIM": "Trial Primary Objective",
    "LENGTH": "Trial Length",
    "STOPRULE": "Study Stop Rules",
    "ADAPT": "Adaptive Design",
    "ADDON": "Added on to Existing Treatments",
}
"""Every parameter that can be said here, in the order of the dataset."""

_EXPECTED = frozenset(_PARAMETERS) - {"REGID", "STRATFCT", "ACTSUB"}
_CODES = {"Y": "C49488", "N": "C49487", "BOTH": "C49636"}
_PHASES = {
    "na": ("NOT APPLICABLE", ""), "early_1": ("PHASE 0 TRIAL", "C54721"), "1": ("PHASE I TRIAL", "C15600"),
    "1/2": ("PHASE I/II TRIAL", "C15693"), "2": ("PHASE II TRIAL", "C15601"),
    "2/3": ("PHASE II/III TRIAL", "C15694"), "3": ("PHASE III TRIAL", "C15602"), "4": ("PHASE IV TRIAL", "C15603"),
}  # fmt: skip
_TERMS = {
    "sex": {"all": "BOTH", "female": "F", "male": "M"},
    "allocation": {"randomized": "Y", "non randomized": "N", "na": "N"},
    "model": {"crossover": "CROSS-OVER"},
    "masking": {
        "none": "OPEN LABEL", "single": "SINGLE BLIND", "double": "DOUBLE BLIND", "triple": "TRIPLE BLIND",
        "quadruple": "QUADRUPLE BLIND",
    },
    "purpose": {"diagnostic": "DIAGNOSIS"},
    "kind": {"biological": "BIOLOGIC", "behavioral": "BEHAVIORAL THERAPY"},
    "healthy_volunteers": {"yes": "Y", "no": "N"},
}  # fmt: skip
"""Words of the header in CDISC's terms; a word that is not here is the same in capitals."""

_LONGEST = 200


@frozen
class _Said:
    """One value, with its code in CDISC's terminology, or the name of the standard it is written by."""

    value: str
    flavor: str = ""
    code: str = ""
    reference: str = ""


def trial_summary(protocol: Protocol) -> Dataset:
    """One row for each value. A value of more than 200 characters goes on in TSVAL1, TSVAL2 and so on."""
    rows = list(_rows(protocol))
    more = max(sum(name[5:].isdigit() for name in row) for row in rows)  # how many of TSVAL1, TSVAL2, …
    variables = (
        *study_variables(),
        Variable("TSSEQ", "Sequence Number", "integer", key=3),
        Variable("TSPARMCD", "Trial Summary Parameter Short Name", length=8, key=2),
        Variable("TSPARM", "Trial Summary Parameter", length=40),
        Variable("TSVAL", "Parameter Value", length=_LONGEST),
        *(Variable(f"TSVAL{at}", f"Parameter Value {at}", length=_LONGEST) for at in range(1, more + 1)),
        Variable("TSVALNF", "Parameter Null Flavor", length=4),
        Variable("TSVALCD", "Parameter Value Code", length=20),
        Variable("TSVCDREF", "Name of the Reference Terminology", length=20),
    )
    return dataset("TS", "Trial Summary", variables, rows)


def _rows(protocol: Protocol) -> Iterator[dict[str, Value]]:
    said = _said(protocol)
    for code, words in _PARAMETERS.items():
        values = said.get(code, ()) or ((_Said("", "NI"),) if code in _EXPECTED else ())
        for number, one in enumerate(values, 1):
            pieces = _pieces(one.value)
            row: dict[str, Value] = {
                "STUDYID": protocol.header.id,
                "DOMAIN": "TS",
                "TSSEQ": number,
                "TSPARMCD": code,
                "TSPARM": words,
                "TSVAL": pieces[0],
                "TSVALNF": one.flavor,
                "TSVALCD": one.code,
                "TSVCDREF": one.reference,
            }
            yield row | {f"TSVAL{at}": piece for at, piece in enumerate(pieces[1:], 1)}


def _said(protocol: Protocol) -> dict[str, tuple[_Said, ...]]:
    header, schedule = protocol.header, protocol.schedule
    entries = _entries(header)
    conditions = tuple(_Said(text) for text in entries.get("condition", ()))
    studied = [one for one in schedule.interventions if not one.background]
    strata = schedule.randomization.strata if schedule.randomization else ()
    labels = {fact.name: fact.label for fact in protocol.facts}
    return {
        "TITLE": (_Said(entries.get("official_title", (header.title,))[0]),),
        "REGID": tuple(_registered(header.id)),
        "STYPE": _terms("study_type", entries),
        "TPHASE": tuple(_phase(entries)),
        "INDIC": conditions,
        "TINDTP": _terms("purpose", entries),
        "RANDOM": _coded("Y") if schedule.randomization else _terms("allocation", entries),
        "STRATFCT": tuple(_Said((labels.get(one.by) or one.by).upper()) for one in strata),
        "INTMODEL": _terms("model", entries),
        "TBLIND": _terms("masking", entries),
        "TCNTRL": tuple(_controls(arm.role for arm in schedule.arms)),
        "NARMS": (_Said(str(len(schedule.arms))),) if schedule.arms else (),
        "INTTYPE": tuple(_Said(_term("kind", kind)) for kind in dict.fromkeys(one.kind for one in studied)),
        "TRT": tuple(_Said(one.label or one.name) for one in _investigational(protocol)),
        **_enrollment(header, entries),
        **_ages(header, entries),
        "SEXPOP": _terms("sex", entries),
        "HLTSUBJI": _terms("healthy_volunteers", entries),
        "SPONSOR": tuple(_Said(text) for text in entries.get("sponsor", ())),
    }


def _entries(header: Header) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, text in header.entries:
        if text:
            found[name] = (*found.get(name, ()), text)
    return found


def _terms(name: str, entries: dict[str, tuple[str, ...]]) -> tuple[_Said, ...]:
    return tuple(each for text in entries.get(name, ()) for each in _coded(_term(name, text)))


def _term(name: str, text: str) -> str:
    return _TERMS.get(name, {}).get(text, text.replace("_", " ").upper())


def _coded(value: str) -> tuple[_Said, ...]:
    code = _CODES.get(value, "")
    return (_Said(value, "", code, "CDISC CT" if code else ""),)


def _phase(entries: dict[str, tuple[str, ...]]) -> Iterator[_Said]:
    for text in entries.get("phase", ()):
        words, code = _PHASES.get(text, (f"PHASE {text.upper()} TRIAL", ""))
        yield _Said(words, "", code, "CDISC CT" if code else "")


def _registered(name: str) -> Iterator[_Said]:
    if re.fullmatch(r"NCT[0-9]{8}", name):
        yield _Said(name, "", name, "CLINICALTRIALS.GOV")


def _controls(roles: Iterable[str]) -> Iterator[_Said]:
    """Placebo and active control follow from the arms; what else the control is, the file does not say."""
    terms = {"placebo_comparator": "PLACEBO", "active_comparator": "ACTIVE"}
    yield from (_Said(terms[role]) for role in dict.fromkeys(roles) if role in terms)


def _investigational(protocol: Protocol) -> Iterator[Intervention]:
    """What is under study: neither background care, nor a placebo or sham, nor what comparator arms alone are given."""
    schedule = protocol.schedule
    regimens = {one.name: one for one in schedule.regimens}
    experimental = [arm for arm in schedule.arms if arm.role == "experimental"]
    given = {give.what for arm in experimental or schedule.arms for give in gives_of(arm.parts, regimens)}
    given |= {name for one in schedule.interventions if one.name in given for name in one.one_of}
    for one in schedule.interventions:
        imitation = re.search(r"placebo|sham", f"{one.name} {one.label}", re.IGNORECASE)
        if not one.background and not imitation and (one.name in given or not given):
            yield one


def _enrollment(header: Header, entries: dict[str, tuple[str, ...]]) -> dict[str, tuple[_Said, ...]]:
    if header.enrollment is None:
        return {}
    actual = any(text.endswith("actual") for text in entries.get("enrollment", ()))
    return {"ACTSUB" if actual else "PLANSUB": (_Said(str(header.enrollment)),)}


def _ages(header: Header, entries: dict[str, tuple[str, ...]]) -> dict[str, tuple[_Said, ...]]:
    """Ages as ISO 8601 durations. No upper end is PINF; no lower end means from birth on."""
    if "age" not in entries:
        return {}
    low = _Said(_iso_age(header.age_low or Fraction(0)), "", "", "ISO 8601")
    if header.age_high is None:
        return {"AGEMIN": (low,), "AGEMAX": (_Said("", "PINF"),)}
    return {"AGEMIN": (low,), "AGEMAX": (_Said(_iso_age(header.age_high), "", "", "ISO 8601"),)}


def _iso_age(years: Fraction) -> str:
    """Years, else months, else days, whichever says it in a whole number."""
    for scale, letter in ((1, "Y"), (12, "M"), (365, "D")):
        if (years * scale).denominator == 1:
            return f"P{years * scale}{letter}"
    return f"P{round(years * 365)}D"


def _pieces(text: str) -> list[str]:
    """A text in pieces of 200 characters at most, cut between words where they allow it."""
    pieces: list[str] = []
    rest = " ".join(text.split())
    while len(rest) > _LONGEST:
        cut = rest.rfind(" ", 1, _LONGEST) + 1 or _LONGEST
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]
