"""Interventions, regimens, arms and what they give, as the schedule's program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, assert_never

from attrs import evolve

from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.features import NamedAnchor
from protocol_dsl.ir.formulas import Constant, Formula
from protocol_dsl.lowering.criteria import citations
from protocol_dsl.lowering.doses import amount_of, dose_of
from protocol_dsl.lowering.events import truth
from protocol_dsl.lowering.session import NOW, Abandon, Context, Session
from protocol_dsl.semantics.durations import whole_duration
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.errors.schedule import BoundNotAhead
from protocol_dsl.semantics.errors.time import TwoTimes
from protocol_dsl.syntax.nodes import expressions, facts, time, words
from protocol_dsl.syntax.nodes import schedule as syntax
from protocol_dsl.vocabulary.calendar import Duration

REGIMEN_START = NamedAnchor("regimen_start")
ONE_DAY = Duration(1, "day")
_PER = {
    "hourly": Duration(1, "hour"),
    "daily": ONE_DAY,
    "weekly": Duration(1, "week"),
    "monthly": Duration(1, "month"),
}


def intervention(node: syntax.Intervention, session: Session) -> ir.Intervention:
    """What is given."""
    half_life = None if node.half_life is None else whole_duration(node.half_life, session.found)
    kind = node.kind.text if node.kind else "other"
    registry = node.registry_kind.text if node.registry_kind else None
    cited = tuple(citations(node.sources))
    offered = node.alternatives
    for name in offered.names if offered else ():
        _named(name, session.scope.interventions, session)
    return ir.Intervention(
        node.name.text,
        node.label.text,
        kind,
        registry,
        node.background,
        half_life,
        tuple(name.text for name in offered.names) if offered else (),
        offered is not None and offered.random,
        cited,
        node.span,
    )


def regimen(node: syntax.Regimen, session: Session) -> ir.Regimen:
    """A set of gives with a clock of its own."""
    label = node.label.text if node.label else node.name.text.replace("_", " ")
    parameters = tuple(name.text for name in node.parameters)
    cited, notes = _words(node.parts)
    made = tuple(_parts(node.parts, node.name.text, session, parameters))
    return ir.Regimen(node.name.text, label, made, parameters, cited, notes, node.span)


def arm(node: syntax.Arm, session: Session) -> ir.Arm:
    """An arm and its treatment."""
    cited, notes = _words(node.parts)
    made = tuple(_parts(node.parts, node.name.text, session, ()))
    role = node.role.text if node.role else "other"
    return ir.Arm(node.name.text, node.label.text, role, made, cited, notes, node.span)


_DRUG = 'intervention {} "…" {{ kind drug }}'


def _words(parts: Iterable[syntax.Part]) -> tuple[tuple[Citation, ...], tuple[str, ...]]:
    kept = tuple(parts)
    notes = tuple(part.text.text for part in kept if isinstance(part, facts.Note))
    return tuple(citations(kept)), notes


def _parts(
    parts: Iterable[syntax.Part], owner: str, session: Session, parameters: tuple[str, ...]
) -> Iterable[ir.Give | ir.CycleBlock | ir.Follow]:
    seen: dict[str, int] = {}
    for part in parts:
        match part:
            case syntax.Give():
                yield _give(part, owner, session, parameters, seen)
            case syntax.Cycles():
                yield _cycles(part, owner, session, parameters)
            case syntax.Follow():
                yield from _follow(part, None, session)
            case syntax.CellFollow():
                if _named(part.epoch, session.scope.epochs, session):
                    yield from _follow(part.follow, part.epoch.text, session)
            case _:
                continue


def _named(name: words.Name, known: Iterable[str], session: Session, form: str = "") -> bool:
    """Whether the name is among the known; `form` is how one is declared, after its name."""
    names = tuple(known)
    if name.text in names or name.text in session.scope.damaged:
        return True
    fix = f"declare it, for example `{form.format(name.text)}`" if form else None
    session.found.add(errors.UnknownName(name.span, name.text, suggest(name.text, names), fix))
    return False


def _follow(node: syntax.Follow, cell: str | None, session: Session) -> Iterable[ir.Follow]:
    for index, target in enumerate(node.targets):
        if not _named(target.regimen, session.scope.regimens, session, "regimen {} {{ … }}"):
            continue
        declared = session.scope.regimens.get(target.regimen.text)
        parameters = [name.text for name in declared.parameters] if declared else []
        for name, _ in target.arguments:
            _named(name, parameters, session)
        arguments = tuple((name.text, _argument(value)) for name, value in target.arguments)
        amounts = tuple(
            (name.text, amount_of(*value)) for name, value in target.arguments if isinstance(value, tuple)
        )
        yield ir.Follow(target.regimen.text, index > 0, arguments, amounts, cell, target.span)


def _argument(value: words.Name | tuple[words.Numeral, words.Unit | None]) -> str:
    if isinstance(value, words.Name):
        return value.text
    number, unit = value
    return number.text if unit is None else f"{number.text} {unit.text}"


def _cycles(node: syntax.Cycles, owner: str, session: Session, parameters: tuple[str, ...]) -> ir.CycleBlock:
    length = whole_duration(node.length, session.found) or ONE_DAY
    count = None if node.number is None else int(node.number.value)
    until = None if node.until is None else _asked(node.until, session)
    inner = tuple(_parts(node.parts, f"{owner}/{node.name.text}", session, parameters))
    gives = tuple(part for part in inner if isinstance(part, ir.Give))
    text = " ".join(session.source.slice(node.span).split("{")[0].split())
    return ir.CycleBlock(node.name.text, length, count, gives, until, text, node.span)


def now(session: Session) -> Context:
    """A condition in a schedule looks at now, and counts events since the regimen began."""
    return Context(session, NOW, since=REGIMEN_START)


def _asked(node: expressions.Expression, session: Session) -> Formula:
    try:
        return truth(node, now(session))
    except Abandon:
        return Constant(False)


def _give(
    node: syntax.Give, owner: str, session: Session, parameters: tuple[str, ...], seen: dict[str, int]
) -> ir.Give:
    what = node.what.text
    if isinstance(node.what, words.Name) and node.verb == "give":
        _named(node.what, session.scope.interventions, session, _DRUG)
    slot = f"{owner}/{what}" if isinstance(node.what, words.Name) else f"{owner}/{node.verb}"
    seen[slot] = seen.get(slot, 0) + 1
    slot = slot if seen[slot] == 1 else f"{slot}_{seen[slot]}"
    session.begin(slot)
    steps = tuple(_step(step, session, parameters) for step in node.steps)
    clauses = [clause for step in node.steps for clause in step.clauses]
    route = next((" ".join(n.text for n in c.words) for c in clauses if isinstance(c, syntax.Route)), None)
    infusion = next(
        (whole_duration(c.duration, session.found) for c in clauses if isinstance(c, syntax.Infusion)), None
    )
    purpose = next((c.text.text for c in clauses if isinstance(c, syntax.Purpose)), None)
    text = " ".join(session.source.slice(node.span).split())
    return ir.Give(slot, node.verb, what, steps, node.permitted, route, infusion, purpose, text, node.span)


def _step(node: syntax.GiveStep, session: Session, parameters: tuple[str, ...]) -> ir.Step:
    dose, given_if = dose_of(node, session, parameters)
    timings = [_timing(clause, session) for clause in node.clauses if isinstance(clause, syntax.Timing)]
    # `20 mg per day in 2 doses` says how often by itself.
    implied = ir.Timing("grid", ONE_DAY, dose.doses_per_day) if dose.per_day else ir.Timing("unstated")
    timing = timings[0] if timings else implied
    dose, timing = _shared(dose, timing)
    limit = ir.Limit()
    policies = list(given_if)
    window: ir.Tolerance | None = None
    for clause in node.clauses:
        match clause:
            case syntax.ForDuration():
                limit = evolve(limit, duration=whole_duration(clause.duration, session.found))
            case syntax.ForDoses():
                limit = evolve(limit, doses=int(clause.number.value))
            case syntax.FromTo():
                first, last = int(clause.first.value), int(clause.last.value)
                limit = evolve(limit, first_day=first, last_day=last)
            case syntax.Until():
                limit = _until(clause, limit, policies, session)
            case syntax.Tolerance():
                window = tolerance(clause)
            case syntax.Policy():
                policies.append(_policy(clause, session))
            case _:
                continue
    return ir.Step(dose, timing, limit, window, tuple(policies))


def _shared(dose: ir.Dose, timing: ir.Timing) -> tuple[ir.Dose, ir.Timing]:
    """A dose per day in several doses falls that often on each of its days: `10 mg per day in 2 doses daily` is 5 mg
    twice daily. On other days than daily ones, what is planned is the whole day's dose."""
    if not dose.per_day or dose.doses_per_day == timing.per_interval:
        return dose, timing
    if timing.kind != "grid" or timing.interval != ONE_DAY:
        return evolve(dose, doses_per_day=1), timing
    if timing.per_interval == 1:
        return dose, evolve(timing, per_interval=dose.doses_per_day)
    return evolve(dose, doses_per_day=timing.per_interval), timing


def tolerance(node: syntax.Tolerance) -> ir.Tolerance:
    """A window round a planned date, signed from it."""
    return ir.Tolerance(
        Duration(int(node.before.value), node.unit), Duration(int(node.after.value), node.unit)
    )


def _until(clause: syntax.Until, limit: ir.Limit, policies: list[ir.Policy], session: Session) -> ir.Limit:
    """`until 1 year after first trastuzumab` bounds in time; `until CONDITION` latches."""
    event = _until_event(clause.condition, session)
    if event is not None:
        return evolve(limit, until_event=event[0], until_offset=event[1])
    text = " ".join(session.source.slice(clause.span).split())
    policies.append(ir.Policy("until", True, _asked(clause.condition, session), text=text, span=clause.span))
    return limit


def _until_event(node: expressions.Expression, session: Session) -> tuple[str, Duration | None] | None:
    while isinstance(node, expressions.Logic | expressions.Parenthesis):
        if isinstance(node, expressions.Logic) and len(node.operands) != 1:
            return None
        node = node.operands[0] if isinstance(node, expressions.Logic) else node.inner
    if not isinstance(node, expressions.Windowed) or not isinstance(node.operand, expressions.Quantity):
        return None
    phrase = node.temporals[0]
    unit = node.operand.unit.text.removesuffix("s") if node.operand.unit else ""
    if not isinstance(phrase, time.MomentWindow) or not isinstance(phrase.window, time.OpenWindow):
        return None
    plain = time.PlainDuration(node.operand.number, unit, node.operand.span)  # type: ignore[arg-type]
    for second in node.temporals[1:]:
        session.found.add(TwoTimes(second.span))
    anchor = phrase.window.anchor
    _countable(node, node.operand, phrase.window, session)
    named = f"{anchor.which} {anchor.name.text}" if anchor.which else anchor.name.text
    return named, whole_duration(plain, session.found)


def _countable(
    node: expressions.Windowed, length: expressions.Quantity, window: time.OpenWindow, session: Session
) -> None:
    """A bound has to be known on the day it ends something: it counts on from the first of what has come."""
    anchor = window.anchor
    if window.direction == "after" and anchor.which != "last":
        return
    name = anchor.name.text
    reason = (
        f"which `{name}` is the last is not known while another may come"
        if window.direction == "after"
        else f"a bound counts on from a day that has come, not {window.direction} one still ahead"
    )
    onward = f"first {name}" if anchor.which else name
    words, spoken = (" ".join(session.source.slice(one.span).split()) for one in (node, length))
    session.found.add(BoundNotAhead(node.span, words, reason, f"{spoken} after {onward}"))


def _policy(clause: syntax.Policy, session: Session) -> ir.Policy:
    text = " ".join(session.source.slice(clause.span).split())
    up_to = None if clause.up_to is None else whole_duration(clause.up_to, session.found)
    percent = None if clause.percent is None else clause.percent.value
    condition = _asked(clause.condition, session)
    latched = clause.asked == "when"
    action: Literal["stop", "delay", "skip", "reduce", "give_if"] = clause.action
    return ir.Policy(action, latched, condition, up_to, percent, clause.by_level, text, clause.span)


def _timing(clause: syntax.Timing, session: Session) -> ir.Timing:
    match clause:
        case syntax.Once():
            return ir.Timing("once")
        case syntax.Frequency():
            return ir.Timing("grid", _PER[clause.per], clause.times)
        case syntax.Every():
            interval = whole_duration(clause.duration, session.found)
            return ir.Timing("rolling" if clause.rolling else "grid", interval)
        case syntax.OnDays():
            days, cycles = (tuple(int(n.value) for n in numbers) for numbers in (clause.days, clause.cycles))
            return ir.Timing("days", days=days, cycles=cycles)
        case syntax.WithEach():
            return ir.Timing("with", of=clause.name.text)
        case syntax.OffsetEach():
            offset = whole_duration(clause.duration, session.found) or ONE_DAY
            signed = Duration(-offset.count, offset.unit) if clause.direction == "before" else offset
            return ir.Timing("after", signed, of=clause.name.text)
        case syntax.Continuously():
            return ir.Timing("continuous")
        case syntax.AsPrescribed():
            return ir.Timing("prescribed")
        case syntax.AsNeeded():
            return ir.Timing("as_needed")
        case _:
            assert_never(clause)
