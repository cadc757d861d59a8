"""Plain Modbus TCP devices by the hundred, for load tests: two blocks of twenty registers.

Registers 0-19 and 100-119 (on the wire), functions 3 and 4, unit 1. Each word
tells where it comes from: (device x 131 + address x 7 + tens of seconds) mod 30000.
On the control line ``set 5 1234`` holds a register at a word, ``set 5 auto`` lets it go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators.faults import ON_WIRES, FaultKind
from drivers.simulators.hosting import Steer, host, wall_clock
from drivers.simulators.options import ServerOptions
from drivers.simulators.pdu import (
    ILLEGAL_ADDRESS,
    READ_HOLDING,
    READ_INPUT,
    Refusal,
    RegisterBank,
)

BLOCKS = (range(20), range(100, 120))
_WRAP = 30_000
_MOST = 0xFFFF
_TEN_S = 10


@dataclass(frozen=True, kw_only=True)
class ModbusLoadOptions(ServerOptions):
    """How the devices of a load test are set up: nothing but where they are."""


class LoadDevice:
    """Forty registers that change every ten seconds; no model behind them."""

    most_clients = 8
    first_number = 0
    gateway = False
    broadcasts = False
    functions = frozenset({READ_HOLDING, READ_INPUT})
    most_registers = 125

    def __init__(
        self, options: ModbusLoadOptions, place: int, now: Callable[[], datetime]
    ) -> None:
        self.changed = False
        self._base = 131 * (options.seed + place)
        self._now = now
        self._held: dict[int, int] = {}

    def bank(self, unit: int) -> RegisterBank | None:
        return self if unit == 1 else None

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        wanted = range(address, address + count)
        if not any(address in block and wanted[-1] in block for block in BLOCKS):
            raise Refusal(ILLEGAL_ADDRESS, f"registers {address} … {wanted[-1]} not served")
        first = self._base + int(self._now().timestamp()) // _TEN_S
        return [self._held.get(each, (first + 7 * each) % _WRAP) for each in wanted]

    def write(self, address: int, word: int) -> None:
        raise Refusal(ILLEGAL_ADDRESS, f"register {address} takes no {word}")

    def tick(self) -> None:
        """Values follow the clock by themselves."""

    def restarted(self) -> None:
        """Nothing to lose."""

    def sensor_open(self, name: str, is_open: bool) -> None:
        raise BadInput(f"a load device has no sensor '{name}'")

    def command(self, words: Sequence[str]) -> None:
        match list(words):
            case [address, "auto"] if _is_served(address):
                self._held.pop(int(address), None)
            case [address, word] if _is_served(address) and word.isdigit():
                self._held[int(address)] = int(word) & _MOST
            case _:
                raise BadInput(f"a load device has no '{' '.join(words)}' to set")

    def status(self) -> str:
        return ""

    def kept(self) -> Mapping[str, Any]:
        return {}

    def revive(self, kept: Mapping[str, Any]) -> None:
        """Nothing was kept."""


def _is_served(address: str) -> bool:
    return address.isdigit() and any(int(address) in block for block in BLOCKS)


async def serve(
    options: ModbusLoadOptions,
    ready: Callable[[str], object],
    steer: Steer | None = None,
    now: Callable[[], datetime] = wall_clock,
) -> None:
    """Serve ``options.count`` devices until cancelled or told to quit; see `host`."""
    options.check()
    devices = [LoadDevice(options, place, now) for place in range(options.count)]
    await host("modbus-load", devices, options, ready, steer)


_UNKNOWN = {FaultKind.SENSOR_OPEN} | ON_WIRES

SIMULATOR = SimulatorType(
    kind="modbus-load",
    summary="plain registers for load tests, many devices in one process (Modbus TCP)",
    faults=tuple(kind.value for kind in FaultKind if kind not in _UNKNOWN),
    serve=serve,
    options=ModbusLoadOptions,
)
