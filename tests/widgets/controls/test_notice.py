"""What went wrong is told in a sentence; work that takes long can be called off."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QGuiApplication
from PyQt6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click, key
from tests.widgets.eyes import LONG, MARKUP, button_named, colours, words
from widgets.controls.notice import Busy, Notice
from widgets.theme import THEMES, Look


class Page(QWidget):
    """A page of one control, as wide as a card."""

    def __init__(self, inside: QWidget, qtbot: QtBot) -> None:
        super().__init__()
        QVBoxLayout(self).addWidget(inside)
        qtbot.addWidget(self)
        self.resize(700, 300)
        self.show()


@pytest.fixture
def notice(qtbot: QtBot) -> Iterator[Notice]:
    page = Page(made := Notice(Look()), qtbot)
    yield made
    page.close()


@pytest.fixture
def busy(qtbot: QtBot) -> Iterator[Busy]:
    page = Page(made := Busy(), qtbot)
    yield made
    page.close()


def buttons(of: QWidget) -> list[str]:
    names = ("Try again", "Details", "Copy", "Dismiss", "Cancel")
    return [name for name in names if _has(of, name)]


def _has(of: QWidget, name: str) -> bool:
    try:
        return button_named(of, name).isVisible()
    except AssertionError:
        return False


def test_nothing_is_told_before_something_happened(notice: Notice) -> None:
    assert not notice.isVisible()


def test_a_sentence_stands_alone_without_details_and_without_a_way_to_try_again(
    notice: Notice,
) -> None:
    notice.tell("Ahornvej 14 does not answer.")
    assert words(notice) == ["Ahornvej 14 does not answer."]
    assert buttons(notice) == ["Copy", "Dismiss"]


def test_the_technical_text_is_one_click_away_and_back(notice: Notice) -> None:
    notice.tell("Ahornvej 14 does not answer.", "TimeoutError after 1.5 s")
    assert "TimeoutError after 1.5 s" not in words(notice)
    details = button_named(notice, "Details")
    for is_there in (True, False):
        click(details)
        assert ("TimeoutError after 1.5 s" in words(notice)) is is_there


def test_the_details_of_the_last_trouble_are_not_left_open_for_the_next(
    notice: Notice,
) -> None:
    notice.tell("one", "first details")
    click(button_named(notice, "Details"))
    notice.tell("two", "second details")
    assert words(notice) == ["two"]
    notice.tell("three")
    assert buttons(notice) == ["Copy", "Dismiss"]


@pytest.mark.parametrize("details", ["", "line 1\nline 2"])
def test_all_of_it_can_be_copied(notice: Notice, details: str) -> None:
    notice.tell("It went wrong.", details)
    click(button_named(notice, "Copy"))
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == "\n".join(part for part in ("It went wrong.", details) if part)


def test_trying_again_hides_the_sentence_first(notice: Notice) -> None:
    tried: list[bool] = []
    notice.tell("No answer.", retry=lambda: tried.append(notice.isVisible()))
    click(button_named(notice, "Try again"))
    assert tried == [False]
    assert not notice.isVisible()


def test_what_fails_again_is_told_again(notice: Notice) -> None:
    def fail() -> None:
        notice.tell("No answer.", retry=fail)

    fail()
    click(button_named(notice, "Try again"))
    assert notice.isVisible()
    assert buttons(notice) == ["Try again", "Copy", "Dismiss"]


def test_a_notice_is_dismissed_by_mouse_and_by_key(notice: Notice) -> None:
    for act in (click, lambda each: key(each, Qt.Key.Key_Space)):
        notice.tell("No answer.")
        act(button_named(notice, "Dismiss"))
        assert not notice.isVisible()


@pytest.mark.parametrize("text", [LONG, MARKUP, "m" * 300], ids=["long", "markup", "endless"])
def test_whatever_the_text_the_buttons_stay_within_reach(notice: Notice, text: str) -> None:
    notice.tell(text, text, retry=notice.hide)
    click(button_named(notice, "Details"))
    for each in notice.findChildren(QLabel):
        assert each.textFormat() is Qt.TextFormat.PlainText or not each.text()
    for name in ("Try again", "Details", "Copy", "Dismiss"):
        right = button_named(notice, name).geometry().right()
        assert right <= notice.width() <= 700


@pytest.mark.parametrize("name", THEMES)
def test_the_warning_has_the_colour_of_the_look_even_when_it_changes(
    qtbot: QtBot, name: str
) -> None:
    look = Look("day")
    notice = Notice(look)
    page = Page(notice, qtbot)
    look.use(name)
    notice.tell("No answer.")
    assert QColor(look.theme.alarm(1).edge).name() in colours(notice.grab().toImage())
    assert page.isVisible()
    look.use("day")


def test_work_that_is_quickly_done_never_shows(busy: Busy, qtbot: QtBot) -> None:
    busy.begin("Reading …")
    busy.end()
    qtbot.waitUntil(lambda: not busy._delay.isActive())
    assert not busy.isVisible()


def test_work_that_takes_long_says_what_it_is(busy: Busy, qtbot: QtBot) -> None:
    busy.begin("Reading 26 settings …")
    assert not busy.isVisible()
    qtbot.waitUntil(busy.isVisible)
    assert words(busy) == ["Reading 26 settings …"]
    assert buttons(busy) == []
    busy.say("Reading again …")
    assert words(busy) == ["Reading again …"]
    busy.end()
    assert not busy.isVisible()


def bar(busy: Busy) -> tuple[int, int]:
    [found] = busy.findChildren(QProgressBar)
    assert found.accessibleName() == "Progress"
    return found.value(), found.maximum()


def test_how_far_it_is_can_be_seen_once_it_is_known(busy: Busy) -> None:
    busy.begin("Sending 5 …")
    assert bar(busy)[1] == 0
    busy.step(2, 5)
    assert bar(busy) == (2, 5)
    busy.step(3, 5, "Sending p11175 …")
    assert busy._words.text() == "Sending p11175 …"
    busy.begin("Reading …")
    assert bar(busy)[1] == 0


def calling_off(busy: Busy, qtbot: QtBot) -> Callable[[], list[str]]:
    stopped: list[str] = []
    busy.begin("Sending 5 …", lambda: stopped.append("stopped"))
    qtbot.waitUntil(busy.isVisible)
    return lambda: stopped


def test_calling_off_hides_it_and_stops_once(busy: Busy, qtbot: QtBot) -> None:
    stopped = calling_off(busy, qtbot)
    cancel = button_named(busy, "Cancel")
    click(cancel)
    assert stopped() == ["stopped"]
    assert not busy.isVisible()


def test_the_next_work_is_not_called_off_by_the_hand_of_the_last(
    busy: Busy, qtbot: QtBot
) -> None:
    calling_off(busy, qtbot)
    busy.end()
    busy.begin("Reading …")
    qtbot.waitUntil(busy.isVisible)
    assert buttons(busy) == []
