"""The page of backups: the plan is seen, changed and given up, one is made, trouble is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PyQt6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.model.backup import Backup, BackupPlan
from tests.fakes.asked import FakeServices
from tests.fakes.backups import MADE_AT
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from widgets.backups.cards import last_text, line_of
from widgets.pages.backups import PAGE, BackupsPage

MakeDesk = Callable[..., Desk]
ONE = Backup(
    "/srv/nordby.heatdesk-backup", MADE_AT, 41_000_000, 37, True, carried=False, verified=True
)


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.backups.kept = BackupPlan("/srv", 3, 14)
    services.backups.listed = [ONE]
    return services


@pytest.fixture
def page(make_desk: MakeDesk, qtbot: QtBot, services: FakeServices) -> BackupsPage:
    made = BackupsPage(make_desk(services).context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitUntil(made.settled)
    return made


def words(page: BackupsPage) -> str:
    return "\n".join(
        each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)
    )


def test_the_plan_and_what_was_made_stand_there(page: BackupsPage) -> None:
    assert page.form.plan() == BackupPlan("/srv", 3, 14)
    shown = words(page)
    assert "nordby.heatdesk-backup" in shown
    assert "read back and is whole" in shown
    assert "41.0 MB" in shown
    assert "failed" not in shown
    assert page.unsaved() == ""
    assert page.now.isEnabled()
    assert "To make one now" not in shown
    assert not page.save.isEnabled()
    assert not page.form.phrase.isEnabled()
    assert PAGE.title() == page.heading() == page.crumbs()[-1]


def test_a_passphrase_is_as_before_only_where_there_was_one(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    assert page.form.phrase.placeholderText() == ""
    page.form.sealed.setChecked(True)
    assert page.form.phrase.placeholderText() == "", "none was ever given"
    page.form.phrase.setText("seven green valves at noon")
    click(page.save)
    qtbot.waitUntil(lambda: not page.unsaved())
    assert page.form.phrase.placeholderText() == "as before"
    page.form.sealed.setChecked(False)
    assert page.form.phrase.placeholderText() == ""


def test_a_changed_plan_is_saved_with_its_passphrase_and_shown_to_nobody(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    page.form.keep.setValue(30)
    page.form.sealed.setChecked(True)
    page.form.phrase.setText("seven green valves at noon")
    assert page.unsaved()
    assert not page.now.isEnabled()
    assert "To make one now, save what was changed on the left, or give it up." in words(page)
    assert "seven green valves" not in str(page.memory())
    click(page.save)
    qtbot.waitUntil(lambda: not page.unsaved())
    assert services.backups.kept == BackupPlan("/srv", 3, 30, sealed=True)
    assert services.backups.passwords == ["seven green valves at noon"]
    assert page.form.phrase.text() == ""


def test_who_was_overtaken_is_told_keeps_what_was_typed_and_saves_it_knowingly(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    theirs = BackupPlan("/mnt/theirs", 4, 14)
    services.backups.kept = theirs  # saved at another desk
    page.form.keep.setValue(21)
    click(page.save)
    qtbot.waitUntil(lambda: "somebody else changed" in words(page))
    assert services.backups.kept == theirs, "nothing of theirs is lost"
    assert page.form.keep.value() == 21, "nor of what was typed"
    assert not page.save.isEnabled()
    again = next(each for each in page.notice.findChildren(QPushButton) if each.isVisible())
    click(again)
    qtbot.waitUntil(page.save.isEnabled)
    assert page.form.plan() == BackupPlan("/srv", 3, 21)
    click(page.save)
    qtbot.waitUntil(lambda: services.backups.kept == BackupPlan("/srv", 3, 21))
    qtbot.waitUntil(lambda: page.unsaved() == "")


def test_what_was_begun_is_given_up_or_brought_back(page: BackupsPage) -> None:
    page.form.folder.setText("/elsewhere")
    page.form.edited.emit()
    kept = page.memory()
    click(page.give_up)
    assert page.form.plan().folder == "/srv"
    assert page.memory() == {}
    page.recall(kept)
    assert page.form.plan().folder == "/elsewhere"
    assert page.save.isEnabled()


def test_a_plan_that_cannot_be_is_told_and_stays_in_the_fields(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    page.form.folder.setText("not a whole path")
    page.keep()
    qtbot.waitUntil(lambda: "say the whole path" in words(page))
    assert page.form.plan().folder == "not a whole path"
    assert services.backups.kept.folder == "/srv"
    assert page.save.isEnabled()


def test_one_is_made_now_where_the_nightly_ones_go(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    click(page.now)
    qtbot.waitUntil(lambda: len(services.backups.listed) == 2)
    assert services.backups.listed[0].file == ""  # the plant's own core knows where
    qtbot.waitUntil(page.settled)


def test_without_a_folder_none_is_made(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = BackupsPage(make_desk(FakeServices()).context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(page.settled)
    assert not page.now.isEnabled()
    assert "No backup was ever made" in words(page)
    page.make()


def test_a_nightly_one_that_failed_is_told(
    page: BackupsPage, services: FakeServices, qtbot: QtBot
) -> None:
    services.backups.failure = "/srv: the disk is full"
    page.refresh()
    qtbot.waitUntil(lambda: "The nightly backup failed: /srv: the disk is full" in words(page))


@pytest.mark.parametrize(
    ("age", "says"),
    [
        (timedelta(minutes=5), "is 0 hours old."),
        (timedelta(hours=1), "is 1 hour old."),
        (timedelta(hours=47), "is 47 hours old."),
        (timedelta(days=3, hours=5), "is 3 days old."),
    ],
)
def test_the_age_of_the_last_one_is_told_in_words(age: timedelta, says: str) -> None:
    assert says in last_text([ONE], MADE_AT + age)
    assert "whole" in last_text([ONE], MADE_AT + age)


def test_a_line_tells_when_how_large_and_whether_it_is_sealed() -> None:
    assert line_of(ONE, UTC) == "21 Nov 2026 02:00 · 41.0 MB · nordby.heatdesk-backup · sealed"
    assert last_text([], datetime.now(UTC)).startswith("No backup")
