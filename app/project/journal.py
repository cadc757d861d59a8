"""The alarm journal: every change of every alarm, for ever, and how the alarms stand now."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Engine, bindparam, func, insert, select, update
from sqlalchemy.engine import RowMapping

from app.database import is_shared, reading, told, understood
from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmRecord, AlarmRule, AlarmState, Occurrence
from app.model.reading import DeviceId, PointId
from app.project.tables import AlarmRow, StandingRow

_COPIED = (
    "since",
    "occurred_at",
    "resolved_at",
    "acknowledged_at",
    "acknowledged_by",
    "note",
    "value",
    "historical",
)
_RULE_FIELDS = {field.name for field in fields(AlarmRule)}
FLUSH_PAUSE_S = 0.05  # a burst of alarms is brought to the disk together
_ADD = insert(AlarmRow).returning(AlarmRow.seq)  # built once: an append is on the core's loop
_MOVE = (
    update(StandingRow).where(StandingRow.rule == bindparam("of")).values(seq=bindparam("to"))
)
_STAND = insert(StandingRow)
_log = logging.getLogger(__name__)


class SqlAlarmJournal:
    """The journal in ``journal.sqlite``, an `AlarmJournal`.

    An append costs the core's loop a fraction of a millisecond: when it returns the
    record outlives a kill of the program. A thread of its own brings it to the disk at
    once after that, so that a power cut costs at most the last tenth of a second. All methods
    raise `StoreBroken` when the file cannot be used.
    """

    def __init__(self, engine: Engine, file: Path) -> None:
        self._engine = engine
        self._reading = reading(engine)
        self._file = file
        self._flusher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._flush_due = False
        self._closing = Event()

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord:
        """Write down what an alarm became, and that it stands so from now on.

        One that is historical is only written down.
        """
        values = {name: getattr(alarm, name) for name in _COPIED}
        rule = alarm.rule
        with told(self._file), self._engine.begin() as connection:
            result = connection.execute(
                _ADD,
                {
                    **values,
                    "at": at,
                    "rule": rule.id,
                    "device": rule.device,
                    "point": rule.point,
                    "priority": rule.priority,
                    "definition": asdict(rule),
                    "state": alarm.state.value,
                },
            )
            seq = int(result.scalar_one())
            move = {"of": rule.id, "to": seq}
            if not alarm.historical and not connection.execute(_MOVE, move).rowcount:
                connection.execute(_STAND, {"rule": rule.id, "seq": seq})
        self._flush_soon()
        return AlarmRecord(seq, at, alarm)

    def standing(self) -> list[Alarm]:
        """Return the newest record of every rule that ever had one, normal ones too."""
        wanted = select(AlarmRow.__table__).join(StandingRow, StandingRow.seq == AlarmRow.seq)
        file = self._file
        with told(file), understood(file), self._reading.connect() as connection:
            rows = connection.execute(wanted.order_by(AlarmRow.seq)).mappings()
            return [_alarm(row) for row in rows]

    def history(self, limit: int, before_seq: int | None = None) -> list[AlarmRecord]:
        """Return records, newest first; ``before_seq`` pages on to older ones."""
        wanted = select(AlarmRow.__table__).order_by(AlarmRow.seq.desc()).limit(limit)
        if before_seq is not None:
            wanted = wanted.where(AlarmRow.seq < before_seq)
        file = self._file
        with told(file), understood(file), self._reading.connect() as connection:
            rows = connection.execute(wanted).mappings()
            return [AlarmRecord(row["seq"], row["at"], _alarm(row)) for row in rows]

    def occurrences(self, rule: str) -> list[Occurrence]:
        """Return when a rule's condition held, as last told of each time, the earlier first."""
        began = AlarmRow.occurred_at
        last = select(func.max(AlarmRow.seq)).where(AlarmRow.rule == rule).group_by(began)
        wanted = select(began, AlarmRow.resolved_at, AlarmRow.historical).order_by(began)
        wanted = wanted.where(AlarmRow.seq.in_(last), began.is_not(None))
        file = self._file
        with told(file), understood(file), self._reading.connect() as connection:
            rows = connection.execute(wanted)
            return [Occurrence(start, end, bool(past)) for start, end, past in rows if start]

    def flush(self) -> None:
        """Bring everything written so far to the disk; blocks for some milliseconds."""
        if is_shared(self._engine):
            # A commit that waits for the disk takes along all that were before it.
            with told(self._file), self._engine.begin() as connection:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
                connection.exec_driver_sql("SELECT pg_current_xact_id()")
            return
        with told(self._file), self._reading.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Flush and let go of the file; may be called twice, nothing else after it."""
        self._closing.set()
        self._flusher.shutdown(wait=True)
        self._engine.dispose()

    def _flush_soon(self) -> None:
        if not self._flush_due:
            self._flush_due = True
            self._flusher.submit(self._flush)

    def _flush(self) -> None:
        self._closing.wait(FLUSH_PAUSE_S)
        self._flush_due = False  # first: what is appended from here on asks for another
        try:
            self.flush()
        except StoreBroken as error:
            _log.warning("the alarm journal waits in memory of the system: %s", error)


def _alarm(row: RowMapping) -> Alarm:
    return Alarm(
        rule=_rule(row["definition"]),
        state=AlarmState(row["state"]),
        **{name: row[name] for name in _COPIED} | {"historical": bool(row["historical"])},
    )


def _rule(definition: dict[str, Any]) -> AlarmRule:
    """Return the rule as it was; fields a later program dropped are left out."""
    known = {name: value for name, value in dict(definition).items() if name in _RULE_FIELDS}
    point = known.get("point")
    known["device"] = DeviceId(known["device"])
    known["point"] = None if point is None else PointId(point)
    return AlarmRule(**known)
