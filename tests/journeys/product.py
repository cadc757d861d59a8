"""The product as a user starts it: real processes, real files, nothing patched."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.compose.joining import Joined, join
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from tests.journeys.warmstart import POSSIBLE, warm

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"
PROGRAM = (sys.executable, "-m", "app")
READY_S = 60.0


def environment(home: Path) -> dict[str, str]:
    """A user's environment with an empty home and no display."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("HEATDESK_", "LC_", "LANG"))
    }
    return kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "LOCALAPPDATA": str(home / "data"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


def heatdesk(
    home: Path, *arguments: object, timeout_s: float = 120
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    if POSSIBLE:
        return warm().run([*map(str, arguments)], environment(home), home, timeout_s)
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(home),
        cwd=home,
        timeout=timeout_s,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def json_of(done: "subprocess.CompletedProcess[str]") -> Any:
    """The one JSON line of a command that went well."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def json_lines(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    """All JSON lines of a command that went well."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def wait_for(holds: Callable[[], object], within_s: float, step_s: float = 0.1) -> float:
    """Wait until something holds and return how long that took, in s."""
    started = time.monotonic()
    while not holds():
        waited_s = time.monotonic() - started
        assert waited_s < within_s, f"still not so after {waited_s:.0f} s"
        time.sleep(step_s)
    return time.monotonic() - started


class Demo:
    """A headless demo that runs beside the test."""

    def __init__(self, home: Path, folder: Path, process: "subprocess.Popen[str]") -> None:
        self.home = home
        self.folder = folder
        self.process = process

    def simulators(self) -> dict[str, dict[str, Any]]:
        """Who runs where, by device."""
        listed = json.loads((self.folder / "simulators.json").read_text(encoding="utf-8"))
        return {entry["device"]: entry for entry in listed}

    def restart_simulator(self, device: str) -> ChildProcess:
        """Start a killed simulator again at its old address."""
        kind, *options = map(str, self.simulators()[device]["command"][1:])
        child = ChildProcess(on_leash("drivers.simulators", [kind, *options]))
        child.first_line()
        return child

    @contextmanager
    def joined(self) -> Iterator[Joined]:
        """Join the running core as its administrator."""
        password = (self.folder / "administrator.password").read_text(encoding="utf-8").strip()
        with join(self.folder, "administrator", password) as joined:
            yield joined


@contextmanager
def running_demo(home: Path, *arguments: str) -> Iterator[Demo]:
    """Run ``heatdesk demo --small --headless`` until the block ends."""
    folder = home / "demo"
    demo = ["demo", "--small", "--headless", "--no-meters", "--dir", str(folder), *arguments]
    with (home / "demo.out").open("w") as out, (home / "demo.err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, *on_leash("app", demo)],
            stdout=out,
            stderr=err,
            text=True,
            env=environment(home),
            cwd=home,
            stdin=subprocess.DEVNULL,
        )
    try:
        running = Demo(home, folder, process)
        wait_for(
            lambda: (
                "demo project" in (home / "demo.out").read_text(encoding="utf-8")
                or process.poll() is not None
            ),
            READY_S,
        )
        assert process.poll() is None, (home / "demo.err").read_text(encoding="utf-8")
        yield running
    finally:
        process.terminate()
        process.wait(30)
