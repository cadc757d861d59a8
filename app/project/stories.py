"""The versions of one device, line, alarm rule or letterhead, out of those of the plant."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import reading, told, understood
from app.model.version import Thing, ThingKind, ThingVersion
from app.project.tables import DeviceRow, HeldRow, LinkRow, PlantRow, RuleRow, VersionRow

HELD: Mapping[ThingKind, type[Any]] = {
    ThingKind.PLANT: PlantRow,
    ThingKind.LINK: LinkRow,
    ThingKind.DEVICE: DeviceRow,
    ThingKind.RULE: RuleRow,
}
_FEW = 500  # versions asked for one by one; more are told all at once
_OURS = {"row_id", "since", "until"}  # columns of a row, none of the thing


class Stories:
    """Looks things up in ``config.sqlite``; methods block, any thread.

    The number of a thing's version is that of the plant's version it came with.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._reading, self._file = reading(engine), file

    def versions(self, thing: Thing) -> list[ThingVersion]:
        """Return the versions of a thing, newest first; none for what never was."""
        return self._told(thing.kind, lambda row: row.id == thing.id).get(thing.id, [])

    def stories(self, kind: ThingKind) -> dict[str, list[ThingVersion]]:
        """Return the versions of everything of a kind by id, newest first."""
        return self._told(kind, lambda _row: True)

    def _told(
        self, kind: ThingKind, wanted: Callable[[Any], Any]
    ) -> dict[str, list[ThingVersion]]:
        held, found = HELD[kind], dict[str, list[HeldRow]]()
        question = select(held).order_by(held.id, held.since)
        condition = wanted(held)
        if condition is not True:
            question = question.where(condition)
        with self._look() as session:
            for row in session.scalars(question):
                found.setdefault(row.id, []).append(row)
            numbers = {
                at for rows in found.values() for row in rows for at in (row.since, row.until)
            }
            asked = select(VersionRow)
            if len(numbers) <= _FEW:
                asked = asked.where(VersionRow.number.in_(numbers))
            saved = {each.number: each for each in session.scalars(asked)}
            return {id_: _story(rows, saved) for id_, rows in found.items()}

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


def _story(rows: list[Any], saved: Mapping[int, VersionRow]) -> list[ThingVersion]:
    made: list[ThingVersion] = []
    began = {row.since for row in rows}
    for row in rows:
        made.append(_version(saved[row.since], _content(row)))
        if row.until is not None and row.until not in began:
            made.append(_version(saved[row.until], ""))
    return made[::-1]


def _version(row: VersionRow, content: str) -> ThingVersion:
    return ThingVersion(row.number, row.at, row.author, row.note, content)


def _content(row: Any) -> str:
    names = {column.key for column in row.__mapper__.column_attrs}
    return json.dumps(
        {name: getattr(row, name) for name in sorted(names - _OURS)},
        ensure_ascii=False,
        sort_keys=True,
    )
