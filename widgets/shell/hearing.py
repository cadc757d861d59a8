"""Hears the plant for the whole window, and notices when nobody speaks any more."""

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from app.errors import PlantError
from app.sentences import told_sentence
from widgets.pagetype import PageContext
from widgets.shell.heartbeat import Heartbeat

TROUBLES_EVERY_S = 10
Stop = Callable[[], None]


class Hearing(QObject):
    """Feeds readings, standings and alarms to the screen from `begin` to `end`."""

    named = pyqtSignal(str)  # the plant's title
    lost = pyqtSignal(object)  # the core has not answered since (datetime, UTC)
    back = pyqtSignal()
    failed = pyqtSignal(str)  # a sentence
    troubled = pyqtSignal(str)  # what is wrong with the core itself; "" when nothing is

    def __init__(self, context: PageContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._stops: list[Stop] = []
        self._is_over = False
        self._heart = Heartbeat(
            context.asked, context.viewer, context.asking, context.now, self
        )
        self._heart.named.connect(self.named)
        self._heart.lost.connect(self._lose)
        self._heart.back.connect(self.back)
        context.feed.aged.connect(self._heart.tick)
        self._age_s = 0
        context.feed.aged.connect(self._tick)

    def begin(self) -> None:
        """Start listening; the watching begins on the loop that owns the services."""
        self._is_over = False
        asked, feed = self._context.asked, self._context.feed
        starts: tuple[Callable[[], Stop], ...] = (
            partial(asked.watch_readings, feed.offer),
            partial(asked.watch_devices, feed.offer_standings),
            partial(asked.watch_alarms, feed.offer_alarms),
        )
        for start in starts:
            self._ask(_call(start), self._keep)

    def end(self) -> None:
        """Stop listening, to what is only being begun as well."""
        self._is_over = True
        for stop in self._stops:
            self._ask(_call(stop), lambda _: None)
        self._stops.clear()

    def _tick(self) -> None:
        self._age_s += 1
        if self._age_s % TROUBLES_EVERY_S == 1 and not self._is_over:
            work = self._context.asked.plant.troubles(self._context.viewer)
            self._ask(work, self._tell_troubles)

    def _tell_troubles(self, said: Sequence[str]) -> None:
        self.troubled.emit("\n".join(told_sentence(each) for each in said))

    def _keep(self, stop: Stop) -> None:
        self._stops.append(stop)
        if self._is_over:
            self.end()

    def _ask(self, work: Coroutine[Any, Any, Any], done: Callable[[Any], None]) -> None:
        self._context.asking.ask(work, owner=self, done=done, failed=self._complain)

    def _complain(self, error: PlantError) -> None:
        self.failed.emit(str(error))

    def _lose(self, since: object) -> None:
        self._context.feed.fade("core-lost")
        self.lost.emit(since)


async def _call(act: Callable[[], Any]) -> Any:
    return act()
