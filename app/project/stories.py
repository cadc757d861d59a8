"""The versions of one device, line, alarm rule or letterhead, out of those of the plant."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.database import reading, told, understood
from app.model.reading import DeviceId
from app.model.version import Thing, ThingKind, ThingStory, ThingVersion
from app.project.tables import DeviceRow, LinkRow, PlantRow, RuleRow, VersionRow

HELD: Mapping[ThingKind, type[Any]] = {
    ThingKind.PLANT: PlantRow,
    ThingKind.LINK: LinkRow,
    ThingKind.DEVICE: DeviceRow,
    ThingKind.RULE: RuleRow,
}
_FEW = 500  # rows asked for one by one; more are all asked for at once
_OURS = {"row_id", "since", "until"}  # columns of a row, none of the thing


class Stories:
    """Looks things up in ``config.sqlite``; methods block, any thread.

    The number of a thing's version is that of the plant's version it came with.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._reading, self._file = reading(engine), file
        self._came: Mapping[DeviceId, datetime] = {}

    def versions(self, thing: Thing) -> list[ThingVersion]:
        """Return the versions of a thing, newest first; none for what never was."""
        held = HELD[thing.kind]
        question = select(held).where(held.id == thing.id).order_by(held.since)
        with self._look() as session:
            rows = list(session.scalars(question))
            numbers = {at for row in rows for at in (row.since, row.until)}
            asked = select(VersionRow)
            if len(numbers) <= _FEW:
                asked = asked.where(VersionRow.number.in_(numbers))
            saved = {each.number: each for each in session.scalars(asked)}
            return _story(rows, saved) if rows else []

    def all(self, kind: ThingKind) -> list[ThingStory]:
        """Return what everything of a kind is called and who touched it last, by id.

        Nothing else is read of the things: some hundredths of a second for 5,000 devices.
        """
        held = HELD[kind]
        name = held.title if kind is ThingKind.PLANT else held.name
        columns = [held.id, held.since, held.until, name]
        if kind is ThingKind.RULE:
            columns.append(held.device)
        question = select(*columns).order_by(held.id, held.since)
        touched = select(VersionRow.number, VersionRow.at, VersionRow.author)
        with self._look() as session:
            # Columns alone need no objects made of them: half the time of ten thousand rows.
            plainly = session.connection().execute
            rows = plainly(question).all()
            saved = {number: (at, author) for number, at, author in plainly(touched)}
        return [
            _head(Thing(kind, id_), list(of_it), saved)
            for id_, of_it in groupby(rows, key=lambda row: str(row[0]))
        ]

    def came(self, devices: Collection[DeviceId]) -> Mapping[DeviceId, datetime]:
        """Return when each device first came into the plant (UTC); others are left out.

        That never changes, so each is looked up once.
        """
        known = self._came
        fresh = [each for each in devices if each not in known]
        if fresh:
            known = self._came = {**known, **self._first(fresh)}
        return {each: known[each] for each in devices if each in known}

    def _first(self, devices: Sequence[DeviceId]) -> dict[DeviceId, datetime]:
        asked = select(DeviceRow.id, func.min(DeviceRow.since).label("since"))
        if len(devices) <= _FEW:
            asked = asked.where(DeviceRow.id.in_(devices))
        first = asked.group_by(DeviceRow.id).subquery()
        question = select(first.c.id, VersionRow.at).join(
            VersionRow, VersionRow.number == first.c.since
        )
        with self._look() as session:
            return {row[0]: row[1] for row in session.execute(question)}

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._file), understood(self._file), Session(self._reading) as session:
            yield session


def _head(
    thing: Thing,
    rows: Sequence[Sequence[Any]],  # id, since, until, name, of a rule its device
    saved: Mapping[int, tuple[datetime, str]],
) -> ThingStory:
    began = {row[1] for row in rows}
    ended = [row[2] for row in rows if row[2] and row[2] not in began]
    _id, since, until, name, *device = rows[-1]
    at, author = saved[until or since]
    count = len(rows) + len(ended)
    return ThingStory(
        thing,
        name or thing.id,
        at,
        author,
        count,
        is_gone=until is not None,
        watches=str(device[0]) if device else "",
    )


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
