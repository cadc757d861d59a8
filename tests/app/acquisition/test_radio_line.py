"""A street of meters by radio, as a process: heard by the core, each telegram told once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.hearing import LEAST_CYCLE_S, UNKNOWN_CYCLE_S, HearingLine
from app.acquisition.service import Acquisition, known_before
from app.compose.meterwatch import MeterWatch
from app.errors import DeviceRefused, PlantError
from app.history.attendance import AttendanceBook
from app.model.device import LinkConfig, Option, Presence
from app.model.reading import DeviceId, PointId, Quality, Reading, split_point
from app.model.undecoded import Cause
from app.pointtable import PointTable
from app.ports import DeviceMemory
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.links.radio import RadioLink
from drivers.simulators.street.telegrams import Said, frame_of, shown
from drivers.simulators.street.traffic import Street
from drivers.wireless.ear import Ear
from drivers.wmbus import DRIVER
from tests.drivers.simulators.wire import Running, running
from tests.drivers.wireless.street import LINK, device_of, keys_of
from tests.mosquitto import NoBroker, serving

PROFILES = load_all().profiles
WITHIN_S = 30.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Heard:
    """The core's own parts, and everything the table was told."""

    acquisition: Acquisition
    table: PointTable
    street: Street
    keys: dict[str, Sequence[bytes]]
    told: list[Reading] = field(default_factory=list)

    @property
    def line(self) -> HearingLine:
        line = next(iter(self.acquisition.running.values())).line
        assert isinstance(line, HearingLine)
        return line

    @property
    def ear(self) -> Ear:
        assert isinstance(self.line.link, RadioLink)
        return self.line.link.ear

    def count(self, key: str) -> Counter[str]:
        """How often each device's point was told."""
        return Counter(
            split_point(each.point)[0]
            for each in self.told
            if split_point(each.point)[1] == key
        )

    def presences(self) -> set[Presence]:
        standings = map(self.acquisition.standing_of, self.devices)
        return {each.presence for each in standings if each is not None}

    @property
    def devices(self) -> list[DeviceId]:
        return [device_of(self.street.meter(n)).id for n in range(self.street.meters)]

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(WITHIN_S):
            for _look in repeat(None):
                if holds():
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def heard(
    street: Street,
    receivers: str,
    *,
    keys: Mapping[str, Sequence[bytes]] | None = None,
    memory: DeviceMemory | None = None,
    link_options: Mapping[str, Option] | None = None,
    **options: Option,
) -> AsyncIterator[Heard]:
    meters = [street.meter(place) for place in range(street.meters)]
    known = dict(keys_of(meters) if keys is None else keys)
    table = PointTable()
    acquisition = Acquisition(
        table,
        [DRIVER],
        ProfileChooser(PROFILES, resolve),
        utc_now,
        memory=memory,
        keys=lambda number: known.get(number, ()),
    )
    here = Heard(acquisition, table, street, known)
    table.watch(here.told.extend)
    link = LinkConfig(
        LINK, "wmbus", "The street", {"receivers": receivers, **(link_options or {})}
    )
    await acquisition.apply([link], [device_of(each, **options) for each in meters])
    try:
        await here.until(lambda: here.line.link)
        yield here
    finally:
        await acquisition.stop()


def named(simulator: Running) -> str:
    return " ".join(f"r{n}=tcp:{each}" for n, each in enumerate(simulator.addresses))


def of(street: Street, *more: str) -> tuple[str, ...]:
    return (
        *("wmbus", "--meters", str(street.meters), "--seed", str(street.seed)),
        *("--modes", ",".join(street.modes), "--receivers", str(street.receivers), *more),
    )


@pytest.mark.feature("RD-08")
@pytest.mark.feature("RD-09")
async def test_what_two_receivers_and_a_repeater_hear_is_told_once() -> None:
    street = Street(7, 24, ("0", "5", "7", "ell"), receivers=2)
    rounds = of(street, "--rounds", "1", "--interval-s", "60")
    with running(*rounds, count=2) as simulator:
        async with heard(street, named(simulator)) as here:
            await here.until(lambda: here.presences() == {Presence.ON})
            await here.until(lambda: all(t.own == 24 for t in here.ear.traffic.values()))
            assert set(here.count("volume").values()) == {1}
            assert len(here.count("volume")) == 24
            now = utc_now()
            for place in range(24):
                meter = street.meter(place)
                told = here.table.latest(PointId(f"m-{meter.number}.volume"))
                assert told is not None
                assert told.quality is Quality.GOOD
                assert told.value == pytest.approx(shown(meter, now)["volume"], abs=0.02)
            assert here.ear.meters[street.meter(3).number].reception.again == 1
            profile = here.acquisition.profile_of(here.devices[0])
            identity = here.acquisition.identity_of(here.devices[0])
            assert profile is not None
            assert identity is not None
            assert {"energy", "volume", "status"} & set(profile.points)
            assert identity.facts["serial"] == street.meter(0).number
            assert here.acquisition.frames_of(here.devices[0])


@pytest.mark.feature("RD-05")
@pytest.mark.feature("RD-24")
async def test_keys_missing_and_wrong_are_told_and_a_key_taken_in_counts_at_once() -> None:
    street = Street(8, 3, ("5",))
    first, second, third = (street.meter(place) for place in range(3))
    keys = {first.number: [first.key], second.number: [bytes(16)]}
    with running(*of(street, "--interval-s", "1", "--speed", "4")) as simulator:
        async with heard(street, named(simulator), keys=keys) as here:
            meters = here.ear.meters

            def troubles() -> set[Cause]:
                return {each for meter in meters.values() for each in meter.reception.causes}

            await here.until(lambda: troubles() == {Cause.NO_KEY, Cause.WRONG_KEY})
            await here.until(lambda: meters[first.number].reception.heard)
            standing = here.acquisition.standing_of(device_of(third).id)
            assert standing is not None
            assert standing.last_error == (
                "the telegram is sealed, and there is no key for its meter"
            )
            here.keys |= {second.number: [second.key, bytes(16)], third.number: [third.key]}
            await here.until(lambda: here.presences() == {Presence.ON})
            assert len(here.count("volume")) == 3


async def test_a_receiver_that_was_lost_is_opened_again() -> None:
    street = Street(9, 2, ("0",), receivers=2)
    with running(*of(street, "--interval-s", "1", "--speed", "4"), count=2) as simulator:
        async with heard(street, named(simulator)) as here:
            traffic = here.ear.traffic
            await here.until(lambda: len(traffic) == 2 and all(t.own for t in traffic.values()))
            assert simulator.say("drop") == "ok"
            await here.until(lambda: all(t.trouble for t in traffic.values()))
            before = {name: each.own for name, each in traffic.items()}
            await here.until(
                lambda: all(
                    each.own > before[name] and not each.trouble
                    for name, each in traffic.items()
                )
            )


async def test_a_broker_that_was_restarted_is_listened_to_again(tmp_path: Path) -> None:
    street = Street(14, 1, ("0",))
    try:
        with serving(tmp_path, open_to_all=True) as broker:
            async with heard(street, f"mq=mqtt:127.0.0.1:{broker.port}/m") as here:
                await here.until(lambda: "mq" in here.ear.traffic)
                traffic = here.ear.traffic["mq"]

                async def said(number: int, own: int) -> None:
                    line = frame_of(Said(street.meter(0), utc_now(), number)).hex().encode()
                    async with asyncio.timeout(WITHIN_S):
                        while traffic.own < own:
                            await asyncio.to_thread(broker.publish, "m", line)
                            await asyncio.sleep(0.1)

                await said(1, 1)
                await asyncio.to_thread(broker.stop)
                await here.until(lambda: traffic.trouble)
                assert "broker" in traffic.trouble
                await asyncio.to_thread(broker.start)
                await here.until(lambda: not traffic.trouble)
                await said(2, traffic.own + 1)
    except NoBroker as error:
        pytest.skip(str(error))


async def test_a_deaf_receiver_is_opened_anew_told_and_an_alarm_in_its_hours_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("drivers.links.radio._LOOKS_S", 0.05)
    street = Street(15, 1, ("0",))
    tomorrow = f"{utc_now() + timedelta(days=1):%a} 00:00-24:00 UTC"
    with running(*of(street, "--interval-s", "100000")) as simulator:
        deaf: dict[str, Option] = {"silent_min": 0.005}
        async with heard(street, named(simulator), link_options=deaf) as here:
            await here.until(lambda: MeterWatch(here.acquisition, utc_now).alarming)
            (figures,) = here.line.figures().receivers
            assert figures.trouble.startswith("nothing heard for")
        quiet = {**deaf, "expected": tomorrow}
        async with heard(street, "gone=tcp:127.0.0.1:9", link_options=quiet) as here:
            await here.until(lambda: here.ear.traffic["gone"].trouble)
            await here.until(lambda: not here.ear.traffic["gone"].expected)
            assert not MeterWatch(here.acquisition, utc_now).alarming


async def test_a_meter_that_falls_silent_fades_and_comes_back() -> None:
    street = Street(10, 2, ("0",))
    with running(*of(street, "--interval-s", "1", "--speed", "10")) as simulator:
        async with heard(street, named(simulator), interval_s=0.5) as here:
            silent = device_of(street.meter(0)).id
            await here.until(lambda: here.presences() == {Presence.ON})
            simulator.say("hush 1 on")
            await here.until(lambda: here.presences() == {Presence.ON, Presence.OFFLINE})
            held = here.table.latest(PointId(f"{silent}.volume"))
            assert held is not None
            assert (held.quality, held.value) == (Quality.OFFLINE, None)
            simulator.say("hush 1 off")
            await here.until(lambda: here.presences() == {Presence.ON})
            again = here.table.latest(PointId(f"{silent}.volume"))
            assert again is not None
            assert again.quality is Quality.GOOD


async def test_lines_arrive_as_datagrams_and_in_a_file_too(tmp_path: Path) -> None:
    street = Street(11, 3, ("5",))
    file = tmp_path / "telegrams.log"
    file.write_text("what stood there before is not read\n", encoding="utf-8")
    ways = f"net=udp:127.0.0.1:{(port := free_port())} log=file:{file}"
    async with heard(street, ways) as here:
        await here.until(lambda: len(here.ear.traffic) == 2)
        await asyncio.sleep(0.2)
        first = frame_of(Said(street.meter(0), utc_now(), 1)).hex()
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{first}\nno telegram\n\n")
        await here.until(lambda: here.count("volume"))
        rounds = of(street, "--to", f"127.0.0.1:{port}", "--rounds", "1", "--form", "rtl")
        with running(*rounds):
            await here.until(lambda: len(here.count("volume")) == 3)
        traffic = here.ear.traffic
        assert (traffic["log"].lines, traffic["log"].nothing) == (2, 1)
        assert traffic["net"].lines == 3


async def test_after_a_restart_points_and_figures_stand_before_anybody_spoke(
    tmp_path: Path,
) -> None:
    street = Street(14, 3, ("0",))
    meter = device_of(street.meter(0)).id
    book = AttendanceBook(tmp_path, utc_now)
    await book.open()
    with running(*of(street, "--interval-s", "1", "--speed", "4")) as simulator:
        async with heard(street, named(simulator), memory=book) as here:
            await here.until(
                lambda: all(m.reception.heard > 2 for m in here.ear.meters.values())
            )
            points = here.acquisition.profile_of(meter)
        first = here.table.latest(PointId(f"{meter}.volume"))
    await book.close()
    again = AttendanceBook(tmp_path, utc_now)
    await again.open()
    silence = f"udp:127.0.0.1:{free_port()}"
    async with heard(street, silence, memory=again) as here:
        profile = here.acquisition.profile_of(meter)
        assert profile is not None
        assert points is not None
        assert profile.points == points.points
        identity = here.acquisition.identity_of(meter)
        assert identity is not None
        assert identity.facts["serial"] == street.meter(0).number
        assert PointId(f"{meter}.volume") in known_before(here.acquisition)
        assert first is not None
        here.acquisition.recall([first])
        recalled = here.table.latest(PointId(f"{meter}.volume"))
        assert recalled is not None
        assert (recalled.value, recalled.measured_at) == (first.value, first.measured_at)
        assert recalled.quality is Quality.STALE
        told = next(each for each in here.line.figures().meters if each.device == meter)
        assert told.telegrams > 2
        assert told.last_at is not None
        assert told.level_dbm is None  # lines of plain digits tell none
        assert here.presences() == {Presence.LATE}
        assert here.line.units[0].keeper.cycle_s == LEAST_CYCLE_S
    await again.close()


async def test_a_meter_without_a_number_is_told_and_keeps_no_line_from_starting() -> None:
    street = Street(15, 1, ("0",))
    nameless = replace(device_of(street.meter(0)), options={})
    acquisition = Acquisition(
        PointTable(), [DRIVER], ProfileChooser(PROFILES, resolve), utc_now, report=_nothing
    )
    link = LinkConfig(LINK, "wmbus", "The street", {"receivers": "udp:127.0.0.1:45998"})
    await acquisition.apply([link], [nameless])
    standing = acquisition.standing_of(nameless.id)
    await acquisition.stop()
    assert standing is not None


def _nothing(_name: str, _error: Exception) -> None:
    """A crash nobody asks after."""


async def test_who_speaks_by_itself_is_neither_asked_nor_written_to() -> None:
    street = Street(12, 1, ("0",))
    async with heard(street, "udp:127.0.0.1:45999") as here:
        device = device_of(street.meter(0)).id
        with pytest.raises(PlantError, match="cannot be asked"):
            await here.acquisition.read_now(device, ())
        with pytest.raises(DeviceRefused, match="takes nothing"):
            await here.acquisition.write(device, "volume", 1.0)
        running_line = here.line
        assert running_line.units[0].keeper.cycle_s == UNKNOWN_CYCLE_S
        running_line.crashed(ValueError("no"))
        standing = here.acquisition.standing_of(device)
        assert standing is not None
        assert "ValueError" in standing.last_error


async def test_silence_is_judged_by_how_often_a_meter_speaks() -> None:
    street = Street(13, 1, ("0",))
    with running(*of(street, "--interval-s", "2", "--speed", "4")) as simulator:
        async with heard(street, named(simulator)) as here:
            reception = next(iter(here.ear.meters.values())).reception
            await here.until(lambda: reception.heard > 3)
            keeper = here.line.units[0].keeper
            assert reception.interval_s == pytest.approx(0.5, rel=0.5)
            assert keeper.cycle_s == LEAST_CYCLE_S


def free_port() -> int:
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
