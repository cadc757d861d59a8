"""Which devices are wanted: by area, gateway, state, controller, alarms, a group or a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from app.asked import DeviceView
from app.model.alarm import Alarm, AlarmState
from app.model.area import lies_in, path_of
from app.model.device import DeviceStanding, Presence
from app.model.reading import DeviceId
from app.words import _
from widgets.controls.marks import presence_word
from widgets.controls.quality import figures
from widgets.desk import Json
from widgets.directory import Directory
from widgets.models.measured import BY_ID, Measurements

_SILENT_S = 3600.0
_HIGH_RETURN_C = 45.0
_WRONG = (Presence.OFFLINE, Presence.FAULT)
_UNSEEN = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED)


class By(Enum):
    """What a condition looks at."""

    AREA = "area"
    GATEWAY = "gateway"
    GROUP = "group"
    STATE = "state"
    CONTROLLER = "controller"
    SMART = "smart"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Condition:
    """One chip: devices for which it does not hold are not shown.

    ``what`` is an area's path, a link's or group's id, a presence, a label, the id of a
    smart group, or a comparison such as ``return > 45``.
    """

    by: By
    what: str


@dataclass(slots=True)
class Plant:
    """All that conditions are judged by."""

    directory: Directory
    values: Measurements
    now: Callable[[], datetime]
    alarms: Mapping[DeviceId, Sequence[Alarm]] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # id → name

    def standing(self, view: DeviceView) -> DeviceStanding:
        """Return how a device is doing now."""
        return self.directory.standing(view.config.id) or view.standing

    def silent_s(self, view: DeviceView) -> float:
        """Return for how long a device has not answered."""
        heard = self.standing(view).last_answer_at
        return float("inf") if heard is None else (self.now() - heard).total_seconds()


def holds(condition: Condition, view: DeviceView, plant: Plant) -> bool:
    """Whether a device fulfils a condition."""
    return _JUDGES[condition.by](condition.what, view, plant)


def _in_area(what: str, view: DeviceView, _plant: Plant) -> bool:
    return lies_in(path_of(view.config.area), what)


def _in_group(what: str, view: DeviceView, plant: Plant) -> bool:
    return view.config.id in plant.groups.get(what, ("", frozenset()))[1]


def _is_smart(what: str, view: DeviceView, plant: Plant) -> bool:
    smart = SMART.get(what)
    return smart is not None and smart.holds(view, plant)


def wanted(conditions: Sequence[Condition], view: DeviceView, plant: Plant) -> bool:
    """Whether a device is shown: one condition of every sort given must hold."""
    sorts = {each.by for each in conditions}
    return all(
        any(holds(each, view, plant) for each in conditions if each.by is by) for by in sorts
    )


@dataclass(frozen=True, slots=True)
class Smart:
    """A group whose members are found by how they are doing."""

    id: str
    title: Callable[[], str]
    holds: Callable[[DeviceView, Plant], bool]


def _wrong(view: DeviceView, plant: Plant) -> bool:
    return plant.standing(view).presence in _WRONG


def _silent(view: DeviceView, plant: Plant) -> bool:
    return view.config.enabled and plant.silent_s(view) > _SILENT_S


def _unseen(view: DeviceView, plant: Plant) -> bool:
    return _waits(plant.alarms.get(view.config.id, ()))


def _waits(alarms: Sequence[Alarm]) -> bool:
    return any(each.state in _UNSEEN for each in alarms)


def _return_high(view: DeviceView, plant: Plant) -> bool:
    value = plant.values.value(view, BY_ID["return"])
    return value is not None and value > _HIGH_RETURN_C


SMART = {
    smart.id: smart
    for smart in (
        Smart("wrong", lambda: _("Offline or faulty"), _wrong),
        Smart("silent", lambda: _("No data for 1 h"), _silent),
        Smart("return", lambda: _("Return above 45 °C"), _return_high),
        Smart(
            "alarm", lambda: _("With an alarm"), lambda v, p: bool(p.alarms.get(v.config.id))
        ),
        Smart("unseen", lambda: _("Alarm not acknowledged"), _unseen),
        Smart("unknown", lambda: _("Not identified yet"), lambda v, _p: not v.label),
        Smart("disabled", lambda: _("Disabled"), lambda v, _p: not v.config.enabled),
    )
}


def counted(views: Sequence[DeviceView], plant: Plant) -> Mapping[str, int]:
    """Return of how many devices each smart group consists.

    The same as asking `Smart.holds` of every device, in a tenth of the time.
    """
    ids = {view.config.id for view in views}
    if tuple(views) == plant.directory.views:  # all of them: looked up together, and kept
        standings = plant.directory.standings()
    else:
        standings = [plant.standing(view) for view in views]
    before = plant.now() - timedelta(seconds=_SILENT_S)
    heard = [
        each.last_answer_at
        for view, each in zip(views, standings, strict=True)
        if view.config.enabled
    ]
    presences = [each.presence for each in standings]
    worried = {device for device, alarms in plant.alarms.items() if alarms}
    unseen = {device for device in worried if _waits(plant.alarms[device])}
    hot = plant.values.above(BY_ID["return"], _HIGH_RETURN_C)
    return {
        "wrong": sum(map(presences.count, _WRONG)),
        "silent": sum(at is None or at < before for at in heard),
        "return": len(ids & hot),
        "alarm": len(ids & worried),
        "unseen": len(ids & unseen),
        "unknown": sum(not view.label for view in views),
        "disabled": sum(not view.config.enabled for view in views),
    }


def words_of(condition: Condition, plant: Plant) -> tuple[str, str]:
    """Return what a chip says: the sort, and in bold what is chosen."""
    what = condition.what
    sorts = {
        By.AREA: _("Area"),
        By.GATEWAY: _("Gateway"),
        By.GROUP: _("Group"),
        By.STATE: _("State"),
        By.CONTROLLER: _("Controller"),
        By.SMART: _("Group"),
        By.VALUE: _("Value"),
    }
    told = what
    if condition.by is By.GATEWAY:
        links = (view.link for view in plant.directory.views)
        told = next((link.name for link in links if link.id == what), what)
    elif condition.by is By.GROUP:
        told = plant.groups.get(what, (what, frozenset()))[0]
    elif condition.by is By.STATE and what in {each.value for each in Presence}:
        told = presence_word(Presence(what))
    elif condition.by is By.SMART and what in SMART:
        told = SMART[what].title()
    elif condition.by is By.VALUE:
        told = _comparison_words(what)
    return sorts[condition.by], told


def comparison(measure: str, sign: str, level: float) -> Condition:
    """Return the condition that a quantity is above (``>``) or below (``<``) a level."""
    return Condition(By.VALUE, f"{measure} {sign} {level!r}")


def to_json(conditions: Sequence[Condition]) -> list[Json]:
    """Return conditions as they are kept."""
    return [[each.by.value, each.what] for each in conditions]


def from_json(kept: Json) -> list[Condition]:
    """Return what was kept, without what nobody understands any more."""
    found = []
    sorts = {by.value: by for by in By}
    for each in kept if isinstance(kept, list) else []:
        pair = each if isinstance(each, list) and len(each) == len(("by", "what")) else [0, 0]
        by, what = pair
        if isinstance(by, str) and by in sorts and isinstance(what, str):
            found.append(Condition(sorts[by], what))
    return found


def _parts(what: str) -> tuple[str, str, float] | None:
    try:
        measure, sign, level = what.split(" ")
        known = measure in BY_ID and sign in "<>"
        return (measure, sign, float(level)) if known else None
    except ValueError:
        return None


def _compare(what: str, view: DeviceView, plant: Plant) -> bool:
    parts = _parts(what)
    if parts is None:
        return False
    measure, sign, level = parts
    value = plant.values.value(view, BY_ID[measure])
    if value is None:
        return False
    return value > level if sign == ">" else value < level


def _comparison_words(what: str) -> str:
    parts = _parts(what)
    if parts is None:
        return what
    measure, sign, level = BY_ID[parts[0]], parts[1], parts[2]
    return f"{measure.title()} {sign} {figures(level, measure.decimals)} {measure.unit}"


_JUDGES: dict[By, Callable[[str, DeviceView, Plant], bool]] = {
    By.AREA: _in_area,
    By.GATEWAY: lambda what, view, _plant: view.link.id == what,
    By.GROUP: _in_group,
    By.STATE: lambda what, view, plant: plant.standing(view).presence.value == what,
    By.CONTROLLER: lambda what, view, _plant: view.label == what,
    By.SMART: _is_smart,
    By.VALUE: _compare,
}
