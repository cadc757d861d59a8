"""The page Energy analysis: who uses most for its size and weather, and who cannot be told."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from PyQt6.QtCore import QDate, Qt
from PyQt6.QtWidgets import QDialogButtonBox, QLabel
from pytestqt.qtbot import QtBot

from app.model.comparison import Compared, Period
from app.model.consumption import Step
from app.model.device import DeviceConfig
from app.model.normalised import FLOOR_AREA, areas_of
from app.model.reading import PointId
from app.verbs import Capability, Viewer
from tests.fakes.asked import FakeHistory, FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.people import person
from tests.pictures.smallproject import small_project
from widgets.consumption.stretch import Scale, stretch_of
from widgets.energy.floorarea import FloorAreaDialog
from widgets.pages.energy import PAGE, EnergyPage
from widgets.pagetype import Show
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
OUTDOOR = PointId("ahornvej-14.s1")
AREAS = {"ahornvej-14-em1": 1000, "birkevej-3-em1": 100, "birkevej-27-em1": 500}
BARE = PointId("bøgevej-22-em1.energy_e1")


class Weather(FakeHistory):
    """The air outside has 5 °C every day; one day may be missing."""

    def __init__(self) -> None:
        self.unknown = False

    async def comparison(
        self,
        viewer: Viewer,
        points: Sequence[PointId],
        first: Period,
        second: Period,
        step: Step,
    ) -> Sequence[Compared]:
        (found,) = await super().comparison(viewer, points, first, first, step)
        side = found.sides[0]
        values: list[Decimal | None] = [Decimal("5.0")] * len(side.starts)
        if self.unknown:
            values[0] = None
        told = replace(side, unit="°C", values=tuple(values))
        return [Compared(points[0], counted=False, sides=(told, found.sides[1]))]


def houses() -> FakeServices:
    """Return a plant of four heat meters; of three the floor area is known."""
    services = small_project()
    for at, view in enumerate(services.plant.views):
        area = AREAS.get(view.config.id)
        if area is not None:
            options = {**view.config.options, FLOOR_AREA: f"2020-01-01={area}"}
            config = replace(view.config, options=options)
            services.plant.views[at] = replace(view, config=config)
    services.history = Weather()
    return services


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("energy"))
        assert isinstance(made, EnergyPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1400, 800)
        made.show()
        self.settled()
        made.bar.choose(stretch_of(Scale.MONTH, date(2025, 12, 1)))
        self.settled()

    def settled(self) -> None:
        self.qtbot.waitUntil(lambda: self.desk.asking.standing[1] == 0, timeout=5000)
        self.qtbot.waitUntil(lambda: self.page.is_ready, timeout=5000)

    def cells(self, *columns: str) -> list[tuple[str, ...]]:
        table = self.page.card.table
        assert table is not None
        known = {each.id: each for each in table.rows_model.columns}
        return [
            tuple(known[name].cell(row).text for name in columns) for row in self.page.card.rows
        ]

    def weigh(self) -> None:
        """Choose the outdoor temperature."""
        degrees = self.page.degrees
        degrees.outdoor.setCurrentIndex(degrees.outdoor.findData(OUTDOOR))
        degrees.outdoor.activated.emit(degrees.outdoor.currentIndex())
        self.settled()

    def words(self) -> str:
        shown = (each for each in self.page.findChildren(QLabel) if each.isVisible())
        return "\n".join(each.text() for each in shown)


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(houses()), qtbot)


@pytest.mark.feature("LM-64")
def test_houses_are_ranked_by_what_they_use_for_their_size(on: OnPage) -> None:
    assert on.cells("rank", "device") == [
        ("1", "Birkevej 3 EM1"),
        ("2", "Birkevej 27 EM1"),
        ("3", "Ahornvej 14 EM1"),
    ]
    assert on.page.card.table is not None
    columns = {each.id for each in on.page.card.table.rows_model.columns}
    assert not columns & {"kd", "both"}, "nobody chose an outdoor temperature"
    (first, *_others) = on.page.card.rows
    assert first.line.told.amount is not None
    assert first.line.told.per_m2 == round(first.line.told.amount / 100, 6)


@pytest.mark.feature("LM-64")
def test_the_weather_is_taken_out_and_where_it_is_unknown_nothing_is_ranked(
    on: OnPage,
) -> None:
    on.weigh()
    assert "465.0 degree days (K·d) in 31 days" in on.words()  # 31 × (20 − 5)
    told = on.page.card.rows[0].line.told
    assert told.degree_days == 465
    assert [each for (each,) in on.cells("both")] == [
        f"{row.line.told.per_both:.5f}" for row in on.page.card.rows
    ]  # four figures of the largest, 0.01447, and all on one mark
    on.page.degrees.rules.setCurrentIndex(2)
    on.page.degrees.rules.activated.emit(2)
    on.settled()
    assert "372.0 degree days" in on.words()  # 31 × (17 − 5)
    history = on.desk.services.history
    assert isinstance(history, Weather)
    history.unknown = True
    on.page.refresh()
    on.settled()
    assert "Degree days unknown: 1 of 31 days have no outdoor temperature." in on.words()
    assert {rank for (rank,) in on.cells("rank")} == {"–"}


def test_a_house_without_a_floor_area_stays_unranked_until_somebody_says_it(
    on: OnPage,
) -> None:
    on.page.add([BARE, PointId("bøgevej-22-em1.t1")])
    on.settled()
    assert "Only an index of energy or volume" in on.page.notice.says.text()
    assert on.cells("rank", "device", "area", "lacks")[-1] == (
        *("–", "Bøgevej 22 EM1"),
        *("–", "no floor area"),
    )
    table = on.page.card.table
    assert table is not None
    assert table.go_to(lambda row: row.line.point == BARE)
    on.page.area.click()
    (dialog,) = on.page.findChildren(FloorAreaDialog)
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert ok is not None
    assert "No floor area was said yet." in dialog.known.text()
    for wrong in ("", "many", "-5", "0"):
        dialog.area.setText(wrong)
        assert not ok.isEnabled(), wrong
    dialog.area.setText("1400,5")
    dialog.since.setDate(QDate(2025, 11, 1))
    ok.click()
    on.settled()
    made = on.desk.services.project.changes[-1]
    assert isinstance(made, DeviceConfig)
    assert areas_of(made.options) == ((date(2025, 11, 1), Decimal("1400.5")),)


def test_who_may_not_edit_devices_says_no_floor_area(make_desk: MakeDesk, qtbot: QtBot) -> None:
    rights = frozenset({Capability.SEE_PLANT, Capability.SEE_HISTORY})
    on = OnPage(make_desk(houses(), viewer=person("g", "Guest", "desk-1", rights)), qtbot)
    assert not on.page.area.isEnabled()
    assert on.page.export.isEnabled()


def test_the_file_holds_what_the_screen_shows(on: OnPage, tmp_path: Path) -> None:
    on.weigh()
    file = tmp_path / "energy.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    assert work.jobs[0].state is JobState.DONE
    heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    told = [dict(zip(heads, row, strict=True)) for row in rows]
    assert [(each["Rank"], each["Device"]) for each in told] == on.cells("rank", "device")
    assert [(each["per m²"], each["per m² and K·d"]) for each in told] == [
        (each.replace("\u202f", ""), both) for each, both in on.cells("m2", "both")
    ]


def test_rows_are_taken_out_remembered_and_lead_to_their_consumption(on: OnPage) -> None:
    table = on.page.card.table
    assert table is not None
    assert table.go_to(lambda row: row.line.device == "Birkevej 27 EM1")
    key(table, Qt.Key.Key_Return)
    shown = on.desk.shown[-1]
    assert (shown.device, shown.part) == ("birkevej-27-em1", "consumption")
    on.page.remove()
    on.settled()
    assert [name for (name,) in on.cells("device")] == ["Birkevej 3 EM1", "Ahornvej 14 EM1"]
    on.weigh()
    kept = on.page.memory()
    on.page.remove()
    on.settled()
    on.page.recall(kept)
    on.settled()
    assert len(on.page.card.rows) == 2
    assert on.page.degrees.known == OUTDOOR


def test_a_time_that_is_not_over_yet_counts_its_days_that_are(on: OnPage) -> None:
    on.page.bar.go_to_now()
    on.settled()
    (first, *_others) = on.page.card.rows
    assert len(first.line.counted.starts) == 19, "today is no whole day yet"
    on.page.bar.choose(stretch_of(Scale.DAY, on.page.bar.today()))
    on.settled()
    assert not on.page.card.rows
    assert "No day of this time is over yet." in on.words()


def test_a_plant_without_floor_areas_says_how_one_gets_there(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    on = OnPage(make_desk(small_project()), qtbot)
    assert "Say a floor area, or choose indexes." in on.words()
    assert not on.page.export.isEnabled()


def test_before_the_houses_are_known_nobody_is_told_that_there_are_none(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = small_project()
    services.plant.away = "nobody is there"
    desk = make_desk(services)
    page = PAGE.build(desk.context, Show("energy"))
    assert isinstance(page, EnergyPage)
    qtbot.addWidget(page)
    page.show()
    assert not page.card.empty.isVisible()
    qtbot.waitUntil(page.notice.isVisible, timeout=5000)
    assert any("nobody is there" in each.text() for each in page.findChildren(QLabel))
    assert not page.card.empty.isVisible()
    services.plant.away = ""
    desk.directory.refresh()
    qtbot.waitUntil(page.card.empty.isVisible, timeout=5000)
    assert not page.notice.isVisible()


def test_an_index_is_called_by_its_name_on_screen_and_in_the_file(
    on: OnPage, tmp_path: Path
) -> None:
    names = {name for (name,) in on.cells("value")}
    assert names == {"Heat energy E1"}, "its id says nothing to an operator"
    file = tmp_path / "energy.csv"
    on.page.files.write(file)
    work = on.desk.context.work
    on.qtbot.waitUntil(lambda: bool(work.jobs) and not work.running(), timeout=20_000)
    heads, *rows = csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline=""))
    assert {row[heads.index("Value")] for row in rows} == names


def test_the_foot_takes_room_only_for_degree_days(on: OnPage) -> None:
    foot = on.page.card.says.parentWidget()
    assert foot is not None
    assert not foot.isVisible()
    on.weigh()
    assert foot.isVisible()
