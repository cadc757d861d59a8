"""The history of a plant on a PostgreSQL server: a schema for each year, one for two days."""

import re
from collections.abc import Collection
from threading import Lock
from zoneinfo import ZoneInfo

from sqlalchemy import Table

from app.databaseserver import DatabaseServer
from app.history.history import UTC_DAYS, History
from app.history.schema import FAST, QUARTER, Stream, server_tables
from app.history.serverplace import Lender, SchemaPlace
from app.history.streamhistory import StreamHistory

_SCHEMAS = b"SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) ORDER BY nspname"


class ServerHistory(History):
    """A `HistoryStore` on a server, of the same batches and chunks as in files.

    The quarter stream has one schema a year (``heatdesk_y2026``, by UTC), so that a year
    is thrown away by dropping it; the fast stream has ``heatdesk_fast``. One collector
    writes, whoever is let in reads, at any workstation.
    """

    def __init__(self, server: DatabaseServer, zone: ZoneInfo = UTC_DAYS) -> None:
        """``zone`` is the plant's: its days are those of which figures are kept."""
        self.zone = zone
        self._lender = Lender(server)
        self._fast = server.place.part("fast")
        self._years = server.place.part("y")
        self._year = re.compile(re.escape(self._years) + r"(\d{4})")
        self._places: dict[str, StreamHistory] = {}
        self._opening = Lock()

    def there(
        self, stream: Stream, years: Collection[int] | None = None
    ) -> list[StreamHistory]:
        """Return the schemas of a stream that are there, the older one first."""
        if stream is FAST:
            fast = self._place(self._fast, stream)
            return [fast] if fast.place.there else []
        with self._lender.lent() as (connection, _codec):
            names = [name for (name,) in connection.execute(_SCHEMAS, (self._years,))]
        found = [match for name in names if (match := self._year.fullmatch(name))]
        return [
            self._place(match[0], stream)
            for match in found
            if years is None or int(match[1]) in years
        ]

    def place_of(self, stream: Stream, year: int) -> StreamHistory:
        """Return the schema that takes samples filed in a year."""
        name = self._fast if stream is FAST else f"{self._years}{year:04d}"
        return self._place(name, stream)

    def schemas(self) -> list[tuple[str, list[Table]]]:
        """Return every schema that is there, with its tables."""
        return [
            (place.place.name.rpartition("/")[2], server_tables(stream))
            for stream in (QUARTER, FAST)
            for place in self.there(stream)
        ]

    def close(self) -> None:
        """Let go of the server; may be called twice."""
        with self._opening:
            self._places.clear()
        self._lender.close()

    def _place(self, schema: str, stream: Stream) -> StreamHistory:
        with self._opening:
            if schema not in self._places:
                place = SchemaPlace(self._lender, schema, stream)
                self._places[schema] = StreamHistory(place, stream, lambda: self.zone)
            return self._places[schema]
