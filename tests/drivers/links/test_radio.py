"""Receivers of one link: what one of them does, even by a fault of ours, is its own affair."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import repeat

from app.model.device import LinkConfig, LinkId
from app.model.meterprofile import STANDARD_ALONE
from drivers.links.radio import RadioLink
from drivers.receivers.receiver import Outlet, ReceiverType, Way

LINK = LinkConfig(LinkId("street"), "wmbus", "The street", {})


def way(name: str, run: ReceiverType) -> Way:
    return Way(name, run, "")


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        for _look in repeat(None):
            if holds():
                return
            await asyncio.sleep(0.01)


async def test_a_receiver_that_falls_over_a_fault_of_ours_is_told_and_opened_again() -> None:
    opened: list[str] = []
    go_on = asyncio.Event()

    async def falls(_rest: str, outlet: Outlet) -> None:
        opened.append("roof")
        if len(opened) == 1:
            outlet.up()
            raise RuntimeError("nobody thought of this")
        await go_on.wait()
        outlet.up()
        await outlet.take(b"no telegram")
        await asyncio.Event().wait()

    async def stands(_rest: str, outlet: Outlet) -> None:
        outlet.up()
        for _line in range(3):
            await outlet.take(b"no telegram")
        await asyncio.Event().wait()

    types = [ReceiverType(name, str, run) for name, run in (("a", falls), ("b", stands))]
    ways = [way("roof", types[0]), way("cellar", types[1])]
    link = RadioLink(LINK, ways, STANDARD_ALONE, lambda: datetime.now(UTC))
    listens = [link.connected]
    await link.open()
    await link.open()
    try:
        await until(lambda: link.ear.of("cellar").lines == 3 and link.ear.of("roof").trouble)
        listens.append(link.connected)
        roof = next(each for each in link.figures().receivers if each.receiver == "roof")
        assert roof.trouble == "a fault of Heatdesk itself: RuntimeError"
        go_on.set()
        await until(lambda: link.ear.of("roof").lines)
        assert link.ear.of("roof").trouble == "", "it stands again"
        assert link.ear.of("cellar").lines == 3, "the other one was never touched"
    finally:
        await link.close()
        await link.close()
    listens.append(link.connected)
    assert listens == [False, True, False]
    assert opened == ["roof", "roof"]
