"""A project whose meters speak by radio, and the street they stand in."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.keylines import FoundKey
from app.project.opening import Administrator, create_project, open_project
from app.users.keyplaces import Keys
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.traffic import Street
from tests.journeys.product import PASSWORD

AT = datetime(2026, 2, 3, 7, 21, tzinfo=UTC)
LINK = LinkId("street")
PROFILE = "generic.wmbus"


def device_of(meter: StreetMeter, **options: Option) -> DeviceConfig:
    """A street's meter as a project has it."""
    return DeviceConfig(
        DeviceId(f"m-{meter.number}"),
        f"Street {meter.place + 1}",
        "",
        LINK,
        1,
        PROFILE,
        options={"secondary": meter.number, **options},
    )


def keys_of(meters: Sequence[StreetMeter]) -> Mapping[str, Sequence[bytes]]:
    return {each.number: [each.key] for each in meters}


def radio_project(
    home: Path,
    street: Street,
    receivers: str,
    *,
    unkeyed: Sequence[int] = (),
    wrong: Sequence[int] = (),
    options: Mapping[str, Option] = MappingProxyType({}),
) -> Path:
    """Make a project that listens for every meter of a street, with their keys."""
    folder, keys = home / "plant", Keys(home / "data" / "heatdesk")
    who = Administrator("eng", "Eng", PASSWORD)
    create_project(
        folder, title="Street", zone="Europe/Copenhagen", administrator=who, keys=keys
    )
    meters = [street.meter(place) for place in range(street.meters)]
    link = LinkConfig(LINK, "wmbus", "The street", {"receivers": receivers, **options})

    def fill(plant: PlantConfig) -> PlantConfig:
        devices = {each.id: each for each in map(device_of, meters)}
        return replace(plant, links={LINK: link}, devices=devices)

    with closing(open_project(folder, keys=keys)) as project:
        project.configuration.change("Eng", "", fill)
        found = [
            FoundKey(each.number, bytes(16) if each.place in wrong else each.key)
            for each in meters
            if each.place not in unkeyed
        ]
        project.meter_keys.take(found, "street.csv")
    (home / "word").write_text(PASSWORD, encoding="utf-8")
    return folder
