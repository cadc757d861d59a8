"""Killed, or out of room, in the middle of a deed: old or new, never a mix, and in the log.

``pytest -m campaign tests/app/compose/test_cut_off.py`` takes some minutes a deed: each kill
is a process of its own, killed at a random moment of what it does.
"""

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.asked import Note
from app.compose.joining import Joined
from app.errors import NotPermitted, PlantError
from app.model.person import Person
from app.project.check import Severity, check_project
from app.project.opening import Project, open_project
from app.users.auditarchive import Archiver
from app.users.privatefile import replace_file
from tests.app.personal.house import HIS, NOW, Clock, make_house, running
from tests.journeys.product import wait_for
from tests.journeys.smallsite import at_home
from tests.machine import no_room_beyond

KILLS, FULL = 30, 12
OLD, NEW = "green valves are turning", "blue pumps are humming now"
CHILD = """
import sys, time
from pathlib import Path
from tests.app.compose.test_cut_off import DEEDS
from tests.app.personal.house import NOW, Clock, running
folder, deed = Path(sys.argv[1]), sys.argv[2]
with running(folder, Clock(NOW)) as joined:
    print("begun", flush=True)
    DEEDS[deed](joined, folder)
    print("done", flush=True)
    time.sleep(60)
"""
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(1800)]


def change_password(joined: Joined, _folder: Path) -> None:
    joined.ask(joined.asked.people.set_password(joined.viewer, "ida", NEW))


def draw(joined: Joined, _folder: Path) -> None:
    versions = joined.asked.versions
    joined.ask(versions.put_diagram(joined.viewer, "house.json", '{"a": 2}', 1, "drawn"))


def archive(joined: Joined, folder: Path) -> None:
    audit, viewer = joined.asked.audit, joined.viewer
    part = joined.ask(audit.archive_part(viewer, NOW - timedelta(days=2)))
    place = folder.parent / "part.zip"
    try:
        replace_file(place, part.content)
    except OSError as error:
        raise PlantError(str(error)) from error
    joined.ask(audit.archived(viewer, part.digest, str(place)))


Deed = Callable[[Joined, Path], None]
DEEDS: dict[str, Deed] = {"password": change_password, "diagram": draw, "archive": archive}


def lets_in(project: Project, password: str) -> bool:
    """Whether it is Ida's password."""
    try:
        project.accounts.authenticate("ida", password)
    except NotPermitted:
        return False
    return True


def is_done(project: Project, deed: str) -> bool:
    """Whether the deed is done; fails for anything between old and new."""
    if deed == "password":
        old, new = lets_in(project, OLD), lets_in(project, NEW)
        assert old is not new, "exactly one of both lets her in"
        return new
    if deed == "diagram":
        text = (project.folder.diagrams / "house.json").read_text("utf-8")
        assert text in ('{"a": 1}', '{"a": 2}')
        return text == '{"a": 2}'
    archiver = Archiver(project.audit, Clock(NOW + timedelta(days=5)))
    assert archiver.fault() == ""
    numbers = [entry.seq for entry in project.audit.entries(100_000)]
    assert numbers == list(range(numbers[0], numbers[-1] - 1, -1)), "no entry is missing"
    outside = archiver.all()
    assert numbers[-1] == 1 or outside[-1].last >= numbers[-1] - 1, "or lies in a file"
    return bool(outside)


VERBS = {
    "password": "people.set_password",
    "diagram": "versions.put_diagram",
    "archive": "audit.archive",
}


def look(folder: Path, deed: str) -> bool:
    """Return whether it was done, once all that must hold after a kill was looked at."""
    with closing(open_project(folder, now=Clock(NOW + timedelta(minutes=5)))) as project:
        assert project.audit.verify() == ""
        done = is_done(project, deed)
        told = [each for each in project.audit.entries(50) if each.at >= NOW]
        assert not done or VERBS[deed] in {each.verb for each in told}, "never behind"
    left = [each for each in folder.rglob(".*") if each.name.endswith(".part")]
    assert left == [], "the next start sweeps away what was half written"
    wrong = check_project(folder, now=lambda: NOW + timedelta(days=300))
    said = [each.sentence for each in wrong if each.severity is Severity.ERROR]
    assert [each for each in said if "are free on the disk" not in each] == []
    return done


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A project with somebody, a drawing and a log that is a month old."""
    folder = tmp_path / "site"
    with at_home(tmp_path / "home"):
        make_house(folder)
        with running(folder, Clock(NOW - timedelta(days=30))) as joined:
            ask, asked, viewer = joined.ask, joined.asked, joined.viewer
            ask(asked.people.add_person(viewer, Person("ida", "Ida", "full"), OLD))
            ask(asked.versions.put_diagram(viewer, "house.json", '{"a": 1}', 0))
            for number in range(60):
                note = Note("", HIS, f"note {number} " + "x" * 300)
                ask(asked.project.keep_note(viewer, note))
        shutil.copytree(folder, tmp_path / "older")
        yield tmp_path


def as_it_was(home: Path) -> Path:
    """Put the project back as it was before the deed; return where it lies."""
    folder = home / "site"
    shutil.rmtree(folder)
    shutil.copytree(home / "older", folder)
    (home / "part.zip").unlink(missing_ok=True)
    return folder


@pytest.mark.parametrize("deed", DEEDS)
def test_killed_at_any_moment_it_is_old_or_new_and_the_log_never_behind(
    home: Path, deed: str
) -> None:
    luck, found, lasts_s = random.Random(5), Counter[bool](), 0.0
    for turn in range(KILLS + 1):
        folder = as_it_was(home)
        command = [sys.executable, "-c", CHILD, str(folder), deed]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "begun\n"
            begun_s = time.monotonic()
            if turn:
                time.sleep(luck.uniform(0, 1.2 * lasts_s))
            else:
                assert child.stdout.readline() == "done\n"
                lasts_s = time.monotonic() - begun_s
            child.kill()
            wait_for(lambda: child.poll() is not None, 30)
        found[look(folder, deed)] += 1
    print(f"\n{deed}: done {found[True]}, not done {found[False]} of {KILLS + 1}")  # noqa: T201
    assert min(found[True], found[False]) > 0, "some kills came before it, some after"


@pytest.mark.parametrize("deed", DEEDS)
def test_without_room_it_is_told_and_done_as_soon_as_there_is_some(
    home: Path, deed: str
) -> None:
    luck = random.Random(7)
    for turn in range(FULL):
        folder = as_it_was(home)
        limit = (0, 4096, luck.randint(0, 40_000), luck.randint(0, 300_000))[turn % 4]
        with running(folder, Clock(NOW)) as joined:
            said = ""
            with no_room_beyond(limit):
                try:
                    DEEDS[deed](joined, folder)
                except PlantError as error:
                    said = str(error)
            if said:
                wait_for(lambda: _again(joined, folder, deed), 60)  # noqa: B023 - at once
            assert joined.ask(joined.asked.audit.verify(joined.viewer)) == ""
        assert look(folder, deed), f"limit {limit}: {said}"


def _again(joined: Joined, folder: Path, deed: str) -> bool:
    """Try once more; the log may find out a moment later that it has room again."""
    try:
        DEEDS[deed](joined, folder)
    except PlantError:
        return False
    return True
