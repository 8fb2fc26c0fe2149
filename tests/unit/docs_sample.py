"""Two hand-built protocols for the document tests: the flagship in outline, and one whose every text is hostile."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.facts import Attribute, Code, Fact, Normal, Plausible
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    SampleValue,
    Window,
)
from protocol_dsl.ir.formulas import All, Any, Compare, Formula, Not, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.ir.protocol import (
    AnchorDeclaration,
    Citation,
    Criterion,
    Definition,
    Example,
    Expectation,
    Header,
    Line,
    OutOfScope,
    Protocol,
    Question,
    Stage,
)
from protocol_dsl.ir.schedule import (
    Amount,
    Arm,
    Assessment,
    CycleBlock,
    Dose,
    Follow,
    Give,
    Intervention,
    Limit,
    Point,
    Policy,
    Randomization,
    Regimen,
    Schedule,
    Step,
    Timing,
    Tolerance,
    Visit,
    VisitRun,
)
from protocol_dsl.vocabulary.calendar import Duration

SCREENING = NamedAnchor("screening")
SO_FAR = Window(SCREENING, None, Edge(()))
DAY = Duration(1, "day")
WEEK = Duration(1, "week")


def number(text: str | int | Fraction) -> Const:
    return Const(Fraction(text))


def at_least(left: Number, right: Number, comparison: str = ">=") -> Compare:
    return Compare(comparison, left, right)  # type: ignore[arg-type]


def lab(
    name: str, label: str, unit: str, low: str, high: str, step: str, code: str = "", **more: object
) -> Fact:
    codes = (Code("loinc", code, unit or None),) if code else ()
    plausible = Plausible(Fraction(low), Fraction(high), Fraction(step))
    return Fact(name, "lab", label, unit or "1", unit, plausible=plausible, codes=codes, **more)  # type: ignore[arg-type]


def event(name: str, label: str, closed: bool = False) -> Fact:
    return Fact(name, "event", label, closed=closed)


def latest(name: str, unit: str = "1", kind: str = "number") -> Feature:
    return Feature(name, SampleValue(name, SO_FAR), kind, unit, name)  # type: ignore[arg-type]


FACTS = (
    Fact("age", "number", "Age", "a", "years", plausible=Plausible(Fraction(0), Fraction(130)), builtin=True),
    Fact("birth_date", "date", "Date of birth", builtin=True),
    Fact("sex", "choice", "Sex", choices=("female", "male"), builtin=True),
    lab(
        "total_bilirubin",
        "Serum total bilirubin",
        "umol/L",
        "0",
        "1500",
        "0.1",
        "14631-6",
        molar_mass=Fraction("584.66"),
        valid=Duration(14, "day"),
        normals=(Normal(Fraction("3.4"), Fraction("20.5")),),
    ),
    lab(
        "creatinine", "Serum creatinine", "umol/L", "5", "3000", "1", "14682-9", molar_mass=Fraction("113.12")
    ),
    lab("inr", "International normalized ratio", "", "0.5", "20", "0.01", "6301-6", valid=Duration(3, "day")),
    lab("prothrombin_activity", "Prothrombin activity", "%", "0", "200", "1"),
    lab("serum_albumin", "Serum albumin", "g/L", "5", "80", "1", "1751-7", valid=Duration(2, "day")),
    event("acute_hepatic_insult", "Acute hepatic insult, from onset of jaundice"),
    event("ascites", "Ascites on physical examination"),
    event("encephalopathy", "Encephalopathy on physical examination"),
    Fact("hbsag", "finding", "Hepatitis B surface antigen", choices=("positive", "negative")),
    event("gi_bleeding", "Gastrointestinal bleeding"),
    event("serious_infection", "Serious infection"),
    event("autoimmune_disease", "Autoimmune disease", closed=True),
    event("malignancy", "Malignancy"),
    Fact("pregnant", "yes_no", "Pregnant"),
    Fact("lactating", "yes_no", "Breastfeeding"),
    Fact("alcoholic_or_cholestatic", "yes_no", "Cause of liver disease is alcoholic or cholestatic"),
    event(
        "liver_tumor", "Liver tumor or nodules secondary to cirrhosis, proven by ultrasound, CT or MR imaging"
    ),
    event("bioartificial_liver", "Bioartificial liver support therapy"),
    event("liver_transplantation", "Liver transplantation", closed=True),
)

INSULT = OccurrenceAnchor("acute_hepatic_insult", "last")
AFTER_INSULT = Window(INSULT, Edge(()), Edge((Duration(4, "week"),)))
TWO_MONTHS = Window(SCREENING, Edge((Duration(-2, "month"),)), Edge(()))
SIX_MONTHS = Window(SCREENING, Edge((Duration(-6, "month"),), strict=True), Edge(()))
POSITIVE = OneOf("value", ("positive",), item=True)


def occurs(name: str, window: Window = SO_FAR, moment: str = "overlaps") -> Feature:
    return Feature(name, Occurs(name, window, moment), "truth", "1", name)  # type: ignore[arg-type]


FEATURES = (
    Feature("age", Age("year"), "number", "a", "age"),
    Feature("sex", Given("sex"), "choice", "1", "sex"),
    latest("total_bilirubin", "umol/L"),
    Feature(
        "bilirubin_upper", SampleValue("total_bilirubin", SO_FAR, part="upper"), "number", "umol/L", "upper"
    ),
    latest("creatinine", "umol/L"),
    latest("inr"),
    latest("prothrombin_activity", "%"),
    occurs("ascites", AFTER_INSULT, "started"),
    occurs("encephalopathy", AFTER_INSULT, "started"),
    Feature("hbsag_held", Held("hbsag", SIX_MONTHS, POSITIVE), "truth", "1", "HBsAg positive"),
    occurs("gi_bleeding", TWO_MONTHS),
    occurs("serious_infection", TWO_MONTHS),
    occurs("autoimmune_disease"),
    Feature("organ_answer", Answer("E4.1"), "truth", "1", "organ dysfunction"),
    occurs("malignancy"),
    Feature("pregnant", Given("pregnant"), "truth", "1", "pregnant"),
    Feature("lactating", Given("lactating"), "truth", "1", "breastfeeding"),
    Feature("cause", Given("alcoholic_or_cholestatic"), "truth", "1", "cause"),
    occurs("liver_tumor"),
    occurs("bioartificial_liver"),
    occurs("liver_transplantation"),
)


def log(value: Number) -> Call:
    return Call("ln", (Call("max", (value, number(1))),))


def scaled(feature: str, per: str) -> Arithmetic:
    return Arithmetic("/", Value(feature), number(per))


def plus(*terms: Number) -> Number:
    total = terms[0]
    for term in terms[1:]:
        total = Arithmetic("+", total, term)
    return total


MELD = Definition(
    "liver.meld",
    "number",
    "1",
    plus(
        Arithmetic("*", number("3.78"), log(scaled("total_bilirubin", "17.104"))),
        Arithmetic("*", number("11.2"), log(Value("inr"))),
        Arithmetic("*", number("9.57"), log(Call("min", (scaled("creatinine", "88.4"), number(4))))),
        Arithmetic("*", number("6.43"), Choose(Truth("cause"), number(0), number(1))),
    ),
    "MELD score",
    "Kamath PS, Wiesner RH, Malinchoc M, et al. A model to predict survival in patients with end-stage liver disease."
    " Hepatology 2001;33:464-470. https://doi.org/10.1053/jhep.2001.22172",
    "original, with the aetiology term",
)


def require(formula: Formula, text: str) -> Line:
    return Line("require", formula, f"require {text}")


def reject(formula: Formula, text: str) -> Line:
    return Line("reject", Not(formula), f"reject {text}")


def criterion(name: str, title: str, source: str, *lines: Line, notes: tuple[str, ...] = ()) -> Criterion:
    kind = "inclusion" if name.startswith("I") else "exclusion"
    return Criterion(name, kind, title, lines, (Citation(source),), notes)  # type: ignore[arg-type]


CRITERIA = (
    criterion(
        "I1",
        "Acute-on-chronic liver failure",
        "Patients with ACLF-which is characterized by acute hepatic insult manifesting as jaundice (serum total"
        " bilirubin ≥ 10×ULN umol/L) and coagulopathy (international normalized ratio≥ 1.5 or prothrombin activity"
        " < 40%), complicated within 4 weeks by ascites and/or encephalopathy as determined by physical examination,"
        " in patients with previously diagnosed or undiagnosed chronic liver disease",
        require(
            at_least(
                Value("total_bilirubin"),
                Arithmetic("*", number(10), IfMissing(Value("bilirubin_upper"), number("20.5"))),
            ),
            "total_bilirubin >= 10 ULN",
        ),
        require(
            Any(
                (
                    at_least(Value("inr"), number("1.5")),
                    at_least(Value("prothrombin_activity"), number(40), "<"),
                )
            ),
            "inr >= 1.5 or prothrombin_activity < 40 %",
        ),
        require(
            Any((Truth("ascites"), Truth("encephalopathy"))),
            "any of { ascites, encephalopathy } started within 4 weeks after last acute_hepatic_insult",
        ),
        notes=(
            "The source prints the unit as “10×ULN umol/L”; read as ten times the upper limit of normal.",
            "“Previously diagnosed or undiagnosed” excludes nobody, so chronic liver disease is not asked.",
        ),
    ),
    criterion(
        "I2",
        "HBsAg positive for more than 6 months",
        "Positive serum hepatitis B surface antigen (HBsAg) for more than 6 months",
        require(Truth("hbsag_held"), "hbsag is positive for more than 6 months"),
    ),
    criterion(
        "I3",
        "End-stage liver disease score",
        "End-stage liver disease scores ranging from 17-30,",
        require(
            All((at_least(Named("liver.meld"), number(17)), at_least(Named("liver.meld"), number(30), "<="))),
            "liver.meld between 17 and 30",
        ),
        notes=("The source never says MELD; its original form with the aetiology term is taken.",),
    ),
    criterion(
        "I4",
        "Age",
        "4.18-65 years of age.",
        require(
            All((at_least(Value("age"), number(18)), at_least(Value("age"), number(65), "<="))),
            "age between 18 and 65 years",
        ),
        notes=("Fused with item 3 in the source.",),
    ),
    criterion(
        "E1",
        "Recent serious complication",
        "Serious complications within the previous 2 months (e.g. gastrointestinal bleeding, serious infection )",
        reject(
            Any((Truth("gi_bleeding"), Truth("serious_infection"))),
            "any of { gi_bleeding, serious_infection } within 2 months before screening",
        ),
    ),
    criterion(
        "E2",
        "Autoimmune disease",
        "Concomitant autoimmune disease",
        reject(Truth("autoimmune_disease"), "autoimmune_disease ever"),
    ),
    criterion(
        "E4",
        "Organ dysfunction not due to liver disease",
        "Important organ dysfunctions not due to liver disease or malignancies",
        reject(
            Truth("organ_answer"),
            'answer yes to "Is there important organ dysfunction not due to liver disease?" by investigator',
        ),
        reject(Truth("malignancy"), "malignancy ever"),
        notes=("Two readings; taken as: organ dysfunction not due to liver disease, or a malignancy.",),
    ),
    criterion(
        "E5",
        "Pregnancy and lactation",
        "Pregnancy and lactation",
        reject(
            All((OneOf("sex", ("female",)), Any((Truth("pregnant"), Truth("lactating"))))),
            "sex is female and (pregnant or lactating)",
        ),
    ),
    criterion(
        "E6",
        "Liver tumor or nodules",
        "Liver tumor or nodules secondary to cirrhosis proven by ultrasound, computerized tomography (CT), or magnetic"
        " resonance (MR) imaging",
        reject(Truth("liver_tumor"), "liver_tumor ever"),
    ),
    criterion(
        "E7",
        "Bioartificial liver",
        "Bioartificial liver support therapy",
        reject(Truth("bioartificial_liver"), "bioartificial_liver ever"),
    ),
    criterion(
        "E8",
        "Liver transplantation",
        "Previous liver transplantation.",
        reject(Truth("liver_transplantation"), "liver_transplantation ever"),
    ),
)


def until(formula: Formula, text: str) -> Policy:
    return Policy("until", True, formula, text=f"until {text}")


NO_LIMIT = Limit()


def give(
    what: str, dose: Dose, timing: Timing, *policies: Policy, limit: Limit = NO_LIMIT, **more: object
) -> Give:
    step = Step(dose, timing, limit, policies=policies)
    return Give(what, more.pop("verb", "give"), what, (step,), **more)  # type: ignore[arg-type]


def amount(low: str, unit: str, high: str | None = None) -> Dose:
    text = f"{low} to {high} {unit}" if high else f"{low} {unit}"
    return Dose(Amount(Fraction(low), Fraction(high or low), unit), text=text)


DAILY, WEEKLY, PRESCRIBED = Timing("grid", DAY), Timing("grid", WEEK), Timing("prescribed")


def infusions(weeks: int) -> tuple[Follow | Give, ...]:
    cells = give(
        "uc_msc",
        Dose(),
        WEEKLY,
        limit=Limit(Duration(weeks, "week")),
        route="intravenous infusion",
        text=f"give uc_msc by intravenous infusion weekly for {weeks} weeks",
    )
    return Follow("standard_medical_treatment"), cells


STANDARD = (
    "standard medical treatment, including bed rest, nutritional supplementation, administration of human serum albumin"
    " (10g per day until serum albumin was 35g/L) and plasma (200 ml to 400 ml per day until the international"
    " normalized ratio was less than 1.5), anti-viral therapy, glycyrrhizin,S-adenosylmethionine and appropriate"
    " treatment for complications (such as infection, encephalopathy, hepatorenal syndrome and intestinal paralysis)."
)
MSC = (
    "Patients in Group MSC-1 received standard medical treatment and infusions of umbilical cord blood mesenchymal stem"
    " cells via peripheral veins once a week for {} weeks."
)
BACKGROUND = {
    "albumin": "Human serum albumin",
    "plasma": "Plasma",
    "antiviral": "Antiviral therapy",
    "glycyrrhizin": "Glycyrrhizin",
    "ademetionine": "S-adenosylmethionine",
    "complication_treatment": "Treatment of complications",
}
SCHEDULE = Schedule(
    day_one="first uc_msc",
    interventions=(
        Intervention("uc_msc", "Umbilical cord blood mesenchymal stem cells", "biological", "drug"),
        *(Intervention(name, label, "drug", background=True) for name, label in BACKGROUND.items()),
    ),
    regimens=(
        Regimen(
            "standard_medical_treatment",
            "Standard medical treatment",
            (
                give("bed rest", Dose(), Timing("continuous"), verb="provide"),
                give("nutritional supplementation", Dose(), Timing("continuous"), verb="provide"),
                give(
                    "albumin",
                    amount("10", "g"),
                    DAILY,
                    until(at_least(Value("s.albumin"), number(35)), "serum_albumin >= 35 g/L"),
                ),
                give(
                    "plasma",
                    amount("200", "mL", "400"),
                    DAILY,
                    until(at_least(Value("s.inr"), number("1.5"), "<"), "inr < 1.5"),
                ),
                give("antiviral", Dose(), PRESCRIBED),
                give("glycyrrhizin", Dose(), PRESCRIBED),
                give("ademetionine", Dose(), PRESCRIBED),
                give(
                    "complication_treatment",
                    Dose(),
                    Timing("as_needed"),
                    permitted=True,
                    purpose="infection, encephalopathy, hepatorenal syndrome, intestinal paralysis",
                ),
            ),
            citations=(Citation(STANDARD),),
        ),
    ),
    arms=(
        Arm("msc_1", "Group MSC-1", "experimental", infusions(8), (Citation(MSC.format(8)),)),
        Arm(
            "msc_2",
            "Group MSC-2",
            "experimental",
            infusions(4),
            (Citation(MSC.format(4)),),
            ("The source's description of Group MSC-2 names MSC-1; taken as a slip.",),
        ),
        Arm(
            "control",
            "Group Control",
            "no_intervention",
            (Follow("standard_medical_treatment"),),
            (Citation(STANDARD),),
        ),
    ),
    randomization=Randomization(("msc_1", "msc_2", "control")),
    features=(
        Feature("s.albumin", SampleValue("serum_albumin", SO_FAR), "number", "g/L", "serum albumin"),
        Feature("s.inr", SampleValue("inr", SO_FAR), "number", "1", "INR"),
    ),
)

SUMMARY = (
    "Hepatitis B virus (HBV)-related acute-on-chronic liver failure (ACLF) is a severe disease with high mortality. Our"
    " previous study have demonstrated that peripheral infusion of bone marrow-derived mesenchymal stromal cells (MSCs)"
    " weekly for 4 times is safe and improves 24 weeks survival rate of ACLF patients.\n\nIn this study, we intend to"
    " assess the safety and efficacy of umbilical cord blood derived MSCs for HBV-related ACLF patients."
)
HEADER = Header(
    "NCT02812121",
    "UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure",
    (
        ("acronym", "UCBMSC"),
        ("sponsor", "Sun Yat-sen University"),
        ("phase", "2"),
        ("status", "unknown"),
        ("condition", "Liver Failure"),
        ("purpose", "treatment"),
        ("allocation", "randomized"),
        ("model", "parallel"),
        ("masking", "none"),
        ("enrollment", "261 estimated"),
        ("sex", "all"),
        ("age", "18 to 65 years"),
        ("healthy_volunteers", "no"),
        ("summary", SUMMARY),
    ),
    "all",
    Fraction(18),
    Fraction(65),
    261,
)


def example(name: str, verdict: str, *criteria: tuple[str, str]) -> Example:
    return Example(name, "2026-03-02", {}, (Expectation(verdict, criteria),))  # type: ignore[arg-type]


FLAGSHIP = Protocol(
    HEADER,
    FACTS,
    FEATURES,
    (MELD,),
    (Stage("eligibility", SCREENING, CRITERIA),),
    questions=(
        Question("E4.1", "Is there important organ dysfunction not due to liver disease?", "investigator"),
    ),
    out_of_scope=(OutOfScope("Consent is taken by the study physician.", "conduct"),),
    notes=("The source states no allocation ratio and no visits.",),
    schedule=SCHEDULE,
    examples=(
        example("typical patient", "eligible"),
        example("too old", "ineligible", ("I4", "fails")),
        example("no INR yet", "undetermined", ("I1", "unknown")),
        example("bled last month, bilirubin missing", "ineligible", ("E1", "fails"), ("I1", "unknown")),
    ),
    source_name="nct02812121.trial",
    source_digest="3b0f6d0cb8b4b1b7a3f5f2f1d2d0c9a8e7f6a5b4c3d2e1f00112233445566778",
)

OUTCOMES = {
    "typical patient": {c.id: "passes" for c in CRITERIA},
    "too old": {c.id: "fails" if c.id == "I4" else "passes" for c in CRITERIA},
    "no INR yet": {c.id: "unknown" if c.id in {"I1", "I3"} else "passes" for c in CRITERIA},
    "bled last month, bilirubin missing": {
        c.id: {"E1": "fails", "I1": "unknown", "I3": "unknown"}.get(c.id, "passes") for c in CRITERIA
    },
}

EVIL = "</style><script>alert(1)</script> | `tick` *star* [x](y) \"q\" 'a' & </h2>\n# head"
"""Everything that could break out of HTML, CSS, a table, a code span or a Mermaid label."""


def hostile() -> Protocol:
    """Every free text is `EVIL`; the schedule has visits, cycles, strata and a bounded daily dose."""
    fact = Fact(
        "mood",
        "lab",
        EVIL,
        "mg/dL",
        EVIL,
        plausible=Plausible(Fraction(0), Fraction(9)),
        codes=(Code(EVIL, EVIL, EVIL),),
        attributes=(Attribute("dose", "number", "mg"),),
    )
    steps = (
        Step(Dose(text=EVIL), DAILY, Limit(doses=3), Tolerance(Duration(-1, "day"), Duration(2, "day"))),
        Step(Dose(amount=Amount(Fraction(1), Fraction(2), EVIL)), Timing("rolling", Duration(3, "week"))),
    )
    doses = Give("g", "give", EVIL, steps, route=EVIL, purpose=EVIL)
    cycle = CycleBlock(
        EVIL, Duration(21, "day"), 2, (give("x", Dose(text="3 mg"), Timing("days", days=(1, 8))),)
    )
    schedule = Schedule(
        interventions=(Intervention("x", EVIL, "drug"),),
        regimens=(Regimen("r", EVIL, (doses, cycle), citations=(Citation(EVIL),), notes=(EVIL,)),),
        arms=(
            Arm("a", EVIL, "experimental", (Follow("r"),), (Citation(EVIL),), (EVIL,)),
            Arm("b", "B", "other", ()),
        ),
        visits=(
            Visit("base", EVIL, Point(1)),
            Visit(
                "fu",
                "",
                runs=(VisitRun(Duration(4, "week"), Point(4, "week"), Point(12, "week")),),
                window=Tolerance(Duration(-7, "day"), Duration(7, "day")),
                citations=(Citation(EVIL),),
            ),
        ),
        assessments=(Assessment(("mood", EVIL), ("base", "each fu")),),
        randomization=Randomization(("a", "b"), (2, 1), (3, 6)),
    )
    line = Line("require", Compare(">", Value("mood"), number(1)), f"require {EVIL}")
    return Protocol(
        Header(EVIL, EVIL, (("sponsor", EVIL), ("summary", EVIL))),
        (fact,),
        (Feature("mood", SampleValue("mood", SO_FAR), "number", "mg/dL", EVIL),),
        (
            Definition(
                "d",
                "number",
                "1",
                Choose(Compare(">", Value("mood"), number(0)), number(1), number(2)),
                EVIL,
                EVIL,
                EVIL,
            ),
        ),
        (
            Stage(
                "eligibility",
                SCREENING,
                (Criterion("I1", "inclusion", EVIL, (line,), (Citation(EVIL),), (EVIL,)),),
            ),
        ),
        questions=(Question("I1.1", EVIL, "participant"),),
        anchors=(AnchorDeclaration("randomization", EVIL),),
        out_of_scope=(OutOfScope(EVIL, "advice"),),
        notes=(EVIL,),
        schedule=schedule,
        examples=(Example(EVIL, "2026-01-01", {}, (Expectation("eligible"),)),),
        source_name=EVIL,
        source_digest=EVIL,
    )


__all__ = ["CRITERIA", "EVIL", "FLAGSHIP", "OUTCOMES", "Item", "hostile"]
