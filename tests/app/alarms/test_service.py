"""Alarms stand, are journaled, seen by a person and remembered over a restart."""

import pytest

import app.alarms.rules
from app.alarms.ruletype import RuleType
from app.alarms.service import AlarmService
from app.errors import BadInput, NotPermitted
from app.model.alarm import Alarm, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.reading import Quality
from app.plugins import discover
from app.pointtable import PointTable
from tests.fakes.audit import FakeAudit
from tests.fakes.clock import FakeClock
from tests.fakes.journal import FakeJournal
from tests.plant import DEVICE, GUEST, LUND, NOON, high_rule, reading


class Desk:
    """A service with its fakes."""

    def __init__(self, *rules: object, journal: FakeJournal | None = None) -> None:
        self.clock, self.audit = FakeClock(), FakeAudit()
        self.journal = journal or FakeJournal()
        kinds = discover(app.alarms.rules, "RULE", RuleType).values()
        self.alarms = AlarmService(kinds, self.journal, self.audit, self.clock)
        self.table = PointTable()
        self.table.watch(self.alarms.on_readings)
        self.alarms.apply(rules or (high_rule(),))  # type: ignore[arg-type]

    def states(self) -> list[AlarmState]:
        return [record.alarm.state for record in self.journal.records]


def test_the_rules_introduce_themselves() -> None:
    found = discover(app.alarms.rules, "RULE", RuleType)
    assert {kind.kind for kind in found.values()} == {
        "high",
        "low",
        "unknown-state",
        "offline",
        "device-bit",
        "heard",
        "own",
    }


async def test_alarm_clears_only_below_the_deadband() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0, 1), reading(94.0, 2), reading(92.9, 3)])
    assert desk.states() == [AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED]


async def test_a_lost_device_is_not_a_cold_one() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0), reading(None, 1, Quality.OFFLINE)])
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]


async def test_a_delay_runs_out_by_the_clock() -> None:
    desk = Desk(high_rule(on_delay_s=30.0))
    desk.table.publish([reading(96.0)])
    desk.alarms.on_time(desk.clock.go(29))
    assert desk.states() == []
    desk.alarms.on_time(desk.clock.go(1))
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]


async def test_an_offline_device_raises_after_its_delay_only() -> None:
    desk = Desk(high_rule(id="offline", kind="offline", point=None, on_delay_s=900.0))
    desk.alarms.on_standings([DeviceStanding(DEVICE, Presence.OFFLINE, NOON)])
    desk.alarms.on_time(desk.clock.go(899))
    assert desk.states() == []
    desk.alarms.on_time(desk.clock.go(1))
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]
    desk.alarms.on_standings([DeviceStanding(DEVICE, Presence.ON, desk.clock())])
    assert desk.states()[-1] is AlarmState.RETURNED


async def test_a_person_sees_an_alarm_and_that_is_audited() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0)])
    (seen,) = await desk.alarms.acknowledge(LUND, ["supply-high"], "on my way")
    assert (seen.state, seen.acknowledged_by) == (AlarmState.ACKNOWLEDGED, "K. Lund")
    assert desk.audit[0]["verb"] == "acknowledge"
    assert desk.audit[0]["reason"] == "on my way"
    assert await desk.alarms.acknowledge(LUND, ["supply-high"]) == []


@pytest.mark.parametrize("note", ["on my\0way", "half \ud83d a letter"])
async def test_a_note_that_no_database_keeps_acknowledges_nothing(note: str) -> None:
    desk = Desk()
    desk.table.publish([reading(96.0)])
    with pytest.raises(BadInput, match="cannot be kept"):
        await desk.alarms.acknowledge(LUND, ["supply-high"], note)
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]
    assert list(desk.audit) == []


async def test_who_may_only_look_may_not_acknowledge() -> None:
    with pytest.raises(NotPermitted):
        await Desk().alarms.acknowledge(GUEST, ["supply-high"])


async def test_an_alarm_nobody_knows_is_a_sentence() -> None:
    with pytest.raises(BadInput, match="no alarm rule 'nope'"):
        await Desk().alarms.acknowledge(LUND, ["nope"])


async def test_standing_alarms_come_by_priority_then_newest() -> None:
    rules = [high_rule(id=str(p), priority=p) for p in (3, 1, 2)]
    desk = Desk(*rules)
    desk.table.publish([reading(96.0)])
    standing = await desk.alarms.standing(LUND)
    assert [alarm.rule.priority for alarm in standing] == [1, 2, 3]


async def test_what_stood_before_a_restart_stands_after_it() -> None:
    first = Desk()
    first.table.publish([reading(96.0)])
    await first.alarms.acknowledge(LUND, ["supply-high"], "known")
    second = Desk(journal=first.journal)
    (alarm,) = await second.alarms.standing(LUND)
    assert (alarm.state, alarm.note) == (AlarmState.ACKNOWLEDGED, "known")
    second.table.publish([reading(90.0, 5)])
    assert second.states()[-1] is AlarmState.NORMAL


async def test_a_changed_rule_keeps_the_alarm_standing() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0)])
    desk.alarms.apply([high_rule(limit=80.0, name="Supply too hot")])
    (alarm,) = await desk.alarms.standing(LUND)
    assert (alarm.rule.name, alarm.state) == ("Supply too hot", AlarmState.UNACKNOWLEDGED)


async def test_a_removed_rule_takes_its_alarm_away() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0)])
    desk.alarms.apply([])
    assert await desk.alarms.standing(LUND) == []


async def test_the_journal_is_read_backwards_in_pages() -> None:
    desk = Desk()
    desk.table.publish([reading(96.0, 1), reading(90.0, 2), reading(96.0, 3)])
    page = await desk.alarms.history(LUND, 2)
    assert [record.seq for record in page] == [3, 2]
    rest = await desk.alarms.history(LUND, 2, page[-1].seq)
    assert [record.seq for record in rest] == [1]


async def test_screens_hear_what_changed_and_when_to_look_again() -> None:
    desk = Desk()
    heard: list[list[Alarm]] = []
    stop = desk.alarms.watch(lambda batch: heard.append(list(batch)))
    desk.table.publish([reading(96.0)])
    desk.alarms.apply([high_rule()])
    stop()
    desk.table.publish([reading(90.0, 1)])
    assert [len(batch) for batch in heard] == [1, 0]


async def test_a_rule_of_an_unknown_kind_is_left_out_and_the_others_are_judged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = Desk(high_rule(id="odd-one", kind="odd"), high_rule())
    desk.table.publish([reading(96.0)])
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]
    assert [rule.id for rule in await desk.alarms.rules(LUND)] == ["supply-high"]
    assert "alarm rule odd-one left out: there is no kind 'odd'" in caplog.text


async def test_a_screen_that_fails_keeps_no_other_from_hearing_of_an_alarm() -> None:
    desk = Desk()
    heard: list[Alarm] = []

    def fail(_batch: object) -> None:
        raise ZeroDivisionError

    desk.alarms.watch(fail)
    desk.alarms.watch(heard.extend)
    desk.table.publish([reading(96.0)])
    assert [alarm.state for alarm in heard] == [AlarmState.UNACKNOWLEDGED]
