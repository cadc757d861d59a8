"""How a device stands in one sentence: what is wrong, its likely cause, and the way out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.asked import DeviceDetail
from app.model.alarm import Alarm, AlarmState
from app.model.device import DeviceStanding, Presence
from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality, Reading, point_id, split_point
from app.words import _, ngettext
from widgets.controls.alarmwords import condition_text
from widgets.controls.marks import Mark, alarm_mark, presence_mark, presence_word
from widgets.controls.moments import age_text
from widgets.controls.quality import number_text
from widgets.controls.reasons import reason_text
from widgets.controls.standing import begun, worst_of
from widgets.pagetype import Show

_SCHEDULED = 1  # code of a circuit's mode in which its week plan acts
_CALM_DRIFT_S = 60.0
_MOST_NAMED = 4
Latest = Callable[[PointSpec], Reading | None]


@dataclass(frozen=True, slots=True)
class Way:
    """One thing to do about it."""

    words: str
    to: Show
    changes: bool = False  # it leads to a setting: shown with a padlock while locked


@dataclass(frozen=True, slots=True)
class Situation:
    """The one thing to know of a device now."""

    mark: Mark
    title: str
    words: str = ""
    ways: tuple[Way, ...] = ()


def situation_of(
    detail: DeviceDetail,
    standing: DeviceStanding,
    alarms: Sequence[Alarm],
    latest: Latest,
    now: datetime,
) -> Situation:
    """Return what matters most: no answer, then alarms, overrides, sensors, the clock."""
    found = _Finder(detail, latest)
    if standing.presence in (Presence.OFFLINE, Presence.LATE, Presence.DISABLED):
        return found.away(standing, now)
    if alarms:
        return found.alarm(alarms, now)
    return found.override() or found.sensor() or found.fault(standing) or found.calm()


def held_by_hand(detail: DeviceDetail, latest: Latest) -> list[tuple[PointSpec, PointSpec]]:
    """Return what a person holds instead of the controller: the part, and what holds it."""
    specs = {spec.key: spec for spec in detail.points}
    found: dict[str, tuple[PointSpec, PointSpec]] = {}
    for slot, key in detail.slots.items():
        stem, _line, end = slot.rpartition("_")
        spec = specs.get(key)
        if spec is None or end not in ("override", "manual"):
            continue
        reading = latest(spec)
        value = reading.value if reading is not None else None
        if isinstance(value, int | float) and value:
            held = specs.get(detail.slots.get(stem, ""), spec)
            found.setdefault(stem, (held, spec))
    return list(found.values())


class _Finder:
    def __init__(self, detail: DeviceDetail, latest: Latest) -> None:
        self._detail, self._latest = detail, latest
        self._device = detail.view.config.id
        self._specs = {spec.key: spec for spec in detail.points}

    def away(self, standing: DeviceStanding, now: datetime) -> Situation:
        """The device does not answer: what is shown is old."""
        age = age_text(max((now - standing.since).total_seconds(), 0.0))
        title = _("{state} for {age}").format(state=presence_word(standing.presence), age=age)
        if standing.presence is Presence.DISABLED:
            words = _("Nobody asks this device until it is enabled again.")
        else:
            old = _("The values shown are the last that arrived.") if self._has_values() else ""
            words = f"{_ended(standing.last_error)} {old}".strip()
        return Situation(
            presence_mark(standing.presence), title, words, (self._communication(),)
        )

    def _has_values(self) -> bool:
        """Tell whether anything ever came: of a meter without its key nothing did."""
        latest = map(self._latest, self._detail.points)
        return any(each is not None and each.value is not None for each in latest)

    def alarm(self, alarms: Sequence[Alarm], now: datetime) -> Situation:
        """The worst alarm, what may cause it, and what to do."""
        worst = worst_of(alarms)
        rule = worst.rule
        key = split_point(rule.point)[1] if rule.point is not None else ""
        spec = self._specs.get(key)
        age = age_text(max((now - begun(worst)).total_seconds(), 0.0))
        parts = [_("for {age}").format(age=age)]
        if worst.state is AlarmState.RETURNED:
            parts = [_("is over; nobody has seen it yet")]
        if condition := condition_text(worst, spec):
            parts.append(condition)
        words = ", ".join(parts) + "."
        cause = self._cause(spec)
        if cause is not None:
            words = f"{words} {cause.words}"
        more = len(alarms) - 1
        if more:
            others = ngettext("{count} more alarm stands.", "{count} more alarms stand.", more)
            words = f"{words} {others.format(count=more)}"
        ways = [self._way(_("Alarm"), "alarms", rule.point and key)]
        ways += cause.ways if cause is not None else ()
        if spec is not None:
            ways.append(self._way(_("Trend"), "chart", key))
        return Situation(alarm_mark(rule.priority, worst.state), rule.name, words, tuple(ways))

    def override(self) -> Situation | None:
        """A pump or valve that a person holds instead of the controller."""
        found = held_by_hand(self._detail, self._latest)
        if not found:
            return None
        held, spec = found[0]
        state = number_text(self._number(spec.key) or 0.0, spec)
        words = _("{name} is held at {state} by hand; the controller does not decide.")
        ways: tuple[Way, ...] = ()
        if spec.is_setting:
            way = self._way(_("Release the override…"), "settings", spec.key)
            ways = (replace(way, changes=True),)
        words = words.format(name=held.name, state=state)
        return Situation(Mark("warning"), _("Manual override"), words, ways)

    def sensor(self) -> Situation | None:
        """A sensor that gives no value."""
        for spec in self._detail.points:
            reading = self._latest(spec) if spec.live and spec.role else None
            if reading is not None and reading.quality is Quality.BAD:
                words = _("{name}: {reason}.").format(
                    name=spec.name, reason=reason_text(reading.reason)
                )
                ways = (self._way(_("Trend"), "chart", spec.key), self._note(spec.key))
                return Situation(Mark("warning"), _("A sensor gives no value"), words, ways)
        return None

    def fault(self, standing: DeviceStanding) -> Situation | None:
        """Registers the device refuses, or a clock that is wrong."""
        if standing.presence is Presence.FAULT:
            words = _ended(standing.faults[0]) if standing.faults else ""
            title = _("The device refuses or garbles a part")
            mark = presence_mark(Presence.FAULT)
            return Situation(mark, title, words, (self._communication(),))
        drift_s = self._detail.clock_drift_s
        if drift_s is not None and abs(drift_s) >= _CALM_DRIFT_S:
            words = _("It is off by {off}; the week plan runs by it.")
            return Situation(
                Mark("clock"),
                _("The clock of the device is wrong"),
                words.format(off=age_text(abs(drift_s))),
                (self._communication(),),
            )
        return None

    def calm(self) -> Situation:
        """Nothing to look at."""
        mode = self._mode()
        lost = self._lost()
        if lost:
            return self._gaps(lost, mode)
        words = _("No alarm stands, nothing is held by hand, every sensor gives a value.")
        if mode is not None:
            return Situation(Mark("presence-on"), _("All is well"), f"{words} {mode.words}")
        return Situation(Mark("presence-on"), _("All is well"), words)

    def _gaps(self, lost: Sequence[PointSpec], mode: Situation | None) -> Situation:
        """No alarm, but points that no picture needs give nothing: which, and where to look."""
        words = ngettext(
            "Nothing is held by hand. {count} point gives no value: {names}",
            "Nothing is held by hand. {count} points give no value: {names}",
            len(lost),
        ).format(count=len(lost), names=_listed([spec.name for spec in lost]))
        if mode is not None:
            words = f"{words} {mode.words}"
        ways = (self._way(_("Values"), "values", lost[0].key),)
        return Situation(Mark("presence-on"), _("No alarm stands"), words, ways)

    def _lost(self) -> list[PointSpec]:
        """Return the points that are read all the time and give no value."""
        found = []
        for spec in self._detail.points:
            reading = self._latest(spec) if spec.live else None
            if reading is not None and reading.quality is Quality.BAD:
                found.append(spec)
        return found

    def _cause(self, spec: PointSpec | None) -> Situation | None:
        """Return what may stand behind an alarm: a hand, a sensor, a mode."""
        reading = self._latest(spec) if spec is not None else None
        if spec is not None and reading is not None and reading.quality is Quality.BAD:
            words = _("The sensor itself gives no value: {reason}.")
            return Situation(
                Mark("warning"), "", words.format(reason=reason_text(reading.reason))
            )
        return self.override() or self._mode()

    def _mode(self) -> Situation | None:
        """A circuit whose week plan does not act."""
        for spec in self._detail.points:
            if not spec.role.startswith("mode.") or spec.kind is not ValueKind.CHOICE:
                continue
            mode = self._number(spec.key)
            if mode is not None and mode != _SCHEDULED:
                words = _("{name} is “{mode}”: the week plan does not act.").format(
                    name=spec.name, mode=number_text(mode, spec)
                )
                way = replace(self._way(_("Mode…"), "settings", spec.key), changes=True)
                return Situation(Mark("warning"), "", words, (way,))
        return None

    def _number(self, key: str) -> float | None:
        spec = self._specs.get(key)
        reading = self._latest(spec) if spec is not None else None
        value = reading.value if reading is not None else None
        return float(value) if isinstance(value, int | float) else None

    def _way(self, words: str, part: str, key: str | None) -> Way:
        point = point_id(self._device, key) if key else None
        return Way(words, Show("device", self._device, point, part=part))

    def _communication(self) -> Way:
        return self._way(_("Communication"), "communication", None)

    def _note(self, key: str) -> Way:
        return self._way(_("Write a note"), "documents:note", key)


def _listed(names: Sequence[str]) -> str:
    """Return the first names as the end of a sentence; dots tell that there are more."""
    told = ", ".join(names[:_MOST_NAMED])
    return f"{told}." if len(names) <= _MOST_NAMED else f"{told} …"


def _ended(words: str) -> str:
    """Return the words as a whole sentence."""
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."
