"""A picture come alive: its document, the points of one device, and what they read now."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime

from PyQt6.QtCore import QObject, QPointF, QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QGraphicsScene

from app.model.point import PointSpec
from app.model.reading import PointId, Reading
from flowdiagrams.ages import Ages, ages
from flowdiagrams.binding import Binding
from flowdiagrams.document import Document
from flowdiagrams.elements import Curve, Element, Value
from flowdiagrams.ink import Ink
from flowdiagrams.items import FieldItem, field_plate, write_name
from flowdiagrams.manifest import manifests
from flowdiagrams.overlay import Overlay
from flowdiagrams.plate import Plate
from flowdiagrams.symbolart import SymbolArt
from flowdiagrams.symbolitems import SymbolItem, curve_plate
from flowdiagrams.wiring import Around, Update, Wired, wire
from widgets.controls.standing import Standing
from widgets.theme import Theme


class DiagramScene(QGraphicsScene):
    """Draws one document for one device; everything on the GUI thread.

    ``slots``: slot of the document → point; ``specs``: by the profile's key of the
    point; ``now`` answers UTC. Elements whose point is missing are not drawn.
    """

    def __init__(
        self,
        document: Document,
        slots: Mapping[str, PointId],
        specs: Mapping[str, PointSpec],
        theme: Theme,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setSceneRect(0, 0, *document.size)
        named = {slot.key for slot in document.slots}
        self.binding = Binding({slot: slots[slot] for slot in slots if slot in named}, specs)
        self._now = now
        self._ink, self._art = Ink(theme), SymbolArt(theme.tokens())
        self._alarms: dict[PointId, Standing] = {}
        self._updates: dict[PointId, list[Update]] = {}
        self._last_heard: datetime | None = None
        self._resting = False
        self._elements = [one for one in document.elements if self._is_shown(one)]
        self._overlay = Overlay(document.size, self._ink)
        self.wired = self._wire()
        self._measured = self._measured_slots()
        self._measured_points = {self.binding.point(slot) for slot in self._measured}
        self.addItem(self._overlay)
        self.refresh()

    @property
    def points(self) -> Collection[PointId]:
        """Every point whose readings change something in the picture."""
        return self._updates.keys()

    @property
    def ages(self) -> Ages:
        """What the corner says: the age of the oldest value, or that nobody answers."""
        live = ((name, self.binding.reading(slot)) for slot, name in self._measured.items())
        return ages(live, self._last_heard, self._now())

    def take(self, reading: Reading) -> None:
        """Show a point's newest reading; only what looks different is painted again."""
        self.binding.take(reading)
        if reading.value is not None and reading.point in self._measured_points:
            heard = self._last_heard
            if heard is None or reading.measured_at > heard:
                self._last_heard = reading.measured_at
        if not self._resting:
            for update in self._updates.get(reading.point, ()):
                update()

    def rest(self, resting: bool) -> None:
        """Stop drawing while nobody sees the picture; catch up on return."""
        self._resting = resting
        if not resting:
            self.refresh()

    def refresh(self) -> None:
        """Bring every element and the ages up to now."""
        for wired in self.wired:
            for _slots, update in wired.updates:
                update()
        self.show_ages()

    def show_ages(self) -> None:
        """Let the corner and the alarms grow older (once a second)."""
        if not self._resting:
            self._overlay.show_look(self.ages)
            self._update(self._alarms)

    def set_alarms(self, alarms: Mapping[PointId, Standing]) -> None:
        """Mark the points with standing alarms."""
        before, self._alarms = self._alarms, dict(alarms)
        points = before.keys() | alarms.keys()
        self._update(point for point in points if before.get(point) != alarms.get(point))

    def wear(self, theme: Theme) -> None:
        """Change to another theme."""
        self._ink, self._art = Ink(theme), SymbolArt(theme.tokens())
        for item in (*(wired.item for wired in self.wired), self._overlay):
            item.wear(self._ink)
            if isinstance(item, SymbolItem):
                item.redraw_with(self._art)
        self._redraw(self.sceneRect())

    def drawBackground(self, painter: QPainter | None, rect: QRectF) -> None:  # noqa: N802 - Qt
        """Draw all that no reading changes; the view keeps it as one picture."""
        if painter is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, self._ink.colour("surface"))
        Plate(manifests(), self._ink, self._art).paint(painter, self._elements)
        for element in self._elements:
            if isinstance(element, Value):
                at = QPointF(*element.at)
                write_name(painter, at, element.tag, element.name, self._ink)
            elif isinstance(element, Curve):
                curve_plate(painter, element, self._ink)
        for wired in self.wired:
            if isinstance(wired.item, FieldItem) and wired.item.plate_rect().intersects(rect):
                field_plate(painter, wired.item, self._ink)

    def _is_shown(self, element: Element) -> bool:
        needed = not element.needs or self.binding.any_bound(element.needs)
        return needed and self.binding.bound(element.main_slots())

    def _wire(self) -> list[Wired]:
        around = Around(
            binding=self.binding,
            manifests=manifests(),
            ink=self._ink,
            art=self._art,
            now=self._now,
            alarm=self._alarm,
            redraw=self._redraw,
        )
        live = [wired for one in self._elements if (wired := wire(one, around)) is not None]
        for wired in live:
            self.addItem(wired.item)
            for slots, update in wired.updates:
                for point in {self.binding.point(slot) for slot in slots}:
                    if point is not None:
                        self._updates.setdefault(point, []).append(update)
        return live

    def _measured_slots(self) -> dict[str, str]:
        """Return the slots that are measured, not set, by what the corner calls them."""
        return {
            slot: wired.name or self.binding.spec(slot).name
            for wired in self.wired
            for slot in wired.measured
            if slot and self.binding.bound((slot,)) and not self.binding.spec(slot).is_setting
        }

    def _update(self, points: Iterable[PointId]) -> None:
        for point in points:
            for update in self._updates.get(point, ()):
                update()

    def _alarm(self, slots: Iterable[str]) -> Standing | None:
        if not self._alarms:
            return None
        standing = (
            self._alarms.get(point) for point in map(self.binding.point, slots) if point
        )
        return min((each for each in standing if each), default=None)

    def _redraw(self, area: QRectF) -> None:
        self.invalidate(area, QGraphicsScene.SceneLayer.BackgroundLayer)
        self.update(area)
