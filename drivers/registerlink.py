"""What the Modbus driver needs of a link: registers asked for and written, one at a time."""

from collections.abc import Sequence
from typing import Protocol

from app.errors import DeviceRefused
from app.model.profile import Area, LinkRules
from app.ports import Link

# Modbus Application Protocol V1.1b3, chapter 7.
REFUSALS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "accepted, still working on it",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "the device behind the gateway does not respond",
}
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
DEVICE_FAILURE, STILL_WORKING = 4, 5
GATEWAY_NO_PATH, GATEWAY_NO_ANSWER = 10, 11


class RegisterRefused(DeviceRefused):
    """The device answered with a refusal instead of what it was asked; ``code`` says which."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(REFUSALS.get(code, f"refusal code {code}"))


class RegisterLink(Link, Protocol):
    """A link that carries registers of the units behind it; one question at a time.

    Both methods raise `DeviceUnreachable` (no answer; `NothingSent` when the question
    never left), `GarbledAnswer` (nothing can be booked) or `RegisterRefused`. They may
    be cancelled at any moment: a late answer never meets another question. ``rules``
    are the device's manners: timeout, pause between questions, idle close.
    """

    async def read(
        self, unit: int, area: Area, address: int, count: int, rules: LinkRules
    ) -> bytes:
        """Return ``count`` registers (two bytes each, high first) or bits (packed)."""
        ...

    async def write(
        self, unit: int, area: Area, address: int, words: Sequence[int], rules: LinkRules
    ) -> None:
        """Write registers or one coil, exactly once; writes go before waiting reads."""
        ...
