"""Whatever stands on the line: a frame is found or it is not, and none is made up."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.mbus.asking import awaited, frame_in, long_frame, short_frame, telegram_in
from drivers.mbus.wired import wired_frame

rubbish = st.binary(max_size=40)
frames = st.one_of(
    st.builds(short_frame, st.integers(0, 255), st.integers(0, 255)),
    st.builds(
        long_frame,
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(min_size=1, max_size=252),
    ),
)


@given(st.binary(max_size=400))
def test_nothing_on_the_line_makes_it_stumble(data: bytes) -> None:
    found = frame_in(data)
    if found is not None:
        frame, at = found
        assert data[at : at + len(frame)] == frame
        wired_frame(frame)  # its own reader finds it sound
    if data:
        assert awaited(data) >= 0


@given(frames, rubbish)
def test_a_sound_frame_is_found_behind_rubbish_that_holds_no_start(
    frame: bytes, before: bytes
) -> None:
    clean = before.replace(b"\x68", b"").replace(b"\x10", b"").replace(b"\xe5", b"")
    assert frame_in(clean + frame) == (frame, len(clean))


@given(frames, st.data())
def test_one_wrong_bit_in_a_frame_and_it_is_none(frame: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(frame) - 1))
    bit = data.draw(st.integers(0, 7))
    hurt = frame[:at] + bytes((frame[at] ^ 1 << bit,)) + frame[at + 1 :]
    found = frame_in(hurt)
    assert found is None or found[0] != frame


@given(frames, st.data())
def test_a_frame_cut_short_is_none_and_lacks_what_was_cut(
    frame: bytes, data: st.DataObject
) -> None:
    kept = data.draw(st.integers(4, len(frame) - 1))
    assert awaited(frame[:kept]) == len(frame) - kept
    found = frame_in(frame[:kept])
    assert found is None or found[1] > 0


@given(st.binary(max_size=300))
def test_a_short_frame_is_never_a_meters_telegram(data: bytes) -> None:
    found = telegram_in(data)
    assert found is None or found[0][0] == 0x68


def test_a_telegram_is_found_behind_what_looks_like_a_short_frame() -> None:
    telegram = long_frame(0x08, 1, b"\x72" + bytes(12))
    assert frame_in(short_frame(0x40, 1) + telegram) == (short_frame(0x40, 1), 0)
    assert telegram_in(short_frame(0x40, 1) + telegram) == (telegram, 5)
