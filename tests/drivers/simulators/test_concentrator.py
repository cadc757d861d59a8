"""The concentrator as a process: files that appear whole, the same from the same seed."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from drivers.simulators.concentrator import Concentrator, ConcentratorOptions
from drivers.wireless.caught import Caught
from drivers.wireless.rows import Fault, elvaco_rows
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import AT
from tests.drivers.wireless.test_rows import csv_of


def options_of(**changed: object) -> ConcentratorOptions:
    return ConcentratorOptions(**{"folder": "in", **changed})  # type: ignore[arg-type]


def rows_of(options: ConcentratorOptions, *numbers: int) -> list[Caught | Fault]:
    made = Concentrator(options, AT)
    texts = [made.content(number) for number in numbers]
    return [row for text in texts for row in elvaco_rows(csv_of(text), ZoneInfo("UTC"), AT)]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"folder": ""}, "--folder"),
        ({"form": "xml"}, "--form"),
        ({"meters": 0}, "--meters"),
        ({"back": -1}, "--back"),
        ({"rounds": 200_000}, "--rounds"),
        ({"late": 1.1}, "--late"),
        ({"broken": -0.1}, "--broken"),
        ({"interval_s": 0.5}, "--interval-s"),
        ({"speed": 0.0}, "--speed"),
        ({"zone": "Moon/Base"}, "--zone"),
    ],
)
def test_an_option_that_cannot_be_is_named(changed: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        options_of(**changed).check()


def test_the_same_seed_tells_the_same_and_another_one_something_else() -> None:
    content: Callable[[int], str] = lambda seed: Concentrator(  # noqa: E731
        options_of(seed=seed, late=0.3, broken=0.1), AT
    ).content(-3)
    assert content(1) == content(1)
    assert content(1) != content(2)


def test_every_meter_stands_once_for_every_moment_however_late() -> None:
    rows = rows_of(options_of(meters=40, late=0.3), *range(-6, 1))
    told = [(row.number, row.at) for row in rows if isinstance(row, Caught)]
    assert len(told) == len(set(told)) == len(rows)
    hour = AT.replace(minute=0)
    for back in range(1, 6):  # of the oldest and the newest some stand in files not looked at
        at = hour - timedelta(hours=back)
        assert len([each for each in told if each[1] == at]) == 40
    files = [len(rows_of(options_of(meters=40, late=0.3), number)) for number in range(-6, 1)]
    assert len(set(files)) > 1


def test_indexes_only_grow_from_moment_to_moment() -> None:
    seen: dict[str, list[tuple[datetime, bytes]]] = {}
    for row in rows_of(options_of(meters=5, interval_s=86_400.0), *range(-5, 1)):
        assert isinstance(row, Caught)
        assert row.at is not None
        seen.setdefault(row.number, []).append((row.at, row.frame))
    from drivers.mbus.decoder import Decoder

    for told in seen.values():
        volumes = []
        for _at, frame in sorted(told):
            records = Decoder().decode(frame).body.records
            volumes += [each.value for each in records if each.heading.quantity == "volume"]
        counted = [value for value in volumes if value is not None]
        assert counted == sorted(counted)
        assert volumes[0] != volumes[-1]


def test_so_many_rows_cannot_be_read_as_were_wanted() -> None:
    rows = rows_of(options_of(meters=500, broken=0.1), 0)
    faults = [row for row in rows if isinstance(row, Fault)]
    assert 30 < len(faults) < 75
    assert {fault.column for fault in faults} == {5}


def test_a_process_drops_whole_files_and_more_when_told(tmp_path: Path) -> None:
    place = tmp_path / "in"
    arguments = ("concentrator", "--folder", str(place), "--back", "3", "--meters", "6")
    with running(*arguments) as simulator:
        until(lambda: len(list(place.glob("*.csv"))) == 4)
        assert simulator.say("drop") == "ok"
        until(lambda: len(list(place.glob("*.csv"))) == 5)
        assert simulator.say("status") == "ok dropped 5"
        assert simulator.say("dance").startswith("error")
    assert not list(place.glob("*.part"))
    for file in place.glob("*.csv"):
        assert len(file.read_text().splitlines()) == 6


def test_a_process_ends_by_itself_after_its_rounds(tmp_path: Path) -> None:
    arguments = ("--folder", str(tmp_path), "--rounds", "2", "--form", "table")
    with running("concentrator", *arguments) as simulator:
        simulator.process.wait(20)
    assert len(list(tmp_path.glob("*.csv"))) == 2
    assert (tmp_path / "layout.toml").is_file()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
