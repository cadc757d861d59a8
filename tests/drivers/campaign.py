"""Devices polled and written through lines that lie, with every value checked on arrival."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from app.errors import DeviceRefused, DeviceUnreachable
from app.model.device import DeviceConfig, LinkId
from app.model.profile import Area, DataType, LinkRules, Profile, RegisterPlace, WordOrder
from app.model.reading import DeviceId, Quality, Reading, split_point
from drivers.links.modbus import ModbusTcpLink
from drivers.registerdevice import RegisterDevice
from tests.drivers.hostile import MISCHIEF, Answering, HostileServer, Request, honest, truth
from tests.drivers.memory import row_profile

LINES = 6
UNITS = (1, 3, 5)
TIMEOUT_MS = 25  # shorter than the server's late answers
HONEST_SHARE = 0.2
ROUNDS_BETWEEN_INTRODUCTIONS = 15  # so that what was refused is soon asked for again


@dataclass
class Tally:
    """What a campaign brought."""

    hostile: Counter[str] = field(default_factory=Counter)  # answers, by kind of mischief
    honest: int = 0
    good: int = 0  # readings booked as good
    bad: int = 0
    unreachable: int = 0  # polls that ended in silence
    writes: int = 0
    writes_confirmed: int = 0
    connects: int = 0
    wrong: list[str] = field(default_factory=list)  # must stay empty

    @property
    def hostile_answers(self) -> int:
        return sum(self.hostile.values())


def campaign_profile() -> Profile:
    """Sixty points in both areas: single, doubled and low-word-first registers."""
    places: dict[str, RegisterPlace] = {}
    for area, start in ((Area.HOLDING, 100), (Area.INPUT, 1100)):
        for number in range(20):
            address = start + number + 10 * (number // 7)
            places[f"{area.value}-{address}"] = RegisterPlace(area, address, DataType.UINT16, 1)
        for number in range(10):
            address = start + 500 + 3 * number
            order = WordOrder.HIGH_FIRST if number % 2 else WordOrder.LOW_FIRST
            places[f"{area.value}-{address}"] = RegisterPlace(
                area, address, DataType.UINT32, 2, word_order=order
            )
    for unit in range(3):
        places[f"setting-{unit}"] = RegisterPlace(Area.HOLDING, 4000 + unit, DataType.UINT16, 1)
    rules = LinkRules(timeout_ms=TIMEOUT_MS, retries=1)
    return replace(row_profile(), places=places, link=rules)


def expected(unit: int, place: RegisterPlace) -> float:
    words = [truth(unit, place.address + step) for step in range(place.words)]
    if place.word_order is WordOrder.LOW_FIRST:
        words.reverse()
    return float(int.from_bytes(b"".join(word.to_bytes(2, "big") for word in words), "big"))


async def run_campaign(hostile_answers: int, seed: int) -> Tally:
    """Poll and write until the servers gave so many hostile answers; return what came of it.

    Any error that is not a device's own lets the whole campaign fail.
    """
    tally = Tally()
    share = -(-hostile_answers // LINES)
    async with asyncio.TaskGroup() as lines:
        for number in range(LINES):
            lines.create_task(_Line(tally, share, Random(seed * 1000 + number)).run())
    return tally


class _Line:
    """One lying line with three devices behind it."""

    def __init__(self, tally: Tally, share: int, dice: Random) -> None:
        self._tally = tally
        self._left = share
        self._dice = dice
        self._profile = campaign_profile()
        self._keys = sorted(self._profile.places)
        self._sent: Counter[int] = Counter()  # values of writes as the server saw them
        self._wish = 0

    async def run(self) -> None:
        async with HostileServer(self._choose, self._dice.randrange(2**32)) as server:
            link = ModbusTcpLink(*server.address, 5.0, lambda: datetime.now(UTC))
            devices = [(unit, self._device(link, unit)) for unit in UNITS]
            rounds = 0
            while self._left > 0:
                unit, device = self._dice.choice(devices)
                if rounds % ROUNDS_BETWEEN_INTRODUCTIONS == 0:
                    server.requests.clear()  # so that memory tells of the driver alone
                    for _, other in devices:
                        await self._introduce(other)
                elif self._dice.random() < 0.1:
                    await self._write(device, unit)
                else:
                    await self._poll(device, unit)
                rounds += 1
            self._tally.connects += link.figures.connects
            await link.close()

    def _choose(self, request: Request) -> Answering:
        if request.function in (5, 6, 16):
            self._sent[request.second] += 1
        if self._dice.random() < HONEST_SHARE:
            self._tally.honest += 1
            return honest
        self._left -= 1
        mischief = self._dice.choice(MISCHIEF)
        self._tally.hostile[mischief.__name__] += 1
        return mischief

    def _device(self, link: ModbusTcpLink, unit: int) -> RegisterDevice:
        config = DeviceConfig(
            DeviceId(f"unit-{unit}"), f"Unit {unit}", "", LinkId("l"), unit, "test.ecl"
        )
        return RegisterDevice(link, config, self._profile, lambda: datetime.now(UTC))

    async def _introduce(self, device: RegisterDevice) -> None:
        try:
            await device.identify([])
        except DeviceUnreachable:
            self._tally.unreachable += 1

    async def _poll(self, device: RegisterDevice, unit: int) -> None:
        keys = self._dice.sample(self._keys, self._dice.randint(1, 12))
        try:
            outcome = await device.poll(keys)
        except DeviceUnreachable:
            self._tally.unreachable += 1
            return
        for reading in outcome.readings:
            self._judge(reading, unit, keys)

    def _judge(self, reading: Reading, unit: int, keys: list[str]) -> None:
        device, key = split_point(reading.point)
        if device != f"unit-{unit}" or key not in keys:
            self._tally.wrong.append(f"{reading.point} was not asked for")
        if reading.quality is not Quality.GOOD:
            self._tally.bad += 1
            return
        self._tally.good += 1
        if reading.value != expected(unit, self._profile.places[key]):
            self._tally.wrong.append(f"{reading.point} got {reading.value}")

    async def _write(self, device: RegisterDevice, unit: int) -> None:
        self._wish += 1
        self._tally.writes += 1
        try:
            await device.write(f"setting-{UNITS.index(unit)}", float(self._wish))
        except (DeviceUnreachable, DeviceRefused):
            sent_rightly = self._sent[self._wish] <= 1
        else:
            self._tally.writes_confirmed += 1
            sent_rightly = self._sent[self._wish] == 1
        if not sent_rightly:
            times = self._sent[self._wish]
            self._tally.wrong.append(f"the write of {self._wish} was sent {times} times")
