"""One small sound protocol that tests of the ir change one thing of."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.facts import Attribute, Code, Fact, Normal, Plausible, RecordUnit
from protocol_dsl.ir.features import Age, Edge, Feature, Given, NamedAnchor, Occurs, SampleValue, Window
from protocol_dsl.ir.formulas import All, Any, Compare, Not, OneOf, Truth
from protocol_dsl.ir.numbers import Arithmetic, Const, Item, Named, Value
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
    ValueSet,
)
from protocol_dsl.ir.schedule import (
    Amount,
    Arm,
    Dose,
    Give,
    Limit,
    Policy,
    Regimen,
    Schedule,
    Step,
    Timeline,
    Timing,
)
from protocol_dsl.source import Span
from protocol_dsl.vocabulary.calendar import Duration

SCREENING = NamedAnchor("screening")
MONTHS = Window(SCREENING, Edge((Duration(-2, "month"),)), Edge(()))

BILIRUBIN = Fact(
    "bilirubin",
    "lab",
    "Total bilirubin",
    unit="umol/L",
    unit_text="µmol/L",
    plausible=Plausible(Fraction(0), Fraction(1500), Fraction(1, 10)),
    units=(RecordUnit("mg/dL", Fraction(1000000, 58466)),),
    codes=(Code("loinc", "14631-6", "umol/L"),),
    molar_mass=Fraction(58466, 100),
    normals=(Normal(Fraction(17, 5), Fraction(41, 2), OneOf("f_sex", ("female",))),),
    valid=Duration(14, "day"),
)
FACTS = (
    Fact("age", "number", "Age", unit="a", builtin=True),
    Fact("birth_date", "date", "Date of birth", builtin=True),
    Fact("sex", "choice", "Sex", choices=("female", "male"), builtin=True),
    Fact("pregnant", "yes_no", "Pregnant", closed=True),
    BILIRUBIN,
    Fact("bleeding", "event", "Bleeding", attributes=(Attribute("grade", "number"),)),
)
FEATURES = (
    Feature("f_sex", Given("sex"), "choice", "1", "sex"),
    Feature("f_age", Age("year"), "number", "a", "age"),
    Feature("f_bili", SampleValue("bilirubin", MONTHS), "number", "umol/L", "bilirubin"),
    Feature("f_uln", SampleValue("bilirubin", MONTHS, part="upper"), "number", "umol/L", "its ULN"),
    Feature(
        "f_bleeding",
        Occurs("bleeding", MONTHS, where=Compare(">=", Item("grade"), Const(Fraction(2)))),
        "truth",
        "1",
        "bleeding of grade 2 or more",
    ),
    Feature("f_pregnant", Given("pregnant"), "truth", "1", "pregnant"),
)
RATIO = Definition(
    "ratio", "number", "1", Arithmetic("/", Value("f_bili"), Value("f_uln")), "bilirubin over ULN"
)
HIGH = Compare(">=", Named("ratio"), Const(Fraction(10)), atom="I1.1", span=Span(10, 20))
I1 = Criterion(
    "I1",
    "inclusion",
    "High bilirubin",
    (Line("require", HIGH, "require bilirubin >= 10 ULN"),),
    citations=(Citation("total bilirubin of ten times ULN"),),
    notes=("read as ratio",),
)
ADULT = Compare(">=", Value("f_age"), Const(Fraction(18)), atom="I2.1")
I2 = Criterion("I2", "inclusion", "Adults", (Line("require", ADULT, "require age >= 18 years"),))
NONE_OF = Not(Any((Truth("f_bleeding", atom="E1.1"), Truth("f_pregnant", atom="E1.2"))))
E1 = Criterion("E1", "exclusion", "Bleeding", (Line("reject", All((NONE_OF,)), "reject …"),))
SCHEDULE = Schedule(
    day_one="first drug",
    regimens=(
        Regimen(
            "standard",
            "Standard of care",
            (
                Give(
                    "drug",
                    "give",
                    "drug",
                    (
                        Step(
                            Dose(Amount(Fraction(10), Fraction(20), "mg", "kg")),
                            Timing("grid", Duration(1, "week"), days=(1, 8)),
                            Limit(Duration(8, "week")),
                            policies=(Policy("stop", True, Truth("f_bleeding", atom="P.1")),),
                        ),
                    ),
                ),
            ),
        ),
    ),
    arms=(Arm("a", "Arm A", "experimental", ()),),
    timelines=(Timeline("dosing", "drug", (("pk", (Duration(5, "minute"), Duration(10, "minute"))),)),),
)
SMALL = Protocol(
    Header("NCT1", "A small study", (("phase", "2"),), age_low=Fraction(18)),
    FACTS,
    FEATURES,
    (RATIO,),
    (Stage("eligibility", SCREENING, (I1, I2, E1)),),
    questions=(Question("E4.1", "Is it so?", "investigator"),),
    anchors=(AnchorDeclaration("randomization", "Randomization"),),
    value_sets=(ValueSet("strong", "Strong ones", (("atc", "A01", "x"),)),),
    out_of_scope=(OutOfScope("Use contraception.", "advice"),),
    notes=("a note",),
    schedule=SCHEDULE,
    examples=(
        Example(
            "typical",
            "2026-03-02",
            {"id": "P1", "bilirubin": [{"value": 342, "on": "2026-03-01", "uln": 17.1}]},
            (Expectation("eligible", (("I1", "passes"),)),),
        ),
    ),
)
