"""What people and the network do to a substation: taps, evenings at home, the plant's curve."""

import math
from datetime import datetime

from drivers.simulators.physics import SubstationDesign, Surroundings
from drivers.simulators.weather import Weather, unit_noise, wander

_LITRES_A_FLAT = 85.0  # hot water a day
# share of a day's hot water by local hour
_TAPS_WEEKDAY = (
    *(6, 4, 3, 3, 6, 22, 70, 88, 62, 42, 36, 36),
    *(40, 36, 32, 34, 46, 66, 84, 86, 76, 58, 40, 20),
)
_TAPS_WEEKEND = (
    *(12, 7, 4, 3, 3, 8, 22, 46, 74, 84, 78, 66),
    *(58, 50, 44, 42, 46, 58, 74, 76, 66, 50, 36, 24),
)
_SATURDAY = 5


def surroundings(
    design: SubstationDesign, weather: Weather, seed: int, at: datetime, local: datetime
) -> Surroundings:
    """Return what acts on the substation during the minute that begins at ``at`` (UTC).

    ``local`` is the true local time of the same moment: people live by it.
    """
    site_k = 0.8 * (unit_noise(seed, 201) - 0.5)  # town centre or windy edge
    outdoor_c = weather.outdoor_c(at) + site_k
    return Surroundings(
        outdoor_c=outdoor_c,
        sun=weather.sun(at),
        network_c=network_c(weather, seed, at),
        draw_lpm=_draw_lpm(design, seed, at, local),
        people=_people(local),
        radiators=1.0 + 0.05 * wander(seed + 205, at.timestamp(), 420.0),
        pressure=1.0 + 0.06 * wander(weather.seed + 8, at.timestamp(), 1100.0),
    )


def network_c(weather: Weather, seed: int, at: datetime) -> float:
    """Return the district network's supply temperature at the house, in °C.

    The plant's own curve: 70 °C down to 8 °C outdoors, 1 K more for each K colder
    up to 92 °C; less the loss on the way.
    """
    colder_k = max(0.0, 8.0 - weather.outdoor_c(at))
    plant_c = min(92.0, 70.0 + colder_k)
    swing_k = 1.5 * wander(weather.seed + 7, at.timestamp(), 5 * 3600.0)
    return plant_c + swing_k - 3.0 * unit_noise(seed, 202)


def _draw_lpm(design: SubstationDesign, seed: int, at: datetime, local: datetime) -> float:
    taps = _TAPS_WEEKEND if local.weekday() >= _SATURDAY else _TAPS_WEEKDAY
    hour, share = local.hour, local.minute / 60.0
    rate = taps[hour] + share * (taps[(hour + 1) % 24] - taps[hour])
    mean_lpm = design.flats * _LITRES_A_FLAT * rate / sum(taps) / 60.0
    minute = int(at.timestamp()) // 60
    burst = -math.log(max(1e-6, unit_noise(seed, 203, minute)))
    tide = 1.0 + 0.8 * wander(seed + 204, at.timestamp(), 900.0)
    return mean_lpm * (0.5 * burst + 0.5 * tide)


def _people(local: datetime) -> float:
    """Return how busy the flats are: quiet nights, a small morning and a large evening."""
    hour = local.hour + local.minute / 60.0
    morning = math.exp(-(((hour - 7.5) / 1.6) ** 2))
    evening = math.exp(-(((hour - 19.0) / 3.0) ** 2))
    return min(1.0, 0.15 + 0.45 * morning + 0.8 * evening)
