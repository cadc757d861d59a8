"""What is taken out of automatic goes back in time: once, and only if nobody changed it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

import pytest

from app.errors import NotPermitted, StoreBroken, WriteRefused
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.point import PointSpec, WriteRules
from app.verbs import administrator
from tests.fakes.audit import FakeAudit
from tests.fakes.driver import FakePlant
from tests.fakes.intents import FakeIntents
from tests.fakes.overrides import FakeOverrides
from tests.minicore import MiniCore, mini_core
from tests.plant import DEVICE, GUEST, LUND, SUPPLY, profile, until

VAGT = administrator("vagt", "B. Vagt", "desk-2")
ECO, NORMAL, PARTY = 17.0, 20.0, 23.0
RULES = WriteRules(5, 40, 0.5, verify_after_ms=0, automatic=(NORMAL,))
COMFORT = PointSpec(
    "comfort", "Room temperature, comfort", "°C", 1, poll_group="slow", write=RULES
)


def core(**more: Any) -> AbstractAsyncContextManager[MiniCore]:
    """Return the core of a house whose comfort of 20 °C is what it keeps by itself."""
    points = {**profile().points, "comfort": COMFORT}
    return mini_core(points=points, **more)


def wish(value: float, intent: str = "a", **more: object) -> WriteRequest:
    return WriteRequest(DEVICE, "comfort", value, intent, **more)  # type: ignore[arg-type]


async def settled(mini: MiniCore) -> None:
    await until(lambda: mini.table.latest(SUPPLY) is not None)


def told(mini: MiniCore) -> list[tuple[str, str, str, str]]:
    return [(e["verb"], e["old"], e["new"], e["result"]) for e in mini.audit]


async def test_an_override_goes_back_after_its_time_once_and_says_so() -> None:
    async with core() as mini:
        await settled(mini)
        done = await mini.control.write(LUND, wish(PARTY, note="the feast", lasts_min=60))
        assert done.state is WriteState.CONFIRMED
        (held,) = await mini.control.overrides(LUND)
        assert (held.former, held.value, held.name, held.reason) == (
            NORMAL,
            PARTY,
            "K. Lund",
            "the feast",
        )
        assert held.until is not None
        assert (held.until - held.since).total_seconds() == 3600
        mini.clock.go(3599)
        await until(lambda: len(mini.plant.polls) > 4)
        assert mini.plant.values["comfort"] == PARTY
        mini.clock.go(1)
        await until(lambda: mini.plant.values["comfort"] == NORMAL, 30)
        await until(lambda: len(told(mini)) == 4, 30)
        assert told(mini)[2:] == [
            ("write", "23", "20", "sent"),
            ("write", "23", "20", "confirmed"),
        ]
        assert mini.audit[-1]["name"] == "Heatdesk (K. Lund)"
        assert await mini.control.overrides(LUND) == ()
        assert len(mini.plant.writes) == 2


async def test_a_restart_forgets_no_override() -> None:
    plant, intents, book = FakePlant(), FakeIntents(), FakeOverrides()
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        assert [each.value for each in await mini.control.overrides(LUND)] == [PARTY]
        mini.clock.go(3600)
        await until(lambda: plant.values["comfort"] == NORMAL, 30)
        await until(lambda: not book.open, 30)
    assert [how for _made, how in book.ended] == ["set to automatic"]


async def test_what_somebody_changed_meanwhile_is_left_alone_and_told() -> None:
    async with core() as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=1))
        mini.plant.values["comfort"] = ECO  # at the display
        mini.clock.go(60)
        await until(lambda: mini.audit[-1]["verb"] == "override.end", 30)
        entry = mini.audit[-1]
        assert (entry["result"], entry["reason"]) == (
            "changed meanwhile",
            "it is 17 by now, not 23; it stays so",
        )
        assert mini.plant.values["comfort"] == ECO
        assert len(mini.plant.writes) == 1


async def test_a_device_that_is_away_is_taken_back_when_it_answers_again() -> None:
    async with core() as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=1))
        mini.plant.link_down = True
        mini.clock.go(60)
        await until(lambda: mini.plant.link_down)
        assert len(await mini.control.overrides(LUND)) == 1
        mini.plant.link_down = False
        mini.clock.go(60)
        await until(lambda: mini.plant.values["comfort"] == NORMAL, 30)


async def test_it_is_taken_back_by_hand_by_who_may_write_it() -> None:
    async with core() as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, note="until I say so", lasts_min=None))
        (held,) = await mini.control.overrides(LUND)
        assert held.until is None
        with pytest.raises(NotPermitted):
            await mini.control.take_back(GUEST, DEVICE, "comfort")
        result = await mini.control.take_back(LUND, DEVICE, "comfort")
        assert (result.state, result.new) == (WriteState.CONFIRMED, NORMAL)
        with pytest.raises(WriteRefused, match="no override stands there"):
            await mini.control.take_back(LUND, DEVICE, "comfort")


async def test_pressed_twice_and_by_two_people_it_is_taken_back_once_and_told_so_to_all() -> (
    None
):
    slow = replace(COMFORT, write=replace(RULES, verify_after_ms=150))
    async with mini_core(points={**profile().points, "comfort": slow}) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        before = len(told(mini))
        first = asyncio.ensure_future(mini.control.take_back(LUND, DEVICE, "comfort"))
        await until(lambda: mini.plant.values["comfort"] == NORMAL)  # and not yet read back
        asking = [mini.control.take_back(who, DEVICE, "comfort") for who in (LUND, VAGT, LUND)]
        results = await asyncio.gather(first, *asking)
        assert {each.state for each in results} == {WriteState.CONFIRMED}
        assert {each.by for each in results} == {"K. Lund"}, "who pressed first did it"
        assert told(mini)[before:] == [
            ("write", "23", "20", "sent"),
            ("write", "23", "20", "confirmed"),
        ]
        assert len(mini.plant.writes) == 2


async def test_without_an_end_a_reason_is_needed_and_a_refused_one_is_none() -> None:
    async with core(plant=FakePlant(refuse_write="illegal data value")) as mini:
        await settled(mini)
        for more, says in (
            ({"lasts_min": None, "note": " "}, "without an end needs a reason"),
            ({"lasts_min": 0}, "lasts 1 to"),
            ({"lasts_min": 100_000}, "lasts 1 to"),
            ({}, "illegal data value"),
        ):
            result = await mini.control.write(LUND, wish(PARTY, f"{more}", **more))
            assert result.state is WriteState.REFUSED
            assert says in result.reason
            assert await mini.control.overrides(LUND) == ()


async def test_another_value_goes_back_to_what_stood_before_the_first() -> None:
    async with core() as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY))
        mini.plant.values["comfort"] = PARTY
        await until(lambda: len(mini.plant.writes) == 1)
        (first,) = await mini.control.overrides(LUND)
        assert first.until is not None
        assert (first.until - first.since).total_seconds() == 4 * 3600, "by itself, 4 h"
        made = replace(wish(ECO, "b"), lasts_min=30)
        await until_written(mini, made)
        (held,) = await mini.control.overrides(LUND)
        assert (held.former, held.value) == (NORMAL, ECO)
        await until_written(mini, wish(NORMAL, "c"))
        assert await mini.control.overrides(LUND) == ()


async def until_written(mini: MiniCore, request: WriteRequest) -> None:
    """Write as soon as the setting may be written again: once a second at most."""
    result = await after_a_moment(mini, request)
    assert result.state is WriteState.CONFIRMED, result.reason


async def test_a_write_back_cut_off_by_the_program_s_end_is_not_tried_again() -> None:
    plant, intents, book = FakePlant(), FakeIntents(), FakeOverrides()
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=1))
        (held,) = book.open.values()
        back = wish(NORMAL, f"override-{held.id}")
        intents.begin("Heatdesk", "Heatdesk (K. Lund)", "desk-1", back, PARTY)
    audit = FakeAudit()
    async with core(plant=plant, intents=intents, overrides=book, audit=audit) as mini:
        await mini.control.own_up()
        await settled(mini)
        mini.clock.go(60)
        await until(lambda: not book.open, 30)
        assert [how for _made, how in book.ended] == ["unconfirmed"]
        assert len(plant.writes) == 1, "never written again by itself"
        assert mini.audit[0]["result"] == "unconfirmed"


async def after_a_moment(mini: MiniCore, request: WriteRequest) -> WriteResult:
    """Write as soon as the setting may be written again, whatever becomes of it then."""
    tries = 0
    while True:
        tries += 1
        wanted = replace(request, intent=f"{request.intent}-{tries}")
        result = await mini.control.write(LUND, wanted)
        if "a moment ago" not in result.reason:
            return result


async def test_a_new_value_that_is_refused_leaves_override_and_end_as_they_were() -> None:
    async with core() as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        mini.plant.refuse_write = "illegal data value"
        result = await after_a_moment(mini, wish(ECO, "b", lasts_min=10))
        assert result.state is WriteState.REFUSED
        assert "illegal data value" in result.reason
        mini.plant.refuse_write = ""
        (held,) = await mini.control.overrides(LUND)
        assert (held.value, held.former) == (PARTY, NORMAL)
        mini.clock.go(3600)
        await until(lambda: mini.plant.values["comfort"] == NORMAL, 30)


async def test_a_new_value_that_cannot_be_written_down_leaves_the_override_standing() -> None:
    audit, book = FakeAudit(), FakeOverrides()
    async with core(audit=audit, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        audit.full = StoreBroken("no space left on device")
        with pytest.raises(StoreBroken):
            await after_a_moment(mini, wish(ECO, "b", lasts_min=10))
        audit.full = None
        assert [each.value for each in await mini.control.overrides(LUND)] == [PARTY]
        assert [each.value for each in book.open.values()] == [PARTY], "after a restart, too"
        mini.clock.go(3600)
        await until(lambda: mini.plant.values["comfort"] == NORMAL, 30)


async def test_killed_before_a_new_value_was_sent_the_override_still_goes_back() -> None:
    plant, intents, book = FakePlant(), FakeIntents(), FakeOverrides()
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        (held,) = book.open.values()
        book.begin(replace(held, id="cut", value=ECO))  # noted; the value never left
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        assert len(await mini.control.overrides(LUND)) == 1, "one a setting is shown"
        mini.clock.go(3600)
        await until(lambda: plant.values["comfort"] == NORMAL, 30)
        await until(lambda: not book.open, 30)


async def test_taken_back_by_hand_it_is_the_one_that_holds() -> None:
    plant, book = FakePlant(), FakeOverrides()
    async with core(plant=plant, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        (held,) = book.open.values()
        book.begin(replace(held, id="cut", value=ECO))
    async with core(plant=plant, overrides=book) as mini:
        await settled(mini)
        result = await mini.control.take_back(LUND, DEVICE, "comfort")
        assert (result.state, result.new) == (WriteState.CONFIRMED, NORMAL)
        assert book.open == {}


async def test_a_clock_set_back_makes_no_override_longer() -> None:
    plant, book = FakePlant(), FakeOverrides()
    async with core(plant=plant, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
        mini.clock.set_by(-24 * 3600)
        mini.clock.go(3600)
        await until(lambda: plant.values["comfort"] == NORMAL, 30)


async def test_nor_one_set_back_while_nothing_ran() -> None:
    plant, intents, book = FakePlant(), FakeIntents(), FakeOverrides()
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        await settled(mini)
        await mini.control.write(LUND, wish(PARTY, lasts_min=60))
    async with core(plant=plant, intents=intents, overrides=book) as mini:
        mini.clock.set_by(-24 * 3600)
        await settled(mini)
        await mini.control.overrides(LUND)
        mini.clock.go(3600)
        await until(lambda: plant.values["comfort"] == NORMAL, 30)
