"""The figures of the first page say in words what the tables mark."""

from dataclasses import replace

import pytest

from app.model.reading import Quality, Reading, point_id
from app.reports.commissioning_data import CommissioningData
from app.reports.paper.figures import Figure, figures
from app.reports.words import Words
from tests.app.reports import sample

EN = Words()


def told(data: CommissioningData) -> list[str]:
    """Each figure as it is read: "148 of 148 settings read"."""
    return [f"{figure.figure}{figure.of} {figure.words}" for figure in figures(data, EN)]


def remarks(data: CommissioningData) -> list[str]:
    return [figure.remark for figure in figures(data, EN)]


def without(*keys: str, reason: str = "refused") -> CommissioningData:
    """The station's report with some points refused."""
    put = {}
    for key in keys:
        point = point_id(sample.STATION, key)
        put[str(point)] = Reading(point, None, Quality.BAD, sample.END, reason)
    return sample.report(readings=sample.readings(changes=put))


def test_the_station_is_summed_up_in_five_figures() -> None:
    assert told(sample.report()) == [
        "148 of 148 settings read",
        "2 differ from default",
        "5 changed since last report",
        "10 values not available",
        "1 alarm, priority 3",
    ]
    assert remarks(sample.report()) == [
        "84 of 84 schedule times",
        "of 11 known defaults¹",
        "and 5 schedule times",
        "S7 – S16: no sensor",
        "and 1 manual override",
    ]


def test_the_first_report_has_nothing_to_compare_with() -> None:
    assert told(sample.report(last=None))[2] == "– no last report"


@pytest.mark.parametrize(
    ("keys", "remark"),
    [
        (("c1_boost",), "1 setting, 10 read-outs"),
        (("c1_boost", "c1_ramp"), "2 settings, 10 read-outs"),
        (("week1_mon_1_start",), "1 schedule time, 10 read-outs"),
        (("c1_boost", "week1_mon_1_start"), "1 setting, 1 schedule time, 10 read-outs"),
    ],
)
def test_missing_values_are_told_by_where_they_are(keys: tuple[str, ...], remark: str) -> None:
    assert remarks(without(*keys))[3] == remark


def test_missing_read_outs_that_are_no_neighbours_are_counted() -> None:
    assert remarks(without("s1"))[3] == "11 read-outs: see the tables"


def test_one_missing_read_out_is_named() -> None:
    data = sample.report()
    rows = tuple(r for r in data.measured if r.told.value is not None or r.tag == "S7")
    assert remarks(replace(data, measured=rows))[3] == "S7: no sensor"


def test_nothing_missing_needs_no_remark() -> None:
    data = sample.report()
    rows = tuple(row for row in data.measured if row.told.value is not None)
    assert remarks(replace(data, measured=rows))[3] == ""
    assert told(replace(data, measured=rows))[3] == "0 values not available"


def test_alarms_are_told_by_the_worst() -> None:
    (high,) = sample.alarms()
    urgent = replace(high, rule=replace(high.rule, id="other", priority=1))
    assert told(sample.report(alarms=[]))[4] == "0 alarms"
    assert told(sample.report(alarms=[high, urgent]))[4] == "2 alarms, worst 1"


@pytest.mark.parametrize(
    ("count", "remark"), [(0, "and 0 manual overrides"), (1, "and 1 manual override")]
)
def test_overrides_take_their_form(count: int, remark: str) -> None:
    data = sample.report()
    assert remarks(replace(data, overrides=data.overrides[:count]))[4] == remark


def test_one_of_a_kind_takes_its_form() -> None:
    data = sample.report()
    slope = [row for row in data.settings if row.key == "c1_heat_curve_slope"]
    assert told(replace(data, settings=tuple(slope)))[:3] == [
        "1 of 1 settings read",
        "1 differs from default",
        "1 changed since last report",
    ]


def test_a_meter_is_summed_up_in_three_figures() -> None:
    data = replace(sample.report(), settings=(), schedule=())
    assert told(data) == [
        f"{len(data.measured) - 10} of {len(data.measured)} values read",
        "10 values not available",
        "1 alarm, priority 3",
    ]


def test_a_controller_without_a_week_says_nothing_of_it() -> None:
    assert remarks(replace(sample.report(), schedule=()))[0] == ""


def test_the_boxes_share_the_width() -> None:
    shares = [figure.share for figure in figures(sample.report(), EN)]
    assert sum(shares) == pytest.approx(176.0)
    assert Figure("1", "x").share > 0
