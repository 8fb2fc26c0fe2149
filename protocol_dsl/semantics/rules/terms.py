"""The closed lists of words a registry record is made of."""

from __future__ import annotations

PHASES = ("na", "early_1", "1", "2", "3", "4")
REASONS = ("advice", "conduct", "site")
ASKED_BECAUSE = ("judgement", "consent", "future", "undefined", "unrecorded")
"""Why a person is asked: it takes judgement; it is theirs to agree to; it is still to come; the source does
not define it; no record of the patient holds it."""
ARM_ROLES = (
    "experimental",
    "active_comparator",
    "placebo_comparator",
    "sham_comparator",
    "no_intervention",
    "other",
)
INTERVENTION_KINDS = (
    "drug",
    "biological",
    "device",
    "procedure",
    "radiation",
    "behavioral",
    "genetic",
    "dietary_supplement",
    "combination_product",
    "diagnostic_test",
    "other",
)
MEASURED_KINDS = ("drug", "biological", "radiation", "genetic", "dietary_supplement", "combination_product")
"""Kinds of intervention that have a dose."""
HEADER_TERMS: dict[str, tuple[str, ...]] = {
    "study_type": ("interventional", "observational", "expanded_access"),
    "status": (
        "not_yet_recruiting",
        "recruiting",
        "enrolling_by_invitation",
        "active_not_recruiting",
        "suspended",
        "terminated",
        "completed",
        "withdrawn",
        "unknown",
    ),
    "purpose": (
        "treatment",
        "prevention",
        "diagnostic",
        "supportive_care",
        "screening",
        "health_services_research",
        "basic_science",
        "device_feasibility",
        "other",
    ),
    "allocation": ("randomized", "non_randomized", "na"),
    "model": ("single_group", "parallel", "crossover", "factorial", "sequential"),
    "masking": ("none", "single", "double", "triple", "quadruple"),
    "sex": ("all", "female", "male"),
}
