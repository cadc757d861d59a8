"""A small plant and its project folder, as the tests of this package know it."""

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId, PointId
from app.project.config import PlantConfig
from app.project.opening import Administrator, Project, create_project, open_project
from app.users.keyplaces import Keys
from tests.plant import NOON

ROOT = Path(__file__).parents[3]
ZONE = "Europe/Copenhagen"
PASSWORD = "correct horse battery"
OLE = Administrator("ole", "Ole Holm", PASSWORD)


class Ticking:
    """A clock that goes on by a second at every look."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def link(name: str = "gateway", /, **options: Option) -> LinkConfig:
    """A Modbus gateway at a fixed address."""
    given = {"host": "10.0.0.5", "port": 502, **options}
    return LinkConfig(LinkId(name), "modbus-tcp", name.capitalize(), given)


def device(name: str = "ahornvej-14", /, unit: int = 1, **changes: object) -> DeviceConfig:
    """A controller behind the gateway."""
    fields: dict[str, object] = {
        "id": DeviceId(name),
        "name": name.replace("-", " ").capitalize(),
        "area": "Nord",
        "link": LinkId("gateway"),
        "unit": unit,
        "profile": "danfoss.ecl310",
    }
    return DeviceConfig(**(fields | changes))  # type: ignore[arg-type]


def rule(name: str = "ahornvej-14.supply.high", /, **changes: object) -> AlarmRule:
    """Supply too hot at Ahornvej 14."""
    fields: dict[str, object] = {
        "id": name,
        "kind": "high",
        "device": DeviceId("ahornvej-14"),
        "point": PointId("ahornvej-14.supply"),
        "name": "Supply too hot",
        "priority": 2,
        "limit": 95.0,
        "deadband": 2.0,
        "on_delay_s": 30.0,
    }
    return AlarmRule(**(fields | changes))  # type: ignore[arg-type]


def plant() -> PlantConfig:
    """One gateway, one controller, one alarm rule."""
    empty = PlantConfig("Nordby", ZONE, "Nordby Varme")
    return empty.with_link(link()).with_device(device()).with_rule(rule())


def keys(tmp_path: Path) -> Keys:
    """Keys of a machine without a keyring."""
    return Keys(tmp_path / "private")


def create(tmp_path: Path, name: str = "nordby") -> Path:
    """Make a project and return its folder.

    The first one of a place is a copy of one made once: a password's hash costs a tenth of
    a second on purpose, and hundreds of tests ask for the same project.
    """
    root, kept = tmp_path / name, keys(tmp_path).private
    if kept.exists():
        make_anew(root, tmp_path)
    else:
        made = _made_once()
        shutil.copytree(made / "project", root)
        shutil.copytree(keys(made).private, kept)
    return root


@cache
def _made_once() -> Path:
    place = Path(tempfile.mkdtemp(prefix="heatdesk-plant-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    make_anew(place / "project", place)
    return place


def make_anew(root: Path, place: Path) -> None:
    """Make a project in a folder; its keys go to a place."""
    create_project(
        root, title="Nordby", zone=ZONE, administrator=OLE, keys=keys(place), now=Ticking()
    )


def opened(tmp_path: Path, root: Path) -> Project:
    """Open the project of `create`."""
    return open_project(root, keys=keys(tmp_path), now=Ticking())


class Process:
    """A Python process of its own that runs a script of these tests."""

    def __init__(self, script: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", script, *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def line(self) -> str:
        """Wait for the next line it writes; "" when it ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def tell(self, text: str = "") -> None:
        """Send it a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """End it as a power cut would (kill -9), without reaping it yet."""
        self._process.kill()

    def rest(self) -> list[str]:
        """Wait for its end and return the lines it still wrote."""
        assert self._process.stdout is not None
        with self._process:
            return self._process.stdout.read().splitlines()


def wait_until(holds: Callable[[], object], timeout_s: float = 10.0) -> None:
    """Look again and again until something holds."""
    until = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < until, "it did not come to hold in time"
        time.sleep(0.01)


def rewrite_lock(root: Path, **changes: object) -> None:
    """Change what the lock file says."""
    file = root / "lock"
    fields = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(fields | changes), "utf-8")
