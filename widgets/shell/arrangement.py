"""How a person arranged the pages: kept, and put up again after a restart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PyQt6.QtCore import QRect

from app.model.reading import DeviceId
from app.words import ngettext
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

    What is not understood, not known any more or not allowed is left out. So are pages
    beyond the most there may be, but never the one in front; that is told.
    """
    if not isinstance(memory, dict):
        return False
    pages, torn, front = _list(memory.get("pages")), _list(memory.get("torn")), -1
    if isinstance(given := memory.get("front"), int) and 0 <= given < len(pages):
        front = min(given, MOST_PAGES - 1)
        fitting = [*pages[:front], pages[given], *pages[front + 1 :]]
    else:
        fitting = pages
    opened = [_open(each, places, kinds, context) for each in fitting[:MOST_PAGES]]
    for each in torn[:MOST_PAGES]:
        page = _open(each, places, kinds, context)
        place = _rectangle(each.get("place") if isinstance(each, dict) else None)
        if page is not None:
            places.tear(page, place)
    if front >= 0 and (wanted := opened[front]) is not None:
        places.to_front(wanted)
    _tell_left(sum(max(len(each) - MOST_PAGES, 0) for each in (pages, torn)), context)
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


def _tell_left(count: int, context: PageContext) -> None:
    """Say how many pages of last time stay closed."""
    if count:
        words = ngettext(
            "{count} page of last time stays closed: at most {most} open by themselves.",
            "{count} pages of last time stay closed: at most {most} open by themselves.",
            count,
        )
        context.work.tell(words.format(count=count, most=MOST_PAGES))


def _list(memory: Json) -> list[Json]:
    return memory if isinstance(memory, list) else []


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
