"""A Modbus device in memory behind a register link: serves, refuses, falls silent."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.device import DeviceConfig, LinkId
from app.model.point import PointSpec
from app.model.profile import Area, DataType, LinkRules, Profile, ReadRules, RegisterPlace
from app.model.reading import DeviceId
from drivers.registerlink import RegisterRefused

AHORNVEJ = DeviceConfig(
    DeviceId("ahornvej-14"), "Ahornvej 14", "Nord", LinkId("l"), 1, "test.ecl"
)


@dataclass
class MemoryLink:
    """Implements `RegisterLink`; ``registers`` is what it serves, the rest is refused.

    ``trouble`` answers the next questions instead: an error, or None for honestly.
    """

    registers: dict[int, int]
    largest: int = 125
    trouble: list[Exception | None] = field(default_factory=list)
    refuse_writes: int = 0
    lose_writes: Exception | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    written: list[tuple[Area, int, tuple[int, ...]]] = field(default_factory=list)
    rules: list[LinkRules] = field(default_factory=list)
    connected: bool = True

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def read(
        self, unit: int, area: Area, address: int, count: int, rules: LinkRules
    ) -> bytes:
        self.asked.append((address, count))
        self.rules.append(rules)
        if self.trouble and (error := self.trouble.pop(0)) is not None:
            raise error
        if count > self.largest:
            raise RegisterRefused(3)
        wanted = range(address, address + count)
        if any(at not in self.registers for at in wanted):
            raise RegisterRefused(2)
        return struct.pack(f">{count}H", *(self.registers[at] for at in wanted))

    async def write(
        self, unit: int, area: Area, address: int, words: Sequence[int], rules: LinkRules
    ) -> None:
        self.written.append((area, address, tuple(words)))
        if self.refuse_writes:
            raise RegisterRefused(self.refuse_writes)
        if self.lose_writes:
            raise self.lose_writes


def silence() -> DeviceUnreachable:
    return DeviceUnreachable("192.0.2.7:502: no answer within 1.5 s")


def no_line() -> NothingSent:
    return NothingSent("192.0.2.7:502: the connection was refused")


def noise() -> GarbledAnswer:
    return GarbledAnswer("192.0.2.7:502: unit 6 answered where unit 1 was asked")


def row_profile(
    *addresses: int, rules: ReadRules | None = None, link: LinkRules | None = None
) -> Profile:
    """A controller with one point per register, named ``p<address>``, PNU one higher."""
    places = {
        f"p{address}": RegisterPlace(Area.HOLDING, address, DataType.INT16, 1)
        for address in addresses
    }
    points = {
        key: PointSpec(key, key, number=place.address + 1) for key, place in places.items()
    }
    return Profile(
        "test.ecl",
        1,
        "Test",
        (),
        "Test",
        "draft",
        "modbus-tcp",
        points,
        places,
        link=link or LinkRules(number_term="PNU"),
        read=rules or ReadRules(),
    )
