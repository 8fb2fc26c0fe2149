"""The flagship's criteria as a programmer would write them for speed: one flat function over a dict.

The keys are the ids of the compiled protocol's features, all of them there. Each criterion leaves off as soon as it
is decided; each value is fetched once, when it is come to; truths are told apart from what is unknown by `is`, which
is the fastest test there is. What a record cannot say for certain decides nothing: NaN is no number, `indeterminate`
is neither positive nor negative, and 1 or `yes` is no truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log
from typing import Any

Codes = tuple[bool | None, ...]


UMOL_PER_MG_DL_BILIRUBIN = 1000 / 58.466
UMOL_PER_MG_DL_CREATININE = 1000 / 11.312


def verdicts(row: Mapping[str, Any]) -> Codes:  # noqa: PLR0915  flat on purpose
    """Twelve outcomes, in the order of the protocol: True passes, False fails, None cannot be told."""
    bilirubin = row["total_bilirubin"]
    inr = row["inr"]

    # I1
    upper = row["total_bilirubin_upper"]
    i1: bool | None = None
    if bilirubin is not None and upper is not None:
        limit = 10.0 * upper
        i1 = True if bilirubin >= limit else False if bilirubin < limit else None
    if i1 is not False:
        activity = row["prothrombin_activity"]
        if not ((inr is not None and inr >= 1.5) or (activity is not None and activity < 40.0)):
            known = inr is not None and activity is not None
            i1 = False if known and inr < 1.5 and activity >= 40.0 else None
        if i1 is not False:
            ascites = row["ascites_started_within_4_weeks_after_last_acute_hepatic_insult"]
            if ascites is not True:
                brain = row["encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult"]
                if brain is not True:
                    i1 = False if ascites is False and brain is False else None
            if i1 is not False:
                answer = row["answer_i1_1"]
                if answer is not True:
                    i1 = False if answer is False else None

    # I2
    hbsag = row["hbsag_is_positive_for_more_than_6_months"]
    i2 = True if hbsag is True else False if hbsag is False else None

    # I3
    creatinine = row["creatinine"]
    i3: bool | None = None
    if bilirubin is not None and inr is not None:
        dialysis = row["dialysis_twice_in_past_week"]
        if dialysis is True:
            milligrams: float | None = 4.0
        elif creatinine is None:
            milligrams = None
        elif creatinine >= 4.0 * UMOL_PER_MG_DL_CREATININE:
            milligrams = 4.0
        elif dialysis is False:
            milligrams = creatinine * 0.011312
        else:
            milligrams = None
        if milligrams is not None:
            points = (
                3.78 * (0.0 if bilirubin < UMOL_PER_MG_DL_BILIRUBIN else log(bilirubin * 0.058466))
                + 11.2 * (0.0 if inr < 1.0 else log(inr))
                + 9.57 * (0.0 if milligrams < 1.0 else log(milligrams))
                + 6.43
            )
            try:
                score = floor(points + 0.5)
                i3 = 17 <= (6 if score < 6 else 40 if score > 40 else score) <= 30
            except (OverflowError, ValueError):
                pass

    # I4
    age = row["age"]
    i4: bool | None = None
    if age is not None:
        i4 = True if 18.0 <= age <= 65.0 else False if age < 18.0 or age > 65.0 else None

    # E1
    bleeding = row["gi_bleeding_within_2_months_before_screening"]
    if bleeding is True:
        e1: bool | None = False
    else:
        infection = row["serious_infection_within_2_months_before_screening"]
        if infection is True:
            e1 = False
        else:
            other = row["answer_e1_1"]
            e1 = (
                True
                if bleeding is False and infection is False and other is False
                else False
                if other is True
                else None
            )

    # E2
    autoimmune = row["autoimmune_disease_ongoing"]
    e2 = True if autoimmune is False else False if autoimmune is True else None

    # E3
    hav = row["anti_hav_igm"]
    hev = row["anti_hev_igm"]
    c_rna = row["hcv_rna"]
    d_rna = row["hdv_rna"]
    if (
        hav == "negative"
        and hev == "negative"
        and (row["anti_hcv"] == "negative" or c_rna == "negative")
        and (row["anti_hdv"] == "negative" or d_rna == "negative")
        and (c_rna is None or c_rna != "positive")
        and (d_rna is None or d_rna != "positive")
        and (
            (c_rna == "negative" and d_rna == "negative")
            # not measured, unless something stands there that cannot be read
            or (row["hcv_rna_unsettled"] is False and row["hdv_rna_unsettled"] is False)
        )
    ):
        e3: bool | None = True
    elif (  # None compares with a text slowly, so it is asked for first
        (hav is not None and hav == "positive")
        or (hev is not None and hev == "positive")
        or (c_rna is not None and c_rna == "positive")
        or (d_rna is not None and d_rna == "positive")
    ):
        e3 = False
    else:
        e3 = None

    # E4
    organ = row["answer_e4_1"]
    if organ is True:
        e4: bool | None = False
    else:
        malignancy = row["malignancy_ever"]
        e4 = True if organ is False and malignancy is False else False if malignancy is True else None

    # E5
    sex = row["sex"]
    if sex == "male":
        e5: bool | None = True
    else:
        pregnant = row["pregnant"]
        lactating = row["lactating"]
        if pregnant is False and lactating is False:
            e5 = True
        elif sex == "female" and (pregnant is True or lactating is True):
            e5 = False
        else:
            e5 = None

    # E6, E7, E8
    lesion = row["liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever"]
    support = row["bioartificial_liver_support_ever"]
    transplant = row["liver_transplantation_ever"]
    e6 = True if lesion is False else False if lesion is True else None
    e7 = True if support is False else False if support is True else None
    e8 = True if transplant is False else False if transplant is True else None

    return (i1, i2, i3, i4, e1, e2, e3, e4, e5, e6, e7, e8)


def meld(row: Mapping[str, Any]) -> float | None:
    """The MELD score alone, for engines that have no logarithm."""
    bilirubin, inr, creatinine = row["total_bilirubin"], row["inr"], row["creatinine"]
    if bilirubin is None or inr is None or (creatinine is None and not row["dialysis_twice_in_past_week"]):
        return None
    milligrams = 4.0 if row["dialysis_twice_in_past_week"] else min(creatinine * 0.011312, 4.0)
    terms = (
        3.78 * log(max(bilirubin * 0.058466, 1.0))
        + 11.2 * log(max(inr, 1.0))
        + 9.57 * log(max(milligrams, 1.0))
    )
    return float(min(max(floor(terms + 6.43 + 0.5), 6), 40))
