"""The nightly backup: due once a day in the plant's zone; the newest stay; failures show."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.backup.making import ENDING
from app.backup.nightly import is_due, name_for, superfluous
from app.backup.opening import faults_of_backup
from app.backup.service import ANOTHER, PASSPHRASE, BackupService, told
from app.errors import BadInput, Conflict, StoreBroken
from app.model.backup import Backup, BackupPlan, backup_plan
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.verbs import Viewer, administrator
from tests.app.compose.handover.places import Place, plant_of

ZONE = ZoneInfo("Europe/Copenhagen")
NIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)  # 2 o'clock there
PLAN = BackupPlan("/srv/backups", 2, 3)
OLE = administrator("ole", "Ole Holm", "here")
PHRASE = "seven green valves at noon"


def made(at: datetime, folder: str = PLAN.folder, name: str = "") -> Backup:
    file = f"{folder}/{name or name_for('Nordby', at)}"
    return Backup(file, at, 1000, 9, sealed=False, carried=False, verified=True)


@pytest.mark.parametrize(
    ("now", "known", "failed_at", "due"),
    [
        (NIGHT, [], None, True),
        (NIGHT, [made(NIGHT - timedelta(days=1))], None, True),
        (NIGHT + timedelta(hours=20), [made(NIGHT)], None, False),
        (NIGHT - timedelta(minutes=1), [made(NIGHT - timedelta(days=1))], None, False),
        (NIGHT + timedelta(hours=9), [made(NIGHT - timedelta(days=1))], None, True),  # it slept
        (NIGHT, [made(NIGHT, "/elsewhere")], None, True),
        (NIGHT + timedelta(minutes=59), [], NIGHT, False),
        (NIGHT + timedelta(minutes=60), [], NIGHT, True),
    ],
)
def test_one_is_due_from_its_hour_on_until_there_is_one(
    now: datetime, known: list[Backup], failed_at: datetime | None, due: bool
) -> None:
    assert is_due(PLAN, known, ZONE, now, failed_at) is due
    assert not is_due(BackupPlan(), known, ZONE, now, failed_at)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])  # noqa: DTZ001
def test_exactly_one_is_made_each_day_on_both_changes_of_the_clock(day: datetime) -> None:
    begin = day.replace(tzinfo=ZONE).astimezone(UTC) - timedelta(days=1)
    listed = list[Backup]()
    for minutes in range(0, 4 * 24 * 60, 10):
        now = begin + timedelta(minutes=minutes)
        if is_due(PLAN, listed, ZONE, now, None):
            listed.append(made(now))
    days = [each.made_at.astimezone(ZONE).date() for each in listed]
    assert len(days) == len(set(days)) + (days[0] == days[1])
    assert len(days) in (4, 5)


def test_the_newest_stay_and_what_people_called_otherwise_is_theirs() -> None:
    nights = [made(NIGHT + timedelta(days=day)) for day in range(6)]
    own = made(NIGHT, name=f"before-the-summer{ENDING}")
    other = made(NIGHT, name=name_for("Sydby", NIGHT))
    away = made(NIGHT, "/elsewhere")
    gone = superfluous(PLAN, [own, *nights, other, away], "Nordby")
    assert [str(each) for each in gone] == [nights[n].file for n in (2, 1, 0)]
    assert superfluous(replace(PLAN, keep=9), nights, "Nordby") == []


@pytest.mark.parametrize(
    ("project", "name"),
    [
        ("Nordby", "Nordby-20261121T010000Z"),
        ("Østre Havn / 2", "Østre-Havn-2-20261121T010000Z"),
        ("///", "plant-20261121T010000Z"),
    ],
)
def test_it_is_called_after_the_project_and_the_moment(project: str, name: str) -> None:
    assert name_for(project, NIGHT) == f"{name}{ENDING}"


@pytest.mark.parametrize(
    "plan",
    [BackupPlan("here"), BackupPlan("/x", 24), BackupPlan("/x", -1), BackupPlan("/x", 2, 0)],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_and_read_as_none(
    plan: BackupPlan,
) -> None:
    with pytest.raises(BadInput):
        plan.require_sound()
    assert backup_plan(plan.options()) == BackupPlan()


def test_a_plan_comes_back_from_the_plant_s_options() -> None:
    assert backup_plan(PLAN.options()) == PLAN
    assert backup_plan({}) == BackupPlan()
    assert backup_plan({"backup_hour": "two"}) == BackupPlan()
    assert told(PLAN) == "/srv/backups, daily at 2:00, 3 kept"
    assert told(replace(PLAN, sealed=True)).endswith("sealed")
    assert told(BackupPlan()) == "none"


class Night:
    """A project whose service is asked, on a clock that somebody turns."""

    def __init__(self, home: Path) -> None:
        self.place = Place(home, "office", NIGHT - timedelta(hours=5)).new()
        self.place.change(plant_of("school"))
        self.project: Project = self.place.opened()
        self.service = BackupService(
            self.project, ChangeDesk(self.project), lambda **_: [], self.place.clock
        )
        self.folder = home / "nightly"
        self.viewer: Viewer = OLE

    def plan(self, **fields: object) -> None:
        plan = BackupPlan(str(self.folder), 2, 2)
        changed = replace(plan, **fields)  # type: ignore[arg-type]
        asyncio.run(self.service.put_plan(self.viewer, changed, PHRASE))

    def looks(self, days: float) -> list[str]:
        """Look at a later moment; the backups that lie there afterwards."""
        self.place.clock.now = NIGHT + timedelta(days=days, minutes=1)
        asyncio.run(self.service.look())
        return sorted(each.name for each in self.folder.glob("*") if self.folder.is_dir())


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    night = Night(tmp_path)
    with closing(night.project), closing(night.service):
        yield night


def test_every_night_one_is_made_and_the_oldest_goes(night: Night) -> None:
    assert night.looks(0) == []  # nobody planned any
    night.plan()
    assert len(night.looks(0)) == 1
    assert len(night.looks(0.5)) == 1
    first = night.looks(1)
    assert len(first) == 2
    third = night.looks(2)
    assert len(third) == 2
    assert third[0] == first[1]
    known = asyncio.run(night.service.made(night.viewer))
    assert [Path(each.file).name for each in known] == third[::-1]
    assert all(each.verified for each in known)
    logged = [e for e in night.project.audit.entries(20) if e.verb == "backups.make"]
    assert [each.result for each in logged] == ["done"] * 3
    assert {each.name for each in logged} == {"Heatdesk"}


def test_one_that_fails_is_told_tried_again_and_over_when_it_goes(night: Night) -> None:
    night.plan()
    night.folder.write_text("a file where a folder should be", "utf-8")
    night.looks(0)
    assert str(night.folder) in night.service.failure
    assert asyncio.run(night.service.trouble(night.viewer)) == night.service.failure
    [entry] = [e for e in night.project.audit.entries(9) if e.verb == "backups.make"]
    assert entry.result == "failed"
    night.folder.unlink()
    assert night.looks(0.01) == []  # it waits an hour
    assert len(night.looks(0.05)) == 1
    assert night.service.failure == ""


def put(night: Night, plan: BackupPlan, word: str = "", base: BackupPlan | None = None) -> None:
    asyncio.run(night.service.put_plan(night.viewer, plan, word, "", base))


def logged(night: Night) -> list[tuple[str, str, str]]:
    """Return old, new and result of every change of the plan, the newest first."""
    entries = [e for e in night.project.audit.entries(20) if e.verb == "backups.put_plan"]
    return [(each.old, each.new, each.result) for each in entries]


def test_of_two_who_change_the_plan_the_second_is_told_and_nothing_is_lost(
    night: Night,
) -> None:
    seen = asyncio.run(night.service.plan(night.viewer))
    first = BackupPlan(str(night.folder), 3, 5)
    put(night, first, base=seen)
    with pytest.raises(Conflict, match="somebody else changed when backups are made"):
        put(night, BackupPlan(str(night.folder), 4, 9, sealed=True), PHRASE, seen)
    assert asyncio.run(night.service.plan(night.viewer)) == first
    assert PASSPHRASE not in night.project.secrets.names(), "the passphrase goes with its plan"
    assert len(logged(night)) == 1
    put(night, BackupPlan(str(night.folder), 4, 9), base=first)
    assert asyncio.run(night.service.plan(night.viewer)).keep == 9


def test_another_passphrase_alone_is_in_the_log_and_seals_the_next_one(night: Night) -> None:
    plan, other = BackupPlan(str(night.folder), sealed=True), "seven blue pumps at midnight"
    put(night, plan, PHRASE)
    put(night, plan, other, plan)
    newest, first = logged(night)
    assert newest == (told(plan), f"{told(plan)}; {ANOTHER}", "done")
    assert first == ("none", f"{told(plan)}; {ANOTHER}", "version 3")
    put(night, plan, base=plan)
    assert len(logged(night)) == 2, "nothing changed"
    [name] = night.looks(0)
    assert list(faults_of_backup(night.folder / name, other)) == []
    assert any(faults_of_backup(night.folder / name, PHRASE))


def test_a_passphrase_that_cannot_be_written_down_is_not_kept(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = BackupPlan(str(night.folder), sealed=True)

    def full(**_entry: object) -> int:
        raise StoreBroken("the activity log cannot be written")

    monkeypatch.setattr(night.project.audit, "append", full)
    with pytest.raises(StoreBroken, match="the activity log"):
        put(night, plan, PHRASE)
    assert PASSPHRASE not in night.project.secrets.names()
    assert asyncio.run(night.service.plan(night.viewer)) == BackupPlan()


def test_a_sealed_one_needs_a_passphrase_which_is_kept_among_the_secrets(night: Night) -> None:
    plan = BackupPlan(str(night.folder), sealed=True)
    with pytest.raises(BadInput, match="say the passphrase"):
        asyncio.run(night.service.put_plan(night.viewer, plan))
    night.plan(sealed=True)
    [name] = night.looks(0)
    assert list(faults_of_backup(night.folder / name, PHRASE)) == []
    assert any("sealed" in each for each in faults_of_backup(night.folder / name))
    assert asyncio.run(night.service.plan(night.viewer)).sealed
    asyncio.run(night.service.put_plan(night.viewer, replace(plan, keep=5)))  # it is known
    logged = [e for e in night.project.audit.entries(9) if e.verb == "backups.put_plan"]
    assert not any(PHRASE in f"{each.old}{each.new}{each.reason}" for each in logged)
    assert len(logged) == 2


def test_no_plan_puts_backups_into_the_project_but_among_its_own(night: Night) -> None:
    root = night.place.root
    for folder in (root, root / "history", root / "documents" / ".." / "history"):
        with pytest.raises(BadInput, match="lies in the project’s own folder"):
            night.plan(folder=str(folder))
        with pytest.raises(BadInput, match="lies in the project’s own folder"):
            asyncio.run(night.service.make(OLE, str(folder / f"x{ENDING}")))
    assert asyncio.run(night.service.plan(OLE)) == BackupPlan()
    letter = night.place.home / "letter.txt"
    letter.write_text("dear Ole", "utf-8")
    with pytest.raises(BadInput, match=r"letter\.txt is a file, where a folder must be"):
        night.plan(folder=str(letter))
    night.plan(folder=str(root / "backups"))
    assert asyncio.run(night.service.plan(OLE)).folder == str(root / "backups")
