"""A CSV file as it comes from anywhere: read line by line, or refused with its place."""

import codecs
import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.errors import BadInput
from app.words import _

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "windows-1252": "cp1252",
}
LONGEST_LINE = 65_536  # letters; a line of ours has two hundred
MOST_LINES = 50  # that one row may cover, in quotes
_BLOCK = 65_536  # bytes
_SEPARATORS = (",", ";", "\t")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How files begin that hold others, packed: what comes out of them nobody knows before.
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
           b"7z\xbc\xaf", b"Rar!")  # fmt: skip


class CsvFile:
    """The lines of a file, and the digest of what was read; one thread.

    Nothing of it is held but the line in hand: a file may be larger than any memory.
    """

    def __init__(
        self, path: Path, stream: IO[bytes], encoding: str = "", separator: str = ""
    ) -> None:
        """``encoding`` is one of `ENCODINGS`; "" takes the mark at its beginning, or UTF-8.

        Without a ``separator`` the first line tells it.

        Raises:
            BadInput: An encoding nobody knows, or a packed file.
        """
        if encoding and encoding not in ENCODINGS:
            raise BadInput(
                _("{encoding} is no encoding known here; there are {known}").format(
                    encoding=f"{encoding!r}", known=", ".join(ENCODINGS)
                )
            )
        self._path, self._stream, self._separator = path, stream, separator
        self._encoding = ENCODINGS.get(encoding, "")
        self._digest = hashlib.sha256()
        self._line = 1
        self._open_lines = 0
        self.row_line = 1  # where the row in hand begins

    @property
    def sha256(self) -> str:
        """Of all bytes read so far."""
        return self._digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield each row with the line it begins in; a text where the row is no CSV.

        Raises:
            BadInput: What is no text, or no rows of a sensible size; it names the place.
        """
        lines = self._lines()
        first = next(lines, "")
        separator = self._separator or max(_SEPARATORS, key=first.count)
        reader = csv.reader(self._from(first, lines), delimiter=separator, strict=True)
        while True:
            self._open_lines = 0
            before = reader.line_num
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield before + 1, str(error)
                continue
            if cells:
                yield before + 1, cells

    def _from(self, first: str, lines: Iterator[str]) -> Iterator[str]:
        if first:
            self._open_lines += 1
            yield first
        for line in lines:
            self._open_lines += 1
            if self._open_lines > MOST_LINES:
                raise self._refused(
                    self._line - MOST_LINES, 1, _("a quote is opened here and never closed")
                )
            yield line

    def _lines(self) -> Iterator[str]:
        """Yield the file's lines, each with its end."""
        rest = ""
        for text in self._texts():
            rest += text
            parts = rest.split("\n")
            rest = parts.pop()
            for part in parts:
                self._require_short(part)
                yield part + "\n"
                self._line += 1
            self._require_short(rest)
        if rest:
            yield rest

    def _require_short(self, line: str) -> None:
        nul = line.find("\0")
        if nul >= 0:
            raise self._refused(
                self._line, nul + 1,
                _("a NUL byte: this is no text, or it is UTF-16 (--encoding utf-16)"),
            )  # fmt: skip
        if len(line) > LONGEST_LINE:
            raise self._refused(
                self._line, LONGEST_LINE + 1,
                _("the line is longer than {most} letters").format(most=LONGEST_LINE),
            )  # fmt: skip

    def _texts(self) -> Iterator[str]:
        block = self._stream.read(_BLOCK)
        if block.startswith(_PACKED):
            raise self._refused(
                1, 1, _("the file is packed: unpack it and import what is in it")
            )
        self._digest.update(block)
        found = next(((bom, name) for bom, name in _BOMS if block.startswith(bom)), None)
        if found is not None:
            block = block[len(found[0]) :]
        encoding = found[1] if found is not None else self._encoding or "utf-8"
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        seen = ""
        while True:
            final = not block
            try:
                text = decoder.decode(block, final)
            except UnicodeDecodeError as error:
                raise self._undecoded(error, encoding, seen) from error
            last_end = text.rfind("\n")
            seen = text[last_end + 1 :] if last_end >= 0 else (seen + text)[-LONGEST_LINE:]
            if text:
                yield text
            if final:
                return
            block = self._stream.read(_BLOCK)
            self._digest.update(block)

    def _undecoded(self, error: UnicodeDecodeError, encoding: str, seen: str) -> BadInput:
        good = bytes(error.object[: error.start]).decode(encoding, "replace")
        begun = good.rpartition("\n")[2] if "\n" in good else seen + good
        return self._refused(
            self._line + good.count("\n"),
            len(begun) + 1,
            _("this is no {encoding}: save the file in one encoding throughout, or say which "
              "it is with --encoding ({known})").format(
                encoding=encoding, known=", ".join(ENCODINGS)
            ),
        )  # fmt: skip

    def _refused(self, line: int, column: int, says: str) -> BadInput:
        return BadInput(
            _("{file}, line {line}, column {column}: {says}").format(
                file=self._path.name, line=max(1, line), column=column, says=says
            )
        )
