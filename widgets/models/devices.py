"""The columns of the device table, and what a search in it looks through."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.asked import DeviceView
from app.model.device import DeviceStanding, Presence
from app.words import _
from widgets.controls.marks import alarm_mark, presence_mark, presence_word
from widgets.controls.moments import age_text
from widgets.controls.quality import NO_VALUE, figures
from widgets.directory import Directory
from widgets.models.devicefilter import Plant
from widgets.models.devicetree import worst_alarm
from widgets.models.rows import Cell, Column, Tone

_URGENCY = {
    Presence.FAULT: 0,
    Presence.OFFLINE: 1,
    Presence.LATE: 2,
    Presence.ON: 3,
    Presence.DISABLED: 4,
}
PARTS = ("position", "side", "virtual")  # options of a device that is a part of another
_NEVER_S = float("inf")
_CALM = 9  # behind every priority


def device_columns(
    directory: Directory, now: Callable[[], datetime], plant: Plant
) -> Sequence[Column[DeviceView]]:
    """Return the columns of the device table; standings are looked up when painted."""
    columns = _DeviceColumns(directory, now, plant)
    return (
        Column("name", lambda: _("Device"), columns.name, 172),
        Column("area", lambda: _("Area"), columns.area, 112),
        Column("state", lambda: _("State"), columns.state, 104, columns.urgency),
        Column("application", lambda: _("Controller"), columns.application, 168),
        Column("gateway", lambda: _("Gateway"), columns.gateway, 150),
        Column(
            "alarm", lambda: _("Alarm"), columns.alarm, 84, columns.alarm_order, stretch=True
        ),
        Column("address", lambda: _("Address"), columns.address, 176),
        Column("age", lambda: _("Last answer"), columns.age, 92, columns.age_s, right=True),
        Column(
            "latency",
            lambda: _("Latency ms"),
            columns.latency,
            84,
            columns.latency_ms,
            right=True,
        ),
        Column("error", lambda: _("Last error"), columns.error, 200, stretch=True),
    )


def address_text(view: DeviceView) -> str:
    """Return where a device is reached: ``10.0.0.14:502 · unit 14``, ``COM3 · 12345678``.

    A meter that is called by its maker's number has no unit of its own.

    Behind it stands which part of what answers there is meant, where the device's options
    say so: the input of a pulse concentrator, the side of a charger, what a virtual one is.
    """
    options = view.link.options
    host, port = options.get("host"), options.get("port")
    place = (
        f"{host}:{port}"
        if host and port
        else str(host or options.get("device") or view.link.name)
    )
    own = view.config.options
    if number := str(own.get("secondary") or ""):
        return f"{place} · {number.upper()}"
    said = _("{place} · unit {unit}").format(place=place, unit=view.config.unit)
    part = next((own[key] for key in PARTS if own.get(key) not in (None, "")), None)
    return said if part is None else f"{said} – {part}"


def search_words(view: DeviceView, plant: Plant) -> str:
    """Return what a search looks through."""
    standing = plant.standing(view)
    return "\n".join(
        (
            view.config.name,
            view.config.area,
            view.label or _("not identified yet"),
            presence_word(standing.presence),
            address_text(view),
            view.link.name,
            view.config.serial,
            standing.last_error,
            *(alarm.rule.name for alarm in plant.alarms.get(view.config.id, ())),
        )
    )


class _DeviceColumns:
    """The cells of one device; every one reads the newest standing."""

    def __init__(self, directory: Directory, now: Callable[[], datetime], plant: Plant) -> None:
        self._directory, self._now, self._plant = directory, now, plant

    def name(self, view: DeviceView) -> Cell:
        return Cell(view.config.name, tone=self._tone(view))

    def area(self, view: DeviceView) -> Cell:
        return Cell(view.config.area, tone=Tone.QUIET)

    def state(self, view: DeviceView) -> Cell:
        presence = self._standing(view).presence
        return Cell(
            presence_word(presence),
            presence_mark(presence),
            tone=self._tone(view),
            strong=presence in (Presence.OFFLINE, Presence.FAULT),
        )

    def urgency(self, view: DeviceView) -> int:
        return _URGENCY[self._standing(view).presence]

    def application(self, view: DeviceView) -> Cell:
        return Cell(view.label or _("not identified yet"), tone=Tone.QUIET)

    def gateway(self, view: DeviceView) -> Cell:
        return Cell(view.link.name, tone=Tone.QUIET)

    def alarm(self, view: DeviceView) -> Cell:
        standing = self._plant.alarms.get(view.config.id, ())
        worst = worst_alarm(standing)
        if worst is None:
            return Cell()
        mark = alarm_mark(worst.rule.priority, worst.state)
        names = "\n".join(each.rule.name for each in standing)
        return Cell(worst.rule.name, mark, tone=Tone.QUIET, tip=names)

    def alarm_order(self, view: DeviceView) -> int:
        worst = worst_alarm(self._plant.alarms.get(view.config.id, ()))
        return _CALM if worst is None else worst.rule.priority

    def address(self, view: DeviceView) -> Cell:
        return Cell(address_text(view), tone=Tone.QUIET)

    def age(self, view: DeviceView) -> Cell:
        seconds = self.age_s(view)
        text = NO_VALUE if seconds == _NEVER_S else age_text(seconds)
        return Cell(text, tone=Tone.QUIET)

    def age_s(self, view: DeviceView) -> float:
        heard = self._standing(view).last_answer_at
        return _NEVER_S if heard is None else max((self._now() - heard).total_seconds(), 0.0)

    def latency(self, view: DeviceView) -> Cell:
        ms = self._standing(view).latency_ms
        return Cell(NO_VALUE if ms is None else figures(ms, 0), tone=Tone.QUIET)

    def latency_ms(self, view: DeviceView) -> float:
        ms = self._standing(view).latency_ms
        return _NEVER_S if ms is None else ms

    def error(self, view: DeviceView) -> Cell:
        standing = self._standing(view)
        now_wrong = standing.presence in (Presence.OFFLINE, Presence.FAULT, Presence.LATE)
        return Cell(standing.last_error, tone=Tone.NORMAL if now_wrong else Tone.QUIET)

    def _standing(self, view: DeviceView) -> DeviceStanding:
        return self._directory.standing(view.config.id) or view.standing

    def _tone(self, view: DeviceView) -> Tone:
        presence = self._standing(view).presence
        return Tone.QUIET if presence is Presence.DISABLED else Tone.NORMAL
