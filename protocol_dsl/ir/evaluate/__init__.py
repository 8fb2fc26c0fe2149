"""The reference evaluator: a protocol's meaning for one patient, short, slow and by definition.

Every engine (generated Python, SQL, strategies, solver) is tested against it on the same generated patients.
"""

from protocol_dsl.ir.evaluate.evaluation import Evaluation, StageEvaluation, evaluate, verdict_of
from protocol_dsl.ir.evaluate.patient import Scalar

__all__ = ["Evaluation", "Scalar", "StageEvaluation", "evaluate", "verdict_of"]
