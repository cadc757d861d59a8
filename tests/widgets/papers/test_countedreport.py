"""What a meter counted in the period shown is printed and filed from the table's row."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfWriter
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.verbs import Capability
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.mbusmeters import HEAT, meters_on_a_bus
from tests.people import person
from widgets.consumption.stretch import Scale, own, stretch_of
from widgets.pages.periodreport import PAGE, PeriodReportPage
from widgets.pagetype import Show
from widgets.printing import Preview

MakeDesk = Callable[..., Desk]


def shown(desk: Desk, qtbot: QtBot) -> PeriodReportPage:
    qtbot.waitUntil(lambda: desk.directory.is_listed)
    page = PAGE.build(desk.context, Show("periodreport"))
    assert isinstance(page, PeriodReportPage)
    qtbot.addWidget(page)
    page.resize(1600, 900)
    page.show()
    return settled(page, desk, qtbot)


def settled(page: PeriodReportPage, desk: Desk, qtbot: QtBot) -> PeriodReportPage:
    qtbot.waitUntil(lambda: desk.asking.standing[1] == 0, timeout=5000)
    qtbot.waitUntil(lambda: page.is_ready and page.table is not None, timeout=5000)
    return page


def choose(page: PeriodReportPage, device: str) -> None:
    assert page.table is not None
    page.table.go_to(lambda row: row.view.config.id == device)


@pytest.fixture
def services(tmp_path: Path) -> FakeServices:
    made = meters_on_a_bus()
    made.reports.folder = tmp_path
    with (tmp_path / "counted.pdf").open("wb") as file:
        paper = PdfWriter()
        paper.add_blank_page(200, 300)
        paper.write(file)
    return made


@pytest.mark.feature("RD-07")
def test_what_a_meter_counted_is_printed_for_the_period_shown(
    services: FakeServices, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(services)
    page = shown(desk, qtbot)
    page.bar.choose(stretch_of(Scale.MONTH, date(2025, 12, 24)))
    settled(page, desk, qtbot)
    choose(page, HEAT)
    assert page.paper.button.isEnabled()
    click(page.paper.button)
    qtbot.waitUntil(lambda: bool(page.findChildren(Preview)), timeout=20_000)
    ((device, start, end, language),) = services.reports.counted
    assert (device, language) == (HEAT, "en")
    assert start == datetime(2025, 11, 30, 23, tzinfo=UTC), "midnight of the plant"
    assert end == datetime(2025, 12, 31, 23, tzinfo=UTC)
    (preview,) = page.findChildren(Preview)
    assert preview.pages == 1
    assert "Consumption report" in preview.windowTitle()
    assert page.paper.button.isEnabled(), "the next one may follow"


def test_without_a_row_there_is_nothing_to_print(
    services: FakeServices, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = shown(make_desk(services), qtbot)
    assert page.paper.button.isVisible()
    assert not page.paper.button.isEnabled()
    page.paper.make()
    choose(page, HEAT)
    assert page.paper.button.isEnabled()
    page.paper.follow(None)
    assert not page.paper.button.isEnabled()
    assert services.reports.counted == []


def test_a_period_no_report_can_tell_of_is_refused_in_words(
    services: FakeServices, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(services)
    page = shown(desk, qtbot)
    page.bar.choose(own(date(2024, 1, 1), date(2025, 6, 1)))
    settled(page, desk, qtbot)
    choose(page, HEAT)
    page.paper.make()
    qtbot.waitUntil(page.notice.isVisible)
    assert "a year at most" in page.notice.says.text()
    assert page.paper.button.isEnabled()
    assert not page.findChildren(Preview)


def test_a_report_can_be_called_off_and_only_one_is_made_at_a_time(
    services: FakeServices, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services.reports.gate = asyncio.Event()  # nobody opens it
    page = shown(make_desk(services), qtbot)
    choose(page, HEAT)
    page.paper.make()
    assert not page.paper.button.isEnabled()
    page.paper.make()
    qtbot.waitUntil(page.paper.busy.isVisible, timeout=5000)
    (cancel,) = page.paper.busy.findChildren(QPushButton)
    click(cancel)
    assert page.paper.button.isEnabled()
    assert services.reports.counted == []


def test_who_makes_no_reports_sees_no_button(
    services: FakeServices, make_desk: MakeDesk, qtbot: QtBot
) -> None:
    rights = frozenset({Capability.SEE_PLANT, Capability.SEE_HISTORY})
    desk = make_desk(services, viewer=person("g", "Guest", "desk-1", rights))
    page = shown(desk, qtbot)
    assert not page.paper.button.isVisible()
