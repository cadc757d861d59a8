"""Another program holds files of a running project: told by name, tried again, nothing lost.

A virus scanner on Windows opens a file so that nobody else may write it; here another process
holds it by a lock, which is what SQLite is refused by in both cases.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.asked import Note
from app.errors import StoreBroken
from app.history.readings import to_ms
from app.history.store import EmbeddedHistory
from app.model.device import Presence
from app.model.reading import DeviceId, PointId
from tests.journeys.product import heatdesk, wait_for
from tests.journeys.quicksite import Operator, operator, quick_site
from tests.journeys.smallsite import Site

DEVICE = DeviceId("ahornvej-14")
POINT = PointId(f"{DEVICE}.s3")
TOLD_S = 60.0
# Of a file, or of the log's index the one byte by which whoever writes locks the others out.
HELD = """
import fcntl, sys
held = [open(each, "r+b") for each in sys.argv[1:]]
for each in held:
    place = (1, 120) if each.name.endswith("-shm") else (0, 0)
    fcntl.lockf(each, fcntl.LOCK_EX, *place)
print("held", flush=True)
sys.stdin.readline()
"""
pytestmark = [
    pytest.mark.campaign,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform == "win32", reason="held by the locks of Unix"),
]


@contextmanager
def held(*files: Path) -> Iterator[None]:
    """Let another process hold files until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HELD, *map(str, files)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield
        finally:
            process.stdin.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with quick_site(tmp_path, 1) as site:
        yield site


def troubles(engineer: Operator) -> str:
    return " ".join(engineer.joined.ask(engineer.asked.plant.troubles(engineer.viewer)))


def test_a_history_that_is_held_is_told_and_recorded_afterwards(site: Site) -> None:
    file = site.folder / "history" / "fast.sqlite"
    index = file.with_name("fast.sqlite-shm")
    with operator(site) as engineer:
        engineer.wait_for(DEVICE, Presence.ON)
        wait_for(index.exists, TOLD_S)
        begun = datetime.now(UTC)
        with held(index):
            said = "fast.sqlite is held by another program"
            wait_for(lambda: said in troubles(engineer), TOLD_S)
            assert engineer.standing(DEVICE).presence is Presence.ON, "polled all the same"
        let_go = datetime.now(UTC)
        wait_for(lambda: not troubles(engineer), TOLD_S)
    site.stop_core()
    store = EmbeddedHistory(site.folder / "history")
    kept = store.range(POINT, begun, let_go, "fast").times_ms
    store.close()
    gaps_ms = np.diff([to_ms(begun), *kept, to_ms(let_go)])
    assert gaps_ms.max() < 5000, "every second, all along"


def test_a_project_that_is_held_refuses_a_change_and_takes_it_afterwards(site: Site) -> None:
    [file] = site.folder.glob("config.sqlite")
    with operator(site) as engineer:
        keep = engineer.asked.project.keep_note
        engineer.wait_for(DEVICE, Presence.ON)
        with held(file):
            with pytest.raises(StoreBroken, match=file.name):
                engineer.joined.ask(keep(engineer.viewer, Note("", DEVICE, "while held")))
            assert engineer.latest(DEVICE, "s3") is not None
        made = engineer.joined.ask(keep(engineer.viewer, Note("", DEVICE, "afterwards")))
        assert made.version == 1
        notes = engineer.joined.ask(engineer.asked.project.notes(engineer.viewer, DEVICE))
        assert [each.text for each in notes] == ["afterwards"]
        assert engineer.joined.ask(engineer.asked.audit.verify(engineer.viewer)) == ""


def test_a_start_while_the_history_is_held_goes_on_and_records_when_it_is_let_go(
    site: Site,
) -> None:
    with operator(site) as engineer:
        engineer.wait_for(DEVICE, Presence.ON)
    site.stop_core()
    before = {each: each.read_bytes() for each in (site.folder / "history").glob("*.sqlite")}
    assert before
    with held(*before):
        site.start_core()
        with operator(site) as engineer:
            wait_for(lambda: "is held by another program" in troubles(engineer), TOLD_S)
        assert {each: each.read_bytes() for each in before} == before, "nothing is overwritten"
        assert not list((site.folder / "history").glob("*damaged*"))
    with operator(site) as engineer:
        wait_for(lambda: not troubles(engineer), TOLD_S)
        since = datetime.now(UTC)
        time.sleep(4)
    site.stop_core()
    store = EmbeddedHistory(site.folder / "history")
    assert len(store.range(POINT, since, since + timedelta(minutes=5), "fast")) > 1
    store.close()
    done = heatdesk(site.home, "check", site.folder)
    assert done.returncode == 0, done.stderr + done.stdout
