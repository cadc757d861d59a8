"""Rules of keeping are seen, changed by who may, told in the log, tried and carried out."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from app.errors import BadInput, Conflict, NotPermitted
from app.history import series
from app.history.engine import PointRow
from app.history.retention.service import Plant, RetentionService, told
from app.history.schema import QUARTER
from app.history.sqlitetables import SqlitePoints
from app.history.store import EmbeddedHistory
from app.model.customer import Customer, Tenancy
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId
from app.model.retention import DataKind, KeepRule, KeepRules, Then
from app.project.opening import Project
from app.project.service import ProjectService
from app.verbs import Capability
from tests.app.history.aging import (
    BEGIN,
    ENERGY,
    OUTDOOR,
    SPECS,
    ZONE,
    Years,
    months_from,
    settled_at,
)
from tests.app.history.plant import all_of, always
from tests.app.project.sites import create, opened
from tests.people import person
from tests.plant import GUEST, LUND, profile

MONTHS = 4
SHORT = KeepRules({kind: KeepRule(2, 1) for kind in DataKind})
FREE = 3_000_000_000


class Site:
    """A project whose history has some months of a house."""

    def __init__(self, folder: Path, recorded: Path) -> None:
        self.project: Project = opened(folder, create(folder))
        self.store = EmbeddedHistory(
            Path(shutil.copytree(recorded, folder / "history-of-years")), ZONE
        )
        self.now = settled_at(months_from(BEGIN, MONTHS)[-1])
        self.services = ProjectService(self.project)
        self.service = self.again()

    def again(self, free: int | None = FREE) -> RetentionService:
        return RetentionService(
            self.project,
            self.services.changes,
            self.store,
            self.profile_of,
            lambda: self.now,
            lambda: free,
        )

    def profile_of(self, device: DeviceId) -> Profile | None:
        return profile(points={spec.key: spec for spec in SPECS.values()})


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some months of a house, put together as the night leaves them."""
    folder = tmp_path_factory.mktemp("recorded")
    store = EmbeddedHistory(folder, ZONE)
    begins = months_from(BEGIN, MONTHS)
    years = Years(total=(MONTHS + 1) * 31 * 96)
    for begin, end in pairwise(begins):
        years.record(store, begin, end)
    store.compact(settled_at(begins[-1]), always)
    store.close()
    return folder


@pytest.fixture
async def site(tmp_path: Path, recorded: Path) -> AsyncIterator[Site]:
    made = await asyncio.to_thread(Site, tmp_path, recorded)
    yield made
    await asyncio.to_thread(made.service.close)
    made.store.close()
    made.project.close()


async def test_a_new_project_keeps_by_the_rules_of_the_trade(site: Site) -> None:
    rules = await site.service.rules(LUND)
    assert rules == KeepRules()
    assert rules.of[DataKind.COUNTER] == KeepRule(13, 5, Then.MONTHLY)
    would = await site.service.preview(LUND, rules)
    assert would.gone == 0
    assert would.complete


async def test_a_change_is_a_version_and_stands_in_the_log_with_old_and_new(
    site: Site,
) -> None:
    before = site.services.version.number
    kept = await site.service.put_rules(LUND, SHORT, "the disk is small", KeepRules())
    assert kept == SHORT
    assert site.services.version.number == before + 1
    assert site.services.version.note == "the disk is small"
    newest = site.project.audit.entries(1)[0]
    assert newest.verb == "retention.put_rules"
    assert newest.old == told(KeepRules())
    assert newest.new == told(SHORT)
    assert newest.reason == "the disk is small"
    assert newest.result == f"version {before + 1}"
    assert await site.service.put_rules(LUND, SHORT) == SHORT  # nothing to change
    assert site.services.version.number == before + 1
    undone = await site.services.undo(LUND)
    assert undone.number == before + 2
    assert await site.service.rules(LUND) == KeepRules()


async def test_two_people_change_the_rules_and_the_second_is_told(site: Site) -> None:
    await site.service.put_rules(LUND, SHORT, "", KeepRules())
    other = KeepRules({kind: KeepRule(24) for kind in DataKind})
    with pytest.raises(Conflict, match="somebody else changed how long"):
        await site.service.put_rules(LUND, other, "", KeepRules())
    assert await site.service.rules(LUND) == SHORT


async def test_rules_that_make_no_sense_change_nothing(site: Site) -> None:
    wrong = KeepRules({kind: KeepRule(1) for kind in DataKind})
    with pytest.raises(BadInput, match="2 to 1200 months"):
        await site.service.put_rules(LUND, wrong)
    with pytest.raises(BadInput):
        await site.service.preview(LUND, wrong)
    assert await site.service.rules(LUND) == KeepRules()


async def test_who_may_not_edit_the_project_may_not_throw_anything_away(site: Site) -> None:
    looker = person("looker", capabilities=(Capability.SEE_PLANT, Capability.SEE_HISTORY))
    assert await site.service.rules(looker) == KeepRules()
    for work in (
        site.service.put_rules(looker, SHORT),
        site.service.run_now(looker),
        site.service.rules(GUEST),
        site.service.preview(GUEST, SHORT),
        site.service.room(GUEST),
    ):
        with pytest.raises(NotPermitted):
            await work
    assert await site.service.rules(LUND) == KeepRules()


async def test_a_try_tells_what_goes_and_nothing_goes_before_it_is_wished(site: Site) -> None:
    count = len(all_of(site.store, OUTDOOR))
    would = await site.service.preview(LUND, SHORT)
    assert would.gone > 0
    assert len(all_of(site.store, OUTDOOR)) == count
    nothing = await site.service.run_now(LUND)
    assert nothing.gone == 0  # what holds are still the rules of the trade
    await site.service.put_rules(LUND, SHORT)
    done = await site.service.run_now(LUND)
    assert done == would
    assert len(all_of(site.store, OUTDOOR)) < count
    newest = site.project.audit.entries(1)[0]
    assert (newest.verb, newest.new) == ("retention.run_now", told(SHORT))


async def test_what_a_tenant_s_move_needs_stays(site: Site) -> None:
    moved = datetime(2020, 1, 15, 11, tzinfo=UTC)
    device = DeviceId("house")
    here = Tenancy(str(device), moved, None)
    site.project.customers.put(Customer("", "Mads Riis", meters=(here,)), "Ann", "")
    plant = Plant(site.project, {device: site.profile_of(device)})
    assert plant.moves([ENERGY, PointId("elsewhere.energy")]) == {ENERGY: [moved]}
    assert plant.spec_of(ENERGY) == SPECS[ENERGY]
    assert plant.spec_of(PointId("elsewhere.energy")) is None


async def test_the_room_is_told_by_kind_and_when_the_disk_is_full(site: Site) -> None:
    room = await site.service.room(LUND)
    sizes = {each.name: each.size_bytes for each in room.kinds}
    counts = {each.name: each.samples for each in room.kinds}
    assert set(sizes) == {"counter", "measured", "state", "figures", "fast", "rest"}
    assert counts["measured"] + counts["counter"] + counts["state"] == 4 * 121 * 96
    assert min(sizes["figures"], sizes["rest"]) > 0
    assert room.free_bytes == FREE
    assert room.known
    assert room.monthly_bytes > 0
    assert sum(sizes.values()) == site.store.stats().size_bytes


async def test_where_nobody_knows_how_full_the_disk_is_no_day_is_foretold(site: Site) -> None:
    known, elsewhere = await site.service.room(LUND), site.again(free=None)
    try:
        room = await elsewhere.room(LUND)
    finally:
        await asyncio.to_thread(elsewhere.close)
    assert (room.free_bytes, room.full_at) == (None, None)
    assert (room.kinds, room.monthly_bytes) == (known.kinds, known.monthly_bytes)


async def test_only_the_names_of_points_that_have_samples_are_looked_up(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plant knows a hundred thousand points, of which most tell a value now and then."""
    before = await site.service.room(LUND)
    [place] = site.store.there(QUARTER)
    silent = [PointId(f"house.silent-{nth}") for nth in range(500)]
    with place.place.writing() as tables:
        series.add(tables.points, silent, series.all_numbers(tables.points))
    named: list[int] = []
    real = SqlitePoints.numbered

    def numbered(points: SqlitePoints, numbers: Iterable[int]) -> Iterable[PointRow]:
        wanted = list(numbers)
        named.append(len(wanted))
        return real(points, wanted)

    monkeypatch.setattr(SqlitePoints, "numbered", numbered)
    monkeypatch.setattr(SqlitePoints, "all", lambda _points: pytest.fail("asked for all"))
    after = await site.service.room(LUND)
    assert named == [4], "once, and the four of the house alone"
    assert [each.samples for each in after.kinds] == [each.samples for each in before.kinds]
    assert after.monthly_bytes == before.monthly_bytes


async def test_a_run_that_is_called_off_goes_on_another_time(site: Site) -> None:
    await site.service.put_rules(LUND, SHORT)
    running = asyncio.ensure_future(site.service.run_now(LUND))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await site.service.run_now(LUND)).complete
    assert (await site.service.preview(LUND, SHORT)).gone == 0


def test_rules_are_told_in_a_line() -> None:
    rules = KeepRules(
        {
            DataKind.COUNTER: KeepRule(0, 0),
            DataKind.MEASURED: KeepRule(13, 0),
            DataKind.STATE: KeepRule(6, 2, Then.NOTHING),
        }
    )
    assert told(rules) == (
        "counter: all for ever; measured: all 13 months, then daily; "
        "state: all 6 months, daily to 2 years, then nothing"
    )
