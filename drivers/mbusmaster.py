"""The master of a wired M-Bus: meters read by either address, commands sent exactly once."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.conversation import Frame
from app.model.scan import ScanWish
from app.words import _
from drivers.links.mbus import MbusLink
from drivers.mbus.asking import (
    FCB,
    LAST_PRIMARY,
    RATES_TRIED,
    REQ_UD2,
    SELECTED,
    SND_NKE,
    SND_UD,
    Secondary,
    Timing,
    frame_in,
    long_frame,
    maker_number,
    selection,
    short_frame,
    telegram_in,
)
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.roundtime import RoundTime
from drivers.mbus.telegram import Telegram

if TYPE_CHECKING:
    from drivers.mbusscan import BusScan

MOST_TELEGRAMS = 32  # of one readout
_ACK = b"\xe5"
AUTOMATIC = 0  # instead of a baud rate: it is found by trying


@dataclass(frozen=True, slots=True)
class Station:
    """How a meter is reached: by its primary address, or selected by its secondary one."""

    name: str  # for sentences
    primary: int | None = None
    secondary: Secondary | None = None
    patience_s: float = 0.0  # it thinks so much longer than the standard allows
    tries: int = 2
    baud: int | None = None  # of its own, or `AUTOMATIC`; None: as the line is set

    def __post_init__(self) -> None:
        """Refuse what reaches nobody."""
        if self.secondary is None and self.primary not in range(LAST_PRIMARY + 1):
            raise BadInput(
                _("{name}: a primary address is a number from 0 to 250").format(name=self.name)
            )

    @property
    def key(self) -> str:
        """Return what tells it from others on the same bus."""
        return str(self.primary) if self.secondary is None else str(self.secondary)

    @property
    def at(self) -> int:
        """Return the address that stands in the frames to it."""
        return SELECTED if self.secondary is not None else self.primary or 0


@dataclass(slots=True)
class _Talk:
    """How far the conversation with a station has come."""

    fcb: int = FCB
    met: bool = False


@dataclass(frozen=True, slots=True)
class Readout:
    """All telegrams of a meter, and what went wrong on the way, a sentence each."""

    telegrams: tuple[Telegram, ...]
    frames: tuple[bytes, ...]
    requests: int
    faults: tuple[str, ...] = ()


@dataclass(slots=True)
class BusFigures:
    """How a bus has been doing; the master keeps counting in it."""

    readouts: int = 0
    repeated: int = 0  # telegrams that came again though the next one was asked for
    strangers: int = 0  # answers of another meter than the one that was asked
    collisions: int = 0


class MbusMaster:
    """Speaks with the meters behind one link, one after the other; on the core's loop."""

    def __init__(self, link: MbusLink) -> None:
        self.link = link
        self.figures = BusFigures()
        self.rounds = RoundTime()
        self._decoder = Decoder()
        self._talks: dict[str, _Talk] = {}
        self.stations: dict[str, Station] = {}  # of every round
        self.rates: dict[str, int] = {}  # by station: at which it answered
        # The newest readout of each station and when it came: whoever asks next may spare it.
        self.newest: dict[str, tuple[datetime, Readout]] = {}

    @property
    def connected(self) -> bool:
        """Whether the way to the bus is open."""
        return self.link.connected

    async def open(self) -> None:
        """Connect now; raises `DeviceUnreachable`."""
        await self.link.open()

    async def close(self) -> None:
        """End the connection; may be called twice."""
        await self.link.close()

    def frames(self) -> tuple[Frame, ...]:
        """Return the last pieces of the conversation, oldest first."""
        return self.link.frames()

    def search(self, wish: ScanWish) -> "BusScan":
        """Return a search of the bus that shares the line with readouts; see `Searchable`."""
        from drivers.mbusscan import BusScan

        return BusScan(self.link, wish)

    def expect(self, station: Station) -> None:
        """Count a station as one of every round from now on."""
        self.stations[station.key] = station

    def round_s(self) -> float:
        """Return how long one readout of every station expected will take."""
        stations = self.stations.values()
        if not stations:  # nobody was met since the start: as it was before
            return self.rounds.known_s
        return sum(
            self.rounds.readout_s(
                each.key, self.timing(each), selected=each.secondary is not None
            )
            for each in stations
        )

    async def greet(self, station: Station) -> None:
        """Make sure that a meter is there without reading it; raises as `read` does."""
        async with self.link.turns.patient():
            self._talks.pop(station.key, None)
            await self._met(station)

    async def read(self, station: Station) -> Readout:
        """Read all telegrams of a meter.

        Raises:
            DeviceUnreachable: It is silent, or the line is lost.
            GarbledAnswer: What came is no telegram of this meter.
        """
        async with self.link.turns.patient():
            loop = asyncio.get_running_loop()
            began_s, asked = loop.time(), self.link.figures.requests
            try:
                talk = await self._met(station)
                if station.secondary is None:
                    began_s = loop.time()  # a greeting is no part of the next rounds
                readout = await self._readout(station, talk)
            except (DeviceUnreachable, GarbledAnswer):
                self._talks.pop(station.key, None)  # begin anew, from the first telegram
                raise
            if not readout.faults:
                self.rounds.learn(station.key, loop.time() - began_s)
            self.figures.readouts += 1
            return replace(readout, requests=self.link.figures.requests - asked)

    async def command(
        self, station: Station, user: bytes, *, urgent: bool = True, tries: int = 1
    ) -> None:
        """Send user data from its CI field on; once, unless ``tries`` allows more.

        Raises:
            NothingSent: It never left.
            DeviceUnreachable: It left, and nobody knows whether it was taken.
            DeviceRefused: The meter answers, but with an error.
        """
        turns = self.link.turns
        async with turns.urgent() if urgent else turns.patient():
            try:
                talk = await self._met(station)
            except (DeviceUnreachable, GarbledAnswer) as error:
                self._talks.pop(station.key, None)
                raise NothingSent(f"{error}; nothing was sent") from error
            await self._told(station, talk, user, tries)

    def forget(self, station: Station) -> None:
        """Begin anew with a station: its address was changed."""
        self._talks.pop(station.key, None)

    def timing(self, station: Station) -> Timing:
        """Return the timing that holds for a station, at the rate it was met at."""
        baud = station.baud or self.rates.get(station.key) or self.link.timing.baud
        return replace(self.link.timing, baud=baud, patience_s=station.patience_s)

    async def _told(self, station: Station, talk: _Talk, user: bytes, tries: int) -> None:
        frame = long_frame(SND_UD | talk.fcb, station.at, user)
        for left in reversed(range(tries)):
            heard = await self.link.exchange(frame, timing=self.timing(station))
            found = frame_in(heard, acknowledged=True) if heard else None
            if found is not None and found[0] == _ACK:
                talk.fcb ^= FCB
                return
            if found is not None:
                talk.fcb ^= FCB
                raise DeviceRefused(
                    _("{name}: the meter answers, but does not acknowledge").format(
                        name=station.name
                    )
                )
            if not left:
                self._talks.pop(station.key, None)
                raise DeviceUnreachable(
                    _(
                        "{name}: no acknowledgement came; it is not known whether the meter "
                        "took it"
                    ).format(name=station.name)
                )

    async def _readout(self, station: Station, talk: _Talk) -> Readout:
        telegrams: list[Telegram] = []
        frames: list[bytes] = []
        faults: list[str] = []
        while len(frames) < MOST_TELEGRAMS:
            frame = await self._requested(station, talk)
            if frames and frame == frames[-1]:
                self.figures.repeated += 1
                faults.append(
                    _("{name}: the meter repeats its telegram instead of the next one").format(
                        name=station.name
                    )
                )
                break
            telegram = self._taken(station, frame)
            frames.append(frame)
            telegrams.append(telegram)
            talk.fcb ^= FCB
            if not telegram.body.more_follows:
                break
        return Readout(tuple(telegrams), tuple(frames), 0, tuple(faults))

    async def _met(self, station: Station) -> _Talk:
        """Return the conversation with a station: begun by SND_NKE, selected where needed."""
        talk = self._talks.setdefault(station.key, _Talk())
        if station.secondary is not None:
            await self._acknowledged(station, selection(station.secondary))
            talk.fcb, talk.met = FCB, True  # a selection begins the count anew
        elif not talk.met:
            await self._acknowledged(station, short_frame(SND_NKE, station.at))
            talk.fcb, talk.met = FCB, True
        return talk

    async def _acknowledged(self, station: Station, frame: bytes) -> None:
        garbled = False
        for timing in _timings(station, self.timing(station), self.link):
            heard = await self.link.exchange(frame, timing=timing)
            if heard and frame_in(heard, acknowledged=True) == (_ACK, len(heard) - 1):
                self.rates[station.key] = timing.baud
                return
            garbled = garbled or bool(heard)
        raise self._no_answer(station, garbled=garbled)

    async def _requested(self, station: Station, talk: _Talk) -> bytes:
        """Return one telegram's frame; a request that failed is sent with the same count."""
        request = short_frame(REQ_UD2 | talk.fcb, station.at)
        garbled = False
        for _try in range(station.tries):
            heard = await self.link.exchange(request, timing=self.timing(station))
            found = telegram_in(heard)
            if found is not None:
                if len(found[0]) != len(heard):
                    self.link.figures.noises += 1
                return found[0]
            garbled = garbled or bool(heard)
        raise self._no_answer(station, garbled=garbled)

    def _no_answer(self, station: Station, *, garbled: bool) -> Exception:
        if not garbled:
            self.rounds.forget(station.key)
            waited_s = self.timing(station).answer_s
            return DeviceUnreachable(
                _("{name}: no answer within {s} s").format(
                    name=station.name, s=f"{waited_s:.2g}"
                )
            )
        self.figures.collisions += 1
        return GarbledAnswer(
            _(
                "{name}: what comes is no telegram: several meters answer at once, or the line "
                "is disturbed"
            ).format(name=station.name)
        )

    def _taken(self, station: Station, frame: bytes) -> Telegram:
        """Return the telegram in a frame, if this meter sent it."""
        broken: Refused | None = None
        try:
            telegram = self._decoder.decode(frame)
        except Refused as fault:
            telegram, broken = fault.head, fault
        if station.secondary is None:
            own = telegram.bus_address == station.primary
        else:
            own = station.secondary.covers(_address_of(telegram))
        if not own:
            self.figures.strangers += 1
            raise GarbledAnswer(
                _("{name}: another meter answers, number {id} at address {address}").format(
                    name=station.name, id=telegram.address.id, address=telegram.bus_address
                )
            )
        if broken is not None:
            raise GarbledAnswer(f"{station.name}: {broken}") from broken
        return telegram


def holder_of(master: MbusMaster, address: int, but: Station) -> str:
    """Return the name of another station at a primary address, "" for none known."""
    for each in master.stations.values():
        if each.key == but.key:
            continue
        read = master.newest.get(each.key)
        told = read[1].telegrams[0].bus_address if read is not None else None
        if address in (each.primary, told):
            return each.name
    return ""


def _timings(station: Station, usual: Timing, link: MbusLink) -> list[Timing]:
    """Return the timings to greet a station by, a try each.

    Where its rate is to be found, and ours can be set, the others are tried once each.
    """
    found = [usual] * station.tries
    if station.baud == AUTOMATIC and link.switchable:
        found += [replace(usual, baud=each) for each in RATES_TRIED if each != usual.baud]
    return found


def _address_of(telegram: Telegram) -> Secondary:
    sender = telegram.address
    return Secondary(
        sender.id.upper(), maker_number(sender.manufacturer), sender.version, sender.medium
    )
