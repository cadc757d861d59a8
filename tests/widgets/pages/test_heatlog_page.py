"""The page Heat disconnections: its rows, its filters, its file, the way to the meter."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry
from app.errors import StoreBroken
from app.reports.words import Words
from tests.fakes.asked import FakeServices
from tests.fakes.auditlog import FakeAuditLog
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, many
from tests.widgets.heatlog.test_rows import entry
from widgets.heatlog.wayin import NothingYet
from widgets.pages.heatlog import PAGE, HeatLogPage
from widgets.pagetype import Show
from widgets.workcentre import JobState

MakeDesk = Callable[..., Desk]
COMMANDS = ("valve_energise", "valve_release", "valve_state")


def log() -> list[AuditEntry]:
    """Return three requests at one meter, the newest entry first as the core has them."""
    return [
        entry(6, "sent", "1", device=AHORNVEJ),
        entry(
            5, "unconfirmed", device=AHORNVEJ, login="berg", reason="no acknowledgement came"
        ),
        entry(4, "sent", device=AHORNVEJ, login="berg"),
        entry(2, "confirmed", device=AHORNVEJ),
        entry(1, "sent", device=AHORNVEJ),
    ]


class OnPage:
    def __init__(self, desk: Desk, qtbot: QtBot, entries: Sequence[AuditEntry]) -> None:
        self.desk, self.qtbot = desk, qtbot
        audit = desk.services.asked.audit
        assert isinstance(audit, FakeAuditLog)
        self.audit = audit
        audit.log = list(entries)
        qtbot.waitUntil(lambda: desk.directory.is_listed)
        made = PAGE.build(desk.context, Show("heatlog"))
        assert isinstance(made, HeatLogPage)
        self.page = made
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        qtbot.waitUntil(lambda: made.is_ready, timeout=5000)

    def results(self) -> list[str]:
        model = self.page.model
        at = [each.id for each in model.columns].index("standing")
        return [model.columns[at].cell(each).text for each in model.rows]


@pytest.fixture
def on(make_desk: MakeDesk, qtbot: QtBot) -> OnPage:
    return OnPage(make_desk(FakeServices()), qtbot, log())


def test_each_request_is_a_row_the_newest_first(on: OnPage) -> None:
    assert on.results() == ["under way", "unconfirmed", "confirmed"]
    (query,) = on.audit.queries
    assert not query.falling
    model = on.page.model
    name = model.columns[1].cell(model.rows[0]).text
    assert name == on.desk.directory.name(AHORNVEJ) != AHORNVEJ


def test_what_is_not_done_and_what_is_sought_is_shown_alone(on: OnPage) -> None:
    on.page.switch.choose(1)
    assert on.results() == ["under way", "unconfirmed"]
    on.page.search.setText("berg")
    assert on.results() == ["unconfirmed"]
    assert on.page.memory() == {"search": "berg"}
    on.page.recall({"search": "", "width": 3})
    on.page.switch.choose(0)
    assert len(on.results()) == 3


def test_enter_goes_to_the_settings_of_the_meter(on: OnPage) -> None:
    on.page.table.opened.emit(on.page.model.rows[0])
    assert on.desk.shown == [Show("device", AHORNVEJ, part="settings")]


def test_new_requests_come_with_a_refresh(on: OnPage) -> None:
    on.audit.log.insert(0, entry(7, "confirmed", "1", device=AHORNVEJ))
    on.page.refresh()
    on.qtbot.waitUntil(lambda: on.results()[0] == "confirmed", timeout=5000)
    assert len(on.results()) == 3, "it is the end of the one that was under way"


def test_what_is_shown_is_written(on: OnPage, tmp_path: Path) -> None:
    on.page.switch.choose(1)
    path = tmp_path / "heat.csv"
    on.page.files.write(path)
    work = on.desk.context.work

    def is_done() -> bool:
        return bool(work.jobs) and work.jobs[0].state is JobState.DONE

    on.qtbot.waitUntil(is_done, timeout=5000)
    text = path.read_text(encoding="utf-8-sig")
    assert text.count("\n") == 3
    assert "unconfirmed" in text
    assert on.page.sheet(Words("en")).title == "Heat disconnections"


def test_an_empty_log_says_where_such_requests_come_from(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    empty = OnPage(make_desk(FakeServices()), qtbot, [])
    assert empty.results() == []
    assert not empty.page.export.isEnabled()
    assert "meter with a valve" in way_in(empty).says.text()


def way_in(on: OnPage) -> NothingYet:
    (found,) = on.page.findChildren(NothingYet)
    assert found.isVisible()
    return found


def press(on: OnPage) -> None:
    (button,) = way_in(on).findChildren(QPushButton)
    assert button.accessibleName() == "Choose a meter…"
    button.click()


def with_valves(count: int) -> FakeServices:
    """Return a plant whose last ``count`` devices have a valve with its commands set."""
    services = FakeServices()
    views = services.plant.views
    for at in range(len(views) - count, len(views)):
        config = replace(views[at].config, options=dict.fromkeys(COMMANDS, "51"))
        views[at] = replace(views[at], config=config)
    return services


@pytest.mark.parametrize(
    ("count", "page"), [(0, "meters"), (1, "device")], ids=["of none", "of one"]
)
def test_the_one_meter_with_a_valve_is_gone_to_and_without_one_all_meters_are_shown(
    make_desk: MakeDesk, qtbot: QtBot, count: int, page: str
) -> None:
    services = with_valves(count)
    empty = OnPage(make_desk(services), qtbot, [])
    assert way_in(empty).menu() is None
    press(empty)
    one = services.plant.views[-1].config.id
    there = Show("device", one, part="settings") if page == "device" else Show("meters")
    assert empty.desk.shown == [there]


def test_of_some_meters_with_a_valve_one_is_chosen_by_name(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = with_valves(3)
    empty = OnPage(make_desk(services), qtbot, [])
    menu = way_in(empty).menu()
    assert menu is not None
    named = {view.config.name: view.config.id for view in services.plant.views[-3:]}
    assert [each.text() for each in menu.actions()] == sorted(named, key=str.casefold)
    menu.actions()[1].trigger()
    wanted = named[menu.actions()[1].text()]
    assert empty.desk.shown == [Show("device", wanted, part="settings")]


def test_among_very_many_one_is_sought_in_the_list_of_meters(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    views = [
        replace(each, config=replace(each.config, options=dict.fromkeys(COMMANDS, "51")))
        for each in many(40)
    ]
    empty = OnPage(make_desk(FakeServices(views)), qtbot, [])
    press(empty)
    assert empty.desk.shown == [Show("meters")]


def test_a_log_that_cannot_be_read_is_told_and_asked_again(on: OnPage) -> None:
    on.audit.failure = StoreBroken("the activity log cannot be read")
    on.page.refresh()
    on.qtbot.waitUntil(on.page._notice.isVisible, timeout=5000)
    assert len(on.results()) == 3, "what was known stays"
    on.audit.failure = None
    on.page.refresh()
    on.qtbot.waitUntil(lambda: not on.page._notice.isVisible(), timeout=5000)
