"""The one place that lays views out: HTML and Markdown templates over the same view."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from protocol_dsl.backends.docs import sayings
from protocol_dsl.backends.docs.drawing import Drawing
from protocol_dsl.backends.docs.screening import Screening
from protocol_dsl.backends.docs.view import Document
from protocol_dsl.backends.docs.words import Link

if TYPE_CHECKING:
    from jinja2 import Environment

_MARKED = re.compile(r"([\\`*\[\]|~$])|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])")
"""What Markdown reads as mark-up wherever it stands (an underscore inside a word it does not)."""
_CLOSING = re.compile(r"(?<=\s)(#+)$")
_LEADING = re.compile(r"^(\d{1,9})([.)])|^([-+=#])")
_PLAIN_CSS = re.compile(r"[^0-9A-Za-z ]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def html(document: Document, screening: Screening | None = None) -> str:
    """The document as one self-contained HTML page, with a form that judges patients where `screening` is given."""
    sections = [(str(number), link) for number, link in enumerate(document.sections, start=1)]
    if screening is not None:  # without a number, so that sections have the same one on paper and in Markdown
        place = [link.target for _, link in sections].index("eligibility") + 1
        sections.insert(place, ("", Link("Pre-screening", "screening")))
    template = _html().get_template("html/page.j2")
    return template.render(doc=document, sections=sections, screening=screening)


def page(template: str, view: object) -> str:
    """Another self-contained HTML page over a view of its own."""
    return _html().get_template(template).render(doc=view)


def figure(drawing: Drawing) -> str:
    """A drawing as a file of its own, for documents that show pictures by their address."""
    return _html().get_template("svg/figure.j2").render(drawing=drawing).strip() + "\n"


def markdown(document: Document) -> str:
    """The document as Markdown (CommonMark with tables)."""
    text = _markdown().get_template("md/page.j2").render(doc=document)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def markdown_text(value: object) -> str:
    """`value` as Markdown that prints exactly its words, on one line, in running text and in table cells; a space at
    either end is kept."""
    text = str(value)
    words = " ".join(text.split())
    escaped = _MARKED.sub(lambda found: f"\\{found[0]}", words)
    escaped = _CLOSING.sub(lambda found: "\\#" * len(found[1]), escaped)
    led = _LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[0]}", escaped)
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:] if words else ""))
    return f"{before}{led.translate(_ENTITIES)}{after}"


def css_string(value: str) -> str:
    """`value` as a CSS string, every character but letters, digits and spaces as its code."""
    words = " ".join(value.split())
    return '"' + _PLAIN_CSS.sub(lambda found: f"\\{ord(found[0]):06x} ", words) + '"'


def mermaid_text(value: object) -> str:
    """`value` as a Mermaid label, without what Mermaid or a code fence reads as mark-up."""
    words = " ".join(str(value).split())
    return re.sub(r"[#\"<>&`\\|;{}\[\]()]", lambda found: f"#{ord(found[0])};", words)


@cache
def _html() -> Environment:
    return _environment()


@cache
def _markdown() -> Environment:
    from markupsafe import Markup  # noqa: PLC0415  # comes with jinja2, which stays off the path of every other command

    def finished(value: object) -> object:
        return value if isinstance(value, Markup) else Markup(markdown_text(value))

    environment = _environment()
    environment.finalize = finished
    return environment


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("protocol_dsl.backends.docs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["css_string"] = lambda value: Markup(css_string(value))
    environment.globals["says"] = sayings
    environment.filters["mermaid"] = lambda value: Markup(mermaid_text(value))
    return environment
