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
from app.history.exchange.csvin import LONGEST_LINE, CsvFile
from tests.app.history.exchange.files import FILE, of_bytes, read

HEAD = "time_utc,point,value\r\n"


def refused(content: bytes, encoding: str = "") -> str:
    with pytest.raises(BadInput) as error:
        read(content, encoding)
    assert str(error.value).startswith(FILE), error.value
    return str(error.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
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
