"""The page of stored data: rules are seen, tried, saved, given up; a full disk is foreseen."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.model.retention import DataKind, KeepRule, KeepRules, Room, Then
from app.verbs import Viewer
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.pages.retention import PAGE, RetentionPage
from widgets.retention.outlook import full_text

MakeDesk = Callable[..., Desk]


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> RetentionPage:
    desk = make_desk(services)
    made = RetentionPage(desk.context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(made.settled)
    qtbot.waitUntil(lambda: desk.asking.standing[1] == 0)
    return made


def words(page: RetentionPage) -> list[str]:
    return [each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)]


def test_the_rules_can_be_seen_to_while_the_room_is_counted(
    make_desk: MakeDesk, qtbot: QtBot, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = asyncio.Event()
    room = services.retention.room

    async def slow(viewer: Viewer) -> Room:
        await counted.wait()
        return await room(viewer)

    monkeypatch.setattr(services.retention, "room", slow)
    made = RetentionPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(made.settled)
    assert made.try_out.isEnabled()
    assert "Counting readings …" in words(made)
    assert not any("may be filled" in each for each in words(made))


def test_the_rules_and_the_room_stand_there_in_words(page: RetentionPage) -> None:
    shown = words(page)
    sentence = "every sample for 13 months, one a day up to 5 years, then one a month"
    assert shown.count(sentence) == len(DataKind)
    assert "The disk will be full in 2033-04." in shown
    assert "240 MB" in shown
    assert "513 MB" in shown  # together
    assert not page.save.isEnabled()
    assert not page.throw_away.isEnabled()
    assert page.unsaved() == ""
    assert PAGE.title() == page.heading()


def test_a_changed_rule_says_what_it_means_and_is_saved(
    page: RetentionPage, services: FakeServices, qtbot: QtBot
) -> None:
    row = page.form.rows[DataKind.MEASURED]
    row.months.setValue(24)
    assert row.says.text().startswith("every sample for 24 months")
    assert page.unsaved()
    kept = page.memory()
    click(page.save)
    qtbot.waitUntil(lambda: not page.unsaved())
    assert services.retention.kept.of[DataKind.MEASURED] == KeepRule(24)
    assert services.retention.kept.of[DataKind.COUNTER] == KeepRule()
    assert page.memory() == {}
    row.months.setValue(0)
    page.recall(kept)
    assert row.months.value() == 24


def test_for_ever_leaves_nothing_to_choose(page: RetentionPage) -> None:
    row = page.form.rows[DataKind.COUNTER]
    row.months.setValue(0)
    row.years.setValue(0)
    assert row.says.text() == "every sample for ever"
    assert row.months.text() == "for ever"
    assert not row.years.isEnabled()
    assert not row.then.isEnabled()
    page.discard()
    assert row.rule() == KeepRule()


def test_a_try_says_what_would_go_and_only_then_it_may_go(
    page: RetentionPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.try_out)
    qtbot.waitUntil(page.throw_away.isEnabled)
    shown = words(page)
    assert "12\N{NARROW NO-BREAK SPACE}967\N{NARROW NO-BREAK SPACE}300" in _bare(shown)
    assert any("312 stay because a sum needs them" in each for each in shown)
    page.form.rows[DataKind.STATE].months.setValue(3)
    assert not page.throw_away.isEnabled()
    page.discard()
    click(page.try_out)
    qtbot.waitUntil(page.throw_away.isEnabled)
    click(page.throw_away)
    qtbot.waitUntil(lambda: services.retention.runs == 1)
    qtbot.waitUntil(lambda: not page.throw_away.isEnabled())
    assert any("went." in each for each in words(page))


def _bare(shown: list[str]) -> str:
    text = " ".join(shown)
    return text.replace("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}").replace(
        ",", "\N{NARROW NO-BREAK SPACE}"
    )


def test_rules_that_contradict_themselves_are_told_and_not_tried(
    page: RetentionPage, services: FakeServices, qtbot: QtBot
) -> None:
    row = page.form.rows[DataKind.COUNTER]
    row.months.setValue(1)
    click(page.try_out)
    assert page.notice.isVisibleTo(page)
    assert not page.throw_away.isEnabled()
    row.months.setValue(30)
    row.years.setValue(2)
    click(page.save)
    qtbot.waitUntil(lambda: page.notice.isVisibleTo(page))
    assert services.retention.kept == KeepRules()


@pytest.mark.parametrize(
    ("room", "says"),
    [
        (
            Room((), None, 1, None),
            "How much room the disk of the server has is not known here.",
        ),
        (Room((), 5, 1, None), "The disk is large enough for the next fifty years."),
        (
            Room((), 5, 0, None, known=False),
            "When the disk will be full shows after the first whole month.",
        ),
        (Room((), 5, 1, datetime(2027, 2, 3, tzinfo=UTC)), "The disk will be full in 2027-02."),
    ],
)
def test_when_the_disk_is_full_is_a_sentence(room: Room, says: str) -> None:
    assert full_text(room, UTC) == says


def test_nothing_may_be_left_after_the_years(page: RetentionPage) -> None:
    row = page.form.rows[DataKind.STATE]
    row.then.setCurrentIndex(row.then.findData(Then.NOTHING))
    assert row.says.text().endswith("then none")
