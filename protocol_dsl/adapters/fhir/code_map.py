"""Maps of a site's own codes onto the facts of a protocol, read from TOML.

on = "last record"                      # the day to judge on, or a date

ignore = ["loinc|718-7", "urn:site:lab|*"]   # codes that are not needed; "*" for all
allergies = ["penicillin_allergy"]      # facts that are about an allergy, and take nothing but allergies and conditions
complete = ["gi_bleeding"]              # events of which the data hold every one: no record is none

[codes]                                 # system|code = fact; beside the protocol's own codes
"urn:site:lab|TBIL" = { fact = "total_bilirubin", unit = "mg/dL" }     # unit of results that state none
"snomed|165816005" = { fact = "hbsag", values = { POS = "positive" } } # other words for values
"icd10cm|I85.01" = "gi_bleeding"
"text|Melena" = "gi_bleeding"           # a concept without a code, by its text
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from protocol_dsl.adapters.mapping import Target, targets_of
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.adapters.section import Section
from protocol_dsl.vocabulary.codes import system_name, wrong_check_digit

Code = tuple[str, str]
"""The short name of a code system, and a code of it."""


@frozen
class CodeMap:
    """What a site's codes mean, and the `place` it was read from. `allergies` None: nobody said which facts are."""

    place: str = ""
    on: str | None = None
    codes: Mapping[Code, Target] = field(factory=dict)
    ignored: frozenset[Code] = frozenset()
    allergies: frozenset[str] | None = None
    complete: frozenset[str] = frozenset()

    def ignores(self, code: Code) -> bool:
        """Whether a code is not needed."""
        return not self.ignored.isdisjoint((code, (code[0], "*"), ("*", "*")))

    def report(self, remarks: Remarks) -> None:
        """Count the codes that cannot exist."""
        for system, code in (*self.codes, *sorted(self.ignored)):
            reason = None if code == "*" else wrong_check_digit(system, code)
            if reason is not None:
                remarks.add(
                    Remark(what=self.place, reason=reason, fix="check the code", words=f"{system}|{code}")
                )


def code_map_of(top: Section, place: str) -> CodeMap:
    """The map that a TOML file states. Raises BadPatients: an unknown key, a code without a system."""
    targets = targets_of(top.table("codes", optional=True))
    found = CodeMap(
        place,
        top.text("on"),
        {_code(top, key): target for key, target in targets.items()},
        frozenset(_code(top, key) for key in top.words("ignore")),
        frozenset(top.words("allergies")) if top.has("allergies") else None,
        frozenset(top.words("complete")),
    )
    top.finish()
    return found


def _code(top: Section, key: str) -> Code:
    system, bar, code = (part.strip() for part in key.partition("|"))
    if key.strip() == "*":
        return ("*", "*")
    if not (system and bar and code):
        raise top.fault(f"`{key[:80]}` names no code system", 'write it as `"loinc|1975-2"`')
    return (system_name(system), code)
