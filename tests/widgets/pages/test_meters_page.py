"""The list of meters: who counts, what each tells, what its info code says, what was sought."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.model.device import Presence
from app.model.reading import Quality, Reading, point_id
from app.model.reception import MeterReception
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.mbusmeters import HEAT, SILENT, WATER, MeterPlant, meters_on_a_bus
from tests.fakes.radio import FakeRadio
from tests.pictures.smallproject import small_project
from widgets.meterlist.columns import RADIO
from widgets.pages.meters import MetersPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    return make_desk(meters_on_a_bus())


@pytest.fixture
def page(desk: Desk, qtbot: QtBot) -> MetersPage:
    made = MetersPage(desk.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(lambda: len(made.model.rows) == 3 and made.settled())
    qtbot.waitUntil(lambda: cell(made, 0, "energy") != "")
    return made


def cell(page: MetersPage, row: int, column: str) -> str:
    """Return what a cell says."""
    found = {each.id: each for each in page.model.columns}
    return found[column].cell(page.model.rows[row]).spoken


def names(page: MetersPage) -> list[str]:
    return [view.config.name for view in page.model.rows]


def test_what_has_an_index_is_a_meter_and_a_controller_is_none(page: MetersPage) -> None:
    assert names(page) == ["Birkevej 1 heat", "Birkevej 2 water", "Birkevej 3 heat"]
    assert [cell(page, row, "model") for row in range(3)] == [
        "MULTICAL 603",
        "MULTICAL 21",
        "MULTICAL 603",
    ]
    assert cell(page, 0, "serial") == "12345671"


def test_each_meter_tells_its_own_values_in_the_units_of_the_head(page: MetersPage) -> None:
    assert cell(page, 0, "energy") == "0.33"  # MWh; it sends kWh
    assert cell(page, 0, "volume").startswith("10.00")
    assert cell(page, 0, "power") == "5.5"
    assert cell(page, 0, "supply") == "65.0"
    assert cell(page, 1, "energy") == ""  # a water meter has no energy: not 0
    assert cell(page, 1, "volume").endswith("234.567")
    assert cell(page, 2, "energy").startswith("–")  # it has one, and nothing was heard of it


def test_info_codes_stand_in_words_and_are_found(page: MetersPage) -> None:
    assert cell(page, 0, "info") == "t1 above range"
    assert cell(page, 1, "info") == "leak"
    assert cell(page, 2, "info") == ""
    page.switch.choose(1)
    assert names(page) == ["Birkevej 1 heat", "Birkevej 2 water"]
    page.switch.choose(0)
    page.search.setText("leak")
    assert names(page) == ["Birkevej 2 water"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("12345673", ["Birkevej 3 heat"]),
        ("multical 21", ["Birkevej 2 water"]),
        ("birkevej heat", ["Birkevej 1 heat", "Birkevej 3 heat"]),
        ("nowhere", []),
    ],
)
def test_a_meter_is_found_by_what_is_said_of_it(
    page: MetersPage, sought: str, found: list[str]
) -> None:
    page.search.setText(sought)
    assert names(page) == found
    kept = page.memory()
    page.search.clear()
    assert len(names(page)) == 3
    page.recall(kept)
    assert names(page) == found
    page.recall({"search": 3})


@pytest.mark.parametrize("sought", ["00520117", "520117", "roof antenna"])
def test_a_meter_is_found_by_its_number_as_on_the_plate_and_by_who_hears_it(
    make_desk: MakeDesk, qtbot: QtBot, sought: str
) -> None:
    services = meters_on_a_bus()
    views = services.plant.views
    at = next(at for at, view in enumerate(views) if view.config.name == "Birkevej 2 water")
    config, link = replace(views[at].config, serial="520117"), views[at].link
    views[at] = replace(views[at], config=config, link=replace(link, name="Roof antenna"))
    made = MetersPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: len(made.model.rows) == 3 and made.settled())
    made.search.setText(sought)
    assert names(made) == ["Birkevej 2 water"]


def test_state_and_last_reading_tell_a_silent_meter(page: MetersPage) -> None:
    assert page.meters.presence(page.model.rows[2]) is Presence.OFFLINE
    assert cell(page, 0, "state") != cell(page, 2, "state")
    assert cell(page, 2, "read") == "–"
    assert cell(page, 0, "read") != "–"
    assert page.meters.age_s(page.model.rows[2]) == float("inf")


def test_that_a_meter_did_not_answer_is_no_reading(page: MetersPage, qtbot: QtBot) -> None:
    heat, now, feed = page.model.rows[2], page.context.now(), page.context.feed
    spec = page.context.directory.roles(heat.config.id)["meter.energy"]
    point = point_id(heat.config.id, spec.key)
    feed.offer([Reading(point, None, Quality.OFFLINE, now)])
    qtbot.waitUntil(lambda: feed.latest(point) is not None)
    assert cell(page, 2, "read") == "–"
    feed.offer([Reading(point, 3.0, Quality.GOOD, now + timedelta(seconds=1))])
    qtbot.waitUntil(lambda: cell(page, 2, "read") != "–")


def test_a_meter_opens_as_a_device_and_is_shown_when_asked_for(
    page: MetersPage, desk: Desk
) -> None:
    page.reveal(Show("meters", WATER))
    current = page.table.current()
    assert current is not None
    assert current.config.id == WATER
    page.table.opened.emit(current)
    assert desk.shown == [Show("device", WATER)]


def test_what_was_told_before_is_asked_for_once(page: MetersPage, desk: Desk) -> None:
    plant = desk.services.plant
    assert isinstance(plant, MeterPlant)
    asked = len(plant.asked_latest)
    page.refresh()
    assert len(plant.asked_latest) == asked


def test_meters_of_one_profile_keep_points_of_their_own(page: MetersPage, desk: Desk) -> None:
    """The telegram of each tells its points; those of the first are not those of all."""
    roles = desk.directory.roles
    assert roles(HEAT)["meter.energy"].unit == "kWh"
    assert roles(SILENT)["meter.energy"].unit == "GJ"
    assert "meter.energy" not in roles(WATER)


def test_a_meter_that_tells_its_points_late_appears(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = meters_on_a_bus()
    plant = services.plant
    told = plant.details[WATER]
    plant.details[WATER] = replace(told, points=())  # it did not answer yet
    desk = make_desk(services)
    page = MetersPage(desk.context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: len(page.model.rows) == 2)
    plant.details[WATER] = told
    desk.directory.refresh()
    qtbot.waitUntil(lambda: len(page.model.rows) == 3)


def test_a_plant_without_meters_says_how_one_comes(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = MetersPage(make_desk(FakeServices.empty()).context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.settled)
    assert page.empty.isVisibleTo(page)


def test_meters_over_modbus_are_in_the_list_too(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = MetersPage(make_desk(small_project()).context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.model.rows) == 4)


def test_a_figure_of_an_unknown_unit_never_stands_under_a_unit(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = MetersPage(make_desk(small_project()).context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: bool(page.model.rows) and page.settled())
    energy = next(each for each in page.model.columns if each.id == "energy")
    qtbot.waitUntil(lambda: energy.cell(page.model.rows[0]).text == "unit not set")
    assert energy.tip is not None
    assert "10.00" in energy.tip(page.model.rows[0])
    assert cell(page, 0, "supply") == "45.5"  # what has its unit stands there as ever


class HeardRadio(FakeRadio):
    """Hears one of the meters on the bus by radio, too, and knows another by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def reception(self, viewer: Viewer) -> Sequence[MeterReception]:
        self.asked += 1
        heard, silent = await super().reception(viewer)
        return [replace(heard, device=HEAT), replace(silent, device=WATER)]


def hidden(page: MetersPage) -> set[str]:
    columns = page.model.columns
    return {each.id for at, each in enumerate(columns) if page.table.isColumnHidden(at)}


def test_how_meters_by_radio_are_heard_stands_beside_their_last_reading(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = meters_on_a_bus()
    radio = HeardRadio()
    desk = make_desk(services)
    desk.context = replace(desk.context, asked=replace(desk.context.asked, radio=radio))
    page = MetersPage(desk.context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: len(page.model.rows) == 3 and bool(page.meters.reception))
    assert not hidden(page)
    places = {view.config.id: at for at, view in enumerate(page.model.rows)}
    told = {
        name: [cell(page, places[each], name) for each in (HEAT, WATER, SILENT)]
        for name in RADIO
    }
    assert told["level"][0].endswith("71")
    assert told["level"][1:] == ["", ""]  # not heard, and not by radio at all: both not 0
    assert told["interval"] == ["16 s", "", ""]
    assert told["missed"] == ["4.0", "", ""]
    column = next(at for at, each in enumerate(page.model.columns) if each.id == "missed")
    page.table.sortByColumn(column, Qt.SortOrder.AscendingOrder)
    assert page.model.rows[0].config.id == HEAT


def test_a_plant_without_radio_has_no_columns_for_it(page: MetersPage) -> None:
    assert hidden(page) == set(RADIO)
    page.resize(1280 - 48, 800)  # beside the menu all six quantities are seen
    head, ground = page.table.horizontalHeader(), page.table.viewport()
    assert head is not None
    assert ground is not None
    assert head.length() <= ground.width()


def test_nobody_asks_how_meters_are_heard_while_nobody_looks(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk, radio = make_desk(meters_on_a_bus()), HeardRadio()
    desk.context = replace(desk.context, asked=replace(desk.context.asked, radio=radio))
    page = MetersPage(desk.context)
    qtbot.addWidget(page)
    qtbot.waitUntil(lambda: len(page.model.rows) == 3)
    page._ask_reception()
    assert radio.asked == 0
    page.show()
    page._ask_reception()
    qtbot.waitUntil(lambda: radio.asked == 1)
