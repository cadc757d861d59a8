"""A picture of any page, taken without a screen."""

import os
from collections.abc import Sequence
from pathlib import Path

from app.clipped import clipped
from app.compose.demoplant import DEMO_FILE
from app.compose.joining import Joined, join
from app.errors import BadInput, NotPermitted
from app.model.reading import DeviceId
from app.words import _

DEVICE_PAGE = "device"


def page_names() -> Sequence[str]:
    """Return what `take_picture` takes: pages, and a device's tabs as ``device/chart``."""
    _without_screen()
    import widgets.devicetabs
    from app.plugins import discover
    from widgets.devicetabs.tabtype import TabType
    from widgets.shot import pages

    tabs = discover(widgets.devicetabs, "TAB", TabType).values()
    in_order = sorted(tabs, key=lambda tab: tab.order)
    return (*pages(), *(f"{DEVICE_PAGE}/{tab.id}" for tab in in_order))


def take_picture(
    page: str,
    project: Path,
    person: tuple[str, str],
    out: Path,
    *,
    size: tuple[int, int],
    theme: str,
    language: str,
    device: str | None,
) -> None:
    """Write a PNG of a page as it stands in the window.

    Args:
        page: One of `page_names`.
        project: Of which project; a running core is joined, else one is run meanwhile.
        person: Login and password.
        out: The file.
        size: Of the window, in px.
        theme: ``day`` or ``night``.
        language: Code of the screen's language.
        device: For a device's page; the first device when None.
    """
    if page not in page_names():
        raise BadInput(
            _("there is no page {page!r}; shot --list prints them").format(page=clipped(page))
        )
    if out.suffix.lower() != ".png":
        raise BadInput(_("{file}: a picture's name ends with .png").format(file=out))
    from app.compose.desktop import application, make_window, put_away
    from widgets.pagetype import Show
    from widgets.shell.window import kinds_of_pages
    from widgets.shot import shot
    from widgets.speech import speak
    from widgets.theme import Look

    app = application()  # held as long as there are widgets
    speak(language)
    with join(project, *person) as joined:
        name, _slash, part = page.partition("/")
        if name not in kinds_of_pages(joined.viewer):
            raise NotPermitted(
                _("the page {page} is none of {name}’s").format(
                    page=name, name=joined.viewer.name
                )
            )
        joined.wait_for_answers()
        shown = _device(joined, device) if name == DEVICE_PAGE else None
        simulated = (project / DEMO_FILE).is_file()
        window = make_window(joined, Look(theme), simulated=simulated)
        image = shot(window, Show(name, device=shown, part=part), size)
        window.close()
        put_away(window, joined)
        app.processEvents()
    if not image.save(str(out)):
        raise BadInput(_("{file}: cannot be written").format(file=out))


def _device(joined: Joined, wished: str | None) -> DeviceId:
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    known = [view.config.id for view in views]
    if wished is not None and wished not in known:
        raise BadInput(_("there is no device {device!r}").format(device=clipped(wished)))
    if not known:
        raise BadInput(_("the project has no devices"))
    return DeviceId(wished) if wished else known[0]


def _without_screen() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
