"""No alarm is lost or kept quiet because its journal cannot be written."""

from dataclasses import replace
from datetime import datetime

from app.alarms.patient import MOST_WAITING, PatientJournal
from app.alarms.rules.high import RULE
from app.alarms.service import AlarmService
from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmRecord, AlarmState, Occurrence
from app.pointtable import PointTable
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.journal import FakeJournal
from tests.plant import LUND, NOON, high_rule, reading


class FullJournal(FakeJournal):
    """A journal whose disk is full while ``full``."""

    full = True

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord:
        if self.full:
            raise StoreBroken("journal.sqlite: disk full")
        return super().append(alarm, at)


def alarm(rule: str, state: AlarmState) -> Alarm:
    return Alarm(high_rule(id=rule), state, since=NOON)


def test_what_waits_is_told_and_written_in_order_when_there_is_room() -> None:
    disk = FullJournal()
    journal = PatientJournal(disk)
    journal.append(alarm("a", AlarmState.UNACKNOWLEDGED), NOON)
    journal.append(alarm("a", AlarmState.ACKNOWLEDGED), NOON)
    (said,) = journal.troubles
    assert said == "2 changes of alarms are not written down yet: journal.sqlite: disk full"
    assert [each.state for each in journal.standing()] == [AlarmState.ACKNOWLEDGED]
    disk.full = False
    journal.append(alarm("b", AlarmState.UNACKNOWLEDGED), NOON)
    assert journal.troubles == ()
    told = [(each.alarm.rule.id, each.alarm.state) for each in disk.records]
    assert told == [
        ("a", AlarmState.UNACKNOWLEDGED),
        ("a", AlarmState.ACKNOWLEDGED),
        ("b", AlarmState.UNACKNOWLEDGED),
    ]
    assert [each.seq for each in journal.history(1)] == [3]


def test_an_alarm_of_the_past_that_waits_is_not_how_its_rule_stands() -> None:
    disk = FullJournal()
    journal = PatientJournal(disk)
    journal.append(alarm("a", AlarmState.ACKNOWLEDGED), NOON)
    late = replace(alarm("a", AlarmState.NORMAL), occurred_at=NOON, historical=True)
    journal.append(late, NOON)
    assert [each.state for each in journal.standing()] == [AlarmState.ACKNOWLEDGED]
    disk.full = False
    journal.catch_up()
    assert [each.state for each in journal.standing()] == [AlarmState.ACKNOWLEDGED]
    assert journal.occurrences("a") == [Occurrence(NOON, None, historical=True)]


def test_memory_has_a_limit() -> None:
    journal = PatientJournal(FullJournal())
    for _turn in range(MOST_WAITING + 5):
        journal.append(alarm("a", AlarmState.UNACKNOWLEDGED), NOON)
    assert journal.troubles[0].startswith(f"{MOST_WAITING} changes")


async def test_an_alarm_is_raised_and_acknowledged_while_the_disk_is_full() -> None:
    disk, audit = FullJournal(), FakeAudit(stopped=StoreBroken("the activity log is full"))
    alarms = AlarmService([RULE], disk, audit, FakeClock())
    alarms.apply([high_rule()])
    heard: list[AlarmState] = []
    alarms.watch(lambda batch: heard.extend(each.state for each in batch))
    table = PointTable()
    table.watch(alarms.on_readings)
    table.publish([reading(96.0)])
    assert heard == [AlarmState.UNACKNOWLEDGED]
    (raised,) = await alarms.standing(LUND)
    await alarms.acknowledge(LUND, [raised.rule.id], "seen")
    assert heard[-1] is AlarmState.ACKNOWLEDGED
    assert audit[-1]["verb"] == "acknowledge"
    assert len(alarms.troubles) == 1
    disk.full = False
    alarms.journal.catch_up()
    assert [each.alarm.state for each in disk.records] == heard
