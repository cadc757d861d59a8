"""A small plant for the screen: substations with every quality and every presence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.asked import DeviceDetail, DeviceView
from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.device import (
    DeviceConfig,
    DeviceStanding,
    LinkConfig,
    LinkId,
    Presence,
)
from app.model.point import Category, PointSpec, ValueKind, WriteRules
from app.model.profile import UnknownMap
from app.model.reading import DeviceId, PointId, Quality, Reading, Value, point_id

NOON = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)
AHORNVEJ = DeviceId("ahornvej-14")
ECL = "ECL Comfort 310, A266.1"
METER = "MULTICAL 603"
ON_OFF = {0: "Off", 1: "On"}
MODES = {0: "Manual", 1: "Scheduled", 2: "Comfort", 3: "Saving", 4: "Frost protection"}


def _temperature(number: int, key: str, name: str, role: str) -> PointSpec:
    return PointSpec(
        key, f"S{number} {name}", "°C", 1, poll_group="fast", number=10200 + number, role=role
    )


def _setting(
    number: int,
    name: str,
    group: str,
    circuit: int | None,
    low: float,
    high: float,
    *,
    unit: str = "°C",
    decimals: int = 0,
    off: float | None = None,
    default: float | None = None,
    danger: str = "",
) -> PointSpec:
    return PointSpec(
        f"p{number}",
        name,
        unit,
        decimals,
        category=Category.LIMITED,
        number=number,
        group=group,
        circuit=circuit,
        default=default,
        live=False,
        listed=True,
        write=WriteRules(
            low,
            high,
            10.0**-decimals,
            off_value=off,
            danger=danger,
            confirm=bool(danger),
        ),
    )


READINGS = (
    _temperature(1, "s1", "Outdoor", "temperature.outdoor"),
    _temperature(3, "s3", "Heating flow", "temperature.supply"),
    _temperature(5, "s5", "Heating return", "temperature.return"),
    _temperature(2, "s2", "Room", "temperature.room"),
    _temperature(4, "s4", "DHW tank", "temperature.dhw"),
    _temperature(6, "s6", "DHW return", "temperature.dhw_return"),
    PointSpec("m1", "M1 Heating valve", "%", poll_group="fast", role="valve.position"),
    PointSpec(
        "p1", "P1 Heating pump", kind=ValueKind.CHOICE, choices=ON_OFF, role="pump.state"
    ),
    PointSpec("p2", "P2 DHW pump", kind=ValueKind.CHOICE, choices=ON_OFF, role="pump.state"),
    PointSpec("mode", "Mode, heating", kind=ValueKind.CHOICE, choices=MODES, circuit=1),
    PointSpec(
        "alarms",
        "Alarm bits",
        kind=ValueKind.FLAGS,
        choices={0: "sensor S2 defective", 3: "temperature deviation"},
    ),
    PointSpec("power", "Power", "kW", 1, role="power"),
    PointSpec("energy", "Energy E1", "MWh", 2, role="energy"),
    PointSpec("software", "Software version", kind=ValueKind.TEXT),
)
SETTINGS = (
    _setting(
        11175,
        "Heat curve slope",
        "Flow temperature",
        1,
        0.1,
        4.0,
        unit="",
        decimals=1,
        default=1.0,
    ),
    _setting(11177, "Min. temperature", "Flow temperature", 1, 10, 150),
    _setting(
        11178,
        "Max. temperature",
        "Flow temperature",
        1,
        10,
        150,
        default=90,
        danger="Water this hot damages floor heating.",
    ),
    _setting(11180, "Room comfort", "Flow temperature", 1, 5, 40, decimals=1),
    _setting(11015, "Integration time", "Room limit", 1, 0, 50, unit="s", off=0),
    _setting(11182, "Influence, max.", "Room limit", 1, -9.9, 0, decimals=1, unit="K"),
    _setting(11029, "Limit while heating DHW", "Return limit", 1, 10, 110, off=9),
    _setting(11034, "High limit Y2", "Return limit", 1, 10, 150),
    _setting(12190, "Hot water comfort", "Set points", 2, 10, 150, default=50),
    PointSpec(
        "p11200",
        "Mode, heating",
        kind=ValueKind.CHOICE,
        choices=MODES,
        number=4200,
        group="Mode",
        circuit=1,
        live=False,
        listed=True,
        write=WriteRules(0, 4, 1, allow=(1.0, 2.0, 3.0, 4.0)),
    ),
    PointSpec(
        "p12122",
        "Anti-bacteria start",
        kind=ValueKind.TIME_OF_DAY,
        number=12122,
        group="Anti-bacteria",
        circuit=2,
        live=False,
        listed=True,
        write=WriteRules(0, 2400, 10),
    ),
    PointSpec(
        "address",
        "IP address",
        kind=ValueKind.TEXT,
        number=2131,
        group="System",
        live=False,
        listed=True,
    ),
)
VALUES: dict[str, tuple[Value | None, Quality, str]] = {
    "s1": (-2.3, Quality.GOOD, ""),
    "s3": (51.6, Quality.GOOD, ""),
    "s5": (33.3, Quality.GOOD, ""),
    "s2": (20.8, Quality.STALE, "link-lost"),
    "s4": (53.4, Quality.GOOD, ""),
    "s6": (None, Quality.BAD, "sensor-open"),
    "m1": (46.0, Quality.GOOD, ""),
    "p1": (1.0, Quality.GOOD, ""),
    "p2": (1.0, Quality.MANUAL, ""),
    "mode": (1.0, Quality.GOOD, ""),
    "alarms": (9.0, Quality.GOOD, ""),
    "power": (28.4, Quality.UNCERTAIN, "estimated"),
    "energy": (10412.68, Quality.GOOD, ""),
    "software": ("2.45", Quality.GOOD, ""),
    "p11175": (1.2, Quality.GOOD, ""),
    "p11177": (28.0, Quality.GOOD, ""),
    "p11178": (70.0, Quality.GOOD, ""),
    "p11180": (20.0, Quality.GOOD, ""),
    "p11015": (0.0, Quality.GOOD, ""),
    "p11182": (-4.0, Quality.GOOD, ""),
    "p11029": (9.0, Quality.GOOD, ""),
    "p11034": (45.0, Quality.GOOD, ""),
    "p12190": (53.0, Quality.GOOD, ""),
    "p11200": (1.0, Quality.GOOD, ""),
    "p12122": (130.0, Quality.GOOD, ""),
    "address": ("10.0.0.14", Quality.GOOD, ""),
}
UNKNOWN = UnknownMap(
    "log",
    "The controller's own log",
    "No source describes where the controller keeps its log, so missed values are not fetched.",
    ("log_address", "log_length"),
    (),
)
_STREETS = (
    ("Ahornvej 14", "Skovkvarteret", Presence.ON),
    ("Birkevej 3", "Birkely", Presence.ON),
    ("Birkevej 27", "Birkely", Presence.LATE),
    ("Bøgevej 22", "Bøgelund", Presence.ON),
    ("Egevænget 5", "Lindehaven", Presence.FAULT),
    ("Elmegade 7", "Lindehaven", Presence.ON),
    ("Lindevej 8", "Skovkvarteret", Presence.OFFLINE),
    ("Møllebakken 17", "Lindehaven", Presence.ON),
    ("Rosenvej 63", "Lindehaven", Presence.ON),
    ("Skovvej 118", "Bøgelund", Presence.ON),
    ("Søndergade 56", "Lindehaven", Presence.ON),
    ("Birkevej 44", "Birkely", Presence.DISABLED),
)
_WORDS = {
    Presence.LATE: "Birkevej 27: no answer within 1.5 s",
    Presence.OFFLINE: "Lindevej 8: connection refused",
    Presence.FAULT: "Egevænget 5: register 11253 refused (illegal data address)",
}


def view(
    name: str,
    area: str,
    presence: Presence = Presence.ON,
    *,
    number: int = 1,
    label: str = ECL,
) -> DeviceView:
    """Return a device as a list shows it."""
    device = DeviceId(name.lower().replace(" ", "-"))
    link = LinkConfig(
        LinkId(f"line-{number}"), "modbus-tcp", name, {"host": f"10.0.0.{number}", "port": 502}
    )
    heard = None if presence is Presence.DISABLED else NOON - timedelta(seconds=number % 9)
    if presence is Presence.OFFLINE:
        heard = NOON - timedelta(hours=3, minutes=12)
    standing = DeviceStanding(
        device,
        presence,
        NOON - timedelta(hours=1),
        heard,
        None if presence in (Presence.DISABLED, Presence.OFFLINE) else 31.0 + number,
        1200,
        3 if presence in _WORDS else 0,
        _WORDS.get(presence, ""),
        "danfoss.ecl310_a266_1",
        (_WORDS[Presence.FAULT],) if presence is Presence.FAULT else (),
    )
    config = DeviceConfig(
        device,
        name,
        area,
        link.id,
        number % 247 + 1,
        "danfoss.ecl310_a266_1",
        presence is not Presence.DISABLED,
    )
    return DeviceView(config, link, standing, label)


def substations() -> list[DeviceView]:
    """Return twelve controllers and four meters."""
    controllers = [
        view(name, area, presence, number=at + 1)
        for at, (name, area, presence) in enumerate(_STREETS)
    ]
    meters = [
        view(f"{name} EM1", area, number=at + 20, label=METER)
        for at, (name, area, _presence) in enumerate(_STREETS[:4])
    ]
    return controllers + meters


def many(count: int) -> list[DeviceView]:
    """Return a large plant of ``count`` devices."""
    kinds = (Presence.ON,) * 17 + (Presence.LATE, Presence.OFFLINE, Presence.FAULT)
    return [
        view(f"Station {at:05d}", f"Area {at % 23}", kinds[at % len(kinds)], number=at)
        for at in range(count)
    ]


def detail(of: DeviceView) -> DeviceDetail:
    """Return a controller's page; an unknown device has no points and no diagram."""
    known = bool(of.label)
    return DeviceDetail(
        of,
        READINGS + SETTINGS if known else (),
        {"serial": "423187751", "code_number": "087H3040"} if known else {},
        "",
        {},
        (UNKNOWN,) if known else (),
        (),
        -41.0 if known else None,
        "" if known else "The device keeps no clock that we know of.",
    )


def readings(device: DeviceId, keys: set[str] | None = None) -> list[Reading]:
    """Return a reading of each point; the stale one is 14 minutes old."""
    return [
        Reading(
            point_id(device, key),
            value,
            quality,
            NOON - timedelta(minutes=14 if quality is Quality.STALE else 0),
            reason,
        )
        for key, (value, quality, reason) in VALUES.items()
        if keys is None or key in keys
    ]


def alarm(
    number: int,
    name: str,
    device: DeviceId,
    priority: int,
    state: AlarmState = AlarmState.UNACKNOWLEDGED,
) -> Alarm:
    """Return an alarm that came up ``number`` minutes before noon."""
    point: PointId | None = point_id(device, "s6")
    rule = AlarmRule(
        f"rule-{number}", "high", device, point, name, priority, limit=40.0, deadband=1.0
    )
    came = NOON - timedelta(minutes=number)
    over = came + timedelta(minutes=2) if state is AlarmState.RETURNED else None
    seen = came + timedelta(minutes=1) if state is AlarmState.ACKNOWLEDGED else None
    return Alarm(rule, state, came, came, over, seen, "K. Lund" if seen else "", value=47.3)


def alarms() -> list[Alarm]:
    """Return one alarm of each state and priority."""
    lindevej, birkevej = DeviceId("lindevej-8"), DeviceId("birkevej-3")
    offline = alarm(35, "No connection", lindevej, 1, AlarmState.ACKNOWLEDGED)
    offline_rule = replace(offline.rule, kind="offline", point=None, limit=None)
    return [
        alarm(6, "Supply pressure low", birkevej, 1),
        replace(offline, rule=offline_rule, value=None),
        alarm(24, "Return temperature high", birkevej, 2),
        alarm(22, "DHW return above limit", AHORNVEJ, 3),
        alarm(93, "Flow below desired flow", AHORNVEJ, 3, AlarmState.RETURNED),
        alarm(330, "Manual override on P2", AHORNVEJ, 4, AlarmState.ACKNOWLEDGED),
    ]
