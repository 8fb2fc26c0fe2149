"""TI: the criteria as the protocol states them."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.backends.sdtm.codes import Codes, shortened
from protocol_dsl.backends.sdtm.datasets import Dataset, Value, Variable, dataset, study_variables
from protocol_dsl.ir.features import NamedAnchor
from protocol_dsl.ir.protocol import Criterion, Protocol, Stage

_LONGEST = 200
_VARIABLES = (
    *study_variables(),
    Variable("IETESTCD", "Incl/Excl Criterion Short Name", length=8, key=2),
    Variable("IETEST", "Inclusion/Exclusion Criterion", length=_LONGEST),
    Variable("IECAT", "Inclusion/Exclusion Category", length=9),
    Variable("IESCAT", "Inclusion/Exclusion Subcategory"),
    Variable("TIRL", "Inclusion/Exclusion Criterion Rule"),
    Variable("TIVERS", "Protocol Criteria Versions", length=20, key=3),
)


def trial_criteria(protocol: Protocol) -> Dataset:
    """The criteria a patient enters the trial by: those of the first stage, and of stages judged at randomization.

    IETEST is the source's own sentence where it fits, else the criterion's title. TIRL is the rule of the file where it
    fits. TIVERS is 1: a file knows one version, its own.
    """
    stages = protocol.stages[:1] + tuple(
        stage for stage in protocol.stages[1:] if stage.anchor == NamedAnchor("randomization")
    )
    return dataset("TI", "Trial Inclusion/Exclusion Criteria", _VARIABLES, _rows(protocol, stages))


def _rows(protocol: Protocol, stages: tuple[Stage, ...]) -> Iterator[dict[str, Value]]:
    codes = Codes(8)
    for stage in stages:
        for one in stage.criteria:
            rule = " ".join("; ".join(line.text for line in one.lines).split())
            yield {
                "STUDYID": protocol.header.id,
                "DOMAIN": "TI",
                "IETESTCD": codes.of((stage.name, one.id), one.id),
                "IETEST": _sentence(one),
                "IECAT": one.kind.upper(),
                "IESCAT": ""
                if stage is stages[0]
                else shortened(stage.name.replace("_", " ").upper(), _LONGEST),
                "TIRL": rule if len(rule) <= _LONGEST else "",
                "TIVERS": "1",
            }


def _sentence(criterion: Criterion) -> str:
    said = " ".join(" ".join(one.text or "" for one in criterion.citations).split())
    return said if said and len(said) <= _LONGEST else shortened(criterion.title, _LONGEST)
