"""A core that falls silent is noticed within ten seconds, and so is its return."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from PyQt6.QtCore import QCoreApplication, QEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import CoreLost
from app.model.reading import Quality, Reading, point_id
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.eyes import MARKUP, words
from widgets.controls.notice import Notice
from widgets.pagetype import Page
from widgets.shell.faults import Faults
from widgets.shell.hearing import Hearing
from widgets.shell.heartbeat import Heartbeat
from widgets.shell.trouble import Trouble
from widgets.theme import Look

MakeDesk = Callable[..., Desk]


class Core(FakeServices):
    """A core one can silence (``mute``) or kill (``dead``)."""

    def __init__(self) -> None:
        super().__init__()
        self.mute = self.dead = False
        self.asked_titles = 0
        self._waiting: list[asyncio.Future[None]] = []
        self.plant.title = self._title  # type: ignore[method-assign]

    async def _title(self, viewer: Viewer) -> str:
        self.asked_titles += 1
        if self.dead:
            raise CoreLost("the core has gone")
        if self.mute:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(waiting)
            await waiting
        return "Østerby Fjernvarme"

    async def speak(self) -> None:
        self.mute = False
        for each in self._waiting:
            each.set_result(None)


class Ward:
    """A heartbeat, its clock, and all it said."""

    def __init__(self, desk: Desk, core: Core) -> None:
        self.now = NOON
        self.said: list[str] = []
        self.since: list[datetime] = []
        self._desk, self._core = desk, core
        self.heart = Heartbeat(desk.services.asked, desk.viewer, desk.asking, lambda: self.now)
        self.heart.lost.connect(self._lose)
        self.heart.back.connect(lambda: self.said.append("back"))
        self.heart.named.connect(self.said.append)

    def _lose(self, since: datetime) -> None:
        self.said.append("lost")
        self.since.append(since)

    def settle(self) -> None:
        self._desk.core.submit(asyncio.sleep(0)).result(30)
        QApplication.processEvents()

    def wait(self, seconds: int) -> None:
        """Let seconds pass, with all answers that come meanwhile."""
        for _ in range(seconds):
            self.now += timedelta(seconds=1)
            self.heart.tick()
            self.settle()


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def ward(make_desk: MakeDesk, core: Core) -> Ward:
    made = Ward(make_desk(core), core)
    made.settle()
    return made


def test_a_living_core_is_asked_every_five_seconds_and_never_called_lost(
    ward: Ward, core: Core
) -> None:
    ward.wait(60)
    assert set(ward.said) == {"Østerby Fjernvarme"}
    assert core.asked_titles == 13


def test_a_mute_core_is_lost_after_ten_seconds_since_it_was_heard_last(
    ward: Ward, core: Core
) -> None:
    ward.wait(5)
    core.mute = True
    ward.wait(9)
    assert "lost" not in ward.said
    ward.wait(6)
    assert ward.said.count("lost") == 1
    assert ward.since == [NOON + timedelta(seconds=5)]


def test_a_core_that_cannot_be_reached_is_lost_at_once_and_told_once(
    ward: Ward, core: Core
) -> None:
    core.dead = True
    ward.wait(30)
    assert ward.said.count("lost") == 1
    assert core.asked_titles >= 6  # it goes on asking


def test_a_core_that_answers_again_is_told_once(ward: Ward, core: Core) -> None:
    core.dead = True
    ward.wait(12)
    core.dead = False
    ward.wait(12)
    assert [each for each in ward.said if each in ("lost", "back")] == ["lost", "back"]
    assert ward.said.index("back") < len(ward.said) - 1  # its name comes after


def test_a_late_answer_of_a_mute_core_counts_as_its_return(
    ward: Ward, core: Core, make_desk: MakeDesk
) -> None:
    core.mute = True
    ward.wait(16)
    assert "lost" in ward.said
    ward._desk.core.submit(core.speak()).result(30)
    ward.settle()
    assert [each for each in ward.said if each in ("lost", "back")] == ["lost", "back"]
    ward.wait(20)
    assert ward.said.count("lost") == 1


def test_a_mute_core_is_not_asked_over_and_over(ward: Ward, core: Core) -> None:
    core.mute = True
    before = core.asked_titles
    ward.wait(60)
    assert core.asked_titles == before + 1


def test_a_closed_window_hears_no_heart(ward: Ward, core: Core) -> None:
    core.mute = True
    ward.wait(5)
    ward.said.clear()
    ward.heart.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    ward._desk.core.submit(core.speak()).result(30)
    ward.settle()
    assert ward.said == []


def test_hearing_begins_with_every_kind_of_news_and_ends_with_none(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    hearing = Hearing(desk.context)
    kinds = (
        desk.services.readings.watchers,
        desk.services.standings.watchers,
        desk.services.alarms.watched.watchers,
    )
    hearing.begin()
    qtbot.waitUntil(lambda: [len(each) for each in kinds] == [1, 1, 1])
    qtbot.waitUntil(lambda: len(hearing._stops) == 3)
    hearing.end()
    qtbot.waitUntil(lambda: [len(each) for each in kinds] == [0, 0, 0])
    hearing.end()


def test_a_window_closed_while_it_begins_listens_to_nothing_in_the_end(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    hearing = Hearing(desk.context)
    hearing.begin()
    hearing.end()
    for _turn in range(4):
        desk.core.submit(asyncio.sleep(0)).result(30)
        QApplication.processEvents()
    assert desk.services.readings.watchers == []
    assert desk.services.alarms.watched.watchers == []


def test_a_lost_core_fades_every_value_on_the_screen(
    make_desk: MakeDesk, core: Core, qtbot: QtBot
) -> None:
    desk = make_desk(core)
    point = point_id(AHORNVEJ, "s3")
    desk.feed.offer([Reading(point, 51.6, Quality.GOOD, NOON)])
    desk.feed.refresh()
    core.dead = True
    hearing = Hearing(desk.context)
    with qtbot.waitSignal(hearing.lost):
        pass
    shown = desk.feed.latest(point)
    assert shown is not None
    assert (shown.value, shown.quality, shown.reason) == (51.6, Quality.STALE, "core-lost")


def test_news_that_may_not_be_heard_is_told_as_a_sentence(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()

    def refuse(_watcher: object) -> Callable[[], None]:
        raise CoreLost("the core has gone")

    asked = replace(desk.services.asked, watch_readings=refuse)
    hearing = Hearing(replace(desk.context, asked=asked))
    with qtbot.waitSignal(hearing.failed) as told:
        hearing.begin()
    assert told.args == ["the core has gone"]


@pytest.fixture
def notice(qtbot: QtBot) -> Notice:
    made = Notice(Look())
    qtbot.addWidget(made)
    made.resize(600, 120)
    return made


def test_a_fault_of_ours_is_told_from_any_thread_and_names_its_report(
    notice: Notice, qtbot: QtBot
) -> None:
    faults = Faults(Trouble(notice), notice)
    report = Path("reports") / "crash-1.txt"
    thread = Thread(target=lambda: faults.tell("ValueError in the chart", report))
    thread.start()
    thread.join()
    assert not notice.isVisible()  # the screen's own thread shows it
    qtbot.waitUntil(notice.isVisible)
    assert words(notice)[0] == "Heatdesk met a fault of its own and goes on."
    assert notice._technical.text() == f"ValueError in the chart\n{report}"


def test_trouble_is_taken_back_only_if_it_is_still_what_is_shown(
    notice: Notice, qtbot: QtBot
) -> None:
    trouble = Trouble(notice)
    trouble.tell("The core does not answer.")
    qtbot.waitUntil(notice.isVisible)
    trouble.clear("Something else.")
    assert notice.isVisible()
    trouble.clear("The core does not answer.")
    assert not notice.isVisible()


def test_trouble_of_any_wording_is_shown_as_letters(notice: Notice, qtbot: QtBot) -> None:
    trouble = Trouble(notice)
    trouble.tell(MARKUP, MARKUP)
    qtbot.waitUntil(notice.isVisible)
    assert notice.says.text() == MARKUP


def test_a_page_says_that_it_is_ready_only_once(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = Page(make_desk().context)
    qtbot.addWidget(page)
    told: list[bool] = []
    page.ready.connect(lambda: told.append(True))
    assert not page.settled()
    page.become_ready()
    page.become_ready()
    assert (told, page.settled()) == ([True], True)
    assert (page.heading(), page.crumbs(), page.unsaved()) == ("", ("",), "")


def test_a_page_asks_the_look_for_its_colours_each_time(make_desk: MakeDesk) -> None:
    desk = make_desk()
    assert desk.context.theme.name == "day"
    desk.look.use("night")
    assert desk.context.theme.name == "night"
    desk.look.use("day")
