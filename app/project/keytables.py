"""Tables of keys with a line a meter: whichever way a spreadsheet or a maker writes them.

A line that is damaged is told and costs no other one; so a quotation mark that is never
closed does not swallow the lines below it.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from app.errors import BadInput
from app.project.keylines import (
    KEYS,
    METERS,
    KeysFound,
    bare,
    first_of,
    heading,
    key_of,
    number_of,
)
from app.words import _

MOST_LINES = 1_000_000
_LONGEST = 10_000  # characters of a line that may be one of a table
_LOOKED_AT = 200  # rows, to tell what parts the columns and which are which
_MARKS = (";", "\t", ",", "|", " ")
_LONG = 6  # digits; less may be a position or a type as well
_HOPELESS = 10_000  # lines without one key: no more are looked at

_Row = tuple[int, Sequence[str]]  # number of the line, cells


def keys_of_table(name: str, text: str) -> KeysFound:
    """Return the keys of lines ``meter;key``, or of the columns that hold them.

    Which those are a heading says, or the cells themselves. Raises `BadInput` where no key
    is found, or nobody can tell which column holds them.
    """
    found, lines = KeysFound(), _lines(name, text)
    sample = list(islice(lines, _LOOKED_AT))
    mark = _mark(sample)
    rows = _rows(chain(sample, lines), mark)
    first = list(islice(rows, _LOOKED_AT))
    columns, begins = _columns(name, [cells for _number, cells in first])
    for number, cells in chain(first[begins:], rows):
        place = _("{file}, line {line}").format(file=name, line=number)
        meter, key = (cells[at] if at < len(cells) else "" for at in columns)
        found.take(place, meter, key)
        if not found.keys and found.refused > _HOPELESS:
            break
    if not found.keys:
        none = _("{file}: no meter with a key is in it").format(file=name)
        raise BadInput(found.faults[0] if found.faults else none)
    return found


def _lines(name: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, each with its number."""
    plain = io.StringIO(text.replace("\0", ""), newline=None)
    for number, line in enumerate(plain, 1):
        if number > MOST_LINES:
            raise BadInput(_("{file} is too large for a file of keys").format(file=name))
        said = line.strip().strip("\ufeff")
        if said.strip(';,\t|" ') and not said.startswith("#"):
            yield number, said


def _mark(sample: Sequence[tuple[int, str]]) -> str:
    """Return what parts the columns: by which most lines give a number beside a key."""

    def fits(mark: str) -> tuple[int, int]:
        rows = [cells for _number, cells in _rows(iter(sample), mark)]
        whole = sum(
            any(map(key_of, cells)) and any(map(number_of, cells)) and len(cells) > 1
            for cells in rows
        )
        return whole, sum(map(len, rows)) if mark != " " else 0

    return max(_MARKS, key=fits)


def _rows(lines: Iterator[tuple[int, str]], mark: str) -> Iterator[_Row]:
    """Yield the cells of lines; each is read by itself."""
    for number, line in lines:
        if number == 1 and line.casefold().startswith("sep="):
            continue  # tells spreadsheets the mark
        if len(line) > _LONGEST:
            yield number, ()
            continue
        yield number, [bare(cell) for cell in next(csv.reader([line], delimiter=mark), ())]


def _columns(name: str, rows: Sequence[Sequence[str]]) -> tuple[tuple[int, int], int]:
    """Return where number and key stand, and in which row the table begins.

    Raises `BadInput` where several columns may hold the one or the other.
    """
    for at, row in enumerate(rows):
        if any(map(key_of, row)):
            break
        named = [heading(cell) for cell in row]
        meter, key = first_of(named, METERS), first_of(named, KEYS)
        if meter is not None and key is not None:
            return (meter, key), at + 1
    width = max(map(len, rows), default=1)
    keyed = _most(rows, range(width), lambda cell: key_of(cell) is not None)
    if not keyed:
        return (0, max(len(rows[0]) if rows else 1, 1) - 1), 0
    others = [at for at in range(width) if at not in keyed]
    long = _most(rows, others, lambda cell: len(cell) >= _LONG and bool(number_of(cell)))
    meters = long or _most(rows, others, lambda cell: bool(number_of(cell)))[:1]
    if len(keyed) > 1 or len(meters) > 1:
        says = _(
            "{file}: several columns may be it: name them in the first line, as “meter;key”"
        )
        raise BadInput(says.format(file=name))
    columns = (meters[0] if meters else 0, keyed[0])
    return columns, _beginning(rows, columns)


def _most(
    rows: Sequence[Sequence[str]], columns: Iterable[int], is_one: Callable[[str], bool]
) -> list[int]:
    """Return in which columns the most different cells are one; none where no cell is."""
    counts = {
        at: len({row[at] for row in rows if at < len(row) and is_one(row[at])})
        for at in columns
    }
    most = max(counts.values(), default=0)
    return [at for at, count in counts.items() if count == most] if most else []


def _beginning(rows: Sequence[Sequence[str]], columns: tuple[int, int]) -> int:
    """Return how many rows at the top have neither a number nor a key in their place."""
    meter, key = columns
    for at, row in enumerate(rows):
        named = meter < len(row) and number_of(row[meter])
        if not row or named or (key < len(row) and key_of(row[key])):
            return at  # no cells: a line that is far too long, and to be told
    return 0
