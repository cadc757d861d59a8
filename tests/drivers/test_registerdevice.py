"""A device says who it is, and takes a setting exactly once or says why not."""

from dataclasses import replace

import pytest

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, NothingSent
from app.model.identity import FactFormat, IdentityFact
from app.model.point import PointSpec
from app.model.profile import Area, DataType, DetectRule, Profile, RegisterPlace
from app.ports import Identity, Polled, Writable
from drivers.registerdevice import RegisterDevice
from drivers.registerlink import RegisterRefused
from tests.drivers.memory import AHORNVEJ, MemoryLink, no_line, noise, row_profile, silence
from tests.fakes.clock import FakeClock

KEY_AT = 2059
A266_1 = {2059: 65, 2060: 266, 2061: 1, 34: 557, 35: 6457, 36: 20599}
STRANGER = replace(AHORNVEJ, profile="")
GENERIC = replace(row_profile(), id="generic.modbus")


def ecl(key: int, sub: int, score: int = 100, **changes: object) -> Profile:
    """A controller profile that is told apart by its application key."""
    identity = {
        "application": IdentityFact(FactFormat.APPLICATION_KEY, ("p2059", "p2060", "p2061")),
        "software": IdentityFact(FactFormat.HIGH_LOW_BYTE, ("p34",)),
        "serial": IdentityFact(FactFormat.NUMBER, ("serial",)),
    }
    rows = row_profile(2059, 2060, 2061, 34)
    serial = RegisterPlace(Area.HOLDING, 35, DataType.UINT32, 2)
    profile = replace(
        rows,
        id=f"ecl.a{key}_{sub}",
        places={**rows.places, "serial": serial},
        points={**rows.points, "serial": PointSpec("serial", "Serial number")},
        identity=identity,
        detect=(
            DetectRule(
                Area.HOLDING, KEY_AT, 4, {0: 65, 1: key, 2: sub}, score, f"A{key}.{sub}"
            ),
        ),
    )
    return replace(profile, **changes)  # type: ignore[arg-type]


def device(
    link: MemoryLink, profile: Profile = GENERIC, *, configured: str = ""
) -> RegisterDevice:
    return RegisterDevice(link, replace(AHORNVEJ, profile=configured), profile, FakeClock())


def ecl_link(registers: dict[int, int] | None = None) -> MemoryLink:
    return MemoryLink({2062: 2048, **A266_1, **(registers or {})})


async def test_the_application_key_picks_the_profile_and_the_facts_come_along() -> None:
    link = ecl_link()
    identity = await device(link).identify([ecl(237, 1), ecl(266, 1), ecl(266, 2)])
    assert identity == Identity(
        "ecl.a266_1",
        "A266.1",
        {"application": "A266.1", "software": "2.45", "serial": "423186551"},
    )
    assert link.asked.count((KEY_AT, 4)) == 1, "the same question is asked once for all"


async def test_the_highest_score_wins_and_nothing_is_asked_that_cannot_win() -> None:
    link = ecl_link({500: 9})
    family = ecl(
        266, 0, id="ecl.family", detect=(DetectRule(Area.HOLDING, KEY_AT, 1, {0: 65}, 20),)
    )
    other = ecl(1, 1, id="other", detect=(DetectRule(Area.HOLDING, 500, 1, {0: 9}, 50, "X"),))
    best = await device(link).identify([family, other, ecl(266, 1)])
    assert best.profile == "ecl.a266_1"
    assert (500, 1) not in link.asked
    assert (KEY_AT, 1) not in link.asked
    second = await device(ecl_link({500: 9, 2060: 300})).identify([family, other])
    assert (second.profile, second.label) == ("other", "X")


async def test_what_is_likely_is_asked_first_and_stands_when_nothing_better_fits() -> None:
    family = ecl(
        266, 0, id="ecl.family", detect=(DetectRule(Area.HOLDING, 34, 1, {0: 557}, 20),)
    )
    link = ecl_link()
    identity = await device(link, family, configured=family.id).identify([ecl(237, 1), family])
    assert link.asked[:2] == [(34, 1), (KEY_AT, 4)]
    assert (identity.profile, identity.label) == ("ecl.family", "A266.1")
    plain = replace(family, identity={})
    assert await device(ecl_link()).identify([plain]) == Identity("ecl.family", "", {})


async def test_a_profile_of_the_project_s_own_asks_what_its_base_asks_and_is_believed() -> None:
    base, own = ecl(266, 1), ecl(266, 1, id="own")
    for configured, found in (("own", "own"), (base.id, base.id), ("", base.id)):
        link = ecl_link()
        identity = await device(link, own, configured=configured).identify([own, base])
        assert identity.profile == found


async def test_an_unknown_key_has_no_profile_but_a_label() -> None:
    identity = await device(ecl_link({2060: 390, 2061: 11})).identify([ecl(266, 1)])
    assert (identity.profile, identity.label) == ("", "A390.11")
    assert identity.facts["serial"] == "423186551"


async def test_registers_that_spell_no_key_tell_nothing() -> None:
    link = MemoryLink(dict.fromkeys(range(2059, 2063), 0))
    identity = await device(link).identify([ecl(266, 1)])
    assert identity == Identity("", "", {})


async def test_a_controller_that_reports_no_identity_is_unknown_and_present() -> None:
    link = MemoryLink({34: 557})
    known = ecl(266, 1)
    identity = await device(link, known, configured=known.id).identify([known])
    assert identity == Identity("", "", {"software": "2.45"})


async def test_a_garbled_answer_to_who_are_you_is_no_answer() -> None:
    link = ecl_link()
    link.trouble = [noise()]
    assert (await device(link).identify([ecl(266, 1)])).profile == ""


async def test_silence_means_unreachable() -> None:
    link = ecl_link()
    link.trouble = [silence() for _ in range(9)]
    with pytest.raises(DeviceUnreachable, match=r"^Ahornvej 14: .*no answer"):
        await device(link).identify([ecl(266, 1)])
    with pytest.raises(DeviceUnreachable):
        await device(link).identify([])


async def test_a_line_that_cannot_be_opened_is_tried_once() -> None:
    link = ecl_link()
    link.trouble = [no_line()]
    with pytest.raises(NothingSent):
        await device(link).identify([ecl(266, 1), ecl(266, 1, id="x", detect=())])
    assert len(link.asked) == 1


async def test_a_dead_device_is_not_asked_every_question() -> None:
    link = MemoryLink({}, trouble=[silence() for _ in range(20)])
    strangers = [
        ecl(n, 1, id=f"m{n}", detect=(DetectRule(Area.HOLDING, n, 1, {0: 1}, 10),))
        for n in range(8)
    ]
    with pytest.raises(DeviceUnreachable):
        await device(link).identify(strangers)
    assert len(link.asked) == 3


async def test_a_meter_that_ignores_strange_questions_is_still_there() -> None:
    meter = replace(row_profile(0), id="meter")
    link = MemoryLink({0: 5}, trouble=[None, silence(), silence()])
    identity = await device(link, meter, configured="meter").identify([ecl(266, 1)])
    assert identity == Identity("", "", {})
    assert link.asked[0] == (0, 1)


async def test_a_device_without_any_question_is_knocked_at() -> None:
    link = MemoryLink({})
    assert await device(link).identify([]) == Identity("", "", {})
    assert link.asked == [(0, 1)]


async def test_a_configured_device_that_is_another_one_says_so() -> None:
    known = ecl(237, 1)
    identity = await device(ecl_link(), known, configured=known.id).identify(
        [known, ecl(266, 1)]
    )
    assert identity.profile == "ecl.a266_1"


async def test_a_coil_tells_models_apart_too() -> None:
    rule = DetectRule(Area.COIL, 0, 2, {1: 0}, 10, "coils")
    link = MemoryLink({0: 0b0000_0001_0000_0000, 1: 0})
    found = await device(link).identify([ecl(1, 1, id="coily", detect=(rule,))])
    assert found.profile == "coily"


async def test_identifying_again_asks_again_for_what_was_refused() -> None:
    link, profile = MemoryLink({10: 1}), row_profile(10, 11)
    known = device(link, profile, configured=profile.id)
    assert len((await known.poll(["p10", "p11"])).faults) == 1
    link.registers[11] = 2
    await known.identify([])
    assert (await known.poll(["p10", "p11"])).faults == ()


SETTING = PointSpec("max", "Max. flow temperature", "°C", 1, number=11178)


def settable(place: RegisterPlace | None = None) -> Profile:
    rows = row_profile(10)
    return replace(
        rows,
        points={**rows.points, "max": SETTING},
        places={"max": place or RegisterPlace(Area.HOLDING, 11177, DataType.INT16, 1, 0.1)},
    )


def test_the_device_is_polled_and_writable() -> None:
    assert isinstance(device(MemoryLink({})), Polled)
    assert isinstance(device(MemoryLink({})), Writable)


async def test_a_setting_is_sent_once_in_the_device_s_scale() -> None:
    link = MemoryLink({})
    await device(link, settable()).write("max", 95.0)
    assert link.written == [(Area.HOLDING, 11177, (950,))]
    wide = settable(RegisterPlace(Area.HOLDING, 20, DataType.UINT32, 2))
    await device(link, wide).write("max", 65537)
    assert link.written[-1] == (Area.HOLDING, 20, (1, 1))


async def test_a_refused_value_is_told_with_value_and_number() -> None:
    link = MemoryLink({}, refuse_writes=3)
    with pytest.raises(DeviceRefused) as refusal:
        await device(link, settable()).write("max", 95.0)
    assert str(refusal.value) == (
        "Ahornvej 14: illegal data value: the device does not accept 95.0 °C at PNU 11178"
    )
    assert len(link.written) == 1


async def test_without_a_number_of_the_maker_the_register_is_named() -> None:
    link = MemoryLink({}, refuse_writes=2)
    profile = settable()
    choice = PointSpec("max", "Mode", choices={1: "scheduled"})
    profile = replace(profile, points={"max": choice})
    place = replace(profile.places["max"], scale=1.0)
    with pytest.raises(DeviceRefused, match="does not accept scheduled at register 11177"):
        await device(link, replace(profile, places={"max": place})).write("max", 1.0)


async def test_a_place_without_a_name_is_told_by_its_register() -> None:
    link = MemoryLink({}, refuse_writes=3)
    bare = replace(settable(), points={})
    with pytest.raises(DeviceRefused, match=r"does not accept 95 at register 11177$"):
        await device(link, bare).write("max", 95.0)


@pytest.mark.parametrize("code", [4, 5, 11])
async def test_a_refusal_that_leaves_the_outcome_open_says_so(code: int) -> None:
    link = MemoryLink({}, refuse_writes=code)
    with pytest.raises(
        DeviceUnreachable, match=r"not known whether 95\.0 °C holds at PNU 11178"
    ):
        await device(link, settable()).write("max", 95.0)
    assert len(link.written) == 1


@pytest.mark.parametrize("error", [silence(), noise()])
async def test_a_lost_answer_leaves_the_outcome_open_and_is_never_repeated(
    error: Exception,
) -> None:
    link = MemoryLink({}, lose_writes=error)
    with pytest.raises(DeviceUnreachable, match="not known whether") as lost:
        await device(link, settable()).write("max", 95.0)
    assert not isinstance(lost.value, NothingSent)
    assert len(link.written) == 1


async def test_a_line_lost_before_sending_says_that_nothing_was_sent() -> None:
    link = MemoryLink({}, lose_writes=no_line())
    with pytest.raises(NothingSent, match=r"^Ahornvej 14: .*; nothing was sent$"):
        await device(link, settable()).write("max", 95.0)


async def test_a_value_between_two_steps_is_not_sent() -> None:
    link = MemoryLink({})
    with pytest.raises(BadInput) as refusal:
        await device(link, settable()).write("max", 95.04)
    assert str(refusal.value) == (
        "Ahornvej 14: register 11177 (PNU 11178): 95.04 lies between two steps of 0.1"
    )
    with pytest.raises(BadInput, match="Ahornvej 14: map_not_set has no place"):
        await device(link, settable()).write("map_not_set", 1.0)
    assert link.written == []


def test_refusals_carry_their_words() -> None:
    assert str(RegisterRefused(11)) == "the device behind the gateway does not respond"
