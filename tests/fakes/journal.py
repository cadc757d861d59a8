"""An alarm journal that stays in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.model.alarm import Alarm, AlarmRecord


class FakeJournal:
    """Satisfies ``AlarmJournal``."""

    def __init__(self) -> None:
        self.records: list[AlarmRecord] = []

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord:
        record = AlarmRecord(len(self.records) + 1, at, alarm)
        self.records.append(record)
        return record

    def standing(self) -> Collection[Alarm]:
        newest = {record.alarm.rule.id: record.alarm for record in self.records}
        return list(newest.values())

    def history(self, limit: int, before_seq: int | None = None) -> Sequence[AlarmRecord]:
        chosen = [r for r in self.records if before_seq is None or r.seq < before_seq]
        return chosen[::-1][:limit]
