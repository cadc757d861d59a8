"""The plant as a tree: areas within areas, gateways, or groups, each with its worst alarm."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.asked import DeviceView
from app.model.alarm import Alarm
from app.model.area import SEPARATOR, path_of
from app.model.reading import DeviceId
from app.words import _
from widgets.controls.marks import Mark, alarm_mark
from widgets.controls.quality import figures
from widgets.models.devicefilter import By, Condition, Plant
from widgets.models.rows import Cell, Column, Tone

_INDENT = "\u2003"  # an em space: as wide as a letter is high, in every script


class Trunk(Enum):
    """By what the tree branches."""

    AREA = "area"
    GATEWAY = "gateway"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree; ``condition`` is None for the whole plant."""

    condition: Condition | None
    words: str
    depth: int
    devices: int
    alarm: Alarm | None = None  # the worst
    branches: bool = False  # whether there is something below it
    open: bool = True

    @property
    def key(self) -> str:
        """What tells a line from others."""
        return (
            "" if self.condition is None else f"{self.condition.by.value} {self.condition.what}"
        )


_Found = tuple[str, Condition, set[DeviceId]]


@dataclass(slots=True)
class _Branch:
    words: str
    devices: set[DeviceId] = field(default_factory=set)
    below: dict[str, "_Branch"] = field(default_factory=dict)


def nodes(
    trunk: Trunk, views: Sequence[DeviceView], plant: Plant, closed: Collection[str]
) -> list[Node]:
    """Return the lines from top to bottom, without what lies below ``closed`` keys."""
    every = {view.config.id for view in views}
    top = {
        Trunk.AREA: _("All areas"),
        Trunk.GATEWAY: _("All gateways"),
        Trunk.GROUP: _("All devices"),
    }[trunk]
    root = Node(None, top, 0, len(views), _worst(every, plant.alarms))
    if trunk is Trunk.AREA:
        return [root, *_areas(views, plant, closed)]
    found = _gateways(views) if trunk is Trunk.GATEWAY else _groups(plant.groups, every)
    found.sort(key=lambda each: each[0].casefold())
    return [
        root,
        *(
            Node(condition, name, 1, len(devices), _worst(devices, plant.alarms))
            for name, condition, devices in found
        ),
    ]


def tree_columns() -> Sequence[Column[Node]]:
    """Return the columns of the tree: name, worst alarm, how many devices."""
    return (
        Column("name", lambda: _("Area"), _name, stretch=True),
        Column("alarm", lambda: _("Alarm"), _alarm, width=36),
        Column("devices", lambda: _("Devices"), _count, width=56, right=True),
    )


def _areas(
    views: Iterable[DeviceView], plant: Plant, closed: Collection[str]
) -> Iterable[Node]:
    top: dict[str, _Branch] = {}
    together: dict[str, list[DeviceId]] = {}  # many devices stand in few areas
    for view in views:
        together.setdefault(view.config.area, []).append(view.config.id)
    for area, devices in together.items():
        path, level = "", top
        for part in filter(None, path_of(area).split(SEPARATOR)):
            path = f"{path}{SEPARATOR}{part}" if path else part
            branch = level.setdefault(path, _Branch(part))
            branch.devices.update(devices)
            level = branch.below
    return _lines(top, 1, plant, closed)


def _lines(
    level: Mapping[str, _Branch], depth: int, plant: Plant, closed: Collection[str]
) -> Iterable[Node]:
    for path, branch in sorted(level.items(), key=lambda each: each[1].words.casefold()):
        node = Node(
            Condition(By.AREA, path),
            branch.words,
            depth,
            len(branch.devices),
            _worst(branch.devices, plant.alarms),
            bool(branch.below),
            f"{By.AREA.value} {path}" not in closed,
        )
        yield node
        if node.open:
            yield from _lines(branch.below, depth + 1, plant, closed)


def _gateways(views: Iterable[DeviceView]) -> list[_Found]:
    names: dict[str, str] = {}
    members: dict[str, set[DeviceId]] = {}
    for view in views:
        names[view.link.id] = view.link.name
        members.setdefault(view.link.id, set()).add(view.config.id)
    return [(name, Condition(By.GATEWAY, link), members[link]) for link, name in names.items()]


def _groups(
    groups: Mapping[str, tuple[str, frozenset[str]]], every: Collection[DeviceId]
) -> list[_Found]:
    return [
        (name, Condition(By.GROUP, key), {device for device in every if device in members})
        for key, (name, members) in groups.items()
    ]


def _worst(
    devices: Collection[DeviceId], alarms: Mapping[DeviceId, Sequence[Alarm]]
) -> Alarm | None:
    standing = [alarm for device in devices for alarm in alarms.get(device, ())]
    return worst_alarm(standing)


def worst_alarm(alarms: Sequence[Alarm]) -> Alarm | None:
    """Return the most urgent alarm; of those the one nobody has seen."""
    order: Callable[[Alarm], tuple[int, int]] = lambda each: (  # noqa: E731 - a key
        each.rule.priority,
        0 if each.acknowledged_at is None else 1,
    )
    return min(alarms, key=order, default=None)


def _name(node: Node) -> Cell:
    sign = ("▾ " if node.open else "▸ ") if node.branches else ""
    return Cell(f"{_INDENT * node.depth}{sign}{node.words}", tip=node.words)


def _alarm(node: Node) -> Cell:
    if node.alarm is None:
        return Cell()
    mark: Mark = alarm_mark(node.alarm.rule.priority, node.alarm.state)
    return Cell(mark=mark, tip=node.alarm.rule.name)


def _count(node: Node) -> Cell:
    return Cell(figures(node.devices, 0), tone=Tone.QUIET)
