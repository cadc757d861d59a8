"""Telegrams taken apart for the inspector: every byte has its layer, field and meaning."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.anatomy import Anatomy, PartKind
from app.model.undecoded import Cause
from app.profiles.meters import load_meters
from drivers.mbus.anatomy import anatomy_of
from drivers.mbus.written import KeyRing
from tests.drivers.mbus.telegrams import (
    KEY,
    METER,
    bare,
    ell_ctr,
    format_a,
    format_b,
    long_head,
    mode_5,
    mode_7,
    padded,
    short_head,
    slow_crc,
    wired,
)

METERS = load_meters().meters
RECORDS = bytes.fromhex("04064A010000 02FF227800 426C5F3C")
OTHER = bytes(16)  # a key that fits nothing
FORMAT = bytes.fromhex("02FF200413523B")  # of a compact frame, known from the beginning
VALUES = bytes.fromhex("0200 10270000 2C01")


def dissected(data: bytes, *keys: bytes) -> Anatomy:
    """Return a telegram taken apart with these keys."""
    return anatomy_of(data.hex(), KeyRing(keys), METERS)


def drawn(anatomy: Anatomy) -> str:
    """Return the parts line by line: layers, and their fields indented; * was sealed."""
    lines = []
    for part in anatomy.parts:
        spans = " ".join(f"{start}-{end - 1}" for start, end in part.spans)
        text = ": ".join(each for each in (part.name, part.said) if each)
        star = "*" if part.sealed else ""
        indent = "" if part.layer else "  "
        lines.append(f"{indent}{part.kind.value}{star} {spans} {text}".rstrip())
    return "\n".join(lines)


def compact() -> bytes:
    """Return a compact frame of a format that is known: info code, volume, flow."""
    whole = bytes.fromhex("02FF20 0200 0413 10270000 523B 2C01")
    signature, check = slow_crc(FORMAT), slow_crc(whole)
    head = signature.to_bytes(2, "little") + check.to_bytes(2, "little")
    return b"\x79" + head + VALUES


CASES = {
    "wired": (
        wired(long_head() + RECORDS),
        (),
        None,
        """
        link 0-5
          start 0-0 68
          length 1-2 30
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-18
          ci 6-6 72
          number 7-10 12345678
          manufacturer 11-12 KAM
          version 13-13 1B
          medium 14-14 heat
          access 15-15 42
          status 16-16 00
          configuration 17-18 0000
        records 19-33
          record 19-24 Energy: 330 kWh
          record 25-29 manufacturer specific, 22: 120 (7800) manufacturer
          record 30-33 Date, storage 1: 2026-12-31
        checks 34-35
          check 34-34 6A
          stop 35-35 16
        """,
    ),
    "wired, the maker's own at the end": (
        wired(long_head() + RECORDS + bytes.fromhex("2F0F0102")),
        (),
        None,
        """
        link 0-5
          start 0-0 68
          length 1-2 34
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-18
          ci 6-6 72
          number 7-10 12345678
          manufacturer 11-12 KAM
          version 13-13 1B
          medium 14-14 heat
          access 15-15 42
          status 16-16 00
          configuration 17-18 0000
        records 19-37
          record 19-24 Energy: 330 kWh
          record 25-29 manufacturer specific, 22: 120 (7800) manufacturer
          record 30-33 Date, storage 1: 2026-12-31
          filler 34-34
          makers 35-37 0102
        checks 38-39
          check 38-38 AB
          stop 39-39 16
        """,
    ),
    "wired, old fixed structure": (
        wired(b"\x73" + METER + bytes.fromhex("07000529 7856341278563412")),
        (),
        None,
        """
        link 0-5
          start 0-0 68
          length 1-2 19
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-14
          ci 6-6 73
          number 7-10 12345678
          access 11-11 7
          status 12-12 00
          medium 13-14 0529
        records 15-22
          record 15-18 Energy: 12345678 kWh
          record 19-22 Volume: 12345.678 m³
        checks 23-24
          check 23-23 ED
          stop 24-24 16
        """,
    ),
    "format A, mode 5": (
        format_a(short_head(0x0520) + mode_5(padded(RECORDS))),
        (KEY,),
        None,
        """
        link 0-9
          length 0-0 46
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        transport 12-16
          ci 12-12 7A
          access 13-13 42
          status 14-14 00
          configuration 15-16 mode 5
        records* 17-27 30-45 48-52
          filler* 17-18
          record* 19-24 Energy: 330 kWh
          record* 25-27 30-31 manufacturer specific, 22: 120 (7800) manufacturer
          record* 32-35 Date, storage 1: 2026-12-31
          filler* 36-45 48-52
        checks 10-11 28-29 46-47 53-54 A
        """,
    ),
    "format A, mode 5, no key": (
        format_a(short_head(0x0520) + mode_5(padded(RECORDS))),
        (),
        Cause.NO_KEY,
        """
        link 0-9
          length 0-0 46
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        transport 12-16
          ci 12-12 7A
          access 13-13 42
          status 14-14 00
          configuration 15-16 mode 5
        sealed 17-27 30-45 48-52
        checks 10-11 28-29 46-47 53-54 A
        """,
    ),
    "format B": (
        format_b(short_head() + RECORDS),
        (),
        None,
        """
        link 0-9
          length 0-0 31
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        transport 10-14
          ci 10-10 7A
          access 11-11 42
          status 12-12 00
          configuration 13-14 0000
        records 15-29
          record 15-20 Energy: 330 kWh
          record 21-25 manufacturer specific, 22: 120 (7800) manufacturer
          record 26-29 Date, storage 1: 2026-12-31
        checks 30-31 B
        """,
    ),
    "mode C with its sync": (
        b"\x54\x3d" + format_b(short_head() + RECORDS),
        (),
        None,
        """
        sync 0-1 543D
        link 2-11
          length 2-2 31
          control 3-3 44
          manufacturer 4-5 KAM
          number 6-9 12345678
          version 10-10 1B
          medium 11-11 heat
        transport 12-16
          ci 12-12 7A
          access 13-13 42
          status 14-14 00
          configuration 15-16 0000
        records 17-31
          record 17-22 Energy: 330 kWh
          record 23-27 manufacturer specific, 22: 120 (7800) manufacturer
          record 28-31 Date, storage 1: 2026-12-31
        checks 32-33 B
        """,
    ),
    "mode 7": (
        bare(mode_7(RECORDS)),
        (KEY,),
        None,
        """
        link 0-9
          length 0-0 64
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        authentication 10-26
          ci 10-10 90
          fields 11-26 01EC01FEB7132D06
        transport 27-32
          ci 27-27 7A
          access 28-28 42
          status 29-29 00
          configuration 30-32 mode 7
        records* 33-64
          filler* 33-34
          record* 35-40 Energy: 330 kWh
          record* 41-45 manufacturer specific, 22: 120 (7800) manufacturer
          record* 46-49 Date, storage 1: 2026-12-31
          filler* 50-64
        """,
    ),
    "extended link layer": (
        bare(ell_ctr(b"\x78" + RECORDS)),
        (KEY,),
        None,
        """
        link 0-9
          length 0-0 34
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        extended 10-18
          ci 10-10 8D
          communication 11-11 20
          access 12-12 42
          session 13-16 34120020
          payload-check 17-18 BF67
        transport* 19-19
          ci* 19-19 78
        records* 20-34
          record* 20-25 Energy: 330 kWh
          record* 26-30 manufacturer specific, 22: 120 (7800) manufacturer
          record* 31-34 Date, storage 1: 2026-12-31
        """,
    ),
    "extended link layer, wrong key": (
        bare(ell_ctr(b"\x78" + RECORDS)),
        (OTHER,),
        Cause.WRONG_KEY,
        """
        link 0-9
          length 0-0 34
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        extended 10-16
          ci 10-10 8D
          communication 11-11 20
          access 12-12 42
          session 13-16 34120020
        sealed 17-34
        """,
    ),
    "compact frame": (
        bare(compact()),
        (),
        None,
        """
        link 0-9
          length 0-0 22
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        transport 10-10
          ci 10-10 79
        records 11-22
          signature 11-12 0E7C
          format-check 13-14 01D9
          record 15-16 manufacturer specific, 20: 2 (0200) manufacturer
          record 17-20 Volume: 10 m³
          record 21-22 Flow, maximum, storage 1: 0.3 m³/h
        """,
    ),
    "cut off within a record": (
        wired(long_head() + RECORDS[:-1]),
        (),
        Cause.TRUNCATED,
        """
        link 0-5
          start 0-0 68
          length 1-2 29
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-18
          ci 6-6 72
          number 7-10 12345678
          manufacturer 11-12 KAM
          version 13-13 1B
          medium 14-14 heat
          access 15-15 42
          status 16-16 00
          configuration 17-18 0000
        checks 33-34
          check 33-33 2E
          stop 34-34 16
        unread 19-32
        """,
    ),
    "the maker's own telegram": (
        bare(b"\xa2" + bytes(7)),
        (),
        Cause.PROPRIETARY,
        """
        link 0-9
          length 0-0 17
          control 1-1 44
          manufacturer 2-3 KAM
          number 4-7 12345678
          version 8-8 1B
          medium 9-9 heat
        unread 10-17
        """,
    ),
    "checksum wrong": (
        wired(long_head() + RECORDS)[:-2] + b"\x00\x16",
        (),
        Cause.CRC,
        """
        link 0-5
          start 0-0 68
          length 1-2 30
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-18
          ci 6-6 72
          number 7-10 12345678
          manufacturer 11-12 KAM
          version 13-13 1B
          medium 14-14 heat
          access 15-15 42
          status 16-16 00
          configuration 17-18 0000
        checks 34-35
          check 34-34 00
          stop 35-35 16
        unread 19-33
        """,
    ),
    "frame cut off": (
        wired(long_head() + RECORDS)[:-4],
        (),
        Cause.TRUNCATED,
        """
        link 0-5
          start 0-0 68
          length 1-2 30
          start 3-3 68
          control 4-4 08
          bus-address 5-5 1
        transport 6-18
          ci 6-6 72
          number 7-10 12345678
          manufacturer 11-12 KAM
          version 13-13 1B
          medium 14-14 heat
          access 15-15 42
          status 16-16 00
          configuration 17-18 0000
        unread 19-31
        """,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_part_of_a_telegram_stands_where_it_was_received(case: str) -> None:
    data, keys, cause, expected = CASES[case]
    anatomy = dissected(data, *keys)
    assert drawn(anatomy) == dedent(expected).strip()
    assert (anatomy.cannot.cause if anatomy.cannot else None) is cause


@pytest.mark.parametrize("case", CASES)
def test_every_byte_belongs_to_exactly_one_layer(case: str) -> None:
    data, keys, _cause, _expected = CASES[case]
    claimed = sorted(
        at
        for part in dissected(data, *keys).parts
        if part.layer
        for start, end in part.spans
        for at in range(start, end)
    )
    assert claimed == list(range(len(data)))


@pytest.mark.parametrize("case", CASES)
def test_fields_lie_within_their_layer_and_do_not_overlap(case: str) -> None:
    data, keys, _cause, _expected = CASES[case]
    inside: set[int] = set()
    for part in dissected(data, *keys).parts:
        bytes_of = {at for start, end in part.spans for at in range(start, end)}
        if part.layer:
            inside = bytes_of
        else:
            assert bytes_of <= inside
            inside = inside - bytes_of


def test_sealed_bytes_are_shown_opened_in_their_own_place() -> None:
    sealed = format_a(short_head(0x0520) + mode_5(padded(RECORDS)))
    anatomy = dissected(sealed, KEY)
    assert anatomy.received == sealed.hex().upper()
    opened = bytes.fromhex(anatomy.opened)
    assert opened[:17] == sealed[:17]  # the heads were never sealed
    assert opened[19:25] == RECORDS[:6]
    assert opened[28:30] == sealed[28:30]  # a check stays as it was received
    plain = dissected(sealed)
    assert plain.opened == plain.received


def test_a_key_leaves_no_trace_in_what_is_shown() -> None:
    for build in (bare(mode_7(RECORDS)), bare(ell_ctr(b"\x78" + RECORDS))):
        for key in (KEY, OTHER[:15] + b"\x01"):
            shown = repr(dissected(build, key))
            assert key.hex().upper() not in shown.upper()


def test_the_meter_and_its_profile_are_told() -> None:
    head = bytearray(long_head())
    head[7] = 0x35
    anatomy = dissected(wired(bytes(head) + bytes.fromhex("04FF2208000000 02FF20F401")))
    assert (anatomy.meter, anatomy.medium) == ("KAM 12345678", "heat")
    assert anatomy.profile == "MULTICAL 603"
    info, unknown = (part for part in anatomy.parts if part.kind is PartKind.RECORD)
    assert (info.name, info.said) == ("Info code", "t1 above range")
    assert (unknown.name, unknown.said) == (
        "manufacturer specific, 20",
        "500 (F401) manufacturer",
    )


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", Cause.TRUNCATED),
        ("   ", Cause.TRUNCATED),
        ("nonsense", Cause.NO_TELEGRAM),
        ("123", Cause.NO_TELEGRAM),
        ("12 34", Cause.TRUNCATED),
    ],
)
def test_what_is_no_telegram_says_so(text: str, cause: Cause) -> None:
    anatomy = anatomy_of(text)
    assert anatomy.cannot is not None
    assert anatomy.cannot.cause is cause


def test_a_frame_of_two_blocks_whose_check_is_wrong_still_shows_its_blocks() -> None:
    damaged = bytearray(format_a(short_head() + RECORDS))
    damaged[20] ^= 1
    anatomy = dissected(bytes(damaged))
    assert anatomy.cannot is not None
    assert anatomy.cannot.cause is Cause.CRC
    layers = {part.kind: part.spans for part in anatomy.parts if part.layer}
    assert layers[PartKind.CHECKS] == ((10, 12), (28, 30), (34, 36))
    assert layers[PartKind.UNREAD] == ((17, 28), (30, 34))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["bare", "wired", "as it is"]))
def test_anything_can_be_taken_apart(data: bytes, wrapped: str) -> None:
    if wrapped == "wired":
        data = wired(long_head() + data)
    elif wrapped == "bare":
        data = bare(data)
    anatomy = dissected(data, KEY)
    claimed = [
        at
        for part in anatomy.parts
        if part.layer
        for start, end in part.spans
        for at in range(start, end)
    ]
    assert sorted(claimed) == list(range(len(data)))
    assert len(anatomy.opened) == len(anatomy.received) == 2 * len(data)
