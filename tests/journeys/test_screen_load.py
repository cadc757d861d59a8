"""Hundreds of devices, many of them dead: the window stays alive and small."""

import inspect
import json
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

import drivers.modbus_tcp
from app.compose.joining import join
from app.model.device import DeviceConfig, LinkConfig
from app.model.profile import Profile
from app.ports import Clock, Device, DriverType, Identity, Link, PollOutcome
from benchmarks.loaddevices import LOGIN, WORD, LoadDevices, load_project
from benchmarks.screenrun import Pulse
from tests.journeys.product import ROOT, environment
from tests.journeys.screen import Screen
from tests.journeys.smallsite import at_home
from tests.journeys.thousand import online

ALIVE, SILENT, CYCLE_S = 150, 50, 4.0
STALL_MS, CLOSING_S = 1000.0, 10.0  # generous; `heatdesk bench screen` holds the real bars
MEMORY_MB = 600.0
CRASHING = "d7"


class Witness:
    """Who called what of the drivers on which thread; and one driver's bug on demand."""

    def __init__(self) -> None:
        self.threads: dict[str, set[str]] = {}
        self.opened: list[str] = []
        self.crash_next = ""

    def saw(self, what: str) -> None:
        """Write down a call of the present thread."""
        self.threads.setdefault(what, set()).add(threading.current_thread().name)

    def driver(self, inner: DriverType) -> DriverType:
        """Return the same driver, watched."""

        def link(config: LinkConfig, clock: Clock) -> Link:
            watched = WatchedLink(inner.link(config, clock), config.id, self)
            return cast("Link", watched)

        def device(
            link: Link, config: DeviceConfig, profile: Profile, clock: Clock
        ) -> WatchedDevice:
            return WatchedDevice(inner.device(link, config, profile, clock), config.id, self)

        return replace(inner, link=link, device=device)


class WatchedLink:
    """A link; every call of any of its methods is written down."""

    def __init__(self, inner: Link, name: str, witness: Witness) -> None:
        self._inner, self._name, self._witness = inner, name, witness

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found
        if not inspect.iscoroutinefunction(found):
            return self._seen(name, found)

        async def call(*arguments: Any, **more: Any) -> Any:
            self._note(name)
            return await found(*arguments, **more)

        return call

    def _seen(self, name: str, found: Any) -> Any:
        def call(*arguments: Any, **more: Any) -> Any:
            self._note(name)
            return found(*arguments, **more)

        return call

    def _note(self, name: str) -> None:
        self._witness.saw(f"link {name}")
        if name == "open":
            self._witness.opened.append(self._name)


class WatchedDevice:
    """A device; every call is written down, and it can be made to crash."""

    def __init__(self, inner: Device, name: str, witness: Witness) -> None:
        self._inner: Any = inner
        self._name, self._witness = name, witness

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        self._witness.saw("identify")
        return cast("Identity", await self._inner.identify(candidates))

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        self._witness.saw("poll")
        if self._witness.crash_next == self._name:
            self._witness.crash_next = ""
            raise RuntimeError("a bug in the driver")
        return cast("PollOutcome", await self._inner.poll(keys))

    async def write(self, key: str, value: float) -> None:
        self._witness.saw("write")
        await self._inner.write(key, value)


@contextmanager
def watched_drivers() -> Iterator[Witness]:
    """Let every core started meanwhile take the watched driver."""
    witness = Witness()
    with pytest.MonkeyPatch.context() as patch:
        watched = witness.driver(drivers.modbus_tcp.DRIVER)
        patch.setattr(drivers.modbus_tcp, "DRIVER", watched)
        yield witness


def state_of(screen: Screen, device: str) -> str:
    row = screen.row("Devices", lambda each: each["Device"] == device)
    return row["State"] if row else ""


@pytest.mark.campaign
@pytest.mark.feature("DC-02")
@pytest.mark.timeout(240)
def test_the_window_lives_while_fifty_of_two_hundred_are_dead_and_a_driver_crashes(
    tmp_path: Path,
) -> None:
    with (
        at_home(tmp_path),
        watched_drivers() as witness,
        LoadDevices(ALIVE) as alive,
        LoadDevices(SILENT, "--fault", "silent") as silent,
    ):
        load_project(tmp_path / "load", alive.ports + silent.ports, CYCLE_S)
        with join(tmp_path / "load", LOGIN, WORD) as joined:
            screen = Screen(joined)
            pulse = Pulse()
            screen.until(lambda: online(screen) == ALIVE, 60, "the living devices")
            screen.until(
                lambda: state_of(screen, f"Device {ALIVE}") == "Offline", 60, "the dead ones"
            )
            pulse.forget()
            opened = list(witness.opened)
            witness.crash_next = CRASHING
            screen.until(
                lambda: screen.says("Heatdesk met a fault of its own and goes on."),
                what="the crash to be told",
            )
            screen.until(lambda: witness.opened.count("l7") == 2, what="its line alone anew")
            screen.live(2 * CYCLE_S)
            assert state_of(screen, "Device 7") == "Online"
            living = {f"l{number}" for number in range(ALIVE)}
            again = [name for name in witness.opened[len(opened) :] if name in living]
            assert again == ["l7"]
            assert online(screen) == ALIVE
            worst_ms = max(pulse.late_ms)
            closing_s = time.monotonic()
            screen.close()
        closing_s = time.monotonic() - closing_s
    assert set(witness.threads) >= {"link open", "link close", "identify", "poll"}
    assert {name for names in witness.threads.values() for name in names} == {"core"}
    reports = list((tmp_path / "load" / "logs").glob("crash-*.txt"))
    assert len(reports) == 1
    assert "a bug in the driver" in reports[0].read_text(encoding="utf-8")
    sys.stdout.write(f"worst stall {worst_ms:.0f} ms, closing {closing_s:.1f} s\n")
    assert worst_ms < STALL_MS
    assert closing_s < CLOSING_S


@pytest.mark.campaign
@pytest.mark.feature("LM-10")
@pytest.mark.timeout(240)
def test_the_window_over_a_thousand_devices_stays_below_its_memory(tmp_path: Path) -> None:
    count = 1000
    with at_home(tmp_path), LoadDevices(count) as devices:
        load_project(tmp_path / "load", devices.ports)
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.journeys.thousand",
                str(tmp_path / "load"),
                str(count),
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(tmp_path),
            cwd=ROOT,
            timeout=180,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])
    sys.stdout.write(f"{figures}\n")
    assert figures["online"] == count
    assert figures["rss_mb"] < MEMORY_MB
