"""The week plan at the screen: seen, moved by key and hand, reviewed, sent, told apart."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.model.control import WriteState
from app.model.profile import WeekProgram
from app.verbs import Capability
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import double_click, drag, key
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.weekly import WeeklyPlant, weekly_services
from tests.people import person
from widgets.controls.weekview import WeekView
from widgets.devicetabs.schedules import SchedulesTab
from widgets.devicetabs.tabtype import Subject
from widgets.writelock import WriteLock

MakeDesk = Callable[..., Desk]
Keys = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
READER = person("ole", "Ole", "desk-2", frozenset({Capability.SEE_PLANT}))


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk(weekly_services())


def opened(desk: Desk, qtbot: QtBot, width: int = 1500) -> SchedulesTab:
    plant = desk.services.plant
    detail = plant.details.get(AHORNVEJ) or smallplant.detail(plant.views[0])
    tab = SchedulesTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(width, 900)
    with qtbot.waitActive(tab):
        tab.show()
        tab.activateWindow()
    qtbot.waitUntil(tab.settled)
    return tab


def heating(tab: SchedulesTab) -> WeekView:
    return tab.views[0]


def staged(tab: SchedulesTab) -> list[tuple[str, str]]:
    return sorted((each.spec.key, each.new_text) for each in tab.staging)


def press(tab: SchedulesTab, words: str) -> None:
    found = [each for each in tab.findChildren(QPushButton) if each.accessibleName() == words]
    assert found[0].isEnabled()
    found[0].click()


def test_the_plan_is_read_from_the_device_and_says_what_holds_now(
    desk: Desk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    _device, asked = desk.services.plant.asked_now[-1]
    assert len(asked) == 84
    assert heating(tab).spoken() == ("Monday: comfort 06:00–22:00; start of 06:00–22:00")
    card, _plan = tab._says[0]
    assert card.subtitle.text() == "saving until 15:00"  # Tuesday noon
    assert tab.read_at.text().startswith("read from the device ")


def test_a_period_is_moved_by_keys_alone_reviewed_and_sent(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    key(view, Keys.Key_Right)
    key(view, Keys.Key_Left, SHIFT | CONTROL)
    assert staged(tab) == [("week1_mon_1_start", "06:15"), ("week1_mon_1_stop", "21:59")]
    assert tab.badge() == "2 staged"
    assert tab.unsaved() == "Ahornvej 14: 2 times of the week plan were not sent."
    assert view.spoken() == "Monday: comfort 06:15–21:59; end of 06:15–21:59"
    press(tab, "Apply 2 changes")
    qtbot.waitUntil(lambda: len(desk.services.control.requests) == 2)
    sent = [(each.key, each.value, each.expected) for each in desk.services.control.requests]
    assert sent == [
        ("week1_mon_1_start", 615.0, 600.0),
        ("week1_mon_1_stop", 2159.0, 2200.0),
    ]
    qtbot.waitUntil(lambda: not staged(tab))
    qtbot.waitUntil(lambda: len(desk.services.plant.asked_now) > 1)  # read back as a whole


def test_days_are_added_to_emptied_and_carried_by_keys(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Down)
    key(view, Keys.Key_Insert)
    assert len(view.plan.day(1) or ()) == 3
    key(view, Keys.Key_C, CONTROL)
    for _ in range(4):
        key(view, Keys.Key_Down)
    key(view, Keys.Key_V, CONTROL)
    assert view.edit.day == 5
    assert view.plan.day(5) == view.plan.day(1)
    key(view, Keys.Key_Delete)
    assert len(view.plan.day(5) or ()) == 2
    for _ in range(3):
        key(view, Keys.Key_Z, CONTROL)
    assert staged(tab) == []


def test_an_edge_is_pulled_with_the_mouse_and_snaps(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    view = heating(tab)
    start, target = view.place(2, 360), view.place(2, 447)
    drag(view, start, QPoint((start.x() + target.x()) // 2, start.y()), target)
    assert staged(tab) == [("week1_wed_1_start", "07:30")]
    middle, later = view.place(2, 900), view.place(2, 960)
    drag(view, middle, later)
    assert staged(tab) == [("week1_wed_1_start", "08:30"), ("week1_wed_1_stop", "23:00")]
    double_click(view, view.place(2, 180))
    assert [band.words for band in view.plan.day(2) or ()] == ["02:00–04:00", "08:30–23:00"]


def test_a_refused_time_stays_staged_with_the_reason(desk: Desk, qtbot: QtBot) -> None:
    desk.services.control.endings["week1_mon_1_start"] = (
        WriteState.REFUSED,
        "Ahornvej 14: the controller is in manual mode",
    )
    tab = opened(desk, qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    press(tab, "Apply 1 change")
    qtbot.waitUntil(lambda: bool(tab.staging.refused))
    change = tab.staging.get("week1_mon_1_start")
    assert change is not None
    assert change.problem == "Ahornvej 14: the controller is in manual mode"


def test_nothing_leaves_while_settings_are_locked(desk: Desk, qtbot: QtBot) -> None:
    desk.context = replace(desk.context, write_lock=WriteLock(desk.now))
    tab = opened(desk, qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    wanted: list[object] = []
    desk.context.write_lock.wanted.connect(lambda: wanted.append(1))
    press(tab, "Apply 1 change")
    assert wanted
    assert desk.services.control.requests == []
    assert len(tab.staging) == 1


def test_what_was_staged_is_there_again_after_a_restart(
    desk: Desk, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(desk, qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    again = opened(make_desk(weekly_services()), qtbot)
    again.recall(tab.memory())
    assert staged(again) == [("week1_mon_1_start", "06:15")]
    again.recall({"staged": [["nonsense", "06:00"], 5, ["week1_mon_1_start"]]})
    again.recall({"staged": "x"})
    assert staged(again) == [("week1_mon_1_start", "06:15")]


def test_who_may_only_read_sees_the_plan_and_changes_nothing(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(weekly_services(), viewer=READER), qtbot)
    view = heating(tab)
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    key(view, Keys.Key_Delete)
    drag(view, view.place(2, 360), view.place(2, 450))
    assert staged(tab) == []
    assert not tab.applying.review.isVisible()
    assert not any(each.isEnabled() for each in view.menu().actions())


def test_a_plan_no_source_lets_us_write_is_shown_only(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    tab = opened(make_desk(weekly_services((WeekProgram(1, 3109),))), qtbot)
    assert not heating(tab).editable
    assert heating(tab).plan.day(0)


def test_a_silent_device_is_told_with_another_try(desk: Desk, qtbot: QtBot) -> None:
    plant = desk.services.plant
    assert isinstance(plant, WeeklyPlant)
    plant.silent.add(AHORNVEJ)
    tab = opened(desk, qtbot)
    assert tab.notice.says.text() == "ahornvej-14: no answer within 1.5 s"
    assert heating(tab).spoken() == "Monday: not read"
    plant.silent.clear()
    press(tab, "Try again")
    qtbot.waitUntil(lambda: heating(tab).plan.is_read)
    assert not tab.notice.isVisible()


def test_a_device_without_a_week_plan_says_so(make_desk: MakeDesk, qtbot: QtBot) -> None:
    tab = opened(make_desk(FakeServices()), qtbot)
    assert tab.views == []
    assert tab.badge() == ""
    tab.recall({"staged": []})


def test_the_picture_of_a_week_shows_staged_and_present_apart(desk: Desk, qtbot: QtBot) -> None:
    tab = opened(desk, qtbot)
    view = heating(tab)
    before = view.grab().toImage()
    view.setFocus()
    key(view, Keys.Key_Right, SHIFT)
    after = view.grab().toImage()
    ratio = after.devicePixelRatio()
    spot = view.place(0, 420) * ratio
    theme = desk.context.theme
    assert before.pixelColor(spot).name().upper() == theme.symbol_band
    assert after.pixelColor(spot).name().upper() == theme.selection
