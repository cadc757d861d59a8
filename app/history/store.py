"""The history of a plant in files of its own: one for each year, one for the last two days."""

import re
from collections.abc import Collection
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from app.database import told
from app.history.history import STREAMS, UTC_DAYS, History
from app.history.schema import FAST, Stream
from app.history.sqliteplace import SqlitePlace
from app.history.streamhistory import StreamHistory

__all__ = ["STREAMS", "EmbeddedHistory"]

_FAST_FILE = "fast.sqlite"
_FEW_YEARS = 20
_YEAR_FILE = re.compile(r"\d{4}\.sqlite")


class EmbeddedHistory(History):
    """A `HistoryStore` in SQLite files of one folder.

    The quarter stream has one file a year (`2026.sqlite`, by UTC), so that a year is
    thrown away by removing its file; the fast stream has `fast.sqlite`.
    """

    def __init__(self, folder: Path, zone: ZoneInfo = UTC_DAYS) -> None:
        """``zone`` is the plant's: its days are those of which figures are kept."""
        self.zone = zone
        self._folder = folder
        self._files: dict[Path, StreamHistory] = {}
        self._opening = Lock()

    def there(
        self, stream: Stream, years: Collection[int] | None = None
    ) -> list[StreamHistory]:
        """Return the files of a stream that are there, the older one first."""
        if stream is FAST:
            fast = self._folder / _FAST_FILE
            return [self._file(fast, stream)] if fast.exists() else []
        if years is not None and len(years) <= _FEW_YEARS:  # quicker than to read the folder
            asked = [self._folder / _year_file(year) for year in sorted(years)]
            return [self._file(path, stream) for path in asked if path.exists()]
        return [
            self._file(path, stream)
            for path in sorted(self._folder.glob("*.sqlite"))
            if _YEAR_FILE.fullmatch(path.name) and (years is None or int(path.stem) in years)
        ]

    def place_of(self, stream: Stream, year: int) -> StreamHistory:
        """Return the file that takes samples filed in a year."""
        name = _FAST_FILE if stream is FAST else _year_file(year)
        return self._file(self._folder / name, stream)

    def close(self) -> None:
        """Let go of all files; may be called twice."""
        with self._opening:
            files, self._files = self._files, {}
        for file in files.values():
            file.close()

    def empty(self) -> None:
        """Take all files away, whatever they hold; raises `StoreBroken`."""
        self.close()
        with told(self._folder):
            for file in self._folder.glob("*.sqlite*"):
                file.unlink()

    def _file(self, path: Path, stream: Stream) -> StreamHistory:
        with self._opening:
            if path not in self._files:
                place = SqlitePlace(path, stream, self._met_damage)
                self._files[path] = StreamHistory(place, stream, lambda: self.zone)
            return self._files[path]

    def _met_damage(self, path: Path) -> None:
        """Hear that a file is damaged; who records does something about it."""


def _year_file(year: int) -> str:
    return f"{year:04d}.sqlite"
