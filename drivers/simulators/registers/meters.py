"""The registers of simulated meters: MULTICAL 403/603, Eastron SDM630, Carlo Gavazzi EM24 E1.

Only addresses that published maps name are served. Where those name no unit,
this simulator's meters are set to kWh, m³, l/h, kW, °C and t.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence

from drivers.simulators.electricity import ElectricMeter
from drivers.simulators.pdu import ILLEGAL_ADDRESS, READ_HOLDING, READ_INPUT, Refusal
from drivers.simulators.physics import Substation
from drivers.simulators.registers.table import unsigned

_NOT_FITTED = math.nan  # what a meter says of an input it lacks; the coding is not published
_SENSOR_OPEN_C = 185.0  # MULTICAL: an open temperature sensor
_RETURN_T_M3 = 0.992  # the flow sensor sits in the return, around 40 °C
_EM24_IDENTITY = 1648  # EM24DINAV23XE1X
_EM24_ALONE = frozenset({0x000B, *range(0x0300, 0x0305)})  # one word at a time


class MeterRegisters:
    """A read-only bank whose words are worked out afresh for each read."""

    def __init__(
        self,
        words: Callable[[], Mapping[int, int]],
        functions: frozenset[int],
        most_registers: int = 125,
        alone: frozenset[int] = frozenset(),
    ) -> None:
        self.functions = functions
        self.most_registers = most_registers
        self._words = words
        self._alone = alone

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        """Return the words; functions 3 and 4 see the same where a meter knows both."""
        words = self._words()
        wanted = range(address, address + count)
        if count > 1 and not self._alone.isdisjoint(wanted):
            raise Refusal(ILLEGAL_ADDRESS, f"registers {address} … {wanted[-1]} not together")
        try:
            return [words[each] for each in wanted]
        except KeyError as missing:
            raise Refusal(ILLEGAL_ADDRESS, f"register {missing} is not served") from None

    def write(self, address: int, word: int) -> None:
        raise Refusal(ILLEGAL_ADDRESS, f"register {address} takes no {word}")


def multical(substation: Substation, open_sensors: frozenset[str] | set[str]) -> MeterRegisters:
    """Return the bank of a MULTICAL 403/603 with its Modbus module, over a heating central."""

    def words() -> dict[int, int]:
        water = substation.state
        supply_c = _SENSOR_OPEN_C if "t1" in open_sensors else round(water.supply_c, 2)
        return_c = _SENSOR_OPEN_C if "t2" in open_sensors else round(water.return_c, 2)
        return _floats(
            {
                0: round(1000.0 * water.flow_m3h),
                2: _NOT_FITTED,
                4: round(water.power_kw, 1),
                6: supply_c,
                8: return_c,
                10: _NOT_FITTED,
                12: _NOT_FITTED,
                14: round(supply_c - return_c, 2),
                16: _NOT_FITTED,
                20: math.floor(water.energy_kwh),
                48: 0.0,
                52: math.floor(100.0 * water.volume_m3) / 100.0,
                72: 60.0,
                78: math.floor(100.0 * _RETURN_T_M3 * water.volume_m3) / 100.0,
            }
        )

    return MeterRegisters(words, frozenset({READ_HOLDING}))


def sdm630(meter: ElectricMeter) -> MeterRegisters:
    """Return the bank of an Eastron SDM630: function 4, float32, high word first."""

    def words() -> dict[int, int]:
        one, two, three = meter.phases
        phases = (one, two, three)
        imported, exported = meter.imported_kwh, meter.exported_kwh
        apparent = sum(phase.volt_amps for phase in phases)
        values: dict[int, float] = {
            52: meter.watts,
            56: apparent,
            60: sum(phase.vars for phase in phases),
            62: abs(meter.watts) / apparent if apparent else 1.0,
            70: meter.hertz,
            72: _thousandths(sum(imported)),
            74: _thousandths(sum(exported)),
            84: meter.demand_w,
            248: sum(meter.distortion(number) for number in (1, 2, 3)) / 3.0,
            342: _thousandths(sum(imported) + sum(exported)),
        }
        for place, phase in enumerate(phases):
            values |= {
                0 + 2 * place: phase.volts,
                6 + 2 * place: phase.amps,
                12 + 2 * place: phase.watts,
                30 + 2 * place: phase.power_factor,
                234 + 2 * place: meter.distortion(place + 1),
                346 + 2 * place: _thousandths(imported[place]),
                352 + 2 * place: _thousandths(exported[place]),
                358 + 2 * place: _thousandths(imported[place] + exported[place]),
            }
        return _floats(values)

    return MeterRegisters(words, frozenset({READ_INPUT}))


def em24(meter: ElectricMeter) -> MeterRegisters:
    """Return the bank of a Carlo Gavazzi EM24 E1: int32 low word first, 11 registers a read."""

    def words() -> dict[int, int]:
        one, two, three = meter.phases
        phases = (one, two, three)
        apparent = sum(phase.volt_amps for phase in phases)
        longs: dict[int, float] = {
            40: 10.0 * meter.watts,
            52: 10.0 * sum(meter.imported_kwh),
            78: 10.0 * sum(meter.exported_kwh),
        }
        shorts: dict[int, float] = {
            49: 1000.0 * (abs(meter.watts) / apparent if apparent else 1.0),
            51: 10.0 * meter.hertz,
            0x000B: _EM24_IDENTITY,
            **dict.fromkeys(range(0x0300, 0x0305), 0),
        }
        for place, phase in enumerate(phases):
            longs |= {
                0 + 2 * place: 10.0 * phase.volts,
                12 + 2 * place: 1000.0 * phase.amps,
                18 + 2 * place: 10.0 * phase.watts,
                64 + 2 * place: 10.0 * meter.imported_kwh[place],
            }
            shorts[46 + place] = 1000.0 * phase.power_factor
        registers = {address: unsigned(int(value)) for address, value in shorts.items()}
        for address, value in longs.items():
            whole = int(value) if address in {52, 64, 66, 68, 78} else round(value)
            registers[address] = unsigned(whole)
            registers[address + 1] = unsigned(whole >> 16)
        return registers

    return MeterRegisters(words, frozenset({READ_HOLDING, READ_INPUT}), 11, _EM24_ALONE)


def _thousandths(kwh: float) -> float:
    """Return an index as the meter counts it: whole watt hours, never rounded up."""
    return math.floor(1000.0 * kwh) / 1000.0


def _floats(values: Mapping[int, float]) -> dict[int, int]:
    """Return float32 values as words, high word first."""
    registers: dict[int, int] = {}
    for address, value in values.items():
        registers[address], registers[address + 1] = struct.unpack(
            ">HH", struct.pack(">f", value)
        )
    return registers
