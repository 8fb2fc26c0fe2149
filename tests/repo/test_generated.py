"""`generated/` is what the compiler makes of the flagship today; the other protocols are built when tests need them."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest
from house import ROOT

from protocol_dsl import pipeline
from protocol_dsl.artifacts import build
from protocol_dsl.source import read_source

PROTOCOLS = [ROOT / "protocols" / "nct02812121.trial"]
COMMAND = "trialc build protocols/nct02812121.trial"
SHOWN = 80


@pytest.mark.parametrize("file", PROTOCOLS, ids=lambda file: file.stem)
def test_generated_files_are_current(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    protocol = pipeline.check(read_source(file.relative_to(ROOT))).protocol
    assert protocol is not None, f"{file.name} has errors: run `trialc check {file.relative_to(ROOT)}`"
    folder = ROOT / "generated" / protocol.header.id.lower()
    artifacts = {artifact.path: artifact.text for artifact in build(protocol)}
    stale = [_difference(folder / path, text) for path, text in artifacts.items()]
    stale += [f"{one} is no longer generated\n" for one in _files(folder) if one not in artifacts]
    assert not any(stale), f"run `{COMMAND}`\n\n" + "".join(stale)


def test_nothing_else_is_generated() -> None:
    assert {path.name for path in (ROOT / "generated").iterdir()} == {file.stem for file in PROTOCOLS}


def _difference(path: Path, text: str) -> str:
    """The first lines in which a file differs from what it should be; empty when it does not."""
    held = path.read_text(encoding="utf-8") if path.is_file() else ""
    name = str(path.relative_to(ROOT))
    lines = list(
        unified_diff(held.splitlines(True), text.splitlines(True), name, f"{name} as built now", n=1)
    )
    return "".join(line[:200].rstrip("\n") + "\n" for line in lines[:SHOWN])


def _files(folder: Path) -> list[str]:
    found = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return [path.relative_to(folder).as_posix() for path in found]
