"""The flagship's criteria over tables of records and over columns, as a programmer would write them for speed.

They know that results and occurrences are dated to the day and that values are exact, which the compiler does not. Two
results of one day that differ are unknown here too, and so is what an incomplete history leaves open: same verdicts.
"""

from __future__ import annotations

from polars import Expr, LazyFrame, coalesce, col, lit, when

_WEEK, _MONTH = 7, 30
_LABS = ("total_bilirubin", "inr", "prothrombin_activity", "creatinine")
_FINDINGS = ("anti_hav_igm", "anti_hev_igm", "anti_hcv", "hcv_rna", "anti_hdv", "hdv_rna")
_EVENTS = (
    "acute_hepatic_insult", "ascites", "encephalopathy", "gi_bleeding", "serious_infection", "autoimmune_disease",
    "malignancy", "liver_lesion", "bioartificial_liver_support", "liver_transplantation",
)  # fmt: skip


def _latest(fact: str, value: str, days: int, more: str = "") -> str:
    return f"""{fact} AS (
    SELECT patient, CASE WHEN MIN({value}) = MAX({value}) THEN MIN({value}) END AS v{more}
    FROM (
        SELECT s.patient, s.{value}, s.upper_limit,
               s.earliest = MAX(s.earliest) OVER (PARTITION BY s.patient) AS newest
        FROM samples s JOIN patients p USING (patient)
        WHERE s.fact = '{fact}' AND s.earliest BETWEEN p.judged_from - INTERVAL {days} DAY AND p.judged_to)
    WHERE newest GROUP BY patient)"""


def _one_of(table: str, key: str, columns: dict[str, str]) -> str:
    shown = ", ".join(
        f"MAX({value}) FILTER ({key} = '{name}') AS {alias}" for alias, (name, value) in columns.items()
    )
    return f"SELECT patient, {shown} FROM {table} GROUP BY patient"


_UPPER = ", CASE WHEN MIN(upper_limit) = MAX(upper_limit) THEN MIN(upper_limit) END AS u"
_GIVENS = {
    "sex": ("sex", "choice"), "born": ("birth_date", "earliest"), "pregnant": ("pregnant", "truth::INT"),
    "lactating": ("lactating", "truth::INT"), "dialysis": ("dialysis_twice_in_past_week", "truth::INT"),
}  # fmt: skip
_ANSWERS = {
    "chronic": ("I1.1", "answer::INT"),
    "other": ("E1.1", "answer::INT"),
    "organ": ("E4.1", "answer::INT"),
}
_COMPLETE = {f"{name}_all": (name, "complete::INT") for name in _EVENTS}


def _started(event: str) -> str:
    return f"""{event} AS (
    SELECT patient, BOOL_OR(o.start_earliest BETWEEN i.hi AND i.lo + INTERVAL 28 DAY) AS surely
    FROM occurrences o JOIN insult i USING (patient)
    WHERE o.fact = '{event}' AND o.start_earliest BETWEEN i.lo AND i.hi + INTERVAL 28 DAY GROUP BY patient)"""


def _within(event: str) -> str:
    return f"BOOL_OR(o.fact = '{event}' AND o.end_earliest >= p.judged_from - INTERVAL 2 MONTH) AS {event}"


def _said(found: str, event: str) -> str:
    return f"CASE WHEN {found} THEN TRUE WHEN h.{event}_all = 1 THEN FALSE END"


def _followed(rows: str, event: str) -> str:
    return (
        f"CASE WHEN {rows}.surely THEN TRUE WHEN {rows}.surely IS NULL AND h.{event}_all = 1 THEN FALSE END"
    )


_STEPS = [
    f"given AS ({_one_of('givens', 'fact', _GIVENS)})",
    f"answered AS ({_one_of('answers', 'question', _ANSWERS)})",
    f"h AS ({_one_of('histories', 'fact', _COMPLETE)})",
    *(_latest(fact, "low", _WEEK, _UPPER if fact == "total_bilirubin" else "") for fact in _LABS),
    *(_latest(fact, "choice", _MONTH) for fact in _FINDINGS),
    """hbsag AS (
    SELECT s.patient, p.judged_from - INTERVAL 6 MONTH AS edge,
        BOOL_OR(s.earliest < edge AND s.choice = 'positive') AS before,
        BOOL_OR(s.earliest > edge AND s.choice = 'positive') AS since,
        BOOL_OR(s.earliest > edge AND s.choice = 'negative') AS contrary,
        MAX(s.earliest) FILTER (s.earliest <= edge) AS newest,
        MAX(s.earliest) FILTER (s.earliest <= edge AND s.choice = 'negative') AS newest_negative
    FROM samples s JOIN patients p USING (patient)
    WHERE s.fact = 'hbsag' AND s.earliest <= p.judged_to GROUP BY s.patient, edge)""",
    """insult AS (
    SELECT p.patient, MAX(o.start_earliest) AS latest, ANY_VALUE(h.acute_hepatic_insult_all) = 1 AS complete,
        COALESCE(latest, TIMESTAMP '0001-01-01') AS lo,
        CASE WHEN complete THEN latest ELSE ANY_VALUE(p.judged_from) END AS hi,
        CASE WHEN latest IS NOT NULL THEN TRUE WHEN complete THEN FALSE END AS there
    FROM patients p LEFT JOIN h USING (patient) LEFT JOIN occurrences o
        ON o.patient = p.patient AND o.fact = 'acute_hepatic_insult' AND o.start_earliest <= p.judged_to
    GROUP BY p.patient)""",
    _started("ascites"),
    _started("encephalopathy"),
    f"""happened AS (
    SELECT o.patient, {_within("gi_bleeding")}, {_within("serious_infection")},
        BOOL_OR(o.fact = 'autoimmune_disease' AND o.end_earliest >= p.judged_from) AS autoimmune_disease,
        BOOL_OR(o.fact = 'malignancy') AS malignancy, BOOL_OR(o.fact = 'liver_lesion') AS liver_lesion,
        BOOL_OR(o.fact = 'bioartificial_liver_support') AS bioartificial_liver_support,
        BOOL_OR(o.fact = 'liver_transplantation') AS liver_transplantation
    FROM occurrences o JOIN patients p USING (patient) WHERE o.start_earliest <= p.judged_to GROUP BY o.patient)""",
    """meld AS (
    SELECT p.patient, CASE WHEN b.v IS NOT NULL AND i.v IS NOT NULL AND k.v IS NOT NULL THEN
        LEAST(40, GREATEST(6, ROUND(
        3.78 * LN(CASE WHEN b.v < 500000 / 29233 THEN 1 ELSE b.v * 0.058466 END)
        + 11.2 * LN(CASE WHEN i.v < 1 THEN 1 ELSE i.v END)
        + 9.57 * LN(CASE WHEN g.dialysis = 1 OR k.v >= 250000 / 707 THEN 4 WHEN k.v < 62500 / 707 THEN 1
                    ELSE k.v * 0.011312 END) + 6.43))) END AS score
    FROM patients p LEFT JOIN total_bilirubin b USING (patient) LEFT JOIN inr i USING (patient)
        LEFT JOIN creatinine k USING (patient) LEFT JOIN given g USING (patient))""",
    f"""judged AS (
    SELECT p.patient,
        b.v >= 10 * b.u AND (i.v >= 1.5 OR a.v < 40)
        AND (n.there AND ({_followed("x", "ascites")}) OR n.there AND ({_followed("y", "encephalopathy")}))
        AND w.chronic = 1 AS i1,
        CASE WHEN s.before AND s.since AND NOT s.contrary AND s.newest IS DISTINCT FROM s.newest_negative THEN TRUE
            WHEN s.contrary THEN FALSE END AS i2,
        m.score BETWEEN 17 AND 30 AS i3,
        DATE_SUB('YEAR', g.born, p.judged_from) BETWEEN 18 AND 65 AS i4,
        NOT ({_said("e.gi_bleeding", "gi_bleeding")} OR {_said("e.serious_infection", "serious_infection")})
            AND NOT w.other = 1 AS e1,
        NOT {_said("e.autoimmune_disease", "autoimmune_disease")} AS e2,
        NOT (f1.v = 'positive' OR f2.v = 'positive') AND (NOT f3.v = 'positive' OR f4.v = 'negative')
            AND (NOT f5.v = 'positive' OR f6.v = 'negative')
            AND NOT COALESCE(f4.v = 'positive' OR f6.v = 'positive', FALSE) AS e3,
        NOT w.organ = 1 AND NOT {_said("e.malignancy", "malignancy")} AS e4,
        (NOT g.sex = 'female' OR NOT g.pregnant = 1) AND (NOT g.sex = 'female' OR NOT g.lactating = 1) AS e5,
        NOT {_said("e.liver_lesion", "liver_lesion")} AS e6,
        NOT {_said("e.bioartificial_liver_support", "bioartificial_liver_support")} AS e7,
        NOT {_said("e.liver_transplantation", "liver_transplantation")} AS e8
    FROM patients p LEFT JOIN given g USING (patient) LEFT JOIN answered w USING (patient) LEFT JOIN h USING (patient)
        LEFT JOIN insult n USING (patient) LEFT JOIN happened e USING (patient) LEFT JOIN meld m USING (patient)
        LEFT JOIN hbsag s USING (patient) LEFT JOIN ascites x USING (patient) LEFT JOIN encephalopathy y USING (patient)
        LEFT JOIN total_bilirubin b USING (patient) LEFT JOIN inr i USING (patient)
        LEFT JOIN prothrombin_activity a USING (patient)
        {" ".join(f"LEFT JOIN {fact} f{n} USING (patient)" for n, fact in enumerate(_FINDINGS, 1))})""",
]
_ALL = "i1 AND i2 AND i3 AND i4 AND e1 AND e2 AND e3 AND e4 AND e5 AND e6 AND e7 AND e8"
BY_HAND = f"""WITH {", ".join(_STEPS)}
SELECT *, CASE WHEN {_ALL} THEN 'eligible' WHEN NOT ({_ALL}) THEN 'ineligible' ELSE 'undetermined' END AS verdict
FROM judged"""
"""From records to verdicts, one row a patient."""


def columns_by_hand(frame: LazyFrame) -> LazyFrame:
    """From features to verdicts."""
    judged = frame.select(
        i1=(col("total_bilirubin") >= 9.99999999999 * col("total_bilirubin_upper"))
        & ((col("inr") >= 1.5) | (col("prothrombin_activity") < 40))
        & (
            col("ascites_started_within_4_weeks_after_last_acute")
            | col("encephalopathy_started_within_4_weeks_after_last")
        )
        & col("answer_i1_1"),
        i2=col("hbsag_is_positive_for_more_than_6_months"),
        i3=_meld().is_between(17, 30),
        i4=col("age").is_between(18, 65),
        e1=~(
            col("gi_bleeding_within_2_months_before_screening")
            | col("serious_infection_within_2_months_before")
        )
        & ~col("answer_e1_1"),
        e2=~col("autoimmune_disease_ongoing"),
        e3=_hepatitis(),
        e4=~col("answer_e4_1") & ~col("malignancy_ever"),
        e5=(~(col("sex") == "female") | ~col("pregnant")) & (~(col("sex") == "female") | ~col("lactating")),
        e6=~col("liver_lesion_where_imaging_is_one_of_ultrasound"),
        e7=~col("bioartificial_liver_support_ever"),
        e8=~col("liver_transplantation_ever"),
    )
    names = ("i1", "i2", "i3", "i4", "e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8")
    both = col(names[0])
    for name in names[1:]:
        both = both & col(name)
    verdict = (
        when(both).then(lit("eligible")).when(~both).then(lit("ineligible")).otherwise(lit("undetermined"))
    )
    return judged.with_columns(verdict=verdict)


def _meld() -> Expr:
    """`max_horizontal` would pass over nulls; `clip` keeps them."""
    bilirubin, inr, creatinine = col("total_bilirubin") * 0.058466, col("inr"), col("creatinine") * 0.011312
    dialysis = col("dialysis_twice_in_past_week") | (col("creatinine") >= 250000 / 707)
    capped = when(dialysis).then(4.0).when(~dialysis).then(creatinine.clip(1))
    score = 3.78 * bilirubin.clip(1).log() + 11.2 * inr.clip(1).log() + 9.57 * capped.log() + 6.43
    return score.round(mode="half_away_from_zero").clip(6, 40)


def _hepatitis() -> Expr:
    def is_(name: str, choice: str) -> Expr:
        return col(name) == choice

    shown = is_("hcv_rna", "positive") | is_("hdv_rna", "positive")
    return (
        ~(is_("anti_hav_igm", "positive") | is_("anti_hev_igm", "positive"))
        & (~is_("anti_hcv", "positive") | is_("hcv_rna", "negative"))
        & (~is_("anti_hdv", "positive") | is_("hdv_rna", "negative"))
        & ~coalesce(shown, when(~col("hcv_rna_unsettled") & ~col("hdv_rna_unsettled")).then(False))
    )
