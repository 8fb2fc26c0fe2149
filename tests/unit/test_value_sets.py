"""Value sets from files: found beside the protocol, whole, and known by their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile

PROTOCOL = """protocol T1 "Trial" { }
valueset inhibitors "Strong inhibitors" from "inhibitors.csv"
fact inhibitor : event "Strong inhibitor" { codes from inhibitors }
exclusion E1 "Inhibitor" { source "Strong inhibitors" reject inhibitor ongoing }
"""


def checked(folder: Path, table: str | None) -> tuple[object, list[str]]:
    """The compiled protocol beside a table, and what was said."""
    if table is not None:
        (folder / "inhibitors.csv").write_text(table, encoding="utf-8")
    result = check(SourceFile(str(folder / "trial.trial"), PROTOCOL))
    return result.protocol, [found.message_text for found in result.diagnostics]


def test_codes_come_from_the_file(tmp_path: Path) -> None:
    table = "system,code,display\nrxnorm,6135,ketoconazole\natc,J02AB02,\n"
    protocol, said = checked(tmp_path, table)
    assert said == []
    (found,) = protocol.value_sets  # type: ignore[attr-defined]
    assert found.codes == (("rxnorm", "6135", "ketoconazole"), ("atc", "J02AB02", ""))
    assert found.digest == hashlib.sha256(table.encode()).hexdigest()


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (None, "cannot be read"),
        ("system,code\n", "or none"),
        ("system,code\nrxnorm,\n", "without system or code"),
        ("name,code\nrxnorm,6135\n", "without system or code"),
    ],
)
def test_what_does_not_resolve_is_an_error(tmp_path: Path, table: str | None, reason: str) -> None:
    protocol, said = checked(tmp_path, table)
    assert protocol is None
    assert len(said) == 1
    assert reason in said[0]
