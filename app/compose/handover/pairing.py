"""Finds which line and device of the laptop is which of ours: by address and identity."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields, replace

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId, PointId, point_id, split_point
from app.project.config import PlantConfig
from app.project.validation import LONGEST_ID

Address = tuple[str, tuple[tuple[str, Option], ...]]


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the laptop's ids are called with us."""

    links: Mapping[LinkId, LinkId]
    devices: Mapping[DeviceId, DeviceId]
    rules: Mapping[str, str]
    known_devices: frozenset[DeviceId]  # the laptop's that are ours, too
    strangers: Mapping[DeviceId, DeviceId]  # the laptop's → ours: another one at that address

    def link(self, theirs: LinkConfig) -> LinkConfig:
        """Return a line of the laptop under our id."""
        return replace(theirs, id=self.links.get(theirs.id, theirs.id))

    def device(self, theirs: DeviceConfig) -> DeviceConfig:
        """Return a device of the laptop under our ids."""
        return replace(
            theirs,
            id=self.devices.get(theirs.id, theirs.id),
            link=self.links.get(theirs.link, theirs.link),
        )

    def rule(self, theirs: AlarmRule) -> AlarmRule:
        """Return an alarm rule of the laptop under our ids."""
        return replace(
            theirs,
            id=self.rule_id(theirs.id, theirs.device),
            device=self.devices.get(theirs.device, theirs.device),
            point=None if theirs.point is None else self.point(theirs.point),
        )

    def rule_id(self, rule: str, device: str) -> str:
        """Return our id of a rule, one that a device brings with itself included."""
        ours = self.devices.get(DeviceId(device), DeviceId(device))
        return self.rules.get(rule) or _renamed(rule, device, ours)

    def point(self, theirs: PointId) -> PointId:
        """Return a point of the laptop under our device's id."""
        device, key = split_point(theirs)
        return point_id(self.devices.get(device, device), key)

    def config(self, theirs: PlantConfig) -> PlantConfig:
        """Return a whole plant of the laptop under our ids."""
        links = map(self.link, theirs.links.values())
        devices = map(self.device, theirs.devices.values())
        rules = map(self.rule, theirs.rules.values())
        return replace(
            theirs,
            links={each.id: each for each in links},
            devices={each.id: each for each in devices},
            rules={each.id: each for each in rules},
        )


def pair(
    ours: PlantConfig,
    theirs: PlantConfig,
    used: Collection[str],
    base: PlantConfig | None = None,
) -> Pairing:
    """Compare two plants; ``used`` are ids that ours had at any time, for whatever it was.

    A line is the same when it leads to the same address. A device is the same when it
    bears the same serial number, or lies at the same address of the same line with
    nothing that speaks against it: another serial number, another application. Where the
    laptop took its copy of ours, what was the same in ``base`` still is, though one of
    both was given another address since.
    """
    base = base or PlantConfig("", "")
    links = _links(ours, theirs, used, base)
    devices, strangers = dict[DeviceId, DeviceId](), dict[DeviceId, DeviceId]()
    free = dict(ours.devices)
    for id_ in base.devices.keys() & theirs.devices.keys() & ours.devices.keys():
        one, other, old = ours.devices[id_], theirs.devices[id_], base.devices[id_]
        if _one_device(old, one) and _one_device(old, other) and _one_device(one, other):
            devices[id_] = id_
            del free[id_]
    for match in (_by_serial, _by_address):
        for each in theirs.devices.values():
            if each.id in devices:
                continue
            moved = replace(each, link=links[each.link])
            found = match(moved, free.values())
            if found is not None:
                devices[each.id] = found.id
                del free[found.id]
    known = frozenset(devices)
    for each in theirs.devices.values():
        if each.id in known:
            continue
        at = (links[each.link], each.unit)
        there = next((o for o in ours.devices.values() if (o.link, o.unit) == at), None)
        if there is not None:
            strangers[each.id] = there.id
        taken = {*used, *ours.devices, *devices.values()}
        devices[each.id] = DeviceId(_free(each.id, taken))
    rules = _rules(ours, theirs, devices, used)
    return Pairing(links, devices, rules, known, strangers)


def address_of(link: LinkConfig) -> Address:
    """Return where a line leads: its kind and options, without how patient it is."""
    options = {**_usual(link.kind), **link.options}
    told = {
        name: value.strip().casefold() if isinstance(value, str) else value
        for name, value in options.items()
        if not name.endswith("_s")
    }
    return link.kind, tuple(sorted(told.items()))


def _usual(kind: str) -> dict[str, Option]:
    from app.compose.kinds import driver_types

    found = driver_types()
    driver = next((each for each in found if each.kind == kind), None)
    if driver is None:
        return {}
    return {
        each.name: each.default
        for each in fields(driver.options)
        if each.default is not MISSING
    }


def _links(
    ours: PlantConfig, theirs: PlantConfig, used: Collection[str], base: PlantConfig
) -> dict[LinkId, LinkId]:
    at = {address_of(each): each.id for each in reversed(list(ours.links.values()))}
    found = {
        each.id: at[address_of(each)]
        for each in theirs.links.values()
        if address_of(each) in at
    }
    for id_ in base.links.keys() & theirs.links.keys() & ours.links.keys():
        if id_ not in found and id_ not in found.values():
            found[id_] = id_
    for each in theirs.links.values():
        if each.id not in found:
            taken = {*used, *ours.links, *found.values()}
            found[each.id] = LinkId(_free(each.id, taken))
    return found


def _by_serial(theirs: DeviceConfig, ours: Collection[DeviceConfig]) -> DeviceConfig | None:
    if not _serial(theirs):
        return None
    same = [
        each
        for each in ours
        if _serial(each) == _serial(theirs) and _agree(each.profile, theirs.profile)
    ]
    return same[0] if len(same) == 1 else None


def _by_address(theirs: DeviceConfig, ours: Collection[DeviceConfig]) -> DeviceConfig | None:
    for each in ours:
        if (each.link, each.unit) == (theirs.link, theirs.unit):
            alike = _agree(_serial(each), _serial(theirs))
            return each if alike and _agree(each.profile, theirs.profile) else None
    return None


def _serial(device: DeviceConfig) -> str:
    return device.serial.strip().casefold().lstrip("0")


def _one_device(one: DeviceConfig, other: DeviceConfig) -> bool:
    return _agree(_serial(one), _serial(other)) and _agree(one.profile, other.profile)


def _agree(one: str, other: str) -> bool:
    """Whether two words may be of one device: what nobody knows speaks against nothing."""
    return not one or not other or one == other


def _rules(
    ours: PlantConfig,
    theirs: PlantConfig,
    devices: Mapping[DeviceId, DeviceId],
    used: Collection[str],
) -> dict[str, str]:
    found, free = dict[str, str](), dict(ours.rules)
    for each in theirs.rules.values():
        device = devices[each.device]
        point = None if each.point is None else point_id(device, split_point(each.point)[1])
        wished = _renamed(each.id, each.device, device)

        watched = (device, each.kind, point)
        same = sorted(
            (rule for rule in free.values() if (rule.device, rule.kind, rule.point) == watched),
            key=_nearest(wished, each.name),
        )
        if same:
            found[each.id] = same[0].id
            del free[same[0].id]
    for each in theirs.rules.values():
        if each.id not in found:
            wished = _renamed(each.id, each.device, devices[each.device])
            found[each.id] = _free(wished, {*used, *ours.rules, *found.values()})
    return found


def _nearest(wished: str, name: str) -> Callable[[AlarmRule], tuple[bool, bool]]:
    return lambda rule: (rule.id != wished, rule.name != name)


def _renamed(rule: str, device: str, ours: str) -> str:
    return ours + rule[len(device) :] if rule.startswith((f"{device}.", f"{device}-")) else rule


def _free(wished: str, taken: Collection[str]) -> str:
    if wished not in taken:
        return wished
    stem = wished[: LONGEST_ID - 4]
    return next(name for n in range(2, 1000) if (name := f"{stem}-{n}") not in taken)
