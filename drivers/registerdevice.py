"""One Modbus device as the core meets it: who it is, what it reads, what it takes."""

from collections.abc import Collection
from contextlib import suppress

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, GarbledAnswer
from app.model.device import DeviceConfig
from app.model.identity import FactFormat, identity_facts
from app.model.profile import Area, DataType, Profile, RegisterPlace
from app.model.reading import split_point
from app.ports import Clock, Identity, PollOutcome
from drivers.codecs.registers import encode
from drivers.conversation import Conversation
from drivers.naming import place_words, short_place_words, value_words
from drivers.recognition import Recognised, family, recognise
from drivers.registerlink import (
    DEVICE_FAILURE,
    GATEWAY_NO_ANSWER,
    STILL_WORKING,
    RegisterLink,
    RegisterRefused,
)
from drivers.registerpoll import RegisterPoll

# Refusals after which the device may have taken the value all the same.
_UNCERTAIN = frozenset({DEVICE_FAILURE, STILL_WORKING, GATEWAY_NO_ANSWER})


class RegisterDevice:
    """A `Polled` and `Writable` device behind any register link; lives on the core's loop."""

    def __init__(
        self, link: RegisterLink, config: DeviceConfig, profile: Profile, clock: Clock
    ) -> None:
        self._config = config
        self._profile = profile
        self._clock = clock
        self._conversation = Conversation(link, config, profile.link)
        self._poll = RegisterPoll(self._conversation, config.id, profile, clock)

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        """Ask who is there, and from then on ask again for registers refused before.

        A device no candidate fits, or that refuses to say, has an empty profile;
        the facts are what it tells of itself all the same.

        Raises:
            DeviceUnreachable: Nobody answers.
        """
        self._poll.forget()
        likely = self._config.profile
        told_apart = any(profile.id == likely for profile in candidates if profile.detect)
        heard = bool(likely) and not told_apart and await self._knock()
        found = await recognise(self._conversation, candidates, likely, heard=heard)
        if not found.heard:
            await self._knock()
        if found.profile is not None:
            facts = await self._facts(found.profile)
            return Identity(
                found.profile.id, found.label or _key_in(found.profile, facts), facts
            )
        return await self._stranger(found)

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        """Read the points ``keys``; see `Polled.poll`."""
        return await self._poll.read(keys)

    async def write(self, key: str, value: float) -> None:
        """Send one value, in the point's unit, exactly once; see `Writable.write`.

        Raises:
            BadInput: The device has no such place, or the place cannot hold the value.
            DeviceRefused: The device says no; nothing changed.
            NothingSent: The question never left; nothing changed.
            DeviceUnreachable: Sent, and nobody knows whether it holds.
        """
        name, profile = self._config.name, self._profile
        place = profile.places.get(key)
        if place is None:
            raise BadInput(f"{name}: {key} has no place in this device")
        try:
            words = encode(place, value)
        except BadInput as error:
            raise BadInput(f"{name}: {place_words(profile, key)}: {error}") from error
        try:
            await self._conversation.write(place.area, place.address, words)
        except RegisterRefused as refusal:
            what, where = value_words(profile, key, value), short_place_words(profile, key)
            if refusal.code in _UNCERTAIN:
                raise DeviceUnreachable(
                    f"{name}: {refusal}: it is not known whether {what} holds at {where}"
                ) from refusal
            raise DeviceRefused(
                f"{name}: {refusal}: the device does not accept {what} at {where}"
            ) from refusal

    async def _knock(self) -> bool:
        """Ask for anything: a refusal is a sign of life too; silence raises."""
        places = self._profile.places.values()
        first = next(iter(places), RegisterPlace(Area.HOLDING, 0, DataType.UINT16, 1))
        with suppress(RegisterRefused, GarbledAnswer):
            await self._conversation.read(first.area, first.address, first.words)
        return True

    async def _facts(self, profile: Profile) -> dict[str, str]:
        """Return what the device tells of itself where ``profile`` says it does."""
        keys = tuple(key for fact in profile.identity.values() for key in fact.points)
        poll = RegisterPoll(self._conversation, self._config.id, profile, self._clock)
        outcome = await poll.read(keys)
        values = {split_point(reading.point)[1]: reading.value for reading in outcome.readings}
        return identity_facts(profile.identity, values)

    async def _stranger(self, found: Recognised) -> Identity:
        """Return what can be said of a device no profile fits."""
        kin = family(found.kin)
        if kin is not None:
            facts = await self._facts(kin)
            if label := _key_in(kin, facts):
                return Identity("", label, facts)
        return Identity("", "", await self._facts(self._profile))


def _key_in(profile: Profile, facts: dict[str, str]) -> str:
    """Return the application key among the facts, such as ``A266.1``."""
    for name, fact in profile.identity.items():
        if fact.format is FactFormat.APPLICATION_KEY:
            return facts.get(name, "")
    return ""
