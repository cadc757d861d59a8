"""What stands out of automatic, kept once for the badge and every page."""

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked
from app.errors import PlantError
from app.model.control import WriteResult
from app.model.override import Override
from app.model.reading import DeviceId
from app.verbs import Viewer
from widgets.asking import Asking
from widgets.pointfeed import PointFeed

EVERY_S = 5


class OverrideBoard(QObject):
    """The overrides that stand, as the core last told them (GUI thread)."""

    changed = pyqtSignal()

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        feed: PointFeed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking = asked, viewer, asking
        self._standing: tuple[Override, ...] = ()
        self._under_way = False
        self._age_s = 0
        feed.aged.connect(self._tick)

    @property
    def standing(self) -> Sequence[Override]:
        """Those that stand, the oldest first."""
        return self._standing

    def of(self, device: DeviceId, key: str) -> Override | None:
        """Return the override of a setting; None while it is in automatic."""
        found = (each for each in self._standing if (each.device, each.key) == (device, key))
        return next(found, None)

    def refresh(self) -> None:
        """Ask now."""
        if self._under_way:
            return
        self._under_way = True
        self._asking.ask(
            self._asked.control.overrides(self._viewer),
            owner=self,
            done=self._take,
            failed=lambda _error: self._take(self._standing),  # told by the shell already
        )

    def take_back(
        self,
        each: Override,
        done: Callable[[WriteResult], None],
        failed: Callable[[PlantError], None],
    ) -> None:
        """Write the former value back now."""
        self._asking.ask(
            self._asked.control.take_back(self._viewer, each.device, each.key),
            owner=self,
            done=lambda result: self._taken(result, done),
            failed=lambda error: self._failed(error, failed),
        )

    def _taken(self, result: WriteResult, done: Callable[[WriteResult], None]) -> None:
        done(result)
        self.refresh()

    def _failed(self, error: PlantError, failed: Callable[[PlantError], None]) -> None:
        failed(error)
        self.refresh()

    def _take(self, told: Sequence[Override]) -> None:
        self._under_way = False
        if tuple(told) != self._standing:
            self._standing = tuple(told)
            self.changed.emit()

    def _tick(self) -> None:
        self._age_s += 1
        if self._age_s % EVERY_S == 0:
            self.refresh()
