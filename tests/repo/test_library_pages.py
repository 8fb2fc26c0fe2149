"""The manual's pages of the libraries are what `trialc library` prints, and the libraries keep the rules for them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from protocol_dsl.pipeline import check
from protocol_dsl.semantics.libraries import LIBRARIES, library_names, load_library
from protocol_dsl.semantics.library_page import index, page
from protocol_dsl.source import read_source
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.syntax.parser import parse

PAGES = Path(__file__).parents[2] / "docs" / "manual" / "libraries"


@pytest.mark.parametrize("name", ["README", *library_names()])
def test_the_manual_shows_what_the_library_holds(name: str, update_golden: bool) -> None:
    text, shown = index() if name == "README" else page(name), PAGES / f"{name}.md"
    if update_golden:
        shown.write_text(text, encoding="utf-8")
    assert shown.read_text(encoding="utf-8") == text, "run pytest with --update-golden"


def test_no_page_is_left_over() -> None:
    assert {each.stem for each in PAGES.iterdir()} == {"README", *library_names()}


@pytest.mark.parametrize("name", library_names())
def test_a_library_compiles_alone_and_carries_its_name_and_version(name: str) -> None:
    source = read_source(LIBRARIES / f"{name}.trial")
    assert check(source).diagnostics == ()
    header = next(each for each in parse(source).tree.items if isinstance(each, syntax.LibraryHeader))
    assert header.name.text == name
    assert header.version is not None


def test_a_fact_is_declared_in_one_library_alone() -> None:
    """A binding goes by the fact's name, whichever library it is given to."""
    declared = Counter(
        fact
        for name in library_names()
        for fact in load_library(name).facts.keys()
        - {fact for used in load_library(name).uses.values() for fact in used.facts}
    )
    assert set(declared.values()) == {1}


@pytest.mark.parametrize("name", library_names())
def test_a_library_leaves_open_what_only_the_site_knows(name: str) -> None:
    """Limits of normal are the laboratory's, and that no record means absence is for the protocol to say."""
    for item in parse(load_library(name).source).tree.items:
        entries = item.entries if isinstance(item, syntax.Facts) else (item,)
        clauses = [clause for entry in entries for clause in getattr(entry, "clauses", ())]
        assert not [clause for clause in clauses if isinstance(clause, syntax.Normal | syntax.Absent)]


def test_every_published_form_names_its_publication() -> None:
    for name in library_names():
        library = load_library(name)
        for definition in library.definitions.values():
            assert definition.sources or definition.variant is None, definition.name.text
