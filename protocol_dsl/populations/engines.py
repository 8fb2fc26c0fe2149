"""The engines by name, each a way to judge many patients at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Literal

from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When

EngineName = Literal["duckdb", "polars", "postgresql", "spark"]
ENGINES: tuple[EngineName, ...] = ("duckdb", "polars", "postgresql", "spark")
PACKAGES: Mapping[EngineName, tuple[str, ...]] = {
    "duckdb": ("sqlglot", "pyarrow", "duckdb"),
    "polars": ("sqlglot", "pyarrow", "duckdb", "polars"),
    "postgresql": ("sqlglot", "pyarrow", "psycopg"),
    "spark": ("sqlglot", "pyarrow", "pyspark"),
}
"""What each needs installed."""
Judge = Callable[[Sequence[tuple[Records, When]]], list[Mapping[str, Scalar]]]
"""For each patient, in their order: criteria by id, and `feature <id>` for the values they rest on."""


class MissingPackageError(ImportError):
    """An engine's packages are not installed; says how to get them."""


def engine_named(name: EngineName, protocol: Protocol, where: str = "") -> Judge:
    """An engine that judges by `protocol`. `where` is the address of a PostgreSQL server, or the master of Spark.

    Raises:
        MissingPackageError: a package the engine needs is not installed.
    """
    needed_packages(name)
    from protocol_dsl.populations.judging import judge_with  # noqa: PLC0415 - loads the engine's packages

    return judge_with(name, protocol, where)


def needed_packages(name: EngineName) -> None:
    """Look whether the packages of an engine are there.

    Raises:
        MissingPackageError: one is not; says how to get it.
    """
    for package in PACKAGES[name]:
        try:
            import_module(package)
        except ImportError as error:
            extra = "" if name == "spark" else f" (or `pip install 'protocol-dsl[{name}]'`)"
            raise MissingPackageError(
                f"engine `{name}` needs the package `{package}`; `pip install {package}`{extra}"
            ) from error


def numbered(patients: Iterable[tuple[Records, When]]) -> list[tuple[Records, When]]:
    """Patients with their place as id."""
    return [(records._replace(id=str(place)), on) for place, (records, on) in enumerate(patients)]
