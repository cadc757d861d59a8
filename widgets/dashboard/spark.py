"""Lines of the last hours in little room: for tiles, where a whole chart would be too much."""

import itertools
import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.reading import PointId
from app.series import Series
from app.words import _
from widgets.controls.moments import LEAST_COURSE_MS, local
from widgets.controls.quality import figures
from widgets.fonts import SMALL_PX, font
from widgets.pagetype import PageContext

_GAP_MS = 45 * 60 * 1000  # where nothing was measured for so long no line is drawn
_AGAIN_S = 60
_AXIS_PX, _LOW_PX = 44, 20


class Spark(QWidget):
    """Up to five points over the last hours; asks again each minute (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        points: Sequence[tuple[PointId, PointSpec]],
        hours: int = 24,
        *,
        bare: bool = False,
    ) -> None:
        """``bare`` leaves out the axes."""
        super().__init__()
        self._context, self._points, self._hours = context, tuple(points), hours
        self._bare = bare
        self._series: Sequence[Series] = ()
        self._age_s = 0
        self.failure = ""
        self.setAccessibleName(
            _("Course of {names}").format(
                names=", ".join(spec.name for _point, spec in self._points)
            )
        )
        context.look.changed.connect(self.update)
        context.feed.aged.connect(self._tick)
        self.ask()

    def ask(self) -> None:
        """Ask for what was stored."""
        context = self._context
        end = context.now()
        context.asking.ask(
            context.asked.history.range(
                context.viewer,
                [point for point, _spec in self._points],
                end - timedelta(hours=self._hours),
                end,
            ),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def sizeHint(self) -> QSize:
        return QSize(160, 24 if self._bare else 96)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = self._bounds()
        place = QRectF(self.rect()).adjusted(1, 3, -3, -3)
        if not self._bare:
            place = place.adjusted(_AXIS_PX, 6, 0, -_LOW_PX)
        if low is None or high is None or (self._bare and not self._is_course()):
            self._say_nothing(painter)
            return
        if not self._bare:
            self._axes(painter, place, low, high)
        end_ms = self._context.now().timestamp() * 1000
        start_ms = end_ms - self._hours * 3_600_000
        for nth, series in enumerate(self._series):
            pens = self._context.theme.pens
            ink = self._context.theme.process_line if self._bare else pens[nth % len(pens)]
            painter.setPen(QPen(QColor(ink), 1.25 if self._bare else 1.5))
            for line in _lines(series):
                painter.drawPolyline(_polygon(line, place, (start_ms, end_ms), (low, high)))

    def _axes(self, painter: QPainter, place: QRectF, low: float, high: float) -> None:
        theme, decimals = self._context.theme, self._points[0][1].decimals
        painter.setFont(font(SMALL_PX))
        metrics = QFontMetricsF(font(SMALL_PX))
        for value in nice_steps(low, high):
            y = place.bottom() - (value - low) / (high - low) * place.height()
            painter.setPen(QPen(QColor(theme.chart_grid), 1))
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
            painter.setPen(QColor(theme.quiet))
            text = figures(value, min(decimals, decimals_of(low, high)))
            painter.drawText(
                QRectF(0, y - 8, _AXIS_PX - 6, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
        end = self._context.now()
        for moment in self._ticks(end):
            gone = (end - moment).total_seconds() / 3600 / self._hours
            x = place.right() - gone * place.width()
            text = local(moment, self._context.zone).strftime("%H:%M")
            half = metrics.horizontalAdvance(text) / 2
            if place.left() + half <= x <= place.right() - half:
                painter.drawText(QPointF(x - half, place.bottom() + 15), text)

    def _ticks(self, end: datetime) -> Sequence[datetime]:
        step = max(1, self._hours // 4)
        here = local(end, self._context.zone)
        whole = here.replace(minute=0, second=0, microsecond=0)
        first = whole - timedelta(hours=whole.hour % step)
        return [first - timedelta(hours=step * n) for n in range(self._hours // step + 1)]

    def _bounds(self) -> tuple[float | None, float | None]:
        values = [each.values[np.isfinite(each.values)] for each in self._series]
        whole = np.concatenate(values) if values else np.empty(0)
        if not len(whole):
            return None, None
        low, high = float(whole.min()), float(whole.max())
        least = 2 * 10.0 ** -self._points[0][1].decimals
        if high - low < least:
            low, high = low - least / 2, high + least / 2
        return low, high

    def _is_course(self) -> bool:
        """Whether enough is stored for a line without axes to say anything."""
        spans = [series.times_ms[np.isfinite(series.values)] for series in self._series]
        return any(len(t) and t[-1] - t[0] >= LEAST_COURSE_MS for t in spans)

    def _say_nothing(self, painter: QPainter) -> None:
        if self._bare:
            return
        painter.setPen(QColor(self._context.theme.quiet))
        painter.setFont(font(SMALL_PX))
        says = self.failure or _("Nothing is stored of this time yet.")
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(self.rect()).adjusted(8, 0, -8, 0), int(flags), says)

    def _take(self, series: Sequence[Series]) -> None:
        self._series, self.failure = series, ""
        self.update()

    def _fail(self, error: PlantError) -> None:
        self.failure = str(error)
        self.update()

    def _tick(self) -> None:
        self._age_s = (self._age_s + 1) % _AGAIN_S
        if self._age_s == 0 and self.isVisible():
            self.ask()


def nice_steps(low: float, high: float) -> Sequence[float]:
    """Return two to five round numbers between the bounds."""
    step = _step(low, high)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def decimals_of(low: float, high: float) -> int:
    """Return how many decimals the round numbers between the bounds need."""
    return max(0, -math.floor(math.log10(_step(low, high)) + 1e-9))


def _step(low: float, high: float) -> float:
    rough = (high - low) / 3
    whole = 10.0 ** math.floor(math.log10(rough))
    return next(whole * each for each in (1, 2, 5, 10) if whole * each >= rough)


def _lines(series: Series) -> Sequence[Series]:
    """Return the stretches without a gap."""
    good = np.isfinite(series.values)
    times, values, quality = series.times_ms[good], series.values[good], series.quality[good]
    cuts = np.flatnonzero(np.diff(times) > _GAP_MS) + 1
    edges = [0, *cuts.tolist(), len(times)]
    return [
        Series(series.point, times[a:b], values[a:b], quality[a:b])
        for a, b in itertools.pairwise(edges)
        if b > a
    ]


def _polygon(
    line: Series, place: QRectF, span_ms: tuple[float, float], span: tuple[float, float]
) -> QPolygonF:
    """Return the stretch on the screen, at most two points a pixel."""
    every = max(1, len(line) // max(1, int(place.width()) * 2))
    x = (
        place.left()
        + (line.times_ms[::every] - span_ms[0]) / (span_ms[1] - span_ms[0]) * place.width()
    )
    y = place.bottom() - (line.values[::every] - span[0]) / (span[1] - span[0]) * place.height()
    return QPolygonF([QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)])
