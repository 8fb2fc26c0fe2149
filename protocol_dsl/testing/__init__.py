"""Engines against the reference evaluator: generated protocols, generated patients, and their comparison."""

from protocol_dsl.testing.differential import DifferentialReport, Disagreement, compare, compare_batches, run
from protocol_dsl.testing.patients import random_records
from protocol_dsl.testing.protocols import random_protocol

__all__ = [
    "DifferentialReport",
    "Disagreement",
    "compare",
    "compare_batches",
    "random_protocol",
    "random_records",
    "run",
]
