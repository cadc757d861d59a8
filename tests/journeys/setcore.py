"""A core whose clock is set by a file, as somebody sets a computer's: to any year at once.

``python -m tests.journeys.setcore FOLDER LOGIN PASSWORD_FILE CLOCK_FILE``: the product's own
core on a project, as ``heatdesk run`` composes it. The clock file says which moment it was set
to, when that was by this computer's own clock, and how many times faster it runs since.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.compose.joining import join


def set_clock(file: Path, moment: datetime, speed: float = 1.0) -> None:
    """Let it be ``moment`` from now on."""
    part = file.with_suffix(".part")
    said = {"moment": moment.isoformat(), "since_s": time.time(), "speed": speed}
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(file)


class SetClock:
    """The clock that the file sets; any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read = 0, datetime.now(UTC), 0.0, 1.0  # when it was written, and what it says

    def __call__(self) -> datetime:
        written = self._file.stat().st_mtime_ns
        known, moment, since_s, speed = self._read
        if written != known:
            said = json.loads(self._file.read_text(encoding="utf-8"))
            moment = datetime.fromisoformat(said["moment"])
            since_s, speed = said["since_s"], said["speed"]
            self._read = written, moment, since_s, speed
        return moment + timedelta(seconds=(time.time() - since_s) * speed)


def main(arguments: Sequence[str]) -> None:
    """Run until ended."""
    folder, login, word, clock = arguments
    password = Path(word).read_text(encoding="utf-8").strip()
    with join(Path(folder), login, password, own=True, clock=SetClock(Path(clock))):
        sys.stdout.write("running\n")
        sys.stdout.flush()
        sys.stdin.readline()  # until who began it lets go


if __name__ == "__main__":
    main(sys.argv[1:])
