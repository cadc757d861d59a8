"""How well the project is guarded, as screens and commands may ask."""

import asyncio
from collections.abc import Callable, Sequence

import app.hardening.topics
from app.hardening.topic import Premises, Topic
from app.model.hardening import HardeningFinding
from app.plugins import discover
from app.verbs import Capability, Viewer, verb


class HardeningService:
    """Fulfils `app.asked.HardeningVerbs`; on the core's loop, looks around in a thread."""

    def __init__(self, gather: Callable[[], Premises]) -> None:
        """``gather`` blocks for seconds and may be called from any thread."""
        self._gather = gather

    @verb(Capability.MANAGE_USERS, whole=True, reads=True)
    async def findings(self, viewer: Viewer) -> Sequence[HardeningFinding]:
        """Look at every topic now and return what was found, topic by topic.

        Raises `StoreBroken` or `SecretsLocked` where a file of the project cannot be read.
        """
        premises = await asyncio.to_thread(self._gather)
        return await asyncio.to_thread(findings_of, premises)


def topics() -> list[Topic]:
    """Return every topic that can be loaded here, in the order they are told."""
    found = discover(app.hardening.topics, "TOPIC", Topic).values()
    return sorted(found, key=lambda topic: topic.order)


def findings_of(premises: Premises) -> list[HardeningFinding]:
    """Return what every topic finds; blocks for moments."""
    return [finding for topic in topics() for finding in topic.findings(premises)]
