"""The live values of a picture: each repaints only when what it shows has changed."""

from enum import Enum
from typing import Generic, TypeVar

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QBrush, QPainter, QPolygonF
from PyQt6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.words import _
from flowdiagrams.binding import Figure
from flowdiagrams.elements import Bar, Field, Value
from flowdiagrams.ink import Ink, Type
from flowdiagrams.looks import BarLook, FieldLook, Reference, RowLook
from widgets.controls.quality import Style, figures

FIELD_HEIGHT = 60
BAR_TOP, BAR_HEIGHT = 28, 8
BASE_LINE, NOTE_LINE = 16, 55
SECOND_ROW_PX = 16  # a name too long to stand beside its value stands above it
UNIT_GAP_PX = 4
NAME_GAP_PX = 6
HATCH_WIDTH = 40
TICK_WIDTH, TICK_HEIGHT = 4, 14
_BIG_SIZE = 16
_UNKNOWN_SCALE = 999.9  # room kept for values whose scale nobody stated
_L = TypeVar("_L")


class Ring(Enum):
    """What is drawn around a value that can be opened."""

    NONE = "none"
    HOVER = "hover"
    FOCUS = "focus"


class Live(QGraphicsItem, Generic[_L]):
    """Shows one element's look; ``slot`` is what it opens when clicked."""

    def __init__(self, slot: str, ink: Ink) -> None:
        super().__init__()
        self.slot = slot
        self._ring = Ring.NONE
        self._ink = ink
        self._look: _L | None = None
        self._rect = QRectF()

    def boundingRect(self) -> QRectF:
        """Return everything the item may paint on."""
        return self._rect

    def core(self) -> QRectF:
        """Return the part that is pointed at and ringed, in the picture's px."""
        return self._rect

    def show_look(self, look: _L) -> None:
        """Take a new look and repaint when it differs from the one on the screen."""
        if look != self._look:
            self._take(look)
            self._look = look
            self.update()

    def wear(self, ink: Ink) -> None:
        """Change the theme."""
        self._ink = ink
        self.update()

    def ring(self, ring: Ring) -> None:
        """Box the value under the pointer, ring the one the keyboard is at."""
        if ring is not self._ring:
            self._ring = ring
            self.prepareGeometryChange()
            self._rect = self._extent(self._look)
            self.update()

    def paint(
        self,
        painter: QPainter | None,
        option: QStyleOptionGraphicsItem | None,
        widget: QWidget | None = None,
    ) -> None:
        """Draw the look, and the ring when there is one."""
        if painter is None or self._look is None:
            return
        self.draw(painter, self._look)
        if self._ring is not Ring.NONE:
            focus = self._ring is Ring.FOCUS
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                self._ink.pen("accent", 2) if focus else self._ink.pen("control_edge")
            )
            out = 4 if focus else 3.5  # a line of 1 px fills whole pixels
            painter.drawRoundedRect(self.core().adjusted(-out, -out, out, out), 4, 4)

    def draw(self, painter: QPainter, look: _L) -> None:
        """Draw a look in the picture's px; each kind of item does it its way."""

    def _take(self, look: _L) -> None:
        """Make room for a look that needs more or less of it."""
        extent = self._extent(look)
        if extent != self._rect:
            self.prepareGeometryChange()
            self._rect = extent

    def _extent(self, look: _L | None) -> QRectF:
        """Return everything a look covers."""
        margin = 2 if self._ring is Ring.NONE else 6
        return self.core().adjusted(-margin, -margin, margin, margin)


class FieldItem(Live[FieldLook]):
    """The changing part of a value field: number, tick on the bar, age, alarm.

    Its still part (name, bar, set point, limit) is `field_plate`'s. ``two_rows`` is
    decided from the room the longest value takes, so that nothing moves later; a value
    longer still moves the name up once, for good.
    """

    def __init__(self, field: Field, decimals: int, unit: str, ink: Ink) -> None:
        super().__init__(field.slot, ink)
        self.field = field
        self._unit = unit
        self._decimals = decimals
        self.two_rows = False
        self.against = Reference()
        self._lay_out()

    def core(self) -> QRectF:
        """Return the field's own 60 px, and the row above when the name stands there."""
        (x, y), up = self.field.at, SECOND_ROW_PX if self.two_rows else 0
        return QRectF(x, y - up, self.field.width, FIELD_HEIGHT + up)

    def plate_rect(self) -> QRectF:
        """Return what `field_plate` may paint on, in one row or two."""
        (x, y), width = self.field.at, self.field.width
        return QRectF(
            x - 6, y - SECOND_ROW_PX - 2, width + 12, FIELD_HEIGHT + SECOND_ROW_PX + 4
        )

    def crowds(self, figure: Figure) -> bool:
        """Whether a value needs the name's room: the name then stands above it."""
        return not self.two_rows and figure_width(figure, self._ink) > self._room

    def draw(self, painter: QPainter, look: FieldLook) -> None:
        """Draw number, tick, age, and alarm."""
        ink, (x, y), width = self._ink, self.field.at, self.field.width
        figure = look.figure
        write_figure(painter, x + width, y + BASE_LINE, figure, ink)
        if look.place is not None:
            middle = x + look.place * width
            tick = QRectF(middle - TICK_WIDTH / 2, y + BAR_TOP - 1, TICK_WIDTH, TICK_HEIGHT)
            colour = ink.colour("quiet" if figure.style is Style.STALE else "text")
            painter.fillRect(tick, ink.edge(look.alarm) if look.alarm else colour)
        if figure.style is Style.PLAIN and not look.alarm:
            return
        self._doubts(painter, look)

    def _doubts(self, painter: QPainter, look: FieldLook) -> None:
        ink, (x, y), width = self._ink, self.field.at, self.field.width
        if look.figure.age:
            write_age(painter, QPointF(x, y + NOTE_LINE), look.figure.age, ink, "start")
        elif look.figure.style is Style.BAD:
            ink.hatch(painter, QRectF(x, y + BAR_TOP - 3, width, BAR_HEIGHT + 6))
        elif look.figure.style is Style.MANUAL:
            ink.hand(painter, QPointF(x, y + 43))
        if look.alarm:
            area = self.core()
            ink.alarm_frame(painter, area.adjusted(-8, -4, 8, 0), look.alarm)
            marker = QPointF(area.left() + 3, area.top() - 22)
            ink.alarm_marker(painter, marker, look.alarm, 20)
            beside = QPointF(marker.x() + 16, marker.y() + 5)
            ink.write(painter, beside, look.alarm_age, ink.small, "text")

    def _lay_out(self) -> None:
        name = name_width(self.field.tag, self.field.name, self._ink)
        self._room = self.field.width - name - NAME_GAP_PX
        ends = self.field.scale or (-_UNKNOWN_SCALE, _UNKNOWN_SCALE)
        texts = [figures(end, self._decimals) for end in ends]
        longest = max(
            (Figure(text, self._unit, Style.PLAIN) for text in texts),
            key=lambda one: figure_width(one, self._ink),
        )
        self.two_rows = self.two_rows or self.crowds(longest)
        self.prepareGeometryChange()
        self._rect = self._extent(self._look)

    def _take(self, look: FieldLook) -> None:
        before = self._look
        if self.crowds(look.figure):
            self.two_rows = True
        elif before is not None and before.alarm == look.alarm:
            return
        super()._take(look)

    def _extent(self, look: FieldLook | None) -> QRectF:
        if look is not None and look.alarm:
            return self.core().adjusted(-10, -34, 10, 4)
        return super()._extent(look)


class RowItem(Live[RowLook]):
    """The values of a line of text."""

    def __init__(self, value: Value, ink: Ink) -> None:
        super().__init__(value.shows[0], ink)
        self.value = value
        self._rect = self._extent(None)

    def core(self) -> QRectF:
        """Return the line's own height."""
        x, y = self.value.at
        return QRectF(x, y - self.value.size, self.value.width, self.value.size + 4)

    def draw(self, painter: QPainter, look: RowLook) -> None:
        """Draw the values right-aligned, their unit once, an age before them."""
        ink, (x, y) = self._ink, self.value.at
        right = QPointF(x + self.value.width, y)
        figure = joined(look.figures)
        big = self.value.size >= _BIG_SIZE
        write_figure(painter, right.x(), y, figure, ink, big=big)
        left = right.x() - figure_width(figure, ink, big=big) - 8
        if figure.style is Style.BAD:
            area = QRectF(left - HATCH_WIDTH, y - 12, HATCH_WIDTH, 15)
            ink.hatch(painter, area)
            left = area.left() - 8
        elif figure.age:
            room = left - x - name_width(self.value.tag, self.value.name, ink)
            age = figure.age if room > age_width(figure.age, ink) else ""
            write_age(painter, QPointF(left, y), age, ink, "end")
            left -= age_width(age, ink)
        if look.alarm:
            ink.alarm_marker(painter, QPointF(left - 10, y - 5), look.alarm)


class BarItem(Live[BarLook]):
    """How far a valve is open."""

    def __init__(self, bar: Bar, ink: Ink) -> None:
        super().__init__(bar.slot, ink)
        self.bar = bar
        self._rect = self._extent(None)

    def core(self) -> QRectF:
        """Return the bar and the figure above it."""
        x, y = self.bar.at
        return QRectF(x, y - 28, self.bar.width, 28 + BAR_HEIGHT)

    def draw(self, painter: QPainter, look: BarLook) -> None:
        """Draw figure, frame and filled part."""
        ink, (x, y), width = self._ink, self.bar.at, self.bar.width
        write_figure(painter, x + width, y - 12, look.figure, ink)
        frame = QRectF(x + 0.5, y + 0.5, width - 1, BAR_HEIGHT - 1)
        painter.setBrush(QBrush(ink.colour("surface")))
        painter.setPen(ink.pen("process_line"))
        painter.drawRect(frame)
        if look.filled is not None:
            filled = QRectF(
                frame.left(), frame.top(), frame.width() * look.filled, frame.height()
            )
            painter.fillRect(filled, ink.colour("symbol_run"))


def joined(parts: tuple[Figure, ...]) -> Figure:
    """Return several values as one: ``28 … 70 °C``, as trustworthy as the least of them."""
    if len(parts) == 1:
        return parts[0]
    order = list(Style)
    worst = max(parts, key=lambda one: order.index(one.style))
    text = " … ".join(one.text for one in parts)
    return Figure(text, parts[-1].unit, worst.style, worst.age)


def name_width(tag: str, name: str, ink: Ink) -> float:
    """Return how wide a tag and a name stand together."""
    gap = ink.small.width(" ") if tag and name else 0.0
    return ink.small_strong.width(tag) + gap + ink.small.width(_(name) if name else "")


def write_name(painter: QPainter, at: QPointF, tag: str, name: str, ink: Ink) -> None:
    """Draw a tag and a name."""
    if tag:
        ink.write(painter, at, tag, ink.small_strong, "text")
        at = at + QPointF(ink.small_strong.width(tag) + ink.small.width(" "), 0)
    if name:
        ink.write(painter, at, _(name), ink.small, "quiet")


def age_width(age: str, ink: Ink) -> float:
    """Return how wide a clock and an age are drawn."""
    return 16 + ink.small.width(age)


def write_age(painter: QPainter, at: QPointF, age: str, ink: Ink, anchor: str) -> None:
    """Draw a clock and an age on a base line."""
    whole = age_width(age, ink)
    left = at.x() - {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * whole
    ink.clock(painter, QPointF(left, at.y() - 10))
    ink.write(painter, QPointF(left + 16, at.y()), age, ink.small, "quiet")


def figure_width(figure: Figure, ink: Ink, *, big: bool = True) -> float:
    """Return how wide a figure is drawn with its unit."""
    unit = UNIT_GAP_PX + ink.small.width(figure.unit) if figure.unit else 0.0
    return _type(figure, ink, big=big)[0].width(figure.text) + unit


def write_figure(
    painter: QPainter, right: float, base: float, figure: Figure, ink: Ink, *, big: bool = True
) -> None:
    """Draw a value and its unit, ending at ``right`` on a base line, with its quality."""
    type_, role = _type(figure, ink, big=big)
    if figure.unit:
        right = ink.write_to(painter, right, base, figure.unit, ink.small, role) - UNIT_GAP_PX
    ink.write_to(painter, right, base, figure.text, type_, role)


def _type(figure: Figure, ink: Ink, *, big: bool) -> tuple[Type, str]:
    style = figure.style
    if style is Style.PLAIN and big:
        return ink.value, "live_value"
    if not big:
        role = "quiet" if style in (Style.STALE, Style.NONE) else "text"
        return (ink.small_italic if style is Style.UNCERTAIN else ink.small), role
    if style is Style.UNCERTAIN:
        return ink.value_italic, "live_value"
    if style in (Style.STALE, Style.NONE):
        return ink.value_plain, "quiet"
    if style is Style.BAD:
        return ink.value, "text"
    return ink.value, "live_value"


def field_plate(painter: QPainter, item: FieldItem, ink: Ink) -> None:
    """Draw what of a field changes rarely: name, bar, accepted range, set point, limit."""
    field, against = item.field, item.against
    (x, y), width = field.at, field.width
    up = SECOND_ROW_PX if item.two_rows else 0
    write_name(painter, QPointF(x, y + BASE_LINE - up), field.tag, field.name, ink)
    if field.scale is not None:
        bar = QRectF(x, y + BAR_TOP, width, BAR_HEIGHT)
        painter.fillRect(bar, ink.colour("symbol_idle"))
        if against.band is not None:
            start, end = (x + at * width for at in against.band)
            band = QRectF(start, bar.top(), end - start, BAR_HEIGHT)
            painter.fillRect(band, ink.colour("symbol_band"))
    if against.set_point is not None and field.scale is not None:
        tip = QPointF(x + against.set_point * width, y + BAR_TOP - 1)
        painter.setBrush(QBrush(ink.colour("surface")))
        painter.setPen(ink.pen("text", 1.25))
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-4, -5), tip + QPointF(4, -5)]))
    if against.limit is not None and field.scale is not None:
        at = x + against.limit * width
        painter.setPen(ink.pen("text", 1.5))
        painter.drawLine(QPointF(at, y + BAR_TOP - 3), QPointF(at, y + BAR_TOP + 11))
    note = QPointF(x + width, y + NOTE_LINE)
    ink.write(painter, note, against.note, ink.small, "quiet", "end")
