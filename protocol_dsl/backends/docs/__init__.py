"""Documents a clinician reads: `protocol.md`, `protocol.html` that needs no network, and on paper PDF and Word."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from protocol_dsl.backends.base import Artifact, BinaryArtifact
from protocol_dsl.backends.docs.activities import activity_csv
from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.examples import Outcomes
from protocol_dsl.backends.docs.funnel import emit_funnel
from protocol_dsl.backends.docs.limits import Limit, Limits
from protocol_dsl.backends.docs.overview import emit_overview
from protocol_dsl.backends.docs.paper.sections import paper
from protocol_dsl.backends.docs.paper.typesetting import PrintError, pdf
from protocol_dsl.backends.docs.paper.word import docx
from protocol_dsl.backends.docs.render import figure, html, markdown
from protocol_dsl.backends.docs.screening import screening
from protocol_dsl.backends.docs.view import document
from protocol_dsl.ir.protocol import Protocol

__all__ = [
    "Limit",
    "Limits",
    "Outcomes",
    "PaperFormat",
    "PrintError",
    "emit",
    "emit_funnel",
    "emit_overview",
    "emit_paper",
]

PaperFormat = Literal["pdf", "docx"]


def emit(
    protocol: Protocol,
    outcomes: Outcomes | None = None,
    *,
    limits: Limits | None = None,
    checker: str = "",
    version: str = "",
) -> tuple[Artifact, ...]:
    """`protocol.md` and `protocol.html` of a compiled protocol.

    `outcomes` are those of its examples, by example name and criterion id, when they were run; without them the
    documents print what the file expects and say so. The timeline of each arm is a file too, `timeline_<arm>.svg`,
    which `protocol.md` shows. A protocol with visits and activities has its schedule of activities as
    `schedule_of_activities.csv` too. With `limits`, criteria show the values on both sides of each; with `checker`, the
    criteria in JavaScript, `protocol.html` has a form that judges a patient's values. `version` is the compiler's, for
    the colophon: it is passed in because a back end reads nothing of the installation it runs in.
    """
    view = document(protocol, outcomes, version, limits)
    form = screening(protocol, Anchors(protocol), checker) if checker else None
    pages = Artifact("protocol.md", markdown(view)), Artifact("protocol.html", html(view, form))
    figures = (Artifact(one.file, figure(one.drawing)) for one in view.timelines)
    rows = activity_csv(view.activities) if view.activities.shown else ()
    tables = (Artifact("schedule_of_activities.csv", _csv(rows)),) if rows else ()
    return (*pages, *figures, *tables)


def emit_paper(
    protocol: Protocol,
    form: PaperFormat,
    outcomes: Outcomes | None = None,
    *,
    limits: Limits | None = None,
    version: str = "",
) -> BinaryArtifact:
    """`protocol.pdf` or `protocol.docx`: the same view in the order of the ICH M11 protocol template.

    Raises:
        PrintError: a package is missing, or no font has a letter of the text.
    """
    whole = paper(document(protocol, outcomes, version, limits))
    return BinaryArtifact(f"protocol.{form}", pdf(whole) if form == "pdf" else docx(whole))


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
