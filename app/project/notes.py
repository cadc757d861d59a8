"""Notes kept with devices: every version stays, nobody's words are overwritten unseen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, and_, func, select
from sqlalchemy.orm import Session

from app.asked import Note
from app.database import reading, told, understood
from app.errors import BadInput, Conflict
from app.model.reading import DeviceId, PointId, split_point
from app.ports import Clock
from app.project.tables import NoteRow
from app.words import _

LONGEST_NOTE = 20_000  # characters
MOST_NOTES = 10_000  # of one device
Witness = Callable[[Note | None, Note], object]
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Notes:
    """The notes in ``config.sqlite``; methods block, any thread.

    All raise `StoreBroken` when the database cannot be used.
    """

    def __init__(self, engine: Engine, file: Path, now: Clock) -> None:
        self._engine, self._reading, self._file, self._now = engine, reading(engine), file, now

    def of(self, device: DeviceId) -> list[Note]:
        """Return a device's notes as they read now, the newest moment first."""
        newest = (
            select(NoteRow.id, func.max(NoteRow.version).label("version"))
            .where(NoteRow.device == device)
            .group_by(NoteRow.id)
            .subquery()
        )
        wanted = select(NoteRow).join(
            newest, and_(NoteRow.id == newest.c.id, NoteRow.version == newest.c.version)
        )
        with self._look() as session:
            rows = session.scalars(wanted.where(~NoteRow.removed))
            found = [_note(row) for row in rows]
        return sorted(found, key=_moment, reverse=True)

    def versions(self, note: str) -> list[Note]:
        """Return every version of a note, newest first; `BadInput` for an unknown one."""
        wanted = select(NoteRow).where(NoteRow.id == note).order_by(NoteRow.version.desc())
        with self._look() as session:
            found = [_note(row) for row in session.scalars(wanted) if not row.removed]
        if not found:
            raise BadInput(_("there is no such note; it was perhaps removed"))
        return found

    def keep(
        self, note: Note, author: str, witness: Witness = lambda _old, _kept: None
    ) -> Note:
        """Add a note or its next version.

        ``witness`` hears of the version before and the new one before it is committed.
        """
        _require_fit(note)
        with told(self._file), Session(self._engine) as session, session.begin():
            before = self._newest(session, note.id) if note.id else None
            if before is None:
                self._require_room(session, note.device)
            else:
                _require_seen(note, before)
            kept = replace(
                note,
                id=note.id or uuid4().hex,
                device=note.device if before is None else DeviceId(before.device),
                text=note.text.strip(),
                author=author,
                written_at=self._now(),
                version=1 if before is None else before.version + 1,
            )
            old = None if before is None else _note(before)
            session.add(_row(kept))
            session.flush()
            witness(old, kept)
        return kept

    def remove(
        self, note: str, author: str, witness: Callable[[Note], object] = lambda _was: None
    ) -> None:
        """Take a note off the list; ``witness`` hears before that what it read."""
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = self._newest(session, note)
            was = _note(newest)
            row = _row(
                replace(was, author=author, written_at=self._now(), version=was.version + 1)
            )
            row.removed = True
            session.add(row)
            session.flush()
            witness(was)

    def _newest(self, session: Session, note: str) -> NoteRow:
        wanted = select(NoteRow).where(NoteRow.id == note).order_by(NoteRow.version.desc())
        row = session.scalars(wanted.limit(1)).first()
        if row is None or row.removed:
            raise BadInput(_("there is no such note; it was perhaps removed"))
        return row

    def _require_room(self, session: Session, device: DeviceId) -> None:
        own = select(func.count(NoteRow.id.distinct())).where(NoteRow.device == device)
        if (session.scalar(own) or 0) >= MOST_NOTES:
            raise BadInput(_("this device has too many notes; remove some first"))

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


def _require_fit(note: Note) -> None:
    if not note.text.strip():
        raise BadInput(_("a note without words is not kept"))
    if len(note.text) > LONGEST_NOTE:
        raise BadInput(_("a note takes at most {count} characters").format(count=LONGEST_NOTE))
    if note.about_at is not None and note.about_at.tzinfo is None:
        raise BadInput("the moment of a note must carry a time zone")
    if note.point is not None and split_point(note.point)[0] != note.device:
        raise BadInput(f"{note.point} is no point of {note.device}")


def _require_seen(note: Note, newest: NoteRow) -> None:
    if newest.device != note.device:
        raise BadInput(f"the note {note.id} belongs to another device")
    if newest.version != note.version:
        raise Conflict(
            _("{name} has changed this note meanwhile: look at it and write again").format(
                name=newest.author
            )
        )


def _row(note: Note) -> NoteRow:
    return NoteRow(
        id=note.id,
        version=note.version,
        device=note.device,
        point=note.point,
        text=note.text,
        about_at=note.about_at,
        author=note.author,
        written_at=note.written_at,
        removed=False,
    )


def _note(row: NoteRow) -> Note:
    return Note(
        id=row.id,
        device=DeviceId(row.device),
        text=row.text,
        about_at=row.about_at,
        point=None if row.point is None else PointId(row.point),
        author=row.author,
        written_at=row.written_at,
        version=row.version,
    )


def _moment(note: Note) -> tuple[datetime, str]:
    written = note.written_at or _LONG_AGO
    return (note.about_at or written, note.id)
