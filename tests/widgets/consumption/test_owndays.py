"""Days of one's own: chosen by both ends, never ahead of today, never without end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from PyQt6.QtCore import QDate
from PyQt6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.widgets.eyes import wheel
from widgets.consumption.owndays import OwnDays
from widgets.consumption.stretch import FIRST, LONGEST_D, Scale, Stretch, own, stretch_of
from widgets.consumption.stretchbar import StretchBar

TODAY = date(2026, 1, 20)
ZONE = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def bar(qtbot: QtBot) -> StretchBar:
    made = StretchBar(lambda: datetime(2026, 1, 20, 11, tzinfo=UTC), ZONE)
    qtbot.addWidget(made)
    return made


def says(dialog: OwnDays) -> str:
    return " ".join(each.text() for each in dialog.findChildren(QLabel))


def test_it_begins_with_the_days_that_are_shown_and_not_ahead_of_today(
    bar: StretchBar, qtbot: QtBot
) -> None:
    dialog = OwnDays(stretch_of(Scale.MONTH, TODAY), TODAY, bar)
    assert dialog.stretch() == own(date(2026, 1, 1), date(2026, 1, 21))
    dialog.last.setDate(QDate(2027, 1, 1))
    assert dialog.stretch().after == date(2026, 1, 21)
    dialog.first.setDate(QDate(2026, 1, 19))
    assert dialog.stretch() == own(date(2026, 1, 19), date(2026, 1, 21))
    assert dialog.ok.isEnabled()


def test_no_day_is_asked_for_that_no_history_can_have(bar: StretchBar, qtbot: QtBot) -> None:
    dialog = OwnDays(stretch_of(Scale.MONTH, TODAY), TODAY, bar)
    dialog.first.setDate(QDate(1752, 9, 14))
    assert dialog.stretch().first >= FIRST
    before = dialog.stretch()
    for field in (dialog.first, dialog.last):
        wheel(field)
        wheel(field, 3)
    assert dialog.stretch() == before, "who rolls over a day means no other one"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (QDate(2026, 1, 20), QDate(2026, 1, 19), "The last day lies before the first."),
        (QDate(2024, 1, 1), QDate(2026, 1, 1), f"At most {LONGEST_D} days at a time."),
    ],
)
def test_what_makes_no_time_cannot_be_taken(
    bar: StretchBar, first: QDate, last: QDate, words: str
) -> None:
    dialog = OwnDays(stretch_of(Scale.DAY, TODAY), TODAY, bar)
    assert words not in says(dialog)
    dialog.first.setDate(first)
    dialog.last.setDate(last)
    assert words in says(dialog)
    assert not dialog.ok.isEnabled()
    dialog.first.setDate(last)
    assert dialog.ok.isEnabled()


def test_the_segment_asks_and_goes_back_when_nothing_was_chosen(
    bar: StretchBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Stretch] = []
    bar.chosen.connect(told.append)

    def choose(dialog: OwnDays) -> int:
        dialog.first.setDate(QDate(2026, 1, 3))
        dialog.last.setDate(QDate(2026, 1, 12))
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(OwnDays, "exec", choose)
    bar.segments.choose(5)
    assert told == [own(date(2026, 1, 3), date(2026, 1, 13))]
    assert bar.title.text() == "3 Jan 2026 – 12 Jan 2026"
    bar.go(-1)
    assert told[-1] == own(date(2025, 12, 24), date(2026, 1, 3))
    bar.go_to_now()
    assert told[-1] == own(date(2026, 1, 11), date(2026, 1, 21))
    assert bar.holds_the_present()

    monkeypatch.setattr(OwnDays, "exec", lambda _dialog: QDialog.DialogCode.Rejected)
    before = len(told)
    bar.ask()
    assert len(told) == before
    assert bar.stretch.scale is Scale.CUSTOM
