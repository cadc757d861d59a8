"""A locked desk: nothing is seen or lost, alarms sound on, and a short PIN opens it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt, QTimer
from PyQt6.QtGui import QMouseEvent, QWindow
from PyQt6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.model.rights import Locked
from tests.fakes import smallplant
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.hands import click, key, key_of_system, type_text
from tests.fakes.personal import PASSWORD
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.sounder import FakeSounder
from tests.widgets.shell.test_leaving import kept, staged
from tests.widgets.shell.test_session import Moments, OpenWindow, answer, lock_screen
from widgets.controls.confirm import agreed
from widgets.pagetype import Show
from widgets.people.ownpin import OwnPin
from widgets.shell.covering import LockDialog
from widgets.shell.idlewarning import IdleWarning
from widgets.shell.lockscreen import LockScreen
from widgets.shell.session import IDLE_KEY
from widgets.shell.window import MainWindow
from widgets.shell.writebadge import WriteBadge

PIN = "731946"
UNSENT = "1 page with changes that were not sent is kept."
F8 = Qt.Key.Key_F8


@pytest.fixture
def services() -> FakeServices:
    return FakeServices(alarms=[smallplant.alarms()[0]])


def seen() -> str:
    """Return every text on the screen that a bystander can read, titles included."""
    texts: list[str] = []
    for window in QApplication.topLevelWidgets():
        if not window.isVisible():
            continue
        texts.append(window.windowTitle())
        covers = [each for each in window.children() if each.objectName() == "cover"]
        if not covers:
            own = [each for each in window.findChildren(QLabel) if each.window() is window]
            texts += [each.text() for each in own if each.isVisible()]
    return "\n".join(texts)


def test_somebody_else_may_sit_down_and_what_was_begun_is_kept(
    open_window: OpenWindow, services: FakeServices, qtbot: QtBot
) -> None:
    window = open_window(services)
    staged(window, qtbot)
    window._standing.begin(window.context.desk)
    window.session.lock()
    screen = lock_screen(window)
    click(screen.other)
    assert screen.asks.isVisible()
    assert screen.asks.says.text().startswith(f"Log out {VIEWER.name}? Whatever")
    click(screen.asks.stay)
    assert not screen.asks.isVisible()
    assert window.isVisible()
    click(screen.other)
    with qtbot.waitSignal(window.closed, timeout=10000):
        click(screen.asks.leave)
    assert window.logged_out
    qtbot.waitUntil(lambda: "1.1" in kept(services), timeout=10000)


def test_nobody_leaves_a_dialog_that_waits_for_an_answer(open_window: OpenWindow) -> None:
    window = open_window()
    screen = LockScreen(window.context, window.session.own, may_leave=False)
    assert screen.other.isHidden()
    screen.deleteLater()


def warning(window: MainWindow) -> IdleWarning:
    found = window.findChild(IdleWarning)
    assert isinstance(found, IdleWarning)
    return found


def badge(window: MainWindow) -> WriteBadge:
    found = window.findChild(WriteBadge)
    assert isinstance(found, WriteBadge)
    return found


@pytest.fixture
def idle(make_idle: Callable[..., MainWindow]) -> MainWindow:
    return make_idle()


@pytest.fixture
def moments() -> Moments:
    return Moments()


@pytest.fixture
def make_idle(open_window: OpenWindow, moments: Moments) -> Callable[..., MainWindow]:
    """Return a maker of windows at a workstation that locks after 15 minutes."""

    def make(chosen: str = "") -> MainWindow:
        kept = {IDLE_KEY: chosen} if chosen else {}
        return open_window(now=moments, preferences=kept, idle_lock_min=15)

    return make


def window_of(widget: QWidget) -> QWindow:
    """Return the window as the system knows it: there keys and mice come in."""
    found = widget.windowHandle()
    assert found is not None
    return found


def pass_by(window: MainWindow, moments: Moments, **time: int) -> None:
    moments.now += timedelta(**time)
    window.session.tick()


def test_half_a_minute_before_it_locks_it_says_so_and_any_key_keeps_it_open(
    idle: MainWindow, moments: Moments
) -> None:
    pass_by(idle, moments, minutes=14, seconds=29)
    assert warning(idle).isHidden()
    pass_by(idle, moments, seconds=1)
    assert warning(idle).isVisible()
    assert "locks in 30 seconds" in warning(idle).says.text()
    pass_by(idle, moments, seconds=29)
    assert "locks in 1 second." in warning(idle).says.text()
    key_of_system(idle, Qt.Key.Key_A)
    assert warning(idle).isHidden()
    pass_by(idle, moments, minutes=14, seconds=59)
    assert warning(idle).isVisible(), "still open"
    pass_by(idle, moments, seconds=1)
    assert warning(idle).isHidden()
    assert idle.session.locked


def test_a_mouse_that_lies_still_is_nobody(idle: MainWindow, moments: Moments) -> None:
    def move(x: float) -> None:
        at, none = QPointF(x, 50), Qt.MouseButton.NoButton
        plain = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, plain)
        QApplication.sendEvent(window_of(idle), event)

    move(40)
    pass_by(idle, moments, minutes=14)
    move(40)  # Qt sends one by itself when a widget appears under the pointer
    pass_by(idle, moments, minutes=1)
    assert idle.session.locked


def test_hands_on_a_dialog_or_on_a_page_torn_off_are_somebody(
    idle: MainWindow, moments: Moments
) -> None:
    asking, torn = QDialog(idle), QLabel("a page of its own")
    torn.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    for beside in (asking, torn):
        beside.show()
        pass_by(idle, moments, minutes=14, seconds=45)
        assert warning(idle).isVisible()
        key_of_system(beside, Qt.Key.Key_A)
        assert warning(idle).isHidden()
        beside.close()
        beside.deleteLater()
    pass_by(idle, moments, minutes=14)
    assert not idle.session.locked


@pytest.mark.parametrize(
    ("chosen", "minutes"), [("", 15), ("5", 5), ("60", 15), ("0", 15), ('"odd"', 15)]
)
def test_a_person_may_lock_sooner_than_the_workstation_but_never_later(
    make_idle: Callable[..., MainWindow], moments: Moments, chosen: str, minutes: int
) -> None:
    window = make_idle(chosen)
    assert window.session.idle_min == minutes
    assert window.session.idle_choices_min == (0, 5)


@pytest.mark.feature("EW-15")
def test_alarms_sound_on_while_the_desk_is_locked_also_new_ones(
    open_window: OpenWindow, moments: Moments, qtbot: QtBot, services: FakeServices
) -> None:
    sounder = FakeSounder()
    window = open_window(services, now=moments, sounder=sounder)
    qtbot.waitUntil(lambda: bool(sounder.played))
    window.session.lock()
    heard = len(sounder.played)
    moments.now += timedelta(seconds=60)
    window.context.feed.aged.emit()
    assert len(sounder.played) == heard + 1, "the one that stood goes on"
    window.context.feed.aged.emit()
    assert len(sounder.played) == heard + 1
    services.alarms.alarms = [*smallplant.alarms()]
    window.context.alarms.refresh()
    qtbot.waitUntil(lambda: len(window.context.alarms.alarms) > 1)
    moments.now += timedelta(seconds=60)
    window.context.feed.aged.emit()
    assert len(sounder.played) == heard + 2
    assert window.session.locked


@pytest.mark.feature("EW-15", "EW-55")
def test_staged_changes_and_pages_in_windows_of_their_own_are_there_again(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    staging = staged(window, qtbot)
    page = window.front
    assert page is not None
    torn = window.places.tear(page)
    assert torn is not None
    assert "Ahornvej" in seen()
    window.session.lock()
    assert not torn.isVisible()
    assert "Ahornvej" not in seen()
    assert UNSENT in seen(), "that something waits is said, and not what"
    answer(lock_screen(window), PASSWORD)
    qtbot.waitUntil(lambda: not window.session.locked)
    assert torn.isVisible()
    assert len(staging) == 1
    page.discard()
    window.session.lock()
    assert UNSENT not in seen(), "nothing waits any more"


def front_lock() -> LockDialog:
    """Return the lock in front of a dialog."""
    front = QApplication.activeModalWidget()
    assert isinstance(front, LockDialog)
    return front


def test_a_dialog_that_is_open_is_covered_stays_and_can_be_unlocked_in_front_of(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    dialog = QDialog(window)
    dialog.setWindowTitle("Heat curve of Ahornvej 14")
    field = QLineEdit("half typed", dialog)
    QLabel("Ahornvej 14", dialog)
    dialog.open()
    window.session.lock()
    assert dialog.isVisible()
    assert "Ahornvej" not in seen()
    front = front_lock()
    key(front, Qt.Key.Key_Escape)
    front.close()
    assert front.isVisible(), "neither Esc nor a cross unlocks"
    answer(front, PASSWORD)
    qtbot.waitUntil(lambda: not window.session.locked)
    assert dialog.isVisible()
    assert field.text() == "half typed"
    assert dialog.windowTitle() == "Heat curve of Ahornvej 14"
    assert QApplication.activeModalWidget() is dialog
    dialog.close()
    dialog.deleteLater()


def test_a_question_that_waits_is_not_answered_by_locking(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    steps: list[str] = []

    def lock() -> None:
        window.session.lock()
        steps.append(seen())
        answer(front_lock(), PASSWORD)

    def say_yes() -> None:
        if window.session.locked:
            QTimer.singleShot(50, say_yes)
            return
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        steps.append(box.text())
        next(each for each in box.buttons() if each.text() == "Remove").click()

    QTimer.singleShot(50, lock)
    QTimer.singleShot(100, say_yes)
    assert agreed("Remove Ahornvej 14?", "Remove", window), "the person answered it afterwards"
    assert "Ahornvej" not in steps[0]
    assert steps[1] == "Remove Ahornvej 14?"


def test_a_dialog_that_comes_late_is_covered_too(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window()
    window.session.lock()
    late = QDialog(window)
    late.setWindowTitle("Ahornvej 14 refused")
    late.open()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), LockDialog))
    assert "Ahornvej" not in seen()
    answer(front_lock(), PASSWORD)
    qtbot.waitUntil(lambda: not window.session.locked)
    assert late.windowTitle() == "Ahornvej 14 refused"
    late.close()
    late.deleteLater()


@pytest.mark.feature("EW-12")
def test_locking_is_told_to_the_core_and_a_pin_opens_the_desk_but_no_settings(
    open_window: OpenWindow, qtbot: QtBot, services: FakeServices
) -> None:
    services.session.pins[VIEWER.login] = PIN
    window = open_window(services, write_locked=True)
    qtbot.waitUntil(lambda: services.session.locked == [Locked.SETTINGS])
    window.session.lock()
    qtbot.waitUntil(lambda: services.session.locked[-1] is Locked.DESK)
    field = lock_screen(window).form.field
    qtbot.waitUntil(lambda: field.placeholderText() == "PIN or password")
    answer(lock_screen(window), PIN)
    qtbot.waitUntil(lambda: not window.session.locked)
    assert services.session.tried == [PIN]
    assert window.context.write_lock.locked
    click(badge(window))
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    answer(dialog, PIN)
    qtbot.waitUntil(lambda: "the password is wrong" in seen())
    assert window.context.write_lock.locked
    dialog.reject()


@pytest.mark.feature("EW-12")
def test_a_wiped_pin_is_asked_for_no_more(
    open_window: OpenWindow, qtbot: QtBot, services: FakeServices
) -> None:
    services.session.pins[VIEWER.login] = PIN
    window = open_window(services)
    window.session.lock()
    form = lock_screen(window).form
    qtbot.waitUntil(lambda: form.field.placeholderText() == "PIN or password")
    for number in range(10):
        answer(lock_screen(window), f"90412{number}")
        qtbot.waitUntil(lambda count=number + 1: len(services.session.tried) == count)  # type: ignore[misc]
        qtbot.waitUntil(form.field.isEnabled)
    qtbot.waitUntil(lambda: form.field.placeholderText() == "Password")
    answer(lock_screen(window), PASSWORD)
    qtbot.waitUntil(lambda: not window.session.locked)


def test_one_key_locks_all_writing_and_only_the_password_opens_it(
    open_window: OpenWindow, qtbot: QtBot, services: FakeServices
) -> None:
    window = open_window(services)
    assert not badge(window).isVisible()
    key(window, F8)
    assert badge(window).isVisible()
    assert badge(window).text() == "ALL LOCKED"
    assert window.context.write_lock.locked
    qtbot.waitUntil(lambda: services.session.locked == [Locked.WRITING])
    click(badge(window))
    dialog = window.findChild(QDialog)
    assert isinstance(dialog, QDialog)
    assert "You locked all writing" in seen()
    answer(dialog, PASSWORD)
    qtbot.waitUntil(lambda: badge(window).text().startswith("WRITES OPEN"))
    assert services.session.locked[-1] is Locked.NOTHING
    click(badge(window))
    assert badge(window).text() == "ALL LOCKED", "one click locks all again"


def pin_dialog(window: MainWindow) -> OwnPin:
    window.show_page(Show("device", AHORNVEJ))
    dialog = OwnPin(window.context, window)
    dialog.open()
    return dialog


def fill(dialog: OwnPin, *texts: str) -> None:
    for field, text in zip((dialog.password, dialog.pin, dialog.again), texts, strict=True):
        assert isinstance(field.control, QLineEdit)
        field.control.clear()
        type_text(field.control, text)


def test_a_pin_is_set_with_the_password_and_typed_twice(
    open_window: OpenWindow, qtbot: QtBot, services: FakeServices
) -> None:
    window = open_window(services)
    dialog = pin_dialog(window)
    assert not dialog.remove.isVisible()
    fill(dialog, "", "123456", "1")
    click(dialog.save)
    faults = (dialog.password.fault, dialog.pin.fault, dialog.again.fault)
    assert faults == (
        "Your password is needed.",
        "this PIN is easily guessed: no row, no repetition",
        "The two PINs are not the same.",
    )
    fill(dialog, "wrong", PIN, PIN)
    click(dialog.save)
    qtbot.waitUntil(lambda: "the password is wrong" in seen())
    assert services.session.pins == {}
    fill(dialog, PASSWORD, PIN, PIN)
    click(dialog.save)
    qtbot.waitUntil(lambda: services.session.pins == {VIEWER.login: PIN})
    again = pin_dialog(window)
    qtbot.waitUntil(again.remove.isVisible)
    click(again.remove)
    qtbot.waitUntil(lambda: services.session.pins == {})
