"""The pre-screening form: what is asked of a patient, in groups, and the script that judges what is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.words import sentence
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Answer, Feature, NamedAnchor, SampleValue
from protocol_dsl.ir.numbers import Item
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import fact_schema
from protocol_dsl.ir.walk import (
    all_features_of,
    anchors_of,
    criteria_formulas,
    feature_facts,
    filters_of,
    preorder,
)
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema

_GROUPS = (
    ("The patient", ("number", "yes_no", "choice", "set", "date")),
    ("Laboratory values", ("lab",)),
    ("Measurements", ("measure",)),
    ("Findings", ("finding",)),
    ("Events", ("event",)),
)
_LIMITS = {"upper": "uln", "lower": "lln"}
_MOST_UNITS = 6
_FAR = 10_000
"""A unit that many times larger or smaller than the fact's own is hardly ever the one on a report."""


@frozen
class Screening:
    """The form: `data` is the JSON it is built from, `checker` the program that judges, both safe inside a script."""

    data: str
    checker: str


def screening(protocol: Protocol, anchors: Anchors, checker: str) -> Screening:
    """The form of a protocol; `checker` declares `protocol`, `judged` and `readPatient`."""
    used = set(all_features_of(protocol, *criteria_formulas(protocol)))
    features = [feature for feature in protocol.features if feature.id in used]
    data = {
        "groups": list(_groups(protocol, features)),
        "places": {feature.id: place for feature in features if (place := _place(feature))},
        "cards": {
            one.id: anchors("criterion", one.id) for stage in protocol.stages for one in stage.criteria
        },
        "examples": [{"name": one.name, "on": one.on, "record": one.record} for one in protocol.examples],
    }
    return Screening(_in_script(json.dumps(data, ensure_ascii=False)), _in_script(checker))


def _in_script(text: str) -> str:
    """Code in which nothing ends the element it stands in."""
    return text.replace("</", "<\\/").replace("<!--", "<\\!--")


def _groups(protocol: Protocol, features: list[Feature]) -> Iterator[dict[str, object]]:
    wanted = {fact for feature in features for fact in feature_facts(feature.node)}
    limits = {
        (feature.node.fact, _LIMITS[feature.node.part])
        for feature in features
        if isinstance(feature.node, SampleValue) and feature.node.part != "value"
    }
    limits |= {
        (fact, _LIMITS[part.part])
        for feature in features
        for fact in feature_facts(feature.node)
        for where in filters_of(feature.node)
        for part in preorder(where)
        if isinstance(part, Item) and part.part in _LIMITS
    }
    for title, kinds in _GROUPS:
        facts = [fact for fact in protocol.facts if fact.kind in kinds and fact.name in wanted]
        if facts:
            yield {"title": title, "fields": [_field(fact, limits) for fact in facts]}
    dates = {
        one.name for feature in features for one in anchors_of(feature.node) if isinstance(one, NamedAnchor)
    }
    anchored = [
        {
            "place": f"anchor {one.name}",
            "anchor": one.name,
            "kind": "date",
            "label": sentence(one.label or one.name),
        }
        for one in protocol.anchors
        if one.name in dates
    ]
    if anchored:
        yield {"title": "Dates of the study", "fields": anchored}
    asked = {feature.node.question for feature in features if isinstance(feature.node, Answer)}
    questions = [
        {"place": f"question {one.id}", "question": one.id, "kind": "yes_no", "label": one.text, "by": one.by}
        for one in protocol.questions
        if one.id in asked
    ]
    if questions:
        yield {"title": "Questions a person answers", "fields": questions}


def _field(fact: Fact, limits: set[tuple[str, str]]) -> dict[str, object]:
    schema = fact_schema(fact)
    return {
        "place": fact.name,
        "fact": fact.name,
        "kind": fact.kind,
        "label": sentence(fact.label) or sentence(fact.name.replace("_", " ")),
        "units": ["years"] if fact.builtin and fact.name == "age" else _units(schema),
        "limits": [one for one in _LIMITS.values() if (fact.name, one) in limits],
        "choices": list(fact.choices),
        "closed": fact.closed,
        "attributes": [_attribute(one) for one in schema.attributes],
    }


def _attribute(attribute: AttributeSchema) -> dict[str, object]:
    return {
        "name": attribute.name,
        "kind": attribute.kind,
        "label": sentence(attribute.name.replace("_", " ")),
        "units": _units(attribute),
        "choices": list(attribute.choices),
    }


def _units(fact: FactSchema | AttributeSchema) -> list[str]:
    """The fact's own unit, and the first spelling of each other one that a report may well be in."""
    if not fact.unit:
        return []
    found = {(1, 1, 0, 1): fact.unit}
    for text, factors in fact.units.items():
        scale = factors[0] / factors[1]
        if 1 / _FAR <= scale <= _FAR:
            found.setdefault(factors, text)
    return list(found.values())[:_MOST_UNITS]


def _place(feature: Feature) -> str:
    """The field in which a feature's value is found."""
    node = feature.node
    if isinstance(node, Answer):
        return f"question {node.question}"
    facts = [fact for fact in feature_facts(node) if fact != "birth_date"]
    return facts[0] if facts else ""
