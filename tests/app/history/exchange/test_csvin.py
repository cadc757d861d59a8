"""A CSV file from anywhere is read line by line, or refused by file, line and column."""

import codecs
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.history.exchange.csvin import LONGEST_LINE, MOST_LINES, CsvFile, Spoiled
from tests.app.history.exchange.files import FILE, of_bytes, read

HEAD = "time_utc,point,value\r\n"


def refused(content: bytes, encoding: str = "") -> str:
    with pytest.raises(BadInput) as error:
        read(content, encoding)
    assert str(error.value).startswith(FILE), error.value
    return str(error.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_come_with_the_line_they_stand_in(separator: str, end: str) -> None:
    lines = [separator.join(each) for each in (("a", "b"), ("1", '"x\ny"'), (), ("2", "z"))]
    found = read(end.join(lines).encode())
    assert [line for line, _ in found] == [1, 2, 5]
    assert found[2][1] == ["2", "z"]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_the_mark_at_its_beginning_says_the_encoding(mark: bytes, encoding: str) -> None:
    assert read(mark + "point,°C\nÆ,ø\n".encode(encoding)) == [
        (1, ["point", "°C"]),
        (2, ["Æ", "ø"]),
    ]


def test_an_older_encoding_is_read_when_it_is_named() -> None:
    content = "unit\n°C\n".encode("cp1252")
    assert read(content, "windows-1252")[1] == (2, ["°C"])
    assert "line 2, column 1" in refused(content)
    with pytest.raises(BadInput, match="windows-1252"):
        read(content, "ebcdic")


def test_mixed_encodings_are_refused_with_their_place() -> None:
    content = f"{HEAD}æøå,2\r\n".encode() + "t,abcæ\r\n".encode("cp1252")
    assert "line 3, column 6: this is no utf-8" in refused(content)
    far = HEAD.encode() + b"x,1\r\n" * 40_000 + b"x,\xff\r\n"
    assert "line 40002, column 3:" in refused(far)


def test_a_nul_byte_is_refused_with_its_place() -> None:
    assert "line 2, column 3: a NUL byte" in refused(b"a,b\n1,\x00\n")
    assert "--encoding utf-16" in refused("point,value\n".encode("utf-16-le"))


def test_a_quote_that_is_never_closed_is_told_where_it_begins() -> None:
    lines = [b"a,b", b"1,2", b'2,"never', *[b"3,4"] * 5_000]
    said = refused(b"\n".join(lines))
    assert "line 3, column 1: a quote is opened here and never closed" in said


def test_what_follows_a_row_that_is_none_is_read() -> None:
    found = read(b'a,b\n1,"x"y\n2,z\n')
    assert isinstance(found[1][1], str)
    assert found[2] == (3, ["2", "z"])


def test_ends_of_lines_of_three_kinds_in_one_file_count_as_one_each() -> None:
    found = read(b"a,b\r1,2\r\n3,4\n\r5,6\n\n7,8")
    assert [(line, cells[0]) for line, cells in found] == [
        (1, "a"), (2, "1"), (3, "3"), (5, "5"), (7, "7"),
    ]  # fmt: skip
    far = b"a,b\r\n" * 40_000  # whole and cut anywhere by the blocks that are read
    assert [line for line, _ in read(far)] == list(range(1, 40_001))


def forgiven(content: bytes, encoding: str = "") -> list[tuple[int, list[str] | str]]:
    file = CsvFile(Path(FILE), BytesIO(content), encoding, forgiving=True)
    return list(file.rows())


def spoiled(found: list[tuple[int, list[str] | str]]) -> list[tuple[int, int]]:
    return [(line, row.column) for line, row in found if isinstance(row, Spoiled)]


@pytest.mark.parametrize(
    ("evil", "column", "says"),
    [
        (b"2,\x00", 3, "a NUL byte"),
        ("t,æ".encode("cp1252"), 3, "this is no utf-8"),
        (b"\xc3,\xa6", 1, "this is no utf-8"),
        (b"y" * (LONGEST_LINE + 1), LONGEST_LINE + 1, "longer than"),
        (b"," * 1_000_000, LONGEST_LINE + 1, "longer than"),
        (b"z" * 1_000_000 + b"\x00", LONGEST_LINE + 1, "longer than"),
        (b'2,"never', 1, "a quote is opened here and never closed"),
    ],
)
@pytest.mark.parametrize("at_its_end", [False, True])
def test_one_who_forgives_leaves_out_the_line_and_reads_all_others(
    evil: bytes, column: int, says: str, at_its_end: bool
) -> None:
    behind = [] if at_its_end else [b"9,%d" % nth for nth in range(120)]
    content = b"\n".join([b"a,b", b"1,2", evil, *behind])
    found = forgiven(content)
    assert spoiled(found) == [(3, column)]
    assert says in str(found[2][1])
    assert [line for line, _ in found] == list(range(1, 4 + len(behind)))
    assert found[-1][1] == (["9", "119"] if behind else found[2][1])
    assert f"line 3, column {column}: " in refused(content)


def test_quotes_that_are_never_closed_take_no_row_with_them() -> None:
    lines = [b"a,b"]
    for nth in range(MOST_LINES * 2):
        lines += [b"%d,good" % nth] * 3 + ([b'%d,"open' % nth] if nth % 7 == 6 else [])
    found = forgiven(b"\n".join(lines))
    good = [cells for _, cells in found if not isinstance(cells, str)]
    assert len(good) == 1 + 3 * MOST_LINES * 2
    assert [line for line, _ in found] == sorted({line for line, _ in found})


def test_a_quote_closed_by_that_of_another_row_costs_the_first_row_alone() -> None:
    found = forgiven(b'a,b\n1,"open\n2,3\n"4",5\n6,"x\ny"\n7,8\n')
    assert isinstance(found[1][1], str)
    assert [cells for _, cells in found[2:]] == [
        ["2", "3"],
        ["4", "5"],
        ["6", "x\ny"],
        ["7", "8"],
    ]
    assert [line for line, _ in found] == [1, 2, 3, 4, 5, 7]


def test_bytes_that_are_no_letter_of_utf_16_are_left_out_with_their_line() -> None:
    lines = ["a,b\n".encode("utf-16-le"), b"\x00\xd8,\x00\n\x00", "1,°\n".encode("utf-16-le")]
    found = forgiven(b"".join(lines) + b"x", "utf-16-le")
    assert spoiled(found) == [(2, 1), (4, 1)]
    assert found[2] == (3, ["1", "°"])


def endless(first: bytes, block: bytes, most: int) -> IO[bytes]:
    """A file that would be ``most`` bytes long, and is never held."""

    class Endless:
        def __init__(self) -> None:
            self.left = most
            self.blocks = self._blocks()

        def _blocks(self) -> Iterator[bytes]:
            yield first
            while self.left > 0:
                self.left -= len(block)
                yield block

        def read(self, size: int = -1) -> bytes:
            return next(self.blocks, b"")

    return cast("IO[bytes]", Endless())


@pytest.mark.parametrize("block", [b"x" * 65_536, b"," * 65_536, b'"' * 65_535 + b"x"])
def test_a_line_of_gigabytes_or_of_a_million_columns_takes_no_memory(block: bytes) -> None:
    tracemalloc.start()
    try:
        file = CsvFile(Path(FILE), endless(b"a,b\n", block, 1 << 33))
        with pytest.raises(BadInput, match=rf"line 2, column {LONGEST_LINE + 1}"):
            list(file.rows())
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_one_who_forgives_a_line_of_gigabytes_holds_nothing_of_it() -> None:
    tracemalloc.start()
    try:
        endless_line = endless(b"a,b\n", b"\x00" * 65_536, 1 << 27)
        file = CsvFile(Path(FILE), endless_line, forgiving=True)
        assert spoiled(list(file.rows())) == [(2, 1)]
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_a_packed_file_is_never_unpacked(tmp_path: Path) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("samples.csv", b"0" * 10_000_000)
    assert "line 1, column 1: the file is packed" in refused(bomb.getvalue())
    assert "packed" in refused(b"\x1f\x8b\x08rest")


def test_the_digest_is_of_the_whole_file() -> None:
    file = of_bytes(b"a,b\n" * 100_000)
    list(file.rows())
    again = of_bytes(b"a,b\n" * 100_000)
    list(again.rows())
    assert file.sha256 == again.sha256
    assert len(file.sha256) == 64


@given(st.binary(max_size=400), st.sampled_from(["", "utf-16", "windows-1252"]))
def test_whatever_the_bytes_they_are_rows_or_refused(content: bytes, encoding: str) -> None:
    with suppress(BadInput):
        for line, cells in of_bytes(content, encoding).rows():
            assert line >= 1
            assert cells
