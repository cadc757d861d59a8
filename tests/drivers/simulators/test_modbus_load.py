"""Load devices are many, cheap and each recognisable by its values."""

import asyncio
import sys
import time

import pytest

from app.errors import BadInput
from drivers.simulators.modbus_load import BLOCKS, LoadDevice, ModbusLoadOptions
from drivers.simulators.pdu import Refusal
from tests.drivers.simulators.plant import Hands
from tests.drivers.simulators.wire import running


def test_values_tell_device_address_and_time() -> None:
    hands = Hands()
    one, two = (LoadDevice(ModbusLoadOptions(seed=5), place, hands) for place in (0, 1))
    first = one.read(3, 0, 20)
    assert [value - first[0] for value in first] == [7 * place for place in range(20)]
    assert two.read(3, 0, 1)[0] - first[0] == 131
    hands.pass_s(10.0)
    assert one.read(4, 0, 1)[0] - first[0] == 1


def test_only_the_two_blocks_are_served() -> None:
    device = LoadDevice(ModbusLoadOptions(), 0, Hands())
    for block in BLOCKS:
        assert len(device.read(3, block.start, len(block))) == 20
    for address, count in ((0, 21), (20, 1), (99, 2), (110, 11)):
        with pytest.raises(Refusal):
            device.read(3, address, count)
    with pytest.raises(Refusal):
        device.write(0, 1)
    assert device.bank(2) is None
    with pytest.raises(BadInput):
        device.command(["x", "1"])
    with pytest.raises(BadInput):
        device.sensor_open("S1", True)


def test_a_register_is_held_at_a_word_until_it_is_let_go() -> None:
    device = LoadDevice(ModbusLoadOptions(), 0, Hands())
    free = device.read(3, 0, 8)
    device.command(["5", "1234"])
    held = device.read(3, 0, 8)
    assert held[5] == 1234
    assert [*held[:5], *held[6:]] == [*free[:5], *free[6:]]
    device.command(["5", "auto"])
    assert device.read(3, 0, 8) == free
    for words in (["20", "1"], ["5"], ["5", "-1"], ["5", "1", "2"]):
        with pytest.raises(BadInput):
            device.command(words)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no 127.x.y.z by itself")
def test_three_hundred_devices_on_addresses_of_their_own_share_one_port() -> None:
    options = ("--count", "300", "--spread", "addresses", "--host", "127.0.9.250")
    with running("modbus-load", *options, count=300) as plant:
        hosts = [each.partition(":")[0] for each in plant.addresses]
        assert len(set(hosts)) == 300
        assert len({each.partition(":")[2] for each in plant.addresses}) == 1
        assert not [host for host in hosts if host.rsplit(".", 1)[1] in {"0", "255"}]
        for place in (0, 4, 5, 299):
            with plant.wire(place) as wire:
                assert len(wire.read(100, 20)) == 20


async def test_two_hundred_devices_answer_two_hundred_clients_at_once() -> None:
    with running("modbus-load", "--count", "200", count=200) as plant:

        async def ask(place: int) -> int:
            host, _, port = plant.addresses[place].partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(bytes.fromhex("000100000006010300000014"))
            answer = await reader.readexactly(49)
            writer.close()
            await writer.wait_closed()
            return int.from_bytes(answer[9:11], "big")

        began = time.monotonic()
        values = await asyncio.gather(*(ask(place) for place in range(200)))
        assert time.monotonic() - began < 10.0
        assert len({value % 30_000 for value in values}) == 200
