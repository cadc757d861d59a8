"""What simulated wired meters count: closed formulas, so that indexes are exact integrals.

Every quantity swings over the day as a sine does, so its integral can be told for any
moment without counting up to it: 250 meters cost nothing while nobody asks them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from drivers.simulators.weather import unit_noise

_DAY_S, _HOUR_S = 86400.0, 3600.0
_OMEGA = 2.0 * math.pi / _DAY_S
_INSTALLED = datetime(2024, 9, 1, tzinfo=UTC)
_KWH_A_M3_K = 1.163  # water between 40 and 80 °C
_MONTHS_SENT = 6


@dataclass(frozen=True, slots=True)
class Swing:
    """A rate of ``mean · (1 + depth · sin)`` over the day, and the time its sine began."""

    mean: float  # an hour
    depth: float  # 0 … 1
    phase: float  # rad

    def sine(self, t_s: float) -> float:
        """Return the sine itself."""
        return math.sin(_OMEGA * t_s + self.phase)

    def rate(self, t_s: float) -> float:
        """Return the rate an hour."""
        return self.mean * (1.0 + self.depth * self.sine(t_s))

    def total(self, t_s: float) -> float:
        """Return what came together since the meter was installed."""
        return self.mean / _HOUR_S * (t_s + self.depth * self.sines(t_s))

    def sines(self, t_s: float) -> float:
        """Return the integral of the sine from 0 on, in s."""
        return (math.cos(self.phase) - math.cos(_OMEGA * t_s + self.phase)) / _OMEGA

    def squares(self, t_s: float) -> float:
        """Return the integral of the squared sine from 0 on, in s."""
        there, here = 2.0 * self.phase, 2.0 * (_OMEGA * t_s + self.phase)
        return t_s / 2.0 - (math.sin(here) - math.sin(there)) / (4.0 * _OMEGA)


def since_installed_s(at: datetime) -> float:
    """Return how long the meter hangs there at a moment."""
    return max(0.0, (at - _INSTALLED).total_seconds())


def record(heading: str, number: float, size: int = 4) -> bytes:
    """Return a record of a whole number; ``heading`` holds DIF and VIF in hexadecimal."""
    return bytes.fromhex(heading) + int(number).to_bytes(size, "little", signed=number < 0)


def month_ends(at: datetime) -> Sequence[datetime]:
    """Return the last ends of months before a moment, the newest first."""
    ends, day = [], at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(_MONTHS_SENT):
        ends.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return ends


def _date(heading: str, at: datetime) -> bytes:
    """Return a date as type G has it; the end of a month is its last day."""
    day, year = at - timedelta(days=1), (at - timedelta(days=1)).year - 2000
    return bytes.fromhex(heading) + bytes(
        (day.day | (year & 7) << 5, day.month | year >> 3 << 4)
    )


def clock_record(shown: datetime) -> bytes:
    """Return a meter's own clock as type F has it."""
    year = shown.year - 2000
    return bytes.fromhex("046D") + bytes(
        (shown.minute, shown.hour, shown.day | (year & 7) << 5, shown.month | year >> 3 << 4)
    )


class HeatValues:
    """A heat meter: volume, energy and temperatures of one and the same water."""

    def __init__(self, seed: int) -> None:
        flow_m3h = 0.2 + 0.9 * unit_noise(seed, 1)
        self.flow = Swing(flow_m3h, 0.2 + 0.5 * unit_noise(seed, 2), 6.0 * unit_noise(seed, 3))
        self.supply_c = 68.0 + 10.0 * unit_noise(seed, 4)
        self.supply_swing_k = 3.0
        self.spread_k = 22.0 + 15.0 * unit_noise(seed, 5)
        self.info = 0
        self.valve: bool | None = None  # whether its output is energised; None: it has none
        self._shut: list[tuple[float, float]] = []  # from, to: when nothing flowed
        self._shut_from: float | None = None

    def move_valve(self, at: datetime, *, energised: bool) -> None:
        """Energise or release the output of a valve that is normally open."""
        t_s, self.valve = since_installed_s(at), energised
        if energised and self._shut_from is None:
            self._shut_from = t_s
        elif not energised and self._shut_from is not None:
            self._shut.append((self._shut_from, t_s))
            self._shut_from = None

    def flowed_s(self, at: datetime) -> float:
        """Return for how long water flowed since the meter was installed."""
        t_s = since_installed_s(at)
        shut = [*self._shut, *([] if self._shut_from is None else [(self._shut_from, t_s)])]
        return t_s - sum(max(0.0, min(to, t_s) - start) for start, to in shut)

    def energy_kwh(self, t_s: float) -> float:
        """Return the energy since the meter was installed."""
        return _KWH_A_M3_K * self.spread_k * self.flow.total(t_s)

    def supply_m3c(self, t_s: float) -> float:
        """Return E8, the integral of flow times supply temperature."""
        flow, swing = self.flow, self.supply_swing_k
        mixed = flow.depth * self.supply_c + swing
        return (
            flow.mean
            / _HOUR_S
            * (
                self.supply_c * t_s
                + mixed * flow.sines(t_s)
                + flow.depth * swing * flow.squares(t_s)
            )
        )

    def telegrams(self, at: datetime, shown: datetime) -> Sequence[bytes]:
        """Return the records of the readings, and of the ends of months."""
        t_s, flow = self.flowed_s(at), self.flow
        rate, volume = (0.0 if self.valve else flow.rate(t_s)), flow.total(t_s)
        supply = self.supply_c + self.supply_swing_k * flow.sine(t_s)
        power_kw = _KWH_A_M3_K * rate * self.spread_k
        most_kw = _KWH_A_M3_K * flow.mean * (1.0 + flow.depth) * self.spread_k
        e8 = self.supply_m3c(t_s)
        now = (
            record("0406", self.energy_kwh(t_s))
            + record("0414", volume * 100)
            + record("043B", rate * 1000)
            + record("042D", power_kw * 10)
            + record("142D", most_kw * 10)
            + record("0259", supply * 100, 2)
            + record("025D", (supply - self.spread_k) * 100, 2)
            + record("0261", self.spread_k * 100, 2)
            + record("04FF22", self.info)
            + record("04FF07", e8)
            + record("04FF08", e8 - self.spread_k * volume)
            + record("0422", since_installed_s(at) / _HOUR_S)
            + clock_record(shown)
        )
        if self.valve is not None:
            now += record("01FD1A", self.valve, 1)
        return [now, b"".join(self._month(n, end) for n, end in enumerate(month_ends(at), 1))]

    def _month(self, storage: int, end: datetime) -> bytes:
        t_s, dif = self.flowed_s(end), f"{0x84 | (storage & 1) << 6:02X}{storage >> 1:02X}"
        return (
            record(f"{dif}06", self.energy_kwh(t_s))
            + record(f"{dif}14", self.flow.total(t_s) * 100)
            + _date(f"{0x82 | (storage & 1) << 6:02X}{storage >> 1:02X}6C", end)
        )


class WaterValues:
    """A water meter with a battery."""

    def __init__(self, seed: int) -> None:
        mean_m3h = 0.005 + 0.03 * unit_noise(seed, 1)
        self.flow = Swing(mean_m3h, 0.9, 6.0 * unit_noise(seed, 2))
        self._back = unit_noise(seed, 3) < 0.1  # noqa: PLR2004 - a tenth lacks a check valve

    def telegrams(self, at: datetime, shown: datetime) -> Sequence[bytes]:
        """Return the records of the readings and of the last end of a month."""
        t_s, end = since_installed_s(at), month_ends(at)[0]
        volume_l = self.flow.total(t_s) * 1000
        left_d = max(0.0, 10 * 365 - t_s / _DAY_S)
        return [
            record("0413", volume_l)
            + record("04933C", volume_l / 500 if self._back else 0)
            + record("023B", self.flow.rate(t_s) * 1000, 2)
            + record("4413", self.flow.total(since_installed_s(end)) * 1000)
            + _date("426C", end)
            + record("02FD74", left_d, 2)
            + record("02FD17", 0, 2)
            + clock_record(shown)
        ]


class ElectricityValues:
    """An electricity meter in a house with solar power: it takes by night, gives by day."""

    def __init__(self, seed: int) -> None:
        self._taken_w = 900.0 + 2500.0 * unit_noise(seed, 1)
        self._given_w = 2500.0 * unit_noise(seed, 2)
        self._swing = Swing(1.0, 1.0, 6.0 * unit_noise(seed, 3))

    def powers_w(self, t_s: float) -> tuple[float, float]:
        """Return what is taken and what is given; one of both is 0."""
        sine = self._swing.sine(t_s)
        return self._taken_w * max(sine, 0.0), self._given_w * max(-sine, 0.0)

    def energies_kwh(self, t_s: float) -> tuple[float, float]:
        """Return what was taken and what was given since the meter was installed."""
        # ∫|sin| and ∫sin together hold the integrals of both its halves.
        both, net = self._halves(t_s), self._swing.sines(t_s)
        return (
            self._taken_w * (both + net) / 2.0 / 3.6e6,
            self._given_w * (both - net) / 2.0 / 3.6e6,
        )

    def telegrams(self, at: datetime, shown: datetime) -> Sequence[bytes]:
        """Return the records of A+, A−, P+ and P−."""
        t_s = since_installed_s(at)
        (taken, given), (taken_w, given_w) = self.energies_kwh(t_s), self.powers_w(t_s)
        return [
            record("0404", taken * 100)
            + record("04843C", given * 100)
            + record("042B", taken_w)
            + record("04AB3C", given_w)
            + clock_record(shown)
        ]

    def _halves(self, t_s: float) -> float:
        """Return the integral of the sine's magnitude from 0 on, in s."""

        def up_to(angle: float) -> float:
            whole, rest = divmod(angle, math.pi)
            return 2.0 * whole + 1.0 - math.cos(rest)

        phase = self._swing.phase
        return (up_to(_OMEGA * t_s + phase) - up_to(phase)) / _OMEGA


Values = HeatValues | WaterValues | ElectricityValues
