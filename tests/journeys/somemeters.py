"""Meters put into a project that nobody runs: nothing is polled, their figures are brought."""

from collections.abc import Iterable
from contextlib import closing
from datetime import datetime

from app.model.device import Option
from app.project.config import PlantConfig
from app.project.opening import open_project
from tests.app.project.sites import device, link
from tests.journeys.smallsite import Site

_OF_HEAT = 100  # where the addresses of heat meters begin


def put_meters(
    site: Site, at: datetime, electricity: Iterable[str], heat: Iterable[tuple[str, str]] = ()
) -> None:
    """Put meters of electricity, and of heat by their unit of energy, into a project.

    They are there since ``at``.
    """

    def with_meters(config: PlantConfig) -> PlantConfig:
        config = config.with_link(link())
        for unit, name in enumerate(electricity, 1):
            one = device(name, unit=unit, profile="eastron.sdm630", enabled=False)
            config = config.with_device(one)
        for unit, (name, sign) in enumerate(heat, _OF_HEAT):
            options: dict[str, Option] = {"energy_unit": sign, "volume_unit": "m³"}
            of_heat = {"profile": "kamstrup.multical_x03", "options": options}
            config = config.with_device(device(name, unit=unit, enabled=False, **of_heat))
        return config

    with closing(open_project(site.folder, now=lambda: at)) as project:
        project.configuration.change("Anna Engineer", "", with_meters)
