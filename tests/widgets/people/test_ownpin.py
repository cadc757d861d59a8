"""A PIN of one's own: set with the password, refused with its sentence, taken away again."""

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.personal import PASSWORD
from tests.fakes.session import FakeSession
from widgets.ownsession import OwnSession
from widgets.people.ownpin import OwnPin

MakeDesk = Callable[..., Desk]
PIN = "731946"


class BrokenSession(FakeSession):
    """A session whose PINs cannot be read or written while ``broken``."""

    broken = False

    async def has_pin(self, viewer: Viewer) -> bool:
        self._look()
        return await super().has_pin(viewer)

    async def forget_pin(self, viewer: Viewer) -> None:
        self._look()
        await super().forget_pin(viewer)

    def _look(self) -> None:
        if self.broken:
            raise StoreBroken("the PINs of this workstation cannot be read")


class Corner:
    """The dialog over a desk, its session, and what was told in passing."""

    def __init__(self, make_desk: MakeDesk, qtbot: QtBot) -> None:
        services = FakeServices()
        self.session = BrokenSession()
        services.session = self.session
        self.desk, self.qtbot = make_desk(services), qtbot
        self.over = QWidget()
        qtbot.addWidget(self.over)
        self.told: list[str] = []
        self.desk.context.work.told.connect(self.told.append)

    def dialog(self) -> OwnPin:
        made = OwnPin(self.desk.context, self.over)
        made.open()
        self.idle()
        return made

    def own(self) -> OwnSession:
        context = self.desk.context
        return OwnSession(context.asked, context.viewer, context.asking, self.over)

    def idle(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0)


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    return Corner(make_desk, qtbot)


def fill(dialog: OwnPin, *texts: str) -> None:
    for field, text in zip((dialog.password, dialog.pin, dialog.again), texts, strict=True):
        assert isinstance(field.control, QLineEdit)
        field.control.setText(text)


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("", "a PIN has 6 to 11 digits"),
        ("73194", "a PIN has 6 to 11 digits"),
        ("73194x", "a PIN has 6 to 11 digits"),
        ("٧٣١٩٤٦", "a PIN has 6 to 11 digits"),
        ("654321", "this PIN is easily guessed: no row, no repetition"),
        ("777777", "this PIN is easily guessed: no row, no repetition"),
        ("121212", "this PIN is easily guessed: no row, no repetition"),
    ],
)
def test_a_bad_pin_is_told_at_its_field_and_never_sent(
    corner: Corner, pin: str, fault: str
) -> None:
    dialog = corner.dialog()
    fill(dialog, PASSWORD, pin, pin)
    hands.click(dialog.save)
    assert (dialog.password.fault, dialog.pin.fault, dialog.again.fault) == ("", fault, "")
    corner.idle()
    assert corner.session.tried == []
    fill(dialog, PASSWORD, PIN, PIN)
    assert dialog.pin.fault == "", "the complaint goes with the next key"


def test_return_in_the_last_field_sets_it_once_and_says_so(corner: Corner) -> None:
    dialog = corner.dialog()
    fill(dialog, PASSWORD, PIN, PIN)
    typed = dialog.again.control
    assert isinstance(typed, QLineEdit)
    typed.returnPressed.emit()
    typed.returnPressed.emit()  # the key bounces
    corner.qtbot.waitUntil(lambda: bool(corner.told))
    corner.idle()
    assert corner.session.tried == [PASSWORD]
    assert corner.session.pins == {VIEWER.login: PIN}
    assert corner.told == ["The PIN unlocks this workstation from now on."]


def test_a_longer_pin_than_there_is_cannot_be_typed(corner: Corner) -> None:
    dialog = corner.dialog()
    typed = dialog.pin.control
    hands.type_text(typed, "73194652813377")
    assert isinstance(typed, QLineEdit)
    assert typed.text() == "73194652813"


def test_who_has_one_sets_another_or_takes_it_away(corner: Corner) -> None:
    corner.session.pins[VIEWER.login] = PIN
    dialog = corner.dialog()
    corner.qtbot.waitUntil(dialog.remove.isVisible)
    assert dialog.save.text() == "Set another PIN"
    fill(dialog, PASSWORD, "902817", "902817")
    hands.click(dialog.save)
    corner.qtbot.waitUntil(lambda: corner.session.pins == {VIEWER.login: "902817"})
    again = corner.dialog()
    corner.qtbot.waitUntil(again.remove.isVisible)
    hands.click(again.remove)
    corner.qtbot.waitUntil(lambda: corner.session.pins == {})
    corner.qtbot.waitUntil(lambda: len(corner.told) == 2)
    assert corner.told[1] == "Only your password unlocks from now on."


def test_a_wrong_password_is_told_and_may_be_typed_anew(corner: Corner) -> None:
    dialog = corner.dialog()
    fill(dialog, "wrong", PIN, PIN)
    hands.click(dialog.save)
    corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert dialog.notice.says.text() == "the password is wrong"
    assert dialog.save.isEnabled()
    password = dialog.password.control
    assert isinstance(password, QLineEdit)
    assert password.selectedText() == "wrong", "the next key replaces it"
    assert corner.told == []


def test_a_store_that_fails_is_told_and_the_pin_stays(corner: Corner) -> None:
    corner.session.pins[VIEWER.login] = PIN
    dialog = corner.dialog()
    corner.qtbot.waitUntil(dialog.remove.isVisible)
    corner.session.broken = True
    hands.click(dialog.remove)
    corner.qtbot.waitUntil(dialog.notice.isVisible)
    assert "cannot be read" in dialog.notice.says.text()
    assert corner.session.pins == {VIEWER.login: PIN}
    assert dialog.isVisible()


def test_where_pins_cannot_be_read_the_password_unlocks(corner: Corner) -> None:
    corner.session.pins[VIEWER.login] = PIN
    corner.session.broken = True
    own = corner.own()
    own.refresh()
    corner.idle()
    assert not own.has_pin
    opened: list[str] = []
    own.unlock(PASSWORD, lambda: opened.append("open"), opened.append)
    corner.qtbot.waitUntil(lambda: bool(opened))
    assert opened == ["open"]


@pytest.mark.parametrize("typed", ["73194", "731946528133", "73194x", PASSWORD])
def test_what_cannot_be_a_pin_is_never_counted_as_a_wrong_one(
    corner: Corner, typed: str
) -> None:
    corner.session.pins[VIEWER.login] = PIN
    own = corner.own()
    with corner.qtbot.waitSignal(own.changed):
        own.refresh()
    heard: list[str] = []
    own.unlock(typed, lambda: heard.append("open"), heard.append)
    corner.qtbot.waitUntil(lambda: bool(heard))
    wrong = "the password is wrong"
    assert heard == ["open" if typed == PASSWORD else wrong]


def test_without_a_pin_digits_are_a_password(corner: Corner) -> None:
    own, heard = corner.own(), list[str]()
    own.unlock(PIN, lambda: heard.append("open"), heard.append)
    corner.qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["the password is wrong"]


def test_a_wrong_pin_asks_anew_whether_there_is_one(corner: Corner) -> None:
    corner.session.pins[VIEWER.login] = PIN
    own = corner.own()
    with corner.qtbot.waitSignal(own.changed):
        own.refresh()
    del corner.session.pins[VIEWER.login]  # taken away at another window
    heard: list[str] = []
    with corner.qtbot.waitSignal(own.changed):
        own.unlock("902817", lambda: heard.append("open"), heard.append)
    assert heard == ["the PIN is wrong"]
    assert not own.has_pin
