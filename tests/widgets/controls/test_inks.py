"""What painting keeps: the same colours, widths and dots as Qt's own, asked for once."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QFontMetrics, QFontMetricsF
from pytestqt.qtbot import QtBot

from widgets.controls.inks import Letters, ink, letters, pen
from widgets.controls.table import Table
from widgets.fonts import BODY_PX, font
from widgets.models.rows import Cell, Column, RowsModel
from widgets.theme import Look


def test_a_colour_is_read_once_and_a_pen_has_its_width() -> None:
    assert ink("#3fae5a") == QColor("#3fae5a")
    assert ink("#3fae5a") is ink("#3fae5a")
    assert (pen("#3fae5a", 2).widthF(), pen("#3fae5a").widthF()) == (2.0, 1.0)


def test_texts_have_the_width_and_the_dots_that_qt_gives_them(qtbot: QtBot) -> None:
    face = font(BODY_PX)
    measured = Letters(face)
    for text in ("Fernwärmeübergabestation Ahornvej 14", "61.4", "", "Ø"):
        assert measured.wide(text) == QFontMetricsF(face).horizontalAdvance(text)
        for room in (0, 40, 4000):
            dots = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, room)
            assert measured.elided(text, room) == dots


def test_names_that_begin_alike_are_told_apart_by_their_ends(qtbot: QtBot) -> None:
    letters = Letters(font(BODY_PX))
    names = [f"Main heat meter {place}" for place in ("Havnen", "Havnegade", "Midtbyen")]
    for room in (110, 124):
        shown = [letters.elided(name, room, True) for name in names]
        assert len(set(shown)) == len(names)
        for each, name in zip(shown, names, strict=True):
            assert "…" in each
            assert each.endswith(name[-3:])
    assert letters.elided(names[0], 4000, True) == names[0]
    assert letters.elided(names[0], 110) == letters.elided(names[1], 110), (
        "by their begins: not"
    )


def test_all_who_paint_in_a_size_share_its_letters(qtbot: QtBot) -> None:
    """Each table with its own would keep thousands of texts of its own."""
    assert letters(BODY_PX) is letters(BODY_PX)
    assert letters(BODY_PX, strong=True) is not letters(BODY_PX)
    assert letters(BODY_PX, italic=True).face.italic()


def test_the_ring_goes_with_the_focus(qtbot: QtBot) -> None:
    """The row is found once a painting, not for each cell: it must be found at each one."""
    column: Column[str] = Column("name", lambda: "Name", Cell)
    model: RowsModel[str] = RowsModel([column], key=str)
    look = Look("day")
    table = Table(model, look, "names")
    qtbot.addWidget(table)
    model.replace(["one", "two"])
    table.resize(200, 140)
    table.show()
    qtbot.waitExposed(table)
    ring = ink(look.theme.accent)

    def ringed() -> list[int]:
        ground = table.viewport()
        assert ground is not None
        picture = ground.grab().toImage()
        tops = [table.rowViewportPosition(row) + 1 for row in (0, 1)]
        return [row for row, y in enumerate(tops) if picture.pixelColor(60, y) == ring]

    assert ringed() == []
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.setCurrentIndex(model.index(0, 0))
    assert ringed() == [0]
    table.setCurrentIndex(model.index(1, 0))
    assert ringed() == [1]
    table.clearFocus()
    assert ringed() == []
