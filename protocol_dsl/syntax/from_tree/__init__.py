"""From lark's rules to the tree: one builder per rule, named as the rule, split by concern.

Builders are handed to lark itself, so that no tree of lark's own is ever made.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, ModuleType, SimpleNamespace

from protocol_dsl.syntax.from_tree import (
    criteria,
    examples,
    expressions,
    facts,
    giving,
    schedule,
    time,
    visits,
    words,
)
from protocol_dsl.syntax.from_tree.words import Children, nodes, whole
from protocol_dsl.syntax.nodes import Tree
from protocol_dsl.syntax.nodes.expressions import Logic

_MODULES: tuple[ModuleType, ...] = (
    criteria,
    examples,
    expressions,
    facts,
    giving,
    schedule,
    time,
    visits,
)
_LEAVES = (words.signed_number, words.choice, words.date)


def start(children: Children) -> Tree:
    """A whole file."""
    return Tree(nodes(children), whole(children)) if children else Tree(())


def builders(mixed: Callable[[Logic], None]) -> SimpleNamespace:
    """Every builder under the name of its rule; a logic that mixes `and` with `or` is also told to `mixed`."""

    def logic(children: Children) -> Logic:
        built = expressions.logic(children)
        if len(set(built.operators)) > 1:
            mixed(built)
        return built

    own = {
        rule: builder
        for module in _MODULES
        for rule, builder in vars(module).items()
        if isinstance(builder, FunctionType)
        and builder.__module__ == module.__name__
        and not rule.startswith("_")
    }
    leaves = {builder.__name__: builder for builder in (*_LEAVES, start)}
    return SimpleNamespace(**{**own, **leaves, "logic": logic})
