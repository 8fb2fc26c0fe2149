"""The table built beforehand: the same parser as the grammar gives, and as good as absent when it does not fit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import lark
import pytest

from protocol_dsl.source import decode_source
from protocol_dsl.syntax import table
from protocol_dsl.syntax.machine import Machine, Reading

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
CASES = sorted(CORPUS.rglob("*.trial"))
GRAMMAR = table.grammar()


@pytest.fixture(scope="module")
def sealed() -> bytes:
    return table.sealed(GRAMMAR)


def is_read(grammar: str, sealed: bytes | None) -> bool:
    """Whether a table was read, and not the parser built; lark tells them apart by where they came from."""
    return table.parser(grammar, sealed).source_path == "<deserialized>"


def test_a_table_gives_the_same_readings_as_the_grammar(sealed: bytes) -> None:
    by_table, by_grammar = Machine(sealed), Machine(None)
    assert (by_table.words, by_table.spelling) == (by_grammar.words, by_grammar.spelling)
    read = 0
    for case in CASES:
        text = decode_source(case.name, case.read_bytes()).text
        one, other = by_table.read(text, 0, len(text)), by_grammar.read(text, 0, len(text))
        assert one == other, case
        if isinstance(one, Reading):
            read += 1
            assert repr(one) == repr(other), case  # with the places, which equality leaves out
    assert 0 < read < len(CASES)


def test_a_table_that_fits_is_read(sealed: bytes) -> None:
    assert is_read(GRAMMAR, sealed)
    assert not is_read(GRAMMAR, None)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda whole: b"",
        lambda whole: whole[:64],
        lambda whole: whole[:-1],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"NAME", b"NAMF", 1),
        lambda whole: b"0" * 64 + whole[64:],
        lambda whole: whole + b" ",
        lambda whole: b"\xff\x00\n{}",
    ],
    ids=["empty", "no-table", "a-byte-short", "half", "a-letter", "wrong-seal", "longer", "other"],
)
def test_a_spoilt_table_is_not_read(sealed: bytes, spoilt) -> None:  # type: ignore[no-untyped-def]
    assert spoilt(sealed) != sealed
    assert not is_read(GRAMMAR, spoilt(sealed))


def test_a_table_of_another_grammar_is_not_read(sealed: bytes) -> None:
    assert not is_read(GRAMMAR + "\n", sealed)


def test_a_table_of_another_lark_is_not_read(sealed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lark, "__version__", "1.3.999")
    assert not is_read(GRAMMAR, sealed)


def test_there_need_be_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "PREBUILT", tmp_path / "trial.table")
    assert table.prebuilt() is None


def test_a_table_is_looked_for_in_the_package_alone() -> None:
    assert table.PREBUILT.parent == Path(table.__file__).parent


def test_every_run_makes_the_same_table(sealed: bytes) -> None:
    code = "import sys; from protocol_dsl.syntax import table; sys.stdout.buffer.write(table.sealed(table.grammar()))"
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment)
        assert hashlib.sha256(made.stdout).digest() == hashlib.sha256(sealed).digest()
