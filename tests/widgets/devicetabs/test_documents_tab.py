"""Documents of a device, and the commissioning report made on the spot."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.asked import Document
from app.errors import DeviceUnreachable
from app.model.reading import DeviceId
from app.verbs import Viewer
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from widgets.devicetabs.documents import REPORT, DocumentsTab
from widgets.devicetabs.tabtype import Subject
from widgets.models.documents import kind_text
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> DocumentsTab:
    detail = smallplant.detail(desk.services.plant.views[0])
    tab = DocumentsTab(Subject(desk.context, detail, lambda *_: None))
    qtbot.addWidget(tab)
    tab.resize(1200, 800)
    tab.show()
    qtbot.waitUntil(tab.settled)
    return tab


def test_a_report_is_filed_with_the_device_and_listed(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    tab = opened(desk, qtbot)
    assert tab.files.stack.currentIndex() == 1
    tab.reveal(Show("device", AHORNVEJ, part=REPORT))
    qtbot.waitUntil(lambda: tab.files.model.total == 2)
    assert tab.files.said.text() == "Filed: report.pdf, report.xlsx"
    forms = [tab.files.model.columns[2].cell(each).text for each in tab.files.model.rows]
    assert sorted(forms) == ["PDF", "XLSX"]
    assert tab.files.report.isEnabled()


def test_a_report_under_way_shows_progress_and_can_be_called_off(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    desk.services.reports.gate = asyncio.Event()
    tab = opened(desk, qtbot)
    tab.files.make_report()
    tab.files.make_report()
    qtbot.waitUntil(tab.files.busy.isVisible)
    assert not tab.files.report.isEnabled()
    qtbot.waitUntil(lambda: " 1 s" in tab.files.busy._words.text(), timeout=3000)
    next(each for each in tab.files.busy.findChildren(QPushButton)).click()
    assert tab.files.said.text() == "The report was called off; nothing was filed."
    assert tab.files.report.isEnabled()
    assert not tab.files.busy.isVisible()


def test_a_device_that_does_not_answer_gets_no_report(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()

    async def silent(_v: Viewer, device: DeviceId, language: str = "en") -> list[Document]:
        raise DeviceUnreachable(f"{device}: no answer within 1.5 s")

    services.reports.commissioning = silent  # type: ignore[method-assign,assignment]
    tab = opened(make_desk(services), qtbot)
    tab.files.make_report()
    qtbot.waitUntil(tab.files.notice.isVisible)
    assert tab.files.notice.says.text() == "ahornvej-14: no answer within 1.5 s"
    assert tab.files.model.total == 0


def test_a_file_that_is_gone_is_told(make_desk: MakeDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk = make_desk()
    made = Document(
        "r1", AHORNVEJ, "Report", "commissioning-report", tmp_path / "a.pdf", NOON, "K. Lund"
    )
    desk.services.reports.filed = [made, replace(made, id="r2", device=DeviceId("other"))]
    tab = opened(desk, qtbot)
    assert tab.files.model.total == 1
    tab.files.open_current()
    tab.files.table.selectRow(0)
    tab.files.open_current()
    assert tab.files.notice.says.text() == "a.pdf cannot be opened here."


def test_kinds_of_documents_have_words() -> None:
    assert kind_text("commissioning-report") == "Commissioning report"
    assert kind_text("site-photo") == "site photo"
