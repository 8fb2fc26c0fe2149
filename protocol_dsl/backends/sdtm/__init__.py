"""SDTM trial design datasets (TA, TE, TV, TI, TS) as CSV and as CDISC Dataset-JSON 1.1."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.sdtm.arms import trial_arms
from protocol_dsl.backends.sdtm.datasets import Dataset
from protocol_dsl.backends.sdtm.eligibility import trial_criteria
from protocol_dsl.backends.sdtm.summary import trial_summary
from protocol_dsl.backends.sdtm.visits import trial_visits
from protocol_dsl.backends.sdtm.written import dataset_csv, dataset_json
from protocol_dsl.ir.protocol import Protocol

__all__ = ["datasets", "emit"]


def datasets(protocol: Protocol) -> tuple[Dataset, ...]:
    """The trial design datasets that have rows, in the order TA, TE, TV, TI, TS."""
    arms, elements = trial_arms(protocol)
    made = (arms, elements, trial_visits(protocol), trial_criteria(protocol), trial_summary(protocol))
    return tuple(one for one in made if one.rows)


def emit(protocol: Protocol, created: str) -> tuple[Artifact, ...]:
    """`ta.csv`, `ta.json` and so on. `created` is the moment the Dataset-JSON files say they were made, in ISO 8601:
    it is passed in because a back end reads no clock."""
    found = datasets(protocol)
    tables = (Artifact(f"{one.name.lower()}.csv", dataset_csv(one)) for one in found)
    objects = (Artifact(f"{one.name.lower()}.json", dataset_json(one, protocol, created)) for one in found)
    return (*tables, *objects)
