"""What a byte of samples takes in a server's tables: reckoned from PostgreSQL's pages.

A page has 8,192 bytes; each row takes a pointer of 4, a head of 24 and is filled up to the next
8. A row of more than 2,032 bytes keeps its blob beside the table, in pieces of 1,996. The key
of every row, and of every piece, lies in an index
(https://www.postgresql.org/docs/current/storage-page-layout.html, storage-toast.html).

Rows that were deleted leave their room to later ones once the server has cleaned up, as it does
by itself: so a table takes what lies in it for good, and the most that ever waited there.
"""

from collections.abc import Iterable, Sequence

from app.history.retention.growth import HEAD, MONTHS, Growth

_PAGE, _PAGE_HEAD, _POINTER, _ROW_HEAD = 8192, 24, 4, 24
_LONGEST_ROW, _PIECE, _PIECE_KEYS = 2032, 1996, 12
_ELSEWHERE = 18  # what a row keeps of a blob that lies beside the table
_SHORT = 126  # bytes of a blob with one byte before it, else there are four
_POINT_KEYS, _GROUP_KEYS = 16, 8  # bytes of the columns before a blob
_ENTRY = 28  # of the index, for a key of up to 16 bytes
_PIECE_ENTRY = 20
_FULL, _PARTED = 0.9, 0.68  # an index that grows at its end, and one that grows anywhere
_TABLES, _EMPTY_TABLE = 8, 60 * 1024  # of a schema, and the maps and first pages of one


def _up(size: int, to: int) -> int:
    return -(-size // to) * to


def _rows(keys: int, blobs: Iterable[int]) -> float:
    """Return what rows take of their table one after the other, and beside it."""
    table, beside = list[int](), list[int]()
    for blob in blobs:
        data = keys + (1 + blob if blob <= _SHORT else 4 + blob)
        if _ROW_HEAD + data > _LONGEST_ROW:
            data = keys + _ELSEWHERE
            whole, rest = divmod(blob, _PIECE)
            beside += [_PIECE_KEYS + _PIECE] * whole + [_PIECE_KEYS + rest] * (rest > 0)
        table.append(data)
    return _PAGE * (_pages(table) + _pages(beside)) + len(beside) * _PIECE_ENTRY / _FULL


def _pages(rows: Sequence[int]) -> float:
    """Return how many pages rows fill in their order; one that does not fit begins another."""
    full, left = 0, 0
    for data in rows:
        size = _up(_ROW_HEAD + data, 8) + _POINTER
        if size > left:
            full, left = full + 1, _PAGE - _PAGE_HEAD
        left -= size
    return full - left / _PAGE


def empty_bytes() -> int:
    """Return what a year's schema takes with next to nothing in it."""
    return _TABLES * _EMPTY_TABLE


def share_of_points(months: Sequence[int], parts: int, _table: str) -> float:
    """Return bytes of a server for one of blobs in a table of one a point and month.

    Until a month is over its samples lie in rows of some days each. As in
    `app.history.retention.growth`, a year's part of these counts too.
    """
    put_in = sum(months)
    if not put_in:
        return 1.0
    whole = _rows(_POINT_KEYS, months) * MONTHS
    waiting = _rows(_POINT_KEYS, [each // parts + HEAD for each in months]) * parts
    keys = len(months) * (MONTHS + parts) * _ENTRY / _PARTED
    return (whole + waiting + keys) / (MONTHS * put_in)


def share_of_groups(days: Sequence[int]) -> float:
    """Return the same of figures of days, of which each group of points has one a day."""
    put_in = sum(days)
    if not put_in:
        return 1.0
    keys = len(days) * _ENTRY / _FULL
    return (_rows(_GROUP_KEYS, days) + keys) / put_in


ON_A_SERVER = Growth(empty_bytes, share_of_points, share_of_groups)
