"""Open pages are tabs: built once, renamed live, closed by every usual hand, gone for good."""

from collections.abc import Callable

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import DeviceId
from app.verbs import Capability
from tests.fakes.desk import Desk
from tests.fakes.hands import click, key
from tests.widgets.eyes import LONG, MARKUP, button_named
from widgets.controls.notice import Notice
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.shell.pagetabs import PageTabs

MakeDesk = Callable[..., Desk]


class Sheet(Page):
    """A page that remembers what it was asked to reveal."""

    def __init__(self, context: PageContext, name: str) -> None:
        super().__init__(context)
        self.name = name
        self.revealed: list[Show] = []
        QVBoxLayout(self).addWidget(QLabel("inside"))

    def heading(self) -> str:
        return self.name

    def reveal(self, show: Show) -> None:
        self.revealed.append(show)


class Stand:
    """Page tabs over a desk; `open` opens a sheet by its kind and device."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk = desk
        self.tabs = PageTabs(desk.look, Notice(desk.look))
        self.built: list[str] = []
        self.leaving: list[Page] = []
        self.tabs.leaving.connect(self.leaving.append)
        qtbot.addWidget(self.tabs)
        self.tabs.resize(900, 400)
        with qtbot.waitActive(self.tabs):
            self.tabs.show()
            self.tabs.activateWindow()

    def open(self, name: str, device: str | None = None) -> Sheet:
        made_for = None if device is None else DeviceId(device)
        kind = PageType(
            name,
            lambda: name,
            "plant",
            Section.PLANT,
            Capability.SEE_PLANT,
            1,
            self._build,
            needs_device=device is not None,
        )
        page = self.tabs.bring(kind, Show(name, made_for), self.desk.context)
        assert isinstance(page, Sheet)
        return page

    def _build(self, context: PageContext, show: Show) -> Page:
        name = f"{show.page} {show.device}" if show.device else show.page
        self.built.append(name)
        return Sheet(context, name)

    @property
    def bar(self) -> QTabBar:
        [found] = self.tabs.findChildren(QTabBar)
        return found

    def names(self) -> list[str]:
        return [self.bar.tabText(at) for at in range(self.bar.count())]

    def front(self) -> str:
        page = self.tabs.front
        return page.heading() if page is not None else ""


@pytest.fixture
def stand(make_desk: MakeDesk, qtbot: QtBot) -> Stand:
    return Stand(make_desk(), qtbot)


def bury() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_without_pages_nothing_is_in_front(stand: Stand) -> None:
    assert stand.tabs.front is None
    assert stand.tabs.front_kind is None
    assert stand.tabs.pages == ()
    stand.tabs.step(1)
    assert stand.bar.accessibleName() == "Open pages"


def test_a_page_is_built_once_and_each_device_has_its_own(stand: Stand) -> None:
    first = stand.open("device", "a")
    stand.open("device", "b")
    stand.open("alarms")
    assert stand.open("device", "a") is first
    assert stand.built == ["device a", "device b", "alarms"]
    assert stand.front() == "device a"
    assert [each.page for each in first.revealed] == ["device", "device"]


def test_the_page_opened_last_is_in_front_and_its_kind_is_known(stand: Stand) -> None:
    stand.open("devices")
    stand.open("alarms")
    assert stand.front() == "alarms"
    kind = stand.tabs.front_kind
    assert kind is not None
    assert kind.id == "alarms"


def test_a_click_on_a_tab_brings_its_page(stand: Stand) -> None:
    for name in ("devices", "alarms", "audit"):
        stand.open(name)
    click(stand.bar, stand.bar.tabRect(1).center())
    assert stand.front() == "alarms"
    assert stand.tabs.front is not None
    assert stand.tabs.front.isVisible()


def test_arrows_walk_the_bar_and_steps_go_round(stand: Stand) -> None:
    for name in ("devices", "alarms", "audit"):
        stand.open(name)
    stand.bar.setFocus()
    key(stand.bar, Qt.Key.Key_Left)
    assert stand.front() == "alarms"
    fronts = []
    for by in (1, 1, -1, -1, -1):
        stand.tabs.step(by)
        fronts.append(stand.front())
    assert fronts == ["audit", "devices", "audit", "alarms", "devices"]


def test_the_cross_and_the_middle_button_ask_for_the_page_they_stand_on(
    stand: Stand,
) -> None:
    pages = [stand.open(name) for name in ("devices", "alarms", "audit")]
    click(button_named(stand.bar, "Close alarms"))
    middle = stand.bar.tabRect(2).center()
    QTest.mouseClick(stand.bar, Qt.MouseButton.MiddleButton, pos=middle)  # type: ignore[call-overload]
    assert stand.leaving == [pages[1], pages[2]]
    assert len(stand.tabs.pages) == 3  # asking is not closing


def test_a_click_of_the_middle_button_beside_the_tabs_closes_nothing(stand: Stand) -> None:
    stand.open("devices")
    QTest.mouseClick(stand.tabs, Qt.MouseButton.MiddleButton, pos=QPoint(880, 16))  # type: ignore[call-overload]
    assert stand.leaving == []


def test_a_closed_page_leaves_no_widget_and_the_next_one_in_front(stand: Stand) -> None:
    pages = [stand.open(name) for name in ("devices", "alarms", "audit")]
    closed = list[QWidget]()
    stand.tabs.remove(pages[2])
    bury()
    closed.append(pages[2])
    assert sip.isdeleted(pages[2])
    assert stand.front() in ("devices", "alarms")
    assert stand.names() == ["devices", "alarms"]
    for page in pages[:2]:
        stand.tabs.remove(page)
    bury()
    assert stand.tabs.front is None
    assert stand.tabs.pages == ()


def test_a_page_behind_is_closed_without_moving_the_one_in_front(stand: Stand) -> None:
    pages = [stand.open(name) for name in ("devices", "alarms", "audit")]
    stand.tabs.remove(pages[0])
    assert stand.front() == "audit"
    kind = stand.tabs.front_kind
    assert kind is not None
    assert kind.id == "audit"
    click(stand.bar, stand.bar.tabRect(0).center())
    assert stand.front() == "alarms"


def test_a_page_closed_twice_is_closed_once(stand: Stand) -> None:
    page, other = stand.open("devices"), stand.open("alarms")
    stand.tabs.remove(page)
    stand.tabs.remove(page)
    assert stand.tabs.pages == (other,)


def test_a_page_that_is_renamed_is_called_so_at_once(stand: Stand, qtbot: QtBot) -> None:
    stand.open("devices")
    page = stand.open("device", "a")
    page.name = "R&D " + MARKUP
    with qtbot.waitSignal(stand.tabs.switched):
        page.renamed.emit()
    assert stand.names()[1].startswith("R&&D <b>x</b> &&")
    assert "&lt;b&gt;x" in stand.bar.tabToolTip(1)
    assert button_named(stand.bar, f"Close {page.name}")
    assert stand.names()[0] == "devices"


@pytest.mark.parametrize("name", [LONG, "m" * 300], ids=["long", "endless"])
def test_a_long_name_is_shortened_in_its_tab_and_whole_in_its_tip(
    stand: Stand, name: str
) -> None:
    stand.open("devices")
    page = stand.open("device", "a")
    page.name = name
    page.renamed.emit()
    QApplication.processEvents()
    assert stand.names()[1].endswith("…")
    assert stand.bar.tabRect(1).width() < 320
    assert name.strip() in stand.bar.tabToolTip(1)
    assert stand.tabs.width() == 900


def test_thirty_open_pages_keep_the_window_as_wide_as_it_is(stand: Stand) -> None:
    for at in range(30):
        stand.open("device", f"station-{at:05d}")
    QApplication.processEvents()
    assert stand.tabs.width() == 900
    assert stand.front() == "device station-00029"
    assert stand.bar.tabRect(29).intersects(stand.bar.rect())


def test_whoever_follows_hears_of_every_page_that_comes_to_the_front(stand: Stand) -> None:
    heard: list[str] = []
    stand.tabs.switched.connect(lambda: heard.append(stand.front()))
    stand.open("devices")
    page = stand.open("alarms")
    stand.tabs.step(1)
    stand.tabs.remove(page)
    assert heard[0] == "devices"
    assert heard[-1] == "devices"
    assert "alarms" in heard


def test_the_cross_takes_no_focus_from_the_page(stand: Stand) -> None:
    stand.open("devices")
    cross = button_named(stand.bar, "Close devices")
    assert cross.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert cross.size().width() == 20
