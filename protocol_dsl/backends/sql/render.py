"""A query as text for people: one step after another, each under what it is, each criterion under its source."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from sqlglot import exp

from protocol_dsl.backends.sql.creating import created
from protocol_dsl.backends.sql.dialects import Dialect
from protocol_dsl.backends.sql.query import Query
from protocol_dsl.backends.tables import TABLES, Table
from protocol_dsl.backends.writer import one_line

WIDTH = 110
INDENT = "  "


def query_text(query: Query, *heading: str) -> str:
    """The query, laid out; it means what `query.text` means."""
    parts = list(query.select.ctes)
    lines = [*_comments(heading), *(["WITH"] if parts else [])]
    for number, part in enumerate(parts, 1):
        lines += ["", *_comments(query.about.get(part.alias, ()))]
        lines.append(f"{_sql(part.args['alias'], query.dialect)} AS (")
        lines += [INDENT + line for line in _select(part.this, query)]
        lines.append(")" + ("," if number < len(parts) else ""))
    last = query.select.copy()
    last.set("with_", None)
    return "\n".join([*lines, "", *_select(last, query)]).strip("\n") + ";\n"


def tables_text(dialect: Dialect) -> str:
    """The statements that make empty tables of records, each under what it holds."""
    return "\n".join(line for table in TABLES for line in _table(table, dialect))


def _table(table: Table, dialect: Dialect) -> Iterator[str]:
    yield from _comments((f"{table.name}: {table.about}",))
    if table.one_row_each:
        yield from _comments((f"One row each: {', '.join(table.one_row_each)}",))
    for column in table.columns:
        yield from _comments((f"  {column.name}: {column.about}",))
    yield _sql(created(table), dialect) + ";\n"


def _select(select: exp.Select, query: Query) -> Iterator[str]:
    """Column by column, with what is said of each above it."""
    yield "SELECT"
    last = len(select.expressions)
    for number, shown in enumerate(select.expressions, 1):
        if isinstance(shown, exp.Alias):
            yield from _comments(query.about.get(shown.alias, ()), INDENT)
        text = _sql(shown, query.dialect) + ("," if number < last else "")
        yield from (INDENT + line for line in text.split("\n"))
    rest = select.copy()
    rest.set("expressions", [exp.Star()])
    yield from _sql(rest, query.dialect).split("\n")[2:]


def _sql(node: exp.Expr, dialect: Dialect) -> str:
    return node.sql(dialect.key, pretty=True, max_text_width=WIDTH)


def _comments(texts: tuple[str, ...], margin: str = "") -> Iterator[str]:
    for text in texts:
        indent = text[: len(text) - len(text.lstrip())]
        for line in textwrap.wrap(one_line(text), WIDTH - 3 - len(margin), subsequent_indent="  ") or [""]:
            yield f"{margin}-- {indent}{line}".rstrip()
