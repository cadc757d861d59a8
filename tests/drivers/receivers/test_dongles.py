"""Radio modules on pseudo-terminals: their messages, cut anywhere, among noise, pulled out."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.device import LinkConfig, LinkId
from app.model.hearing import Around
from app.model.meterprofile import STANDARD_ALONE
from drivers.links import radio
from drivers.receivers import amb8465, cul, im871a
from drivers.receivers import dongle as dongle_module
from drivers.receivers.dongle import Cut, Found, chipcon_dbm
from drivers.receivers.receiver import Outlet, known, ways_of
from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import Said, format_a, frame_of
from drivers.wireless.caught import Caught, caught_in
from tests.drivers.receivers.collected import Collected
from tests.drivers.terminal import DeafTerminal
from tests.drivers.wiredline import clock
from tests.drivers.wireless.street import AT

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

FRAMES = [frame_of(Said(StreetMeter(7, place), AT, place + 1)) for place in range(4)]


def as_cul(frame: bytes) -> bytes:
    return b"b" + (format_a(frame) + b"\x10\xdc").hex().upper().encode() + b"\r\n"


def crc_ccitt(data: bytes) -> bytes:
    """The check of the module's manual, by a table of nibbles instead of bits."""
    table = [0, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387, 0x8408, 0x9489]
    table += [0xA50A, 0xB58B, 0xC60C, 0xD68D, 0xE70E, 0xF78F]
    value = 0xFFFF
    for byte in data:
        for part in (byte & 0x0F, byte >> 4):
            value = value >> 4 ^ table[(value ^ part) & 0x0F]
    return (value ^ 0xFFFF).to_bytes(2, "little")


def as_im871a(frame: bytes, flags: int = 0x40) -> bytes:
    behind = (b"\x01\x02\x03\x04" if flags & 0x20 else b"") + (b"\x69" if flags & 0x40 else b"")
    message = bytes([flags | 2, 3]) + frame + behind
    return b"\xa5" + message + (crc_ccitt(message) if flags & 0x80 else b"")


def as_amb8465(frame: bytes, level: bytes = b"\xdc") -> bytes:
    message = b"\xff\x03" + frame + level
    return message + bytes([reduce(lambda one, other: one ^ other, message)])


MODULES: list[tuple[Cut, Callable[[bytes], bytes], Callable[[bytes], bytes], float]] = [
    (cul.cut, as_cul, format_a, -92.0),
    (im871a.cut, as_im871a, bytes, -70.0),
    (amb8465.cut, as_amb8465, bytes, -92.0),
]
every_module = pytest.mark.parametrize(
    ("cut", "wrapped", "handed", "level"), MODULES, ids=["cul", "im871a", "amb8465"]
)


@every_module
@pytest.mark.parametrize("size", [1, 2, 7, 50, 5_000])
def test_messages_are_found_wherever_they_are_cut(
    cut: Cut,
    wrapped: Callable[[bytes], bytes],
    handed: Callable[[bytes], bytes],
    level: float,
    size: int,
) -> None:
    stream = b"".join(map(wrapped, FRAMES))
    left, found = b"", list[Found]()
    for at in range(0, len(stream), size):
        left += stream[at : at + size]
        some, done = cut(left)
        left = left[done:]
        found += some
    assert found == [(handed(each), level) for each in FRAMES]


@every_module
def test_noise_before_and_between_loses_no_message(
    cut: Cut,
    wrapped: Callable[[bytes], bytes],
    handed: Callable[[bytes], bytes],
    level: float,
) -> None:
    noise = b"\x00\x17 CMODE\r\n"
    found, _done = cut(noise + wrapped(FRAMES[0]) + noise + wrapped(FRAMES[1]) + noise)
    assert found == [(handed(each), level) for each in FRAMES[:2]]


@pytest.mark.parametrize("flags", [0x00, 0x20, 0x40, 0x60, 0x80, 0xC0, 0xE0])
def test_an_im871a_adds_what_its_flags_say(flags: int) -> None:
    ((frame, level),) = im871a.cut(as_im871a(FRAMES[0], flags))[0]
    assert frame == FRAMES[0]
    assert level == (-70.0 if flags & 0x40 else None)


def test_a_damaged_message_of_an_im871a_is_passed_over_and_the_next_one_taken() -> None:
    damaged = bytearray(as_im871a(FRAMES[0], 0xC0))
    damaged[20] ^= 1
    found, _done = im871a.cut(bytes(damaged) + as_im871a(FRAMES[1], 0xC0))
    assert [frame for frame, _level in found] == [FRAMES[1]]


def test_an_answer_of_a_module_is_no_telegram() -> None:
    assert im871a.cut(b"\xa5\x01\x04\x00")[0] == []
    assert cul.cut(b"V 1.67 nanoCUL868\r\nbY12\r\n")[0] == []
    assert amb8465.cut(b"\xff\x84\x01\x00\x7a")[0] == []


def test_an_amb8465_without_a_level_tells_none() -> None:
    assert amb8465.cut(as_amb8465(FRAMES[0], b"") + b"\xff")[0] == [(FRAMES[0], None)]


def test_levels_follow_the_data_sheet() -> None:
    assert (chipcon_dbm(0), chipcon_dbm(127), chipcon_dbm(128)) == (-74.0, -10.5, -138.0)


@pytest.mark.parametrize(
    ("kind", "wrapped", "greeting"),
    [
        ("cul", as_cul, b"brc\n\rX21\n\r"),
        ("im871a", as_im871a, bytes.fromhex("A501030400001001")),
        ("amb8465", as_amb8465, b""),
    ],
)
async def test_a_module_on_a_pseudo_terminal_is_greeted_heard_and_missed(
    kind: str, wrapped: Callable[[bytes], bytes], greeting: bytes
) -> None:
    if sys.platform == "win32":
        return
    import pty

    module, port = pty.openpty()
    name, lines, up = os.ttyname(port), asyncio.Queue[bytes](), asyncio.Event()

    async def put(line: bytes | Caught) -> None:
        assert isinstance(line, bytes)
        await lines.put(line)

    running = asyncio.ensure_future(known()[kind].run(name, Outlet(put, up.set)))
    async with asyncio.timeout(10):
        await up.wait()
        os.close(port)
        if greeting:
            assert os.read(module, 100) == greeting
        for frame in FRAMES:
            os.write(module, wrapped(frame))
            caught = caught_in(await lines.get())
            assert caught is not None
            assert caught.level_dbm is not None
            assert frame[4:10] == caught.frame[4:10]
        os.close(module)  # pulled out
        with pytest.raises(OSError):  # noqa: PT011 - what the system says differs
            await running
    with suppress(asyncio.CancelledError):
        running.cancel()


@pytest.mark.parametrize("kind", ["cul", "im871a", "amb8465"])
def test_a_port_is_a_device_of_the_system(kind: str) -> None:
    for port in ("/dev/ttyUSB0", "COM3"):
        (way,) = ways_of(f"roof={kind}:{port}")
        assert (way.type.kind, way.rest) == (kind, port)
    for wrong in ("ttyUSB0", "COM", "10.0.0.7:4001"):
        with pytest.raises(BadInput, match="no serial port such as COM3"):
            ways_of(f"{kind}:{wrong}")


@posix
async def test_a_dongle_is_ours_alone_and_a_missing_one_is_said(tmp_path: Path) -> None:
    collected, second = Collected(), Collected()
    with DeafTerminal() as terminal:
        running = asyncio.ensure_future(known()["cul"].run(terminal.name, collected.outlet))
        try:
            await collected.until(collected.up.is_set)
            assert terminal.open == 1
            with pytest.raises(OSError, match=r"another program has opened the port"):
                await known()["cul"].run(terminal.name, second.outlet)
            assert not second.up.is_set()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert terminal.open == 0, "whoever stops listening leaves the port to others"
    with pytest.raises(OSError, match="this computer has no such port"):
        await known()["cul"].run(str(tmp_path / "ttyUSB9"), second.outlet)


def plugged_in(at: Path) -> tuple[int, int]:
    """Return both ends of a module that appears under a name, as udev gives one."""
    if sys.platform == "win32":
        raise OSError("Windows has no pseudo-terminals")
    import pty

    module, port = pty.openpty()
    at.unlink(missing_ok=True)
    at.symlink_to(os.ttyname(port))
    return module, port


@posix
async def test_a_dongle_pulled_out_and_put_in_again_is_opened_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = tmp_path / "ttyCUL"
    monkeypatch.setattr(dongle_module, "is_port", lambda text: text == str(name))
    monkeypatch.setattr(radio, "_FIRST_PAUSE_S", 0.05)
    module, port = plugged_in(name)
    config = LinkConfig(LinkId("street"), "wmbus", "Street", {})
    link = radio.RadioLink(config, ways_of(f"roof=cul:{name}"), STANDARD_ALONE, clock)
    link.attend([], Around())
    await link.open()
    try:
        traffic = link.ear.of("roof")
        await heard(link, lambda: traffic.stands)
        os.write(module, as_cul(FRAMES[0]))
        await heard(link, lambda: traffic.telegrams == 1)
        os.close(port)
        os.close(module)
        await heard(link, lambda: bool(traffic.trouble))
        assert traffic.reopened == 0
        module, port = plugged_in(name)
        await heard(link, lambda: not traffic.trouble)
        os.write(module, as_cul(FRAMES[1]))
        await heard(link, lambda: traffic.telegrams == 2)
        assert traffic.reopened == 1, "the watchdog tells how often it opened it again"
    finally:
        await link.close()
        os.close(port)
        os.close(module)


async def heard(link: radio.RadioLink, holds: Callable[[], object]) -> None:
    """Listen until something holds."""
    async with asyncio.timeout(20):
        while not holds():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await link.hear()
