"""An import is taken in as one or not at all, by who may, and stands in the activity log."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import pytest_asyncio

from app.errors import BadInput, NotPermitted, StoreBroken
from app.history.exchange.service import ExchangeService
from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.ports import Sample
from app.sampleverbs import HandedOut, Part, Verdict
from app.series import Series
from app.verbs import Capability
from tests.fakes.audit import FakeAudit
from tests.people import person
from tests.plant import DEVICE, GUEST, LUND, NOON, SUPPLY, device, profile

BEFORE_MS = int(datetime(2025, 12, 31, tzinfo=UTC).timestamp()) * 1000
DAY = timedelta(days=1)
ROOM = 10**12
SECOND = PointId("station-8.supply")


class Site:
    """A history and its files in and out."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.room = folder, ROOM
        self.store = EmbeddedHistory(folder)
        self.audit = FakeAudit()
        devices = {each.id: each for each in (device(), device("station-8"))}
        self.service = ExchangeService(
            self.store, folder, lambda: devices, lambda _device: profile(), self.audit,
            lambda: NOON, lambda: self.room,
        )  # fmt: skip

    async def begun(self, *, dry: bool = False) -> str:
        return await self.service.add_import(LUND, "some.csv", dry_run=dry)

    def kept(self) -> list[float]:
        found = self.store.range(SUPPLY, NOON - 400 * DAY, NOON + DAY, "quarter")
        return [float(each) for each in found.values]


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path / "history")
    yield site
    await asyncio.to_thread(site.service.close)
    site.store.close()


def two_years(count: int = 100, point: PointId = SUPPLY, first: float = 0.0) -> Part:
    """Samples of the turn of a year: two files take them."""
    times = BEFORE_MS + np.arange(count, dtype=np.int64) * 900_000
    values = np.arange(count, dtype=np.float64) + first
    return Part([Series(point, times, values, np.zeros(count, np.uint8))])


async def test_nothing_is_read_before_all_is_there_and_then_all_of_it(site: Site) -> None:
    name = await site.begun()
    assert await site.service.add_part(LUND, name, two_years()) == Verdict(fresh=100)
    assert site.kept() == []
    await site.service.keep_import(LUND, name, "ab" * 32, keep=True)
    assert site.kept() == [float(n) for n in range(100)]
    assert sorted(each.name for each in site.folder.glob("*.sqlite")) == [
        "2025.sqlite",
        "2026.sqlite",
    ]


async def test_a_second_time_nothing_changes(site: Site) -> None:
    for expected in (Verdict(fresh=100), Verdict(same=100)):
        name = await site.begun()
        assert await site.service.add_part(LUND, name, two_years()) == expected
        await site.service.keep_import(LUND, name, "", keep=True)
    assert len(site.kept()) == 100


async def test_a_dry_run_counts_and_keeps_nothing(site: Site) -> None:
    name = await site.begun(dry=True)
    assert await site.service.add_part(LUND, name, two_years()) == Verdict(fresh=100)
    told = await site.service.keep_import(LUND, name, "", keep=True)
    assert told == Verdict(fresh=100)
    assert not site.kept()
    assert not list(site.folder.glob("*"))
    assert not site.audit


async def test_called_off_while_it_is_written_nothing_of_it_is_kept(site: Site) -> None:
    name = await site.begun()
    for _ in range(3):
        await site.service.add_part(LUND, name, two_years())
    staging = site.service._under_way[name]
    reached, go_on = Event(), Event()
    first = staging.require_on

    def held() -> None:
        reached.set()
        go_on.wait(30)
        first()

    staging.require_on = held  # type: ignore[method-assign]
    keeping = asyncio.create_task(site.service.keep_import(LUND, name, "", keep=True))
    await asyncio.to_thread(reached.wait, 30)
    off = asyncio.create_task(site.service.keep_import(LUND, name, "", keep=False))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(BadInput, match="called off; nothing"):
        await keeping
    await off
    assert site.kept() == []
    assert site.audit[-1]["result"] == "failed"
    again = await site.begun()
    await site.service.add_part(LUND, again, two_years())
    await site.service.keep_import(LUND, again, "", keep=True)
    assert len(site.kept()) == 100


async def test_a_disk_that_takes_no_more_leaves_nothing_half(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = await site.begun()
    await site.service.add_part(LUND, name, two_years())
    fails = site.store.place_of

    def one_year_fails(stream: object, year: int) -> object:
        if year == 2026:
            raise StoreBroken("2026.sqlite cannot take more: the disk is full")
        return fails(stream, year)  # type: ignore[arg-type]

    monkeypatch.setattr(site.store, "place_of", one_year_fails)
    with pytest.raises(StoreBroken, match="full"):
        await site.service.keep_import(LUND, name, "", keep=True)
    monkeypatch.undo()
    assert site.kept() == []
    site.room = 1000
    name = await site.begun()
    with pytest.raises(StoreBroken, match="no room"):
        await site.service.add_part(LUND, name, two_years())


async def test_who_may_not_is_refused_and_others_imports_are_not_theirs(site: Site) -> None:
    with pytest.raises(NotPermitted):
        await site.service.add_import(GUEST, "some.csv")
    with pytest.raises(NotPermitted):
        await site.service.points(GUEST)
    name = await site.begun()
    other = person("berit", "Berit", "desk-3", frozenset(Capability))
    with pytest.raises(BadInput, match="there is no import"):
        await site.service.add_part(other, name, two_years())


async def test_whoever_begins_anew_calls_off_what_they_began_before(site: Site) -> None:
    first = await site.begun()
    await site.begun()
    with pytest.raises(BadInput, match="there is no import"):
        await site.service.add_part(LUND, first, two_years())


async def test_the_log_says_who_what_how_many_and_of_which_file(site: Site) -> None:
    name = await site.begun()
    await site.service.add_part(LUND, name, two_years())
    await site.service.add_part(LUND, name, two_years(3, SECOND))
    await site.service.keep_import(LUND, name, "ab" * 32, keep=True)
    (entry,) = site.audit
    assert entry["login"] == LUND.login
    assert entry["verb"] == "samples.keep_import"
    assert entry["entity"] == "2 devices"
    assert entry["result"] == "103 samples new, 0 changed"
    told = json.loads(entry["new"])
    assert told["file"] == "some.csv"
    assert told["sha256"] == "ab" * 32
    out = HandedOut("out.csv", "cd" * 32, [DEVICE], NOON - DAY, NOON, 96)
    await site.service.keep_export(LUND, out)
    entry = site.audit[-1]
    assert (entry["entity"], entry["result"]) == (f"device {DEVICE}", "96 samples")
    everything = HandedOut("o.csv", "", [DEVICE, DeviceId("station-8")], NOON - DAY, NOON, 1)
    await site.service.keep_export(LUND, everything)
    assert json.loads(site.audit[-1]["new"])["devices"] == "all"


async def test_points_are_told_with_their_units_those_of_the_past_as_well(site: Site) -> None:
    gone = PointId("station-7.gone")
    site.store.append([Reading(gone, 1.0, Quality.GOOD, NOON)], "quarter", NOON)
    found = {each.point: each for each in await site.service.points(LUND)}
    assert found[SUPPLY].unit == "°C"
    assert found[SUPPLY].device == "Station 7"
    assert found[gone].unit == ""
    assert {each.point for each in found.values() if each.point.startswith("station-8")}


async def test_a_sample_of_the_future_and_words_alone(site: Site) -> None:
    name = await site.begun()
    late = Reading(SUPPLY, 1.0, Quality.GOOD, NOON + 2 * DAY, "why")
    with pytest.raises(BadInput, match="future"):
        await site.service.add_part(LUND, name, Part([], [Sample(late.measured_at, late)]))
    word = Reading(SUPPLY, "frost", Quality.GOOD, NOON - DAY)
    await site.service.add_part(LUND, name, Part([], [Sample(NOON - DAY, word)]))
    await site.service.keep_import(LUND, name, "", keep=True)
    (found,) = await site.service.kept(LUND, SUPPLY, NOON - 2 * DAY, NOON)
    assert found.reading.value == "frost"
    assert (await site.service.stats(LUND)).samples["quarter"] == 1


async def test_whoever_went_away_in_the_middle_holds_up_nobody(site: Site) -> None:
    for number in range(100):
        one = person(f"p{number}", "Somebody", "desk-3", frozenset(Capability))
        await site.service.add_import(one, "some.csv")
    name = await site.begun()
    assert (await site.service.add_part(LUND, name, two_years())).fresh == 100
    assert len(site.service._under_way) <= 32


async def test_a_right_that_ends_meanwhile_keeps_the_file_out(site: Site) -> None:
    both = frozenset({Capability.SEE_PLANT, Capability.SEE_HISTORY, Capability.EDIT_DEVICES})
    berit = person("berit", "Berit", "desk-3", both)
    name = await site.service.add_import(berit, "some.csv")
    await site.service.add_part(berit, name, two_years())
    berit.grant.put(person("berit", "Berit", "desk-3", frozenset()).rights)
    with pytest.raises(NotPermitted):
        await site.service.keep_import(berit, name, "", keep=True)
    assert site.kept() == []


async def test_an_audit_that_takes_nothing_keeps_the_file_out(site: Site) -> None:
    name = await site.begun()
    await site.service.add_part(LUND, name, two_years())
    site.audit.stopped = StoreBroken("the activity log is full")
    with pytest.raises(StoreBroken, match="activity log"):
        await site.service.keep_import(LUND, name, "", keep=True)
    assert site.kept() == []


async def test_what_is_under_way_when_the_plant_is_closed_is_gone(tmp_path: Path) -> None:
    site = Site(tmp_path / "history")
    name = await site.begun()
    await site.service.add_part(LUND, name, two_years())
    await asyncio.to_thread(site.service.close)
    assert site.kept() == []
    assert not list(site.folder.glob("*"))
    site.store.close()
