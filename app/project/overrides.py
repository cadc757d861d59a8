"""Overrides as they are kept: so that a restart forgets none of them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.database import reading, told
from app.model.override import Override
from app.model.reading import DeviceId
from app.project.tables import OverrideRow

_FIELDS = (
    "id", "device", "key", "former", "value", "login", "name", "workstation", "reason",
    "since", "until",
)  # fmt: skip


class SqlOverrides:
    """The overrides in ``config.sqlite``, an `app.ports.OverrideBook`; methods block.

    All raise `StoreBroken` when the database cannot be used: then nothing is overridden.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file

    def standing(self) -> Sequence[Override]:
        """Return those that stand, the oldest first."""
        wanted = select(OverrideRow).where(OverrideRow.ended_at.is_(None))
        with told(self._file), Session(self._reading) as session:
            rows = session.scalars(wanted.order_by(OverrideRow.since)).all()
            return [_override(row) for row in rows]

    def begin(self, made: Override) -> None:
        """Note one before its value is sent; one of the same setting stands beside it."""
        row = OverrideRow(**{name: getattr(made, name) for name in _FIELDS}, ended="")
        with told(self._file), Session(self._engine) as session, session.begin():
            session.add(row)

    def end(self, override: str, how: str, at: datetime) -> None:
        """Note how one ended; one that has ended stays as it ended."""
        with told(self._file), Session(self._engine) as session, session.begin():
            row = session.get(OverrideRow, override)
            if row is not None and row.ended_at is None:
                row.ended_at, row.ended = at, how


def _override(row: OverrideRow) -> Override:
    kept = {name: getattr(row, name) for name in _FIELDS}
    return Override(**kept | {"device": DeviceId(row.device)})
