"""`trialc sdtm` writes its folder."""

from __future__ import annotations

import json
from pathlib import Path

from protocol_dsl.cli.shell import run

FLAGSHIP = str(Path(__file__).parents[2] / "protocols" / "nct02812121.trial")


def test_datasets_are_written_beside_the_rest(tmp_path, capsys):
    assert run(["sdtm", FLAGSHIP, "--out", str(tmp_path), "--created", "2026-03-02T10:00:00"]) == 0
    folder = tmp_path / "nct02812121" / "sdtm"
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{name}.{kind}" for name in ("ta", "te", "ti", "ts") for kind in ("csv", "json")
    ]
    made = json.loads((folder / "ts.json").read_text("utf-8"))
    assert made["datasetJSONCreationDateTime"] == "2026-03-02T10:00:00"
    assert capsys.readouterr().out.count("wrote ") == 8


def test_a_moment_that_is_none_is_refused(tmp_path, capsys):
    assert run(["sdtm", FLAGSHIP, "--out", str(tmp_path), "--created", "yesterday"]) == 2
    assert "`--created yesterday` is no date and time" in capsys.readouterr().err
