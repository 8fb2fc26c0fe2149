"""The front page of `trialc`: static text, so that it is printed without loading anything else."""

from __future__ import annotations

VERBS = {
    "new": "Begin a protocol, from a registry record or from nothing.",
    "build": "Compile protocols to a checker, JSON and documents.",
    "check": "Report every error and warning in protocols.",
    "fmt": "Lay protocols out in the one way.",
    "trace": "Hold a protocol against its registry record: encoded, asked, missed.",
    "diff": "Show what an amendment changes, with concrete patients.",
    "play": "Write and try a protocol in the browser.",
    "watch": "Check and test protocols again whenever they change.",
    "lsp": "Serve editors, over standard input and output.",
    "run": "Judge patients: eligible, ineligible or undetermined, and why.",
    "screen": "Judge a whole population, and count whom each criterion keeps out.",
    "why": "Tell one patient's verdict, with the rows it rests on.",
    "test": "Run the examples written in protocols.",
    "analyze": "Show what criteria do: whom each keeps out, clashes, gaps.",
    "explain": "Explain a diagnostic code such as N001.",
    "library": "Show what the shipped libraries hold.",
    "randomize": "Make an allocation list, or allocate one patient.",
    "schedule": "Write the planned calendar of an arm.",
    "simulate": "Run an arm over a course of laboratory values.",
    "conformance": "List deviations: what happened against what was planned.",
    "docs": "Write the protocol as a document for people.",
    "sdtm": "Write the trial design as SDTM datasets.",
    "overview": "Write one page that lists protocols, beside their documents.",
    "stats": "Count what protocols are made of.",
    "completion": "Print what completes trialc in a shell.",
    "show": "Show what the compiler understood.",
    "fuzz": "Find a patient on whom a checker of your own differs.",
    "mutants": "Score examples, or tests of your own, by the mistakes they notice.",
    "differential": "Compare an engine with the reference on made-up patients.",
}
"""Every verb with its one line, in the order the front page lists them."""

_WIDTH = max(map(len, VERBS))

FRONT_PAGE = "\n".join(
    [
        "Usage: trialc VERB [OPTIONS] ...",
        "",
        "  Compile clinical-trial protocols written as .trial files.",
        "",
        "Verbs:",
        *(f"  {verb:<{_WIDTH}}  {line}" for verb, line in VERBS.items()),
        "",
        "Options:",
        "  --version  Show the version and exit.",
        "  --help     Show this page and exit; `trialc VERB --help` explains a verb.",
        "",
        "Exit codes: 0 clean, 1 findings, 2 could not run.",
        "",
    ]
)
