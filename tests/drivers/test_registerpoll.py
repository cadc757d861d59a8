"""A poll brings what the device gives, and names what it refuses without asking again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DeviceUnreachable, NothingSent
from app.model.profile import Area, DataType, LinkRules, Profile, ReadRules, RegisterPlace
from app.model.reading import Quality, Reading
from app.ports import PollOutcome
from drivers.conversation import Conversation
from drivers.registerlink import RegisterRefused
from drivers.registerpoll import RegisterPoll
from tests.drivers.memory import AHORNVEJ, MemoryLink, no_line, noise, row_profile, silence
from tests.fakes.clock import FakeClock

ILLEGAL_ADDRESS = "refused: illegal data address"


def polling(link: MemoryLink, profile: Profile, clock: FakeClock | None = None) -> RegisterPoll:
    talk = Conversation(link, AHORNVEJ, profile.link)
    return RegisterPoll(talk, AHORNVEJ.id, profile, clock or FakeClock())


def served(*addresses: int) -> dict[int, int]:
    return {address: address % 1000 for address in addresses}


def values(outcome: PollOutcome) -> dict[str, float | None]:
    found = {}
    for reading in outcome.readings:
        assert not isinstance(reading.value, str)
        found[reading.point.rpartition(".")[2]] = reading.value
    return found  # type: ignore[return-value]


async def test_readings_carry_the_moment_of_their_arrival() -> None:
    clock = FakeClock()
    poll = polling(MemoryLink(served(10, 11)), row_profile(10, 11), clock)
    clock.go(5)
    outcome = await poll.read(["p10", "p11"])
    at = clock.now
    assert outcome.readings == [
        Reading(outcome.readings[0].point, 10.0, Quality.GOOD, at),
        Reading(outcome.readings[1].point, 11.0, Quality.GOOD, at),
    ]
    assert outcome.readings[0].point == "ahornvej-14.p10"
    assert outcome.faults == ()
    assert outcome.requests == 1


async def test_an_open_sensor_is_a_bad_reading_but_no_fault_of_the_device() -> None:
    profile = row_profile(10)
    place = replace(profile.places["p10"], sentinels={19200: "sensor-open"})
    poll = polling(MemoryLink({10: 19200}), replace(profile, places={"p10": place}))
    outcome = await poll.read(["p10"])
    (reading,) = outcome.readings
    assert (reading.value, reading.quality, reading.reason) == (
        None,
        Quality.BAD,
        "sensor-open",
    )
    assert outcome.faults == ()


async def test_a_point_without_a_place_is_not_asked_for() -> None:
    link = MemoryLink(served(10))
    outcome = await polling(link, row_profile(10)).read(["p10", "map_not_set"])
    assert values(outcome) == {"p10": 10.0}
    outcome = await polling(link, row_profile(10)).read(["map_not_set"])
    assert outcome == PollOutcome([], (), 0)


async def test_a_refused_register_is_found_by_halving_named_and_left_alone() -> None:
    addresses = range(11240, 11272)
    link = MemoryLink(served(*(at for at in addresses if at != 11253)))
    poll = polling(link, row_profile(*addresses))
    keys = [f"p{at}" for at in addresses]

    first = await poll.read(keys)

    fault = f"Ahornvej 14: register 11253 (PNU 11254) {ILLEGAL_ADDRESS}"
    assert first.faults == (fault,)
    assert values(first) == {f"p{at}": float(at % 1000) for at in addresses} | {"p11253": None}
    bad = next(r for r in first.readings if r.value is None)
    assert (bad.quality, bad.reason) == (Quality.BAD, "register-refused")
    assert first.requests == len(link.asked) <= 1 + 2 * 5

    link.asked.clear()
    second = await poll.read(keys)
    assert link.asked == [(11240, 13), (11254, 18)]
    assert values(second) == values(first)
    assert second.faults == (fault,)


async def test_after_reconnecting_the_refused_register_is_tried_again() -> None:
    link = MemoryLink(served(10, 12))
    poll = polling(link, row_profile(10, 11, 12))
    keys = ["p10", "p11", "p12"]
    assert values(await poll.read(keys))["p11"] is None
    link.registers[11] = 7  # an option module was fitted
    assert values(await poll.read(keys))["p11"] is None
    poll.forget()
    assert values(await poll.read(keys))["p11"] == 7.0


async def test_the_refused_register_is_tried_again_each_hour() -> None:
    clock, link = FakeClock(), MemoryLink(served(10, 12))
    poll = polling(link, row_profile(10, 11, 12), clock)
    keys = ["p10", "p11", "p12"]
    await poll.read(keys)
    link.registers[11] = 7
    clock.go(3599)
    assert values(await poll.read(keys))["p11"] is None
    clock.go(1)
    outcome = await poll.read(keys)
    assert values(outcome)["p11"] == 7.0
    assert outcome.faults == ()


async def test_a_bridged_gap_the_device_does_not_serve_is_not_bridged_again() -> None:
    profile = row_profile(10, 11, 15, 16, rules=ReadRules(served=((0, 100),)))
    link = MemoryLink(served(10, 11, 15, 16))
    poll = polling(link, profile)
    outcome = await poll.read(list(profile.places))
    assert outcome.faults == ()
    assert None not in values(outcome).values()
    link.asked.clear()
    await poll.read(list(profile.places))
    assert link.asked == [(10, 2), (15, 2)]


async def test_a_device_that_takes_smaller_questions_than_its_manual_says() -> None:
    addresses = range(64)
    link = MemoryLink(served(*addresses), largest=20)
    poll = polling(link, row_profile(*addresses))
    keys = [f"p{at}" for at in addresses]
    assert (await poll.read(keys)).faults == ()
    link.asked.clear()
    outcome = await poll.read(keys)
    assert outcome.faults == ()
    assert [count for _, count in link.asked] == [16, 16, 16, 16]


async def test_an_illegal_function_is_not_halved() -> None:
    link = MemoryLink({}, trouble=[RegisterRefused(1)])
    poll = polling(link, row_profile(10, 11))
    outcome = await poll.read(["p10", "p11"])
    assert values(outcome) == {"p10": None, "p11": None}
    assert outcome.faults[1] == ("Ahornvej 14: register 11 (PNU 12) refused: illegal function")
    assert outcome.requests == 1
    assert (await poll.read(["p10", "p11"])).requests == 0


async def test_a_busy_device_is_asked_again_next_time() -> None:
    link = MemoryLink(served(10, 11), trouble=[RegisterRefused(6)])
    poll = polling(link, row_profile(10, 11))
    outcome = await poll.read(["p10", "p11"])
    assert {reading.reason for reading in outcome.readings} == {"device-trouble"}
    assert outcome.faults == (
        "Ahornvej 14: register 10 (PNU 11) and 1 more refused: device busy",
    )
    assert (await poll.read(["p10", "p11"])).faults == ()


async def test_a_garbled_answer_is_asked_again_and_then_told() -> None:
    link = MemoryLink(served(10, 20), trouble=[noise(), None, noise(), noise()])
    poll = polling(link, row_profile(10, 20))
    await poll.read(["p10"])  # lost once: the device was not known to answer yet
    assert values(await poll.read(["p10"])) == {"p10": 10.0}
    outcome = await poll.read(["p10", "p20"])
    assert values(outcome) == {"p10": None, "p20": 20.0}
    assert outcome.readings[0].reason == "garbled"
    (fault,) = outcome.faults
    assert fault.startswith("Ahornvej 14: 192.0.2.7:502: unit 6 answered where unit 1")
    assert fault.endswith("(register 10 (PNU 11))")
    assert outcome.requests == 3


async def test_silence_is_asked_again_once_and_then_an_error() -> None:
    link = MemoryLink(served(10), trouble=[None, silence(), None, silence(), silence()])
    poll = polling(link, row_profile(10))
    await poll.read(["p10"])
    assert (await poll.read(["p10"])).requests == 2
    with pytest.raises(DeviceUnreachable, match=r"^Ahornvej 14: 192.0.2.7:502: no answer"):
        await poll.read(["p10"])
    link.asked.clear()
    link.trouble.append(silence())
    with pytest.raises(DeviceUnreachable):
        await poll.read(["p10"])
    assert len(link.asked) == 1, "who was silent is asked once only"


async def test_a_line_that_cannot_be_opened_is_not_tried_twice() -> None:
    link = MemoryLink(served(10), trouble=[None, no_line()])
    poll = polling(link, row_profile(10))
    await poll.read(["p10"])
    with pytest.raises(NothingSent, match=r"^Ahornvej 14: .* refused"):
        await poll.read(["p10"])
    assert len(link.asked) == 2


@pytest.mark.parametrize("code", [10, 11])
async def test_a_gateway_that_reaches_nobody_means_the_device_is_silent(code: int) -> None:
    link = MemoryLink(served(10), trouble=[RegisterRefused(code)])
    with pytest.raises(DeviceUnreachable, match=r"Ahornvej 14: unit 1: .*gateway"):
        await polling(link, row_profile(10)).read(["p10"])


async def test_silence_in_the_middle_of_halving_keeps_what_was_learned() -> None:
    profile = row_profile(10, 11, 12, 13, link=LinkRules(retries=0))
    link = MemoryLink(served(11, 12, 13))
    link.trouble = [None, None, None, silence()]
    poll = polling(link, profile)
    with pytest.raises(DeviceUnreachable):
        await poll.read(list(profile.places))
    outcome = await poll.read(list(profile.places))
    assert values(outcome) == {"p10": None, "p11": 11.0, "p12": 12.0, "p13": 13.0}
    assert link.asked[-1] == (11, 3)


async def test_what_shares_a_refused_register_is_refused_too() -> None:
    profile = row_profile(10, 11)
    wide = RegisterPlace(Area.HOLDING, 11, DataType.INT32, 2)
    profile = replace(profile, places={**profile.places, "wide": wide})
    link = MemoryLink(served(10, 12))
    poll = polling(link, profile)
    await poll.read(["p10", "p11"])
    outcome = await poll.read(["wide"])
    assert values(outcome) == {"wide": None}
    assert outcome.faults == (
        "Ahornvej 14: register 11 refused: it shares a register that was refused",
    )


@given(
    st.sets(st.integers(0, 60), min_size=1, max_size=40),
    st.sets(st.integers(0, 60), max_size=12),
    st.integers(1, 125),
)
async def test_whatever_a_device_refuses_all_the_rest_is_read(
    addresses: set[int], refused: set[int], largest: int
) -> None:
    link = MemoryLink(served(*(addresses - refused)), largest=largest)
    profile = row_profile(*sorted(addresses))
    poll = polling(link, profile)
    expected = {f"p{at}": None if at in refused else float(at) for at in addresses}
    for _ in range(8):  # each poll may find one more limit of the device
        outcome = await poll.read(list(profile.places))
        assert values(outcome) == expected
        assert len(outcome.faults) == len(addresses & refused)
    link.asked.clear()
    await poll.read(list(profile.places))
    asked = [at for start, count in link.asked for at in range(start, start + count)]
    assert sorted(asked) == sorted(addresses - refused), "and nothing else is asked for"
