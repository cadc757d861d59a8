"""The demo's simulators: one process each, at the address it had, in a list for everybody."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from app.compose.demoplant import demo_devices
from app.compose.simulators import LIST_NAME, Simulators
from app.errors import PlantError

TWO = (demo_devices(2)[0], demo_devices(2)[2])  # a controller and a meter


@contextmanager
def started(folder: Path, ports: dict[str, int] | None = None) -> Iterator[Simulators]:
    simulators = Simulators(folder)
    try:
        simulators.start(TWO, ports or {})
        yield simulators
    finally:
        simulators.stop()


def ports_of(simulators: Simulators) -> dict[str, int]:
    return {link.id: int(str(link.options["port"])) for link in simulators.links()}


def test_each_listens_at_a_port_of_its_own_and_stands_in_the_list(tmp_path: Path) -> None:
    with started(tmp_path) as simulators:
        ports = ports_of(simulators)
        assert len(set(ports.values())) == 2
        for port in ports.values():
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        listed = json.loads((tmp_path / LIST_NAME).read_text(encoding="utf-8"))
        assert [entry["device"] for entry in listed] == [d.config.id for d in TWO]
        assert [entry["port"] for entry in listed] == list(ports.values())
        assert listed[0]["command"][:2] == ["simulate", "ecl310"]
        assert all(psutil.pid_exists(entry["pid"]) for entry in listed)
    assert not (tmp_path / LIST_NAME).exists()
    assert not any(psutil.pid_exists(entry["pid"]) for entry in listed)


def test_the_next_time_they_have_the_same_addresses(tmp_path: Path) -> None:
    with started(tmp_path) as simulators:
        before = ports_of(simulators)
    with started(tmp_path, before) as simulators:
        assert ports_of(simulators) == before


def test_one_whose_port_was_taken_moves(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        taken = squatter.getsockname()[1]
        with started(tmp_path, {TWO[0].link.id: taken}) as simulators:
            moved = ports_of(simulators)[TWO[0].link.id]
            assert moved != taken
            socket.create_connection(("127.0.0.1", moved), timeout=10).close()
    assert "in use" in (tmp_path / "logs" / "simulators.log").read_text(encoding="utf-8")


def test_one_that_cannot_start_leaves_none_of_the_others_behind(tmp_path: Path) -> None:
    broken = replace(TWO[1], simulator=("toaster",))
    simulators = Simulators(tmp_path)
    others = {child.pid for child in psutil.Process().children()}  # of other tests' fixtures
    with pytest.raises(PlantError, match="ended with 2"):
        simulators.start([TWO[0], broken], {})
    children = {child.pid for child in psutil.Process().children()} - others
    simulators.stop()
    assert children
    assert not any(psutil.pid_exists(pid) for pid in children)
    assert "there is no simulator 'toaster'" in (
        tmp_path / "logs" / "simulators.log"
    ).read_text(encoding="utf-8")


def test_stopping_what_never_started_is_nothing(tmp_path: Path) -> None:
    Simulators(tmp_path).stop()
    assert not list(tmp_path.iterdir())
