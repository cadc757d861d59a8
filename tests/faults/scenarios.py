"""Every way in which the product changes a disk, as steps whose outcome can be judged.

`work` runs with faults and says after each step that it went well; `fault_of` looks at what
is left on a sound disk and returns a sentence for whatever should not be.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

from app.backup.book import BackupBook
from app.backup.making import ENDING, make_backup
from app.backup.opening import faults_of_backup, restore
from app.database import health_of
from app.errors import PlantError
from app.history.inspecting import faults_of_file, history_files
from app.history.quarantine import GuardedHistory, salvage_all
from app.history.store import EmbeddedHistory
from app.model.backup import Backup
from app.project.check import Severity, check_project
from app.project.opening import open_project
from app.users.auditguard import GuardedAudit
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    always,
    plant_points,
    reading,
    record_quarters,
)
from tests.app.project.sites import device, keys, link, make_anew, rule

POINTS = plant_points(12)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TRIES = 3
Said = Callable[[str], None]


class Scenario(Protocol):
    """One way of changing a disk."""

    def prepare(self, home: Path) -> None:
        """Make what is there before."""
        ...

    def work(self, home: Path, said: Said) -> None:
        """Change it, step by step; ``said`` is told of each that went well."""
        ...

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        """Return what should not be as it is; "" for nothing."""
        ...


def tried(said: Said, name: str, step: Callable[[], object]) -> None:
    """Do a step as the recorder does: what fails is tried again, and may fail for good."""
    for _turn in range(TRIES):
        try:
            step()
        except PlantError:
            continue
        said(name)
        return


class History:
    """Ticks of both streams, put together, thrown away, and read afterwards."""

    def prepare(self, home: Path) -> None:
        with closing(EmbeddedHistory(home / "history")) as store:
            record_quarters(store, POINTS, MIDNIGHT, 6)
            store.compact(MIDNIGHT + timedelta(days=1), always)

    def work(self, home: Path, said: Said) -> None:
        with closing(GuardedHistory(home / "history")) as store:
            for nth in range(6, 10):
                tried(said, f"tick {nth}", partial(self._tick, store, nth))
                tried(said, f"fast {nth}", partial(self._fast, store, nth))
            tried(said, "compact", lambda: store.compact(FAR_OFF, always))
            tried(said, "tick 10", lambda: self._tick(store, 10))
            tried(said, "drop", lambda: store.drop_fast_before(MIDNIGHT))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        with closing(GuardedHistory(home / "history")) as store:
            self._tick(store, 11)  # it goes on by itself
            list(salvage_all(home / "history", store))
            return self._seen(store, well) or _rotten(home / "history")

    def _seen(self, store: EmbeddedHistory, well: set[str]) -> str:
        found = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
        ticks = {tuple(each.times_ms.tolist()) for each in found}
        if len(ticks) != 1:
            return "a tick is there for some points and not for others"
        held = {int((ms / 1000 - MIDNIGHT.timestamp()) // 900) for ms in next(iter(ticks))}
        wanted = {*range(6), 11, *(int(each[5:]) for each in well if each.startswith("tick"))}
        if not wanted <= held <= set(range(12)):
            return f"ticks {sorted(held)}, acknowledged {sorted(wanted)}"
        for number, series in enumerate(found):
            if any(value // 1 != number for value in series.values.tolist()):
                return f"point {number} has another's values"
        fast = {len(each) for each in store.ranges(POINTS, LONG_AGO, FAR_OFF, "fast")}
        least = len([each for each in well if each.startswith("fast")])
        return "" if len(fast) == 1 and least <= max(fast) <= 4 else f"fast ticks {fast}"

    def _tick(self, store: EmbeddedHistory, nth: int) -> None:
        at = MIDNIGHT + nth * QUARTER
        readings = [reading(point, at, n + nth / 100) for n, point in enumerate(POINTS)]
        store.append(readings, "quarter", at)

    def _fast(self, store: EmbeddedHistory, nth: int) -> None:
        at = MIDNIGHT + nth * QUARTER
        store.append([reading(point, at, n) for n, point in enumerate(POINTS)], "fast")


class Quarantine(History):
    """The same over a year's file in which damage is met."""

    def prepare(self, home: Path) -> None:
        super().prepare(home)
        file = home / "history" / "2026.sqlite"
        whole = file.read_bytes()
        file.write_bytes(bytes(100) + whole[100:])


class Project:
    """Configuration, activity log, alarm journal, secrets, documents and files."""

    def prepare(self, home: Path) -> None:
        make_anew(home / "plant", home)

    def work(self, home: Path, said: Said) -> None:
        try:
            project = open_project(home / "plant", keys=keys(home))
        except PlantError:
            return
        with closing(project):
            change = project.configuration.change
            tried(said, "link", lambda: change("Ole", "", lambda p: p.with_link(link())))
            tried(said, "device", lambda: change("Ole", "", lambda p: p.with_device(device())))
            tried(said, "rule", lambda: change("Ole", "", lambda p: p.with_rule(rule())))
            for nth in range(3):
                tried(said, f"audit {nth}", partial(self._audit, project.audit, nth))
            tried(said, "secret", lambda: project.secrets.put("door", "4711"))
            book = BackupBook(project.folder.backups)
            one = Backup("/x", NOW, 1, 1, sealed=False, carried=False, verified=True)
            tried(said, "book", lambda: book.add(one))
            tried(said, "erasures", lambda: project.erasures.keep([], bytes(32)))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        with closing(open_project(home / "plant", keys=keys(home))) as project:
            config = project.configuration.current().config
            there = {
                "link": bool(config.links),
                "device": bool(config.devices),
                "rule": bool(config.rules),
                "secret": "door" in project.secrets.names(),
            }
            logged = {each.result for each in project.audit.entries(50)}
            there |= {f"audit {nth}": f"number {nth}" in logged for nth in range(3)}
            lost = [name for name, is_there in there.items() if name in well and not is_there]
            if lost:
                return f"acknowledged and not there: {lost}"
        bad = [
            f"{each.place}: {each.sentence}"
            for each in check_project(home / "plant", keys=keys(home), profiles=None)
            if each.severity is Severity.ERROR and "profile" not in each.sentence
        ]
        return "; ".join(bad)

    def _audit(self, audit: GuardedAudit, nth: int) -> None:
        audit.append(
            login="ole", name="Ole", workstation="here", verb="test.write",
            entity="plant", result=f"number {nth}",
        )  # fmt: skip


class Backups:
    """A backup is made and restored."""

    def prepare(self, home: Path) -> None:
        make_anew(home / "plant", home)
        with closing(EmbeddedHistory(home / "plant" / "history")) as store:
            record_quarters(store, POINTS, MIDNIGHT, 6)
        with closing(open_project(home / "plant", keys=keys(home))) as project:
            make_backup(project, home / f"before{ENDING}", "", NOW)

    def work(self, home: Path, said: Said) -> None:
        try:
            project = open_project(home / "plant", keys=keys(home))
        except PlantError:
            return
        with closing(project):
            tried(said, "made", lambda: make_backup(project, home / f"x{ENDING}", "", NOW))
        before = home / f"before{ENDING}"
        tried(said, "restored", lambda: restore(before, home / "again", keys=keys(home)))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        made, again = home / f"x{ENDING}", home / "again"
        if ("made" in well and not made.exists()) or (
            "restored" in well and not again.exists()
        ):
            return f"acknowledged and not there: {sorted(well)}"
        if made.exists() and (faults := list(faults_of_backup(made))):
            return f"half a backup stands: {faults}"
        if again.exists():
            whole = home / "restored in peace"
            restore(home / f"before{ENDING}", whole, keys=keys(home))
            if _files(again) != _files(whole):
                return "half a project stands"
        if not killed and "made" in well and list(home.glob(".pack-*")):
            return "halves are left behind"
        with closing(open_project(home / "plant", keys=keys(home))) as project:
            shutil.rmtree(home / "other", ignore_errors=True)
            make_backup(project, home / "other" / f"y{ENDING}", "", NOW)
        return ""


SCENARIOS: dict[str, Scenario] = {
    "history": History(),
    "quarantine": Quarantine(),
    "project": Project(),
    "backups": Backups(),
}


def _files(root: Path) -> dict[str, bytes]:
    return {
        each.relative_to(root).as_posix(): each.read_bytes()
        for each in sorted(root.rglob("*"))
        if each.is_file()
    }


def _rotten(history: Path) -> str:
    for file in history_files(history):
        if said := health_of(file):
            return f"{file.name}: {said}"
        if faults := list(faults_of_file(file)):
            return faults[0]
    return ""
