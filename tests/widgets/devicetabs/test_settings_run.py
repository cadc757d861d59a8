"""While staged changes are being sent a person goes on working, and only what holds is sent."""

import asyncio
from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.control import WriteRequest, WriteResult, WriteState
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key, type_text
from tests.fakes.smallplant import AHORNVEJ
from tests.widgets.eyes import button_named, words
from widgets.devicetabs.settings import SettingsTab
from widgets.pages.device import DevicePage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


class Run:
    """An open settings tab before a door that lets one write through at a time."""

    def __init__(self, make_desk: MakeDesk, qtbot: QtBot) -> None:
        self.services, self._turn = FakeServices(), asyncio.Semaphore(0)
        self.sent: list[tuple[str, float]] = []
        self._plain = self.services.control.write
        self.services.control.write = self._write  # type: ignore[method-assign]
        self.desk, self._qtbot = make_desk(self.services), qtbot
        self.page = DevicePage(self.desk.context, AHORNVEJ)
        qtbot.addWidget(self.page)
        self.page.resize(1700, 900)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()
        self.page.reveal(Show("device", AHORNVEJ, part="settings"))
        qtbot.waitUntil(self.page.settled)
        tab = self.page.tab
        assert isinstance(tab, SettingsTab)
        self.tab = tab

    async def _write(self, viewer: Viewer, request: WriteRequest) -> WriteResult:
        self.sent.append((request.key, request.value))
        await self._turn.acquire()
        return await self._plain(viewer, request)

    def change(self, name: str, text: str) -> None:
        """Type a value into the table and press Enter."""
        table, model = self.tab.card.table, self.tab.model
        row = model.position(name)
        assert row is not None
        table.setFocus()
        table.setCurrentIndex(model.index(row, 0))
        key(table, Qt.Key.Key_Return)
        line = QApplication.focusWidget()
        assert isinstance(line, QLineEdit)
        line.selectAll()
        type_text(line, text)
        key(line, Qt.Key.Key_Return)
        QApplication.processEvents()

    def press(self, name: str) -> None:
        each = button_named(self.tab, name)
        assert each.isEnabled(), name
        each.click()
        QApplication.processEvents()

    def begin(self, count: int) -> None:
        self.press(f"Apply {count} change{'' if count == 1 else 's'}")
        self._qtbot.waitUntil(lambda: self.sent != [])

    def end(self) -> None:
        async def release() -> None:
            for _ in range(20):
                self._turn.release()

        self.desk.core.submit(release()).result(30)
        self._qtbot.waitUntil(lambda: not self.tab.sending.under_way)
        self._qtbot.waitUntil(self.tab.card.again.isEnabled)

    def wishes(self) -> dict[str, float | None]:
        return {each.spec.key: each.new for each in self.tab.staging}


@pytest.fixture
def run(make_desk: MakeDesk, qtbot: QtBot) -> Run:
    made = Run(make_desk, qtbot)
    for name, text in (("p11175", "1.1"), ("p11177", "30"), ("p11034", "43")):
        made.change(name, text)
    return made


def test_a_change_taken_back_during_the_run_never_leaves(run: Run) -> None:
    run.begin(3)
    run.press("Take back the change of Min. temperature")
    run.end()
    assert run.sent == [("p11175", 1.1), ("p11034", 43.0)]
    assert run.wishes() == {}


def test_another_value_typed_during_the_run_waits_for_the_next_one(run: Run) -> None:
    run.begin(3)
    run.change("p11177", "31")
    run.end()
    assert run.sent == [("p11175", 1.1), ("p11034", 43.0)]
    assert run.wishes() == {"p11177": 31.0}


def test_a_value_typed_over_the_one_on_its_way_is_not_lost(run: Run) -> None:
    run.begin(3)
    run.change("p11175", "1.3")
    run.end()
    assert run.sent[0] == ("p11175", 1.1)
    assert run.wishes() == {"p11175": 1.3}


def test_what_was_refused_marks_no_newer_wish(run: Run) -> None:
    run.services.control.endings["p11175"] = (WriteState.REFUSED, "the value changed meanwhile")
    run.begin(3)
    run.change("p11175", "1.3")
    run.end()
    assert run.tab.staging.refused == []
    assert run.wishes() == {"p11175": 1.3}


def test_nothing_can_be_applied_or_discarded_twice_during_the_run(run: Run) -> None:
    run.begin(3)
    run.change("p12190", "55")
    for name in ("Apply 4 changes", "Discard all"):
        assert not button_named(run.tab, name).isEnabled()
    run.end()
    assert run.wishes() == {"p12190": 55.0}
    assert button_named(run.tab, "Apply 1 change").isEnabled()


def test_undo_waits_until_the_run_is_over(run: Run) -> None:
    run.begin(3)
    table = run.tab.card.table
    table.setFocus()
    key(table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(run.wishes()) == 3
    run.end()
    assert [name for name, _value in run.sent] == ["p11175", "p11177", "p11034"]


def test_how_far_the_run_is_can_be_read(run: Run, qtbot: QtBot) -> None:
    run.begin(3)
    qtbot.waitUntil(run.tab.review.busy.isVisible)
    assert "Sending 3 …" in words(run.tab.review)
    run.end()
    assert (run.tab.sending.done, run.tab.sending.total) == (3, 3)
    assert not run.tab.review.busy.isVisible()
