"""The sentences that are the same in every document, whatever its form: HTML, Markdown, PDF, Word."""

from __future__ import annotations

JUDGING = (
    "A criterion passes, fails or is unknown. One that fails makes the patient ineligible however much is unknown;"
    " a patient is eligible only when every criterion passes. Otherwise the verdict is undetermined."
)
LIMITS = (
    "Under a criterion stand values on both sides of its limits, each judged of a patient for whom nothing else"
    " decides."
)
FACTS = (
    "What may be recorded of a patient. A value outside its plausible range is not used: it counts as unknown, and is"
    " named."
)
QUESTIONS = (
    "These cannot be computed from records. A person answers them; a question without an answer leaves its criterion"
    " unknown."
)
RULES = (
    "A rule with “until” or “when” is asked before every dose, the first included, and once met holds for good; one"
    " with “while” is asked anew each time. Where the answer is unknown the dose is neither given nor stopped: the"
    " missing value is asked for."
)
CHECKED = "Each patient was run through the compiled criteria."
UNPLANNED = "The source states no visits and no assessments."
TRUTH = "The file is the truth; this document is made from it and never edited."
