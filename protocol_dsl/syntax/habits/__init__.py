"""Habits of prose, prescriptions, SQL and programming: words that newcomers write, and what is typed here instead.

One table a topic. A habit is offered only where the grammar, given what it would put there, reads on: the tables may be
generous, and the parser decides.
"""

from protocol_dsl.syntax.habits.blocks import BLOCKS, DECLARATIONS
from protocol_dsl.syntax.habits.conditions import CONDITIONS
from protocol_dsl.syntax.habits.giving import EXAMPLES, GIVING
from protocol_dsl.syntax.habits.habit import Habit, Wording
from protocol_dsl.syntax.habits.times import TIMES
from protocol_dsl.syntax.habits.units import UNITS

HABITS: tuple[Habit, ...] = (*UNITS, *TIMES, *CONDITIONS, *GIVING, *EXAMPLES, *DECLARATIONS, *BLOCKS)
"""All of them, in the order they are tried."""

__all__ = ["HABITS", "Habit", "Wording"]
