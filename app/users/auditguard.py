"""The audit with its storage watched: what stops when it is full, and what never does."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Unpack

from sqlalchemy import Engine

from app.errors import BadInput, StoreBroken
from app.ports import Clock, Deed
from app.users.audit import SqlAuditTrail
from app.users.auditroom import MB, WARN_FREE, AuditRoom, Level, Standing, judged, late_words
from app.users.chain import LIMIT_VERB, STORAGE_VERB
from app.words import _

_OWN = Deed(login="", name="Heatdesk", workstation="", verb=STORAGE_VERB, entity="audit")
_log = logging.getLogger(__name__)


class GuardedAudit(SqlAuditTrail):
    """The audit of an open project, an `AuditTrail`; any thread, all methods block.

    Before a deed somebody asks `admit` and writes it with `append`: when that raises,
    the deed does not happen. What is essential or happened already goes by `keep`: it
    waits in memory while nothing can be written, is written with its own moment as soon
    as something can, and is told in `troubles` until then. Full or failing storage
    stops by itself what may be stopped, and goes on by itself when there is room.
    """

    def __init__(
        self,
        engine: Engine,
        file: Path,
        key: bytes,
        now: Clock,
        *,
        renewed: str = "",
        room: AuditRoom | None = None,
        head: Path | None = None,
    ) -> None:
        """Go on with the chain in ``file``, within the ``room`` it has.

        ``head`` is where its signed end lies, instead of beside the file.
        """
        self._room = room or AuditRoom()
        self._gate = RLock()
        self._late: list[tuple[Deed, datetime]] = []
        self._lost = 0
        self._fault = ""
        self._identity: tuple[int, int] | None = None
        self._standing = Standing(Level.WELL, 0, self._room.limit_bytes, 0)
        super().__init__(engine, file, key, now, renewed=renewed, head=head)
        self._take_limit()
        self._project = self._head.parent
        self._identity = None if self._shared else _identity_of(file)

    @property
    def standing(self) -> Standing:
        """How the storage stood when it was last looked at."""
        return self._standing

    @property
    def troubles(self) -> Sequence[str]:
        """What an operator must know of it, a sentence each; nothing while all is well."""
        waiting = len(self._late) if self._fault else 0  # else it is being written just now
        said = (self._standing.says, late_words(waiting, self._lost))
        return tuple(each for each in said if each)

    def admit(self) -> None:
        """Raise `StoreBroken` with a sentence while nothing may be changed."""
        standing = self.look()
        if standing.level is Level.STOPPED:
            raise StoreBroken(standing.says)

    def append(self, **deed: Unpack[Deed]) -> int:
        """Write down what is about to happen, after everything that waits.

        Raises `StoreBroken`: then it must not happen.
        """
        with self._gate:
            self._write_late()
            return self._tried(deed, self._now())

    def keep(self, **deed: Unpack[Deed]) -> None:
        """Write down what happened, at once or as soon as it can be; never raises."""
        with self._gate:
            self._wait(deed)
            self._try_late()

    def look(self) -> Standing:
        """Look at the storage; write what waits, and every change of the level."""
        with self._gate:
            for _turn in range(2):  # telling of a failure may be what shows that it is over
                self._try_late()
                before, self._standing = self._standing, self._judged()
                if self._standing.level is before.level:
                    break
                self._tell(before)
            return self._standing

    def limit(self, limit_bytes: int, deed: Deed) -> Standing:
        """Give it other room from now on, and after a restart; the audit itself says so.

        Raises `BadInput` for less than it takes already: that would stop the plant.
        """
        standing = self.look()
        if limit_bytes < standing.size_bytes:
            raise BadInput(
                _("the activity log has taken {size} MB already: archive its oldest part first")
                .format(size=-(-standing.size_bytes // MB))
            )  # fmt: skip
        said = deed.copy()
        said["verb"], said["entity"], said["result"] = LIMIT_VERB, "audit", "done"
        said["old"], said["new"] = f"{standing.limit_bytes // MB} MB", f"{limit_bytes // MB} MB"
        self.append(**said)
        self._room = replace(self._room, limit_bytes=limit_bytes)
        return self.look()

    def _take_limit(self) -> None:
        """Go on with the limit that was set last, if one ever was."""
        for entry in reversed(self.rows.of_verb(LIMIT_VERB)):
            words = entry.new.split()
            if len(words) == 2 and words[0].isdecimal():  # noqa: PLR2004 - a number and MB
                self._room = replace(self._room, limit_bytes=int(words[0]) * MB)
                return

    def close(self) -> None:
        """Write what waits, if it can be, and let go of the file."""
        with self._gate:
            self._try_late()
            if self._late:
                _log.error("%d entries of the audit are lost: %s", len(self._late), self._fault)
        super().close()

    def _wait(self, deed: Deed) -> None:
        if len(self._late) < self._room.most_late:
            self._late.append((deed, self._now()))
        else:
            self._lost += 1
            _log.error("an entry of the audit is lost, too many wait: %s", dict(deed))

    def _try_late(self) -> None:
        try:
            self._write_late()
        except StoreBroken as error:
            _log.debug("%d entries of the audit wait: %s", len(self._late), error)

    def _write_late(self) -> None:
        while self._late:
            self._tried(*self._late[0])
            del self._late[0]
        if self._lost:
            said = late_words(0, self._lost)
            self._tried(Deed(**_OWN, result=f"{self._lost} lost", reason=said), self._now())
            self._lost = 0

    def _tried(self, deed: Deed, at: datetime) -> int:
        try:
            self._require_place()
            number = self._add(deed, at)
        except StoreBroken as error:
            if not self._fault:
                _log.error("the audit cannot be written: %s", error)
            self._fault = str(error)
            raise
        self._fault = ""
        return number

    def _judged(self) -> Standing:
        size = self._standing.size_bytes
        try:
            size = self.rows.size_bytes()
            free = self._room.free(self._project)
        except OSError as error:
            return judged(self._room, size, 0, self._standing.level, str(error))
        except StoreBroken as error:  # a server that is gone: nothing can be written there
            free = self._room.keep_free_bytes * WARN_FREE
            return judged(self._room, size, free, self._standing.level, str(error))
        return judged(self._room, size, free, self._standing.level, self._gone() or self._fault)

    def _gone(self) -> str:
        """Return "" while the file lies where it was opened: it can be taken from under us."""
        if self._identity is None or self._identity == _identity_of(self.file):
            return ""
        return _("{file} is gone, or another file lies in its place").format(file=self.file)

    def _require_place(self) -> None:
        if gone := self._gone():
            raise StoreBroken(gone)

    def _tell(self, before: Standing) -> None:
        """Let the audit itself say that its storage stands otherwise now."""
        after = self._standing
        words = {Level.WELL: "enough room", Level.SCARCE: "scarce", Level.STOPPED: "stopped"}
        _log.warning("storage of the audit: %s %s", words[after.level], after.says)
        deed = Deed(**_OWN, old=words[before.level], new=words[after.level], reason=after.why)
        self._wait(deed)
        self._try_late()


def _identity_of(file: Path) -> tuple[int, int] | None:
    """Return what no other file on this computer has; None where none is there."""
    try:
        there = file.stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino
