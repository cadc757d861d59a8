"""What stands out of automatic, kept once for the badge and every page."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from app.errors import PlantError
from app.model.control import WriteResult
from app.model.override import Override
from app.model.reading import DeviceId
from widgets.polled import Polled


class OverrideBoard(Polled[Sequence[Override]]):
    """The overrides that stand, as the core last told them (GUI thread)."""

    every_s = 5
    _standing: tuple[Override, ...] = ()

    @property
    def standing(self) -> Sequence[Override]:
        """Those that stand, the oldest first."""
        return self._standing

    def of(self, device: DeviceId, key: str) -> Override | None:
        """Return the override of a setting; None while it is in automatic."""
        found = (each for each in self._standing if (each.device, each.key) == (device, key))
        return next(found, None)

    def question(self) -> Coroutine[Any, Any, Sequence[Override]]:
        """Ask what stands out of automatic."""
        return self._asked.control.overrides(self._viewer)

    def take(self, told: Sequence[Override]) -> None:
        """Keep what stands; tell where it is otherwise than before."""
        if tuple(told) != self._standing:
            self._standing = tuple(told)
            self.changed.emit()

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
