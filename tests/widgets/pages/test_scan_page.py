"""The page that finds meters: the line, the search and its counts, who is added."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.errors import BadInput
from app.model.device import LinkConfig, LinkId
from app.model.reading import DeviceId
from app.model.scan import (
    ANY_NUMBER,
    ScanProgress,
    ScanStanding,
    ScanState,
    ScanSteer,
    ScanWish,
)
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.hands import key as press
from tests.fakes.scan import BUS, HEAT, KNOWN, PROGRESS, WATER, FakeScan
from tests.widgets.eyes import wheel
from widgets.controls.quality import NO_VALUE
from widgets.pages.scan import ScanPage
from widgets.scanning.form import RFC2217, SERIAL, TCP, LineForm
from widgets.scanning.foundcard import FoundCard
from widgets.scanning.progress import diagnosis, facts_of, state_text, time_text

MakeDesk = Callable[..., Desk]
SILENT, OVER = ScanProgress(1.0, 0.0, 1), ScanState.DONE


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def scan(services: FakeServices) -> FakeScan:
    return services.scan


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> ScanPage:
    made = ScanPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    qtbot.waitUntil(made.settled)
    return made


def standing(page: ScanPage, scan: FakeScan, qtbot: QtBot, state: ScanState) -> None:
    """Let the page learn that a search stands so."""
    scan.run(state, "Cellar bus: the line was lost" if state is ScanState.FAILED else "")
    page.refresh()
    qtbot.waitUntil(lambda: page._standing.state is state)


def said(page: ScanPage) -> str:
    """Return what the page complains of."""
    words = page.notice.findChildren(QLabel)
    return " ".join(each.text() for each in words) if page.notice.isVisible() else ""


def tick_box(page: ScanPage, *numbers: str) -> None:
    """Choose meters as Space does."""
    table = page.found.table
    selection = table.selectionModel()
    assert selection is not None
    flags = selection.SelectionFlag
    for at, found in enumerate(table.rows_model.rows):
        if found.number in numbers:
            selection.select(table.rows_model.index(at, 0), flags.Select | flags.Rows)


def test_a_line_is_searched_and_pause_and_cancel_appear(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    assert not page.cancel.isVisible()
    page.form.kind.setCurrentIndex(1)
    page.form.place.setText("10.0.0.7:10001")
    click(page.start)
    qtbot.waitUntil(lambda: page._standing.state is ScanState.RUNNING)
    (wish,) = scan.wishes
    assert (wish.link.kind, wish.by_primary, wish.within) == (TCP, False, ANY_NUMBER)
    assert wish.link.options == {"host": "10.0.0.7", "port": 10001, "baud": 2400}
    assert page.cancel.isVisible()
    assert not page.start.isVisible(), "one search at a time"
    click(page.pause)
    qtbot.waitUntil(lambda: page._standing.state is ScanState.PAUSED)
    assert page.pause.text() == "Go on"
    click(page.pause)
    qtbot.waitUntil(lambda: page._standing.state is ScanState.RUNNING)
    click(page.cancel)
    qtbot.waitUntil(lambda: page._standing.state is ScanState.CANCELLED)
    assert scan.steered == [ScanSteer.PAUSE, ScanSteer.RESUME, ScanSteer.CANCEL]
    assert page.start.isVisible()


def test_a_place_that_is_none_is_asked_for(page: ScanPage, scan: FakeScan) -> None:
    page.form.kind.setCurrentIndex(1)
    page.form.place.setText("10.0.0.7")
    click(page.start)
    assert scan.wishes == []
    assert "Say where the bus is" in said(page)


def test_what_the_core_refuses_is_told(page: ScanPage, scan: FakeScan, qtbot: QtBot) -> None:
    scan.error = BadInput("a search is under way already; end it first")
    page.form.place.setText("/dev/ttyUSB0")
    click(page.start)
    qtbot.waitUntil(lambda: "under way already" in said(page))


def test_a_name_takes_the_room_that_is_free(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.DONE)
    head, ground = page.found.table.horizontalHeader(), page.found.table.viewport()
    assert head is not None
    assert ground is not None
    for width in (1280 - 48, 1872):
        page.resize(width, 800)
        QApplication.processEvents()
        columns = page.found.table.rows_model.columns
        at = [each.id for each in columns].index("name")
        assert head.length() == ground.width(), "all of it is given, and no more"
        assert head.sectionSize(at) > columns[at].width


def test_who_answered_stands_in_a_row_and_the_known_cannot_be_added(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.DONE)
    rows = page.found.table.rows_model.rows
    assert list(rows) == [HEAT, WATER, KNOWN]
    cells = {each.id: each.cell(HEAT).text for each in page.found.table.rows_model.columns}
    assert cells["name"] == "MULTICAL 403 12345678"
    assert cells["profile"] == "MULTICAL 403"
    water = {each.id: each.cell(WATER).text for each in page.found.table.rows_model.columns}
    assert (water["name"], water["profile"]) == ("SIM water 00012345", "by the standard")
    assert (cells["proof"], water["proof"]) == ("verified", "not verified")
    proof = next(each for each in page.found.table.rows_model.columns if each.id == "proof")
    assert proof.cell(WATER).tip == "not verified: generic reading"
    known = next(each for each in page.found.table.rows_model.columns if each.id == "known")
    assert known.cell(KNOWN).text == page.context.directory.name(DeviceId("stairs"))
    assert known.cell(WATER).text == ""
    tick_box(page, KNOWN.number)
    assert page.found.picks() == []
    assert not page.found.add.isEnabled()


def test_a_meter_in_the_plant_is_told_by_its_name_and_another_rate_by_its_tip(
    qtbot: QtBot, make_desk: MakeDesk
) -> None:
    card = FoundCard(make_desk().context.look, {DeviceId("stairs"): "Stair light"}.__getitem__)
    qtbot.addWidget(card)
    slow = replace(WATER, baud=300)
    stands = ScanStanding(
        OVER,
        ScanWish(BUS),
        ScanProgress(found=(KNOWN, slow)),
        ((KNOWN.secondary, DeviceId("stairs")),),
    )
    card.show_standing(stands, free=True)
    cells = {each.id: each.cell for each in card.table.rows_model.columns}
    assert cells["known"](KNOWN).text == "Stair light"
    assert (cells["primary"](slow).tip, cells["primary"](KNOWN).tip) == (
        "answers at 300 Bd",
        "",
    )


def test_chosen_meters_are_added_under_their_names(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.DONE)
    tick_box(page, HEAT.number, WATER.number)
    page.found.table.go_to(lambda found: found == HEAT)
    page.found.name.setText("Birkevej 1")
    page.found.name.textEdited.emit("Birkevej 1")
    tick_box(page, HEAT.number, WATER.number)
    page.found.area.setText("Birkevej")
    assert page.found.add.isEnabled()
    click(page.found.add)
    qtbot.waitUntil(lambda: bool(scan.taken))
    ((picks, area),) = scan.taken
    assert {(each.secondary, each.name) for each in picks} == {
        (HEAT.secondary, "Birkevej 1"),
        (WATER.secondary, "SIM water 00012345"),
    }
    assert area == "Birkevej"
    qtbot.waitUntil(lambda: page.done_words.text() == "2 meters were added.")
    assert page.found.picks() == []


def test_nobody_is_added_while_a_search_is_under_way(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.RUNNING)
    tick_box(page, HEAT.number)
    assert not page.found.add.isEnabled()


def test_a_lost_line_is_told_and_what_was_found_stays(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.FAILED)
    assert "the line was lost" in said(page)
    assert page.progress.state.text() == "The search broke off"
    assert len(page.found.table.rows_model.rows) == 3


def test_locked_writing_is_asked_to_be_opened(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    asked: list[bool] = []
    page.context.write_lock.wanted.connect(lambda: asked.append(True))
    page.context.write_lock.lock_all()
    page.form.place.setText("/dev/ttyUSB0")
    click(page.start)
    assert scan.wishes == []
    assert asked == [True]


def test_collisions_echo_and_noise_are_told_apart() -> None:
    told = facts_of(PROGRESS)
    assert (told["Collisions"], told["Echo"], told["Noise"]) == ("31", "4", "2")
    assert (told["Searched"], told["Found"]) == ("40 %", "3")
    assert told["Questions"] == "212 · 1234FFFF-FFFF-FF-FF"
    assert facts_of(ScanProgress())["Questions"] == f"0 · {NO_VALUE}"


@pytest.mark.parametrize(
    ("state", "left_s", "said"),
    [
        (ScanState.RUNNING, None, "Searching"),
        (ScanState.RUNNING, 45.2, "Searching, about 45 s left"),
        (ScanState.RUNNING, 150.0, "Searching, about 2 min left"),
        (ScanState.PAUSED, 150.0, "Paused; the line is free for readouts"),
        (ScanState.DONE, 0.0, "The whole bus was searched"),
        (ScanState.CANCELLED, 9.0, "Cancelled"),
        (ScanState.NONE, None, "No search yet"),
    ],
)
def test_how_a_search_stands(state: ScanState, left_s: float | None, said: str) -> None:
    stands = ScanStanding(state, progress=replace(PROGRESS, left_s=left_s))
    assert state_text(stands) == said


def test_times_are_short() -> None:
    assert [time_text(each) for each in (0.4, 119.0, 121.0, 3600.0)] == [
        "0 s",
        "119 s",
        "2 min",
        "60 min",
    ]


def test_the_lines_of_the_plant_are_offered_and_another_one(qtbot: QtBot) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    assert form.line.count() == 1
    other = LinkConfig(LinkId("tcp"), "modbus-tcp", "Line 1", {"host": "h"})
    form.show_lines([other, BUS, BUS])
    assert [form.line.itemText(at) for at in range(form.line.count())] == [
        "Cellar bus",
        "Another line",
    ]
    wish = form.wish()
    assert wish is not None
    assert wish.link == BUS
    form.show_lines([other, BUS])
    assert form.line.currentIndex() == 0
    form.line.setCurrentIndex(1)
    assert form.wish() is None, "where it is was not said yet"


@pytest.mark.parametrize(
    ("at", "kind", "place", "options"),
    [
        (0, SERIAL, "COM3", {"device": "COM3", "baud": 2400}),
        (1, TCP, "10.0.0.7:4001", {"host": "10.0.0.7", "port": 4001, "baud": 2400}),
        (2, RFC2217, "[::1]:4001", {"host": "::1", "port": 4001, "baud": 2400}),
    ],
)
def test_a_new_line_is_made_of_its_place_and_rate(
    qtbot: QtBot, at: int, kind: str, place: str, options: dict[str, object]
) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.kind.setCurrentIndex(at)
    form.place.setText(place)
    form.within.setText("1234ffff")
    wish = form.wish()
    assert wish is not None
    assert (wish.link.kind, wish.link.options, wish.within) == (kind, options, "1234FFFF")
    assert wish.link.name == f"M-Bus {place}"
    form.way.setCurrentIndex(1)
    by_address = form.wish()
    assert by_address is not None
    assert (by_address.by_primary, by_address.within) == (True, ANY_NUMBER)
    assert by_address.link.id == wish.link.id, "the same line, searched again"


@pytest.mark.parametrize(
    "place", ["", "h", "h:", ":4001", "h:0", "h:65536", "h:-1", "h:12a", "h:" + "9" * 5000]
)
def test_a_place_that_is_none_makes_no_line_and_stays_as_it_was_typed(
    qtbot: QtBot, place: str
) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.kind.setCurrentIndex(1)
    form.place.setText(place)
    assert form.wish() is None
    assert form.place.text() == place


def test_a_second_new_line_is_not_taken_for_the_first_one(qtbot: QtBot) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.place.setText("COM3")
    first = form.wish()
    assert first is not None
    form.show_lines([BUS, first.link])
    assert form.line.currentText() == "M-Bus COM3", "its meters were added: it is chosen"
    form.line.setCurrentIndex(2)
    form.place.setText("COM4")
    second = form.wish()
    assert second is not None
    assert second.link.id != first.link.id
    assert second.link.options["device"] == "COM4"
    form.place.setText("COM3")
    again = form.wish()
    assert again is not None
    assert again.link == first.link, "one port, one line"


def test_the_wheel_chooses_no_other_line_and_no_other_rate(qtbot: QtBot) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.show_lines([BUS, replace(BUS, id=LinkId("attic"), name="Attic")])
    for box in (form.line, form.kind, form.rate, form.way):
        before = box.currentIndex()
        wheel(box)
        wheel(box, 2)
        assert box.currentIndex() == before


def test_what_is_typed_of_a_new_line_outlives_a_change_of_the_plant(qtbot: QtBot) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.place.setText("COM4")
    form.show_lines([BUS])
    assert form.line.currentText() == "Another line"
    assert form.place.text() == "COM4"
    form.line.setCurrentIndex(0)
    form.show_lines([replace(BUS, id=LinkId("attic"), name="Attic"), BUS])
    assert form.line.currentText() == BUS.name
    form.show_lines([])
    assert form.line.currentText() == "Another line"


@pytest.mark.parametrize("place", ["", "10.0.0.7", ":4001", "10.0.0.7:0", "10.0.0.7:70000"])
def test_what_is_no_address(qtbot: QtBot, place: str) -> None:
    form = LineForm()
    qtbot.addWidget(form)
    form.kind.setCurrentIndex(1)
    form.place.setText(place)
    assert form.wish() is None


def test_space_toggles_a_row_and_other_keys_choose_none(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.DONE)
    table = page.found.table
    table.setFocus()
    table.go_to(lambda found: found == WATER)
    table.clearSelection()
    press(table, Qt.Key.Key_Space)
    assert [each.number for each in table.chosen()] == [WATER.number]
    press(table, Qt.Key.Key_Up)
    assert [each.number for each in table.chosen()] == [WATER.number]
    assert table.current() == HEAT
    assert page.found.name.text() == "MULTICAL 403 12345678"


@pytest.mark.parametrize(
    ("state", "progress", "in_turn", "said"),
    [
        (ScanState.RUNNING, SILENT, False, []),
        (OVER, SILENT, False, ["300, 2400 and 9600 Bd in turn"]),
        (OVER, SILENT, True, ["is the cable whole"]),
        (OVER, replace(SILENT, collisions=3), False, ["another baud rate, a second master"]),
        (OVER, replace(SILENT, unresolved=("1-FFFF-FF-07",)), False, []),
        (OVER, replace(SILENT, echoes=2), True, ["returns what is sent (echo)", "powered"]),
        (ScanState.RUNNING, PROGRESS, False, ["(echo)", "bad contact", "asked apart"]),
        (OVER, replace(PROGRESS, echoes=0, noises=0), False, ["asked apart"]),
    ],
)
def test_what_was_heard_on_the_line_is_said_in_words(
    state: ScanState, progress: ScanProgress, in_turn: bool, said: list[str]
) -> None:
    sentences = diagnosis(ScanStanding(state, ScanWish(BUS, in_turn=in_turn), progress))
    assert len(sentences) == len(said)
    for sentence, words in zip(sentences, said, strict=True):
        assert words in sentence


@pytest.mark.feature("BEYOND-15")
def test_the_words_stand_below_the_counts_and_go_with_them(
    page: ScanPage, scan: FakeScan, qtbot: QtBot
) -> None:
    standing(page, scan, qtbot, ScanState.RUNNING)
    assert "(echo)" in page.progress.words.text()
    assert page.progress.words.isVisible()
    scan.stands = ScanStanding(ScanState.RUNNING, ScanWish(BUS), ScanProgress())
    page.refresh()
    qtbot.waitUntil(lambda: not page.progress.words.isVisible())


@pytest.mark.parametrize(("at", "settable"), [(0, True), (1, False), (2, True)])
def test_several_rates_are_offered_where_the_line_can_be_set(
    qtbot: QtBot, at: int, settable: bool
) -> None:
    """At a raw TCP server the rate stands in the server."""
    form = LineForm()
    qtbot.addWidget(form)
    form.kind.setCurrentIndex(at)
    form.place.setText("10.0.0.7:4001")
    assert form.turns.isHidden() is not settable
    wish = form.wish()
    assert wish is not None
    assert not wish.in_turn
    form.turns.setCurrentIndex(1)
    wish = form.wish()
    assert wish is not None
    assert wish.in_turn is settable
    form.show_lines([BUS])
    form.line.setCurrentIndex(0)
    assert form.turns.isHidden(), "the plant's line is one of raw TCP"


def test_at_which_rate_is_asked_stands_among_the_facts() -> None:
    assert facts_of(replace(PROGRESS, baud=300))["Baud rate"] == "300 Bd"
    assert facts_of(PROGRESS)["Baud rate"] == NO_VALUE
