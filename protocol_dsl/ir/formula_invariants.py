"""Formulas and numbers against what they may name: features, definitions, in a filter parts of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from attrs import evolve, frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature, FeatureType
from protocol_dsl.ir.formulas import (
    AtLeast,
    Atom,
    Compare,
    Contains,
    Formula,
    ItemTruth,
    NamedTruth,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    Call,
    Choose,
    Const,
    IfMissing,
    Item,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.protocol import Definition, Protocol
from protocol_dsl.ir.walk import preorder


class BrokenInvariant(Exception):  # noqa: N818  # it is the compiler's own fault, never the user's
    """The compiler built a protocol that no back end may read: what does not hold, and where."""


@frozen
class Scope:
    """What a formula may name. `item` is the fact whose records a filter looks at; None outside filters."""

    facts: Mapping[str, Fact]
    features: Mapping[str, Feature]
    definitions: Mapping[str, Definition]
    ordered_definitions: Sequence[Definition]
    item: Fact | None = None

    @classmethod
    def of(cls, protocol: Protocol) -> Scope:
        """All that the protocol declares, outside any filter."""
        return cls(
            facts={fact.name: fact for fact in protocol.facts},
            features={one.id: one for one in (*protocol.features, *protocol.schedule.features)},
            definitions={definition.id: definition for definition in protocol.definitions},
            ordered_definitions=protocol.definitions,
        )

    def before(self, position: int) -> Scope:
        """The scope of the definition at `position`: only those before it."""
        return evolve(self, definitions={one.id: one for one in self.ordered_definitions[:position]})

    def inside(self, fact: Fact) -> Scope:
        """The scope of a filter over the records of `fact`."""
        return evolve(self, item=fact)


def check_formula(formula: Formula, scope: Scope, place: str) -> None:
    """Raise BrokenInvariant unless every name in `formula` is known in `scope`, of right type and unit."""
    _check_parts(formula, scope, place)


def check_number(number: Number, scope: Scope, place: str) -> None:
    """As `check_formula`; also that operands of one sum are of one unit."""
    _check_parts(number, scope, place)
    unit_of(number, scope, place)


def _check_parts(node: Formula | Number, scope: Scope, place: str) -> None:
    for part in preorder(node):
        match part:
            case Truth() | OneOf() | Contains() | ItemTruth() | Compare():
                _check_atom(part, scope, place)
            case NamedTruth(definition):
                _check_definition(definition, "truth", scope, place)
            case Named(definition):
                _check_definition(definition, "number", scope, place)
            case AtLeast(count, _):
                _check_at_least(count, place)
            case Value(feature):
                _check_feature(feature, "number", scope, place)
            case Item(name):
                _item_unit(name, scope, place)
            case Call():
                _check_arity(part, place)
            case _:
                pass


def _check_at_least(count: int, place: str) -> None:
    if count < 0:
        raise BrokenInvariant(f"{place} asks for at least {count} conditions")


def _check_arity(call: Call, place: str) -> None:
    count = len(call.arguments)
    if count != 1 and (call.function not in {"max", "min"} or not count):
        raise BrokenInvariant(f"{place} gives `{call.function}` {count} numbers")


def _check_atom(atom: Atom, scope: Scope, place: str) -> None:
    match atom:
        case Truth(feature):
            _check_feature(feature, "truth", scope, place)
        case Contains(feature, choices):
            found = _check_feature(feature, "set", scope, place)
            _check_choices(choices, _feature_choices(found, scope), place)
        case OneOf(subject, choices, item=False):
            found = _check_feature(subject, "choice", scope, place)
            _check_choices(choices, _feature_choices(found, scope), place)
        case OneOf(subject, choices):
            _check_choices(choices, _item_choices(subject, scope, place), place)
        case ItemTruth(part):
            _item_attribute(part, "yes_no", scope, place)
        case Compare(_, left, right):
            _same_unit(place, unit_of(left, scope, place), unit_of(right, scope, place))
        case _:
            assert_never(atom)


def _check_feature(name: str, wanted: FeatureType, scope: Scope, place: str) -> Feature:
    feature = scope.features.get(name)
    if feature is None:
        raise BrokenInvariant(f"{place} names feature `{name}`, which is not in the protocol")
    if feature.type != wanted:
        raise BrokenInvariant(f"{place} uses feature `{name}`, a {feature.type}, as a {wanted}")
    return feature


def _check_definition(name: str, wanted: FeatureType, scope: Scope, place: str) -> None:
    definition = scope.definitions.get(name)
    if definition is None:
        raise BrokenInvariant(f"{place} names definition `{name}`, which does not come before it")
    if definition.type != wanted:
        raise BrokenInvariant(f"{place} uses definition `{name}`, a {definition.type}, as a {wanted}")


def _feature_choices(feature: Feature, scope: Scope) -> tuple[str, ...]:
    fact = scope.facts.get(getattr(feature.node, "fact", ""))
    return fact.choices if fact else ()


def _check_choices(choices: tuple[str, ...], known: tuple[str, ...], place: str) -> None:
    for choice in choices:
        if known and choice not in known:
            raise BrokenInvariant(f"{place} asks for `{choice}`, which is none of {', '.join(known)}")


def _item_choices(part: str, scope: Scope, place: str) -> tuple[str, ...]:
    fact = _item_fact(part, scope, place)
    if fact.kind == "finding" and part == "value":
        return fact.choices
    return _item_attribute(part, "choice", scope, place)[1]


def _item_unit(part: str, scope: Scope, place: str) -> str:
    fact = _item_fact(part, scope, place)
    if fact.kind in {"lab", "measure"} and part in {"value", "upper", "lower"}:
        return fact.unit
    return _item_attribute(part, "number", scope, place)[0]


def _item_attribute(part: str, kind: str, scope: Scope, place: str) -> tuple[str, tuple[str, ...]]:
    fact = _item_fact(part, scope, place)
    for attribute in fact.attributes:
        if attribute.name == part and attribute.kind == kind:
            return attribute.unit, attribute.choices
    raise BrokenInvariant(
        f"{place} asks for the {kind} `{part}` of a record of `{fact.name}`, which has none"
    )


def _item_fact(part: str, scope: Scope, place: str) -> Fact:
    if scope.item is None:
        raise BrokenInvariant(f"{place} names `{part}` of a record, but stands in no filter")
    return scope.item


def unit_of(number: Number, scope: Scope, place: str) -> str | None:
    """The UCUM unit of `number`, None where it cannot be told (literals, products). Raises BrokenInvariant
    where a sum mixes two."""
    match number:
        case Const():
            return None
        case Value(feature):
            return _check_feature(feature, "number", scope, place).unit
        case Named(definition):
            _check_definition(definition, "number", scope, place)
            return scope.definitions[definition].unit
        case Item(part):
            return _item_unit(part, scope, place)
        case Arithmetic(operator, left, right):
            sides = unit_of(left, scope, place), unit_of(right, scope, place)
            return _same_unit(place, *sides) if operator in {"+", "-"} else None
        case Call(function, arguments):
            units = tuple([unit_of(argument, scope, place) for argument in arguments])
            return _same_unit(place, *units) if function not in _UNITLESS else None
        case Choose(_, then, otherwise):
            return _same_unit(place, unit_of(then, scope, place), unit_of(otherwise, scope, place))
        case IfMissing(value, fallback):
            return _same_unit(place, unit_of(value, scope, place), unit_of(fallback, scope, place))
        case _:
            assert_never(number)


_UNITLESS = frozenset({"ln", "log10", "exp", "sqrt"})


def _same_unit(place: str, *units: str | None) -> str | None:
    known = sorted({unit for unit in units if unit is not None})
    if len(known) > 1:
        raise BrokenInvariant(f"{place} puts `{known[0]}` and `{known[1]}` together as if they were one unit")
    return known[0] if known else None
