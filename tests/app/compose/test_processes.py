"""Processes of ours: heard by their first line, ended politely, then firmly, many at once."""

import os
import threading
import time
from pathlib import Path

import psutil
import pytest

from app.compose import processes
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess, stop_all
from app.errors import PlantError
from tests.journeys.product import wait_for
from tests.machine import posix_signals

READY = "print('ready', flush=True); "
WAITS = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "


def child(code: str, log: Path | None = None) -> ChildProcess:
    return ChildProcess(["-c", code], log=log)


def test_a_child_is_known_by_its_first_line() -> None:
    one = child(READY + "print('second', flush=True); " + WAITS)
    try:
        assert one.first_line() == "ready"
        assert one.first_line() == "second"
        assert one.running
        assert psutil.pid_exists(one.pid)
    finally:
        one.stop()
    assert not one.running


def test_a_child_that_ends_before_its_first_line_says_how() -> None:
    one = child("raise SystemExit(7)")
    try:
        with pytest.raises(PlantError, match=rf"process {one.pid} ended with 7"):
            one.first_line()
    finally:
        one.stop()


def test_a_child_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "START_S", 0.2)
    one = child(WAITS)
    try:
        with pytest.raises(PlantError, match=r"said nothing for 0\.2 s"):
            one.first_line()
    finally:
        one.stop()


def test_a_child_hears_what_it_is_told_and_speaks_utf_8() -> None:
    one = child("print(input()[::-1], flush=True); " + WAITS)
    try:
        one.say("Østerby °C")
        assert one.first_line() == "C° ybretsØ"
    finally:
        one.stop()


def test_what_a_child_complains_of_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "complaints.log"
    log.write_text("before\n", encoding="utf-8")
    one = child("import sys; sys.exit('no port is free')", log=log)
    wait_for(lambda: not one.running, 30)
    one.stop()
    assert log.read_text(encoding="utf-8") == "before\nno port is free\n"


def test_a_polite_child_cleans_up() -> None:
    heard = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(3)); "
    one = child(heard + READY + WAITS)
    one.first_line()
    one.stop()
    assert one._process.returncode == 3
    one.stop()  # again: nothing happens


@posix_signals
def test_a_deaf_child_is_ended_firmly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_S", 0.5)
    one = child(DEAF + READY + WAITS)
    one.first_line()
    began_s = time.monotonic()
    one.stop()
    assert time.monotonic() - began_s < 5
    assert one._process.returncode == -9


def test_a_child_that_ended_by_itself_can_be_stopped() -> None:
    one = child(READY)
    one.first_line()
    wait_for(lambda: not one.running, 30)
    one.stop()


def test_many_children_end_at_the_same_time() -> None:
    slow = "import signal, sys, time\n"
    slow += "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit(0)))\n"
    slow += "print('ready', flush=True)\ntime.sleep(600)\n"
    children = [child(slow) for _ in range(6)]
    for one in children:
        one.first_line()
    began_s = time.monotonic()
    stop_all(children)
    assert time.monotonic() - began_s < 5
    assert not any(one.running for one in children)


def test_a_child_finds_the_same_product_as_we_do(tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        one = child("import app, drivers; print(app.__file__, flush=True)")
    finally:
        os.chdir(before)
    assert Path(one.first_line()).parents[1] == Path(processes.__file__).parents[2]
    one.stop()


def test_nothing_of_a_child_is_left_behind() -> None:
    threads = {thread.name for thread in threading.enumerate()}
    one = child(READY + WAITS)
    one.first_line()
    one.stop()
    assert {thread.name for thread in threading.enumerate()} == threads
    assert not psutil.pid_exists(one.pid)


def test_a_child_on_a_leash_is_itself_in_all_but_its_end() -> None:
    one = ChildProcess(on_leash("drivers.simulators", ["ecl310", "--port", "0"]))
    try:
        assert one.first_line().startswith("ecl310 listening on 127.0.0.1:")
        one.say("set s1 -5")
        assert one.first_line() == "ok"
    finally:
        one.stop()
    assert one._process.returncode == 0


def test_a_child_on_a_leash_passes_on_how_it_ended() -> None:
    one = ChildProcess(on_leash("drivers.simulators", ["toaster"]))
    with pytest.raises(PlantError, match="ended with 2"):
        one.first_line()
    one.stop()


def test_when_the_parent_is_killed_the_child_on_the_leash_ends_too() -> None:
    parent = child(
        "from app.compose.leash import on_leash\n"
        "from app.compose.processes import ChildProcess\n"
        "one = ChildProcess(on_leash('drivers.simulators', ['ecl310', '--port', '0']))\n"
        "one.first_line()\n"
        "print(one.pid, flush=True)\n"
        "import time; time.sleep(600)\n"
    )
    grandchild = psutil.Process(int(parent.first_line()))
    assert grandchild.is_running()
    parent._process.kill()
    wait_for(lambda: not _lives(grandchild), 20)
    parent.stop()


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
