"""The search for secrets finds what was planted, in every form and in every kind of file."""

import base64
import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
import zstandard
from pyarrow import parquet

from app.model.letterhead import Letterhead
from app.reports.paper.plaintable import plain_pdf
from app.reports.sheets.plaintable import PlainTable, plain_csv, plain_xlsx
from app.reports.words import Words
from tests.secretsearch import Searcher, Secret, forms_of

SECRET = Secret("a password", 'q9W "sølv" & Xk27/Tz+ vR4mPd81Lc', "vR4mPd81Lc")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TABLE = PlainTable("Plan", "UTC", NOON, "Ida", ("a", "b"), [("x", SECRET.text), ("y", 1)])


def zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inside.bin", content)
    return made.getvalue()


def database(value: object) -> bytes:
    """Return a database with a cell that is too long for one page."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        filler = ("æ" if isinstance(value, str) else b"\xff") * 997
        for _row in range(20):
            connection.execute("INSERT INTO t VALUES (?)", (filler + value + filler,))  # type: ignore[operator]
        connection.commit()
        return connection.serialize()


def columns(text: str) -> bytes:
    """Return a Parquet file as samples are exported."""
    made = io.BytesIO()
    parquet.write_table(pa.table({"point": [text] * 9}), made, compression="zstd")
    return made.getvalue()


PLACES: dict[str, Callable[[], bytes]] = {
    "a log": lambda: json.dumps({"message": f"it was {SECRET.text}"}).encode(),
    "a zip": lambda: zipped(SECRET.text.encode()),
    "a zip in a zip": lambda: zipped(zipped(SECRET.text.encode())),
    "a workbook": lambda: plain_xlsx(TABLE, Words("en")),
    "a CSV file": lambda: plain_csv(TABLE, Words("en")),
    "a PDF": lambda: plain_pdf(TABLE, Letterhead("", "", None), Words("en")),
    "gzip": lambda: gzip.compress(SECRET.text.encode()),
    "zlib": lambda: zlib.compress(SECRET.text.encode()),
    "zstd": lambda: b"head" + zstandard.compress(SECRET.text.encode() * 5),
    "a Parquet file": lambda: columns(SECRET.text),
    "a database": lambda: database(SECRET.text),
    "a packed cell of a database": lambda: database(SECRET.text.encode()),
    "upper case": SECRET.text.upper().encode,
    "base64 among other things": lambda: base64.b64encode(
        b"user:" + SECRET.text.encode() + b"\n"
    ),
}


def found(folder: Path) -> set[str]:
    return {hit.secret for hit in Searcher([SECRET]).look([folder]).hits}


@pytest.mark.parametrize("form", sorted(forms_of(SECRET.text)))
def test_every_form_is_found_where_it_was_planted(tmp_path: Path, form: str) -> None:
    words = Secret(SECRET.name, SECRET.text)  # without the part that most forms leave alone
    file = tmp_path / "deep" / "file"
    file.parent.mkdir()
    file.write_bytes(b"\x00before" + forms_of(words.text)[form] + b"after\xff")
    hits = Searcher([words]).look([tmp_path]).hits
    assert {hit.secret for hit in hits} == {SECRET.name}
    file.write_bytes(b"nothing at all " * 100)
    assert not Searcher([words]).look([tmp_path]).hits


@pytest.mark.parametrize("place", sorted(PLACES))
def test_it_is_found_in_every_kind_of_file(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(PLACES[place]())
    assert found(tmp_path) == {SECRET.name}


@pytest.mark.parametrize("ahead", range(6))
def test_base64_is_found_wherever_it_begins(tmp_path: Path, ahead: int) -> None:
    for utf in ("utf-8", "utf-16-le"):
        content = b"a" * ahead + SECRET.text.encode(utf) + b"z" * (ahead // 2)
        (tmp_path / "file").write_bytes(base64.b64encode(content))
        assert found(tmp_path) == {SECRET.name}
        (tmp_path / "file").write_bytes(base64.urlsafe_b64encode(content))
        assert found(tmp_path) == {SECRET.name}


def test_half_of_it_and_the_name_of_a_file_are_enough(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(f"cut: {SECRET.core}", encoding="utf-8")
    assert found(tmp_path) == {SECRET.name}
    (tmp_path / "file").unlink()
    (tmp_path / f"{SECRET.core}.txt").touch()
    assert found(tmp_path) == {SECRET.name}


def test_what_was_deleted_from_a_database_or_is_only_in_its_log_is_found(
    tmp_path: Path,
) -> None:
    file = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (x)")
        connection.commit()
        connection.execute("INSERT INTO t VALUES (?)", ("æ" * 5000 + SECRET.text,))
        connection.commit()
        assert found(tmp_path) == {SECRET.name}  # in the log alone
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("DELETE FROM t")
        connection.commit()
    assert found(tmp_path) == {SECRET.name}
