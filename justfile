# The daily commands. `just` lists them; set up with the first command of the README.

bin := ".venv/bin"

default:
    @just --list

# style, types, and the rules of the house
check:
    {{bin}}/ruff check .
    {{bin}}/ruff format --check protocol_dsl tests
    {{bin}}/mypy
    {{bin}}/python -m pytest tests/repo

# every test, or those named
test *WHAT:
    {{bin}}/python -m pytest -n 2 {{WHAT}}

# compile what is checked in anew
build:
    {{bin}}/trialc build protocols/nct02812121.trial

# lay the code out
format:
    {{bin}}/ruff check --fix .
    {{bin}}/ruff format protocol_dsl tests
    {{bin}}/trialc fmt protocols/*.trial protocol_dsl/library/*.trial

# the generated checker against the reference, in full
differential PATIENTS="200000" SEED="0":
    {{bin}}/trialc differential protocols/nct02812121.trial --patients {{PATIENTS}} --seed {{SEED}}

# the site, into build/site
site:
    {{bin}}/pip install -q -e '.[docs]'
    {{bin}}/python -m sphinx -W --keep-going -q -b html docs build/site

# what CI runs
ci:
    .ci/run
