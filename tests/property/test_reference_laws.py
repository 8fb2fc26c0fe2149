"""Generated protocols are sound and survive their text forms; the runtime's reducers give what the reference gives."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from reducer_engine import reducer_engine

from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.invariants import check_invariants
from protocol_dsl.ir.pprint import show
from protocol_dsl.ir.to_json import from_json, to_json
from protocol_dsl.ir.walk import FORMULAS, NUMBERS, criteria_formulas, filters_of, preorder
from protocol_dsl.runtime.records import History
from protocol_dsl.testing import compare, random_protocol, random_records

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_protocols_are_sound_and_survive_json(seed: int) -> None:
    protocol = random_protocol(seed)
    check_invariants(protocol)
    again = from_json(to_json(protocol))
    assert again == protocol
    assert to_json(again) == to_json(protocol)
    assert show(again) == show(protocol)


def test_generated_protocols_hold_every_node() -> None:
    nodes, features = set(), set()
    for seed in SEEDS:
        protocol = random_protocol(seed)
        features |= {type(feature.node) for feature in protocol.features}
        roots = [*criteria_formulas(protocol), *(one.body for one in protocol.definitions)]
        roots += [where for feature in protocol.features for where in filters_of(feature.node)]
        nodes |= {type(part) for root in roots for part in preorder(root)}
    assert features == set(FeatureNode.__args__)
    assert nodes == set(FORMULAS + NUMBERS)


@pytest.mark.parametrize("seed", SEEDS)
def test_reducers_agree_with_the_reference(seed: int) -> None:
    protocol = random_protocol(seed, features=26)
    report = compare(protocol, reducer_engine(protocol), count=60, seed=seed)
    assert report.agrees, report.text() + "\n" + show(protocol)


def test_generated_patients_reach_every_outcome() -> None:
    outcomes: Counter[bool | None] = Counter()
    for seed in SEEDS:
        protocol, rng = random_protocol(seed), Random(seed)
        for _ in range(20):
            records, on = random_records(protocol, rng)
            outcomes.update(evaluate(protocol, records, on).criteria.values())
    total = outcomes.total()
    assert all(outcomes[one] > total * 0.1 for one in (True, False, None))


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_rows_never_matters(seed: int) -> None:
    protocol, rng = random_protocol(seed), Random(seed)
    for _ in range(20):
        records, on = random_records(protocol, rng)
        turned = records._replace(facts={name: _reversed(value) for name, value in records.facts.items()})
        assert evaluate(protocol, turned, on) == evaluate(protocol, records, on)


def _reversed(value):
    if isinstance(value, History):
        return value._replace(occurrences=value.occurrences[::-1])
    return value[::-1] if type(value) is tuple else value
