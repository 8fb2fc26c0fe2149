"""Tables of text: rows that fit their header, and refusals of those that do not."""

from __future__ import annotations

import io

import pytest

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.lines import LONGEST_LINE
from protocol_dsl.adapters.rows import Table


def rows(text: str | bytes, delimiter: str = ",") -> list[tuple[int, dict[str, str]]]:
    data = text.encode() if isinstance(text, str) else text
    return [(row.line, row.cells) for row in Table(io.BytesIO(data), "p.csv", delimiter)]


def test_rows_are_cells_by_column_with_their_line() -> None:
    text = '\ufeffid, inr \r\n\r\nP1, 1.5 \r\n"P\n2","1,5"\r\nP3,\r\n'
    assert rows(text) == [
        (3, {"id": "P1", "inr": "1.5"}),
        (4, {"id": "P\n2", "inr": "1,5"}),
        (6, {"id": "P3", "inr": ""}),
    ]


def test_another_delimiter_is_taken_when_said() -> None:
    assert rows("id;inr\nP1;1,5\n", ";") == [(2, {"id": "P1", "inr": "1,5"})]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("", "p.csv", "it is empty"),
        ("\n\n", "p.csv", "it is empty"),
        ("id;inr\nP1;1", "p.csv:1", "its columns seem to be parted by a semicolon, not by a comma"),
        ("id\tinr\nP1\t1", "p.csv:1", "its columns seem to be parted by a tab, not by a comma"),
        ("id,inr,id\nP1,1,2", "p.csv:1", "two columns are named `id`"),
        ("id,,inr\nP1,1,2", "p.csv:1", "column 2 has no name"),
        ("id,inr\nP1,1\nP2,1,5\n", "p.csv:3", "the row has 3 cells, the header 2"),
        ("id,inr\nP1\n", "p.csv:2", "the row has 1 cells, the header 2"),
        ('id,inr\nP1,"1\nP2,2\n', "p.csv:3", "a quoted cell is not closed"),
        ('id,inr\nP1,"' + "x" * 200_000 + '"\n', "p.csv:2", "a cell is longer than 131072 characters"),
        (b"id,inr\nP1,\xff\n", "p.csv:2", "byte 0xFF is not UTF-8"),
        (b"id,inr\nP1,\0\n", "p.csv:2", "it holds a NUL byte, so it is not text"),
        (b"\xfe\xff\0i\0d", "p.csv", "it is written in UTF-16"),
        ("id," + "x" * LONGEST_LINE, "p.csv:1", "the line is longer than 4 MB"),
    ],
)
def test_what_is_no_table_is_refused(text: str | bytes, place: str, reason: str) -> None:
    with pytest.raises(BadPatients) as caught:
        rows(text)
    assert (caught.value.place, caught.value.reason) == (place, reason)
    assert caught.value.fix


def test_a_missing_column_suggests_the_nearest() -> None:
    table = Table(io.BytesIO(b"patient_id,value\n"), "p.csv")
    with pytest.raises(BadPatients) as caught:
        table.need("patientid")
    assert caught.value.reason == "there is no column `patientid`"
    assert caught.value.fix == "did you mean `patient_id`?"
