"""Whatever page there is: it builds on any plant, names every control, and leaves nothing."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent, Qt
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

import widgets.devicetabs
from app.model.reading import DeviceId
from app.model.rights import Grant, Rights, Role, Scope
from app.plugins import discover
from app.users.roles import preset_roles
from app.verbs import Capability, Viewer
from tests.fakes import smallplant
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import Desk
from tests.flashes import windows_that_come_up
from tests.people import person
from widgets.controls.table import Table
from widgets.devicetabs.tabtype import TabType
from widgets.pagetype import Page, Show
from widgets.shell.window import kinds_of_pages

MakeDesk = Callable[..., Desk]
MARKUP = "<b>x</b> & <img src=x>"
TABS = sorted(each.id for each in discover(widgets.devicetabs, "TAB", TabType).values())
TITLE_BELOW_PX = 48  # it stands in the page's first line
PLACES = [
    *((kind.id, "") for kind in kinds_of_pages().values() if not kind.needs_device),
    ("people", "roles"),
    *(("device", tab) for tab in TABS),
]


def unknown_device() -> FakeServices:
    """Return a plant of one device that nobody could identify yet."""
    return FakeServices([smallplant.view("Ahornvej 14", "", label="")], ())


def markup() -> FakeServices:
    """Return a plant whose every name would be markup if a widget guessed."""
    services = FakeServices()
    for at, view in enumerate(services.plant.views):
        config = replace(view.config, name=MARKUP, area=MARKUP)
        standing = replace(view.standing, last_error=MARKUP, faults=(MARKUP,))
        named = replace(view, config=config, standing=standing, label=MARKUP)
        services.plant.views[at] = named
        detail = smallplant.detail(named)
        points = tuple(replace(spec, name=MARKUP, note=MARKUP) for spec in detail.points)
        services.plant.details[config.id] = replace(
            detail, points=points, identity={"serial": MARKUP}, clock_note=MARKUP
        )
    services.alarms.alarms = [
        replace(each, rule=replace(each.rule, name=MARKUP), note=MARKUP)
        for each in services.alarms.alarms
    ]
    services.audit.broken = MARKUP
    people = services.people
    people.kept = {
        login: replace(each, name=MARKUP, ended=MARKUP) for login, each in people.kept.items()
    }
    people.all_roles["own"] = replace(people.all_roles["basic"], name=MARKUP, preset=False)
    return services


PLANTS: dict[str, Callable[[], FakeServices]] = {
    "full": FakeServices,
    "empty": FakeServices.empty,
    "unknown": unknown_device,
    "markup": markup,
}


@pytest.fixture(params=PLANTS)
def plant(request: pytest.FixtureRequest) -> FakeServices:
    return PLANTS[request.param]()


def opened(desk: Desk, place: tuple[str, str], qtbot: QtBot) -> Page:
    kind = kinds_of_pages()[place[0]]
    device = DeviceId("ahornvej-14") if kind.needs_device else None
    show = Show(kind.id, device, part=place[1])
    page = kind.build(desk.context, show)
    page.resize(1440, 900)
    page.show()
    page.reveal(show)
    qtbot.waitUntil(page.settled)
    return page


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_a_page_opens_on_any_plant_and_leaves_no_widget_behind(
    make_desk: MakeDesk,
    plant: FakeServices,
    place: tuple[str, str],
    qtbot: QtBot,
) -> None:
    """One opening is looked at in every way: opening is most of what these looks take."""
    desk = make_desk(plant)
    with windows_that_come_up() as windows:
        page = opened(desk, place, qtbot)
    assert windows == [type(page).__name__], "another window flashed"
    assert nameless(page) == [], "a control that some people could not call by name"
    assert taken_for_markup(page) == []
    assert walked_past(page) == [], "the tab key does not reach it"
    assert titled(page), "what one looks at has no name above it"
    assert waiting(page) == [], "it says that it waits, and nothing will come"
    by_day = page.grab().toImage()
    desk.look.use("night")
    assert page.grab().toImage() != by_day, "by night it looks as by day"
    desk.look.use("day")
    page.deleteLater()
    _bury()
    before = set(QApplication.allWidgets())
    page = opened(desk, place, qtbot)
    assert page.heading()
    assert all(page.crumbs())
    page.refresh()
    page.deleteLater()
    _bury()
    left = [each for each in QApplication.allWidgets() if each not in before]
    assert left == []
    desk.feed.age()  # the gone are looked for once a second
    assert desk.feed._viewers == {}


def nameless(page: Page) -> list[str]:
    return [
        f"{type(each).__name__} {each.objectName()}"
        for each in page.findChildren(QWidget)
        if _is_control(each) and not (each.accessibleName() or _own_text(each))
    ]


def waiting(page: Page) -> list[str]:
    """Return the tables in sight that wait for rows although the page is settled."""
    tables = [each for each in page.findChildren(Table) if each.isVisible()]
    return [each.accessibleName() for each in tables if not each.rows_model.is_told]


def titled(page: Page) -> bool:
    """Whether one title stands at the top of a page, left of or above everything else."""
    titles = [
        each
        for each in page.findChildren(QLabel)
        if each.property("role") == "title" and each.isVisible() and each.text()
    ]
    corners = [each.mapTo(page, each.rect().center()) for each in titles]
    return len(titles) == 1 and corners[0].y() < TITLE_BELOW_PX


def taken_for_markup(page: Page) -> list[str]:
    """Return texts that Qt may read as markup, and tips in which a name became some."""
    guessing = [
        each.text()
        for each in page.findChildren(QLabel)
        if each.textFormat() is not Qt.TextFormat.PlainText and each.text()
    ]
    tips = [each.toolTip() for each in page.findChildren(QWidget)]
    return guessing + [tip for tip in tips if "<b>x" in tip or "<img" in tip]


def walked_past(page: Page) -> list[str]:
    """Return the controls that the tab key does not reach."""
    reached, walker = set[QWidget](), page.nextInFocusChain()
    while walker is not None and walker not in reached:
        reached.add(walker)
        walker = walker.nextInFocusChain()
    controls = [
        each
        for each in page.findChildren(QWidget)
        if _is_control(each) and each.isVisible() and each.isEnabled()
    ]
    assert controls
    deaf = [
        f"{type(each).__name__} {each.accessibleName()}"
        for each in controls
        if each not in reached or not each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    return [each for each in deaf if "Scroll" not in each]


def test_a_person_sees_only_the_pages_they_may_open() -> None:
    guest = person("g", "Guest", "desk-1", frozenset({Capability.SEE_PLANT}))
    assert set(kinds_of_pages(guest)) == {"dashboard", "devices", "device", "meters"}
    assert set(kinds_of_pages(VIEWER)) == set(kinds_of_pages())


@pytest.mark.parametrize("role", preset_roles().values(), ids=lambda role: role.id)
def test_what_is_nobodys_part_of_a_plant_is_no_page_of_who_has_a_part(role: Role) -> None:
    part = Rights(role.cells, frozenset({smallplant.AHORNVEJ}), role.id, role.rank, guest=True)
    pages = set(kinds_of_pages(Viewer("g", "Guest", "desk-1", Grant(part))))
    everywhere = role.scope(Capability.EDIT_DEVICES) is Scope.ALL
    assert ({"scan", "receivers"} <= pages) is everywhere, "its questions would all be refused"
    assert everywhere or not {"scan", "receivers"} & pages
    assert {"devices", "device"} <= pages, "their own devices are there"


def _is_control(widget: QWidget) -> bool:
    kinds = (
        QAbstractButton,
        QAbstractScrollArea,
        QComboBox,
        QLineEdit,
        QPlainTextEdit,
        QProgressBar,
        QTabBar,
    )
    inside = isinstance(widget, QHeaderView) or type(widget).__name__ == "QTableCornerButton"
    return isinstance(widget, kinds) and not inside and not _is_part_of_a_control(widget)


def _is_part_of_a_control(widget: QWidget) -> bool:
    """Whether Qt made it inside a control: a scroll button, a table's corner."""
    parent = widget.parent()
    if isinstance(widget, QAbstractScrollArea) and parent is not None:
        return isinstance(parent.parent(), QComboBox)  # the list it opens
    return isinstance(widget, QAbstractButton) and isinstance(
        parent, QAbstractScrollArea | QTabBar | QLineEdit
    )


def _own_text(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def _bury() -> None:
    """Let everything that waits for its deletion go."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
