"""Reading many points of a Modbus device, around the registers it refuses to give."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.errors import GarbledAnswer
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.ports import Clock, PollOutcome
from drivers.blocks import Block, Spot, plan_blocks, split_block
from drivers.codecs.blockdecoder import BlockDecoder
from drivers.conversation import Conversation
from drivers.naming import place_words
from drivers.registerlink import (
    ILLEGAL_ADDRESS,
    ILLEGAL_FUNCTION,
    ILLEGAL_VALUE,
    RegisterRefused,
)

REFUSED = "register-refused"
GARBLED = "garbled"
DEVICE_TROUBLE = "device-trouble"  # busy, failing: it may give the register next time
# An option module fitted since, or a key changed at the controller, shows within the hour.
_ASK_AGAIN_AFTER = timedelta(hours=1)
_NOT_SERVED = frozenset({ILLEGAL_ADDRESS, ILLEGAL_VALUE})


@dataclass(frozen=True, slots=True)
class _Part:
    """One question, ready to be asked and taken apart."""

    block: Block
    decoder: BlockDecoder
    points: tuple[PointId, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """All questions for a set of points, and what is not asked any more."""

    parts: tuple[_Part, ...]
    refused: Mapping[str, str]  # point key → why


@dataclass(slots=True)
class _Round:
    """What one poll has brought so far."""

    readings: list[Reading] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class RegisterPoll:
    """Reads points of one device; remembers what it refused until `forget`.

    ``profile`` says where the points lie; ``clock`` gives the time of arrival.
    """

    def __init__(
        self, conversation: Conversation, device: DeviceId, profile: Profile, clock: Clock
    ) -> None:
        self._conversation = conversation
        self._device = device
        self._profile = profile
        self._clock = clock
        self._plans: dict[tuple[str, ...], _Plan] = {}
        self._refused: dict[str, str] = {}  # point key → the refusal in words
        self._cuts: set[Spot] = set()
        self._learned_at: datetime | None = None

    def forget(self) -> None:
        """Ask for everything again, also for what the device refused before."""
        self._plans.clear()
        self._refused.clear()
        self._cuts.clear()
        self._learned_at = None

    async def read(self, keys: Collection[str]) -> PollOutcome:
        """Read the points ``keys``; those without a place in the device are left out.

        Raises:
            DeviceUnreachable: The device is silent or the link is lost.
            BadInput: The profile places a point where no question can reach it.
        """
        if self._learned_at and self._clock() - self._learned_at >= _ASK_AGAIN_AFTER:
            self.forget()
        plan, asked = self._plan(tuple(keys)), self._conversation.requests
        this = _Round()
        for part in plan.parts:
            await self._take(part, this)
        if plan.refused:
            self._book_refused(plan.refused, this)
        return PollOutcome(
            this.readings, tuple(this.faults), self._conversation.requests - asked
        )

    async def _take(self, part: _Part, this: _Round) -> None:
        block = part.block
        try:
            payload = await self._conversation.read(block.area, block.address, block.count)
            self._book(part, payload, this)
        except RegisterRefused as refusal:
            await self._on_refusal(block, refusal, this)
        except GarbledAnswer as error:
            # The sentence names the device already.
            self._book_bad(block.keys, GARBLED, this)
            this.faults.append(f"{error} ({self._where(block)})")

    def _book(self, part: _Part, payload: bytes, this: _Round) -> None:
        at, add = self._clock(), this.readings.append
        good = Quality.GOOD
        for point, (value, reason) in zip(
            part.points, part.decoder.decode(payload), strict=True
        ):
            if value is None:
                add(Reading(point, None, Quality.BAD, at, reason))
            else:
                add(Reading(point, value, good, at))

    async def _on_refusal(self, block: Block, refusal: RegisterRefused, this: _Round) -> None:
        if refusal.code in _NOT_SERVED:
            self._plans.clear()  # to be made anew around what is learned now
            await self._halve(block, refusal, this)
        elif refusal.code == ILLEGAL_FUNCTION:
            self._plans.clear()
            self._remember(block.keys, refusal, this)
        else:
            self._book_bad(block.keys, DEVICE_TROUBLE, this)
            this.faults.append(self._sentence(self._where(block), str(refusal)))

    async def _halve(self, block: Block, refusal: RegisterRefused, this: _Round) -> None:
        """Find the registers behind a refusal by asking for halves, and book the rest."""
        halves = split_block(block, self._profile.places)
        if halves is None:
            self._remember(block.keys, refusal, this)
            return
        before = len(self._refused)
        for half in halves:
            await self._take(self._part(half), this)
        if len(self._refused) == before:
            # Each half is served, the whole is not: never ask across this border again.
            self._cuts.add((block.area, halves[1].address))
            self._learned_at = self._learned_at or self._clock()

    def _remember(self, keys: Collection[str], refusal: RegisterRefused, this: _Round) -> None:
        self._learned_at = self._learned_at or self._clock()
        self._refused.update(dict.fromkeys(keys, str(refusal)))
        self._book_refused(dict.fromkeys(keys, str(refusal)), this)

    def _book_refused(self, refused: Mapping[str, str], this: _Round) -> None:
        self._book_bad(refused, REFUSED, this)
        this.faults.extend(
            self._sentence(place_words(self._profile, key), why) for key, why in refused.items()
        )

    def _book_bad(self, keys: Collection[str], reason: str, this: _Round) -> None:
        at = self._clock()
        this.readings.extend(
            Reading(point_id(self._device, key), None, Quality.BAD, at, reason) for key in keys
        )

    def _sentence(self, where: str, why: str) -> str:
        return f"{self._conversation.name}: {where} refused: {why}"

    def _where(self, block: Block) -> str:
        first = place_words(self._profile, block.keys[0])
        return first if block.count == 1 else f"{first} and {block.count - 1} more"

    def _plan(self, keys: tuple[str, ...]) -> _Plan:
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plans[keys] = self._made_plan(keys)
        return plan

    def _made_plan(self, keys: tuple[str, ...]) -> _Plan:
        places = self._profile.places
        refused = {
            (places[key].area, places[key].address + step)
            for key in self._refused
            for step in range(places[key].words)
        }
        blocks = plan_blocks(places, self._profile.read, keys, refused=refused, cuts=self._cuts)
        asked = {key for block in blocks for key in block.keys}
        left_out = {
            # What shares a register with a refused one cannot be had either.
            key: self._refused.get(key, "it shares a register that was refused")
            for key in keys
            if key in places and key not in asked
        }
        return _Plan(tuple(self._part(block) for block in blocks), left_out)

    def _part(self, block: Block) -> _Part:
        places = [self._profile.places[key] for key in block.keys]
        return _Part(
            block,
            BlockDecoder(places, block.address, block.count),
            tuple(point_id(self._device, key) for key in block.keys),
        )
