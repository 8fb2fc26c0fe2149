"""Diagnostics: what is said to the user, where, and in which format.

`Diagnostic` is the base of one frozen class per code, each beside its stage; `Collector` gathers them;
`render` writes them as text, JSON, SARIF or GitHub annotations; `page` explains one.
"""

from protocol_dsl.diagnostics.collector import Collector
from protocol_dsl.diagnostics.diagnostic import Diagnostic, Severity, all_diagnostics
from protocol_dsl.diagnostics.pages import DocSections, faults, page, parse_page
from protocol_dsl.diagnostics.suggest import suggest

__all__ = [
    "Collector",
    "Diagnostic",
    "DocSections",
    "Severity",
    "all_diagnostics",
    "faults",
    "page",
    "parse_page",
    "suggest",
]
