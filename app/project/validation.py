"""What a configuration must fulfil before it is saved, one clear sentence for each fault."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from app.clipped import quoted
from app.errors import BadInput
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig
from app.model.paths import KIND, paths_of
from app.model.reading import DeviceId, split_point
from app.project.config import PlantConfig
from app.project.names import is_reserved

Check = Callable[[PlantConfig], Sequence[str]]  # a driver's or profile's own sentences
LONGEST_ID = 64  # ids become folder and file names
HIGHEST_UNIT = 255  # a station address is one byte on Modbus and on M-Bus
HIGHEST_PORT = 65535
LOWEST_PRIORITY = 4
FEWEST_PATHS = 2
_BREAKS = ("Cc", "Zl", "Zp")  # control characters, separators of lines and paragraphs
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_RULE_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")  # "ahornvej-14.s3.high"


def require_valid(config: PlantConfig, checks: Sequence[Check] = ()) -> None:
    """Raise `BadInput` with every sentence of `faults_of`, one a line."""
    if faults := faults_of(config, checks):
        raise BadInput("\n".join(faults))


def faults_of(config: PlantConfig, checks: Sequence[Check] = ()) -> list[str]:
    """Return what is wrong with a configuration, a sentence each; empty: it may be saved."""
    faults = [*_plant(config), *_keys(config)]
    for link in config.links.values():
        faults += _link(link)
    for device in config.devices.values():
        faults += _device(device, config)
    faults += _shared_units(config)
    faults += _paths(config)
    for rule in config.rules.values():
        faults += _rule(rule, config)
    for check in checks:
        faults += check(config)
    return faults


def is_zone(name: str) -> bool:
    """Whether ``name`` is a time zone of the IANA data base."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder of zones
        return False
    return True


def _plant(config: PlantConfig) -> Iterator[str]:
    if not config.title.strip():
        yield "the plant needs a title"
    yield from _line(config.title, "the plant: the title")
    if not is_zone(config.zone):
        yield f"{quoted(config.zone)} is no time zone: give one such as Europe/Copenhagen"
    yield from _options(config.options, "the plant")


def _keys(config: PlantConfig) -> Iterator[str]:
    links = [(key, link.id) for key, link in config.links.items()]
    devices = [(key, device.id) for key, device in config.devices.items()]
    rules = [(key, rule.id) for key, rule in config.rules.items()]
    for key, own in [*links, *devices, *rules]:
        if key != own:
            yield f"{own} is filed under the id {key}"


def _link(link: LinkConfig) -> Iterator[str]:
    place = f"link {link.id}"
    yield from _id(link.id, "link", _SLUG)
    if not link.kind.strip():
        yield f"{place}: the kind of connection is missing"
    yield from _name(link.name, place)
    yield from _options(link.options, place)
    if "host" in link.options and not str(link.options["host"] or "").strip():
        yield f"{place}: the host is empty"
    port = link.options.get("port")
    if port is not None and not (type(port) is int and 1 <= port <= HIGHEST_PORT):
        yield f"{place}: the port must be a number from 1 to {HIGHEST_PORT}, not {quoted(port)}"


def _device(device: DeviceConfig, config: PlantConfig) -> Iterator[str]:
    place = f"device {device.id}"
    yield from _id(device.id, "device", _SLUG)
    yield from _name(device.name, place)
    yield from _line(device.area, f"{place}: the area")
    if device.link not in config.links:
        yield f"{place}: there is no link {quoted(device.link)}"
    if type(device.unit) is not int or not 0 <= device.unit <= HIGHEST_UNIT:
        yield f"{place}: the unit must be 0 to {HIGHEST_UNIT}, not {quoted(device.unit)}"
    yield from _options(device.options, place)


def _shared_units(config: PlantConfig) -> Iterator[str]:
    first: dict[tuple[str, int, str], DeviceConfig] = {}
    for device in config.devices.values():
        # Meters with secondary addresses may share a primary one.
        own = str(device.options.get("secondary") or "").strip().upper()
        own = own or next(iter(paths_of(device)), "")  # no unit leads to such a meter
        other = first.setdefault((device.link, -1 if own else device.unit, own), device)
        if other is not device and own:
            yield (
                f"device {device.id}: the meter {own} on link {device.link} "
                f"already belongs to {other.id}"
            )
        elif other is not device:
            yield (
                f"device {device.id}: unit {device.unit} on link {device.link} "
                f"already belongs to {other.id}"
            )


def _paths(config: PlantConfig) -> Iterator[str]:
    """Look at meters with several paths: each is a device of its own, of this meter alone."""
    meters: dict[DeviceId, DeviceId] = {}
    for meter in config.devices.values():
        link, paths = config.links.get(meter.link), paths_of(meter)
        if link is None or link.kind != KIND:
            continue
        if len(paths) < FEWEST_PATHS:
            yield f"device {meter.id}: a meter with several paths needs two of them"
        for path in paths:
            device = config.devices.get(path)
            if device is None:
                yield f"device {meter.id}: its path {path} is no device of this project"
            elif paths_of(device):
                yield f"device {meter.id}: its path {path} has paths itself"
            if (other := meters.setdefault(path, meter.id)) != meter.id:
                yield f"device {meter.id}: its path {path} is one of {other} already"
        if len(set(paths)) < len(paths):
            yield f"device {meter.id}: a path is named twice"


def _rule(rule: AlarmRule, config: PlantConfig) -> Iterator[str]:
    place = f"alarm rule {rule.id}"
    yield from _id(rule.id, "alarm rule", _RULE_ID)
    yield from _name(rule.name, place)
    if not rule.kind.strip():
        yield f"{place}: the kind is missing"
    if rule.device not in config.devices:
        yield f"{place}: there is no device {quoted(rule.device)}"
    if rule.point is not None and split_point(rule.point)[0] != rule.device:
        yield f"{place}: the point {rule.point} does not belong to {rule.device}"
    if type(rule.priority) is not int or not 1 <= rule.priority <= LOWEST_PRIORITY:
        said = quoted(rule.priority)
        yield f"{place}: the priority must be 1 to {LOWEST_PRIORITY}, not {said}"
    if rule.limit is not None and not math.isfinite(rule.limit):
        yield f"{place}: the limit must be a number"
    for name, value in (
        ("deadband", rule.deadband),
        ("delay before raising", rule.on_delay_s),
        ("delay before clearing", rule.off_delay_s),
    ):
        if not (math.isfinite(value) and value >= 0):
            yield f"{place}: the {name} must not be negative"


def _name(name: str, place: str) -> Iterator[str]:
    if not name.strip():
        yield f"{place}: the name is empty"
    yield from _line(name, f"{place}: the name")


def _line(text: str, what: str) -> Iterator[str]:
    """Refuse what does not stand on one line: lists, file names and papers would tear it."""
    if any(unicodedata.category(sign) in _BREAKS for sign in text):
        yield f"{what} holds a line break or a sign nobody can see: write it on one line"


def _id(name: str, kind: str, pattern: re.Pattern[str]) -> Iterator[str]:
    if not pattern.fullmatch(name):
        more = ", . and _" if pattern is _RULE_ID else ""
        yield (
            f"{kind} {quoted(name)}: an id holds a to z, 0 to 9, -{more} only, and begins with "
            f"a letter or digit"
        )
    elif len(name) > LONGEST_ID:
        yield f"{kind} {name}: an id has at most {LONGEST_ID} characters"
    elif is_reserved(name):
        yield f"{kind} {name}: Windows keeps that name for itself, choose another id"


def _options(options: Mapping[str, object], place: str) -> Iterator[str]:
    for name, value in options.items():
        if value is not None and not isinstance(value, str | int | float | bool):
            yield f"{place}: the option {name} must be a text, a number or yes/no"
        elif isinstance(value, float) and not math.isfinite(value):
            yield f"{place}: the option {name} must be a number"
