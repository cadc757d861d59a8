"""A window at another scale: started as a process, prints what it measured of itself."""

import json
import sys
from collections.abc import Callable

from PyQt6 import sip
from PyQt6.QtCore import QLocale, QPoint, QThread
from PyQt6.QtWidgets import QApplication, QLabel, QWidget

from app.model.reading import PointId
from tests.fakes import smallplant
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.widgets.eyes import ground
from widgets.controls.alarmlist import AlarmList
from widgets.controls.table import Table
from widgets.devicetabs.head import DeviceHead
from widgets.devicetabs.tabtype import Subject
from widgets.devicetabs.values import ValuesTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Section, Show
from widgets.shell.rail import Rail
from widgets.shell.topbar import TopBar


def measure(app: QApplication) -> dict[str, object]:
    """Build the main parts of the desk and say how large and how sharp they are."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    desk = Desk()
    try:
        return _measured(app, desk)
    finally:
        desk.close()


def _measured(app: QApplication, desk: Desk) -> dict[str, object]:
    _until(app, lambda: desk.directory.is_listed and desk.alarms.is_told)
    desk.feed.seed(smallplant.readings(AHORNVEJ))
    desk.feed.refresh()
    detail = smallplant.detail(desk.services.plant.views[0])
    parts: dict[str, QWidget] = {
        "top": TopBar(desk.directory, desk.look, desk.now, None),
        "rail": Rail(list(Section), desk.look),
        "head": DeviceHead(desk.context, AHORNVEJ),
        "readings": ValuesTab(Subject(desk.context, detail, lambda *_: None)),
        "alarms": AlarmList(desk.context),
        "settings": _settings(app, desk),
    }
    told: dict[str, object] = {"ratio": app.devicePixelRatio()}
    for name, part in parts.items():
        part.resize(1440, {"top": 48, "head": 48}.get(name, 700))
        part.show()
        app.processEvents()
        told[name] = _part(part)
    for part in parts.values():
        sip.delete(part)  # whole and now, while the application still stands
    return told


def _settings(app: QApplication, desk: Desk) -> QWidget:
    page = DevicePage(desk.context, AHORNVEJ)
    page.resize(1440, 900)
    page.show()
    page.reveal(Show("device", AHORNVEJ, PointId(f"{AHORNVEJ}.p11175"), part="settings"))
    _until(app, page.settled)
    return page


def _part(part: QWidget) -> dict[str, object]:
    picture = part.grab()
    marks = [each.pixmap() for each in part.findChildren(QLabel) if not each.pixmap().isNull()]
    tables = [each for each in part.findChildren(Table) if each.isVisible()]
    return {
        "size": [part.width(), part.height()],
        "picture": [picture.width(), picture.height()],
        "marks": sorted({each.devicePixelRatio() for each in marks}),
        "rows": [table.rowHeight(0) for table in tables if table.rowAt(0) >= 0],
        "inside": all(_within(table, part) for table in tables),
        "texts": _cut(part),
        "wide": max((ground(table).width() for table in tables), default=0),
    }


def _within(inner: QWidget, outer: QWidget) -> bool:
    corner = inner.mapTo(outer, QPoint(inner.width(), inner.height()))
    return corner.x() <= outer.width() and corner.y() <= outer.height()


def _cut(part: QWidget) -> list[str]:
    """Return the texts of plain labels that are lower than their letters."""
    return [
        each.text()
        for each in part.findChildren(QLabel)
        if each.text() and each.isVisible() and each.height() < each.fontMetrics().ascent()
    ]


def _until(app: QApplication, holds: Callable[[], bool]) -> None:
    for _turn in range(2000):
        app.processEvents()
        if holds():
            return
        QThread.msleep(5)
    raise TimeoutError("the desk did not get ready")


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])  # outlives every widget
    sys.stdout.write(json.dumps(measure(application)) + "\n")
