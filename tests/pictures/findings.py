"""What is wrong with a window as it stands: cut, covered, foreign, faint, unreachable."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from PyQt6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from tests.fakes.hands import key
from tests.pictures.seen import Seen, texts
from tests.pixels import colours_of, most_frequent
from widgets.theme import contrast

READABLE = 4.5  # contrast of every text with its ground
_SLACK_PX = 1.5  # a letter's overhang
_COVER_PX = (2.0, 4.0)  # boxes of letters may touch
_FOREIGN = re.compile(r"[^\W\d_]*[aeiouyncszAEIOUYNCSZ][^\W\d_]*")
_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QTabBar,
)
_LONG_HEAD_PX = 200  # a column as wide as this may shorten an endless name
_TABS_AT_MOST = 600  # strokes of Tab until the round must be over


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person would stumble over."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def clipped(seen: Sequence[Seen], whole: Collection[str] = ()) -> Iterator[Finding]:
    """Yield texts that lack letters; ``whole`` are texts that end with … by themselves."""
    for each in seen:
        own = each.text in whole or each.text == _own(each.by)
        if "…" in each.text and not own and _is_cut(each.text):
            if not _is_told_whole(each):
                yield Finding("shortened", str(each))
            continue
        room = _room(each)
        short = (
            room.left() - each.box.left(),
            each.box.right() - room.right(),
            room.top() - each.box.top(),
            each.box.bottom() - room.bottom(),
        )
        if each.box.intersects(room) and max(short) > _SLACK_PX and each.is_straight:
            yield Finding("clipped", f"{each} by {max(short):.0f} px")


def squeezed(window: QWidget, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Yield labels that have a text and no room to draw any of it."""
    drawn = {each.by for each in seen}
    for each in window.findChildren(QLabel):
        hidden = each.visibleRegion().isEmpty()
        covered = hidden and min(each.width(), each.height()) > 0  # scrolled away
        if each.text().strip() and each.isVisible() and each not in drawn and not covered:
            yield Finding("squeezed", f"“{each.text()}” {_called(each)}")


def overlapping(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Yield pairs of texts that stand on each other."""
    wide, high = _COVER_PX
    shown = [(each, each.box.intersected(each.shown)) for each in seen]
    for at, (one, here) in enumerate(shown):
        for other, there in shown[at + 1 :]:
            if here.intersects(there):
                both = here.intersected(there)
                if both.width() > wide and both.height() > high:
                    yield Finding("overlapping", f"{one} and {other}")


def foreign(seen: Sequence[Seen], data: Sequence[str]) -> Iterator[Finding]:
    """Yield texts with words that are neither of the pseudo language nor in ``data``.

    ``data`` begins with the longest.
    """
    for each in seen:
        rest = each.text
        if rest.endswith("…") and any(known.startswith(rest[:-1]) for known in data):
            continue
        for known in data:
            rest = rest.replace(known, " ")
        if left := [word for word in _FOREIGN.findall(rest) if len(word) > 1]:
            yield Finding("unwrapped", f"{' '.join(left)} in {each}")


def faint(seen: Sequence[Seen], picture: QImage) -> Iterator[Finding]:
    """Yield texts whose ink is too near the ground they stand on in ``picture``."""
    for each in seen:
        spot = each.box.intersected(each.shown).toRect().intersected(picture.rect())
        if spot.width() < 2 or spot.height() < 2 or _is_off(each.by):
            continue
        ground = _ground(picture, spot.adjusted(-2, -2, 2, 2).intersected(picture.rect()))
        got = contrast(_over(each.ink, ground).name(), ground.name())
        if got < READABLE:
            pair = f"{each.ink.name()} on {ground.name()}"
            yield Finding("faint", f"{each}: {pair} {got:.1f}")


def nameless(within: QWidget) -> Iterator[Finding]:
    """Yield controls a screen reader could not call by name."""
    for each in within.findChildren(QWidget):
        if _is_named_control(each) and each.isVisible():
            own = each.text() if isinstance(each, QAbstractButton) else ""
            if not (each.accessibleName() or own):
                yield Finding("nameless", _called(each))


def unreached(window: QWidget) -> Iterator[Finding]:
    """Press Tab until the round is over and yield what was never in focus."""
    reached: set[QWidget] = set()
    first: QWidget | None = None
    window.activateWindow()
    settle()
    for _stroke in range(_TABS_AT_MOST):
        now = QApplication.focusWidget()
        if now is not None and now is first and len(reached) > 1:
            break
        first = first or now
        if now is not None:
            reached.add(now)
        _press_tab(window, now)
    for each in window.findChildren(QWidget):
        if each in reached or not _wants_focus(each) or _proxies(each) & reached:
            continue
        yield Finding("unreached", _called(each))


def all_of(
    window: QWidget, *, data: Sequence[str] | None = None, whole: Collection[str] = ()
) -> Sequence[Finding]:
    """Return what is wrong with a window's texts and names; ``data`` only for pseudo."""
    drawn = texts(window)
    seen = [each for each in drawn if not _is_covered(each)]
    assert seen, "nothing is drawn"
    picture = window.grab().toImage()
    found = [
        *clipped(seen, whole),
        *squeezed(window, drawn),
        *overlapping(seen),
        *faint(seen, picture),
        *nameless(window),
    ]
    if data is not None:
        found += foreign(seen, data)
    return found


def _room(seen: Seen) -> QRectF:
    """Return where a text may be, had everybody scrolled to it."""
    area = seen.by.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is seen.by:
        cell, all_round = _cell(seen), _opened(seen.by, area)
        return all_round if cell is None else cell.intersected(all_round)
    room, widget = seen.room, seen.by.parentWidget()
    if isinstance(seen.by, QLineEdit) and seen.text in seen.by.text():
        return seen.shown.adjusted(-1e6, 0, 1e6, 0)  # what is typed scrolls as one goes on
    if isinstance(seen.by, QTabBar):
        return _opened(seen.by, None)  # it shortens, or has arrows
    while widget is not None:
        area = widget.parentWidget()
        is_port = isinstance(area, QAbstractScrollArea) and area.viewport() is widget
        room = room.intersected(_opened(widget, area if is_port else None))
        widget = None if is_port or widget.isWindow() else area  # beyond a port one scrolls
    return room


def _opened(widget: QWidget, area: QWidget | None) -> QRectF:
    """Return a widget's place, without end where ``area`` scrolls it."""
    corner = widget.mapTo(widget.window(), QPoint(0, 0))
    place = QRectF(QRect(corner, widget.size()))
    area = area.parentWidget() if isinstance(area, QHeaderView) else area  # they scroll as one
    wide, high = _scroll_ways(area) if isinstance(area, QAbstractScrollArea) else (False, False)
    if isinstance(widget, QTabBar):  # it has arrows when it is too long
        wide = widget.usesScrollButtons()
    if wide:
        place = QRectF(-1e6, place.y(), 2e6, place.height())
    if high:
        place = QRectF(place.x(), -1e6, place.width(), 2e6)
    return place


def _scroll_ways(area: QAbstractScrollArea) -> tuple[bool, bool]:
    """Return whether an area can be scrolled sideways, and up and down."""
    wide, high = area.horizontalScrollBar(), area.verticalScrollBar()
    return (
        wide is not None and wide.maximum() > wide.minimum(),
        high is not None and high.maximum() > high.minimum(),
    )


def _cell(seen: Seen) -> QRectF | None:
    """Return the column of a table a text stands in, from top to bottom of all rows."""
    area = seen.by.parentWidget()
    corner = seen.by.mapTo(seen.by.window(), QPoint(0, 0))
    middle = seen.box.center().toPoint() - corner
    if isinstance(area, QHeaderView) and area.orientation() == Qt.Orientation.Vertical:
        at = area.logicalIndexAt(middle)
        top, high = area.sectionViewportPosition(at), area.sectionSize(at)
        return QRectF(corner.x(), corner.y() + top, seen.by.width(), high)
    if isinstance(area, QHeaderView):
        at = area.logicalIndexAt(middle)
        left, width = area.sectionViewportPosition(at), area.sectionSize(at)
        return QRectF(corner.x() + left, corner.y(), width, seen.by.height())
    if isinstance(area, QTableView):
        at = area.columnAt(middle.x())
        row = area.rowAt(middle.y())
        if at < 0 or row < 0 or area.columnSpan(row, at) > 1:
            return None
        left, width = area.columnViewportPosition(at), area.columnWidth(at)
        return QRectF(corner.x() + left, -1e6, width, 2e6)
    return None


def _is_told_whole(seen: Seen) -> bool:
    """Whether a tip tells the whole of a shortened text."""
    area = seen.by.parentWidget()
    corner = seen.by.mapTo(seen.by.window(), QPoint(0, 0))
    middle = seen.box.center().toPoint() - corner
    start, _dots, rest = (_plain(part) for part in seen.text.partition("…"))
    told = [seen.by.toolTip()]
    if isinstance(area, QTabBar):
        told.append(area.tabToolTip(area.tabAt(middle)))
    if isinstance(seen.by, QTabBar):
        told.append(seen.by.tabToolTip(seen.by.tabAt(middle)))
    if isinstance(area, QAbstractItemView) and not isinstance(area, QHeaderView):
        index = area.indexAt(middle)
        told.append(str(index.data(Qt.ItemDataRole.ToolTipRole) or ""))
    if isinstance(area, QHeaderView) and (model := area.model()) is not None:
        at = area.logicalIndexAt(middle)
        if area.sectionSize(at) < _LONG_HEAD_PX:
            return False  # a word of ours must have room
        tip = model.headerData(at, area.orientation(), Qt.ItemDataRole.ToolTipRole)
        told.append(str(tip or ""))
    if isinstance(area, QGraphicsView):
        _point_at(seen.by, middle)
        told += [item.toolTip() for item in area.items(middle)]
    whole = [_plain(unescape(each)) for each in told]
    return any(start in each and rest in each for each in whole)


def _plain(text: str) -> str:
    """Return letters as they are drawn: a tab is a blank, a triangle opens a branch."""
    return " ".join(text.split()).strip(" \u200d▾▸")


def _point_at(viewport: QWidget, spot: QPoint) -> None:
    """Move the pointer somewhere: some items know only then what they have to tell."""
    local, there = QPointF(spot), QPointF(viewport.mapToGlobal(spot))
    none, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    moved = QMouseEvent(QEvent.Type.MouseMove, local, there, none, none, no_key)
    QApplication.sendEvent(viewport, moved)


def _is_cut(text: str) -> bool:
    """Whether dots stand where no sentence has them: not before a bracket or a blank."""
    return not re.search(r"…[\]·]|\s…|…\s", text)


def _own(widget: QWidget) -> str:
    """Return what a button or label was given to say."""
    return widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""


def _is_covered(seen: Seen) -> bool:
    """Whether something that lies over the whole window hides a text."""
    window = seen.by.window() or seen.by
    own = _branch(seen.by, window)
    middle, half = seen.box.center().toPoint(), QPoint(round(seen.box.width() / 2), 0)
    tops = (window.childAt(at) for at in (middle - half, middle, middle + half))
    return any(top is not None and _branch(top, window) is not own for top in tops)


def _branch(widget: QWidget, window: QWidget) -> QWidget:
    """Return the window's own child a widget belongs to."""
    parent = widget.parentWidget()
    while widget is not window and parent is not None and parent is not window:
        widget, parent = parent, parent.parentWidget()
    return widget


def _is_off(widget: QWidget) -> bool:
    return not widget.isEnabled()


def _ground(picture: QImage, spot: QRect) -> QColor:
    """Return the most frequent colour around a text."""
    scale = picture.devicePixelRatio()
    left, top = round(spot.left() * scale), round(spot.top() * scale)
    width, height = round(spot.width() * scale), round(spot.height() * scale)
    around = picture.copy(QRect(left, top, width, height).intersected(picture.rect()))
    return most_frequent(colours_of(around)[::2])


def _over(ink: QColor, ground: QColor) -> QColor:
    """Return what a half transparent ink looks like on its ground."""
    part = ink.alphaF()
    return QColor.fromRgbF(
        ink.redF() * part + ground.redF() * (1 - part),
        ink.greenF() * part + ground.greenF() * (1 - part),
        ink.blueF() * part + ground.blueF() * (1 - part),
    )


def _is_named_control(widget: QWidget) -> bool:
    kinds = (*_CONTROLS, QAbstractScrollArea, QProgressBar)
    return isinstance(widget, kinds) and not _is_part(widget)


def _is_part(widget: QWidget) -> bool:
    """Whether Qt made it inside a control: a scroll button, a table's head."""
    inside = (QHeaderView, QScrollBar)
    parent = widget.parent()
    others = QAbstractScrollArea | QTabBar | QLineEdit | QComboBox | QAbstractSpinBox
    of_another = isinstance(parent, others)
    return isinstance(widget, inside) or (
        isinstance(widget, QAbstractButton | QLineEdit) and of_another
    )


def _wants_focus(widget: QWidget) -> bool:
    return (
        isinstance(widget, _CONTROLS)
        and widget.isVisible()
        and widget.isEnabled()
        and not _is_part(widget)
        and widget.width() > 0
        and widget.height() > 0
    )


def _proxies(widget: QWidget) -> set[QWidget]:
    """Return who has the focus in a control's stead."""
    others = [widget.focusProxy(), widget.parentWidget()]
    found: set[QWidget] = {each for each in others if isinstance(each, _CONTROLS)}
    if isinstance(widget, QAbstractButton) and (group := widget.group()) is not None:
        found |= set(group.buttons()) if group.exclusive() else set()  # arrows go on
    if isinstance(widget, QAbstractButton) and widget.autoExclusive():
        parent = widget.parentWidget()
        found |= set(parent.findChildren(type(widget))) if parent is not None else set()
    return found


def _press_tab(window: QWidget, now: QWidget | None) -> None:
    target = now or window
    before = QApplication.focusWidget()
    key(target, Qt.Key.Key_Tab)
    if QApplication.focusWidget() is before:  # an editor keeps Tab for itself: Ctrl+Tab
        key(target, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)


def _called(widget: QWidget) -> str:
    name = widget.accessibleName() or widget.objectName()
    own = widget.text() if isinstance(widget, QAbstractButton) else ""
    chain = type(widget).__name__, type(widget.parent()).__name__
    return f"{chain[0]} “{name or own}” in {chain[1]}"


def settle() -> None:
    """Let everything that waits be done."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()
