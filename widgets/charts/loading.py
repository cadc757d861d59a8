"""Asks for what a chart draws: every sample, or of a long time its tiles and what is near."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TypeVar

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from app.errors import PlantError
from app.series import Series, Tile
from app.words import _
from widgets.charts.compare import bounds_before
from widgets.charts.past import Past, Wanted
from widgets.charts.penset import PenSet
from widgets.charts.tiled import LONG

_Told = TypeVar("_Told")
CLOSER_MS = 250  # after a zoom, until what is near is asked for
_AROUND = 0.5  # of what is seen, asked for on either side


class Loading(QObject):
    """One period at a time; what comes goes to the pens.

    ``loaded`` tells that the period is there (or every sample of it, that was asked for
    since), ``nearer`` that more of it is, ``failed`` why it is not; ``said`` what a person
    must know of what is drawn.
    """

    loaded = pyqtSignal(bool)  # whether it is a period asked for anew
    nearer = pyqtSignal()
    failed = pyqtSignal(object)  # PlantError
    said = pyqtSignal(str)  # what has to be said of what is drawn now

    def __init__(self, past: Past, pens: PenSet, zone: tzinfo | None, parent: QObject) -> None:
        super().__init__(parent)
        self._past, self._pens, self._zone = past, pens, zone
        self._start = self._end = datetime.fromtimestamp(0, UTC)
        self._seen = (0.0, 0.0)
        self.tiled = False  # whether tiles are drawn
        self._then: Callable[[], None] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask_closer)

    def begin(self, start: datetime, end: datetime) -> None:
        """Ask for a period (UTC): of a long one for its tiles, unless it is compared."""
        self._start, self._end, self._then = start, end, None
        self._pens.forget()
        self.tiled = end - start > LONG and not self._pens.compare.days
        self._ask(anew=True)

    def with_every_sample(self, then: Callable[[], None]) -> None:
        """Do something once every sample of the period is there: mostly at once."""
        if not self.tiled:
            then()
            return
        self._then, self.tiled = then, False
        self._ask(anew=False)

    def look(self, start_s: float, end_s: float) -> None:
        """Bring every sample of what is seen now, when it is no long time any more."""
        self._seen = (start_s, end_s)
        if self.tiled:
            self._soon.start(CLOSER_MS)
            self.said.emit(self.words())

    def words(self) -> str:
        """Return what has to be said of what is drawn."""
        if not self.tiled or self._pens.is_fine(*self._seen):
            return ""
        return _("Drawn from least and most of every eight hours; zoom in for every sample.")

    def _ask(self, *, anew: bool) -> None:
        wanted = Wanted(self._pens.points, self._start, self._end)
        for name in ("then", "means", "closer"):
            self._past.forget(name)
        if self.tiled:
            tile, day = Tile.EIGHT_HOURS, Tile.DAY
            take = partial(self._took, self._pens.take_tiles, anew=True)
            self._pens.begin_tiles()
            self._past.outline("now", wanted, tile, take, self.failed.emit)
            self._past.outline("means", wanted, day, self._pens.take_means, _silent)
            return
        take_all = partial(self._took, self._pens.take, anew=anew)
        self._past.series("now", wanted, take_all, self.failed.emit)
        if days := self._pens.compare.days:
            before = bounds_before(self._start, self._end, days, self._zone)
            other = Wanted(self._pens.points, *before)
            self._past.series("then", other, self._pens.take_before, self.failed.emit)

    def _took(
        self, take: Callable[[Sequence[_Told]], None], told: Sequence[_Told], *, anew: bool
    ) -> None:
        take(told)
        self.loaded.emit(anew)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _ask_closer(self) -> None:
        start, end = self._seen
        near = 0 < end - start <= LONG.total_seconds()
        if not self.tiled or not near or self._pens.is_fine(start, end):
            return
        around = (end - start) * _AROUND
        first = max(datetime.fromtimestamp(start - around, UTC), self._start)
        last = min(datetime.fromtimestamp(end + around, UTC), self._end)
        wanted = Wanted(self._pens.points, first, last)
        self._past.series("closer", wanted, partial(self._take_closer, first, last), _silent)

    def _take_closer(self, start: datetime, end: datetime, stored: Sequence[Series]) -> None:
        if self.tiled:
            self._pens.take_closer(stored, start, end)
            self.nearer.emit()
            self.said.emit(self.words())


def _silent(_error: PlantError) -> None:
    """Leave what is drawn as it is: the tiles are there."""
