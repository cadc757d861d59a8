"""A Qt test that waits as long as a machine needs on which much else runs."""

from collections.abc import Callable
from typing import Any

from pytestqt.qtbot import QtBot

PATIENCE_MS = 30_000  # what does not come at all takes so long to be told


class PatientBot(QtBot):
    """Waits half a minute where nothing else is said; pytest-qt gives up after five seconds.

    Shared by ten programs a processor turns five seconds into half of one: a list of five
    hundred rows, or a window that is to become active, may take longer.
    """

    def waitActive(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802
        return super().waitActive(widget, timeout=timeout)

    def waitExposed(self, widget: Any, *, timeout: int = PATIENCE_MS) -> Any:  # noqa: N802
        return super().waitExposed(widget, timeout=timeout)

    def waitUntil(  # noqa: N802
        self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS
    ) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(  # noqa: N802
        self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any
    ) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(  # noqa: N802
        self, signals: list[Any], *, timeout: int = PATIENCE_MS, **how: Any
    ) -> Any:
        return super().waitSignals(signals, timeout=timeout, **how)
