"""Takes records out of a database file page by page, whatever its trees have become.

SQLite finds a record by following pages from a root; where one of them is damaged, all
behind it is out of reach. Here every page is looked at by itself, by the published format
(https://www.sqlite.org/fileformat2.html): a leaf's records, those inside the pages of a
tree without row ids, and chains of overflow. What a record is worth is for others to say:
blocks of history carry seals of their own.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_HEAD = b"SQLite format 3\0"
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INSIDE, _TABLE_INSIDE = 13, 10, 2, 5
_FIXED = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}  # bytes of a column of a serial type
_WAL_HEAD, _FRAME_HEAD = 32, 24
PAGE = 4096  # bytes: what SQLite makes where nobody asks for another, and we do not
_MOST_COLUMNS = 12  # no table of ours has more
_MOST_PAYLOAD = 1 << 26
Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it lies there; ``row`` is None in trees that have no row ids."""

    row: int | None
    values: tuple[Value, ...]


class Pages:
    """A database file with what its log adds to it; reads, and changes nothing."""

    def __init__(self, file: Path, log: Path | None = None) -> None:
        """Raises `OSError` for a file that cannot be read."""
        self._whole = file.read_bytes()
        self._later = {} if log is None else _logged(log)
        last = max(self._later, default=0)
        self.count = max(-(-len(self._whole) // PAGE), last)

    def page(self, number: int) -> bytes:
        """Return a page, counted from 1; empty where there is none."""
        if number in self._later:
            return self._later[number]
        return self._whole[(number - 1) * PAGE : number * PAGE]

    def free(self) -> set[int]:
        """Return the pages that hold nothing any more, as far as that can be told."""
        first = self.page(1)
        trunk = struct.unpack_from(">I", first, 32)[0] if first[:16] == _HEAD else 0
        found = set[int]()
        while 0 < trunk <= self.count and trunk not in found:
            found.add(trunk)
            content = self.page(trunk)
            if len(content) < 8:  # noqa: PLR2004 - the next one, and how many
                break
            trunk, leaves = struct.unpack_from(">II", content)
            leaves = min(leaves, PAGE // 4 - 2)
            found.update(struct.unpack_from(f">{leaves}I", content, 8))
        return found


def records(pages: Pages) -> Iterator[Record]:
    """Yield every record that can be made out; of damaged pages whatever looks like one.

    One that was moved by SQLite may come twice.
    """
    free, used, broken = pages.free(), set[int](), list[int]()
    for number in range(1, pages.count + 1):
        if number in free:
            continue
        content = pages.page(number)
        begin = 100 if number == 1 else 0
        kind = content[begin] if len(content) > begin else 0
        if kind not in (_TABLE_LEAF, _INDEX_LEAF, _INDEX_INSIDE, _TABLE_INSIDE):
            broken.append(number)
            continue
        cells = _cells(content, begin, kind)
        whole = cells is not None
        for at in cells or ():
            found = _record(pages, content, at, kind, used)
            if found is None:
                whole = False
            else:
                yield found
        if not whole:
            broken.append(number)
    for number in broken:
        if number not in used and number not in free:
            yield from _by_force(pages, pages.page(number))


def _by_force(pages: Pages, content: bytes) -> Iterator[Record]:
    """Yield what looks like a record anywhere in a page of which nobody knows the kind."""
    for at in range(len(content) - 4):
        for kind in (_INDEX_LEAF, _TABLE_LEAF):
            found = _record(pages, content, at, kind, set())
            if found is not None and any(isinstance(v, bytes | str) for v in found.values):
                yield found


def _cells(content: bytes, begin: int, kind: int) -> Sequence[int] | None:
    """Return where the cells of a page begin; None where its head makes no sense."""
    if kind == _TABLE_INSIDE:
        return ()
    head = 12 if kind == _INDEX_INSIDE else 8
    [count] = struct.unpack_from(">H", content, begin + 3)
    first = begin + head
    if first + 2 * count > len(content):
        return None
    return struct.unpack_from(f">{count}H", content, first)


def _record(pages: Pages, content: bytes, at: int, kind: int, used: set[int]) -> Record | None:
    """Return the record of a cell; None for what cannot be one."""
    try:
        if kind == _INDEX_INSIDE:
            at += 4
        size, at = _varint(content, at)
        row = None
        if kind == _TABLE_LEAF:
            row, at = _varint(content, at)
        if not 2 <= size <= _MOST_PAYLOAD:  # noqa: PLR2004 - a head and a type
            return None
        if not _believable(content, at):
            return None
        payload = _payload(pages, content, at, size, kind, used)
        return None if payload is None else Record(row, _values(payload))
    except (IndexError, struct.error, UnicodeDecodeError, ValueError):
        return None


def _believable(content: bytes, at: int) -> bool:
    """Whether a record's head can be one of ours, before its payload is put together."""
    head, first = _varint(content, at)
    if not 2 <= head <= _MOST_COLUMNS * 5 or at + head > len(content):  # noqa: PLR2004
        return False
    columns = 0
    while first < at + head:
        kind, first = _varint(content, first)
        columns += 1
        if kind in (10, 11):  # never written
            return False
    return first == at + head and columns <= _MOST_COLUMNS


def _payload(
    pages: Pages, content: bytes, at: int, size: int, kind: int, used: set[int]
) -> bytes | None:
    """Return a record's bytes, those that flowed over into other pages included."""
    most = PAGE - 35 if kind == _TABLE_LEAF else (PAGE - 12) * 64 // 255 - 23
    if size <= most:
        whole = content[at : at + size]
        return whole if len(whole) == size else None
    least = (PAGE - 12) * 32 // 255 - 23
    here = least + (size - least) % (PAGE - 4)
    here = here if here <= most else least
    parts, left = [content[at : at + here]], size - here
    [following] = struct.unpack_from(">I", content, at + here)
    chain = set[int]()
    while left > 0:
        if not 0 < following <= pages.count or following in chain:
            return None
        chain.add(following)
        flown = pages.page(following)
        [next_one] = struct.unpack_from(">I", flown)
        parts.append(flown[4 : min(PAGE, 4 + left)])
        left -= len(parts[-1])
        following = next_one
    used |= chain
    return b"".join(parts)


def _values(payload: bytes) -> tuple[Value, ...]:
    head, at = _varint(payload, 0)
    body, found = head, list[Value]()
    while at < head:
        kind, at = _varint(payload, at)
        value, body = _value(payload, body, kind)
        found.append(value)
    if body != len(payload):
        raise ValueError("a record of another length")
    return tuple(found)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    size = _FIXED.get(kind, (kind - 12) // 2)
    if size < 0 or at + size > len(payload):
        raise ValueError("a column beyond its record")
    content = payload[at : at + size]
    if kind == 7:  # noqa: PLR2004 - of the format
        return float(struct.unpack(">d", content)[0]), at + size
    if kind in _FIXED:
        return int.from_bytes(content, "big", signed=True), at + size
    return (content.decode() if kind % 2 else content), at + size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    number = 0
    for nth in range(8):
        byte = content[at + nth]
        number = number << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the last one
            return number, at + nth + 1
    return number << 8 | content[at + 8], at + 9


def _logged(log: Path) -> dict[int, bytes]:
    """Return the pages that a write-ahead log holds, up to its last commit."""
    try:
        whole = log.read_bytes()
    except FileNotFoundError:
        return {}
    salt = whole[16:24]
    found, pending = dict[int, bytes](), dict[int, bytes]()
    for at in range(_WAL_HEAD, len(whole) - _FRAME_HEAD - PAGE + 1, _FRAME_HEAD + PAGE):
        number, commit = struct.unpack_from(">II", whole, at)
        if whole[at + 8 : at + 16] != salt:
            break
        pending[number] = whole[at + _FRAME_HEAD : at + _FRAME_HEAD + PAGE]
        if commit:
            found |= pending
            pending = {}
    return found
