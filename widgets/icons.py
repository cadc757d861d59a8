"""Line drawings of resources/icons in the colours of the theme in force."""

from functools import lru_cache
from importlib.resources import files
from math import hypot
from string import Template

from PyQt6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from widgets.theme import Look, Theme


def icon(name: str, look: Look, role: str = "text", chosen: str = "text") -> QIcon:
    """Return a drawing for a button; it follows the theme by itself.

    ``role`` is the colour's role in the theme, ``chosen`` the one when checked.
    """
    return QIcon(_Engine(name, look, role, chosen))


def drawing(
    name: str, theme: Theme, size: int = 16, role: str = "text", ratio: float = 1.0
) -> QPixmap:
    """Return a drawing ``size`` logical pixels wide for a screen of ``ratio``."""
    key = (name, theme.name, size, role, ratio)
    kept = _kept.get(key)
    if kept is None:
        if len(_kept) > _MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = _render(name, theme, size, role, ratio)
    return kept


def pixel_ratio(painter: QPainter) -> float:
    """Return how many pixels of the device one unit of the painter is wide, 1 to 8.

    Asked of the painter and never of ``painter.device()``: PyQt finds the device's wrapper
    by its address, and can hand out that of another widget which has gone (a crash).
    """
    seen = painter.deviceTransform()
    return min(max(hypot(seen.m11(), seen.m12()), 1.0), _FINEST)


_FINEST = 8.0  # drawings of a scene looked at through a glass stay small
_GRID, _STROKE_PX = 24, 1.5  # of a published drawing; lines are equally wide at any size
_MOST_KEPT = 2000  # pixmaps of 16 to 24 px: a few MB at most
_kept: dict[tuple[str, str, int, str, float], QPixmap] = {}


@lru_cache
def _source(name: str) -> Template:
    return Template((files("resources.icons") / f"{name}.svg").read_text(encoding="utf-8"))


def _render(name: str, theme: Theme, size: int, role: str, ratio: float) -> QPixmap:
    tokens = theme.tokens()
    places = tokens | {"colour": tokens[role], "stroke": f"{_GRID * _STROKE_PX / size:.3f}"}
    svg = _source(name).substitute(places)
    renderer = QSvgRenderer(QByteArray(svg.encode("utf-8")))
    made = QPixmap(QSize(size, size) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


class _Engine(QIconEngine):
    """Draws at the moment of painting, so a change of theme needs no new icon."""

    def __init__(self, name: str, look: Look, role: str, chosen: str) -> None:
        super().__init__()
        self._made_of = (name, look, role, chosen)

    def clone(self) -> QIconEngine:
        return _Engine(*self._made_of)

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        if painter is None:
            return
        ratio = pixel_ratio(painter)
        size = min(rect.width(), rect.height())
        at = rect.center() - QRect(0, 0, size, size).center()
        painter.drawPixmap(at, self._pixmap(size, mode, state, ratio))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self._pixmap(min(size.width(), size.height()), mode, state, 1.0)

    def scaledPixmap(  # noqa: N802 - Qt calls it by this name
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        logical = round(min(size.width(), size.height()) / scale)
        return self._pixmap(logical, mode, state, scale)

    def _pixmap(self, size: int, mode: QIcon.Mode, state: QIcon.State, ratio: float) -> QPixmap:
        name, look, role, chosen = self._made_of
        colour = chosen if state is QIcon.State.On else role
        if mode is QIcon.Mode.Disabled:
            colour = "quiet"
        return drawing(name, look.theme, size, colour, ratio)
