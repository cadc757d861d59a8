"""One door for writing: every wish ends in the right state and in the audit."""

import asyncio

import pytest

from app.control.limits import check_limits, same
from app.control.rates import WriteRates
from app.control.service import CUT_OFF
from app.errors import BadInput, NotPermitted, StoreBroken, WriteRefused
from app.model.control import WriteRequest, WriteState
from app.model.point import PointSpec, WriteRules
from app.model.reading import PointId
from app.ports import Identity
from tests.fakes.audit import FakeAudit
from tests.fakes.driver import FakePlant
from tests.fakes.intents import FakeIntents
from tests.minicore import MiniCore, mini_core
from tests.plant import DEVICE, GUEST, LUND, SUPPLY, device, until


def wish(value: float, key: str = "comfort", intent: str = "a", **more: object) -> WriteRequest:
    return WriteRequest(DEVICE, key, value, intent, **more)  # type: ignore[arg-type]


async def settled(core: MiniCore) -> None:
    await until(lambda: core.table.latest(SUPPLY) is not None)


def outcomes(core: MiniCore) -> list[tuple[str, str, str, str]]:
    return [(e["entity"], e["old"], e["new"], e["result"]) for e in core.audit]


async def test_a_write_is_read_back_and_confirmed() -> None:
    async with mini_core() as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.5, expected=20.0))
        assert (result.old, result.new, result.read_back) == (20.0, 21.5, 21.5)
        assert (result.state, result.by) == (WriteState.CONFIRMED, "K. Lund")
        assert outcomes(core) == [
            ("station-7.comfort", "20", "21.5", "sent"),
            ("station-7.comfort", "20", "21.5", "confirmed"),
        ]
        assert core.plant.writes == [("station-7", "comfort", 21.5)]


@pytest.mark.parametrize(
    ("value", "key", "says"),
    [
        (41.0, "comfort", "Room temperature, comfort: 41.0 °C is outside 5.0 … 40.0 °C"),
        (4.5, "comfort", "outside 5.0 … 40.0"),
        (20.3, "comfort", "not in steps of 0.5"),
        (float("nan"), "comfort", "is no value"),
        (60.0, "supply", "Supply is read only"),
        (1.0, "nothing", "no setting 'nothing' is known"),
    ],
)
async def test_a_wish_outside_the_rules_is_refused_before_the_device(
    value: float, key: str, says: str
) -> None:
    async with mini_core() as core:
        await settled(core)
        result = await core.control.write(LUND, wish(value, key))
        assert result.state is WriteState.REFUSED
        assert says in result.reason
        assert core.plant.writes == []
        assert outcomes(core)[-1][3] == "refused"


async def test_a_value_that_changed_meanwhile_refuses_the_wish() -> None:
    async with mini_core() as core:
        await settled(core)
        core.plant.values["comfort"] = 22.0  # somebody turned the knob on the spot
        result = await core.control.write(LUND, wish(21.0, expected=20.0))
        assert result.state is WriteState.REFUSED
        assert "it is 22 by now, not 20" in result.reason
        assert core.plant.writes == []


async def test_a_device_that_refuses_keeps_its_value() -> None:
    async with mini_core(FakePlant(refuse_write="illegal data value")) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert (result.state, result.reason) == (WriteState.REFUSED, "illegal data value")
        assert result.read_back == 20.0


async def test_a_device_that_takes_no_notice_leaves_the_write_unconfirmed() -> None:
    async with mini_core(FakePlant(ignore_write=True)) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.UNCONFIRMED
        assert "reads back 20" in result.reason


async def test_a_device_gone_in_mid_write_is_unconfirmed_and_never_written_again() -> None:
    async with mini_core(FakePlant(lose_after_write=True)) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.UNCONFIRMED
        assert "whether it holds is not known" in result.reason
        core.plant.silent.clear()
        core.plant.lose_after_write = False
        await until(lambda: len(core.plant.polls) > 8)
        assert len(core.plant.writes) == 1
        assert [outcome[3] for outcome in outcomes(core)] == ["sent", "unconfirmed"]


async def test_a_device_that_does_not_answer_is_not_written_to() -> None:
    async with mini_core() as core:
        await settled(core)
        core.plant.link_down = True
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.REFUSED
        assert core.plant.writes == []


async def test_a_double_click_is_one_write() -> None:
    async with mini_core() as core:
        await settled(core)
        one, other = await asyncio.gather(
            core.control.write(LUND, wish(21.0)), core.control.write(LUND, wish(21.0))
        )
        assert one == other
        assert len(core.plant.writes) == 1
        again = await core.control.write(LUND, wish(21.0))
        assert again == one
        assert len(core.plant.writes) == 1


async def test_a_window_that_closes_in_mid_write_leaves_nothing_unaudited() -> None:
    async with mini_core() as core:
        await settled(core)
        asking = asyncio.ensure_future(core.control.write(LUND, wish(21.0)))
        await asyncio.sleep(0)
        asking.cancel()
        await until(lambda: len(core.audit) == 2)
        assert outcomes(core)[-1][3] == "confirmed"


async def test_a_setting_is_not_hammered() -> None:
    async with mini_core() as core:
        await settled(core)
        await core.control.write(LUND, wish(21.0, intent="a"))
        result = await core.control.write(LUND, wish(22.0, intent="b"))
        assert result.state is WriteState.REFUSED
        assert "written a moment ago" in result.reason


async def test_who_may_not_write_is_stopped_at_the_door() -> None:
    async with mini_core() as core:
        await settled(core)
        refused = r"A\. Guest may not do this \(Change everyday settings\)"
        with pytest.raises(NotPermitted, match=refused):
            await core.control.write(GUEST, wish(21.0))
        assert core.plant.writes == []


async def test_nothing_is_written_when_the_audit_cannot_be() -> None:
    audit = FakeAudit(full=StoreBroken("audit.sqlite: disk full"))
    async with mini_core(audit=audit) as core:
        await settled(core)
        with pytest.raises(StoreBroken):
            await core.control.write(LUND, wish(21.0))
        assert core.plant.writes == []


async def test_while_the_audit_is_full_nothing_is_sent_and_the_sentence_says_so() -> None:
    audit = FakeAudit(stopped=StoreBroken("the activity log is full: changes are refused"))
    async with mini_core(audit=audit) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.REFUSED
        assert result.reason == "the activity log is full: changes are refused"
        assert core.plant.writes == []
        assert [entry["result"] for entry in audit] == ["refused"]
        audit.stopped = None
        again = await core.control.write(LUND, wish(21.0, intent="again"))
        assert again.state is WriteState.CONFIRMED


async def test_a_device_that_is_another_one_takes_no_writes() -> None:
    plant = FakePlant(identity=Identity("generic.modbus", "A237.1"))
    async with mini_core(plant) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.REFUSED
        assert "the device says it is A237.1" in result.reason


async def test_a_wish_without_intent_is_no_wish() -> None:
    async with mini_core() as core:
        with pytest.raises(BadInput, match="intent"):
            await core.control.write(LUND, wish(21.0, intent=""))


async def test_a_disabled_device_refuses_by_name() -> None:
    async with mini_core(devices=(device(enabled=False),)) as core:
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.REFUSED
        assert "disabled" in result.reason


async def test_a_line_gone_before_the_wish_left_is_a_refusal_not_a_doubt() -> None:
    async with mini_core(FakePlant(lost_before_write=True)) as core:
        await settled(core)
        result = await core.control.write(LUND, wish(21.0))
        assert result.state is WriteState.REFUSED
        assert "before the question was sent" in result.reason
        assert core.plant.writes == []


async def test_a_device_that_was_never_reached_says_why_nothing_was_sent() -> None:
    plant = FakePlant(link_down=True)
    async with mini_core(plant) as core:
        await until(lambda: core.acquisition.standing_of(DEVICE).failures)  # type: ignore[union-attr]
        wish = WriteRequest(DEVICE, "comfort", 21.0, "a wish")
        result = await core.control.write(LUND, wish)
    assert result.state is WriteState.REFUSED
    assert result.reason == "Station 7: Line 1: connection refused; nothing was sent"
    assert not plant.writes


async def test_a_wish_repeated_after_a_restart_is_never_sent_again() -> None:
    sent = FakeIntents()
    async with mini_core(intents=sent) as core:
        await settled(core)
        first = await core.control.write(LUND, wish(21.5))
        assert first.state is WriteState.CONFIRMED
    async with mini_core(intents=sent) as restarted:
        await settled(restarted)
        again = await restarted.control.write(LUND, wish(21.5))
        assert (again.state, again.by) == (WriteState.CONFIRMED, "K. Lund")
        assert restarted.plant.writes == []


async def test_a_write_that_the_program_s_end_cut_off_is_owned_up_to() -> None:
    sent = FakeIntents()
    sent.begin("lund", "K. Lund", "desk-1", wish(21.5), 20.0)
    async with mini_core(intents=sent) as core:
        await settled(core)
        await core.control.own_up()
        assert outcomes(core) == [("station-7.comfort", "20", "21.5", "unconfirmed")]
        again = await core.control.write(LUND, wish(21.5))
        assert (again.state, again.reason) == (WriteState.UNCONFIRMED, CUT_OFF)
        assert core.plant.writes == []


async def test_nothing_is_sent_that_cannot_be_remembered() -> None:
    class Broken(FakeIntents):
        def begin(self, *_all: object) -> None:
            raise StoreBroken("config.sqlite: disk full")

    async with mini_core(intents=Broken()) as core:
        await settled(core)
        with pytest.raises(StoreBroken):
            await core.control.write(LUND, wish(21.5))
        assert core.plant.writes == []
        assert outcomes(core) == []


async def test_an_order_has_no_value_before_or_after_and_is_confirmed_by_an_answer() -> None:
    reset = PointSpec("limit", "Application reset", write=WriteRules(momentary=True))
    world = FakePlant(values={"limit": 3.0})
    async with mini_core(world, points={"limit": reset}) as core:
        await until(lambda: core.table.latest(PointId("station-7.limit")) is not None)
        done = await core.control.write(LUND, wish(0.0, "limit"))
        assert (done.state, done.old) == (WriteState.CONFIRMED, None)
        assert outcomes(core)[0] == ("station-7.limit", "", "0", "sent")
        world.ignore_write, core.control._rates = True, WriteRates()
        again = await core.control.write(LUND, wish(1.0, "limit", "b"))
        assert again.state is WriteState.CONFIRMED, "acknowledged: nothing is read back"
        world.lose_after_write, core.control._rates = True, WriteRates()
        lost = await core.control.write(LUND, wish(2.0, "limit", "c"))
        assert lost.state is WriteState.UNCONFIRMED


def test_what_a_clock_reads_back_may_lie_within_its_tolerance() -> None:
    rules = WriteRules(minimum=-840.0, maximum=840.0, step=15.0, tolerance=2.0)
    spec = PointSpec("limit", "Clock ahead of UTC", unit="min", write=rules)
    assert same(spec, 58.0, 60.0)
    assert not same(spec, 57.0, 60.0)
    assert same(PointSpec("t", "Room", decimals=1, write=WriteRules()), 20.0, 20.04)
    with pytest.raises(WriteRefused, match="not in steps of 15"):
        check_limits("Meter, clock", spec, 61.0)
