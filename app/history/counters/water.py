"""How much heat a cubic metre of water carries for each kelvin it is cooled.

Source: IAPWS R7-97(2012), the industrial formulation 1997 for water and steam, region 1
(equation 7 and table 2): liquid water from 0 to 350 °C. EN 1434-1 takes the heat coefficient
of heat meters from it: k = (h₁ − h₂) / (v · (θ₁ − θ₂)), with the specific volume v where the
flow is measured.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_R = 0.461526  # kJ/(kg·K), specific gas constant of water
_ZERO_C = 273.15
_PRESSURE_MPA, _TEMPERATURE_K = 16.53, 1386.0  # the reducing quantities of region 1
_KJ_PER_KWH = 3600.0
METER_PRESSURE_BAR = 16.0  # for which EN 1434-1 tabulates the coefficient
_NEAR_K = 0.01  # closer temperatures have the coefficient of their mean
# I, J, n of table 2
_TERMS = np.array(
    [
        (0, -2, 0.14632971213167),
        (0, -1, -0.84548187169114),
        (0, 0, -3.7563603672040),
        (0, 1, 3.3855169168385),
        (0, 2, -0.95791963387872),
        (0, 3, 0.15772038513228),
        (0, 4, -0.016616417199501),
        (0, 5, 0.81214629983568e-3),
        (1, -9, 0.28319080123804e-3),
        (1, -7, -0.60706301565874e-3),
        (1, -1, -0.018990068218419),
        (1, 0, -0.032529748770505),
        (1, 1, -0.021841717175414),
        (1, 3, -0.52838357969930e-4),
        (2, -3, -0.47184321073267e-3),
        (2, 0, -0.30001780793026e-3),
        (2, 1, 0.47661393906987e-4),
        (2, 3, -0.44141845330846e-5),
        (2, 17, -0.72694996297594e-15),
        (3, -4, -0.31679644845054e-4),
        (3, 0, -0.28270797985312e-5),
        (3, 6, -0.85205128120103e-9),
        (4, -5, -0.22425281908000e-5),
        (4, -2, -0.65171222895601e-6),
        (4, 10, -0.14341729937924e-12),
        (5, -8, -0.40516996860117e-6),
        (8, -11, -0.12734301741641e-8),
        (8, -6, -0.17424871230634e-9),
        (21, -29, -0.68762131295531e-18),
        (23, -31, 0.14478307828521e-19),
        (29, -38, 0.26335781662795e-22),
        (30, -39, -0.11947622640071e-22),
        (31, -40, 0.18228094581404e-23),
        (32, -41, -0.93537087292458e-25),
    ]
)
_I, _J, _N = _TERMS.T


def specific_volume_m3kg(temperature_c: Floats, pressure_bar: float) -> Floats:
    """Return the volume of a kilogram of liquid water, in m³."""
    pi, tau, kelvin = _reduced(temperature_c, pressure_bar)
    terms = -_N * _I * (7.1 - pi) ** (_I - 1) * (tau[..., None] - 1.222) ** _J
    volume: Floats = terms.sum(axis=-1) * pi * _R * kelvin / (pressure_bar * 100)
    return volume


def enthalpy_kjkg(temperature_c: Floats, pressure_bar: float) -> Floats:
    """Return the specific enthalpy of liquid water, in kJ/kg."""
    pi, tau, kelvin = _reduced(temperature_c, pressure_bar)
    terms = _N * (7.1 - pi) ** _I * _J * (tau[..., None] - 1.222) ** (_J - 1)
    enthalpy: Floats = terms.sum(axis=-1) * tau * _R * kelvin
    return enthalpy


def heat_coefficient(
    supply_c: Floats,
    return_c: Floats,
    *,
    measured_in_supply: bool = False,
    pressure_bar: float = METER_PRESSURE_BAR,
) -> Floats:
    """Return k in kWh/(m³·K), about 1.15; NaN where a temperature is not known.

    Args:
        supply_c: Supply temperature in °C, 0 to 200.
        return_c: Return temperature in °C.
        measured_in_supply: Whether the flow sensor sits in the supply pipe; most sit in the
            colder return.
        pressure_bar: Absolute; the coefficient hardly depends on it.
    """
    warm, cold = np.asarray(supply_c, np.float64), np.asarray(return_c, np.float64)
    close = np.abs(warm - cold) < _NEAR_K
    middle = (warm + cold) / 2
    warm_at = np.where(close, middle + _NEAR_K / 2, warm)
    cold_at = np.where(close, middle - _NEAR_K / 2, cold)
    heat = enthalpy_kjkg(warm_at, pressure_bar) - enthalpy_kjkg(cold_at, pressure_bar)
    flow_c = warm if measured_in_supply else cold
    volume = specific_volume_m3kg(flow_c, pressure_bar)
    coefficient: Floats = heat / (volume * (warm_at - cold_at)) / _KJ_PER_KWH
    return coefficient


def _reduced(temperature_c: Floats, pressure_bar: float) -> tuple[float, Floats, Floats]:
    kelvin = np.asarray(temperature_c, np.float64) + _ZERO_C
    return pressure_bar / 10 / _PRESSURE_MPA, _TEMPERATURE_K / kelvin, kelvin
