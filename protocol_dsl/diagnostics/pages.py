"""The page that ``trialc explain CODE`` prints, read from the docstring of the diagnostic's class.

The docstring is a summary, then the sections ``Why it matters:``, ``Example:`` (an indented .trial snippet)
and ``Cure:``, each heading at the start of its line.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import TYPE_CHECKING

import attrs

from protocol_dsl.diagnostics.template import names

if TYPE_CHECKING:
    from protocol_dsl.diagnostics.diagnostic import Diagnostic

_HEADING = re.compile(r"^(What|Why it matters|Example|Cure):[ \t]*", re.MULTILINE)


@attrs.frozen
class DocSections:
    """The parts of a page; an absent one is empty."""

    what: str
    why: str
    example: str
    cure: str

    @property
    def missing(self) -> tuple[str, ...]:
        """The headings that have nothing under them."""
        parts = (
            ("What", self.what),
            ("Why it matters", self.why),
            ("Example", self.example),
            ("Cure", self.cure),
        )
        return tuple(heading for heading, text in parts if not text)


def parse_page(cls: type[Diagnostic]) -> DocSections:
    """The sections of the class's docstring; the example is ready to compile."""
    parts = _HEADING.split(inspect.cleandoc(cls.__doc__ or ""))
    found = {
        heading: textwrap.dedent(body).strip() for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }
    return DocSections(
        what=parts[0].strip() or found.get("What", ""),
        why=found.get("Why it matters", ""),
        example=found.get("Example", ""),
        cure=found.get("Cure", ""),
    )


def page(cls: type[Diagnostic]) -> str:
    """The whole page as plain text: code, name and severity, then the sections that are there."""
    sections = parse_page(cls)
    parts = [f"{cls.code} {cls.name} ({cls.severity})", sections.what]
    if sections.why:
        parts.append(f"Why it matters: {sections.why}")
    if sections.example:
        parts.append("Example:\n\n" + textwrap.indent(sections.example, "    "))
    if sections.cure:
        parts.append(f"Cure: {sections.cure}")
    return "\n\n".join(part for part in parts if part) + "\n"


def faults(cls: type[Diagnostic]) -> tuple[str, ...]:
    """What is wrong with the definition of a diagnostic class; empty when it keeps the conventions."""
    missing = [f"the docstring has no section `{heading}`" for heading in parse_page(cls).missing]
    fields = {field.name for field in attrs.fields(cls)}
    unknown = [
        f"a template speaks of `{name}`, which is no field or property"
        for template in (cls.message, cls.label, cls.help)
        for name in names(template)
        if name not in fields and not hasattr(cls, name)
    ]
    speech = [fault for text in (cls.message, cls.label, cls.help) for fault in _speech(text)]
    return tuple(missing + unknown + speech)


def _speech(text: str) -> tuple[str, ...]:
    stop = (f"`{text}` ends in a full stop",) if text.endswith(".") and not text.endswith("..") else ()
    # An abbreviation such as INR may stand first; a capital followed by a small letter is a sentence.
    capital = (f"`{text}` begins with a capital",) if re.match(r"[A-Z][a-z]", text) else ()
    return stop + capital
