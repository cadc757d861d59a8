"""Files of a concentrator, dropped by a process, taken by the product's own process."""

import csv
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from drivers.simulators.street.meters import StreetMeter
from drivers.simulators.street.telegrams import shown
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import radio_project
from tests.journeys.product import heatdesk, json_lines

HOURS, METERS, SEED = 40, 5, 31


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("form", "way"),
    [
        ("elvaco", "c=elvaco:{place}?zone=Europe/Copenhagen"),
        pytest.param("table", "c=table:{place}", marks=pytest.mark.campaign),
    ],
)
def test_late_rows_fill_the_history_at_their_own_time_and_each_file_counts_once(
    tmp_path: Path, form: str, way: str
) -> None:
    place = tmp_path / "in"
    wanted = ("--seed", f"{SEED}", "--meters", f"{METERS}", "--zone", "Europe/Copenhagen")
    files = ("--back", f"{HOURS - 1}", "--rounds", f"{HOURS}", "--late", "0.2")
    with running(
        "concentrator", "--folder", str(place), "--form", form, *wanted, *files
    ) as simulator:
        simulator.process.wait(30)
    broken = place / "another.csv"
    broken.write_text("what is this\nno row\n" * 3, encoding="utf-8")
    folder = radio_project(tmp_path, Street(SEED, METERS - 1, ("0",)), way.format(place=place))
    login = ("--password-file", tmp_path / "word")
    listen = (tmp_path, "receivers", folder, "--for", "3", "--json", *login)
    told = json_lines(heatdesk(*listen))
    (receiver,) = (each for each in told if "receiver" in each)
    assert receiver["trouble"] == ""
    assert receiver["foreign"] > HOURS / 2  # one of the meters is not ours
    assert receiver["no_telegrams"] >= (1 if form == "table" else 3)
    assert "another.csv" in receiver["fault"]
    assert not [each for each in place.iterdir() if each.suffix == ".csv"]
    assert len(list((place / "done").glob("SIM-*.csv"))) == HOURS
    first = exported(tmp_path, folder)
    assert_physical(first)
    for file in (place / "done").glob("SIM-*.csv"):
        shutil.copy(file, place / f"again-{file.name}")
    again = json_lines(heatdesk(*listen))
    assert next(each for each in again if "receiver" in each)["own"] == 0
    samples = Counter((row["device"], row["point"]) for row in exported(tmp_path, folder))
    for name, count in Counter((row["device"], row["point"]) for row in first).items():
        assert samples[name] <= count + 2  # of the minutes that passed meanwhile


def exported(home: Path, folder: Path) -> list[dict[str, str]]:
    out = home / "out.csv"
    out.unlink(missing_ok=True)
    done = heatdesk(
        *(home, "history", "export", folder, "--out", out, "--password-file", home / "word")
    )
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def assert_physical(rows: list[dict[str, str]]) -> None:
    """Every hour of every meter stands there with what that meter showed at that hour."""
    meters = {meter.number: meter for meter in (StreetMeter(SEED, n) for n in range(METERS))}
    found: dict[tuple[str, datetime], float] = {}
    for row in rows:
        key = row["point"].rpartition(".")[2]
        if key == "volume" and row["value"]:
            at = datetime.fromisoformat(row["time_utc"])
            place = int(row["device"].removeprefix("Street ")) - 1
            found[StreetMeter(SEED, place).number, at] = float(row["value"])
    ours = [StreetMeter(SEED, place) for place in range(METERS - 1)]
    newest = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    told = 0
    for meter in ours:
        for back in range(2, HOURS - 1):
            at = newest - timedelta(hours=back)
            value = found.get((meter.number, at))
            assert value is not None, (meter.number, at)
            assert value == pytest.approx(shown(meters[meter.number], at)["volume"], abs=1e-5)
            told += 1
    assert told == (METERS - 1) * (HOURS - 3)
    strangers = {number for number, _at in found} - {meter.number for meter in ours}
    assert not strangers


LAYOUT = """
time_zone = "UTC"
time_format = "%Y-%m-%d %H:%M"
meter = "Meter"
time = "Time"
[[values]]
column = "Volume"
quantity = "volume"
unit = "m3"
[battery]
column = "Battery"
unit = "V"
low = 3.1
"""


@pytest.mark.feature("RD-13")
@pytest.mark.feature("RD-14")
@pytest.mark.timeout(120)
def test_a_collector_beyond_its_limits_and_with_a_low_battery_is_told_by_a_process(
    tmp_path: Path,
) -> None:
    """Six meters, every two of the last hours, out of a bridge that is made for five."""
    place, street = tmp_path / "in", Street(SEED, 2, ("0",))
    place.mkdir()
    (place / "layout.toml").write_text(LAYOUT, encoding="utf-8")
    newest = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    lines = ["Meter;Time;Volume;Battery"]
    for back in (4, 2, 0):
        at = f"{newest - timedelta(hours=back):%Y-%m-%d %H:%M}"
        numbers = [street.meter(nth).number for nth in range(2)] + [
            f"5000000{n}" for n in "1234"
        ]
        lines += [f"{number};{at};{10 - back}.5;" for number in numbers]
        lines.append(f";{at};;{3.0 + back / 10}")
    (place / "day.csv").write_text("\n".join(lines), encoding="utf-8")
    kinds = {"collectors": "files=bridge-4g"}
    folder = radio_project(tmp_path, street, f"files=table:{place}", options=kinds)
    login = ("--password-file", tmp_path / "word")
    (told,) = (
        each
        for each in json_lines(
            heatdesk(tmp_path, "receivers", folder, "--for", "3", "--json", *login)
        )
        if "receiver" in each
    )
    assert (told["trouble"], told["fault"], told["no_telegrams"]) == ("", "", 0)
    collector = told["collector"]
    assert (collector["kind"]["most_meters"], collector["meters"]) == (5, 6)
    assert collector["interval_min"] == 120.0
    charge = collector["charge"]
    assert (charge["value"], charge["unit"], charge["low"]) == (3.0, "V", True)
    assert datetime.fromisoformat(charge["at"]) == newest
    (place / "next.csv").write_text(
        "\n".join([*lines, f";{newest:%Y-%m-%d %H:%M};;3.05"]), "utf-8"
    )
    said = heatdesk(tmp_path, "receivers", folder, "--for", "3", *login).stdout
    assert "Kamstrup 4G Bridge: 6 of 5 meters" in said
    assert "its battery is low: 3" in said
