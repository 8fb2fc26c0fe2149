"""What is allocated and how: the protocol's randomization, completed by the user where the source is silent."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from protocol_dsl.allocation.faults import AllocationError
from protocol_dsl.allocation.strata import Factor, factors_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Randomization

Method = Literal["blocks", "simple", "minimization"]
METHODS: dict[Method, str] = {
    "blocks": "permuted blocks within each stratum",
    "simple": "simple randomization: every patient drawn alone",
    "minimization": "minimization (Pocock and Simon), range of the counts, probability 4/5 for the arm preferred; "
    "an unequal ratio by parts of the arms (Kuznetsova and Tymofyeyev)",
}
_SPELLINGS: dict[str, Method] = {
    "blocks": "blocks", "permuted blocks": "blocks", "block randomization": "blocks", "permuted block": "blocks",
    "stratified permuted blocks": "blocks", "simple": "simple", "simple randomization": "simple",
    "minimization": "minimization", "pocock-simon": "minimization", "pocock and simon": "minimization",
    "pocock simon": "minimization", "dynamic allocation by minimization": "minimization",
}  # fmt: skip
LARGEST_BLOCK = 1_000
LARGEST_PART = 100

STATED = "stated by the protocol"
GIVEN = "given by the user; the protocol states none"


@frozen
class Asked:
    """What the user says where the protocol does not: an empty tuple or None says nothing."""

    ratio: tuple[int, ...] = ()
    blocks: tuple[int, ...] = ()
    method: Method | None = None


@frozen
class Design:
    """A complete design. `ratio` has a part for each of `arms`; `blocks` are the sizes drawn from, empty unless the
    method is blocks. The `_from` texts say who stated what."""

    arms: tuple[tuple[str, str], ...]
    ratio: tuple[int, ...]
    ratio_from: str
    method: Method
    method_from: str
    blocks: tuple[int, ...]
    blocks_from: str
    factors: tuple[Factor, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The arms' names."""
        return tuple(name for name, _ in self.arms)


def design_of(protocol: Protocol, asked: Asked) -> Design:
    """The design of a protocol. What both the protocol and the user state must be the same.

    Raises:
        AllocationError: nobody is randomized; ratio, blocks or method are missing, disagree or do not fit.
    """
    stated = _randomization(protocol)
    labels = {arm.name: arm.label for arm in protocol.schedule.arms}
    ratio, ratio_from = _ratio(stated, asked)
    method, method_from = _method(stated, asked)
    blocks, blocks_from = (
        _blocks(stated, asked, ratio) if method == "blocks" else _no_blocks(stated, asked, method)
    )
    if method == "minimization":
        _check_minimization(stated)
    return Design(
        arms=tuple((name, labels.get(name, name)) for name in stated.arms),
        ratio=ratio,
        ratio_from=ratio_from,
        method=method,
        method_from=method_from,
        blocks=blocks,
        blocks_from=blocks_from,
        factors=factors_of(protocol),
    )


def ratio_text(ratio: tuple[int, ...]) -> str:
    """`2:1`."""
    return ":".join(str(part) for part in ratio)


def _randomization(protocol: Protocol) -> Randomization:
    stated = protocol.schedule.randomization
    if stated is None:
        arms = [arm.name for arm in protocol.schedule.arms]
        fix = (
            f"write `randomize to {', '.join(arms)}`"
            if len(arms) > 1
            else "write the arms and `randomize to …`"
        )
        raise AllocationError(f"{protocol.header.id} does not say to which arms it randomizes", fix)
    if len(set(stated.arms)) < 2 or len(set(stated.arms)) < len(stated.arms):
        raise AllocationError(
            "randomization needs two arms or more, each named once", "name them in `randomize to`"
        )
    return stated


def _ratio(stated: Randomization, asked: Asked) -> tuple[tuple[int, ...], str]:
    one = ratio_text((1,) * len(stated.arms))
    if stated.ratio and asked.ratio and stated.ratio != asked.ratio:
        said = ratio_text(stated.ratio)
        reason = f"the ratio `{ratio_text(asked.ratio)}` is not the protocol's, which is {said}"
        raise AllocationError(reason, "leave `--ratio` out, or amend the protocol")
    ratio = stated.ratio or asked.ratio
    if not ratio:
        reason = f"the protocol states no ratio for its {len(stated.arms)} arms, {', '.join(stated.arms)}"
        raise AllocationError(
            reason, f"give one in that order, such as `--ratio {one}`; the record says who gave it"
        )
    if len(ratio) != len(stated.arms):
        reason = f"the ratio `{ratio_text(ratio)}` has {len(ratio)} parts for {len(stated.arms)} arms"
        raise AllocationError(reason, f"write a part for each of {', '.join(stated.arms)}, such as `{one}`")
    if not all(1 <= part <= LARGEST_PART for part in ratio):
        reason = f"the ratio `{ratio_text(ratio)}` has a part that is not from 1 to {LARGEST_PART}"
        raise AllocationError(reason, f"write whole numbers, such as `{one}`")
    return ratio, STATED if stated.ratio else GIVEN


def _method(stated: Randomization, asked: Asked) -> tuple[Method, str]:
    if stated.method is None:
        return (asked.method, GIVEN) if asked.method else ("blocks", "implied by the blocks")
    spelled = " ".join(stated.method.replace("_", " ").lower().replace("isation", "ization").split())
    known = _SPELLINGS.get(spelled)
    if known is None:
        reason = f"the protocol's method, `{stated.method}`, is none that can be carried out here"
        raise AllocationError(
            reason, "the methods are permuted blocks, simple randomization and minimization"
        )
    if asked.method not in {None, known}:
        reason = f"the method `{asked.method}` is not the protocol's, which is `{stated.method}`"
        raise AllocationError(reason, "leave `--method` out, or amend the protocol")
    return known, STATED


def _blocks(stated: Randomization, asked: Asked, ratio: tuple[int, ...]) -> tuple[tuple[int, ...], str]:
    total = sum(ratio)
    if stated.blocks and asked.blocks and set(stated.blocks) != set(asked.blocks):
        said = ", ".join(map(str, stated.blocks))
        reason = (
            f"the block sizes `{', '.join(map(str, asked.blocks))}` are not the protocol's, which are {said}"
        )
        raise AllocationError(reason, "leave `--blocks` out, or amend the protocol")
    # In rising order, so that `3, 6` and `6, 3` are one design with one list.
    sizes = tuple(sorted(set(stated.blocks or asked.blocks)))
    if not sizes:
        fix = f"give sizes that {total} divides, such as `--blocks {total},{2 * total}`, or `--method simple`"
        raise AllocationError("the protocol states no block sizes", fix)
    for size in sizes:
        if size < 1 or size % total:
            below = max(size // total, 1) * total
            reason = (
                f"a block of {size} cannot hold the ratio {ratio_text(ratio)}, whose parts add up to {total}"
            )
            raise AllocationError(reason, f"take multiples of {total}, such as {below} or {below + total}")
        if size > LARGEST_BLOCK:
            raise AllocationError(f"a block of {size} is larger than {LARGEST_BLOCK}", "take smaller blocks")
    return sizes, STATED if stated.blocks else GIVEN


def _no_blocks(stated: Randomization, asked: Asked, method: Method) -> tuple[tuple[int, ...], str]:
    if stated.blocks or asked.blocks:
        raise AllocationError(
            f"block sizes are given, but the method is {method}", "leave one of the two out"
        )
    return (), ""


def _check_minimization(stated: Randomization) -> None:
    if not stated.strata:
        raise AllocationError(
            "minimization has no factors to balance", "name them, as in `stratified by sex`"
        )
