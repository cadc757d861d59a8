"""One wired meter as the core meets it: its telegrams make its points."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.device import DeviceConfig
from app.model.meterprofile import MeterSource
from app.model.profile import Profile
from app.model.reading import Quality, Reading, point_id, split_point
from app.model.verified import WIRED
from app.ports import Clock, Identity, PollOutcome
from app.profiles.meters import brought_along
from app.profiles.verified import reading_facts
from app.words import _
from drivers.mbus.asking import CI_BAUD, SELECTED, Secondary
from drivers.mbus.names import medium_name
from drivers.mbus.orders import ADDRESS, ORDERS, RATE, order, order_readings, order_specs
from drivers.mbus.points import MeterPoint, MeterReport, readings_of, report_of
from drivers.mbus.telegram import Body, Telegram
from drivers.mbus.valve import KEY, UNKNOWN, supply_spec, valve_of
from drivers.mbusmaster import AUTOMATIC, MbusMaster, Readout, Station, holder_of
from drivers.mbusrate import change_rate, rate_settable

PROFILE = "generic.mbus"
USUAL_INTERVAL_S = 900.0
BATTERY_INTERVAL_S = 86400.0  # every readout takes from the battery
_DAY_S, _HOUR_S = 86400.0, 3600.0
_SAME_READOUT_S = 30.0  # by which a meter was met, and which is its first poll as well
_BATTERY = ("battery remaining", "battery change date")


class MbusDevice:
    """A `Polled` and `Writable` meter behind a master; lives on the core's loop.

    It is read as a whole: which of its points are asked for makes no difference. One with a
    battery is never read again within a day unless a person asks.
    """

    def __init__(
        self,
        master: MbusMaster,
        config: DeviceConfig,
        profile: Profile,
        clock: Clock,
        meters: MeterSource = brought_along,
    ) -> None:
        """``meters`` tell what makes of meters mean beyond the standard."""
        self._master, self._meters = master, meters
        self._config = config
        self._known = frozenset(profile.points)
        self._clock = clock
        self._station = station_of(config)
        self._used: datetime | None = None  # which readout made our last poll
        self._valve = valve_of(config.name, config.options)
        self._unsure = False  # a command was sent, and nobody knows what became of it
        master.expect(self._station)

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        """Read the meter and return who it is and what it measures.

        One with a battery that was read within its interval is greeted only.

        Raises:
            DeviceUnreachable: It is silent, or the line is lost.
            GarbledAnswer: Several answer, or another one.
        """
        met = self._master.newest.get(self._station.key)
        if met is not None and not self._may_be_read(*met):
            await self._master.greet(self._station)
            return self._identity(met[1])
        return self._identity((await self._read())[1])

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        """Read the meter; see `Polled.poll`. The readout it was met by is used once."""
        met, asked = self._master.newest.get(self._station.key), 0
        age_s = _DAY_S if met is None else (self._clock() - met[0]).total_seconds()
        if met is None or age_s > _SAME_READOUT_S or self._used == met[0] or self._unsure:
            try:
                met = await self._read()
            except (DeviceUnreachable, GarbledAnswer) as error:
                if not self._unsure:
                    raise
                return self._not_known(str(error))
            asked = met[1].requests
        at, readout = met
        self._used, self._unsure = at, False
        report, device = self._report(readout), self._config.id
        orders = order_readings(
            device, readout.telegrams[0].bus_address, report.clock, at, self._rate()
        )
        supply = self._supply(report.points, at)
        readings = [*readings_of(report.points, device, at), *supply, *orders]
        return PollOutcome(self._shown(readings), readout.faults, asked)

    async def write(self, key: str, value: float) -> None:
        """Connect (1) or disconnect (0) the heat, or give an order of the standard, once.

        Raises:
            BadInput: The meter has no such setting.
            DeviceRefused: The frost guard or the meter says no; nothing changed.
            NothingSent: It never left; nothing changed.
            DeviceUnreachable: Sent, and nobody knows whether it holds: until the meter was
                read, nothing is told of the supply.
        """
        name, valve = self._config.name, self._valve
        if key in ORDERS:
            await self._order(key, value)
            return
        if key == RATE:
            await change_rate(self._master, self._station, int(value))
            return
        if key != KEY or valve is None:
            raise BadInput(f"{name}: {key} has no place in this device")
        user = valve.command(value)
        _at, readout = await self._read()
        valve.guard(name, value, self._report(readout).points)
        try:
            await self._master.command(self._station, user)
        except NothingSent:
            raise
        except DeviceUnreachable:
            self._unsure = True
            raise
        self._used = self._master.newest[self._station.key][0]  # what was read is of before

    async def _order(self, key: str, value: float) -> None:
        """Set what every meter can be set, exactly once; raises as `write` does."""
        name, at = self._config.name, self._clock()
        met = self._master.newest.get(self._station.key)
        if met is None:
            raise NothingSent(f"{name}: it was not read yet; nothing was sent")
        if key == ADDRESS:
            self._require_free(int(value))
        records = _whole(met[1].telegrams).body.records
        await self._master.command(self._station, order(name, key, value, at, records))
        self._used = met[0]  # what was read is of before

    def _require_free(self, address: int) -> None:
        """Refuse an address that others know, or by which this meter itself is known."""
        name = self._config.name
        if self._station.secondary is None:
            raise DeviceRefused(
                _(
                    "{name}: it is read by its primary address; let its configuration say its "
                    "secondary address first; nothing was sent"
                ).format(name=name)
            )
        holder = holder_of(self._master, address, self._station)
        if address and holder:
            raise DeviceRefused(
                _("{name}: the address {n} belongs to {other}; nothing was sent").format(
                    name=name, n=address, other=holder
                )
            )

    def _rate(self) -> int | None:
        """Return at which rate the meter speaks, where it can be told another."""
        master, station = self._master, self._station
        return master.timing(station).baud if rate_settable(master, station) else None

    def _report(self, readout: Readout) -> MeterReport:
        return report_of(_whole(readout.telegrams), self._meters())

    def _supply(self, points: Sequence[MeterPoint], at: datetime) -> list[Reading]:
        """Return whether heat is connected, where the map tells how to know."""
        if self._valve is None:
            return []
        point, told = point_id(self._config.id, KEY), self._valve.supply(points)
        if told is None:
            return [Reading(point, None, Quality.BAD, at, UNKNOWN)]
        return [Reading(point, float(told), Quality.GOOD, at)]

    def _not_known(self, why: str) -> PollOutcome:
        """Return that nobody knows the supply: a command's answer was lost."""
        at = self._clock()
        point = point_id(self._config.id, KEY)
        fault = _("{why}; whether heat is connected is not known until it is read").format(
            why=why
        )
        return PollOutcome([Reading(point, None, Quality.BAD, at, UNKNOWN)], (fault,))

    def _shown(self, readings: Collection[Reading]) -> list[Reading]:
        """Return the readings of points that the profile in force holds.

        What a meter tells for the first time comes when it is met again.
        """
        known = self._known
        return [each for each in readings if split_point(each.point)[1] in known]

    async def _read(self) -> tuple[datetime, Readout]:
        readout = await self._master.read(self._station)
        met = self._master.newest[self._station.key] = (self._clock(), readout)
        return met

    def _may_be_read(self, at: datetime, readout: Readout) -> bool:
        if not self._on_battery(readout):
            return True
        return self._clock() - at >= timedelta(seconds=self._interval_s(readout))

    def _identity(self, readout: Readout) -> Identity:
        report = self._report(readout)
        sender = readout.telegrams[0].address
        points = {point.spec.key: point.spec for point in report.points}
        records = _whole(readout.telegrams).body.records
        points |= order_specs(report.clock, records, rate=self._rate() is not None)
        if self._valve is not None:
            points[KEY] = supply_spec()
        interval_s = self._interval_s(readout)
        facts = {
            "serial": sender.id.upper(),
            "manufacturer": sender.manufacturer,
            "medium": medium_name(sender.medium),
            "version": f"{sender.version}",
            **reading_facts(
                WIRED, sender.manufacturer, sender.version, sender.medium, report.profile
            ),
            "supply": "battery" if self._on_battery(readout) else "mains",
            "reads_per_day": f"{_DAY_S / interval_s:g}",
        }
        if self._on_battery(readout):
            facts["shortest_interval"] = f"{BATTERY_INTERVAL_S / _HOUR_S:g} h"
        label = report.model.model if report.model is not None else ""
        label = label or f"{sender.manufacturer} {medium_name(sender.medium)}".strip()
        return Identity(PROFILE, label, facts, points, interval_s)

    def _interval_s(self, readout: Readout) -> float:
        """Return the seconds between two readouts: as set, but a battery's never too few."""
        wished = self._config.options.get("interval_s")
        least_s = BATTERY_INTERVAL_S if self._on_battery(readout) else 0.0
        if isinstance(wished, int | float) and not isinstance(wished, bool) and wished > 0:
            return max(float(wished), least_s)
        return max(USUAL_INTERVAL_S, least_s)

    def _on_battery(self, readout: Readout) -> bool:
        supply = self._config.options.get("supply")
        if supply is not None:
            return supply == "battery"
        return any(
            record.heading.quantity in _BATTERY
            for telegram in readout.telegrams
            for record in telegram.body.records
        )


def station_of(config: DeviceConfig) -> Station:
    """Return how a meter is reached: by ``secondary`` of its options, else by its unit.

    Raises:
        BadInput: The address is none; the sentence names the device.
    """
    patience = config.options.get("patience_s") or 0.0
    if isinstance(patience, bool) or not isinstance(patience, int | float) or patience < 0:
        raise BadInput(_("{name}: patience_s is a number of seconds").format(name=config.name))
    baud, written = _baud_of(config), config.options.get("secondary")
    if not written:
        if config.unit == SELECTED:
            raise BadInput(
                _("{name}: address 253 needs the meter's secondary address").format(
                    name=config.name
                )
            )
        return Station(config.name, config.unit, None, float(patience), baud=baud)
    try:
        address = Secondary.parsed(str(written))
    except BadInput as error:
        raise BadInput(f"{config.name}: {error}") from error
    return Station(config.name, None, address, float(patience), baud=baud)


def _baud_of(config: DeviceConfig) -> int | None:
    """Return a meter's own rate; None: that of its line."""
    written = str(config.options.get("baud") or "")
    if not written:
        return None
    if written == "auto":
        return AUTOMATIC
    if not written.isdecimal() or int(written) not in CI_BAUD:
        rates = ", ".join(str(each) for each in CI_BAUD)
        raise BadInput(
            _("{name}: baud is ‘auto’ or one of {rates}").format(name=config.name, rates=rates)
        )
    return int(written)


def _whole(telegrams: Collection[Telegram]) -> Telegram:
    """Return a readout in several telegrams as one."""
    first, *more = telegrams
    if not more:
        return first
    records = tuple(record for each in telegrams for record in each.body.records)
    return replace(first, body=Body(records))
