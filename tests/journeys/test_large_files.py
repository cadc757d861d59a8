"""A file of many gigabytes is brought in with little memory, and called off at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.compose.joining import join
from app.model.point import ValueKind
from tests.journeys.product import PASSWORD, PROGRAM, environment, heatdesk, json_of
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, Simulated, Site, at_home, create_site

pytestmark = [pytest.mark.campaign, pytest.mark.timeout(7200)]
GIGABYTES = float(os.environ.get("HEATDESK_CSV_GB", "5"))
MOST_BYTES = 300_000_000
CALLED_OFF_S = 1.0
BEGIN_MS = int(datetime(2001, 1, 1, tzinfo=UTC).timestamp()) * 1000
TOGETHER = 100_000
STEP_MS = 60_000


@dataclass
class Large:
    site: Site
    file: Path
    rows: int
    points: Sequence[str] = ()


@pytest.fixture(autouse=True)
def as_at_a_terminal() -> Iterator[None]:
    """Let the programs we start hear Ctrl-C, also where a shell began us with “&”."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    """A project of many points, without a file."""
    home = tmp_path_factory.mktemp("large")
    with at_home(home):
        site = Site(home)
        devices = quick_substations(2)
        for device in devices:
            site.simulators[device.config.id] = silent = Simulated("ecl310")
            silent.port = 9
        create_site(site, devices, QUICK_PROFILE)
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        with join(site.folder, LOGIN, PASSWORD, only=()) as joined:
            facts = joined.ask(joined.asked.samples.points(joined.viewer))
            points = [each.point for each in facts if each.kind is not ValueKind.TEXT]
        yield Large(site, home / "small.csv", 0, points)


@pytest.fixture(scope="module")
def large(plant: Large) -> Iterator[Large]:
    """A file that fills each of the points minute by minute."""
    file = plant.site.home / "large.csv"
    yield Large(plant.site, file, written(file, plant.points), plant.points)
    file.unlink()


def written(file: Path, points: Sequence[str]) -> int:
    """Write the file, and return how many samples it has."""
    size, rows = int(GIGABYTES * 1e9), 0
    with file.open("w", encoding="utf-8") as out:
        out.write("time_utc,point,value,quality\n")
        block = 0
        while out.tell() < size:
            for point in points:
                times = BEGIN_MS + (block * TOGETHER + np.arange(TOGETHER)) * STEP_MS
                stamps = np.datetime_as_string(times.astype("datetime64[ms]"), unit="s")
                values = (rows // TOGETHER + np.arange(TOGETHER)) % 997 / 10
                out.write(
                    "".join(
                        f"{at}Z,{point},{value},good\n"
                        for at, value in zip(stamps.tolist(), values.tolist(), strict=True)
                    )
                )
                rows += TOGETHER
                if out.tell() >= size:
                    break
            block += 1
    return rows


def started(large: Large, *more: str) -> "subprocess.Popen[str]":
    command = [
        *PROGRAM, "history", "import", str(large.site.folder), str(large.file), "--json",
        "--user", LOGIN, "--password-file", str(large.site.home / "word"), *more,
    ]  # fmt: skip
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(large.site.home), cwd=large.site.home,
    )  # fmt: skip


def kept(large: Large) -> int:
    options = ("--user", LOGIN, "--password-file", large.site.home / "word")
    done = heatdesk(large.site.home, "history", "stats", large.site.folder, "--json", *options)
    return int(json_of(done)["samples"].get("quarter", 0))


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent by signal")
def test_called_off_it_ends_within_a_second_and_nothing_is_kept(large: Large) -> None:
    process = started(large)
    time.sleep(20)
    assert process.poll() is None
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    said = process.stderr.readline()
    took_s = time.monotonic() - begun
    process.communicate(timeout=60)
    sys.stderr.write(f"\ncalled off after {took_s:.2f} s\n")
    assert "called off: nothing was taken in" in said
    assert took_s <= CALLED_OFF_S
    assert kept(large) == 0


def most_memory(process: "subprocess.Popen[str]") -> int:
    """Wait for a program's end; return the most memory (bytes) that it ever held."""
    watched, most = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.1)
    return most


@pytest.mark.feature("DC-03")
def test_gigabytes_come_in_with_little_memory_and_once_however_often_they_are_sent(
    large: Large,
) -> None:
    begun = time.monotonic()
    process = started(large)
    most = most_memory(process)
    out, error = process.communicate()
    took_s = time.monotonic() - begun
    sys.stderr.write(
        f"\n{large.file.stat().st_size / 1e9:.2f} GB, {large.rows:,} rows in {took_s:.0f} s, "
        f"at most {most / 1e6:.0f} MB\n{out[:400]}\n"
    )
    assert process.returncode == 0, error
    assert most <= MOST_BYTES
    assert kept(large) == large.rows
    part = Large(large.site, large.site.home / "part.csv", 0)
    with large.file.open("rb") as whole, part.file.open("wb") as out_part:
        for _nth in range(1 + 3 * TOGETHER):
            out_part.write(whole.readline())
    told = json.loads(started(part).communicate()[0])
    assert (told["same"], told["fresh"], told["changed"]) == (3 * TOGETHER, 0, 0)
    assert kept(large) == large.rows


@pytest.mark.feature("DC-03")
def test_a_gigabyte_without_an_end_of_line_takes_no_memory_and_no_row_with_it(
    plant: Large,
) -> None:
    """The gigabyte is a hole of the disk: zeros that lie nowhere."""
    first = f"time_utc,point,value\n1999-03-01T00:00:00Z,{plant.points[0]},1\n".encode()
    with plant.file.open("wb") as out:
        out.write(first)
        out.seek(len(first) + 1_000_000_000)
        out.write(f"\n1999-03-01T00:15:00Z,{plant.points[0]},2\n".encode())
    said = started(plant).communicate()[1]
    assert "small.csv, line 3, column 1: a NUL byte" in said
    process = started(plant, "--skip-bad", "--dry-run")
    most = most_memory(process)
    out_said, said = process.communicate()
    assert process.returncode == 0, said
    told = json.loads(out_said)
    assert (told["fresh"], told["bad"]) == (2, 1)
    assert most <= MOST_BYTES


@pytest.mark.feature("DC-03")
def test_a_million_bad_rows_are_counted_and_a_hundred_of_them_told(plant: Large) -> None:
    good = f"1999-04-01T00:00:00Z,{plant.points[0]},1\n"
    with plant.file.open("w", encoding="utf-8") as out:
        out.write("time_utc,point,value\n")
        for _nth in range(10):
            out.write("yesterday,nowhere.x,=1+1\n" * 100_000)
            out.write(good)
    process = started(plant, "--skip-bad", "--dry-run")
    most = most_memory(process)
    told = json.loads(process.communicate()[0])
    assert (told["bad"], len(told["errors"]), told["fresh"]) == (1_000_000, 100, 1)
    assert most <= MOST_BYTES
