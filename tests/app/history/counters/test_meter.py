"""Each rule runs where the points of a meter allow it, in whatever units they tell."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history.counters.meter import Sent, check_index, roles_beside
from app.history.counters.water import heat_coefficient
from app.model.counter import Broken, Withdrawn
from app.model.point import PointSpec
from app.model.profile import UNIT_NOT_SET
from app.model.reading import PointId, Quality
from app.model.units import unit
from app.model.validation import Checked, Rule
from app.series import CODE_OF, Series

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 3, 27, 23, tzinfo=UTC)  # a local midnight; day two has 23 hours
EDGES = [BEGIN, BEGIN + timedelta(hours=24), BEGIN + timedelta(hours=47)]
END = BEGIN + timedelta(hours=71)
QUARTER = timedelta(minutes=15)
SIDE = timedelta(days=1)
TIMES = np.arange(
    round((BEGIN - SIDE).timestamp() * 1000), round((END + SIDE).timestamp() * 1000), 900_000
)
WARM, COLD = 82.0, 41.0


def sent(role: str, sign: str, decimals: int, values: np.ndarray, **spec: object) -> Sent:
    """Return a point that sent these values, rounded as it tells them."""
    made = PointSpec("p", "P", sign, decimals, role=role, **spec)  # type: ignore[arg-type]
    good = np.full(len(TIMES), CODE_OF[Quality.GOOD], np.uint8)
    return Sent(made, Series(PointId("m.p"), TIMES, np.round(values, decimals), good))


def steady(per_quarter: float) -> np.ndarray:
    return per_quarter * np.arange(len(TIMES))


def meter(
    heat_unit: str = "kWh", volume_unit: str = "m³", warm: float = WARM, cold: float = COLD
) -> dict[str, Sent]:
    """Return the points of a heat meter through which 2 m³/h flow."""
    k = float(heat_coefficient(np.array([WARM]), np.array([COLD]))[0])
    kwh = steady(0.5 * k * (WARM - COLD))
    joules = kwh * float(unit("kWh").size / unit(heat_unit).size)
    cubic = steady(0.5) * float(1 / unit(volume_unit).size)
    decimals = {"kWh": 0, "MWh": 3, "GJ": 3, "m³": 2, "l": 0}
    return {
        "meter.energy": sent("meter.energy", heat_unit, decimals[heat_unit], joules),
        "meter.volume": sent("meter.volume", volume_unit, decimals[volume_unit], cubic),
        "meter.supply": sent("meter.supply", "°C", 1, np.full(len(TIMES), warm)),
        "meter.return": sent("meter.return", "°C", 1, np.full(len(TIMES), cold)),
    }


def checked(points: dict[str, Sent], role: str = "meter.energy") -> Checked:
    beside = {each: points[each] for each in roles_beside(role) if each in points}
    return check_index(points[role], beside, ZONE, BEGIN, END)


@pytest.mark.parametrize("heat", ["kWh", "MWh", "GJ"])
@pytest.mark.parametrize("volume", ["m³", "l"])
def test_a_sound_meter_has_no_findings_in_any_unit(heat: str, volume: str) -> None:
    points = meter(heat, volume)
    found = checked(points)
    assert found.findings == ()
    assert Rule.PHYSICS in found.ran
    assert checked(points, "meter.volume").findings == ()


@pytest.mark.parametrize("heat", ["kWh", "GJ"])
def test_probes_beside_their_pockets_are_found_on_each_whole_day(heat: str) -> None:
    found = checked(meter(heat, warm=WARM, cold=COLD + 12))
    assert [each.rule for each in found.findings] == [Rule.PHYSICS] * 3
    assert [each.start for each in found.findings] == EDGES
    for each in found.findings:
        assert each.counted is not None
        assert each.expected == pytest.approx(each.counted * 29 / 41, rel=0.02)


def test_swapped_probes_are_found() -> None:
    found = checked(meter(warm=COLD, cold=WARM))
    assert {each.rule for each in found.findings} == {Rule.PHYSICS}


def test_a_day_without_temperatures_is_not_compared() -> None:
    points = meter(cold=COLD + 12)
    supply = points["meter.supply"]
    second = round(EDGES[1].timestamp() * 1000), round(EDGES[2].timestamp() * 1000)
    gone = (second[0] - 7_200_000 <= TIMES) & (second[1] + 7_200_000 >= TIMES)
    quality = np.where(gone, CODE_OF[Quality.OFFLINE], 0).astype(np.uint8)
    series = Series(supply.series.point, TIMES, supply.series.values, quality)
    points["meter.supply"] = Sent(supply.spec, series)
    assert checked(points).findings == ()


def test_volume_that_stands_still_while_heat_counts_is_frozen() -> None:
    points = meter()
    volume = points["meter.volume"]
    values = volume.series.values.copy()
    values[130:230] = values[130]
    still = Series(volume.series.point, TIMES, values, volume.series.quality)
    points["meter.volume"] = Sent(volume.spec, still)
    found = checked(points, "meter.volume")
    assert Rule.FROZEN in {each.rule for each in found.findings}


@pytest.mark.parametrize("sign", ["kWh", "MWh"])
def test_intervals_that_do_not_add_up_are_found_on_their_day(sign: str) -> None:
    points = meter()
    rises = np.diff(points["meter.energy"].series.values, prepend=0)
    rises[0] = 0
    rises[150] *= 4  # each of 96 intervals may be half a kWh off
    decimals = 0 if sign == "kWh" else 3
    parts = rises * float(unit("kWh").size / unit(sign).size)
    points["meter.energy_interval"] = sent("meter.energy_interval", sign, decimals, parts)
    found = checked(points)
    [wrong] = found.findings
    assert (wrong.rule, wrong.start, wrong.end) == (Rule.SUM, EDGES[0], EDGES[1])
    assert wrong.counted is not None
    assert wrong.expected is not None
    assert wrong.expected - wrong.counted == pytest.approx(rises[149] * 3, abs=4)


def test_points_whose_unit_nobody_set_are_left_out() -> None:
    points = meter()
    volume = points["meter.volume"]
    unset = PointSpec("p", "P", UNIT_NOT_SET, 2, role="meter.volume")
    points["meter.volume"] = Sent(unset, volume.series)
    found = checked(points)
    assert found.ran == {Rule.RANGE, Rule.SPIKE, Rule.NEGATIVE, Rule.FROZEN}


def test_what_was_stated_is_not_found_again() -> None:
    points = meter()
    heat = points["meter.energy"]
    values = heat.series.values.copy()
    values[140] = 5.0
    fell = Series(heat.series.point, TIMES, values, heat.series.quality)
    points["meter.energy"] = Sent(heat.spec, fell)
    [found] = checked(points).findings
    assert (found.rule, found.samples) == (Rule.NEGATIVE, 1)
    points["meter.energy"] = Sent(
        heat.spec, fell, [Withdrawn(found.start, found.start + QUARTER)]
    )
    assert checked(points).findings == ()
    assert not isinstance(points["meter.energy"].edits[0], Broken)


def test_digits_of_a_profile_make_a_figure_beyond_them_stand_out() -> None:
    values = steady(1.0)
    values[140] = 54_321.0
    points = {"meter.energy": sent("meter.energy", "kWh", 0, values, digits=4)}
    [found] = checked(points).findings
    assert found.rule is Rule.RANGE
