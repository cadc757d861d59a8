"""The questions asked of a history file, as text for SQLite's own driver.

The names come from the tables of `schema`, so that they stand in one place; the driver
runs the texts without SQLAlchemy in between, which would cost more than the answers.
A parameter "listed" takes any count of numbers or names at once, made by `listed`.
"""
# ruff: noqa: S608 - nothing but our own table names is put into a text

import json
from collections.abc import Iterable

from app.history.schema import Stream, day, month, newest, outline, series

LONGEST = 31  # slots a chunk covers at most: the days of a month
_LISTED = "IN (SELECT value FROM json_each(?))"

ADD_SERIES = f"INSERT INTO {series} (id, point, seal) VALUES (?, ?, ?)"
ALL_SERIES = f"SELECT id, point, seal FROM {series}"
SERIES_NAMED = f"{ALL_SERIES} WHERE point {_LISTED}"
SERIES_AFTER = f"{ALL_SERIES} WHERE id > ?"
SERIES_NUMBERED = f"{ALL_SERIES} WHERE id {_LISTED}"

# listed groups, first slot, last slot
DAYS = (
    f"SELECT grp, slot, packed FROM {day} WHERE grp {_LISTED} AND slot BETWEEN ? AND ? "
    "ORDER BY grp, slot"
)
ROOM_OF_DAYS = f"SELECT coalesce(sum(length(packed)), 0) FROM {day}"
PUT_DAY = f"INSERT OR REPLACE INTO {day} (grp, slot, packed) VALUES (?, ?, ?)"
MONTHS = f"SELECT grp, month, merged, open FROM {month} ORDER BY grp, month"
PUT_MONTH = f"INSERT OR REPLACE INTO {month} (grp, month, merged, open) VALUES (?, ?, ?, ?)"
OPEN_MONTH = (
    f"INSERT INTO {month} (grp, month, merged, open) VALUES (?, ?, 0, 1) "
    f"ON CONFLICT (grp, month) DO UPDATE SET open = {month}.open | 1"
)

ALL_NEWEST = f"SELECT grp, slot, upto, packed FROM {newest} ORDER BY grp"
NEWEST_OF = f"SELECT grp, slot, upto, packed FROM {newest} WHERE grp = ?"
PUT_NEWEST = f"INSERT OR REPLACE INTO {newest} (grp, slot, upto, packed) VALUES (?, ?, ?, ?)"
DROP_NEWEST = f"DELETE FROM {newest} WHERE grp {_LISTED}"


def listed(items: Iterable[int] | Iterable[str]) -> str:
    """Return numbers or names as one parameter."""
    return json.dumps(list(items))


class BatchStatements:
    """The texts for a table of batches; a comment names the parameters, in order."""

    def __init__(self, batch: str) -> None:
        waiting = f"SELECT grp, slot, packed FROM {batch}"
        # slot, grp, samples, packed
        self.add = f"INSERT INTO {batch} (slot, grp, samples, packed) VALUES (?, ?, ?, ?)"
        # listed groups, first slot, last slot
        self.of = f"{waiting} WHERE grp {_LISTED} AND slot BETWEEN ? AND ? ORDER BY id"
        self.all = f"{waiting} ORDER BY id"
        # Ids first, from the index alone: what lies packed is read of the few that are left.
        self.later = (
            f"SELECT grp, slot, id, packed FROM {batch} WHERE id IN (SELECT {batch}.id "
            f"FROM {batch} INDEXED BY {batch}_place LEFT JOIN {newest} USING (grp) "
            f"WHERE upto IS NULL OR {batch}.slot <> {newest}.slot OR {batch}.id > upto) "
            "ORDER BY id"
        )
        # last slot
        self.slots = f"SELECT DISTINCT slot FROM {batch} WHERE slot <= ? ORDER BY slot DESC"
        # slot
        self.of_slot = f"{waiting} WHERE slot = ? ORDER BY id"
        # first open slot
        self.places = (
            f"SELECT DISTINCT slot, grp FROM {batch} WHERE slot < ? ORDER BY slot, grp"
        )
        # first open slot, least
        self.crowded = (
            f"SELECT slot, grp FROM {batch} WHERE slot >= ? GROUP BY slot, grp "
            "HAVING count(*) >= ? ORDER BY slot, grp"
        )
        # grp, slot
        self.at = f"SELECT id, packed FROM {batch} WHERE grp = ? AND slot = ? ORDER BY id"
        # samples, packed, id
        self.put = f"UPDATE {batch} SET samples = ?, packed = ? WHERE id = ?"
        # id
        self.drop = f"DELETE FROM {batch} WHERE id = ?"
        # first slot kept
        self.drop_before = f"DELETE FROM {batch} WHERE slot < ?"
        self.counts = (
            f"SELECT count(*), coalesce(sum(samples), 0), min(slot), max(slot) FROM {batch}"
        )


class ChunkStatements:
    """The texts for a table of chunks; a comment names the parameters, in order."""

    def __init__(self, chunk: str, *, by_slot: bool) -> None:
        lying = f"SELECT series, slot, slots, packed FROM {chunk}"
        # listed series, first slot, last slot and as many as the longest chunk before it
        # covers more, last slot
        self.of = (
            f"{lying} WHERE series {_LISTED} AND slot BETWEEN ? AND ? AND slot - slots < ? "
            "ORDER BY series, slot"
        )
        # listed series, listed slots: where chunks lie by slot, each is looked up by itself
        self.looked_up = (
            f"{lying} WHERE series {_LISTED} AND slot {_LISTED} ORDER BY series, slot"
        )
        # series, first slot, last slot and as many as above, last slot
        self.newest = (
            f"{lying} WHERE series = ? AND slot BETWEEN ? AND ? AND slot - slots < ? "
            "ORDER BY slot DESC, slots DESC LIMIT 1"
        )
        # :last, :reach (last and as many as above). Where chunks lie by point, each point
        # is looked up, for the whole table would have to be read otherwise.
        self.newest_slot = (
            f"SELECT max(slot) FROM {chunk} WHERE slot <= :last"
            if by_slot
            else f"SELECT min(:last, max((SELECT max(slot) FROM {chunk} WHERE series = id "
            f"AND slot <= :reach AND slot - slots < :last))) FROM {series}"
        )
        # :slot, :reach
        self.of_slot = (
            f"{lying} WHERE slot = :slot ORDER BY series"
            if by_slot
            else f"{lying} WHERE series IN (SELECT id FROM {series}) "
            "AND slot BETWEEN :slot AND :reach AND slot - slots < :slot ORDER BY series, slot"
        )
        # asked apart, each end is looked up; asked together, SQLite reads the whole table
        self.ends = f"SELECT (SELECT min(slot) FROM {chunk}), (SELECT max(slot) FROM {chunk})"
        # series, slot, slots, samples, packed
        self.put = (
            f"INSERT OR REPLACE INTO {chunk} (series, slot, slots, samples, packed) "
            "VALUES (?, ?, ?, ?, ?)"
        )
        # series, slot, slots
        self.drop = f"DELETE FROM {chunk} WHERE series = ? AND slot = ? AND slots = ?"
        self.drop_before = f"DELETE FROM {chunk} WHERE slot < ?"
        self.counts = (
            "SELECT count(*), coalesce(sum(samples), 0), min(slot - slots + 1), max(slot) "
            f"FROM {chunk}"
        )
        self.samples = f"SELECT series, sum(samples) FROM {chunk} GROUP BY series"
        # first slot, last slot
        self.room = (
            f"SELECT series, sum(samples), sum(length(packed)) FROM {chunk} "
            "WHERE slot BETWEEN ? AND ? GROUP BY series"
        )


class Statements:
    """The texts for one stream's tables."""

    def __init__(self, stream: Stream) -> None:
        self.batches = BatchStatements(stream.batches.name)
        self.chunks = ChunkStatements(stream.chunks.name, by_slot=stream.by_slot)
        self.outlines = ChunkStatements(outline.name, by_slot=False)
