"""Short names for the things tests talk about."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.point import PointSpec, WriteRules
from app.model.profile import Area, DataType, DetectRule, Profile, RegisterPlace
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.verbs import Capability, administrator
from tests.people import person

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
DEVICE = DeviceId("station-7")
SUPPLY = PointId("station-7.supply")
LINK = LinkConfig(LinkId("line-1"), "fake", "Line 1")
LUND = administrator("lund", "K. Lund", "desk-1")
GUEST = person("guest", "A. Guest", "desk-2", frozenset({Capability.SEE_PLANT}))
SHARED = Path(__file__).parents[2] / "shared"


def reading(
    value: float | None, minutes: float = 0, quality: Quality = Quality.GOOD
) -> Reading:
    """A supply temperature, `minutes` after noon."""
    return Reading(SUPPLY, value, quality, NOON + timedelta(minutes=minutes))


def device(name: str = "station-7", **changes: object) -> DeviceConfig:
    """A substation on line 1 with the small test profile."""
    fields: dict[str, object] = {
        "id": DeviceId(name),
        "name": name.replace("-", " ").capitalize(),
        "area": "Skovkvarteret",
        "link": LINK.id,
        "unit": 1,
        "profile": "test.substation",
    }
    return DeviceConfig(**(fields | changes))  # type: ignore[arg-type]


def place(address: int) -> RegisterPlace:
    """A plain signed register."""
    return RegisterPlace(Area.HOLDING, address, DataType.INT16, 1)


def profile(period_s: float = 0.05, **changes: object) -> Profile:
    """A substation with a supply temperature, a return limit and a comfort setting."""
    points = {
        "supply": PointSpec("supply", "Supply", "°C", 1, poll_group="fast"),
        "limit": PointSpec(
            "limit",
            "Return limit",
            "°C",
            0,
            poll_group="slow",
            write=WriteRules(10, 110, 1, verify_after_ms=0),
        ),
        "comfort": PointSpec(
            "comfort",
            "Room temperature, comfort",
            "°C",
            1,
            poll_group="slow",
            write=WriteRules(5, 40, 0.5, verify_after_ms=0),
        ),
    }
    fields: dict[str, object] = {
        "id": "test.substation",
        "version": 1,
        "vendor": "Test",
        "models": ("Substation",),
        "label": "Test substation",
        "status": "draft",
        "driver": "fake",
        "points": points,
        "places": {"supply": place(0), "limit": place(1), "comfort": place(2)},
        "poll_groups": {"fast": period_s, "slow": 4 * period_s},
        "detect": (DetectRule(Area.HOLDING, 100, 1, {0: 7}, 100),),
    }
    return Profile(**(fields | changes))  # type: ignore[arg-type]


def high_rule(limit: float = 95.0, deadband: float = 2.0, **changes: object) -> AlarmRule:
    """Supply too hot."""
    fields: dict[str, object] = {
        "id": "supply-high",
        "kind": "high",
        "device": DEVICE,
        "point": SUPPLY,
        "name": "Supply temperature high",
        "priority": 2,
        "limit": limit,
        "deadband": deadband,
    }
    return AlarmRule(**(fields | changes))  # type: ignore[arg-type]


async def until(holds: Callable[[], object], timeout_s: float = 5.0) -> None:
    """Wait until something holds, looking again at every turn of the loop."""
    async with asyncio.timeout(timeout_s):
        while not holds():  # noqa: ASYNC110 - what is awaited here has no event
            await asyncio.sleep(0.002)
