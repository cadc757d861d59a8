"""Looks for secrets in every file of a folder, in every form a program may leave them in."""

import base64
import gzip
import html
import io
import json
import re
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import zstandard
from pypdf import PdfReader
from pypdf.errors import PyPdfError

_DEEPEST = 6  # a workbook in a package in a backup …
_MOST_BYTES = 100_000_000  # of one unpacked part
_SQLITE, _ZSTD = b"SQLite format 3\0", b"\x28\xb5\x2f\xfd"
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_BARE = zstandard.FORMAT_ZSTD1_MAGICLESS
Part = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Secret:
    """Something nobody may find; ``core`` is a part of plain letters nothing else holds."""

    name: str
    text: str
    core: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a secret was found, and in which form."""

    secret: str
    form: str
    place: str


@dataclass(slots=True)
class Looked:
    """What a search went through, and what it found."""

    files: int = 0
    parts: int = 0
    size: int = 0
    hits: tuple[Hit, ...] = ()


def forms_of(text: str) -> dict[str, bytes]:
    """Return a text as programs write it, by the form's name."""
    plain = text.encode()
    found = {
        "UTF-8": plain,
        "UTF-16": text.encode("utf-16-le"),
        "UTF-16 BE": text.encode("utf-16-be"),
        "Latin-1": text.encode("latin-1", "xmlcharrefreplace"),
        "hex": plain.hex().encode(),
        "hex of UTF-16": text.encode("utf-16-le").hex().encode(),
        "URL": quote(text, safe="").encode(),
        "URL of a form": quote_plus(text).encode(),
        "JSON": json.dumps(text)[1:-1].encode(),
        "JSON in UTF-8": json.dumps(text, ensure_ascii=False)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(text))[3:-3].encode(),
        "XML": html.escape(text).encode(),
        "CSV": text.replace('"', '""').encode(),
        "Python": ascii(text)[1:-1].encode(),
        "backwards": text[::-1].encode(),
    }
    packed = {"base64": plain, "base64 of UTF-16": text.encode("utf-16-le")}
    with suppress(ValueError):
        found["bytes of a key"] = packed["base64 of a key"] = bytes.fromhex(text)
    for name, data in packed.items():
        for ahead in range(3):  # wherever among other bytes it began
            whole = base64.b64encode(b"\0" * ahead + data)
            inner = whole[(0, 2, 3)[ahead] : len(whole) // 4 * 4 - 4]
            found[f"{name} +{ahead}"] = inner
            found[f"{name} for addresses +{ahead}"] = inner.translate(
                bytes.maketrans(b"+/", b"-_")
            )
    return found


class Searcher:
    """Finds secrets in files; letters' case makes no difference."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        needles: dict[bytes, tuple[str, str]] = {}
        for secret in secrets:
            for words in filter(None, (secret.text, secret.core)):
                for form, needle in forms_of(words).items():
                    needles.setdefault(needle.lower(), (secret.name, form))
        # What holds another one needs no look of its own.
        self._needles = {
            needle: told
            for needle, told in needles.items()
            if not any(other in needle for other in needles if other != needle)
        }

    def in_bytes(self, place: str, content: bytes) -> Iterator[Hit]:
        """Yield every secret that stands in some bytes as they are."""
        lowered = content.lower()
        for needle, (name, form) in self._needles.items():
            if needle in lowered:
                yield Hit(name, form, place)

    def in_part(
        self, place: str, content: bytes, looked: Looked, depth: int = 0
    ) -> Iterator[Hit]:
        """Yield what stands in some bytes, or in what they hold packed."""
        looked.parts += 1
        looked.size += len(content)
        yield from self.in_bytes(place, content)
        if depth < _DEEPEST:
            for name, inner in unpacked(content):
                yield from self.in_part(f"{place} » {name}", inner, looked, depth + 1)

    def look(
        self, roots: Sequence[Path], leave: Callable[[Path], bool] | None = None
    ) -> Looked:
        """Search every file under some folders, and their names; links are not followed."""
        looked, hits = Looked(), list[Hit]()
        for root in roots:
            for file in sorted(root.rglob("*")):
                if file.is_symlink() or (leave is not None and leave(file)):
                    continue
                hits += self.in_bytes(f"the name of {file}", str(file).encode())
                if file.is_file():
                    looked.files += 1
                    with suppress(FileNotFoundError):  # gone meanwhile
                        hits += self.in_part(str(file), file.read_bytes(), looked)
                        hits += self._cells(file, looked)
        looked.hits = tuple(dict.fromkeys(hits))
        return looked

    def _cells(self, file: Path, looked: Looked) -> Iterator[Hit]:
        """Look into a database with what is only in its log by now."""
        wal = file.with_name(f"{file.name}-wal")
        if wal.is_file() and file.read_bytes()[: len(_SQLITE)] == _SQLITE:
            for name, inner in _rows(file.read_bytes(), wal.read_bytes()):
                yield from self.in_part(f"{file} with its log » {name}", inner, looked, 1)


def unpacked(content: bytes) -> Iterator[Part]:
    """Yield what some bytes hold packed: archives, compressed texts, papers, databases."""
    if content[:4] == b"PK\x03\x04":
        yield from _zip(content)
    elif content[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.decompress(content)
    elif content[:5] == b"%PDF-":
        yield from _pdf(content)
    elif content[: len(_SQLITE)] == _SQLITE:
        yield from _rows(content)
    elif content[:1] == b"\x78":
        yield from _inflated(content)
    else:
        yield from _zstd(content)


def _zip(content: bytes) -> Iterator[Part]:
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as packed:
        yield "comment", packed.comment
        for info in packed.infolist():
            yield "name", info.filename.encode()
            if not info.flag_bits & 1:
                yield info.filename, packed.read(info)


def _zstd(content: bytes) -> Iterator[Part]:
    at = content.find(_ZSTD)
    while at >= 0:
        with suppress(zstandard.ZstdError):
            yield f"zstd at {at}", _unzstd(content[at:], zstandard.FORMAT_ZSTD1)
        at = content.find(_ZSTD, at + 1)
    if 8 < len(content) < 5_000_000:
        with suppress(zstandard.ZstdError):
            yield "zstd", _unzstd(content, _BARE)


def _unzstd(content: bytes, kind: int) -> bytes:
    reader = zstandard.ZstdDecompressor(format=kind).stream_reader(content)
    return reader.read(_MOST_BYTES)


def _inflated(content: bytes) -> Iterator[Part]:
    with suppress(zlib.error):
        yield "zlib", zlib.decompressobj().decompress(content, _MOST_BYTES)


def _pdf(content: bytes) -> Iterator[Part]:
    """Yield a paper's streams, and its words as somebody reads them."""
    for number, found in enumerate(_STREAM.finditer(content)):
        raw = found.group(1)
        if raw.rstrip().endswith(b"~>"):
            with suppress(ValueError):
                raw = base64.a85decode(raw.strip().removeprefix(b"<~")[:-2])
        for name, inner in _inflated(raw):
            yield f"stream {number} ({name})", inner
    with suppress(PyPdfError, ValueError, KeyError):
        paper = PdfReader(io.BytesIO(content))
        yield "about", repr(dict(paper.metadata or {})).encode()
        for number, page in enumerate(paper.pages):
            words = page.extract_text()
            yield f"page {number + 1}", words.encode()
            yield f"page {number + 1} in one line", "".join(words.split("\n")).encode()
        for name, files in paper.attachments.items():
            for each in files:
                yield f"attached {name}", each


def _rows(content: bytes, log: bytes = b"") -> Iterator[Part]:
    """Yield every cell of a database: a long one lies in pieces in its file."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        copy.write_bytes(content)
        if log:
            Path(f"{copy}-wal").write_bytes(log)
        with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
            for (table,) in tables.fetchall():
                with suppress(sqlite3.Error):
                    yield from _cells_of(connection, table)


def _cells_of(connection: sqlite3.Connection, table: str) -> Iterator[Part]:
    quoted = '"' + table.replace('"', '""') + '"'
    words: list[str] = []
    for row in connection.execute(f"SELECT * FROM {quoted}"):
        for cell in row:
            if isinstance(cell, bytes):
                yield table, cell
            elif isinstance(cell, str):
                words.append(cell)
    yield table, "\0".join(words).encode("utf-8", "surrogatepass")
