"""An alarm journal that stays in memory."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.model.alarm import Alarm, AlarmRecord, Occurrence


class FakeJournal:
    """Satisfies ``AlarmJournal``."""

    def __init__(self) -> None:
        self.records: list[AlarmRecord] = []

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord:
        record = AlarmRecord(len(self.records) + 1, at, alarm)
        self.records.append(record)
        return record

    def standing(self) -> Collection[Alarm]:
        newest = {
            record.alarm.rule.id: record.alarm
            for record in self.records
            if not record.alarm.historical
        }
        return list(newest.values())

    def history(self, limit: int, before_seq: int | None = None) -> Sequence[AlarmRecord]:
        chosen = [r for r in self.records if before_seq is None or r.seq < before_seq]
        return chosen[::-1][:limit]

    def occurrences(self, rule: str) -> Sequence[Occurrence]:
        found = {}
        for record in self.records:
            alarm = record.alarm
            if alarm.rule.id == rule and alarm.occurred_at is not None:
                found[alarm.occurred_at] = Occurrence(
                    alarm.occurred_at, alarm.resolved_at, alarm.historical
                )
        return [found[start] for start in sorted(found)]
