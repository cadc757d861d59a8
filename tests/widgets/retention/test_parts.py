"""The form of rules, the room on the disk and what goes next, each by itself."""

from datetime import UTC, datetime

import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.model.retention import (
    DataKind,
    KeepRule,
    KeepRules,
    KindOutcome,
    KindRoom,
    Room,
    Then,
    Thinning,
)
from app.retentiontext import kind_name
from widgets.retention.form import RulesForm
from widgets.retention.outlook import NextCard, RoomCard

JANUARY, MAY = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 5, 1, tzinfo=UTC)


def words(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


@pytest.fixture
def form(qtbot: QtBot) -> RulesForm:
    made = RulesForm()
    qtbot.addWidget(made)
    made.show_rules(KeepRules())
    made.show()
    return made


@pytest.fixture
def room(qtbot: QtBot) -> RoomCard:
    made = RoomCard()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def following(qtbot: QtBot) -> NextCard:
    made = NextCard()
    qtbot.addWidget(made)
    made.show()
    return made


def wheel(widget: QWidget) -> QWheelEvent:
    """Turn the wheel a notch over a widget; return what became of the event."""
    here = QPointF(5, 5)
    event = QWheelEvent(
        here,
        here,
        QPoint(0, 120),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(event)
    return event


@pytest.mark.parametrize("kind", list(DataKind))
def test_the_wheel_turns_the_page_and_no_rule(form: RulesForm, kind: DataKind) -> None:
    row = form.rows[kind]
    before = form.rules()
    for field in (row.months, row.years, row.then):
        assert not wheel(field).isAccepted()
    assert form.rules() == before


@pytest.mark.parametrize("kind", list(DataKind))
def test_every_field_says_whose_it_is_to_who_cannot_see_it(
    form: RulesForm, kind: DataKind
) -> None:
    row = form.rows[kind]
    for field in (row.months, row.years, row.then):
        assert field.accessibleName().startswith(kind_name(kind))


@pytest.mark.parametrize(
    "rule",
    [
        KeepRule(),
        KeepRule(0, 0),
        KeepRule(24, 0),
        KeepRule(2, 1, Then.NOTHING),
        KeepRule(1200, 100),
    ],
)
def test_whatever_rule_is_shown_is_read_again(form: RulesForm, rule: KeepRule) -> None:
    rules = KeepRules(dict.fromkeys(DataKind, rule))
    form.show_rules(rules)
    assert form.rules() == rules


def test_showing_rules_tells_of_one_change_and_typing_of_each(
    form: RulesForm, qtbot: QtBot
) -> None:
    told: list[KeepRules] = []
    form.edited.connect(lambda: told.append(form.rules()))
    form.show_rules(KeepRules({kind: KeepRule(24, 7) for kind in DataKind}))
    assert len(told) == 1
    form.rows[DataKind.STATE].months.setValue(36)
    form.rows[DataKind.STATE].then.setCurrentIndex(1)
    assert len(told) == 3
    assert told[-1].of[DataKind.STATE] == KeepRule(36, 7, Then.NOTHING)
    assert told[-1].of[DataKind.COUNTER] == KeepRule(24, 7)


def test_what_cannot_matter_cannot_be_chosen(form: RulesForm) -> None:
    row = form.rows[DataKind.COUNTER]
    row.years.setValue(0)
    assert not row.then.isEnabled()  # one a day for ever: nothing comes after that
    row.years.setValue(6)
    assert row.then.isEnabled()
    row.months.setValue(0)
    assert not row.then.isEnabled()
    assert row.years.isEnabled()  # to be set to 0 as well, else it contradicts
    row.years.setValue(0)
    assert not row.years.isEnabled()


def test_every_kind_has_its_room_and_the_sum_stands_below(room: RoomCard) -> None:
    kinds = (
        KindRoom("counter", 10, 61_000_000),
        KindRoom("figures", 0, 39_000_000),
        KindRoom("rest", 0, 20_000_000_000),
    )
    room.show_room(Room(kinds, 8_000_000_000, 5_000_000, None), UTC)
    shown = words(room)
    assert kind_name(DataKind.COUNTER) in shown
    assert "61.0 MB" in shown
    assert "20 GB" in shown
    assert shown[-2:] == ["Together", "20 GB"]
    assert any("5.0 MB" in each for each in shown)
    assert room.full.text() == "The disk is large enough for the next fifty years."


def test_what_a_month_adds_is_not_told_before_one_was_seen(room: RoomCard) -> None:
    kinds = (KindRoom("counter", 10, 300_000),)
    room.show_room(Room(kinds, 52_000_000_000, 0, None, known=False), UTC)
    assert room.says.text() == "52 GB may be filled."
    assert room.full.text().endswith("after the first whole month.")
    assert room.full.wordWrap()  # a long sentence pushes no card out of sight


def test_fewer_rows_leave_none_of_the_old_ones_behind(room: RoomCard) -> None:
    many = tuple(KindRoom(kind.value, 1, 5_000_000) for kind in DataKind)
    room.show_room(Room(many, 1, 1, MAY), UTC)
    assert words(room).count("5.0 MB") == len(DataKind)
    room.show_room(Room(many[:1], 1, 1, MAY), UTC)
    assert words(room).count("5.0 MB") == 2  # the one, and the sum
    assert room.full.text() == "The disk will be full in 2020-05."


def test_what_would_go_and_what_went_are_told_apart(following: NextCard) -> None:
    outcome = KindOutcome(DataKind.MEASURED, 3_000, 2_900, 0)
    would = Thinning((outcome,), JANUARY, MAY)
    following.show_thinning(would, done=False)
    assert following.says.text().endswith("2020-01 to 2020-05 would go.")
    following.show_thinning(would, done=True)
    assert following.says.text().endswith("2020-01 to 2020-05 went.")
    assert not any("because a sum needs them" in each for each in words(following))
    kept = KindOutcome(DataKind.COUNTER, 3_000, 2_900, 17)
    following.show_thinning(Thinning((kept,), JANUARY, MAY), done=False)
    assert "17 stay because a sum needs them" in words(following)


def test_nothing_old_enough_and_nothing_tried_are_sentences(following: NextCard) -> None:
    at_first = following.says.text()
    assert "Try the rules" in at_first
    following.show_thinning(Thinning((), None, None), done=False)
    assert following.says.text() == "Nothing is old enough: no sample goes."
    following.clear()
    assert following.says.text() == at_first
    assert words(following)[-1] == at_first
