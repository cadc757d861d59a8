"""Whether a heat meter's energy fits its volume and its temperatures.

Swapped probes, a probe beside its pocket, a wrong pulse value or a flow sensor in the wrong
pipe all make energy that is not volume times spread times the heat coefficient of water.

How far the two may lie apart is stated, not learnt: the error a meter of its class may have
(Directive 2014/32/EU, annex VI, 7.1 to 7.3, the same as EN 1434-1), twice as in service; one
last digit of both indexes; and, where only momentary temperatures are known, half of what the
spread changed from sample to sample, because nobody knows when it changed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.history.counters.marks import Ints
from app.history.counters.water import METER_PRESSURE_BAR, Floats, heat_coefficient
from app.model.counter import HOUR_MS

IN_SERVICE = 2.0  # times the error permitted on verification
_MOST_FLOW_ERROR = 0.05
_FLOW_ERROR = {1: (0.01, 0.0001), 2: (0.02, 0.0002), 3: (0.03, 0.0005)}  # class: a + b · qp/q


@dataclass(frozen=True, slots=True)
class HeatMeter:
    """What is printed on a heat meter, as far as its errors depend on it."""

    nominal_flow_m3h: float  # qp
    accuracy_class: int = 2  # 1, 2 or 3
    least_spread_k: float = 3.0  # Δθmin
    measured_in_supply: bool = False
    pressure_bar: float = METER_PRESSURE_BAR
    energy_step_kwh: float = 1.0  # the last digit of each index
    volume_step_m3: float = 0.01


@dataclass(frozen=True, slots=True)
class HeatCheck:
    """Both sides of the comparison for each part of time; NaN where it cannot be made."""

    counted_kwh: Floats
    expected_kwh: Floats
    tolerance_kwh: Floats

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Where energy and volume times spread are further apart than they may be."""
        apart: NDArray[np.bool_] = (
            np.abs(self.counted_kwh - self.expected_kwh) > self.tolerance_kwh
        )
        return apart


def permitted_error(meter: HeatMeter, flow_m3h: Floats, spread_k: Floats) -> Floats:
    """Return the share by which the energy of a meter may be off on verification.

    Ef + Et + Ec: flow sensor, pair of temperature sensors, calculator.
    """
    fixed, growing = _FLOW_ERROR[meter.accuracy_class]
    with np.errstate(divide="ignore", invalid="ignore"):
        flow = fixed + growing * meter.nominal_flow_m3h / np.abs(flow_m3h)
        share = meter.least_spread_k / np.abs(spread_k)
    error: Floats = (
        np.minimum(flow, _MOST_FLOW_ERROR) + (0.005 + 0.03 * share) + (0.005 + 0.01 * share)
    )
    return error


def heat_check(
    meter: HeatMeter,
    times_ms: Ints,
    energy_kwh: Floats,
    volume_m3: Floats,
    supply_c: Floats,
    return_c: Floats,
    edges_ms: Ints,
) -> HeatCheck:
    """Compare energy with volume times spread in each part between two edges.

    All columns are of the same moments. Parts without a sample near both edges, or with a
    temperature missing inside, cannot be compared.

    Args:
        meter: What it is.
        times_ms: Rising.
        energy_kwh: Its index, without breaks.
        volume_m3: The other.
        supply_c: At each moment, NaN where not known.
        return_c: The same.
        edges_ms: Of the parts; samples should lie on them or close by.
    """
    spread = supply_c - return_c
    passed_h = np.diff(times_ms) / HOUR_MS
    volume, middle = np.diff(volume_m3), (spread[1:] + spread[:-1]) / 2
    warm, cold = (supply_c[1:] + supply_c[:-1]) / 2, (return_c[1:] + return_c[:-1]) / 2
    factor = volume * heat_coefficient(
        warm, cold, measured_in_supply=meter.measured_in_supply, pressure_bar=meter.pressure_bar
    )
    expected = factor * middle
    with np.errstate(divide="ignore", invalid="ignore"):
        error = permitted_error(meter, volume / passed_h, middle)
    unsure = np.abs(np.where(volume > 0, IN_SERVICE * error * expected, 0.0))
    unsure += np.abs(factor * np.diff(spread)) / 2
    at = np.clip(np.searchsorted(times_ms, edges_ms), 0, max(len(times_ms) - 1, 0))

    def added(of: Floats) -> Floats:
        sums: Floats = np.diff(np.concatenate([[0.0], np.cumsum(of)])[at])
        return sums

    counted = np.diff(energy_kwh[at])
    known = (np.diff(at) > 0) & (added(np.isnan(expected).astype(np.float64)) == 0)
    nothing = np.where(np.isnan(expected), 0.0, expected)
    digit = meter.volume_step_m3 * 1.2 * _mean_spread(spread, at)
    tolerance = added(np.where(np.isnan(unsure), 0.0, unsure)) + meter.energy_step_kwh + digit
    return HeatCheck(
        np.where(known, counted, np.nan), np.where(known, added(nothing), np.nan), tolerance
    )


def _mean_spread(spread: Floats, at: Ints) -> Floats:
    """Return how large the spread is in each part, for the worth of a digit of volume."""
    known = np.where(np.isnan(spread), 0.0, np.abs(spread))
    total = np.concatenate([[0.0], np.cumsum(known)])
    mean: Floats = np.diff(total[at]) / np.maximum(np.diff(at), 1)
    return mean
