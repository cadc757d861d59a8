"""What is kept beside the samples, and what goes through them: thinned out, in, out, told.

Scenarios as those of `tests.faults.scenarios`: each changes a disk by steps whose outcome is
judged on a sound disk afterwards.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np

from app.database import health_of
from app.errors import PlantError
from app.history.attendancefile import AttendanceFile, Met
from app.history.exchange.dayfiles import Outgoing, read_list, write_days
from app.history.exchange.service import ExchangeService
from app.history.inspecting import faults_of_file, history_files
from app.history.quarantine import GuardedHistory, salvage_all
from app.history.readings import to_ms
from app.history.retention.job import Retention
from app.history.store import EmbeddedHistory
from app.model.alarm import Alarm, AlarmState
from app.model.device import Presence
from app.model.exportplan import ExportPlan
from app.model.reading import PointId
from app.model.retention import DataKind, KeepRule, KeepRules
from app.project.opening import open_project
from app.sampleverbs import Part, PointFacts
from app.series import Series
from tests.app.history.aging import Known
from tests.app.history.plant import FAR_OFF, LONG_AGO, MIDNIGHT, QUARTER, always, reading
from tests.app.project.sites import keys, make_anew, rule
from tests.fakes.audit import FakeAudit
from tests.plant import LUND, SUPPLY, device, profile

TRIES = 3
POINTS = tuple(PointId(f"house.p{nth}") for nth in range(6))
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SHORT = KeepRules({kind: KeepRule(2, 0) for kind in DataKind})
ZONE = ZoneInfo("Europe/Copenhagen")
Said = Callable[[str], None]
Held = list[tuple[tuple[int, ...], tuple[float, ...]]]


class Scenario(Protocol):
    """One way of changing a disk; see `tests.faults.scenarios`."""

    def prepare(self, home: Path) -> None: ...

    def work(self, home: Path, said: Said) -> None: ...

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str: ...


def tried(said: Said, name: str, step: Callable[[], object]) -> None:
    """Do a step; what fails is tried again, and may fail for good."""
    for _turn in range(TRIES):
        try:
            step()
        except (PlantError, OSError):  # as those who ask for the step take it
            continue
        said(name)
        return


def rotten(history: Path) -> str:
    """Return the first fault of the files of a history."""
    for file in history_files(history):
        if said := health_of(file):
            return f"{file.name}: {said}"
        if faults := list(faults_of_file(file)):
            return faults[0]
    return ""


def held(store: EmbeddedHistory) -> Held:
    """Return what is kept of each point."""
    found = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
    return [(tuple(each.times_ms.tolist()), tuple(each.values.tolist())) for each in found]


class Thinning:
    """Months that are older than the rules keep them are thinned out."""

    def prepare(self, home: Path) -> None:
        with closing(EmbeddedHistory(home / "history")) as store:
            for nth in range(31 * 4):
                at = BEGIN + nth * timedelta(hours=6)
                some = [reading(point, at, n + nth % 7) for n, point in enumerate(POINTS)]
                store.append(some, "quarter", at)
            store.compact(LATER, always)

    def work(self, home: Path, said: Said) -> None:
        with closing(GuardedHistory(home / "history")) as store:
            tried(said, "thinned", lambda: self._thin(store))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        before, after = self._states(home.parent / "asked")
        with closing(GuardedHistory(home / "history")) as store:
            list(salvage_all(home / "history", store))
            for point, found in zip(POINTS, held(store), strict=True):
                if found not in (before[point], after[point]):
                    return f"{point}: {len(found[0])} samples, neither all nor those left"
                if "thinned" in well and found != after[point]:
                    return f"{point}: acknowledged, and not thinned out"
            self._thin(store)
            if dict(zip(POINTS, held(store), strict=True)) != after:
                return "what is left is not what is left without a fault"
        return rotten(home / "history")

    def _thin(self, store: EmbeddedHistory) -> None:
        Retention(store, Known(specs={})).run(SHORT, LATER, always)

    def _states(self, place: Path) -> tuple[dict[PointId, object], dict[PointId, object]]:
        """Return what is kept before and after, where nothing fails."""
        self.prepare(place)
        with closing(EmbeddedHistory(place / "history")) as store:
            before = dict(zip(POINTS, held(store), strict=True))
            self._thin(store)
            after = dict(zip(POINTS, held(store), strict=True))
        for file in (place / "history").iterdir():
            file.unlink()
        assert before != after
        return dict(before), dict(after)


class Importing:
    """Samples of a file are taken in: all of them or none."""

    def prepare(self, home: Path) -> None:
        with closing(EmbeddedHistory(home / "history")) as store:
            store.append([reading(SUPPLY, MIDNIGHT, 1.0)], "quarter", MIDNIGHT)

    def work(self, home: Path, said: Said) -> None:
        with closing(GuardedHistory(home / "history")) as store, exchange(store, home) as into:
            tried(said, "kept", lambda: asyncio.run(self._bring(into)))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        with closing(GuardedHistory(home / "history")) as store:
            with exchange(store, home) as into:  # a new program sweeps away what was begun
                list(salvage_all(home / "history", store))
                count = len(store.range(SUPPLY, LONG_AGO, FAR_OFF, "quarter"))
                if count not in ((301,) if "kept" in well else (1, 301)):
                    return f"{count} samples of 301 are kept, acknowledged: {sorted(well)}"
                asyncio.run(self._bring(into))
            count = len(store.range(SUPPLY, LONG_AGO, FAR_OFF, "quarter"))
            if count != 301:
                return f"brought again there are {count}"
        return rotten(home / "history")

    async def _bring(self, into: ExchangeService) -> None:
        name = await into.add_import(LUND, "some.csv")
        for first in (0, 100, 200):
            await into.add_part(LUND, name, part(first))
        await into.keep_import(LUND, name, "ab" * 32, keep=True)


def part(first: int) -> Part:
    """Return a hundred quarter hours after the one that is there."""
    times = to_ms(MIDNIGHT + QUARTER) + np.arange(first, first + 100, dtype=np.int64) * 900_000
    return Part([Series(SUPPLY, times, times / 1e9, np.zeros(100, np.uint8))])


@contextmanager
def exchange(store: EmbeddedHistory, home: Path) -> Iterator[ExchangeService]:
    """Return what takes files in, as a core has it."""
    devices = {device().id: device()}
    service = ExchangeService(
        store, home / "history", lambda: devices, lambda _device: profile(), FakeAudit(),
        lambda: LATER, lambda: 10**12,
    )  # fmt: skip
    try:
        yield service
    finally:
        service.close()


class DayFiles:
    """The scheduled export writes a file a day and a list of them."""

    def prepare(self, home: Path) -> None:
        (home / "out").mkdir()
        with closing(EmbeddedHistory(home / "history")) as store:
            for nth in range(3 * 24):
                at = LATER - timedelta(hours=nth)
                store.append([reading(POINTS[0], at, nth)], "quarter", at)
            self._write(store, home, LATER - timedelta(days=1))

    def work(self, home: Path, said: Said) -> None:
        with closing(EmbeddedHistory(home / "history")) as store:
            tried(said, "written", lambda: self._write(store, home, LATER))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        told = read_list(home / "out", "p1")
        days = [each.day for each in told.files]
        if len(days) < 2 or ("written" in well and len(days) < 3):
            return f"the list holds {days}, acknowledged: {sorted(well)}"
        for each in told.files:
            content = (home / "out" / each.file).read_bytes()
            is_whole = content.endswith(b"\n") and content.count(b"\n") > 1
            if hashlib.sha256(content).hexdigest() != each.sha256 and not is_whole:
                return f"{each.file} is half a file"
        with closing(EmbeddedHistory(home / "history")) as store:
            self._write(store, home, LATER)
        told = read_list(home / "out", "p1")
        wrong = [
            each.file
            for each in told.files
            if hashlib.sha256((home / "out" / each.file).read_bytes()).hexdigest()
            != each.sha256
        ]
        halves = [each.name for each in (home / "out").glob(".*")]
        return f"after another run: {wrong} {halves}" if wrong or halves else ""

    def _write(self, store: EmbeddedHistory, home: Path, now: datetime) -> None:
        plan = ExportPlan(str(home / "out"), window_days=2)
        facts = [PointFacts(POINTS[0], "House", "Energy", "kWh")]
        write_days(Outgoing(store, facts), plan, ZONE, "p1", lambda: now, always)


class Presences:
    """Which device was there when, who answered, and what lines learned."""

    def prepare(self, home: Path) -> None:
        with closing(AttendanceFile(home / "presence.sqlite")) as book:
            book.begin(1_000)
            book.note([("a", 1_000, Presence.ON), ("b", 1_000, Presence.OFFLINE)], 2_000)

    def work(self, home: Path, said: Said) -> None:
        with closing(AttendanceFile(home / "presence.sqlite")) as book:
            tried(said, "begin", lambda: book.begin(10_000))
            change = [("a", 11_000, Presence.OFFLINE), ("b", 11_000, Presence.ON)]
            tried(said, "note", lambda: book.note(change, 12_000))
            tried(said, "meet", lambda: book.meet("a", Met("4711", "x")))
            tried(said, "learn", lambda: book.learn("bus", {"round": "3 s", "rate": "2400"}))
            tried(said, "forget", lambda: book.forget(13_000))

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        with closing(AttendanceFile(home / "presence.sqlite")) as book:
            pieces = {name: book.pieces(name, 0, 20_000) for name in ("a", "b")}
            if [each[0][:2] for each in pieces.values()] != [(1_000, 2_000)] * 2:
                return f"what was there before is not: {pieces}"
            changed = {name: len(each) > 1 for name, each in pieces.items()}
            if len(set(changed.values())) != 1:
                return f"half a change stands: {pieces}"
            learned = book.learned().get("bus", {})
            there = {
                "note": changed["a"] or "begin" not in well,
                "meet": "a" in book.met(),
                "learn": len(learned) == 2,
            }
            if len(learned) == 1:
                return f"half of what was learned stands: {learned}"
            if lost := [name for name in there if name in well and not there[name]]:
                return f"acknowledged and not there: {lost}"
            book.begin(30_000)
            book.note([("a", 30_000, Presence.ON)], 31_000)
        return health_of(home / "presence.sqlite")


class Alarms:
    """The journal of alarms: raised, acknowledged, over."""

    def prepare(self, home: Path) -> None:
        make_anew(home / "plant", home)

    def work(self, home: Path, said: Said) -> None:
        try:
            project = open_project(home / "plant", keys=keys(home))
        except PlantError:
            return
        with closing(project):
            for nth, alarm in enumerate(self._story()):
                keep = partial(project.journal.append, alarm, LATER)
                tried(said, f"{nth}", keep)

    def fault_of(self, home: Path, well: set[str], *, killed: bool) -> str:
        story = self._story()
        with closing(open_project(home / "plant", keys=keys(home))) as project:
            kept = [each.alarm for each in project.journal.history(100)][::-1]
            if missing := [nth for nth in well if story[int(nth)] not in kept]:
                return f"acknowledged and not in the journal: {missing}"
            if any(each not in story for each in kept):
                return "the journal tells of an alarm nobody raised"
            newest = {each.rule.id: each for each in kept}
            standing = {each.rule.id: each for each in project.journal.standing()}
            if any(newest.get(name) != each for name, each in standing.items()):
                return "what stands is not what was told last"
            project.journal.append(story[0], LATER)
        return health_of(home / "plant" / "journal.sqlite")

    def _story(self) -> list[Alarm]:
        rules = [rule(f"house.p{nth}.high") for nth in range(3)]
        raised = [
            Alarm(each, AlarmState.UNACKNOWLEDGED, since=LATER, occurred_at=LATER, value=96.25)
            for each in rules
        ]
        seen = [
            replace(
                each, state=AlarmState.ACKNOWLEDGED, acknowledged_by="Ole", note="on my way"
            )
            for each in raised
        ]
        return [*raised, *seen]


KEEPING: dict[str, Scenario] = {
    "thinning": Thinning(),
    "importing": Importing(),
    "days": DayFiles(),
    "presences": Presences(),
    "alarms": Alarms(),
}
