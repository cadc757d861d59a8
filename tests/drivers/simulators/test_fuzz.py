"""No bytes from the network bring a simulated controller down or make it answer nonsense."""

import random
import socket
import struct
from collections.abc import Iterator

import pytest

from tests.drivers.simulators.wire import Running, Wire, running


def request(chance: random.Random) -> bytes:
    """Return a frame between nearly right and pure noise."""
    function = chance.choice((3, 4, 6, 1, 2, 5, 15, 16, 23, 43, 0, 127, 128, 255))
    near = chance.choice((0, 33, 3109, 3998, 4065, 4200, 10197, 10200, 11179, 64044, 65535))
    address = (near + chance.randrange(-2, 8)) & 0xFFFF
    body = struct.pack(">BHH", function, address, chance.randrange(0, 130))
    match chance.randrange(6):
        case 0:
            body = body[: chance.randrange(1, 5)]
        case 1:
            body += chance.randbytes(chance.randrange(1, 20))
        case 2:
            body = chance.randbytes(chance.randrange(1, 30))
        case _:
            pass
    head = struct.pack(
        ">HHHB", chance.randrange(65536), 0, len(body) + 1, chance.choice((1, 254, 0, 7))
    )
    if chance.random() < 0.05:
        head = chance.randbytes(7)
    return head + body


def frames(taken: bytes) -> Iterator[bytes]:
    """Yield the PDUs of an answer stream; it must be whole frames."""
    while taken:
        _, protocol, length, unit = struct.unpack(">HHHB", taken[:7])
        assert protocol == 0
        assert unit in {1, 254}
        assert len(taken) >= 6 + length
        yield taken[7 : 6 + length]
        taken = taken[6 + length :]


def throw(ecl: Running, count: int, seed: int) -> None:
    chance = random.Random(seed)
    thrown = 0
    while thrown < count:
        with ecl.wire() as wire:
            batch = [request(chance) for _ in range(20)]
            thrown += len(batch)
            try:
                wire.socket.sendall(b"".join(batch))
                wire.socket.shutdown(socket.SHUT_WR)
                taken = wire.rest(5.0) or b""
            except ConnectionError:
                continue
        for pdu in frames(taken):
            if pdu[0] & 0x80:
                assert pdu[1] in {1, 2, 3}
            elif pdu[0] in {3, 4}:
                assert len(pdu) == 2 + pdu[1]
            else:
                assert pdu[0] == 6


def still_well(ecl: Running) -> None:
    with ecl.wire() as wire:
        assert wire.read(2059, 4) == [65, 266, 1, 2048]
        assert isinstance(wire, Wire)


def test_two_thousand_odd_frames_leave_it_well() -> None:
    with running("ecl310") as ecl:
        throw(ecl, 2_000, 1)
        still_well(ecl)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_a_hundred_thousand_odd_frames_leave_it_well() -> None:
    with running("ecl310") as ecl:
        throw(ecl, 100_000, 2)
        still_well(ecl)
