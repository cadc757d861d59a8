"""Puts a resident's name out of texts, files and databases, so that no old copy stays.

A database is written anew afterwards (VACUUM): what stood in its free pages or waited
in the file beside it is gone, too.
"""

import io
import json
import os
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from app.database import BUSY_S, told
from app.project.callname import Finder
from app.project.ownrows import Rows, put_texts, text_columns, texts_of
from app.users.privatefile import replace_file

SQLITE = b"SQLite format 3\0"
LARGEST_BYTES = 200_000_000  # of a file that is read whole
_UNPACKED_BYTES = 400_000_000  # of what a packed file may hold, together
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
Scrub = Callable[[str], str]


def clean_text(finder: Finder, text: str) -> str:
    """Return a text without names; JSON is looked into and stays JSON."""
    inside = _json(text)
    if inside is not None:
        cleaned = _clean_value(finder, inside)
        return text if cleaned == inside else json.dumps(cleaned, ensure_ascii=False)
    if "\n" in text and '{"' in text:
        return "".join(_clean_line(finder, line) for line in text.splitlines(keepends=True))
    return finder.without(text)


def names_in_file(finder: Finder, path: Path) -> bool:
    """Whether a file, or what is packed in it, names somebody.

    What is drawn into a PDF letter by letter cannot be read here.
    """
    if path.stat().st_size > LARGEST_BYTES:
        return False
    texts = _texts_of(path.name, path.read_bytes())
    return any(finder.finds(text) or clean_text(finder, text) != text for text in texts)


def clean_file(finder: Finder, path: Path, *, in_place: bool) -> int:
    """Put names out of a file of text; return how many lines changed.

    Args:
        finder: Whom to find.
        path: The file; what is no text stays as it is.
        in_place: Somebody may be writing at its end now: a log.
    """
    if path.stat().st_size > LARGEST_BYTES:
        return 0
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return 0
    cleaned = clean_text(finder, text)
    if cleaned == text:
        return 0
    if in_place:
        _write_over(path, cleaned.encode())
    else:
        replace_file(path, cleaned.encode(), mode=path.stat().st_mode & 0o777)
    old, new = text.splitlines(), cleaned.splitlines()
    return max(1, sum(a != b for a, b in zip(old, new, strict=False)))


def wipe(path: Path) -> None:
    """Remove a file after writing over what it held; one that is gone is no fault."""
    with suppress(FileNotFoundError):
        size = path.stat().st_size
        with path.open("r+b") as stream:
            for _block in range(0, size, 1 << 20):
                stream.write(bytes(min(1 << 20, size - stream.tell())))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's."""
    with path.open("rb") as stream:
        return stream.read(len(SQLITE)) == SQLITE


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection that leaves nothing of what it deletes; raises `sqlite3.Error`."""
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
    connection.execute("PRAGMA secure_delete=ON").fetchone()
    return connection


def clean_database(finder: Finder, path: Path) -> tuple[int, list[str]]:
    """Put names out of every text of a database that is no key of a row.

    Returns:
        How many texts changed, and the places of keys that name somebody.
    """
    with told(path), closing(connected(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        found = clean_rows(connection, finder, path.name)
        connection.execute("COMMIT")
    return found


def settle(path: Path) -> None:
    """Write a database anew, so that nothing is left of what was deleted in it."""
    with told(path), closing(connected(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def clean_rows(rows: Rows, finder: Finder, name: str) -> tuple[int, list[str]]:
    """Put names out of every text that is no key of a row; within a transaction.

    Returns:
        How many texts changed, and the places of keys that name somebody: ``name`` of the
        database, and the table.
    """
    count, left = 0, list[str]()
    for table, columns in text_columns(rows).items():
        keys = [each for each, is_key in columns.items() if is_key]
        plain = [each for each, is_key in columns.items() if not is_key]
        count += _clean_table(rows, finder, table, plain)
        if any(_keys_name(rows, finder, table, key) for key in keys):
            left.append(f"{name}: {table}")
    return count, left


def _clean_table(rows: Rows, finder: Finder, table: str, columns: list[str]) -> int:
    if not columns:
        return 0
    changed = 0
    for row, *texts in texts_of(rows, table, columns):
        given = {
            name: cleaned
            for name, text in zip(columns, texts, strict=True)
            if isinstance(text, str) and (cleaned := clean_text(finder, text)) != text
        }
        if given:
            put_texts(rows, table, row, given)
            changed += len(given)
    return changed


def _keys_name(rows: Rows, finder: Finder, table: str, key: str) -> bool:
    known = rows.execute(f'SELECT DISTINCT "{key}" FROM "{table}"').fetchall()  # noqa: S608 - as above
    return any(isinstance(text, str) and finder.finds(text) for (text,) in known)


def _json(text: str) -> Any:
    """Return what JSON text holds when it is more than one word; None otherwise."""
    if text.lstrip()[:1] not in ("{", "[", '"'):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _clean_value(finder: Finder, value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(finder, value)
    if isinstance(value, Mapping):
        return {finder.without(k): _clean_value(finder, v) for k, v in value.items()}
    if isinstance(value, list):
        return [_clean_value(finder, each) for each in value]
    return value


def _clean_line(finder: Finder, line: str) -> str:
    bare = line.rstrip("\r\n")
    return clean_text(finder, bare) + line[len(bare) :]


def _texts_of(name: str, raw: bytes) -> Iterator[str]:
    """Yield a file's texts, of what is packed in it as well."""
    yield name
    yield raw.decode("utf-8", "ignore")
    if raw[:3] in (b"\xff\xfe\x00", b"\xfe\xff\x00") or raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield raw.decode("utf-16", "ignore")
    if raw.startswith(b"PK"):
        yield from _packed_texts(raw)
    elif raw.startswith(b"%PDF"):
        for match in _STREAM.finditer(raw):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(match[1], LARGEST_BYTES).decode("latin-1")


def _packed_texts(raw: bytes) -> Iterator[str]:
    room = _UNPACKED_BYTES
    broken = suppress(zipfile.BadZipFile, RuntimeError, OSError, zlib.error, EOFError)
    with broken, zipfile.ZipFile(io.BytesIO(raw)) as packed:
        for member in packed.infolist():
            room -= member.file_size
            if room < 0:
                return
            yield member.filename
            text = packed.read(member).decode("utf-8", "ignore")
            yield re.sub(r"<[^>]*>", " ", text) if member.filename.endswith("xml") else text


def _write_over(path: Path, content: bytes) -> None:
    with path.open("r+b") as stream:
        size = path.stat().st_size
        stream.write(content)
        stream.write(b" " * max(0, size - len(content)))  # nothing of the old end stays
        stream.flush()
        os.fsync(stream.fileno())
        stream.truncate(len(content))
