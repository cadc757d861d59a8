"""A resident's data and an erasure always belong to the resident whose line is lit."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtCore import QDate, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.errors import BadInput, Conflict
from app.model.customer import AskedBy, Customer, ErasureWish, PersonalTraces, Tenancy
from app.model.reading import DeviceId
from app.verbs import Capability, Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.customers import PASSWORD, FakeCustomers
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import NOON
from tests.people import person
from widgets.residents.dialog import ResidentsDialog

MakeDesk = Callable[..., Desk]
METER = DeviceId("ahornvej-14")
SECOND = Customer("c-22bb00", "Åse Øster", meters=(Tenancy(METER, NOON),), version=1)


class SlowCustomers(FakeCustomers):
    """Counts of whoever is not in a hurry: each answer waits for its turn."""

    def __init__(self, known: list[Customer]) -> None:
        super().__init__(known)
        self.gate = asyncio.Event()

    async def traces(self, viewer: Viewer, wish: ErasureWish) -> PersonalTraces:
        found = await super().traces(viewer, wish)
        await self.gate.wait()
        return found

    async def put_customer(
        self, viewer: Viewer, customer: Customer, note: str = ""
    ) -> Customer:
        if not customer.name:
            raise BadInput("a resident needs a name")
        return await super().put_customer(viewer, customer, note)


class Corner:
    """The residents of one meter: Mads Riis, who moved out, and Åse Øster."""

    def __init__(self, desk: Desk, qtbot: QtBot, customers: SlowCustomers) -> None:
        self.desk, self.qtbot, self.customers = desk, qtbot, customers
        over = QWidget()
        qtbot.addWidget(over)
        self.over = over
        self.dialog = ResidentsDialog(desk.context, METER, over)
        self.dialog.show()
        self.rows(2)

    def rows(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: self.dialog.list.count() == count)

    def open_gate(self) -> None:
        async def opened() -> None:
            self.customers.gate.set()

        self.desk.core.submit(opened()).result(timeout=10)


@pytest.fixture
def corner(make_desk: MakeDesk, qtbot: QtBot) -> Corner:
    return _corner(make_desk, qtbot)


def _corner(make_desk: MakeDesk, qtbot: QtBot, **more: Viewer) -> Corner:
    services = FakeServices()
    customers = SlowCustomers([*services.customers.known, SECOND])
    services.customers = customers
    return Corner(make_desk(services, **more), qtbot, customers)


def line_of(dialog: ResidentsDialog, row: int) -> str:
    item = dialog.list.item(row)
    assert item is not None
    return item.text()


def test_only_who_had_this_meter_is_listed_and_since_when(corner: Corner) -> None:
    lines = [line_of(corner.dialog, row) for row in range(2)]
    assert lines[0].startswith("Mads Riis · K-20417 · 20")
    assert lines[1] == f"Åse Øster · {NOON.day} {NOON:%b %Y} – …"  # no contract, and still here
    assert "Ingrid" not in "".join(lines)


def test_counts_that_come_late_are_not_told_of_somebody_else(corner: Corner) -> None:
    form = corner.dialog.erase
    form.look()
    corner.dialog.list.setCurrentRow(1)
    corner.open_gate()
    form.look()
    corner.qtbot.waitUntil(lambda: "would go" in form.told.text())
    assert form.told.text().startswith("c-22bb00: ")
    corner.dialog.list.setCurrentRow(0)
    assert form.told.text() == "c-5f03a1: look first what would go."


def test_an_answer_for_the_one_before_leaves_the_next_unread(corner: Corner) -> None:
    form = corner.dialog.erase
    form.look()
    corner.dialog.list.setCurrentRow(1)
    corner.open_gate()
    asking = corner.desk.asking
    corner.qtbot.waitUntil(lambda: asking.standing[1] == 0)
    QApplication.processEvents()
    assert form.told.text() == "c-22bb00: look first what would go."


def test_what_was_typed_for_one_erases_nobody_else(corner: Corner) -> None:
    form = corner.dialog.erase
    form.case.setText("2026-17")
    form.again.setText("c-5f03a1")
    form.password.setText(PASSWORD)
    assert form.button.isEnabled()
    corner.dialog.list.setCurrentRow(1)
    assert (form.case.text(), form.again.text(), form.password.text()) == ("", "", "")
    form.again.setText("c-5f03a1")
    form.password.setText(PASSWORD)
    assert not form.button.isEnabled()
    form.erase()
    form.again.setText("  c-22bb00 ")  # copied with the blanks around it
    form.case.setText("2026-18")
    form.button.click()
    corner.rows(1)
    (wish,) = corner.customers.wishes
    assert (wish.customer, wish.version, wish.case) == ("c-22bb00", 1, "2026-18")
    assert wish.asked_by is AskedBy.RESIDENT
    assert "Erased. Record e-91c2f0, " in corner.dialog.notice.says.text()


def test_a_refused_erasure_asks_for_the_password_again(corner: Corner) -> None:
    form = corner.dialog.erase
    form.again.setText("c-5f03a1")
    form.password.setText("not this one")
    form.button.click()
    form.erase()  # a second press before the answer
    corner.qtbot.waitUntil(corner.dialog.notice.isVisible)
    assert corner.dialog.notice.says.text() == "this is not your password"
    assert form.again.text() == "c-5f03a1"
    assert form.password.text() == ""
    assert not form.button.isEnabled()
    form.password.setText(PASSWORD)
    assert form.button.isEnabled()


def test_who_may_not_erase_is_not_shown_how(make_desk: MakeDesk, qtbot: QtBot) -> None:
    rights = frozenset({Capability.SEE_PLANT, Capability.KEEP_CUSTOMERS})
    found = _corner(make_desk, qtbot, viewer=person("few", "F. Ew", "desk-3", rights))
    assert found.dialog.erase.isHidden()
    assert found.dialog.hand_out.isEnabled()


def test_the_last_resident_erased_leaves_nothing_to_hand_out(corner: Corner) -> None:
    corner.customers.known = []
    corner.dialog.refresh()
    corner.rows(0)
    assert corner.dialog.chosen is None
    assert not corner.dialog.hand_out.isEnabled()
    assert not corner.dialog.erase.count.isEnabled()
    corner.dialog.write(Path("never-written.zip"))
    corner.dialog.erase.look()
    assert corner.desk.asking.standing[1] == 0, "nothing was asked"


def test_a_resident_without_a_name_is_refused_and_what_was_typed_stays(
    corner: Corner,
) -> None:
    corner.dialog.number.setText("K-7")
    corner.dialog.add.click()
    corner.qtbot.waitUntil(corner.dialog.notice.isVisible)
    assert corner.dialog.notice.says.text() == "a resident needs a name"
    assert corner.dialog.number.text() == "K-7"
    corner.dialog.name.setText("Per Lys")
    corner.dialog.since.setDate(QDate(2026, 7, 1))
    corner.dialog.add.click()
    corner.rows(3)
    held = corner.customers.known[-1].meters[0]
    assert held.since.isoformat() == "2026-07-01T00:00:00+02:00"  # midnight of the plant
    assert corner.dialog.notice.isHidden()


def test_a_conflict_is_told_and_nobody_leaves_the_list(corner: Corner) -> None:
    corner.customers.fails = Conflict("somebody changed this customer meanwhile")
    corner.dialog.refresh()
    corner.qtbot.waitUntil(corner.dialog.notice.isVisible)
    assert "meanwhile" in corner.dialog.notice.says.text()
    assert corner.dialog.list.count() == 2


def test_a_place_that_cannot_be_written_is_told(corner: Corner, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "his.zip"
    corner.dialog.write(path)
    corner.qtbot.waitUntil(corner.dialog.notice.isVisible)
    assert corner.dialog.notice.says.text() == f"{path}: No such file or directory"


@pytest.mark.parametrize("typed", ["his.zip", "his.ZIP", "his"])
def test_a_packed_file_ends_once(corner: Corner, tmp_path: Path, typed: str) -> None:
    chosen = False

    def answer() -> None:
        if chosen:
            return
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            assert field is not None
            # Pasted over what is proposed: typed letter by letter, each folder on the way may
            # be taken for chosen while Qt still reads them, and the name is not looked at.
            field.selectAll()
            field.insert(str(tmp_path / typed))
            key(field, Qt.Key.Key_Return)
        # It may not be open yet. Only now: a key lets timers run, one amid the other.
        QTimer.singleShot(200, answer)

    QTimer.singleShot(50, answer)
    corner.dialog.hand_out.click()
    chosen = True
    corner.qtbot.waitUntil(lambda: bool(list(tmp_path.iterdir())))
    (made,) = tmp_path.iterdir()
    assert made.name == (typed if "." in typed else "his.zip")


def test_a_name_with_an_ampersand_is_shown_as_it_is(corner: Corner) -> None:
    corner.customers.known = [replace(SECOND, name="Per & Åse")]
    corner.dialog.refresh()
    corner.rows(1)
    assert line_of(corner.dialog, 0).startswith("Per & Åse · ")
