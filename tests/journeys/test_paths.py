"""One meter read by a wire, by radio and by files of a concentrator, in a real core."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.model.consumption import Step
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.paths import is_coarse, source_of
from app.model.reading import DeviceId, PointId, Quality, Reading
from tests.journeys.product import heatdesk, json_of, wait_for
from tests.journeys.pushedmeters import PATIENCE_S, Air, Meter, air
from tests.journeys.quicksite import simulated
from tests.journeys.smallsite import LOGIN

pytestmark = [pytest.mark.timeout(240), pytest.mark.campaign]
RADIO = Meter("20000001")
METER, OWN = DeviceId("heat-14"), DeviceId("heat-14-own")
ENERGY = PointId("heat-14.energy")
MWH = 1000.0  # in kWh
LAYOUT = """
separator = ";"
time_zone = "UTC"
time_format = "%Y-%m-%d %H:%M"
meter = "meter"
time = ["time"]

[[values]]
column = "energy"
quantity = "energy"
unit = "kWh"
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Air]:
    with air(tmp_path_factory.mktemp("paths"), [RADIO]) as here:
        (here.site.home / "word").write_text("correct horse battery\n", encoding="utf-8")
        yield here


def paths(here: Air, *arguments: str) -> Any:
    """Ask ``heatdesk paths``, a process of its own."""
    word = here.site.home / "word"
    person = ("--user", LOGIN, "--password-file", str(word), "--json")
    return json_of(heatdesk(here.site.home, "paths", here.site.folder, *arguments, *person))


def latest(here: Air, point: PointId = ENERGY) -> Reading | None:
    found = here.joined.ask(here.joined.asked.plant.latest(here.joined.viewer, [point]))
    return found[0] if found else None


def when(told: Callable[[], Reading | None]) -> Reading:
    """Wait for a reading and return it."""
    wait_for(told, PATIENCE_S)
    found = told()
    assert found is not None
    return found


def put(here: Air, link: LinkConfig, device: DeviceConfig) -> None:
    project, viewer = here.joined.asked.project, here.joined.viewer
    here.joined.ask(project.put_link(viewer, link))
    here.joined.ask(project.put_device(viewer, device))


def energy(mwh: int) -> str:
    """Return a record of an energy in MWh."""
    return "04FB01" + mwh.to_bytes(4, "little").hex()


def sourced(here: Air, path: str) -> Reading | None:
    reading = latest(here)
    return reading if reading is not None and source_of(reading.reason) == path else None


@pytest.mark.feature("RD-01")
def test_radio_carries_on_while_the_wire_is_out_and_each_value_says_its_source(
    here: Air,
) -> None:
    with simulated("mbus", "--units", "1", "--lapse", "0", "--seed", "5") as bus:
        place: dict[str, Option] = {"host": "127.0.0.1", "port": bus.port, "network_s": 0.5}
        line = LinkConfig(LinkId("wire"), "mbus-tcp", "Wire", place)
        options: dict[str, Option] = {"interval_s": 1, "supply": "mains"}
        put(
            here,
            line,
            DeviceConfig(METER, "Heat 14", "", line.id, 1, "generic.mbus", options=options),
        )
        wait_for(lambda: latest(here), PATIENCE_S)
        (told,) = paths(here, METER, "--add", RADIO.device, "--note", "a second way")
        assert [each["path"] for each in told["paths"]] == [OWN, RADIO.device]
        wired = when(lambda: sourced(here, OWN))
        assert wired.quality is Quality.GOOD
        assert isinstance(wired.value, float)
        figure = wired.value
        assert figure % MWH, "its figure goes by the clock, and holds for a minute: once more"
        rough = int(figure // MWH)
        assert here.push(RADIO.says(energy(rough), 1)) == 200
        here.spoken(RADIO, "energy")
        assert sourced(here, OWN)  # a worse path takes nothing over
        bus.kill()
        held = when(lambda: sourced(here, RADIO.device) or again(here, rough))
        assert held.value == figure  # the wire told more digits: the index does not fall
        assert held.quality is Quality.UNCERTAIN
        assert is_coarse(held.reason)
        later = (rough + 1) * MWH
        assert here.push(RADIO.says(energy(rough + 1), 90)) == 200
        wait_for(lambda: (now := latest(here)) and now.value == later, PATIENCE_S)
        carried = when(lambda: latest(here))
        assert (carried.quality, source_of(carried.reason)) == (Quality.GOOD, RADIO.device)
        (told,) = paths(here, METER)
        energies = [each for each in told["values"] if each["point"] == "energy"]
        assert energies[0]["source"] == RADIO.device
        assert told["paths"][0]["state"] in {"late", "offline"}
        bus.restart()
        back = when(lambda: sourced(here, OWN))
        assert (back.value, is_coarse(back.reason)) == (later, True)  # until the wire passes it


def again(here: Air, rough: int) -> Reading | None:
    """Let the radio meter speak once more, as it does by itself, and return nothing."""
    access = int(datetime.now(UTC).timestamp()) % 80 + 2
    here.push(RADIO.says(energy(rough), access))
    return None


@pytest.mark.feature("RD-01")
def test_files_of_two_concentrators_make_one_course_and_nothing_counts_twice(
    here: Air, tmp_path: Path
) -> None:
    """The better one is out for four hours; the worse one tells whole kWh alone."""
    begin = (datetime.now(UTC) - timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    folders = {name: tmp_path / name for name in ("fine", "rough")}
    for name, folder in folders.items():
        folder.mkdir()
        (folder / "layout.toml").write_text(LAYOUT, encoding="utf-8")
        link = LinkConfig(LinkId(name), "wmbus", name, {"receivers": f"{name}=table:{folder}"})
        device = DeviceConfig(
            DeviceId(name),
            name,
            "",
            link.id,
            1,
            "generic.wmbus",
            options={"secondary": "30000001"},
        )
        put(here, link, device)
    (told,) = paths(here, "fine", "--add", "rough")
    assert [each["path"] for each in told["paths"]] == ["fine-own", "rough"]
    hours = range(25)
    fine = [1000 + Decimal("1.7") * hour for hour in hours]
    drop(folders["rough"], begin, [(hour, int(fine[hour])) for hour in hours])
    drop(folders["fine"], begin, [(hour, fine[hour]) for hour in hours if not 8 <= hour < 12])
    point = PointId("fine.energy")
    asked, viewer = here.joined.asked, here.joined.viewer

    def counted() -> Decimal | None:
        if not known(here, "fine", "energy"):
            return None
        (found,) = here.joined.ask(
            asked.history.consumption(
                viewer, [point], begin, begin + timedelta(hours=24), Step.HOUR
            )
        )
        if None in found.amounts[:24]:
            return None
        return sum((each for each in found.amounts[:24] if each is not None), Decimal(0))

    wait_for(lambda: counted() == fine[24] - fine[0], PATIENCE_S)
    kept = here.joined.ask(
        asked.samples.kept(viewer, point, begin, begin + timedelta(hours=25))
    )
    sources = {source_of(each.reading.reason) for each in kept}
    assert sources == {DeviceId("fine-own"), DeviceId("rough")}


@pytest.mark.feature("RD-01")
def test_the_last_path_is_the_meter_again_and_wrong_wishes_are_refused(here: Air) -> None:
    word = ("--user", LOGIN, "--password-file", str(here.site.home / "word"))
    for arguments, said in (
        ((METER, "--add", "nobody"), "there is no device nobody"),
        ((METER, "--remove", "nobody"), "is no path of"),
        ((METER, "--first", "nobody"), "is no path of"),
        (("nobody",), "there is no device nobody"),
        (("--add", RADIO.device), "say which meter"),
    ):
        done = heatdesk(here.site.home, "paths", here.site.folder, *arguments, *word)
        assert done.returncode == 2
        assert said in done.stderr
    (told,) = paths(here, METER, "--first", RADIO.device)
    assert [each["path"] for each in told["paths"]] == [RADIO.device, OWN]
    spoken = heatdesk(here.site.home, "paths", here.site.folder, *word).stdout
    assert f"1. {RADIO.device}" in spoken
    (told,) = paths(here, METER, "--remove", RADIO.device)
    assert told["paths"] == []
    config = {
        each.config.id: each.config
        for each in here.joined.ask(here.joined.asked.plant.devices(here.joined.viewer))
    }
    assert config[METER].link == "wire"
    assert OWN not in config
    assert (
        "read by its own line alone"
        in heatdesk(here.site.home, "paths", here.site.folder, METER, *word).stdout
    )


def drop(folder: Path, begin: datetime, rows: list[tuple[int, object]]) -> None:
    """Put a file where a concentrator leaves it."""
    lines = ["meter;time;energy"]
    for hour, value in rows:
        lines.append(f"30000001;{begin + timedelta(hours=hour):%Y-%m-%d %H:%M};{value}")
    part = folder / "readings.part"
    part.write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.rename(folder / "readings.csv")


def known(here: Air, device: str, key: str) -> bool:
    detail = here.joined.ask(
        here.joined.asked.plant.device(here.joined.viewer, DeviceId(device))
    )
    return any(spec.key == key for spec in detail.points)
