"""pymodbus, the client most programs use, understands the simulated devices."""

from pymodbus.client import AsyncModbusTcpClient

from tests.drivers.simulators.wire import running


async def test_it_reads_writes_and_is_refused() -> None:
    with running("ecl310", "--seed", "3") as ecl:
        client = AsyncModbusTcpClient(ecl.host, port=ecl.port, retries=0)
        assert await client.connect()
        try:
            key = await client.read_holding_registers(2059, count=4, device_id=254)
            assert key.registers == [65, 266, 1, 2048]
            written = await client.write_register(11179, 225, device_id=1)
            assert not written.isError()
            back = await client.read_input_registers(11179, count=1, device_id=1)
            assert back.registers == [225]
            refused = await client.read_holding_registers(10199, count=4, device_id=1)
            assert refused.exception_code == 2
            coils = await client.read_coils(0, count=1, device_id=1)
            assert coils.exception_code == 1
        finally:
            client.close()


async def test_an_em24_holds_it_to_eleven_registers() -> None:
    with running("modbus-meter", "--model", "em24") as meter:
        client = AsyncModbusTcpClient(meter.host, port=meter.port, retries=0)
        assert await client.connect()
        try:
            eleven = await client.read_input_registers(46, count=4, device_id=1)
            assert len(eleven.registers) == 4
            twelve = await client.read_input_registers(12, count=12, device_id=1)
            assert twelve.exception_code == 3
        finally:
            client.close()
