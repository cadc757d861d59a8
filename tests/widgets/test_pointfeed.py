"""The screen sees the newest of everything, no more than ten times a second."""

from datetime import UTC, datetime, timedelta
from threading import Thread

from PyQt6 import sip
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.reading import DeviceId, PointId, Quality, Reading
from widgets.pointfeed import PointFeed

NOON = datetime(2026, 1, 20, 11, tzinfo=UTC)
SUPPLY = PointId("ahornvej-14.supply")


def reading(value: float, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(SUPPLY, value, quality, NOON)


def test_between_two_refreshes_only_the_newest_reading_survives(qtbot: QtBot) -> None:
    feed, heard = PointFeed(), list[Reading]()
    feed.show(SUPPLY, heard.append, feed)
    feed.offer([reading(61.0), reading(62.0)])
    feed.offer([reading(63.0)])
    assert heard == []
    feed.refresh()
    feed.refresh()
    assert [each.value for each in heard] == [63.0]
    assert feed.latest(SUPPLY) == reading(63.0)


def test_readings_of_another_thread_arrive_by_themselves(qtbot: QtBot) -> None:
    feed, heard = PointFeed(), list[Reading]()
    feed.show(SUPPLY, heard.append, feed)
    thread = Thread(target=feed.offer, args=([reading(61.5)],))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: [each.value for each in heard] == [61.5])


def test_a_widget_opened_late_sees_what_is_known_already(qtbot: QtBot) -> None:
    feed, heard = PointFeed(), list[Reading]()
    feed.offer([reading(61.0)])
    feed.refresh()
    feed.show(SUPPLY, heard.append, feed)
    assert [each.value for each in heard] == [61.0]


def test_what_nothing_was_heard_of_is_told_in_order(qtbot: QtBot) -> None:
    feed = PointFeed()
    others = [PointId("ahornvej-14.return"), PointId("ahornvej-14.power")]
    feed.offer([reading(61.0)])
    assert feed.unheard([others[0], SUPPLY]) == [others[0], SUPPLY]  # not on the screen yet
    feed.refresh()
    assert feed.unheard([others[0], SUPPLY, others[1]]) == others


def test_an_older_answer_never_covers_what_the_plant_said_since(qtbot: QtBot) -> None:
    feed = PointFeed()
    feed.offer([reading(62.0)])
    feed.seed([reading(50.0)])
    feed.refresh()
    feed.seed([reading(50.0)])
    feed.refresh()
    shown = feed.latest(SUPPLY)
    assert shown is not None
    assert shown.value == 62.0


def test_a_stale_reading_is_shown_again_so_that_its_age_grows(qtbot: QtBot) -> None:
    feed, heard, ticks = PointFeed(), list[Reading](), list[None]()
    feed.aged.connect(lambda: ticks.append(None))
    feed.show(SUPPLY, heard.append, feed)
    feed.offer([reading(62.0)])
    feed.refresh()
    feed.age()
    assert len(heard) == 1
    feed.offer([reading(62.0, Quality.STALE)])
    feed.refresh()
    feed.age()
    feed.age()
    assert len(heard) == 4
    assert len(ticks) == 3


def test_a_closed_widget_hears_nothing_and_leaves_nothing_behind(qtbot: QtBot) -> None:
    feed, heard, label = PointFeed(), list[Reading](), QObject()
    feed.show(SUPPLY, heard.append, label)
    sip.delete(label)
    feed.offer([reading(62.0)])
    feed.refresh()
    assert heard == []
    feed.age()
    assert feed._viewers == {}


def test_devices_and_alarms_say_once_that_something_is_new(qtbot: QtBot) -> None:
    feed, said = PointFeed(), list[str]()
    feed.devices_changed.connect(lambda: said.append("devices"))
    feed.alarms_changed.connect(lambda: said.append("alarms"))
    device = DeviceId("ahornvej-14")
    late = DeviceStanding(device, Presence.LATE, NOON)
    gone = DeviceStanding(device, Presence.OFFLINE, NOON + timedelta(seconds=30))
    rule = AlarmRule("r1", "high", device, SUPPLY, "Supply high", 2, limit=95.0)
    feed.offer_standings([late])
    feed.offer_standings([gone])
    feed.offer_alarms([Alarm(rule, AlarmState.UNACKNOWLEDGED, NOON)])
    feed.refresh()
    feed.refresh()
    assert said == ["devices", "alarms"]
    assert feed.standing(device) == gone
    assert feed.standing(DeviceId("nobody")) is None
