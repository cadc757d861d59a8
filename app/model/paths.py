"""Several ways to read one meter: which devices are its paths, and in which order.

A meter with paths is a device on a line of kind ``paths``. Each of its paths is a device of its
own on a line of its own, with its own conversation and its own samples; the meter tells of each
point what the best of them says. The first path is the best.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId

KIND, PROFILE = "paths", "generic.paths"
MOST_PATHS = 8
LINE = LinkId("paths")
_OPTION = "path_"
_SOURCE, _COARSE = "path:", "path-digit:"


def paths_of(device: DeviceConfig) -> tuple[DeviceId, ...]:
    """Return the paths of a meter, the best first; none of a device that is read itself."""
    return paths_in(device.options)


def paths_in(options: Mapping[str, object]) -> tuple[DeviceId, ...]:
    """Return the paths that a device's options name; see `paths_of`."""
    if f"{_OPTION}1" not in options:
        return ()  # nearly all devices of a plant
    named = (str(options.get(f"{_OPTION}{n}") or "") for n in range(1, MOST_PATHS + 1))
    return tuple(DeviceId(each) for each in named if each)


def with_paths(device: DeviceConfig, paths: Sequence[DeviceId]) -> DeviceConfig:
    """Return the device as a meter that is read by these paths."""
    others = {key: value for key, value in device.options.items() if not _is_path(key)}
    named = {f"{_OPTION}{n}": each for n, each in enumerate(paths, 1)}
    return replace(device, link=LINE, unit=0, profile=PROFILE, options={**others, **named})


def line_of_paths(name: str) -> LinkConfig:
    """Return the line on which meters with several paths are."""
    return LinkConfig(LINE, KIND, name)


def meters_of_paths(devices: Iterable[DeviceConfig]) -> Mapping[DeviceId, DeviceId]:
    """Return the meter of each device that is a path of one."""
    return {path: each.id for each in devices for path in paths_of(each)}


def source_code(path: DeviceId, *, coarse: bool = False) -> str:
    """Return the reason that a reading carries which came by a path.

    ``coarse``: the path told fewer digits than were known, and these stand.
    """
    return f"{_COARSE if coarse else _SOURCE}{path}"


def source_of(reason: str) -> DeviceId | None:
    """Return the path by which a reading came; None for one that came by none."""
    for mark in (_SOURCE, _COARSE):
        if reason.startswith(mark):
            return DeviceId(reason.removeprefix(mark))
    return None


def is_coarse(reason: str) -> bool:
    """Whether a path told fewer digits than are shown."""
    return reason.startswith(_COARSE)


def _is_path(key: str) -> bool:
    return key.startswith(_OPTION) and key.removeprefix(_OPTION).isdecimal()
