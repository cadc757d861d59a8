"""A history that goes on when one of its files is damaged: the file is set aside, once.

A file that is damaged fails at every try, and with it all that is written after. So at the
first error it is moved into ``quarantine``, with the log that belongs to it and nothing
changed in it, and a new file takes its place. What can be read of it is brought back by
`Salvaging`, at any time, as often as anybody likes.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from zoneinfo import ZoneInfo

from app.database import told
from app.errors import StoreDamaged
from app.history.history import UTC_DAYS, History
from app.history.salvage import bring_back
from app.history.samples import Bulk, Named
from app.history.sqliteplace import SqlitePlace
from app.history.store import EmbeddedHistory
from app.model.backup import Salvaged
from app.ports import Clock
from app.users.privatefile import replace_file, sync_folder
from app.words import ngettext

QUARANTINE = "quarantine"  # the folder inside that of the history
_DONE = "salvaged.json"
_ENDING = ".broken"  # so that nobody takes it for a database that is in use
_LATER = ("-wal", "-shm", "")  # the log first: alone it would be taken for the new file's
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A damaged file in its folder of the quarantine."""

    folder: Path
    name: str  # as it was called: "2026.sqlite"

    @property
    def file(self) -> Path:
        """The file itself."""
        return self.folder / f"{self.name}{_ENDING}"

    @property
    def log(self) -> Path:
        """The write-ahead log that belonged to it, there or not."""
        return self.folder / f"{self.name}{_ENDING}-wal"

    @property
    def salvaged(self) -> bool:
        """Whether its readable rest was brought back."""
        return (self.folder / _DONE).is_file()


def set_aside_in(history: Path) -> list[SetAside]:
    """Return the damaged files of a history, the oldest first; nothing is read of them."""
    return [
        SetAside(file.parent, file.name.removesuffix(_ENDING))
        for file in sorted((history / QUARANTINE).glob(f"*/*.sqlite{_ENDING}"))
    ]


def salvage_all(
    folder: Path,
    history: History,
    *,
    again: bool = False,
    keep_going: Callable[[], bool] = lambda: True,
) -> Iterator[Salvaged]:
    """Bring back what can be read of each file in quarantine; ``history`` takes its place.

    Files that were brought back already are left out but for ``again``, which brings
    nothing twice: a moment that something is kept of stays as it is.

    Args:
        folder: Of the history.
        history: Where to.
        again: Those that were brought back already, too.
        keep_going: Asked between transactions.

    Raises `StoreBroken`.
    """
    for each in set_aside_in(folder):
        if each.salvaged and not again:
            continue
        log = each.log if each.log.is_file() else None
        done = bring_back(each.file, each.name, history, log, keep_going)
        if not keep_going():
            return
        with told(each.folder):
            replace_file(each.folder / _DONE, json.dumps(asdict(done), indent=1).encode())
        _log.warning("salvaged %s", done)
        yield done


class GuardedHistory(EmbeddedHistory):
    """An `EmbeddedHistory` for who records; any thread."""

    def __init__(
        self,
        folder: Path,
        zone: ZoneInfo = UTC_DAYS,
        now: Clock = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(folder, zone)
        self._now = now
        self._damaged = set[Path]()
        self._noting, self._turn = Lock(), Lock()
        self._left = [each for each in set_aside_in(folder) if not each.salvaged]

    @property
    def trouble(self) -> str:
        """What an operator must know of files in quarantine; "" while there are none left."""
        waiting = self._left
        if not waiting:
            return ""
        return ngettext(
            "{count} history file is damaged and was set aside ({names}): recording goes on "
            "in a new one; “heatdesk salvage” brings back what can be read",
            "{count} history files are damaged and were set aside ({names}): recording goes on "
            "in new ones; “heatdesk salvage” brings back what can be read",
            len(waiting),
        ).format(count=len(waiting), names=", ".join(each.name for each in waiting))

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        """Make samples durable, in a new file where the one there is damaged."""
        self.set_damaged_aside()
        try:
            super().bring(brought, stream)
        except StoreDamaged:
            if not self.set_damaged_aside():
                raise
            super().bring(brought, stream)  # once more: sent twice is kept once

    def set_damaged_aside(self) -> bool:
        """Move files in which damage was met into quarantine; whether there were any.

        Only who writes calls this, between two writings. Raises `StoreBroken` where a file
        cannot be moved: it is tried again at the next writing.
        """
        with self._turn:
            with self._noting:
                damaged = sorted(self._damaged)
            for path in damaged:
                self._retire(path)
                self._move(path)
                with self._noting:
                    self._damaged.discard(path)
            return bool(damaged)

    def look_again(self) -> None:
        """Take in that files of the quarantine were salvaged, or went."""
        self._left = [each for each in set_aside_in(self._folder) if not each.salvaged]

    def _met_damage(self, path: Path) -> None:
        with self._noting:
            self._damaged.add(path)

    def _retire(self, path: Path) -> None:
        with self._opening:
            history = self._files.pop(path, None)
        if history is not None:
            assert isinstance(history.place, SqlitePlace)  # noqa: S101 - of an embedded one
            history.place.retire()
            history.close()

    def _move(self, path: Path) -> None:
        if not path.exists():
            return
        folder = self._aside_for(path)
        with told(path):
            folder.mkdir(parents=True, exist_ok=True)
            for ending in _LATER:
                source = path.with_name(f"{path.name}{ending}")
                if source.exists():
                    source.replace(folder / f"{path.name}{_ENDING}{ending}")
            sync_folder(folder)
            sync_folder(path.parent)
        self._left = [*self._left, SetAside(folder, path.name)]
        _log.error("%s is damaged and was set aside into %s", path, folder)

    def _aside_for(self, path: Path) -> Path:
        """Return where a file goes: a folder of its own, or the one a kill left half-way."""
        place = self._folder / QUARANTINE
        for begun in sorted(place.glob(f"*-{path.stem}")):
            if not (begun / f"{path.name}{_ENDING}").exists():
                return begun
        return place / f"{self._now():%Y%m%dT%H%M%S%fZ}-{path.stem}"
