"""The demo: a small district on simulated devices, the same every time."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId, point_id
from app.model.totals import Entry, Medium, TotalsPlan

TITLE = "Østerby Fjernvarme (demo)"
UTILITY, ADDRESS = "Østerby Fjernvarme", "Fjernvarmevej 2, Østerby"
DEMO_FILE = "administrator.password"  # in the demo's folder, for its owner alone
DEMO_LOGIN = "administrator"
ZONE = "Europe/Copenhagen"
ECL = "danfoss.ecl310.a266_1"
OFFLINE_DELAY_S = 900.0  # the makers advise 15 to 30 minutes

_SUBSTATIONS = (
    ("ahornvej-14", "Ahornvej 14", "Skovkvarteret"),
    ("ahornvej-22", "Ahornvej 22", "Skovkvarteret"),
    ("birkevej-3", "Birkevej 3", "Skovkvarteret"),
    ("birkevej-17", "Birkevej 17", "Skovkvarteret"),
    ("elmevej-8", "Elmevej 8", "Skovkvarteret"),
    ("havnegade-2", "Havnegade 2", "Havnen"),
    ("havnegade-41", "Havnegade 41", "Havnen"),
    ("kajen-5", "Kajen 5", "Havnen"),
    ("skolegade-1", "Skolegade 1 (school)", "Midtbyen"),
    ("torvet-6", "Torvet 6", "Midtbyen"),
    ("torvet-9", "Torvet 9 (town hall)", "Midtbyen"),
    ("stationsvej-12", "Stationsvej 12", "Midtbyen"),
)
_METERS: tuple[tuple[str, str, str, str, str, dict[str, Option]], ...] = (
    ("main-heat-havnen", "Main heat meter Havnen", "Havnen", "multical", "heat", {}),
    ("main-heat-midtbyen", "Main heat meter Midtbyen", "Midtbyen", "multical", "heat", {}),
    ("pumps-electricity", "Network pumps, electricity", "Havnen", "sdm630", "electricity", {}),
    ("depot-electricity", "Depot, electricity", "Midtbyen", "em24", "electricity", {}),
)
_INDEX = {"heat": "energy_e1", "electricity": "energy_import"}
PROFILE_OF_MODEL = {
    "multical": "kamstrup.multical_x03",
    "sdm630": "eastron.sdm630",
    "em24": "gavazzi.em24_e1",
}


@dataclass(frozen=True, slots=True)
class DemoDevice:
    """One simulated device: how it is configured and how its simulator is started."""

    config: DeviceConfig
    link: LinkConfig
    simulator: tuple[str, ...]  # kind and options, without the port


def demo_devices(
    substations: int = len(_SUBSTATIONS), meter_options: dict[str, Option] | None = None
) -> tuple[DemoDevice, ...]:
    """Return the demo's devices; ``meter_options`` settle what a heat meter leaves open."""
    return (*_substations(substations), *_meters(meter_options or {}))


def demo_rules(devices: tuple[DemoDevice, ...]) -> tuple[AlarmRule, ...]:
    """Return the demo's alarm rules: offline for all, temperatures for substations."""
    return tuple(rule for device in devices for rule in _rules(device.config))


def demo_totals() -> TotalsPlan:
    """Return what counts in the demo's totals: both heat meters, and what the network uses."""
    return TotalsPlan(
        tuple(
            Entry(device, name, Medium(kind), point=point_id(DeviceId(device), _INDEX[kind]))
            for device, name, _area, _model, kind, _options in _METERS
        )
    )


def _substations(count: int) -> Iterator[DemoDevice]:
    for number in range(count):
        device, name, area = _SUBSTATIONS[number % len(_SUBSTATIONS)]
        again = number // len(_SUBSTATIONS)
        if again:
            device, name = f"{device}-{again + 1}", f"{name} ({again + 1})"
        link = _link(device, name)
        config = DeviceConfig(DeviceId(device), name, area, link.id, 1, ECL)
        yield DemoDevice(config, link, ("ecl310", "--seed", str(number + 1)))


def _meters(heat_options: dict[str, Option]) -> Iterator[DemoDevice]:
    for number, (device, name, area, model, kind, options) in enumerate(_METERS):
        link = _link(device, name)
        chosen = heat_options if kind == "heat" else options
        profile = PROFILE_OF_MODEL[model]
        config = DeviceConfig(DeviceId(device), name, area, link.id, 1, profile, options=chosen)
        seed = str(100 + number)
        yield DemoDevice(config, link, ("modbus-meter", "--model", model, "--seed", seed))


def _link(device: str, name: str) -> LinkConfig:
    return LinkConfig(
        LinkId(f"link-{device}"), "modbus-tcp", name, {"host": "127.0.0.1", "port": 0}
    )


def _rules(config: DeviceConfig) -> Iterator[AlarmRule]:
    device = config.id
    yield AlarmRule(
        f"{device}-offline",
        "offline",
        device,
        None,
        "Device does not answer",
        3,
        on_delay_s=OFFLINE_DELAY_S,
    )
    if config.profile != ECL:
        return
    limits = (
        ("s3", "high", "Heating flow temperature high", 2, 85.0, 2.0, 120.0),
        ("s4", "low", "Hot water too cold", 2, 40.0, 2.0, 600.0),
        ("s5", "high", "Heating return temperature high", 3, 50.0, 2.0, 600.0),
    )
    for key, kind, name, priority, limit, deadband, delay_s in limits:
        yield AlarmRule(
            f"{device}-{key}-{kind}",
            kind,
            device,
            point_id(device, key),
            name,
            priority,
            limit,
            deadband,
            delay_s,
        )
