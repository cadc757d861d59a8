"""A window over a small plant in one language, look and size, opened page by page."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import widgets.devicetabs
from app.model.reading import DeviceId
from app.model.rights import Role
from app.model.version import ThingVersion
from app.plugins import discover
from app.users.roles import preset_roles
from app.verbs import Viewer
from app.words import LANGUAGES
from tests.fakes.asked import VIEWER, FakeServices
from tests.fakes.desk import COPENHAGEN, Desk
from tests.fakes.smallplant import AHORNVEJ
from tests.fakes.sounder import FakeSounder
from tests.pictures.findings import settle
from tests.pictures.smallproject import small_project
from widgets.devicetabs.tabtype import TabType
from widgets.pagetype import Show
from widgets.shell.window import MainWindow, build_window, kinds_of_pages
from widgets.shot import shot
from widgets.speech import speak

SMALL, LARGE = (1280, 800), (1920, 1080)
MONTHS = "January February March April May June July August September October November December"
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
# What stands on the screen as it is in every language: units, codes, keys, names of days.
CODES = (
    *("CET", "CEST", "UTC", "SIM", "kWh", "MWh", " ms"),
    *("Ctrl+", "Shift+", "Enter", "Esc", "CSV", "XLSX"),
)
METER_DEVICE = DeviceId("ahornvej-14-em1")
OF_METERS = ("consumption",)  # tabs that are empty at a controller
HOSTILE = {
    "long": "Fjernvarmecentral " * 16 + "Ahornvej 14x",  # three hundred letters
    "endless": "Fjernvarmecentral" * 18,
    "four-byte": "𝔉𝔧𝔢𝔯𝔫 🔥 𠮷野",
    "right-to-left": "תחנת חום ١٤ محطة",
    "markup": "<b>x</b> & <img src=x>",
    "long and markup": "<b>x</b> & <img src=x> " + "Fjernvarmecentral " * 15,
}


@dataclass(frozen=True, slots=True)
class Place:
    """One page, or one tab of the device page."""

    page: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.page}-{self.part}".rstrip("-")

    def show(self, device: DeviceId) -> Show:
        """Return what brings it up."""
        needs = kinds_of_pages()[self.page].needs_device
        device = METER_DEVICE if self.part in OF_METERS else device
        return Show(self.page, device if needs else None, part=self.part)


def places() -> Sequence[Place]:
    """Return every page, every way it shows things, and every tab of a device."""
    tabs = sorted(
        discover(widgets.devicetabs, "TAB", TabType).values(), key=lambda each: each.order
    )
    pages = kinds_of_pages().values()
    return (
        *(Place(each.id) for each in pages if not each.needs_device),
        Place("devices", "buttons"),
        Place("people", "roles"),
        Place("people", "second"),
        *(Place("device", each.id) for each in tabs),
    )


class Stage:
    """A window one walks through."""

    def __init__(
        self,
        window: MainWindow,
        size: tuple[int, int],
        device: DeviceId,
        services: FakeServices | None = None,
    ) -> None:
        self.window = window
        self.services = services or FakeServices()  # a running project has its own
        self.size = size
        self.device = device

    def open(self, place: Place) -> MainWindow:
        """Bring a page to the front and wait until it shows what it has."""
        shot(self.window, place.show(self.device), self.size, within_s=10)
        return self.window


@contextmanager
def staged(
    language: str = "en",
    theme: str = "day",
    size: tuple[int, int] = SMALL,
    services: FakeServices | None = None,
    viewer: Viewer = VIEWER,
) -> Iterator[Stage]:
    """Open a window over a fake plant at noon; the language is English again after it."""
    speak(language)
    desk = Desk(services or small_project(), theme=theme)
    window = build_window(
        asked=desk.services.asked,
        viewer=viewer,
        asking=desk.asking,
        feed=desk.feed,
        look=desk.look,
        now=desk.now,
        sounder=FakeSounder(),
        zone=COPENHAGEN,
        simulated=True,
    )
    try:
        yield Stage(window, size, AHORNVEJ, desk.services)
    finally:
        put_down(window)
        desk.look.use("day")
        desk.close()
        speak("en")


def put_down(window: MainWindow) -> None:
    """Close a window and delete it as a whole."""
    for page in tuple(window.pages):
        window.places.remove(page)
    window.close()
    window.deleteLater()
    settle()


def hostile(name: str) -> FakeServices:
    """Return a plant where everything somebody may name is called ``name``."""
    services = small_project()
    for at, view in enumerate(services.plant.views):
        link = replace(view.link, name=name) if view.link is not None else None
        config = replace(view.config, name=name, area=name)
        standing = replace(view.standing, last_error=name, faults=(name,))
        named = replace(view, config=config, link=link, standing=standing, label=name)
        services.plant.views[at] = named
        detail = services.plant.details[config.id]
        detail = replace(detail, view=named)
        points = tuple(replace(spec, name=name, note=name) for spec in detail.points)
        services.plant.details[config.id] = replace(
            detail, points=points, identity={"serial": name}, clock_note=name
        )
    services.alarms.alarms = [
        replace(each, rule=replace(each.rule, name=name), note=name, acknowledged_by=name)
        for each in services.alarms.alarms
    ]
    services.audit.broken = name
    people = services.people
    people.kept = {
        login: replace(each, name=name, ended=name if each.ended else "", areas=(name,))
        for login, each in people.kept.items()
    }
    people.all_roles["own"] = Role("own", name, 15, preset_roles()["basic"].cells)
    people.kept["berit"] = replace(people.kept["berit"], role="own")
    return services


def _fields_of(versions: Sequence[ThingVersion]) -> set[str]:
    """Return the texts that stand in a thing's fields."""
    contents = [each.content for each in versions if each.content.startswith("{")]
    fields = [value for content in contents for value in json.loads(content).values()]
    return {value for value in fields if isinstance(value, str)}


def data_of(services: FakeServices) -> Sequence[str]:
    """Return what is shown as it is in every language, the longest first."""
    known = {
        "Østerby Fjernvarme",
        "Værkvej 2, 6000 Kolding",
        "K. Lund",
        "lund",
        "desk-1",
        "rule-24",
        "sign-in",
        "estimated",
        *CODES,
    }
    for view in services.plant.views:
        known |= {view.config.name, view.config.area, view.config.id, view.config.profile}
        known |= {view.link.name, view.link.kind} if view.link is not None else set()
        known |= {view.standing.last_error, *view.standing.faults}
    for person in services.people.kept.values():
        known |= {person.name, person.login, person.ended}
    for finding in services.hardening.found:
        known |= {finding.place, *finding.values.values()}
    for thing, versions in services.versions.kept.items():
        known |= {thing.id, *(each.note for each in versions), *_fields_of(versions)}
    for meter in services.scan.stands.progress.found:
        known |= {meter.label, meter.maker, meter.secondary}
    if services.scan.stands.wish is not None:
        known.add(services.scan.stands.wish.link.name)
    known |= {device for _address, device in services.scan.stands.known}
    known |= {each.name for line in services.radio.radio_lines for each in line.receivers}
    known |= {"no route"}
    known |= {"Østerby", "Fjernvarme", "Europe/Copenhagen", *LANGUAGES.values()}
    for entry in (*MONTHS.split(), *DAYS.split()):
        known |= {entry, entry[:3]}
    return sorted((each for each in known if each), key=len, reverse=True)
