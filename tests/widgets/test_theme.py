"""Both looks can be read by everybody: contrast is counted, not judged by eye."""

from itertools import product

import pytest
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.errors import BadInput
from widgets.theme import THEMES, Look, Theme, contrast, load_theme, theme_from

TEXT = 4.5  # WCAG 2.2, 1.4.3
SHAPE = 3.0  # WCAG 2.2, 1.4.11


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


def grounds(theme: Theme) -> tuple[str, ...]:
    return theme.window, theme.surface, theme.selection, theme.hover


def test_black_on_white_is_the_greatest_contrast_there_is() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#556070", "#556070") == pytest.approx(1.0)


def test_every_text_can_be_read_on_every_ground(theme: Theme) -> None:
    texts = (theme.text, theme.quiet, theme.live_value)
    for text, ground in product(texts, grounds(theme)):
        assert contrast(text, ground) >= TEXT, (theme.name, text, ground)


def test_accent_edges_of_alarms_and_pens_can_be_read_on_window_and_surface(
    theme: Theme,
) -> None:
    inks = (theme.accent, *(each.edge for each in theme.alarms), *theme.pens)
    for ink, ground in product(inks, (theme.window, theme.surface)):
        assert contrast(ink, ground) >= TEXT, (theme.name, ink, ground)


def test_symbols_control_edges_and_focus_stand_out_on_every_ground(theme: Theme) -> None:
    shapes = (theme.process_line, theme.symbol_run, theme.control_edge, theme.accent)
    for shape, ground in product(shapes, grounds(theme)):
        assert contrast(shape, ground) >= SHAPE, (theme.name, shape, ground)


def test_pipes_and_the_hatch_of_bad_values_stand_out(theme: Theme) -> None:
    shapes = (theme.supply_pipe, theme.return_pipe, theme.bad_hatch)
    for shape, ground in product(shapes, (theme.window, theme.surface)):
        assert contrast(shape, ground) >= SHAPE, (theme.name, shape, ground)


def test_words_on_filled_shapes_can_be_read(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= TEXT
    assert contrast(theme.on_run, theme.symbol_run) >= TEXT
    for marker in theme.alarms:
        assert contrast(marker.number, marker.fill) >= 5.8


def test_a_priority_nobody_defined_looks_like_the_nearest() -> None:
    theme = load_theme("day")
    assert theme.alarm(0) == theme.alarm(1)
    assert theme.alarm(9) == theme.alarm(4)


def test_a_theme_nobody_made_is_refused_by_name() -> None:
    with pytest.raises(BadInput, match="no theme 'dusk'; there are day, night"):
        load_theme("dusk")


def test_a_theme_file_with_a_missing_or_wrong_colour_names_the_file() -> None:
    with pytest.raises(BadInput, match=r"dawn\.toml"):
        theme_from({"name": "dawn", "dark": False, "colours": {}, "alarms": []}, "dawn.toml")
    day = load_theme("day")
    colours = day.tokens() | {"text": "blueish"}
    colours.pop("alarm_edge")
    table = {
        "name": "dawn",
        "dark": False,
        "colours": colours,
        "alarms": [{"fill": "#000000", "number": "#FFFFFF", "edge": "#000000"}],
        "pens": {"colours": ["#000000"]},
    }
    with pytest.raises(BadInput, match=r"dawn\.toml: 'blueish' is no colour"):
        theme_from(table, "dawn.toml")


def test_switching_the_look_changes_open_windows(qtbot: QtBot, qapp: QApplication) -> None:
    look = Look("day")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(look.changed):
        look.use("night")

    assert look.theme.dark
    assert window.palette().window().color() == QColor(look.theme.window)
    with qtbot.assertNotEmitted(look.changed):
        look.use("night")
    look.use("day")
    assert qapp.font().family() == "FiraGO"
