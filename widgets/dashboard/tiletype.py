"""How a kind of tile introduces itself, and what it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from PyQt6.QtWidgets import QWidget

import widgets.dashboard.tiles
from app.asked import DeviceDetail
from app.model.reading import DeviceId
from app.plugins import discover
from app.verbs import Capability
from widgets.controls.card import Elided
from widgets.desk import Json
from widgets.pagetype import PageContext

Options = Mapping[str, Json]
MakeDiagram = Callable[[DeviceDetail], QWidget | None]


@dataclass(frozen=True, slots=True)
class Given:
    """What a tile works with; ``options`` are kept by somebody, so nothing is certain."""

    context: PageContext
    options: Options
    diagram: MakeDiagram
    title: Elided  # the tile's head: the body may rename it
    subtitle: Elided

    def word(self, name: str) -> str:
        """Return an option that is a text, "" when it is none."""
        found = self.options.get(name)
        return found if isinstance(found, str) else ""

    @property
    def device(self) -> DeviceId:
        """The device it is about, "" for none."""
        return DeviceId(self.word("device"))


Ask = Callable[[PageContext, Options, QWidget], Options | None]
"""Asks a person what the tile shall show; None when they turn away."""


@dataclass(frozen=True, slots=True)
class TileType:
    """How a module of ``widgets.dashboard.tiles`` introduces itself, in ``TILE``."""

    id: str
    title: Callable[[], str]
    says: Callable[[], str]  # one sentence for whoever chooses
    icon: str
    order: int
    usual: tuple[int, int]  # cells wide and high
    smallest: tuple[int, int]
    capability: Capability
    build: Callable[[Given], QWidget]
    ask: Ask | None = None  # None: there is nothing to choose
    asks_first: bool = False  # without an answer there is nothing to show


@cache
def kinds_of_tiles() -> Mapping[str, TileType]:
    """Return the kinds there are by id, in the order they are offered."""
    found = discover(widgets.dashboard.tiles, "TILE", TileType).values()
    return {each.id: each for each in sorted(found, key=lambda each: each.order)}
