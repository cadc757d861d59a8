"""A name goes out of texts, files and databases, and nothing else in them changes."""

import io
import json
import os
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.project.callname import GONE, Finder, call_names
from app.project.ownrows import has_table
from app.project.scrub import (
    clean_database,
    clean_file,
    clean_text,
    is_database,
    names_in_file,
    settle,
    wipe,
)

KEY, NAME, MAIL = b"k" * 32, "Mads Østerlund", "mads@example.dk"
FINDER = Finder(KEY, call_names(KEY, [NAME, MAIL]))
WORDS = st.sampled_from(["valve", NAME, "14", "", "{", "[1]", '"', MAIL, "Mads"])
INSIDE = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(WORDS, each, max_size=3),
    max_leaves=8,
)


def without_names(value: Any) -> Any:
    """What JSON looks like without him, written down once more and simply."""
    if isinstance(value, str):
        return value.replace(NAME, GONE).replace(MAIL, GONE)
    if isinstance(value, dict):
        return {without_names(key): without_names(each) for key, each in value.items()}
    return [without_names(each) for each in value] if isinstance(value, list) else value


@given(INSIDE)
def test_json_keeps_its_shape_and_loses_only_the_name(inside: Any) -> None:
    text = json.dumps(inside, ensure_ascii=False)
    cleaned = clean_text(FINDER, text)
    assert json.loads(cleaned) == without_names(inside)
    assert clean_text(FINDER, cleaned) == cleaned


@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_a_text_without_him_comes_back_letter_for_letter(text: str) -> None:
    cleaned = clean_text(FINDER, text)
    assert not FINDER.finds(cleaned)
    assert FINDER.finds(text) or cleaned == text


def test_a_log_of_json_lines_is_cleaned_line_by_line_with_its_line_ends() -> None:
    told = json.dumps({"message": NAME})  # the letter Ø stands escaped in it
    text = f"plain start\r\n{told}\r\n" + '{"message": "the pump runs"}\n' + f"{NAME} rang"
    assert clean_text(FINDER, text) == (
        f'plain start\r\n{{"message": "{GONE}"}}\r\n{{"message": "the pump runs"}}\n{GONE} rang'
    )


def test_braces_without_end_are_words_like_others() -> None:
    deep = "[" * 100_000
    assert clean_text(FINDER, deep + NAME) == deep + GONE


@pytest.mark.parametrize("in_place", [True, False])
def test_a_file_is_cleaned_whole_and_tells_how_many_lines_changed(
    tmp_path: Path, *, in_place: bool
) -> None:
    file = tmp_path / "heatdesk.log"
    file.write_bytes(f"one\n{NAME}\nthree {MAIL}\n".encode())
    assert clean_file(FINDER, file, in_place=in_place) == 2
    assert file.read_bytes() == f"one\n{GONE}\nthree {GONE}\n".encode()
    assert clean_file(FINDER, file, in_place=in_place) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["heatdesk.log"]


def test_a_log_somebody_holds_open_is_the_same_file_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "heatdesk.log"
    file.write_text(f"{NAME}\n", "utf-8")
    with file.open("a", encoding="utf-8") as log:
        clean_file(FINDER, file, in_place=True)
        log.write("the pump runs\n")
    assert file.read_text("utf-8") == f"{GONE}\nthe pump runs\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such mode")
def test_a_file_nobody_else_may_read_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "private.txt"
    file.write_text(NAME, "utf-8")
    file.chmod(0o600)
    clean_file(FINDER, file, in_place=False)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_no_text_is_found_but_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "scan.bin"
    file.write_bytes(b"\xff\x00" + NAME.encode() + b"\xfe")
    assert names_in_file(FINDER, file)
    assert clean_file(FINDER, file, in_place=False) == 0
    assert file.read_bytes() == b"\xff\x00" + NAME.encode() + b"\xfe"


def _zip(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in files.items():
            pack.writestr(name.replace("_", "."), text)
    return stream.getvalue()


def _pdf(drawn: str) -> bytes:
    return b"%PDF-1.4\nstream\n" + zlib.compress(drawn.encode("latin-1")) + b"\nendstream\n"


@pytest.mark.parametrize(
    ("name", "content", "is_named"),
    [
        ("letter.docx", _zip(word_xml="<t>Mads</t><t>Østerlund</t>"), True),
        ("letter.docx", _zip(word_xml="<t>Mads</t><t>Holm</t>"), False),
        ("pack.zip", _zip(readme_txt=f"to {MAIL}"), True),
        ("broken.zip", b"PK\x03\x04 and nothing else", False),
        ("bill.pdf", _pdf(f"({NAME}) Tj"), True),
        ("bill.pdf", _pdf("(Anna Holm) Tj"), False),
        ("broken.pdf", b"%PDF-1.4\nstream\nnot packed at all\nendstream\n", False),
        ("wide.txt", f"Dear {NAME}".encode("utf-16"), True),
        ("mads østerlund.txt", b"", True),
        ("empty.txt", b"", False),
    ],
)
def test_he_is_found_in_what_a_file_holds_or_is_called(
    tmp_path: Path, name: str, content: bytes, *, is_named: bool
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert names_in_file(FINDER, file) is is_named
    assert file.read_bytes() == content


def test_a_file_that_is_wiped_is_overwritten_first_and_may_be_gone_already(
    tmp_path: Path,
) -> None:
    file, other = tmp_path / "contract.txt", tmp_path / "other name.txt"
    file.write_text(NAME * 1000, "utf-8")
    os.link(file, other)  # the same bytes on the disk, seen from beside
    wipe(file)
    wipe(file)
    assert not file.exists()
    assert set(other.read_bytes()) == {0}
    assert other.stat().st_size == len((NAME * 1000).encode())


def make_database(file: Path) -> None:
    """A database of texts, JSON, numbers and keys that name him."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT, unit INTEGER)")
        connection.execute("CREATE TABLE preset (id TEXT, content JSON, picture BLOB)")
        connection.executemany(
            "INSERT INTO note VALUES (?, ?, ?)",
            [("n-1", f"{NAME} rang", 1), ("n-2", "nobody", 2), (MAIL, None, 3)],
        )
        listed = json.dumps({"who": [NAME], "mail": MAIL})
        connection.execute("INSERT INTO preset VALUES ('p', ?, ?)", (listed, NAME.encode()))


def test_texts_of_a_database_lose_him_and_keys_that_name_him_are_told(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    make_database(file)
    assert clean_database(FINDER, file) == (2, ["config.sqlite: note"])
    with closing(sqlite3.connect(file)) as connection:
        notes = connection.execute("SELECT id, text, unit FROM note ORDER BY unit").fetchall()
        (content, picture), *_rest = connection.execute("SELECT content, picture FROM preset")
    assert notes == [("n-1", f"{GONE} rang", 1), ("n-2", "nobody", 2), (MAIL, None, 3)]
    assert json.loads(content) == {"who": [GONE], "mail": GONE}
    assert picture == NAME.encode()  # pictures are looked at by nobody here
    assert clean_database(FINDER, file) == (0, ["config.sqlite: note"])


def test_nothing_of_what_was_changed_stays_in_free_pages(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE note (text TEXT)")
        connection.executemany("INSERT INTO note VALUES (?)", [(f"{NAME} {'x' * 900}",)] * 50)
    assert clean_database(FINDER, file) == (50, [])
    settle(file)
    for each in tmp_path.iterdir():
        assert NAME.encode() not in each.read_bytes(), each.name


def test_a_database_that_is_none_is_told_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    file.write_bytes(b"no database, and long enough to be looked into" * 40)
    assert not is_database(file)
    for work in (lambda: clean_database(FINDER, file), lambda: settle(file)):
        with pytest.raises(StoreBroken, match=r"config\.sqlite"):
            work()


def test_an_older_database_lacks_tables_of_today(tmp_path: Path) -> None:
    file = tmp_path / "config.sqlite"
    make_database(file)
    assert is_database(file)
    with closing(sqlite3.connect(file)) as connection:
        assert has_table(connection, "note")
        assert not has_table(connection, "customer")
