"""A commissioned substation: the real profile of the ECL 310, A266.1, with made-up readings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from app.asked import DeviceDetail, DeviceView, Document
from app.model.alarm import Alarm, AlarmRule, AlarmState
from app.model.control import WriteResult, WriteState
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Presence
from app.model.point import PointSpec, ValueKind
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality, Reading, Value, point_id
from app.profiles.loader import load_all
from app.reports.commissioning_data import CommissioningData, Run, Utility
from app.reports.gather import Gathered, gather

STATION = DeviceId("ahornvej-14")
START = datetime(2026, 1, 20, 7, 46, 51, tzinfo=UTC)
END = START + timedelta(seconds=7)
ZONE = "Europe/Copenhagen"
LINK = LinkConfig(
    LinkId("gateway-3"), "modbus-tcp", "Gateway 3", {"host": "10.20.14.31", "port": 502}
)
CONFIG = DeviceConfig(STATION, "Ahornvej 14", "Skovkvarteret · district 3", LINK.id, 14, "")
PROFILE_ID = "danfoss.ecl310.a266_1"

MEASURED: Mapping[str, Value] = {
    "s1": -2.3, "s2": 20.8, "s3": 51.6, "s4": 53.4, "s5": 33.3, "s6": 47.3,
    "s3_desired_flow": 51.8, "relay1_state": 1, "relay2_state": 1, "c1_status": 2,
    "c2_status": 2, "triac1_state": 0, "triac2_state": 1, "triac3_state": 0, "triac4_state": 0,
    "app_prefix": 65, "app_type": 266, "app_subtype": 1, "app_version": 516,
    "hw_revision": 16642,
    "sw_version": 314, "sw_build": 6114, "code_number": 3040, "serial_no": 423187751,
    "production": 5399, "relay2_override": 2, "c1_mode": 1, "c2_mode": 1, "auto_dst": 1,
    "clock_hour": 8, "clock_minute": 46, "clock_day": 20, "clock_month": 1, "clock_year": 2026,
    "ip_address": "10.20.14.31", "ip_gateway": "10.20.14.1", "ip_mask": "255.255.255.0",
    "c1_heat_curve_slope": 1.2, "c1_flow_min": 28, "c1_flow_max": 70, "c1_room_comfort": 20.0,
    "c1_room_saving": 17.0, "c1_curve_y1": 85, "c1_curve_y2": 67, "c1_curve_y3": 55,
    "c1_curve_y4": 49, "c1_curve_y5": 43, "c1_curve_y6": 29, "c1_desired_t": 50,
    "c1_room_integration": 0, "c1_room_max_influence": -4.0, "c1_room_min_influence": 0.0,
    "c1_return_limit": 70, "c1_dhw_return_limit": 9, "c1_ret_x1_outdoor": 15, "c1_ret_y1": 30,
    "c1_ret_x2_outdoor": -15, "c1_ret_y2": 45, "c1_ret_max_influence": -2.0,
    "c1_ret_integration": 25, "c1_alarm_upper_diff": 0, "c1_alarm_lower_diff": 0,
    "c2_return_limit": 40, "c2_dhw_comfort": 53.0, "c2_dhw_saving": 45.0, "c2_antibac_days": 0,
    "c1_flow_limit_y2": 999.9, "c1_flow_limit_y1": 999.9, "c1_boost": 0, "c1_optimizer": 9,
    "c1_auto_saving": -15, "c1_summer_cutout": 20, "alarm_mask": 0, "mbus_baud": 0,
}  # fmt: skip
_BEFORE: Mapping[str, Value] = {
    "c1_ret_integration": 30, "c1_alarm_upper_diff": 10, "c1_heat_curve_slope": 1.3,
    "c1_room_comfort": 20.5, "relay2_override": 0, "c1_curve_y1": 90, "c1_curve_y2": 71,
    "c1_curve_y3": 58, "c1_curve_y4": 51, "c1_curve_y5": 45,
    **{f"week1_{day}_1_start": 600 for day in ("mon", "tue", "wed", "thu", "fri")},
}  # fmt: skip


@cache
def profile(name: str = PROFILE_ID) -> Profile:
    """A profile as shipped."""
    return load_all().profiles[name]


def week(key: str) -> int:
    """A switching time: mornings and afternoons for hot water, the whole day for heating."""
    circuit, day, period, end = key.removeprefix("week").split("_")
    weekend = day in {"sat", "sun"}
    if circuit == "1":
        times = {"1": (630, 2300 if day == "sat" else 2200) if weekend else (530, 2200)}
    else:
        late = 2300 if day == "sat" else 2200
        times = {"1": (600, 1000) if weekend else (500, 900), "2": (1600, late)}
    start, stop = times.get(period, (0, 0))
    return start if end == "start" else stop


def value_of(spec: PointSpec, values: Mapping[str, Value]) -> Value:
    """The value told for a point: a given one, a schedule's, or a plausible one."""
    if spec.key in values:
        return values[spec.key]
    if spec.kind is ValueKind.TIME_OF_DAY:
        return week(spec.key)
    if spec.kind is not ValueKind.NUMBER or spec.write is None:
        return 0
    rules = spec.write
    usual = spec.default if rules.off_value is None else rules.off_value
    if usual is not None:
        return usual
    low, high = rules.minimum or 0.0, rules.maximum or 0.0
    return float(round(low + (high - low) / 4))


def readings(
    values: Mapping[str, Value] = MEASURED,
    of: Profile | None = None,
    *,
    at: datetime = END,
    changes: Mapping[str, Reading] | None = None,
) -> list[Reading]:
    """One reading of every point the profile places; S7 to S16 have no sensor."""
    found = of or profile()
    made = []
    for spec in found.points.values():
        if spec.key not in found.places:
            continue
        if spec.key.startswith("s") and spec.name.startswith("Sensor S"):
            made.append(bad(spec.key, "not-connected", at))
        else:
            point = point_id(STATION, spec.key)
            made.append(Reading(point, value_of(spec, values), Quality.GOOD, at))
    put = changes or {}
    return [put.get(reading.point, reading) for reading in made]


def bad(key: str, reason: str, at: datetime = END) -> Reading:
    """A reading the device disowned."""
    return Reading(point_id(STATION, key), None, Quality.BAD, at, reason)


def stale_room() -> dict[str, Reading]:
    """The room sensor's last good value, fourteen minutes old."""
    at = END - timedelta(minutes=14)
    point = point_id(STATION, "s2")
    return {point: Reading(point, 20.8, Quality.STALE, at, "device-late")}


def standing(requests: int = 0, failures: int = 0) -> DeviceStanding:
    """How the station is doing."""
    return DeviceStanding(STATION, Presence.ON, START, END, 38.2, requests, failures)


def detail(
    of: Profile | None = None, config: DeviceConfig = CONFIG, *, requests: int = 61
) -> DeviceDetail:
    """The device page's answer for the station."""
    found = of or profile()
    return DeviceDetail(
        view=DeviceView(config, LINK, standing(requests), found.label),
        points=tuple(found.points.values()),
        identity={},
        diagram=found.diagram,
        slots=dict(found.slots),
        unknown=found.unknown,
        week_programs=found.week_programs,
        clock_drift_s=2.0,
        clock_note="",
    )


def alarms() -> list[Alarm]:
    """Hot water comes back to the network too warm."""
    rule = AlarmRule(
        "dhw-return",
        "high",
        STATION,
        point_id(STATION, "s6"),
        "DHW return above limit",
        3,
        40.0,
    )
    since = datetime(2026, 1, 20, 7, 25, tzinfo=UTC)
    return [Alarm(rule, AlarmState.UNACKNOWLEDGED, since, since, value=47.3)]


def changes() -> dict[str, WriteResult]:
    """What was written through Heatdesk since the last report."""

    def wrote(key: str, new: float, at: datetime, by: str, state: WriteState) -> WriteResult:
        return WriteResult(STATION, key, None, new, new, state, "", at, by)

    year = datetime(2025, 11, 12, 9, 30, tzinfo=UTC)
    sure, unsure = WriteState.CONFIRMED, WriteState.UNCONFIRMED
    return {
        "c1_ret_integration": wrote(
            "c1_ret_integration", 25, datetime(2025, 2, 18, 10, tzinfo=UTC), "K. Lund", sure
        ),
        "c1_alarm_upper_diff": wrote(
            "c1_alarm_upper_diff", 0, datetime(2025, 10, 20, tzinfo=UTC), "M. Sørensen", unsure
        ),
        "c1_heat_curve_slope": wrote("c1_heat_curve_slope", 1.2, year, "K. Lund", sure),
        "c1_room_comfort": wrote("c1_room_comfort", 20.0, year, "K. Lund", sure),
    }


def documents() -> list[Document]:
    """Papers kept with the station."""
    listed = (
        ("Handover protocol, signed", "handover.pdf", datetime(2024, 9, 3, tzinfo=UTC)),
        ("Application guide A266", "a266.pdf", datetime(2024, 9, 3, tzinfo=UTC)),
        ("Piping and wiring, as built", "piping.pdf", datetime(2024, 8, 30, tzinfo=UTC)),
        ("Photo of the installation", "photo.jpg", datetime(2024, 8, 30, tzinfo=UTC)),
    )
    return [
        Document(name, STATION, title, "note", Path(name), at, "M. Sørensen")
        for title, name, at in listed
    ]


def gathered(**put: object) -> Gathered:
    """What the report of the station is made of; any part may be put differently."""
    source = Gathered(
        number="CR-2026-0031",
        language="en",
        utility=Utility("Østerby Fjernvarme", "Fjernvarmevej 2, Østerby"),
        project="Østerby district heating",
        zone=ZONE,
        detail=detail(),
        before=standing(),
        profile=profile(),
        readings=readings(changes=stale_room()),
        run=Run("K. Lund", "lund", "desk-1", START, END),
        changes=changes(),
        alarms=alarms(),
        documents=documents(),
        last=last_report(),
        notes=(),
    )
    return replace(source, **put)  # type: ignore[arg-type]


@cache
def last_report() -> CommissioningData:
    """The report of a year and a half ago."""
    at = datetime(2024, 9, 3, 9, 12, tzinfo=UTC)
    source = Gathered(
        number="CR-2024-0187",
        language="en",
        utility=Utility("Østerby Fjernvarme"),
        project="Østerby district heating",
        zone=ZONE,
        detail=detail(),
        before=standing(),
        profile=profile(),
        readings=readings({**MEASURED, **_BEFORE}, at=at),
        run=Run("M. Sørensen", "sorensen", "desk-2", at, at),
        changes={},
        alarms=(),
    )
    return gather(source)


def report(**put: object) -> CommissioningData:
    """The station's commissioning report."""
    return gather(gathered(**put))


def rows(data: CommissioningData) -> Sequence[str]:
    """Keys of the settings of a report."""
    return [row.key for row in data.settings]
