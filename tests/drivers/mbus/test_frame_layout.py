"""Where the bytes of a radio frame stand among those received, in each format."""

import pytest

from drivers.mbus.radio import FrameLayout, frame_layout, radio_frame
from drivers.mbus.telegram import FrameKind
from tests.drivers.mbus.telegrams import bare, format_a, format_b, short_head

SHORT = short_head() + bytes.fromhex("04064A010000")
LONG = short_head() + bytes.fromhex("04064A010000") * 25
FRAMES = {
    "bare": (bare(SHORT), FrameKind.RADIO_BARE, ()),
    "A": (format_a(SHORT), FrameKind.RADIO_A, ((10, 12), (23, 25))),
    "A, three blocks": (
        format_a(short_head() + bytes(20)),
        FrameKind.RADIO_A,
        ((10, 12), (28, 30), (39, 41)),
    ),
    "B": (format_b(SHORT), FrameKind.RADIO_B, ((21, 23),)),
    "B, two blocks": (format_b(LONG), FrameKind.RADIO_B, ((126, 128), (167, 169))),
    "A with its sync": (
        b"\x54\xcd" + format_a(SHORT),
        FrameKind.RADIO_A,
        ((12, 14), (25, 27)),
    ),
}


@pytest.mark.parametrize("name", FRAMES)
def test_checks_and_bytes_stand_where_the_format_says(name: str) -> None:
    data, kind, checks = FRAMES[name]
    assert frame_layout(data) == FrameLayout(
        kind,
        tuple(
            at
            for at in range(2 if "sync" in name else 0, len(data))
            if not any(start <= at < end for start, end in checks)
        ),
        checks,
    )


@pytest.mark.parametrize("name", FRAMES)
def test_the_layout_takes_out_the_same_bytes_as_the_decoder(name: str) -> None:
    data, _kind, _checks = FRAMES[name]
    found = frame_layout(data)
    frame = bytes(data[at] for at in found.places)
    assert frame[10:] == radio_frame(data).user


@pytest.mark.parametrize("data", [b"", b"\x05", b"\x44\x00", bytes(9), bytes(300)])
def test_bytes_that_fit_no_format_stand_as_they_are(data: bytes) -> None:
    assert frame_layout(data) == FrameLayout(FrameKind.RADIO_BARE, tuple(range(len(data))))
