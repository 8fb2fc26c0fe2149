"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import protocol_dsl
from protocol_dsl import NotCompiled, build, load

FLAGSHIP = Path(__file__).parents[2] / "protocols" / "nct02812121.trial"


def test_load_and_build() -> None:
    protocol = load(FLAGSHIP)
    assert protocol.header.id == "NCT02812121"
    assert "checker.py" in {artifact.path for artifact in build(protocol)}


def test_errors_are_all_told(tmp_path: Path) -> None:
    file = tmp_path / "broken.trial"
    file.write_text(
        'protocol X "x" { }\ninclusion A "a" { require inrr > 1 require altt > 1 }\n', encoding="utf-8"
    )
    with pytest.raises(NotCompiled, match=r"(?s)inrr.*altt"):
        load(file)


def test_every_public_name_is_there() -> None:
    assert all(getattr(protocol_dsl, name) for name in dir(protocol_dsl))
    with pytest.raises(AttributeError):
        _ = protocol_dsl.nothing


def test_the_runtime_loads_nothing_else() -> None:
    words = "import sys, protocol_dsl.runtime.verdict; print({'lark', 'attrs', 'click'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
