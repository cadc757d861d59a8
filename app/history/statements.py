"""The questions asked of a history file, as text for SQLite's own driver.

The names come from the tables of `schema`, so that they stand in one place; the driver
runs the texts without SQLAlchemy in between, which would cost more than the answers.
A parameter "listed" takes any count of numbers or names at once, made by `listed`.
"""
# ruff: noqa: S608 - nothing but our own table names is put into a text

import json
from collections.abc import Iterable

from app.history.schema import Stream, series

_LISTED = "IN (SELECT value FROM json_each(?))"

ADD_SERIES = f"INSERT INTO {series} (id, point, seal) VALUES (?, ?, ?)"
ALL_SERIES = f"SELECT id, point, seal FROM {series}"
SERIES_NAMED = f"{ALL_SERIES} WHERE point {_LISTED}"
SERIES_NUMBERED = f"{ALL_SERIES} WHERE id {_LISTED}"


def listed(items: Iterable[int] | Iterable[str]) -> str:
    """Return numbers or names as one parameter."""
    return json.dumps(list(items))


class Statements:
    """The texts for one stream's tables; a comment names the parameters, in order."""

    def __init__(self, stream: Stream) -> None:
        batch, chunk = stream.batches.name, stream.chunks.name
        lying = f"SELECT series, slot, packed FROM {chunk}"
        waiting = f"SELECT grp, slot, packed FROM {batch}"
        # slot, grp, samples, packed
        self.add_batch = f"INSERT INTO {batch} (slot, grp, samples, packed) VALUES (?, ?, ?, ?)"
        # listed groups, first slot, last slot
        self.batches = f"{waiting} WHERE grp {_LISTED} AND slot BETWEEN ? AND ? ORDER BY id"
        self.all_batches = f"{waiting} ORDER BY id"
        # first open slot
        self.closed = (
            f"SELECT DISTINCT slot, grp FROM {batch} WHERE slot < ? ORDER BY slot, grp"
        )
        # grp, slot
        self.batches_here = (
            f"SELECT id, packed FROM {batch} WHERE grp = ? AND slot = ? ORDER BY id"
        )
        # grp, slot, newest id
        self.drop_batches = f"DELETE FROM {batch} WHERE grp = ? AND slot = ? AND id <= ?"
        # listed series, first slot, last slot
        self.chunks = (
            f"{lying} WHERE series {_LISTED} AND slot BETWEEN ? AND ? ORDER BY series, slot"
        )
        # listed series, listed slots: where chunks lie by slot, each is looked up by itself
        self.chunks_in = (
            f"{lying} WHERE series {_LISTED} AND slot {_LISTED} ORDER BY series, slot"
        )
        # series, first slot, last slot
        self.newest_chunk = (
            f"{lying} WHERE series = ? AND slot BETWEEN ? AND ? ORDER BY slot DESC LIMIT 1"
        )
        # last slot: all that lies in the newest slot up to it
        self.newest_slot = (
            f"{lying} WHERE slot = (SELECT max(slot) FROM {chunk} WHERE slot <= ?) "
            "ORDER BY series"
        )
        # asked apart, each end is looked up; asked together, SQLite reads the whole table
        self.chunk_slots = (
            f"SELECT (SELECT min(slot) FROM {chunk}), (SELECT max(slot) FROM {chunk})"
        )
        # series, slot, samples, packed
        self.put_chunk = (
            f"INSERT OR REPLACE INTO {chunk} (series, slot, slots, samples, packed) "
            "VALUES (?, ?, 1, ?, ?)"
        )
        # first slot kept
        self.drop_old_batches = f"DELETE FROM {batch} WHERE slot < ?"
        self.drop_old_chunks = f"DELETE FROM {chunk} WHERE slot < ?"
        self.count_batches = (
            f"SELECT count(*), coalesce(sum(samples), 0), min(slot), max(slot) FROM {batch}"
        )
        self.count_chunks = (
            f"SELECT count(*), coalesce(sum(samples), 0), min(slot), max(slot) FROM {chunk}"
        )
        self.count_by_series = f"SELECT series, sum(samples) FROM {chunk} GROUP BY series"
