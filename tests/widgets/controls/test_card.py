"""The boxes of a page hold long names, say their choices aloud, and obey the keyboard."""

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click, key, type_text
from tests.widgets.eyes import LONG, MARKUP, button_named, colours, overlapping, words
from widgets.controls.card import (
    HEAD_PX,
    Bar,
    Card,
    Elided,
    EmptyState,
    PageHead,
    Search,
    Segments,
)
from widgets.controls.plain import button, label
from widgets.theme import THEMES, Look


def shown(widget: QWidget, qtbot: QtBot, width: int = 400, height: int = 200) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(width, height)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def test_a_card_without_title_has_no_head(qtbot: QtBot) -> None:
    bare, titled = Card(), Card("Groups", "of Ahornvej 14")
    for each in (bare, titled):
        shown(each, qtbot)
    assert not bare.head.isVisible()
    assert titled.head.height() == HEAD_PX
    assert words(titled) == ["Groups", "of Ahornvej 14"]


@pytest.mark.parametrize("name", [LONG, MARKUP, "x" * 300], ids=["long", "markup", "endless"])
def test_a_long_title_leaves_the_tools_of_a_card_in_sight(qtbot: QtBot, name: str) -> None:
    card = Card(name, name)
    card.head.add(button("Discard all", card.hide))
    card.setFixedWidth(400)
    shown(card, qtbot)
    tool = button_named(card, "Discard all")
    assert tool.mapTo(card, QPoint(tool.width(), 0)).x() <= 400
    assert tool.width() >= tool.sizeHint().width()
    assert card.title.text() == name


def test_the_words_beside_a_short_title_give_way_before_it(qtbot: QtBot) -> None:
    card = Card("Nach Tagen", "Wählen Sie Geräte, um ihre Tage zu sehen, eines oder mehrere")
    card.setFixedWidth(300)
    shown(card, qtbot, 300)
    assert not card.title.toolTip(), "it stands there whole"
    assert card.subtitle.toolTip()
    card.setFixedWidth(180)
    QApplication.processEvents()
    assert not card.title.toolTip()


def test_what_gives_way_to_the_room_is_whole_in_its_tip(qtbot: QtBot) -> None:
    line = Elided(MARKUP + LONG, "title")
    shown(line, qtbot, 120, 30)
    assert line.toolTip().startswith("<p style='white-space:pre-wrap'>&lt;b&gt;x&lt;/b&gt;")
    assert LONG in line.toolTip()
    line.setText("Ahornvej 14")
    assert line.toolTip() == ""
    line.setText(LONG)
    line.resize(line.fontMetrics().horizontalAdvance(LONG) + 4, 30)
    QApplication.processEvents()
    assert line.toolTip() == ""


@pytest.mark.parametrize("name", THEMES)
def test_a_shortened_line_is_written_in_its_own_colour(qtbot: QtBot, name: str) -> None:
    look = Look(name)
    line = Elided(LONG, "quiet")
    shown(line, qtbot, 160, 30)
    ink = QColor(look.theme.quiet).name()
    assert ink in colours(line.grab().toImage())
    line.setText("short")
    assert ink in colours(line.grab().toImage())
    Look("day")


def test_a_shortened_line_keeps_its_margins(qtbot: QtBot) -> None:
    made = Elided(LONG, "")
    made.setContentsMargins(40, 0, 20, 0)
    shown(made, qtbot, 200, 24)
    assert made.toolTip()
    image = made.grab().toImage()
    ground = image.pixelColor(2, 2)
    bare = [
        all(image.pixelColor(x, y) == ground for y in range(image.height()))
        for x in range(image.width())
    ]
    assert all(bare[:40]), "it begins where a line that has room does"
    assert all(bare[182:])
    assert not all(bare)


def test_a_page_head_gives_its_tools_the_room_they_need(qtbot: QtBot) -> None:
    head = PageHead(LONG)
    head.beside.setText(LONG)
    tools = [button(word, head.hide) for word in ("Commissioning report", "Read again")]
    for each in tools:
        head.tools.addWidget(each)
    head.left.addWidget(label("Online 32 ms"))
    shown(head, qtbot, 900, 48)
    assert head.height() == 48
    for each in tools:
        assert each.width() >= each.sizeHint().width()
        assert each.mapTo(head, QPoint(each.width(), 0)).x() <= 900
    assert list(overlapping([head.title, head.beside, *tools], head)) == []


def test_a_bar_keeps_its_height_and_its_order(qtbot: QtBot) -> None:
    parts = [label(word) for word in ("one", "two", "three")]
    bar = Bar("toolbar", 48).add(*parts[:2]).stretch().add(parts[2])
    shown(bar, qtbot, 600, 300)
    assert bar.height() == 48
    places = [each.x() for each in parts]
    assert places == sorted(places)
    assert parts[2].geometry().right() > 500


def test_an_empty_state_offers_the_one_action_that_fills_it(qtbot: QtBot) -> None:
    pressed: list[str] = []
    empty = EmptyState(
        "Nothing yet.", action="Make a report", pressed=lambda: pressed.append("report")
    )
    shown(empty, qtbot)
    act = button_named(empty, "Make a report")
    act.setFocus()
    key(act, Qt.Key.Key_Space)
    assert pressed == ["report"]
    assert shown(EmptyState("Nothing yet."), qtbot).findChildren(QPushButton) == []


def test_a_long_empty_state_shows_every_line(qtbot: QtBot) -> None:
    empty = EmptyState(LONG)
    shown(empty, qtbot, 600, 400)
    needed = empty.says.heightForWidth(empty.says.width())
    assert empty.says.height() >= needed


def test_an_empty_state_in_a_narrow_card_is_not_cut(qtbot: QtBot) -> None:
    beside = QWidget()
    row = QHBoxLayout(beside)
    card = Card()
    empty = EmptyState("Choose somebody to see what they were given and what they may do.")
    card.body.addWidget(empty)
    card.setFixedWidth(320)
    row.addWidget(card)
    shown(beside, qtbot, 340, 300)
    QApplication.processEvents()
    says = empty.says
    begins = says.mapTo(card, QPoint(0, 0)).x()
    assert 0 <= begins < begins + says.width() <= card.width(), "its words end in the card"
    assert says.height() >= says.heightForWidth(says.width())


def choices(qtbot: QtBot) -> tuple[Segments, list[int]]:
    made = Segments(("Active", "History & more", "<b>x</b>"), "Which alarms")
    told: list[int] = []
    made.chosen.connect(told.append)
    shown(made, qtbot)
    return made, told


def segment(segments: Segments, at: int) -> QPushButton:
    return segments.findChildren(QPushButton)[at]


def on(segments: Segments) -> list[bool]:
    return [each.isChecked() for each in segments.findChildren(QPushButton)]


def test_exactly_one_segment_is_on_and_a_second_click_changes_nothing(qtbot: QtBot) -> None:
    segments, told = choices(qtbot)
    assert on(segments) == [True, False, False]
    click(segment(segments, 1))
    click(segment(segments, 1))
    assert on(segments) == [False, True, False]
    assert set(told) == {1}


def test_arrows_and_space_choose_a_segment(qtbot: QtBot) -> None:
    segments, told = choices(qtbot)
    segment(segments, 0).setFocus()
    key(segment(segments, 0), Qt.Key.Key_Right)
    assert on(segments) == [False, True, False]
    assert told == [1]
    key(segment(segments, 1), Qt.Key.Key_Right)
    key(segment(segments, 2), Qt.Key.Key_Space)
    assert on(segments) == [False, False, True]
    assert told[:2] == [1, 2]


def test_a_segment_says_which_choice_it_belongs_to_and_its_count(qtbot: QtBot) -> None:
    segments, _told = choices(qtbot)
    assert segments.accessibleName() == "Which alarms"
    assert segment(segments, 1).accessibleName() == "Which alarms: History & more"
    assert segment(segments, 1).text() == "History && more"
    segments.rename(0, "Active 6")
    assert segment(segments, 0).text() == "Active 6"
    assert segment(segments, 0).accessibleName() == "Which alarms: Active 6"
    segments.rename(7, "nobody")


def test_choosing_from_elsewhere_is_told_like_a_click(qtbot: QtBot) -> None:
    segments, told = choices(qtbot)
    segments.choose(2)
    segments.choose(9)
    assert on(segments) == [False, False, True]
    assert told == [2]


@pytest.mark.parametrize("name", THEMES)
def test_the_segment_that_is_on_stands_out(qtbot: QtBot, name: str) -> None:
    look = Look(name)
    segments, _told = choices(qtbot)
    rest = colours(segment(segments, 1).grab().toImage())
    segments.choose(1)
    chosen = colours(segment(segments, 1).grab().toImage())
    assert QColor(look.theme.selection).name() in chosen - rest
    assert QColor(look.theme.accent).name() in chosen - rest
    Look("day")


def test_escape_clears_a_search_and_a_second_one_is_for_the_window(qtbot: QtBot) -> None:
    box = QWidget()
    search = Search("Find in list", Look())
    QHBoxLayout(box).addWidget(search)
    heard: list[str] = []
    search.textChanged.connect(heard.append)
    shown(box, qtbot)
    search.setFocus()
    type_text(search, "ahorn")
    key(search, Qt.Key.Key_Escape)
    assert heard[-2:] == ["ahorn", ""]
    key(search, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert search.hasFocus()


def test_a_search_is_named_and_as_wide_as_its_neighbours(qtbot: QtBot) -> None:
    search = Search("Find setting or ID", Look())
    shown(search, qtbot)
    assert search.accessibleName() == search.placeholderText() == "Find setting or ID"
    assert search.width() == 200
    assert not search.isClearButtonEnabled()


def test_every_label_of_a_card_shows_a_name_as_it_is(qtbot: QtBot) -> None:
    card = Card(MARKUP, MARKUP)
    column = QVBoxLayout()
    column.addWidget(EmptyState(MARKUP))
    card.body.addLayout(column)
    shown(card, qtbot, 800, 300)
    for each in card.findChildren(QLabel):
        assert each.textFormat() is Qt.TextFormat.PlainText, each.text()
