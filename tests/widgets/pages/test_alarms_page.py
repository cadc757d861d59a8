"""Alarms by urgency, their journal, and an acknowledgement that keeps its note."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.errors import NotPermitted
from app.model.alarm import Alarm, AlarmState
from app.model.reading import DeviceId, point_id
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ
from tests.people import person
from widgets.controls.alarmlist import HISTORY
from widgets.models.alarms import AlarmRow
from widgets.models.rows import RowsModel
from widgets.pages.alarms import AlarmsPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> AlarmsPage:
    page = AlarmsPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    qtbot.waitUntil(page.settled)
    return page


def texts(model: RowsModel[AlarmRow], column: str) -> list[str]:
    at = next(each for each in model.columns if each.id == column)
    return [at.cell(row).spoken for row in model.rows]


def test_every_column_lm_36_asks_for_is_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    ids = [column.id for column in page.list.active.rows_model.columns]
    assert {
        "priority",
        "state",
        "name",
        "kind",
        "source",
        "device",
        "occurred",
        "resolved",
        "seen",
        "note",
    } <= set(ids)


def test_alarms_stand_as_the_core_orders_them_with_value_and_limit(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    model = page.list.active.rows_model
    qtbot.waitUntil(lambda: "S6 DHW return" in texts(model, "source"))
    assert texts(model, "name")[:3] == [
        "Supply pressure low",
        "No connection",
        "Return temperature high",
    ]
    assert texts(model, "value")[:2] == ["47.3 °C", "–"]
    assert texts(model, "limit")[:2] == ["> 40.0", ""]
    assert texts(model, "seen")[1] == "K. Lund, 11:26"
    assert texts(model, "kind")[1] == "No connection"
    assert page._head.beside.text() == "6 standing · 4 not acknowledged"


def test_every_column_sorts(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    model = page.list.active.rows_model
    for column in range(model.columnCount()):
        model.sort(column)
        model.sort(column, Qt.SortOrder.DescendingOrder)
    assert model.rowCount() == 6


def test_acknowledging_keeps_the_note(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.reveal(Show("alarms", part="rule-24"))
    panel = page.list.panel
    assert panel.note.hasFocus()
    panel.note.setPlainText("Strainer check ordered")
    key(panel.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.services.alarms.notes != [])
    assert desk.services.alarms.notes == [(("rule-24",), "Strainer check ordered")]
    model = page.list.active.rows_model
    qtbot.waitUntil(lambda: texts(model, "state").count("Acknowledged") == 3)
    assert panel.note.toPlainText() == ""


def test_several_alarms_are_acknowledged_at_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.list.active.selectAll()
    assert page.list.panel._acknowledge.accessibleName() == "Acknowledge 4 alarms"
    page.list.panel.acknowledge()
    qtbot.waitUntil(lambda: desk.services.alarms.notes != [])
    assert len(desk.services.alarms.notes[0][0]) == 4


def test_a_refused_acknowledgement_is_told(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def no(*_: object) -> list[Alarm]:
        raise NotPermitted("K. Lund may not do this (Acknowledge alarms)")

    services.alarms.acknowledge = no  # type: ignore[method-assign,assignment]
    page = opened(make_desk(services), qtbot)
    page.list.panel.acknowledge()
    notice = page.list.panel._notice
    qtbot.waitUntil(notice.isVisible)
    assert notice.says.text() == "K. Lund may not do this (Acknowledge alarms)"


def test_who_may_only_look_is_offered_no_acknowledgement(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    rights = frozenset({Capability.SEE_PLANT, Capability.SEE_ALARMS})
    page = opened(make_desk(viewer=person("l", "Looker", "desk-1", rights)), qtbot)
    assert not page.list.panel._acknowledge.isVisible()


def test_a_new_alarm_appears_by_itself(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    fresh = smallplant.alarm(1, "Pump stopped", AHORNVEJ, 1)
    desk.services.alarms.alarms.insert(0, fresh)
    desk.feed.offer_alarms([fresh])
    desk.feed.refresh()
    qtbot.waitUntil(lambda: "Pump stopped" in texts(page.list.active.rows_model, "name"))


def test_the_journal_is_loaded_when_it_is_looked_at(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    assert page.list.past.rows_model.total == 0
    page.list.segments.choose(HISTORY)
    qtbot.waitUntil(lambda: page.list.past.rows_model.total == 6)
    assert texts(page.list.past.rows_model, "logged")[0] == "11:54"
    page.refresh()
    qtbot.waitUntil(lambda: page.list.past.rows_model.total == 6)


def test_the_doors_lead_to_trend_and_device(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.reveal(Show("alarms", part="rule-22"))
    came = datetime(2026, 1, 20, 11, tzinfo=UTC) - timedelta(minutes=22)
    point = point_id(AHORNVEJ, "s6")
    page.list.panel._open_trend()
    page.list.panel._open_device()
    key(page.list.active, Qt.Key.Key_Return)
    assert desk.shown == [
        Show("device", AHORNVEJ, point, came, "chart"),
        Show("device", AHORNVEJ, point, came),
        Show("device", AHORNVEJ, point, came),
    ]


def test_a_calm_plant_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(FakeServices.empty()), qtbot)
    assert page.list._empty.isVisible()
    assert page.list._empty.says.text().startswith("No alarm stands.")


def test_a_hundred_thousand_lines_sort_within_a_second(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    model = page.list.past.rows_model
    alarms = [
        smallplant.alarm(at % 500, f"Alarm {at}", DeviceId("birkevej-3"), at % 4 + 1, state)
        for at, state in enumerate(list(AlarmState) * 25_000)
    ]
    model.replace(AlarmRow(each, at + 1, each.since) for at, each in enumerate(alarms))
    ids = [column.id for column in model.columns]
    took = []
    for column in ("priority", "occurred", "seen"):
        begun = datetime.now(UTC)
        model.sort(ids.index(column))
        took.append((datetime.now(UTC) - begun).total_seconds())
    assert min(took) < 1.0
    assert model.rowCount() == 100_000
