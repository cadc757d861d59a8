"""Who had a meter: added, handed out, erased only when id and password were typed again."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader
from PyQt6.QtCore import QDate, Qt, QTimer
from PyQt6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.errors import StoreBroken
from app.model.customer import AskedBy, Customer
from app.model.reading import DeviceId
from app.verbs import Viewer
from tests.fakes import hands
from tests.fakes.asked import FakeServices
from tests.fakes.customers import PASSWORD
from tests.fakes.desk import Desk
from widgets.devicetabs.head import DeviceHead
from widgets.residents.dialog import ResidentsDialog

MakeDesk = Callable[..., Desk]
METER = DeviceId("ahornvej-14")


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def head(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> DeviceHead:
    made = DeviceHead(make_desk(services).context, METER)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def dialog(head: DeviceHead, qtbot: QtBot) -> ResidentsDialog:
    made = ResidentsDialog(head._context, METER, head)
    made.show()
    qtbot.waitUntil(lambda: made.list.count() == 1)
    return made


def test_the_menu_of_a_device_leads_to_its_residents(head: DeviceHead, qtbot: QtBot) -> None:
    (action,) = head.actions()
    action.trigger()
    assert head.findChildren(ResidentsDialog)
    (dialog,) = head.findChildren(ResidentsDialog)
    qtbot.waitUntil(lambda: dialog.list.count() == 1)
    assert "Mads Riis · K-20417 · " in dialog.list.item(0).text()  # type: ignore[union-attr]
    dialog.close()


@pytest.mark.parametrize("name", ["Mads Riis", "Ø" * 300, "one word " * 40])
def test_every_field_and_sentence_has_its_height_whoever_is_listed(
    dialog: ResidentsDialog, qtbot: QtBot, name: str
) -> None:
    dialog.erase.describe(Customer(name, "Mads Riis", version=1))
    dialog.notice.tell(f"{name}: could not be asked")

    def cut() -> list[str]:
        return [
            f"{type(each).__name__}: {each.height()} of {needed(each)} px"
            for each in dialog.findChildren(QWidget)
            if isinstance(each, QLineEdit | QPushButton | QLabel)
            and each.isVisible()
            and (each.height() < needed(each) or sticks_out(each))
        ]

    qtbot.waitUntil(lambda: not cut())


def sticks_out(part: QWidget) -> bool:
    """Whether the one that holds a part is too low for it."""
    holder = part.parentWidget()
    return holder is not None and not holder.rect().contains(part.geometry())


def needed(part: QWidget) -> int:
    """Return the height at which nothing of a part is cut, in px."""
    if part.hasHeightForWidth():
        return part.heightForWidth(part.width())
    return part.minimumSizeHint().height()


def test_a_resident_is_added_with_this_meter(
    dialog: ResidentsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    dialog.name.setText("Berit Sand")
    dialog.add.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 2)
    made = services.customers.known[-1]
    assert (made.name, made.meters[0].meter) == ("Berit Sand", METER)
    assert dialog.name.text() == ""


def test_add_pressed_twice_is_one_resident_and_the_next_may_be_typed_meanwhile(
    dialog: ResidentsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    put, sent = services.customers.put_customer, list[str]()

    async def counted(viewer: Viewer, customer: Customer) -> Customer:
        sent.append(customer.name)
        if len(sent) > 1:
            raise StoreBroken("the disk is full")
        return await put(viewer, customer)

    services.customers.put_customer = counted  # type: ignore[assignment]
    dialog.name.setText("Berit Sand")
    hands.click(dialog.add)
    hands.click(dialog.add)
    dialog.name.setText("Ole Vig")
    qtbot.waitUntil(dialog.add.isEnabled, timeout=30_000)
    assert (sent, dialog.name.text()) == (["Berit Sand"], "Ole Vig")
    hands.click(dialog.add)
    qtbot.waitUntil(dialog.notice.isVisible, timeout=30_000)
    assert dialog.name.text() == "Ole Vig"
    assert dialog.add.isEnabled()


def test_all_data_are_handed_out_as_a_file(
    dialog: ResidentsDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.write(tmp_path / "his.zip")
    qtbot.waitUntil((tmp_path / "his.zip").exists)
    assert (tmp_path / "his.zip").read_bytes().startswith(b"PK")


def test_nobody_is_erased_before_id_and_password_were_typed(
    dialog: ResidentsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    form = dialog.erase
    form.look()
    qtbot.waitUntil(lambda: "64000 readings" in form.told.text(), timeout=30_000)
    assert "sums of 24 months stay" in form.told.text()
    form.erase()
    form.again.setText("c-5f03a")
    form.password.setText(PASSWORD)
    assert not form.button.isEnabled()
    form.again.setText("c-5f03a1")
    form.asked_by.setCurrentIndex(form.asked_by.findData(AskedBy.AUTHORITY.value))
    form.button.click()
    qtbot.waitUntil(lambda: dialog.list.count() == 0)
    assert [each.asked_by for each in services.customers.wishes] == [AskedBy.AUTHORITY]
    assert form.password.text() == ""
    assert not form.button.isEnabled()


def test_a_wrong_password_and_a_broken_store_are_told(
    dialog: ResidentsDialog, services: FakeServices, qtbot: QtBot
) -> None:
    form = dialog.erase
    form.again.setText("c-5f03a1")
    form.password.setText("something else")
    form.button.click()
    qtbot.waitUntil(dialog.notice.isVisible)
    assert services.customers.wishes == []
    services.customers.fails = StoreBroken("the residents cannot be read")
    dialog.refresh()
    qtbot.waitUntil(dialog.notice.isVisible)
    assert dialog.list.count() == 1


@pytest.mark.parametrize(
    ("pressed", "modifier"),
    [
        (Qt.Key.Key_Menu, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier),
    ],
)
def test_the_keys_lead_to_the_residents_as_the_right_button_does(
    head: DeviceHead, qtbot: QtBot, pressed: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    trend = next(each for each in head.findChildren(QPushButton) if each.isEnabled())
    seen: list[list[str]] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu):
            seen.append([each.text() for each in menu.actions()])
            menu.close()

    looking = QTimer(head)
    looking.timeout.connect(look)
    looking.start(20)
    hands.key(trend, pressed, modifier)
    qtbot.waitUntil(lambda: bool(seen))
    looking.stop()
    assert seen == [["Residents of this meter…"]]


def test_a_contract_begins_on_the_plant_s_day_not_this_computer_s(
    make_desk: MakeDesk, qtbot: QtBot, services: FakeServices
) -> None:
    late = datetime(2031, 12, 31, 23, 30, tzinfo=UTC)  # in Copenhagen it is the new year
    desk = make_desk(services, now=lambda: late)
    over = QWidget()
    qtbot.addWidget(over)
    dialog = ResidentsDialog(desk.context, METER, over)
    assert dialog.since.date() == QDate(2032, 1, 1)


def test_the_record_of_an_erasure_is_kept_as_a_pdf(
    dialog: ResidentsDialog, services: FakeServices, tmp_path: Path, qtbot: QtBot
) -> None:
    assert not dialog.record.isVisible()
    dialog.write_record(tmp_path / "nothing.pdf")  # nobody was erased
    dialog.erase.again.setText("c-5f03a1")
    dialog.erase.password.setText(PASSWORD)
    dialog.erase.button.click()
    qtbot.waitUntil(dialog.record.isVisible)
    dialog.write_record(tmp_path / "record.pdf")
    qtbot.waitUntil((tmp_path / "record.pdf").exists, timeout=30_000)
    words = PdfReader(tmp_path / "record.pdf").pages[0].extract_text()
    assert services.customers.made[0].id in words
    assert "Mads" not in words
    assert not (tmp_path / "nothing.pdf").exists()
