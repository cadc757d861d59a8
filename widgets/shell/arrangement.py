"""How a person arranged the pages: kept, and put up again after a restart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PyQt6.QtCore import QRect

from app.model.reading import DeviceId
from widgets.desk import Json, Memory
from widgets.pagetype import Page, PageContext, PageType, Show
from widgets.shell.floating import on_a_screen
from widgets.shell.pagetabs import OpenPage
from widgets.shell.places import Places

if TYPE_CHECKING:
    from PyQt6.QtWidgets import QWidget

KEY = "arrangement"
MOST_PAGES = 40  # an arrangement written by nobody must not open a thousand


def captured(places: Places, front: Page | None, window: "QWidget") -> Memory:
    """Return which pages are open, where, and what each remembers."""
    behind: list[Json] = [_page(each) for each in places.opened]
    torn: list[Json] = [
        {**_page(each.opened), "place": _corners(each.geometry())} for each in places.floats
    ]
    pages = [each.page for each in places.opened]
    return {
        "pages": behind,
        "torn": torn,
        "front": pages.index(front) if front in pages else 0,
        "place": _corners(window.normalGeometry()),
        "maximised": window.isMaximized(),
    }


def put_up(
    memory: Json, places: Places, kinds: Mapping[str, PageType], context: PageContext
) -> bool:
    """Open the pages of an arrangement; True when there was one with a page.

    What is not understood, not known any more or not allowed is left out.
    """
    if not isinstance(memory, dict):
        return False
    opened = [_open(each, places, kinds, context) for each in _list(memory.get("pages"))]
    for torn in _list(memory.get("torn")):
        page = _open(torn, places, kinds, context)
        place = _rectangle(torn.get("place") if isinstance(torn, dict) else None)
        if page is not None:
            places.tear(page, place)
    front = memory.get("front")
    if isinstance(front, int) and 0 <= front < len(opened):
        wanted = opened[front]
        if wanted is not None:
            places.to_front(wanted)
    return bool(places.pages)


def place_window(memory: Json, window: "QWidget") -> None:
    """Put the main window where it was, if that can still be seen."""
    if not isinstance(memory, dict):
        return
    place = _rectangle(memory.get("place"))
    if place is not None:
        window.setGeometry(on_a_screen(place))
    if memory.get("maximised") is True:
        window.showMaximized()


def _page(opened: OpenPage) -> Memory:
    return {
        "page": opened.kind.id,
        "device": opened.device,
        "memory": opened.page.memory(),
    }


def _open(
    each: Json, places: Places, kinds: Mapping[str, PageType], context: PageContext
) -> Page | None:
    if not isinstance(each, dict):
        return None
    kind = kinds.get(str(each.get("page")))
    name = each.get("device")
    device = DeviceId(name) if isinstance(name, str) else None
    if kind is None or kind.needs_device is not (device is not None):
        return None
    page = places.bring(kind, Show(kind.id, device), context)
    memory = each.get("memory")
    if isinstance(memory, dict):
        page.recall(memory)
    return page


def _list(memory: Json) -> list[Json]:
    return memory[:MOST_PAGES] if isinstance(memory, list) else []


def _corners(place: QRect) -> list[Json]:
    return [place.x(), place.y(), place.width(), place.height()]


def _rectangle(memory: Json) -> QRect | None:
    if not isinstance(memory, list) or len(memory) != 4:  # noqa: PLR2004 - x, y, width, height
        return None
    x, y, width, height = memory
    if not all(isinstance(each, int) for each in memory):
        return None
    found = QRect(int(str(x)), int(str(y)), int(str(width)), int(str(height)))
    return found if found.isValid() else None
