"""The same value is drawn the same everywhere, with room for what stands beside it."""

from datetime import UTC, datetime

import numpy as np
import pytest
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from tests.pixels import colours_of, number_of
from widgets.controls.quality import Shown, Style
from widgets.controls.value_label import ValueLabel
from widgets.controls.valuepainter import ValuePainter, value_width
from widgets.pointfeed import PointFeed
from widgets.theme import Look, load_theme

NOON = datetime(2026, 1, 20, 11, tzinfo=UTC)
SUPPLY = PointId("ahornvej-14.s3")
NEAR = 40
LONG_UNIT = "Einheit nicht gesetzt"
SPEC = PointSpec("s3", "S3 Heating flow", "°C", 1)


def drawn(shown: Shown, *, decimals: int = 0, width: int = 200) -> QImage:
    theme = load_theme("day")
    image = QImage(width, 24, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.surface))
    painter = QPainter(image)
    box = QRectF(0, 0, width, 24)
    ValuePainter(theme, decimals=decimals).paint(painter, box, shown)
    painter.end()
    return image


def inked(image: QImage) -> list[int]:
    ground = number_of(QColor(load_theme("day").surface))
    return [int(x) for x in np.flatnonzero((colours_of(image) != ground).any(axis=0))]


@pytest.mark.parametrize("style", list(Style))
def test_every_style_fits_the_width_it_asks_for(qtbot: QtBot, style: Style) -> None:
    shown = Shown("51.6", style, "°C", "14 min" if style is Style.STALE else "")
    ink = inked(drawn(shown))
    assert ink[-1] < 200
    assert 200 - ink[0] <= value_width(shown) + 2


def test_no_two_styles_look_alike(qtbot: QtBot) -> None:
    words = {Style.UNCERTAIN: "~51.6", Style.BAD: "–", Style.NONE: "–"}
    looks = set()
    for style in Style:
        image = drawn(Shown(words.get(style, "51.6"), style))
        looks.add(colours_of(image).tobytes())
    assert len(looks) == len(Style)


def test_numbers_of_different_resolution_stand_on_one_decimal_mark(qtbot: QtBot) -> None:
    whole = inked(drawn(Shown("46", Style.PLAIN), decimals=2))
    fine = inked(drawn(Shown("46.00", Style.PLAIN), decimals=2))
    assert whole[0] == fine[0]
    assert whole[-1] < fine[-1]


def test_a_word_longer_than_its_room_is_shortened_not_cut(qtbot: QtBot) -> None:
    ink = inked(drawn(Shown("sensor S2 defective, temperature", Style.PLAIN), width=90))
    assert ink[0] >= 0
    assert ink[-1] < 90


@pytest.mark.parametrize("width", [24, 40, 60])
@pytest.mark.parametrize("start", ["1 474 03", "−12.3", "≤ 40", "OFF, 10 – 11"])
def test_a_number_without_room_is_smaller_but_never_cut(
    qtbot: QtBot, start: str, width: int
) -> None:
    looks = [drawn(Shown(f"{start}{end}", Style.PLAIN), width=width) for end in "388"]
    assert looks[1] == looks[2]
    assert looks[0] != looks[1]  # its last figure is there to be seen
    assert inked(looks[0])[-1] < width


def test_a_unit_longer_than_its_room_gives_way_to_the_number(qtbot: QtBot) -> None:
    live = number_of(QColor(load_theme("day").live_value))

    def number(shown: Shown) -> list[int]:
        rows = colours_of(drawn(shown, width=84))
        return [int(x) for x in np.flatnonzero((rows == live).any(axis=0))]

    whole, beside = (number(Shown("128.4", Style.PLAIN, unit)) for unit in ("", LONG_UNIT))
    assert inked(drawn(Shown("128.4", Style.PLAIN, LONG_UNIT), width=84))[0] > 0
    assert beside[-1] - beside[0] == pytest.approx(whole[-1] - whole[0], abs=1)
    assert beside[-1] < whole[-1] - 20  # a good part of the unit stands there


@pytest.mark.parametrize("size_px", [13, 16, 26])
def test_number_and_unit_stand_on_one_line(qtbot: QtBot, size_px: int) -> None:
    theme = load_theme("day")

    def lowest(shown: Shown, ink: str) -> int:
        image = QImage(200, 40, QImage.Format.Format_RGB32)
        image.fill(QColor(theme.surface))
        painter = QPainter(image)
        ValuePainter(theme, size_px, strong=True).paint(painter, QRectF(0, 0, 200, 40), shown)
        painter.end()
        near = QColor(ink)
        return max(
            y
            for y in range(40)
            for x in range(200)
            if abs(QColor(image.pixel(x, y)).lightness() - near.lightness()) < NEAR
        )

    number = lowest(Shown("51", Style.PLAIN), theme.live_value)
    unit = lowest(Shown("", Style.PLAIN, "kW"), theme.quiet)
    assert abs(number - unit) <= 1


def test_a_label_follows_its_point_and_says_its_quality(qtbot: QtBot) -> None:
    feed = PointFeed()
    label = ValueLabel(SUPPLY, SPEC, feed, Look(), lambda: NOON)
    qtbot.addWidget(label)
    assert label.text == "–, no value"
    feed.offer([Reading(SUPPLY, 51.6, Quality.GOOD, NOON)])
    feed.refresh()
    assert label.text == "51.6 °C"
    narrow = label.sizeHint().width()
    feed.offer([Reading(SUPPLY, 51.6, Quality.STALE, NOON)])
    feed.refresh()
    assert label.text == "51.6 °C, stale, 0 s old"
    assert label.sizeHint().width() > narrow
    assert label.accessibleName() == "S3 Heating flow"
    assert label.accessibleDescription() == label.text
