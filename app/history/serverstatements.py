"""The questions asked of the history on a PostgreSQL server, as text for its own driver.

Each stands for the tables of one schema: one connection serves the schemas of all years.
"""
# ruff: noqa: S608 - nothing but our own table names is put into a text

from app.history.schema import Stream, day, month, newest, outline, series


class BatchTexts:
    """The texts for a table of batches; a comment names the parameters, in order."""

    def __init__(self, batch: str, newest: str) -> None:
        waiting = f"SELECT grp, slot, packed FROM {batch}"
        written = "ORDER BY grp, slot, id"
        # grp, slot, id, samples, packed
        self.add = f"COPY {batch} (grp, slot, id, samples, packed) FROM STDIN (FORMAT BINARY)"
        # groups, slots: pairs
        self.last_ids = (
            f"SELECT grp, slot, max(id) FROM {batch} JOIN (SELECT DISTINCT * FROM "
            "unnest(%s::int[], %s::bigint[]) AS asked(grp, slot)) AS one "
            "USING (grp, slot) GROUP BY grp, slot"
        )
        # groups, first slot, last slot
        self.of = f"{waiting} WHERE grp = ANY(%s) AND slot BETWEEN %s AND %s {written}"
        self.all = f"{waiting} {written}"
        self.later = (
            f"SELECT grp, batch.slot, id, batch.packed FROM {batch} AS batch "
            f"LEFT JOIN {newest} AS newest USING (grp) WHERE upto IS NULL "
            "OR batch.slot <> newest.slot OR id > upto ORDER BY grp, batch.slot, id"
        )
        # last slot
        self.slots = f"SELECT DISTINCT slot FROM {batch} WHERE slot <= %s ORDER BY slot DESC"
        # slot
        self.of_slot = f"{waiting} WHERE slot = %s {written}"
        # first open slot
        self.places = (
            f"SELECT DISTINCT slot, grp FROM {batch} WHERE slot < %s ORDER BY slot, grp"
        )
        # first open slot, least
        self.crowded = (
            f"SELECT slot, grp FROM {batch} WHERE slot >= %s GROUP BY slot, grp "
            "HAVING count(*) >= %s ORDER BY slot, grp"
        )
        # grp, slot
        self.at = f"SELECT id, packed FROM {batch} WHERE grp = %s AND slot = %s ORDER BY id"
        # samples, packed, grp, slot, id
        one = "grp = %s AND slot = %s AND id"
        self.put = f"UPDATE {batch} SET samples = %s, packed = %b WHERE {one} = %s"
        # grp, slot, ids
        self.drop = f"DELETE FROM {batch} WHERE {one} = ANY(%s)"
        # first slot kept
        self.drop_before = f"DELETE FROM {batch} WHERE slot < %s"
        self.counts = (
            f"SELECT count(*), coalesce(sum(samples), 0)::bigint, min(slot), max(slot) "
            f"FROM {batch}"
        )


class ChunkTexts:
    """The texts for a table of chunks; a comment names the parameters, in order."""

    def __init__(self, chunk: str, points: str) -> None:
        lying = f"SELECT series, slot, slots, packed FROM {chunk}"
        # series, first slot, last slot and as many as the longest chunk before it covers
        # more, last slot
        covering = "slot BETWEEN %s AND %s AND slot - slots < %s"
        self.of = f"{lying} WHERE series = ANY(%s) AND {covering} ORDER BY series, slot"
        # series, first slots, last slots: one of each a point
        self.newest = (
            "SELECT found.* FROM unnest(%s::int[], %s::int[], %s::int[]) "
            f"AS asked(point, first, last) CROSS JOIN LATERAL ({lying} "
            "WHERE series = asked.point AND slot BETWEEN asked.first AND asked.last + 30 "
            "AND slot - slots < asked.last ORDER BY slot DESC, slots DESC LIMIT 1) AS found"
        )
        # last, last and as many as above, last
        self.newest_slot = (
            f"SELECT max(least(%s::int, newest.slot)) FROM {points} AS point "
            f"CROSS JOIN LATERAL (SELECT slot FROM {chunk} "
            "WHERE series = point.id AND slot <= %s "
            "AND slot - slots < %s ORDER BY slot DESC LIMIT 1) AS newest"
        )
        # slot, slot and as many as above, slot
        self.of_slot = f"{lying} WHERE {covering} ORDER BY series, slot"
        # columns of series, slot, slots, samples, packed
        self.put = (
            f"INSERT INTO {chunk} (series, slot, slots, samples, packed) SELECT * FROM "
            "unnest(%b::int[], %b::int[], %b::smallint[], %b::int[], %b::bytea[]) "
            "ON CONFLICT (series, slot, slots) "
            "DO UPDATE SET samples = excluded.samples, packed = excluded.packed"
        )
        # columns of series, slot, slots
        self.drop = (
            f"DELETE FROM {chunk} AS chunk USING unnest(%b::int[], %b::int[], %b::smallint[]) "
            "AS gone(series, slot, slots) WHERE (chunk.series, chunk.slot, chunk.slots) "
            "= (gone.series, gone.slot, gone.slots)"
        )
        self.drop_before = f"DELETE FROM {chunk} WHERE slot < %s"
        self.counts = (
            "SELECT count(*), coalesce(sum(samples), 0)::bigint, min(slot - slots + 1), "
            f"max(slot) FROM {chunk}"
        )
        self.samples = f"SELECT series, sum(samples)::bigint FROM {chunk} GROUP BY series"
        # first slot, last slot
        self.room = (
            f"SELECT series, sum(samples)::bigint, sum(length(packed))::bigint FROM {chunk} "
            "WHERE slot BETWEEN %s AND %s GROUP BY series"
        )


class Texts:
    """The texts for one stream's tables in one schema."""

    def __init__(self, stream: Stream, schema: str) -> None:
        points = f'"{schema}".{series.name}'
        self.layout = f'SELECT max(version) FROM "{schema}".layout'
        self.all_series = f"SELECT id, point, seal FROM {points}"
        self.series_named = f"{self.all_series} WHERE point = ANY(%s)"
        self.series_after = f"{self.all_series} WHERE id > %s"
        self.series_numbered = f"{self.all_series} WHERE id = ANY(%s)"
        self.add_series = f"COPY {points} (id, point, seal) FROM STDIN (FORMAT BINARY)".encode()
        latest = f'"{schema}".{newest.name}'
        self.batches = BatchTexts(f'"{schema}".{stream.batches.name}', latest)
        self.all_newest = f"SELECT grp, slot, upto, packed FROM {latest} ORDER BY grp"
        # group
        self.newest_of = f"SELECT grp, slot, upto, packed FROM {latest} WHERE grp = %s"
        # columns of grp, slot, upto, packed
        self.put_newest = (
            f"INSERT INTO {latest} (grp, slot, upto, packed) "
            "SELECT * FROM unnest(%b::int[], %b::bigint[], %b::bigint[], %b::bytea[]) "
            "ON CONFLICT (grp) DO UPDATE SET slot = excluded.slot, upto = excluded.upto, "
            "packed = excluded.packed"
        )
        # groups
        self.drop_newest = f"DELETE FROM {latest} WHERE grp = ANY(%s)"
        self.outlines = ChunkTexts(f'"{schema}".{outline.name}', points)
        days, months = f'"{schema}".{day.name}', f'"{schema}".{month.name}'
        # groups, first slot, last slot
        self.days = (
            f"SELECT grp, slot, packed FROM {days} WHERE grp = ANY(%s) "
            "AND slot BETWEEN %s AND %s ORDER BY grp, slot"
        )
        self.room_of_days = f"SELECT coalesce(sum(length(packed)), 0)::bigint FROM {days}"
        # columns of grp, slot, packed
        self.put_day = (
            f"INSERT INTO {days} (grp, slot, packed) "
            "SELECT * FROM unnest(%b::int[], %b::int[], %b::bytea[]) "
            "ON CONFLICT (grp, slot) DO UPDATE SET packed = excluded.packed"
        )
        self.months = f"SELECT grp, month, merged, open FROM {months} ORDER BY grp, month"
        # columns of grp, month, merged, open
        self.put_month = (
            f"INSERT INTO {months} (grp, month, merged, open) "
            "SELECT * FROM unnest(%b::int[], %b::int[], %b::int[], %b::smallint[]) "
            "ON CONFLICT (grp, month) DO UPDATE SET merged = excluded.merged, "
            "open = excluded.open"
        )
        # grp, month
        self.open_month = (
            f"INSERT INTO {months} (grp, month, merged, open) VALUES (%s, %s, 0, 1) "
            f"ON CONFLICT (grp, month) DO UPDATE SET open = {months}.open | 1"
        )
        self.chunks = ChunkTexts(f'"{schema}".{stream.chunks.name}', points)
