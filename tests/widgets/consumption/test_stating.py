"""Stating what a meter did not tell: with a reason, in plant time, and taken back again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from PyQt6.QtCore import QDateTime, QLocale
from PyQt6.QtWidgets import QInputDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.errors import BadInput
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    Shape,
    Spread,
    Stated,
    TakenBack,
    Withdrawn,
    as_listed,
)
from app.model.reading import PointId
from app.verbs import Capability
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click, type_text
from tests.fakes.smallplant import NOON
from tests.people import person
from widgets.consumption.stating import (
    Index,
    Kind,
    StatementForm,
    StatementList,
    figure_of,
    kind_words,
)

INDEX = Index(PointId("meter-1.energy"), "Energy, import", "kWh")
EIGHT = datetime(2026, 1, 20, 7, tzinfo=UTC)
TEN = EIGHT + timedelta(hours=2)
MakeDesk = Callable[..., Desk]


class Room:
    """A desk, a widget to stand on, and what was done there."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot, self.told = desk, qtbot, 0
        self.meters = desk.services.meters
        self.over = QWidget()
        qtbot.addWidget(self.over)

    def tell(self) -> None:
        self.told += 1

    def form(self, kind: Kind = Kind.EXCHANGE, seen: int = 0) -> StatementForm:
        made = StatementForm(self.desk.context, INDEX, seen, (EIGHT, TEN), self.tell, self.over)
        made.choose(kind)
        made.open()
        return made

    def listed(self) -> list[Stated]:
        return list(as_listed(tuple(self.meters.made)))

    def list_all(self) -> StatementList:
        made = StatementList(self.desk.context, INDEX, self.listed(), self.tell, self.over)
        made.open()
        return made


@pytest.fixture
def room(make_desk: MakeDesk, qtbot: QtBot) -> Room:
    return Room(make_desk(FakeServices()), qtbot)


def words_of(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(QLabel) if each.text()]


def buttons(widget: QWidget, text: str) -> list[QPushButton]:
    return [each for each in widget.findChildren(QPushButton) if each.text() == text]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Kind.EXCHANGE, Broken(EIGHT, Break.EXCHANGE, Decimal("812.40"), Decimal("0.3"))),
        (Kind.RESET, Broken(EIGHT, Break.RESET, Decimal("812.40"), Decimal("0.3"))),
        (Kind.READ, Entered(EIGHT, Decimal("500.5"))),
        (Kind.WITHDRAW, Withdrawn(EIGHT, TEN)),
        (Kind.ACCEPT, Accepted(EIGHT, TEN)),
        (Kind.SPREAD, Spread(EIGHT, TEN, Shape.EVEN)),
        (Kind.SPREAD_LIKE, Spread(EIGHT, TEN, Shape.WEEK_BEFORE)),
    ],
)
def test_each_kind_is_stated_as_it_was_typed(room: Room, kind: Kind, says: Edit) -> None:
    form = room.form(kind)
    form.final.setText("812.40")
    form.initial.setText("0.3")
    form.figure.setText("500.5")
    type_text(form.reason, "seen on site")
    click(form.send)
    room.qtbot.waitUntil(lambda: room.told == 1)
    (made,) = room.meters.made
    assert (made.says, made.reason, made.point) == (says, "seen on site", INDEX.point)
    assert not form.isVisible()
    assert kind_words(kind)


@pytest.mark.parametrize("kind", Kind)
def test_only_the_fields_that_a_kind_needs_are_there(room: Room, kind: Kind) -> None:
    form = room.form(kind)
    broken, span = (
        kind in (Kind.EXCHANGE, Kind.RESET),
        kind in (*(Kind.WITHDRAW, Kind.ACCEPT, Kind.SPREAD, Kind.SPREAD_LIKE),),
    )
    for field, there in (
        (form.at, True),
        (form.until, span),
        (form.final, broken),
        (form.initial, broken),
        (form.guessed, broken),
        (form.figure, kind is Kind.READ),
        (form.reason, True),
    ):
        assert field.isVisible() == there, field.accessibleName()
        assert field.accessibleName()


def test_nothing_is_stated_without_a_reason(room: Room) -> None:
    form = room.form()
    assert not form.send.isEnabled()
    type_text(form.reason, "   ")
    assert not form.send.isEnabled()
    type_text(form.reason, "another meter")
    assert form.send.isEnabled()


def test_a_figure_nobody_knows_is_left_empty_and_a_guess_says_so(room: Room) -> None:
    form = room.form()
    form.initial.setText("0")
    form.guessed.setChecked(True)
    assert form.edit() == Broken(EIGHT, Break.EXCHANGE, None, Decimal(0), None, estimated=True)


def test_the_time_is_that_of_the_plant(room: Room) -> None:
    form = room.form()
    assert form.at.dateTime().toString("yyyy-MM-dd HH:mm") == "2026-01-20 08:00"
    form.at.setDateTime(QDateTime(2026, 7, 1, 8, 30, 0))
    says = form.edit()
    assert isinstance(says, Broken)
    assert says.at == datetime(2026, 7, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "final", "figure", "swap", "says"),
    [
        (Kind.EXCHANGE, "many", "", False, "“many” is no number."),
        (Kind.EXCHANGE, "1,5", "", False, "“1,5” is no number."),
        (Kind.EXCHANGE, "Infinity", "", False, "is no number"),
        (Kind.READ, "", "", False, "Type what the index read."),
        (Kind.READ, "", "NaN", False, "is no number"),
        (Kind.SPREAD, "", "", True, "The end must be later than the begin."),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_and_stays_to_be_mended(
    room: Room,
    kind: Kind,
    final: str,
    figure: str,
    swap: bool,
    says: str,
) -> None:
    form = room.form(kind)
    form.final.setText(final)
    form.figure.setText(figure)
    if swap:
        form.until.setDateTime(form.at.dateTime())
    type_text(form.reason, "x")
    click(form.send)
    assert says in form.notice.says.text()
    assert form.isVisible()
    assert room.meters.made == []


def test_somebody_who_was_quicker_is_told_and_nothing_is_lost(room: Room) -> None:
    first, second = room.form(seen=0), room.form(seen=0)
    for form in (first, second):
        type_text(form.reason, "x")
    click(first.send)
    room.qtbot.waitUntil(lambda: room.told == 1)
    click(second.send)
    room.qtbot.waitUntil(second.notice.isVisible)
    assert "meanwhile" in second.notice.says.text()
    assert second.reason.text() == "x"
    assert second.send.isEnabled()
    assert len(room.meters.made) == 1


def test_a_figure_is_typed_in_the_language_of_the_screen() -> None:
    assert figure_of(" 1 234.50 ") == Decimal("1234.50")
    assert figure_of("") is None
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert figure_of("1.234,50") == Decimal("1234.50")
    assert figure_of("1234,5") == Decimal("1234.5")
    with pytest.raises(BadInput, match="decimals behind “,”"):
        figure_of("1234.5")


def test_while_everything_is_locked_the_password_is_asked_first(room: Room) -> None:
    lock, asked = room.desk.context.write_lock, list[int]()
    lock.lock_all()
    lock.wanted.connect(lambda *_: asked.append(1))
    form = room.form()
    type_text(form.reason, "x")
    click(form.send)
    assert asked
    assert room.meters.made == []


def test_what_was_stated_is_listed_with_who_why_and_when(room: Room) -> None:
    form = room.form()
    form.final.setText("812.40")
    form.initial.setText("0.3")
    type_text(form.reason, "worn out")
    click(form.send)
    room.qtbot.waitUntil(lambda: room.told == 1)
    shown = room.list_all()
    words = words_of(shown)
    assert "Meter exchanged 20 Jan 2026 08:00: 812.40 → 0.3 kWh" in words
    assert any(each.startswith("K. Lund, 20 Jan 2026 12:00") for each in words)
    assert "worn out" in words
    assert room.meters.made[0].at == NOON


def test_it_is_taken_back_with_a_reason_and_that_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = room.form(Kind.ACCEPT)
    type_text(form.reason, "x")
    click(form.send)
    room.qtbot.waitUntil(lambda: room.told == 1)
    answers = [("another meter", True), ("no, this one", True), ("", False)]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: answers.pop(0))
    (back,) = buttons(room.list_all(), "Take back…")
    click(back)
    room.qtbot.waitUntil(lambda: room.told == 2)
    first, taken = room.listed()
    assert (first.holds, taken.holds) == (False, True)
    assert taken.statement.says == TakenBack(first.statement.id)
    again = room.list_all()
    told = "Taken back: The jump is real 20 Jan 2026 08:00 – 10:00"
    assert told in words_of(again)
    assert "It was taken back and no longer holds." in words_of(again)
    (back,) = buttons(again, "Take back…")
    click(back)
    room.qtbot.waitUntil(lambda: room.told == 3)
    assert [each.holds for each in room.listed()] == [True, False, True]
    for back in buttons(room.list_all(), "Take back…"):
        click(back)
        break
    assert len(room.meters.made) == 3, "who gives no reason takes nothing back"


def test_a_list_of_nothing_says_what_belongs_there(room: Room) -> None:
    assert any("Nothing was stated" in each for each in words_of(room.list_all()))


def test_who_may_only_look_takes_nothing_back(make_desk: MakeDesk, qtbot: QtBot) -> None:
    see = frozenset({Capability.SEE_PLANT, Capability.SEE_HISTORY})
    room = Room(make_desk(FakeServices(), viewer=person("g", "Guest", "desk-1", see)), qtbot)
    form = room.form(Kind.ACCEPT)
    type_text(form.reason, "x")
    click(form.send)
    room.qtbot.waitUntil(lambda: bool(room.meters.made))
    (back,) = buttons(room.list_all(), "Take back…")
    assert not back.isEnabled()


def test_a_list_that_is_out_of_date_says_so(room: Room) -> None:
    form = room.form(Kind.ACCEPT)
    type_text(form.reason, "x")
    click(form.send)
    room.qtbot.waitUntil(lambda: room.told == 1)
    shown = room.list_all()
    second = room.form(Kind.RESET, seen=1)
    type_text(second.reason, "y")
    click(second.send)
    room.qtbot.waitUntil(lambda: room.told == 2)
    shown.take_back(room.meters.made[0], "z")
    room.qtbot.waitUntil(shown.notice.isVisible)
    assert "meanwhile" in shown.notice.says.text()
    assert len(room.meters.made) == 2
