"""Colours for editors that read TextMate grammars (VS Code and others), and for Vim; made from the same words."""

from __future__ import annotations

import json

from protocol_dsl.highlighting import words

SCOPES = {
    "declaration": "keyword.control.declaration.trial",
    "verb": "keyword.control.trial",
    "field": "entity.other.attribute-name.trial",
    "kind": "storage.type.trial",
    "operator": "keyword.operator.word.trial",
    "time": "keyword.other.time.trial",
    "value": "constant.language.trial",
}
VIM = {
    "declaration": "Structure",
    "verb": "Statement",
    "field": "Identifier",
    "kind": "Type",
    "operator": "Operator",
    "time": "Keyword",
    "value": "Constant",
}


def textmate() -> str:
    """The grammar as JSON text."""
    grammar = {
        "name": "Trial protocol",
        "scopeName": "source.trial",
        "fileTypes": ["trial"],
        "patterns": [
            {"name": "comment.line.number-sign.trial", "match": words.COMMENT},
            {
                "name": "string.quoted.triple.trial",
                "begin": words.BLOCK_STRING,
                "end": words.BLOCK_STRING,
                "patterns": [{"name": "constant.character.escape.trial", "match": r"\\."}],
            },
            {"name": "string.quoted.double.trial", "match": words.STRING},
            {"name": "constant.other.date.trial", "match": words.DATE},
            {
                "match": words.NAMED,
                "captures": {"1": {"name": SCOPES["declaration"]}, "3": {"name": "entity.name.type.trial"}},
            },
            *({"name": scope, "match": words.pattern(name)} for name, scope in SCOPES.items()),
            {"name": "constant.numeric.trial", "match": words.NUMBER},
            {"name": "keyword.operator.trial", "match": words.SIGN},
        ],
    }
    return json.dumps(grammar, indent=2, ensure_ascii=False) + "\n"


def vim() -> str:
    """A syntax file for Vim and Neovim."""
    lines = [
        '" Vim syntax file for .trial protocols, made by `python -m protocol_dsl.highlighting`.',
        'if exists("b:current_syntax") | finish | endif',
        "syntax iskeyword @,48-57,_,.",
    ]
    for name, group in VIM.items():
        listed = " ".join(sorted(words.CLASSES[name]))
        lines += [
            f"syntax keyword trial{name.title()} {listed}",
            f"highlight default link trial{name.title()} {group}",
        ]
    lines += [
        r"syntax match trialNumber /\<\d\+\(\.\d\+\)\?\>/",
        r"syntax match trialDate /\<\d\{4}-\d\{2}\(-\d\{2}\)\?\>/",
        r'syntax region trialString start=/"/ skip=/\\./ end=/"/ oneline contains=@Spell',
        r'syntax region trialBlock start=/"""/ end=/"""/ contains=@Spell',
        r"syntax match trialComment /#.*$/ contains=@Spell",
        "highlight default link trialNumber Number",
        "highlight default link trialDate Number",
        "highlight default link trialString String",
        "highlight default link trialBlock String",
        "highlight default link trialComment Comment",
        'let b:current_syntax = "trial"',
    ]
    return "\n".join(lines) + "\n"
