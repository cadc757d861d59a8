"""A name that no computer can have is told as one that is not known, whoever dials it."""

import pytest

from app.errors import NothingSent
from drivers.links.mbus import Dial, MbusLink, dial_tcp
from drivers.links.modbus import ModbusTcpLink
from drivers.links.rfc2217 import dial_rfc2217
from drivers.mbus.asking import SND_NKE, Timing, short_frame
from tests.drivers.wiredline import clock

NAMES = ("a..b", "x" * 70, ".leading", "blank\u2028line")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "dialled", [dial_tcp, lambda host, port: dial_rfc2217(host, port, 300)]
)
async def test_a_bus_behind_no_name_is_not_reached(name: str, dialled: object) -> None:
    assert callable(dialled)
    dial: Dial = dialled(name, 4001)
    link = MbusLink("there", dial, Timing(), 3.0, clock)
    with pytest.raises(NothingSent, match="the name of the serial server is not known"):
        await link.exchange(short_frame(SND_NKE, 2))
    assert not link.connected
    await link.close()


@pytest.mark.parametrize("name", NAMES)
async def test_a_controller_behind_no_name_is_not_reached(name: str) -> None:
    link = ModbusTcpLink(name, 502, 3.0, clock)
    with pytest.raises(NothingSent, match="not known"):
        await link.open()
    assert not link.connected
    await link.close()
