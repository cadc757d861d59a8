"""Keeps every version of people, roles, presets and files of the project."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import reading, told, understood
from app.model.version import Thing, ThingKind, ThingVersion
from app.ports import Clock
from app.project.tables import ThingVersionRow
from app.words import _


class Archive:
    """Versions in ``config.sqlite``; methods block, any thread.

    What a thing is now is kept by others: they show it here before and after every
    change. All raise `StoreBroken` when the database cannot be used.
    """

    def __init__(self, engine: Engine, file: Path, now: Clock) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file
        self._now = now

    def found(self, thing: Thing, content: str) -> None:
        """Note how a thing stands; what is known already is not noted twice.

        A thing that differs from its newest version was changed where nobody kept
        versions: an older program, another hand in the folder.
        """
        self._keep(thing, content, "", _("as it was found"))

    def saved(self, thing: Thing, content: str, author: str, note: str) -> ThingVersion:
        """Keep what somebody saved, "" for a thing that is gone; return its newest version."""
        return self._keep(thing, content, author, note)

    def versions(self, thing: Thing) -> list[ThingVersion]:
        """Return the versions of a thing, newest first."""
        row = ThingVersionRow
        wanted = select(row).where(row.kind == thing.kind.value, row.id == thing.id)
        with self._look() as session:
            return [
                _version(each) for each in session.scalars(wanted.order_by(row.number.desc()))
            ]

    def stories(self, kind: ThingKind) -> dict[str, list[ThingVersion]]:
        """Return the versions of everything of a kind by id, newest first."""
        row, found = ThingVersionRow, dict[str, list[ThingVersion]]()
        wanted = select(row).where(row.kind == kind.value).order_by(row.id, row.number.desc())
        with self._look() as session:
            for each in session.scalars(wanted):
                found.setdefault(each.id, []).append(_version(each))
        return found

    def _keep(self, thing: Thing, content: str, author: str, note: str) -> ThingVersion:
        row = ThingVersionRow
        wanted = select(row).where(row.kind == thing.kind.value, row.id == thing.id)
        with told(self._file), Session(self._engine) as session, session.begin():
            newest = session.scalar(wanted.order_by(row.number.desc()).limit(1))
            before = "" if newest is None else newest.content
            if before == content:
                nothing = ThingVersion(0, None, "", "", "")
                return nothing if newest is None else _version(newest)
            made = row(
                kind=thing.kind.value,
                id=thing.id,
                number=1 if newest is None else newest.number + 1,
                at=self._now(),
                author=author,
                note=note,
                content=content,
            )
            session.add(made)
            session.flush()
            return _version(made)

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


def _version(row: ThingVersionRow) -> ThingVersion:
    return ThingVersion(row.number, row.at, row.author, row.note, row.content)
