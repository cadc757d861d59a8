"""A meter's message that comes in several telegrams is heard as one."""

from drivers.wireless.caught import Caught
from tests.drivers.mbus import telegrams as built
from tests.drivers.wireless.test_ear import HEAT, NOW, ROOF, YARD, ear, values_of


def split(message: bytes, *cuts: int) -> list[Caught]:
    """Return what the air brings of a meter's message in parts (EN 13757-7, fragmentation)."""
    ends = [*cuts, len(message)]
    told: list[Caught] = []
    for nth, (at, end) in enumerate(zip([0, *cuts], ends, strict=True), 1):
        flags = nth | (0x4000 if nth < len(ends) else 0)
        frame = bytearray(
            built.bare(b"\x90\x02" + flags.to_bytes(2, "little") + message[at:end])
        )
        frame[4:8] = bytes.fromhex(HEAT.number)[::-1]
        told.append(Caught(bytes(frame), -70.0))
    return told


def test_a_message_in_parts_speaks_with_its_last_one_and_once() -> None:
    at = ear(keys={})
    message = built.short_head() + bytes.fromhex("0406E80300000413D2040000")
    first, second, third = split(message, 8, 14)
    assert at.take(first, ROOF, 0.0) is None
    assert at.take(first, YARD, 0.2) is None, "another receiver heard it, too"
    assert at.take(second, ROOF, 5.0) is None
    heard = at.take(third, ROOF, 10.0)
    assert (values_of(heard)["energy"], values_of(heard)["volume"]) == (1000.0, 1.234)
    assert at.take(third, YARD, 10.2) is None
    assert at.of(YARD).again == 1
    meter = at.meters[HEAT.number]
    assert (meter.trouble, meter.reception.causes) == ("", {})


def test_a_part_that_was_lost_is_named_until_the_next_message_is_whole() -> None:
    at = ear(keys={})
    first, second, third = split(built.short_head() + bytes.fromhex("0406E8030000"), 6, 9)
    at.take(first, ROOF, 0.0)
    heard = at.take(third, ROOF, 10.0)
    assert heard is not None
    assert "part 3 of a message came, but part 2 before it did not" in heard.trouble
    assert heard.readings == ()
    later = [
        at.take(each, ROOF, 900.0 + nth) for nth, each in enumerate([first, second, third])
    ]
    assert later[:2] == [None, None]
    assert values_of(later[2])["energy"] == 1000.0
    assert at.meters[HEAT.number].trouble == ""


def test_parts_out_of_a_file_speak_with_the_last_one_as_well() -> None:
    at = ear(keys={})
    parts = split(built.short_head() + bytes.fromhex("0406E8030000"), 7)
    told = [
        at.take(each._replace(at=NOW, number=HEAT.number), ROOF, float(nth))
        for nth, each in enumerate(parts)
    ]
    assert told[0] is None
    assert [each.value for each in (told[1].late if told[1] else ())][:1] == [1000.0]


def behind(number: str, message: bytes) -> list[Caught]:
    """Return a message in three parts, of a meter that speaks through adapter 99999999."""
    head = built.MAKER + bytes([built.VERSION, built.HEAT])
    whole = b"\x72" + bytes.fromhex(number)[::-1] + head + bytes(4) + message
    cut = split(whole, 15, 18)
    own = bytes.fromhex(HEAT.number)[::-1]
    return [each._replace(frame=each.frame.replace(own, b"\x99" * 4, 1)) for each in cut]


def test_the_later_parts_of_a_meter_behind_an_adapter_are_its_own() -> None:
    """They have no head: only the first part names the meter."""
    at = ear(keys={})
    first, second, third = behind(HEAT.number, bytes.fromhex("0406E8030000"))
    assert at.take(second, ROOF, 0.0) is None
    assert at.of(ROOF).foreign == 1, "nobody knows yet whose it is"
    assert [at.take(each, ROOF, 1.0) for each in (first, second)] == [None, None]
    assert values_of(at.take(third, ROOF, 2.0))["energy"] == 1000.0


def test_another_meter_behind_the_same_adapter_is_not_taken_for_ours() -> None:
    at = ear(keys={})
    for each in behind(HEAT.number, bytes.fromhex("0406E8030000")):
        at.take(each, ROOF, 0.0)
    told = [
        at.take(each, ROOF, 9.0) for each in behind("87654321", bytes.fromhex("0406E9030000"))
    ]
    assert told == [None, None, None]
    assert at.of(ROOF).foreign == 3
    assert at.meters[HEAT.number].trouble == ""
