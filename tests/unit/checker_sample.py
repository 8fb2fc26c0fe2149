"""Compiled protocols made by hand, so that back ends are tested without a front end."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.facts import Attribute, Fact, Plausible, RecordUnit
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Consecutive,
    DateAnchor,
    DateWithin,
    Edge,
    Feature,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Window,
)
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Constant,
    Contains,
    Formula,
    ItemTruth,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import Arithmetic, Call, Choose, Const, IfMissing, Item, Named, Number, Value
from protocol_dsl.ir.protocol import (
    AnchorDeclaration,
    Citation,
    Criterion,
    Definition,
    Header,
    Line,
    Protocol,
    Question,
    Stage,
)
from protocol_dsl.vocabulary.calendar import Duration

SCREENING = NamedAnchor("screening")
UP_TO = Window(SCREENING, None, Edge(()))


def const(value: str | int) -> Const:
    return Const(Fraction(value))


def compare(sign: str, left: Number, right: Number) -> Compare:
    return Compare(sign, left, right, atom=f"{sign}")  # type: ignore[arg-type]


def before(count: int, unit: str, strict: bool = False) -> Window:
    return Window(SCREENING, Edge((Duration(-count, unit),), strict), Edge(()))  # type: ignore[arg-type]


def plausible(low: int, high: int, step: str = "1") -> Plausible:
    return Plausible(Fraction(low), Fraction(high), Fraction(step))


FACTS = (
    Fact("birth_date", "date", "Date of birth", builtin=True),
    Fact("age", "number", "Age", unit="a", unit_text="years", builtin=True),
    Fact("sex", "choice", "Sex", choices=("female", "male"), builtin=True),
    Fact(
        "total_bilirubin",
        "lab",
        "Serum total bilirubin",
        "umol/L",
        "umol/L",
        plausible=plausible(0, 1500),
        units=(RecordUnit("umol/L", Fraction(1)), RecordUnit("mg/dL", Fraction(17104, 1000))),
    ),
    Fact("inr", "lab", "INR", plausible=plausible(0, 20)),
    Fact("prothrombin_activity", "lab", "Prothrombin activity", "%", "%", plausible=plausible(0, 200)),
    Fact("creatinine", "lab", "Serum creatinine", "umol/L", "umol/L", plausible=plausible(0, 3000)),
    Fact("ast", "lab", "AST", "U/L", "U/L"),
    Fact("alt", "lab", "ALT", "U/L", "U/L"),
    Fact("weight", "measure", "Weight", "kg", "kg", plausible=plausible(1, 400)),
    Fact("hbsag", "finding", "Hepatitis B surface antigen", choices=("positive", "negative")),
    Fact("nyha", "choice", "NYHA class", choices=("I", "II", "III", "IV"), ordered=True),
    Fact("mutations", "set", "Mutations", choices=("kras", "nras", "braf")),
    Fact("pregnant", "yes_no", "Pregnancy"),
    Fact("lactating", "yes_no", "Lactation", closed=True),
    Fact("acute_hepatic_insult", "event", "Acute hepatic insult"),
    Fact("ascites", "event", "Ascites"),
    Fact("encephalopathy", "event", "Encephalopathy"),
    Fact("gi_bleeding", "event", "Gastrointestinal bleeding"),
    Fact("serious_infection", "event", "Serious infection"),
    Fact("crohn", "event", "Crohn's disease", closed=True),
    Fact(
        "malignancy",
        "event",
        "Malignancy",
        attributes=(
            Attribute("intent", "choice", choices=("palliative", "curative")),
            Attribute("dose", "number", "mg"),
            Attribute("severe", "yes_no"),
        ),
    ),
    Fact("diagnosis", "date", "Date of diagnosis"),
)

INSULT = OccurrenceAnchor("acute_hepatic_insult", "last")
AFTER_INSULT = Window(INSULT, Edge(()), Edge((Duration(4, "week"),)))
SEVERE = All(
    (
        OneOf("intent", ("palliative",), item=True),
        Any((compare(">=", Item("dose"), const(10)), ItemTruth("severe"))),
    )
)
HIGH_BILIRUBIN = compare(
    ">=",
    Item("value"),
    Arithmetic(
        "*", const(2), IfMissing(Item("upper"), Choose(OneOf("sex", ("female",)), const(17), const(21)))
    ),
)


def sample(fact: str, pick: str = "latest", part: str = "value", window: Window = UP_TO) -> SampleValue:
    return SampleValue(fact, window, pick, part)  # type: ignore[arg-type]


FEATURES = (
    Feature("age", Age("year"), "number", "a", "age"),
    Feature("sex", Given("sex"), "choice", "1", "sex"),
    Feature("total_bilirubin", sample("total_bilirubin"), "number", "umol/L", "serum total bilirubin"),
    Feature("total_bilirubin_upper", sample("total_bilirubin", part="upper"), "number", "umol/L", "ULN"),
    Feature("inr", sample("inr"), "number", "1", "INR"),
    Feature("prothrombin_activity", sample("prothrombin_activity"), "number", "%", "PTA"),
    Feature("creatinine", sample("creatinine"), "number", "umol/L", "creatinine"),
    Feature("ast", sample("ast"), "number", "U/L", "AST"),
    Feature("alt", sample("alt", window=before(14, "day")), "number", "U/L", "ALT"),
    Feature("highest_alt", sample("alt", "highest", window=before(3, "month")), "number", "U/L", "ALT"),
    Feature("first_alt", sample("alt", "first"), "number", "U/L", "ALT"),
    Feature("mean_ast", SampleMean("ast", UP_TO, 3), "number", "U/L", "AST"),
    Feature("weight_change", SampleChange("weight", before(6, "month"), True), "number", "1", "weight"),
    Feature("ascites_after_insult", Occurs("ascites", AFTER_INSULT, "started"), "truth", "1", "ascites"),
    Feature(
        "encephalopathy_after_insult", Occurs("encephalopathy", AFTER_INSULT, "started"), "truth", "1", "he"
    ),
    Feature(
        "hbsag_held",
        Held("hbsag", before(6, "month", strict=True), OneOf("value", ("positive",), item=True)),
        "truth",
        "1",
        "HBsAg positive",
    ),
    Feature("gi_bleeding_recent", Occurs("gi_bleeding", before(2, "month")), "truth", "1", "gi"),
    Feature("serious_infection_recent", Occurs("serious_infection", before(2, "month")), "truth", "1", "inf"),
    Feature("crohn_ever", Occurs("crohn", Window(SCREENING, None, None)), "truth", "1", "crohn"),
    Feature("infection_ongoing", Occurs("serious_infection", UP_TO, "ongoing"), "truth", "1", "inf"),
    Feature("malignancy_palliative", Occurs("malignancy", UP_TO, where=SEVERE), "truth", "1", "malignancy"),
    Feature("bleedings", OccursCount("gi_bleeding", before(12, "month")), "number", "1", "bleedings"),
    Feature("high_bilirubins", SampleCount("total_bilirubin", UP_TO, HIGH_BILIRUBIN), "number", "1", "count"),
    Feature("two_high", Consecutive("total_bilirubin", UP_TO, 2, HIGH_BILIRUBIN), "truth", "1", "two"),
    Feature("weight_unchanged", Unchanged("weight", before(2, "month", strict=True)), "truth", "1", "weight"),
    Feature(
        "bleeding_unchanged",
        Unchanged("gi_bleeding", before(2, "month", strict=True)),
        "truth",
        "1",
        "bleeding",
    ),
    Feature(
        "diagnosed_before_randomization",
        DateWithin(
            DateAnchor("diagnosis"),
            Window(NamedAnchor("randomization"), None, Edge((Duration(-1, "month"),))),
        ),
        "truth",
        "1",
        "diagnosis",
    ),
    Feature("nyha", Given("nyha"), "choice", "1", "NYHA"),
    Feature("mutations", Given("mutations"), "set", "1", "mutations"),
    Feature("pregnant", Given("pregnant"), "truth", "1", "pregnancy"),
    Feature("lactating", Given("lactating"), "truth", "1", "lactation"),
    Feature("E4.1", Answer("E4.1"), "truth", "1", "organ dysfunction"),
)

MELD = Arithmetic(
    "+",
    Arithmetic(
        "+",
        Arithmetic(
            "*",
            const("3.78"),
            Call(
                "ln", (Call("max", (Arithmetic("/", Value("total_bilirubin"), const("17.104")), const(1))),)
            ),
        ),
        Arithmetic("*", const("11.2"), Call("ln", (Call("max", (Value("inr"), const(1))),))),
    ),
    Arithmetic(
        "+",
        Arithmetic(
            "*",
            const("9.57"),
            Call("ln", (Call("max", (Arithmetic("/", Value("creatinine"), const("88.4")), const(1))),)),
        ),
        const("6.43"),
    ),
)

DEFINITIONS = (
    Definition(
        "liver.meld", "number", "1", MELD, "MELD score", "Kamath and others, Hepatology 2001", "original"
    ),
    Definition(
        "decompensated",
        "truth",
        "1",
        Any((Truth("ascites_after_insult"), Truth("encephalopathy_after_insult"))),
        "decompensation",
    ),
)


def line(verb: str, passes: Formula, text: str) -> Line:
    return Line(verb, passes, text)  # type: ignore[arg-type]


def require(passes: Formula, text: str = "require …") -> Line:
    return line("require", passes, text)


def reject(condition: Formula, text: str = "reject …") -> Line:
    return line("reject", Not(condition), text)


def criterion(id: str, title: str, *lines: Line, source: str = "", notes: tuple[str, ...] = ()) -> Criterion:  # noqa: A002
    kind = "inclusion" if id.startswith("I") else "exclusion"
    return Criterion(id, kind, title, lines, (Citation(source),) if source else (), notes)  # type: ignore[arg-type]


JAUNDICE = compare(">=", Value("total_bilirubin"), Arithmetic("*", const(10), Value("total_bilirubin_upper")))
COAGULOPATHY = Any(
    (compare(">=", Value("inr"), const("1.5")), compare("<", Value("prothrombin_activity"), const(40)))
)
FLAGSHIP_CRITERIA = (
    criterion(
        "I1",
        "Acute-on-chronic liver failure",
        require(JAUNDICE, "require total_bilirubin >= 10 ULN"),
        require(COAGULOPATHY, "require inr >= 1.5 or prothrombin_activity < 40 %"),
        require(
            NamedTruth("decompensated"),
            "require any of { ascites, encephalopathy } started within 4 weeks after …",
        ),
        source="Patients with ACLF-which is characterized by acute hepatic insult manifesting as jaundice (serum total"
        " bilirubin ≥ 10×ULN umol/L) and coagulopathy (international normalized ratio≥ 1.5 or prothrombin activity <"
        " 40%), complicated within 4 weeks by ascites and/or encephalopathy",
        notes=(
            "The source prints the unit as '10×ULN umol/L'; read as ten times the upper limit of normal.",
        ),
    ),
    criterion(
        "I2",
        "HBsAg positive",
        require(Truth("hbsag_held"), "require hbsag is positive for more than 6 months"),
    ),
    criterion(
        "I3",
        "MELD score 17 to 30",
        require(
            All(
                (compare(">=", Named("liver.meld"), const(17)), compare("<=", Named("liver.meld"), const(30)))
            ),
            "require liver.meld between 17 and 30",
        ),
    ),
    criterion(
        "I4",
        "Age",
        require(
            All((compare(">=", Value("age"), const(18)), compare("<=", Value("age"), const(65)))),
            "require age …",
        ),
    ),
    criterion(
        "E1",
        "Recent serious complication",
        reject(
            Any((Truth("gi_bleeding_recent"), Truth("serious_infection_recent"))),
            "reject any of { gi_bleeding, … }",
        ),
    ),
    criterion("E2", "Autoimmune disease", reject(Truth("crohn_ever"), "reject crohn ever")),
    criterion("E4", "Organ dysfunction", reject(Truth("E4.1"), "reject answer yes to …")),
    criterion(
        "E5",
        "Pregnancy and lactation",
        reject(All((OneOf("sex", ("female",)), Any((Truth("pregnant"), Truth("lactating"))))), "reject …"),
    ),
)

RATIO = Arithmetic("/", Value("ast"), Value("alt"))
WIDE_CRITERIA = (
    criterion("W1", "Ratio", require(compare(">=", RATIO, const(2)))),
    criterion("W2", "Two values", require(compare("<", Value("ast"), Value("highest_alt")))),
    criterion("W3", "Known", require(Not(Known(compare(">", Value("inr"), const(3)))))),
    criterion("W4", "Choice", require(OneOf("nyha", ("I", "II")))),
    criterion(
        "W5", "Set", reject(Contains("mutations", ("kras", "nras"))), reject(Contains("mutations", ("braf",)))
    ),
    criterion(
        "W6",
        "Two of three",
        require(AtLeast(2, (COAGULOPATHY, Truth("pregnant"), compare("!=", Value("bleedings"), const(0))))),
    ),
    criterion(
        "W7",
        "Depends",
        require(
            compare(
                "<=",
                Value("total_bilirubin"),
                Choose(
                    Truth("malignancy_palliative"),
                    Arithmetic("*", const(5), Value("total_bilirubin_upper")),
                    const(50),
                ),
            )
        ),
    ),
    criterion(
        "W8",
        "Fallback",
        require(
            compare("<", Value("total_bilirubin"), IfMissing(Value("total_bilirubin_upper"), const("20.5")))
        ),
    ),
    criterion("W9", "Exactly", require(compare("=", Value("bleedings"), const(1)))),
    criterion("W10", "Never", require(Constant(False))),
    criterion(
        "W11", "Always", require(Constant(True)), require(Any((Truth("two_high"), Truth("weight_unchanged"))))
    ),
    criterion("W12", "Counts", require(compare(">=", Value("high_bilirubins"), const(1)))),
    criterion(
        "W13",
        "Power",
        require(
            compare(
                "<",
                Arithmetic("^", Value("inr"), Arithmetic("-", Value("ast"), Value("first_alt"))),
                const(9),
            )
        ),
    ),
    criterion(
        "W14",
        "Rounded",
        require(compare("=", Call("round", (Value("inr"),)), const(2))),
        require(compare(">", Call("sqrt", (Arithmetic("-", Value("mean_ast"), const(3)),)), const(2))),
    ),
    criterion("W15", "Change", require(compare(">", Call("abs", (Value("weight_change"),)), const("0.1")))),
    criterion(
        "W16", "Dates", require(Truth("diagnosed_before_randomization")), require(Truth("bleeding_unchanged"))
    ),
    criterion("W17", "Ongoing", reject(Truth("infection_ongoing"))),
    criterion("W18", "Either", require(Any((NamedTruth("decompensated"), Not(NamedTruth("decompensated")))))),
    criterion(
        "W19",
        "Overflow",
        require(compare("<", Call("min", (Call("exp", (Value("ast"),)), const(3))), const(4))),
    ),
)
QUESTIONS = (
    Question("E4.1", "Is there important organ dysfunction not due to liver disease?", "investigator"),
)
ANCHORS = (AnchorDeclaration("randomization", "Randomization"),)


def protocol(*stages: Stage, **changes: object) -> Protocol:
    base: dict[str, object] = {
        "header": Header("NCT02812121", "UC-MSC Infusion for HBV-Related Acute-on-Chronic Liver Failure", ()),
        "facts": FACTS,
        "features": FEATURES,
        "definitions": DEFINITIONS,
        "stages": stages,
        "questions": QUESTIONS,
        "anchors": ANCHORS,
        "source_name": "nct02812121.trial",
        "source_digest": "0" * 64,
    }
    return Protocol(**(base | changes))  # type: ignore[arg-type]


FLAGSHIP = protocol(Stage("eligibility", SCREENING, FLAGSHIP_CRITERIA))
WIDE = protocol(
    Stage("eligibility", SCREENING, FLAGSHIP_CRITERIA + WIDE_CRITERIA),
    Stage("registration", NamedAnchor("randomization"), WIDE_CRITERIA[:3]),
)
