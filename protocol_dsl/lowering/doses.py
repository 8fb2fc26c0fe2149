"""Doses: amounts as written, bands, caps, levels; a unit per kg or m2 says what the dose is counted against."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Literal

from attrs import evolve

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.sizing import FORMULAS, SIZED_BY, role_of
from protocol_dsl.lowering.events import truth
from protocol_dsl.lowering.session import NOW, Abandon, Context, Session
from protocol_dsl.semantics.errors.names import UnknownName
from protocol_dsl.semantics.errors.types import EmptyRange
from protocol_dsl.semantics.errors.units import DosePerTime, IncommensurableUnits, UnfitForDose
from protocol_dsl.semantics.units import read_unit
from protocol_dsl.syntax.nodes import schedule as syntax
from protocol_dsl.syntax.nodes.words import Numeral, Unit
from protocol_dsl.vocabulary import quantities

_PER_BODY: dict[str, Literal["kg", "m2"]] = {"/kg": "kg", "/m2": "m2", "/m^2": "m2"}

_PER_TIME = re.compile(r"(.+)/(d|days?|24 ?h|wk|weeks?)")

_DOSES = {
    "kg": ("a dose per kg", "a body weight", "kg"),
    "m2": ("a dose per m2", "a body surface", "m2"),
    "AUC": ("a dose by AUC", "a filtration rate", "mL/min"),
    "total": ("a share of the total", "", ""),
}
"""Doses in words, by basis: what each is, what it needs, and in which unit."""


def dose_of(
    node: syntax.GiveStep, session: Session, parameters: tuple[str, ...]
) -> tuple[ir.Dose, tuple[ir.Policy, ...]]:
    """The dose of a step. One amount under one condition is no band: it is given if the condition holds."""
    levels = next((clause for clause in node.clauses if isinstance(clause, syntax.Levels)), None)
    steps = () if levels is None else tuple(_level(*one, session) for one in levels.levels)
    else_stop = levels is not None and levels.else_stop
    text = ", ".join(" ".join(session.source.slice(case.span).split()) for case in node.dose)
    if not node.dose:
        return ir.Dose(levels=steps, else_stop=else_stop), ()
    first = node.dose[0]
    if len(node.dose) == 1 and first.condition is not None:
        policy = _given_if(first, session)
        return _dose(first.amount, steps, else_stop, text, session, parameters), policy
    if len(node.dose) == 1:
        return _dose(first.amount, steps, else_stop, text, session, parameters), ()
    return ir.Dose(
        bands=tuple(_bands(node, session, parameters)), levels=steps, else_stop=else_stop, text=text
    ), ()


def _given_if(case: syntax.DoseCase, session: Session) -> tuple[ir.Policy, ...]:
    assert case.condition is not None
    try:
        condition = truth(case.condition, Context(session, NOW))
    except Abandon:
        return ()
    text = "if " + " ".join(session.source.slice(case.condition.span).split())
    return (ir.Policy("give_if", False, condition, text=text, span=case.span),)


def _bands(node: syntax.GiveStep, session: Session, parameters: tuple[str, ...]) -> list[ir.Band]:
    bands = []
    for case in node.dose:
        try:
            amount = _amount(case.amount, session, parameters)
            if case.condition is not None and amount is not None:
                bands.append(ir.Band(amount, truth(case.condition, Context(session, NOW))))
        except Abandon:
            continue
    return bands


def _dose(
    node: syntax.Amount,
    levels: tuple[ir.Amount, ...],
    else_stop: bool,
    text: str,
    session: Session,
    parameters: tuple[str, ...],
) -> ir.Dose:
    amount = _amount(node, session, parameters)
    cap = None if node.cap is None else _plain(node.cap[0].value, node.cap[0].value, node.cap[1].text)
    units = [unit for unit in (node.unit, node.cap[1] if node.cap else None) if unit is not None]
    read = [read_unit(_without_body(unit), session.found) for unit in units]
    if node.cap is not None and amount is not None and amount.basis != "total":
        dose = quantities.parse_unit("mg") if node.auc else read[0]
        _same_kind(node.cap[1], read[-1], dose, session)
    doses = 1 if node.doses is None else int(node.doses.value)
    parameter = None if node.parameter is None else node.parameter.text
    ladder = _ladder(amount, levels)
    return ir.Dose(amount, (), cap, node.per_day, doses, ladder, else_stop, text, parameter)


def _level(number: Numeral, unit: Unit, session: Session) -> ir.Amount:
    read_unit(_without_body(unit), session.found)
    return amount_of(number, unit)


def _ladder(amount: ir.Amount | None, levels: tuple[ir.Amount, ...]) -> tuple[ir.Amount, ...]:
    """The levels, each worked out from what the dose is worked out from, with the dose on top where it is no level."""
    if amount is None or not levels:
        return levels
    sized = tuple(
        evolve(one, using=amount.using, using_at=amount.using_at) if one.basis == amount.basis else one
        for one in levels
    )
    return sized if _same(amount, sized[0]) else (amount, *sized)


def _same(one: ir.Amount, other: ir.Amount) -> bool:
    if one.basis != other.basis:
        return False
    try:
        scale = quantities.conversion(
            quantities.parse_unit(other.unit), quantities.parse_unit(one.unit)
        ).scale
    except quantities.UnitError:
        return (one.low, one.high, one.unit) == (other.low, other.high, other.unit)
    return (one.low, one.high) == (other.low * scale, other.high * scale)


def _same_kind(
    written: Unit, cap: quantities.Unit | None, dose: quantities.Unit | None, session: Session
) -> None:
    """A cap that cannot be compared with its dose would never bind."""
    if cap is None or dose is None:
        return
    try:
        quantities.conversion(cap, dose)
    except quantities.Incommensurable as no:
        fault = IncommensurableUnits(written.span, written.text, dose.text or dose.code, no.reason, no.fix)
        session.found.add(fault)


def _without_body(unit: Unit) -> Unit:
    for suffix in _PER_BODY:
        if unit.text.endswith(suffix):
            return Unit(unit.text.removesuffix(suffix), unit.span)
    return unit


def _amount(node: syntax.Amount, session: Session, parameters: tuple[str, ...]) -> ir.Amount | None:
    if node.parameter is not None:
        if node.parameter.text not in parameters:
            _unknown_parameter(node, session, parameters)
        return None
    if node.low is None:
        return None
    low, high = node.low.value, (node.high or node.low).value
    if low > high:
        session.found.add(EmptyRange(node.span, node.low.text, (node.high or node.low).text))
    _no_rate(node, session)
    using = None if node.using is None else node.using.text
    at = None if node.using_at is None else node.using_at.text
    if using in session.scope.facts:
        session.used.add(using)
    amount = amount_of(node.low, node.unit)
    if node.auc:
        amount = ir.Amount(low, high, "mg/mL.min", "AUC")
    elif node.of_total:
        amount = ir.Amount(low, high, amount.unit, "total")
    _sized(node, amount, session)
    return evolve(amount, high=high, using=using, using_at=at)


def _no_rate(node: syntax.Amount, session: Session) -> None:
    """An amount per day or week is no dose; one per hour or minute is the rate of an infusion."""
    if node.unit is None or (found := _PER_TIME.fullmatch(node.unit.text)) is None:
        return
    amount = " ".join(session.source.slice(node.span).split()).partition(node.unit.text)[0] + found[1]
    weekly = found[2].startswith("w")
    fix = f"`{amount} weekly`" if weekly else f"`{amount} daily` or `{amount} per day`"
    session.found.add(DosePerTime(node.unit.span, node.unit.text, fix))


def _sized(node: syntax.Amount, amount: ir.Amount, session: Session) -> None:
    """A dose is worked out from what it names, so that must be something it can be worked out from."""
    name, basis = node.using, amount.basis or ""
    if name is None:
        return
    words = " ".join(session.source.slice(node.span).split())
    dose, wanted, per = _DOSES.get(basis, ("one dose for everybody", "", ""))
    fact = session.scope.facts.get(name.text)
    if basis not in SIZED_BY:
        reason, fix = f"it is {dose}", f"leave `using {name.text}` out, or write the dose per kg or per m2"
    elif fact is not None and role_of(fact, basis) is None:
        measured = f"is in `{fact.unit_text}`" if fact.unit_text else "has no unit"
        reason, fix = f"`{name.text}` {measured}, and {dose} needs {wanted}", f"name a fact in {per}"
    elif name.text in FORMULAS and basis != "m2":
        reason, fix = f"that is a formula of body surface, and {dose} needs {wanted}", f"name a fact in {per}"
    elif name.text in session.scope.definitions:
        reason = f"`{name.text}` is a definition, and a dose is worked out from what is recorded"
        formula = ", or write `using mosteller` or `using du_bois`" if basis == "m2" else ""
        fix = f"name a fact in {per}, such as `fact {name.text} : measure in {per}`, and record its value{formula}"
    else:
        return
    session.found.add(UnfitForDose(name.span, words, reason, fix))


def amount_of(number: Numeral, unit: Unit | None) -> ir.Amount:
    """One number with its unit, which tells whether it is per kg or per m² of body."""
    text = "" if unit is None else unit.text
    for suffix, basis in _PER_BODY.items():
        if text.endswith(suffix):
            return ir.Amount(number.value, number.value, text.removesuffix(suffix), basis)
    return ir.Amount(number.value, number.value, text)


def _unknown_parameter(node: syntax.Amount, session: Session, parameters: tuple[str, ...]) -> None:
    assert node.parameter is not None
    name = node.parameter
    session.found.add(UnknownName(name.span, name.text, suggest(name.text, parameters)))


def _plain(low: Fraction, high: Fraction, unit: str) -> ir.Amount:
    return ir.Amount(low, high, unit)
