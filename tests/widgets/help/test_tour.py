"""The way around: each stop lights its part, the box stays whole, and keys suffice."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QEvent, QPoint, QRect, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.words import LANGUAGES, PSEUDO, use_language
from tests.fakes.hands import click, key
from tests.widgets.eyes import button_named, words
from widgets.help.tour import KEY, Stop, Tour, stops
from widgets.shell.window import MainWindow
from widgets.theme import Look

OpenWindow = Callable[..., MainWindow]


class Room(QWidget):
    """A window with a thing at each of its sides."""

    def __init__(self) -> None:
        super().__init__()
        self.places = {
            "left": QRect(0, 48, 160, 500),
            "above": QRect(200, 0, 400, 48),
            "below": QRect(0, 552, 900, 48),
            "corner": QRect(840, 0, 60, 40),
        }
        for name, place in self.places.items():
            each = QWidget(self)
            each.setObjectName(name)
            each.setGeometry(place)
        self.resize(900, 600)


def stop(place: str) -> Stop:
    return Stop(place, lambda: f"About {place}", lambda: "A sentence or two. " * 4)


WAY = tuple(stop(place) for place in ("", "left", "above", "below", "corner", "nowhere"))


@pytest.fixture
def room(qtbot: QtBot) -> Room:
    made = Room()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def tour(room: Room, qtbot: QtBot) -> Tour:
    made = Tour(room, Look("day"), WAY)
    made.begin()
    return made


@pytest.fixture(params=[*LANGUAGES, PSEUDO])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language("en")


def test_it_lies_over_the_whole_window(tour: Tour, room: Room) -> None:
    assert tour.geometry() == room.rect()
    room.resize(700, 500)
    assert tour.geometry() == room.rect()


@pytest.mark.parametrize("at", range(len(WAY)))
def test_each_stop_lights_its_part_and_covers_it_not(tour: Tour, room: Room, at: int) -> None:
    for _ in range(at):
        key(tour, Qt.Key.Key_Right)
    assert tour.at == at
    lit = tour._lit()
    place = room.places.get(WAY[at].place)
    assert lit.isNull() is (place is None)
    if place is not None:
        assert place.contains(lit)
        assert not tour._box.geometry().intersects(lit.adjusted(8, 8, -8, -8)) or at == 4
    assert room.rect().contains(tour._box.geometry())
    assert f"{at + 1} of {len(WAY)}" in words(tour)
    tour.grab()


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ([Qt.Key.Key_Right], 1),
        ([Qt.Key.Key_Return, Qt.Key.Key_Enter], 2),
        ([Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left], 1),
        ([Qt.Key.Key_Left], 0),
        ([Qt.Key.Key_A, Qt.Key.Key_Down], 0),
    ],
)
def test_the_keys_go_on_and_back(tour: Tour, keys: list[Qt.Key], at: int) -> None:
    for which in keys:
        key(tour, which)
    assert tour.at == at


def test_the_mouse_goes_on_and_back_too(tour: Tour) -> None:
    click(tour.on)
    click(tour.on)
    assert tour.at == 2
    click(button_named(tour, "Back"))
    assert tour.at == 1


@pytest.mark.parametrize("way", ["esc", "not now", "to the end"])
def test_it_ends_for_good(tour: Tour, qtbot: QtBot, way: str) -> None:
    ended: list[int] = []
    tour.ended.connect(lambda: ended.append(1))
    if way == "esc":
        key(tour, Qt.Key.Key_Escape)
    elif way == "not now":
        click(button_named(tour, "Not now"))
    else:
        for _ in WAY:
            key(tour, Qt.Key.Key_Return)
    assert ended == [1]
    assert not tour.isVisible()


def test_the_last_stop_says_that_work_begins(tour: Tour) -> None:
    assert tour.on.text() == "Next"
    for _ in range(len(WAY) - 1):
        key(tour, Qt.Key.Key_Right)
    assert tour.on.text() == "Begin to work"
    assert tour.on.accessibleName() == "Begin to work"


def test_nothing_below_hears_the_keys(tour: Tour, room: Room, qtbot: QtBot) -> None:
    heard: list[int] = []

    class Below(QPushButton):
        def keyPressEvent(self, event: QKeyEvent | None) -> None:
            heard.append(1)

    below = Below("x", room)
    below.show()
    for which in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        key(tour, which)
    assert heard == []


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("size", [(960, 600), (1600, 960)])
def test_the_real_stops_fit_the_real_window_in_every_language(
    open_window: OpenWindow, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window = open_window()
    window.resize(*size)
    window.guide.lead_around()
    tour = window.guide.tour
    assert tour is not None
    for at in range(len(stops())):
        QApplication.processEvents()
        assert tour.at == at
        assert tour.rect().contains(tour._box.geometry())
        for each in tour._box.findChildren(QLabel):
            if each.wordWrap():
                assert each.height() >= each.heightForWidth(each.width()), each.text()
        for push in tour._box.findChildren(QPushButton):
            assert push.width() >= push.sizeHint().width() - 2, push.text()
        if at < len(stops()) - 1:
            tour.step(1)
    tour.end()


def test_locking_the_desk_ends_the_way_around(open_window: OpenWindow) -> None:
    window = open_window()
    window.guide.lead_around()
    window.session.lock()
    assert window.guide.tour is None
    assert window.session.locked


def test_asked_for_twice_there_is_one(open_window: OpenWindow) -> None:
    window = open_window()
    window.guide.lead_around()
    first = window.guide.tour
    window.guide.lead_around()
    assert window.guide.tour is first
    window.guide.stop()
    window.guide.stop()


def test_it_is_found_again_in_the_menu_of_the_person(open_window: OpenWindow) -> None:
    window = open_window(preferences={KEY: "true"})
    window.guide.lead_around_once()
    seen = window.guide.tour
    window.guide.lead_around()
    assert (seen is None, window.guide.tour is not None) == (True, True)
    window.guide.stop()


def test_without_an_event_nothing_happens(tour: Tour) -> None:
    tour.keyPressEvent(None)
    assert tour.eventFilter(None, None) is False
    assert tour.eventFilter(tour, QEvent(QEvent.Type.Move)) is False
    assert tour.mapFromGlobal(QPoint(0, 0)) is not None
    QApplication.processEvents()
