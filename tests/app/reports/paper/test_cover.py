"""The first page as a whole: what stands on it, and what happens when names are long."""

from dataclasses import replace
from typing import Any

import pytest

from app.model.reading import Quality, Reading, point_id
from app.reports.commissioning_data import CommissioningData, Utility
from app.reports.paper.cover import cover, heat_curve
from app.reports.paper.coverfacts import Row
from app.reports.paper.figures import Figure
from app.reports.paper.head import Masthead, facts, figure_boxes, masthead
from app.reports.render.style import BODY_END_MM
from app.reports.words import Words
from tests.app.reports import sample
from tests.app.reports.papers import Paper, laid, put

EN = Words()
HEAD = Masthead(
    number="CR-2026-0031",
    utility="Østerby Fjernvarme",
    address="Fjernvarmevej 2, Østerby",
    logo=None,
    title="Commissioning report",
    subtitle="Ahornvej 14 · ECL Comfort 310, A266.1",
    remark="All settings and identification of one controller",
    before="as read ",
    moment="20 Jan 2026, 08:46:58 CET",
)


def printed(data: CommissioningData | None = None) -> Paper:
    return laid(cover(data or sample.report(), None, EN)[0])


def named(name: str, utility: str = "Østerby Fjernvarme") -> CommissioningData:
    config = replace(sample.CONFIG, name=name)
    return sample.report(detail=sample.detail(config=config), utility=Utility(utility))


def without(*keys: str) -> CommissioningData:
    put_ = {}
    for key in keys:
        point = point_id(sample.STATION, key)
        put_[str(point)] = Reading(point, None, Quality.BAD, sample.END, "refused")
    return sample.report(readings=sample.readings(changes=put_))


def test_everything_of_the_station_stands_on_one_page() -> None:
    pages, rest = cover(sample.report(), None, EN)
    assert len(pages) == 1
    assert rest == ()
    text = printed().words[0]
    for told in ("Commissioning report", "Flow diagram", "Measured values", "Heat curve"):
        assert told in text


def test_the_page_ends_above_its_footer() -> None:
    assert max(t.y for t in printed().texts if t.y < 280) <= BODY_END_MM


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 6])
def test_long_names_keep_the_page_together_or_open_the_next(lines: int) -> None:
    paper = printed(named("Straßenname " * (5 * lines)))
    for text in paper.texts:
        assert text.y <= BODY_END_MM or text.y > 280
    assert "Heat curve" in " ".join(paper.words)


def test_a_few_long_lines_do_not_open_a_second_page() -> None:
    data = named("Ahornvej 14")
    longer = replace(data.run, by="Demo administrator of the utility, commissioning engineer")
    assert printed(replace(data, run=longer)).pages == 1


def test_read_outs_without_room_go_on_after_the_settings() -> None:
    refused = [
        Reading(r.point, None, Quality.BAD, r.measured_at, "refused") for r in sample.readings()
    ]
    _pages, rest = cover(sample.report(readings=refused), None, EN)
    assert rest
    assert all(line.row.told.value is None for line in rest)


def test_states_as_they_should_be_are_left_to_the_spreadsheet() -> None:
    text = printed().words[0]
    assert "ECA 32 analogue output" not in text
    assert "Floor drying running" not in text


def test_a_state_that_is_not_good_is_not_left_out() -> None:
    pages, rest = cover(without("fd_running"), None, EN)
    everything = " ".join(laid(pages).words) + " ".join(line.row.name for line in rest)
    assert "Floor drying running" in everything


def test_known_defaults_are_named_below() -> None:
    text = printed().words[0]
    assert "Known defaults: 11175, 11178, 11147, 11148, 5997" in text
    assert "also 6 that follow from 11175 and count with it." in text


def test_the_curve_is_the_controllers() -> None:
    curve = heat_curve(sample.report())
    assert curve is not None
    assert next(iter(curve.points)) == (-30.0, 85.0)
    assert (curve.low, curve.high, curve.slope) == (28.0, 70.0, "1.2")
    assert curve.now == (-2.3, 51.8)
    assert list(curve.limit) == [(15.0, 30.0), (-15.0, 45.0)]


@pytest.mark.parametrize("key", [f"c1_curve_y{number}" for number in range(1, 7)])
def test_a_curve_with_a_missing_point_is_not_drawn(key: str) -> None:
    assert heat_curve(without(key)) is None
    assert "Heat curve desired flow" not in printed(without(key)).words[0]


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        (("s1",), "now"), (("s3_desired_flow",), "now"), (("c1_ret_y1",), "limit"),
        (("c1_flow_min",), "low"), (("c1_flow_max",), "high"),
    ],
)  # fmt: skip
def test_parts_of_the_curve_that_are_not_known_are_left_out(
    keys: tuple[str, ...], part: str
) -> None:
    curve = heat_curve(without(*keys))
    assert curve is not None
    assert not getattr(curve, part)


def test_a_device_without_a_picture_has_none() -> None:
    assert "Flow diagram" not in printed(replace(sample.report(), diagram="")).words[0]
    assert "Flow diagram" not in printed(replace(sample.report(), diagram="b900")).words[0]


def test_the_masthead_names_utility_number_and_reading() -> None:
    text = put(masthead(HEAD, EN), 12.0).words[0]
    for told in (
        HEAD.utility,
        HEAD.address,
        HEAD.number,
        HEAD.title,
        HEAD.subtitle,
        HEAD.remark,
    ):
        assert told in text
    assert "as read 20 Jan 2026, 08:46:58 CET" in text


def test_the_masthead_has_the_height_of_the_design() -> None:
    assert masthead(HEAD, EN).height == pytest.approx(35.0)


@pytest.mark.parametrize("part", ["utility", "address", "title", "subtitle"])
def test_the_masthead_grows_with_its_texts(part: str) -> None:
    changes: dict[str, Any] = {part: "very long words " * 40}
    long = replace(HEAD, **changes)
    block = masthead(long, EN)
    assert block.height > 35.0
    paper = put(block, 12.0)
    assert paper.words[0].count("very long words") >= 39
    assert max(t.y for t in paper.texts if t.y < 280) <= 12.0 + block.height


def test_facts_stand_in_two_columns() -> None:
    left, right = [Row("Device", "Ahornvej 14", strong=True)], [Row("Read", "Tue")]
    paper = put(facts(left, right))
    assert paper.at("Device").x == pytest.approx(22.0, abs=0.01)
    assert paper.at("Ahornvej 14").x == pytest.approx(47.0, abs=0.01)
    assert paper.at("Read").x == pytest.approx(112.0, abs=0.01)


def test_the_beginning_of_a_fact_may_be_bold() -> None:
    paper = put(facts([Row("Key", "A266.1 version 2.4", lead="A266.1")], []))
    lead, rest = paper.at("A266.1"), paper.at("version 2.4")
    assert lead.y == rest.y
    assert lead.x < rest.x


def test_a_long_fact_makes_only_its_own_row_higher() -> None:
    short = facts([Row("a", "b")] * 3, [])
    long = facts([Row("a", "b"), Row("a", "word " * 40), Row("a", "b")], [])
    assert long.height > short.height
    assert put(long).words[0].count("word") == 40


def test_columns_of_unequal_length_are_as_high_as_the_longer() -> None:
    assert facts([Row("a", "b")] * 3, [Row("a", "b")] * 9).height == pytest.approx(9 * 4.35)


def test_figures_stand_in_boxes_of_their_share() -> None:
    boxes = [
        Figure("148", "settings read", "84 of 84", " of 148", 33.0),
        Figure("3", "x", share=143.0),
    ]
    paper = put(figure_boxes(boxes))
    assert paper.at("148").x == pytest.approx(23.8, abs=0.01)
    assert paper.at("3").x == pytest.approx(22.0 + 33.0 + 1.8, abs=0.01)


def test_a_long_remark_makes_all_boxes_higher() -> None:
    plain = figure_boxes([Figure("1", "word", "short")] * 5)
    long = figure_boxes([Figure("1", "word", "a remark that needs more than one line")] * 5)
    assert long.height > plain.height
    assert plain.height == pytest.approx(16.1)
