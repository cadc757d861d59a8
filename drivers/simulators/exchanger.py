"""A plate heat exchanger: how much heat passes from the network's water to the house's."""

import math
from dataclasses import dataclass

from app.model.heat import KW_PER_M3H_KELVIN

_EXCHANGER_EXPONENT = 0.7  # turbulent plates: heat transfer grows with flow to this power
_BALANCED = 0.999  # capacity rates so equal that the general formula divides zero by zero


@dataclass(frozen=True, slots=True)
class Exchanger:
    """One plate heat exchanger with its valve on the network side."""

    network_m3h: float  # through the open valve
    house_m3h: float  # with the pump running
    ua_kw_k: float  # at these two flows

    def heat_kw(
        self, network_m3h: float, hot_c: float, house_m3h: float, cold_c: float
    ) -> float:
        """Return the heat that passes, in kW (effectiveness of a counterflow exchanger)."""
        if network_m3h <= 0.0 or house_m3h <= 0.0 or hot_c <= cold_c:
            return 0.0
        hot_kw_k = KW_PER_M3H_KELVIN * network_m3h
        cold_kw_k = KW_PER_M3H_KELVIN * house_m3h
        smaller, larger = sorted((hot_kw_k, cold_kw_k))
        hot_film = math.pow(network_m3h / self.network_m3h, _EXCHANGER_EXPONENT)
        cold_film = math.pow(house_m3h / self.house_m3h, _EXCHANGER_EXPONENT)
        ua_kw_k = self.ua_kw_k * 2.0 * hot_film * cold_film / (hot_film + cold_film)
        units = ua_kw_k / smaller
        ratio = smaller / larger
        if ratio > _BALANCED:
            effectiveness = units / (1.0 + units)
        else:
            decay = math.exp(-units * (1.0 - ratio))
            effectiveness = (1.0 - decay) / (1.0 - ratio * decay)
        return effectiveness * smaller * (hot_c - cold_c)
