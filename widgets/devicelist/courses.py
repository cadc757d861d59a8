"""How a value went over the last 24 hours, small enough for a cell of the device table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from PyQt6.QtCore import QObject, QPointF, QRectF, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.asked import DeviceView
from app.errors import PlantError
from app.model.device import Presence
from app.model.point import PointSpec
from app.model.reading import PointId
from app.series import Series
from app.verbs import Capability
from app.words import _
from widgets.controls.moments import LEAST_COURSE_MS
from widgets.controls.quality import figures
from widgets.models.devicefilter import Plant
from widgets.models.measured import BY_ID
from widgets.models.rows import Cell, Column
from widgets.pagetype import PageContext
from widgets.theme import Theme

COURSE = "course"  # id of the column
_HOURS = 24
_GAP_MS = 45 * 60 * 1000  # where nothing was stored for so long no line is drawn
_TOGETHER_MS = 20  # rows that come into view are asked for together
_AT_ONCE = 100  # points of one question
_FRESH = timedelta(minutes=5)
_MOST_KEPT = 4000
_LINE_PX, _DOT_PX = 1.25, 2.0
_LEAST_PARTS = 2


@dataclass(frozen=True, slots=True)
class Course:
    """Lines of (share of the time, share of the height), each 0…1.

    ``low`` and ``high`` are the ends of the height, in the point's unit.
    """

    lines: tuple[tuple[tuple[float, float], ...], ...]
    low: float
    high: float
    asked_at: datetime


class Courses(QObject):
    """Asks for the courses of rows in view and keeps them for minutes (GUI thread)."""

    changed = pyqtSignal()

    def __init__(self, context: PageContext, plant: Plant, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._plant = context, plant
        self._kept: dict[PointId, Course] = {}
        self._wanted: dict[PointId, None] = {}
        self._asked: frozenset[PointId] = frozenset()  # not answered yet
        self._failed_at: datetime | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._ask)

    def of(self, view: DeviceView) -> Course | None:
        """Return a device's course of the return; None while it is asked for or not known."""
        door = self._plant.values.door(view, BY_ID["return"])
        if door is None or not self._context.viewer.may(Capability.SEE_HISTORY):
            return None
        kept = self._kept.get(door.point)
        now = self._context.now()
        if self._failed_at is not None and now - self._failed_at < _FRESH:
            return kept
        old = kept is None or now - kept.asked_at > _FRESH
        if old and door.point not in self._asked:
            self._wanted[door.point] = None
            if not self._later.isActive() and not self._asked:
                self._later.start(_TOGETHER_MS)
        return kept

    def expect(self, views: Sequence[DeviceView]) -> None:
        """Ask at once for devices that are about to be seen."""
        for view in views:
            self.of(view)
        if not self._asked:
            self._later.stop()
            self._ask()

    def settled(self) -> bool:
        """Whether nothing is being asked for."""
        return not self._asked and not self._later.isActive()

    def column(self) -> Column[DeviceView]:
        """Return the column; its words are for those who cannot see the line."""
        return Column(COURSE, lambda: _("Return, 24 h"), self._cell, 104, lambda _view: 0)

    def lost(self, view: DeviceView) -> bool:
        """Whether the line's end is no longer the present."""
        return self._plant.standing(view).presence is not Presence.ON

    def _cell(self, view: DeviceView) -> Cell:
        course = self.of(view)
        spec = self._plant.values.spec(view, BY_ID["return"])
        if course is None or spec is None or not course.lines:
            return Cell()
        return Cell(_range(course, spec))

    def _ask(self) -> None:
        points = list(self._wanted)[:_AT_ONCE]
        if not points:
            return
        for point in points:
            del self._wanted[point]
        self._asked = frozenset(points)
        context, now = self._context, self._context.now()
        context.asking.ask(
            context.asked.history.quarters(
                context.viewer, points, now - timedelta(hours=_HOURS), now
            ),
            owner=self,
            done=lambda found: self._take(found, now),
            failed=self._fail,
        )

    def _take(self, found: Sequence[Series], now: datetime) -> None:
        self._asked = frozenset()
        if len(self._kept) > _MOST_KEPT:
            self._kept.clear()
        self._kept |= {series.point: course_of(series, now) for series in found}
        self.changed.emit()
        if self._wanted:
            self._later.start(_TOGETHER_MS)

    def _fail(self, _error: PlantError) -> None:
        """Draw nothing for a while: the column only adorns the values beside it."""
        self._asked = frozenset()
        self._failed_at = self._context.now()
        self._wanted.clear()


def course_of(series: Series, now: datetime) -> Course:
    """Return quarter hours of the last 24 as lines; gaps part them, an hour is the least."""
    known = np.isfinite(series.values)
    times, values = series.times_ms[known], series.values[known]
    if not len(values) or times[-1] - times[0] < LEAST_COURSE_MS:
        return Course((), 0.0, 0.0, now)
    end = now.timestamp() * 1000
    low, high = float(values.min()), float(values.max())
    across = 1 - (end - times) / (_HOURS * 3_600_000)
    up = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    cuts = np.flatnonzero(np.diff(times) > _GAP_MS) + 1
    lines = [
        tuple(zip(x.tolist(), y.tolist(), strict=True))
        for x, y in zip(np.split(across, cuts), np.split(up, cuts), strict=True)
    ]
    return Course(tuple(lines), low, high, now)


def paint_course(
    painter: QPainter, place: QRectF, course: Course, theme: Theme, *, lost: bool
) -> None:
    """Draw the lines and the newest value's point: hollow where it is no longer the present."""
    if not course.lines:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ink = QColor(theme.process_line)
    painter.setPen(QPen(ink, _LINE_PX))
    spot = QPointF()
    for line in course.lines:
        spots = [
            QPointF(place.left() + x * place.width(), place.bottom() - y * place.height())
            for x, y in line
        ]
        spot = spots[-1]
        if len(spots) >= _LEAST_PARTS:
            painter.drawPolyline(QPolygonF(spots))
    painter.setBrush(QColor(theme.surface) if lost else QColor(theme.text))
    painter.setPen(QPen(ink if lost else QColor(theme.text), 1))
    painter.drawEllipse(spot, _DOT_PX, _DOT_PX)
    painter.restore()


def _range(course: Course, spec: PointSpec) -> str:
    decimals = min(spec.decimals, BY_ID["return"].decimals)
    low, high = (figures(value, decimals) for value in (course.low, course.high))
    return _("from {low} to {high} {unit}").format(low=low, high=high, unit=spec.unit)
