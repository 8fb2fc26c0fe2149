"""The document in Word, by python-docx: real heading styles, captions that count, header rows on every page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from protocol_dsl.backends.docs.paper.blocks import (
    Cell,
    Heading,
    Items,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
)
from protocol_dsl.backends.docs.paper.typesetting import PrintError, picture
from protocol_dsl.backends.docs.words import Clause

if TYPE_CHECKING:
    from docx.document import Document as Word

_STYLES = {"body": "Body Text", "label": "Protocol Label", "quote": "Quote", "remark": "Protocol Remark"}
_BULLETS = ("List Bullet", "List Bullet 2", "List Bullet 3")
_WIDTH_CM, _LONG_CM = 17.0, 25.7
_LONGEST = 255
"""Characters that a property of the file may have."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip archive can hold."""


def docx(paper: Paper) -> bytes:
    """The document as .docx; the same bytes for the same document.

    Raises:
        PrintError: a package is missing.
    """
    try:
        from docx import Document  # noqa: PLC0415 - an extra
    except ImportError:
        raise PrintError(
            "Word documents need the package `python-docx`", "pip install 'protocol-dsl[docx]'"
        ) from None
    return _Writer(Document(), paper).written()


class _Writer:
    """One document being written, from its title page to its last appendix."""

    def __init__(self, word: Word, paper: Paper) -> None:
        self._word = word
        self._paper = paper
        self._numbers = {"Table": count(1), "Figure": count(1)}
        self._marks = count(1)
        self._styles: dict[str, str] = {}

    def written(self) -> bytes:
        self._set_up()
        self._title_page()
        waiting: Heading | None = None  # goes onto the page of the wide table it leads
        for block in self._paper.blocks:
            wide = isinstance(block, Table) and block.wide
            if wide:
                self._turn(sideways=True)
            if waiting:
                self._heading(waiting)
            waiting = block if isinstance(block, Heading) else None
            if not isinstance(block, Heading):
                self._block(block)
            if wide:
                self._turn(sideways=False)
        if waiting:
            self._heading(waiting)
        return _archived(self._word)

    def _set_up(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE  # noqa: PLC0415 - an extra
        from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415

        properties, styles = self._word.core_properties, self._word.styles
        properties.title, properties.author, properties.language = self._paper.title[:_LONGEST], "", "en"
        properties.comments, properties.subject = "", self._paper.id[:_LONGEST]
        section = self._word.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.0)
        for name, size in (
            ("Normal", 10),
            ("Title", 24),
            ("Heading 1", 16),
            ("Heading 2", 13),
            ("Heading 3", 11),
        ):
            styles[name].font.size = Pt(size)
        for name, size in (("Protocol Remark", 9), ("Protocol Label", 9), ("Protocol Cell", 9)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style, style.font.size = styles["Normal"], Pt(size)
            style.paragraph_format.space_after = Pt(2)
        styles["Protocol Label"].font.italic = styles["Protocol Label"].paragraph_format.keep_with_next = True
        for name in ("Protocol Remark", "Protocol Label"):
            styles[name].font.color.rgb = RGBColor(0x55, 0x56, 0x4F)
        section.header.paragraphs[0].text = self._paper.running_head
        foot = section.footer.paragraphs[0]
        foot.add_run(f"{self._paper.id}\t\t")
        self._field(foot, "PAGE", "1")

    def _title_page(self) -> None:
        self._word.add_paragraph("Clinical trial protocol", style="Subtitle")
        self._word.add_paragraph(self._paper.title, style="Title")
        self._grid(self._paper.front, _WIDTH_CM)
        self._word.add_paragraph(self._paper.colophon, style="Protocol Remark")
        self._break()
        self._word.add_paragraph("Contents", style="TOC Heading")
        self._contents()
        self._word.add_paragraph(self._paper.contents, style="Protocol Remark")
        self._break()

    def _break(self) -> None:
        from docx.enum.text import WD_BREAK  # noqa: PLC0415 - an extra

        self._word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _contents(self) -> None:
        """A table of contents that Word brings up to date; until then its entries are links."""
        entries = [one for one in self._paper.blocks if isinstance(one, Heading) and one.level <= 2]
        lines = [self._word.add_paragraph() for _ in entries]
        for line, one in zip(lines, entries, strict=True):
            line.paragraph_format.left_indent = 228600 * (one.level - 1)
        if not lines:
            return
        self._mark_field(lines[0], "begin", 'TOC \\o "1-2" \\h \\u')
        for line, one in zip(lines, entries, strict=True):
            self._run(line, Run(f"{one.number} {one.words}".strip(), target=one.anchor))
        self._mark_field(lines[-1], "end")

    def _block(self, block: Paragraph | Items | Table | Picture) -> None:
        match block:
            case Paragraph():
                self._paragraph(self._word, block)
            case Items():
                self._items(self._word, block.clauses)
            case Table():
                self._caption("Table", block.caption, keep=True)
                self._grid(block, _LONG_CM if block.wide else _WIDTH_CM)
                self._word.add_paragraph(style="Protocol Cell")
            case Picture():
                self._picture(block)

    def _heading(self, one: Heading) -> None:
        made = self._word.add_heading(f"{one.number} {one.words}".strip(), one.level)
        self._bookmark(made, one.anchor)

    def _paragraph(self, place: Any, one: Paragraph, cell: bool = False) -> None:
        style = "Protocol Cell" if cell and one.style == "body" else _STYLES[one.style]
        made = self._added(place, style)
        for run in one.runs:
            self._run(made, run)
        self._bookmark(made, one.anchor)

    def _added(self, place: Any, style: str) -> Any:
        """A new paragraph; the id of its style is looked up once, for python-docx goes through all each time."""
        if style not in self._styles:
            self._styles[style] = self._word.styles[style].style_id
        made = place.add_paragraph()
        made._p.style = self._styles[style]
        return made

    def _items(self, place: Any, clauses: Iterable[Clause], depth: int = 0) -> None:
        for clause in clauses:
            made = self._added(place, _BULLETS[min(depth, len(_BULLETS) - 1)])
            made.add_run(clause.text)
            made.paragraph_format.space_after = 12700
            self._items(place, clause.members, depth + 1)

    def _run(self, paragraph: Any, one: Run) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra
        from docx.oxml.ns import qn  # noqa: PLC0415
        from docx.shared import RGBColor  # noqa: PLC0415

        made = paragraph.add_run(one.words)
        made.bold, made.italic = one.style == "strong" or None, one.style == "emphasis" or None
        if one.style == "code":
            made.font.name, made.font.size = "Consolas", 101600
        if one.target or one.href:
            made.font.color.rgb = RGBColor(0x1D, 0x4B, 0x73)
            link = OxmlElement("w:hyperlink")
            if one.target:
                link.set(qn("w:anchor"), _mark_name(one.target))
            else:
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
                link.set(qn("r:id"), paragraph.part.relate_to(one.href, kind, is_external=True))
            link.append(made._r)
            paragraph._p.append(link)

    def _grid(self, one: Table, room: float) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - an extra
        from docx.oxml import OxmlElement  # noqa: PLC0415
        from docx.shared import Cm  # noqa: PLC0415

        widths = [Cm(room * part / sum(one.widths)) for part in one.widths]
        grid = self._word.add_table(len(one.head) + len(one.rows), len(widths), style="Table Grid")
        grid.autofit = False
        rows = (*one.head, *one.rows)
        for number, (row, cells) in enumerate(zip(grid.rows, rows, strict=True)):
            if number < len(one.head):
                row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            places, column = row.cells, 0
            for place, width in zip(places, widths, strict=True):
                place.width = width
            for cell in cells:
                place = places[column]
                if cell.span > 1:
                    place = place.merge(places[column + cell.span - 1])
                self._fill(place, cell)
                if one.centred and column:
                    for paragraph in place.paragraphs:
                        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                column += cell.span

    def _fill(self, place: Any, cell: Cell) -> None:
        for block in cell.blocks:
            if isinstance(block, Paragraph):
                self._paragraph(place, block, cell=True)
            else:
                self._items(place, block.clauses)
        if cell.blocks:  # a new cell holds an empty paragraph
            first = place.paragraphs[0]._p
            first.getparent().remove(first)

    def _picture(self, one: Picture) -> None:
        from docx.shared import Cm  # noqa: PLC0415 - an extra

        width = min(_WIDTH_CM, one.drawing.width * 2.54 / 96)
        shape = self._word.add_picture(io.BytesIO(picture(one.drawing)), width=Cm(width))
        shape._inline.docPr.set("descr", one.drawing.description)
        self._word.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("Figure", one.caption)

    def _caption(self, kind: str, words: str, *, keep: bool = False) -> None:
        made = self._word.add_paragraph(f"{kind} ", style="Caption")
        made.paragraph_format.keep_with_next = keep
        self._field(made, f"SEQ {kind} \\* ARABIC", str(next(self._numbers[kind])))
        made.add_run(f": {words}")

    def _turn(self, *, sideways: bool) -> None:
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415 - an extra

        section = self._word.add_section()
        if sideways != (section.orientation == WD_ORIENT.LANDSCAPE):
            section.orientation = WD_ORIENT.LANDSCAPE if sideways else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = section.page_height, section.page_width

    def _field(self, paragraph: Any, instruction: str, result: str) -> None:
        self._mark_field(paragraph, "begin", instruction)
        paragraph.add_run(result)
        self._mark_field(paragraph, "end")

    def _mark_field(self, paragraph: Any, kind: str, instruction: str = "") -> None:
        """One end of a field: its beginning with what it computes, or its end."""
        from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra
        from docx.oxml.ns import qn  # noqa: PLC0415

        for one in ("begin", "instruction", "separate") if kind == "begin" else ("end",):
            part = OxmlElement("w:instrText" if one == "instruction" else "w:fldChar")
            if one == "instruction":
                part.text = f" {instruction} "
                part.set(qn("xml:space"), "preserve")
            else:
                part.set(qn("w:fldCharType"), one)
            paragraph.add_run()._r.append(part)

    def _bookmark(self, paragraph: Any, anchor: str) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415 - an extra
        from docx.oxml.ns import qn  # noqa: PLC0415

        if not anchor:
            return
        number = str(next(self._marks))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:name"), _mark_name(anchor))
        for part in (start, end):
            part.set(qn("w:id"), number)
            paragraph._p.append(part)


def _mark_name(anchor: str) -> str:
    """The anchor as a bookmark's name: letters, digits and underscores, 40 characters at the most."""
    name = f"a_{anchor.replace('-', '_')}"
    return name if len(name) <= 40 else f"{name[:31]}_{sha256(name.encode()).hexdigest()[:8]}"


def _archived(word: Word) -> bytes:
    """The package with its parts at one fixed time, so that the same document is the same file."""
    made, fixed = io.BytesIO(), io.BytesIO()
    word.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as out:
        for name in parts.namelist():
            out.writestr(zipfile.ZipInfo(name, _EPOCH), parts.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
