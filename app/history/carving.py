"""Takes records out of a database file page by page, whatever its trees have become.

SQLite finds a record by following pages from a root; where one of them is damaged, all
behind it is out of reach. Here every page is looked at by itself, by the published format
(https://www.sqlite.org/fileformat2.html): a leaf's records, those inside the pages of a
tree without row ids, and chains of overflow. What a record is worth is for others to say:
blocks of history carry seals of their own.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

_HEAD = b"SQLite format 3\0"
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INSIDE, _TABLE_INSIDE = 13, 10, 2, 5
_INSIDE = (_INDEX_INSIDE, _TABLE_INSIDE)
_KINDS = (_TABLE_LEAF, _INDEX_LEAF, *_INSIDE)
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
    sure: bool = field(default=True, compare=False)  # its page says that one begins there


@dataclass(frozen=True, slots=True)
class Lost:
    """A record that its page has and nobody can make out; ``beside`` lies in the same page."""

    beside: Record | None


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
        """Return the pages that hold nothing any more, as far as that can be told.

        A list of them that is not as long as the file's head says is damaged: a page that
        a tree leads to is none of them, and where all trees are sound every other one is.
        """
        first = self.page(1)
        if first[:16] != _HEAD:
            return set()
        trunk, count = struct.unpack_from(">II", first, 32)
        found = self._listed(trunk)
        if len(found) == count and all(1 < each <= self.count for each in found):
            return found
        reached, sound = self._reached()
        return (set(range(2, self.count + 1)) if sound else found) - reached

    def _listed(self, trunk: int) -> set[int]:
        """Return the pages in the list of free ones."""
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

    def _reached(self) -> tuple[set[int], bool]:
        """Return the pages that the trees lead to, and whether none of them is damaged."""
        waiting, found, sound = [1], set[int](), True
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            content, begin = self.page(number), 100 if number == 1 else 0
            kind = content[begin] if len(content) > begin else 0
            cells = _cells(content, begin, kind) if kind in _KINDS else None
            if cells is None or not _is_full(content, begin, kind, cells):
                sound = False
                continue
            if kind in _INSIDE:
                places = (*cells, begin + 8)  # the last one stands in the page's head
                waiting += [struct.unpack_from(">I", content, at)[0] for at in places]
            for at in cells if kind == _TABLE_LEAF else ():
                match _record(self, content, at, kind, set()):
                    case Record(values=("table" | "index", str(), str(), int(root), _)):
                        waiting.append(root)
        return found, sound


def records(pages: Pages) -> Iterator[Record | Lost]:
    """Yield every record that can be made out; of damaged pages whatever looks like one.

    One that was moved by SQLite may come twice. A record that a page has by its own word
    and that cannot be made out comes as `Lost`, after all that could.
    """
    free, used, broken = pages.free(), set[int](), dict[int, _Broken]()
    for number in range(1, pages.count + 1):
        if number in free:
            continue
        content = pages.page(number)
        begin = 100 if number == 1 else 0
        kind = content[begin] if len(content) > begin else 0
        cells = _cells(content, begin, kind) if kind in _KINDS else None
        if cells is None:
            broken[number] = _Broken(content)
            continue
        page = _Broken(content, begin)
        for at in cells if kind != _TABLE_INSIDE else ():
            found = _record(pages, content, at, kind, used)
            if found is not None:
                page.read(at, kind, found)
                yield found
            else:
                page.unread.append(at)
        if page.unread or not _is_full(content, begin, kind, cells):
            broken[number] = page
    for number, page in broken.items():
        if number not in used:
            yield from page.by_force(pages)
            yield from page.lost()


class _Broken:
    """A page of which not everything makes sense, or nothing."""

    def __init__(self, content: bytes, begin: int = 0) -> None:
        """``begin`` is where the page's head lies."""
        self._content, self._begin = content, begin
        self._spans: list[tuple[int, int]] = []
        self._beside: Record | None = None
        self.unread: list[int] = []

    def read(self, at: int, kind: int, found: Record) -> None:
        """Take note of a record that was made out."""
        self._spans.append((at, at + _length(self._content, at, kind)))
        self._beside = found

    def by_force(self, pages: Pages) -> Iterator[Record]:
        """Yield what looks like a record anywhere else in the page."""
        known = {nth for begin, end in self._spans for nth in range(begin, end)}
        for at in range(len(self._content) - 4):
            for kind in (_INDEX_LEAF, _TABLE_LEAF) if at not in known else ():
                found = _record(pages, self._content, at, kind, set())
                if found is None or not any(isinstance(v, bytes | str) for v in found.values):
                    continue
                self.read(at, kind, found)
                yield replace(found, sure=False)

    def lost(self) -> Iterator[Lost]:
        """Yield what the page has and nobody can make out.

        Where the page's own word on a record's place is damaged, the record itself was found;
        and where its kind is, it may be one that leads to others and has no records.
        """
        inside = _cells(self._content, self._begin, _TABLE_INSIDE) if self.unread else None
        if inside and _is_full(self._content, self._begin, _TABLE_INSIDE, inside):
            return
        try:
            taken = [*self._spans, *_empty(self._content, self._begin)]
        except struct.error:
            taken = self._spans
        there = [
            at
            for at in self.unread
            if at < PAGE and not any(begin - 4 <= at < end for begin, end in taken)
        ]
        for _at in there if self._beside is not None else there[:1]:
            yield Lost(self._beside)


def _is_full(content: bytes, begin: int, kind: int, cells: Sequence[int]) -> bool:
    """Whether a page's cells and what it says is free fill it, as they do in a sound one."""
    try:
        empty = sum(end - start for start, end in _empty(content, begin))
        return empty + sum(_length(content, at, kind) for at in cells) == PAGE
    except (IndexError, struct.error):
        return False


def _empty(content: bytes, begin: int) -> list[tuple[int, int]]:
    """Return what a page says of itself holds no cell: all before the first, and holes.

    Holes too small for a list come as one before the page. Raises `struct.error`.
    """
    block, _count, area, scraps = struct.unpack_from(">HHHB", content, begin + 1)
    found = [(-scraps, 0), (0, area)]
    while block > found[-1][0]:
        following, size = struct.unpack_from(">HH", content, block)
        found.append((block, block + size))
        block = following
    return found


def _length(content: bytes, at: int, kind: int) -> int:
    """Return how many bytes of its page a cell takes."""
    begin = at
    if kind in _INSIDE:
        at += 4
    size, at = _varint(content, at)
    if kind == _TABLE_INSIDE:
        return at - begin
    if kind == _TABLE_LEAF:
        _row, at = _varint(content, at)
    here = _here(size, kind)
    return max(4, at - begin + (here if here == size else here + 4))


def _cells(content: bytes, begin: int, kind: int) -> Sequence[int] | None:
    """Return where the cells of a page begin; None where its head makes no sense."""
    first = begin + (12 if kind in _INSIDE else 8)
    [count] = struct.unpack_from(">H", content, begin + 3)
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
    here = _here(size, kind)
    if here == size:
        whole = content[at : at + size]
        return whole if len(whole) == size else None
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


def _here(size: int, kind: int) -> int:
    """Return how much of a record of ``size`` bytes lies in its own page."""
    most = PAGE - 35 if kind == _TABLE_LEAF else (PAGE - 12) * 64 // 255 - 23
    least = (PAGE - 12) * 32 // 255 - 23
    here = least + (size - least) % (PAGE - 4)
    return size if size <= most else here if here <= most else least


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
