"""A CSV file as it comes from anywhere: read line by line, or refused with its place."""

import codecs
import csv
import hashlib
from collections import deque
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from pathlib import Path
from typing import IO, Self

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
_UNREAD = "\udcff"  # stands for bytes that are no letter; no encoding gives it for any
_MARKED = "heatdesk-marked"  # how a decoder is told to go on with that
codecs.register_error(_MARKED, lambda error: (_UNREAD, getattr(error, "end", 0)))
# How files begin that hold others, packed: what comes out of them nobody knows before.
_PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd",
           b"7z\xbc\xaf", b"Rar!")  # fmt: skip


class Spoiled(str):
    """What is said in the place of a row that cannot be made out."""

    __slots__ = ("column",)
    column: int  # of its first line, in letters from 1

    def __new__(cls, column: int, says: str) -> Self:
        """Return what is said of a place."""
        made = super().__new__(cls, says)
        made.column = column
        return made


_Line = tuple[int, str]


class CsvFile:
    """The lines of a file, and the digest of what was read; one thread.

    Nothing of it is held but the line in hand: a file may be larger than any memory.
    """

    def __init__(
        self,
        path: Path,
        stream: IO[bytes],
        encoding: str = "",
        separator: str = "",
        *,
        forgiving: bool = False,
    ) -> None:
        """``encoding`` is one of `ENCODINGS`; "" takes the mark at its beginning, or UTF-8.

        Without a ``separator`` the first line tells it. A ``forgiving`` reader goes on
        behind what cannot be made out.

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
        self._forgiving = forgiving
        self._digest = hashlib.sha256()
        self._again = deque[_Line]()  # lines to be read once more
        self._all: Iterator[_Line] = iter(())

    @property
    def sha256(self) -> str:
        """Of all bytes read so far."""
        return self._digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, list[str] | str]]:
        """Yield each row with the line it begins in; a text where the row is no CSV.

        Raises:
            BadInput: What is no text, or no rows of a sensible size; it names the place. A
                forgiving reader yields that as the text, a `Spoiled`.
        """
        self._all = self._lines()
        found = self._next()
        first = found[1] if found is not None else ""
        separator = self._separator or max(_SEPARATORS, key=first.count)
        while found is not None:
            number, line = found
            row = line if isinstance(line, Spoiled) else self._row(line, separator)
            if isinstance(row, Spoiled) and not self._forgiving:
                raise self._refused(number, row.column, row)
            if row:
                yield number, row
            found = self._next()

    def _next(self) -> _Line | None:
        return self._again.popleft() if self._again else next(self._all, None)

    def _row(self, line: str, separator: str) -> list[str] | str:
        """Return the row that begins with a line; more lines are read while a quote is open.

        Where that leads to nothing, they are rows of their own and will be read once more.
        """
        if '"' not in line:
            return line.split(separator) if line else []
        more = list[_Line]()

        def lines() -> Iterator[str]:
            yield line + "\n"
            while len(more) < MOST_LINES - 1 and (found := self._next()) is not None:
                more.append(found)
                if isinstance(found[1], Spoiled):
                    return
                yield found[1] + "\n"

        try:
            return next(csv.reader(lines(), delimiter=separator, strict=True))
        except csv.Error as error:
            self._again.extendleft(reversed(more))
            if "end of data" in str(error):
                return Spoiled(1, _("a quote is opened here and never closed"))
            return str(error)

    def _lines(self) -> Iterator[_Line]:
        """Yield the file's lines without their ends; of one that is too long just that."""
        number, rest, told = 1, "", False
        for text in self._texts():
            parts = text.split("\n")
            parts[0] = rest + parts[0]
            rest = parts.pop()
            for part in parts:
                if not told:
                    yield number, self._judged(part)
                told = False
                number += 1
            if told or len(rest) > LONGEST_LINE:
                if not told:
                    yield number, self._judged(rest)
                told, rest = True, ""
        if rest:
            yield number, self._judged(rest)

    def _judged(self, line: str) -> str:
        if "\0" in line:
            says = _("a NUL byte: this is no text, or it is UTF-16 (--encoding utf-16)")
            return Spoiled(line.index("\0") + 1, says)
        if _UNREAD in line:
            says = _(
                "this is no {encoding}: save the file in one encoding throughout, or say which "
                "it is with --encoding ({known})"
            )
            says = says.format(encoding=self._encoding, known=", ".join(ENCODINGS))
            return Spoiled(line.index(_UNREAD) + 1, says)
        if len(line) > LONGEST_LINE:
            says = _("the line is longer than {most} letters").format(most=LONGEST_LINE)
            return Spoiled(LONGEST_LINE + 1, says)
        return line

    def _texts(self) -> Iterator[str]:
        """Yield the file's letters block by block; every end of a line is a line feed."""
        block = self._stream.read(_BLOCK)
        if block.startswith(_PACKED):
            raise self._refused(
                1, 1, _("the file is packed: unpack it and import what is in it")
            )
        self._digest.update(block)
        found = next(((bom, name) for bom, name in _BOMS if block.startswith(bom)), None)
        if found is not None:
            block = block[len(found[0]) :]
        self._encoding = found[1] if found is not None else self._encoding or "utf-8"
        decoder = codecs.getincrementaldecoder(self._encoding)(_MARKED)
        letters = IncrementalNewlineDecoder(decoder, translate=True)
        while block:
            yield letters.decode(block)
            block = self._stream.read(_BLOCK)
            self._digest.update(block)
        yield letters.decode(b"", final=True)

    def _refused(self, line: int, column: int, says: str) -> BadInput:
        return BadInput(
            _("{file}, line {line}, column {column}: {says}").format(
                file=self._path.name, line=line, column=column, says=says
            )
        )
