"""The key values of a device: the last day as a line, now, what it should be, how far off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from PyQt6.QtCore import QModelIndex, QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QStyleOptionViewItem

from app.errors import PlantError
from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality
from app.series import Series
from app.verbs import Capability
from app.words import _
from widgets.controls.card import HEAD_PX, Card
from widgets.controls.moments import LEAST_COURSE_MS
from widgets.controls.quality import Style
from widgets.controls.table import AROUND_PX, CellPainter, Table, paint_ground
from widgets.controls.table import HEAD_PX as TABLE_HEAD_PX
from widgets.controls.valuepainter import value_width
from widgets.devicetabs.doors import open_doors
from widgets.devicetabs.tabtype import Subject
from widgets.models.keyvalues import KeyCells, Targets, columns_of, key_rows
from widgets.models.points import most_decimals
from widgets.models.rows import RowsModel
from widgets.pagetype import Show
from widgets.theme import Look

ROW_PX = 29
MOST = 14
_DAY = timedelta(hours=24)
_ASK_AGAIN = timedelta(minutes=5)
_LINE_PX, _HIGH_PX, _DOT_PX = 1.25, 16, 2.0
_QUARTER_MS = 15 * 60 * 1000
_GAP_MS = 2 * _QUARTER_MS  # farther apart, samples are not joined


class KeyCard(Card):
    """A table of few rows; Enter or a double click leads to the trend."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(_("Key values"), _("last 24 h"))
        self._subject, context = subject, subject.context
        specs = key_rows(subject.live_points())[:MOST]
        targets = Targets(subject.detail.points, subject.latest)
        cells = KeyCells(
            subject.latest,
            context.now,
            context.zone,
            targets,
            lambda: context.alarms.of(subject.device),
        )
        judged = any(targets.judges(spec) for spec in specs)
        self._decimals = most_decimals(specs)
        columns = columns_of(
            cells, self._decimals, judged=judged, units=[spec.unit for spec in specs]
        )
        self.model: RowsModel[PointSpec] = RowsModel(columns, lambda spec: spec.key, self)
        self.table = Table(self.model, context.look, _("Key values"), row_px=ROW_PX)
        self.table.opened.connect(self._trend)
        self.lines: dict[str, Series] = {}
        self._asked_at: datetime | None = None
        self.is_told = not context.viewer.may(Capability.SEE_HISTORY)
        at = [column.id for column in columns].index("trend")
        painter = _LinePainter(context.look, self.table, self)
        self.table.setItemDelegateForColumn(at, painter)
        self.model.replace(specs)
        self._fit()
        self.setFixedHeight(HEAD_PX + TABLE_HEAD_PX + ROW_PX * len(specs) + 6)
        context.feed.aged.connect(self._age)
        context.alarms.changed.connect(self.table.touch_visible)
        open_doors(self.table, subject)
        self.body.addWidget(self.table)
        self.ask()

    def ask(self) -> None:
        """Ask for the last day of every number."""
        context = self._subject.context
        numbers = [spec for spec in self.model.rows if spec.kind is ValueKind.NUMBER]
        if not context.viewer.may(Capability.SEE_HISTORY) or not numbers:
            self.is_told = True
            return
        now = self._asked_at = context.now()
        points = [self._subject.point(spec) for spec in numbers]
        context.asking.ask(
            context.asked.history.quarters(context.viewer, points, now - _DAY, now),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def is_stale(self, spec: PointSpec) -> bool:
        """Whether the newest value of a line is no longer fresh."""
        reading = self._subject.latest(spec)
        return reading is None or reading.quality not in (Quality.GOOD, Quality.UNCERTAIN)

    def span_ms(self) -> tuple[float, float]:
        """Return the beginning and end of the lines."""
        end = (self._asked_at or self._subject.context.now()).timestamp() * 1000
        return end - _DAY.total_seconds() * 1000, end

    def _take(self, found: Sequence[Series]) -> None:
        self.lines = {each.point: each for each in found}
        self.is_told = True
        self.table.touch_visible()

    def _fail(self, error: PlantError) -> None:
        self.subtitle.setText(str(error))
        self.is_told = True

    def _fit(self) -> None:
        """Give the values the room their numbers need; the names beside them give way."""
        at = [column.id for column in self.model.columns].index("value")
        cells = (self.model.columns[at].cell(spec).shown for spec in self.model.rows)
        plain = [replace(each, style=Style.PLAIN) for each in cells if each is not None]
        widths = [value_width(each, decimals=self._decimals) for each in plain]
        head = self.table.horizontalHeader()
        if head is not None and max(widths, default=0.0) + AROUND_PX > head.sectionSize(at):
            head.resizeSection(at, ceil(max(widths)) + AROUND_PX)
            self.table.spread()

    def _age(self) -> None:
        self._fit()
        self.table.touch_visible()
        asked = self._asked_at
        if asked is not None and self._subject.context.now() - asked > _ASK_AGAIN:
            self.ask()

    def line_of(self, spec: PointSpec) -> Series | None:
        """Return the last day of a point, None when it has none."""
        return self.lines.get(self._subject.point(spec))

    def _trend(self, spec: PointSpec) -> None:
        point = self._subject.point(spec)
        context = self._subject.context
        context.show(Show("device", self._subject.device, point, part="chart"))


class _LinePainter(CellPainter):
    """Draws the last day as a line of 16 px; its end is hollow when it is no longer fresh."""

    def __init__(self, look: Look, table: Table[PointSpec], card: KeyCard) -> None:
        super().__init__(look, table)
        self._card = card

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        theme = self._look.theme
        paint_ground(painter, option, index, theme, self._table)
        spec = self._card.model.row(index)
        series = self._card.line_of(spec) if spec is not None else None
        if spec is None or series is None:
            return
        box = QRectF(option.rect).adjusted(4, 0, -6, 0)
        box = QRectF(box.left(), box.center().y() - _HIGH_PX / 2, box.width(), _HIGH_PX)
        strokes = strokes_of(series, self._card.span_ms(), box)
        if not strokes:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = QColor(theme.process_line)
        painter.setPen(QPen(ink, _LINE_PX))
        for stroke in strokes:
            painter.drawPolyline(stroke)
        hollow = self._card.is_stale(spec)
        painter.setBrush(QColor(theme.surface) if hollow else ink)
        last = strokes[-1].at(strokes[-1].size() - 1)
        painter.drawEllipse(last, _DOT_PX, _DOT_PX)
        painter.restore()


def strokes_of(series: Series, span: tuple[float, float], box: QRectF) -> list[QPolygonF]:
    """Return the lines that join a day's samples; what is not believed or missing is a gap.

    With less than an hour of samples there is no line yet.
    """
    start, end = span
    believed = [
        (int(at), float(value))
        for at, value in zip(series.times_ms, series.values, strict=True)
        if value == value  # noqa: PLR0124 - NaN: nothing is believable there
    ]
    if not believed or believed[-1][0] - believed[0][0] < LEAST_COURSE_MS:
        return []
    low = min(value for _at, value in believed)
    high = max(value for _at, value in believed)
    tall = (high - low) or 1.0
    strokes: list[QPolygonF] = []
    before = None
    for at, value in believed:
        across = box.left() + box.width() * (at - start) / (end - start)
        share = (value - low) / tall if high > low else 0.5
        if before is None or at - before > _GAP_MS:
            strokes.append(QPolygonF())
        strokes[-1].append(QPointF(across, box.bottom() - share * box.height()))
        before = at
    return strokes
