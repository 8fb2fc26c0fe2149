"""First drafts of expressions for sentences that say one plain thing; whatever else a sentence says, it is not drafted.

A pattern matches a sentence whole or not at all: a word it does not know may be an exception, a cohort, a condition.
"""

from protocol_dsl.registry.drafting.draft import Draft
from protocol_dsl.registry.drafting.sentences import drafts

__all__ = ["Draft", "drafts"]
