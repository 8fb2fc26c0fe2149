"""Every diagnostic has a page, a case that shows it, and a case beside it that does not (the corpus runs both)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from house import ROOT, modules, tree

from protocol_dsl import catalog
from protocol_dsl.diagnostics import Diagnostic, faults

CORPUS = ROOT / "tests" / "corpus"
BAD = sorted((CORPUS / "bad").rglob("*.trial"))
CODES = catalog.all_codes()


def code_of(case: Path) -> str:
    """The code a case stands for: the start of its name."""
    return case.name.partition("-")[0].upper()


def test_the_catalogue_knows_every_class() -> None:
    written = {
        (module, node.name)
        for module, path in modules().items()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == Diagnostic.__name__ for base in node.bases)
        and any(_assigns(part, "code") for part in node.body)
    }
    assert written == {(cls.__module__, cls.__name__) for cls in CODES}
    assert written, "the search finds no class at all"


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Name) and t.id == name for t in node.targets
    )


def test_codes_and_names_are_unique() -> None:
    keys = [key for cls in CODES for key in (cls.code, cls.name)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("cls", CODES, ids=lambda cls: cls.code)
def test_a_class_keeps_the_conventions(cls: type[Diagnostic]) -> None:
    assert faults(cls) == ()


def test_every_code_has_a_bad_case() -> None:
    missing = {cls.code for cls in CODES} - {code_of(case) for case in BAD}
    assert not missing, f"no tests/corpus/bad/**/<code>-*.trial for {', '.join(sorted(missing))}"


def test_no_case_stands_for_an_unknown_code() -> None:
    assert {code_of(case) for case in BAD} <= {cls.code for cls in CODES}


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_a_good_case_stands_beside_it(case: Path) -> None:
    good = CORPUS / "good" / case.relative_to(CORPUS / "bad")
    assert good.is_file(), f"write {good.relative_to(ROOT)}: the same, put right"


def test_codes_are_found_by_code_and_name() -> None:
    for cls in CODES:
        assert catalog.find(cls.code.lower()) is cls
        assert catalog.find(f" {cls.name.upper()} ") is cls


def test_an_unknown_code_suggests_near_ones() -> None:
    with pytest.raises(catalog.UnknownCode) as caught:
        catalog.find("unknwon-name")
    assert "unknown-name" in caught.value.suggestions
