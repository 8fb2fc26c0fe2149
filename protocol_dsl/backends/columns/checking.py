"""Judges a frame of features: one row in, the same row of outcomes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars
from polars import Expr, LazyFrame, Schema

from protocol_dsl.backends.columns.algebra import Columns
from protocol_dsl.backends.frame import Frame, frame_of, frame_scope
from protocol_dsl.backends.judging import Column, Judging, OutcomeNames, outcome_names
from protocol_dsl.ir.features import Feature
from protocol_dsl.ir.protocol import Protocol


class FrameError(ValueError):
    """A frame that cannot be judged: which columns are wrong, and what is expected of them."""


def check_frame(protocol: Protocol, frame: Any, *, missing: bool = False) -> Any:
    """Criteria and verdicts of every row of a Polars, pandas or Arrow frame of features (`backends.frame` names its
    columns), in the kind of frame that was given.

    Criteria are true (passes), false (fails) or null (unknown); `missing` adds what the unknown ones still need. NaN
    and infinite numbers are read as unknown. Columns that the protocol does not ask for are left out.

    Raises:
        FrameError: a column is missing or of the wrong type; the message names all of them.
    """
    if isinstance(frame, polars.LazyFrame):
        return check_lazily(protocol, frame, missing=missing)
    if isinstance(frame, polars.DataFrame):
        return check_lazily(protocol, frame.lazy(), missing=missing).collect()
    if type(frame).__module__.split(".")[0] == "pandas":
        told = polars.from_pandas(frame)
        return (
            check_lazily(protocol, told.lazy(), missing=missing)
            .collect()
            .to_pandas(use_pyarrow_extension_array=True)
        )
    if type(frame).__module__.split(".")[0] == "pyarrow":
        told = polars.DataFrame(frame)
        return check_lazily(protocol, told.lazy(), missing=missing).collect().to_arrow()
    raise FrameError(
        f"a {type(frame).__module__.split('.')[0]} object is no frame; give one of Polars, pandas or Arrow"
    )


def check_lazily(
    protocol: Protocol, frame: LazyFrame, *, missing: bool = False, keep: Sequence[str] = ()
) -> LazyFrame:
    """As `check_frame`, of a lazy frame: nothing is read before it is collected. Columns to `keep` stand in front.

    Raises:
        FrameError: as `check_frame`.
    """
    scope = frame_scope()
    names = frame_of(protocol, scope)
    outcomes = outcome_names(protocol, scope)
    schema = frame.collect_schema()
    bounded = _bounded(protocol, names, schema)
    frame = frame.with_columns(_cleaned(protocol, names, bounded))
    judging: Judging[Expr] = Judging(protocol, Columns(), names, outcomes, scope, bounded)
    for layer in _layers([*judging.columns(), *(judging.missing() if missing else ())]):
        frame = frame.with_columns(one.holds.alias(one.name) for one in layer)
    return frame.select([*keep, *_shown(protocol, outcomes, missing)])


def _cleaned(protocol: Protocol, names: Frame, bounded: frozenset[str]) -> list[Expr]:
    """Numbers as doubles: NaN is unknown, and so is infinity unless it is the open end of a bounded number."""
    cleaned: list[Expr] = []
    for feature in protocol.features:
        if feature.type == "number" and feature.id in bounded:
            pair = (names.low[feature.id], names.high[feature.id])
            cleaned += [polars.col(name).cast(polars.Float64).fill_nan(None) for name in pair]
        elif feature.type == "number":
            value = polars.col(names.plain[feature.id]).cast(polars.Float64)
            cleaned.append(polars.when(value.is_finite()).then(value))
    return cleaned


def _shown(protocol: Protocol, outcomes: OutcomeNames, missing: bool) -> list[str]:
    shown: list[str] = []
    for stage in protocol.stages:
        shown += [outcomes.criteria[one.id] for one in stage.criteria]
        shown.append(outcomes.verdicts[stage.name])
        shown += [outcomes.missing[stage.name]] if missing else []
    return shown


def _layers(columns: list[Column[Expr]]) -> list[list[Column[Expr]]]:
    """Columns that can be worked out together, one layer after those it rests on."""
    layers: list[list[Column[Expr]]] = []
    depth: dict[str, int] = {}
    for column in columns:
        rests_on = [depth[name] + 1 for name in column.holds.meta.root_names() if name in depth]
        depth[column.name] = max(rests_on, default=0)
        if depth[column.name] == len(layers):
            layers.append([])
        layers[depth[column.name]].append(column)
    return layers


def _bounded(protocol: Protocol, names: Frame, schema: Schema) -> frozenset[str]:
    """The number features that the frame gives in two columns."""
    faults: list[str] = []
    bounded: set[str] = set()
    for feature in protocol.features:
        if feature.type == "number" and names.plain[feature.id] not in schema:
            bounded.add(feature.id)
        faults += _faults(feature, names, schema)
    if faults:
        raise FrameError("; ".join(faults))
    return frozenset(bounded)


def _faults(feature: Feature, names: Frame, schema: Schema) -> list[str]:
    """What is wrong with the columns of one feature."""
    match feature.type:
        case "set":
            wanted = {name: "truth" for (owner, _), name in names.has.items() if owner == feature.id}
        case "number":
            two = feature.id in names.low and names.plain[feature.id] not in schema
            pair = (names.low.get(feature.id, ""), names.high.get(feature.id, ""))
            if two and not any(name in schema for name in pair):
                return [f"there is no column `{names.plain[feature.id]}` (nor `{pair[0]}` and `{pair[1]}`)"]
            wanted = dict.fromkeys(pair, "number") if two else {names.plain[feature.id]: "number"}
        case kind:
            wanted = {names.plain[feature.id]: kind}
    faults = [
        f"there is no column `{name}` of {kind}s" for name, kind in wanted.items() if name not in schema
    ]
    return faults + [
        f"column `{name}` holds {schema[name]}, expected {kind}s"
        for name, kind in wanted.items()
        if name in schema and not _fits(kind, schema[name])
    ]


def _fits(kind: str, held: polars.DataType) -> bool:
    if str(held) == "Null":
        return True
    return {
        "truth": str(held) == "Boolean",
        "number": held.is_numeric(),
        "choice": str(held).split("(")[0] in {"String", "Categorical", "Enum"},
    }[kind]
