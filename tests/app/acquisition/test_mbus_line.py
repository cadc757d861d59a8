"""Wired meters of a project, over a real bus: polled like others, points from telegrams."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition, known_before, link_of
from app.compose.core import utc_now
from app.errors import NothingSent
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option, Presence
from app.model.reading import DeviceId, PointId, Quality
from app.pointtable import PointTable
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.mbus.roundtime import RoundTime
from drivers.mbus_tcp import DRIVER
from tests.drivers.simulators.wire import Running, running
from tests.plant import until

PROFILE = "generic.mbus"
PATIENCE_S = 40.0


@dataclass
class Plant:
    """What a test looks at."""

    acquisition: Acquisition
    table: PointTable
    bus: Running

    def presences(self, devices: Sequence[DeviceConfig]) -> list[Presence | None]:
        standings = (self.acquisition.standing_of(device.id) for device in devices)
        return [None if each is None else each.presence for each in standings]

    def failures(self, device: DeviceId) -> int:
        standing = self.acquisition.standing_of(device)
        return 0 if standing is None else standing.failures

    async def met(self, devices: Sequence[DeviceConfig]) -> None:
        await until(lambda: {*self.presences(devices)} == {Presence.ON}, PATIENCE_S)


def meters(count: int, **options: Option) -> list[DeviceConfig]:
    return [
        DeviceConfig(
            DeviceId(f"meter-{unit}"),
            f"Meter {unit}",
            "",
            LinkId("bus"),
            unit,
            PROFILE,
            options=options,
        )
        for unit in range(1, count + 1)
    ]


class Kept:
    """What a core keeps of its lines for the next one."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[str, str]] = {}

        self.met: dict[DeviceId, str] = {}

    def serial_of(self, device: DeviceConfig, link: LinkConfig | None) -> str:
        return self.met.get(device.id, "")

    def meet(self, device: DeviceConfig, link: LinkConfig | None, serial: str) -> None:
        self.met[device.id] = serial

    def rounds(self) -> Mapping[str, str]:
        """How long the readouts of stations take; what meters told stands beside it."""
        kept = self.lines.get("bus", {})
        return {name: said for name, said in kept.items() if not name.startswith("told:")}

    def learned(self, link: LinkId) -> Mapping[str, str]:
        return self.lines.get(link, {})

    def learn(self, link: LinkId, news: Mapping[str, str]) -> None:
        self.lines.setdefault(link, {}).update(news)


@asynccontextmanager
async def plant(
    devices: Sequence[DeviceConfig],
    *simulator: str,
    units: int = 12,
    lapse: str = "60",
    memory: Kept | None = None,
) -> AsyncIterator[Plant]:
    with running("mbus", "--units", str(units), "--lapse", lapse, *simulator) as bus:
        table = PointTable()
        chooser = ProfileChooser(load_all().profiles, resolve)
        acquisition = Acquisition(table, [DRIVER], chooser, utc_now, memory=memory)
        options: dict[str, Option] = {
            "host": bus.host,
            "port": bus.port,
            "lapse": float(lapse),
            "network_s": 0.5,
        }
        await acquisition.apply(
            [LinkConfig(LinkId("bus"), "mbus-tcp", "Bus", options)], list(devices)
        )
        try:
            yield Plant(acquisition, table, bus)
        finally:
            await acquisition.stop()


@pytest.mark.feature("LM-08")
async def test_meters_on_a_bus_are_met_polled_and_spared() -> None:
    devices = meters(12, interval_s=10.0)
    async with plant(devices) as here:
        await here.met(devices)
        acquisition = here.acquisition
        for device in devices:
            identity = acquisition.identity_of(device.id)
            profile = acquisition.profile_of(device.id)
            assert identity is not None
            assert profile is not None
            assert profile.id == PROFILE
            assert identity.facts["serial"]
            on_battery = device.unit % 4 == 3
            assert (identity.facts["supply"] == "battery") is on_battery
            assert profile.poll_groups["slow"] == (86400.0 if on_battery else 10.0)
            assert identity.facts["reads_per_day"] == ("1" if on_battery else "8640")
            latest = [
                here.table.latest(PointId(f"{device.id}.{key}")) for key in profile.points
            ]
            good = [each for each in latest if each is not None and each.value is not None]
            assert len(good) >= 5
            assert {each.quality for each in good} == {Quality.GOOD}
        talk = acquisition.conversation_of(devices[0].id)
        assert talk.round_s is not None
        assert 12 * 0.3 / 60 < talk.round_s < 60.0, "told to people on the device's page"
        assert any(frame.sent for frame in acquisition.frames_of(devices[0].id))


@pytest.mark.feature("RD-54")
async def test_an_electricity_meter_tells_what_was_taken_and_what_was_given() -> None:
    """A+, A−, P+ and P−: each a point of its own, and a power never in both directions."""
    devices = meters(4)[3:]
    async with plant(devices, units=4) as here:
        await here.met(devices)
        profile = here.acquisition.profile_of(devices[0].id)
        assert profile is not None
        energies = [spec for spec in profile.points.values() if spec.unit == "kWh"]
        powers = [spec for spec in profile.points.values() if spec.unit in ("W", "kW")]
        assert (len(energies), len(powers)) == (2, 2)
        held = {
            spec.key: here.table.latest(PointId(f"meter-4.{spec.key}"))
            for spec in (*energies, *powers)
        }
        values = [each.value for each in held.values() if each is not None]
        assert len(values) == 4
        taken, given, taken_w, given_w = values
        assert isinstance(taken, float)
        assert isinstance(given, float)
        assert min(taken, given) > 100.0
        assert taken != given
        assert 0.0 in (taken_w, given_w)


async def test_a_meter_that_falls_silent_fades_and_the_others_go_on() -> None:
    devices = meters(2, interval_s=1.0, supply="mains")
    async with plant(devices, units=2) as here:
        await here.met(devices)
        identity = here.acquisition.identity_of(devices[0].id)
        assert identity is not None
        assert here.bus.say(f"set silent {identity.facts['serial']} on") == "ok"
        first, second = (DeviceId("meter-1"), DeviceId("meter-2"))
        gone = ([Presence.LATE, Presence.ON], [Presence.OFFLINE, Presence.ON])
        await until(lambda: here.presences(devices) in gone, 60.0)
        standing = here.acquisition.standing_of(first)
        assert standing is not None
        assert "Meter 1: no answer within" in standing.last_error
        assert here.acquisition.mismatch_of(second) == ""


async def test_how_long_a_round_takes_is_known_after_a_restart_before_anybody_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    devices, memory = meters(2, supply="mains"), Kept()
    recall, known_s = RoundTime.recall, []

    def noted(rounds: RoundTime, kept: Mapping[str, str]) -> None:
        recall(rounds, kept)
        known_s.append(rounds.known_s)  # a meter found silent is forgotten soon after

    monkeypatch.setattr(RoundTime, "recall", noted)
    async with plant(devices, units=2, memory=memory) as here:
        await here.met(devices)
        await until(lambda: len(memory.rounds()) == 2, PATIENCE_S)
        before_s = here.acquisition.conversation_of(devices[0].id).round_s
    async with plant(devices, "--fault", "silent", units=2, memory=memory) as here:
        kept_s = sum(float(each) for each in memory.rounds().values())
        await until(lambda: link_of(here.acquisition, LinkId("bus")) is not None)
    assert known_s == [0.0, pytest.approx(kept_s, rel=0.01)]
    assert before_s is not None
    assert kept_s == pytest.approx(before_s, rel=0.3)


async def test_a_meter_that_is_silent_after_a_restart_shows_what_it_told_before() -> None:
    devices, memory = meters(1, supply="mains"), Kept()
    meter, point = devices[0].id, PointId("meter-1.volume")
    async with plant(devices, units=1, memory=memory) as here:
        await here.met(devices)
        await until(lambda: here.table.latest(point) is not None, PATIENCE_S)
        stored, before = here.table.latest(point), here.acquisition.profile_of(meter)
        identity = here.acquisition.identity_of(meter)
    assert stored is not None
    async with plant(devices, "--fault", "silent", units=1, memory=memory) as here:
        profile = here.acquisition.profile_of(meter)
        assert profile == before
        assert here.acquisition.identity_of(meter) == identity
        assert point in known_before(here.acquisition)
        here.acquisition.recall([stored])
        await until(lambda: bool(here.failures(meter)), PATIENCE_S)
        shown = here.table.latest(point)
        assert shown is not None
        assert (shown.value, shown.measured_at) == (stored.value, stored.measured_at)
        assert shown.quality is Quality.STALE
        with pytest.raises(NothingSent, match="does not answer"):
            await here.acquisition.write(meter, "application_reset", 0.0)
    async with plant(devices, units=1, memory=memory) as here:
        here.acquisition.recall([stored])
        await here.met(devices)
        assert here.acquisition.profile_of(meter) == before, "the same answer, the same points"
        shown = here.table.latest(point)
        assert shown is not None
        assert shown.quality is Quality.GOOD
