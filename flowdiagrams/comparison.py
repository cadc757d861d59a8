"""Two versions of one picture side by side, with everything that changed framed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen, QResizeEvent
from PyQt6.QtWidgets import QFrame, QGraphicsView, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model.point import PointSpec
from app.model.reading import DeviceId, point_id
from app.model.thingdiff import Change
from app.words import _, ngettext
from flowdiagrams.document import Document, load
from flowdiagrams.elements import Element
from flowdiagrams.scene import DiagramScene
from widgets.controls.plain import label
from widgets.fonts import BODY_PX, font
from widgets.theme import Theme

_AROUND_PX = 8  # between a thing and its frame
_LEAST_PX = 40  # of what says no size of its own: symbols, fields, words
_SIGN_PX = 16
_SIGNS = {Change.ADDED: "+", Change.REMOVED: "−", Change.CHANGED: "≠"}
_STYLES = {
    Change.ADDED: Qt.PenStyle.SolidLine,
    Change.REMOVED: Qt.PenStyle.DashLine,
    Change.CHANGED: Qt.PenStyle.SolidLine,
}
_DEVICE = DeviceId("picture")


@dataclass(frozen=True, slots=True)
class Marked:
    """One element that is not the same in both versions."""

    element: Element
    change: Change


@dataclass(frozen=True, slots=True)
class PictureChanges:
    """What is to be framed in each of two pictures."""

    older: tuple[Marked, ...]
    newer: tuple[Marked, ...]


def picture_changes(older: Document, newer: Document) -> PictureChanges:
    """Return which elements were added, removed or changed.

    An element that stands in the same place, or names the same slots, as one that went
    is that one, changed.
    """
    went = _without(older.elements, newer.elements)
    came = _without(newer.elements, older.elements)
    changed: dict[int, int] = {}  # place among what went → place among what came
    for at, old in enumerate(went):
        for to, new in enumerate(came):
            if to not in changed.values() and _is_same_thing(old, new):
                changed[at] = to
                break
    return PictureChanges(
        tuple(
            Marked(one, Change.CHANGED if at in changed else Change.REMOVED)
            for at, one in enumerate(went)
        ),
        tuple(
            Marked(one, Change.CHANGED if at in changed.values() else Change.ADDED)
            for at, one in enumerate(came)
        ),
    )


def box_of(element: Element) -> QRectF:
    """Return where an element stands, in px of the picture."""
    entries = {one.name: getattr(element, one.name) for one in fields(element)}
    places = entries.get("points")
    if "at" in entries:
        x, y = entries["at"]
        size = entries.get("size")
        wide, high = size if isinstance(size, tuple) else (_LEAST_PX, _LEAST_PX)
        box = QRectF(x, y, wide, high)
        if not isinstance(size, tuple):
            box.translate(-_LEAST_PX / 2, -_LEAST_PX / 2)
    elif places:
        xs, ys = [each[0] for each in places], [each[1] for each in places]
        box = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
    else:
        box = QRectF()
    return box.adjusted(-_AROUND_PX, -_AROUND_PX, _AROUND_PX, _AROUND_PX)


class PicturesCompared(QWidget):
    """Both pictures, fitted to the room they have; the older one left."""

    def __init__(self, older: str, newer: str, theme: Theme) -> None:
        """``older`` and ``newer`` are the files' words; "" for a picture that was not there."""
        super().__init__()
        before, after = _read(older), _read(newer)
        self.changes = picture_changes(before, after)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(12)
        for title, document, marked in (
            (_("Before"), before, self.changes.older),
            (_("After"), after, self.changes.newer),
        ):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(_heading(title, marked))
            column.addWidget(_Still(title, document, marked, theme), 1)
            row.addLayout(column, 1)


class _Still(QGraphicsView):
    """A picture without a device: everything is drawn, values are dashes."""

    def __init__(
        self, title: str, document: Document, marked: Sequence[Marked], theme: Theme
    ) -> None:
        super().__init__()
        slots = {slot.key: point_id(_DEVICE, slot.key) for slot in document.slots}
        specs = {slot.key: PointSpec(slot.key, slot.name) for slot in document.slots}
        self._theme, self._marked = theme, marked
        scene = DiagramScene(document, slots, specs, theme, lambda: datetime.now(UTC), self)
        scene.rest(resting=True)
        self.setScene(scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(title)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Fit the picture to the new size."""
        super().resizeEvent(event)
        self.fitInView(self.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def drawForeground(self, painter: QPainter | None, rect: QRectF) -> None:  # noqa: N802 - Qt
        """Frame what changed, with its sign: colour alone would not do."""
        if painter is None:
            return
        ink, scale = QColor(self._theme.accent), 1 / max(self.transform().m11(), 0.01)
        letters = font(BODY_PX, strong=True)
        letters.setPixelSize(round(BODY_PX * scale))  # read at any size of the picture
        side = _SIGN_PX * scale
        for each in self._marked:
            box = box_of(each.element)
            pen = QPen(ink, 2 * scale)
            pen.setStyle(_STYLES[each.change])
            painter.setPen(pen)
            painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
            painter.drawRect(box)
            sign = QRectF(box.left() - side, box.top() - side, side, side)
            painter.fillRect(sign, ink)
            painter.setPen(QColor(self._theme.on_accent))
            painter.setFont(letters)
            painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, _SIGNS[each.change])


def _heading(title: str, marked: Sequence[Marked]) -> QLabel:
    count = len(marked)
    words = ngettext("{count} part framed", "{count} parts framed", count)
    return label(f"{title} · {words.format(count=count)}", "strong")


def _read(text: str) -> Document:
    if not text:
        return Document(name="", title="", size=(640, 400))
    return load(text, "")[0]


def _without(elements: Sequence[Element], others: Iterable[Element]) -> list[Element]:
    """Return the elements that are not among the others, each as often as it is missing."""
    left = Counter(others)
    kept: list[Element] = []
    for one in elements:
        if left[one]:
            left[one] -= 1
        else:
            kept.append(one)
    return kept


def _is_same_thing(old: Element, new: Element) -> bool:
    if old.kind != new.kind:
        return False
    if _place(old) == _place(new):
        return True
    named = old.main_slots() or old.slots()
    return bool(named) and named == (new.main_slots() or new.slots())


def _place(element: Element) -> object:
    return getattr(element, "at", None) or getattr(element, "points", ())[:1]
