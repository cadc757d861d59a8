"""A live value with its quality, in a card or beside a symbol."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from PyQt6.QtCore import QRectF, QSize
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from app.model.point import PointSpec
from app.model.reading import PointId, Reading
from widgets.controls.plain import tip
from widgets.controls.quality import shown
from widgets.controls.valuepainter import EMPTY, ValuePainter, value_width
from widgets.fonts import VALUE_PX
from widgets.pointfeed import PointFeed
from widgets.theme import Look

_LINE_PX = 20


def _as_it_is(reading: Reading) -> Reading:
    return reading


class ValueLabel(QWidget):
    """Shows one point for as long as it lives; grows older by itself when stale."""

    def __init__(
        self,
        point: PointId,
        spec: PointSpec,
        feed: PointFeed,
        look: Look,
        now: Callable[[], datetime],
        *,
        zone: tzinfo | None = None,
        size_px: int = VALUE_PX,
        turn: Callable[[Reading], Reading] = _as_it_is,
        parent: QWidget | None = None,
    ) -> None:
        """``spec`` describes what is shown; ``turn`` makes it of what the point tells."""
        super().__init__(parent)
        self._turn = turn
        self._spec, self._look, self._now, self._zone = spec, look, now, zone
        self._size_px = size_px
        self._shown = EMPTY
        self.setAccessibleName(spec.name)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._take(None)
        feed.show(point, self._take, self)

    @property
    def text(self) -> str:
        """What it says, quality included, as read aloud."""
        return self._shown.spoken

    def sizeHint(self) -> QSize:
        width = value_width(self._shown, self._size_px, strong=True)
        return QSize(round(width) + 1, _LINE_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        ValuePainter(self._look.theme, self._size_px, strong=True).paint(
            painter, QRectF(self.rect()), self._shown
        )

    def _take(self, reading: Reading | None) -> None:
        turned = self._turn(reading) if reading is not None else None
        fresh = shown(turned, self._spec, self._now(), self._zone)
        if fresh == self._shown:
            return
        wider = value_width(fresh, self._size_px, strong=True) > self.width()
        self._shown = fresh
        self.setToolTip(tip(fresh.tip))
        self.setAccessibleDescription(fresh.spoken)
        if wider:
            self.updateGeometry()
        self.update()
