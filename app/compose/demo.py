"""The demo: a project made once, its simulators started each time, then desktop or lines."""

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from app.compose.core import utc_now
from app.compose.demometers import RADIO, MeterSimulators, demo_meters
from app.compose.demoplant import (
    ADDRESS,
    DEMO_FILE,
    DEMO_LOGIN,
    ECL,
    TITLE,
    UTILITY,
    ZONE,
    DemoDevice,
    demo_devices,
    demo_rules,
    demo_totals,
)
from app.compose.desktop import Onward, require_display, run_desktop
from app.compose.headless import Ending, stay
from app.compose.joining import Joined, join
from app.compose.letterhead import give_letterhead
from app.compose.places import user_folder
from app.compose.simulators import Simulators
from app.compose.terminal import tell
from app.errors import BadInput
from app.model.device import LinkConfig, Option, Presence
from app.project.changes import witness_of
from app.project.config import PlantConfig
from app.project.configuration import Configuration
from app.project.databases import looked_at
from app.project.folder import is_project
from app.project.lock import read_owner
from app.project.opening import Administrator, create_project, open_project
from app.project.upgrade import CONFIG
from app.users.privatefile import write_private
from app.words import _

SMALL, LARGE = 12, 120  # controllers; four meters come with each
HEAT_METER: Mapping[str, Option] = {
    # The maker's unit registers are not published: an engineer sets them once.
    "energy_unit": "kWh",
    "flow_unit": "l/h",
    "power_unit": "kW",
    "volume_unit": "m³",
    "mass_unit": "t",
}


def run_demo(
    folder: Path | None,
    controllers: int,
    *,
    headless: bool,
    seconds: float | None,
    onward: Onward | None = None,
    meters: bool = False,
) -> int:
    """Run the demo until it is closed; returns the exit code, and tells ``onward`` where to.

    ``meters`` gives a new demo a bus of wired meters and a street of radio meters, too.
    """
    ending = Ending(seconds) if headless else None
    if ending is None:
        require_display()
    with demo_plant(folder, controllers, meters=meters) as place:
        if ending is not None:
            return _run_lines(place, password_of(place), ending)
        return run_desktop(
            place,
            DEMO_LOGIN,
            password_of(place),
            simulated=True,
            seconds=seconds,
            onward=onward,
        )


@contextmanager
def demo_plant(
    folder: Path | None, controllers: int, *, meters: bool = False
) -> Iterator[Path]:
    """Let the demo's simulators run for the length of a block; yields its project.

    With ``meters`` a new one has those of `demometers` as well; an older one has what it had.
    """
    place = folder or user_folder() / ("demo" if controllers == SMALL else "demo-large")
    devices = demo_devices(controllers, dict(HEAT_METER))
    if not is_project(place):
        _create(place)
    elif not (place / DEMO_FILE).is_file():
        raise BadInput(
            _("{folder} is a project, but none of the demo's: choose another folder").format(
                folder=place
            )
        )
    simulators, more = Simulators(place), MeterSimulators(place)
    try:
        before = _links(place)
        ports = {name: int(str(each.options.get("port", 0))) for name, each in before.items()}
        simulators.start(devices, ports)
        wanted = RADIO in before or (meters and not before)
        added = more.start(before) if wanted else ()
        _settle(place, devices, (*simulators.links(), *added))
        yield place
    finally:
        more.stop()
        simulators.stop()


@contextmanager
def simulators_of(place: Path) -> Iterator[Path]:
    """Let the simulators of a demo made earlier run, unless its core runs already."""
    controllers = _controllers(place)
    with ExitStack() as leaving:
        if controllers and read_owner(place) is None:
            leaving.enter_context(demo_plant(place, controllers))
        yield place


def _controllers(place: Path) -> int:
    with ExitStack() as ending:
        kept = looked_at(place, ending)
        file = kept.file(CONFIG)
        plant = Configuration(kept.look(CONFIG), file, utc_now).current().config
    return sum(device.profile == ECL for device in plant.devices.values())


def password_of(place: Path) -> str:
    """Return the password of the demo's administrator."""
    return (place / DEMO_FILE).read_text(encoding="utf-8").strip()


def _create(place: Path) -> None:
    password = secrets.token_urlsafe(18)
    create_project(
        place,
        title=TITLE,
        zone=ZONE,
        utility=UTILITY,
        administrator=Administrator(DEMO_LOGIN, _("Demo administrator"), password),
    )
    write_private(place / DEMO_FILE, password.encode())
    give_letterhead(
        place, DEMO_LOGIN, logo=files("resources.letterheads") / "oesterby.svg", address=ADDRESS
    )


def _links(place: Path) -> Mapping[str, LinkConfig]:
    """Return the links of last time, so that addresses stay the same."""
    with closing(open_project(place)) as project:
        return {
            str(n): link for n, link in project.configuration.current().config.links.items()
        }


def _settle(
    place: Path, devices: tuple[DemoDevice, ...], links: tuple[LinkConfig, ...]
) -> None:
    """Fill the project the first time; later only follow simulators that had to move."""
    more = demo_meters() if any(link.id == RADIO for link in links) else None
    added = more.devices if more else ()

    def settled(plant: PlantConfig) -> PlantConfig:
        if plant.devices:
            moved = {link.id: link for link in links if link.id in plant.links}
            return replace(plant, links={**plant.links, **moved})
        return replace(
            plant,
            links={link.id: link for link in links},
            devices={each.id: each for each in (*(d.config for d in devices), *added)},
            rules={rule.id: rule for rule in demo_rules(devices)},
        )

    with closing(open_project(place)) as project:
        here, note = project.accounts.viewer(DEMO_LOGIN), _("demo plant")
        witness = witness_of(project, here, "project.apply", "plant", note)
        if not project.configuration.current().config.devices:
            if more:
                project.meter_keys.take(more.keys, "demo.csv")
            counted = witness_of(project, here, "totals.put_plan", "totals", note)
            project.configuration.change(here.name, note, _with_totals, witness=counted)
        project.configuration.change(here.name, note, settled, witness=witness)


def _with_totals(plant: PlantConfig) -> PlantConfig:
    return replace(plant, options={**plant.options, **demo_totals().options()})


def _run_lines(place: Path, password: str, ending: Ending) -> int:
    with join(place, DEMO_LOGIN, password, own=True) as joined:
        tell(_("demo project in {folder}").format(folder=place))
        stay(ending, lambda: tell(_line(_figures(joined)) + _troubles(joined)))
        tell(json.dumps(_figures(joined)))
    return 0


def _figures(joined: Joined) -> dict[str, int]:
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    alarms = joined.ask(joined.asked.alarms.standing(joined.viewer))
    stored = joined.core.recording.stored if joined.core else 0
    online = [v for v in views if v.standing.presence in (Presence.ON, Presence.FAULT)]
    return {
        "devices": len(views),
        "online": len(online),
        "polling_errors": sum(
            view.standing.failures + len(view.standing.faults)
            for view in views
            if view.link.id != RADIO  # nobody polls what speaks by itself
        ),
        "readings_stored": stored,
        "alarms": len(alarms),
    }


def _troubles(joined: Joined) -> str:
    """Return what is wrong with the core itself, behind a line of figures."""
    said = joined.ask(joined.asked.plant.troubles(joined.viewer))
    return "".join(f"\n{sentence}" for sentence in said)


def _line(figures: Mapping[str, int]) -> str:
    return _(
        "{time} devices online {online}/{devices}, readings stored {stored}, alarms {alarms}"
    ).format(
        time=time.strftime("%H:%M:%S"),
        online=figures["online"],
        devices=figures["devices"],
        stored=figures["readings_stored"],
        alarms=figures["alarms"],
    )
