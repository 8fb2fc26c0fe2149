"""The document for print, read again: PDF by pypdf, Word by python-docx."""

from __future__ import annotations

import io
import itertools
import re
import sys

import docx as python_docx
import pypdf
import pytest
import typst
from attrs import evolve
from click.testing import CliRunner
from docs_sample import EVIL, FLAGSHIP, OUTCOMES, hostile
from docx.oxml.ns import qn

from protocol_dsl.backends.docs import PrintError, emit_paper
from protocol_dsl.backends.docs.paper import typesetting
from protocol_dsl.backends.docs.paper.blocks import (
    Heading,
    Paper,
    Paragraph,
    Run,
    Table,
    anchors,
    cell,
    shown,
)
from protocol_dsl.backends.docs.paper.sections import paper
from protocol_dsl.backends.docs.paper.typesetting import pdf, svg
from protocol_dsl.backends.docs.paper.word import docx
from protocol_dsl.backends.docs.view import document
from protocol_dsl.cli.shell import trialc

MARKS = "#set text(red) $x^2$ *bold* _under_ `raw` @ref <label> \\ // /* = - + [a] {b} ~ -- --- ... 'q' \"q\" & </w:t>"
EVIL_WORDS = shown(EVIL)


@pytest.fixture(scope="module")
def flagship() -> Paper:
    return paper(document(FLAGSHIP, OUTCOMES, "1.0"))


@pytest.fixture(scope="module")
def printed(flagship) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(flagship)))


@pytest.fixture(scope="module")
def word(flagship):
    return python_docx.Document(io.BytesIO(docx(flagship)))


def headings(flagship: Paper) -> list[str]:
    return [f"{one.number} {one.words}".strip() for one in flagship.blocks if isinstance(one, Heading)]


def squeezed(text: str) -> str:
    """Without what setting in lines and columns changes: blanks, hyphens at line ends, ligatures."""
    return re.sub(r"[\s\xad\u2010-]", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


def outline(reader: pypdf.PdfReader, entries=None) -> list[str]:
    found: list[str] = []
    for one in reader.outline if entries is None else entries:
        found += outline(reader, one) if isinstance(one, list) else [squeezed(one.title)]
    return found


def test_sections_are_those_of_the_template_in_its_order(flagship):
    numbers = [
        [int(part) for part in one.split()[0].split(".")] for one in headings(flagship) if one[0].isdigit()
    ]
    assert numbers == sorted(numbers)
    assert [one[0] for one in numbers if len(one) == 1] == [1, 4, 5, 6, 8, 12]
    assert "(2, 3, 7, 9, 10, 11, 13, and 14)" in flagship.contents
    assert {"5.2 Inclusion Criteria", "5.3 Exclusion Criteria", "12.4 Data Dictionary"} <= set(
        headings(flagship)
    )


def test_the_pdf_is_tagged_titled_and_says_what_standard_it_keeps(printed):
    root = printed.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert printed.metadata.title == " ".join(FLAGSHIP.header.title.split())
    assert re.search(rb"pdfuaid:part(>|=\")1", root["/Metadata"].get_data())


def test_the_outline_of_the_pdf_is_that_of_the_document(flagship, printed):
    assert [one for one in outline(printed) if one != "Contents"] == [
        squeezed(one) for one in headings(flagship)
    ]


def test_every_criterion_stands_in_both_with_its_source(printed, word):
    pages = squeezed("".join(page.extract_text() for page in printed.pages))
    cells = squeezed("".join(cell.text for table in word.tables for row in table.rows for cell in row.cells))
    for criterion in FLAGSHIP.stages[0].criteria:
        for said in (
            f"{criterion.id} {criterion.title}",
            *(one.text for one in criterion.citations if one.text),
        ):
            assert squeezed(said) in pages
            assert squeezed(said) in cells


def test_links_lead_to_places_in_the_document(flagship):
    targets = {
        run.target
        for table in flagship.blocks
        if isinstance(table, Table)
        for row in table.rows
        for cell in row
        for block in cell.blocks
        if isinstance(block, Paragraph)
        for run in block.runs
    } - {""}
    assert {"criterion-i1", "criterion-e1"} <= targets <= anchors(flagship)


def test_word_has_real_headings_one_level_at_a_time(flagship, word):
    styled = [one for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert [one.text for one in styled] == headings(flagship)
    levels = [int(one.style.name.removeprefix("Heading ")) for one in styled]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_word_tables_repeat_their_heads_and_count_their_captions(flagship, word):
    tables = [one for one in flagship.blocks if isinstance(one, Table)]
    for made, meant in zip(word.tables[1:], tables, strict=True):
        repeated = [
            row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in made.rows
        ]
        assert repeated == [True] * len(meant.head) + [False] * len(meant.rows)
    captions = [
        one.text for one in word.paragraphs if one.style.name == "Caption" and one.text.startswith("Table")
    ]
    assert [one.split()[1].rstrip(":") for one in captions] == [str(n + 1) for n in range(len(tables))]


def test_word_figures_are_described_and_links_have_bookmarks(word):
    described = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert described
    assert all(described)
    body = word.element.body
    leads = {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))} - {None}
    places = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    assert leads <= set(places)
    assert len(places) == len(set(places))
    assert all(len(one) <= 40 for one in places)


def test_the_same_document_is_the_same_bytes(flagship):
    assert pdf(flagship) == pdf(flagship)
    assert docx(flagship) == docx(flagship)


def one_text(text: str) -> Paper:
    table = Table(
        "Words", ((cell("Head", "strong"),),), ((cell(text, "code"),), (cell(text, "strong"),)), (1,)
    )
    body = (Heading(1, "1", "Words"), Paragraph((Run(shown(text)),)), table)
    return Paper("Words", "ID", "Words", Table("", (), ((cell(text),),), (1,)), "", "", body)


@pytest.mark.parametrize(
    "text", [EVIL, MARKS, "10 × ULN ≥ 1.5 µmol/L – “≤” ½ ±", "a\x07b\x00c", "#" * 9, "= head"]
)
def test_any_text_comes_out_as_itself(text):
    whole = one_text(text)
    pages = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf(whole))).pages))
    read = python_docx.Document(io.BytesIO(docx(whole)))
    words = [one.text for one in read.paragraphs] + [
        one.text for table in read.tables for one in table._cells
    ]
    assert pages.count(squeezed(shown(text))) == 4
    assert words.count(shown(text)) == 4


def test_a_hostile_protocol_is_printed_whole():
    made = paper(document(hostile(), None, ""))
    pages = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf(made))).pages))
    assert squeezed(EVIL_WORDS) in pages
    assert docx(made)


def test_a_letter_without_a_font_is_named(monkeypatch, flagship):
    def alone(*given, **options):
        return real(*given, **options, ignore_system_fonts=True)

    real = typst.compile
    monkeypatch.setattr(typst, "compile", alone)
    with pytest.raises(PrintError, match="no font at hand shows `肝`"):
        pdf(evolve(flagship, blocks=(Paragraph((Run("肝"),)),)))


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(PrintError) as caught:
        emit_paper(FLAGSHIP, "pdf")
    assert caught.value.fix == "pip install 'protocol-dsl[pdf]'"


def test_figures_for_print_have_their_colours_written_out(flagship):
    drawing = next(one.drawing for one in flagship.blocks if hasattr(one, "drawing"))
    assert "var(" not in svg(drawing)
    assert typesetting.picture(drawing)[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-1.7"), ("docx", b"PK")])
def test_the_command_writes_one_file(tmp_path, form, start):
    ran = CliRunner().invoke(
        trialc,
        ["docs", "protocols/nct02812121.trial", "--format", form, "--out", str(tmp_path)],
        standalone_mode=False,
    )
    assert ran.exception is None, ran.output
    written = tmp_path / "nct02812121" / f"protocol.{form}"
    assert ran.output == f"wrote {written}\n"
    assert written.read_bytes().startswith(start)
