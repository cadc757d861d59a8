"""Energy analysis by the command, each a process of its own over a real project."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.history.samples import Bulk
from app.model.reading import PointId
from app.project.config import PlantConfig
from app.project.opening import open_project
from tests.app.project.sites import device, link
from tests.journeys.product import heatdesk, json_of
from tests.journeys.screen import screen_over
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site
from widgets.consumption.stretch import Scale, stretch_of
from widgets.pages.energy import EnergyPage
from widgets.pagetype import Show

pytestmark = [pytest.mark.timeout(180), pytest.mark.campaign]
BEGIN = datetime(2025, 10, 31, 23, tzinfo=UTC)  # the first of November by the plant's clock
QUARTER_MS, QUARTERS = 900_000, 30 * 96
OUTDOOR = PointId("ecl.s1")
FIRST, SECOND = PointId("main.energy_import"), PointId("main.energy_export")
OTHER = PointId("pumps.energy_import")
RATES = {FIRST: 0.5, SECOND: 0.25, OTHER: 0.125}
MEAN = 4.0  # °C, of every day but the last, which is warm
MONTH = ("--since", "2025-11-01", "--until", "2025-11-30")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two meters and an outdoor sensor, a November long."""
    home = tmp_path_factory.mktemp("analysis")
    with at_home(home):
        made = Site(home)
        create_site(made, ())

        def fill(config: PlantConfig) -> PlantConfig:
            config = config.with_link(link())
            for unit, name in enumerate(("main", "pumps"), 1):
                meter = device(name, unit=unit, profile="eastron.sdm630", enabled=False)
                config = config.with_device(meter)
            ecl = device("ecl", unit=9, profile="danfoss.ecl310.a266_1", enabled=False)
            return config.with_device(ecl)

        with closing(open_project(made.folder, now=lambda: BEGIN)) as project:
            project.configuration.change("Anna Engineer", "", fill)
        with made.joined() as joined:
            assert joined.core is not None
            quarters = np.arange(QUARTERS + 1, dtype=np.int64)
            none = np.zeros(len(quarters), np.int64)
            times = int(BEGIN.timestamp()) * 1000 + quarters * QUARTER_MS
            warm = np.where(quarters >= QUARTERS - 96, 16.0, MEAN)
            values = {each: np.round(100 + quarters * rate, 3) for each, rate in RATES.items()}
            for point, told in {**values, OUTDOOR: warm}.items():
                bulk = Bulk((point,), none, times, told, none.astype(np.uint8))
                joined.core.recording.store.bring(bulk, "quarter")
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        yield made


def analysis(site: Site, *arguments: object) -> Any:
    person = ("--user", LOGIN, "--password-file", site.home / "word")
    return heatdesk(site.home, "analysis", site.folder, *arguments, *person)


@pytest.mark.feature("LM-64")
def test_sums_are_what_the_meters_moved_per_m2_and_per_degree_day(site: Site) -> None:
    unknown = json_of(analysis(site, FIRST, OTHER, *MONTH, "--json"))
    assert {each["per_m2"] for each in unknown["lines"]} == {None}
    assert (unknown["degree_days"], unknown["lines"][0]["amount"]) == (None, "1440.00")
    analysis(site, "--area", "main=500@2025-01-01", "--area", "main=700@2025-11-16")
    found = json_of(
        analysis(site, FIRST, SECOND, OTHER, *MONTH, "--outdoor", OUTDOOR, "--json")
    )
    assert Decimal(found["degree_days"]) == 29 * (20 - 4)
    assert (found["days"], found["days_unknown"], found["days_partly"]) == (30, 0, 0)
    first, second, other = found["lines"]
    for line, rate in zip((first, second, other), RATES.values(), strict=True):
        assert Decimal(line["amount"]) == Decimal(str(rate)) * QUARTERS  # the meter's Δ
        assert sum(map(Decimal, line["parts"])) == Decimal(line["amount"])
        assert line["whole"]
    assert Decimal(first["floor_area_m2"]) == 600  # fifteen days of each area
    assert Decimal(first["per_m2"]) == Decimal("2.4")
    assert Decimal(first["per_degree_day"]) == round(Decimal(1440) / 464, 6)
    assert Decimal(first["per_m2_and_degree_day"]) == round(Decimal(1440) / 464 / 600, 6)
    assert other["floor_area_m2"] is None  # nobody said it: it stays unknown
    assert other["per_m2"] is None
    assert other["per_degree_day"] is not None


@pytest.mark.feature("LM-64")
def test_the_screen_ranks_the_same_houses_and_writes_the_same_file(
    site: Site, tmp_path: Path
) -> None:
    """On the real window: a house without a floor area is named and not ranked."""
    analysis(site, "--area", "main=500@2025-01-01", "--area", "main=700@2025-11-16")
    theirs, ours = tmp_path / "command.csv", tmp_path / "screen.csv"
    asked = (FIRST, OTHER, *MONTH, "--outdoor", OUTDOOR)
    assert analysis(site, *asked, "--out", theirs).returncode == 0
    with screen_over(site) as screen:
        screen.window.show_page(Show("energy"))
        screen.until(lambda: screen.seen(EnergyPage), what="the page")
        (page,) = screen.seen(EnergyPage)
        page.bar.choose(stretch_of(Scale.MONTH, date(2025, 11, 1)))
        screen.until(lambda: screen.rows("Energy analysis"), what="the house that has an area")
        page.add([OTHER])
        screen.until(lambda: len(screen.rows("Energy analysis")) == 2, what="the other one")
        outdoor = page.degrees.outdoor
        outdoor.setCurrentIndex(outdoor.findData(OUTDOOR))
        outdoor.activated.emit(outdoor.currentIndex())
        screen.until(lambda: screen.says("464.0 degree days"), what="the degree days")
        first, second = screen.rows("Energy analysis")
        assert (first["Rank"], first["Device"], first["Used"]) == ("1", "Main", "1\xa0440.00")
        assert first["per m² and K·d"] == "0.005172"  # 1440 / 600 / 464
        assert (second["Rank"], second["Remarks"]) == ("–", "no floor area")
        page.files.write(ours)
        screen.until(lambda: ours.exists() and not screen.window.context.work.running())
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.feature("LM-64")
def test_what_lacks_is_said_and_tables_hold_the_same(site: Site, tmp_path: Path) -> None:
    longer = ("--since", "2025-11-01", "--until", "2025-12-02")
    said = analysis(site, OTHER, *longer, "--outdoor", OUTDOOR).stdout
    assert "degree days stay unknown" in said
    assert f"{OTHER}" in said
    by_limit = ("--outdoor", OUTDOOR, "--room", "17", "--limit", "17")
    found = json_of(analysis(site, OTHER, *MONTH, *by_limit, "--json"))
    assert Decimal(found["degree_days"]) == 29 * 13 + 1
    for name in ("table.csv", "table.xlsx"):
        assert analysis(site, FIRST, OTHER, *MONTH, "--out", tmp_path / name).returncode == 0
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert f"Main,{FIRST},kWh,1440.00,600.00,,2.400000,," in lines[1]
    assert (tmp_path / "table.xlsx").read_bytes()[:2] == b"PK"


@pytest.mark.feature("LM-64")
def test_wrong_questions_are_refused_with_a_sentence(site: Site) -> None:
    for said, arguments in (
        ("is no index of a meter", (OUTDOOR, *MONTH)),
        ("is no temperature: degree days need", (FIRST, *MONTH, "--outdoor", SECOND)),
        ("there is no device nobody", ("--area", "nobody=5@2025-01-01")),
        ("is no floor area", ("--area", "main=-5@2025-01-01")),
    ):
        done = analysis(site, *arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        assert said in done.stderr
