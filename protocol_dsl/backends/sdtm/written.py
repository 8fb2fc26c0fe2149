"""Datasets as text: CSV with variable names at the head, and Dataset-JSON 1.1."""

from __future__ import annotations

import csv
import io
import json

from protocol_dsl.backends.sdtm.datasets import Dataset, Variable
from protocol_dsl.ir.protocol import Protocol


def dataset_csv(dataset: Dataset) -> str:
    """The dataset as CSV: UTF-8, lines ended by a line feed, an empty cell where there is no value."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([variable.name for variable in dataset.variables])
    rows.writerows(["" if value is None else value for value in row] for row in dataset.rows)
    return text.getvalue()


def dataset_json(dataset: Dataset, protocol: Protocol, created: str) -> str:
    """The dataset as a Dataset-JSON 1.1 object. The study and metadata are named by the protocol and its digest."""
    study = protocol.header.id
    head: dict[str, object] = {
        "datasetJSONCreationDateTime": created,
        "datasetJSONVersion": "1.1.0",
        "fileOID": f"{study}.{dataset.name}.{protocol.source_digest[:16]}",
        "originator": "trialc",
        "studyOID": study,
        "metaDataVersionOID": f"MDV.{study}.{protocol.source_digest[:16]}",
        "itemGroupOID": f"IG.{dataset.name}",
        "records": len(dataset.rows),
        "name": dataset.name,
        "label": dataset.label,
        "columns": [_column(variable, dataset.name) for variable in dataset.variables],
        "rows": [list(row) for row in dataset.rows],
    }
    return json.dumps(head, ensure_ascii=False, indent=1) + "\n"


def _column(variable: Variable, dataset: str) -> dict[str, object]:
    column: dict[str, object] = {
        "itemOID": f"IT.{dataset}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": variable.type,
    }
    if variable.type == "string":
        column["length"] = variable.length
    return column | ({"keySequence": variable.key} if variable.key else {})
