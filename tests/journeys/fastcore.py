"""A core whose clock runs fast and which writes down all it has acknowledged, to be killed.

``python -m tests.journeys.fastcore FOLDER LOGIN PASSWORD_FILE START REAL SPEED FILE``: the
product's own core on a project, as ``heatdesk run`` composes it, with an operator at work.
A line goes to FILE only after the product has said "done": what stands there must be found
again, however the process ended. The kernel keeps what was written, so nothing is flushed.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from math import isnan
from pathlib import Path

import numpy as np

from app.compose.joining import Joined, join
from app.errors import PlantError
from app.history.samples import Bulk, Named
from app.model.alarm import AlarmRule
from app.model.control import WriteRequest, WriteState
from app.model.device import Presence
from app.model.reading import DeviceId, point_id
from app.series import QUALITY_CODES

RULE = "kill-loop"  # the operator turns its limit up and down
SETTING = "c1_room_comfort"


class FastClock:
    """The time of a plant in which an hour passes in a minute or less; never goes back."""

    def __init__(self, start: datetime, real_start_s: float, speed: float) -> None:
        self._start, self._real_start_s, self._speed = start, real_start_s, speed

    def __call__(self) -> datetime:
        gone_s = (time.time() - self._real_start_s) * self._speed
        return self._start + timedelta(seconds=gone_s)


class Ledger:
    """The file of what was acknowledged, one JSON object a line."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def note(self, kind: str, **fields: object) -> None:
        """Write down one acknowledgement, in one go."""
        line = json.dumps({"kind": kind, **fields}, separators=(",", ":"))
        os.write(self._file, f"{line}\n".encode())


def rows_of(brought: Bulk | Named) -> list[list[object]]:
    """Return the point, the moment it is filed at, the value and the quality of each sample."""
    told = brought.samples(np.arange(len(brought.points)))
    columns = (told.series, told.times_ms, told.values, told.quality)
    rows = zip(*(each.tolist() for each in columns), strict=True)
    return [
        [brought.points[nth], at_ms, None if isnan(value) else value, QUALITY_CODES[code].value]
        for nth, at_ms, value, code in rows
    ]


def watch_store(joined: Joined, ledger: Ledger) -> None:
    """Note every batch of samples the store says is durable."""
    assert joined.core is not None
    store = joined.core.recording.store
    bring = store.bring

    def noted(brought: Bulk | Named, stream: str) -> None:
        bring(brought, stream)
        ledger.note(stream, rows=rows_of(brought))

    store.bring = noted  # type: ignore[method-assign]


def work_for_ever(joined: Joined, ledger: Ledger, life: str) -> None:
    """Be an operator in a hurry: write settings, change a rule, acknowledge its alarm."""
    viewer, asked = joined.viewer, joined.asked
    views = joined.ask(asked.plant.devices(viewer))
    devices = [view.config.id for view in views]
    for turn in count():
        device = devices[turn % len(devices)]
        time.sleep(0.05)
        try:
            if joined.ask(asked.plant.device(viewer, device)).view.standing.presence is (
                Presence.ON
            ):
                write(joined, ledger, device, f"{life}-{turn}", 20.0 + turn % 2)
            change(joined, ledger, device, f"{life}-{turn}", turn)
        except PlantError as error:
            ledger.note("refused", why=str(error))


def write(joined: Joined, ledger: Ledger, device: DeviceId, note: str, value: float) -> None:
    """Write a setting and note that it was confirmed."""
    request = WriteRequest(device, SETTING, value, note, note=note)
    result = joined.ask(joined.asked.control.write(joined.viewer, request))
    if result.state is WriteState.CONFIRMED:
        ledger.note("write", entity=f"{device}.{SETTING}", new=value, note=note)


def change(joined: Joined, ledger: Ledger, device: DeviceId, note: str, turn: int) -> None:
    """Turn the rule's limit, acknowledge what stands, and note both."""
    project, alarms, viewer = joined.asked.project, joined.asked.alarms, joined.viewer
    limit = -40.0 if turn % 2 else 200.0
    rule = AlarmRule(RULE, "high", device, point_id(device, "s3"), note, 3, limit=limit)
    joined.ask(project.put_rule(viewer, rule, note))
    version = joined.ask(project.versions(viewer))[0]
    ledger.note("version", number=version.number)
    for alarm in joined.ask(alarms.acknowledge(viewer, [RULE], note)):
        ledger.note("seen", rule=RULE, note=note, state=alarm.state.value)


def main(arguments: Sequence[str]) -> None:
    """Run until killed."""
    folder, login, word, start, real_start_s, speed, file = arguments
    clock = FastClock(datetime.fromisoformat(start), float(real_start_s), float(speed))
    assert clock() < datetime.now(UTC)
    ledger = Ledger(Path(file))
    password = Path(word).read_text(encoding="utf-8").strip()
    with join(Path(folder), login, password, own=True, clock=clock) as joined:
        watch_store(joined, ledger)
        life = f"{os.getpid()}-{time.time():.0f}"
        working = threading.Thread(target=work_for_ever, args=(joined, ledger, life))
        working.daemon = True
        working.start()
        sys.stdout.write("running\n")
        sys.stdout.flush()
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1:])
