"""What the list of meters shows of each: who it is, how it is doing, what it says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from app.asked import DeviceView
from app.model.device import Presence
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.model.reception import MeterReception
from app.words import _
from widgets.controls.marks import Mark, presence_mark, presence_word
from widgets.controls.moments import age_text
from widgets.controls.quality import NO_VALUE, figures, value_text
from widgets.directory import Directory
from widgets.models.measured import BY_ID, Measure, Measurements
from widgets.models.rows import Cell, Column, Tone
from widgets.pointfeed import PointFeed

INFO_ROLE, STATUS_ROLE = "meter.info", "meter.status"
_INDEXES = frozenset({"meter.energy", "meter.volume", "meter.cooling", "meter.energy_export"})
VOLUME = Measure("volume", lambda: _("Volume"), "m³", 3, ("meter.volume",))
# The six quantities of a heat meter's card.
CARD = (
    BY_ID["energy"],
    VOLUME,
    BY_ID["power"],
    BY_ID["supply"],
    BY_ID["return"],
    BY_ID["volume_flow"],
)
_SHOWN = _INDEXES | {INFO_ROLE, STATUS_ROLE} | {role for each in CARD for role in each.roles}
_NUMBER_DIGITS = 8  # of a meter's number, as telegrams and plates have it
_NEVER_S = float("inf")
_LONGEST_UNIT = 5  # letters (m³/h, kvarh); what is longer is a sentence, as “unit not set”
_MEASURED_PX, _RADIO_PX, _READ_PX = 84, 72, 76
RADIO = ("level", "interval", "missed")  # columns that only meters by radio fill
_PERCENT, _HALF_S = 100.0, 0.5
_LAST = float("inf")  # where nothing is known, in any order


class Meters:
    """Which devices are meters, and what is known of each (GUI thread)."""

    def __init__(
        self,
        directory: Directory,
        feed: PointFeed,
        values: Measurements,
        now: Callable[[], datetime],
    ) -> None:
        self.directory, self.feed, self.values = directory, feed, values
        self._now = now
        self.reception: Mapping[DeviceId, MeterReception] = {}  # of meters by radio

    def views(self) -> list[DeviceView]:
        """Return the devices that have an index, in the core's order."""
        known = self.known()
        return [view for view in self.directory.views if view.config.id in known]

    def known(self) -> Collection[DeviceId]:
        """Return which devices have an index, remembered as long as the devices are the same.

        Kinds of devices are looked through, of which there are few.
        """
        return self.directory.remembered(
            "meters",
            lambda: frozenset(
                view.config.id
                for roles, views in self.directory.alike()
                if _INDEXES & roles.keys()
                for view in views
            ),
        )

    def presence(self, view: DeviceView) -> Presence:
        """Return how a meter is doing."""
        standing = self.directory.standing(view.config.id)
        return (standing or view.standing).presence

    def read_at(self, view: DeviceView) -> datetime | None:
        """Return when its index was read last; None: never, as far as this desk heard.

        That it did not answer is no reading.
        """
        heard = (reading for reading, _spec in self._said(view, _INDEXES))
        read = (each.measured_at for each in heard if each.quality is not Quality.OFFLINE)
        return max(read, default=None)

    def info(self, view: DeviceView) -> str:
        """Return what its info code and status say, in words; "" while all is well."""
        said = [
            value_text(reading, spec)
            for reading, spec in self._said(view, {INFO_ROLE, STATUS_ROLE})
            if isinstance(reading.value, int | float) and reading.value
        ]
        return ", ".join(dict.fromkeys(said))

    def unheard(self) -> list[PointId]:
        """Return the points the list shows of which this desk heard nothing yet."""
        return self.feed.unheard(self.directory.remembered("meters, points", self._points))

    def _points(self) -> list[PointId]:
        """Return the points the list shows."""
        return [
            point_id(view.config.id, key)
            for roles, views in self.directory.alike()
            if _INDEXES & roles.keys()
            for key in [spec.key for role, spec in roles.items() if role in _SHOWN]
            for view in views
        ]

    def age_s(self, view: DeviceView) -> float:
        """Return how long ago it was read; endless where it never was."""
        at = self.read_at(view)
        return _NEVER_S if at is None else (self._now() - at).total_seconds()

    def _said(
        self, view: DeviceView, roles: frozenset[str] | set[str]
    ) -> list[tuple[Reading, PointSpec]]:
        found = []
        for role, spec in self.directory.roles(view.config.id).items():
            reading = self.feed.latest(point_id(view.config.id, spec.key))
            if role in roles and reading is not None:
                found.append((reading, spec))
        return found


def meter_columns(meters: Meters) -> Sequence[Column[DeviceView]]:
    """Return the columns of the list; standings and values are looked up when painted."""
    return (
        Column("name", lambda: _("Meter"), _name, 148, by_end=True),
        Column("model", lambda: _("Model"), _model, 107),
        Column("serial", lambda: _("Serial number"), _serial, 124),
        Column("state", lambda: _("Status"), partial(_state, meters), 96),
        Column("info", lambda: _("Info codes"), partial(_info, meters), 84, stretch=True),
        Column(
            "read",
            lambda: _("Last reading"),
            partial(_read, meters),
            _READ_PX,
            meters.age_s,
            right=True,
        ),
        *_radio_columns(meters),
        *(_measured(meters, each) for each in CARD),
    )


def search_words(view: DeviceView, meters: Meters) -> str:
    """Return what a search looks through; a number is found with and without leading zeros."""
    serial = view.config.serial
    return "\n".join(
        (
            view.config.name,
            view.config.area,
            view.label,
            serial and serial.zfill(_NUMBER_DIGITS),
            view.link.name,
            presence_word(meters.presence(view)),
            meters.info(view),
        )
    )


def _radio_columns(meters: Meters) -> Sequence[Column[DeviceView]]:
    """Return how meters by radio are heard; empty for the others, which is not 0."""

    def heard(view: DeviceView) -> MeterReception | None:
        return meters.reception.get(view.config.id)

    def number(value: float | None, decimals: int = 0) -> Cell:
        return Cell() if value is None else Cell(figures(value, decimals))

    def level(view: DeviceView) -> float | None:
        found = heard(view)
        return None if found is None else found.level_dbm

    def missed(view: DeviceView) -> float | None:
        found = heard(view)
        share = None if found is None else found.missed_share
        return None if share is None else _PERCENT * share

    def interval_s(view: DeviceView) -> float | None:
        found = heard(view)
        return None if found is None else found.interval_s

    def interval(view: DeviceView) -> Cell:
        seconds = interval_s(view)
        return Cell() if seconds is None else Cell(age_text(seconds + _HALF_S))

    def ordered(of: Callable[[DeviceView], float | None]) -> Callable[[DeviceView], float]:
        return lambda view: _LAST if (value := of(view)) is None else value

    return (
        Column(
            "level", lambda: _("RSSI dBm"), lambda view: number(level(view)), _RADIO_PX,
            ordered(level), right=True,
        ),
        Column("interval", lambda: _("Interval"), interval, _RADIO_PX, ordered(interval_s),
               right=True),
        Column(
            "missed", lambda: _("Missed %"), lambda view: number(missed(view), 1), _RADIO_PX,
            ordered(missed), right=True, decimals=1,
        ),
    )  # fmt: skip


def _measured(meters: Meters, measure: Measure) -> Column[DeviceView]:
    values = meters.values

    def cell(view: DeviceView) -> Cell:
        found = values.cell(view, measure)
        unit = found.shown.unit if found.shown is not None else ""
        # A figure whose unit nobody knows is none of the head's unit: the words stand in its
        # place, for beside it they would be cut, and the tip has the figure.
        return Cell(unit, tone=Tone.QUIET) if len(unit) > _LONGEST_UNIT else found

    return Column(
        measure.id,
        measure.head,
        cell,
        _MEASURED_PX,
        lambda view: values.order(view, measure),
        right=True,
        decimals=measure.decimals,
        tip=lambda view: values.tip(view, measure),
    )


def _name(view: DeviceView) -> Cell:
    return Cell(view.config.name)


def _model(view: DeviceView) -> Cell:
    return Cell(view.label or _("not identified yet"), tone=Tone.QUIET)


def _serial(view: DeviceView) -> Cell:
    return Cell(view.config.serial, tone=Tone.QUIET)


def _state(meters: Meters, view: DeviceView) -> Cell:
    presence = meters.presence(view)
    return Cell(presence_word(presence), presence_mark(presence))


def _info(meters: Meters, view: DeviceView) -> Cell:
    said = meters.info(view)
    return Cell(said, Mark("warning")) if said else Cell()


def _read(meters: Meters, view: DeviceView) -> Cell:
    seconds = meters.age_s(view)
    text = NO_VALUE if seconds == _NEVER_S else age_text(seconds)
    return Cell(text, tone=Tone.QUIET)
