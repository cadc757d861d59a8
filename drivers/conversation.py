"""Asking one Modbus device: again when an answer got lost, and with its name on every error."""

from collections.abc import Sequence

from app.errors import DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.device import DeviceConfig
from app.model.profile import Area, LinkRules
from drivers.registerlink import (
    GATEWAY_NO_ANSWER,
    GATEWAY_NO_PATH,
    RegisterLink,
    RegisterRefused,
)

_BEHIND_GATEWAY = frozenset({GATEWAY_NO_PATH, GATEWAY_NO_ANSWER})


class Conversation:
    """One unit on a link, and how it answered last."""

    def __init__(self, link: RegisterLink, config: DeviceConfig, rules: LinkRules) -> None:
        self.name = config.name
        self.requests = 0
        self._link = link
        self._unit = config.unit
        self._rules = rules
        self._answering = False  # until it said something

    async def read(self, area: Area, address: int, count: int) -> bytes:
        """Return registers or bits; ask again as often as the profile allows.

        A device that was silent last time is asked once only, so that the living
        behind the same gateway do not wait for the dead.

        Raises:
            DeviceUnreachable: Silence or a lost link, also behind a gateway.
            GarbledAnswer: The last try brought an answer that fits nothing.
            RegisterRefused: The device says no.
        """
        tries = 1 + (self._rules.retries if self._answering else 0)
        while True:
            tries -= 1
            try:
                return await self._once(area, address, count)
            except NothingSent as error:
                self._answering = False
                raise NothingSent(f"{self.name}: {error}") from error
            except DeviceUnreachable as error:
                if tries <= 0:
                    self._answering = False
                    raise DeviceUnreachable(f"{self.name}: {error}") from error
            except GarbledAnswer as error:
                if tries <= 0:
                    raise GarbledAnswer(f"{self.name}: {error}") from error

    async def write(self, area: Area, address: int, words: Sequence[int]) -> None:
        """Write once, never again by itself.

        Raises:
            NothingSent: Nothing left, so nothing changed.
            DeviceUnreachable: It was sent, and nobody knows whether it holds.
            RegisterRefused: The device says no.
        """
        self.requests += 1
        try:
            await self._link.write(self._unit, area, address, words, self._rules)
        except NothingSent as error:
            raise NothingSent(f"{self.name}: {error}; nothing was sent") from error
        except (DeviceUnreachable, GarbledAnswer) as error:
            raise DeviceUnreachable(
                f"{self.name}: {error}; it is not known whether the device took the value"
            ) from error

    async def _once(self, area: Area, address: int, count: int) -> bytes:
        self.requests += 1
        try:
            payload = await self._link.read(self._unit, area, address, count, self._rules)
        except RegisterRefused as refusal:
            if refusal.code in _BEHIND_GATEWAY:
                raise DeviceUnreachable(f"unit {self._unit}: {refusal}") from refusal
            self._answering = True
            raise
        self._answering = True
        return payload
