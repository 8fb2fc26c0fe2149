"""How the arms of a protocol go through its epochs: one element after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from protocol_dsl.backends.sdtm.lengths import total_length
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Epoch, Follow, Give, Regimen
from protocol_dsl.vocabulary.calendar import Duration, duration_text

Part = Give | CycleBlock | Follow
UNSTATED = "Not stated by the protocol"


@frozen
class Element:
    """One element: `key` tells elements apart, `name` is what its code is made from. `start` and `end` are rules in
    words, `lasts` its planned length, None when the protocol does not fix it."""

    key: tuple[str, ...]
    name: str
    label: str
    start: str
    end: str
    lasts: Duration | None = None


@frozen
class Step:
    """An element in the path of an arm, with the epoch it belongs to and the branch taken at its end."""

    element: Element
    epoch: str
    branch: str = ""


def path_of(arm: Arm, protocol: Protocol) -> tuple[Step, ...]:
    """The elements of an arm in order."""
    return tuple(_steps(arm, protocol))


def branched(paths: dict[str, tuple[Step, ...]], protocol: Protocol) -> dict[str, tuple[Step, ...]]:
    """The paths with the randomization marked at the end of the last element before they part."""
    randomization = protocol.schedule.randomization
    if randomization is None:
        return paths
    names = [name for name in randomization.arms if name in paths]
    labels = {arm.name: arm.label for arm in protocol.schedule.arms}
    shared = _shared([paths[name] for name in names])
    if shared == 0 or len(names) < 2:
        return paths
    marked = dict(paths)
    for name in names:
        path = paths[name]
        last = evolve(path[shared - 1], branch=f"Randomized to {labels[name]}")
        marked[name] = (*path[: shared - 1], last, *path[shared:])
    return marked


def _shared(paths: Sequence[tuple[Step, ...]]) -> int:
    """How many elements all paths have in common from the start."""
    count = 0
    for steps in zip(*paths, strict=False):
        if len({step.element.key for step in steps}) > 1:
            break
        count += 1
    return count


def _steps(arm: Arm, protocol: Protocol) -> Iterator[Step]:
    schedule = protocol.schedule
    if not schedule.epochs:
        if any(stage.criteria for stage in protocol.stages):
            yield Step(_screening(protocol), "SCREENING")
        for element in _treatments(arm, arm.parts, "", protocol):
            yield Step(element, "TREATMENT")
        return
    names = _epoch_terms(schedule.epochs)
    own = _own_epoch(protocol)
    for at, epoch in enumerate(schedule.epochs):
        parts = tuple(
            part
            for part in arm.parts
            if (part.cell == epoch.name if isinstance(part, Follow) and part.cell else at == own)
        )
        treatments = tuple(_treatments(arm, parts, epoch.name, protocol)) if parts else ()
        if not treatments:
            treatments = (_of_epoch(epoch, schedule.epochs[at - 1] if at else None, protocol),)
        elif len(treatments) == 1 and treatments[0].lasts is None and epoch.duration is not None:
            treatments = (evolve(treatments[0], lasts=epoch.duration, end=_end(epoch.duration)),)
        for element in treatments:
            yield Step(element, names[at])


def _own_epoch(protocol: Protocol) -> int:
    """The epoch of what an arm gives outside any named one: that of day 1, else the first after screening."""
    schedule = protocol.schedule
    for at, epoch in enumerate(schedule.epochs):
        if epoch.start is not None and epoch.start == schedule.day_one:
            return at
        before = schedule.epochs[at - 1] if at else None
        if before is not None and before.end is not None and before.end == schedule.day_one:
            return at
    return min(1, len(schedule.epochs) - 1)


def _treatments(arm: Arm, parts: tuple[Part, ...], epoch: str, protocol: Protocol) -> Iterator[Element]:
    """What an arm is given in one epoch: an element for each regimen that waits for the one before."""
    groups: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Follow) and part.then and groups[-1]:
            groups.append([])
        groups[-1].append(part)
    whole = len(groups) == 1
    for number, group in enumerate(groups, 1):
        if not group:
            continue
        only = group[0] if len(group) == 1 else None
        if isinstance(only, Follow):
            yield _of_regimen(only, protocol)
        else:
            name = arm.name if whole and not epoch else "_".join(filter(None, (arm.name, epoch, str(number))))
            label = arm.label if whole else f"{arm.label}, part {number}"
            yield _made(("arm", arm.name, epoch, str(number)), name, label, tuple(group), protocol)


def _of_regimen(follow: Follow, protocol: Protocol) -> Element:
    regimens = {one.name: one for one in protocol.schedule.regimens}
    regimen = regimens.get(follow.regimen)
    bound = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in follow.arguments)
    words = (regimen.label if regimen else "") or follow.regimen.replace("_", " ")
    key = ("regimen", follow.regimen, bound)
    return _made(key, follow.regimen, f"{words}, {bound}" if bound else words, (follow,), protocol)


def _made(
    key: tuple[str, ...], name: str, label: str, parts: tuple[Part, ...], protocol: Protocol
) -> Element:
    regimens = {one.name: one for one in protocol.schedule.regimens}
    studied = {
        one.name: one.label or one.name for one in protocol.schedule.interventions if not one.background
    }
    first = next((give for give in gives_of(parts, regimens) if give.what in studied), None)
    start = f"Start of {label}" if first is None else f"First administration: {studied[first.what]}"
    lasts = total_length(parts, regimens)
    return Element(key, name, label, start, UNSTATED if lasts is None else _end(lasts), lasts)


def gives_of(
    parts: tuple[Part, ...], regimens: dict[str, Regimen], seen: frozenset[str] = frozenset()
) -> Iterator[Give]:
    """What is given, an arm's own first, then what it follows; what is only permitted starts nothing."""
    for part in sorted(parts, key=lambda one: isinstance(one, Follow)):
        match part:
            case Give():
                if not part.permitted:
                    yield part
            case CycleBlock():
                yield from (give for give in part.gives if not give.permitted)
            case Follow():
                if part.regimen in regimens and part.regimen not in seen:
                    yield from gives_of(regimens[part.regimen].parts, regimens, seen | {part.regimen})


def _of_epoch(epoch: Epoch, before: Epoch | None, protocol: Protocol) -> Element:
    """An epoch in which nothing is given."""
    start = f"Start: {_event(epoch.start, protocol)}" if epoch.start else UNSTATED
    if epoch.start is None and before is not None:
        start = f"End of {before.label}"
    end = _event(epoch.end, protocol) if epoch.end else UNSTATED
    if epoch.duration is not None:
        end = _end(epoch.duration)
    return Element(("epoch", epoch.name), epoch.name, epoch.label, start, end, epoch.duration)


def _screening(protocol: Protocol) -> Element:
    """The file has criteria, so patients are screened; when that begins and ends, it does not say."""
    end = "Randomization" if protocol.schedule.randomization else UNSTATED
    return Element(("screening",), "SCREEN", "Screening", "Start of screening", end)


def _event(name: str, protocol: Protocol) -> str:
    labels = {anchor.name: anchor.label for anchor in protocol.anchors}
    words = labels.get(name) or name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _end(lasts: Duration) -> str:
    return f"{duration_text(lasts)} after start of element"


def _epoch_terms(epochs: tuple[Epoch, ...]) -> list[str]:
    """Epochs in CDISC's terms where a name is one of them, else in the protocol's own words; each a different one."""
    own = [" ".join((epoch.label or epoch.name.replace("_", " ")).upper().split()) for epoch in epochs]
    terms = [_term(text) for text in own]
    return [term if terms.count(term) == 1 else text for term, text in zip(terms, own, strict=True)]


def _term(text: str) -> str:
    plain = text.replace("-", " ").removesuffix(" PERIOD").removesuffix(" EPOCH").removesuffix(" PHASE")
    return {"RUN IN": "RUN-IN", "FOLLOW UP": "FOLLOW-UP", "WASH OUT": "WASHOUT"}.get(
        plain, plain if plain in {"SCREENING", "TREATMENT", "WASHOUT", "BASELINE"} else text
    )
