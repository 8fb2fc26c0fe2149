"""Everything that is made from a protocol. A module of its own, so that a check loads no back end."""

from __future__ import annotations

from collections.abc import Iterable

from protocol_dsl.analysis.boundaries import all_boundaries
from protocol_dsl.backends import cql, docs, javascript, python, schedule, strategies
from protocol_dsl.backends.attrition import Attrition
from protocol_dsl.backends.base import Artifact, BinaryArtifact
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.to_json import to_json
from protocol_dsl.testing.examples import example_outcomes


def build(protocol: Protocol, *, standalone: bool = False) -> tuple[Artifact, ...]:
    """Everything made from a protocol; `standalone`: the programs need no package beside them."""
    checker = (python.emit_standalone(protocol),) if standalone else python.emit(protocol)
    return (
        *checker,
        *build_schedule(protocol, standalone=standalone),
        Artifact("protocol.json", to_json(protocol)),
        *strategies.emit(protocol),
        *build_documents(protocol),
    )


def build_documents(protocol: Protocol) -> tuple[Artifact, ...]:
    """What people read of a protocol: its documents, their figures and tables."""
    outcomes, checker = example_outcomes(protocol), javascript.page_part(protocol)
    return docs.emit(protocol, outcomes, limits=_limits(protocol), checker=checker)


def build_paper(protocol: Protocol, form: docs.PaperFormat) -> BinaryArtifact:
    """The document for print: `protocol.pdf`, or `protocol.docx`.

    Raises:
        docs.PrintError: a package is missing, or no font has a letter of the text.
    """
    return docs.emit_paper(protocol, form, example_outcomes(protocol), limits=_limits(protocol))


def _limits(protocol: Protocol) -> docs.Limits:
    """The values on both sides of every limit, by criterion."""
    return {
        name: tuple(docs.Limit(one.atom, one.cases, one.multiple_of) for one in found)
        for name, found in all_boundaries(protocol).items()
    }


def build_overview(protocols: Iterable[Protocol], title: str) -> Artifact:
    """One page that lists several protocols."""
    return docs.emit_overview(protocols, title=title)


def build_funnel(protocol: Protocol, counts: Attrition) -> Artifact:
    """What a screening by a protocol counted, as one page."""
    return docs.emit_funnel(counts, protocol.source_name)


def build_sql(protocol: Protocol, dialect: str) -> tuple[Artifact, ...]:
    """The criteria as one SQL query, and the tables of records it reads.

    Raises:
        DialectError: queries in that dialect are not known to come out right.
    """
    from protocol_dsl.backends import sql  # noqa: PLC0415 - slow to load

    return sql.emit(protocol, sql.dialect_named(dialect))


def build_javascript(protocol: Protocol) -> tuple[Artifact, ...]:
    """The criteria as a module that a browser or Node runs."""
    return javascript.emit(protocol)


def build_cql(protocol: Protocol) -> tuple[tuple[Artifact, ...], tuple[cql.LeftOut, ...]]:
    """The criteria as a CQL library over FHIR, and those it leaves out with the reason."""
    return cql.emit(protocol), cql.sayable(protocol)[1]


def build_schedule(protocol: Protocol, *, standalone: bool = False) -> tuple[Artifact, ...]:
    """`schedule.py` (or `schedule_standalone.py`), where the protocol has arms."""
    emit = schedule.emit_standalone if standalone else schedule.emit
    asked = python.emit_conditions(protocol, schedule.dose_facts(protocol))
    return emit(protocol) if asked is None else emit(protocol, asked.text, asked.imports)
