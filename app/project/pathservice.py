"""Meters with several paths, as they are set up: a part of the project's service."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.errors import BadInput
from app.model.device import DeviceConfig, Option
from app.model.normalised import FLOOR_AREA
from app.model.paths import (
    LINE,
    MOST_PATHS,
    line_of_paths,
    meters_of_paths,
    paths_of,
    with_paths,
)
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.fileservice import FileService
from app.project.validation import LONGEST_ID
from app.verbs import Capability, Viewer, verb
from app.words import _

_OF_THE_METER = frozenset({FLOOR_AREA})  # options that say nothing of how it is read
_OWN = "-own"  # behind the id of a meter: the line it was read by before it had paths


class PathService(FileService):
    """Says by which other devices a meter is read."""

    @verb(Capability.EDIT_DEVICES, whole=True)
    async def put_paths(
        self, viewer: Viewer, device: DeviceId, paths: Sequence[DeviceId], note: str = ""
    ) -> Sequence[DeviceId]:
        """Read a meter by these paths from now on, the best first; return them as they are.

        Its own id among them stands for the line it is on now: that becomes a device of its
        own. One path alone takes the meter back to it. The samples and statements of the
        meter stay where they are.

        Raises:
            BadInput: No such device, or one that cannot be a path of it.
            StoreBroken: The databases cannot be used.
        """
        wished = tuple(dict.fromkeys(paths))

        def mutate(config: PlantConfig) -> PlantConfig:
            return rewired(config, device, wished)

        await self._desk.change(viewer, "put_paths", f"device {device}", note, mutate)
        return paths_of(self.config.devices[device])


def rewired(plant: PlantConfig, meter: DeviceId, paths: Sequence[DeviceId]) -> PlantConfig:
    """Return the plant with a meter read by these paths; pure; see `PathService.put_paths`."""
    config = _known(plant, meter)
    before = paths_of(config)
    if not 1 <= len(paths) <= MOST_PATHS:
        raise BadInput(_("a meter has 1 to {most} paths").format(most=MOST_PATHS))
    if meter in meters_of_paths(plant.devices.values()):
        raise BadInput(_("{name} is a path of another meter itself").format(name=config.name))
    if before and meter in paths:
        raise BadInput(_("{name} cannot be a path of itself").format(name=config.name))
    for path in paths:
        _known(plant, path)
    if len(paths) == 1:
        return (
            _taken_back(plant, config, paths[0]) if before else _left(config, paths[0], plant)
        )
    made = plant if LINE in plant.links else plant.with_link(line_of_paths(_("Several paths")))
    if not before and meter in paths:
        own = replace(
            config,
            id=_free_id(plant, meter),
            name=_("{name}, own line").format(name=config.name),
            options=_options(config, of_the_meter=False),
        )
        made = made.with_device(own)
        paths = [own.id if each == meter else each for each in paths]
        config = replace(config, options=_options(config, of_the_meter=True))
    return made.with_device(with_paths(config, paths))


def _left(config: DeviceConfig, path: DeviceId, plant: PlantConfig) -> PlantConfig:
    """Return the plant as it is: a device without paths that is to be read by itself."""
    if path != config.id:
        said = _("{name} has one line of its own: name it among the paths as well")
        raise BadInput(said.format(name=config.name))
    return plant


def _taken_back(plant: PlantConfig, config: DeviceConfig, path: DeviceId) -> PlantConfig:
    """Return the plant with a meter in the place of the one path that it has left."""
    line = _known(plant, path)
    options = {**line.options, **_options(config, of_the_meter=True)}
    read = replace(
        config, link=line.link, unit=line.unit, profile=line.profile, options=options
    )
    made = plant.with_device(read).without_device(path)
    still = any(each.link == LINE for each in made.devices.values())
    return made if still or LINE not in made.links else made.without_link(LINE)


def _options(config: DeviceConfig, *, of_the_meter: bool) -> Mapping[str, Option]:
    """Return the options that stay with a meter, or those of the line it was read by."""
    return {
        key: value
        for key, value in config.options.items()
        if (key in _OF_THE_METER) is of_the_meter
    }


def _known(plant: PlantConfig, device: DeviceId) -> DeviceConfig:
    if device not in plant.devices:
        raise BadInput(_("there is no device {device} in this project").format(device=device))
    return plant.devices[device]


def _free_id(plant: PlantConfig, meter: DeviceId) -> DeviceId:
    base, count = f"{meter[: LONGEST_ID - len(_OWN) - 3]}{_OWN}", 1
    name = base
    while name in plant.devices:
        count += 1
        name = f"{base}-{count}"
    return DeviceId(name)
