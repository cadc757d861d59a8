"""The Modbus TCP driver as the core uses it, from its options to a reading."""

from datetime import UTC, datetime

import pytest

from app.errors import BadInput
from app.model.device import LinkConfig, LinkId, Option
from app.model.profile import LinkRules
from app.model.reading import Quality
from app.ports import Polled, Writable
from drivers.modbus_tcp import DRIVER, Options, options_of
from tests.drivers.hostile import HostileServer, honest, truth
from tests.drivers.memory import AHORNVEJ, row_profile


def config(**options: Option) -> LinkConfig:
    return LinkConfig(LinkId("l"), "modbus-tcp", "Nordvej", options)


def test_a_host_is_all_that_must_be_given() -> None:
    assert options_of(config(host=" 192.0.2.7 ")) == Options("192.0.2.7", 502, 3.0)
    given = options_of(config(host="gw", port=10502, connect_timeout_s=1))
    assert given == Options("gw", 10502, 1.0)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "link Nordvej: 'host' is missing"),
        ({"host": "  "}, "link Nordvej: 'host' is missing"),
        ({"host": 7}, "link Nordvej: 'host' is missing"),
        ({"host": "gw", "port": 0}, "'port' must be a number from 1 to 65535"),
        ({"host": "gw", "port": 65536}, "'port' must be a number from 1 to 65535"),
        ({"host": "gw", "port": "502"}, "'port' must be a number from 1 to 65535"),
        ({"host": "gw", "port": True}, "'port' must be a number from 1 to 65535"),
        ({"host": "gw", "connect_timeout_s": 0}, "must lie within 0 and 60"),
        ({"host": "gw", "connect_timeout_s": 61}, "must lie within 0 and 60"),
        ({"host": "gw", "connect_timeout_s": "3"}, "must be a number of seconds"),
    ],
)
def test_wrong_options_are_named(options: dict[str, Option], sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        DRIVER.link(config(**options), lambda: datetime.now(UTC))
    assert sentence in str(refusal.value)


async def test_a_device_is_read_and_written_over_a_real_socket() -> None:
    def clock() -> datetime:
        return datetime.now(UTC)

    async with HostileServer(lambda _request: honest) as server:
        link = DRIVER.link(config(host="127.0.0.1", port=server.port), clock)
        profile = row_profile(100, 101, 102, 400, link=LinkRules(timeout_ms=5000))
        device = DRIVER.device(link, AHORNVEJ, profile, clock)
        assert isinstance(device, Polled)
        assert isinstance(device, Writable)
        started = clock()
        await link.open()
        await device.identify([])
        outcome = await device.poll(list(profile.places))
        assert [reading.value for reading in outcome.readings] == [
            float(truth(1, address)) for address in (100, 101, 102, 400)
        ]
        assert all(r.quality is Quality.GOOD for r in outcome.readings)
        assert all(started <= r.measured_at <= clock() for r in outcome.readings)
        assert outcome.requests == 2
        await device.write("p400", -5)
        assert (server.requests[-1].function, server.requests[-1].second) == (6, 0xFFFB)
        await link.close()
