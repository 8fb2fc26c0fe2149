"""Rules asked before a dose, weighed in every state a patient can be in: they come true, are reached, and agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir import schedule as ir
from protocol_dsl.semantics.errors.schedule import (
    DoseNeverGiven,
    DosingRuleNeverDecides,
    DosingRulesContradict,
    DosingRuleUnreached,
)
from protocol_dsl.semantics.rules.domains import named, numbers_of, whole_only
from protocol_dsl.semantics.rules.spoken import plain, range_words
from protocol_dsl.semantics.rules.states import State, States, holds, recorded_to, states_of
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span

MOST_STATES = 4_000
"""Beyond this many nothing is said of the rules of a step together."""

_RANKS: tuple[tuple[str, ...], ...] = (("stop",), ("until",), ("delay", "skip"))
_WITHHOLDING = frozenset({"delay", "skip"})
_NEVER = {
    "stop": "so nothing ever stops the treatment",
    "until": "so the treatment has no end",
    "give_if": "so no dose is ever given",
    "delay": "so nothing is ever delayed",
    "skip": "so nothing is ever skipped",
    "reduce": "so nothing is ever reduced",
}
_ALWAYS = {
    "stop": "so the first dose is never given",
    "until": "so the first dose is never given",
    "give_if": "so it makes no difference",
    "delay": "so no dose is ever given",
    "skip": "so no dose is ever given",
    "reduce": "so no dose is ever given in full",
}


@frozen
class Rule:
    """A rule of a step as it is weighed: its place in the file and the author's words."""

    policy: ir.Policy
    words: str
    span: Span


def rules_decide(subject: Subject) -> Iterator[Diagnostic]:
    """Every rule comes true of somebody, and not of everybody; those that do are then weighed together."""
    seen: set[Span] = set()
    for give, rules in _asked(subject):
        faults = [fault for rule in rules for fault in _alone(rule, subject)]
        yield from (fault for fault in faults if fault.span not in seen)
        seen |= {fault.span for fault in faults}
        if not faults:
            yield from _together(give, rules, subject)


def _asked(subject: Subject) -> Iterator[tuple[ir.Give, tuple[Rule, ...]]]:
    """The rules of every step, those of its block of cycles among them."""
    for give, block in subject.gives:
        for step in give.steps if subject.sound(give.span) else ():
            rules = [Rule(one, subject.words(one.span), one.span) for one in step.policies]
            if block is not None and block.until is not None:
                until = ir.Policy("until", True, block.until)
                rules.insert(0, Rule(until, block.text, block.span))
            if rules:
                yield give, tuple(rules)


def _alone(rule: Rule, subject: Subject) -> Iterator[Diagnostic]:
    action, condition = rule.policy.action, rule.policy.condition
    states = states_of((condition,), subject)
    if states.asked or not states.axes or states.number > MOST_STATES:
        return
    outcomes = {holds(condition, state, subject) for state in states}
    if len(outcomes) == 1:
        always = outcomes == {True}
        reason = " and ".join(_range(str(key), subject) for key in states.axes)
        so = (_ALWAYS if always else _NEVER)[action]
        yield DosingRuleNeverDecides(rule.span, rule.words, "always" if always else "never", reason, so)


def _range(feature: str, subject: Subject) -> str:
    possible = numbers_of(feature, subject)
    if possible[0].low is None and possible[0].high is None:
        return f"no value of `{named(feature, subject)}` makes a difference"
    step = recorded_to(feature, subject)
    grid = f", recorded to {plain(step)}" if step is not None and not whole_only(feature, subject) else ""
    return range_words(feature, possible, subject) + grid


def _together(give: ir.Give, rules: Sequence[Rule], subject: Subject) -> Iterator[Diagnostic]:
    states = states_of((rule.policy.condition for rule in rules), subject)
    if states.number > MOST_STATES:
        return
    weighed = [(state, [holds(rule.policy.condition, state, subject) for rule in rules]) for state in states]
    deciding = [_deciding(rules, held) for _, held in weighed]
    if all(decides and not _gives(rules, decides) for decides in deciding):
        words = dict.fromkeys(rules[place].words for decides in deciding for place in decides)
        yield DoseNeverGiven(give.span, _series(words))
        return
    at_odds = list(_contradictions(rules, weighed, states))
    yield from (fault for fault, _ in at_odds)
    known = {place for _, places in at_odds for place in places}
    for place, rule in enumerate(rules):
        before = [decides for decides, (_, held) in zip(deciding, weighed, strict=True) if held[place]]
        if rule.policy.action != "give_if" and place not in known and all(place not in one for one in before):
            words = dict.fromkeys(rules[other].words for decides in before for other in decides)
            yield DosingRuleUnreached(rule.span, rule.words, _series(words))


def _deciding(rules: Sequence[Rule], held: Sequence[bool]) -> tuple[int, ...]:
    """The places of the rules that settle what is done: those of the first rank that holds, the lowest percentages."""
    for rank in _RANKS:
        found = [place for place, rule in enumerate(rules) if held[place] and rule.policy.action in rank]
        if found:
            return tuple(found) if rank != ("delay", "skip") else (found[0],)
    barring = [p for p, rule in enumerate(rules) if rule.policy.action == "give_if" and not held[p]]
    if barring:
        return tuple(barring)
    reducing = [p for p, rule in enumerate(rules) if rule.policy.action == "reduce" and held[p]]
    percents = [percent for p in reducing if (percent := rules[p].policy.percent) is not None]
    return tuple(p for p in reducing if rules[p].policy.percent in {None, min(percents, default=None)})


def _gives(rules: Sequence[Rule], decides: tuple[int, ...]) -> bool:
    return all(rules[place].policy.action == "reduce" for place in decides)


def _contradictions(
    rules: Sequence[Rule], weighed: Sequence[tuple[State, list[bool]]], states: States
) -> Iterator[tuple[Diagnostic, tuple[int, int]]]:
    """Pairs that say different things in one state, where no precedence was written down, or none is expected."""
    for one, other in combinations(range(len(rules)), 2):
        if not _at_odds(rules[one], rules[other], states.subject):
            continue
        for state, held in weighed:
            ended = any(rule.policy.action in {"stop", "until"} and held[p] for p, rule in enumerate(rules))
            if held[one] and held[other] and not ended:
                both = (rules[one].policy.condition, rules[other].policy.condition)
                words = states.words(state, states_of(both, states.subject).axes)
                later, earlier = rules[other], rules[one]
                fault = DosingRulesContradict(later.span, later.words, earlier.words, words, earlier.span)
                yield fault, (one, other)
                break


def _at_odds(one: Rule, other: Rule, subject: Subject) -> bool:
    """`skip` and `delay` have no order between them; `if x > 2` gives what `skip while x > 3` leaves out."""
    actions = {one.policy.action, other.policy.action}
    if actions == _WITHHOLDING:
        return True
    if "give_if" not in actions or not actions & _WITHHOLDING:
        return False
    keys = [states_of((rule.policy.condition,), subject) for rule in (one, other)]
    return keys[0].axes.keys() == keys[1].axes.keys() and not keys[0].asked


def _series(words: dict[str, None]) -> str:
    return " or ".join(f"`{one}`" for one in words)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (rules_decide,)
