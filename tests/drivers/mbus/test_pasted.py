"""What people paste is read as they mean it, or refused by the letter that is not clear."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.main import run
from drivers.mbus.pasted import is_bytewise
from drivers.mbus.telegram import BrokenTelegram, Why
from drivers.mbus.written import telegram_of
from tests.drivers.mbus.telegrams import KEY, bare, long_head, mode_7, wired

DATA = wired(long_head() + bytes.fromhex("0413D20400000259A00F"))
SEALED = bare(mode_7(bytes.fromhex("04064A010000")))
OTHERS = "".join(chr(each) if 32 <= each < 127 else "." for each in DATA)
ROWS = range(0, len(DATA), 16)


def rows(shape: str) -> str:
    """Return a dump, a line for 16 bytes."""
    return "\n".join(
        shape.format(
            at=at,
            hex=DATA[at : at + 16].hex(" "),
            words=DATA[at : at + 16].hex(" ", -2),
            text=OTHERS[at : at + 16],
        )
        for at in ROWS
    )


WAYS = {
    "marked": ", ".join(f"0x{each:02X}" for each in DATA),
    "marked without commas": " ".join(f"0x{each:02x}" for each in DATA),
    "of a program": "".join(f"\\x{each:02x}" for each in DATA),
    "commas": DATA.hex(","),
    "colons": DATA.hex(":"),
    "dashes": DATA.hex("-").upper(),
    "semicolons": DATA.hex(";"),
    "semicolons with an end": "; ".join(f"{each:02x}" for each in DATA) + ";",
    "lines": "\n".join(DATA[at : at + 7].hex(" ") for at in range(0, len(DATA), 7)),
    "lines with commas": ",\r\n".join(
        DATA[at : at + 7].hex(",") for at in range(0, len(DATA), 7)
    ),
    "hexdump -C": rows("{at:08x}  {hex}  |{text}|") + f"\n{len(DATA):08x}\n",
    "xxd": rows("{at:08x}: {words}  {text}"),
    "offsets alone": rows("{at:04X}  {hex}"),
    "offsets and colons": rows("0x{at:04x}: {hex}"),
    "a capture": rows("{at:04x}   {hex}   {text}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_telegram_is_read_in_every_way_that_people_paste_it(way: str) -> None:
    assert telegram_of(WAYS[way]) == DATA


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("68 zz", "line 1, letter 4: 'z' is no"),
        ("68 40\n40 6G", "line 2, letter 5: 'G' is no"),
        ("68 40\r\n\r\nx", "line 3, letter 1: 'x' is no"),
        ("68x40", "line 1, letter 3: 'x' is no"),
        ("68;4040;16", "line 1, letter 3: ';' is no"),
        ("68,,40", "line 1, letter 4: before ',' a byte is missing"),
        ("-68 40", "line 1, letter 1: before '-' a byte is missing"),
        ("68,4,40", "line 1, letter 5: before ',' half a byte is missing"),
        ("0x6, 0x8", "line 1, letter 1: half a byte stands at '0'"),
        ("68 4 0x16", "line 1, letter 6: half a byte stands at '0'"),
        ("68 40 \N{RIGHT-TO-LEFT OVERRIDE}16", "letter 7: '\\u202e' is no"),
        ("٦٨ 40", "line 1, letter 1: '٦' is no"),
        ("0000: 68 40\n0003: 16", "line 1: what are the bytes from offset 0000"),
        ("0000: 68 40\n68 40 16", "line 2: it does not begin with the offset 0002"),
        ("0000: 68 40  hi there", "line 1: what are the bytes"),
        ("00000000  68 40  |h@x|", "line 1: what are the bytes"),
        ("0000000 68 40\n*\n0000020 16", "line 2: it does not begin with the offset 0002"),
        ("0000: AA BB  CC", "line 1: what are the bytes"),  # two and their letters, or three
    ],
)
def test_what_is_not_clear_is_told_by_its_place_and_never_guessed(
    text: str, place: str
) -> None:
    with pytest.raises(BrokenTelegram) as refused:
        telegram_of(text)
    assert refused.value.why is Why.NOT_HEX
    assert place in str(refused.value)
    assert len(str(refused.value)) < 100


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="0168aAfFx\\,;:-_| \n\tg|.", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    why, offset = Why.NOT_HEX, 0
    with suppress(BrokenTelegram):
        try:
            telegram_of(text)
        except BrokenTelegram as refused:
            why, offset = refused.why, refused.offset
            raise
    assert why is Why.NOT_HEX
    assert 0 <= offset <= len(text)


def test_a_key_behind_a_semicolon_is_a_key_and_single_bytes_are_bytes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["decode", "--json", f"{SEALED.hex()};{KEY.hex()}"]) == 0
    assert json.loads(capsys.readouterr().out)["security"]["state"] == "decrypted"
    for way in ("semicolons", "hexdump -C", "marked"):
        assert run(["decode", "--json", WAYS[way]]) == 0
        assert json.loads(capsys.readouterr().out)["id"] == "12345678"
    assert run(["decode", f"{SEALED.hex()};12 34"]) == 2
    assert "no key of 32 hexadecimal digits" in capsys.readouterr().err
    assert not is_bytewise(SEALED.hex())
    with pytest.raises(BrokenTelegram, match="';' is no hexadecimal digit"):
        telegram_of(f"{SEALED.hex()};{KEY.hex()}")
