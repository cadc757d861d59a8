"""Brings notes, documents, alarms and samples of the laptop to ours, none of them twice."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from app.compose.handover.pairing import Pairing
from app.database import back_up
from app.history.schema import FAST, QUARTER
from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, PointId
from app.ports import Sample
from app.project.documents import OF_THE_PLANT
from app.project.names import slug
from app.project.tables import AlarmRow, DocumentRow, NoteRow, StandingRow

_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_TRIES = 10_000
_Row = dict[str, Any]


def bring_notes(theirs: Engine, ours: Engine, pairing: Pairing, wanted: set[str]) -> int:
    """Add the laptop's notes; of a note both went on with, the versions stand by their time."""
    with theirs.connect() as look, ours.begin() as session:
        have: dict[str, list[_Row]] = {}
        for row in _rows(session, NoteRow):
            have.setdefault(row["id"], []).append(row)
        come: dict[str, list[_Row]] = {}
        for row in _rows(look, NoteRow):
            if row["device"] in wanted:
                come.setdefault(row["id"], []).append(_ours(row, pairing))
        count = 0
        for note, versions in come.items():
            known = have.get(note, [])
            fresh = [row for row in versions if _said(row) not in map(_said, known)]
            count += len(fresh)
            if not fresh:
                continue
            story = sorted(
                [*known, *fresh], key=lambda row: (row["written_at"], row["version"])
            )
            table = NoteRow.__table__
            session.execute(table.delete().where(NoteRow.id == note))  # type: ignore[attr-defined]
            for number, row in enumerate(story, 1):
                session.execute(insert(NoteRow), row | {"version": number})
        return count


def bring_documents(
    theirs: tuple[Engine, Path],
    ours: tuple[Engine, Path],
    staged: Path,
    pairing: Pairing,
    wanted: set[str],
) -> int:
    """Add the laptop's documents with their files; what is filed here already is left out."""
    with theirs[0].connect() as look, ours[0].begin() as session:
        have = _rows(session, DocumentRow)
        ids = {row["id"] for row in have}
        filed = {(row["device"], row["title"], row["sha256"]) for row in have}
        count = 0
        for row in _rows(look, DocumentRow):
            device = row["device"]
            if row["id"] in ids or (device is not None and device not in wanted):
                continue
            mapped = row if device is None else row | {"device": pairing.devices[device]}
            if (mapped["device"], row["title"], row["sha256"]) in filed:
                continue
            source = theirs[1] / PurePosixPath(row["path"])
            place = _free_place(mapped, ours[1], staged)
            (staged / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, staged / place)
            session.execute(insert(DocumentRow), mapped | {"path": place.as_posix()})
            count += 1
        return count


def bring_alarms(theirs: Engine, ours: Engine, pairing: Pairing, wanted: set[str]) -> int:
    """Merge both alarm journals by time; how ours stand is not touched by older news."""
    with theirs.connect() as look, ours.begin() as session:
        have = _rows(session, AlarmRow)
        known = {_happened(row) for row in have}
        come = [
            _alarm(row, pairing) for row in _rows(look, AlarmRow) if row["device"] in wanted
        ]
        fresh = [row for row in come if _happened(row) not in known]
        if not fresh:
            return 0
        standing = {row["rule"]: row["seq"] for row in _rows(session, StandingRow)}
        story = sorted([*have, *fresh], key=lambda row: (row["at"], row["seq"]))
        session.execute(StandingRow.__table__.delete())  # type: ignore[attr-defined]
        session.execute(AlarmRow.__table__.delete())  # type: ignore[attr-defined]
        numbered = [row | {"seq": number} for number, row in enumerate(story, 1)]
        session.execute(insert(AlarmRow), numbered)
        last = {row["rule"]: row["seq"] for row in numbered if not row["historical"]}
        assert standing.keys() <= last.keys()  # noqa: S101 - each stood on a line of the journal
        session.execute(insert(StandingRow), [{"rule": r, "seq": s} for r, s in last.items()])
        return len(fresh)


def bring_samples(
    theirs: Path, ours: Path, staged: Path, pairing: Pairing, wanted: set[str]
) -> int:
    """Add the laptop's samples with their qualities to copies of our files; return how many.

    Where both have one of the same moment ours stays, unless it says nothing and the
    laptop's does.
    """
    count = 0
    source, target = EmbeddedHistory(theirs), EmbeddedHistory(ours)
    result = EmbeddedHistory(staged)
    try:
        for stream in (QUARTER.name, FAST.name):
            for point in sorted(source.samples_per_point(stream)):
                if not any(point.startswith(f"{device}.") for device in wanted):
                    continue
                name = pairing.point(point)
                fresh = _missing(
                    source.samples(point, *_EVER, stream),
                    target.samples(name, *_EVER, stream),
                    name,
                )
                if fresh:
                    _copy_files(ours, staged, stream, fresh)
                    result.take_in(fresh, stream)
                    count += len(fresh)
    finally:
        for store in (source, target, result):
            store.close()
    return count


def _missing(theirs: Sequence[Sample], ours: Sequence[Sample], name: PointId) -> list[Sample]:
    have = {each.at: each.reading.quality.believable for each in ours}
    return [
        Sample(each.at, replace(each.reading, point=name))
        for each in theirs
        if not have.get(each.at, False)
        and (each.at not in have or each.reading.quality.believable)
    ]


def _copy_files(ours: Path, staged: Path, stream: str, samples: Sequence[Sample]) -> None:
    """Copy those of our files that will take something, once each."""
    names = {"fast.sqlite"}
    if stream == QUARTER.name:
        names = {f"{each.at.astimezone(UTC).year:04d}.sqlite" for each in samples}
    staged.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (ours / name).is_file() and not (staged / name).exists():
            back_up(ours / name, staged / name)


def _rows(connection: Connection, table: type[Any]) -> list[_Row]:
    wanted = select(table.__table__)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _ours(row: _Row, pairing: Pairing) -> _Row:
    point = row["point"]
    return row | {
        "device": pairing.devices[DeviceId(row["device"])],
        "point": None if point is None else pairing.point(PointId(point)),
    }


def _alarm(row: _Row, pairing: Pairing) -> _Row:
    mapped = _ours(row, pairing)
    rule = pairing.rule_id(row["rule"], row["device"])
    definition = {
        **row["definition"],
        "id": rule,
        "device": mapped["device"],
        "point": mapped["point"],
    }
    return mapped | {"rule": rule, "definition": definition}


def _said(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["written_at"], row["author"], row["text"], row["removed"]


def _written(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["written_at"], row["version"]


def _happened(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["at"], row["rule"], row["state"], row["since"]


def _free_place(row: _Row, ours: Path, staged: Path) -> PurePosixPath:
    """Return a place below the documents that is free with us, close to the laptop's."""
    folder = OF_THE_PLANT if row["device"] is None else slug(row["device"])
    name = PurePosixPath(row["path"]).name
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    return next(
        place for place in _places(folder, stem, ending) if _is_free(place, ours, staged)
    )


def _places(folder: str, stem: str, ending: str) -> Iterable[PurePosixPath]:
    yield PurePosixPath(folder) / f"{stem}{ending}"
    for number in range(2, _TRIES):
        yield PurePosixPath(folder) / f"{stem}-laptop-{number}{ending}"


def _is_free(place: PurePosixPath, ours: Path, staged: Path) -> bool:
    return not (ours / place).exists() and not (staged / place).exists()
