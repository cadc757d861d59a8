"""A log of any length: only what is looked at is asked for, once, and little is kept."""

from datetime import timedelta

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.auditverbs import AuditEntry
from tests.fakes.smallplant import NOON
from widgets.auditlog.model import BLOCK, MOST_KEPT, LogLine, LogLines, LogModel
from widgets.auditlog.table import LogTable
from widgets.fonts import BODY_PX, font
from widgets.models.rows import Cell, Column
from widgets.theme import Look

COLUMNS: tuple[Column[AuditEntry], ...] = (
    Column("seq", lambda: "No.", lambda each: Cell(str(each.seq)), 56),
    Column("who", lambda: "Who", lambda each: Cell(each.name), 132),
    Column("reason", lambda: "Reason", lambda each: Cell(each.reason), 200),
)


def entry(seq: int) -> AuditEntry:
    at = NOON + timedelta(minutes=seq)
    empty = ("", "", "", "done", "")
    return AuditEntry(seq, at, "ole", f"Ole {seq}", "desk-2", "write", *empty)


class Shown:
    """A model of numbers, and what it asked for."""

    def __init__(self, qtbot: QtBot, numbers: range) -> None:
        self.qtbot = qtbot
        self.model = LogModel(COLUMNS)
        self.asked: list[list[int]] = []
        self.model.wanted.connect(self.asked.append)
        self.model.show(numbers)

    def look(self, *rows: int) -> None:
        for row in rows:
            self.model.row(self.model.index(row, 0))
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: not self.model._soon.isActive())

    def waits(self) -> bool:
        return self.model.is_waiting

    def text(self, row: int, column: int) -> str:
        return self.model.columns[column].cell(self.model.rows[row]).text


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot, range(10_000, 0, -1))


def test_rows_that_did_not_come_yet_have_their_numbers(shown: Shown) -> None:
    assert shown.model.rowCount() == 10_000
    assert [shown.text(0, at) for at in range(3)] == ["10000", "…", "…"]
    shown.model.take([entry(10_000)])
    assert [shown.text(0, at) for at in range(2)] == ["10000", "Ole 10000"]


def test_all_that_is_painted_is_one_question_and_asked_once(shown: Shown) -> None:
    shown.look(*range(190, 215))
    assert len(shown.asked) == 1
    assert shown.asked[0] == list(range(10_000, 10_000 - 2 * BLOCK, -1))
    shown.look(*range(190, 215))
    assert len(shown.asked) == 1, "it is under way"
    assert shown.waits()
    shown.model.take([entry(each) for each in shown.asked[0]])
    assert not shown.waits()
    shown.look(*range(190, 215))
    assert len(shown.asked) == 1, "it is here"


def test_a_flight_past_thousands_of_rows_asks_for_where_it_ends(shown: Shown) -> None:
    shown.look(*range(0, 10_000, 50))
    (asked,) = shown.asked
    assert len(asked) == 2 * BLOCK
    assert asked[-1] == 1


def test_the_last_block_is_as_short_as_it_is(qtbot: QtBot) -> None:
    shown = Shown(qtbot, range(BLOCK + 3, 0, -1))
    shown.look(BLOCK + 1)
    assert shown.asked == [[3, 2, 1]]


def test_what_the_core_could_not_tell_is_asked_for_again(shown: Shown) -> None:
    shown.look(0)
    shown.model.give_up()
    assert not shown.waits()
    shown.look(0)
    assert len(shown.asked) == 2


def test_another_order_keeps_the_entries_that_are_here(shown: Shown) -> None:
    shown.model.take([entry(3), entry(2)])
    shown.model.show((2, 3, 4))
    assert [shown.text(row, 1) for row in range(3)] == ["Ole 2", "Ole 3", "…"]
    assert [shown.model.position(each) for each in (3, 4, 5, "3")] == [1, 2, None, None]
    shown.model.show((4, 3))
    assert shown.model.position(3) == 1
    assert shown.model.position(2) is None
    shown.model.forget()
    assert shown.text(1, 1) == "…"


def test_the_oldest_fetched_give_way_and_those_fetched_again_stay(qtbot: QtBot) -> None:
    shown = Shown(qtbot, range(MOST_KEPT + 3, 0, -1))
    shown.model.take([entry(each) for each in range(1, MOST_KEPT + 1)])
    shown.model.take([entry(1)])
    shown.model.take([entry(MOST_KEPT + 1), entry(MOST_KEPT + 2)])
    kept = shown.model.lines.entries
    assert len(kept) == MOST_KEPT
    assert 1 in kept
    assert not {2, 3} & set(kept)


def test_sorting_tells_the_core_and_moves_nothing_here(shown: Shown) -> None:
    heard: list[tuple[str, bool]] = []
    shown.model.ordered.connect(lambda: heard.append(shown.model.order))
    assert shown.model.order == ("seq", True)
    shown.model.sort(1)
    shown.model.sort(2, Qt.SortOrder.DescendingOrder)
    shown.model.sort(-1)
    assert heard == [("who", False), ("reason", True), ("seq", True)]
    assert shown.model.rows[0].seq == 10_000


def test_a_row_that_is_gone_by_now_is_none(shown: Shown) -> None:
    index = shown.model.index(9, 0)
    shown.model.show((1, 2))
    assert shown.model.row(index) is None
    assert shown.model.row(shown.model.index(-1, 0)) is None
    shown.model.show(())
    shown.look(0)
    assert shown.asked == []


def test_rows_are_sliced_walked_and_counted_like_any_list() -> None:
    lines = LogLines((5, 4, 3), {4: entry(4)})
    assert len(lines) == 3
    assert lines[1] == LogLine(4, entry(4))
    assert lines[-1] == LogLine(3, None)
    assert lines[:2] == [LogLine(5, None), LogLine(4, entry(4))]
    assert [each.seq for each in lines] == [5, 4, 3]
    with pytest.raises(IndexError):
        _ = lines[3]


@pytest.mark.parametrize("width", [200, 400, 1000, 2000])
def test_columns_share_the_window_and_none_is_too_narrow_to_take_hold_of(
    qtbot: QtBot, width: int
) -> None:
    model = LogModel(COLUMNS)
    table = LogTable(model, Look("day"))
    qtbot.addWidget(table)
    table.resize(width, 300)
    table.show()
    table.spread()
    head, ground = table.horizontalHeader(), table.viewport()
    assert head is not None
    assert ground is not None
    sizes = [head.sectionSize(at) for at in range(3)]
    assert min(sizes) >= 48
    assert sum(sizes) == ground.width()
    assert sizes[2] >= sizes[1] >= sizes[0]


def test_entries_that_come_are_told_to_the_table(qtbot: QtBot) -> None:
    model = LogModel(COLUMNS)
    model.show([5, 4, 3])
    with qtbot.waitSignal(model.dataChanged) as told:
        model.take([entry(4)])
    assert [index.row() for index in (told.args or [])[:2]] == [0, 2]


def test_what_was_done_is_never_cut_though_it_came_after_the_columns_were_laid_out(
    qtbot: QtBot,
) -> None:
    long = "alarm acknowledged by hand"
    columns: tuple[Column[AuditEntry], ...] = (
        Column("verb", lambda: "What", lambda _each: Cell(long), 60),
        Column("reason", lambda: "Reason", lambda _each: Cell("x" * 300), 400),
    )
    model = LogModel(columns)
    table = LogTable(model, Look("day"))
    qtbot.addWidget(table)
    table.resize(460, 300)
    table.show()
    model.show([1])
    model.take([entry(1)])
    head, ground = table.horizontalHeader(), table.viewport()
    assert head is not None
    assert ground is not None
    assert head.sectionSize(0) > QFontMetrics(font(BODY_PX)).horizontalAdvance(long)
    assert head.sectionSize(0) + head.sectionSize(1) == ground.width()


def test_an_empty_column_leaves_its_room_to_those_with_words(qtbot: QtBot) -> None:
    when, who = "21 Nov 2026 18:18:18", "Administrator of Østerby"
    columns: tuple[Column[AuditEntry], ...] = (
        Column("at", lambda: "When", lambda _each: Cell(when), 60),
        Column("who", lambda: "Who", lambda _each: Cell(who), 60),
        Column("old", lambda: "Old", lambda _each: Cell(""), 300),
        Column("new", lambda: "New", lambda _each: Cell("version 12"), 40),
        Column("reason", lambda: "Reason", lambda _each: Cell("x" * 300), 100),
    )
    model = LogModel(columns)
    table = LogTable(model, Look("day"))
    qtbot.addWidget(table)
    table.resize(760, 300)
    table.show()
    model.show([1])
    model.take([entry(1)])
    head, ground = table.horizontalHeader(), table.viewport()
    assert head is not None
    assert ground is not None
    letters, sizes = QFontMetrics(font(BODY_PX)), [head.sectionSize(at) for at in range(5)]
    for at, words in ((0, when), (1, who), (3, "version 12")):
        assert sizes[at] > letters.horizontalAdvance(words), words
    assert sizes[2] < 80, "nothing stands in it"
    assert sum(sizes) == ground.width()
