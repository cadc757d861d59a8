"""A meter that is read in several ways, among the devices of the fakes."""

from dataclasses import replace

from app.model.paths import PROFILE, line_of_paths, with_paths
from app.model.reading import DeviceId
from tests.fakes import smallplant
from tests.fakes.asked import FakeServices


def read_by_two_others(services: FakeServices) -> tuple[DeviceId, DeviceId, DeviceId]:
    """Let the first device be a meter that the next two are paths of; return all three."""
    plant = services.plant
    first, *paths = plant.views[:3]
    plant.views[0] = replace(
        first,
        config=with_paths(first.config, [each.config.id for each in paths]),
        link=line_of_paths("Several paths"),
        standing=replace(first.standing, profile=PROFILE),
    )
    plant.details[first.config.id] = replace(smallplant.detail(first), view=plant.views[0])
    return first.config.id, paths[0].config.id, paths[1].config.id
