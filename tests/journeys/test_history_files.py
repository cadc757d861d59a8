"""Samples leave a plant as files and come back, as scripts and spreadsheets see them."""

import csv
import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from pyarrow import compute, parquet

from app.compose.joining import Joined, join
from app.compose.samplefiles import Manner, Wish, bring_in, take_out
from app.errors import BadInput
from app.history.samples import Bulk
from app.model.alarm import AlarmRule, AlarmState
from app.model.person import Person
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.series import Series
from tests.journeys.product import PASSWORD, heatdesk, json_of
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, Simulated, Site, at_home, create_site
from tests.machine import libreoffice

pytestmark = pytest.mark.timeout(180)
BEGIN = datetime(2025, 12, 25, tzinfo=UTC)
BEGIN_MS = int(BEGIN.timestamp()) * 1000
COUNT = 1_000
QUARTER = timedelta(minutes=15)
WORD = "warm water runs uphill"
EVIL = '=HYPERLINK("http://127.0.0.1/")'
ECL = "ahornvej-14"
SUPPLY, RETURN = PointId(f"{ECL}.s3"), PointId(f"{ECL}.s4")


def of(count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.round(10 * np.sin(np.arange(count) / 7) - 5, 1)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A project nobody runs, with ten days of two temperatures around the new year."""
    home = tmp_path_factory.mktemp("files")
    with at_home(home):
        site = made_site(home)
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        (home / "basic").write_text(WORD + "\n", encoding="utf-8")
        with within(site) as joined:
            seed(joined)
        yield site


def made_site(home: Path) -> Site:
    """Make a project of two controllers that nobody reaches."""
    home.mkdir(exist_ok=True)
    site = Site(home)
    devices = quick_substations(2)
    for device in devices:
        site.simulators[device.config.id] = silent = Simulated("ecl310")
        silent.port = 9
    create_site(site, devices, QUICK_PROFILE)
    return site


def within(site: Site) -> Any:
    return join(site.folder, LOGIN, PASSWORD, only=())


def seed(joined: Joined) -> None:
    assert joined.core is not None
    store = joined.core.recording.store
    times = BEGIN_MS + np.arange(COUNT, dtype=np.int64) * 900_000
    for point in (SUPPLY, RETURN):
        bulk = Bulk((point,), np.zeros(COUNT, np.int64), times, of(COUNT),
                    np.zeros(COUNT, np.uint8))  # fmt: skip
        store.bring(bulk, "quarter")
    at = BEGIN + COUNT * QUARTER
    broken = Reading(SUPPLY, None, Quality.BAD, at, "sensor-open")
    by_hand = Reading(RETURN, -7.25, Quality.MANUAL, at)
    store.append([broken, by_hand], "quarter", at)
    views = joined.ask(joined.asked.plant.devices(joined.viewer))
    assert not views  # nothing is polled for the sake of a file
    person = Person("basic", "B. Basic", "read-only", devices=(ECL,))  # type: ignore[arg-type]
    joined.ask(joined.asked.people.add_person(joined.viewer, person, WORD))


def command(
    site: Site, *words: object, user: str = LOGIN, word: str = "word"
) -> "subprocess.CompletedProcess[str]":
    options = ("--user", user, "--password-file", site.home / word)
    return heatdesk(site.home, "history", words[0], site.folder, *words[1:], *options)


def series_of(joined: Joined, point: PointId) -> Series:
    end = BEGIN + 2 * COUNT * QUARTER
    (found,) = joined.ask(joined.asked.history.quarters(joined.viewer, [point], BEGIN, end))
    return found


@pytest.mark.feature("DC-03")
def test_what_is_exported_is_imported_again_and_nothing_changes(plant: Site) -> None:
    file = plant.home / "all.csv"
    made = json_of(command(plant, "export", "--out", file, "--json"))
    assert made["samples"] == 2 * COUNT + 2
    lines = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    assert len(lines) == made["samples"]
    values = [float(line["value"]) for line in lines if line["quality"] == "good"]
    assert sum(values) == pytest.approx(2 * of(COUNT).sum(), abs=1e-9)
    assert {line["unit"] for line in lines} == {"°C"}
    (broken,) = [line for line in lines if line["quality"] == "bad"]
    assert (broken["value"], broken["reason"]) == ("", "sensor-open")
    told = json_of(command(plant, "import", file, "--json"))
    assert told["same"] == told["rows"] == made["samples"]
    assert told["fresh"] == told["changed"] == told["bad"] == 0


@pytest.mark.campaign
@pytest.mark.feature("DC-03")
def test_rows_that_are_wrong_keep_the_whole_file_out_and_are_told_by_place(plant: Site) -> None:
    file = plant.home / "wrong.csv"
    file.write_text(
        "time_utc,point,value,unit\n"
        f"2024-01-01T00:00:00Z,{RETURN},20.5,°C\n"
        f"2024-01-01T00:15:00Z,{RETURN},=1+1,°C\n"
        f"2024-01-01T00:30:00Z,nowhere-1.s3,20.5,°C\n",
        encoding="utf-8",
    )
    done = command(plant, "import", file, "--json")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "2 rows are wrong; nothing was taken in" in done.stderr
    told = json.loads(done.stdout)
    assert [(e["line"], e["column"], e["head"]) for e in told["errors"]] == [
        (3, 3, "value"),
        (4, 2, "point"),
    ]
    with within(plant) as joined:
        dry = bring_in(joined, file, Manner(dry_run=True, skip_bad=True))
        assert (dry.verdict.fresh, dry.kept) == (1, False)
    taken = json_of(command(plant, "import", file, "--skip-bad", "--json"))
    assert (taken["fresh"], taken["taken_in"]) == (1, True)
    nul = plant.home / "nul.csv"
    nul.write_bytes(b"time_utc,point,value\n2024-01-01T00:00:00Z,\x00,1\n")
    done = command(plant, "import", nul)
    assert done.returncode == 2
    assert "nul.csv, line 2, column 22: a NUL byte" in done.stderr


@pytest.mark.feature("BEYOND-20")
def test_a_file_that_comes_late_leaves_alarms_of_its_own_time_that_never_stood(
    plant: Site,
) -> None:
    hot = AlarmRule("hot", "high", DeviceId(ECL), RETURN, "Return hot", 2, 80.0, deadband=2.0)
    night = datetime(2023, 3, 1, 2, tzinfo=UTC)
    file = plant.home / "night.csv"
    values = (60, 85.5, 79, 77.5, 60)
    rows = [
        f"{night + n * QUARTER:%Y-%m-%dT%H:%M:%SZ},{RETURN},{v}" for n, v in enumerate(values)
    ]
    file.write_text("\n".join(["time_utc,point,value", *rows]) + "\n", encoding="utf-8")
    with within(plant) as joined:
        joined.ask(joined.asked.project.put_rule(joined.viewer, hot))
    assert json_of(command(plant, "import", file, "--json"))["fresh"] == len(values)
    with within(plant) as joined:
        assert bring_in(joined, file, Manner()).verdict.same == len(values)
        assert joined.ask(joined.asked.alarms.standing(joined.viewer)) == []
        (found,) = joined.ask(joined.asked.alarms.history(joined.viewer, 10))
    alarm = found.alarm
    assert (alarm.historical, alarm.state) == (True, AlarmState.NORMAL)
    assert (alarm.rule, alarm.value) == (hot, 85.5)
    assert (alarm.occurred_at, alarm.resolved_at) == (night + QUARTER, night + 3 * QUARTER)


EVILS = (
    b"\x00" * 9,
    "2024-02-01T00:00:00Z,caf\xe9,1".encode("cp1252"),
    b"," * 1_000_000,
    b"x" * 3_000_000,
    b'2024-02-01T00:00:00Z,"never closed,1',
    f"\ufeff2024-02-01T00:00:00Z,{RETURN},1".encode(),  # the mark of a file put behind another
    b"=cmd|' /C calc'!A0",
    f"2999-02-01T00:00:00Z,{RETURN},1".encode(),
)


def evil_file(file: Path, good: int, end: bytes = b"\r") -> Path:
    """A file of good rows with everything that is no row between them."""
    begin = datetime(2024, 2, 1, tzinfo=UTC)
    rows = [b"time_utc,point,value"]
    for nth in range(good):
        at = begin + nth * QUARTER
        rows.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{RETURN},{nth / 10}".encode())
        if nth % 7 == 6:
            rows.append(EVILS[nth // 7 % len(EVILS)])
    file.write_bytes(b"\xef\xbb\xbf" + end.join(rows))
    return file


@pytest.mark.feature("DC-03")
def test_the_rows_between_all_that_is_none_come_in_each_other_is_told(plant: Site) -> None:
    file = evil_file(plant.home / "evil.csv", 7 * len(EVILS))
    with within(plant) as joined:
        with pytest.raises(BadInput, match=r"evil\.csv, line 9, column 1: a NUL byte"):
            bring_in(joined, file, Manner())
        told = bring_in(joined, file, Manner(skip_bad=True))
        assert (told.verdict.fresh, told.bad, told.kept) == (7 * len(EVILS), len(EVILS), True)
        assert [fault.line for fault in told.faults] == [
            9 + 8 * nth for nth in range(len(EVILS))
        ]
        again = bring_in(joined, file, Manner(skip_bad=True))
        assert (again.verdict.fresh, again.verdict.same) == (0, 7 * len(EVILS))
    for fault, says in zip(
        told.faults,
        (
            "a NUL byte",
            "no utf-8",
            "longer than",
            "longer than",
            "never closed",
            "time_utc",
            "head",
            "time_utc: '2999-02-01T00:00:00Z': a time in the future",
        ),
        strict=True,
    ):
        assert says in f"{fault.head}: {fault.says}", fault
        assert json.loads(json.dumps(asdict(fault)))["line"] == fault.line  # as --json tells it


@pytest.mark.campaign
@pytest.mark.feature("DC-03")
def test_nobody_takes_out_or_brings_in_what_is_not_theirs(plant: Site) -> None:
    file = plant.home / "own.csv"
    other = quick_substations(2)[1].config.id
    done = command(
        plant, "export", "--out", file, "--devices", other, user="basic", word="basic"
    )
    assert done.returncode == 2
    assert f"there is no device {other}" in done.stderr
    assert not file.exists()
    own = json_of(command(plant, "export", "--out", file, "--json", user="basic", word="basic"))
    assert own["devices"] == 1
    done = command(plant, "import", file, user="basic", word="basic")
    assert done.returncode == 3
    with within(plant) as joined:
        entries = joined.ask(joined.asked.audit.entries(joined.viewer, 20))
    (entry,) = [e for e in entries if (e.login, e.verb) == ("basic", "samples.keep_export")]
    assert json.loads(entry.new)["sha256"] == own["sha256"]
    stats = json_of(command(plant, "stats", "--json"))
    assert stats["samples"]["quarter"] >= 2 * COUNT


@pytest.mark.feature("DC-03")
def test_a_parquet_file_holds_the_same_sums_and_comes_back(plant: Site) -> None:
    file = plant.home / "all.parquet"
    with within(plant) as joined:
        points = joined.ask(joined.asked.samples.points(joined.viewer))
        wish = Wish(points, BEGIN, BEGIN + 2 * COUNT * QUARTER)
        made = take_out(joined, file, wish)
        table = parquet.read_table(file)
        assert table.num_rows == made.samples == 2 * COUNT + 2
        good = table.filter(compute.equal(table["quality"], "good"))
        for point in (SUPPLY, RETURN):
            own = good.filter(compute.equal(good["point"], point))
            assert compute.sum(own["value"]).as_py() == pytest.approx(of(COUNT).sum(), abs=1e-9)
        told = bring_in(joined, file, Manner())
        assert told.verdict.same == told.rows == made.samples


@pytest.mark.feature("DC-03")
def test_a_file_comes_into_an_empty_project_as_it_left(plant: Site, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    another = made_site(plant.home / "another")
    with within(plant) as joined:
        points = joined.ask(joined.asked.samples.points(joined.viewer))
        take_out(joined, file, Wish(points, BEGIN, BEGIN + 2 * COUNT * QUARTER))
        expected = [series_of(joined, point) for point in (SUPPLY, RETURN)]
    with within(another) as joined:
        told = bring_in(joined, file, Manner())
        assert told.verdict.fresh == told.rows
        for point, series in zip((SUPPLY, RETURN), expected, strict=True):
            found = series_of(joined, point)
            assert np.array_equal(found.times_ms, series.times_ms)
            assert np.array_equal(found.values, series.values, equal_nan=True)
            assert np.array_equal(found.quality, series.quality)


@pytest.mark.campaign
@libreoffice
@pytest.mark.feature("DC-03")
def test_libreoffice_opens_it_without_a_formula_and_gives_back_every_number(
    plant: Site, tmp_path: Path
) -> None:
    file = tmp_path / "evil.csv"
    with within(plant) as joined:
        points = [
            replace(each, device=EVIL)
            for each in joined.ask(joined.asked.samples.points(joined.viewer))
        ]
        take_out(joined, file, Wish(points, BEGIN, BEGIN + 2 * COUNT * QUARTER))
    converted(file, "xlsx", tmp_path)
    sheet = load_workbook(tmp_path / "evil.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=False))
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    assert {row[3].value for row in rows[1:]} == {f"'{EVIL}"}
    numbers = [float(str(row[5].value)) for row in rows[1:] if row[7].value == "good"]
    assert sum(numbers) == pytest.approx(2 * of(COUNT).sum(), abs=1e-9)
    again = tmp_path / "again"
    again.mkdir()
    converted(tmp_path / "evil.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1", again)
    with within(plant) as joined:
        told = bring_in(joined, again / "evil.csv", Manner())
    assert not told.faults
    assert told.verdict.same == told.rows


def converted(file: Path, ending: str, folder: Path) -> None:
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    how = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if file.suffix == ".csv" else []
    subprocess.run(
        ["soffice", profile, "--headless", *how, "--convert-to", ending, "--outdir",
         str(folder), str(file)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
