"""Diagnostics: what is said to the user, where, and in which format.

`Diagnostic` is the base of one frozen class per code, each beside its stage; `Collector` gathers them;
`render` writes them as text, JSON, SARIF or GitHub annotations; `page` explains one.
"""

from protocol_dsl.diagnostics.collector import Collector
from protocol_dsl.diagnostics.diagnostic import Diagnostic, Severity, all_diagnostics
from protocol_dsl.diagnostics.fix import Edit, Fix, applied
from protocol_dsl.diagnostics.pages import DocSections, faults, page, parse_page
from protocol_dsl.diagnostics.render import Format, render
from protocol_dsl.diagnostics.render_github import render_github
from protocol_dsl.diagnostics.render_json import render_json
from protocol_dsl.diagnostics.render_sarif import render_sarif
from protocol_dsl.diagnostics.render_text import render_text, summary
from protocol_dsl.diagnostics.suggest import suggest

__all__ = [
    "Collector",
    "Diagnostic",
    "DocSections",
    "Edit",
    "Fix",
    "Format",
    "Severity",
    "all_diagnostics",
    "applied",
    "faults",
    "page",
    "parse_page",
    "render",
    "render_github",
    "render_json",
    "render_sarif",
    "render_text",
    "suggest",
    "summary",
]
