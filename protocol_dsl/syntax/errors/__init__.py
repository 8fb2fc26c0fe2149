"""What can be wrong with the text of a protocol, one class per fault."""

from protocol_dsl.syntax.errors.grammar import (
    MalformedDate,
    MixedAndOr,
    NestingTooDeep,
    OtherWording,
    ReservedWord,
    StrayClosing,
    TooManyErrors,
    UnclosedBrace,
    UnexpectedWord,
    UnfinishedStatement,
    UnitWithoutNumber,
)
from protocol_dsl.syntax.errors.lexical import (
    DecimalComma,
    NumberTooLong,
    ThousandsComma,
    UnclosedString,
    UnclosedTextBlock,
    UnknownSign,
)

__all__ = [
    "DecimalComma",
    "MalformedDate",
    "MixedAndOr",
    "NestingTooDeep",
    "NumberTooLong",
    "OtherWording",
    "ReservedWord",
    "StrayClosing",
    "ThousandsComma",
    "TooManyErrors",
    "UnclosedBrace",
    "UnclosedString",
    "UnclosedTextBlock",
    "UnexpectedWord",
    "UnfinishedStatement",
    "UnitWithoutNumber",
    "UnknownSign",
]
