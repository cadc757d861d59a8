"""Files kept with a device: reports, notes, pictures. What is filed is never overwritten."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import uuid4

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session, aliased

from app.asked import Document
from app.database import reading, told, understood
from app.errors import BadInput, StoreBroken
from app.model.reading import DeviceId
from app.ports import Clock
from app.project.names import slug
from app.project.tables import DocumentRow
from app.users.privatefile import sync_folder

OF_THE_PLANT = "_plant"  # folder of documents that belong to no device; no device id begins so
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
Witness = Callable[[Document], object]
_TRIES = 10_000  # documents of one name on one day


class Documents:
    """The documents folder and its list in ``config.sqlite``; methods block, any thread.

    Files lie at ``documents/<device>/<date>-<name>-<n>.<ending>``. All methods raise
    `StoreBroken` when a file or the database cannot be used.
    """

    def __init__(self, engine: Engine, root: Path, now: Clock) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._root = root
        self._now = now

    def file(
        self,
        content: bytes | Path,
        name: str,
        *,
        title: str,
        kind: str,
        created_by: str,
        device: DeviceId | None = None,
        zone: tzinfo = UTC,
        replaces: str = "",
        witness: Witness = lambda _document: None,
    ) -> Document:
        """Keep a copy of ``content`` and return where it lies.

        Args:
            content: The bytes, or a file to copy.
            name: What the file should be called, with its ending: "report.pdf". Letters
                that some system does not take are replaced.
            title: As shown in lists.
            kind: What it is: "commissioning-report", "note" …
            created_by: The name of who made it.
            device: Whose it is; ``None`` for the plant as a whole.
            zone: Local time of the plant, for the date in the file's name.
            replaces: The id of a document of which this is the next version.
            witness: Hears of it before it is on the list; what it raises keeps it off.
        """
        at = self._now()
        folder = self._folder_of(device)
        with told(self._root), _source(content) as source:
            path, size, digest = _put(source, folder, f"{at.astimezone(zone):%Y-%m-%d}", name)
        own = uuid4().hex
        row = DocumentRow(
            id=own,
            device=device,
            title=title.strip() or name,
            kind=kind,
            path=path.relative_to(self._root).as_posix(),
            created_at=at,
            created_by=created_by,
            size=size,
            sha256=digest,
            series=own,
            version=1,
        )
        try:
            with told(self._root), Session(self._engine) as session, session.begin():
                if replaces:
                    before = _newest(session, replaces)
                    row.series, row.version = before.series, (before.version or 1) + 1
                session.add(row)
                session.flush()
                filed = self._document(row)
                witness(filed)
        except (StoreBroken, BadInput):
            path.unlink(missing_ok=True)  # what is in no list would lie there for ever
            raise
        return filed

    def all(self, device: DeviceId | None = None) -> list[Document]:
        """Return each document's newest version, of a device or the project, newest first."""
        newer = aliased(DocumentRow)
        outdated = exists().where(
            newer.series == DocumentRow.series, newer.version > DocumentRow.version
        )
        wanted = (
            select(DocumentRow)
            .where(DocumentRow.removed_at.is_(None), ~outdated)
            .order_by(DocumentRow.created_at.desc(), DocumentRow.path)
        )
        if device is not None:
            wanted = wanted.where(DocumentRow.device == device)
        with self._look() as session:
            return [self._document(row) for row in session.scalars(wanted)]

    def get(self, document: str) -> Document:
        """Return one document by its id; `BadInput` for an unknown one."""
        with self._look() as session:
            if (row := session.get(DocumentRow, document)) is None:
                raise BadInput(f"there is no document {document}")
            return self._document(row)

    def versions(self, document: str) -> list[Document]:
        """Return every version of a document, newest first; ``document`` is any one's id."""
        with self._look() as session:
            if (row := session.get(DocumentRow, document)) is None:
                raise BadInput(f"there is no document {document}")
            wanted = select(DocumentRow).where(DocumentRow.series == row.series)
            rows = session.scalars(wanted.order_by(DocumentRow.version.desc()))
            return [self._document(each) for each in rows]

    def remove(self, document: str, witness: Witness = lambda _document: None) -> None:
        """Take a document with all its versions off the list; the files stay where they are.

        ``witness`` hears of it before it is committed.
        """
        with told(self._root), Session(self._engine) as session, session.begin():
            newest = _newest(session, document)
            rows = session.scalars(
                select(DocumentRow).where(DocumentRow.series == newest.series)
            )
            at = self._now()
            for row in rows:
                row.removed_at = at
            session.flush()
            witness(self._document(newest))

    def faults(self) -> list[str]:
        """Return a sentence for each document that is gone, changed, or in no list."""
        with self._look() as session:
            rows = list(session.scalars(select(DocumentRow).order_by(DocumentRow.path)))
            found = [fault for row in rows if (fault := self._fault(row))]
            listed = {row.path for row in rows}
        for path in sorted(self._root.rglob("*")):
            inside = path.relative_to(self._root).as_posix()
            if path.is_file() and inside not in listed:
                found.append(f"{path} is in no list of documents")
        return found

    @contextmanager
    def _look(self) -> Iterator[Session]:
        with told(self._root), understood(self._root), Session(self._reading) as session:
            yield session

    def _fault(self, row: DocumentRow) -> str:
        path = self._root / PurePosixPath(row.path)
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return f"{path} ({row.title}) is gone"
        except OSError as error:
            return f"{path} ({row.title}) cannot be read: {error}"
        return "" if digest == row.sha256 else f"{path} ({row.title}) was changed after filing"

    def _folder_of(self, device: DeviceId | None) -> Path:
        folder = self._root / (OF_THE_PLANT if device is None else slug(device))
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            inside = folder.resolve().is_relative_to(self._root.resolve())
        if not inside:
            raise StoreBroken(f"{folder} leads out of the project: nothing is filed there")
        return folder

    def _document(self, row: DocumentRow) -> Document:
        return Document(
            id=row.id,
            device=None if row.device is None else DeviceId(row.device),
            title=row.title,
            kind=row.kind,
            path=self._root / PurePosixPath(row.path),
            created_at=row.created_at,
            created_by=row.created_by,
            version=row.version or 1,
            size=row.size,
        )


def _newest(session: Session, document: str) -> DocumentRow:
    """Return the newest version of a document that is on the list; else `BadInput`."""
    row = session.get(DocumentRow, document)
    if row is None or row.removed_at is not None:
        raise BadInput(f"there is no document {document}")
    wanted = select(DocumentRow).where(DocumentRow.series == row.series)
    found = session.scalars(wanted.order_by(DocumentRow.version.desc()).limit(1)).first()
    return found or row


@contextmanager
def _source(content: bytes | Path) -> Iterator[BinaryIO]:
    if isinstance(content, bytes):
        yield BytesIO(content)
        return
    with content.open("rb") as stream:
        yield stream


def _put(source: BinaryIO, folder: Path, date: str, name: str) -> tuple[Path, int, str]:
    """Write ``source`` under the first free number; return path, bytes and SHA-256."""
    wished = PurePosixPath(name.replace("\\", "/"))
    ending = wished.suffix.lower() if _SUFFIX.fullmatch(wished.suffix.lower()) else ""
    stem = slug(wished.stem)
    path, target = _first_free(folder, f"{date}-{stem}", ending)
    try:
        with target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
            size = target.tell()
        with path.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        sync_folder(folder)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return path, size, digest


def _first_free(folder: Path, stem: str, ending: str) -> tuple[Path, BinaryIO]:
    for number in range(1, _TRIES):
        path = folder / f"{stem}-{number}{ending}"
        try:
            return path, path.open("xb")
        except FileExistsError:
            continue
    raise FileExistsError(f"{folder} holds {_TRIES} files named {stem}")
