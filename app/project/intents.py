"""Wishes to change a setting that were sent: so that none is ever sent twice."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from app.database import reading, told
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.reading import DeviceId
from app.ports import Clock
from app.project.tables import IntentRow

KEPT_FOR = timedelta(days=30)  # whoever repeats a wish later than that wishes it anew


class SqlIntents:
    """The wishes in ``config.sqlite``, an `app.ports.Intents`; methods block, any thread.

    All raise `StoreBroken` when the database cannot be used: then nothing is sent.
    """

    def __init__(self, engine: Engine, file: Path, now: Clock) -> None:
        self._engine, self._reading, self._file = engine, reading(engine), file
        self._now = now

    def known(self, login: str, intent: str) -> WriteResult | None:
        """Return what became of a wish that was sent before; None for a new one."""
        with self._told(), Session(self._reading) as session:
            row = session.get(IntentRow, (login, intent))
            return None if row is None else _result(row)

    def begin(
        self, login: str, name: str, workstation: str, request: WriteRequest, old: float | None
    ) -> None:
        """Note that a wish is being sent; on return that outlives a power cut."""
        now = self._now()
        row = IntentRow(
            login=login,
            intent=request.intent,
            name=name,
            workstation=workstation,
            device=request.device,
            key=request.key,
            value=request.value,
            old=old,
            at=now,
        )
        with self._told(), Session(self._engine) as session, session.begin():
            session.execute(delete(IntentRow).where(IntentRow.at < now - KEPT_FOR))
            session.add(row)

    def end(self, login: str, intent: str, result: WriteResult) -> None:
        """Note what became of it."""
        with self._told(), Session(self._engine) as session, session.begin():
            row = session.get(IntentRow, (login, intent))
            if row is not None:
                row.state, row.reason = result.state.value, result.reason
                row.read_back, row.at = result.read_back, result.at

    def cut_off(self, reason: str) -> Sequence[tuple[str, str, str, WriteResult]]:
        """End every wish that was being sent when the program ended: nobody knows of it.

        Returns login, name, workstation and the result of each, oldest first.
        """
        with self._told(), Session(self._engine) as session, session.begin():
            open_ones = select(IntentRow).where(IntentRow.state.is_(None))
            rows = session.scalars(open_ones.order_by(IntentRow.at)).all()
            for row in rows:
                row.state, row.reason = WriteState.UNCONFIRMED.value, reason
            return [(r.login, r.name, r.workstation, _result(r)) for r in rows]

    def _told(self) -> AbstractContextManager[None]:
        return told(self._file)


def _result(row: IntentRow) -> WriteResult:
    """Return how it ended; a wish still under way is not known to hold."""
    result = WriteResult(
        DeviceId(row.device),
        row.key,
        row.old,
        row.value,
        row.read_back,
        WriteState.UNCONFIRMED,
        row.reason or "",
        row.at,
        by=row.name,
    )
    return result if row.state is None else replace(result, state=WriteState(row.state))
