"""What a device's button says: address, how it does, what it is for, how its breaker stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.asked import DeviceView
from app.model.device import LinkId
from app.model.functions import Breaker, Function, Functions
from app.model.reading import PointId, Quality, Reading, point_id
from app.words import _, ngettext
from widgets.controls.marks import presence_word
from widgets.controls.moments import age_text
from widgets.models.devicefilter import Plant
from widgets.models.devices import address_text
from widgets.models.devicetree import worst_alarm
from widgets.models.rows import Cell, Column
from widgets.pointfeed import PointFeed

_BREAKERS = {
    Breaker.OPEN: "breaker-open",
    Breaker.CLOSED: "breaker-closed",
    Breaker.TRIPPED: "breaker-tripped",
    Breaker.UNKNOWN: "breaker-unknown",
}
BUTTON = "button"  # id of the column that holds what a button says; no column of a table


@dataclass(frozen=True, slots=True)
class Symbol:
    """A drawing with its word beside it and a sentence for whoever points at it."""

    drawing: str
    word: str
    tip: str


@dataclass(frozen=True, slots=True)
class Guard:
    """How a breaker stands, and how old that is when it is no longer the present."""

    stands: Breaker
    age: str = ""

    @property
    def symbol(self) -> Symbol:
        """Return what is drawn."""
        word = breaker_word(self.stands)
        tip = _("Breaker: {state}").format(state=word)
        aged = f"{word} · {self.age}" if self.age else word
        return Symbol(_BREAKERS[self.stands], aged, f"{tip} · {self.age}".rstrip(" ·"))


def breaker_word(stands: Breaker) -> str:
    """Return how a breaker stands in a word or two."""
    return {
        Breaker.OPEN: _("open"),
        Breaker.CLOSED: _("closed"),
        Breaker.TRIPPED: _("tripped"),
        Breaker.UNKNOWN: _("not known"),
    }[stands]


class ButtonTexts:
    """Looks up what each button says at this moment (GUI thread)."""

    def __init__(self, plant: Plant, feed: PointFeed, now: Callable[[], datetime]) -> None:
        self._plant, self._feed, self._now = plant, feed, now
        self.sharing: Mapping[LinkId, int] = {}  # devices on each line

    def column(self) -> Column[DeviceView]:
        """Return what a button says as words, for those who listen and for the tip."""
        return Column(BUTTON, lambda: "", self._cell, 0, lambda _view: 0)

    def symbols(self, view: DeviceView) -> list[Symbol]:
        """Return what a device is for."""
        found = [
            symbol
            for function, symbol in _function_symbols().items()
            if function in self._functions(view).does
        ]
        others = self.sharing.get(view.link.id, 1) - 1
        if others > 0:
            said = ngettext(
                "It shares the link {link} with {count} other device",
                "It shares the link {link} with {count} other devices",
                others,
            )
            tip = said.format(link=view.link.name, count=others)
            found.append(Symbol("link", _("Link"), tip))
        return found

    def guard(self, view: DeviceView) -> Guard | None:
        """Return how the device's breaker stands; None for a device that guards nothing."""
        functions = self._functions(view)
        if not functions.breaker:
            return None
        reading = self.breaker_reading(view)
        stands = functions.breaker_stands(reading)
        if reading is None or reading.quality is not Quality.STALE:
            return Guard(stands)
        return Guard(stands, age_text((self._now() - reading.measured_at).total_seconds()))

    def breaker_reading(self, view: DeviceView) -> Reading | None:
        """Return the newest reading of the device's breaker."""
        point = self.breaker_point(view)
        return None if point is None else self._feed.latest(point)

    def breaker_point(self, view: DeviceView) -> PointId | None:
        """Return the point that tells how the breaker stands; None without one."""
        key = self._functions(view).breaker
        return point_id(view.config.id, key) if key else None

    def unread(self) -> list[PointId]:
        """Return the points of all breakers that nothing was heard of yet."""
        points: list[PointId] = []
        for _roles, views in self._plant.directory.alike():
            key = self._functions(views[0]).breaker
            points += [point_id(view.config.id, key) for view in views if key]
        return [each for each in points if self._feed.latest(each) is None]

    def _functions(self, view: DeviceView) -> Functions:
        return self._plant.directory.functions(view.config.id)

    def _cell(self, view: DeviceView) -> Cell:
        said = [view.config.name, address_text(view)]
        said.append(presence_word(self._plant.standing(view).presence))
        worst = worst_alarm(self._plant.alarms.get(view.config.id, ()))
        if worst is not None:
            said.append(worst.rule.name)
        guard = self.guard(view)
        if guard is not None:
            said.append(guard.symbol.tip)
        said += [each.tip for each in self.symbols(view)]
        return Cell("\n".join(said))


def _function_symbols() -> Mapping[Function, Symbol]:
    return {
        Function.MEASURE: Symbol("meter", _("Measure"), _("It measures quantities")),
        Function.STATE: Symbol("state", _("State"), _("It tells states")),
        Function.COMMAND: Symbol(
            "command", _("Command"), _("Settings in it can be changed from here")
        ),
    }
