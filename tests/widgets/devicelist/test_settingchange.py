"""One setting changed at all devices chosen: reviewed first, told one by one, taken back."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.errors import CoreLost
from app.model.control import WriteRequest, WriteResult, WriteState
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key, type_text
from widgets.controls.plain import label
from widgets.devicelist.bulksending import AT_ONCE
from widgets.devicelist.settingchange import SettingChange

MakeDesk = Callable[..., Desk]
SLOPE, MODE, HOT = "Heat curve slope", "Mode, heating", "Max. temperature"


@pytest.fixture
def desk(make_desk: MakeDesk, qtbot: QtBot) -> Desk:
    made = make_desk(FakeServices())
    qtbot.waitUntil(lambda: made.directory.is_listed)
    return made


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = label("")
    qtbot.addWidget(made)
    return made


def opened(desk: Desk, parent: QWidget, qtbot: QtBot, count: int = 3) -> SettingChange:
    """Open the change for the first devices; their settings are offered."""
    made = SettingChange(desk.context, desk.directory.views[:count], parent)
    made.show()
    qtbot.waitUntil(lambda: made.settings.list.count() > 0)
    return made


def choose(change: SettingChange, name: str, qtbot: QtBot) -> None:
    """Find a setting by typing and choose it by the arrow key."""
    change.settings.search.clear()
    type_text(change.settings.search, name)
    rows = range(change.settings.list.count())
    items = [change.settings.list.item(at) for at in rows]
    shown = [each for each in items if each is not None and not each.isHidden()]
    assert len(shown) == 1, [each.text() for each in shown]
    change.settings.list.setCurrentItem(shown[0])
    qtbot.waitUntil(lambda: not change.reading.under_way)


def fates(change: SettingChange) -> list[str]:
    model = change.model
    last = len(model.columns) - 1
    return [str(model.index(row, last).data()) for row in range(model.rowCount())]


def apply(change: SettingChange, qtbot: QtBot) -> None:
    click(change.apply)
    qtbot.waitUntil(lambda: not change.sending.under_way)


def test_a_slope_is_changed_at_three_houses_and_each_tells_its_end(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    change = opened(desk, parent, qtbot)
    assert change.windowTitle() == "Change a setting of 3 devices"
    assert not change.apply.isEnabled()
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    assert fates(change) == ["Ready to be sent."] * 3
    assert change.apply.text() == "Change 3 devices"
    type_text(change.note, "after the survey")
    assert desk.services.control.requests == [], "nothing leaves before it is applied"
    apply(change, qtbot)
    assert fates(change) == ["confirmed"] * 3
    assert change.summary.text() == "3 confirmed"
    sent = desk.services.control.requests
    assert len({each.device for each in sent}) == 3
    assert len({each.intent for each in sent}) == 3
    assert {(each.expected, each.value, each.note) for each in sent} == {
        (1.2, 1.5, "after the survey")
    }


def test_the_old_values_are_staged_by_ctrl_z_and_sent_after_review(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    change = opened(desk, parent, qtbot)
    choose(change, SLOPE, qtbot)
    assert not change.back.isVisible()
    type_text(change.value.line, "1.5")
    apply(change, qtbot)
    assert change.back.text() == "Put the old values back (3)"
    change.activateWindow()
    qtbot.waitUntil(change.isActiveWindow)
    key(change.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: fates(change) == ["Ready to be sent."] * 3)
    assert len(desk.services.control.requests) == 3, "staged, not sent"
    assert change.value.text == ""
    apply(change, qtbot)
    back = desk.services.control.requests[3:]
    assert {(each.expected, each.value, each.note) for each in back} == {
        (1.5, 1.2, "Taken back")
    }


def test_one_that_refuses_is_told_and_stops_no_other(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    write, odd = desk.services.control.write, desk.directory.views[1].config.id

    async def refuse(viewer: Viewer, request: WriteRequest) -> WriteResult:
        done = await write(viewer, request)
        if request.device != odd:
            return done
        desk.services.control.endings[request.key] = (WriteState.REFUSED, "it is locked")
        done = await write(viewer, request)
        desk.services.control.endings.clear()
        return done

    desk.services.control.write = refuse  # type: ignore[method-assign]
    change = opened(desk, parent, qtbot)
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    apply(change, qtbot)
    assert fates(change) == ["confirmed", "refused: it is locked", "confirmed"]
    assert change.summary.text() == "2 confirmed, 1 refused"
    row = change.table.current()
    assert row is not None
    assert row.device == odd, "the focus is on what went wrong"


def test_a_device_that_does_not_answer_is_left_alone(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    silent = desk.directory.views[0].config.id
    desk.services.plant.silent.add(silent)
    change = opened(desk, parent, qtbot)
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    assert fates(change)[0] == f"{silent}: no answer within 1.5 s"
    apply(change, qtbot)
    assert silent not in {each.device for each in desk.services.control.requests}
    assert len(desk.services.control.requests) == 2


def test_a_setting_with_few_values_is_chosen_not_typed(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    change = opened(desk, parent, qtbot)
    choose(change, MODE, qtbot)
    assert change.value.choice.isVisible()
    assert not change.value.line.isVisible()
    words = [change.value.choice.itemText(at) for at in range(change.value.choice.count())]
    assert words[0] == ""
    change.value.choice.setCurrentIndex(len(words) - 1)
    ready = len(change.change.ready)
    assert all(each in ("Ready to be sent.", "It stands so already.") for each in fates(change))
    assert change.apply.isEnabled() == (ready > 0)


def test_a_danger_is_read_and_accepted_first(desk: Desk, parent: QWidget, qtbot: QtBot) -> None:
    change = opened(desk, parent, qtbot)
    choose(change, HOT, qtbot)
    type_text(change.value.line, "95")
    assert change.danger.text() == "Water this hot damages floor heating."
    assert not change.apply.isEnabled()
    key(change.consent, Qt.Key.Key_Space)
    assert change.apply.isEnabled()
    apply(change, qtbot)
    assert not change.consent.isChecked(), "the next change asks anew"


def test_while_settings_are_locked_the_password_comes_first(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    lock = desk.context.write_lock
    lock._never, lock._open = False, None
    change = opened(desk, parent, qtbot)
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    with qtbot.waitSignal(lock.wanted):
        click(change.apply)
    assert desk.services.control.requests == []


def test_no_more_than_four_devices_are_written_at_once_and_closing_starts_no_more(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    write, gate = desk.services.control.write, asyncio.Event()

    async def slow(viewer: Viewer, request: WriteRequest) -> WriteResult:
        done = await write(viewer, request)
        await gate.wait()
        return done

    desk.services.control.write = slow  # type: ignore[method-assign]
    change = opened(desk, parent, qtbot, 10)
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    ready = len(change.change.ready)
    assert ready > AT_ONCE
    click(change.apply)
    qtbot.waitUntil(lambda: len(desk.services.control.requests) == AT_ONCE)
    assert not change.apply.isEnabled()
    assert not change.value.isEnabled()
    change.reject()

    async def open_gate() -> None:
        gate.set()

    desk.core.submit(open_gate()).result(30)
    qtbot.waitUntil(lambda: not change.sending.under_way)
    assert len(desk.services.control.requests) == AT_ONCE


def test_a_core_that_goes_in_the_middle_leaves_unconfirmed_what_was_under_way(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    async def lost(viewer: Viewer, request: WriteRequest) -> WriteResult:
        raise CoreLost("the core has gone")

    desk.services.control.write = lost  # type: ignore[method-assign]
    change = opened(desk, parent, qtbot, 6)
    choose(change, SLOPE, qtbot)
    type_text(change.value.line, "1.5")
    apply(change, qtbot)
    told = fates(change)
    assert all(each.startswith("unconfirmed: the core has gone") for each in told[:AT_ONCE])
    assert set(told[AT_ONCE:]) <= {"Ready to be sent.", "It stands so already."}


def overriding(desk: Desk, parent: QWidget, qtbot: QtBot) -> SettingChange:
    """Open the change for two houses whose mode “manual” takes them out of automatic."""
    plant = desk.services.plant
    for each in plant.views[:2]:
        detail = smallplant.detail(each)
        forcing = [
            replace(spec, write=replace(spec.write, automatic=(1.0,)))
            if spec.name == MODE and spec.write is not None
            else spec
            for spec in detail.points
        ]
        plant.details[each.config.id] = replace(detail, points=tuple(forcing))
    change = opened(desk, parent, qtbot, 2)
    choose(change, MODE, qtbot)
    assert change.lasts.isHidden(), "nothing is wished yet"
    words = smallplant.MODES[3]
    change.value.choice.setCurrentText(words)
    assert change.lasts.isVisible()
    return change


def test_an_override_of_many_has_an_end_that_one_chooses(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    change = overriding(desk, parent, qtbot)
    assert change.lasts.choice.currentText() == "4 hours", "as of a single device"
    change.lasts.choice.setCurrentIndex(change.lasts.choice.findData(60))
    apply(change, qtbot)
    assert [each.lasts_min for each in desk.services.control.requests] == [60, 60]


def test_an_override_of_many_without_an_end_needs_a_reason(
    desk: Desk, parent: QWidget, qtbot: QtBot
) -> None:
    change = overriding(desk, parent, qtbot)
    change.lasts.choice.setCurrentIndex(change.lasts.choice.count() - 1)
    apply(change, qtbot)
    assert change.lasts.says.text() == "Without an end a reason is needed."
    assert desk.services.control.requests == []
    type_text(change.note, "the network is flushed")
    apply(change, qtbot)
    sent = desk.services.control.requests
    assert {(each.lasts_min, each.note) for each in sent} == {(None, "the network is flushed")}
    assert len(sent) == 2
