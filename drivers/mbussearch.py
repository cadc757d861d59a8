"""Finding the meters of a wired bus: by their makers' numbers with wildcards, or one by one."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from app.errors import BadInput
from app.words import _
from drivers.links.mbus import Listen, MbusLink
from drivers.mbus.asking import (
    ANY_ID,
    FCB,
    LAST_PRIMARY,
    REQ_UD2,
    SELECTED,
    SND_NKE,
    Secondary,
    maker_number,
    selection,
    short_frame,
    telegram_in,
)
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.names import MEDIA
from drivers.mbus.telegram import Telegram

_DIGITS = "0123456789"
_TRIES = 2  # of a question that silence answers, though somebody had acknowledged


class _Heard(Enum):
    """What came when the meters of a mask were asked."""

    CLEAR = "clear"  # nobody, or one meter
    NOISE = "noise"  # a meter, and bytes around its telegram that are nobody's
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """A meter that answered."""

    secondary: Secondary
    primary: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come."""

    share: float  # of all addresses, 0 … 1
    found: int
    collisions: int
    asked: int
    left_s: float | None  # seconds; None before anything can be told
    at: str = ""  # the address that was asked last


@dataclass(slots=True)
class Search:
    """A search under way on one link; on the core's loop.

    Cancel the task that runs it and it ends within one answer's time; clear ``going`` and it
    rests, with the line free for others, until that is set again.
    """

    link: MbusLink
    told: Callable[[Progress], object] = lambda _progress: None
    within: Secondary = field(default_factory=Secondary)
    baud: int | None = None  # where the line's rate can be set; None: as it is
    going: asyncio.Event = field(default_factory=asyncio.Event)
    found: list[FoundMeter] = field(default_factory=list)
    unresolved: list[Secondary] = field(default_factory=list)
    telegrams: dict[Secondary, Telegram] = field(default_factory=dict)  # of those found
    collisions: int = 0
    noises: int = 0  # sound telegrams with bytes around them that are nobody's
    asked: int = 0
    _share: float = 0.0
    _began_s: float = 0.0
    _rested_s: float = 0.0
    _decoder: Decoder = field(default_factory=Decoder)

    async def secondary(self) -> list[FoundMeter]:
        """Return the meters with an address that `within` covers.

        Meters whose whole addresses are equal stay `unresolved`. Raises `DeviceUnreachable`
        when the line is lost; what was found until then stands in `found`.
        """
        self._begin()
        await self._look(self.within, 1.0)
        return self.found

    async def primary(self, first: int = 0, last: int = LAST_PRIMARY) -> list[FoundMeter]:
        """Return the meters that answer by primary addresses, each asked for one by one."""
        if not 0 <= first <= last <= LAST_PRIMARY:
            raise BadInput(_("primary addresses lie between 0 and 250"))
        self._begin()
        for address in range(first, last + 1):
            await self._rest()
            async with self.link.turns.patient():
                heard = await self._asked(short_frame(SND_NKE, address))
                if heard:
                    heard = await self._asked(short_frame(REQ_UD2 | FCB, address))
            telegram = self._telegram(heard)
            if telegram is not None and telegram.bus_address == address:
                self._keep(telegram)
            elif heard:
                self.collisions += 1
            self._done(1.0 / (last + 1 - first), f"{address}")
        return self.found

    def __post_init__(self) -> None:
        """Let it begin as soon as it is run."""
        self.going.set()

    def _begin(self) -> None:
        self._began_s = asyncio.get_running_loop().time()

    async def _look(self, mask: Secondary, share: float) -> None:
        """Look for the meters that a mask covers; ``share`` is its part of all there is."""
        heard = await self._hear(mask)
        self.collisions += heard is _Heard.SEVERAL
        self.noises += heard is _Heard.NOISE
        noisy_alone = heard is _Heard.NOISE and "F" not in mask.id
        if heard is _Heard.CLEAR or noisy_alone:
            self._done(share, str(mask))
            return
        narrower = list(_narrower(mask, self.within))
        if not narrower:
            self.unresolved.append(mask)
            self._done(share, str(mask))
            return
        for each in narrower:
            await self._look(each, share / len(narrower))

    async def _hear(self, mask: Secondary) -> "_Heard":
        """Ask whom a mask covers, and keep who is understood."""
        await self._rest()
        async with self.link.turns.patient():
            if not await self._asked(selection(mask)):
                return _Heard.CLEAR
            for _try in range(_TRIES):
                heard = await self._asked(short_frame(REQ_UD2 | FCB, SELECTED))
                if heard:
                    break
        telegram = self._telegram(heard)
        found = telegram_in(heard)
        if telegram is None or found is None:
            return _Heard.SEVERAL  # garbled, or nothing though somebody had been there
        if not mask.covers(_address_of(telegram)):
            return _Heard.SEVERAL
        self._keep(telegram)  # proved by its checksum, whatever stands around it
        return _Heard.CLEAR if len(found[0]) == len(heard) else _Heard.NOISE

    async def _asked(self, request: bytes) -> bytes:
        self.asked += 1
        usual = self.link.timing
        timing = usual if self.baud is None else replace(usual, baud=self.baud)
        return await self.link.exchange(request, Listen.STILL, timing)

    def _telegram(self, heard: bytes) -> Telegram | None:
        found = telegram_in(heard)
        if found is None:
            return None
        try:
            telegram = self._decoder.decode(found[0])
        except Refused as fault:
            telegram = fault.head
        return telegram if len(telegram.address.id) == len(ANY_ID) else None

    def _keep(self, telegram: Telegram) -> None:
        meter = FoundMeter(_address_of(telegram), telegram.bus_address or 0)
        if meter not in self.found:
            self.found.append(meter)
            self.telegrams[meter.secondary] = telegram

    async def _rest(self) -> None:
        """Wait while the search was told to rest."""
        if self.going.is_set():
            return
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await self.going.wait()
        self._rested_s += loop.time() - began_s

    def _done(self, share: float, at: str) -> None:
        self._share = min(1.0, self._share + share)
        loop = asyncio.get_running_loop()
        took_s = loop.time() - self._began_s - self._rested_s
        left_s = took_s / self._share * (1.0 - self._share) if self._share > 0.0 else None
        found = len(self.found)
        self.told(Progress(self._share, found, self.collisions, self.asked, left_s, at))


def _narrower(mask: Secondary, within: Secondary) -> Iterator[Secondary]:
    """Yield the masks that together cover what a mask does, each with one digit more.

    When no digit is left the media are told apart; beyond them there is nothing to ask for.
    """
    place = mask.id.find("F")
    if place >= 0:
        for digit in _DIGITS:
            yield replace(mask, id=mask.id[:place] + digit + mask.id[place + 1 :])
    elif mask.medium == within.medium == Secondary().medium:
        for medium in MEDIA:
            yield replace(mask, medium=medium)


def _address_of(telegram: Telegram) -> Secondary:
    sender = telegram.address
    return Secondary(
        sender.id.upper(), maker_number(sender.manufacturer), sender.version, sender.medium
    )
