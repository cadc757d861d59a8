"""The code (MAC) that authenticates a telegram, in every mode of sealing (EN 13757-7)."""

import pytest

from app.model.undecoded import Cause
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.decoder import Decoder, Refused
from drivers.mbus.diagnosis import undecoded
from drivers.mbus.sealing import mac_of
from drivers.mbus.telegram import Authentic, Sealed, Telegram, Why
from drivers.mbus.telling import told
from tests.drivers.mbus.telegrams import (
    KEY,
    METER,
    bare,
    ell_ctr,
    long_head,
    mode_5,
    mode_7,
    padded,
    short_head,
    wired,
)

RECORDS = bytes.fromhex("0413D20400000259A00F")
SAID = [1.234, 40.0]
OTHER = bytes(range(1, 17))
COUNT = (77).to_bytes(4, "little")
DATA = padded(RECORDS)
MODE_5 = short_head(0x0500 | len(DATA) // 16 << 4) + mode_5(DATA)
CHECKED, UNCHECKED = Authentic.CHECKED, Authentic.UNCHECKED


def authenticated(
    transport: bytes, key: bytes = KEY, *, derived: bool = True, size: int = 8
) -> bytes:
    """Return user data with its code, by the key derived for this message or by the key."""
    control = bytes([0x20 | {2: 3, 4: 4, 8: 5, 12: 6, 16: 7}[size]])
    message = control + COUNT + transport
    mac = mac_of(key, METER, COUNT if derived else None, message)[:size]
    fields = (0x2C00).to_bytes(2, "little") + control + COUNT + mac
    return b"\x90" + bytes([len(fields)]) + fields + transport


def decoded(data: bytes, *keys: bytes) -> Telegram:
    return Decoder(lambda _address: keys).decode(data)


def refused(data: bytes, *keys: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        decoded(data, *keys)
    assert caught.value.head.body.records == ()
    return caught.value


def values(telegram: Telegram) -> list[float | None]:
    return [record.value for record in telegram.body.records]


@pytest.mark.parametrize("derived", [True, False])
@pytest.mark.parametrize("size", [2, 4, 8, 12, 16])
@pytest.mark.parametrize("transport", [short_head() + RECORDS, MODE_5])
def test_a_code_by_the_meter_s_key_is_checked(
    transport: bytes, derived: bool, size: int
) -> None:
    telegram = decoded(bare(authenticated(transport, derived=derived, size=size)), OTHER, KEY)
    assert (values(telegram), telegram.security.mac) == (SAID, CHECKED)
    assert told(telegram)["security"]["mac"] == "checked"


@pytest.mark.parametrize("transport", [short_head() + RECORDS, MODE_5])
def test_no_value_is_told_that_a_code_denies(transport: bytes) -> None:
    whole = authenticated(transport)
    for at in range(5, len(whole)):  # from what the code is of to the last byte
        damaged = bytearray(whole)
        damaged[at] ^= 0x04
        refused(bare(bytes(damaged)), KEY)


def test_the_sentence_names_the_code_and_the_cause_is_a_key_that_does_not_fit() -> None:
    fault = refused(bare(authenticated(short_head() + RECORDS)), OTHER)
    assert (fault.why, undecoded(fault).cause) == (Why.MAC, Cause.WRONG_KEY)
    assert "authenticates" in str(fault)
    fault = refused(bare(authenticated(MODE_5)), OTHER)
    assert fault.head.security.state is Sealed.WRONG_KEY


def test_without_a_key_it_says_that_nobody_checked() -> None:
    telegram = decoded(bare(authenticated(short_head() + RECORDS)))
    assert (values(telegram), telegram.security.mac) == (SAID, UNCHECKED)
    assert told(telegram)["security"]["mac"] == "unchecked"


def test_what_somebody_opened_on_the_way_cannot_be_checked() -> None:
    """Its code is of what was sealed, which is not there any more."""
    opened = short_head(0x0500 | len(DATA) // 16 << 4) + DATA
    whole = bytearray(authenticated(MODE_5))
    whole[-len(opened) :] = opened
    telegram = decoded(bare(bytes(whole)), KEY)
    assert (values(telegram), telegram.security.mac) == (SAID, UNCHECKED)


def test_mode_7_proves_itself_as_before() -> None:
    assert decoded(bare(mode_7(RECORDS)), KEY).security.mac is CHECKED


def test_a_code_within_a_session_and_one_on_two_wires() -> None:
    user = authenticated(short_head() + RECORDS)
    telegram = decoded(bare(ell_ctr(user)), KEY)
    assert (telegram.security.state, telegram.security.mac) == (Sealed.DECRYPTED, CHECKED)
    on_wires = authenticated(long_head() + RECORDS)
    assert decoded(wired(on_wires), KEY).security.mac is CHECKED
    assert refused(wired(on_wires), OTHER).why is Why.MAC


def test_a_telegram_without_a_code_says_so() -> None:
    telegram = decoded(bare(short_head() + RECORDS), KEY)
    assert told(telegram)["security"]["mac"] == "none"


def test_the_inspector_tells_why() -> None:
    text = bare(authenticated(short_head() + RECORDS)).hex()
    assert anatomy_of(text, lambda _address: [KEY]).cannot is None
    denied = anatomy_of(text, lambda _address: [OTHER]).cannot
    assert denied is not None
    assert denied.cause is Cause.WRONG_KEY
