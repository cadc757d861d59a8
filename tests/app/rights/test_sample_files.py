"""Whoever asks, in whatever way: files hold only what is theirs, and nothing else comes in."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from app.compose.joining import Joined
from app.compose.samplefiles import Manner, Wish, bring_in, chosen, take_out
from app.errors import BadInput, NotPermitted
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.model.rights import Capability, Scope
from app.sampleverbs import PointFacts
from app.users.roles import preset_roles
from tests.app.rights.test_matrix import WAYS
from tests.app.rights.world import FOREIGN, OWN, World, running_world

pytestmark = pytest.mark.timeout(180)
BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
COUNT = 96
HEAD = "time_utc,point,value\n"
ROLES = sorted(preset_roles())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("files")) as running:
        core = running.joined.core
        assert core is not None
        for device in (OWN, FOREIGN):
            point = PointId(f"{device}.s3")
            readings = [
                Reading(point, float(nth), Quality.GOOD, BEGIN + nth * QUARTER)
                for nth in range(COUNT)
            ]
            core.recording.store.append(readings, "quarter")
        yield running


def as_joined(world: World, asked: object, viewer: object) -> Joined:
    return Joined(world.joined.thread, asked, viewer, None)  # type: ignore[arg-type]


def exported(joined: Joined, file: Path) -> list[dict[str, str]]:
    points = joined.ask(joined.asked.samples.points(joined.viewer))
    take_out(joined, file, Wish(points, BEGIN, BEGIN + DAY))
    return list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))


def row(device: DeviceId, value: float, at: datetime = BEGIN - DAY) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ},{device}.s3,{value}\n"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.feature("DC-03", "LM-55")
def test_a_file_holds_the_devices_that_are_theirs_and_no_other(
    world: World, role: str, way: str, tmp_path: Path
) -> None:
    scope = preset_roles()[role].scope(Capability.SEE_HISTORY)
    with world.through(way, f"at-{role}") as (asked, viewer):
        joined = as_joined(world, asked, viewer)
        if scope is Scope.NONE:
            with pytest.raises(NotPermitted):
                exported(joined, tmp_path / "out.csv")
            assert not list(tmp_path.iterdir())
            return
        lines = exported(joined, tmp_path / "out.csv")
    seen = {line["point"].partition(".")[0] for line in lines}
    assert seen == ({OWN, FOREIGN} if scope is Scope.ALL else {OWN})
    assert sum(float(line["value"]) for line in lines) == len(seen) * sum(range(COUNT))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.feature("DC-03", "LM-55")
def test_a_file_brings_in_what_they_may_change_and_no_more(
    world: World, role: str, way: str, tmp_path: Path
) -> None:
    scope = preset_roles()[role].scope(Capability.EDIT_DEVICES)
    file = tmp_path / "in.csv"
    file.write_text(HEAD + row(OWN, 1.0) + row(FOREIGN, 2.0), encoding="utf-8")
    with world.through(way, f"at-{role}") as (asked, viewer):
        joined = as_joined(world, asked, viewer)
        if scope is Scope.NONE:
            with pytest.raises(NotPermitted):
                bring_in(joined, file, Manner())
            return
        told = bring_in(joined, file, Manner(dry_run=True, skip_bad=True))
    assert not told.kept
    foreign = 0 if scope is Scope.ALL else 1
    assert (told.rows, told.bad) == (2, foreign)
    assert all("no point" in fault.says for fault in told.faults)


@pytest.mark.parametrize("way", WAYS)
def test_one_wrong_row_keeps_all_out_and_a_second_time_changes_nothing(
    world: World, way: str, tmp_path: Path
) -> None:
    file = tmp_path / "in.csv"
    at = BEGIN - (10 if way == "here" else 20) * DAY
    rows = [row(OWN, float(nth), at + nth * QUARTER) for nth in range(200)]
    file.write_text(HEAD + "".join(rows) + "no time,x.y,1\n", encoding="utf-8")
    with world.through(way, "at-administrator") as (asked, viewer):
        joined = as_joined(world, asked, viewer)
        told = bring_in(joined, file, Manner())
        assert (told.bad, told.kept) == (1, False)
        assert told.faults[0].line == 202
        assert kept(joined, at) == []
        told = bring_in(joined, file, Manner(skip_bad=True))
        assert (told.verdict.fresh, told.kept) == (200, True)
        assert kept(joined, at) == [float(nth) for nth in range(200)]
        told = bring_in(joined, file, Manner(skip_bad=True))
        assert (told.verdict.same, told.verdict.taken) == (200, 0)


def kept(joined: Joined, at: datetime) -> list[float]:
    question = joined.asked.history.quarters(
        joined.viewer, [PointId(f"{OWN}.s3")], at, at + 3 * DAY
    )
    (found,) = joined.ask(question)
    return [float(each) for each in found.values]


@pytest.mark.parametrize("way", WAYS)
def test_what_a_file_says_in_words_comes_through_every_way(
    world: World, way: str, tmp_path: Path
) -> None:
    file = tmp_path / "in.csv"
    at = BEGIN - (30 if way == "here" else 40) * DAY
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    file.write_text(
        f"time_utc,point,value,quality,reason\n{stamp},{OWN}.s3,,bad,sensor-open\n",
        encoding="utf-8",
    )
    with world.through(way, "at-administrator") as (asked, viewer):
        joined = as_joined(world, asked, viewer)
        assert bring_in(joined, file, Manner()).verdict.fresh == 1
        question = joined.asked.samples.kept(viewer, PointId(f"{OWN}.s3"), at, at + DAY)
        (found,) = joined.ask(question)
    assert (found.reading.quality, found.reading.reason) == (Quality.BAD, "sensor-open")


def test_a_file_that_cannot_be_written_or_read_is_told_by_its_name(
    world: World, tmp_path: Path
) -> None:
    points = world.ask(world.asked.samples.points(world.joined.viewer))
    wish = Wish(points[:1], BEGIN, BEGIN + DAY)
    for place in (tmp_path / "no" / "folder.csv", tmp_path / "out.txt"):
        with pytest.raises(BadInput, match=place.name):
            take_out(world.joined, place, wish)
    with pytest.raises(BadInput, match=r"none\.csv cannot be read"):
        bring_in(world.joined, tmp_path / "none.csv", Manner())
    empty = tmp_path / "empty.csv"
    empty.touch()
    with pytest.raises(BadInput, match=r"empty\.csv, line 1, column 1: there is no head"):
        bring_in(world.joined, empty, Manner())
    assert list(tmp_path.iterdir()) == [empty]


def test_an_export_that_is_broken_off_leaves_the_older_file_as_it_was(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "out.csv"
    file.write_text("older", encoding="utf-8")
    nowhere = PointFacts(PointId("nowhere-1.s3"), "Nowhere", "S3", "°C")
    with (
        world.through("here", "at-basic") as (asked, viewer),
        pytest.raises(BadInput, match="there is no device"),
    ):
        take_out(as_joined(world, asked, viewer), file, Wish([nowhere], BEGIN, BEGIN + DAY))
    assert file.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [file]


def test_points_are_chosen_by_device_and_key(world: World) -> None:
    points = world.ask(world.asked.samples.points(world.joined.viewer))
    assert chosen(points, [], []) == list(points)
    (one,) = chosen(points, [OWN], ["s3"])
    assert one.point == f"{OWN}.s3"
    assert one.unit == "°C"
    assert len(chosen(points, [], ["s3"])) == 2
    with pytest.raises(BadInput, match="there is no device nowhere-1"):
        chosen(points, [DeviceId("nowhere-1")], [])
    with pytest.raises(BadInput, match="there is no point s3x"):
        chosen(points, [], ["s3x"])
