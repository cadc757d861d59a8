"""Messages in several telegrams: joined in order, proved as a whole, and what lacks named."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.model.undecoded import Cause
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.diagnosis import undecoded
from drivers.mbus.parts import PROVED_WAIT_S, WAIT_S
from drivers.mbus.sealing import derived, mac_of
from drivers.mbus.telegram import Sealed, Telegram, Why
from tests.drivers.mbus.telegrams import (
    KEY,
    METER,
    bare,
    format_a,
    long_head,
    mode_5,
    padded,
    short_head,
    wired,
)

RECORDS = bytes.fromhex("0413D20400000259A00F025D9B0904062B000000")
SAID = [1.234, 40.0, 24.59, 43.0]
COUNT = (77).to_bytes(4, "little")
MORE, MCL, LENGTH, COUNTER, MAC, KI = 0x4000, 0x2000, 0x1000, 0x0800, 0x0400, 0x0200
OPEN = short_head() + RECORDS


def afl(flags: int, fields: bytes, rest: bytes) -> bytes:
    own = flags.to_bytes(2, "little") + fields
    return b"\x90" + bytes([len(own)]) + own + rest


def plain(message: bytes = OPEN, *cuts: int, length: int | None = None) -> list[bytes]:
    """Return a message that nothing proves, cut in parts; the first tells how long it is."""
    size = (len(message) if length is None else length).to_bytes(2, "little")
    ends = [*(cuts or (9, 20)), len(message)]
    starts = [0, *ends[:-1]]
    parts = [message[at:end] for at, end in zip(starts, ends, strict=True)]
    first = afl(MORE | MCL | LENGTH | 1, b"\x40" + size, parts[0])
    between = [afl(MORE | nth, b"", part) for nth, part in enumerate(parts[1:-1], 2)]
    return [first, *between, afl(len(parts), b"", parts[-1])]


def proved(
    records: bytes = RECORDS, mac_bytes: int = 8, head: bytes | None = None, info: bytes = b""
) -> list[bytes]:
    """Return a message of mode 7 in three parts; only the last has the proof (EN 13757-7)."""
    data = padded(records)
    own = derived(KEY, b"\x00", METER, COUNT)
    sealing = Cipher(algorithms.AES(own), modes.CBC(bytes(16))).encryptor()
    top = short_head(0x0700 | len(data) // 16 << 4, b"\x10") if head is None else head
    transport = top + sealing.update(data) + sealing.finalize()
    size = len(transport).to_bytes(2, "little")
    control = b"\x65"
    mac = mac_of(KEY, METER, COUNT, control + info + COUNT + size + transport)[:mac_bytes]
    flags = MORE | MCL | LENGTH | COUNTER | (KI if info else 0)
    return [
        afl(flags | 1, control + info + COUNT + size, transport[:20]),
        afl(MORE | 2, b"", transport[20:31]),
        afl(MAC | 3, mac, transport[31:]),
    ]


def decoder(*keys: bytes) -> Decoder:
    return Decoder(lambda _address: keys)


def said(by: Decoder, users: list[bytes], step_s: float = 1.0) -> Telegram:
    """Return what the last of these telegrams says; all others say nothing."""
    came = [by.decode(bare(user), at_s=nth * step_s) for nth, user in enumerate(users)]
    for nth, each in enumerate(came[:-1], 1):
        assert (each.part, each.body.records, each.body.more_follows) == (nth, (), True)
        assert each.address.id == "12345678"
    return came[-1]


def values(telegram: Telegram) -> list[float | None]:
    return [record.value for record in telegram.body.records]


def refusal(by: Decoder, user: bytes, at_s: float = 0.0) -> Refused:
    with pytest.raises(Refused) as caught:
        by.decode(bare(user), at_s=at_s)
    assert caught.value.head.body.records == ()
    return caught.value


@pytest.mark.parametrize("cuts", [(9,), (20,), (9, 20), (6, 7, 8, 24), (9, 25)])
def test_parts_are_joined_wherever_the_message_is_cut(cuts: tuple[int, ...]) -> None:
    """A record may begin in one part and end in the next."""
    whole = said(decoder(), plain(OPEN, *cuts))
    assert (values(whole), whole.part, whole.body.more_follows) == (SAID, 0, False)
    assert (whole.access_no, whole.status) == (0x2A, 0)


def test_the_checks_of_the_air_are_each_telegram_s_own() -> None:
    by = decoder()
    came = [by.decode(format_a(user)) for user in plain()]
    assert [each.part for each in came] == [1, 2, 0]
    assert values(came[-1]) == SAID


def test_a_proof_stands_for_the_whole_message() -> None:
    whole = said(decoder(KEY), proved())
    assert (values(whole), whole.security.state) == (SAID, Sealed.DECRYPTED)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_part_that_was_changed_lets_no_value_of_the_message_through(nth: int) -> None:
    users = proved()
    users[nth] = users[nth][:-1] + bytes([users[nth][-1] ^ 1])
    by = decoder(KEY)
    for user in users[:-1]:
        by.decode(bare(user))
    fault = refusal(by, users[-1])
    assert (fault.why, fault.head.security.state) == (Why.ENCRYPTED, Sealed.WRONG_KEY)


def test_a_proof_that_was_promised_and_does_not_come_is_missed() -> None:
    by, users = decoder(KEY), proved(mac_bytes=0)
    for user in users[:-1]:
        by.decode(bare(user))
    assert refusal(by, users[-1]).why is Why.MAC


@pytest.mark.parametrize("told", [b"\x10\x00", b"\x10\x03"])
def test_what_the_layer_tells_of_the_key_is_proved_too(told: bytes) -> None:
    assert values(said(decoder(KEY), proved(info=told))) == SAID


def test_a_sealed_message_without_a_proof_is_opened_as_a_whole() -> None:
    data = padded(RECORDS)
    message = short_head(0x0500 | len(data) // 16 << 4) + mode_5(data)
    assert values(said(decoder(KEY), plain(message, 10, 30))) == SAID
    by = decoder()
    users = plain(message, 10, 30)
    assert [by.decode(bare(user)).part for user in users[:2]] == [1, 2]
    assert refusal(by, users[2]).head.security.state is Sealed.NO_KEY


def test_a_missing_part_is_named_and_joins_what_came_when_it_comes_late() -> None:
    by, users = decoder(), plain(OPEN, 9, 15, 20)
    by.decode(bare(users[0]))
    fault = refusal(by, users[2])
    assert "part 3 of a message came, but part 2 before it did not" in str(fault)
    assert undecoded(fault).cause is Cause.NO_TELEGRAM
    assert by.decode(bare(users[1])).part == 2
    assert values(by.decode(bare(users[3]))) == SAID


def test_without_the_first_part_nobody_knows_what_the_others_are() -> None:
    by, users = decoder(), plain()
    for user in users[1:]:
        assert "part 1 before it did not" in str(refusal(by, user))
    assert values(said(by, users)) == SAID


@pytest.mark.parametrize(
    ("users", "limit_s"), [(plain(), WAIT_S), (proved(), PROVED_WAIT_S)], ids=["open", "proved"]
)
def test_parts_wait_for_each_other_only_for_a_while(users: list[bytes], limit_s: float) -> None:
    assert values(said(decoder(KEY), users, limit_s)) == SAID
    by = decoder(KEY)
    by.decode(bare(users[0]), at_s=100.0)
    assert "part 1" in str(refusal(by, users[1], 101.0 + limit_s))


def test_parts_of_two_messages_are_never_one() -> None:
    """The last part of the first and the first of the second are lost on the way."""
    other = plain(short_head() + RECORDS[:-4] + b"\xff\x00\x00\x00")
    by, users = decoder(), plain()
    for user in users[:2]:
        by.decode(bare(user))
    shifted = plain(short_head() + RECORDS[1:] + b"\x2f")
    assert "part 1" in str(refusal(by, shifted[1]))
    assert "part 1" in str(refusal(by, shifted[2]))
    assert values(said(by, other)) == [*SAID[:3], 255.0]
    assert values(said(by, users)) == SAID


def test_a_repeater_s_second_telegram_of_a_part_changes_nothing() -> None:
    by, users = decoder(), plain()
    came = [by.decode(bare(user)) for user in users for _ in range(2)]
    assert [each.part for each in came] == [1, 1, 2, 2, 0, 0]
    assert values(came[-1]) == values(came[-2]) == SAID


def test_the_same_message_may_come_again_and_again() -> None:
    by = decoder()
    for _ in range(3):
        assert values(said(by, plain())) == SAID


@pytest.mark.parametrize("length", [0, len(OPEN) - 1, len(OPEN) + 1])
def test_a_message_whose_length_is_not_what_it_says_tells_nothing(length: int) -> None:
    by, users = decoder(), plain(OPEN, 9, 20, length=length)
    for user in users[:-1]:
        by.decode(bare(user))
    fault = refusal(by, users[-1])
    assert fault.why is Why.LENGTH
    assert f"it says {length}" in str(fault)


def test_meters_that_speak_at_once_are_kept_apart() -> None:
    by = decoder()
    ours, theirs = [bare(user) for user in plain()], [bare(user) for user in plain(OPEN, 9, 21)]
    theirs = [each[:4] + b"\x99" + each[5:] for each in theirs]
    came = [by.decode(each) for pair in zip(ours, theirs, strict=True) for each in pair]
    assert [values(each) for each in came[-2:]] == [SAID, SAID]
    assert came[-1].address.id == "12345699"


def test_a_message_in_one_part_that_is_numbered_is_read_at_once() -> None:
    assert values(decoder().decode(bare(afl(MCL | 1, b"\x00", OPEN)))) == SAID


def test_a_part_without_a_number_is_refused_by_name() -> None:
    fault = refusal(decoder(), afl(MORE | MCL, b"\x00", OPEN))
    assert "does not say which" in str(fault)


def test_a_wired_meter_s_parts_are_joined_too() -> None:
    """Its master asks on, as for every readout of which more follows."""
    by = decoder(KEY)
    data = padded(RECORDS)
    users = proved(head=long_head(0x0700 | len(data) // 16 << 4, b"\x10"))
    came = [by.decode(wired(user)) for user in users]
    assert [each.body.more_follows for each in came] == [True, True, False]
    assert {each.address.id for each in came} == {"12345678"}
    assert values(came[-1]) == SAID
    assert values(replace(came[0])) == []


@pytest.mark.parametrize("nth", [0, 1])
def test_the_inspector_names_a_part_and_claims_no_records(nth: int) -> None:
    """A later part begins with no head: its first byte is none of the transport layer's."""
    found = anatomy_of(bare(plain()[nth]).hex())
    assert found.cannot is not None
    if nth == 0:
        assert "part 1 of a message in several telegrams" in found.cannot.said
    else:
        assert "part 1 before it did not" in found.cannot.said
    kinds = {part.kind.value for part in found.parts if part.layer}
    assert "records" not in kinds
    assert ("transport" in kinds) is (nth == 0)
