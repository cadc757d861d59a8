"""Meters of a bus searched for over a real line, and added to the project in one change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition, link_of
from app.compose.core import utc_now
from app.compose.metering import metering_of
from app.errors import BadInput, NotPermitted, StoreBroken
from app.model.device import LinkConfig, LinkId, Option
from app.model.scan import (
    ScanFound,
    ScanPick,
    ScanProgress,
    ScanStanding,
    ScanState,
    ScanSteer,
    ScanWish,
)
from app.plant.scan import ScanService, _device_of
from app.pointtable import PointTable
from app.profiles.loader import load_all
from app.profiles.meters import brought_along
from app.profiles.resolve import resolve
from app.project.config import PlantConfig
from app.project.opening import Project
from app.project.service import ProjectService
from drivers.mbus_tcp import DRIVER
from drivers.mbusdevice import station_of
from drivers.mbusmaster import MbusMaster
from tests.app.project.sites import create, opened
from tests.drivers.wiredline import WiredLine, wired_line
from tests.plant import GUEST, LUND, until

OVER = frozenset({ScanState.DONE, ScanState.CANCELLED, ScanState.FAILED})


@dataclass
class Cellar:
    """A bus, a project, and who searches the one for the other."""

    line: WiredLine
    project: Project
    projects: ProjectService
    acquisition: Acquisition
    service: ScanService

    def wish(self, *, by_primary: bool = False, within: str = "FFFFFFFF") -> ScanWish:
        port = self.line.server.port
        options: dict[str, Option] = {"host": "127.0.0.1", "port": port, "lapse": 1000.0}
        options["network_s"] = 0.02
        link = LinkConfig(LinkId("bus"), DRIVER.kind, "Bus", options)
        return ScanWish(link, by_primary, within)

    def number(self, place: int) -> str:
        return self.line.bus.meters[place].secondary.id

    async def ended(self) -> ScanStanding:
        """Wait until the search is over, and return how it stands."""
        await until(lambda: self.service._told().state in OVER, 30)
        return await self.service.standing(LUND)

    async def found(self, place: int) -> str:
        """Search for one meter alone and return its address."""
        await self.service.begin(LUND, self.wish(within=self.number(place)))
        (meter,) = (await self.ended()).progress.found
        return meter.secondary


@asynccontextmanager
async def cellar(tmp_path: Path, count: int = 3) -> AsyncIterator[Cellar]:
    project = opened(tmp_path, create(tmp_path))
    chooser = ProfileChooser(load_all().profiles, resolve)
    acquisition = Acquisition(PointTable(), [DRIVER], chooser, utc_now)
    projects = ProjectService(project)
    *_others, service = metering_of(
        project, projects.changes, acquisition, brought_along, utc_now
    )
    try:
        async with wired_line(count) as line:
            yield Cellar(line, project, projects, acquisition, service)
            await service._stop()
            await acquisition.stop()
    finally:
        project.close()


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Cellar]:
    async with cellar(tmp_path) as made:
        yield made


def logged(project: Project) -> list[tuple[str, str]]:
    told = project.audit.entries(20)
    mine = ("scan.begin", "project.take_meters")
    return [(each.verb, each.entity) for each in told if each.verb in mine]


@pytest.mark.feature("LM-07")
async def test_a_bus_is_searched_and_its_meters_are_added_at_once(here: Cellar) -> None:
    await here.service.begin(LUND, here.wish())
    standing = await here.ended()
    progress = standing.progress
    assert standing.state is ScanState.DONE
    assert {each.number for each in progress.found} == {here.number(at) for at in range(3)}
    assert progress.share == pytest.approx(1.0)
    assert not progress.unresolved
    assert progress.collisions > 0
    assert (progress.echoes, progress.noises) == (0, 0)
    heat = next(each for each in progress.found if each.number == here.number(0))
    assert heat.label.startswith("MULTICAL")
    assert heat.suggested_name == f"{heat.label} {heat.number}"
    before = here.projects.version.number
    picks = [ScanPick(each.secondary, "") for each in progress.found]
    picks[0] = replace(picks[0], name="Cellar")
    added = await here.service.take(LUND, picks, "Nord")
    config = here.projects.config
    assert here.projects.version.number == before + 1, "one change"
    assert config.links[LinkId("bus")].kind == DRIVER.kind
    assert config.devices[added[0]].name == "Cellar"
    for each, found in zip(added, progress.found, strict=True):
        device = config.devices[each]
        assert (device.area, device.serial, device.unit) == ("Nord", found.number, 253)
        assert device.options == {"secondary": found.secondary}
    assert logged(here.project) == [
        ("project.take_meters", "link bus"),
        ("scan.begin", "link Bus"),
    ]
    after = await here.service.standing(LUND)
    assert {device for _address, device in after.known} == {*added}
    with pytest.raises(BadInput, match="is in the project already"):
        await here.service.take(LUND, picks[:1])


async def test_a_bus_is_searched_by_addresses(here: Cellar) -> None:
    await here.service.begin(LUND, here.wish(by_primary=True))
    await until(lambda: here.service._told().progress.share > 0.05)
    await here.service.steer(LUND, ScanSteer.CANCEL)
    standing = await here.ended()
    assert sorted(each.primary for each in standing.progress.found) == [1, 2, 3]
    (device,) = await here.service.take(
        LUND, [ScanPick(standing.progress.found[0].secondary, "First")]
    )
    made = here.projects.config.devices[device]
    assert (made.unit, made.options) == (standing.progress.found[0].primary, {})


def test_a_meter_s_own_rate_is_kept_with_it() -> None:
    """One found at another rate than its line's is asked at that one from then on."""
    found = ScanFound("12345678-KAM-35-04", 4, "12345678", "KAM", "heat", "", baud=300)
    link = LinkConfig(LinkId("bus"), DRIVER.kind, "Bus", {})
    plant = PlantConfig("Plant", "Europe/Berlin", links={link.id: link})
    for by_primary, own in ((False, {"secondary": found.secondary}), (True, {})):
        made = _device_of(plant, ScanWish(link, by_primary), found, "", "")
        assert made.options == {**own, "baud": 300}
        assert station_of(made).baud == 300
        usual = _device_of(plant, ScanWish(link, by_primary), replace(found, baud=0), "", "")
        assert usual.options == own


async def test_a_search_rests_and_goes_on_and_is_cancelled(here: Cellar) -> None:
    await here.service.begin(LUND, here.wish())
    paused = await here.service.steer(LUND, ScanSteer.PAUSE)
    assert paused.state is ScanState.PAUSED
    await asyncio.sleep(0.1)
    asked = here.service._told().progress.asked
    await asyncio.sleep(0.1)
    assert here.service._told().progress.asked == asked, "the line is free"
    with pytest.raises(BadInput, match="under way already"):
        await here.service.begin(LUND, here.wish())
    with pytest.raises(BadInput, match="under way already"):
        await here.service.take(LUND, [ScanPick("12345678-KAM-35-04", "")])
    assert (await here.service.steer(LUND, ScanSteer.RESUME)).state is ScanState.RUNNING
    await until(lambda: here.service._told().progress.asked > asked + 3)
    cancelled = await here.service.steer(LUND, ScanSteer.CANCEL)
    assert cancelled.state is ScanState.CANCELLED
    with pytest.raises(BadInput, match="no search is under way"):
        await here.service.steer(LUND, ScanSteer.PAUSE)


async def test_a_line_that_is_polled_is_searched_meanwhile(here: Cellar) -> None:
    secondary = await here.found(0)
    (device,) = await here.service.take(LUND, [ScanPick(secondary, "Cellar")])
    config = here.projects.config
    link = replace(config.links[LinkId("bus")])
    await here.acquisition.apply([link], [config.devices[device]])
    await until(lambda: here.acquisition.identity_of(device) is not None, 20)
    running = link_of(here.acquisition, link.id)
    assert running is not None
    assert await here.found(1)
    assert running.connected, "the search left the plant's own line open"
    assert link_of(here.acquisition, LinkId("nowhere")) is None


async def test_echo_and_noise_are_told_apart_from_collisions(here: Cellar) -> None:
    here.line.fault("echo", "noise")
    await here.service.begin(LUND, here.wish(within=here.number(0)))
    progress = (await here.ended()).progress
    assert [each.number for each in progress.found] == [here.number(0)]
    assert progress.echoes >= 2
    assert progress.noises >= 1
    assert progress.collisions == 0


async def test_a_line_that_is_not_there_ends_the_search_with_a_sentence(here: Cellar) -> None:
    await here.line.server.stop()
    await here.service.begin(LUND, here.wish())
    standing = await here.ended()
    assert standing.state is ScanState.FAILED
    assert "the connection was refused" in standing.error
    assert standing.by == LUND.name


class Broken:
    """A search that a fault nobody named ends."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    async def run(self) -> None:
        await asyncio.sleep(0)
        raise self.error

    def rest(self, *, resting: bool) -> None:
        """Nothing is under way."""

    def progress(self) -> ScanProgress:
        return ScanProgress(0.25, asked=7)


@pytest.mark.parametrize(
    ("error", "state", "says"),
    [
        (RuntimeError("nobody thought of this"), ScanState.FAILED, "RuntimeError"),
        (OverflowError("port"), ScanState.FAILED, "a fault of Heatdesk itself: OverflowError"),
        (asyncio.CancelledError(), ScanState.CANCELLED, ""),
    ],
)
async def test_a_search_that_a_fault_of_ours_ends_is_over_and_another_may_begin(
    here: Cellar, monkeypatch: pytest.MonkeyPatch, error: BaseException,
    state: ScanState, says: str,
) -> None:  # fmt: skip
    with monkeypatch.context() as patched:
        patched.setattr(MbusMaster, "search", lambda _link, _wish: Broken(error))
        await here.service.begin(LUND, here.wish())
        standing = await here.ended()
    assert standing.state is state
    assert says in standing.error
    assert standing.progress.asked == 7, "how far it had come still stands"
    with pytest.raises(BadInput, match="no search is under way"):
        await here.service.steer(LUND, ScanSteer.CANCEL)
    assert await here.found(0), "the next search finds its meters"


async def test_a_second_click_begins_no_second_search(here: Cellar) -> None:
    clicks = (here.service.begin(LUND, here.wish()) for _click in range(3))
    outcomes = await asyncio.gather(*clicks, return_exceptions=True)
    assert [str(each or "") for each in outcomes] == [
        "",
        *["a search is under way already; end it first"] * 2,
    ]
    await here.ended()
    assert logged(here.project) == [("scan.begin", "link Bus")]


async def test_a_search_that_cannot_be_written_down_does_not_begin(here: Cellar) -> None:
    address = await here.found(0)
    log = here.project.folder.root / "audit.sqlite"
    aside = log.rename(log.with_suffix(".aside"))
    with pytest.raises(StoreBroken, match="is gone"):
        await here.service.begin(LUND, here.wish())
    aside.rename(log)
    standing = await here.service.standing(LUND)
    assert standing.state is ScanState.DONE
    assert [each.secondary for each in standing.progress.found] == [address]


async def test_what_cannot_be_searched_or_added_is_a_sentence(here: Cellar) -> None:
    wish = here.wish()
    for changed, sentence in (
        (replace(wish, within="12"), "‘12’ is no secondary address"),
        (replace(wish, link=replace(wish.link, kind="opc")), "no driver of this kind"),
        (replace(wish, link=replace(wish.link, options={})), "'host' is missing"),
        (replace(wish, link=replace(wish.link, kind="modbus-tcp")), "cannot be searched"),
    ):
        with pytest.raises(BadInput, match=sentence):
            await here.service.begin(LUND, changed)
    with pytest.raises(BadInput, match="choose the meters"):
        await here.service.take(LUND, [])
    await here.found(0)
    with pytest.raises(BadInput, match="choose the meters"):
        await here.service.take(LUND, [])
    with pytest.raises(BadInput, match="12345678-KAM-35-04 was not found"):
        await here.service.take(LUND, [ScanPick("12345678-KAM-35-04", "")])


async def test_meters_of_one_name_are_told_apart(here: Cellar) -> None:
    first = await here.found(0)
    one = await here.service.take(LUND, [ScanPick(first, "Meter")])
    second = await here.found(1)
    other = await here.service.take(LUND, [ScanPick(second, "Meter")])
    assert (*one, *other) == ("meter", "meter-2")


async def test_who_may_not_change_devices_may_not_search(here: Cellar) -> None:
    with pytest.raises(NotPermitted):
        await here.service.begin(GUEST, here.wish())
    with pytest.raises(NotPermitted):
        await here.service.standing(GUEST)
    assert logged(here.project) == []
