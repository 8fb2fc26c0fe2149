"""The whole query of a protocol: layers of common table expressions, then one row a patient with what came of it."""

from __future__ import annotations

from collections import Counter

from attrs import frozen
from sqlglot import Dialect as Parser
from sqlglot import exp

from protocol_dsl.backends import tables
from protocol_dsl.backends.frame import Frame, frame_of, frame_scope
from protocol_dsl.backends.judging import Judging, OutcomeNames, outcome_names
from protocol_dsl.backends.sql.algebra import PATIENT, Sql, compared
from protocol_dsl.backends.sql.anchors import Anchors
from protocol_dsl.backends.sql.dialects import Dialect
from protocol_dsl.backends.sql.events import Events
from protocol_dsl.backends.sql.facts import Known
from protocol_dsl.backends.sql.features import Features
from protocol_dsl.backends.sql.filters import Filters
from protocol_dsl.backends.sql.lasting import Lasting
from protocol_dsl.backends.sql.plan import Layer, PatientColumn, Plan, reductions_in
from protocol_dsl.backends.sql.reductions import KEY, LAYER
from protocol_dsl.backends.sql.series import Series
from protocol_dsl.backends.sql.times import Windows
from protocol_dsl.ir.protocol import Protocol


@frozen
class Query:
    """A protocol in SQL: `select` gives one row a patient of `patients`; the names tell its columns."""

    dialect: Dialect
    select: exp.Select
    about: dict[str, tuple[str, ...]]
    frame: Frame
    outcomes: OutcomeNames
    columns: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query as the engine reads it."""
        return self.select.sql(self.dialect.key)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The query step by step, the last one named ``: for engines that would work a step out anew at each use."""
        parts = [(one.alias, one.this) for one in self.select.ctes]
        last = self.select.copy()
        last.set("with_", None)
        uses = Counter(table.name for table in self.select.find_all(exp.Table))
        return tuple(
            Step(name, part.sql(self.dialect.key), uses[name]) for name, part in [*parts, ("", last)]
        )


@frozen
class Step:
    """One common table expression by itself: its text, and how often it is read."""

    name: str
    text: str
    uses: int


def feature_query(protocol: Protocol, dialect: Dialect) -> Query:
    """The first stage alone: patient and the frame of features."""
    making = _Making(protocol, dialect)
    return making.query(tuple(making.feature_columns()))


def verdict_query(
    protocol: Protocol, dialect: Dialect, *, features: bool = False, missing: bool = True
) -> Query:
    """Both stages: patient, criteria, verdicts and (with `missing`) what they still need; `features` beside them."""
    making = _Making(protocol, dialect)
    return making.query(
        (*(making.feature_columns() if features else ()), *making.outcome_columns(missing=missing))
    )


class _Making:
    """The plan of one protocol."""

    def __init__(self, protocol: Protocol, dialect: Dialect) -> None:
        self.protocol = protocol
        self.dialect = dialect
        self.plan = Plan(frame_scope())
        self.frame = frame_of(protocol, self.plan.scope)
        self.outcomes = outcome_names(protocol, self.plan.scope)
        facts = {fact.name: fact for fact in protocol.facts}
        bounded = frozenset(self.frame.low)
        self.judging: Judging[exp.Expr] = Judging(
            protocol, Sql(dialect), self.frame, self.outcomes, self.plan.scope, bounded
        )
        known, filters = Known(self.plan, facts), Filters(self.plan, self.judging, facts)
        features = Features(
            self.plan,
            dialect,
            facts,
            self.frame,
            known,
            filters,
            Anchors(self.plan, dialect, known, filters),
            Windows(self.plan, dialect),
            Series(self.plan, dialect),
            Lasting(self.plan, Series(self.plan, dialect)),
            Events(self.plan),
        )
        for feature in protocol.features:
            features.add(feature)
        for column in (*self.judging.columns(), *self.judging.missing()):
            self.plan.column(PatientColumn(column.name, column.holds, column.about))

    def feature_columns(self) -> list[str]:
        """The frame's columns, feature by feature."""
        frame, names = self.frame, []
        for feature in self.protocol.features:
            if feature.type == "set":
                names += [name for (owner, _), name in frame.has.items() if owner == feature.id]
            elif feature.id in frame.low:
                names += [frame.low[feature.id], frame.high[feature.id]]
            else:
                names.append(frame.plain[feature.id])
        return names

    def outcome_columns(self, *, missing: bool) -> list[str]:
        """Criteria, verdict and what is missing, stage by stage."""
        names = []
        for stage in self.protocol.stages:
            names += [self.outcomes.criteria[one.id] for one in stage.criteria]
            names.append(self.outcomes.verdicts[stage.name])
            names += [self.outcomes.missing[stage.name]] if missing else []
        return names

    def query(self, wanted: tuple[str, ...]) -> Query:
        """The select that shows `wanted`."""
        select, layer = exp.Select(), "patients"
        about: dict[str, tuple[str, ...]] = {}
        layers = self.plan.layers(wanted)
        read = _columns_read(layers)
        for number, one in enumerate(layers, 1):
            for reduction in one.reductions:
                query = _only(reduction.query, read[reduction.name])
                select = select.with_(reduction.name, _beside(query, layer), copy=False)
                about[reduction.name] = reduction.about
            if one.columns:
                name = self.plan.scope.fresh(f"patients_{number}")
                select = select.with_(name, _layer(one, layer, self.plan), copy=False)
                about |= {column.name: column.about for column in one.columns}
                layer = name
        shown = [exp.column(name) for name in ("patient", *wanted)]
        select = select.select(*shown, copy=False).from_(exp.to_table(layer), copy=False)
        _quote(select, self.dialect)
        return Query(self.dialect, select, about, self.frame, self.outcomes, ("patient", *wanted))


def _quote(select: exp.Select, dialect: Dialect) -> None:
    """Quotation marks round names that are words of the dialect; those of the tables of records are none."""
    own = {column.name for table in tables.TABLES for column in table.columns}
    words = Parser.get_or_raise(dialect.key).tokenizer_class.KEYWORDS
    for name in select.find_all(exp.Identifier):
        if name.name.upper() in words and name.name not in own:
            name.set("quoted", True)


def _columns_read(layers: list[Layer]) -> dict[str, set[str]]:
    """By reduction, the columns that anything after it reads."""
    read: dict[str, set[str]] = {}
    for layer in reversed(layers):
        for column in layer.columns:
            for part in column.holds.find_all(exp.Column):
                read.setdefault(part.table, set()).add(part.name)
        for reduction in reversed(layer.reductions):
            shown = read.setdefault(reduction.name, set())
            query = _only(reduction.query, shown)
            for table in query.find_all(exp.Table):
                names = {
                    part.name for part in query.find_all(exp.Column) if part.table == table.alias_or_name
                }
                read.setdefault(table.name, set()).update(names | (shown if "*" in names else set()))
    return read


def _only(query: exp.Select, names: set[str]) -> exp.Select:
    """A selection of records with those columns alone. A reduction to one row keeps all: they are what it is."""
    if query.args.get("group"):
        return query
    found = query.copy()
    kept = [one for one in found.expressions if one.alias_or_name in {*names, "*", KEY}]
    found.set("expressions", kept)
    return found


def _beside(query: exp.Select, layer: str) -> exp.Select:
    """The query with the patient's row of a layer."""
    found = query.copy()
    for table in found.find_all(exp.Table):
        if table.name == LAYER:
            table.set("this", exp.to_identifier(layer))
    return found


def _layer(layer: Layer, before: str, plan: Plan) -> exp.Select:
    """The layer before, and beside it what its columns come to."""
    joined = dict.fromkeys(name for column in layer.columns for name in reductions_in(column.holds, plan))
    query = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier(PATIENT)))
    query = query.from_(exp.alias_(exp.to_table(before), PATIENT, table=True))
    for name in joined:
        on = compared("=", exp.column(KEY, name), exp.column(KEY, PATIENT))
        query = query.join(exp.to_table(name), on=on, join_type="left")
    return query.select(*(exp.alias_(column.holds.copy(), column.name) for column in layer.columns))
