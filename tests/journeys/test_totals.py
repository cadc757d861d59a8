"""Totals by the command, each a process of its own over a real project of meters."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.channel.wire import the_wire
from app.cli.totals import _plain, _tell
from app.compose.joining import Joined
from app.errors import BadInput, Conflict
from app.history.samples import Bulk
from app.model.consumption import Step
from app.model.reading import DeviceId, PointId
from app.model.totals import TotalsPlan
from app.model.totalsunits import Wish
from app.model.totalsviews import View
from tests.journeys.product import heatdesk, json_of
from tests.journeys.screen import Screen, screen_over
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, at_home, create_site
from tests.journeys.somemeters import put_meters
from widgets.consumption.stretch import Scale, stretch_of
from widgets.pages.totals import TotalsPage
from widgets.pagetype import Show

pytestmark = pytest.mark.timeout(180)
BEGIN = datetime(2025, 9, 30, 22, tzinfo=UTC)  # the first of October by the plant's clock
END = datetime(2025, 10, 31, 23, tzinfo=UTC)
HOUR, HOUR_MS = timedelta(hours=1), 3_600_000
HOURS = (END - BEGIN) // HOUR  # 745: the clock goes back on the 26th
KWH_AN_HOUR = {"main": "5", "pumps": "1.25", "light": "0.5", "sun": "0.75"}
HEAT_GJ = 40  # that the heat meter counts in the month
GAS_M3_AN_HOUR = Decimal("0.20")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Four meters of electricity, one of heat in GJ, and one of gas, each a month long."""
    home = tmp_path_factory.mktemp("totals")
    with at_home(home):
        made = Site(home)
        create_site(made, ())
        put_meters(made, BEGIN, KWH_AN_HOUR, [("heat", "GJ"), ("gas", "GJ")])
        with made.joined() as joined:
            assert joined.core is not None
            hours = np.arange(HOURS + 1, dtype=np.int64)
            rates = {
                PointId(f"{name}.energy_import"): float(rate)
                for name, rate in KWH_AN_HOUR.items()
            }
            rates |= {
                PointId("heat.energy_e1"): HEAT_GJ / HOURS,
                PointId("gas.volume_v1"): float(GAS_M3_AN_HOUR),
            }
            for point, rate in rates.items():
                none = np.zeros(len(hours), np.int64)
                times = int(BEGIN.timestamp()) * 1000 + hours * HOUR_MS
                values = np.round(100 + hours * rate, 2)
                bulk = Bulk((point,), none, times, values, none.astype(np.uint8))
                joined.core.recording.store.bring(bulk, "quarter")
        (home / "word").write_text(PASSWORD + "\n", encoding="utf-8")
        yield made


def entry(own: str, above: str = "", **more: object) -> dict[str, object]:
    known: dict[str, object] = {
        "id": own,
        "name": own.capitalize(),
        "medium": "electricity",
        "kind": "meter",
        "point": f"{own}.energy_import",
        "above": above,
        "outward": False,
        "counts": True,
        "percent": "100",
    }
    return known | more


TREE = [
    entry("main"),
    entry("pumps", "main"),
    entry("light", "main"),
    entry("flat", "main", kind="share", point="", percent="10"),
    entry("common", "main", kind="remainder", point=""),
    entry("sun", outward=True),
    entry("heat", medium="heat", point="heat.energy_e1"),
    entry("gas", medium="gas", point="gas.volume_v1"),
]
GAS = [
    {"since": "2025-01-01", "calorific_kwh_m3": "10.5", "correction": "0.96"},
    {"since": "2025-10-16", "calorific_kwh_m3": "11.0", "correction": "0.97"},
]


@pytest.fixture(scope="module")
def core(site: Site) -> Iterator[Joined]:
    """The core that runs the project; commands join it over the channel."""
    with site.joined() as joined:
        yield joined


def totals(site: Site, *options: object) -> Any:
    word = site.home / "word"
    return heatdesk(
        site.home, "totals", site.folder, "--user", LOGIN, "--password-file", word, *options
    )


def october(core: Joined, step: Step = Step.DAY) -> Any:
    """Return what the command tells of the month, as the core tells it."""
    asked, viewer = core.asked.totals, core.viewer
    plan = core.ask(asked.plan(viewer))
    return _plain(plan, core.ask(asked.told(viewer, BEGIN, END, step)))


def put(core: Joined, entries: list[dict[str, object]], gas: object = GAS) -> Any:
    """Count by a plan, and return what October was by it."""
    plan = the_wire().structure({"entries": entries, "gas": gas}, TotalsPlan)
    core.ask(core.asked.totals.put_plan(core.viewer, plan))
    return october(core)


def written(site: Site, entries: list[dict[str, object]], gas: object = GAS) -> Path:
    file = site.home / "plan.json"
    file.write_text(json.dumps({"entries": entries, "gas": gas}), encoding="utf-8")
    return file


def by_name(lines: list[dict[str, Any]]) -> dict[str, Decimal]:
    return {each["name"]: Decimal(each["amount"]) for each in lines}


def whole_adds_up(lines: list[dict[str, Any]]) -> None:
    """Every column of a view is the sum of the lines above the last, to the last digit."""
    *parts, last = lines
    assert sum(each["sign"] * Decimal(each["amount"]) for each in parts) == Decimal(
        last["amount"]
    )
    for at, value in enumerate(last["parts"]):
        assert sum(each["sign"] * Decimal(each["parts"][at]) for each in parts) == Decimal(
            value
        )


@pytest.mark.feature("EW-28")
@pytest.mark.feature("EW-44")
def test_all_views_of_a_month_agree_by_hour_by_day_and_by_month(
    site: Site, core: Joined
) -> None:
    put(core, TREE[:1], [])
    time = ("--since", "2025-10-01", "--until", "2025-10-31", "--json")
    why = ("--note", "as the drawings say")
    found = json_of(totals(site, *time, "--plan", written(site, TREE), *why))
    views = found["views"]
    for name, lines in views.items():
        if name.startswith(("total", "details")):
            whole_adds_up(lines)
    inside = by_name(views["part main"])
    rate = {name: Decimal(each) for name, each in KWH_AN_HOUR.items()}
    assert inside == {
        "Pumps": rate["pumps"] * HOURS,
        "Light": rate["light"] * HOURS,
        "Flat": rate["main"] * HOURS / 10,
        "Common": (rate["main"] * 9 / 10 - rate["pumps"] - rate["light"]) * HOURS,
        "Main": rate["main"] * HOURS,
    }
    whole_adds_up(views["part main"])
    power = (rate["main"] - rate["sun"]) * HOURS
    every = by_name(views["global"])
    assert every["Electricity, total"] == power
    assert by_name(views["total electricity"])["Electricity, total"] == power
    assert by_name(views["details electricity"])["Electricity, total"] == power
    assert abs(every["Heat, total"] - HEAT_GJ / Decimal("0.0036")) < Decimal("0.0001")
    assert found["doubts"] == []
    for step in (Step.HOUR, Step.MONTH):
        other = october(core, step)["views"]
        assert {name: by_name(lines) for name, lines in other.items()} == {
            name: by_name(lines) for name, lines in views.items()
        }
    log = core.ask(core.asked.audit.entries(core.viewer, 5))
    own = next(each for each in log if each.verb == "totals.put_plan")
    assert own.reason == "as the drawings say"
    assert "sun (electricity): sun.energy_import, outward" in own.new
    assert own.old == "main (electricity): main.energy_import"


@pytest.mark.feature("EW-36")
def test_what_is_left_out_is_in_no_sum_and_nothing_counts_twice(
    site: Site, core: Joined
) -> None:
    tree = [each | {"counts": each["id"] not in ("flat", "common", "sun")} for each in TREE]
    views = put(core, tree)["views"]
    assert [each["name"] for each in views["details electricity"]] == [
        "Pumps", "Light", "Rest of Main", "Electricity, total",
    ]  # fmt: skip
    assert by_name(views["global"])["Electricity, total"] == 5 * HOURS
    whole_adds_up(views["details electricity"])
    double = [*TREE, entry("again", point="pumps.energy_import")]
    refused = totals(site, "--plan", written(site, double))
    assert refused.returncode == 2
    assert "its index counts already as Pumps" in refused.stderr
    for wrong, says in (
        (entry("main", medium="water"), "another medium"),
        (entry("main", point="main.u1"), "no index of a meter"),
        (entry("main", point="main"), "no index of a meter"),
    ):
        with pytest.raises(BadInput, match=says):
            put(core, [wrong])
    assert [each["id"] for each in october(core)["plan"]["entries"]] == [
        each["id"] for each in TREE
    ]


@pytest.mark.feature("EW-31")
def test_gas_is_told_in_kwh_by_the_value_of_each_day(core: Joined) -> None:
    put(core, TREE)
    found = october(core, Step.MONTH)
    line = next(each for each in found["views"]["global"] if each["name"] == "Gas, as energy")
    first, second = 15 * 24, HOURS - 15 * 24
    worth = GAS_M3_AN_HOUR * (
        first * Decimal("10.5") * Decimal("0.96") + second * 11 * Decimal("0.97")
    )
    assert Decimal(line["amount"]) == worth
    assert by_name(found["views"]["global"])["Gas, total"] == GAS_M3_AN_HOUR * HOURS
    late = [{"since": "2025-10-20", "calorific_kwh_m3": "10.5", "correction": "1"}]
    put(core, TREE, late)
    without = october(core, Step.MONTH)
    line = next(each for each in without["views"]["global"] if each["name"] == "Gas, as energy")
    assert not line["whole"]
    assert [each["doubt"] for each in without["doubts"]] == ["no-gas-value"]


def line_of(screen: Screen, name: str) -> dict[str, str]:
    """Wait for a line of the totals on the screen and return it."""

    def found() -> dict[str, str] | None:
        return screen.row("Totals", lambda each: each["Meter"] == name)

    screen.until(found, what=f"the line {name}")
    return found() or {}


@pytest.mark.feature("EW-31")
def test_the_screen_tells_energy_in_each_unit_and_a_meter_its_total(
    site: Site, core: Joined
) -> None:
    put(core, TREE)
    power = (Decimal(KWH_AN_HOUR["main"]) - Decimal(KWH_AN_HOUR["sun"])) * HOURS
    with screen_over(site) as screen:
        screen.window.show_page(Show("totals"))
        screen.until(lambda: screen.seen(TotalsPage), what="the page")
        (page,) = screen.seen(TotalsPage)
        page.bar.choose(stretch_of(Scale.MONTH, date(2025, 10, 20)))
        asking = screen.window.context.asking
        screen.until(lambda: asking.standing[1] == 0 and screen.rows("Totals"), what="lines")
        for wish, unit, factor in (
            (Wish.SMALL, "Wh", Decimal(1000)),
            (Wish.KILO, "kWh", Decimal(1)),
            (Wish.MEGA, "MWh", Decimal("0.001")),
            (Wish.GIGA, "GWh", Decimal("0.000001")),
        ):
            page.unit.setCurrentIndex(page.unit.findData(wish))
            page.unit.activated.emit(page.unit.currentIndex())
            row = line_of(screen, "Electricity, total")
            assert row["Unit"] == unit
            assert Decimal(row["Counted"].replace("\u00a0", "")) == power * factor
        page.look_at(View.GLOBAL)
        assert line_of(screen, "Gas, as energy")["Unit"] == "GWh"
        around = BEGIN + timedelta(days=5)
        index = PointId("pumps.energy_import")
        screen.window.show_page(Show("device", DeviceId("pumps"), index, around, "consumption"))
        words = "Counts in “Electricity, total” as a part of Main"
        screen.until(lambda: screen.says(words), what="the total it counts in")


def test_a_plan_is_a_version_of_the_plant_and_is_not_overwritten_unread(core: Joined) -> None:
    asked, viewer = core.asked.totals, core.viewer
    put(core, TREE[:1], [])
    one = core.ask(asked.plan(viewer))
    put(core, TREE)
    with pytest.raises(Conflict, match="somebody else"):
        core.ask(asked.put_plan(viewer, TotalsPlan(), "", one))
    newer, older = (
        json.loads(each.content)["options"]
        for each in core.ask(core.asked.versions.of_plant(viewer))[:2]
    )
    assert set(newer) > set(older)
    assert newer["total/pumps/above"] == "main"


def test_people_are_told_in_lines(core: Joined, capsys: pytest.CaptureFixture[str]) -> None:
    put(core, TREE)
    asked, viewer = core.asked.totals, core.viewer
    found = core.ask(asked.told(viewer, BEGIN, END, Step.MONTH))
    _tell(core.ask(asked.plan(viewer)), found)
    said = capsys.readouterr().out
    assert "− Sun: " in said
    assert f"= Electricity, total: {Decimal('4.25') * HOURS:f} kWh" in said


def test_one_meter_by_two_devices_is_found_out(core: Joined) -> None:
    project = core.asked.project
    views = core.ask(core.asked.plant.devices(core.viewer))
    for each in views:
        if each.config.id in ("pumps", "light"):
            same = replace(each.config, serial="4711")
            core.ask(project.put_device(core.viewer, same, "", each.config))
    found = put(core, [entry("pumps"), entry("light")])
    assert found["doubts"] == [{"doubt": "same-meter", "about": "light", "other": "pumps"}]
    left_out = put(core, [entry("pumps"), entry("light", counts=False)])
    assert left_out["doubts"] == []
    assert by_name(left_out["views"]["global"])["Electricity, total"] == Decimal("931.25")


def test_two_ways_to_one_meter_are_found_out_without_any_serial_number(core: Joined) -> None:
    main, own, sun = (DeviceId(each) for each in ("main", "main-own", "sun"))
    project = core.asked.project
    core.ask(project.put_paths(core.viewer, main, [main, sun]))
    found = put(core, [entry("sun"), entry("wire", point=f"{own}.energy_import")])
    assert found["doubts"] == [{"doubt": "same-meter", "about": "wire", "other": "sun"}]
    core.ask(project.put_paths(core.viewer, main, [own]))
    assert put(core, [entry("sun"), entry("main")])["doubts"] == []
