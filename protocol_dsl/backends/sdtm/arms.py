"""TA and TE: the arms as paths through elements, and the elements."""

from __future__ import annotations

from protocol_dsl.backends.sdtm.codes import Codes, shortened
from protocol_dsl.backends.sdtm.datasets import Dataset, Value, Variable, dataset, study_variables
from protocol_dsl.backends.sdtm.elements import Element, branched, path_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.vocabulary.calendar import duration_iso

_ARMS = (
    *study_variables(),
    Variable("ARMCD", "Planned Arm Code", length=20, key=2),
    Variable("ARM", "Description of Planned Arm"),
    Variable("TAETORD", "Planned Order of Element within Arm", "integer", key=3),
    Variable("ETCD", "Element Code", length=8),
    Variable("ELEMENT", "Description of Element", length=40),
    Variable("TABRANCH", "Branch"),
    Variable("TATRANS", "Transition Rule"),
    Variable("EPOCH", "Epoch", length=40),
)
_ELEMENTS = (
    *study_variables(),
    Variable("ETCD", "Element Code", length=8, key=2),
    Variable("ELEMENT", "Description of Element", length=40),
    Variable("TESTRL", "Rule for Start of Element"),
    Variable("TEENRL", "Rule for End of Element"),
    Variable("TEDUR", "Planned Duration of Element", length=20),
)


def trial_arms(protocol: Protocol) -> tuple[Dataset, Dataset]:
    """TA and TE. A regimen followed alone is an element of its own; what an arm gives together is one element.

    TABRANCH stands at the last element before randomized arms part. TATRANS is empty: the language has no transition
    other than to the next element.
    """
    codes, arm_codes = Codes(8), Codes(20)
    elements: dict[tuple[str, ...], Element] = {}
    rows: list[dict[str, Value]] = []
    paths = branched({arm.name: path_of(arm, protocol) for arm in protocol.schedule.arms}, protocol)
    for arm in protocol.schedule.arms:
        for order, step in enumerate(paths[arm.name], 1):
            element = elements.setdefault(step.element.key, step.element)
            rows.append(
                {
                    "STUDYID": protocol.header.id,
                    "DOMAIN": "TA",
                    "ARMCD": arm_codes.of(arm.name, arm.name),
                    "ARM": shortened(arm.label, 200),
                    "TAETORD": order,
                    "ETCD": codes.of(element.key, element.name),
                    "ELEMENT": shortened(element.label, 40),
                    "TABRANCH": shortened(step.branch, 200),
                    "EPOCH": shortened(step.epoch, 40),
                }
            )
    made = [_element(one, codes, protocol.header.id) for one in elements.values()]
    return (
        dataset("TA", "Trial Arms", _ARMS, rows),
        dataset("TE", "Trial Elements", _ELEMENTS, made),
    )


def _element(one: Element, codes: Codes, study: str) -> dict[str, Value]:
    return {
        "STUDYID": study,
        "DOMAIN": "TE",
        "ETCD": codes.of(one.key, one.name),
        "ELEMENT": shortened(one.label, 40),
        "TESTRL": shortened(one.start, 200),
        "TEENRL": shortened(one.end, 200),
        "TEDUR": "" if one.lasts is None else duration_iso(one.lasts),
    }
