"""A setting is changed in the table, reviewed, sent once, and read back."""

import asyncio
from collections.abc import Callable

import pytest
from PyQt6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import CoreLost
from app.model.control import WriteRequest, WriteResult, WriteState
from app.verbs import Capability, Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key, type_text
from tests.fakes.smallplant import AHORNVEJ
from tests.people import person
from widgets.devicetabs.settings import SettingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk()


def settings(desk: Desk, qtbot: QtBot) -> SettingsTab:
    page = DevicePage(desk.context, AHORNVEJ)
    qtbot.addWidget(page)
    page.resize(1600, 900)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    page.reveal(Show("device", AHORNVEJ, part="settings"))
    qtbot.waitUntil(page.settled)
    tab = page.tab
    assert isinstance(tab, SettingsTab)
    qtbot.waitUntil(lambda: tab.is_ready)
    return tab


def cell(tab: SettingsTab, name: str) -> QModelIndex:
    position = tab.model.position(name)
    assert position is not None
    ids = [column.id for column in tab.model.columns]
    return tab.model.index(position, ids.index("value"))


def editor(tab: SettingsTab, name: str) -> QWidget:
    """Open a setting's editor by the keyboard."""
    tab.card.table.setFocus()
    tab.card.table.setCurrentIndex(cell(tab, name))
    key(tab.card.table, Qt.Key.Key_Return)
    found = QApplication.focusWidget()
    assert isinstance(found, QLineEdit | QComboBox)
    return found


def change(tab: SettingsTab, name: str, text: str) -> None:
    line = editor(tab, name)
    assert isinstance(line, QLineEdit)
    line.selectAll()
    type_text(line, text)
    key(line, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt commits an editor once its own key press is over


def press(tab: SettingsTab, words: str) -> None:
    QApplication.processEvents()
    for button in tab.findChildren(QPushButton):
        if button.accessibleName() == words and button.isVisible():
            assert button.isEnabled(), words
            button.click()
            return
    raise AssertionError(f"no button {words!r}")


def wheel(over: QWidget) -> None:
    middle = QPointF(over.rect().center())
    QApplication.sendEvent(
        over,
        QWheelEvent(
            middle,
            QPointF(over.mapToGlobal(over.rect().center())),
            QPoint(0, -120),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )


def test_opening_the_tab_asks_the_device_itself_for_every_setting(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = settings(desk, qtbot)
    device, keys = desk.services.plant.asked_now[0]
    assert device == AHORNVEJ
    assert {"p11175", "p12122", "address"} <= keys
    assert "s3" not in keys
    assert tab.card.read_at.text() == "read from the device 12:00:00"
    assert tab.model.edit_text(tab._specs["p11175"]) == "1.2"


def test_enter_stages_and_nothing_is_sent(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    staged = tab.staging.get("p11175")
    assert staged is not None
    assert (staged.old, staged.new) == (1.2, 1.1)
    assert desk.services.control.requests == []
    assert tab.badge() == "1 staged"


def test_escape_restores_the_value(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    line = editor(tab, "p11175")
    type_text(line, "3.9")
    key(line, Qt.Key.Key_Escape)
    assert len(tab.staging) == 0


def test_leaving_the_editor_stages_and_sends_nothing(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    line = editor(tab, "p11175")
    type_text(line, "3.9")
    tab.card.search.setFocus()
    assert QApplication.focusWidget() is tab.card.search
    assert len(tab.staging) == 0
    assert desk.services.control.requests == []


def test_the_wheel_changes_no_value(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    wheel(tab.card.table.viewport() or tab)
    choice = editor(tab, "p11200")
    assert isinstance(choice, QComboBox)
    before = choice.currentText()
    wheel(choice)
    assert choice.currentText() == before == "Scheduled"
    line = editor(tab, "p11175")
    wheel(line)
    assert len(tab.staging) == 0
    assert desk.services.control.requests == []


def test_a_choice_offers_only_what_may_be_written(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    choice = editor(tab, "p11200")
    assert isinstance(choice, QComboBox)
    words = [choice.itemText(at) for at in range(choice.count())]
    assert words == ["Scheduled", "Comfort", "Saving", "Frost protection"]
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    staged = tab.staging.get("p11200")
    assert staged is not None
    assert (staged.new, staged.new_text) == (2.0, "Comfort")


def test_a_read_only_row_opens_no_editor(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    tab.card.table.setFocus()
    tab.card.table.setCurrentIndex(cell(tab, "address"))
    key(tab.card.table, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is tab.card.table


def test_the_review_names_old_new_unit_and_device(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11034", "43")
    names = {each.accessibleName() for each in tab.review.findChildren(QWidget)}
    assert "High limit Y2: 45 → 43 °C, Ahornvej 14" in names


def test_applying_sends_each_change_once_with_what_was_seen(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    change(tab, "p11034", "43")
    tab.review.note.setPlainText("Return too high in mild weather")
    press(tab, "Apply 2 changes")
    qtbot.waitUntil(lambda: len(tab.staging) == 0)
    requests = desk.services.control.requests
    assert [(each.key, each.expected, each.value) for each in requests] == [
        ("p11175", 1.2, 1.1),
        ("p11034", 45.0, 43.0),
    ]
    assert {each.note for each in requests} == {"Return too high in mild weather"}
    assert len({each.intent for each in requests}) == 2
    names = {each.accessibleName() for each in tab.review.findChildren(QWidget)}
    assert "High limit Y2: 45 → 43 °C, confirmed" in names


def test_after_sending_the_settings_are_read_again(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: len(desk.services.plant.asked_now) == 2)


def test_a_change_out_of_range_is_shown_and_never_sent(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11034", "155")
    change(tab, "p11175", "1.1")
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: tab.staging.get("p11175") is None)
    assert [each.key for each in desk.services.control.requests] == ["p11175"]
    refused = tab.staging.get("p11034")
    assert refused is not None
    assert "outside 10 … 150 °C" in refused.problem


def test_a_number_that_can_mean_two_is_asked_for_again_and_never_sent(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1,500")  # in English: 1.5 or 1500?
    refused = tab.staging.get("p11175")
    assert refused is not None
    assert (refused.new, refused.ready) == (None, False)
    assert refused.problem == "“1,500” can mean 1.5 or 1500. Type the one that is meant."
    change(tab, "p11180", "21,5")
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: tab.staging.get("p11180") is None)
    sent = [(each.key, each.value) for each in desk.services.control.requests]
    assert sent == [("p11180", 21.5)]


def test_what_the_door_refuses_stays_with_its_reason(desk: Desk, qtbot: QtBot) -> None:
    desk.services.control.endings["p11175"] = (
        WriteState.REFUSED,
        "the value changed meanwhile",
    )
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: tab.staging.refused != [])
    assert tab.staging.refused[0].problem == "the value changed meanwhile"


def test_a_device_gone_mid_write_is_told_as_unconfirmed(desk: Desk, qtbot: QtBot) -> None:
    desk.services.control.endings["p11175"] = (WriteState.UNCONFIRMED, "no answer to the read")
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: len(tab.staging) == 0)
    names = {each.accessibleName() for each in tab.review.findChildren(QWidget)}
    assert "Heat curve slope: 1.2 → 1.1, unconfirmed" in names


def test_a_lost_core_ends_the_run_and_claims_nothing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()

    async def gone(viewer: Viewer, request: WriteRequest) -> WriteResult:
        services.control.requests.append(request)
        raise CoreLost("the core has gone")

    services.control.write = gone  # type: ignore[method-assign]
    tab = settings(make_desk(services), qtbot)
    change(tab, "p11175", "1.1")
    change(tab, "p11034", "43")
    press(tab, "Apply 2 changes")
    qtbot.waitUntil(lambda: len(tab.staging) == 1)
    assert [each.key for each in services.control.requests] == ["p11175"]
    qtbot.waitUntil(
        lambda: (
            "Heat curve slope: 1.2 → 1.1, unconfirmed"
            in {each.accessibleName() for each in tab.review.findChildren(QWidget)}
        )
    )


def test_a_dangerous_change_is_sent_only_after_consent(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11178", "95")
    apply = next(b for b in tab.findChildren(QPushButton) if b.accessibleName() == "Apply")
    assert not apply.isEnabled()
    QApplication.processEvents()
    boxes = [box for box in tab.review.findChildren(QCheckBox) if box.isVisible()]
    assert [box.accessibleName() for box in boxes] == [
        "I know what changing Max. temperature does"
    ]
    boxes[0].click()
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: [each.value for each in desk.services.control.requests] == [95.0])


def test_a_staged_change_can_be_undone_by_key_and_by_button(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    change(tab, "p11034", "43")
    key(tab.card.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [each.spec.key for each in tab.staging] == ["p11175"]
    press(tab, "Take back the change of Heat curve slope")
    assert len(tab.staging) == 0
    change(tab, "p11034", "43")
    press(tab, "Discard all")
    assert len(tab.staging) == 0


def test_unsent_changes_are_named_before_the_page_closes(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    assert tab.unsaved() == ""
    change(tab, "p11175", "1.1")
    told = "Ahornvej 14: 1 staged change was not sent."
    assert tab.unsaved() == f"{told}\nHeat curve slope: 1.2 → 1.1"


def test_cancelling_lets_the_write_under_way_end_and_starts_no_more(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services, gate = FakeServices(), asyncio.Event()
    plain = services.control.write

    async def slow(viewer: Viewer, request: WriteRequest) -> WriteResult:
        result = await plain(viewer, request)
        await gate.wait()
        return result

    services.control.write = slow  # type: ignore[method-assign]
    desk = make_desk(services)
    tab = settings(desk, qtbot)
    change(tab, "p11175", "1.1")
    change(tab, "p11034", "43")
    press(tab, "Apply 2 changes")
    qtbot.waitUntil(lambda: len(services.control.requests) == 1)
    tab.sending.call_off()
    desk.core.submit(_open(gate)).result(30)
    qtbot.waitUntil(lambda: not tab.sending.under_way)
    assert [each.key for each in services.control.requests] == ["p11175"]
    assert [each.spec.key for each in tab.staging] == ["p11034"]


def test_a_silent_device_says_so_and_shows_nothing_it_did_not_say(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.plant.silent.add(AHORNVEJ)
    tab = settings(make_desk(services), qtbot)
    assert tab.card.notice.says.text() == "ahornvej-14: no answer within 1.5 s"
    change(tab, "p11175", "1.1")
    assert tab.staging.ready == []


def test_reading_can_be_called_off(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.plant.gate = asyncio.Event()
    desk = make_desk(services)
    page = DevicePage(desk.context, AHORNVEJ)
    qtbot.addWidget(page)
    page.show()
    page.reveal(Show("device", AHORNVEJ, part="settings"))
    qtbot.waitUntil(lambda: isinstance(page.tab, SettingsTab))
    tab = page.tab
    assert isinstance(tab, SettingsTab)
    qtbot.waitUntil(tab.card.busy.isVisible)
    cancel = next(b for b in tab.card.busy.findChildren(QPushButton) if b.isVisible())
    cancel.click()
    assert tab.is_ready
    assert tab.card.again.isEnabled()


def test_who_may_only_look_edits_nothing(make_desk: MakeDesk, qtbot: QtBot) -> None:
    looker = person("l", "Looker", "desk-1", frozenset({Capability.SEE_PLANT}))
    tab = settings(make_desk(viewer=looker), qtbot)
    tab.card.table.setFocus()
    tab.card.table.setCurrentIndex(cell(tab, "p11175"))
    key(tab.card.table, Qt.Key.Key_Return)
    type_text(tab.card.table, "9")
    assert QApplication.focusWidget() is tab.card.table
    assert not tab.review.isVisible()


def test_settings_are_found_by_name_and_by_number(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    tab.card.search.setText("11034")
    keys = [row.spec.key for row in tab.model.rows if row.spec is not None]
    assert keys == ["p11034"]
    tab.card.search.clear()
    tab.card.segments.choose(1)
    keys = [row.spec.key for row in tab.model.rows if row.spec is not None]
    assert keys == ["p11175", "p11178", "p12190"]
    change(tab, "p11175", "1.1")
    tab.card.segments.choose(2)
    assert [row.key for row in tab.model.rows if row.spec is not None] == ["p11175"]


def test_a_group_chosen_at_the_left_comes_into_view(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    row = next(row for row in tab.model.rows if row.spec is None and row.circuit == 2)
    tab.groups.chosen.emit(row)
    current = tab.card.table.current()
    assert current is not None
    assert current.key == "p12190"


def test_where_room_is_short_the_groups_give_way_to_the_table(desk: Desk, qtbot: QtBot) -> None:
    tab = settings(desk, qtbot)
    assert tab.groups.isVisible()
    (tab.window() or tab).resize(1200, 800)
    qtbot.waitUntil(lambda: not tab.groups.isVisible())


async def _open(gate: asyncio.Event) -> None:
    gate.set()
