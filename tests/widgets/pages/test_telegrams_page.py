"""The telegram inspector: bytes and parts light each other, a key leaves no trace."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.errors import BadInput
from tests.drivers.mbus.telegrams import KEY, bare, mode_7, short_head
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.hands import key as press
from tests.fakes.radio import HEARD
from widgets.pages.telegrams import EXAMPLE, EXAMPLE_PART, InspectorPage
from widgets.pagetype import Show
from widgets.telegram.parts import line_at
from widgets.telegram.provenmeters import ProvenMetersDialog

MakeDesk = Callable[..., Desk]
SEALED = bare(mode_7(bytes.fromhex("04064A010000"))).hex()


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> InspectorPage:
    made = InspectorPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def taken_apart(page: InspectorPage, qtbot: QtBot, telegram: str, key: str = "") -> None:
    """Paste a telegram and a key, and press the button."""
    page.text.setPlainText(telegram)
    page.key.setText(key)
    click(page.read)
    qtbot.waitUntil(page.settled)


def shown(page: InspectorPage) -> list[tuple[str, str]]:
    """Return the names of the parts with what they say."""
    columns = page.table.rows_model.columns
    return [
        (columns[0].cell(line).text.strip(), columns[1].cell(line).text)
        for line in page.table.rows_model.rows
    ]


def words(page: InspectorPage) -> str:
    return "\n".join(
        each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)
    )


def test_a_key_opens_a_sealed_telegram_and_is_gone(
    page: InspectorPage, services: FakeServices, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, SEALED)
    assert "no key" in page.verdict.text()
    assert "Import the key file" in page.why.text()
    taken_apart(page, qtbot, SEALED, bytes(16).hex())
    assert "wrong key" in page.verdict.text()
    taken_apart(page, qtbot, SEALED, KEY.hex())
    assert ("Energy", "330 kWh") in shown(page)
    assert page.key.text() == ""
    assert KEY.hex() not in repr(page.memory()) + words(page)
    page.key.undo()
    assert page.key.text() == ""
    click(page.copy)
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    copied = clipboard.text()
    assert "330 kWh" in copied
    assert KEY.hex().upper() not in copied.replace(" ", "").upper()
    assert [key for _telegram, key in services.telegrams.asked] == [
        "",
        bytes(16).hex(),
        KEY.hex(),
    ]


def test_the_example_is_a_telegram_that_is_read_to_its_end(
    page: InspectorPage, qtbot: QtBot
) -> None:
    page.reveal(Show("telegrams", part=EXAMPLE_PART))
    qtbot.waitUntil(lambda: bool(shown(page)))
    assert page.verdict.text() == "KAM 12345678 heat · MULTICAL 603"
    told = dict(shown(page))
    assert told["Energy"] == "330 kWh"
    assert told["Info code"] == "V1 wrong direction"
    assert told["Date, at the target date"] == "2026-12-31"
    assert told["Checksum"] == EXAMPLE.split()[-2]
    assert not page.why.isVisibleTo(page)


def test_a_part_chosen_lights_its_bytes_and_a_byte_chosen_its_part(
    page: InspectorPage, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, EXAMPLE)
    page.table.go_to(lambda line: line.part.name == "Volume")
    assert page.bytes_view.lit == frozenset(range(25, 31))
    assert page.bytes_view.accessibleDescription() == "04 14 E8 03 00 00"
    click(page.bytes_view, page.bytes_view.cell(12).center().toPoint())
    line = page.table.current()
    assert line is not None
    assert page.table.rows_model.columns[0].cell(line).text.strip() == "Maker"
    assert page.bytes_view.lit == {11, 12}


def test_the_arrow_keys_walk_from_byte_to_byte(page: InspectorPage, qtbot: QtBot) -> None:
    taken_apart(page, qtbot, EXAMPLE)
    view = page.bytes_view
    view.setFocus()
    for step, at in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Down, 17),
        (Qt.Key.Key_Left, 16),
        (Qt.Key.Key_Up, 0),
        (Qt.Key.Key_Up, 0),  # the first row: it stays
    ):
        press(view, step)
        assert view.cursor_at == at
    assert view.byte_at(-5, -5) is None
    assert not view.grab().isNull()


def test_what_is_no_telegram_is_told_with_its_way_out(
    page: InspectorPage, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, "68 zz")
    assert page.verdict.text() == "no telegram with readings"
    assert "'z' is no hexadecimal digit." in page.why.text()
    assert shown(page) == []
    taken_apart(page, qtbot, EXAMPLE[:-12])
    assert "bytes are missing" in page.verdict.text()
    assert ("Not read", "") in shown(page)


def test_a_key_that_is_none_and_a_core_that_is_lost_say_so(
    page: InspectorPage, services: FakeServices, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, EXAMPLE, "12 34")
    assert page.notice.isVisibleTo(page)
    assert "a key has 32 hexadecimal digits" in words(page)
    services.telegrams.fails = BadInput("the core does not answer")
    taken_apart(page, qtbot, EXAMPLE)
    assert "the core does not answer" in words(page)


def test_a_key_refused_for_its_form_stays_to_be_mended_and_goes_once_it_was_taken(
    page: InspectorPage, qtbot: QtBot
) -> None:
    short = KEY.hex()[:-1]
    taken_apart(page, qtbot, SEALED, short)
    assert "a key has 32 hexadecimal digits" in words(page)
    assert page.key.text() == short
    taken_apart(page, qtbot, "", KEY.hex())
    assert page.key.text() == KEY.hex(), "no telegram was there that it could be tried on"
    taken_apart(page, qtbot, SEALED, KEY.hex())
    assert page.key.text() == ""


def test_a_key_entered_twice_in_a_hurry_is_tried_once_and_its_answer_stands(
    page: InspectorPage, services: FakeServices, qtbot: QtBot
) -> None:
    page.text.setPlainText(SEALED)
    page.key.setText(KEY.hex())
    press(page.key, Qt.Key.Key_Return)
    press(page.key, Qt.Key.Key_Return)
    qtbot.waitUntil(page.settled)
    assert [key for _telegram, key in services.telegrams.asked] == [KEY.hex()]
    assert page.verdict.text()
    assert "key" not in page.verdict.text()


def test_nothing_pasted_asks_for_nothing(page: InspectorPage, services: FakeServices) -> None:
    click(page.read)
    assert services.telegrams.asked == []
    assert "Paste a telegram" in words(page)
    assert not page.copy.isEnabled()


def test_a_telegram_is_there_again_after_a_restart(
    page: InspectorPage, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, SEALED, KEY.hex())
    later = InspectorPage(make_desk(FakeServices()).context)
    qtbot.addWidget(later)
    later.recall(page.memory())
    qtbot.waitUntil(lambda: "no key" in later.verdict.text())
    later.recall({"telegram": 7})
    assert later.text.toPlainText() == SEALED


def test_a_byte_behind_all_parts_belongs_to_none(page: InspectorPage, qtbot: QtBot) -> None:
    taken_apart(page, qtbot, EXAMPLE)
    lines = page.table.rows_model.rows
    assert line_at(lines, 1000) is None
    first = line_at(lines, 0)
    assert first is not None
    assert first.layer == ((0, 6),)


def by_radio(version: int) -> str:
    """Return a telegram of a KAM heat meter of this version, open, with its energy."""
    frame = bytearray(bare(short_head() + bytes.fromhex("04064A010000")))
    frame[8] = version
    return frame.hex()


@pytest.mark.feature("LM-75")
def test_a_telegram_says_whether_its_make_is_verified_or_read_generically(
    page: InspectorPage, qtbot: QtBot
) -> None:
    taken_apart(page, qtbot, by_radio(0x35))
    assert "MULTICAL 603" in page.verdict.text()
    assert page.proof.text() == "Verified with recorded telegrams."
    taken_apart(page, qtbot, EXAMPLE)  # the same make, but on the wire
    assert page.proof.text() == ("Not verified: its profile is proved by no recorded telegram.")
    taken_apart(page, qtbot, by_radio(0xEE))
    assert page.proof.text() == "Not verified: generic reading."
    assert page.proof.isVisibleTo(page)
    taken_apart(page, qtbot, SEALED)
    assert not page.proof.isVisibleTo(page), "nothing is read, so nothing is claimed"


@pytest.mark.feature("LM-75")
def test_the_verified_meters_are_a_list_to_look_a_meter_up_in(
    page: InspectorPage, qtbot: QtBot
) -> None:
    click(page.proven)
    dialog = page.findChild(ProvenMetersDialog)
    assert dialog is not None
    model = dialog.table.rows_model
    whole = len(model.rows)
    assert dialog.count.text() == f"{whole} makes of meters"
    assert len({each.first[:4] for each in model.rows}) == whole, "a make stands there once"
    dialog.search.setText("kam multical 603")
    (row,) = model.rows
    told = {each.id: each.cell(row).text for each in model.columns}
    assert told == {
        "maker": "KAM",
        "kind": "heat",
        "version": "35",
        "way": "wireless M-Bus",
        "model": "MULTICAL 603",
        "telegrams": "3",
    }
    assert dialog.count.text() == "1 make of meter"
    dialog.search.setText("abb")
    assert [each.cell(model.rows[0]).text for each in model.columns][3:5] == [
        "wired M-Bus",
        "by the standard",
    ]
    dialog.search.setText("no such maker")
    assert dialog.count.text() == "0 makes of meters"
    dialog.reject()


def told_of(page: InspectorPage, qtbot: QtBot, meter: str) -> str:
    """Type the number of a meter, press the button, and return what is said."""
    page.meter.setText(meter)
    click(page.test)
    qtbot.waitUntil(page.settled)
    return page.tested.text()


def test_the_key_kept_for_a_meter_is_tested_and_its_newest_telegram_stands_ready(
    page: InspectorPage, qtbot: QtBot
) -> None:
    assert told_of(page, qtbot, "12345678") == "No key is kept for this meter."
    assert page.text.toPlainText() == ""
    assert told_of(page, qtbot, "71482036") == (
        "Its key opens 1 of the 2 telegrams heard last."
    )
    assert page.text.toPlainText() == HEARD
    click(page.read)
    qtbot.waitUntil(page.settled)
    assert "71482036" in page.verdict.text()


def test_a_telegram_that_was_pasted_outlives_the_test_of_a_key(
    page: InspectorPage, qtbot: QtBot
) -> None:
    page.text.setPlainText(EXAMPLE)
    assert told_of(page, qtbot, "71482036").startswith("Its key opens 1 of the 2")
    assert page.text.toPlainText() == EXAMPLE
    page.text.clear()
    told_of(page, qtbot, "71482036")
    assert page.text.toPlainText() == HEARD
    told_of(page, qtbot, "71482036")
    assert page.text.toPlainText() == HEARD, "one that a test brought gives way to the next"


def test_a_second_click_asks_nothing_while_an_answer_is_on_its_way(
    page: InspectorPage, qtbot: QtBot
) -> None:
    page.meter.setText("71482036")
    page.text.setPlainText(EXAMPLE)
    click(page.test)
    assert not page.test.isEnabled()
    assert not page.read.isEnabled()
    press(page.meter, Qt.Key.Key_Return)
    qtbot.waitUntil(page.settled)
    assert page.test.isEnabled()
    page.meter.setText("no number")
    click(page.test)
    qtbot.waitUntil(page.settled)
    assert page.test.isEnabled()


def test_without_a_number_nothing_is_tested(page: InspectorPage, qtbot: QtBot) -> None:
    assert told_of(page, qtbot, "  ") == ""
    press(page.meter, Qt.Key.Key_Return)
    assert page.settled()


def pasted(page: InspectorPage, text: str) -> None:
    """Paste a text with the keys, as a person does."""
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    clipboard.setText(text)
    press(page.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_a_paste_no_telegram_can_be_is_refused_before_it_lies_there(
    page: InspectorPage, services: FakeServices, qtbot: QtBot
) -> None:
    pasted(page, EXAMPLE)
    assert page.text.toPlainText() == EXAMPLE
    pasted(page, "68" * 500_000)
    assert page.text.toPlainText() == EXAMPLE, "nothing is lost that stood there"
    assert "a telegram has at most 4000 letters" in words(page)
    pasted(page, "0" * (4_001 - len(EXAMPLE)))
    assert page.text.toPlainText() == EXAMPLE
    page.text.selectAll()
    pasted(page, "0" * 4_000)
    assert len(page.text.toPlainText()) == 4_000, "what it takes the place of makes room"
    assert not page.notice.isVisibleTo(page), "the refusal spoke of another paste"
    page.text.undo()
    assert page.text.toPlainText() == EXAMPLE
    click(page.read)
    qtbot.waitUntil(page.settled)
    assert not page.notice.isVisibleTo(page)
    assert "12345678" in page.verdict.text()


def test_what_was_kept_of_a_paste_too_large_does_not_come_back(page: InspectorPage) -> None:
    page.recall({"telegram": "68" * 500_000})
    assert page.text.toPlainText() == ""
    assert page.settled()
