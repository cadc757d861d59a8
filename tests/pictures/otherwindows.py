"""What opens beside the pages: sign-in, lock, palette, help, dialogs, the welcome page."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QMenu, QWidget

from app.auditverbs import AuditStorage
from app.channel.wishes import wish
from app.corethread import CoreThread
from app.model.override import Override
from app.project.recent import RecentProjects
from app.users.keyplaces import Keys
from app.users.roles import preset_roles
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.pictures.findings import settle
from tests.pictures.meterdialogs import DIALOGS, Make, until
from tests.pictures.stage import Place, Stage
from widgets.asking import Asking
from widgets.auditlog.archiving import ArchiveDialog
from widgets.auditlog.limit import LimitDialog
from widgets.charts.penpicker import PenPicker
from widgets.charts.periodbar import PeriodDialog
from widgets.charts.xyplot import XYWindow
from widgets.controls.columnpicker import ColumnPicker
from widgets.devicelist.settingchange import SettingChange
from widgets.help.window import HelpCentre
from widgets.overriding.standing import OverrideList
from widgets.pages.people import PeoplePage
from widgets.people.own import OwnPassword, OwnRights
from widgets.people.roleform import RoleDialog
from widgets.secondperson.dialog import SecondPersonDialog
from widgets.shell.login import LoginDialog
from widgets.theme import Look
from widgets.welcome.context import WelcomeContext
from widgets.welcome.window import WelcomeWindow

CONTROL = Qt.KeyboardModifier.ControlModifier


def login(_stage: Stage) -> QWidget:
    """Return the question who is there."""
    return LoginDialog("Østerby Fjernvarme", "")


def locked(stage: Stage) -> QWidget:
    """Return the window with the desk locked."""
    stage.open(Place("devices"))
    stage.window.session.lock()
    return stage.window


def palette(stage: Stage) -> QWidget:
    """Return the window with the palette over it."""
    stage.open(Place("devices"))
    stage.window.activateWindow()
    settle()
    key(stage.window, Qt.Key.Key_K, CONTROL)
    return stage.window


def help_window(stage: Stage) -> QWidget:
    """Return the help about the list of devices."""
    return HelpCentre(stage.window.context.look, stage.window).open("devices")


def about(stage: Stage) -> QWidget:
    """Return what tells which program this is."""
    return stage.window.guide.about()


def pens(stage: Stage) -> QWidget:
    """Return the choice of more pens."""
    stage.open(Place("trend"))
    return PenPicker(stage.window.context, stage.device, stage.window)


def columns(stage: Stage) -> QWidget:
    """Return the choice of columns."""
    look = stage.window.context.look
    return ColumnPicker([("s1", "Ahornvej 14")], ["s1"], look, stage.window)


def period(stage: Stage) -> QWidget:
    """Return the choice of begin and end."""
    zone = stage.window.context.zone
    return PeriodDialog(NOON - timedelta(hours=4), NOON, zone, stage.window)


def xy(stage: Stage) -> QWidget:
    """Return a point over another."""
    return XYWindow(stage.window.context, (), stage.window)


def bulk(stage: Stage) -> QWidget:
    """Return the change of one setting at several devices, staged."""
    stage.open(Place("devices"))
    context = stage.window.context
    change = SettingChange(context, context.directory.views[:3], stage.window)
    change.show()
    until(lambda: change.settings.list.count() > 0)
    change.settings.list.setCurrentRow(0)
    until(lambda: not change.reading.under_way)
    change.value.line.setText("1.5")
    return change


def own_password(stage: Stage) -> QWidget:
    """Return the question for another password of one's own."""
    return OwnPassword(stage.window.context, stage.window)


def own_rights(stage: Stage) -> QWidget:
    """Return what the person at the screen may do."""
    made = OwnRights(stage.window.context, stage.window)
    made.show()
    while not made.table.cells.rowCount():
        settle()
    return made


def new_role(stage: Stage) -> QWidget:
    """Return the form of a role made from another."""
    context, roles = stage.window.context, tuple(preset_roles().values())
    return RoleDialog(context, roles, context.viewer.rights, "basic", None, stage.window)


def two_people(stage: Stage) -> QWidget:
    """Return the question for a second person."""
    context = stage.window.context
    wanted = [wish("project.restore", 3)]
    return SecondPersonDialog(context, wanted, "", stage.window)


def out_of_automatic(stage: Stage) -> QWidget:
    """Return the list of what is held, with one by somebody for a while."""
    context = stage.window.context
    held = Override(
        "o-1", AHORNVEJ, "p11180", 20.0, 23.0, "lund", "K. Lund", "desk-1", "", NOON, None
    )
    context.overrides.take([held])
    return OverrideList(context, stage.window)


def room_of_log(stage: Stage) -> QWidget:
    """Return the question how much room the activity log may take."""
    return LimitDialog(stage.window.context, AuditStorage(12, 1000, 50, ""), stage.window)


def old_entries(stage: Stage) -> QWidget:
    """Return the question which entries leave the activity log."""
    return ArchiveDialog(stage.window.context, stage.window)


def part_of_person(part: int) -> Make:
    """Return what shows a part of somebody's card."""

    def show(stage: Stage) -> QWidget:
        page = stage.open(Place("people", "people/berit")).front
        assert isinstance(page, PeoplePage)
        page.people.card.switch.choose(part)
        return stage.window

    return show


def new_person(stage: Stage) -> QWidget:
    """Return the window with somebody about to be added."""
    page = stage.open(Place("people", "people/berit")).front
    assert isinstance(page, PeoplePage)
    page.people.begin(guest=True)
    return stage.window


WINDOWS: Mapping[str, Make] = {
    "login": login,
    "locked": locked,
    "palette": palette,
    "help": help_window,
    "about": about,
    "pens": pens,
    "columns": columns,
    "period": period,
    "xy": xy,
    "bulk": bulk,
    "own password": own_password,
    "room of log": room_of_log,
    "old entries": old_entries,
    "own rights": own_rights,
    "new role": new_role,
    "second person": two_people,
    "overrides": out_of_automatic,
    "given": part_of_person(1),
    "coming in": part_of_person(2),
    "new person": new_person,
    **DIALOGS,
}


def opened(stage: Stage, name: str) -> QWidget:
    """Open one of `WINDOWS` and wait until it is drawn."""
    made = WINDOWS[name](stage)
    made.show()
    _look_twice()
    return made


def put_away(stage: Stage, widget: QWidget) -> None:
    """Close what `opened` returned, but never the stage's own window."""
    if widget is not stage.window:
        widget.close()
        widget.deleteLater()
        settle()


def welcome(folder: Path, look: Look) -> Iterator[tuple[str, QWidget]]:
    """Yield the welcome page with each of its panes in front."""
    core = CoreThread()
    core.start()
    asking = Asking(core)
    context = WelcomeContext(
        look=look,
        asking=asking,
        recents=RecentProjects(folder / "projects.json"),
        folder=folder,
        zone="Europe/Copenhagen",
        now=lambda: NOON,
        keys=Keys(folder / "private"),
    )
    window = WelcomeWindow(context)
    window.resize(1280, 800)
    window.show()
    window.begin()
    try:
        for pane in (window.start, window.new, window.taking):
            window._panes.setCurrentWidget(pane)
            _look_twice()
            yield f"welcome {type(pane).__name__}", window
    finally:
        asking.close()
        window.close()
        window.deleteLater()
        settle()
        core.stop()


def menus(window: QWidget) -> Iterator[QMenu]:
    """Yield the menus that stand open."""
    for each in QApplication.topLevelWidgets():
        if isinstance(each, QMenu) and each.isVisible() and each is not window:
            yield each


def _look_twice() -> None:
    settle()
    settle()
