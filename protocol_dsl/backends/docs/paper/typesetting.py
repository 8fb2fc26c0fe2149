"""The one place that typesets: PDF/UA-1, and figures as pictures, by typst."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from types import ModuleType
from typing import Any

import attrs

from protocol_dsl.backends.docs.drawing import Drawing
from protocol_dsl.backends.docs.paper.blocks import Paper
from protocol_dsl.backends.docs.render import figure

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
"""The faces that come with typst; a letter they lack is taken from the machine's own."""

_TEMPLATES = "protocol_dsl.backends.docs"
_VARIABLE = re.compile(r"--([a-z]+):\s*([^;]+);")
_USE = re.compile(r"var\(--([a-z]+)\)")
_LACKING = re.compile(r'the text `"(.*?)"` could not be displayed')


class PrintError(Exception):
    """A document cannot be printed; `fix` says what to do."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.fix = fix


def pdf(paper: Paper) -> bytes:
    """The document as PDF/UA-1 (tagged, titled, with words for its figures); the same bytes for the same document.

    Raises:
        PrintError: no font at hand has a letter of the text, or a package is missing.
    """
    typst = _typst()
    data = {**attrs.asdict(paper, value_serializer=_with_svg), "fonts": FONTS, "linked": True}
    try:
        try:
            return _compiled(typst, data)
        except typst.TypstError as error:
            if "internal error" not in str(error):
                raise
            # typst 0.15 stumbles over the tags of some links broken by the end of a page: words alone then
            return _compiled(typst, data | {"linked": False})
    except typst.TypstError as error:
        lacking = _LACKING.search(str(error))
        if lacking is None:
            raise
        raise PrintError(
            f"no font at hand shows `{lacking[1]}`", "install a font that has this letter"
        ) from None


def _compiled(typst: ModuleType, data: dict[str, Any]) -> bytes:
    template = files(_TEMPLATES).joinpath("templates/typst/paper.typ").read_bytes()
    inputs = {"document": json.dumps(data, ensure_ascii=False)}
    return _bytes(typst.compile(template, format="pdf", pdf_standards="ua-1", sys_inputs=inputs))


def picture(drawing: Drawing, scale: float = 3.0) -> bytes:
    """A drawing as PNG, `scale` points of the picture to a CSS pixel."""
    typst = _typst()
    template = (
        '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    made = typst.compile(template.encode(), format="png", ppi=96 * scale, sys_inputs={"svg": svg(drawing)})
    return _bytes(made)


def svg(drawing: Drawing) -> str:
    """A drawing as SVG for paper: its colours written out, its words in the face of the text."""
    drawn = figure(drawing)
    values = dict(_VARIABLE.findall(drawn)) | {"sans": ", ".join(f"'{name}'" for name in FONTS)}
    return _USE.sub(lambda found: values[found[1]], drawn)


def _typst() -> ModuleType:
    try:
        import typst  # noqa: PLC0415 - an extra
    except ImportError:
        raise PrintError(
            "PDF and pictures need the package `typst`", "pip install 'protocol-dsl[pdf]'"
        ) from None
    return typst


def _with_svg(_: object, _place: Any, value: Any) -> Any:
    if isinstance(value, Drawing):
        return {"svg": svg(value), "description": value.description, "width": value.width}
    return value


def _bytes(made: object) -> bytes:
    assert isinstance(made, bytes)
    return made
